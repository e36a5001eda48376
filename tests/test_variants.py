"""Variants of a model: what is worth a look, and what fits a budget."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from course import variants
from course.energy import Joules
from course.variants import BUDGETS, Budget, Variant, front, judged

POINTS = some.lists(some.tuples(some.integers(1, 9), some.integers(0, 9)), min_size=1, max_size=12)


def variant(name: str = "one", size: int = 1000, accuracy: float = 0.9, **changes: Any) -> Variant:
    usual = {"latency_s": 1e-5, "energy": Joules(1e-4, 1e-5, 1e-3, True), "compressed_bytes": size // 2}
    return Variant(name, b"x" * size, accuracy, **{**usual, **changes})


MADE = (
    variant("teacher", 2_682_000, 0.95, latency_s=1e-4),
    variant("integers", 680_000, 0.948, latency_s=3e-5),
    variant("small", 204_000, 0.93, latency_s=9e-6),
    variant("tiny", 52_000, 0.91, latency_s=7e-6),
    variant("broken", 52_000, 0.7, latency_s=7e-6),
)


@given(POINTS)
def test_nothing_beats_what_is_on_the_front_and_something_beats_all_else(
    points: list[tuple[int, int]],
) -> None:
    costs, shares = [float(cost) for cost, _ in points], [share / 10 for _, share in points]

    def beaten(place: int) -> bool:
        return any(
            costs[other] <= costs[place]
            and shares[other] >= shares[place]
            and (costs[other] < costs[place] or shares[other] > shares[place] or other < place)
            for other in range(len(points))
        )

    assert sorted(front(costs=costs, accuracies=shares)) == [
        place for place in range(len(points)) if not beaten(place)
    ]


@given(POINTS)
def test_the_front_rises(points: list[tuple[int, int]]) -> None:
    costs, shares = np.array([cost for cost, _ in points], float), np.array([up / 10 for _, up in points])
    places = front(costs=costs, accuracies=shares)
    assert (np.diff(costs[places]) > 0).all()
    assert (np.diff(shares[places]) > 0).all()


@pytest.mark.parametrize(
    ("pick", "budget", "said"),
    [
        (
            1, "microcontroller",
            "1 (teacher) does not fit a microcontroller with 64 kB: 2.68 MB, and at most 64 kB fit.",
        ),
        (
            4, "microcontroller",
            "4 (tiny) fits a microcontroller with 64 kB: 52 kB, right on 91 %; no variant that fits is "
            "clearly better.",
        ),
        (
            5, "microcontroller",
            "5 (broken) fits a microcontroller with 64 kB: 52 kB, right on 70 %; but 4 (tiny) fits too, "
            "with 52 kB, right on 91 %.",
        ),
        (
            3, "phone",
            "3 (small) does not fit a phone: it keeps 97.8 % of the reference’s accuracy, and 99 % are "
            "asked for.",
        ),
        (
            2, "phone",
            "2 (integers) fits a phone: 680 kB, right on 95 %; no variant that fits is clearly better.",
        ),
        (
            1, "server",
            "1 (teacher) fits a server that is asked all day: 100 µs, right on 95 %; but 2 (integers) fits "
            "too, with 30 µs, right on 95 %.",
        ),
        (
            1, "fraud check",
            "1 (teacher) fits a fraud check during a payment: 100 µs, right on 95 %; no variant that fits "
            "is clearly better.",
        ),
    ],
)  # fmt: skip
def test_a_pick_is_judged_by_the_budget_and_against_all_others(pick: int, budget: str, said: str) -> None:
    assert judged(pick=pick, variants=MADE, budget=budget) == said


def test_what_1500_images_can_not_tell_apart_is_not_called_better() -> None:
    near = (MADE[0], variant("a", 50_000, 0.900), variant("b", 50_000, 0.909), variant("c", 50_000, 0.911))
    assert "no variant that fits is clearly better" in judged(pick=2, variants=near[:3])
    assert "but 4 (c) fits too" in judged(pick=2, variants=near)


def test_each_limit_is_named_when_it_is_broken() -> None:
    asked = Budget("a place", most_bytes=60_000, most_s=0.001, least=0.99)
    assert asked.broken(variant(size=60_001), 0.9) == "60,001 bytes, and at most 60,000 bytes fit"
    assert asked.broken(variant(latency_s=0.002), 0.9) == "2 ms an answer, and at most 1 ms are allowed"
    assert asked.broken(variant(accuracy=0.89), 0.9) == (
        "it keeps 98.8 % of the reference’s accuracy, and 99 % are asked for"
    )
    assert asked.broken(variant(accuracy=0.895), 0.9) == ""
    assert asked.limits == "at most 60 kB, at most 1 ms an answer, 99 % of the reference’s accuracy"


def test_every_budget_limits_something_and_names_its_source() -> None:
    assert all(each.limits and each.source and each.place for each in BUDGETS.values())


def test_a_variant_in_a_sentence() -> None:
    assert str(MADE[3]) == "tiny: right on 91 %, 52 kB (26 kB compressed), 7 µs an answer."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pick": 0}, "pick must be a whole number from 1 to 5, got 0"),
        ({"pick": 6}, "pick must be a whole number from 1 to 5, got 6"),
        (
            {"budget": "toaster"},
            "budget must be one of microcontroller, hearing aid, camera, phone, fraud check, server, "
            "got 'toaster'",
        ),
    ],
)
def test_what_can_not_be_judged_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        judged(**{"pick": 1, "variants": MADE, **change})


def test_a_front_needs_as_many_accuracies_as_costs() -> None:
    with pytest.raises(ValueError, match=r"^accuracies must have shape 2, got 1$"):
        variants.front(costs=[1.0, 2.0], accuracies=[0.5])
