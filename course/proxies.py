"""Lesson 05: whether race can be told from the other columns, and what dropping the telling ones does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, lending
from course.intervals import Interval, Z, newcombe
from course.lending import USABLE
from course.networks import Array
from course.wording import percent, written

Flags = NDArray[np.bool_]
PAIRS = {"Black or white": (1,), "Hispanic or white": (2,), "Black or Hispanic, or white": (1, 2)}
OTHERS = {who: who.rsplit(",", 1)[0].removesuffix(" or white") for who in PAIRS}
EVERY = "every column but race"
RULES = ("as many as the lender", "a score of 0.88 or more")
THRESHOLD = 0.88
MOST = 10  # columns that can be dropped
LEAST = 10  # people in a group whose scores are compared: the interval is one for many
SETS = (*lending.COLUMNS, EVERY)


@dataclass(frozen=True, eq=False)
class Told:
    """How well a score tells one group from another.

    Parameters
    ----------
    auc : how often one of the group scores higher than one of the others, ties as halves
    interval : its 95 % interval
    """

    auc: float
    interval: Interval

    @property
    def chance(self) -> bool:
        """Whether this model can't be told from guessing."""
        return self.interval.low <= 0.5

    def __str__(self) -> str:
        return f"AUC {written(self.auc)} ({self.interval})"


def told(*, scores: ArrayLike, others: ArrayLike) -> Told:
    """Measure how well scores tell a group from others: the area under the ROC curve.

    Parameters
    ----------
    scores : shape (n,), of the group
    others : shape (m,), of the others

    Source
    ------
    DeLong, DeLong and Clarke-Pearson (1988), Comparing the areas under two or more correlated ROC
    curves, Biometrics 44: the variance of one area, with the models taken as they are.

    >>> print(told(scores=[3, 4, 5] * 10, others=[1, 2, 3, 4] * 10))
    AUC 0.83 (0.75 to 0.92)
    """
    from sklearn.metrics import roc_auc_score

    own, rest = (
        arguments.array(name, given, shape=(None,))
        for name, given in (("scores", scores), ("others", others))
    )
    if min(len(own), len(rest)) < LEAST:
        raise ValueError(
            f"scores and others must be of {LEAST} people or more each, got {len(own)} and {len(rest)}"
        )
    both = np.concatenate([own, rest])
    auc = float(roc_auc_score(np.arange(len(both)) < len(own), both))
    reach = Z * sqrt(_spread(_beaten(own, rest)) + _spread(_beaten(-rest, -own)))
    return Told(auc, Interval(max(auc - reach, 0.0), min(auc + reach, 1.0)))


@dataclass(frozen=True, eq=False)
class Decision:
    """What approving by one model, or without any, means for the two groups.

    Parameters
    ----------
    gap : share approved of the white applicants less that of the others
    interval : its 95 % interval
    agreement : share of all applications on which the decision is the lender's
    approved : applications approved
    """

    gap: float
    interval: Interval
    agreement: float
    approved: int

    def __str__(self) -> str:
        return f"gap in approval {written(self.gap)} ({self.interval}), agreement {percent(self.agreement)}"


@dataclass(frozen=True, eq=False)
class Proxies:
    """Race told from a set of columns, and the gap in approval with race, without, and with fewer columns.

    Parameters
    ----------
    who : the groups to tell apart, one of `PAIRS`
    approve : how many a model approves, one of `RULES`
    dropped, left : names of the columns taken away and of those that the models see
    telling : AUC of each column left by itself, the most telling first
    scores, others : of that group's applicants and of the white ones: the probability of that
        group, by a model that never saw the applicant
    told : how far the scores tell them apart
    lender, with_race, without_race, fewer : decisions: the lender's, and those of models that are
        told race, that aren't, and that aren't and miss the dropped columns too
    everyone : approving every application
    """

    who: str
    approve: str
    dropped: tuple[str, ...]
    left: tuple[str, ...]
    telling: tuple[tuple[str, float], ...]
    scores: Array
    others: Array
    told: Told
    lender: Decision
    with_race: Decision
    without_race: Decision
    fewer: Decision
    everyone: Decision

    @property
    def other(self) -> str:
        """What the group that isn't white is called."""
        return OTHERS[self.who]

    @property
    def conditions(self) -> str:
        """The figures that stand behind the sentence, and the data."""
        return (
            f"{self.told}, 95 % interval. The lender’s own gap {written(self.lender.gap)}. "
            f"Approved {self.fewer.approved:,} of 1,989, Boston 1990."
        )

    def __str__(self) -> str:
        many = f"{len(self.left)} columns tell" if len(self.left) > 1 else "one column tells"
        chance = ", not clear of chance" * self.told.chance
        return (
            f"Of two applicants, one {self.other} and one white, {many} which is which "
            f"{100 * self.told.auc:.0f} times in 100{chance}. Approval gap "
            f"{written(self.fewer.gap)} (with race {written(self.with_race.gap)}), "
            f"agreement {percent(self.fewer.agreement)}."
        )


def proxies(
    *,
    who: str = "Black or white",
    columns: str = "11 financial",
    drop: int = 0,
    approve: str = RULES[0],
    random_state: int = 0,
) -> Proxies:
    """Tell race from other columns, and decide on applications with the most telling ones dropped.

    Parameters
    ----------
    who : the groups to tell apart, one of `PAIRS`
    columns : a set of `lending.COLUMNS`, or every column of the file that isn't race and was known
        before the decision
    drop : how many of the columns that tell most by themselves are taken away, 0 to 10
    approve : by which rule a model approves, one of `RULES`
    random_state : how the applications are dealt into five parts
    """
    arguments.one_of("who", who, PAIRS)
    arguments.one_of("columns", columns, SETS)
    count = arguments.whole("drop", drop, low=0, high=MOST)
    arguments.one_of("approve", approve, RULES)
    seed = arguments.whole("random_state", random_state, low=0)
    names = USABLE if columns == EVERY else lending.features(columns=columns)
    order = [each for each in telling(who=who) if each[0] in names]
    dropped = tuple(name for name, _ in order[:count])
    left = tuple(name for name in names if name not in dropped)
    found = race_scores(names=left, who=who, random_state=seed)
    own, white = members(who), lending.groups() == 0

    def model(seen: tuple[str, ...]) -> Decision:
        return _decision(_approves(seen, approve, seed), who)

    return Proxies(
        who=who,
        approve=approve,
        dropped=dropped,
        left=left,
        telling=tuple(order[count:]),
        scores=found[own],
        others=found[white],
        told=told(scores=found[own], others=found[white]),
        lender=_decision(lending.approvals() == 1, who),
        with_race=model(names + lending.RACE),
        without_race=model(names),
        fewer=model(left),
        everyone=_decision(np.ones(len(own), bool), who),
    )


def members(who: str) -> Flags:
    """Return who is of the group that isn't white, shape (1989,)."""
    return np.isin(lending.groups(), PAIRS[arguments.one_of("who", who, PAIRS)])


@cache
def telling(*, who: str = "Black or white") -> tuple[tuple[str, float], ...]:
    """Say how well each column tells the groups apart by itself, from the most telling down.

    No model is trained: a column is taken in the direction in which it tells more, so that pure
    chance shows as 0.52 rather than 0.50 among these numbers of people.

    >>> telling()[0][0]
    'suffolk'
    """
    own, white = members(who), lending.groups() == 0
    found = {name: _alone(_filled(name), own, white) for name in USABLE}
    return tuple(sorted(found.items(), key=lambda each: -each[1]))


@lru_cache(256)
def race_scores(*, names: tuple[str, ...], who: str = "Black or white", random_state: int = 0) -> Array:
    """Score every applicant by models that never saw that one: the probability of the group, shape (1989,).

    They learn from the applicants of the pair alone: a third group counts with weight 0.
    """
    own = members(who)
    counted = (own | (lending.groups() == 0)).astype(float)
    found = lending.scores(
        lending.inputs(_known(names)), own.astype(int), weights=counted, random_state=random_state
    )
    found.setflags(write=False)
    return found


@lru_cache(256)
def _scores(names: tuple[str, ...], seed: int) -> Array:
    found = lending.scores(lending.inputs(names), lending.approvals(), random_state=seed)
    found.setflags(write=False)
    return found


def _approves(names: tuple[str, ...], rule: str, seed: int) -> Flags:
    scores = _scores(names, seed)
    if rule == RULES[0]:
        return np.asarray(scores >= np.sort(scores)[-lending.approvals().sum()])
    return np.asarray(scores >= THRESHOLD)


def _decision(approved: Flags, who: str) -> Decision:
    own, white = members(who), lending.groups() == 0
    counts = int(approved[white].sum()), int(approved[own].sum())
    of = int(white.sum()), int(own.sum())
    agreement = float((approved == lending.approvals()).mean())
    gap = counts[0] / of[0] - counts[1] / of[1]
    return Decision(gap, newcombe(counts=counts, of=of), agreement, int(approved.sum()))


def _known(names: Sequence[str]) -> tuple[str, ...]:
    strange = [name for name in names if name not in USABLE]
    if strange or not names:
        raise arguments.refuse(
            "names", "be columns of the file other than race, at least one", tuple(names)
        )
    return tuple(names)


def _filled(name: str) -> Array:
    values = lending.column(name)
    return np.where(np.isnan(values), np.nanmedian(values), values)


def _alone(values: Array, own: Flags, white: Flags) -> float:
    auc = told(scores=values[own], others=values[white]).auc
    return max(auc, 1 - auc)


def _beaten(scores: Array, others: Array) -> Any:
    """Share of the others that each one scores higher than, ties as halves."""
    ordered = np.sort(others)
    sides = [np.searchsorted(ordered, scores, side=side) for side in ("left", "right")]
    return sum(sides) / (2 * len(others))


def _spread(shares: Array) -> float:
    """Variance of their mean; of a single one nothing is known, and 0.25 is the most it can be."""
    return float(shares.var(ddof=1) / len(shares)) if len(shares) > 1 else 0.25
