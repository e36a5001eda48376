"""A queue with one server, against what queueing theory says of it."""

from collections.abc import Iterator
from math import exp, log
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import queues
from course.queues import Served, at_share, back_to_back, poisson, replay, serve, server_rate, tail


class World:
    """A time that passes only while something sleeps or is served."""

    def __init__(self, services_s: Iterator[float], *, stalls: bool = False) -> None:
        self.now, self.services, self.stalls = 100.0, services_s, stalls

    def clock(self) -> float:
        return self.now

    def sleep(self, time_s: float) -> None:
        self.now += time_s

    def service(self) -> None:
        into = (self.now - 100) % 10
        if self.stalls and 2 <= into < 3:
            self.now += 3 - into
        self.now += next(self.services)


def last(world: World, arrivals: Any, **options: Any) -> Served:
    *_, served = serve(world.service, arrivals_s=arrivals, clock=world.clock, sleep=world.sleep, **options)
    return served


@pytest.mark.parametrize("load", [0.3, 0.5, 0.8])
def test_waits_are_those_of_queueing_theory_within_five_percent(load: float) -> None:
    """M/D/1: load / 2(1 - load) on average; M/M/1: twice that, and its p99 is ln 100 / (1 - load)."""
    tails = []
    for seed in range(4):
        arrivals = poisson(rate=load, queries=1_000_000, random_state=seed)
        even = replay(arrivals_s=arrivals, services_s=np.ones(1))
        assert (even.latencies_s - 1).mean() == pytest.approx(load / (2 * (1 - load)), rel=0.05)
        services = np.random.default_rng(100 + seed).standard_exponential(1_000_000)
        random = replay(arrivals_s=arrivals, services_s=services)
        assert (random.latencies_s - services).mean() == pytest.approx(load / (1 - load), rel=0.05)
        tails.append([tail(random.latencies_s, share) for share in (0.5, 0.9, 0.99)])
    wanted = [log(1 / (1 - share)) / (1 - load) for share in (0.5, 0.9, 0.99)]
    np.testing.assert_allclose(np.mean(tails, axis=0), wanted, rtol=0.05)


def test_the_first_waits_of_an_even_server_follow_erlang() -> None:
    load = 0.5
    waits = replay(arrivals_s=poisson(rate=load, queries=1_000_000), services_s=np.ones(1)).latencies_s - 1
    assert (waits <= 1e-9).mean() == pytest.approx(1 - load, abs=0.005)
    assert (waits <= 0.5).mean() == pytest.approx((1 - load) * exp(0.5 * load), abs=0.005)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(0, 0.5), min_size=1, max_size=40),
    st.lists(st.floats(0.001, 0.4), min_size=1, max_size=40),
)
def test_a_queue_served_in_simulated_time_is_the_one_replayed(
    gaps: list[float], services: list[float]
) -> None:
    arrivals = np.cumsum(gaps)
    needed = np.resize(services, len(arrivals))
    found = last(World(iter(needed)), arrivals, most_s=1e6)
    wanted = replay(arrivals_s=arrivals, services_s=np.array(services))
    for one, other in zip(
        (found.intended_s, found.sent_s, found.ended_s),
        (wanted.intended_s, wanted.sent_s, wanted.ended_s),
        strict=True,
    ):
        np.testing.assert_allclose(one, other, atol=1e-9)
    np.testing.assert_allclose(found.naive_s, needed, atol=1e-9)
    assert (found.latencies_s >= found.naive_s - 1e-9).all()


@pytest.mark.parametrize("load", [0.1, 0.5, 0.8])
def test_a_stall_of_a_second_in_ten_is_seen_from_the_intended_arrival_and_not_by_the_naive_loop(
    load: float,
) -> None:
    """Who arrives t seconds into the stall waits 1 - t(1 - load): p99 is 1 - 0.1(1 - load)."""
    rate = 200.0
    arrivals = np.arange(int(10 * rate)) / rate + 1e-4
    service = load / rate
    world = World(iter([service] * len(arrivals)), stalls=True)
    for served in (
        last(world, arrivals, most_s=1e6),
        replay(arrivals_s=arrivals, services_s=np.array([service]), stalls=True),
    ):
        assert tail(served.latencies_s) == pytest.approx(1 - 0.1 * (1 - load) + service, abs=1 / rate)
        assert tail(served.naive_s) == pytest.approx(service, abs=1e-6)
        assert (served.naive_s > 0.5).sum() == 1
        waits = served.latencies_s.mean() - service
        assert waits == pytest.approx(0.05 / (1 - load), abs=1 / rate)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 1000), st.floats(0.01, 0.98), st.booleans())
def test_p99_never_falls_as_the_rate_grows(seed: int, share: float, stalls: bool) -> None:
    services = np.random.default_rng(seed).lognormal(-5, 0.5, 50)
    arrivals = poisson(rate=1 / services.mean(), queries=2000, random_state=seed)
    slow, fast = (
        replay(arrivals_s=arrivals / each, services_s=services).latencies_s
        for each in (share, share + 0.02)
    )
    assert (fast >= slow - 1e-9).all()
    assert (replay(arrivals_s=arrivals, services_s=services, stalls=stalls).latencies_s > 0).all()


def test_the_highest_rate_is_that_of_the_closed_form_within_three_hundredths() -> None:
    services = np.random.default_rng(3).standard_exponential(20_000)
    for load in (0.5, 0.7, 0.9):
        found = server_rate(services_s=services / services.mean(), bound_s=log(100) / (1 - load))
        assert found.share == pytest.approx(load, abs=0.03)
        assert found.low <= found.share <= found.high
        assert found.rate == pytest.approx(found.share * found.capacity)


def test_the_rate_found_holds_and_a_hundredth_more_does_not() -> None:
    services = np.random.default_rng(4).lognormal(-9, 0.2, 500)
    found = server_rate(services_s=services, bound_s=0.001, replays=1)
    assert tail(at_share(services_s=services, share=found.share).latencies_s) <= 0.001
    assert tail(at_share(services_s=services, share=found.share + 0.01).latencies_s) > 0.001


def test_where_no_rate_holds_it_says_so() -> None:
    services = np.full(10, 0.002)
    for options in ({"bound_s": 0.001}, {"bound_s": 0.1, "stalls": True}):
        assert server_rate(services_s=services, **options).share == 0  # type: ignore[arg-type]
    assert str(server_rate(services_s=services, bound_s=0.001)) == (
        "Simulated from service times: no rate keeps p99 within 1 ms."
    )
    assert str(server_rate(services_s=services, bound_s=0.0021)) == (
        "Simulated from service times: up to 5 queries a second (1 % of capacity) keep p99 within 2.1 ms."
    )


def test_a_loop_that_waits_has_no_queue_and_meets_one_stall_once() -> None:
    plain = back_to_back(services_s=np.array([0.1, 0.3]))
    np.testing.assert_allclose(plain.intended_s, [0, 0.1])
    np.testing.assert_allclose(plain.latencies_s, [0.1, 0.3])
    stalled = back_to_back(services_s=np.array([0.013]), stalls=True)
    assert stalled.ended_s[-1] == pytest.approx(10, abs=0.02)
    assert (stalled.latencies_s > 0.5).sum() == 1
    assert tail(stalled.latencies_s, 0.99) == pytest.approx(0.013)


def test_a_replay_with_stalls_lasts_whole_tens_of_seconds() -> None:
    for service in (0.0001, 0.5):
        served = at_share(services_s=np.array([service]), share=0.5, stalls=True)
        assert len(served.intended_s) >= queues.ENOUGH
        assert len(served.intended_s) * service / 0.5 % 10 == pytest.approx(0, abs=1e-6)


def test_serving_ends_when_its_time_is_over_and_keeps_what_there_is() -> None:
    came = list(
        serve(
            (world := World(iter([0.1] * 100))).service,
            arrivals_s=np.zeros(100),
            clock=world.clock,
            sleep=world.sleep,
            most_s=1.0,
        )
    )
    assert [len(each.ended_s) for each in came] == [*range(1, 12)]
    np.testing.assert_allclose(came[-1].latencies_s, 0.1 * np.arange(1, 12))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (lambda: poisson(rate=0.0), "rate must be positive, got 0.0"),
        (
            lambda: at_share(services_s=np.ones(2), share=1.2),
            "share must be above 0 and at most 1, got 1.2",
        ),
        (lambda: server_rate(services_s=np.array([1.0, 0.0])), "services_s must be positive, got 0.0"),
        (lambda: server_rate(services_s=np.ones(1), bound_s=-1.0), "bound_s must be positive, got -1.0"),
        (lambda: tail(np.zeros(0)), "latencies_s must have shape any, got 0"),
    ],
)
def test_what_can_not_be_is_refused(bad: Any, message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        bad()
    assert str(refusal.value) == message
