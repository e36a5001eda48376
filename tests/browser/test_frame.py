"""The frame of every lab in a real JupyterLab, on small examples."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.jupyter import (
    WIDE,
    Server,
    labs,
    open_notebook,
    restart,
    run_all,
    run_cell,
    shown,
    shut_down,
)
from tests.browser.pages import CUT, at, changes, sentence
from tests.examples import fit

FOLDER = Path(__file__).parents[2] / "notebooks"


def output_of(page: Page, index: int) -> Locator:
    return page.locator(".jp-Notebook .jp-CodeCell").nth(index).locator(".jp-Cell-outputArea")


@at("examples")
def test_a_lab_fits_half_a_screen_with_its_controls_under_the_picture(page: Page) -> None:
    page.set_viewport_size({"width": 760, "height": 720})
    lab = labs(page).first
    expect(lab.locator(".lab-fold")).to_have_text("▸ Model: degree 3")
    picture, panel = lab.locator(".lab-picture").bounding_box(), lab.locator(".lab-panel").bounding_box()
    assert picture is not None
    assert panel is not None
    assert panel["y"] > picture["y"] + picture["height"]
    assert lab.evaluate(CUT) == []
    page.wait_for_function(
        "(img) => img.naturalWidth === img.clientWidth",
        arg=lab.locator(".lab-picture img").element_handle(),
    )
    page.set_viewport_size(WIDE)
    expect(lab.locator(".lab-fold")).to_have_text("▾ Model")


@at("examples")
def test_run_pause_step_reset_and_the_end(page: Page) -> None:
    lab = labs(page).nth(1)
    run, pause, step, reset = (
        lab.get_by_role("button", name=name) for name in ("Run", "Pause", "Step", "Reset")
    )
    for _ in range(5):
        run.click()
    expect(pause).to_be_enabled()
    page.wait_for_timeout(300)
    pause.click()
    expect(pause).to_be_disabled()
    stopped = sentence(lab)
    page.wait_for_timeout(300)
    assert sentence(lab) == stopped
    changes(lab, step.click)
    lab.get_by_label("Speed").select_option("fast")
    run.click()
    expect(lab.locator(".lab-sentence")).to_have_text("After 50 steps of 1 the walker stands at 50.")
    expect(run).to_be_disabled()
    reset.click()
    expect(run).to_be_enabled()
    expect(lab.locator(".lab-sentence")).to_have_text("After 0 steps of 1 the walker stands at 0.")


@at("examples")
def test_a_pointer_drags_on_the_picture(page: Page) -> None:
    lab = labs(page).first
    box = lab.locator(".lab-picture img").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] - 50, steps=5)
    page.mouse.up()
    expect(lab.get_by_label("Noise")).to_have_attribute("aria-valuetext", "1")


@at("examples")
def test_a_cell_that_is_run_again_while_its_lab_runs_leaves_one_lab(page: Page) -> None:
    alive = output_of(page, 3).inner_text()
    labs(page).nth(1).get_by_role("button", name="Run").click()
    page.wait_for_timeout(100)
    run_cell(page, 2)
    expect(labs(page)).to_have_count(2)
    page.wait_for_timeout(300)
    assert sentence(labs(page).nth(1)) == "After 0 steps of 1 the walker stands at 0."
    run_cell(page, 3)
    expect(output_of(page, 3)).to_have_text(alive)


@at("examples")
def test_running_all_twice_and_after_a_restart_gives_the_same(page: Page) -> None:
    texts = []
    for again in (False, False, True):
        if again:
            restart(page)
        run_all(page)
        expect(labs(page)).to_have_count(2)
        texts.append([*map(sentence, labs(page).all()), output_of(page, 3).inner_text()])
    assert texts[0] == texts[1] == texts[2]
    changes(labs(page).first, lambda: labs(page).first.get_by_label("Noise").press("ArrowRight"))


@at("examples")
def test_controls_moved_while_a_cell_computes_end_at_the_newest_value(page: Page) -> None:
    lab = labs(page).first
    before = shown(lab)
    page.evaluate(BUSY)
    degree = lab.get_by_label("Degree")
    degree.focus()
    for _ in range(11):
        page.keyboard.press("ArrowRight")
    assert shown(lab) == before
    pictures = lab.locator(".lab-picture img").evaluate_handle(
        "(img) => { const seen = []; img.addEventListener('load', () => seen.push(1)); return seen; }"
    )
    expect(lab.locator(".lab-picture img")).not_to_have_attribute("src", before)
    page.wait_for_timeout(500)
    assert degree.get_attribute("aria-valuetext") == "14"
    assert pictures.evaluate("(seen) => seen.length") <= 2
    assert sentence(lab) == str(fit(degree=14))


BUSY = """() => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  kernel.requestExecute({code: 'import time; time.sleep(2)'});
}"""


@at("broken")
def test_a_mistake_in_the_computation_is_shown_with_its_type(page: Page) -> None:
    lab = labs(page).first
    slider = lab.get_by_label("Whole")
    slider.press("ArrowRight")
    expect(lab.get_by_role("alert")).to_have_text("✗ ZeroDivisionError: division by zero")
    slider.press("ArrowRight")
    expect(lab.locator(".lab-sentence")).to_have_text("1.00.")
    expect(lab.get_by_role("alert")).to_have_count(0)


@at("examples")
def test_a_refusal_stands_where_the_picture_was_and_nothing_jumps(page: Page) -> None:
    for lab, name, key in zip(labs(page).all(), ("Degree", "Stride"), ("End", "ArrowLeft"), strict=True):
        lab.get_by_label(name).focus()
        before, place = lab.bounding_box(), lab.locator(".lab-picture").bounding_box()
        lab.get_by_label(name).press(key)
        expect(lab.get_by_role("alert")).to_contain_text("must")
        alert, after = lab.get_by_role("alert").bounding_box(), lab.bounding_box()
        assert alert is not None
        assert place is not None
        assert before is not None
        assert after is not None
        assert abs(alert["y"] - place["y"]) < 6
        assert lab.locator(".lab-picture").bounding_box() == place
        assert abs(after["height"] - before["height"]) <= 1


@at("examples")
def test_two_notebooks_open_at_once_both_answer(page: Page, empty_page: Page, server: Server) -> None:
    other = empty_page
    open_notebook(other, server, "notebooks/kinds.ipynb")
    run_all(other)
    labs(page).nth(1).get_by_role("button", name="Run").click()
    changes(labs(other).first, lambda: labs(other).first.get_by_label("Whole").press("ArrowRight"))
    expect(labs(page).nth(1).locator(".lab-sentence")).to_have_text(
        "After 50 steps of 1 the walker stands at 50."
    )
    shut_down(other)
