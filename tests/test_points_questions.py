"""The exercises about the training lab: forty answers and more to each."""

import math
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course.learnt import Learnt
from course.questions import points, spiral

pytestmark = pytest.mark.usefixtures("one_thread")
NOT_A_NUMBER = "A number is asked for"
COUNTS: list[tuple[object, bool, str]] = [
    ("3", True, "3 neurons get 9"),
    (" 3 ", True, "3 neurons get 9"),
    ("3.0", True, "3 neurons get 9"),
    ("3,0", True, "3 neurons get 9"),
    ("+3", True, "3 neurons get 9"),
    ("³", True, "3 neurons get 9"),
    ("6/2", True, "3 neurons get 9"),
    ("3e0", True, "3 neurons get 9"),
    (3, True, "3 neurons get 9"),
    (3.0, True, "3 neurons get 9"),
    (np.int64(3), True, "3 neurons get 9"),
    (np.array([3]), True, "3 neurons get 9"),
    ([3], True, "3 neurons get 9"),
    ((3,), True, "3 neurons get 9"),
    (Fraction(3), True, "3 neurons get 9"),
    ("0", False, "No neurons get "),
    (0, False, "No neurons get "),
    (1, False, "1 neuron gets 6"),
    ("1", False, "1 neuron gets 6"),
    (2, False, "2 neurons get 7"),
    ("2.0", False, "2 neurons get 7"),
    ("4", False, "4 neurons get "),
    (5, False, "5 neurons get "),
    ("6", False, "6 neurons get "),
    (7, False, "7 neurons get "),
    ("8", False, "8 neurons get "),
    ("9", False, "In the lab a layer has 1 to 8 neurons"),
    (24, False, "In the lab a layer has 1 to 8 neurons"),
    (1e300, False, "In the lab a layer has 1 to 8 neurons"),
    ("-3", False, "In the lab a layer has 1 to 8 neurons"),
    ("−1", False, "In the lab a layer has 1 to 8 neurons"),
    ("2.5", False, "Neurons are whole: 2.5"),
    ("1/2", False, "Neurons are whole: 0.5"),
    (3.001, False, "Neurons are whole: 3.001"),
    ("90 %", False, "A number without a percent sign"),
    ("", False, "There is no answer yet"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    ("three", False, NOT_A_NUMBER),
    ("3 neurons", False, NOT_A_NUMBER),
    ("4 and 2", False, NOT_A_NUMBER),
    ("nan", False, NOT_A_NUMBER),
    (np.nan, False, "nan is not a finite number"),
    (np.inf, False, "inf is not a finite number"),
    (True, False, NOT_A_NUMBER),
    ((4, 2), False, "One number is asked for, and this holds 2"),
    ({"hidden_layer_sizes": (3,)}, False, NOT_A_NUMBER),
    (lambda: 3, False, NOT_A_NUMBER),
    (3j, False, NOT_A_NUMBER),
]


def branched(x1: float, x2: float) -> float:
    if x1 > 0:
        return 1.0 if x2 > 0 else 0.0
    return 0.0 if x2 > 0 else 1.0


def forgotten(x1: float, x2: float) -> None:
    x1 * x2


def misspelt(x1: float, x2: float) -> float:
    return x1 * x3  # type: ignore[name-defined, no-any-return]  # noqa: F821


ADDS = "Adding is what a network does by itself"
APART = "Told this, it gets "
FEATURES: list[tuple[Any, bool, str]] = [
    (lambda x1, x2: x1 * x2, True, "Told this alone"),
    (lambda x1, x2: x2 * x1, True, "Told this alone"),
    (lambda x1, x2: -x1 * x2, True, "Told this alone"),
    (lambda x1, x2: 100 * x1 * x2, True, "Told this alone"),
    (lambda x1, x2: x1 * x2 + 7, True, "Told this alone"),
    (lambda x1, x2: x1 * x2 / 25, True, "Told this alone"),
    (lambda x1, x2: np.sign(x1 * x2), True, "Told this alone"),
    (lambda x1, x2: np.sign(x1) * np.sign(x2), True, "Told this alone"),
    (lambda x1, x2: math.copysign(1, x1) * math.copysign(1, x2), True, "Told this alone"),
    (lambda x1, x2: x1 / x2, True, "Told this alone"),
    (lambda x1, x2: (x1 > 0) == (x2 > 0), True, "Told this alone"),
    (lambda x1, x2: x1 * x2 > 0, True, "Told this alone"),
    (lambda x1, x2: int(x1 * x2 > 0), True, "Told this alone"),
    (lambda x1, x2: abs(x1 + x2) - abs(x1 - x2), True, "Told this alone"),
    (lambda x1, x2: (x1 + x2) ** 2 - (x1 - x2) ** 2, True, "Told this alone"),
    (lambda x1, x2: math.tanh(x1) * math.tanh(x2), True, "Told this alone"),
    (lambda x1, x2: np.tanh(x1 * x2), True, "Told this alone"),
    (branched, True, "Told this alone"),
    (np.multiply, False, "The function must take (x1, x2)"),
    (lambda x1, x2: x1 + x2, False, ADDS),
    (lambda x1, x2: x2 + x1, False, ADDS),
    (lambda x1, x2: x1 - x2, False, "Subtracting is what a network does by itself"),
    (lambda x1, x2: x1, False, "That is x1 again"),
    (lambda x1, x2: x2, False, "That is x2 again"),
    (lambda x1, x2: x1**2 + x2**2, False, "That is the distance from the middle"),
    (lambda x1, x2: math.hypot(x1, x2) ** 2, False, "That is the distance from the middle"),
    (lambda x1, x2: x1**2, False, "A square forgets the sign, and the sign of x1"),
    (lambda x1, x2: x2 * x2, False, "A square forgets the sign, and the sign of x2"),
    (lambda x1, x2: abs(x1 * x2), False, "Without its sign the product is the same"),
    (lambda x1, x2: abs(x1) * abs(x2), False, "Without its sign the product is the same"),
    (lambda x1, x2: 2 * x1 + 3 * x2, False, APART),
    (lambda x1, x2: math.hypot(x1, x2), False, APART),
    (lambda x1, x2: abs(x1 - x2), False, APART),
    (lambda x1, x2: (x1 + x2) ** 2, False, APART),
    (lambda x1, x2: x1**2 * x2**2, False, APART),
    (lambda x1, x2: x1 > 0 and x2 > 0, False, APART),
    (lambda x1, x2: max(x1, x2), False, APART),
    (lambda x1, x2: math.sin(x1), False, APART),
    (lambda x1, x2: math.atan2(x1, x2), False, APART),
    (lambda x1, x2: 1, False, "It says the same of every point"),
    (lambda x1, x2: True, False, "It says the same of every point"),
    (lambda x1, x2: x1**x2, False, "The result holds numbers that are not finite"),
    (lambda x1, x2: math.sqrt(x1), False, "Your function stops with ValueError"),
    (lambda x1, x2: "blue", False, "The function must return numbers, and returned a str"),
    (lambda x1, x2: [x1, x2], False, "The result must have shape ()"),
    (lambda x1, x2: print, False, "The function must return numbers"),
    (forgotten, False, "The function returns nothing"),
    (misspelt, False, "Your function stops with NameError: name 'x3' is not defined"),
    (lambda x1: x1, False, "The function must take (x1, x2)"),
    (lambda a, b: a * b, False, "The function must take (x1, x2)"),
    (lambda x1, x2: ..., False, "There is no answer yet: put the result in place of the dots"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    (3, False, "A function is asked for, not an int"),
    ("x1 * x2", False, "A function is asked for, not a str"),
]

DEEP = {"hidden_layer_sizes": (8, 8, 8)}
GOOD = {**DEEP, "activation": "relu", "learning_rate": 0.01, "optimiser": "Adam"}
THREE = "of the test points in 3 random starts"
NO_BRACES = "Settings in braces are asked for"
REFUSED = "The lab refuses this: "
SETTINGS: list[tuple[Any, bool, str]] = [
    (GOOD, True, THREE),
    ({**GOOD, "dataset": "spiral"}, True, THREE),
    ({**GOOD, "features": ["x₂", "x₁"]}, True, THREE),
    ({**GOOD, "max_epochs": 400, "random_state": 7, "show_test": True, "random_starts": 5}, True, THREE),
    (f"training_lab(start={GOOD})", True, THREE),
    (f" {GOOD} ", True, THREE),
    (SimpleNamespace(settings=GOOD), True, THREE),
    ({"learning_rate": 0.1}, False, "it has not found the shape"),
    (DEEP, False, "with random start 0"),
    ({"hidden_layer_sizes": ()}, False, "without a hidden layer the border is one straight line"),
    ({**DEEP, "activation": "linear"}, False, "neurons that only add draw one straight line"),
    ({**DEEP, "learning_rate": 0.001}, False, "it has not found the shape"),
    ({**DEEP, "learning_rate": 10}, False, "every example now gets the same answer"),
    ({**DEEP, "initialisation": "zero"}, False, "every example now gets the same answer"),
    ({**GOOD, "train_size": 0.1}, False, "of those it learnt from"),
    ({**DEEP, "max_epochs": 350}, False, "The loss is still falling when it ends"),
    ({**GOOD, "penalty": "l2", "alpha": 1}, False, "of the test points, with random start 0"),
    ({}, False, "There is no answer yet"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    ({"features": ("x₁", "sin x₁")}, False, "Told more than x₁ and x₂ it is easier"),
    ({**GOOD, "features": ("x₁²", "x₂²")}, False, "Told more than x₁ and x₂ it is easier"),
    ({**GOOD, "features": ()}, False, REFUSED + "features must be one or more"),
    ({**GOOD, "features": 3}, False, REFUSED + "features must be one or more"),
    ({"dataset": "circle"}, False, "The task is the spiral, and this is 'circle'"),
    ({"dataset": "table"}, False, "The task is the spiral, and this is 'table'"),
    ({**GOOD, "edits": "1 1 blue"}, False, "With points moved by hand it isn't the same spiral"),
    ({**GOOD, "max_epochs": 5000}, False, "At most 500 epochs are allowed, and this is 5,000"),
    ({**GOOD, "max_epochs": 0}, False, REFUSED + "max_epochs must be"),
    ({**GOOD, "batch_size": 1}, False, "A batch of at least 5"),
    ({**GOOD, "batch_size": 0}, False, REFUSED + "batch_size must be"),
    (
        {"hidden_layer_sizes": 8},
        False,
        "A single layer is written (8,), with the comma; two are (8, 8).",
    ),
    (
        {"hidden_layer_sizes": (9,)},
        False,
        REFUSED + "hidden_layer_sizes must be a whole number from 1 to 8",
    ),
    ({"hidden_layer_sizes": "8-8-8"}, False, REFUSED + "hidden_layer_sizes must"),
    ({**GOOD, "learning_rate": "0.01"}, False, REFUSED + "learning_rate must be positive, got '0.01'"),
    ({**GOOD, "learning_rate": -0.01}, False, REFUSED + "learning_rate must be positive"),
    ({**GOOD, "optimiser": "adam"}, False, REFUSED + "optimiser must be one of"),
    ({**GOOD, "activation": "ReLU"}, False, REFUSED + "activation must be one of"),
    ({"neurons": (8, 8, 8)}, False, "no setting 'neurons'. Did you mean 'hidden_layer_sizes'?"),
    ({"layers": 3}, False, "no setting 'layers'. Did you mean 'hidden_layer_sizes'?"),
    ({"learning rate": 0.1}, False, "no setting 'learning rate'. Did you mean 'learning_rate'?"),
    ({"optimizer": "Adam"}, False, "no setting 'optimizer'. Did you mean 'optimiser'?"),
    ({"epochs": 500}, False, "no setting 'epochs'. Did you mean 'max_epochs'?"),
    ({"zebra": 1}, False, "The lab has no setting 'zebra'."),
    ({3: 1}, False, "The lab has no setting 3."),
    ((8, 8, 8), False, NO_BRACES),
    ([GOOD], False, NO_BRACES),
    (0.9, False, NO_BRACES),
    ("three layers of eight", False, NO_BRACES),
    ("training_lab()", False, NO_BRACES),
    ("", False, NO_BRACES),
    ("{'learning_rate': rate}", False, NO_BRACES),
    (dict, False, NO_BRACES),
    (lambda: GOOD, False, NO_BRACES),
]


@pytest.mark.parametrize(("answer", "right", "words"), COUNTS)
def test_a_number_of_neurons_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = points.neurons.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


@pytest.mark.parametrize(("answer", "right", "words"), FEATURES)
def test_a_feature_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = points.feature.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


@pytest.mark.parametrize(("answer", "right", "words"), SETTINGS)
def test_settings_are_judged(answer: object, right: bool, words: str) -> None:
    verdict = spiral.settings.check(answer)
    assert verdict.right == right
    assert words in verdict.words


def test_what_is_missing_is_no_mistake() -> None:
    for task in (points.feature, spiral.settings):
        assert not task.check(...).tried
    assert not spiral.settings.check({}).tried


def test_luck_with_one_start_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the second of three starts fails, the verdict says that it was luck."""

    def unlucky(**how: Any) -> Learnt:
        return points.trained(**{**how, "learning_rate": 0.00001 if how["random_state"] else 0.01})

    monkeypatch.setattr("course.questions.spiral.trained", unlucky)
    words = spiral.settings.check(GOOD).words
    assert "with random start 1" in words
    assert words.endswith("luck. It must hold in all three.")


@pytest.mark.parametrize("hidden", [1, 2])
def test_fewer_than_three_neurons_never_close_around_the_circle(hidden: int) -> None:
    shares = [points.on_points(hidden_layer_sizes=(hidden,), random_state=seed) for seed in range(10)]
    assert max(shares) < 0.9


def test_three_neurons_close_around_the_circle_in_each_of_ten_starts() -> None:
    shares = [points.on_points(hidden_layer_sizes=(3,), random_state=seed) for seed in range(10)]
    assert min(shares) > 0.95


def test_the_solution_for_the_spiral_holds_in_each_of_ten_starts() -> None:
    shares = [points.on_points(dataset="spiral", random_state=seed, **GOOD) for seed in range(10)]
    assert min(shares) > 0.9
