"""Four ways in which questions reach a model, as in MLPerf's inference benchmark, but unofficial.

Service times are measured in a process of their own; the queue of the server scenario is replayed
from them, and then checked by real runs at a few rates.

Source
------
MLCommons, MLPerf Inference Rules, sections Scenarios and Early stopping (read in 2026 in the version
with a multi-stream scenario of 8 samples a query). Every scenario runs for at least 600 s; where a
run doesn't stop early, 270,336 queries give p99 to 0.05 points with 99 % confidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from course import arguments
from course.machine import usable_cpus
from course.networks import Array
from course.queues import Served, ServerRate, all_at_once, at_share, back_to_back, server_rate, tail
from course.wording import duration, percent, rate


class Rule(NamedTuple):
    """What a scenario reports: the latency of a share of the queries, or how much is answered."""

    share: float | None
    samples: int  # in one call


RULES = {
    "single-stream": Rule(0.9, 1),
    "multi-stream": Rule(0.99, 8),
    "server": Rule(0.99, 1),
    "offline": Rule(None, 256),
}
OFFLINE = 24_576  # samples that are all there at the start
MODELS = ("small", "medium", "large")
SHARES = (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.96, 0.98)
OFFICIAL = "An official run: 600 s, and 270,336 queries or an early stop."


@dataclass(frozen=True, eq=False)
class Measured:
    """Times of calls at one batch size.

    Parameters
    ----------
    latencies_s : shape (n_calls,)
    calls : calls in a reading; with more than one a latency is their mean, and the tail is lost
    steady : whether neither the warm-up nor the machine's speed gave reason to doubt
    """

    latencies_s: Array
    calls: int = 1
    steady: bool = True


class RealRun(NamedTuple):
    """A server scenario run in real time.

    Parameters
    ----------
    share : of the capacity that was measured before, at which queries arrived
    busy : share of the time in which the server answered: another one where its speed changed
    """

    share: float
    busy: float
    queries: int
    p99_s: float


@dataclass(frozen=True, eq=False)
class Scenario:
    """A scenario as it stands: what has been measured, and what follows from it.

    Parameters
    ----------
    bound_ms : latency that 99 in 100 queries of the server scenario may take
    arrival_rate : share of the capacity, in the server scenario
    stall : whether the server stands still for a second in every ten, which is simulated
    times : for each batch size what was measured
    runs : real runs of the server scenario, without a stall
    complete : batch sizes of which no more times will come
    waited : turns in which nothing came yet
    """

    scenario: str
    model: str
    bound_ms: float
    arrival_rate: float
    stall: bool
    times: Mapping[int, Measured] = field(default_factory=dict)
    runs: tuple[RealRun, ...] = ()
    complete: frozenset[int] = frozenset()
    progress: float = 0.0
    waited: int = 0
    warning: str = ""

    def seen(self, changes: Mapping[str, Any]) -> "Scenario":
        """See what was measured with other settings."""
        return replace(self, **checked(**{**self.settings, **changes}))

    @property
    def settings(self) -> dict[str, Any]:
        """What a learner chose."""
        names = ("scenario", "model", "bound_ms", "arrival_rate", "stall")
        return {name: getattr(self, name) for name in names}

    @property
    def rule(self) -> Rule:
        """What the scenario reports."""
        return RULES[self.scenario]

    @property
    def ready(self) -> bool:
        """Whether the service times are there that the scenario and the rates need."""
        return {1, self.rule.samples} <= self.complete

    @property
    def served(self) -> Served:
        """The scenario's queries, played with the measured service times."""
        times = self.times[self.rule.samples]
        return _played(times, self.scenario, self.arrival_rate, self.stall)

    @property
    def limit(self) -> ServerRate:
        """The highest rate that holds in the server scenario."""
        return _limit(self.times[1], self.bound_ms / 1000, self.stall)

    @property
    def curve(self) -> tuple[tuple[float, float], ...]:
        """Shares of the capacity and p99 there, simulated without a stall."""
        return _curve(self.times[1])

    @property
    def here_s(self) -> float:
        """p99 of the server scenario at the chosen rate, with the stall where one is simulated."""
        return _tail(_played(self.times[1], "server", self.arrival_rate, self.stall), 0.99)

    @property
    def reported_s(self) -> float:
        """The rule's percentile; of the offline scenario the time until the last answer."""
        share = self.rule.share
        return _tail(self.served, share) if share else float(self.served.latencies_s.max())

    @property
    def naive_s(self) -> float:
        """The same percentile as a loop reports that waits for each answer."""
        return _tail(self.served, self.rule.share or 0.99, naive=True)

    @property
    def samples(self) -> int:
        """Samples in all queries."""
        return self.rule.samples * len(self.served.ended_s)

    @property
    def samples_per_s(self) -> float:
        """Samples answered in a second."""
        return float(self.samples / self.served.ended_s[-1])

    @property
    def real_run(self) -> RealRun | None:
        """The real run at the highest rate that holds in the replays."""
        return next((run for run in self.runs if run.share == self.limit.share), None)

    @property
    def stage(self) -> str:
        """What is being done."""
        if not self.times:
            return "starting" if self.waited else "0%"
        if len(self.complete) < len({rule.samples for rule in RULES.values()}):
            return f"timing, {max(self.times)} a call"
        return "done" if self.progress == 1 else f"real run {len(self.runs)}"

    def __str__(self) -> str:
        stall = ", with a simulated stall" if self.stall else ""
        bound = duration(self.bound_ms / 1000)
        if not self.ready:
            now = "Measuring" if self.times or self.waited else "Press Run"
            load = f" at {percent(self.arrival_rate)} of capacity, bound {bound}"
            server = self.scenario == "server"
            return f"{now}: the {self.model} network, {self.scenario}{load if server else ''}{stall}."
        return f"Unofficial {self.scenario}{stall}: {self._found}"

    @property
    def _found(self) -> str:
        if self.scenario == "offline":
            return (
                f"{rate(self.samples_per_s)} samples a second in batches of {self.rule.samples}; "
                f"the last of {self.samples:,} is answered after {duration(self.reported_s)}."
            )
        said = f"p{100 * (self.rule.share or 0):.0f} {duration(self.reported_s)}"
        if self.scenario != "server":
            samples = f" for {self.rule.samples} samples" if self.rule.samples > 1 else ""
            return f"{said}{samples}; no queue forms, as each is sent after the answer to the one before."
        within = "within" if self.reported_s <= self.bound_ms / 1000 else "above"
        bound, naive = duration(self.bound_ms / 1000), duration(self.naive_s)
        share = f"Up to {percent(self.limit.share)} ({rate(self.limit.rate)} a second) it holds."
        return (
            f"at {percent(self.arrival_rate)} of capacity {said}, {within} {bound}; a naive loop says "
            f"{naive}. {share if self.limit.share else 'It holds at no rate.'}"
        )

    @property
    def conditions(self) -> str:
        """On what it was measured, what is simulated, and what an official run asks for."""
        if not self.ready:
            return f"Unofficial. {OFFICIAL}"
        one = self.times[1]
        calls = "" if one.calls == 1 else f", means of {one.calls:,}"
        steady = "" if all(each.steady for each in self.times.values()) else ", unsteady"
        return (
            f"{len(one.latencies_s):,} calls timed here{calls}{steady} (NumPy, float32, 1 thread of "
            f"{usable_cpus():g}); queue simulated from them.{self._real} {OFFICIAL}"
        )

    @property
    def _real(self) -> str:
        run = self.real_run
        if run is None:
            return ""
        verdict = "holds" if run.p99_s <= self.bound_ms / 1000 else "doesn't hold"
        return f" A real run at {percent(run.share)} {verdict}: p99 {duration(run.p99_s)}."


@lru_cache(4)
def _played(times: Measured, scenario: str, share: float, stall: bool) -> Served:
    if scenario == "server":
        return at_share(services_s=times.latencies_s, share=share, stalls=stall)
    if scenario == "offline":
        calls = OFFLINE // RULES[scenario].samples
        return all_at_once(services_s=times.latencies_s, calls=calls, stalls=stall)
    return back_to_back(services_s=times.latencies_s, stalls=stall)


@lru_cache(16)
def _tail(served: Served, share: float, *, naive: bool = False) -> float:
    return tail(served.naive_s if naive else served.latencies_s, share)


@lru_cache(4)
def _limit(times: Measured, bound_s: float, stall: bool) -> ServerRate:
    return server_rate(services_s=times.latencies_s, bound_s=bound_s, stalls=stall)


@lru_cache(4)
def _curve(times: Measured) -> tuple[tuple[float, float], ...]:
    services = times.latencies_s
    return tuple((each, tail(at_share(services_s=services, share=each).latencies_s)) for each in SHARES)


def checked(
    *, scenario: object, model: object, bound_ms: object, arrival_rate: object, stall: object
) -> dict[str, Any]:
    """Return what a learner chose, where it can be."""
    if not isinstance(stall, bool):
        raise arguments.refuse("stall", "be True or False", stall)
    return {
        "scenario": arguments.one_of("scenario", scenario, RULES),
        "model": arguments.one_of("model", model, MODELS),
        "bound_ms": arguments.number("bound_ms", bound_ms, above=0),
        "arrival_rate": arguments.number("arrival_rate", arrival_rate, low=SHARES[0], high=SHARES[-1]),
        "stall": stall,
    }
