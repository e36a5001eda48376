"""The intervals of shares and of their differences: against SciPy, a paper, and how often they hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binom, binomtest

from course.intervals import newcombe, wilson

TRUE_RATES = np.linspace(0.05, 0.95, 91)
BELOW = range(1, 50)
FROM_FIFTY = (*range(50, 131, 5), 200, 308, 500, 1000, 1989)
WORKED = {  # Newcombe (1998), table II, method 10
    ((56, 48), (70, 80)): (0.0524, 0.3339),
    ((9, 3), (10, 10)): (0.1705, 0.8090),
    ((6, 2), (7, 7)): (0.0582, 0.8062),
    ((5, 0), (56, 29)): (-0.0381, 0.1926),
    ((0, 0), (10, 20)): (-0.1611, 0.2775),
    ((0, 0), (10, 10)): (-0.2775, 0.2775),
    ((10, 0), (10, 20)): (0.6791, 1.0),
    ((10, 0), (10, 10)): (0.6075, 1.0),
}


def coverage(people: int) -> float:
    """How often the interval holds the true rate, summed exactly, and the mean over true rates."""
    counts = np.arange(people + 1)
    intervals = [wilson(count=int(count), of=people) for count in counts]
    low = np.array([each.low for each in intervals])[:, None]
    high = np.array([each.high for each in intervals])[:, None]
    holds = (low <= TRUE_RATES) & (high >= TRUE_RATES)
    return float((binom.pmf(counts[:, None], people, TRUE_RATES) * holds).sum(axis=0).mean())


def coverage_of_differences(people: tuple[int, int]) -> NDArray[np.float64]:
    """The same for the difference of two groups, at 19 x 19 pairs of true rates."""
    one, other = (np.arange(size + 1) for size in people)
    intervals = [[newcombe(counts=(int(a), int(b)), of=people) for b in other] for a in one]
    low = np.array([[each.low for each in row] for row in intervals])
    high = np.array([[each.high for each in row] for row in intervals])
    rates = np.linspace(0.05, 0.95, 19)
    return np.array(
        [
            binom.pmf(one, people[0], a)
            @ ((low <= a - b + 1e-12) & (a - b - 1e-12 <= high))
            @ binom.pmf(other, people[1], b)
            for a in rates
            for b in rates
        ]
    )


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_s_interval_is_scipy_s(counts: tuple[int, int]) -> None:
    count, people = counts
    ours = wilson(count=count, of=people)
    theirs = binomtest(count, people).proportion_ci(method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert 0 <= ours.low <= count / people <= ours.high <= 1


@pytest.mark.parametrize("people", FROM_FIFTY)
def test_from_fifty_people_on_95_percent_means_94_to_96_5(people: int) -> None:
    assert 0.94 <= coverage(people) <= 0.965


@pytest.mark.parametrize("people", BELOW)
def test_below_fifty_people_it_is_at_least_93_percent(people: int) -> None:
    assert coverage(people) >= 0.93


@pytest.mark.parametrize(("counts", "people"), WORKED)
def test_the_interval_of_a_difference_is_newcombe_s(
    counts: tuple[int, int], people: tuple[int, int]
) -> None:
    found = newcombe(counts=counts, of=people)
    assert (round(found.low, 4), round(found.high, 4)) == WORKED[counts, people]


@pytest.mark.parametrize("people", [(1, 1), (1, 5), (5, 5), (5, 30), (20, 30), (50, 50), (50, 100)])
def test_the_interval_of_a_difference_holds_as_often(people: tuple[int, int]) -> None:
    found = coverage_of_differences(people)
    assert 0.94 <= found.mean() <= 0.965
    assert found.min() >= (0.93 if min(people) >= 50 else 0.80)


@given(
    st.lists(
        st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=2,
        max_size=2,
    )
)
def test_groups_exchanged_turn_the_difference_round(groups: list[tuple[int, int]]) -> None:
    (a, n), (b, m) = groups
    one, other = newcombe(counts=(a, b), of=(n, m)), newcombe(counts=(b, a), of=(m, n))
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert -1 <= one.low <= a / n - b / m <= one.high <= 1


@pytest.mark.parametrize(
    ("count", "people", "message"),
    [
        (0, 0, "of must be a whole number of at least 1, got 0"),
        (3, 2, "count must be a whole number from 0 to 2, got 3"),
        (-1, 2, "count must be a whole number from 0 to 2, got -1"),
    ],
)
def test_what_is_no_share_is_refused(count: int, people: int, message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        wilson(count=count, of=people)
    assert str(refusal.value) == message
