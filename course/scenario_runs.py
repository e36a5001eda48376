"""Scenarios measured: a network is timed in another process, and asked for real at a few rates."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from math import ceil
from time import sleep as rest
from typing import Any

import numpy as np

from course import child
from course.measuring import Clock, Timings, measure, seconds
from course.percentiles import slowdown
from course.queues import QUERIES, Sleep, poisson, serve, tail
from course.runtimes import SIZES, prepare
from course.scenarios import OFFLINE, Measured, RealRun, Scenario, checked

READINGS = {1: 20_000, 8: 2000, 256: OFFLINE // 256}  # for each batch size
MOST_S = 1.5  # for the readings of one batch size, and for a real run
REAL_SHARES = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
ENOUGH, FEWEST_S = 400, 0.5  # queries of a real run, and how long it lasts at least
COMPARED = 1500  # readings in which a slowdown is looked for
SPIN_S = 0.002  # a sleep may last that much too long
START, TIMES = 0.04, 0.5  # progress that the start takes at most, and after the service times


def scenarios(
    *,
    scenario: str = "server",
    model: str = "large",
    bound_ms: float = 15.0,
    arrival_rate: float = 0.7,
    stall: bool = False,
) -> Generator[Scenario, Mapping[str, Any] | None, None]:
    """Time a network in another process, then play a scenario with it.

    All but the model may be changed on the way, by sending the changes.

    Parameters
    ----------
    scenario : one of `RULES`
    model : one of `MODELS`
    bound_ms : latency that 99 in 100 queries of the server scenario may take
    arrival_rate : share of the capacity, from 0.02 to 0.98, in the server scenario
    stall : whether the server stands still for a second in every ten, which is simulated
    """
    given = checked(
        scenario=scenario, model=model, bound_ms=bound_ms, arrival_rate=arrival_rate, stall=stall
    )
    now = Scenario(**given)
    now = now.seen((yield now) or {})
    try:
        for batch in READINGS:
            with closing(child.stream("course.scenario_runs:timed", model=model, batch=batch)) as coming:
                for came in coming:
                    now = _with_times(now, batch, came)
                    now = now.seen((yield now) or {})
            now = replace(now, complete=now.complete | {batch})
        for each in _real_runs(now):
            now = each.seen(now.settings)
            now = now.seen((yield now) or {})
    except child.ChildEndedError as ended:
        yield replace(now, complete=frozenset(now.times), warning=str(ended), progress=1.0)


def _real_runs(now: Scenario) -> Iterator[Scenario]:
    """Run the server scenario for real at some shares of the capacity, and at the highest that holds."""
    best = replace(now, stall=False).limit
    shares = sorted({*REAL_SHARES, best.share} - {0.0})
    for number, share in enumerate(shares):
        now = replace(now, progress=TIMES + (1 - TIMES) * number / len(shares))
        given = {"model": now.model, "rate": share * best.capacity}
        with closing(child.stream("course.scenario_runs:run", threads=1, **given)) as coming:
            for came in coming:
                if came is not None:
                    now = replace(now, runs=(*now.runs, RealRun(share=share, **came)))
                yield replace(now)
    yield replace(now, progress=1.0)


def _with_times(now: Scenario, batch: int, came: Mapping[str, Any] | None) -> Scenario:
    """Add readings that came; where none did, count the turn."""
    if came is None:
        waited = now.waited + 1
        return replace(now, waited=waited, progress=max(now.progress, START * waited / (waited + 20)))
    before = now.times.get(batch, Measured(np.zeros(0)))
    latencies = np.concatenate([before.latencies_s, came["latencies_s"]])
    place = [*READINGS].index(batch)
    share = (place + came["progress"]) / len(READINGS)
    return replace(
        now,
        times={**now.times, batch: Measured(latencies, came["calls"], came["steady"])},
        progress=max(now.progress, START + (TIMES - START) * share),
    )


def timed(*, model: str, batch: int, clock: Clock = seconds) -> Iterator[dict[str, Any]]:
    """Time a network's calls: what the other process does."""
    work = prepare(layer_sizes=SIZES[model], batch_size=batch).work
    sent = 0
    readings = measure(work, batch_size=batch, readings=READINGS[batch], most_s=MOST_S, clock=clock)
    for now in readings:
        yield {
            "latencies_s": now.latencies_s[sent:].tolist(),
            "calls": now.calls,
            "steady": now.progress < 1 or _steady(now),
            "progress": now.progress,
        }
        sent = len(now.latencies_s)


def _steady(now: Timings) -> bool:
    every = ceil(len(now.latencies_s) / COMPARED)  # each is compared with each
    return now.warm and slowdown(latencies_s=now.latencies_s[::every]) is None


def run(
    *, model: str, rate: float, random_state: int = 1, clock: Clock = seconds, sleep: Sleep | None = None
) -> Iterator[dict[str, Any]]:
    """Let queries arrive for real, and answer them: what the other process does."""
    work = prepare(layer_sizes=SIZES[model]).work
    for _ in range(20):
        work()
    queries = min(QUERIES, max(ENOUGH, int(FEWEST_S * rate)))
    arrivals = poisson(rate=rate, queries=queries, random_state=random_state)
    served = serve(
        work,
        arrivals_s=arrivals,
        sleep=sleep or awake,
        clock=clock,
        most_s=MOST_S,
        every_s=MOST_S,
    )
    for now in served:
        busy = float(now.naive_s.sum() / now.ended_s[-1])
        yield {"busy": busy, "queries": len(now.ended_s), "p99_s": tail(now.latencies_s)}


def awake(time_s: float) -> None:
    """Let a time pass, the last two milliseconds of it awake: who sleeps wakes up late."""
    until = seconds() + time_s
    if time_s > SPIN_S:
        rest(time_s - SPIN_S)
    while seconds() < until:
        pass
