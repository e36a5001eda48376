"""Lesson 05: what an audit finds of a model's rates by group, and how many people it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from course import arguments, lending, rates
from course.lending import Numbers
from course.networks import Array
from course.rates import FEW, Gap, Outcomes
from course.wording import written

ATTRIBUTES = ("race", "sex", "age", "married", "race and sex", "everybody together")
NOT_RECORDED = "not recorded"
SHOWN = ("selection rate", "true positive rate", "false positive rate", "precision")
MOST = 1989  # applications in the file
LEAST = 5


@dataclass(frozen=True, eq=False)
class Attribute:
    """What people are grouped by.

    Parameters
    ----------
    names : of the groups; those of whom it isn't recorded come last, where there are any
    members : shape (1989,), the number of each applicant's group in `names`
    """

    names: tuple[str, ...]
    members: Numbers


@dataclass(frozen=True, eq=False)
class Audit:
    """The rates of each group among the people audited, and the gap between groups.

    Parameters
    ----------
    attribute : one of `ATTRIBUTES`
    groups : what was counted, by the group's name
    threshold : score from which on the model approves
    """

    attribute: str
    groups: Mapping[str, Outcomes]
    threshold: float

    @property
    def people(self) -> int:
        """How many were audited."""
        return sum(group.people for group in self.groups.values())

    @property
    def compared(self) -> dict[str, Outcomes]:
        """The groups without the people of whom the attribute isn't recorded: those are no group."""
        return {name: group for name, group in self.groups.items() if name != NOT_RECORDED}

    @property
    def small(self) -> tuple[str, ...]:
        """The compared groups with fewer than 30 people."""
        return tuple(name for name, group in self.compared.items() if group.small)

    @property
    def undefined(self) -> int:
        """How many rates of the compared groups are not defined, of the four shown."""
        return sum(len(self.gap(name).missing) for name in SHOWN)

    def gap(self, name: str = "selection rate") -> Gap:
        """Compare the groups in one rate."""
        return rates.gap(name, self.compared)

    @property
    def told(self) -> bool:
        """Whether the 95 % interval of the gap in selection leaves out 0."""
        interval = self.gap().interval
        return interval is not None and 0 not in interval

    @property
    def conditions(self) -> str:
        """What was audited, and how."""
        older = " Older: above the median age." if self.attribute == "age" else ""
        return (
            f"{self.people:,} of {MOST:,} mortgage applications, Boston 1990. Approved, refused: by the "
            f"lender; selected: by the model, at {written(self.threshold)}. Bands: 95 % intervals.{older}"
        )

    def __str__(self) -> str:
        return f"{self.people:,} people audited: {self._found}. {self._rough}"

    @property
    def _found(self) -> str:
        gap = self.gap()
        if len(self.compared) == 1:
            (rate,) = gap.rates.values()
            return f"the model selects {rate} of everybody; one group alone has no gap"
        if gap.value is None:
            return f"no gap is defined, as all are {', '.join(map(spoken, gap.defined)) or NOT_RECORDED}"
        if gap.value == 0:
            every = written(max(gap.defined.values()))
            return f"the model selects {every} of every group, a gap of 0.00 ({gap.interval})"
        clear = "clear of zero" if self.told else "not clear of zero"
        return f"the model selects {pair(gap)}, a gap of {written(gap.value)} ({gap.interval}), {clear}"

    @property
    def _rough(self) -> str:
        of = len(self.compared)
        few = f"{len(self.small) or 'None'} of {of} group{'s' * (of > 1)} "
        few += f"{'has' if len(self.small) < 2 else 'have'} fewer than {FEW} people"
        missing = f"; {self.undefined} rate{'s' * (self.undefined > 1)} not defined"
        return few + (missing if self.undefined else "") + "."


@dataclass(frozen=True, eq=False)
class Power:
    """How often an audit finds a gap in selection that is clear of zero.

    Parameters
    ----------
    found : audits that find one
    audits : how many were made, each of other people
    people : audited in each
    shuffled : whether group names were dealt out at random, so that there is no gap to find
    gap : mean size of the largest gap, over the audits in which one is defined
    """

    found: int
    audits: int
    people: int
    shuffled: bool
    gap: float

    def __str__(self) -> str:
        who = ", groups dealt out at random" if self.shuffled else ""
        return (
            f"{self.found} of {self.audits} audits of {self.people:,} people{who} find a gap clear of "
            f"zero; the largest gap is {written(self.gap)} on average."
        )


def audit(
    *, attribute: str = "race", people: int = 200, threshold: float = 0.88, random_state: int = 0
) -> Audit:
    """Audit the model of the 11 financial columns on some applicants, drawn at random.

    Parameters
    ----------
    attribute : what they are grouped by, one of `ATTRIBUTES`
    people : how many are audited, 5 to 1989; those of a smaller audit are among them
    threshold : score from which on the model approves, 0 to 1

    >>> print(audit(people=1989))
    1,989 people audited: the model selects 0.76 of white and 0.51 of Black applicants, \
a gap of 0.24 (0.17 to 0.32), clear of zero. None of 3 groups has fewer than 30 people.
    """
    grouping = grouped(attribute=attribute)
    line = arguments.number("threshold", threshold, low=0, high=1)
    chosen = drawn(people=people, random_state=random_state)
    return _audit(attribute, grouping, chosen, grouping.members[chosen], line)


def power(
    *,
    attribute: str = "race",
    people: int = 200,
    threshold: float = 0.88,
    audits: int = 200,
    shuffled: bool = False,
) -> Power:
    """Audit again and again, each time other people, and count how often a gap is found.

    Parameters
    ----------
    attribute, people, threshold : as in `audit`
    audits : how many; near 1,989 people they are hardly different ones
    shuffled : deal out the group names at random: what is found then is chance
    """
    times = arguments.whole("audits", audits, low=1)
    grouping, line = grouped(attribute=attribute), arguments.number("threshold", threshold, low=0, high=1)
    made = []
    for seed in range(times):
        chosen = drawn(people=people, random_state=seed)
        members = grouping.members[chosen]
        members = np.random.default_rng(seed).permutation(members) if shuffled else members
        made.append(_audit(attribute, grouping, chosen, members, line))
    gaps = [value for each in made if (value := each.gap().value) is not None]
    if not gaps:
        raise ValueError(f"attribute must make two groups with people, got {attribute} of {people}")
    return Power(sum(each.told for each in made), times, people, bool(shuffled), float(np.mean(gaps)))


def drawn(*, people: int = 200, random_state: int = 0) -> Numbers:
    """Draw applicants at random, none twice, shape (people,)."""
    count = arguments.whole("people", people, low=LEAST, high=MOST)
    seed = arguments.whole("random_state", random_state, low=0)
    return np.random.default_rng(seed).permutation(MOST)[:count]


@cache
def grouped(*, attribute: str = "race") -> Attribute:
    """Group all 1,989 applicants by an attribute, one of `ATTRIBUTES`.

    >>> grouped(attribute="sex").names
    ('men', 'women', 'not recorded')
    """
    arguments.one_of("attribute", attribute, ATTRIBUTES)
    race, men = lending.groups(), lending.column("male")
    if attribute == "race":
        return Attribute(lending.GROUPS, race)
    if attribute == "sex":
        return _two("men", "women", men)
    if attribute == "age":
        return _two("older", "younger", lending.column("old"))
    if attribute == "married":
        return _two("married", "not married", lending.column("married"))
    if attribute == "race and sex":
        names = tuple(f"{name} {sex}" for name in lending.GROUPS for sex in ("men", "women"))
        return _recorded(names, 2 * race + (men == 0), np.isnan(men))
    return _recorded(("everybody",), np.zeros(MOST, int), np.zeros(MOST, bool))


def spoken(group: str) -> str:
    """Say who the people of a group are."""
    return group if group.endswith(("men", "everybody")) else f"{group} applicants"


def pair(gap: Gap) -> str:
    """Say the highest rate and the lowest, and whose they are.

    >>> print(pair(audit(people=1989).gap()))
    0.76 of white and 0.51 of Black applicants
    """
    high, low = (f"{written(gap.defined[g])} of {spoken(g)}" for g in (gap.highest, gap.lowest))
    noun = " applicants"
    return f"{high.removesuffix(noun) if low.endswith(noun) else high} and {low}"


def _audit(
    attribute: str, grouping: Attribute, chosen: Numbers, members: Numbers, threshold: float
) -> Audit:
    counted = rates.by_group(
        labels=lending.approvals()[chosen],
        decisions=lending.applicant_scores()[chosen] >= threshold,
        groups=members,
        names=grouping.names,
    )
    return Audit(attribute, counted, threshold)


def _two(first: str, second: str, column: Array) -> Attribute:
    return _recorded((first, second), (column == 0).astype(int), np.isnan(column))


def _recorded(names: tuple[str, ...], members: Numbers, missing: NDArray[np.bool_]) -> Attribute:
    found = np.where(missing, len(names), members)
    found.setflags(write=False)
    return Attribute((*names, NOT_RECORDED) if missing.any() else names, found)
