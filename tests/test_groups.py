"""A group of the handwritten digits, and all others: who belongs where, and how it is slanted."""

from math import radians, tan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import datasets
from course.groups import Examples, Sides, sides, slanted

DIGITS = st.lists(st.sampled_from("0123456789"), min_size=1, max_size=9, unique=True)


def rows(examples: Examples) -> set[bytes]:
    return {image.tobytes() for image in examples.inputs}


def parts(both: Sides) -> list[Examples]:
    return [both.train_group, both.train_others, both.test_group, both.test_others]


@settings(max_examples=15, deadline=None)
@given(digits=DIGITS, seed=st.integers(0, 3))
def test_the_digits_of_a_group_stand_on_its_side_and_no_others(digits: list[str], seed: int) -> None:
    both = sides(digits=digits, random_state=seed)
    wanted = {*map(int, digits)}
    assert set(both.train_group.labels) == set(both.test_group.labels) == wanted
    assert set(both.train_others.labels) == set(both.test_others.labels) == {*range(10)} - wanted
    assert len(both.test_group) + len(both.test_others) == 600
    assert not (rows(both.train_group) | rows(both.train_others)) & (
        rows(both.test_group) | rows(both.test_others)
    )


@settings(max_examples=15, deadline=None)
@given(digits=DIGITS, share=st.floats(0.01, 0.5))
def test_the_training_set_has_the_same_size_at_every_share(digits: list[str], share: float) -> None:
    both = sides(digits=digits)
    group, others = both.mixed(share)
    assert len(group) + len(others) == both.train_size <= 400
    assert len(group) == max(1, round(share * both.train_size))
    turns = np.bincount(group.labels, minlength=10)[sorted(map(int, digits))]
    assert turns.max() - turns.min() <= 1, "the digits take turns"


@pytest.mark.parametrize(("digits", "size"), [(("8", "9"), 400), (tuple("12345"), 400), (("1",), 240)])
def test_few_digits_have_few_images_to_learn_from(digits: tuple[str, ...], size: int) -> None:
    assert sides(digits=digits).train_size == size


def test_the_slanted_half_is_other_images_than_the_upright_one() -> None:
    both = sides(group="slanted")
    assert [len(part) for part in parts(both)] == [599, 598, 300, 300]
    upright = {row.tobytes() for row in datasets.digits().inputs}
    assert rows(both.train_others) | rows(both.test_others) <= upright
    assert not (rows(both.train_group) | rows(both.test_group)) & upright


@pytest.mark.parametrize("degrees", [-20, 0, 35])
def test_each_row_of_a_slanted_image_moves_in_proportion_to_its_height(degrees: float) -> None:
    upright = np.zeros((8, 8))
    upright[:, 3:5] = 1
    made = slanted(images=upright.reshape(1, 64), degrees=degrees).reshape(8, 8)
    middles = made @ np.arange(8) / made.sum(axis=1)
    expected = 3.5 + tan(radians(degrees)) * (3.5 - np.arange(8))
    np.testing.assert_allclose(middles, expected, atol=1e-9)


@pytest.mark.parametrize("bad", [(), tuple("0123456789"), ("10",), "89", (8, 9), None])
def test_what_is_no_group_of_digits_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        sides(digits=bad)  # type: ignore[arg-type]
    assert str(refusal.value) == f"digits must be one to nine of the ten digits, got {bad!r}"
