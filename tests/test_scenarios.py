"""Unofficial scenarios: what each reports, and how they are measured."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from course import scenario_runs
from course.queues import at_share, poisson, replay, server_rate, tail
from course.runtimes import Prepared
from course.scenario_runs import READINGS, REAL_SHARES, run, scenarios, timed
from course.scenarios import RULES, Measured, RealRun, Scenario
from tests.scenario_child import ENDED, SERVICES, Child


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Child:
    made = Child()
    monkeypatch.setattr("course.child.stream", made.stream)
    return made


def result(**options: Any) -> Scenario:
    given = {
        "scenario": "server", "model": "large", "bound_ms": 15.0, "arrival_rate": 0.7, "stall": False,
        "times": {batch: Measured(times) for batch, times in SERVICES.items()},
        "complete": frozenset(READINGS), "progress": 1.0,
    }  # fmt: skip
    return Scenario(**{**given, **options})


def test_the_rules_are_those_of_the_benchmark() -> None:
    assert {name: tuple(rule) for name, rule in RULES.items()} == {
        "single-stream": (0.9, 1),
        "multi-stream": (0.99, 8),
        "server": (0.99, 1),
        "offline": (None, 256),
    }
    assert READINGS.keys() == {rule.samples for rule in RULES.values()}
    assert READINGS[256] * 256 == 24_576


@pytest.mark.parametrize("stall", [False, True])
def test_each_scenario_reports_the_percentile_of_its_own_calls(stall: bool) -> None:
    for scenario, (share, samples) in RULES.items():
        found = result(scenario=scenario, stall=stall)
        times = SERVICES[samples]
        if scenario == "server":
            wanted = at_share(services_s=times, share=0.7, stalls=stall).latencies_s
            assert found.reported_s == found.here_s == tail(wanted, 0.99)
            assert found.naive_s < found.reported_s
        elif share:
            assert found.reported_s == pytest.approx(tail(times, share), rel=0.1 if stall else 1e-9)
            assert found.naive_s == found.reported_s
        else:
            calls = np.resize(times, 96)
            per_s = 256 * 96 / calls.sum()
            assert found.samples_per_s == pytest.approx(per_s * (0.9 if stall else 1), rel=0.05)
            assert found.samples >= 24_576


def test_single_stream_hardly_sees_a_stall_that_the_server_shows() -> None:
    assert result(scenario="single-stream", stall=True).reported_s < 0.004
    assert result(stall=True).reported_s > 0.9
    assert result(stall=True).naive_s < 0.01
    assert result(stall=True).limit.share == 0


def test_p99_at_ninety_percent_is_several_times_that_at_fifty() -> None:
    curve = dict(result().curve)
    assert curve[0.9] > 3 * curve[0.5]
    assert [*curve.values()] == sorted(curve.values())


def test_sentences_are_short_and_say_what_was_found() -> None:
    assert str(result(complete=frozenset(), times={})) == (
        "Press Run: the large network, server at 70 % of capacity, bound 15 ms."
    )
    assert str(result(complete=frozenset(), times={}, waited=1, scenario="offline", stall=True)) == (
        "Measuring: the large network, offline, with a simulated stall."
    )
    for scenario in RULES:
        for stall in (False, True):
            said = str(result(scenario=scenario, stall=stall))
            assert said.startswith(f"Unofficial {scenario}{', with a simulated stall' if stall else ''}: ")
            assert len(said) < 180
    assert str(result(bound_ms=1.0)).endswith("It holds at no rate.")
    limit = server_rate(services_s=SERVICES[1], bound_s=0.015)
    assert f"Up to {limit.share:.0%}".replace("%", " %") in str(result())


def test_conditions_say_what_is_measured_what_is_simulated_and_what_is_official() -> None:
    official = "An official run: 600 s, and 270,336 queries or an early stop."
    assert result(complete=frozenset(), times={}).conditions == f"Unofficial. {official}"
    limit = result().limit.share
    found = result(runs=(RealRun(limit, 0.8, 400, 0.012),)).conditions
    assert found.startswith("200 calls timed here (NumPy, float32, 1 thread of ")
    assert "queue simulated from them. A real run at " in found
    assert " holds: p99 12 ms. " in found
    assert found.endswith(official)
    assert "doesn't hold: p99 16 ms." in result(runs=(RealRun(limit, 0.8, 400, 0.016),)).conditions
    times = {**result().times, 1: Measured(SERVICES[1], calls=7, steady=False)}
    assert "means of 7, unsteady" in result(times=times).conditions


def test_the_generator_times_three_batch_sizes_then_runs_at_real_rates(child: Child) -> None:
    found = [*scenarios()]
    assert found[0].progress == 0
    assert [each.progress for each in found] == sorted(each.progress for each in found)
    assert found[1].progress > 0
    final = found[-1]
    assert (final.progress, final.stage, child.open) == (1, "done", 0)
    for batch, times in SERVICES.items():
        np.testing.assert_array_equal(final.times[batch].latencies_s, times)
    assert [each["task"] for each in child.asked] == ["timed"] * 3 + ["run"] * len(final.runs)
    assert {each["threads"] for each in child.asked} == {1}
    assert {run.share for run in final.runs} == {*REAL_SHARES, final.limit.share}
    assert final.real_run is not None
    for asked, real in zip(child.asked[3:], final.runs, strict=True):
        assert asked["rate"] == pytest.approx(real.share / SERVICES[1].mean())


def test_settings_sent_on_the_way_hold_and_lose_nothing(child: Child) -> None:
    running = scenarios()
    for _ in range(4):
        now = next(running)
    assert len(now.times[1].latencies_s) == 200 or len(now.times[1].latencies_s) == 100
    changed = running.send({"bound_ms": 7.0, "scenario": "offline"})
    assert (changed.bound_ms, changed.scenario) == (7.0, "offline")
    *_, final = running
    assert (final.bound_ms, final.scenario, final.model) == (7.0, "offline", "large")
    assert len(final.times[1].latencies_s) == 200


def test_settings_sent_during_the_real_runs_hold(child: Child) -> None:
    running = scenarios()
    while not next(running).runs:
        pass
    running.send({"arrival_rate": 0.3, "stall": True})
    *_, final = running
    assert (final.arrival_rate, final.stall) == (0.3, True)
    assert len(final.runs) >= len(REAL_SHARES)


def test_closing_the_generator_ends_the_child(child: Child) -> None:
    with closing(scenarios()) as running:
        next(running)
        next(running)
        assert child.open == 1
    assert child.open == 0


@pytest.mark.parametrize(
    ("dies_at", "scenario", "ready"),
    [
        ("timed 1", "server", False),
        ("midway 1", "server", True),
        ("timed 8", "server", True),
        ("timed 8", "multi-stream", False),
        ("run", "server", True),
    ],
)
def test_a_child_that_dies_ends_in_a_sentence_and_what_came_stays(
    child: Child, dies_at: str, scenario: str, ready: bool
) -> None:
    child.dies_at = dies_at
    *_, final = scenarios(scenario=scenario)
    assert (final.warning, final.progress, final.ready) == (ENDED, 1.0, ready)


class Ticking:
    """A clock that moves a little whenever it is read, and work that takes a known time."""

    def __init__(self) -> None:
        self.now, self.calls = 0.0, 0

    def clock(self) -> float:
        self.now += 1e-7
        return self.now

    def sleep(self, time_s: float) -> None:
        self.now += time_s

    def work(self) -> None:
        self.calls += 1
        self.now += 0.001 if self.calls % 10 else 0.003


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    made = Ticking()
    prepared: Callable[..., Prepared] = lambda **_: Prepared(made.work, np.zeros((1, 1)))  # noqa: E731
    monkeypatch.setattr(scenario_runs, "prepare", prepared)
    return made


def test_the_other_process_hands_out_each_time_once(ticking: Ticking) -> None:
    parts = [*timed(model="large", batch=8, clock=ticking.clock)]
    times = np.concatenate([part["latencies_s"] for part in parts])
    assert len(parts) > 5
    assert parts[-1]["progress"] == 1.0
    assert parts[-1]["calls"] == 1
    np.testing.assert_allclose(sorted({*np.round(times, 5)}), [0.001, 0.003])
    assert times.mean() == pytest.approx(0.0012, rel=0.01)
    assert times.sum() < scenario_runs.MOST_S


def test_a_real_run_is_the_queue_of_its_arrivals(ticking: Ticking) -> None:
    (found,) = run(model="large", rate=600.0, clock=ticking.clock, sleep=ticking.sleep)
    arrivals = poisson(rate=600.0, queries=400, random_state=1)
    wanted = replay(arrivals_s=arrivals, services_s=np.array([0.001] * 9 + [0.003]))
    assert found["queries"] == 400
    assert found["p99_s"] == pytest.approx(tail(wanted.latencies_s), rel=0.01)
    assert found["busy"] == pytest.approx(wanted.naive_s.sum() / wanted.ended_s[-1], rel=0.01)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            {"scenario": "tree"},
            "scenario must be one of single-stream, multi-stream, server, offline, got 'tree'",
        ),
        ({"model": "tiny"}, "model must be one of small, medium, large, got 'tiny'"),
        ({"bound_ms": 0.0}, "bound_ms must be positive, got 0.0"),
        ({"arrival_rate": 1.0}, "arrival_rate must be a number from 0.02 to 0.98, got 1.0"),
        ({"stall": 1}, "stall must be True or False, got 1"),
    ],
)
def test_what_can_not_be_played_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(scenarios(**bad))
    assert str(refusal.value) == message
