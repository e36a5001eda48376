"""Take the README's picture from the real thing: `uv run python -m tests.browser.readme_picture`."""

import shutil
import tempfile
from pathlib import Path

from tests.browser.jupyter import browsing, commit_guesses, labs, open_notebook, run_all, serving

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Run lesson 01, let its lab learn for a while, and take the picture."""
    folder = Path(tempfile.mkdtemp())
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    with serving(folder, folder / "log") as server, browsing() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        open_notebook(page, server, "notebooks/01_training.ipynb")
        run_all(page)
        commit_guesses(page)
        lab = labs(page).first
        lab.evaluate("(lab) => lab.scrollIntoView({block: 'end'})")
        lab.get_by_role("button", name="Run").click()
        page.wait_for_function(
            "() => document.querySelector('.lab-progress b').innerText.split(' ')[1] >= 300"
        )
        lab.get_by_role("button", name="Pause").click()
        page.wait_for_timeout(500)
        lab.screenshot(path=ROOT / "etc" / "lab.png")


if __name__ == "__main__":
    main()
