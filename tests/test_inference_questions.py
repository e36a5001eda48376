"""The exercises of lesson 03: forty answers and more to each."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from course.questions import inference as questions

pytestmark = pytest.mark.usefixtures("one_thread")
NOT_A_NUMBER = "A number is asked for"
ENOUGH = "That is enough, but a lower threshold does it, too"
FEW = ": too few. Withhold more."
RIGHT = "The others wait for a person"
LINE = questions.smallest()
THRESHOLDS: list[tuple[object, bool, str]] = [
    (LINE, True, RIGHT),
    (f"{LINE:.2f}", True, RIGHT),
    (f"{LINE:.2f}".replace(".", ","), True, RIGHT),
    (f"{LINE:.2f}".lstrip("0"), True, RIGHT),
    (f" {LINE:.2f} ", True, RIGHT),
    (f"{100 * LINE:.0f} %", True, RIGHT),
    (f"{100 * LINE:.0f}%", True, RIGHT),
    (f"{100 * LINE:.0f} percent", True, RIGHT),
    (f"{100 * LINE:.0f} per cent", True, RIGHT),
    (f"{100 * LINE:.0f}/100", True, RIGHT),
    (f"+{LINE:.2f}", True, RIGHT),
    (f"{100 * LINE:.0f}e-2", True, RIGHT),
    (np.float64(LINE), True, RIGHT),
    (np.array([LINE]), True, RIGHT),
    ([LINE], True, RIGHT),
    (Fraction(round(100 * LINE), 100), True, RIGHT),
    (round(100 * LINE), True, RIGHT),
    (f"{100 * LINE:.0f}", True, RIGHT),
    (LINE - 0.01, False, FEW),
    (0.9, False, "Asked for are 99 % of the answers, not a confidence of 99 %"),
    ("90 %", False, "Asked for are 99 % of the answers, not a confidence of 99 %"),
    (0.5, False, FEW),
    (0, False, FEW),
    ("0 %", False, FEW),
    (0.8, False, FEW),
    (0.99, False, ENOUGH),
    ("99 %", False, ENOUGH),
    (0.999, False, ENOUGH),
    (1.0, False, "At 100 % it answers nothing"),
    ("100 %", False, "At 100 % it answers nothing"),
    (99, False, ENOUGH),
    (-0.95, False, "A confidence lies between 0 and 1"),
    ("−0,95", False, "A confidence lies between 0 and 1"),
    (250, False, "A confidence lies between 0 and 1"),
    (1e300, False, "A confidence lies between 0 and 1"),
    ("", False, "There is no answer yet"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    ("nan", False, NOT_A_NUMBER),
    (np.nan, False, "nan is not a finite number"),
    (np.inf, False, "inf is not a finite number"),
    ("very sure", False, NOT_A_NUMBER),
    ("0.95 or so", False, NOT_A_NUMBER),
    (True, False, NOT_A_NUMBER),
    ([0.9, 0.95], False, "One number is asked for, and this holds 2"),
    ([], False, "One number is asked for, and this holds 0"),
    ({"threshold": 0.95}, False, NOT_A_NUMBER),
    (lambda: 0.95, False, "A number is asked for, and this is a function"),
    (0.95j, False, NOT_A_NUMBER),
]


def looped(probabilities: Any, threshold: float) -> float:
    given = 0
    for row in probabilities:
        if max(row) >= threshold:
            given += 1
    return given / len(probabilities)


def nothing(probabilities: Any, threshold: float) -> None:
    probabilities.max(axis=1)


def in_place(probabilities: Any, threshold: float) -> float:
    probabilities -= threshold
    return float((probabilities.max(axis=1) >= 0).mean())


COVERED = "That share is called the coverage."
NOT_YET = "Not yet. For probabilities"
COVERAGES: list[tuple[Any, bool, str]] = [
    (lambda probabilities, threshold: (probabilities.max(axis=1) >= threshold).mean(), True, COVERED),
    (lambda probabilities, threshold: np.mean(np.max(probabilities, 1) >= threshold), True, COVERED),
    (lambda probabilities, threshold: (probabilities.max(1) >= threshold).sum() / len(probabilities),
     True, COVERED),
    (lambda probabilities, threshold: 1 - (probabilities.max(axis=1) < threshold).mean(), True, COVERED),
    (lambda probabilities, threshold: (probabilities >= threshold).any(axis=1).mean(), True, COVERED),
    (lambda probabilities, threshold: np.average(probabilities.max(-1) >= threshold), True, COVERED),
    (lambda probabilities, threshold: sum(max(r) >= threshold for r in probabilities) / len(probabilities),
     True, COVERED),
    (lambda probabilities, threshold: np.count_nonzero(probabilities.max(1) >= threshold)
     / probabilities.shape[0], True, COVERED),
    (lambda probabilities, threshold: float(np.mean([row.max() >= threshold for row in probabilities])),
     True, COVERED),
    (lambda probabilities, threshold: np.sort(probabilities, axis=1)[:, -1].__ge__(threshold).mean(),
     True, COVERED),
    (lambda probabilities, threshold: np.float32((probabilities.max(axis=1) >= threshold).mean()),
     True, COVERED),
    (looped, True, COVERED),
    (lambda probabilities, threshold: (probabilities.max(axis=1) < threshold).mean(), False,
     "That is the share withheld"),
    (lambda probabilities, threshold: (probabilities.max(axis=1) >= threshold).sum(), False, "That counts"),
    (lambda probabilities, threshold: (probabilities.max(axis=1) > threshold).mean(), False,
     "An answer as sure as the threshold is given, too"),
    (lambda probabilities, threshold: (probabilities.max(axis=0) >= threshold).mean(), False,
     "That looks for each class’s largest probability"),
    (lambda probabilities, threshold: (probabilities >= threshold).mean(), False,
     "That is the share of all probabilities"),
    (lambda probabilities, threshold: (probabilities[:, 0] >= threshold).mean(), False,
     "That looks at the first class alone"),
    (lambda probabilities, threshold: probabilities.max(axis=1).mean(), False,
     "That is the mean confidence"),
    (lambda probabilities, threshold: (probabilities.min(axis=1) >= threshold).mean(), False,
     "That is the least likely digit"),
    (lambda probabilities, threshold: (probabilities.max(axis=1) >= 0.9).mean(), False,
     "A threshold of 0.9 is written in"),
    (lambda probabilities, threshold: 0, False, NOT_YET),
    (lambda probabilities, threshold: 1.0, False, NOT_YET),
    (lambda probabilities, threshold: threshold, False, NOT_YET),
    (lambda probabilities, threshold: probabilities.max(), False, NOT_YET),
    (lambda probabilities, threshold: probabilities.mean(), False, NOT_YET),
    (lambda probabilities, threshold: 100 * (probabilities.max(1) >= threshold).mean(), False, NOT_YET),
    (lambda probabilities, threshold: -(probabilities.max(axis=1) >= threshold).mean(), False, NOT_YET),
    (lambda probabilities, threshold: (probabilities[:, -1] >= threshold).mean(), False, NOT_YET),
    (lambda probabilities, threshold: probabilities.max(axis=1) >= threshold, False,
     "The function must return numbers"),
    (lambda probabilities, threshold: probabilities.max(axis=1), False, "The result must have shape ()"),
    (lambda probabilities, threshold: probabilities, False, "The result must have shape ()"),
    (lambda probabilities, threshold: "86 %", False,
     "The function must return numbers, and returned a str"),
    (lambda probabilities, threshold: probabilities.max(1) / 0, False, "The result must have shape ()"),
    (lambda probabilities, threshold: np.nan, False, "The result holds numbers that are not finite"),
    (lambda probabilities, threshold: probabilities.maximum(), False, "Your function stops with"),
    (lambda probabilities, threshold: 1 / 0, False, "Your function stops with ZeroDivisionError"),
    (lambda probabilities: 0.5, False, "The function must take (probabilities, threshold)"),
    (lambda p, t: (p.max(axis=1) >= t).mean(), False, "The function must take (probabilities, threshold)"),
    (lambda probabilities, threshold: ..., False, "There is no answer yet"),
    (nothing, False, "The function returns nothing"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    (0.86, False, "A function is asked for, not a float"),
    ("coverage", False, "A function is asked for, not a str"),
    (dict, False, "The function must return numbers, and returned a dict"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "right", "words"), THRESHOLDS)
def test_a_threshold_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = questions.threshold.check(answer)
    assert verdict.right == right
    assert words in verdict.words


@pytest.mark.parametrize(("answer", "right", "words"), COVERAGES)
def test_a_coverage_is_judged(answer: Any, right: bool, words: str) -> None:
    verdict = questions.coverage.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


def test_an_array_that_is_changed_is_told() -> None:
    verdict = questions.coverage.check(in_place)
    assert verdict.right
    assert "It also changes an array" in verdict.words


def test_the_guesses_are_answered_by_what_the_labs_show() -> None:
    assert questions.changed() == "None"
    assert 0 <= questions.sure_of("noise") <= 1
    assert 0.3 < questions.sure_of("letters") < 0.6
    assert questions.right_when_sure() > 0.96
    assert questions.auc("generalises") < 0.6 < 0.7 < questions.auc("memorises")
    assert questions.copied(2) < questions.copied(4)
    assert questions.equal_uses() == "About 200,000"
