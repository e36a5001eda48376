"""Which intervals of an accuracy are right, and which mistakes lead to others: for lesson 02's report."""

from math import sqrt

import numpy as np

from course.intervals import Z
from course.wording import percent

SAME = 0.0006  # shares up to so far apart are the same: rounded to three digits
SLACK = 0.003  # so far may an end be off: there are several good intervals, and slips of rounding
EXACT = 1e-6
_T = 2.776  # as many standard errors down and up as hold 95 % with five values
_INDEPENDENT = (
    "that takes how much the five splits differ, as if they were independent. They share their rows, and "
    "can’t say how far other people’s may be away."
)
Ends = tuple[float, float]


def alike(value: float, other: float) -> bool:
    """Whether a share is another but for rounding to two digits or more."""
    return abs(value - other) <= SAME or abs(value - round(other, 2)) < EXACT


def fault(ends: Ends, shares: np.ndarray, *, rows: int, everyone: int) -> str:
    """Say what is wrong with an interval of the mean of some splits' shares; nothing where it is right.

    Parameters
    ----------
    ends : lower and upper
    shares : of the test rows of each split, those named rightly
    rows : in the test of one split
    everyone : rows there are, those to learn from among them
    """
    accuracy = float(shares.mean())
    if words := _impossible(ends, (accuracy, _reach(accuracy, rows))):
        return words
    if any(_like(ends, good) for good in _good(accuracy, rows)):
        return ""
    likely = [(other, words) for other, words in _mistaken(shares, rows, everyone) if _like(ends, other)]
    if likely:
        return min(likely, key=lambda pair: max(abs(np.subtract(ends, pair[0]))))[1]
    return f"how far {percent(accuracy)} may be off on one test of {rows} rows, down and up."


def _like(ends: Ends, others: Ends) -> bool:
    apart = np.abs(np.subtract(ends, others))
    rounded = np.abs(np.subtract(ends, np.round(others, 2)))
    return bool(np.all(apart <= SLACK) or np.all(rounded < EXACT))


def _impossible(ends: Ends, middle_and_reach: Ends) -> str:
    low, high = ends
    if _like(ends, middle_and_reach):
        return "its two ends are asked for, not its middle and how far it reaches."
    if low > high:
        return "the lower end comes first."
    if low == high:
        return "one number is no interval. How far may it be off with so few test rows?"
    if low > 1:
        return "its ends are shares of 1, or texts with the sign %."
    if high > 1:
        return "no share is above 1. So near to it that formula fails: cut it at 1, or use Wilson’s."
    return "no share is below 0." if low < 0 else ""


def _good(accuracy: float, rows: int) -> list[Ends]:
    """Find what is right: Wilson's, Clopper and Pearson's, Agresti and Coull's, the plain one cut at 1."""
    from scipy.stats import binomtest

    count = round(accuracy * rows)
    exact = binomtest(count, rows).proportion_ci()
    plain = _around(accuracy, _reach(accuracy, rows))
    more = rows + Z**2
    shrunk = (count + Z**2 / 2) / more
    coull = _around(shrunk, _reach(shrunk, more))
    return [_score(count / rows, rows), _score(accuracy, rows), (exact.low, exact.high), coull, plain]


def _mistaken(shares: np.ndarray, rows: int, everyone: int) -> list[tuple[Ends, str]]:
    """List what likely mistakes lead to, each with its sentence."""
    accuracy, first = float(shares.mean()), float(shares[0])
    return [
        (
            (float(shares.min()), float(shares.max())),
            "those are the lowest and the highest of five splits of the same rows. They say how much the "
            "split matters, not how far other people’s rows may be away.",
        ),
        (
            _around(accuracy, _reach(accuracy, rows) / Z),
            f"that is one standard deviation. 95 times in a hundred takes {Z:.2f} of them.",
        ),
        (
            _around(first, _reach(first, rows)),
            "its middle is the first split alone. Take the mean of all five.",
        ),
        (
            _score(int(accuracy * rows) / rows, rows),
            f"the mean is {accuracy * rows:.1f} right ones: round it, rather than cut it.",
        ),
        *_counting_more(accuracy, rows, {"all rows": everyone, "all five tests": len(shares) * rows}),
        *((ends, _INDEPENDENT) for ends in _spread(shares)),
    ]


def _counting_more(accuracy: float, rows: int, counts: dict[str, int]) -> list[tuple[Ends, str]]:
    words = "that counts {}. One test has {} rows, and the tests share theirs."
    return [
        (ends, words.format(name, rows))
        for name, count in counts.items()
        for ends in (_around(accuracy, _reach(accuracy, count)), _score(accuracy, count))
    ]


def _spread(shares: np.ndarray) -> list[Ends]:
    """Find the intervals that the standard deviation of the splits leads to, divided by its root or not."""
    root = sqrt(len(shares))
    return [
        _around(float(shares.mean()), times * float(np.std(shares, ddof=freedom)))
        for freedom in (0, 1)
        for times in (1 / root, Z / root, _T / root, 1.0, Z)
    ]


def _reach(share: float, rows: float) -> float:
    return Z * sqrt(share * (1 - share) / rows)


def _around(middle: float, reach: float) -> Ends:
    return middle - reach, min(middle + reach, 1.0)


def _score(share: float, rows: int) -> Ends:
    """Find Wilson's interval of any share, one between two counts, too."""
    weight = Z**2 / rows
    middle, reach = share + weight / 2, Z * sqrt(share * (1 - share) / rows + weight / (4 * rows))
    return (middle - reach) / (1 + weight), (middle + reach) / (1 + weight)
