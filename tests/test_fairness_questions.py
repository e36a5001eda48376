"""The exercises of lesson 05: forty answers and more to each."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from course.questions import fairness as questions

pytestmark = pytest.mark.usefixtures("one_thread")
NUMBER = "A number is asked for"
RIGHT = "The true positive rates are"
LOWER, RAISE = "lower their threshold", "raise their threshold"
BETWEEN = "A threshold lies between 0 and 1"
NEAREST = questions.equal_chance()
CHANCES: list[tuple[object, bool, str]] = [
    (NEAREST, True, RIGHT),
    (f"{NEAREST:.3f}", True, RIGHT),
    (f"{NEAREST:.3f}".lstrip("0"), True, RIGHT),
    (f"{NEAREST:.3f}".replace(".", ","), True, RIGHT),
    (f" {NEAREST:.2f} ", True, RIGHT),
    (f"{100 * NEAREST:.1f} %", True, RIGHT),
    (f"{100 * NEAREST:.1f}%", True, RIGHT),
    (f"{100 * NEAREST:.0f} percent", True, RIGHT),
    (f"{1000 * NEAREST:.0f}/1000", True, RIGHT),
    (f"+{NEAREST:.2f}", True, RIGHT),
    (100 * NEAREST, True, RIGHT),
    (np.float64(NEAREST), True, RIGHT),
    (np.array([NEAREST]), True, RIGHT),
    ([NEAREST], True, RIGHT),
    (Fraction(78, 100), True, RIGHT),
    (NEAREST - 0.005, True, RIGHT),
    (0.88, False, "That is the threshold of the others."),
    ("88 %", False, "That is the threshold of the others."),
    (0.725, False, "That makes the share approved the same, of all applicants."),
    (0.795, False, LOWER),
    (0.8, False, LOWER),
    (0.85, False, LOWER),
    (0.9, False, LOWER),
    (0.95, False, LOWER),
    (1, False, LOWER),
    ("100 %", False, LOWER),
    (0.745, False, RAISE),
    (0.7, False, RAISE),
    (0.5, False, RAISE),
    (0, False, RAISE),
    ("0", False, RAISE),
    (-0.78, False, BETWEEN),
    ("−0,78", False, BETWEEN),
    (780, False, BETWEEN),
    (1e300, False, BETWEEN),
    ("", False, "There is no answer yet"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    ("nan", False, NUMBER),
    (np.nan, False, "nan is not a finite number"),
    (np.inf, False, "inf is not a finite number"),
    ("lower", False, NUMBER),
    ("0.78 or so", False, NUMBER),
    (True, False, NUMBER),
    ([0.78, 0.8], False, "One number is asked for, and this holds 2"),
    ([], False, "One number is asked for, and this holds 0"),
    ({"threshold": 0.78}, False, NUMBER),
    (lambda: 0.78, False, "A number is asked for, and this is a function"),
]
UNDEFINED = "And where the bank approved nobody of a group it isn’t defined"
NOBODY = "For a group in which the bank approved nobody it "
NOT_YET = "Not yet. For labels"
Rate = Callable[..., Any]


def guarded(rate: Rate, instead: Any = None) -> Rate:
    """The same function, with a word for a group in which the bank approved nobody."""
    return lambda labels, decisions: rate(labels, decisions) if np.any(labels == 1) else instead


def looped(labels: Any, decisions: Any) -> Any:
    chosen = [decision for label, decision in zip(labels, decisions, strict=True) if label == 1]
    if not chosen:
        return None
    return sum(chosen) / len(chosen)


def by_counts(labels: Any, decisions: Any) -> Any:
    agreed, passed = ((labels == 1) & (decisions == k) for k in (1, 0))
    people = agreed.sum() + passed.sum()
    return agreed.sum() / people if people else None


def nothing(labels: Any, decisions: Any) -> None:
    np.mean(decisions[labels == 1])


def in_place(labels: Any, decisions: Any) -> Any:
    decisions[labels == 0] = 0
    return decisions.sum() / labels.sum() if labels.any() else None


def _mean(labels: Any, decisions: Any) -> Any:
    return np.mean(decisions[labels == 1])


OPPORTUNITIES: list[tuple[Any, bool, str]] = [
    (guarded(_mean), True, UNDEFINED),
    (guarded(_mean, np.nan), False, f"{NOBODY}gives nan. That is what comes of dividing by nobody"),
    (guarded(lambda labels, decisions: decisions[labels > 0].mean()), True, UNDEFINED),
    (guarded(lambda labels, decisions: (labels & decisions).sum() / labels.sum()), True, UNDEFINED),
    (guarded(lambda labels, decisions: (labels * decisions).sum() / np.sum(labels)), True, UNDEFINED),
    (guarded(lambda labels, decisions: 1 - np.mean(decisions[labels == 1] == 0)), True, UNDEFINED),
    (guarded(lambda labels, decisions: np.average(decisions, weights=labels)), True, UNDEFINED),
    (guarded(lambda labels, decisions: labels @ decisions / labels.sum()), True, UNDEFINED),
    (looped, True, UNDEFINED),
    (by_counts, True, UNDEFINED),
    (_mean, False, f"{NOBODY}gives nan"),
    (lambda labels, decisions: labels @ decisions / labels.sum(), False, f"{NOBODY}gives nan"),
    (guarded(lambda labels, decisions: np.median(np.repeat(_mean(labels, decisions), 3))), True, UNDEFINED),
    (lambda labels, decisions: sum(labels * decisions) / max(sum(labels), 1), False, f"{NOBODY}gives 0"),
    (guarded(_mean, 0), False, f"{NOBODY}gives 0. 0 would mean"),
    (guarded(_mean, 0.0), False, f"{NOBODY}gives 0.0. 0 would mean"),
    (guarded(_mean, 1.0), False, f"{NOBODY}gives 1.0. There is no such rate"),
    (guarded(_mean, "not defined"), False, f"{NOBODY}gives 'not defined'"),
    (guarded(_mean, np.inf), False, f"{NOBODY}gives inf"),
    (lambda labels, decisions: int((labels & decisions).sum()) / int(labels.sum()), False,
     f"{NOBODY}stops with ZeroDivisionError"),
    (lambda labels, decisions: np.mean(labels[decisions == 1]), False, "That is the precision"),
    (lambda labels, decisions: decisions.mean(), False, "That is the share approved of all"),
    (lambda labels, decisions: decisions[labels == 0].mean(), False, "That is the false positive rate"),
    (lambda labels, decisions: (labels == decisions).mean(), False, "That is the agreement"),
    (lambda labels, decisions: 1 - decisions[labels == 1].mean(), False,
     "That is the share whom the model refuses"),
    (lambda labels, decisions: (labels & decisions).mean(), False, "That divides by everybody"),
    (lambda labels, decisions: (labels & decisions).sum(), False, "That counts people"),
    (lambda labels, decisions: labels.mean(), False, "That is the base rate"),
    (lambda labels, decisions: 0, False, NOT_YET),
    (lambda labels, decisions: 1.0, False, NOT_YET),
    (lambda labels, decisions: -decisions[labels == 1].mean(), False, NOT_YET),
    (lambda labels, decisions: 100 * decisions[labels == 1].mean(), False, NOT_YET),
    (lambda labels, decisions: decisions[labels == 1], False, "The result must have shape ()"),
    (lambda labels, decisions: labels == 1, False, "The function must return numbers"),
    (lambda labels, decisions: "67 %", False, "The function must return numbers, and returned a str"),
    (lambda labels, decisions: np.nan, False, "The result holds numbers that are not finite"),
    (lambda labels, decisions: decisions.average(), False, "Your function stops with AttributeError"),
    (lambda labels, decisions: 1 / 0, False, "Your function stops with ZeroDivisionError"),
    (lambda labels: 0.5, False, "The function must take (labels, decisions)"),
    (lambda y, d: d[y == 1].mean(), False, "The function must take (labels, decisions)"),
    (lambda labels, decisions: ..., False, "There is no answer yet"),
    (nothing, False, "The function returns nothing"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    (0.67, False, "A function is asked for, not a float"),
    ("true_positive_rate", False, "A function is asked for, not a str"),
    (dict, False, "The function must return numbers, and returned a dict"),
]  # fmt: skip
FOLLOWS = "Two groups with different base rates can share two of these numbers, not all three."
NOT_SO = "Not yet. For base_rate"


def counted(base_rate: float, precision: float, true_positive_rate: float) -> float:
    people = 100.0
    yes = people * base_rate
    rightly = yes * true_positive_rate
    wrongly = rightly / precision - rightly
    return wrongly / (people - yes)


def odds(p: float) -> float:
    return p / (1 - p)


FORCED: list[tuple[Any, bool, str]] = [
    (counted, True, FOLLOWS),
    (lambda base_rate, precision, true_positive_rate:
     odds(base_rate) / odds(precision) * true_positive_rate, True, FOLLOWS),
    (lambda base_rate, precision, true_positive_rate:
     base_rate * true_positive_rate * (1 - precision) / (precision * (1 - base_rate)), True, FOLLOWS),
    (lambda base_rate, precision, true_positive_rate:
     true_positive_rate * (1 / precision - 1) / (1 / base_rate - 1), True, FOLLOWS),
    (lambda base_rate, precision, true_positive_rate:
     base_rate * true_positive_rate * (1 / precision - 1) / (1 - base_rate), True, FOLLOWS),
    (lambda **given: counted(**given), True, FOLLOWS),
    (lambda base_rate, true_positive_rate, precision: counted(base_rate, precision, true_positive_rate),
     True, FOLLOWS),
    (lambda base_rate, precision, true_positive_rate:
     np.float64(counted(base_rate, precision, true_positive_rate)), True, FOLLOWS),
    (lambda base_rate, precision, true_positive_rate:
     np.exp(np.log(odds(base_rate)) - np.log(odds(precision)) + np.log(true_positive_rate)), True, FOLLOWS),
    (lambda base_rate, precision, true_positive_rate:
     true_positive_rate / odds(base_rate) / odds(precision),
     False, "The odds of the base rate stand upside down"),
    (lambda base_rate, precision, true_positive_rate:
     true_positive_rate * odds(base_rate) * odds(precision),
     False, "The precision stands upside down"),
    (lambda base_rate, precision, true_positive_rate: odds(base_rate) / odds(precision),
     False, "The true positive rate is missing"),
    (lambda base_rate, precision, true_positive_rate:
     odds(base_rate) / odds(precision) / true_positive_rate,
     False, "That divides by the true positive rate"),
    (lambda base_rate, precision, true_positive_rate: base_rate * true_positive_rate / odds(precision),
     False, "That counts the wrongly approved as a share of all people"),
    (lambda base_rate, precision, true_positive_rate:
     odds(base_rate) / odds(precision) * (1 - true_positive_rate),
     False, "The true positive rate stands there as its rest"),
    (lambda base_rate, precision, true_positive_rate: 1 - true_positive_rate, False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: 1 - precision, False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: true_positive_rate, False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: precision, False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: base_rate, False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: 1 - base_rate, False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: 0, False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: 0.5, False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: base_rate * (1 - precision), False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: true_positive_rate * (1 - precision), False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: base_rate * precision, False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate:
     100 * counted(base_rate, precision, true_positive_rate), False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate:
     -counted(base_rate, precision, true_positive_rate), False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate:
     1 - counted(base_rate, precision, true_positive_rate), False, NOT_SO),
    (lambda base_rate, precision, true_positive_rate: [base_rate], False, "The result must have shape ()"),
    (lambda base_rate, precision, true_positive_rate: np.ones(3), False, "The result must have shape ()"),
    (lambda base_rate, precision, true_positive_rate: "25 %", False,
     "The function must return numbers, and returned a str"),
    (lambda base_rate, precision, true_positive_rate: base_rate > 0.5, False,
     "The function must return numbers"),
    (lambda base_rate, precision, true_positive_rate: np.inf, False,
     "The result holds numbers that are not finite"),
    (lambda base_rate, precision, true_positive_rate: 1 / 0, False,
     "Your function stops with ZeroDivisionError"),
    (lambda base_rate, precision, true_positive_rate: unknown, False,  # type: ignore[name-defined] # noqa: F821
     "Your function stops with NameError"),
    (lambda base_rate, precision: base_rate, False,
     "The function must take (base_rate, precision, true_positive_rate)"),
    (lambda a, b, c: counted(a, b, c), False,
     "The function must take (base_rate, precision, true_positive_rate)"),
    (lambda base_rate, precision, true_positive_rate: ..., False, "There is no answer yet"),
    (lambda base_rate, precision, true_positive_rate: None, False, "The function returns nothing"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    (0.25, False, "A function is asked for, not a float"),
    ("odds", False, "A function is asked for, not a str"),
    ([counted], False, "A function is asked for, not a list"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "right", "words"), CHANCES)
def test_an_equal_chance_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = questions.chances.check(answer)
    assert verdict.right == right
    assert words in verdict.words


@pytest.mark.parametrize(("answer", "right", "words"), OPPORTUNITIES)
def test_a_true_positive_rate_is_judged(answer: Any, right: bool, words: str) -> None:
    verdict = questions.opportunity.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


@pytest.mark.parametrize(("answer", "right", "words"), FORCED)
def test_a_forced_rate_is_judged(answer: Any, right: bool, words: str) -> None:
    verdict = questions.forced.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


def test_an_array_that_is_changed_still_counts() -> None:
    assert questions.opportunity.check(in_place).right


def test_the_guesses_are_answered_by_what_the_lab_shows() -> None:
    assert round(questions.everyone(), 3) == 0.877
    assert questions.better() == questions.beats[0]
    assert questions.together() == "No, at most three of them"
    assert questions.levelled() == "It approves nearly everybody"
    assert 0.65 < questions.told() < 0.75
    assert 0.5 < questions.found() < 0.75
    assert 0.1 < questions.alarms() < 0.25
    assert questions.selection_gap(with_race=True) > 2 * questions.selection_gap(with_race=False) > 0.3
