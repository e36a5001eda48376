"""The exercises of lesson 04: forty answers and more to each."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from course.bias import SHARES
from course.questions import bias as questions

pytestmark = pytest.mark.usefixtures("one_thread")
LEAST = questions.smallest()
BEFORE, AFTER = (SHARES[SHARES.index(LEAST) + step] for step in (-1, 1))
NUMBER = "A number is asked for"
RIGHT = "Others than 8 and 9 need another share"
FEW = "too few. The group needs a larger share"
ENOUGH = "That is enough, but a smaller share is, too"
OTHER = "Choose one of the shares in the lab: 1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50 %"
SHARES_GIVEN: list[tuple[object, bool, str]] = [
    (LEAST, True, RIGHT),
    (f"{LEAST:.2f}", True, RIGHT),
    (f"{LEAST:.2f}".lstrip("0"), True, RIGHT),
    (f"{LEAST:.2f}".replace(".", ","), True, RIGHT),
    (f" {LEAST:.2f} ", True, RIGHT),
    (f"{100 * LEAST:.0f} %", True, RIGHT),
    (f"{100 * LEAST:.0f}%", True, RIGHT),
    (f"{100 * LEAST:.0f} percent", True, RIGHT),
    (f"{100 * LEAST:.0f} per cent", True, RIGHT),
    (f"{100 * LEAST:.0f}", True, RIGHT),
    (round(100 * LEAST), True, RIGHT),
    (f"{100 * LEAST:.0f}/100", True, RIGHT),
    (f"+{LEAST:.2f}", True, RIGHT),
    (np.float64(LEAST), True, RIGHT),
    (np.array([LEAST]), True, RIGHT),
    ([LEAST], True, RIGHT),
    (Fraction(round(100 * LEAST), 100), True, RIGHT),
    (BEFORE, False, FEW),
    (f"{100 * BEFORE:.0f} %", False, FEW),
    (0.01, False, FEW),
    ("1 %", False, FEW),
    (0.02, False, FEW),
    (0.03, False, FEW),
    (0.05, False, FEW),
    (5, False, FEW),
    (AFTER, False, ENOUGH),
    (f"{100 * AFTER:.0f} %", False, ENOUGH),
    (0.5, False, ENOUGH),
    ("50 %", False, ENOUGH),
    (50, False, ENOUGH),
    (0.4, False, ENOUGH),
    (0.8, False, OTHER),
    ("80 %", False, OTHER),
    (80, False, OTHER),
    (0, False, OTHER),
    (0.125, False, OTHER),
    ("4 %", False, OTHER),
    (-0.1, False, OTHER),
    ("−0,1", False, OTHER),
    (1e300, False, OTHER),
    ("", False, "There is no answer yet"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    ("nan", False, NUMBER),
    (np.nan, False, "nan is not a finite number"),
    (np.inf, False, "inf is not a finite number"),
    ("a tenth", False, NUMBER),
    ("10 % or so", False, NUMBER),
    (True, False, NUMBER),
    ([0.05, 0.1], False, "One number is asked for, and this holds 2"),
    ([], False, "One number is asked for, and this holds 0"),
    (lambda: 0.1, False, "A number is asked for, and this is a function"),
]


def looped(answers: Any, labels: Any, groups: Any) -> list[float]:
    right, people = [0, 0], [0, 0]
    for answer, label, group in zip(answers, labels, groups, strict=True):
        people[group] += 1
        right[group] += answer == label
    return [right[0] / people[0], right[1] / people[1]]


def nothing(answers: Any, labels: Any, groups: Any) -> None:
    np.mean(answers == labels)


def in_place(answers: Any, labels: Any, groups: Any) -> list[float]:
    answers -= labels
    return [float(np.mean(answers[groups == each] == 0)) for each in (0, 1)]


def _right(answers: Any, labels: Any, groups: Any) -> Any:
    return [(answers == labels)[groups == each].mean() for each in (0, 1)]


GOOD = "One number for each group is the smallest audit there is."
NOT_YET = "Not yet. For answers"
SHAPE = "The result must have shape (2,)"
MADE: list[tuple[Any, bool, str]] = [
    (_right, True, GOOD),
    (looped, True, GOOD),
    (lambda answers, labels, groups: np.array(_right(answers, labels, groups)), True, GOOD),
    (lambda answers, labels, groups: tuple(_right(answers, labels, groups)), True, GOOD),
    (lambda answers, labels, groups: [np.mean(answers[groups == k] == labels[groups == k]) for k in (0, 1)],
     True, GOOD),
    (lambda answers, labels, groups:
     [1 - np.mean(answers[groups == k] != labels[groups == k]) for k in (0, 1)], True, GOOD),
    (lambda answers, labels, groups:
     [np.sum((answers == labels) & (groups == k)) / np.sum(groups == k) for k in (0, 1)], True, GOOD),
    (lambda answers, labels, groups:
     [np.average(answers == labels, weights=groups == k) for k in (0, 1)], True, GOOD),
    (lambda answers, labels, groups:
     np.bincount(groups, answers == labels) / np.bincount(groups), True, GOOD),
    (lambda answers, labels, groups: [float(x) for x in _right(answers, labels, groups)], True, GOOD),
    (lambda **given: _right(**given), True, GOOD),
    (lambda groups, labels, answers: _right(answers, labels, groups), True, GOOD),
    (lambda answers, labels, groups: [np.mean(answers == labels)] * 2, False,
     "That is the accuracy over everybody, twice"),
    (lambda answers, labels, groups: _right(answers, labels, groups)[::-1], False,
     "The groups stand the wrong way round"),
    (lambda answers, labels, groups: [1 - x for x in _right(answers, labels, groups)], False,
     "That is the share of wrong answers"),
    (lambda answers, labels, groups: [np.sum((answers == labels) & (groups == k)) for k in (0, 1)], False,
     "That counts right answers"),
    (lambda answers, labels, groups: [np.mean((answers == labels) & (groups == k)) for k in (0, 1)], False,
     "That divides by everybody"),
    (lambda answers, labels, groups: [np.mean(groups[answers == labels] == k) for k in (0, 1)], False,
     "That divides each group’s right answers by all right answers"),
    (lambda answers, labels, groups: [np.mean(groups == k) for k in (0, 1)], False,
     "That is each group’s share of the people"),
    (lambda answers, labels, groups: [0, 0], False, NOT_YET),
    (lambda answers, labels, groups: [1.0, 1.0], False, NOT_YET),
    (lambda answers, labels, groups: [0.75, 0.5], False, NOT_YET),
    (lambda answers, labels, groups: [100 * x for x in _right(answers, labels, groups)], False, NOT_YET),
    (lambda answers, labels, groups: [-x for x in _right(answers, labels, groups)], False, NOT_YET),
    (lambda answers, labels, groups: [np.mean(answers), np.mean(labels)], False, NOT_YET),
    (lambda answers, labels, groups: np.mean(answers == labels), False, SHAPE),
    (lambda answers, labels, groups: _right(answers, labels, groups)[1], False, SHAPE),
    (lambda answers, labels, groups: (answers == labels).astype(float), False, SHAPE),
    (lambda answers, labels, groups: answers == labels, False, "The function must return numbers"),
    (lambda answers, labels, groups: [], False, SHAPE),
    (lambda answers, labels, groups: [[0.75, 0.5]], False, SHAPE),
    (lambda answers, labels, groups: {0: 0.75, 1: 0.5}, False,
     "The function must return numbers, and returned a dict"),
    (lambda answers, labels, groups: ["75 %", "50 %"], False, "The function must return numbers"),
    (lambda answers, labels, groups: [np.nan, 0.5], False, "The result holds numbers that are not finite"),
    (lambda answers, labels, groups: answers.accuracy(), False, "Your function stops with AttributeError"),
    (lambda answers, labels, groups: 1 / 0, False, "Your function stops with ZeroDivisionError"),
    (lambda answers, labels: 0.5, False, "The function must take (answers, labels, groups)"),
    (lambda a, y, g: _right(a, y, g), False, "The function must take (answers, labels, groups)"),
    (lambda answers, labels, groups: ..., False, "There is no answer yet"),
    (nothing, False, "The function returns nothing"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    ([0.75, 0.5], False, "A function is asked for, not a list"),
    (0.75, False, "A function is asked for, not a float"),
    ("by_group", False, "A function is asked for, not a str"),
    (dict, False, "The function must return numbers, and returned a dict"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "right", "words"), SHARES_GIVEN)
def test_a_share_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = questions.least.check(answer)
    assert verdict.right == right
    assert words in verdict.words


@pytest.mark.parametrize(("answer", "right", "words"), MADE)
def test_an_accuracy_by_group_is_judged(answer: Any, right: bool, words: str) -> None:
    verdict = questions.by_group.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


def test_an_array_that_is_changed_is_told() -> None:
    verdict = questions.by_group.check(in_place)
    assert verdict.right
    assert "It also changes an array" in verdict.words


def test_the_guesses_are_answered_by_what_the_labs_show() -> None:
    assert questions.read(0.01) < 0.1 < 0.9 < questions.read(0.5)
    assert questions.overall() == "It rises"
    assert questions.better_remedy() == "Collecting 24 more"
    assert questions.taught(flip_test=False) == questions.verdicts[2]
    assert questions.taught(flip_test=True) == questions.verdicts[0]
    assert questions.abroad() < 0.5
    assert 0.2 < questions.sure_abroad() < 0.6
