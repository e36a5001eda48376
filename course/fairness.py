"""Lesson 05: one model's scores, a threshold for each group, and what that does to each group."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course import arguments, lending, rates
from course.lending import GROUPS
from course.networks import Array
from course.rates import Gap, Outcomes, Rate
from course.wording import percent, written

STEP = 0.005  # between two thresholds
START = 0.88
EQUAL = 0.02  # a gap up to this counts as none
LEAST = 0.1  # approved at least, where all targets are asked for at once
BANK = {"approved": "applicants whom the bank approved", "refused": "applicants whom the bank refused"}
TARGETS = {
    "equal selection": ("selection rate",),
    "equal opportunity": ("true positive rate",),
    "equalised odds": ("true positive rate", "false positive rate"),
    "predictive parity": ("precision",),
}
DATA = "1,989 decisions, Boston 1990; bars: 95 % intervals; orange: of fewer than 30."
Thresholds = float | tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Fairness:
    """What the model would decide about 1,989 applicants, group by group.

    Parameters
    ----------
    scores : shape (1989,), the probability of approval, by models that never saw the person
    thresholds : of each group, from 0 to 1: who has that score or more is approved
    together : whether one threshold holds for all
    columns, with_race, reweighted : what the model was trained on, see `lending.applicant_scores`
    """

    scores: Array
    thresholds: tuple[float, ...]
    together: bool
    columns: str
    with_race: bool
    reweighted: float

    @property
    def approved(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whom the model approves, shape (1989,)."""
        return np.asarray(self.scores >= np.array(self.thresholds)[lending.groups()])

    @cached_property
    def outcomes(self) -> Mapping[str, Outcomes]:
        """Of each group how the model's decisions stand to the bank's."""
        return outcomes(self.approved)

    @cached_property
    def everybody(self) -> Outcomes:
        """The same, of all applicants together."""
        (found,) = rates.by_group(
            labels=lending.approvals(), decisions=self.approved,
            groups=np.zeros(len(self.scores)), names=["all"], **BANK,
        ).values()  # fmt: skip
        return found

    def gap(self, name: str) -> Gap:
        """Compare one of `rates.RATES` between the groups."""
        return rates.gap(name, self.outcomes)

    @property
    def met(self) -> tuple[str, ...]:
        """Which of `TARGETS` hold, to within a gap of .02."""
        return tuple(target for target in TARGETS if self.meets(target))

    def meets(self, target: str) -> bool:
        """Whether a target of `TARGETS` holds; one whose rates aren't defined for all doesn't."""
        gaps = [self.gap(name) for name in TARGETS[target]]
        return all(not each.missing and (each.value or 0.0) <= EQUAL for each in gaps)

    def passed_over(self, group: str) -> Rate:
        """Share refused of those of a group whom the bank approved: 1 less the true positive rate."""
        found = self.outcomes[group]
        return Rate(found.false_negatives, found.positives, f"no {found.approved} in this group")

    @property
    def conditions(self) -> str:
        """What the decisions agree with, what would agree as well, and what the data is."""
        agreed = self.everybody.agreement.value or 0.0
        return (
            f"Agrees with the bank on {percent(agreed)} (approving all: "
            f"{percent(baseline().value or 0.0)}). {self._undefined or DATA}"
        )

    @property
    def _undefined(self) -> str:
        """Which precisions aren't defined, and why; the other rates always are, on these data."""
        names = self.gap("precision").missing
        if not names:
            return ""
        return f"Precision not defined for {', '.join(names)}: nobody of the group is approved."

    def __str__(self) -> str:
        if self.together:
            limits = f"One threshold, {_said(self.thresholds[0])}"
        else:
            limits = f"Thresholds {', '.join(map(_said, self.thresholds))}"
        chosen = [f"{_share(found.selection_rate)} of {name}" for name, found in self.outcomes.items()]
        weighted = f", reweighted {percent(self.reweighted)}" if self.reweighted else ""
        more = lending.BESIDE[self.columns]
        beside = f", {more} known" if more else ""
        return (
            f"{limits}, race {'' if self.with_race else 'un'}known to the model{beside}{weighted}: it "
            f"approves "
            f"{', '.join(chosen[:-1])} and {chosen[-1]} applicants, {_gap(self.gap('selection rate'))}."
        )


def fairness(
    *,
    columns: str = "11 financial",
    with_race: bool = False,
    reweighted: float = 0.0,
    thresholds: Thresholds = START,
    random_state: int = 0,
) -> Fairness:
    """Approve whoever scores at least the threshold of the own group.

    Parameters
    ----------
    columns : a set of `lending.COLUMNS` that the model sees
    with_race : whether it also sees who is Black and who is Hispanic
    reweighted : strength of the reweighting in training, 0 to 1
    thresholds : one for all, or one each for white, Black and Hispanic applicants; from 0 to 1

    >>> print(fairness(thresholds=0.0))  # doctest: +ELLIPSIS
    One threshold, 0, race unknown to the model: it approves 1.00 of white, 1.00 of Black and ...
    """
    limits = limits_of(thresholds)
    strength = arguments.number("reweighted", reweighted, low=0, high=1)
    found = lending.applicant_scores(
        columns=columns, with_race=bool(with_race), reweighted=strength, random_state=random_state
    )
    together = not isinstance(thresholds, tuple | list)
    return Fairness(found, limits, together, columns, bool(with_race), strength)


def limits_of(thresholds: Thresholds) -> tuple[float, ...]:
    """Return one threshold for each group.

    >>> limits_of(0.5)
    (0.5, 0.5, 0.5)
    """
    if not isinstance(thresholds, tuple | list):
        return (arguments.number("thresholds", thresholds, low=0, high=1),) * len(GROUPS)
    if len(thresholds) != len(GROUPS):
        raise arguments.refuse(
            "thresholds", f"be one number, or one for each of {len(GROUPS)} groups", thresholds
        )
    return tuple(arguments.number("thresholds", each, low=0, high=1) for each in thresholds)


def baseline() -> Rate:
    """Approve everyone, and count on what share of the applications that agrees with the bank.

    >>> print(baseline())
    0.88 (0.86 to 0.89)
    """
    agreed = lending.approvals()
    return Rate(int(agreed.sum()), len(agreed))


def outcomes(approved: Any) -> dict[str, Outcomes]:
    """Count for each group how decisions stand to the bank's.

    Parameters
    ----------
    approved : shape (1989,), 1 or True for whoever is approved
    """
    return rates.by_group(
        labels=lending.approvals(), decisions=np.asarray(approved, int),
        groups=lending.groups(), names=GROUPS, **BANK,
    )  # fmt: skip


def equalise(target: str, result: Fairness) -> tuple[float, ...]:
    """Find thresholds that come nearest to a target; that of white applicants stays where it is.

    Parameters
    ----------
    target : one of `TARGETS`
    result : whose scores, and whose thresholds it starts from

    Returns
    -------
    a threshold for each group; of several that come as near, the one that moves least
    """
    names = TARGETS[arguments.one_of("target", target, TARGETS)]
    if target == "predictive parity" and not result.outcomes["white"].selected:
        raise arguments.refuse(
            "thresholds",
            "leave a white applicant approved: else there is no precision",
            result.thresholds[0],
        )
    held = [_reached(result, 0, name, np.array(result.thresholds[:1]))[0] for name in names]
    grid = np.round(np.arange(round(1 / STEP) + 1) * STEP, 3)
    found = [result.thresholds[0]]
    for number in range(1, len(GROUPS)):
        gaps = [
            abs(_reached(result, number, name, grid) - wanted)
            for name, wanted in zip(names, held, strict=True)
        ]
        worst = np.max(np.nan_to_num(gaps, nan=np.inf), axis=0)
        near = grid[worst <= worst.min() + 1e-12]
        found.append(float(near[abs(near - result.thresholds[number]).argmin()]))
    return tuple(found)


def attainable(result: Fairness, *, least: float = LEAST) -> bool:
    """Whether any three thresholds of the sliders meet all of `TARGETS` at once.

    Parameters
    ----------
    result : whose scores are decided by
    least : share of white applicants to be approved at least; where next to nobody is, all rates
        are near 0 and the few approved may be sure cases
    """
    lowest = arguments.number("least", least, low=0, high=1)
    grid = np.round(np.arange(round(1 / STEP) + 1) * STEP, 3)
    names = sorted({name for held in TARGETS.values() for name in held})
    rows = [
        np.stack([_reached(result, n, name, grid) for name in names], axis=1) for n in range(len(GROUPS))
    ]
    for white in rows[0][rows[0][:, names.index("selection rate")] >= lowest]:
        near = [each[(np.abs(each - white) <= EQUAL).all(axis=1)] for each in rows[1:]]
        if any((np.abs(near[1] - each) <= EQUAL).all(axis=1).any() for each in near[0]):
            return True
    return False


def _reached(result: Fairness, number: int, name: str, limits: Array) -> Array:
    """One group's rate at each of several thresholds, NaN where it isn't defined."""
    own = lending.groups() == number
    yes = lending.approvals()[own] == 1
    chosen = result.scores[own] >= limits[:, None]
    of = {
        "selection rate": (chosen.sum(1), np.full(len(limits), own.sum())),
        "true positive rate": ((chosen & yes).sum(1), np.full(len(limits), yes.sum())),
        "false positive rate": ((chosen & ~yes).sum(1), np.full(len(limits), (~yes).sum())),
        "precision": ((chosen & yes).sum(1), chosen.sum(1)),
    }
    count, people = of[name]
    return np.asarray(np.divide(count, people, out=np.full(len(limits), np.nan), where=people > 0))


def _said(limit: float) -> str:
    return f"{limit:.3g}"


def _share(rate: Rate) -> str:
    return "(not defined)" if rate.value is None else written(rate.value)


def _gap(gap: Gap) -> str:
    if gap.value is None:
        return "a gap that is not defined"
    return f"the largest gap {written(gap.value)} ({gap.interval})"
