"""Rates, gaps and ratios: fairlearn's, and "not defined" where fairlearn says 0 or not a number."""

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, precision_score

from course import lending, rates
from course.rates import FEW, ODDS, RATES, Gap, Outcomes, Rate

Numbers = np.ndarray[Any, np.dtype[np.int64]]
THEIRS: dict[str, Callable[..., float]] = {
    "selection rate": metrics.selection_rate,
    "true positive rate": metrics.true_positive_rate,
    "false positive rate": metrics.false_positive_rate,
    "precision": partial(precision_score, zero_division=0),
    "agreement": accuracy_score,
}
PAIRS = {
    "selection rate": ("demographic_parity_difference", "demographic_parity_ratio"),
    "true positive rate": ("equal_opportunity_difference", "equal_opportunity_ratio"),
}


class Table(NamedTuple):
    """People with a label, a decision and a group."""

    labels: Numbers
    decisions: Numbers
    groups: Numbers

    @property
    def attribute(self) -> "pd.Series[int]":
        """The groups, in the one form in which fairlearn takes a single person."""
        return pd.Series(self.groups)

    @property
    def names(self) -> list[str]:
        return [f"group {n}" for n in range(int(self.groups.max()) + 1)]

    @property
    def counted(self) -> dict[str, Outcomes]:
        return rates.by_group(
            labels=self.labels, decisions=self.decisions, groups=self.groups, names=self.names
        )

    @property
    def present(self) -> dict[str, Outcomes]:
        """Without the groups of nobody, which fairlearn doesn't know of."""
        return {name: group for name, group in self.counted.items() if group.people}


def table(rows: Sequence[tuple[int, int, int]]) -> Table:
    return Table(*np.array(rows, int).T)


tables = st.integers(1, 6).flatmap(
    lambda groups: st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, groups - 1)), min_size=1, max_size=60
    ).map(table)
)

outcomes = st.builds(Outcomes, *[st.integers(0, 50)] * 4)


def frame(people: Table) -> Any:
    return metrics.MetricFrame(
        metrics=THEIRS, y_true=people.labels, y_pred=people.decisions, sensitive_features=people.attribute
    )


def or_zero(value: float | None) -> float:
    """What fairlearn and scikit-learn say where there is nobody to take a share of: 0."""
    return 0.0 if value is None else value


def assert_equals_fairlearn(people: Table) -> None:
    """Every rate, gap and ratio; each way in which "not defined" is told is named here."""
    counted = people.present
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns of labels that are all alike
        theirs = frame(people)
        gaps, ratios = theirs.difference(method="between_groups"), theirs.ratio(method="between_groups")
    for name in RATES:
        for number in theirs.by_group.index:
            ours = counted[f"group {number}"].rate(name).value
            assert or_zero(ours) == pytest.approx(theirs.by_group.loc[number, name])
        _assert_gap(rates.gap(name, counted), gaps[name], ratios[name])
    for name, (difference, ratio) in PAIRS.items():
        _assert_gap(rates.gap(name, counted), *(_theirs(each, people) for each in (difference, ratio)))
    _assert_odds(people)


def _assert_gap(ours: Gap, difference: float, ratio: float) -> None:
    """A group without a rate counts as 0 in fairlearn and is left out, by name, here.

    One group alone has a gap of 0 and a ratio of 1 in fairlearn, and none here; where all
    rates are 0 the ratio isn't a number in fairlearn, and not defined here.
    """
    known = [*ours.defined.values()]
    filled = known + [0.0] * len(ours.missing)
    assert max(filled) - min(filled) == pytest.approx(difference)
    if max(filled):
        assert min(filled) / max(filled) == pytest.approx(ratio)
    else:
        assert np.isnan(ratio)
    assert (ours.value is None) == (len(known) < 2)
    assert (ours.ratio is None) == (len(known) < 2 or max(known) == 0)
    if filled == known and len(known) > 1:
        assert ours.value == pytest.approx(difference)
        assert ours.ratio is None or ours.ratio == pytest.approx(ratio)


def _theirs(name: str, people: Table) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = getattr(metrics, name)(people.labels, people.decisions, sensitive_features=people.attribute)
    return float(found)


def _assert_odds(people: Table) -> None:
    """Where a group has no positives or no negatives, fairlearn takes 0 for its rate."""
    counted = people.present
    complete = all(group.positives and group.negatives for group in counted.values())
    gap, ratio = rates.equalised_odds_gap(counted), rates.equalised_odds_ratio(counted)
    if complete and len(counted) > 1:
        assert gap == pytest.approx(_theirs("equalized_odds_difference", people))
        if ratio is not None:
            assert ratio == pytest.approx(_theirs("equalized_odds_ratio", people))
    if len(counted) == 1:
        assert (gap, ratio) == (None, None)
        assert _theirs("equalized_odds_difference", people) == 0


@pytest.mark.parametrize("random_state", range(50))
def test_a_random_split_of_the_mortgage_decisions_is_counted_as_fairlearn_counts(random_state: int) -> None:
    random = np.random.default_rng(random_state)
    rows = random.permutation(1989)[: random.integers(20, 1989)]
    decisions = lending.applicant_scores() >= random.uniform(0.3, 0.98)
    assert_equals_fairlearn(
        Table(lending.approvals()[rows], decisions[rows].astype(int), lending.groups()[rows])
    )


@settings(max_examples=60, deadline=None)
@given(tables)
def test_any_table_of_up_to_six_groups_is_counted_as_fairlearn_counts(people: Table) -> None:
    assert_equals_fairlearn(people)


@pytest.mark.parametrize(
    "people",
    [
        table([(1, 1, 0)]),
        table([(0, 0, 0), (1, 1, 2)]),
        table([(1, 1, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1)]),
        table([(1, 1, 0), (0, 1, 0), (1, 0, 1), (1, 1, 1)]),
        table([(1, 1, 0), (0, 1, 0), (1, 1, 1), (0, 1, 1)]),
        table([(1, 0, 0), (0, 0, 0), (1, 0, 1), (0, 0, 1)]),
        table([(n % 2, 1, 0) for n in range(5)] + [(1, 1, 1)]),
        table([(n % 2, n % 3 > 0, 0) for n in range(40)]),
    ],
    ids=[
        "one person",
        "nobody between",
        "no positives",
        "no negatives",
        "all approved",
        "none approved",
        "five and one",
        "one group",
    ],
)
def test_small_and_one_sided_groups_are_counted_as_fairlearn_counts(people: Table) -> None:
    assert_equals_fairlearn(people)


def test_where_fairlearn_says_0_a_rate_is_not_defined_here() -> None:
    people = table([(1, 1, 0), (0, 0, 0), (0, 1, 1), (0, 0, 1), (1, 0, 2)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = frame(people).by_group
    one, two = people.counted["group 1"], people.counted["group 2"]
    told = [one.true_positive_rate, two.false_positive_rate, two.precision]
    assert [str(rate) for rate in told] == [
        "not defined (no approved applicants in this group)",
        "not defined (no refused applicants in this group)",
        "not defined (nobody of this group is approved by the model)",
    ]
    assert [rate.value for rate in told] == [None] * 3
    assert [rate.interval for rate in told] == [None] * 3
    assert theirs.loc[1, "true positive rate"] == 0
    assert theirs.loc[2, "false positive rate"] == theirs.loc[2, "precision"] == 0


def test_an_undefined_rate_makes_no_gap_here_and_one_of_1_in_fairlearn() -> None:
    people = table([(1, 1, 0), (0, 0, 0), (0, 0, 1), (0, 0, 1)])
    ours = rates.gap("true positive rate", people.counted)
    assert (ours.value, ours.ratio, ours.interval) == (None, None, None)
    assert str(ours) == "gap in true positive rate not defined (only group 0 has that rate)"
    assert _theirs("equal_opportunity_difference", people) == 1
    assert rates.equalised_odds_gap(people.counted) is None


def test_a_constant_attribute_has_no_gap_here_and_one_of_0_in_fairlearn() -> None:
    people = table([(1, 1, 0), (0, 0, 0), (1, 0, 0)])
    ours = rates.gap("selection rate", people.counted)
    assert (ours.value, ours.ratio) == (None, None)
    assert _theirs("demographic_parity_difference", people) == 0
    assert _theirs("demographic_parity_ratio", people) == 1


def test_where_nobody_is_approved_the_gap_is_0_and_the_ratio_not_defined() -> None:
    people = table([(1, 0, 0), (0, 0, 0), (1, 0, 1)])
    ours = rates.gap("selection rate", people.counted)
    assert (ours.value, ours.ratio) == (0, None)
    assert np.isnan(_theirs("demographic_parity_ratio", people))


def test_a_group_of_nobody_is_there_and_says_so() -> None:
    empty = table([(1, 1, 0), (0, 0, 2)]).counted["group 1"]
    assert empty.people == 0
    assert empty.small
    assert str(empty) == (
        "0 people, selection rate not defined (nobody in this group). Fewer than 30 people: a rough figure."
    )
    assert rates.by_group(labels=[], decisions=[], groups=[], names=["nobody"])["nobody"].people == 0


@pytest.mark.parametrize("people", [1, FEW - 1, FEW, 1989])
def test_below_thirty_people_a_group_says_that_its_figures_are_rough(people: int) -> None:
    (group,) = table([(0, 1, 0)] * people).counted.values()
    assert group.small == (people < FEW)
    assert ("a rough figure" in str(group)) == group.small


@settings(deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_people_and_of_groups_changes_nothing(people: Table, random: Any) -> None:
    order = [*range(len(people.labels))]
    random.shuffle(order)
    places = [*range(len(people.names))]
    random.shuffle(places)
    names = [people.names[places.index(n)] for n in range(len(places))]
    moved = rates.by_group(
        labels=people.labels[order],
        decisions=people.decisions[order],
        groups=np.array(places)[people.groups[order]],
        names=names,
    )
    for name in RATES:
        one, other = rates.gap(name, people.counted), rates.gap(name, moved)
        assert (one.value, one.ratio, set(one.missing)) == (other.value, other.ratio, set(other.missing))
        assert one.defined == {group: other.defined[group] for group in one.defined}


@given(outcomes, outcomes)
def test_two_groups_are_apart_where_the_interval_of_their_gap_leaves_out_0(
    one: Outcomes, other: Outcomes
) -> None:
    for name in ("selection rate", *ODDS):
        found = rates.apart(one.rate(name), other.rate(name))
        between = rates.gap(name, {"one": one, "other": other})
        if found is None:
            assert between.value is None
        else:
            assert between.interval is not None
            assert found == (between.interval.low > 0)


def test_the_gap_says_between_whom_and_without_whom() -> None:
    found = Gap("precision", {"a": Rate(1, 2), "b": Rate(1, 4), "c": Rate(0, 0)})
    assert str(found) == "gap in precision 0.25 (a to b, without c)"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"labels": [2, 0]}, "labels must hold whole numbers from 0 to 1, got 2.0"),
        ({"decisions": [1]}, "decisions must have shape 2, got 1"),
        ({"groups": [0, 1]}, "groups must hold whole numbers from 0 to 0, got 1.0"),
        ({"labels": [np.nan, 0]}, "labels must hold finite numbers only, got 1 that are not"),
    ],
)
def test_what_can_not_be_counted_is_refused(bad: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"labels": [1, 0], "decisions": [1, 0], "groups": [0, 0], "names": ["all"]}
    with pytest.raises(ValueError, match="must") as refusal:
        rates.by_group(**{**usual, **bad})
    assert str(refusal.value) == message


def test_a_rate_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="name must be one of selection rate, true positive rate, "):
        rates.gap("sensitivity", {"all": Outcomes(1, 1, 1, 1)})
