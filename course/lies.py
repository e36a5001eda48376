"""Lesson 07: how benchmarks lie. Six ways to be wrong about which of two systems is faster.

The systems are simulated, so that the truth is known: how many times as fast B is as A. What was
published comes from readings in which one thing was done wrongly, or nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from course import arguments
from course.comparing import PAIRS, Comparison, compared
from course.networks import Array

LIES = (
    "cold start counted in",
    "mean instead of percentiles",
    "coarse clock",
    "one run only",
    "A against A called a win",
    "drifting machine",
)
HONEST = "honest"
VERDICTS = (*LIES, HONEST)
READINGS = 40  # of each system
NOISE = 0.1  # standard deviation of the logarithm of a reading
STALLS, STALL = 0.01, 5.0  # share of readings that stall, and how many times as long they take
STEP_S = 0.0156  # of the coarse clock: a sixty-fourth of a second
DRIFT = 2.2  # times as long at the end as at the beginning
AT_LEAST = dict(zip(LIES, (1.25, 1.25, 1.4, 1.2, 1.03, 1.25), strict=True))  # factor off the truth
TRIES = 200  # until a lie is off by that much
Shape = Callable[[np.random.Generator, int], Array]


@dataclass(frozen=True, eq=False)
class Told:
    """What was published about two systems, what was measured for it, and what is so.

    Parameters
    ----------
    lie : one of `VERDICTS`
    truth : how many times as fast B is as A
    a_s, b_s : shape (40,), readings in the order in which they were taken, seconds
    in_turn : whether A and B were measured in turn, else all of A came first
    used : shape (40,), which readings of each what was published rests on
    published_s : the seconds published for A and for B
    fair : the two measured again: warm, in turn, with a fine clock
    """

    lie: str
    truth: float
    a_s: Array
    b_s: Array
    in_turn: bool
    used: np.ndarray[Any, np.dtype[np.bool_]]
    published_s: tuple[float, float]
    fair: Comparison

    @property
    def ratio(self) -> float:
        """How many times as fast B is as A, as published."""
        return self.published_s[0] / self.published_s[1]

    @property
    def off(self) -> float:
        """By what factor the published ratio is away from the truth, 1 or more."""
        return float(np.exp(abs(np.log(self.ratio / self.truth))))

    @property
    def claim(self) -> str:
        """What was published, in words."""
        return faster(self.ratio)

    @property
    def numbers(self) -> tuple[Array, Array]:
        """When each reading of A and of B was taken: its number, from 1."""
        numbers = np.arange(1.0, 2 * len(self.a_s) + 1)
        half = len(self.a_s)
        return (numbers[::2], numbers[1::2]) if self.in_turn else (numbers[:half], numbers[half:])

    @property
    def mended(self) -> Comparison | None:
        """Compare the same readings again, without the first pair; None where they can't be mended."""
        if self.lie in ("coarse clock", "drifting machine"):
            return None
        return compared(first_s=self.b_s[1:], second_s=self.a_s[1:])


def faster(ratio: float) -> str:
    """Say which of the two is faster.

    >>> faster(1.3), faster(0.8)
    ('B is 1.30 times as fast as A', 'A is 1.25 times as fast as B')
    """
    known = arguments.number("ratio", ratio, above=0)
    fast, slow, times = ("B", "A", known) if known >= 1 else ("A", "B", 1 / known)
    return f"{fast} is {times:.2f} times as fast as {slow}"


def dealt(*, random_state: int = 0) -> tuple[str, ...]:
    """Draw what is told in each of twelve cases: every lie once or twice, the truth twice."""
    rng = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    twice = rng.choice(len(LIES), 4, replace=False)
    told = [*LIES, *(LIES[n] for n in twice), HONEST, HONEST]
    return tuple(told[n] for n in rng.permutation(len(told)))


@lru_cache(128)
def told(*, lie: str = HONEST, latencies_s: Sequence[float] | None = None, random_state: int = 0) -> Told:
    """Tell one lie about two systems, or none.

    Parameters
    ----------
    lie : one of `VERDICTS`
    latencies_s : measured readings, at least 20, from whose spread the readings are drawn; by default
        they are drawn from a log-normal distribution with σ 0.1, one in a hundred five times as long
    """
    arguments.one_of("lie", lie, VERDICTS)
    seed = arguments.whole("random_state", random_state, low=0)
    rng = np.random.default_rng((seed, VERDICTS.index(lie)))
    shape = _shape(latencies_s)
    made = _far_enough((TELLERS[lie](rng, shape) for _ in range(TRIES)), AT_LEAST.get(lie, 1.0))
    for each in (made.a_s, made.b_s, made.used):
        each.setflags(write=False)
    b_s, a_s = shape(rng, PAIRS), made.truth * shape(rng, PAIRS)
    return replace(made, lie=lie, fair=compared(first_s=b_s, second_s=a_s))


def _shape(latencies_s: Sequence[float] | None) -> Shape:
    """Say how the readings of a system spread around its median, which is 1."""
    if latencies_s is None:

        def drawn(rng: np.random.Generator, n: int) -> Array:
            stalls = np.where(rng.random(n) < STALLS, STALL, 1.0)
            return np.asarray(np.exp(NOISE * rng.standard_normal(n)) * stalls)

        return drawn
    measured = arguments.array("latencies_s", latencies_s, shape=(None,))
    if len(measured) < 20 or measured.min() <= 0:
        raise ValueError(f"latencies_s must hold 20 readings or more, above 0, got {len(measured)}")
    around = measured / np.median(measured)
    return lambda rng, n: np.asarray(rng.choice(around, n))


def _far_enough(made: Iterator[Told], factor: float) -> Told:
    """Take the first that is off the truth by the factor, else the one furthest off."""
    best = next(made)
    while best.off < factor and (other := next(made, None)):
        best = max(best, other, key=lambda told: told.off)
    return best


def _cold(rng: np.random.Generator, shape: Shape) -> Told:
    """The first call of A loads what B finds loaded, and is counted in."""
    made = _clean(rng, shape, truth=rng.uniform(0.82, 0.9), in_turn=bool(rng.integers(2)))
    made.a_s[0] = np.median(made.a_s) * rng.uniform(20, 26)
    return _publish(made, np.mean)


def _mean(rng: np.random.Generator, shape: Shape) -> Told:
    """A stalls now and then, and the mean is taken for the usual."""
    made = _clean(rng, shape, truth=rng.uniform(0.82, 0.9), in_turn=bool(rng.integers(2)))
    stalls = rng.choice(np.arange(3, READINGS), 3, replace=False)
    made.a_s[stalls] = np.median(made.a_s) * rng.uniform(7, 10, 3)
    return _publish(made, np.mean)


def _coarse(rng: np.random.Generator, shape: Shape) -> Told:
    """Calls last one or two steps of the clock, and the readings are whole steps."""
    made = _clean(rng, shape, truth=1.75 / 1.3, b_s=1.3 * STEP_S)
    for taken in (made.a_s, made.b_s):
        start = rng.uniform(0, STEP_S, READINGS)
        taken[:] = STEP_S * np.maximum(1, np.floor((start + taken) / STEP_S))
    return _publish(made, np.median)


def _once(rng: np.random.Generator, shape: Shape) -> Told:
    """Of many pairs of readings, one is published: that which looks best."""
    made = _clean(rng, shape, truth=rng.uniform(0.82, 0.9))
    gains = made.a_s / made.b_s / made.truth
    best = int(np.argmax(np.where(gains < 1.7, gains, 0)))
    return _publish(replace(made, used=np.arange(READINGS) == best), np.median)


def _same(rng: np.random.Generator, shape: Shape) -> Told:
    """Two names for one system, measured until one of them looked better."""
    return _publish(_clean(rng, shape, truth=1.0), np.median)


def _drift(rng: np.random.Generator, shape: Shape) -> Told:
    """All of A, then all of B, on a machine that becomes slower."""
    made = _clean(rng, shape, truth=rng.uniform(1.18, 1.25), in_turn=False)
    slower = DRIFT ** np.linspace(0, 1, 2 * READINGS)
    made.a_s[:] *= slower[:READINGS]
    made.b_s[:] *= slower[READINGS:]
    return _publish(made, np.median)


def _honest(rng: np.random.Generator, shape: Shape) -> Told:
    """Warm, in turn, with a fine clock, all readings, and medians."""
    return _publish(_clean(rng, shape, truth=rng.uniform(1.15, 1.4)), np.median)


TELLERS = dict(zip(VERDICTS, (_cold, _mean, _coarse, _once, _same, _drift, _honest), strict=True))


def _clean(
    rng: np.random.Generator, shape: Shape, *, truth: float, in_turn: bool = True, b_s: float = 0.0
) -> Told:
    """Readings with which nothing is wrong yet; the names of the systems say nothing about them."""
    median_s = b_s or rng.uniform(0.014, 0.019)
    a, b = median_s * truth * shape(rng, READINGS), median_s * shape(rng, READINGS)
    nothing = Comparison(b, a, truth, compared(first_s=b, second_s=a).interval)
    return Told(HONEST, float(truth), a, b, in_turn, np.ones(READINGS, bool), (1.0, 1.0), nothing)


def _publish(made: Told, statistic: Callable[[Array], Any]) -> Told:
    a_s, b_s = (float(statistic(taken[made.used])) for taken in (made.a_s, made.b_s))
    return replace(made, published_s=(a_s, b_s))
