"""Lesson 09: whether zeros make a product faster, measured: among dense weights, and left out of them."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np

from course import arguments, child, comparing, measuring, setups
from course.benchmarking import STARTED
from course.comparing import Comparison
from course.machine import usable_cpus
from course.measuring import Clock, Work
from course.networks import Array
from course.throughput import ENOUGH, LONGEST_S, ROUNDS, TRIES, TRY_S, readings_of
from course.wording import duration

KINDS = ("dense, no zeros", "dense, with zeros", "sparse format", "fewer neurons")
SIZES = (256, 512, 1024)
BATCHES = (1, 16, 64)
FLOAT_BYTES = INDEX_BYTES = 4


@dataclass(frozen=True, eq=False)
class SparseTimes:
    """Readings of a layer's product in four forms, taken in turns, and what the weights take up.

    Parameters
    ----------
    pruned_share : of the weights, 0 to 1
    size : inputs and outputs of the layer
    batch_size : rows that are multiplied at a time
    calls_s : shape (n_rounds, 4), seconds of a product in each of `KINDS`, NaN for what isn't read yet
    progress : 0 to 1
    stage : what it is doing
    ended : a sentence, where the process ended early
    """

    pruned_share: float
    size: int
    batch_size: int
    calls_s: Array
    progress: float = 0.0
    stage: str = "not started"
    ended: str = ""

    @property
    def left(self) -> int:
        """How many weights are not 0."""
        return self.size**2 - round(self.pruned_share * self.size**2)

    @property
    def neurons(self) -> int:
        """How many of the layer's neurons have about as many weights as are left, at least one."""
        return kept_outputs(size=self.size, pruned_share=self.pruned_share)

    @property
    def weights_bytes(self) -> tuple[int, ...]:
        """What the weights take up in each of `KINDS`.

        A sparse format (CSR) keeps for each weight that isn't 0 its value and its column, and for each
        row where it begins.
        """
        dense = FLOAT_BYTES * self.size**2
        rows = INDEX_BYTES * (self.size + 1)
        sparse = (FLOAT_BYTES + INDEX_BYTES) * self.left + rows
        return dense, dense, sparse, FLOAT_BYTES * self.size * self.neurons

    @property
    def rounds(self) -> int:
        """How many rounds are complete."""
        return int(np.isfinite(self.calls_s).all(axis=1).sum())

    @property
    def known(self) -> int:
        """How many of the four have a reading."""
        return int(np.isfinite(self.calls_s).any(axis=0).sum())

    def middle_s(self, number: int) -> float | None:
        """Find the middle time of a product in the form of this number; None before it is read."""
        column = self.calls_s[:, number]
        found = column[np.isfinite(column)]
        return float(median(found)) if found.size else None

    def compared(self, number: int) -> Comparison | None:
        """Compare the form of this number with the dense one without zeros; None before ten rounds."""
        if self.rounds < ENOUGH:
            return None
        first, other = self.calls_s[: self.rounds, 0], self.calls_s[: self.rounds, number]
        return comparing.compared(first_s=first, second_s=other)

    def verdict(self, number: int) -> str:
        """Say whether the form of this number is faster; nothing before ten rounds."""
        found = self.compared(number)
        return verdict(comparison=found) if found else ""

    @property
    def warning(self) -> str:
        """What has to be known before the numbers are believed."""
        return self.ended

    @property
    def conditions(self) -> str:
        """What was measured, on what and how; nothing before there is a reading."""
        if not self.known:
            return ""
        return (
            f"Measured here: {setups.processor()}, 1 thread of {usable_cpus():g} usable · NumPy, "
            f"SciPy’s CSR, float32 · random weights, the smallest pruned · middle of {max(self.rounds, 1)} "
            f"rounds of all four in turn, a reading the middle of {TRIES} of {duration(TRY_S)} or more; "
            "bars: 95 % intervals"
        )

    def __str__(self) -> str:
        layer = (
            f"{self.size:,} × {self.size:,} weights, {100 * self.pruned_share:.3g} % pruned, "
            f"{self.batch_size} at a time"
        )
        if self.rounds < ENOUGH:
            begun = f"Measuring {layer}" if self.progress else f"Press Run: {layer}; nothing measured yet"
            return f"{begun}."
        zeros, sparse, fewer = (self.verdict(number) for number in (1, 2, 3))
        return f"{layer}. With zeros: {zeros}; zeros left out: {sparse}; {self.neurons:,} neurons: {fewer}."


def verdict(*, comparison: Comparison) -> str:
    """Say in a few words how long the second of two takes."""
    if not comparison.differs:
        return "no clear difference"
    if comparison.ratio < 1:
        return f"{comparing.figure(1 / comparison.ratio)} times as fast"
    return f"{comparing.figure(comparison.ratio)} times as long"


def kept_outputs(*, size: int = 1024, pruned_share: float = 0.9) -> int:
    """Return how many outputs a dense layer has when a share of them is removed; one always stays."""
    share = arguments.number("pruned_share", pruned_share, low=0, high=1)
    outputs = arguments.whole("size", size, low=1)
    return max(1, outputs - round(share * outputs))


def sparse_times(
    *, pruned_share: float = 0.9, size: int = 1024, batch_size: int = 64
) -> Iterator[SparseTimes]:
    """Measure a layer's product in four forms, in turns, in a process of its own.

    Parameters
    ----------
    pruned_share : of the weights, 0 to 1
    size : inputs and outputs of the layer, 16 to 4096
    batch_size : rows that are multiplied at a time, 1 to 1024

    Yields
    ------
    the start, at which nothing is measured; then all there is, at least every 50 ms
    """
    share = arguments.number("pruned_share", pruned_share, low=0, high=1)
    side = arguments.whole("size", size, low=16, high=4096)
    rows = arguments.whole("batch_size", batch_size, low=1, high=1024)
    now = SparseTimes(share, side, rows, np.full((ROUNDS, len(KINDS)), np.nan))
    yield now
    now = replace(now, stage="starting", progress=STARTED)
    yield now
    asked = {"pruned_share": share, "size": side, "batch_size": rows}
    how = {"rounds": ROUNDS, "most_s": LONGEST_S}
    try:
        with closing(child.stream("course.sparse_times:reading", asked=asked, how=how)) as running:
            for came in running:
                now = replace(now) if came is None else _with(now, came)
                yield now
        yield replace(now, progress=1.0, stage="done")
    except child.ChildEndedError as ended:
        yield replace(now, ended=str(ended), stage="ended early", progress=1.0)


def reading(
    *, asked: dict[str, Any], how: dict[str, Any], clock: Clock = measuring.seconds
) -> Iterator[list[list[float]]]:
    """Measure in this process: rounds, forms and seconds, as plain values."""
    yield from readings_of(works(**asked), **how, clock=clock)


def works(*, pruned_share: float, size: int, batch_size: int, random_state: int = 0) -> list[Work]:
    """Prepare a layer's product in each of `KINDS`, as functions that return it.

    The sparse one returns a column for each row of the inputs, as suits its format.
    """
    from scipy.sparse import csr_array

    random = np.random.default_rng(random_state)
    weights = random.standard_normal((size, size), np.float32)
    inputs = random.standard_normal((batch_size, size), np.float32)
    zeroed = weights.copy()
    order = np.argsort(np.abs(weights), axis=None, kind="stable")
    zeroed.flat[order[: round(pruned_share * size**2)]] = 0
    sparse, columns = csr_array(zeroed.T), np.ascontiguousarray(inputs.T)
    fewer = np.ascontiguousarray(weights[:, : kept_outputs(size=size, pruned_share=pruned_share)])
    return [
        lambda: inputs @ weights,
        lambda: inputs @ zeroed,
        lambda: sparse @ columns,
        lambda: inputs @ fewer,
    ]


def _with(now: SparseTimes, came: list[list[float]]) -> SparseTimes:
    """Add what came from the process."""
    calls_s = now.calls_s.copy()
    for turn, number, call_s in came:
        calls_s[int(turn), int(number)] = call_s
    rounds = int(np.isfinite(calls_s).all(axis=1).sum())
    share = min(0.99, STARTED + int(np.isfinite(calls_s).sum()) / calls_s.size)
    return replace(now, calls_s=calls_s, progress=share, stage=f"round {rounds} of {len(calls_s)}")
