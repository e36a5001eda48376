"""The instrument: how long something takes, read again and again.

The only clock in the workbook is here, and everything that measures takes it as an argument,
so that a test can hand in another.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, log
from statistics import median
from time import perf_counter

import numpy as np

from course import arguments
from course.networks import Array
from course.percentiles import Percentile, percentile, slowdown
from course.wording import duration, rate

Clock = Callable[[], float]
Work = Callable[[], object]
READ_ERROR = 0.01  # of a reading that the clock's step may be
MOST_CALLS = 1_000_000  # in one reading
WINDOW = 5  # readings that are looked at together while it warms up
STABLE = 0.05  # change from one window to the next up to which it counts as warm
FEW = 10  # readings below which a warning says so
WARM_S, TURN_S = 1.0, 0.02  # longest warm-up; time between two results that are handed out


def seconds() -> float:
    """Return a time in seconds that only ever grows; differences of it are durations."""
    return perf_counter()


@dataclass(frozen=True, eq=False)
class Timings:
    """Readings of one piece of work, in the order in which they were taken.

    Parameters
    ----------
    latencies_s : shape (n_readings,), seconds of one call, each above 0
    calls : calls in each reading: with more than one, a latency is the mean of that many
    batch_size : items that a call handles
    cold_s : the first call of all, which isn't among the readings; 0 where the clock didn't move
    warm_up : calls before the first reading
    warm : whether the warm-up ended because it had become steady, and not because its time was over
    resolution_s : smallest step of the clock
    progress : share of the readings that were asked for, or of the time that was given
    lost : readings left out because the clock stood still or stepped back in them
    """

    latencies_s: Array
    calls: int
    batch_size: int
    cold_s: float
    warm_up: int
    warm: bool
    resolution_s: float
    progress: float
    lost: int = 0

    def percentile(self, share: float) -> Percentile:
        """Find a percentile and its interval."""
        return percentile(latencies_s=self.latencies_s, share=share)

    @property
    def throughput(self) -> float:
        """Items a second, one call after the other."""
        return float(self.batch_size / self.latencies_s.mean())

    @property
    def slowdown(self) -> float | None:
        """How many times as long the last third takes as the first; None where it may be chance."""
        return slowdown(latencies_s=self.latencies_s)

    @property
    def warning(self) -> str:
        """What has to be known before the numbers are believed."""
        if self.slowdown is not None:
            return (
                f"The machine slowed down: the last third of the readings took {self.slowdown:.2f} "
                "times as long as the first. Close other programs, let it cool, and measure again."
            )
        if self.lost:
            readings = "1 reading was" if self.lost == 1 else f"{self.lost} readings were"
            return f"The clock stood still or stepped back: {readings} left out."
        if self.progress == 1 and len(self.latencies_s) < FEW:
            number = (
                "Only 1 reading" if len(self.latencies_s) == 1 else f"Only {len(self.latencies_s)} readings"
            )
            return f"{number} of {self.calls:,} call{'s' * (self.calls > 1)}: give it more time."
        if not self.warm:
            return "The warm-up ended before it was steady: read the spread, not one number."
        return ""

    def __str__(self) -> str:
        middle, tail = self.percentile(0.5).value_s, self.percentile(0.99).value_s
        return (
            f"Half of the calls take at most {duration(middle)}, 99 in 100 at most {duration(tail)}; "
            f"{rate(self.throughput)} a second."
        )


def resolution(*, clock: Clock = seconds, steps: int = 20, most: int = 1_000_000) -> float:
    """Find the smallest step in which a clock moves, in seconds.

    Parameters
    ----------
    steps : how many are looked at
    most : times that the clock is read at most
    """
    found: list[float] = []
    before = clock()
    for _ in range(most):
        now = clock()
        if now > before:
            found.append(now - before)
        before = now
        if len(found) == steps:
            break
    if not found:
        raise ValueError(f"clock must move, and stood still while it was read {most:,} times")
    return min(found)


def calls_for(*, call_s: float, resolution_s: float) -> int:
    """Say how many calls a reading needs, so that the clock's step is at most 1 % of it.

    >>> calls_for(call_s=1e-4, resolution_s=1e-7), calls_for(call_s=1e-4, resolution_s=0.0156)
    (1, 15600)
    """
    step = arguments.number("resolution_s", resolution_s, above=0)
    once = max(arguments.number("call_s", call_s, low=0), step / MOST_CALLS)
    return min(MOST_CALLS, max(1, ceil(round(step / READ_ERROR / once, 6))))


def measure(
    work: Work,
    *,
    batch_size: int = 1,
    readings: int = 500,
    most_s: float = 10.0,
    clock: Clock = seconds,
) -> Iterator[Timings]:
    """Warm up, then read the clock around the work again and again, handing out what there is.

    Parameters
    ----------
    work : called without arguments
    batch_size : items that a call handles
    readings : how many to take
    most_s : longest time, after which it ends with what it has
    clock : read before and after

    Yields
    ------
    all readings so far, about fifty times a second
    """
    wanted = arguments.whole("readings", readings, low=1)
    items = arguments.whole("batch_size", batch_size, low=1)
    longest = arguments.number("most_s", most_s, above=0)
    step, last = resolution(clock=clock), clock()
    cold = max(0.0, read(work, 1, clock))
    calls, before, warm = warm_up(work, clock=clock, most_s=min(WARM_S, longest / 2))
    taken: list[float] = []
    lost, spent, shown = 0, 0.0, 0.0
    done = False
    while not done:
        came = read(work, calls, clock) / calls
        if came > 0:
            taken.append(came)
        else:
            lost += 1
        now = clock()
        spent, last = spent + max(0.0, now - last), now
        done = len(taken) == wanted or lost > wanted or spent > longest
        if taken and (done or spent - shown > TURN_S):
            progress = 1.0 if done else max(len(taken) / wanted, spent / longest)
            yield Timings(np.array(taken), calls, items, cold, before, warm, step, progress, lost)
            shown = spent
    if not taken:
        raise ValueError(f"clock must move forward, and did not in any of {lost} readings")


def read(work: Work, calls: int, clock: Clock = seconds) -> float:
    """Read the clock around some calls, in seconds."""
    start = clock()
    for _ in range(calls):
        work()
    return clock() - start


def warm_up(work: Work, *, clock: Clock = seconds, most_s: float = WARM_S) -> tuple[int, int, bool]:
    """Call something until it takes the same time again and again.

    Parameters
    ----------
    most_s : longest time, after which a reading that has begun is still ended

    Returns
    -------
    calls that a reading needs, calls made so far, and whether it became steady
    """
    step, calls, done, spent = resolution(clock=clock), 1, 0, 0.0
    before: float | None = None
    while True:
        window = _window(work, calls, clock, most_s / 10)
        done += len(window) * calls
        spent += sum(window)
        now = median(window) / calls
        if now == 0 and calls == MOST_CALLS:
            raise ValueError(f"clock must move, and stood still while the work was called {calls:,} times")
        needed = calls_for(call_s=now, resolution_s=step)
        if needed > 1.25 * calls:
            calls, before = min(needed, 8 * calls), None
        elif before is not None and abs(log(now / before)) <= STABLE:
            return calls, done, True
        else:
            before = now
        if spent > most_s:
            return calls, done, False


def _window(work: Work, calls: int, clock: Clock, most_s: float) -> list[float]:
    """Read the clock a few times, but once only where that takes long."""
    taken: list[float] = []
    while len(taken) < WINDOW and sum(taken) <= most_s:
        taken.append(max(0.0, read(work, calls, clock)))
    return taken
