"""Digits drawn in a real JupyterLab: by mouse in several hands, and by keys."""

import re
from statistics import median

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.jupyter import IDLE, commit_guesses, labs
from tests.browser.pages import at

Place = tuple[float, float]


def arc(x: float, y: float, across: float, up: float, start: float, end: float) -> list[Place]:
    """Places along a part of an ellipse, 0 degrees at the right, 90 below."""
    angles = np.deg2rad(np.linspace(start, end, 14))
    return [(x + across * float(np.cos(a)), y + up * float(np.sin(a))) for a in angles]


# How several hands write each digit: strokes, as fractions of the pad.
HANDS: dict[str, list[list[list[Place]]]] = {
    "0": [
        [arc(0.5, 0.5, 0.25, 0.35, -90, 275)],
        [arc(0.5, 0.5, 0.3, 0.3, 200, -170)],
        [arc(0.4, 0.6, 0.15, 0.22, -60, 300)],
    ],
    "1": [
        [[(0.5, 0.15), (0.5, 0.85)]],
        [[(0.38, 0.3), (0.55, 0.15), (0.53, 0.88)]],
        [[(0.6, 0.2), (0.45, 0.8)]],
    ],
    "3": [
        [[*arc(0.47, 0.33, 0.2, 0.17, 200, 440), *arc(0.47, 0.66, 0.23, 0.19, 275, 510)]],
        [[(0.3, 0.2), (0.65, 0.2), (0.48, 0.42), *arc(0.47, 0.63, 0.2, 0.2, -80, 150)]],
        [[*arc(0.5, 0.35, 0.14, 0.13, 190, 450), *arc(0.5, 0.6, 0.17, 0.14, 270, 530)]],
    ],
    "4": [
        [[(0.4, 0.15), (0.25, 0.55), (0.75, 0.55)], [(0.62, 0.25), (0.6, 0.88)]],
        [[(0.3, 0.2), (0.3, 0.5), (0.68, 0.5)], [(0.68, 0.2), (0.68, 0.85)]],
        [[(0.42, 0.25), (0.32, 0.5), (0.6, 0.5)], [(0.57, 0.3), (0.55, 0.75)]],
    ],
    "7": [
        [[(0.25, 0.2), (0.75, 0.2), (0.42, 0.85)]],
        [[(0.3, 0.25), (0.7, 0.22), (0.58, 0.5), (0.5, 0.85)]],
        [[(0.35, 0.3), (0.65, 0.3), (0.5, 0.75)]],
    ],
}
KEYS = {
    "0": "666 2222 444 8888",
    "1": "222222",
    "3": "666 22 44 5 66 5 222 444",
    "4": "222 666 5 7 5 222222",
    "7": "6666 1 2 1 2 2",
}


@pytest.fixture
def lab(page: Page) -> Locator:
    """The draw lab of the start page, its networks trained."""
    commit_guesses(page)
    lab = labs(page).first
    lab.evaluate("(lab) => lab.scrollIntoView({block: 'start'})")
    if lab.get_by_role("button", name="Run").is_enabled():
        lab.get_by_role("button", name="Run").click()
    expect(lab.locator(".lab-progress")).to_have_text("All trained", timeout=60_000)
    return lab


def read(lab: Locator) -> str:
    """What the network from 3,500 examples says."""
    found = re.search(r"(\d) \([^)]*\) from 3,500 examples", settled(lab))
    return found[1] if found else ""


def settled(lab: Locator) -> str:
    """What is said once the kernel has nothing to do, and it no longer changes."""
    said, before = lab.locator(".lab-sentence").inner_text(), ""
    while said != before:
        lab.page.wait_for_timeout(250)
        lab.page.wait_for_function(IDLE)
        said, before = lab.locator(".lab-sentence").inner_text(), said
    return said


def draw(page: Page, lab: Locator, strokes: list[list[Place]]) -> None:
    box = lab.locator("canvas").bounding_box()
    assert box is not None
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=3)
        page.mouse.up()


def cleared(lab: Locator) -> None:
    settled(lab)
    if lab.get_by_role("button", name="Clear").is_enabled():
        lab.get_by_role("button", name="Clear").click()
    expect(lab.locator(".lab-sentence")).to_contain_text("Nothing drawn yet")


@at("00_start_here")
def test_digits_drawn_by_mouse_in_several_hands_are_read(page: Page, lab: Locator) -> None:
    right: dict[str, int] = {}
    for digit, hands in HANDS.items():
        for strokes in hands:
            cleared(lab)
            draw(page, lab, strokes)
            right[digit] = right.get(digit, 0) + (read(lab) == digit)
    print("read rightly, of three hands each:", right)
    assert sum(right.values()) >= 12  # of 15: four of five


@at("00_start_here")
def test_digits_drawn_by_keys_are_read(page: Page, lab: Locator) -> None:
    right = 0
    for digit, keys in KEYS.items():
        cleared(lab)
        lab.get_by_label("Or draw with keys").focus()
        page.keyboard.type(keys)
        right += read(lab) == digit
    assert right >= 4


@at("00_start_here")
def test_bars_follow_the_last_stroke_and_the_keyboard_can_leave_the_pad(page: Page, lab: Locator) -> None:
    picture = lab.locator(".lab-picture img")
    taken = []
    for n in range(8):
        cleared(lab)
        draw(page, lab, [[(0.3, 0.2 + n / 40), (0.7, 0.2)]])
        page.wait_for_timeout(200)
        taken.append(picture.evaluate(FOLLOWS, [0.7, 0.8]))
    print(f"from the end of a stroke to new bars: {median(taken):.0f} ms (median of {len(taken)})")
    assert all(each > 0 for each in taken)
    lab.locator("canvas").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") != "CANVAS"


FOLLOWS = """(img, [x, y]) => new Promise((done) => {
  const canvas = img.closest('.lab').querySelector('canvas'), box = canvas.getBoundingClientRect();
  const at = { bubbles: true, clientX: box.left + x * box.width, clientY: box.top + y * box.height };
  canvas.dispatchEvent(new MouseEvent('mousedown', { ...at, clientX: box.left + 20 }));
  const began = performance.now();
  img.addEventListener('load', () => done(performance.now() - began), { once: true });
  canvas.dispatchEvent(new MouseEvent('mousemove', at));
  canvas.dispatchEvent(new MouseEvent('mouseup', at));
})"""


@at("00_start_here")
def test_a_finger_draws_and_the_page_stays_where_it_is(page: Page, lab: Locator) -> None:
    cleared(lab)
    box = lab.locator("canvas").bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)
    kinds = ["touchStart", "touchMove", "touchMove", "touchMove", "touchEnd"]
    for kind, (x, y) in zip(
        kinds, [(0.25, 0.2), (0.75, 0.2), (0.6, 0.5), (0.45, 0.85), (0, 0)], strict=True
    ):
        places = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}]
        finger.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": places if kind != "touchEnd" else []}
        )
    assert read(lab) == "7"
    assert lab.locator("canvas").bounding_box() == box
