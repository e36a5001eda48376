"""What many readings say: percentiles with their intervals, and whether a machine slowed down."""

from dataclasses import dataclass
from math import ceil, erfc, sqrt

import numpy as np

from course import arguments
from course.intervals import CONFIDENCE, Interval
from course.networks import Array

SLOWER = 1.1  # ratio of late to early readings from which on a machine has slowed down


@dataclass(frozen=True, eq=False)
class Percentile:
    """A value that a share of the readings doesn't exceed.

    Parameters
    ----------
    share : 0.99 for p99
    value_s : seconds
    interval_s : 95 %, whatever the distribution; None where there are too few readings for one
    """

    share: float
    value_s: float
    interval_s: Interval | None


def percentile(*, latencies_s: Array, share: float) -> Percentile:
    """Find a percentile, and between which two readings the true one lies, 95 times in a hundred.

    Parameters
    ----------
    latencies_s : shape (n_readings,)
    share : above 0 and below 1

    >>> percentile(latencies_s=np.arange(1, 1001.0), share=0.5).interval_s
    Interval(low=469.0, high=532.0)
    """
    from scipy.stats import binom

    taken = np.sort(arguments.array("latencies_s", latencies_s, shape=(None,)))
    part = arguments.number("share", share, above=0, high=0.9999)
    n, tail = len(taken), (1 - CONFIDENCE) / 2
    low, high = int(binom.ppf(tail, n, part)), int(binom.ppf(1 - tail, n, part)) + 1
    value = float(taken[min(n, max(1, ceil(round(part * n, 9)))) - 1])
    known = low >= 1 and high <= n
    return Percentile(
        part, value, Interval(float(taken[low - 1]), float(taken[high - 1])) if known else None
    )


def slowdown(*, latencies_s: Array) -> float | None:
    """Compare the last third of some readings with the first, by their ranks.

    Returns
    -------
    how many times as long the last third takes, where that is 1.1 or more and no chance, else None
    """
    taken = arguments.array("latencies_s", latencies_s, shape=(None,))
    n = len(taken) // 3
    if n < 10:
        return None
    early, late = taken[:n], taken[-n:]
    ordered = np.sort(early)
    below = np.searchsorted(ordered, late, "left") + np.searchsorted(ordered, late, "right")
    above = below.mean() / 2 / n
    z = (above - 0.5) / sqrt((2 * n + 1) / (12 * n * n))
    chance = 0.5 * erfc(z / sqrt(2))
    ratio = float(np.median(late) / max(np.median(early), np.finfo(float).tiny))
    return ratio if ratio >= SLOWER and chance < 0.001 else None
