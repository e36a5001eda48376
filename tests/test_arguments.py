"""What the checks of arguments take, and the whole sentence with which they refuse."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from course import arguments

NOT_NUMBERS: list[tuple[Any, str]] = [
    (None, "None"),
    ("1", "'1'"),
    (True, "True"),
    (np.True_, "True"),
    ([1.0], "[1.0]"),
    (1j, "1j"),
    (np.nan, "nan"),
    (np.float64("nan"), "nan"),
    (np.float32("inf"), "inf"),
    (-np.inf, "-inf"),
    (np.zeros((2, 2)), "array([[0., 0.], [0., 0.]])"),
    ("long" * 30, "'" + "long" * 14 + "..."),
]


def refusal(check: Callable[..., object], value: object, **options: Any) -> str:
    with pytest.raises(ValueError, match="must") as error:
        check("x", value, **options)
    return str(error.value)


@pytest.mark.parametrize(("value", "came"), NOT_NUMBERS)
def test_a_number_is_finite_and_no_other_type(value: object, came: str) -> None:
    assert refusal(arguments.number, value) == f"x must be a number, got {came}"


@pytest.mark.parametrize(("value", "came"), [*NOT_NUMBERS, (1.0, "1.0"), (np.float64(2.5), "2.5")])
def test_a_whole_number_is_no_other_type(value: object, came: str) -> None:
    assert refusal(arguments.whole, value) == f"x must be a whole number, got {came}"


def test_a_number_beyond_all_floats_is_refused() -> None:
    assert refusal(arguments.number, 10**400) == "x must be a number, got 1" + "0" * 56 + "..."


@pytest.mark.parametrize(
    ("value", "options", "message"),
    [
        (-1.0, {"low": 0}, "x must be a number of at least 0, got -1.0"),
        (np.float64(1.5), {"high": 1}, "x must be a number of at most 1, got 1.5"),
        (1.5, {"low": 0, "high": 1}, "x must be a number from 0 to 1, got 1.5"),
        (-0.5, {"low": 0, "high": 1}, "x must be a number from 0 to 1, got -0.5"),
        (0, {"above": 0}, "x must be positive, got 0"),
        (-1.0, {"above": 0}, "x must be positive, got -1.0"),
        (np.nan, {"above": 0}, "x must be positive, got nan"),
        (2, {"above": 2}, "x must be above 2, got 2"),
        (0, {"above": 0, "high": 0.99}, "x must be above 0 and at most 0.99, got 0"),
        (1, {"above": 0, "high": 0.99}, "x must be above 0 and at most 0.99, got 1"),
    ],
)
def test_a_number_out_of_range_is_told_the_range(
    value: object, options: dict[str, float], message: str
) -> None:
    assert refusal(arguments.number, value, **options) == message


@pytest.mark.parametrize(
    ("value", "options", "message"),
    [
        (0, {"low": 1}, "x must be a whole number of at least 1, got 0"),
        (10, {"high": 9}, "x must be a whole number of at most 9, got 10"),
        (np.int64(10), {"low": 1, "high": 9}, "x must be a whole number from 1 to 9, got 10"),
        (2.0, {"low": 1, "high": 9}, "x must be a whole number from 1 to 9, got 2.0"),
    ],
)
def test_a_whole_number_out_of_range_is_told_the_range(
    value: object, options: dict[str, float], message: str
) -> None:
    assert refusal(arguments.whole, value, **options) == message


@pytest.mark.parametrize("value", [1, 1.0, np.float32(1), np.int8(1), np.float64(1), Fraction(1)])
def test_every_real_number_becomes_a_float(value: object) -> None:
    number = arguments.number("x", value, low=1, high=1, above=0)
    assert (type(number), number) == (float, 1.0)


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_every_integer_becomes_an_int(value: object) -> None:
    number = arguments.whole("x", value, low=3, high=3)
    assert (type(number), number) == (int, 3)


@pytest.mark.parametrize(
    ("value", "came"), [("c", "'c'"), ("A", "'A'"), (None, "None"), (1, "1"), (["a"], "['a']")]
)
def test_one_of_names_all_options(value: object, came: str) -> None:
    assert refusal(arguments.one_of, value, options=("a", "b")) == f"x must be one of a, b, got {came}"


def test_one_of_returns_the_option() -> None:
    assert arguments.one_of("x", "b", {"a": 1, "b": 2}) == "b"


@pytest.mark.parametrize(
    ("value", "shape", "message"),
    [
        (1.0, (None,), "x must have shape any, got a single number"),
        ([], (None,), "x must have shape any, got 0"),
        ([1, 2], (3,), "x must have shape 3, got 2"),
        ([[1, 2]], (None, 3), "x must have shape any x 3, got 1 x 2"),
        ([1, 2], (None, 2), "x must have shape any x 2, got 2"),
        (np.zeros((0, 2)), (None, 2), "x must have shape any x 2, got 0 x 2"),
        ([np.nan, 1, np.inf], (3,), "x must hold finite numbers only, got 2 that are not"),
        (["a", 1], (2,), "x must hold numbers only, got ['a', 1]"),
        (["1", "2"], (2,), "x must hold numbers only, got ['1', '2']"),
        ([None, 1], (2,), "x must hold numbers only, got [None, 1]"),
        (None, (None,), "x must hold numbers only, got None"),
        ([1j, 1], (2,), "x must hold numbers only, got [1j, 1]"),
        (np.array([1j, 1]), (2,), "x must hold numbers only, got array([0.+1.j, 1.+0.j])"),
        ([10**400], (1,), "x must hold numbers only, got [1" + "0" * 55 + "..."),
        ([[1], [1, 2]], (2, None), "x must hold numbers only, got [[1], [1, 2]]"),
        ({1: 2}, (1,), "x must hold numbers only, got {1: 2}"),
    ],
)
def test_an_array_that_does_not_fit_is_told_why(
    value: object, shape: tuple[int | None, ...], message: str
) -> None:
    assert refusal(arguments.array, value, shape=shape) == message


@pytest.mark.parametrize("value", [[[1, 2]], ((1, 2),), np.array([[1, 2]], dtype=np.uint8), [range(1, 3)]])
def test_an_array_becomes_floats_of_its_shape(value: object) -> None:
    numbers = arguments.array("x", value, shape=(None, 2))
    assert (numbers.dtype, numbers.tolist()) == (np.float64, [[1.0, 2.0]])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([0, 1], "x must have shape 3, got 2"),
        ([0, 1, 3], "x must hold whole numbers from 0 to 2, got 3.0"),
        ([0, -1, 5], "x must hold whole numbers from 0 to 2, got -1.0"),
        ([0, -0.5, 1], "x must hold whole numbers from 0 to 2, got -0.5"),
        ([0, 1.5, 1], "x must hold whole numbers from 0 to 2, got 1.5"),
        ([0, 1e300, 1], "x must hold whole numbers from 0 to 2, got 1e+300"),
        ([0, np.nan, 1], "x must hold finite numbers only, got 1 that are not"),
        (["a", "b", "c"], "x must hold numbers only, got ['a', 'b', 'c']"),
    ],
)
def test_labels_that_name_no_class_are_told_the_classes(value: object, message: str) -> None:
    assert refusal(arguments.labels, value, length=3, classes=3) == message


@pytest.mark.parametrize("value", [[0, 2, 1], (0.0, 2.0, 1.0), np.array([0, 2, 1], dtype=np.uint8)])
def test_labels_become_integers(value: object) -> None:
    numbers = arguments.labels("x", value, length=3, classes=3)
    assert (numbers.dtype.kind, numbers.tolist()) == ("i", [0, 2, 1])
