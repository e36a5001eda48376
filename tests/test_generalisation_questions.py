"""The exercises of lesson 02: forty answers and more to each."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from course.questions import generalisation as questions
from tests.unanswered import NO_FUNCTIONS, NO_NUMBERS

GOOD_REACH = "Three points up or down"
REACH = 100 * 1.96 * np.sqrt(0.95 * 0.05 / 200)
OTHER = "p is 0.95 and n is 200."
CLOSE = "Close: rounded too early"
REACHES: list[tuple[object, bool, str]] = [
    (REACH, True, GOOD_REACH),
    (3.02, True, GOOD_REACH),
    ("3.02", True, GOOD_REACH),
    ("3,02", True, GOOD_REACH),
    (" 3.02 ", True, GOOD_REACH),
    ("+3.02", True, GOOD_REACH),
    (3.0, True, GOOD_REACH),
    (3, True, GOOD_REACH),
    ("3", True, GOOD_REACH),
    ("302/100", True, GOOD_REACH),
    ("3.02e0", True, GOOD_REACH),
    (Fraction(302, 100), True, GOOD_REACH),
    (np.float32(REACH), True, GOOD_REACH),
    (np.array([REACH]), True, GOOD_REACH),
    ([REACH], True, GOOD_REACH),
    (1.96 * np.sqrt(0.95 * 0.05 / 200) * 100, True, GOOD_REACH),
    (0.0302, False, "That is a share of 1."),
    ("0.03", False, "That is a share of 1."),
    (1.54, False, "That is one standard deviation."),
    (100 * np.sqrt(0.95 * 0.05 / 200), False, "That is one standard deviation."),
    (6.04, False, "That is from end to end."),
    (0.04655, False, "The square root is missing."),
    (42.7, False, "That is for a single row"),
    (13.5, False, "p times (1 − p), not p alone."),
    (0.2136, False, "The 200 belongs below the root."),
    (5, False, "5 % are wrong."),
    ("5", False, "5 % are wrong."),
    (-3.02, False, "The size is right, the sign isn't."),
    (3.2, False, CLOSE),
    (2.9, False, CLOSE),
    (0, False, OTHER),
    (95, False, OTHER),
    (190, False, OTHER),
    (10, False, OTHER),
    (200, False, OTHER),
    (1e300, False, OTHER),
    ("3 points", False, "A number is asked for"),
    ("±3", False, "A number is asked for"),
    *NO_NUMBERS,
]


def counted(labels: Any) -> float:
    found: dict[int, int] = {}
    for label in labels:
        found[label] = found.get(label, 0) + 1
    return max(found.values()) / len(labels)


def in_place(labels: Any) -> float:
    labels.sort()
    return float(np.bincount(labels).max() / len(labels))


GOOD = "An accuracy that is not clearly better than that is no sign of having learnt anything"
NOT_YET = "Not yet. For labels"
NUMBERS = "The function must return numbers"
SHAPE = "The result must have shape ()"
RIVALS: list[tuple[Any, bool, str]] = [
    (lambda labels: np.bincount(labels).max() / len(labels), True, GOOD),
    (counted, True, GOOD),
    (lambda labels: max(np.mean(labels == each) for each in set(labels)), True, GOOD),
    (lambda labels: max(np.mean(labels == each) for each in range(10)), True, GOOD),
    (lambda labels: np.unique(labels, return_counts=True)[1].max() / labels.size, True, GOOD),
    (lambda labels: np.mean(labels == np.bincount(labels).argmax()), True, GOOD),
    (lambda labels: float(np.max(np.bincount(labels) / np.sum(np.bincount(labels)))), True, GOOD),
    (lambda labels: sorted(np.bincount(labels))[-1] / len(labels), True, GOOD),
    (lambda labels: 1 - np.mean(labels != np.bincount(labels).argmax()), True, GOOD),
    (lambda labels: np.array(counted(labels)), True, GOOD),
    (lambda labels: np.float32(counted(labels)), True, GOOD),
    (lambda **given: counted(**given), True, GOOD),
    (lambda labels: round(counted(labels), 3), True, GOOD),
    (lambda labels: 1 / len(set(labels)), False, "That is chance"),
    (lambda labels: 1 / len(np.unique(labels)), False, "That is chance"),
    (lambda labels: np.bincount(labels).argmax(), False, "That is the most frequent label itself"),
    (
        lambda labels: max(set(labels), key=list(labels).count),
        False,
        "That is the most frequent label itself",
    ),
    (lambda labels: np.bincount(labels).max(), False, "That counts."),
    (lambda labels: max(np.bincount(labels)), False, "That counts."),
    (np.mean, False, "The function must take (labels)"),
    (lambda labels: np.mean(labels), False, "That is the mean of the labels"),
    (lambda labels: np.mean(labels == 1), False, "That is the share of label 1"),
    (lambda labels: np.mean(labels == 0), False, "That is the share of label 0"),
    (lambda labels: np.bincount(labels).min() / len(labels), False, "That is the rarest label"),
    (lambda labels: 1 - counted(labels), False, "That is how often it is wrong"),
    (lambda labels: 100 * counted(labels), False, NOT_YET),
    (lambda labels: 0.5, False, NOT_YET),
    (lambda labels: 1.0, False, NOT_YET),
    (lambda labels: 0, False, NOT_YET),
    (lambda labels: np.std(labels), False, NOT_YET),
    (lambda labels: np.median(labels), False, NOT_YET),
    (lambda labels: -counted(labels), False, NOT_YET),
    (lambda labels: len(labels), False, NOT_YET),
    (lambda labels: np.bincount(labels) / len(labels), False, SHAPE),
    (lambda labels: labels, False, SHAPE),
    (lambda labels: [counted(labels)], False, SHAPE),
    (lambda labels: np.max(labels) > 1, False, NUMBERS),
    (lambda labels: f"{counted(labels):.0%}", False, NUMBERS),
    (lambda labels: {"share": counted(labels)}, False, NUMBERS),
    (lambda labels: np.nan, False, "The result holds numbers that are not finite"),
    (lambda: 0.5, False, "The function must take (labels)"),
    (lambda labels: labels.most_common(), False, "Your function stops with AttributeError"),
    *[each for each in NO_FUNCTIONS if each[2] != "The function must take ("],
]


@pytest.mark.parametrize(("answer", "right", "words"), REACHES)
def test_how_far_off_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = questions.reach.check(answer)
    assert verdict.right == right
    assert words in verdict.words


@pytest.mark.parametrize(("answer", "right", "words"), RIVALS)
def test_a_rival_is_judged(answer: Any, right: bool, words: str) -> None:
    verdict = questions.majority.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


def test_an_array_that_is_changed_is_told() -> None:
    verdict = questions.majority.check(in_place)
    assert verdict.right
    assert "It also changes an array" in verdict.words


def test_the_guesses_are_answered_by_what_the_labs_show() -> None:
    assert questions.memorised() > 0.99
    assert questions.seen_through() > 0.85
    assert questions.best_size() == "12 to 64 neurons"
    assert questions.accuracy_after() == "It moves by 2 points at most"
    assert 10 <= questions.split_range() <= 30
    assert 0.78 < questions.selected_first() < 0.92
    assert questions.found_first() > 0.9
    assert 0.9 < questions.ten_times() < 0.96
