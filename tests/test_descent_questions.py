"""The exercises about descent that ask for a number: forty answers and more to each."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from course.questions import descent as questions

NOT_A_NUMBER = "A number is asked for"
RATES: list[tuple[object, bool, str]] = [
    ("0.25", True, "With rate 0.25 it takes 16 steps"),
    (".25", True, "With rate 0.25 it takes 16 steps"),
    ("0,25", True, "With rate 0.25 it takes 16 steps"),
    (" 0.25 ", True, "With rate 0.25 it takes 16 steps"),
    ("1/4", True, "With rate 0.25 it takes 16 steps"),
    ("1 / 3", True, "With rate 0.333333 it takes 12 steps"),
    ("¼", True, "With rate 0.25 it takes 16 steps"),
    ("2.5e-1", True, "With rate 0.25"),
    (0.22, True, "With rate 0.22 it takes 19 steps"),
    (0.3, True, "With rate 0.3 it takes 13 steps"),
    (0.36, True, "With rate 0.36 it takes 15 steps"),
    (np.float32(0.25), True, "With rate 0.25"),
    (np.array([0.25]), True, "With rate 0.25"),
    ([0.25], True, "With rate 0.25"),
    (Fraction(1, 4), True, "With rate 0.25"),
    ("0.21", False, "With rate 0.21 it takes 20 steps: along the flat"),
    ("0.2", False, "With rate 0.2 it takes 21 steps: along the flat"),
    ("0.1", False, "With rate 0.1 it takes 44 steps: along the flat direction it crawls"),
    (0.03, False, "With rate 0.03 it takes 151 steps: along the flat"),
    (0.001, False, "With rate 0.001 it never arrives: along the flat"),
    ("0.37", False, "With rate 0.37 it takes 21 steps: it swings across"),
    (0.39, False, "With rate 0.39 it takes 64 steps: it swings across"),
    ("0.4", False, "0.4 is 2/L itself"),
    ("2/5", False, "0.4 is 2/L itself"),
    ("0.41", False, "With rate 0.41 it diverges: beyond 2/L = 0.4"),
    (0.5, False, "With rate 0.5 it diverges"),
    (1, False, "With rate 1 it diverges"),
    ("20", False, "20 is a number of steps"),
    (19, False, "19 is a number of steps"),
    (1e300, False, "With rate 1e+300 it diverges"),
    (0, False, "With rate 0 no step moves anything"),
    ("0.0", False, "With rate 0 no step moves anything"),
    ("-0.25", False, "A negative rate climbs"),
    ("−0.25", False, "A negative rate climbs"),
    ("25 %", False, "A number without a percent sign"),
    ("", False, "There is no answer yet"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    ("about a quarter", False, NOT_A_NUMBER),
    ("0.25 or so", False, NOT_A_NUMBER),
    ("nan", False, NOT_A_NUMBER),
    (np.nan, False, "nan is not a finite number"),
    (np.inf, False, "inf is not a finite number"),
    (True, False, NOT_A_NUMBER),
    ([0.25, 0.3], False, "One number is asked for, and this holds 2"),
    (np.zeros((2, 2)), False, "One number is asked for, and this holds 4"),
    ({"rate": 0.25}, False, NOT_A_NUMBER),
    (lambda: 0.25, False, NOT_A_NUMBER),
    (0.25j, False, NOT_A_NUMBER),
]
LIMITS: list[tuple[object, bool, str]] = [
    ("0.25", True, "The loss grows 1.96-fold"),
    (".25", True, "The loss grows 1.96-fold"),
    ("0,25", True, "The loss grows 1.96-fold"),
    (" 0.25", True, "The loss grows 1.96-fold"),
    ("1/4", True, "The loss grows 1.96-fold"),
    ("2/8", True, "The loss grows 1.96-fold"),
    ("2 / 8", True, "The loss grows 1.96-fold"),
    ("0.250", True, "The loss grows 1.96-fold"),
    ("0.2499", True, "The loss grows 1.96-fold"),
    (0.251, True, "The loss grows 1.96-fold"),
    (2 / 8, True, "The loss grows 1.96-fold"),
    (np.float64(0.25), True, "The loss grows 1.96-fold"),
    (np.array(0.25), True, "The loss grows 1.96-fold"),
    (np.array([[0.25]]), True, "The loss grows 1.96-fold"),
    (Fraction(1, 4), True, "The loss grows 1.96-fold"),
    ("0.2027", False, "The loss is the square of the distance"),
    ("0.203", False, "The loss is the square of the distance"),
    (0.6 / 2.96, False, "The loss is the square of the distance"),
    ("1.5", False, "It jumps to the other side"),
    (3 / 2, False, "It jumps to the other side"),
    ("0.125", False, "That is 1/L"),
    ("1/8", False, "That is 1/L"),
    ("8", False, "That is the curvature L"),
    (8.0, False, "That is the curvature L"),
    ("0.3", False, "With this very rate the losses grow"),
    ("6.67", False, "That is the largest curvature that rate 0.3 can stand"),
    ("20/3", False, "That is the largest curvature that rate 0.3 can stand"),
    ("1.96", False, "That is how much the loss grows"),
    (1.4, False, "That is how much further away each step lands"),
    ("-0.25", False, "The size is right, the sign isn't"),
    ("0.24", False, "Close"),
    (0.26, False, "With rate 0.26 the loss still grows, 1.17-fold with each step."),
    ("0.27", False, "With rate 0.27 the loss still grows, 1.35-fold with each step."),
    ("0.29", False, "With rate 0.29 the loss still grows, 1.74-fold with each step."),
    ("0.83", False, "From 1 − 0.3 × L = −1.4 comes 0.3 × L = 2.4"),
    (2.4, False, "That is rate times L"),
    ("0.9", False, "That isn’t it. Begin with how much"),
    (0, False, "That isn’t it. Begin with how much"),
    (100, False, "That isn’t it. Begin with how much"),
    ("25 %", False, "A number without a percent sign"),
    ("2/L", False, NOT_A_NUMBER),
    ("a quarter", False, NOT_A_NUMBER),
    ("", False, "There is no answer yet"),
    (None, False, "There is no answer yet"),
    ("nan", False, NOT_A_NUMBER),
    (float("nan"), False, "nan is not a finite number"),
    ([], False, "One number is asked for, and this holds 0"),
    ([1.0, 1.96], False, "One number is asked for, and this holds 2"),
    (False, False, NOT_A_NUMBER),
    (object(), False, NOT_A_NUMBER),
]


@pytest.mark.parametrize(("answer", "right", "words"), RATES)
def test_a_rate_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = questions.fast_rate.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


@pytest.mark.parametrize(("answer", "right", "words"), LIMITS)
def test_a_limit_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = questions.largest_rate.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


def test_the_losses_that_are_shown_belong_to_the_limit_that_is_asked_for() -> None:
    losses = questions.diverging_losses(6)
    growth = [later / earlier for earlier, later in pairwise(losses)]
    curvature = (1 + np.sqrt(growth)) / 0.3
    np.testing.assert_allclose(2 / curvature, 0.25, rtol=1e-3)
