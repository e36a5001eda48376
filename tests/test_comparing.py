"""Two things measured in turn: how often the answer is right, by simulation on made-up machines."""

import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import integers, sparse_times
from course.comparing import FALSE_ALARMS, PAIRS, compare, compared, figure, figures, in_turn
from course.networks import Array
from tests.clocks import US, Fake, noise, one_after_another, refusal

COMPARISONS = 1000
POSITIVE = st.lists(st.floats(1e-6, 1), min_size=20, max_size=20).map(np.array)


def steady(_: float) -> float:
    return 1.0


def warming(passed_s: float) -> float:
    """A machine that gets slower all the while: by half at the end of a comparison of 100 µs."""
    return 1 + passed_s / (2 * PAIRS * 200 * US)


def called_different(ratio: float, pace: Callable[[float], float], seed: int) -> int:
    """How many of 1,000 comparisons say that two things differ of which one takes so many times as long."""
    rng = np.random.default_rng(seed)
    found = 0
    for number in range(COMPARISONS):
        fake = Fake(one_after_another(100 * US * noise(rng, 2500)))
        takes = fake.takes
        fake.takes = lambda n, fake=fake, takes=takes: takes(n) * pace(fake.now - 1000)  # type: ignore[misc]

        def other(fake: Fake = fake) -> None:
            before = fake.now
            fake.work()
            fake.now = before + (fake.now - before) * ratio

        found += compare(fake.work, other, clock=fake.clock, random_state=number).differs
    return found


@pytest.mark.parametrize("pace", [steady, warming])
def test_a_thing_against_itself_is_called_different_in_about_2_of_100_comparisons(
    pace: Callable[[float], float],
) -> None:
    assert 0.005 <= called_different(1.0, pace, 1) / COMPARISONS <= 0.04


@pytest.mark.parametrize("pace", [steady, warming])
@pytest.mark.parametrize("ratio", [1.1, 0.9])
def test_a_difference_of_a_tenth_is_found_in_at_least_90_of_100(
    ratio: float, pace: Callable[[float], float]
) -> None:
    assert called_different(ratio, pace, 2) / COMPARISONS >= 0.9


def test_the_interval_holds_the_true_ratio_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    held = sum(
        1.5 in compared(first_s=noise(rng, PAIRS), second_s=1.5 * noise(rng, PAIRS)).interval
        for _ in range(2000)
    )
    assert 0.965 <= held / 2000 <= 1
    assert FALSE_ALARMS == 0.02


@settings(deadline=None, max_examples=60)
@given(first=POSITIVE, second=POSITIVE, times=st.floats(0.1, 10))
def test_the_ratio_is_the_middle_of_all_pairs_and_does_not_depend_on_which_is_first(
    first: Array, second: Array, times: float
) -> None:
    found, turned = compared(first_s=first, second_s=second), compared(first_s=second, second_s=first)
    logs = [np.log(b / a) for a, b in zip(first, second, strict=True)]
    middles = [(one + other) / 2 for number, one in enumerate(logs) for other in logs[number:]]
    assert found.ratio == pytest.approx(np.exp(np.median(middles)))
    assert turned.ratio == pytest.approx(1 / found.ratio)
    assert turned.interval.low == pytest.approx(1 / found.interval.high)
    assert found.interval.low <= found.ratio <= found.interval.high
    scaled = compared(first_s=first, second_s=times * second)
    assert scaled.ratio == pytest.approx(times * found.ratio)


@settings(deadline=None, max_examples=100)
@given(seed=st.integers(0, 10_000), shift=st.floats(0.9, 1.1))
def test_it_differs_where_the_signed_rank_test_of_scipy_says_so(seed: int, shift: float) -> None:
    from scipy.stats import wilcoxon

    rng = np.random.default_rng(seed)
    first, second = noise(rng, PAIRS), shift * noise(rng, PAIRS)
    chance = wilcoxon(np.log(second / first), method="approx").pvalue
    if abs(chance - FALSE_ALARMS) > 0.001:
        assert compared(first_s=first, second_s=second).differs == (chance < FALSE_ALARMS)


def test_the_two_take_turns_in_a_drawn_order() -> None:
    fake, order = Fake(), []

    def called(name: str) -> Callable[[], None]:
        def work() -> None:
            order.append(name)
            fake.work()

        return work

    assert len([*in_turn(called("a"), called("b"), pairs=40, clock=fake.clock)]) == 40
    taken = order[-80:]
    couples = [*zip(taken[::2], taken[1::2], strict=True)]
    assert {frozenset(couple) for couple in couples} == {frozenset("ab")}
    assert 10 <= couples.count(("a", "b")) <= 30
    assert any(one != other for one, other in pairwise(couples))


def test_pairs_are_handed_out_as_they_come_and_stopping_keeps_them() -> None:
    fake = Fake()
    running = in_turn(fake.work, fake.work, clock=fake.clock)
    kept = [next(running) for _ in range(12)]
    running.close()  # type: ignore[attr-defined]
    assert str(compared(first_s=np.array(kept)[:, 0], second_s=np.array(kept)[:, 1])) == (
        "No clear difference: a ratio of 1.00 (1.00 to 1.00)."
    )


def test_a_clock_of_15_6_ms_is_evened_out_by_calls() -> None:
    fake = Fake(lambda _: 4000 * US, step_s=0.0156, read_s=50 * US)
    assert not compare(fake.work, fake.work, pairs=10, clock=fake.clock).differs

    def other() -> None:
        fake.work()
        fake.work()

    assert compare(fake.work, other, pairs=10, clock=fake.clock).ratio == pytest.approx(2, rel=0.02)


def test_pairs_in_which_the_clock_steps_back_are_taken_again() -> None:
    fake = Fake(back_s=0.01, every=53)
    found = compare(fake.work, fake.work, clock=fake.clock)
    assert len(found.first_s) == PAIRS
    np.testing.assert_allclose(found.first_s, 100 * US, rtol=0.01)


def test_a_clock_that_stops_is_refused() -> None:
    fake = Fake()

    def work() -> None:
        fake.work()
        fake.stands = fake.calls >= 20  # two windows of five for each of the two

    with refusal("clock must move forward, and did not in 11 pairs of readings"):
        compare(work, work, pairs=10, clock=fake.clock)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (2.0, "The second takes 2.00 times as long as the first (2.00 to 2.00)."),
        (1.004, "The second takes 1.004 times as long as the first (1.004 to 1.004)."),
        (1.0, "No clear difference: a ratio of 1.00 (1.00 to 1.00)."),
    ],
)
def test_the_sentence_says_by_how_much_and_never_that_1_00_is_a_difference(
    ratio: float, words: str
) -> None:
    assert str(compared(first_s=np.ones(20), second_s=np.full(20, ratio))) == words


@given(st.floats(0.5, 2).filter(lambda ratio: abs(ratio - 1) > 1e-9), st.floats(0, 1e-4))
def test_no_sentence_writes_a_clear_difference_as_1(ratio: float, spread: float) -> None:
    second = ratio * np.exp(spread * np.linspace(-1, 1, 20))
    found = compared(first_s=np.ones(20), second_s=second)
    if found.differs:
        assert all(float(each) != 1 for each in figures(found))
        said = str(found), integers.verdict(comparison=found), sparse_times.verdict(comparison=found)
        for sentence in said:
            assert not re.search(r"(?<![\d.])1(\.0*)?(?![\d.])", sentence)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(9.994, "9.99"), (9.996, "10"), (12.34, "12.3"), (1234.5, "1,230"), (0.0456, "0.0456"), (1.0, "1.00")],
)
def test_a_ratio_far_from_1_has_three_digits(ratio: float, words: str) -> None:
    assert figure(ratio) == words


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (np.ones(9), np.ones(9), "first_s and second_s must hold at least 10 readings, got 9"),
        (np.zeros(20), np.ones(20), "first_s and second_s must be positive, got 0"),
        (np.ones(20), -np.ones(20), "first_s and second_s must be positive, got -1"),
        (np.ones(20), np.ones(19), "second_s must have shape 20, got 19"),
    ],
)
def test_refusals_say_what_must_hold(first: Array, second: Array, words: str) -> None:
    with refusal(words):
        compared(first_s=first, second_s=second)


def test_too_few_pairs_are_refused() -> None:
    with refusal("pairs must be a whole number of at least 10, got 9"):
        compare(lambda: None, lambda: None, pairs=9)
