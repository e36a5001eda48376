"""Variants of a model: what is worth a look, and what fits a budget."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from course import variants
from course.energy import Joules
from course.variants import BUDGETS, Budget, Variant, front, judged

POINTS = some.lists(some.tuples(some.integers(1, 9), some.integers(0, 9)), min_size=1, max_size=12)


def right(accuracy: float, images: int = 1000, first: int = 0) -> Any:
    """Mark images as named rightly, the wrong ones from a place on."""
    wrong = np.arange(first, first + round((1 - accuracy) * images)) % images
    return ~np.isin(np.arange(images), wrong)


def variant(name: str = "one", size: int = 1000, accuracy: float = 0.9, **changes: Any) -> Variant:
    usual = {"latency_s": 1e-5, "energy": Joules(1e-4, 1e-5, 1e-3, True), "compressed_bytes": size // 2}
    return Variant(name, b"x" * size, right(accuracy), **{**usual, **changes})


def in_turn(middle_s: float, noise: float = 0.02) -> tuple[float, ...]:
    return tuple(middle_s * np.exp(noise * np.random.default_rng(0).standard_normal(20)))


def numbered(*made: Variant) -> tuple[Variant, ...]:
    return tuple(replace(each, number=number) for number, each in enumerate(made, 1))


MADE = numbered(
    variant("teacher", 2_682_000, 0.95, latency_s=1e-4, rounds_s=in_turn(1e-4)),
    variant("integers", 680_000, 0.948, latency_s=3e-5, rounds_s=in_turn(3e-5)),
    variant("small", 204_000, 0.93, latency_s=9e-6, rounds_s=in_turn(9e-6)),
    variant("tiny", 52_000, 0.91, latency_s=7e-6, rounds_s=in_turn(7e-6)),
    variant("broken", 52_000, 0.7, latency_s=7e-6, rounds_s=in_turn(7e-6)),
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
            "4 (tiny) fits a microcontroller with 64 kB: 52 kB, right on 91.0 %; no variant that fits is "
            "clearly better.",
        ),
        (
            5, "microcontroller",
            "5 (broken) fits a microcontroller with 64 kB: 52 kB, right on 70.0 %; but 4 (tiny) fits too, "
            "with 52 kB, right on 91.0 %.",
        ),
        (
            3, "phone",
            "3 (small) does not fit a phone: it keeps 97.8 % of the reference’s accuracy, and 99 % are "
            "asked for.",
        ),
        (
            2, "phone",
            "2 (integers) fits a phone: 680 kB, right on 94.8 %; no variant that fits is clearly better.",
        ),
        (
            1, "server",
            "1 (teacher) fits a server that is asked all day: 100 µs, right on 95.0 %; but 2 (integers) "
            "fits too, with 30 µs, right on 94.8 %.",
        ),
        (
            1, "fraud check",
            "1 (teacher) fits a fraud check during a payment: 100 µs, right on 95.0 %; no variant that "
            "fits is clearly better.",
        ),
    ],
)  # fmt: skip
def test_a_pick_is_judged_by_the_budget_and_against_all_others(pick: int, budget: str, said: str) -> None:
    assert judged(pick=pick, variants=MADE, budget=budget) == said


def test_what_luck_explains_is_not_called_better() -> None:
    """A point more, each wrong on other images, is luck; where one is never wrong alone it isn't."""
    near = replace(variant("b", 50_000), right=right(0.91, first=500))
    nested = replace(variant("c", 50_000), right=right(0.91))
    two = numbered(MADE[0], variant("a", 50_000, 0.9), near)
    assert "no variant that fits is clearly better" in judged(pick=2, variants=two)
    assert "but 3 (c) fits too" in judged(pick=2, variants=numbered(*two[:2], nested))


@pytest.mark.parametrize(
    ("rounds_s", "faster"),
    [
        (in_turn(3e-5), True),
        (in_turn(1.01e-4), False),
        (in_turn(3e-5)[:9], False),
        ((), False),
        (in_turn(2e-4), False),
    ],
)
def test_only_times_that_were_taken_in_turn_tell_what_is_faster(
    rounds_s: tuple[float, ...], faster: bool
) -> None:
    other = replace(MADE[0], rounds_s=in_turn(1e-4, 0.1) if len(rounds_s) != 9 else in_turn(1e-4)[:9])
    assert replace(MADE[1], rounds_s=rounds_s).faster_than(other) == faster


def test_new_times_change_an_estimated_energy_and_leave_a_metered_one() -> None:
    guessed = variant().timed((2e-5, 4e-5, 3e-5))
    assert (guessed.latency_s, guessed.energy.value) == pytest.approx((3e-5, 3e-5 * 12))
    metered = variant(energy=Joules(1e-4, 1e-5, 1e-3, False)).timed((2e-5,))
    assert metered.energy.value == 1e-4
    assert variant().timed(None).latency_s == 1e-5


def test_times_that_are_nearly_alike_count_as_alike_on_the_front() -> None:
    costs, shares = [10.0, 10.5, 30.0], [0.9, 0.95, 0.96]
    assert front(costs=costs, accuracies=shares) == [0, 1, 2]
    assert front(costs=costs, accuracies=shares, near=0.1) == [1, 2]
    assert front(costs=[10.5, 10.0], accuracies=[0.9, 0.9], near=0.1) == [0]


def test_each_limit_is_named_when_it_is_broken() -> None:
    asked = Budget("a place", most_bytes=60_000, most_s=0.001, least=0.99)
    assert asked.broken(variant(size=60_001), 0.9) == "60,001 bytes, and at most 60,000 bytes fit"
    assert asked.broken(variant(latency_s=0.0010001), 0.9) == (
        "1,000 µs an answer, and at most 1,000 µs are allowed"
    )
    assert asked.broken(variant(latency_s=0.002), 0.9) == "2 ms an answer, and at most 1 ms are allowed"
    assert asked.broken(variant(accuracy=0.89), 0.9) == (
        "it keeps 98.8 % of the reference’s accuracy, and 99 % are asked for"
    )
    assert asked.broken(variant(accuracy=0.895), 0.9) == ""
    assert asked.limits == "at most 60 kB, at most 1 ms an answer, 99 % of the reference’s accuracy"


def test_every_budget_limits_something_and_names_its_source() -> None:
    assert all(each.limits and each.source and each.place for each in BUDGETS.values())


def test_a_variant_in_a_sentence() -> None:
    assert str(MADE[3]) == "tiny: right on 91.0 %, 52 kB (26 kB compressed), 7 µs an answer."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pick": 0}, "pick must be a whole number of at least 1, got 0"),
        ({"pick": 6}, "pick must be one of 1, 2, 3, 4, 5, got 6"),
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
