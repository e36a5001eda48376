"""Two models on the same examples."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import binomtest

from course.paired import better, mcnemar

SIGNS = some.lists(some.tuples(some.integers(0, 1), some.integers(0, 1)), min_size=1, max_size=60)


@given(SIGNS)
def test_it_is_the_binomial_test_of_the_examples_that_part_them(signs: list[tuple[int, int]]) -> None:
    one, other = np.array(signs).T
    parted = int((one != other).sum())
    wins = int((one > other).sum())
    expected = binomtest(wins, parted).pvalue if parted else 1.0
    assert mcnemar(one=one, other=other) == pytest.approx(expected)
    assert mcnemar(one=one, other=other) == mcnemar(one=other, other=one)


def test_equally_good_models_are_called_different_in_at_most_2_of_100() -> None:
    random = np.random.default_rng(0)
    alarms = 0
    for _ in range(2000):
        same, apart = random.random((2, 300)) < 0.9, random.random(300) < 0.1
        one = np.where(apart, random.random(300) < 0.5, same[0])
        other = np.where(apart, ~one, same[0])
        alarms += better(one=one, other=other) or better(one=other, other=one)
    assert alarms <= 50


def test_a_point_on_1500_images_of_which_7_in_100_part_them_is_luck() -> None:
    one, other = np.ones(1500), np.ones(1500)
    other[:58], one[58:100] = 0, 0
    assert one.mean() - other.mean() > 0.01
    assert not better(one=one, other=other)
    other[100:130] = 0
    assert better(one=one, other=other)
    assert not better(one=other, other=one)


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ([0, 2], [0, 1], "one must hold whole numbers from 0 to 1, got 2.0"),
        ([0, 1], [0, 1, 1], "other must have shape 2, got 3"),
        ([], [], "one must have shape any, got 0"),
    ],
)
def test_what_is_not_right_or_wrong_is_refused(one: list[int], other: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        mcnemar(one=one, other=other)
