"""Two things measured in turn: whether they differ, and by how much."""

from dataclasses import dataclass
from math import exp, sqrt
from statistics import NormalDist

import numpy as np

from course import arguments
from course.intervals import Interval
from course.measuring import Clock, Work, read, seconds, warm_up
from course.networks import Array

PAIRS = 40  # of readings, in a comparison
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
        if not self.differs:
            return f"No clear difference: a ratio of {self.ratio:.2f} ({self.interval})."
        return f"The second takes {self.ratio:.2f} times as long as the first ({self.interval})."


def compare(
    first: Work, second: Work, *, pairs: int = PAIRS, clock: Clock = seconds, random_state: int = 0
) -> Comparison:
    """Measure two things in turn, so that whatever disturbs the machine disturbs both.

    Parameters
    ----------
    pairs : of readings, at least 10; which of the two comes first is drawn for each
    """
    count, seed = (
        arguments.whole("pairs", pairs, low=10),
        arguments.whole("random_state", random_state, low=0),
    )
    counts = [warm_up(work, clock=clock)[0] for work in (first, second)]
    order = np.random.default_rng(seed).integers(0, 2, count)
    taken = np.empty((count, 2))
    for pair, swapped in enumerate(order):
        for number in (1, 0) if swapped else (0, 1):
            taken[pair, number] = read((first, second)[number], counts[number], clock) / counts[number]
    return compared(first_s=taken[:, 0], second_s=taken[:, 1])


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
    if len(one) < 10 or min(one.min(), other.min()) <= 0:
        raise ValueError(f"first_s and second_s must hold 10 readings or more, above 0, got {len(one)}")
    differences = np.log(other / one)
    rows, columns = np.triu_indices(len(differences))
    walsh = np.sort((differences[rows] + differences[columns]) / 2)
    n = len(differences)
    z = NormalDist().inv_cdf(1 - FALSE_ALARMS / 2)
    cut = int(max(0, np.floor(n * (n + 1) / 4 - z * sqrt(n * (n + 1) * (2 * n + 1) / 24))))
    interval = Interval(exp(walsh[cut]), exp(walsh[len(walsh) - 1 - cut]))
    return Comparison(one, other, exp(float(np.median(walsh))), interval)
