"""What a decision does to each group: rates with their intervals, gaps and ratios between groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments
from course.intervals import Interval, newcombe, wilson
from course.wording import written

FEW = 30  # people below which a warning stands beside a group's rates
RATES = ("selection rate", "true positive rate", "false positive rate", "precision", "agreement")
ODDS = ("true positive rate", "false positive rate")


@dataclass(frozen=True, eq=False)
class Rate:
    """A share of some people, or "not defined" where there are none.

    Parameters
    ----------
    count : people for whom it holds
    of : people it is a share of
    nobody : who is missing where `of` is 0, for example "no approved applicants in this group"
    """

    count: int
    of: int
    nobody: str = "nobody in this group"

    @property
    def value(self) -> float | None:
        """The share; None where it isn't defined."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval; None where the share isn't defined."""
        return wilson(count=self.count, of=self.of) if self.of else None

    def __str__(self) -> str:
        if self.value is None:
            return f"not defined ({self.nobody})"
        return f"{written(self.value)} ({self.interval})"


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What was decided about one group, against what had to be told: four counts of people.

    Parameters
    ----------
    true_positives, false_positives : people approved: rightly by the label, and wrongly
    false_negatives, true_negatives : people refused: wrongly by the label, and rightly
    approved : what a person with a positive label is called
    refused : what a person with a negative label is called
    """

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int
    approved: str = "approved applicants"
    refused: str = "refused applicants"

    @property
    def people(self) -> int:
        """How many people the group has."""
        return self.positives + self.negatives

    @property
    def positives(self) -> int:
        """People with a positive label."""
        return self.true_positives + self.false_negatives

    @property
    def negatives(self) -> int:
        """People with a negative label."""
        return self.false_positives + self.true_negatives

    @property
    def selected(self) -> int:
        """People whom the decision approves."""
        return self.true_positives + self.false_positives

    @property
    def base_rate(self) -> Rate:
        """Share of the group with a positive label."""
        return Rate(self.positives, self.people)

    @property
    def selection_rate(self) -> Rate:
        """Share of the group that the decision approves."""
        return Rate(self.selected, self.people)

    @property
    def true_positive_rate(self) -> Rate:
        """Share approved of those with a positive label."""
        return Rate(self.true_positives, self.positives, f"no {self.approved} in this group")

    @property
    def false_positive_rate(self) -> Rate:
        """Share approved of those with a negative label."""
        return Rate(self.false_positives, self.negatives, f"no {self.refused} in this group")

    @property
    def precision(self) -> Rate:
        """Share with a positive label of those approved."""
        return Rate(self.true_positives, self.selected, "nobody of this group is approved by the model")

    @property
    def agreement(self) -> Rate:
        """Share whose decision equals the label: the accuracy."""
        return Rate(self.true_positives + self.true_negatives, self.people)

    @property
    def small(self) -> bool:
        """Whether there are so few people that every rate is a rough one."""
        return self.people < FEW

    def rate(self, name: str) -> Rate:
        """Return one of `RATES` by its name."""
        found: Rate = getattr(self, arguments.one_of("name", name, RATES).replace(" ", "_"))
        return found

    def __str__(self) -> str:
        people = f"{self.people:,} {'person' if self.people == 1 else 'people'}"
        few = f" Fewer than {FEW} people: a rough figure." if self.small else ""
        return f"{people}, selection rate {self.selection_rate}.{few}"


@dataclass(frozen=True, eq=False)
class Gap:
    """How far apart the groups are in one rate, over those groups where it is defined.

    Parameters
    ----------
    name : of the rate
    rates : of each group, by its name
    """

    name: str
    rates: Mapping[str, Rate]

    @property
    def defined(self) -> dict[str, float]:
        """The rates that are defined."""
        return {group: rate.value for group, rate in self.rates.items() if rate.value is not None}

    @property
    def highest(self) -> str:
        """The group with the highest rate."""
        return max(self.defined, key=self.defined.__getitem__)

    @property
    def lowest(self) -> str:
        """The group with the lowest rate."""
        return min(self.defined, key=self.defined.__getitem__)

    @property
    def value(self) -> float | None:
        """The highest rate less the lowest; None where fewer than two groups have one."""
        values = self.defined.values()
        return max(values) - min(values) if len(values) > 1 else None

    @property
    def ratio(self) -> float | None:
        """The lowest rate over the highest; None where fewer than two groups have one, or all are 0."""
        values = self.defined.values()
        return min(values) / max(values) if len(values) > 1 and max(values) else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the gap between the highest and the lowest; None where it isn't defined.

        It is computed as for a pair named beforehand, and this pair was chosen after looking: the
        largest of many gaps between small groups is large partly by chance.
        """
        if self.value is None:
            return None
        top, low = self.rates[self.highest], self.rates[self.lowest]
        return newcombe(counts=(top.count, low.count), of=(top.of, low.of))

    @property
    def missing(self) -> tuple[str, ...]:
        """The groups whose rate isn't defined."""
        return tuple(group for group, rate in self.rates.items() if rate.value is None)

    def __str__(self) -> str:
        if self.value is None:
            have = f"only {', '.join(self.defined)} has" if self.defined else "no group has"
            return f"gap in {self.name} not defined ({have} that rate)"
        left = f", without {', '.join(self.missing)}" if self.missing else ""
        return f"gap in {self.name} {written(self.value)} ({self.highest} to {self.lowest}{left})"


def by_group(
    *,
    labels: ArrayLike,
    decisions: ArrayLike,
    groups: ArrayLike,
    names: Sequence[str],
    approved: str = "approved applicants",
    refused: str = "refused applicants",
) -> dict[str, Outcomes]:
    """Count for each group how the decisions stand to the labels.

    Parameters
    ----------
    labels : shape (n_people,), 1 for positive, 0 for negative
    decisions : shape (n_people,), 1 where the decision is positive
    groups : shape (n_people,), the number of each person's group in `names`
    names : of the groups; a group may have nobody

    Raises
    ------
    ValueError
        where the lengths differ, a number isn't one of the above, or two groups have one name

    >>> print(by_group(labels=[1, 0, 1], decisions=[1, 1, 0], groups=[0, 0, 0], names=["all"])["all"])
    3 people, selection rate 0.67 (0.21 to 0.94). Fewer than 30 people: a rough figure.
    """
    if len(names) == 0 or len({*names}) < len(names):
        raise arguments.refuse("names", "be one or more, each of its own", tuple(names))
    count = np.size(labels)
    if np.size(groups) != count:
        raise ValueError(f"groups must have one number for each of {count} people, got {np.size(groups)}")
    actual, chosen = (
        _flags(name, value, count) for name, value in (("labels", labels), ("decisions", decisions))
    )
    group = arguments.labels("groups", groups, length=count, classes=len(names)) if count else np.array([])
    return {
        name: _outcomes(actual[group == number], chosen[group == number], approved, refused)
        for number, name in enumerate(names)
    }


def gap(name: str, groups: Mapping[str, Outcomes]) -> Gap:
    """Compare one of `RATES` between groups."""
    return Gap(name, {group: outcomes.rate(name) for group, outcomes in groups.items()})


def equalised_odds_gap(groups: Mapping[str, Outcomes]) -> float | None:
    """Return the larger of the gaps in true and false positive rate; None where one isn't defined."""
    gaps = [gap(name, groups).value for name in ODDS]
    known = [each for each in gaps if each is not None]
    return max(known) if len(known) == len(gaps) else None


def equalised_odds_ratio(groups: Mapping[str, Outcomes]) -> float | None:
    """Return the smaller of the ratios in true and false positive rate; None where one isn't defined."""
    ratios = [gap(name, groups).ratio for name in ODDS]
    known = [each for each in ratios if each is not None]
    return min(known) if len(known) == len(ratios) else None


def apart(one: Rate, other: Rate) -> bool | None:
    """Whether the 95 % interval of the difference leaves out 0; None where a rate isn't defined."""
    if not (one.of and other.of):
        return None
    return 0 not in newcombe(counts=(one.count, other.count), of=(one.of, other.of))


def _flags(name: str, value: ArrayLike, length: int) -> NDArray[np.bool_]:
    if length == 0 and np.size(value) == 0:
        return np.zeros(0, bool)
    return np.asarray(arguments.labels(name, value, length=length, classes=2) == 1)


def _outcomes(actual: ArrayLike, chosen: ArrayLike, approved: str, refused: str) -> Outcomes:
    yes, picked = np.asarray(actual, bool), np.asarray(chosen, bool)
    return Outcomes(
        true_positives=int((yes & picked).sum()),
        false_positives=int((~yes & picked).sum()),
        false_negatives=int((yes & ~picked).sum()),
        true_negatives=int((~yes & ~picked).sum()),
        approved=approved,
        refused=refused,
    )
