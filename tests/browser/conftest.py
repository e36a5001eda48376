"""One JupyterLab and one Chromium for all tests in the browser."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.jupyter import (
    CHROMIUM,
    WIDE,
    Server,
    browsing,
    open_notebook,
    run_all,
    serving,
    shut_down,
)
from widgets.notebooks import normalise, written

ROOT = Path(__file__).parents[2]
PATIENCE_MS = 60_000  # what is waited for comes or doesn't: how fast is not asked here
expect.set_options(timeout=PATIENCE_MS)
TRIALS = {
    "examples": [
        "from tests.examples import fit_lab, walk_lab\nfrom tests.examples import Lab, errors, fit, path",
        "fit_lab(drag={errors: lambda x, y: {'noise': y}}, noise=(0.0, 1.0), groups={'Model': ['degree']})",
        "walk_lab(speed=30.0)",
        "import ipywidgets; print(len(ipywidgets.widgets.widget._instances))",
    ],
    "kinds": [
        "from tests.examples import kinds_lab\nkinds_lab()",
    ],
    "cards": [
        "from tests.examples import walk_lab\nfrom tests.trials import CODE, QUESTION, TASK\n"
        "from widgets.teaching import exercise, predict, quiz",
        "guess = predict('far', 'How far does the walker come?', (0, 100), lambda: 50, on='path')\nguess",
        "walk_lab(after=guess, speed=0.0)",
        "predict('side', 'To which side?', ['left', 'right'], lambda: 'right')",
        "quiz(QUESTION)",
        "exercise('much', TASK)",
        "written = ...\nexercise('written', CODE)",
    ],
    "broken": ["from tests.examples import broken_lab\nbroken_lab()"],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip without Chromium, unless it is required."""
    if CHROMIUM is None and not os.environ.get("REQUIRE_BROWSER"):
        for item in items:
            if "browser" in item.path.parts:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notebooks, and notebooks made for trials."""
    place = tmp_path_factory.mktemp("workbook")
    shutil.copytree(ROOT / "notebooks", place / "notebooks")
    for name, cells in TRIALS.items():
        notebook = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells]  # type: ignore[no-untyped-call]
        )
        normalise(notebook)
        (place / "notebooks" / f"{name}.ipynb").write_text(written(notebook), "utf-8")
    return place


@pytest.fixture(scope="session")
def server(folder: Path) -> Iterator[Server]:
    """A running JupyterLab."""
    config = str(folder / "config")  # or tabs that somebody left open would be opened again
    with serving(folder, folder / "log", PYTHONPATH=str(ROOT), JUPYTER_CONFIG_DIR=config) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running Chromium."""
    with browsing() as running:
        yield running


@dataclass
class Visit:
    """A page of the browser, and what it complained of."""

    page: Page
    complaints: list[str]


@contextmanager
def visiting(browser: Browser, server: Server) -> Iterator[Visit]:
    """Open a page that notes each error, and each request to another machine."""
    complaints: list[str] = []
    # One context for all pages: a second page finds JupyterLab's scripts in the cache.
    context = next(iter(browser.contexts), None) or browser.new_context(viewport=WIDE)
    new = context.new_page()
    new.set_default_timeout(PATIENCE_MS)
    new.on("pageerror", lambda error: complaints.append(str(error)))
    new.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    new.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((server.url, "data:", "blob:", "ws://127.0.0.1"))
            else complaints.append(request.url)
        ),
    )
    yield Visit(new, complaints)
    new.close()


@pytest.fixture(scope="session")
def opened(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Visit]:
    """A page with one notebook open, for all the tests that are about it."""
    with visiting(browser, server) as visit:
        open_notebook(visit.page, server, f"notebooks/{request.param}.ipynb")
        yield visit
        shut_down(visit.page)


@pytest.fixture
def page(opened: Visit) -> Iterator[Page]:
    """The page with its notebook run anew; nothing may complain."""
    opened.page.set_viewport_size(WIDE)
    run_all(opened.page)
    yield opened.page
    assert not opened.complaints


@pytest.fixture
def empty_page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page with nothing in it yet; nothing may complain."""
    with visiting(browser, server) as visit:
        yield visit.page
        assert not visit.complaints
