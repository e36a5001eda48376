"""Two models on the same examples: whether one of them is clearly right more often."""

from math import comb

from numpy.typing import ArrayLike

from course import arguments
from course.comparing import FALSE_ALARMS


def mcnemar(*, one: ArrayLike, other: ArrayLike) -> float:
    """Say how often luck alone parts two equally good models as far, from 0 to 1.

    Only examples on which exactly one of them is right tell them apart.

    Parameters
    ----------
    one, other : shape (n_examples,), 1 where a model is right, else 0

    Source
    ------
    McNemar (1947), Note on the sampling error of the difference between correlated proportions; here
    by the binomial distribution itself, for both directions together.

    >>> mcnemar(one=[1, 1, 1, 1, 1, 1, 0], other=[0, 0, 0, 0, 0, 0, 0])
    0.03125
    """
    first = arguments.labels("one", one, length=None, classes=2)
    second = arguments.labels("other", other, length=len(first), classes=2)
    wins = int((first > second).sum())
    parted = wins + int((second > first).sum())
    fewer = min(wins, parted - wins)
    return float(min(1.0, 2 * sum(comb(parted, count) for count in range(fewer + 1)) / 2**parted))


def better(*, one: ArrayLike, other: ArrayLike) -> bool:
    """Say whether the first is clearly right more often: luck would do that in less than 2 of 100."""
    first = arguments.labels("one", one, length=None, classes=2)
    second = arguments.labels("other", other, length=len(first), classes=2)
    return bool(first.sum() > second.sum() and mcnemar(one=first, other=second) < FALSE_ALARMS)
