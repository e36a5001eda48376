"""What many readings say: percentiles and their intervals, and whether a machine slowed down."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from course.intervals import CONFIDENCE
from course.networks import Array
from course.percentiles import percentile, slowdown
from tests.clocks import noise, refusal

TAIL = (1 - CONFIDENCE) / 2
N = st.integers(1, 3000)
SHARES = st.sampled_from([0.1, 0.5, 0.9, 0.99, 0.999])
READINGS = st.lists(st.floats(1e-9, 10), min_size=1, max_size=200).map(np.array)


@given(readings=READINGS, share=SHARES)
def test_a_percentile_is_the_smallest_reading_that_the_share_does_not_exceed(
    readings: Array, share: float
) -> None:
    found = percentile(latencies_s=readings, share=share).value_s
    assert found == np.quantile(readings, share, method="inverted_cdf")
    assert (readings <= found).mean() >= share - 1e-9
    assert (readings < found).mean() < share


@given(n=N, share=SHARES)
def test_an_interval_misses_on_each_side_as_seldom_as_the_binomial_says_and_is_no_wider(
    n: int, share: float
) -> None:
    """Between the readings of two ranks lies the true percentile as often as so many of n are below it."""
    found = percentile(latencies_s=np.arange(1.0, n + 1), share=share).interval_s
    lowest, highest = binom.cdf(0, n, share), 1 - binom.cdf(n - 1, n, share)
    assert (found is None) == (lowest > TAIL or highest > TAIL)
    if found is not None:
        low, high = int(found.low), int(found.high)
        assert binom.cdf(low - 1, n, share) <= TAIL < binom.cdf(low, n, share)
        assert 1 - binom.cdf(high - 1, n, share) <= TAIL < 1 - binom.cdf(high - 2, n, share)


@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (lambda rng: rng.lognormal(0, 0.1, 500), np.exp(0.1 * 1.2815515655446004)),
        (lambda rng: rng.exponential(1, 500), np.log(10)),
        (lambda rng: rng.choice([1.0, 5.0], 500, p=[0.7, 0.3]), 5.0),
        (lambda rng: 1 / rng.random(500), 10.0),
    ],
    ids=["log-normal", "exponential", "two values", "no mean"],
)
def test_the_interval_of_p90_holds_the_true_one_95_times_in_a_hundred_whatever_the_distribution(
    draw: Callable[[np.random.Generator], Array], truth: float
) -> None:
    rng = np.random.default_rng(7)
    found = [percentile(latencies_s=draw(rng), share=0.9).interval_s for _ in range(1000)]
    assert sum(each is not None and truth in each for each in found) >= 940


def test_too_few_readings_have_no_interval_for_the_tail() -> None:
    assert percentile(latencies_s=np.arange(1.0, 368), share=0.99).interval_s is None
    assert percentile(latencies_s=np.arange(1.0, 369), share=0.99).interval_s is not None


@pytest.mark.parametrize("slower", [1.2, 1.5, 3.0])
def test_a_machine_that_slows_down_half_way_is_found_by_how_much(slower: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(100):
        readings = noise(rng, 500) * np.where(np.arange(500) < 250, 1.0, slower)
        assert slowdown(latencies_s=readings) == pytest.approx(slower, rel=0.06)


def test_a_machine_that_keeps_its_pace_is_hardly_ever_said_to_slow_down_even_if_looked_at_50_times() -> (
    None
):
    rng = np.random.default_rng(2)
    alarms = 0
    for _ in range(200):
        readings = noise(rng, 500)
        alarms += any(slowdown(latencies_s=readings[:n]) for n in range(10, 501, 10))
    assert alarms <= 4


def test_one_that_gets_faster_or_is_hardly_slower_is_not_called_slow() -> None:
    steady = np.random.default_rng(3).lognormal(0, 0.01, 300)
    assert slowdown(latencies_s=steady * np.linspace(2, 1, 300)) is None
    assert slowdown(latencies_s=steady * np.linspace(1, 1.08, 300)) is None
    assert slowdown(latencies_s=steady[:29] * np.linspace(1, 9, 29)) is None


def test_many_readings_and_readings_that_are_all_alike_are_compared_too() -> None:
    assert slowdown(latencies_s=np.ones(300_000)) is None
    assert slowdown(latencies_s=np.repeat([1.0, 1.0, 2.0], 100_000)) == 2.0


@pytest.mark.parametrize(
    ("readings", "share", "words"),
    [
        ([], 0.5, "latencies_s must have shape any, got 0"),
        ([1.0, np.nan], 0.5, "latencies_s must hold finite numbers only, got 1 that are not"),
        ([1.0], 0.0, "share must be above 0 and at most 0.9999, got 0.0"),
        ([1.0], 1.0, "share must be above 0 and at most 0.9999, got 1.0"),
    ],
)
def test_refusals_say_what_must_hold(readings: list[float], share: float, words: str) -> None:
    with refusal(words):
        percentile(latencies_s=readings, share=share)  # type: ignore[arg-type]
