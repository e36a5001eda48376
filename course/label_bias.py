"""Lesson 04: what a model learns from labels that are biased against one group, and what its test says.

Here the bias is made: some of the lender's approvals of one group become refusals in the labels
that the model learns. The lender's own decisions, from which this starts, may be biased already.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, lending
from course.lending import GROUPS as GROUPS
from course.lending import Numbers
from course.networks import Array
from course.rates import Rate
from course.threads import one_thread
from course.wording import percent

SHARES = tuple(tenths / 10 for tenths in range(11))
THRESHOLD = 0.5


@dataclass(frozen=True, eq=False)
class Taught:
    """What a model decides that learnt from labels of which a share was flipped.

    Parameters
    ----------
    flipped : share of the group's approvals that its training labels call refusals, 0 to 1
    labels : approvals of the group in the training labels
    approved : the model's approvals of the group
    refused : the model's refusals of those of the group whom the lender approved
    elsewhere : the model's approvals of everyone else
    agreement : decisions on the group that equal the label, by the real test and by one flipped likewise
    everybody : the same over all applicants
    """

    flipped: float
    labels: Rate
    approved: Rate
    refused: Rate
    elsewhere: Rate
    agreement: tuple[Rate, Rate]
    everybody: tuple[Rate, Rate]


@dataclass(frozen=True, eq=False)
class LabelBias:
    """One model and its test, and the same for every share of flipped approvals.

    Parameters
    ----------
    group : whose approvals are flipped, one of `GROUPS`
    with_race : whether the model is told who is Black and who is Hispanic
    columns : a set of `lending.COLUMNS` that it is told
    flip_test : whether the test's labels are flipped as well
    random_state : which approvals are flipped
    lender : the lender's own approvals of the group
    now : what the model decides
    curve : the same for every tenth flipped, and for `now`
    """

    group: str
    with_race: bool
    columns: str
    flip_test: bool
    random_state: int
    lender: Rate
    now: Taught
    curve: tuple[Taught, ...]

    @property
    def tested(self) -> Rate:
        """What the test says: agreement of the model with the labels of the group."""
        return self.now.agreement[self.flip_test]

    @property
    def conditions(self) -> str:
        """What was made here, and what counts as right."""
        return (
            "The flips are ours; the real decisions may be biased too. "
            f"{self.lender.of:,} applicants, Boston 1990. Bands: 95 % intervals."
        )

    @property
    def _beside(self) -> str:
        """What else the model is told, beside the financial columns."""
        beside = lending.BESIDE[self.columns]
        return f" {'and' if self.with_race else 'but'} {beside}" if beside else ""

    def __str__(self) -> str:
        lender, model = (percent(_known(rate)) for rate in (self.lender, self.now.approved))
        real, likewise = (percent(_known(rate)) for rate in self.now.agreement)
        told = f"{'' if self.with_race else 'not '}told the race{self._beside}"
        approves = f"the model, {told}, approves {model} of"
        if not self.now.flipped:
            return (
                f"No label is flipped: {approves} {self.group} applicants, the lender {lender}. "
                f"Either test: {real} agree."
            )
        draw = f" (draw {self.random_state + 1})" if self.random_state else ""
        said = (
            f"{percent(self.now.flipped)} of {self.group} applicants’ approvals flipped{draw}: "
            f"{approves} them, the lender {lender}."
        )
        if self.flip_test:
            return f"{said} Flipped test: {likewise} agree; real test: {real}."
        return f"{said} Real test: {real} agree; flipped test: {likewise}."


def label_bias(
    *,
    flipped: float = 0.3,
    group: str = "Black",
    with_race: bool = True,
    flip_test: bool = False,
    columns: str = "11 financial",
    random_state: int = 0,
) -> LabelBias:
    """Flip a share of one group's approvals in the labels that a model learns, and test it.

    Parameters
    ----------
    flipped : share of the group's approvals that become refusals, 0 to 1
    group : one of `GROUPS`
    with_race : whether the model is told who is Black and who is Hispanic
    flip_test : whether the test's labels are flipped as well
    columns : a set of `lending.COLUMNS`
    random_state : which approvals are flipped, and how applicants are dealt into five parts
    """
    share = arguments.number("flipped", flipped, low=0, high=1)
    arguments.one_of("group", group, GROUPS)
    arguments.one_of("columns", columns, lending.COLUMNS)
    seed = arguments.whole("random_state", random_state, low=0)
    curve = _curve(group, bool(with_race), columns, seed)
    if share not in SHARES:
        now = _taught(share, group, bool(with_race), columns, seed)
        curve = tuple(sorted((*curve, now), key=lambda each: each.flipped))
    (now,) = (each for each in curve if each.flipped == share)
    lender = _rate(lending.approvals()[_members(group)])
    return LabelBias(group, bool(with_race), columns, bool(flip_test), seed, lender, now, curve)


@lru_cache(256)
def flipped_labels(*, flipped: float = 0.3, group: str = "Black", random_state: int = 0) -> Numbers:
    """Return the lender's decisions with a share of one group's approvals made refusals, shape (1989,).

    A larger share flips the same approvals, and more.

    Parameters
    ----------
    flipped : share of the group's approvals, 0 to 1
    group : one of `GROUPS`
    random_state : which of them

    >>> [int(flipped_labels(flipped=share)[lending.groups() == 1].sum()) for share in (0.0, 0.5, 1.0)]
    [133, 67, 0]
    """
    share = arguments.number("flipped", flipped, low=0, high=1)
    seed = arguments.whole("random_state", random_state, low=0)
    member = _members(arguments.one_of("group", group, GROUPS))
    labels = lending.approvals().copy()
    approved = np.random.default_rng(seed).permutation(np.flatnonzero(member & (labels == 1)))
    labels[approved[: round(share * len(approved))]] = 0
    labels.setflags(write=False)
    return labels


@lru_cache(64)
def _curve(group: str, with_race: bool, columns: str, seed: int) -> tuple[Taught, ...]:
    return tuple(_taught(share, group, with_race, columns, seed) for share in SHARES)


@lru_cache(512)
def _taught(share: float, group: str, with_race: bool, columns: str, seed: int) -> Taught:
    real = lending.approvals()
    labels = flipped_labels(flipped=share, group=group, random_state=seed)
    chosen = _scores(labels, columns, with_race, seed) >= THRESHOLD
    member = _members(group)
    tests = (chosen == real, chosen == labels)
    return Taught(
        flipped=share,
        labels=_rate(labels[member]),
        approved=_rate(chosen[member]),
        refused=_rate(~chosen[member & (real == 1)]),
        elsewhere=_rate(chosen[~member]),
        agreement=(_rate(tests[0][member]), _rate(tests[1][member])),
        everybody=(_rate(tests[0]), _rate(tests[1])),
    )


def _scores(labels: Numbers, columns: str, with_race: bool, seed: int) -> Array:
    """Score as `lending.scores` does, with all that doesn't depend on the labels done once."""
    scaled, parts = _scaled(columns, with_race, seed), lending.parts(random_state=seed)
    found = np.empty(len(labels))
    with one_thread():
        for x, part in zip(scaled, parts, strict=True):
            learner = lending.model()[-1].fit(x[part.train], labels[part.train])
            found[part.test] = learner.predict_proba(x[part.test])[:, 1]
    return found


@lru_cache(16)
def _scaled(columns: str, with_race: bool, seed: int) -> tuple[Array, ...]:
    """All applicants as the model of each part sees them: filled and scaled by the others."""
    x = lending.inputs(lending.features(columns=columns, with_race=with_race))
    parts = lending.parts(random_state=seed)
    return tuple(lending.model()[:-1].fit(x[part.train]).transform(x) for part in parts)


def _members(group: str) -> NDArray[np.bool_]:
    return np.asarray(lending.groups() == GROUPS.index(group))


def _rate(holds: ArrayLike) -> Rate:
    return Rate(int(np.sum(holds)), np.size(holds))


def _known(rate: Rate) -> float:
    """The share: every group has people whom the lender approved, so it is defined."""
    assert rate.value is not None
    return rate.value
