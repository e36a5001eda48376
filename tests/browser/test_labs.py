"""Labs in a real JupyterLab: seen, moved, run and saved as a person would."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.jupyter import (
    IDLE,
    Server,
    barriers,
    command,
    commit_guesses,
    labs,
    open_notebook,
)
from tests.browser.pages import CUT, at, changes
from widgets.notebooks import read, written

FOLDER = Path(__file__).parents[2] / "notebooks"


LESSONS = [str(path.relative_to(FOLDER).with_suffix("")) for path in sorted(FOLDER.rglob("[0-9]*.ipynb"))]
every_page = at(*LESSONS, "kinds", "examples")


KEYS = {
    "select": ["ArrowDown"],
    "input[type=checkbox]": ["Space", "Space"],  # and back: one feature at least must stay
    "input[type=number]": ["ArrowUp"],
}


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
            lab.page.wait_for_function(IDLE)
            fold.press("Enter")  # a click is lost where the panel moves under it
            expect(fold).to_contain_text("▾")
            lab.page.wait_for_function(IDLE)
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
    commit_guesses(page)
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
            control.scroll_into_view_if_needed()  # what is out of view may have no text yet
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


@at("01_training")
def test_a_lab_stays_whole_whatever_is_opened_and_what_is_opened_is_in_view(page: Page) -> None:
    lab = labs(page).filter(has_text="Hidden layers").first
    lab.get_by_role("radio", name="table").press("Space")
    lab.evaluate("(lab) => lab.scrollIntoView({block: 'start'})")
    panel = lab.locator(".lab-panel").bounding_box()
    assert panel is not None
    for fold in lab.locator(".lab-panel .lab-fold").all():
        if "▸" in fold.inner_text():
            fold.click()
        expect(fold).to_contain_text("▾")
        page.wait_for_timeout(500)
        box, opened = lab.bounding_box(), fold.bounding_box()
        assert box is not None
        assert opened is not None
        assert box["height"] <= 599
        assert panel["y"] - 1 <= opened["y"] <= panel["y"] + panel["height"] - opened["height"]
    lab.get_by_role("radio", name="circle").press("Space")


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


def without_measurements(path: Path) -> str:
    """Return a notebook's file without the outputs that show this machine."""
    notebook = read(path)
    for cell in notebook["cells"]:
        if "nbval-ignore-output" in cell["metadata"].get("tags", []):
            cell["outputs"] = []
    return written(notebook)


@at(*LESSONS)
def test_a_saved_notebook_is_what_it_was_and_shows_its_pictures(
    page: Page, server: Server, folder: Path, request: pytest.FixtureRequest
) -> None:
    name = f"notebooks/{request.node.callspec.params['opened']}.ipynb"
    command(page, "docmanager:save")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    assert without_measurements(folder / name) == without_measurements(FOLDER.parent / name)
    page.reload()
    open_notebook(page, server, name)
    if "image/png" in (folder / name).read_text("utf-8"):
        page.locator(".jp-RenderedImage img").first.wait_for()
    assert page.get_by_text("model not found").count() == 0
    assert page.get_by_text("Loading widget").count() == 0
