"""Lesson 03: what one inference costs, and when all use has cost more than training.

Arithmetic is counted in multiply-adds, one for each weight that an image meets. Additions of
biases, activations and softmax are left out: in a layer of n inputs they are fewer by the
factor n.
"""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import ArrayLike

from course import arguments, inference, measuring, networks
from course.networks import Array
from course.threads import one_thread

RULE = 3  # forward passes that learning from one image is said to cost
BATCH, REPEATS = 64, 25
INPUTS, OUTPUTS = 28 * 28, 10
DAYS = (("second", 1 / 86_400), ("minute", 1 / 1440), ("hour", 1 / 24), ("day", 1.0), ("year", 365.25))
SMALL = {"": 1.0, "m": 1e-3, "µ": 1e-6, "n": 1e-9}


def multiply_adds(*, layer_sizes: Sequence[int]) -> int:
    """Count the multiply-adds of one forward pass: the sum of n_in × n_out over the layers.

    >>> multiply_adds(layer_sizes=(784, 128, 10))  # 784 × 128 + 128 × 10
    101632
    """
    return sum(n_in * n_out for n_in, n_out in pairwise(_sizes(layer_sizes)))


def training_multiply_adds(*, layer_sizes: Sequence[int]) -> int:
    """Count the multiply-adds of learning from one image once: forward, slopes, errors back.

    Each weight is met once on the way forward, once for its slope, and once more as it passes
    an error back. The first layer passes none back, so the rule of three is an upper bound.

    >>> training_multiply_adds(layer_sizes=(784, 128, 10))  # 2 × 101,632 + 128 × 10
    204544
    """
    sizes = _sizes(layer_sizes)
    return RULE * multiply_adds(layer_sizes=sizes) - sizes[0] * sizes[1]


@dataclass(frozen=True, eq=False)
class Timing:
    """How long an image took on this machine, alone and in a batch: measured, not computed.

    Parameters
    ----------
    alone_s, batch_s : seconds for one image, the median of `repeats` runs
    batch_size : images in a batch
    device : what it was measured on
    """

    layer_sizes: tuple[int, ...]
    batch_size: int
    repeats: int
    alone_s: float
    batch_s: float
    device: str

    @property
    def speedup(self) -> float:
        """How many times as many images a second come out of batches."""
        return self.alone_s / self.batch_s

    @property
    def conditions(self) -> str:
        """What has to be known to compare the times with others."""
        return f"Measured on {self.device}: 1 thread, 64-bit, median of {self.repeats} runs."

    def __str__(self) -> str:
        count = multiply_adds(layer_sizes=self.layer_sizes)
        return f"An image takes {count:,} multiply-adds, alone and in a batch of {self.batch_size} alike."


def measured(
    *, layer_sizes: Sequence[int] = (INPUTS, 128, OUTPUTS), batch_size: int = BATCH, repeats: int = REPEATS
) -> Timing:
    """Time inference with one image at a time and in batches, once: asked again, it says the same.

    What comes out depends on the machine, and on what else it does.

    Parameters
    ----------
    batch_size : images in a batch, 2 to 4,096
    repeats : runs of each kind, 3 to 1,000
    """
    count = arguments.whole("batch_size", batch_size, low=2, high=4096)
    runs = arguments.whole("repeats", repeats, low=3, high=1000)
    return _measured(_sizes(layer_sizes), count, runs)


@cache
def _measured(sizes: tuple[int, ...], batch_size: int, repeats: int) -> Timing:
    network = networks.initialise(layer_sizes=sizes)
    images = np.random.default_rng(0).random((batch_size, sizes[0]))
    alone: list[float] = []
    batch: list[float] = []
    with one_thread():
        for run in range(-2, repeats):  # two runs first that don't count
            one = images[run % batch_size][None]
            for rows, times in ((one, alone), (images, batch)):
                start = measuring.seconds()
                networks.forward(network, rows)
                times.append((measuring.seconds() - start) / len(rows))
    return Timing(sizes, batch_size, repeats, median(alone[2:]), median(batch[2:]), _device())


def _device() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


@dataclass(frozen=True, eq=False)
class Energy:
    """An estimate of energy: time, multiplied by a power that somebody assumed."""

    seconds: float
    watts: float

    @property
    def energy_j(self) -> float:
        """Joules, if the device drew just those watts all that time."""
        return self.seconds * self.watts

    def __str__(self) -> str:
        time, joules = said(self.seconds, "s"), said(self.energy_j, "J")
        return f"An estimate: {self.watts:g} W, assumed, for {time} are {joules}."


def energy(*, seconds: float, watts: float = 15.0) -> Energy:
    """Estimate the energy of a computation from its time; nothing is metered.

    >>> print(energy(seconds=0.002))
    An estimate: 15 W, assumed, for 2 ms are 30 mJ.
    """
    time = arguments.number("seconds", seconds, low=0, high=1e9)
    return Energy(time, arguments.number("watts", watts, above=0, high=100_000))


@dataclass(frozen=True, eq=False)
class Cost:
    """The arithmetic of training a network and of using it.

    Parameters
    ----------
    uses_per_day : inferences a day
    train_size, epochs : images that it learns from, and how often it sees each
    watts : assumed, for the estimate of energy
    """

    layer_sizes: tuple[int, ...]
    uses_per_day: int
    train_size: int
    epochs: int
    watts: float

    @property
    def per_use(self) -> int:
        """Multiply-adds of one inference."""
        return multiply_adds(layer_sizes=self.layer_sizes)

    @property
    def training(self) -> int:
        """Multiply-adds of training, by the rule of three forward passes for each image and epoch."""
        return RULE * self.per_use * self.train_size * self.epochs

    @property
    def counted(self) -> int:
        """Multiply-adds of training, counted in what `networks.gradient` does."""
        return training_multiply_adds(layer_sizes=self.layer_sizes) * self.train_size * self.epochs

    @property
    def inferences(self) -> int:
        """How many inferences training equals, by the rule."""
        return self.training // self.per_use

    @property
    def days(self) -> float:
        """After how many days all use has cost what training did, by the rule."""
        return self.inferences / self.uses_per_day

    def used(self, days: ArrayLike) -> Array:
        """Multiply-adds of all use until then."""
        return np.asarray(self.per_use * self.uses_per_day * np.asarray(days, float))

    @property
    def timing(self) -> Timing:
        """How long one inference takes here: measured when first asked for."""
        return measured(layer_sizes=self.layer_sizes)

    @property
    def energies(self) -> tuple[Energy, Energy]:
        """Estimates for one image alone and in a batch."""
        times = self.timing.alone_s, self.timing.batch_s
        alone, batch = (energy(seconds=time, watts=self.watts) for time in times)
        return alone, batch

    @property
    def exact(self) -> str:
        """What the rule of three leaves out, in a sentence."""
        return (
            f"Counted exactly, learning from an image takes {self.counted / self.training * RULE:.2f} "
            f"forward passes here, so training equals {self.counted // self.per_use:,} inferences."
        )

    @property
    def conditions(self) -> str:
        """What the measured times depend on, and what is only assumed."""
        return f"{self.timing.conditions} Energy is an estimate: {self.watts:g} W assumed."

    def __str__(self) -> str:
        return (
            f"By the rule of {RULE} forward passes for each image and epoch, training equals "
            f"{self.inferences:,} inferences of {self.per_use:,} multiply-adds; at {self.uses_per_day:,} "
            f"a day, use has cost more after {lasting(self.days)} ({self.watts:g} W assumed)."
        )


def cost_of_use(
    *,
    uses_per_day: int = 1000,
    train_size: int = inference.MOST,
    hidden_neurons: int = inference.HIDDEN,
    epochs: int = inference.EPOCHS,
    watts: float = 15.0,
) -> Cost:
    """Weigh the arithmetic of training against that of use, for a network with one hidden layer.

    Source
    ------
    The rule of three, a forward pass and a backward one of twice its cost: Kaplan et al. (2020),
    Scaling laws for neural language models, section 2.1.

    >>> print(cost_of_use())
    By the rule of 3 forward passes for each image and epoch, training equals 210,000 inferences \
of 101,632 multiply-adds; at 1,000 a day, use has cost more after 210 days (15 W assumed).
    """
    return Cost(
        layer_sizes=(
            INPUTS,
            arguments.whole("hidden_neurons", hidden_neurons, low=1, high=10_000),
            OUTPUTS,
        ),
        uses_per_day=arguments.whole("uses_per_day", uses_per_day, low=1, high=10**12),
        train_size=arguments.whole("train_size", train_size, low=1, high=10**12),
        epochs=arguments.whole("epochs", epochs, low=1, high=10**6),
        watts=arguments.number("watts", watts, above=0, high=100_000),
    )


def lasting(days: float) -> str:
    """Say a time in the largest unit of which there are two or more.

    >>> lasting(210.0), lasting(0.25), lasting(1e4)
    ('210 days', '6 hours', '27 years')
    """
    span = arguments.number("days", days, low=0)
    unit, length = next((each for each in reversed(DAYS) if span >= 2 * each[1]), DAYS[0])
    count = f"{span / length:,.0f}" if span >= 10 * length else f"{span / length:.2g}"
    return f"{count} {unit}" + "s" * (count != "1")


def said(value: float, unit: str) -> str:
    """Write a small quantity with two digits and the prefix that suits it.

    >>> said(4.13e-05, "s"), said(0.00062, "J"), said(3.0, "s")
    ('41 µs', '620 µJ', '3 s')
    """
    prefix, size = next((each for each in SMALL.items() if abs(value) >= 0.995 * each[1]), ("n", 1e-9))
    number = value / size
    return f"{round(number, -1) if number >= 100 else float(f'{number:.2g}'):,g} {prefix}{unit}"


def _sizes(layer_sizes: Sequence[int]) -> tuple[int, ...]:
    if isinstance(layer_sizes, str) or not isinstance(layer_sizes, Sequence) or len(layer_sizes) < 2:
        raise arguments.refuse("layer_sizes", "name inputs and outputs at least", layer_sizes)
    return tuple(arguments.whole("layer_sizes", size, low=1) for size in layer_sizes)
