"""Labs in a real JupyterLab: seen, moved, run and saved as a person would."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.jupyter import (
    WIDE,
    Server,
    barriers,
    command,
    commit_guesses,
    labs,
    open_notebook,
    restart,
    run_all,
    run_cell,
    shown,
    shut_down,
)
from tests.examples import fit

FOLDER = Path(__file__).parents[2] / "notebooks"


def at(*names: str) -> pytest.MarkDecorator:
    """Have the test's `page` show these notebooks, each run anew."""
    return pytest.mark.parametrize("opened", names, indirect=True, scope="session")


LESSONS = [str(path.relative_to(FOLDER).with_suffix("")) for path in sorted(FOLDER.rglob("[0-9]*.ipynb"))]
every_page = at(*LESSONS, "kinds", "examples")


KEYS = {
    "select": ["ArrowDown"],
    "input[type=checkbox]": ["Space", "Space"],  # and back: one feature at least must stay
    "input[type=number]": ["ArrowUp"],
}


def sentence(lab: Locator) -> str:
    return lab.locator(".lab-sentence").inner_text()


def changes(lab: Locator, act: Callable[[], object]) -> None:
    """Act, and wait until the picture and its sentence are others."""
    before = shown(lab), sentence(lab)
    act()
    expect(lab.locator(".lab-picture img")).not_to_have_attribute("src", before[0])
    expect(lab.locator(".lab-sentence")).not_to_have_text(before[1])
    expect(lab.locator(".lab-picture img")).to_have_attribute("alt", sentence(lab))


def output_of(page: Page, index: int) -> Locator:
    return page.locator(".jp-Notebook .jp-CodeCell").nth(index).locator(".jp-Cell-outputArea")


def test_the_first_page_opens_by_itself(empty_page: Page, server: Server) -> None:
    page = empty_page
    page.goto(server.url)
    page.wait_for_url("**/lab/tree/notebooks/00_start_here.ipynb")
    page.get_by_role("heading", name="Start here").first.wait_for()
    assert page.get_by_text("Would you like to").count() == 0


def visible(lab: Locator, selector: str) -> Iterator[Locator]:
    """Each control of a kind once it can be seen: groups are opened one after the other."""
    done = set()
    for fold in [None, *lab.locator(".lab-panel .lab-fold").all()]:
        if fold is not None and "▸" in fold.inner_text():
            fold.click()
            expect(fold).to_contain_text("▾")
            lab.page.wait_for_timeout(150)  # until the group that was open has closed
        for number, control in enumerate(lab.locator(f".lab-panel {selector}:not(.lab-aside *)").all()):
            if number not in done and control.evaluate("(each) => each.offsetParent !== null"):
                done.add(number)
                yield control


@every_page
def test_every_control_moves_picture_and_sentence_by_keyboard(
    page: Page,
) -> None:
    assert page.locator(".jp-OutputArea-output[data-mime-type*=error]").count() == 0
    commit_guesses(page)
    for lab in labs(page).filter(has_text="one key each").all():
        lab.get_by_label("one key each").focus()
        for digit in "01234567890123456789":
            changes(lab, partial(page.keyboard.press, digit))
    for lab in labs(page).all():
        for control in visible(lab, "input[type=range]"):
            control.focus()
            last = control.evaluate("(input) => input.value === input.max")
            changes(lab, partial(page.keyboard.press, "ArrowLeft" if last else "ArrowRight"))
        for control, key in (
            (each, key) for kind in KEYS for each in visible(lab, kind) for key in KEYS[kind]
        ):
            control.focus()
            changes(lab, partial(page.keyboard.press, key))
        for control in visible(lab, ".widget-radio-box"):
            control.locator("input:checked").focus()
            changes(lab, lambda: page.keyboard.press("ArrowRight"))
        for control in lab.locator(".lab-panel button:has(.fa-refresh)").all():
            control.focus()
            changes(lab, lambda: page.keyboard.press("Enter"))
        for control in lab.locator(".lab-transport").get_by_role("button", name="Step").all():
            control.focus()
            changes(lab, lambda: page.keyboard.press("Space"))


@every_page
def test_every_control_moves_picture_and_sentence_by_mouse(page: Page) -> None:
    for lab in labs(page).all():
        for control in lab.locator(".lab-panel button").filter(has_text=re.compile(r"^[0-9]$")).all():
            changes(lab, control.click)
        for control in visible(lab, "input[type=range]"):
            share = control.evaluate("(input) => input.value / input.max")
            box = control.bounding_box()
            assert box is not None
            changes(
                lab,
                partial(
                    control.click,
                    position={"x": box["width"] * (0.25 if share > 0.5 else 0.75), "y": box["height"] / 2},
                ),
            )
        for control in visible(lab, ".widget-radio-box"):
            changes(lab, control.locator("label").last.click)
        for control in visible(lab, "input[type=checkbox]"):
            changes(lab, control.click)
            changes(lab, control.click)
        for control in visible(lab, "select"):
            other = int(control.evaluate("(select) => select.selectedIndex === 0"))
            changes(lab, partial(control.select_option, index=other))


@every_page
def test_a_lab_is_whole_on_a_small_screen_and_has_no_barrier(page: Page) -> None:
    for lab in labs(page).all():
        lab.evaluate("(lab) => lab.scrollIntoView({block: 'start'})")
        view = page.locator(".jp-WindowedPanel-outer").bounding_box()
        box = lab.bounding_box()
        assert view is not None
        assert box is not None
        assert box["height"] <= 599
        assert box["x"] + box["width"] <= view["x"] + view["width"]
        assert lab.evaluate(CUT) == []
    assert barriers(page, ".jp-OutputArea-output .lab") == []


CUT = """(lab) => [...lab.querySelectorAll('*')]
  .filter((part) => getComputedStyle(part).overflowX !== 'visible' && part.clientWidth > 1)
  .filter((part) => part.scrollWidth > part.clientWidth + 1 || part.getBoundingClientRect().right
    > lab.getBoundingClientRect().right + 1)
  .map((part) => part.className)"""


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


@at("01_training")
def test_dragging_the_ball_moves_its_path(page: Page) -> None:
    commit_guesses(page)
    lab = labs(page).filter(has_text="Start on the curve")
    lab.get_by_label("Speed").select_option("fast")
    lab.get_by_role("button", name="Run").click()
    expect(lab.locator(".lab-sentence")).to_contain_text("plain converges in 16 steps in the higher valley")
    lab.evaluate("(lab) => lab.scrollIntoView({block: 'start'})")
    box = lab.locator(".lab-picture img").bounding_box()
    assert box is not None
    ball = lab.get_by_label("Start on the curve")
    assert ball.get_attribute("aria-valuetext") == "3.1"
    page.mouse.move(box["x"] + 0.41 * box["width"], box["y"] + 0.1 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.14 * box["width"], box["y"] + 0.3 * box["height"], steps=4)
    page.mouse.up()
    expect(ball).not_to_have_attribute("aria-valuetext", "3.1")
    expect(lab.locator(".lab-sentence")).to_contain_text("on the curve and -2.6, 0.7 on the surface")
    lab.get_by_role("button", name="Run").click()
    expect(lab.locator(".lab-sentence")).to_contain_text(re.compile(r"plain converges in \d+ steps,"))


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


@at(*LESSONS)
def test_a_saved_notebook_is_what_it_was_and_shows_its_pictures(
    page: Page, server: Server, folder: Path, request: pytest.FixtureRequest
) -> None:
    name = f"notebooks/{request.node.callspec.params['opened']}.ipynb"
    command(page, "docmanager:save")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    assert (folder / name).read_text("utf-8") == (FOLDER.parent / name).read_text("utf-8")
    page.reload()
    open_notebook(page, server, name)
    if "image/png" in (folder / name).read_text("utf-8"):
        page.locator(".jp-RenderedImage img").first.wait_for()
    assert page.get_by_text("model not found").count() == 0
    assert page.get_by_text("Loading widget").count() == 0
