"""One JupyterLab and one Chromium for all tests in the browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.jupyter import CHROMIUM, WIDE, Server, browsing, serving
from widgets.notebooks import normalise, written

ROOT = Path(__file__).parents[2]
TRIALS = {
    "examples": [
        "from tests.examples import fit_lab, walk_lab\nfrom tests.examples import Lab, errors, fit, path",
        "fit_lab(drag={errors: lambda x, y: {'noise': y}}, noise=(0.0, 1.0), groups={'Model': ['degree']})",
        "walk_lab(speed=30.0)",
        "import ipywidgets; print(len(ipywidgets.widgets.widget._instances))",
        "import time; time.sleep(2)",
    ],
    "kinds": [
        "from tests.examples import kinds_lab\nkinds_lab()",
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


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A new page, which must neither report an error nor ask anything of another machine."""
    complaints: list[str] = []
    context = browser.new_context(viewport=WIDE)
    new = context.new_page()
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
    yield new
    context.close()
    assert not complaints
