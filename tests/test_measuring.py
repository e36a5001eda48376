"""The instrument, on machines whose time is made up."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import measuring
from course.measuring import Timings, calls_for, measure, resolution, warm_up
from tests.clocks import US, Fake, noise, one_after_another, refusal

COARSE_S = 0.0156


def end(fake: Fake, **given: float) -> Timings:
    """The last of what is handed out."""
    *_, last = measure(fake.work, clock=fake.clock, **given)  # type: ignore[arg-type]
    return last


def test_percentiles_and_throughput_are_those_of_the_distribution() -> None:
    rng = np.random.default_rng(0)
    drawn = 100 * US * rng.lognormal(0, 0.1, 60_000)
    found = end(Fake(one_after_another(drawn)), readings=40_000, most_s=60, batch_size=8)
    assert found.calls == 1
    assert found.percentile(0.5).value_s == pytest.approx(100 * US, rel=0.005)
    assert found.percentile(0.9).value_s == pytest.approx(100 * US * np.exp(0.12816), rel=0.01)
    assert found.percentile(0.99).value_s == pytest.approx(100 * US * np.exp(0.23263), rel=0.01)
    assert found.throughput == pytest.approx(8 / (100 * US * np.exp(0.005)), rel=0.005)
    assert found.warning == ""


@pytest.mark.parametrize("slow", [10, 1000])
def test_a_first_call_that_takes_a_thousand_times_as_long_is_told_apart(slow: int) -> None:
    found = end(Fake(lambda n: 100 * US * (slow if n == 0 else 1)))
    assert found.cold_s == pytest.approx(slow * 100 * US, rel=0.01)
    np.testing.assert_allclose(found.latencies_s, 100 * US, rtol=0.01)
    assert len(found.latencies_s) == 500


def test_work_that_gets_faster_for_30_calls_is_read_when_it_no_longer_does() -> None:
    found = end(Fake(lambda n: 100 * US * 3 ** max(0, 1 - n / 30)))
    assert found.warm_up >= 30
    assert found.warm
    np.testing.assert_allclose(found.latencies_s, 100 * US, rtol=0.01)


def test_work_that_never_becomes_steady_is_said_to_be_so() -> None:
    found = end(Fake(lambda n: 100 * US * (1 + n // 5 % 2)))
    assert not found.warm
    assert found.warning == "The warm-up ended before it was steady: read the spread, not one number."


@pytest.mark.parametrize("step_s", [COARSE_S, 1e-3, 0.1 * US, 0.001 * US])
def test_the_step_of_a_clock_is_found(step_s: float) -> None:
    assert resolution(clock=Fake(step_s=step_s, read_s=step_s / 300).clock) == pytest.approx(
        step_s, rel=0.01
    )


def test_the_step_is_found_of_a_clock_that_steps_back() -> None:
    fake = Fake(step_s=1e-3, read_s=2e-6, back_s=0.5, every=3001)
    assert resolution(clock=fake.clock) == pytest.approx(1e-3)


def test_the_step_is_found_of_a_clock_that_is_set_back_before_it_has_moved() -> None:
    times = iter([10.0, 3.0, 3.0, 3.5, 4.0])
    assert resolution(clock=lambda: next(times), steps=2, most=4) == 0.5


def test_a_reading_holds_so_many_calls_that_a_coarse_clock_is_a_hundredth_of_it() -> None:
    found = end(Fake(step_s=COARSE_S, read_s=10 * US))
    assert 15_000 <= found.calls <= 16_000
    np.testing.assert_allclose(found.latencies_s, 100 * US, rtol=0.0125)
    assert (
        found.warning
        == f"Only {len(found.latencies_s)} readings of {found.calls:,} calls: give it more time."
    )


@settings(deadline=None, max_examples=40)
@given(call_s=st.floats(1e-8, 1), step_s=st.floats(1e-9, 0.02))
def test_the_clock_s_step_is_at_most_a_hundredth_of_a_reading_and_no_call_is_wasted(
    call_s: float, step_s: float
) -> None:
    calls = calls_for(call_s=call_s, resolution_s=step_s)
    if calls < measuring.MOST_CALLS:
        assert calls * call_s >= 100 * step_s * (1 - 1e-3)
    assert calls == 1 or (calls - 1) * call_s <= 100 * step_s * (1 + 1e-3)


def test_slow_work_is_not_read_for_longer_than_was_given() -> None:
    fake = Fake(lambda _: 0.5)
    found = end(fake, most_s=3)
    assert fake.now - 1000 < 4.1
    assert found.progress == 1
    assert found.warning == f"Only {len(found.latencies_s)} readings of 1 call: give it more time."


def test_progress_grows_to_1_by_readings_or_by_time() -> None:
    for readings, most_s in ((3000, 600.0), (10**6, 0.5)):
        fake = Fake()
        progress = [
            each.progress for each in measure(fake.work, clock=fake.clock, readings=readings, most_s=most_s)
        ]
        assert len(progress) > 10
        assert progress == sorted(progress)
        assert progress[-1] == 1
        assert 0.3 < progress[len(progress) // 2] < 0.7


def test_stopping_in_the_middle_keeps_what_was_measured() -> None:
    values = 100 * US * noise(np.random.default_rng(5), 5000)
    fake, again = (Fake(one_after_another(values)) for _ in range(2))
    running = measure(fake.work, clock=fake.clock, readings=2000, most_s=60)
    kept = list(islice(running, 3))[-1]
    running.close()  # type: ignore[attr-defined]
    assert 0 < len(kept.latencies_s) < 2000
    whole = end(again, readings=2000, most_s=60).latencies_s
    np.testing.assert_array_equal(kept.latencies_s, whole[: len(kept.latencies_s)])
    assert kept.warning == ""


def test_a_machine_that_slows_down_half_way_is_said_to_and_one_that_does_not_is_not() -> None:
    for slower, words in (
        (1.3, "The machine slowed down: the last third of the readings took 1.3"),
        (1, ""),
    ):
        values = 100 * US * np.random.default_rng(6).lognormal(0, 0.02, 700)
        values[300:] *= slower
        found = end(Fake(one_after_another(values)))
        assert found.warning[: len(words)] == words
        assert bool(found.warning) == bool(words)


def test_readings_in_which_the_clock_steps_back_are_left_out_and_said() -> None:
    found = end(Fake(back_s=0.01, every=101))
    assert 5 <= found.lost <= 15
    assert found.warning == f"The clock stood still or stepped back: {found.lost} readings were left out."
    np.testing.assert_allclose(found.latencies_s, 100 * US, rtol=0.01)


def test_a_clock_that_steps_back_by_an_hour_does_not_make_it_run_for_one() -> None:
    fake = Fake(back_s=3600, every=201)
    found = end(fake, readings=10**6, most_s=1.0)
    assert len(found.latencies_s) < 20_000


def test_a_clock_that_stands_still_is_refused() -> None:
    with refusal("clock must move, and stood still while it was read 1,000,000 times"):
        next(measure(lambda: None, clock=lambda: 7.0))


def test_a_clock_that_no_longer_moves_while_the_work_is_done_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measuring, "MOST_CALLS", 1000)
    fake = Fake()

    def stop() -> None:
        fake.stands = True

    monkeypatch.setattr(measuring, "resolution", lambda **_: 1e-7)
    with refusal("clock must move, and stood still while the work was called 1,000 times"):
        warm_up(stop, clock=fake.clock)


def test_a_clock_that_stops_after_the_warm_up_gives_no_number() -> None:
    fake = Fake()

    def work() -> None:
        fake.work()
        fake.stands = fake.calls >= 11  # the first call and two windows of five

    with refusal("clock must move forward, and did not in any of 11 readings"):
        [*measure(work, clock=fake.clock, readings=10)]


def test_a_clock_that_stops_in_the_middle_keeps_the_readings_before_it() -> None:
    fake = Fake()

    def work() -> None:
        fake.work()
        fake.stands = fake.calls >= 60

    *_, found = measure(work, clock=fake.clock, readings=100)
    np.testing.assert_allclose(found.latencies_s, 100 * US, rtol=0.01)
    assert (len(found.latencies_s), found.lost) == (49, 101)


def test_a_result_is_one_sentence() -> None:
    assert str(end(Fake(), batch_size=64)) == (
        "Half of the calls take at most 100 µs, 99 in 100 at most 100 µs; 640,000 a second."
    )


def test_the_real_clock_moves_and_real_work_takes_time() -> None:
    *_, found = measure(lambda: sum(range(100)), readings=20)
    assert found.resolution_s > 0
    assert (found.latencies_s > 0).all()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"readings": 0}, "readings must be a whole number of at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, got 0"),
        ({"most_s": 0}, "most_s must be positive, got 0"),
        ({"most_s": float("nan")}, "most_s must be positive, got nan"),
    ],
)
def test_refusals_say_what_must_hold(given: dict[str, float], words: str) -> None:
    with refusal(words):
        end(Fake(), **given)
