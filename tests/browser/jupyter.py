"""A real JupyterLab in a real browser, worked from Python."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
WIDE: ViewportSize = {"width": 1280, "height": 720}
IDLE = "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
DONE = """() => {
  const panel = jupyterapp.shell.currentWidget;
  const cells = panel.content.model.sharedModel.cells.filter((c) => c.cell_type === 'code');
  return panel.sessionContext.session?.kernel?.status === 'idle' && cells.every((c) => c.execution_count);
}"""


@dataclass
class Server:
    """A running JupyterLab, and the log that it writes."""

    url: str
    log: Path


@contextmanager
def serving(folder: Path, log: Path, **environment: str) -> Iterator[Server]:
    """Serve a folder with JupyterLab, as the README's command does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyter", "lab", "--no-browser", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=folder, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
        try:
            _wait_for(f"{url}/api", process)
            yield Server(url, log)
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def open_notebook(page: Page, server: Server, path: str) -> None:
    """Open a notebook in JupyterLab with the side bar closed, and wait for its kernel."""
    page.goto(f"{server.url}/lab/tree/{path}?reset")
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel")
    page.evaluate("() => jupyterapp.shell.collapseLeft()")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")


def shut_down(page: Page) -> None:
    """Stop the open notebook's kernel."""
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def restart(page: Page) -> None:
    """Restart the open notebook's kernel."""
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")


def command(page: Page, name: str) -> None:
    """Carry out one of JupyterLab's commands."""
    page.evaluate("(name) => jupyterapp.commands.execute(name)", name)


def run_all(page: Page, timeout_s: float = 180) -> None:
    """Run all cells, and wait until they have run."""
    page.evaluate(
        "() => jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
        ".forEach((c) => { if (c.cell_type === 'code') c.execution_count = null; })"
    )
    command(page, "notebook:run-all-cells")
    page.wait_for_function(DONE, timeout=1000 * timeout_s)


def run_cell(page: Page, index: int) -> None:
    """Run one code cell, by its number among all cells."""
    page.evaluate(
        """(index) => {
          const panel = jupyterapp.shell.currentWidget;
          panel.content.activeCellIndex = index;
          panel.content.deselectAll();
          panel.content.model.sharedModel.cells[index].execution_count = null;
        }""",
        index,
    )
    command(page, "notebook:run-cell")
    page.wait_for_function(DONE)


def labs(page: Page) -> Locator:
    """All labs of the open notebook."""
    return page.locator(".jp-OutputArea-output .lab:not(.lab-card)")


def commit_guesses(page: Page) -> None:
    """Commit a guess in every prediction of the open notebook."""
    for card in page.locator(".lab-guess").all():
        commit = card.get_by_role("button", name="Commit my guess")
        if commit.is_visible():  # else it has been made, and stays
            for option in card.get_by_role("radio").all()[:1]:
                option.focus()
                page.keyboard.press("Space")
            commit.press("Enter")
            expect(card.get_by_role("button", name="Reveal")).to_be_enabled()


def barriers(page: Page, where: str) -> list[tuple[str, list[str]]]:
    """What keeps somebody out of a part of the page, seriously, by axe's rules."""
    return [
        (found["id"], [node["html"][:100] for node in found["nodes"]])
        for found in Axe().run(page, context=where).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


def shown(lab: Locator) -> str:
    """The address of the picture that is on the screen: another picture has another one."""
    return str(lab.locator(".lab-picture img").get_attribute("src"))


def _wait_for(url: str, process: "subprocess.Popen[Any]", patience_s: float = 60) -> None:
    ends = time.monotonic() + patience_s
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"JupyterLab did not start: {url}") from None
            time.sleep(0.2)
