"""How many answers a second, and how long each waits, when more are asked for at once."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from statistics import median
from typing import Any

import numpy as np

from course import arguments, child, comparing, measuring, runtimes
from course.benchmarking import STARTED
from course.comparing import Comparison
from course.measuring import Clock, Work
from course.networks import Array
from course.percentiles import Percentile, percentile
from course.setups import Setup, checked
from course.wording import duration, rate

BATCHES = tuple(2**n for n in range(9))  # 1 to 256
ROUNDS = 20  # of readings, one of each batch
TRIES = 5  # whose middle is a reading: one of them may be interrupted
TRY_S = 2e-4  # that each of them takes at least
LONGEST_S = 20.0
CHOSEN = 64  # that the sentence compares with one at a time
ENOUGH = 10  # rounds from which on a ratio has an interval


@dataclass(frozen=True, eq=False)
class Curve:
    """Readings of several batches, taken in turns, so that whatever disturbs meets all of them.

    Parameters
    ----------
    setup : what is measured, its batch the first
    batches : rows of a call
    calls_s : shape (n_rounds, n_batches), seconds of a call, NaN for what isn't read yet
    progress : 0 to 1
    stage : what it is doing
    ended : a sentence, where the process ended early
    """

    setup: Setup
    batches: tuple[int, ...]
    calls_s: Array
    progress: float = 0.0
    stage: str = "not started"
    ended: str = ""

    @property
    def known(self) -> int:
        """How many batches have a reading."""
        return int(np.isfinite(self.calls_s).any(axis=0).sum())

    @property
    def rounds(self) -> int:
        """How many rounds are complete."""
        return int(np.isfinite(self.calls_s).all(axis=1).sum())

    def wait(self, number: int) -> Percentile:
        """Find the middle time of a call with the batch of this number, and its interval."""
        column = self.calls_s[:, number]
        return percentile(latencies_s=column[np.isfinite(column)], share=0.5)

    @property
    def waits_s(self) -> Array:
        """Middle time of a call with each batch that has a reading."""
        return np.array([self.wait(number).value_s for number in range(self.known)])

    @property
    def throughputs(self) -> Array:
        """Answers a second with each batch that has a reading."""
        return np.asarray(np.array(self.batches[: self.known]) / self.waits_s)

    def times(self, batch_size: int) -> float | None:
        """Say how many times as many a second as one at a time; None before that was measured."""
        place = self.batches.index(batch_size)
        return float(self.multiples[0][place]) if place < self.known else None

    @cached_property
    def multiples(self) -> tuple[Array, Array]:
        """Throughput with each batch that has a reading, as a multiple of one at a time, and its interval.

        Returns
        -------
        shape (known,), and shape (known, 2), the multiple itself before there are ten rounds
        """
        found = [self.compared(rows) for rows in self.batches[: self.known]]
        if None in found or not found:
            values = self.throughputs / self.throughputs[:1]
            return values, np.stack([values, values], axis=1)
        pairs = [(each.ratio, each.interval.low, each.interval.high) for each in found if each]
        return np.array(pairs)[:, 0], np.array(pairs)[:, 1:]

    def compared(self, batch_size: int) -> Comparison | None:
        """Compare the throughput of a batch with that of one at a time; None before ten rounds."""
        if self.rounds < ENOUGH:
            return None
        each_s = self.calls_s[: self.rounds] / np.array(self.batches)
        return comparing.compared(first_s=each_s[:, self.batches.index(batch_size)], second_s=each_s[:, 0])

    @property
    def warning(self) -> str:
        """What has to be known before the numbers are believed."""
        return self.ended

    @property
    def conditions(self) -> str:
        """What it was measured on; nothing before there is a reading."""
        if not self.known:
            return ""
        setup, done = self.setup.conditions.replace(" · batch of 1", ""), max(self.rounds, 1)
        return (
            f"{setup} · {self.setup.network} network · middle of {done} rounds of all batches "
            f"in turn, a reading the middle of {TRIES} of {duration(TRY_S)} or more; band: 95 % interval"
        )

    def __str__(self) -> str:
        name = f"{self.setup.network.capitalize()} network in {self.setup.runtime}"
        if not self.known:
            about = str(self.setup).replace(", batch of 1", "")
            begun = f"Starting: {about}." if self.progress else ""
            return begun or f"Press Run: {about}, up to {self.batches[-1]} at once; nothing measured yet."
        times = self.times(CHOSEN)
        if times is None:
            many, at_once = rate(self.throughputs[-1]), self.batches[self.known - 1]
            return f"{name}: so far, {at_once} at once answer {many} a second."
        later = f"the first of them waits {CHOSEN / times:.3g} times as long"
        found = self.compared(CHOSEN)
        if found is None:
            return f"{name}: so far, {CHOSEN} at once answer {times:.3g} times as many a second; {later}."
        if not found.differs:
            return f"{name}: no clear difference between {CHOSEN} at once and one at a time; {later}."
        between = f"{found.interval.low:.3g} to {found.interval.high:.3g}"
        short = f", not {CHOSEN} times" if found.interval.high < CHOSEN else ""
        return (
            f"{name}: {CHOSEN} at once answer {times:.3g} times as many a second as one at a time "
            f"({between}){short}; {later}."
        )


def throughput(
    *,
    size: str = "small",
    threads: int = 1,
    precision: str = "float32",
    runtime: str = "NumPy",
) -> Iterator[Curve]:
    """Measure a network with 1, 2, 4 to 256 rows in a call, in turns, in a process of its own.

    Parameters
    ----------
    size : one of `runtimes.SIZES`
    threads : that the runtime may take
    precision : one that the runtime really computes in

    Yields
    ------
    the start, at which nothing is measured; then all there is, at least every 50 ms
    """
    sizes = runtimes.SIZES[arguments.one_of("size", size, runtimes.SIZES)]
    setup = checked(network=size, layer_sizes=sizes, runtime=runtime, threads=threads, precision=precision)
    now = Curve(setup, BATCHES, np.full((ROUNDS, len(BATCHES)), np.nan))
    yield now
    now = replace(now, stage="starting", progress=STARTED)
    yield now
    asked = setup.given
    how = {"batches": list(BATCHES), "rounds": ROUNDS, "most_s": LONGEST_S}
    running = child.stream("course.throughput:reading", threads=threads, asked=asked, how=how)
    try:
        with closing(running):
            for came in running:
                now = replace(now) if came is None else _with(now, came)
                yield now
        yield replace(now, progress=1.0, stage="done")
    except child.ChildEndedError as ended:
        yield replace(now, ended=str(ended), stage="ended early", progress=1.0)


def reading(
    *, asked: dict[str, Any], how: dict[str, Any], clock: Clock = measuring.seconds
) -> Iterator[list[list[float]]]:
    """Measure in this process: rounds, batches and seconds, as plain values."""
    loaded = runtimes.load(**asked)
    works = [loaded.prepared(batch_size=rows).work for rows in how["batches"]]
    yield from readings_of(works, rounds=how["rounds"], most_s=how["most_s"], clock=clock)


def readings_of(
    works: Sequence[Work], *, rounds: int, most_s: float, clock: Clock = measuring.seconds
) -> Iterator[list[list[float]]]:
    """Warm each up and read it once; then read all in turn, in an order that is drawn for each round."""
    start, calls, random = clock(), [], np.random.default_rng(0)
    for number, work in enumerate(works):
        needed = measuring.warm_up(work, clock=clock)[0]
        once = measuring.read(work, needed, clock) / needed
        calls.append(max(needed, ceil(TRY_S / once) if once > 0 else needed))
        yield [[0, number, middle(work, calls[number], clock)]]
    for turn in range(1, rounds):
        if clock() - start > most_s:
            return
        shown, taken = clock(), []
        for number in random.permutation(len(works)).tolist():
            taken.append([turn, number, middle(works[number], calls[number], clock)])
            if clock() - shown > measuring.TURN_S:
                yield taken
                shown, taken = clock(), []
        if taken:
            yield taken


def middle(work: Work, calls: int, clock: Clock = measuring.seconds) -> float:
    """Read a few times, and return the middle one: what interrupts one of them doesn't count."""
    return median(measuring.read(work, calls, clock) / calls for _ in range(TRIES))


def _with(now: Curve, came: list[list[float]]) -> Curve:
    """Add what came from the process."""
    calls_s = now.calls_s.copy()
    for turn, number, call_s in came:
        calls_s[int(turn), int(number)] = call_s
    done = int(np.isfinite(calls_s).sum())
    share = min(0.99, STARTED + done / calls_s.size)
    rounds = int(np.isfinite(calls_s).all(axis=1).sum())
    said = f"round {rounds} of {len(calls_s)}" if rounds else f"batch {done} of {len(now.batches)}"
    return replace(now, calls_s=calls_s, progress=share, stage=said)
