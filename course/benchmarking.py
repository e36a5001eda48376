"""Lesson 07: how long an answer takes on this machine, again and again, and how many come a second.

Everything is measured in a process of its own, in which nothing draws; what it has read arrives
while it goes on.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from course import arguments, child, comparing, measuring, memory, models, runtimes
from course.comparing import Comparison
from course.measuring import Clock, Timings
from course.networks import Array
from course.percentiles import Percentile
from course.runtimes import Prepared
from course.setups import Setup, checked
from course.wording import duration, rate

MOST_READINGS = 100_000
LONGEST_S = 6.0  # that the readings of one lab take
STARTED = 0.02  # progress, once the process has been asked for
READ = 0.9  # progress, once all readings are there and A against A begins


@dataclass(frozen=True, eq=False)
class Measured:
    """What has been measured of a setup so far.

    Parameters
    ----------
    readings : that were asked for
    timings : None before the first one came
    pairs : shape (n_pairs, 2), seconds of a call: the same thing measured against itself, in turns
    memory_bytes : the most that the process held at a time, libraries included; None for unknown
    stage : what it is doing
    progress : 0 to 1
    ended : a sentence, where the process ended early
    """

    setup: Setup
    readings: int
    timings: Timings | None = None
    pairs: Array = field(default_factory=lambda: np.empty((0, 2)))
    memory_bytes: int | None = None
    stage: str = "not started"
    progress: float = 0.0
    ended: str = ""

    @property
    def taken(self) -> int:
        """How many readings there are."""
        return 0 if self.timings is None else len(self.timings.latencies_s)

    def percentile(self, share: float) -> Percentile | None:
        """Find a percentile and its interval; None before anything was measured."""
        return None if self.timings is None else self.timings.percentile(share)

    @property
    def against_itself(self) -> Comparison | None:
        """The same thing compared with itself; None before there are ten pairs."""
        if len(self.pairs) < 10:
            return None
        return comparing.compared(first_s=self.pairs[:, 0], second_s=self.pairs[:, 1])

    @property
    def warning(self) -> str:
        """What has to be known before the numbers are believed."""
        return self.ended or ("" if self.timings is None else self.timings.warning)

    @property
    def conditions(self) -> str:
        """What it was measured on; nothing before there is a reading."""
        if self.timings is None:
            return ""
        many, before = self.timings.calls, self.timings.warm_up
        each = "" if many == 1 else f", each the mean of {many:,} calls"
        peak = "unknown" if self.memory_bytes is None else f"{self.memory_bytes / 1e6:,.0f} MB"
        held = f" · peak memory {peak}, libraries included" if self.progress == 1 else ""
        return (
            f"{self.setup.conditions} · {self.taken:,} readings{each}, after {before:,} calls "
            f"to warm up · clock steps {duration(self.timings.resolution_s)}{held}"
        )

    def __str__(self) -> str:
        if self.timings is None:
            begun = f"Starting: {self.setup}." if self.progress else ""
            return begun or f"Press Run: {self.setup}; {self.readings:,} readings, none taken yet."
        middle, tail = (duration(self.timings.percentile(share).value_s) for share in (0.5, 0.99))
        many = rate(self.timings.throughput)
        if self.taken < 100:
            return (
                f"Half of the {self.taken} calls so far take at most {middle}, the slowest "
                f"{duration(float(self.timings.latencies_s.max()))}; {many} answers a second."
            )
        if self.setup.batch_size == 1:
            return (
                f"Half of the answers take at most {middle}, but 1 in 100 takes more than {tail}; "
                f"one after the other, {many} a second."
            )
        return (
            f"Half of the batches of {self.setup.batch_size} take at most {middle}, but 1 in 100 more than "
            f"{tail}: {many} answers a second, each waiting for its batch."
        )


def latency(
    *,
    size: str = "small",
    batch_size: int = 1,
    threads: int = 1,
    precision: str = "float32",
    runtime: str = "NumPy",
    readings: int = 1000,
) -> Iterator[Measured]:
    """Measure how long a network takes for a batch, again and again, in a process of its own.

    Parameters
    ----------
    size : one of `runtimes.SIZES`
    batch_size : rows that are asked about in one call
    threads : that the runtime may take
    precision : one that the runtime really computes in
    readings : to take; it ends after six seconds with those that it has

    Yields
    ------
    the start, at which nothing is measured; then all there is, at least every 50 ms
    """
    sizes = runtimes.SIZES[arguments.one_of("size", size, runtimes.SIZES)]
    setup = checked(
        network=size,
        layer_sizes=sizes,
        runtime=runtime,
        batch_size=batch_size,
        threads=threads,
        precision=precision,
    )
    wanted = arguments.whole("readings", readings, low=1, high=MOST_READINGS)
    yield from _measured(Measured(setup, wanted), most_s=LONGEST_S, pairs=comparing.PAIRS)


def quick(
    *,
    layer_sizes: Sequence[int] = runtimes.SIZES["small"],
    file: models.Source | None = None,
    runtime: str = "NumPy",
    batch_size: int = 1,
    threads: int = 1,
    precision: str = "float32",
    readings: int = 200,
    most_s: float = 2.0,
) -> Measured:
    """Measure a network, or an ONNX file, in a process of its own, and wait for the result.

    Parameters
    ----------
    layer_sizes : inputs, hidden neurons, outputs, of a network with random weights
    file : an ONNX model, as a path or bytes, instead of that
    most_s : longest time of the readings
    """
    sizes = () if file is not None else tuple(int(size) for size in layer_sizes)
    name = "-".join(map(str, sizes)) or "file's"
    setup = checked(
        network=name,
        layer_sizes=sizes,
        runtime=runtime,
        batch_size=batch_size,
        threads=threads,
        precision=precision,
    )
    wanted = arguments.whole("readings", readings, low=1, high=MOST_READINGS)
    longest = arguments.number("most_s", most_s, above=0, high=3600)
    held = None if file is None else b64encode(runtimes.read(file)).decode()
    return list(_measured(Measured(setup, wanted), most_s=longest, pairs=0, file=held))[-1]


def _measured(start: Measured, *, most_s: float, pairs: int, file: str | None = None) -> Iterator[Measured]:
    yield start
    now = replace(start, stage="starting", progress=STARTED)
    yield now
    setup = start.setup
    asked = {**setup.given, "batch_size": setup.batch_size, "file": file}
    how = {"readings": start.readings, "most_s": most_s, "pairs": pairs}
    running = child.stream("course.benchmarking:reading", threads=setup.threads, asked=asked, how=how)
    try:
        with closing(running):
            for came in running:
                now = replace(now) if came is None else _with(now, came)
                yield now
    except child.ChildEndedError as ended:
        yield replace(now, ended=str(ended), stage="ended early", progress=1.0)


def reading(
    *, asked: dict[str, Any], how: dict[str, Any], clock: Clock = measuring.seconds
) -> Iterator[dict[str, Any]]:
    """Measure in this process: what was read since the last time, as plain values."""
    file = asked.pop("file", None)
    prepared = runtimes.prepare(**asked, file=None if file is None else b64decode(file))
    yield from readings_of(prepared, **how, clock=clock)


def readings_of(
    prepared: Prepared, *, readings: int, most_s: float, pairs: int, clock: Clock = measuring.seconds
) -> Iterator[dict[str, Any]]:
    """Read the clock around the work, then around it and itself in turns; at the end, the memory."""
    seen, calls = 0, 1
    for timings in measuring.measure(
        prepared.work, batch_size=len(prepared.batch), readings=readings, most_s=most_s, clock=clock
    ):
        calls = timings.calls
        yield {**_plain(timings), "new": timings.latencies_s[seen:].tolist()}
        seen = len(timings.latencies_s)
    swapped = np.random.default_rng(0).integers(0, 2, pairs)
    shown, taken = clock(), []
    for number, swap in enumerate(swapped):
        both = [measuring.read(prepared.work, calls, clock) / calls for _ in range(2)]
        taken.append(both[::-1] if swap else both)
        if clock() - shown > measuring.TURN_S or number == pairs - 1:
            yield {"pairs": taken, "share": (number + 1) / pairs}
            shown, taken = clock(), []
    yield {"memory_bytes": memory.peak_bytes()}


def _plain(timings: Timings) -> dict[str, Any]:
    names = ("calls", "batch_size", "cold_s", "warm_up", "warm", "resolution_s", "progress", "lost")
    return {"timings": {name: getattr(timings, name) for name in names}}


def _with(now: Measured, came: dict[str, Any]) -> Measured:
    """Add what came from the process."""
    if "memory_bytes" in came:
        return replace(now, memory_bytes=came["memory_bytes"], stage="done", progress=1.0)
    if "pairs" in came:
        held = np.vstack([now.pairs, np.array(came["pairs"])])
        share = READ + (0.99 - READ) * came["share"]
        return replace(now, pairs=held, stage="A against A", progress=share)
    before = [] if now.timings is None else [now.timings.latencies_s]
    timings = Timings(np.concatenate([*before, came["new"]]), **came["timings"])
    share = STARTED + (READ - STARTED) * timings.progress
    return replace(
        now, timings=timings, stage=f"{len(timings.latencies_s):,} readings", progress=min(share, 0.99)
    )
