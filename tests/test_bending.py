"""What one model of a sweep refuses, in the words of its own arguments."""

from typing import Any

import pytest

from course.bending import NEIGHBOURS, NETWORK, POLYNOMIAL, TREE, errors


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"model": POLYNOMIAL, "capacity": 20}, "capacity must be a whole number from 0 to 19, got 20"),
        ({"model": POLYNOMIAL, "capacity": -1}, "capacity must be a whole number from 0 to 19, got -1"),
        ({"model": NEIGHBOURS, "capacity": 401}, "capacity must be a whole number from 1 to 400, got 401"),
        (
            {"model": NEIGHBOURS, "capacity": 381, "data": "breast cancer"},
            "capacity must be a whole number from 1 to 380, got 381",
        ),
        ({"model": TREE, "capacity": 0}, "capacity must be a whole number of at least 1, got 0"),
        ({"model": NETWORK, "capacity": 0}, "capacity must be a whole number of at least 1, got 0"),
        (
            {"model": NETWORK, "capacity": 4, "noise": 0.41},
            "noise must be a number from 0 to 0.4, got 0.41",
        ),
    ],
)
def test_a_capacity_that_a_model_can_not_have_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        errors(**bad)
    assert str(refusal.value) == message


def test_as_many_neighbours_as_examples_are_one_vote_for_all() -> None:
    own, new = errors(model=NEIGHBOURS, data="breast cancer", capacity=380)
    assert 0.3 < own < 0.45
    assert 0.3 < new < 0.45


def test_one_degree_less_than_points_passes_through_all() -> None:
    assert errors(model=POLYNOMIAL, capacity=19)[0] < 0.01
