"""JupyterLab where the home folder can't be written."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ROOT
from tests.browser.jupyter import WIDE, commit_guesses, labs, open_notebook, run_all, serving, shown


@pytest.mark.parametrize("name", ["00_start_here", "03_inference"])
def test_everything_works_and_the_kernel_complains_of_nothing(
    browser: Browser, folder: Path, tmp_path: Path, name: str
) -> None:
    with serving(folder, tmp_path / "log", HOME="/dev/null", PYTHONPATH=str(ROOT)) as server:
        page = browser.new_page(viewport=WIDE)
        open_notebook(page, server, f"notebooks/{name}.ipynb")
        run_all(page)
        assert page.locator("[data-mime-type*=stderr]").count() == 0
        commit_guesses(page)
        lab = labs(page).first
        before = shown(lab)
        lab.get_by_role("button", name="Step").click()
        expect(lab.locator(".lab-picture img")).not_to_have_attribute("src", before)
        page.close()
        log = server.log.read_text()
    assert "Matplotlib" not in log
    assert "IPython" not in log
    assert "Traceback" not in log
