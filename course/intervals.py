"""How far a share that was counted on a few people may be from the true one."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from course import arguments
from course.wording import written

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)  # 1.96


@dataclass(frozen=True, eq=False)
class Interval:
    """Between which two numbers the true value lies, 95 times in a hundred.

    Parameters
    ----------
    low, high : the ends
    """

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{written(self.low)} to {written(self.high)}"


def wilson(*, count: int, of: int) -> Interval:
    """Find the 95 % interval of a share, by the score method: it never leaves 0 to 1.

    Parameters
    ----------
    count : people for whom it holds
    of : people counted, at least 1

    Source
    ------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.

    >>> print(wilson(count=8, of=10))
    0.49 to 0.94
    """
    n = arguments.whole("of", of, low=1)
    k = arguments.whole("count", count, low=0, high=n)
    share, weight = k / n, Z**2 / n
    middle = (share + weight / 2) / (1 + weight)
    reach = Z * sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    low, high = middle - reach, middle + reach
    return Interval(0.0 if k == 0 else max(low, 0.0), 1.0 if k == n else min(high, 1.0))


def newcombe(*, counts: tuple[int, int], of: tuple[int, int]) -> Interval:
    """Find the 95 % interval of the difference between two groups' shares, the first less the second.

    Parameters
    ----------
    counts : people of each group for whom it holds
    of : people of each group

    Source
    ------
    Newcombe (1998), Interval estimation for the difference between independent proportions, method 10.

    >>> print(newcombe(counts=(56, 48), of=(70, 80)))
    0.05 to 0.33
    """
    one, other = (wilson(count=k, of=n) for k, n in zip(counts, of, strict=True))
    first, second = (k / n for k, n in zip(counts, of, strict=True))
    down = sqrt((first - one.low) ** 2 + (other.high - second) ** 2)
    up = sqrt((one.high - first) ** 2 + (second - other.low) ** 2)
    return Interval(first - second - down, first - second + up)
