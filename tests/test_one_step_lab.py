"""The lab of one training step: every number in its place, and none on another."""

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch

from course.one_step import OneStep, one_step
from course.wording import told_apart, written
from tests.apart import texts
from widgets import style
from widgets.lab import Lab
from widgets.marks import Words
from widgets.one_step import HEIGHT, LINES, NODES, ROWS, WAYS, WIDTH, one_step_lab


def drawn(stage: int, **options: Any) -> tuple[OneStep, Axes, dict[str, Words]]:
    """The lab at a stage: its result, its axes, and the words that stand in each row."""
    lab = one_step_lab(start=options).advance(stage)
    axes = lab._canvas.axes["graph"]
    at = {(words.across, words.up): words for words in axes.findobj(Words)}
    return lab.result, axes, {name: at[row.x / WIDTH, row.y / HEIGHT] for name, row in ROWS.items()}


def value(text: str) -> float:
    """The last number in a text."""
    return float(text.split()[-1].replace("−", "-").replace(",", ""))


@pytest.mark.parametrize("seed", range(4))
def test_every_number_stands_in_its_place_once_it_is_known(seed: int) -> None:
    for stage in range(12):
        step, axes, rows = drawn(stage, random_state=seed)
        given = {"input 1": -1.0, "input 2": 1.0, "target": 1.0, "learning rate": 0.1}
        weights = {f"new {n}": weight for n, weight in enumerate(step.network.parameters)}
        known = {**given, **weights, **step.numbers}
        known["loss"] = known.pop("new loss", known.get("loss", np.nan))
        for name, words in rows.items():
            if np.isnan(known.get(name, np.nan)):
                assert words.text == WAYS[step.now.way] if name == "way" else not words.text
            else:
                assert value(words.text) == pytest.approx(known[name], abs=0.00501)
                assert words.text.startswith(ROWS[name].word) or "→" in words.text
        assert axes.get_title(loc="left") == step.stage
        assert axes.get_title(loc="right") == step.now.rule


def test_the_update_shows_what_every_weight_and_bias_was_and_is() -> None:
    for stage, arrows in ((9, 0), (10, 9), (11, 10)):
        step, _, rows = drawn(stage)
        texts = {name: words.text for name, words in rows.items() if " → " in words.text}
        assert len(texts) == arrows
        for n, name in enumerate(name for name in texts if name.startswith("new")):
            before, after = texts[name].split(" → ")
            assert before == written(step.network.parameters[n])
            assert after == told_apart(step.network.parameters[n], step.updated.parameters[n])[1]
    assert texts["loss"] == "0.59 → 0.41"


def test_only_what_is_new_is_bold_and_stands_on_pale_blue_in_a_ringed_card() -> None:
    for stage in range(12):
        step, axes, rows = drawn(stage)
        new = {"loss" if name == "new loss" else name for name in step.now.new}
        assert {name for name, words in rows.items() if words.bold} == new
        boxes = [patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)]
        coloured = [box for box in boxes if to_hex(box.get_facecolor()).upper() == style.UNDER_POINTS[3]]
        assert len([box for box in coloured if box.get_visible()]) == len(new)
        ringed = {box.get_x() for box in boxes if box.get_linewidth() > 2}
        cards = [node for node in NODES if any(node.holds(*ROWS[name][:2]) for name in new)]
        assert ringed == {node.x - node.width / 2 for node in cards}


def test_a_slope_and_a_weight_differ_in_word_place_and_colour() -> None:
    _, _, rows = drawn(11)
    for n in range(9):
        weight, slope = rows[f"new {n}"], rows[f"slope {n}"]
        assert (weight.colour, slope.colour) == (style.INK, style.TEXT_2)
        assert slope.text.startswith(("slope +", "slope −"))
        assert "slope" not in weight.text
        assert weight.up != slope.up


@pytest.mark.parametrize("stage", [0, 11])
def test_a_line_is_blue_or_orange_and_dashed_and_wide_as_its_weight_is_large(stage: int) -> None:
    step, axes, _ = drawn(stage, random_state=3, learning_rate=1.0)
    weights = (step.updated if stage else step.network).parameters
    lines = [line for line in axes.lines if line.get_animated()]
    for line, weight, ends in zip(lines, weights, LINES, strict=True):
        colour, dash = {1: (style.BLUE, "-"), -1: (style.ORANGE, "--"), 0: (style.TRAINING, "-")}[
            np.sign(weight)
        ]
        assert (line.get_color(), line.get_linestyle()) == (colour, dash)
        assert np.asarray(line.get_xydata()).tolist() == [[*end] for end in ends]
    widths = [line.get_linewidth() for line in lines]
    assert (
        np.argsort(widths, kind="stable") == np.argsort(np.minimum(np.abs(weights), 2), kind="stable")
    ).all()


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
def test_no_text_meets_another_at_any_stage(scale: float) -> None:
    lab = one_step_lab(start={"random_state": 6})
    lab._canvas.size(scale)
    for step in one_step(random_state=6):
        assert_apart(lab, step, scale)


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_no_text_meets_another_with_the_sliders_at_their_ends(seed: int) -> None:
    lab = one_step_lab()
    for first, second, target, rate in product((-2.0, 2.0), (-2.0, 2.0), (-2.0, 2.0), (0.01, 10.0)):
        *_, slopes, update, loss = one_step(
            input_1=first, input_2=second, target=target, learning_rate=rate, random_state=seed
        )
        for step in (slopes, update, loss):
            assert_apart(lab, step, 1.0)


def assert_apart(lab: Lab, step: OneStep, scale: float) -> None:
    """No text leaves the picture, or comes within the margin of another's paper."""
    lab._canvas.draw(step)
    width, height = lab._canvas.figure.bbox.size
    found = texts(lab)
    for words, left, bottom, right, top in found:
        assert min(left, bottom) >= 0, f"{words!r} leaves"
        assert right <= width, f"{words!r} leaves"
        assert top <= height, f"{words!r} leaves"
    for (one, *a), (other, *b) in combinations(found, 2):
        across = min(a[2], b[2]) - max(a[0], b[0])
        down = min(a[3], b[3]) - max(a[1], b[1])
        assert across <= -4 * scale or down <= 2 * scale, f"{one!r} meets {other!r}"


def test_a_text_in_a_card_stays_in_it() -> None:
    lab = one_step_lab()
    axes = lab._canvas.axes["graph"]
    for seed in range(6):
        for step in one_step(input_1=-2.0, input_2=2.0, target=-2.0, learning_rate=10.0, random_state=seed):
            lab._canvas.draw(step)
            for words in axes.findobj(Words):
                x, y = words.across * WIDTH, words.up * HEIGHT
                for node in (node for node in NODES if words.text and node.holds(x, y)):
                    width = words.get_window_extent().width * WIDTH / axes.bbox.width
                    assert width <= node.width - 8, words.text


def test_moving_a_control_starts_the_step_anew_with_that_value() -> None:
    lab = one_step_lab().advance(11)
    assert lab.result.number == 11
    lab._panel.controls["input_2"].value = 0.5
    assert lab.result.number == 0
    assert lab.result.x.tolist() == [[-1.0, 0.5]]
    lab._panel.controls["learning_rate"].value = 10.0
    assert "the step was too far" in str(lab.advance(11).result)


def test_a_new_random_start_is_one_button_away() -> None:
    lab = one_step_lab()
    before = lab.result.network.parameters
    assert lab._panel.seed is not None
    lab._panel.seed.click()
    assert lab._panel.seed.description == "Another start"
    assert not (lab.result.network.parameters[:4] == before[:4]).any()


def test_step_is_the_next_thing_to_do_until_the_end() -> None:
    runner = one_step_lab()._runner
    assert runner is not None
    assert (runner.step_button.button_style, runner.run_button.button_style) == ("primary", "")
    for _ in range(12):
        runner.step_button.click()
    assert (runner.step_button.button_style, runner.reset_button.button_style) == ("", "primary")


def test_the_lab_goes_a_stage_a_second_and_opens_with_five_controls() -> None:
    lab = one_step_lab()
    assert lab._runner is not None
    assert lab._runner.speed.value == 1.0
    assert len(lab._panel.widget.children) == 5
    assert lab._canvas.height <= 470
