"""Two things measured in turn: whether they differ, and by how much."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, sqrt
from statistics import NormalDist

import numpy as np

from course import arguments
from course.intervals import Interval
from course.measuring import Clock, Work, read, seconds, warm_up
from course.networks import Array
from course.wording import rate, told_apart, written

PAIRS = 50  # of readings, in a comparison: finds 10 % in 97 of 100 where readings spread by 10 %
FEWEST = 10
FALSE_ALARMS = 0.02  # comparisons of a thing with itself that may be called different


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two things measured in turn, and how many times as long the second takes as the first.

    Parameters
    ----------
    first_s, second_s : shape (n_pairs,), seconds of a call, taken in pairs
    ratio : second over first, the middle of all pairs
    interval : of the ratio; it leaves out 1 for a thing against itself in about 2 of 100 comparisons
    """

    first_s: Array
    second_s: Array
    ratio: float
    interval: Interval

    @property
    def differs(self) -> bool:
        """Whether there is a clear difference."""
        return 1.0 not in self.interval

    def __str__(self) -> str:
        ratio, low, high = figures(self)
        if not self.differs:
            return f"No clear difference: a ratio of {ratio} ({low} to {high})."
        return f"The second takes {ratio} times as long as the first ({low} to {high})."


def figures(comparison: Comparison) -> tuple[str, str, str]:
    """Write a ratio and the ends of its interval; a difference so that neither end reads as 1."""
    ends = comparison.interval.low, comparison.interval.high
    near = min(ends, key=lambda end: abs(end - 1)) if comparison.differs else 0.0
    ratio, low, high = (figure(each, near=near) for each in (comparison.ratio, *ends))
    return ratio, low, high


def figure(ratio: float, *, near: float | None = None) -> str:
    """Write a ratio with two decimals, or as many as tell it from 1; one far from 1 with three digits.

    Parameters
    ----------
    near : a ratio that is to be told from 1 in its place

    >>> figure(0.4), figure(0.997), figure(996.4), figure(0.00123), figure(1.2, near=1.002)
    ('0.40', '0.997', '996', '0.00123', '1.200')
    """
    if not 0.1 <= ratio < 9.995:
        return rate(ratio)
    return written(ratio, len(told_apart(ratio if near is None else near, 1.0)[0].partition(".")[2]))


def compare(
    first: Work, second: Work, *, pairs: int = PAIRS, clock: Clock = seconds, random_state: int = 0
) -> Comparison:
    """Measure two things in turn, so that whatever disturbs the machine disturbs both.

    Parameters
    ----------
    pairs : of readings, at least 10; which of the two comes first is drawn for each
    """
    taken = np.array([*in_turn(first, second, pairs=pairs, clock=clock, random_state=random_state)])
    return compared(first_s=taken[:, 0], second_s=taken[:, 1])


def in_turn(
    first: Work, second: Work, *, pairs: int = PAIRS, clock: Clock = seconds, random_state: int = 0
) -> Iterator[tuple[float, float]]:
    """Hand out the pairs of a comparison as they come: seconds of a call of the first and of the second.

    A pair in which the clock stood still or stepped back is taken again.
    """
    count = arguments.whole("pairs", pairs, low=FEWEST)
    draw = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    calls = [warm_up(work, clock=clock)[0] for work in (first, second)]
    found = lost = 0
    while found < count:
        pair = [0.0, 0.0]
        for number in (1, 0) if draw.integers(2) else (0, 1):
            pair[number] = read((first, second)[number], calls[number], clock) / calls[number]
        if min(pair) > 0:
            found += 1
            yield pair[0], pair[1]
        else:
            lost += 1
            if lost > count:
                raise ValueError(f"clock must move forward, and did not in {lost} pairs of readings")


def compared(*, first_s: Array, second_s: Array) -> Comparison:
    """Estimate the ratio of paired readings, by Hodges and Lehmann, with Wilcoxon's interval.

    Parameters
    ----------
    first_s, second_s : shape (n_pairs,), at least 10, above 0

    Source
    ------
    Hodges and Lehmann (1963), Estimates of location based on rank tests; on logarithms, so that the
    ratio doesn't depend on which is called the first, and an outlier counts as any other pair.
    """
    one = arguments.array("first_s", first_s, shape=(None,))
    other = arguments.array("second_s", second_s, shape=(len(one),))
    if len(one) < FEWEST:
        raise ValueError(f"first_s and second_s must hold at least {FEWEST} readings, got {len(one)}")
    if min(one.min(), other.min()) <= 0:
        raise ValueError(f"first_s and second_s must be positive, got {min(one.min(), other.min()):g}")
    differences = np.log(other / one)
    rows, columns = np.triu_indices(len(differences))
    walsh = np.sort((differences[rows] + differences[columns]) / 2)
    n = len(differences)
    z = NormalDist().inv_cdf(1 - FALSE_ALARMS / 2)
    cut = int(max(0, np.floor(n * (n + 1) / 4 - z * sqrt(n * (n + 1) * (2 * n + 1) / 24))))
    interval = Interval(exp(walsh[cut]), exp(walsh[len(walsh) - 1 - cut]))
    return Comparison(one, other, exp(float(np.median(walsh))), interval)
