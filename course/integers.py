"""Lesson 09: a network in 8-bit integers, as ONNX Runtime really computes it here.

Files, accuracies and times are made and measured in a process of its own, in which nothing draws.
Which way the speed goes depends on the network, the batch and the processor: the verdict is read
from the measurement.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from course import arguments, child, comparing, conditions, integer_files, measuring, trained
from course.comparing import FALSE_ALARMS, PAIRS, Comparison
from course.integer_files import DATA, Found, ask, checked, files, float32
from course.machine import usable_cpus
from course.measuring import Clock
from course.networks import Array
from course.setups import processor
from course.wording import percent, written

BATCHES = (1, 64)
AT_A_TIME = {1: "one at a time", 64: "64 at once"}
STARTED, FOUND, CREEP = 0.02, 0.5, 0.02  # progress when begun, with the files made, of a wait


@dataclass(frozen=True, eq=False)
class Integers:
    """What is known so far of a network in other numbers.

    Parameters
    ----------
    network : one of `integer_files.NETWORKS`
    how : one of `integer_files.HOWS`
    per_channel, calibration_size : see `integers`
    found : files and accuracies; None before they are known
    pairs : for each of `BATCHES`, shape (n_pairs, 2), seconds of a call in float32 and of the other
    stage : what it is doing
    progress : 0 to 1
    ended : a sentence, where the process ended early
    """

    network: str
    how: str
    per_channel: bool
    calibration_size: int
    found: Found | None = None
    pairs: dict[int, Array] = field(default_factory=lambda: {batch: np.empty((0, 2)) for batch in BATCHES})
    stage: str = "not started"
    progress: float = 0.0
    ended: str = ""

    @property
    def precision(self) -> str:
        """The numbers that it is compared in."""
        return "float16" if self.how == "float16" else "int8"

    @property
    def asked(self) -> str:
        """The network and its numbers, in words."""
        if self.how == "float16":
            return f"{self.network} network, float16"
        scale = "per channel" if self.per_channel else "per tensor"
        count = self.calibration_size
        seen = f", ranges from {'1 image only' if count == 1 else f'{count:,} images'}"
        return f"{self.network} network, {self.how} int8 {scale}{seen if self.how == 'static' else ''}"

    def compared(self, batch_size: int) -> Comparison | None:
        """Compare the times of a batch; None before there are ten pairs."""
        pairs = self.pairs[batch_size]
        if len(pairs) < comparing.FEWEST:
            return None
        return comparing.compared(first_s=pairs[:, 0], second_s=pairs[:, 1])

    def verdict(self, batch_size: int) -> str:
        """Say how long a batch takes, as measured; "" before that is known."""
        comparison = self.compared(batch_size)
        return "" if comparison is None else verdict(comparison=comparison, name=self.precision)

    @property
    def warning(self) -> str:
        """What has to be known before the numbers are believed."""
        return self.ended

    @property
    def conditions(self) -> str:
        """What it was measured on; nothing before there is a reading."""
        taken = " and ".join(str(len(each)) for each in self.pairs.values() if len(each))
        if not taken:
            return ""
        version = conditions.conditions().versions["ONNX Runtime"]
        eight = "" if self.how == "float16" else "8 bits unsigned · "
        return (
            f"Measured here: {processor()}, 1 thread of {usable_cpus():g} usable · "
            f"ONNX Runtime {version} · {eight}{taken} pairs of readings in turn; "
            f"{percent(1 - FALSE_ALARMS)} intervals"
        )

    def told(self, came: dict[str, Any] | None) -> "Integers":
        """Take in what came from the process; with None, nothing did."""
        if came is None:
            waiting = max(0.0, FOUND - self.progress) if self.found is None else 0.0
            return replace(self, progress=self.progress + CREEP * waiting)
        if "stage" in came:
            return replace(self, stage=came["stage"])
        if "found" in came:
            return replace(self, found=Found(**came["found"]), progress=FOUND)
        batch = came["batch_size"]
        held = {**self.pairs, batch: np.vstack([self.pairs[batch], came["pairs"]])}
        share = sum(map(len, held.values())) / (PAIRS * len(BATCHES))
        return replace(self, pairs=held, progress=min(0.99, FOUND + (1 - FOUND) * share))

    def __str__(self) -> str:
        if not self.progress:
            return f"Press Run: {self.asked}; nothing measured yet."
        name = self.asked[0].upper() + self.asked[1:]
        if self.found is None:
            return f"{name}: {self.stage}."
        found, told = self.found, ", ".join(filter(None, map(self._said, BATCHES)))
        now, before = (written(100 * each, 1) for each in (found.accuracy, found.float32_accuracy))
        return (
            f"{name}: file {written(found.times_smaller, 1)} times smaller, {now} % right "
            f"(float32 {before} %); {told or 'times follow'}."
        )

    def _said(self, batch_size: int) -> str:
        comparison = self.compared(batch_size)
        if comparison is None:
            return ""
        if not comparison.differs:
            return f"no clear difference {AT_A_TIME[batch_size]}"
        return f"{comparing.figures(comparison)[0]} × the time {AT_A_TIME[batch_size]}"


def verdict(*, comparison: Comparison, name: str = "int8") -> str:
    """Say what a measurement means: faster, slower, or no clear difference.

    Parameters
    ----------
    comparison : of float32, the first, with the other
    name : of the other
    """
    ratio, low, high = comparing.figures(comparison)
    if not comparison.differs:
        return f"no clear difference ({low} to {high})"
    slower = ": slower here" if comparison.ratio > 1 else " here"
    return f"{name} takes {ratio} times as long{slower} ({low} to {high})"


def integers(
    *,
    network: str = "tiny",
    how: str = "static",
    per_channel: bool = False,
    calibration_size: int = 100,
    random_state: int = 0,
) -> Generator[Integers, None, None]:
    """Make a network's file smaller, and measure what it says and how long it takes.

    Parameters
    ----------
    network : "tiny", digits 64-32-10; "medium", MNIST 784-512-512-10; "convolutional", MNIST, two layers
        of filters
    how : "static", int8 with ranges found before from examples; "dynamic", int8 with ranges found at each
        call; "float16"
    per_channel : a scale for each filter or output in place of one for a tensor
    calibration_size : training images from which a static one has its ranges
    random_state : of the training, and of the images that the ranges come from

    Yields
    ------
    the start, at which nothing is made; then all there is, at least every 50 ms
    """
    given = checked(network, how, per_channel, calibration_size)
    seed = arguments.whole("random_state", random_state, low=0)
    start = Integers(**given)
    yield start
    now = replace(start, stage="starting", progress=STARTED)
    yield now
    try:
        with closing(child.stream("course.integers:measured", **given, random_state=seed)) as running:
            for came in running:
                now = now.told(came)
                yield now
        yield replace(now, progress=1.0, stage="done")
    except child.ChildEndedError as ended:
        yield replace(now, ended=str(ended), stage="ended early", progress=1.0)


def measured(
    *, clock: Clock = measuring.seconds, pairs: int = PAIRS, **given: Any
) -> Iterator[dict[str, Any]]:
    """Make, ask and time both files in this process: plain values, as they come."""
    yield {"stage": "training, once"}
    float32(given["network"], given["random_state"])
    yield {"stage": "making the smaller file"}
    both, examples = files(**given), trained.examples(data=DATA[given["network"]])
    yield {"found": asdict(integer_files.found(both, examples))}
    asks = [ask(each) for each in both]
    for batch in BATCHES:
        yield {"stage": f"timing {AT_A_TIME[batch]}"}
        rows = [examples.test_inputs[:batch].astype(kind) for _, kind in asks]
        works = [partial(answer, each) for (answer, _), each in zip(asks, rows, strict=True)]
        shown, taken = clock(), []
        for pair in comparing.in_turn(*works, pairs=pairs, clock=clock):
            taken.append(list(pair))
            if clock() - shown > measuring.TURN_S:
                yield {"batch_size": batch, "pairs": taken}
                shown, taken = clock(), []
        if taken:
            yield {"batch_size": batch, "pairs": taken}
