"""The next-word lab: what is drawn of a text, its candidates and its copies."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from matplotlib.collections import LineCollection

from course.next_word import Continuation, continue_text
from tests.apart import assert_apart
from widgets import next_word
from widgets.marks import Words
from widgets.next_word import OnLine, next_word_lab

SEEDS = range(12)
SMALL = (("a", "b", "a", "c"), ("a", "b"))
LISTS = st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=9), min_size=1, max_size=5)


def drawn(**start: Any) -> tuple[Continuation, dict[str, Any]]:
    lab = next_word_lab(start=start)
    return lab.result, lab._canvas.axes


def test_the_text_is_drawn_whole_and_what_is_copied_is_underlined() -> None:
    result, axes = drawn(context=3)
    words = [each for each in axes["written"].findobj(OnLine) if each.text]
    assert [each.text for each in words] == [each[:39] + "…" * (len(each) > 40) for each in result.words]
    assert [each.bold for each in words] == [n < result.prompt for n in range(len(words))]
    paper, under = axes["written"].findobj(LineCollection)
    assert covered(paper, words, 4) == set(np.flatnonzero(result.copied))
    levels = [covered(under, words, level) for level in next_word.UNDER]
    for level, found in enumerate(levels):
        pairs = result.stretches[level::2]
        assert found == {n for first, last in pairs for n in range(first, last + 1)}
    assert levels[0] | levels[1] == set(np.flatnonzero(result.copied))


def covered(lines: LineCollection, words: list[OnLine], rise: float) -> set[int]:
    """Numbers of the words along which a line runs, so many pixels above where they stand."""
    found = set()
    for number, each in enumerate(words):
        left, up = each.beside / each.box.width, each.up + rise / each.box.height
        right = left + next_word._width(each) / each.box.width
        for (start, height), (end, _) in (segment[[0, -1]] for segment in lines.get_segments()):
            if start < left + 1e-6 and right < end + 1e-6 and abs(height - up) < 1e-6:
                found.add(number)
    return found


def test_words_of_a_line_follow_one_another_and_stay_in_the_axes() -> None:
    for seed in SEEDS:
        lab = next_word_lab(start={"words": 120, "context": 4}, fixed={"random_state": seed})
        words = [each for each in lab._canvas.axes["written"].findobj(OnLine) if each.text]
        boxes = [each.get_window_extent() for each in words]
        for one, other in pairwise(words):
            assert other.up < one.up or other.beside >= one.beside + next_word._width(one) - 1e-6
        assert max(box.x1 for box in boxes) <= words[0].box.x1 + 2
        assert min(box.y0 for box in boxes) >= words[0].box.y0 - 2


def test_a_text_too_long_for_its_room_ends_in_three_dots() -> None:
    lab = next_word_lab(fixed={"words": 500})
    shown = [each.text for each in lab._canvas.axes["written"].findobj(OnLine) if each.text]
    assert shown[-1] == "…"
    assert len(shown) < 200


def test_candidates_and_their_bars_are_those_of_the_result() -> None:
    result, axes = drawn(prompt="the shape of the input", context=4)
    bars = [bar.get_width() for bar in axes["candidates"].patches]
    missing = 8 - len(result.candidates)
    assert bars == [*result.probabilities, *[0] * missing]
    shown = [each.text for each in axes["candidates"].findobj(Words)]
    assert [each.strip("“”") for each in shown[:8]] == [*result.candidates, *[""] * missing]
    assert axes["candidates"].get_title(loc="left") == "After “shape of the input”"


def test_bars_of_copying_are_the_shares_and_the_line_is_that_of_people() -> None:
    result, axes = drawn(context=2)
    assert [bar.get_height() for bar in axes["copying"].patches] == result.copy_shares.tolist()
    (line,) = axes["copying"].lines
    assert set(line.get_ydata()) == {result.model.human_share}
    assert (np.diff(result.copy_shares) > 0).all()


def test_another_text_leaves_the_bars_as_they_are() -> None:
    lab = next_word_lab()
    before = lab.result
    assert lab._panel.seed is not None
    assert lab._panel.seed.description == "Another text"
    lab._panel.seed.click()
    assert lab.result.words != before.words
    assert lab.result.candidates == before.candidates
    np.testing.assert_array_equal(lab.result.copy_shares, before.copy_shares)


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
def test_no_text_meets_another_whatever_is_written(scale: float) -> None:
    lab = next_word_lab()
    lab._canvas.size(scale)
    for how in (
        {"context": 1, "words": 120},
        {"temperature": 0.0},
        {"temperature": 2.0, "random_state": 3},
    ):
        lab._canvas.draw(continue_text(**how))
        assert_apart(lab, scale)
