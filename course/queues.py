"""One server and its queue: when queries arrive, when they are answered, how long each took.

A queue is served for real (`serve`), or replayed from service times that were measured before
(`replay`): then it is a simulation, exact for one server that answers in the order of arrival.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from statistics import median

import numpy as np

from course import arguments
from course.measuring import TURN_S, Clock, Work, seconds
from course.networks import Array
from course.wording import duration, percent, rate

Sleep = Callable[[float], None]
QUERIES = 20_000  # in a replay
STALL_AT_S, STALL_S, EVERY_S = 2.0, 1.0, 10.0  # a simulated stall: when, how long, how often
ENOUGH = 2000  # queries at least in a replay with stalls
REPLAYS = 3  # with other arrivals, whose spread says how sure a highest rate is


@dataclass(frozen=True, eq=False)
class Served:
    """Queries in the order in which one server answered them.

    Parameters
    ----------
    intended_s : when each was to arrive, whether anything was ready for it or not
    sent_s : when a loop that waits for each answer before the next question sends it
    ended_s : when its answer came
    """

    intended_s: Array
    sent_s: Array
    ended_s: Array

    @property
    def latencies_s(self) -> Array:
        """From the intended arrival to the answer: what a user waits."""
        return np.asarray(self.ended_s - self.intended_s)

    @property
    def naive_s(self) -> Array:
        """From the sending to the answer: what a loop reports that leaves out its own waiting."""
        return np.asarray(self.ended_s - self.sent_s)


@dataclass(frozen=True, eq=False)
class ServerRate:
    """The highest rate of arrivals at which p99 stays within a bound, in replays of service times.

    Parameters
    ----------
    capacity : queries a second, one after the other without a pause
    share : of the capacity, to a hundredth; 0 where no rate holds
    low, high : the lowest and highest such share in replays with other arrivals
    """

    bound_s: float
    capacity: float
    share: float
    low: float
    high: float

    @property
    def rate(self) -> float:
        """Queries a second."""
        return self.share * self.capacity

    def __str__(self) -> str:
        bound = duration(self.bound_s)
        if not self.share:
            return f"Simulated from service times: no rate keeps p99 within {bound}."
        return (
            f"Simulated from service times: up to {rate(self.rate)} queries a second "
            f"({percent(self.share)} of capacity) keep p99 within {bound}."
        )


def poisson(*, rate: float, queries: int = QUERIES, random_state: int = 0) -> Array:
    """Draw when queries arrive that know nothing of each other, in seconds from the start.

    With the same `random_state` another rate only stretches time.

    Parameters
    ----------
    rate : queries a second, on average

    >>> bool(9.5 < poisson(rate=1000.0, queries=10_000)[-1] < 10.5)
    True
    """
    per_s = arguments.number("rate", rate, above=0)
    count = arguments.whole("queries", queries, low=1)
    return _unit_arrivals(count, arguments.whole("random_state", random_state, low=0)) / per_s


@lru_cache(8)
def _unit_arrivals(queries: int, random_state: int) -> Array:
    """Arrivals at a rate of one a second."""
    return np.random.default_rng(random_state).standard_exponential(queries).cumsum()


def replay(*, arrivals_s: Array, services_s: Array, stalls: bool = False) -> Served:
    """Put arrivals through the queue of one server that answers them in order.

    Parameters
    ----------
    arrivals_s : shape (n_queries,), never falling
    services_s : how long the server needs for each; from the start again where there are fewer
    stalls : whether it stands still for a second, once in every ten

    Source
    ------
    Lindley (1952), The theory of queues with a single server.

    >>> served = replay(arrivals_s=np.array([0.0, 1.0, 2.0]), services_s=np.array([3.0, 1.0, 1.0]))
    >>> served.latencies_s.tolist(), served.naive_s.tolist()
    ([3.0, 3.0, 3.0], [3.0, 1.0, 1.0])
    """
    arrivals = arguments.array("arrivals_s", arrivals_s, shape=(None,))
    services = np.resize(_services(services_s), len(arrivals))
    ready = _server_time(arrivals) if stalls else arrivals
    work = services.cumsum()
    ended = np.maximum.accumulate(ready - (work - services)) + work
    return _in_order(arrivals, _clock_time(ended) if stalls else ended)


def back_to_back(*, services_s: Array, stalls: bool = False) -> Served:
    """Send each query when the answer to the one before has come: then no queue forms.

    With stalls, the service times are repeated until ten seconds have passed.
    """
    services = _ten_seconds(_services(services_s)) if stalls else _services(services_s)
    ended = services.cumsum()
    ended = _clock_time(ended) if stalls else ended
    intended = np.concatenate([[0.0], ended[:-1]])
    return Served(intended, intended, ended)


def all_at_once(*, services_s: Array, calls: int = 96, stalls: bool = False) -> Served:
    """Let all queries be there at the start; with stalls, as many as take ten seconds."""
    services = np.resize(_services(services_s), arguments.whole("calls", calls, low=1))
    services = _ten_seconds(services) if stalls else services
    return replay(arrivals_s=np.zeros(len(services)), services_s=services, stalls=stalls)


def at_share(
    *, services_s: Array, share: float = 0.7, stalls: bool = False, random_state: int = 0
) -> Served:
    """Replay service times with Poisson arrivals at a share of the server's capacity.

    Without stalls it is `QUERIES` queries, with stalls ten seconds, or more whole tens of
    seconds for `ENOUGH` queries.
    """
    services = _services(services_s)
    per_s = arguments.number("share", share, above=0, high=1) / services.mean()
    queries = QUERIES
    if stalls:
        queries = ceil(per_s * EVERY_S * ceil(ENOUGH / (per_s * EVERY_S)))
    arrivals = poisson(rate=float(per_s), queries=queries, random_state=random_state)
    return replay(arrivals_s=arrivals, services_s=services, stalls=stalls)


def tail(latencies_s: Array, share: float = 0.99) -> float:
    """The latency that a share of the queries doesn't exceed, a value that occurred.

    >>> tail(np.arange(1.0, 101.0)), tail(np.arange(1.0, 101.0), 0.9)
    (99.0, 90.0)
    """
    taken = arguments.array("latencies_s", latencies_s, shape=(None,))
    part = arguments.number("share", share, above=0, high=0.9999)
    place = max(1, ceil(round(part * len(taken), 9))) - 1
    return float(np.partition(taken, place)[place])


def server_rate(
    *, services_s: Array, bound_s: float = 0.002, stalls: bool = False, replays: int = REPLAYS
) -> ServerRate:
    """Find the highest rate of arrivals whose p99 stays within a bound, by halving, in replays.

    Parameters
    ----------
    services_s : service times, measured one after the other
    bound_s : seconds that 99 in 100 queries may take
    replays : each with other arrivals; the middle of what they find is the answer
    """
    services = _services(services_s)
    bound = arguments.number("bound_s", bound_s, above=0)
    seeds = range(arguments.whole("replays", replays, low=1))
    found = [_highest(services, bound, stalls, seed) for seed in seeds]
    return ServerRate(bound, float(1 / services.mean()), median(found), min(found), max(found))


def _highest(services: Array, bound: float, stalls: bool, seed: int) -> float:
    """The highest hundredth of the capacity that holds: p99 never falls as the rate grows."""
    holding, failing = 0, 100
    trial = 1  # where not even this holds, nothing does
    while failing - holding > 1:
        served = at_share(services_s=services, share=trial / 100, stalls=stalls, random_state=seed)
        if tail(served.latencies_s) <= bound:
            holding = trial
        else:
            failing = trial
        trial = (holding + failing) // 2
    return holding / 100


def serve(
    service: Work,
    *,
    arrivals_s: Array,
    sleep: Sleep,
    clock: Clock = seconds,
    most_s: float = 10.0,
    every_s: float = TURN_S,
) -> Iterator[Served]:
    """Answer queries that arrive at given times, one after the other, handing out what there is.

    A query is answered once it has arrived and the one before is done: that is the queue.

    Parameters
    ----------
    service : answers one query
    arrivals_s : seconds after the start at which each is to arrive, never falling
    sleep : called with the seconds to let pass
    most_s : longest time, after which it ends with what it has
    every_s : between two results that are handed out: whoever takes them keeps the server waiting

    Yields
    ------
    all queries so far
    """
    turn = arguments.number("every_s", every_s, above=0)
    arrivals = arguments.array("arrivals_s", arrivals_s, shape=(None,))
    longest = arguments.number("most_s", most_s, above=0)
    sent, ended = [], []
    start = shown = clock()
    for arrival in arrivals:
        while (left := start + arrival - clock()) > 0:
            sleep(left)
        sent.append(clock() - start)
        service()
        ended.append(clock() - start)
        now = start + ended[-1]
        done = len(ended) == len(arrivals) or now - start > longest
        if done or now - shown > turn:
            yield Served(arrivals[: len(ended)], np.array(sent), np.array(ended))
            shown = clock()
        if done:
            return


def _services(services_s: Array) -> Array:
    services = arguments.array("services_s", services_s, shape=(None,))
    if (services <= 0).any():
        raise arguments.refuse("services_s", "be positive", float(services.min()))
    return services


def _ten_seconds(services: Array) -> Array:
    """As many service times, again and again, as ten seconds with a stall have room for."""
    return np.resize(services, ceil((EVERY_S - STALL_S) / services.mean()))


def _in_order(intended: Array, ended: Array) -> Served:
    before = np.concatenate([[-np.inf], ended[:-1]])
    return Served(intended, np.maximum(intended, before), ended)


def _server_time(time_s: Array) -> Array:
    """Seconds that the server was not standing still, up to a time."""
    rounds, rest = np.divmod(time_s, EVERY_S)
    return np.asarray((EVERY_S - STALL_S) * rounds + rest - np.clip(rest - STALL_AT_S, 0, STALL_S))


def _clock_time(server_s: Array) -> Array:
    """The time at which the server has worked for so many seconds."""
    rounds, rest = np.divmod(server_s, EVERY_S - STALL_S)
    return np.asarray(EVERY_S * rounds + rest + STALL_S * (rest >= STALL_AT_S))
