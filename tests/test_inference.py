"""The network of lesson 03: how much it knows after how many examples."""

import numpy as np
import pytest

from course import datasets, inference, networks

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(10)


@pytest.mark.parametrize(
    ("train_size", "low", "high"), [(10, 0.2, 0.5), (100, 0.65, 0.82), (1000, 0.86, 0.93)]
)
def test_accuracy_grows_with_the_examples_in_each_of_ten_seeds(
    train_size: int, low: float, high: float
) -> None:
    data = datasets.mnist()
    x, y = data.rows(inference.halves(data).test)
    shares = [
        networks.accuracy(inference.trained(train_size=train_size, random_state=seed), x, y)
        for seed in SEEDS
    ]
    assert low <= min(shares) <= max(shares) <= high


def test_all_examples_give_more_than_92_percent() -> None:
    data = datasets.mnist()
    x, y = data.rows(inference.halves(data).test)
    assert networks.accuracy(inference.trained(), x, y) > 0.92


def test_fewer_examples_are_the_first_of_more_and_none_is_a_test_image() -> None:
    few, many = inference.examples(10, 3), inference.examples(3500, 3)
    np.testing.assert_array_equal(few, many[:10])
    assert not set(many) & set(inference.halves(datasets.mnist()).test)


@pytest.mark.parametrize("bad", [0, 3501, 1.5])
def test_what_can_not_be_learnt_from_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="train_size must be a whole number from 1 to 3500"):
        next(inference.learning(train_size=bad))  # type: ignore[arg-type]
