"""How fast a lab answers, measured side by side in one JupyterLab in Chromium.

`uv run python -m tests.benchmarks.frame` prints the figures. Times depend on the machine;
the ratios are what to compare.
"""

import statistics
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page

from tests.browser.jupyter import WIDE, browsing, labs, open_notebook, run_all, serving
from widgets.notebooks import normalise, written

CELLS = (
    "from tests.examples import fit_lab\nfit_lab(without=['noise'])",
    """import ipywidgets as ipw
import matplotlib.pyplot as plt
from tests.examples import curve, errors, fit

@ipw.interact(degree=(0, 14))
def redraw(degree=3):
    result = fit(degree=degree)
    figure, axes = plt.subplots(1, 2, figsize=(8.34, 4.7), dpi=100)
    for view, each in zip((curve, errors), axes):
        view(each, result)
        for artist in each.get_children():
            artist.set_animated(False)
    plt.show()""",
    """from widgets.controls import Range, Slider
from widgets.picture import Canvas, Picture
canvas, pictures = Canvas([curve, errors]), []
for degree in range(15):
    canvas.draw(fit(degree=degree))
    pictures.append(canvas.png())
slider, picture = Slider(Range(0, 14), 3, "drawn"), Picture()
slider.observe(lambda change: picture.send(pictures[change["new"]], "drawn"), "value")
box = ipw.VBox([slider, picture]); box.add_class("lab"); box""",
    "from widgets.digits import digits_lab\ndigits_lab(fixed={'max_epochs': 5000})",
    "from widgets.training import training_lab\ntraining_lab(fixed={'max_epochs': 5000})",
)
LIVE = {"digits": 2, "training": 3}  # which of the labs
WATCH = """(output) => {
  window.pressed = window.seen = 0;
  window.waits = [];
  window.addEventListener('keydown', () => { window.pressed = performance.now(); }, true);
  output.addEventListener('load', (event) => {
    if (window.pressed) { window.waits.push(performance.now() - window.pressed); window.pressed = 0; }
  }, true);
}"""
COUNT = """(img) => {
  window.pictures = window.last = 0;
  if (img.counted) return;
  img.counted = true;
  img.addEventListener('load', () => { window.pictures += 1; window.last = performance.now(); });
}"""


def main() -> None:
    """Measure and print."""
    folder = Path(tempfile.mkdtemp())
    (folder / "notebooks").mkdir()
    notebook = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS]  # type: ignore[no-untyped-call]
    )
    normalise(notebook)
    (folder / "notebooks" / "frame.ipynb").write_text(written(notebook))
    root = str(Path(__file__).parents[2])
    with serving(folder, folder / "log", PYTHONPATH=root) as server, browsing() as browser:
        page = browser.new_page(viewport=WIDE)
        open_notebook(page, server, "notebooks/frame.ipynb")
        run_all(page)
        sliders = [
            ("lab", ".jp-CodeCell >> nth=0 >> input[type=range]"),
            ("interact", ".jp-CodeCell >> nth=1 >> .noUi-handle"),
            ("drawn before", ".jp-CodeCell >> nth=2 >> input[type=range]"),
        ]
        waits = {name: wait_ms(page, name, selector) for name, selector in sliders}
        for name, wait in waits.items():
            print(f"key press to new picture, {name}: {wait:.0f} ms (median of 40)")
        print(f"lab / interact:     {waits['lab'] / waits['interact']:.2f} (at most 0.4)")
        print(f"lab / drawn before: {waits['lab'] / waits['drawn before']:.2f} (at most 2.5)")
        for speed in ("10 a second", "30 a second", "fast"):
            live(page, "digits", speed)
        drag(page)
        live(page, "training", "fast")


def wait_ms(page: Page, name: str, selector: str) -> float:
    """Median time from a key press on a slider to the next picture on the screen."""
    handle = page.locator(selector).first
    handle.scroll_into_view_if_needed()
    output = page.locator(selector.split(" >> ")[0] + " >> " + selector.split(" >> ")[1])
    output.locator(".jp-Cell-outputArea").evaluate(WATCH)
    handle.focus()
    for press in range(48):
        page.keyboard.press("ArrowRight" if press // 8 % 2 == 0 else "ArrowLeft")
        page.wait_for_timeout(300)
    waits: list[float] = page.evaluate("window.waits")
    assert len(waits) == 48, f"{name}: {len(waits)} pictures for 48 presses"
    return statistics.median(waits[8:])


def live(page: Page, name: str, speed: str) -> None:
    """Pictures and epochs a second of a lab, and how soon it pauses."""
    lab = labs(page).nth(LIVE[name])
    lab.scroll_into_view_if_needed()
    lab.get_by_role("button", name="Reset").click()
    lab.get_by_label("Speed").select_option(speed)
    page.wait_for_timeout(500)
    lab.locator(".lab-picture img").evaluate(COUNT)
    lab.get_by_role("button", name="Run").click()
    page.wait_for_timeout(500)
    first, began = epoch(lab), page.evaluate("[window.pictures, performance.now()]")
    page.wait_for_timeout(3000)
    ended = page.evaluate("[window.pictures, performance.now()]")
    last = epoch(lab)
    pause = lab.get_by_role("button", name="Pause")
    pressed = pause.evaluate("(button) => { button.click(); return performance.now(); }")
    page.wait_for_timeout(700)
    after = max(0, page.evaluate("window.last") - pressed)
    seconds = (ended[1] - began[1]) / 1000
    print(
        f"{name} lab, {speed}: {(ended[0] - began[0]) / seconds:.0f} pictures and "
        f"{(last - first) / seconds:.0f} epochs a second; last picture {after:.0f} ms after pause"
    )


def drag(page: Page) -> None:
    """Time from the end of a two-second drag of a slider to the last picture."""
    lab = labs(page).nth(LIVE["digits"])
    lab.get_by_role("button", name="Reset").click()
    lab.locator(".lab-picture img").evaluate(COUNT)
    box = lab.locator("input[type=range]").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(120):
        page.mouse.move(box["x"] + 20 + step * 1.6, box["y"] + box["height"] / 2)
        page.wait_for_timeout(14)
    let_go = page.evaluate("performance.now()")
    page.mouse.up()
    page.wait_for_timeout(1000)
    pictures, last = page.evaluate("[window.pictures, window.last]")
    print(f"drag of 2 s: {pictures} pictures, the last one {last - let_go:.0f} ms after its end")


def epoch(lab: Locator) -> int:
    """The epoch that a lab says it is in."""
    return int(lab.locator(".lab-progress b").inner_text().split()[1].replace(",", ""))


if __name__ == "__main__":
    main()
