"""Lesson 05: what the libraries' remedies do to a gap between groups, and whom they cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from warnings import catch_warnings, filterwarnings

import numpy as np

from course import arguments, lending, rates
from course.fairness import baseline
from course.lending import GROUPS, Numbers
from course.networks import Array
from course.rates import Gap, Outcomes, Rate
from course.threads import one_thread
from course.wording import written

REWEIGHTING, REWEIGHTING_WITH_RACE = "reweighting", "reweighting, race seen"
OPTIMIZER, GRADIENT = "threshold optimizer", "exponentiated gradient"
METHODS = ("plain", REWEIGHTING, REWEIGHTING_WITH_RACE, OPTIMIZER, GRADIENT)
PARITY, ODDS, OPPORTUNITY = "demographic parity", "equalised odds", "true positive rate parity"
CONSTRAINTS = {
    PARITY: "demographic_parity",
    ODDS: "equalized_odds",
    OPPORTUNITY: "true_positive_rate_parity",
}
OBJECTIVES = {"accuracy": "accuracy_score", "balanced accuracy": "balanced_accuracy_score"}

UNSURE = 0.05  # chance of the other decision from which on one counts as drawn by lot


@dataclass(frozen=True, eq=False)
class Decisions:
    """What one method decides on every application, each by a model that never saw it.

    Parameters
    ----------
    method : one of `METHODS`
    decisions : shape (1989,), 1 approved, 0 refused
    chances : shape (1989,), the chance of approval, where decisions are drawn; else 0 or 1
    """

    method: str
    decisions: Numbers
    chances: Array

    @property
    def by_lot(self) -> int:
        """How many have a chance of approval between 5 and 95 %: another draw may turn the decision."""
        return int(((self.chances > UNSURE) & (self.chances < 1 - UNSURE)).sum())

    @property
    def groups(self) -> dict[str, Outcomes]:
        """What is counted in each group."""
        return rates.by_group(
            labels=lending.approvals(), decisions=self.decisions, groups=lending.groups(), names=GROUPS
        )

    @property
    def agreement(self) -> Rate:
        """Share of the decisions that equal the lender's."""
        same = self.decisions == lending.approvals()
        return Rate(int(same.sum()), same.size)

    @property
    def against(self) -> int:
        """How many are approved here whom the lender refused."""
        return int(((self.decisions == 1) & (lending.approvals() == 0)).sum())

    def gap(self, name: str) -> Gap:
        """Compare the groups in one of `rates.RATES`."""
        return rates.gap(name, self.groups)

    def distance(self, constraint: str) -> float:
        """How far the decisions are from a constraint: the gap that it would close."""
        if constraint == ODDS:
            return rates.equalised_odds_gap(self.groups) or 0.0
        name = "selection rate" if constraint == PARITY else "true positive rate"
        return self.gap(name).value or 0.0


@dataclass(frozen=True, eq=False)
class Change:
    """Whose decision in one group differs from the plain model's.

    Parameters
    ----------
    gain : people refused by the plain model, approved by the method
    lose : people approved by the plain model, refused by the method
    people : in the group
    """

    gain: int
    lose: int
    people: int


@dataclass(frozen=True, eq=False)
class Mitigation:
    """What each method decides, and what the chosen one costs, against the plain model.

    Parameters
    ----------
    methods : by name; the exponentiated gradient is there only where it is the chosen one
    chosen : one of `METHODS`
    constraint : what the last two methods aim at, one of `CONSTRAINTS`
    threshold : of the first three methods
    default_share : assumed: of those approved whom the lender refused, the share that defaults
    """

    methods: Mapping[str, Decisions]
    chosen: str
    constraint: str
    threshold: float
    default_share: float

    @property
    def plain(self) -> Decisions:
        """What the model decides without a remedy."""
        return self.methods["plain"]

    @property
    def remedy(self) -> Decisions:
        """What the chosen method decides."""
        return self.methods[self.chosen]

    @property
    def changes(self) -> dict[str, Change]:
        """For each group whose decision changes."""
        turned, group = self.remedy.decisions - self.plain.decisions, lending.groups()
        parts = {name: turned[group == n] for n, name in enumerate(GROUPS)}
        return {
            name: Change(int((part > 0).sum()), int((part < 0).sum()), part.size)
            for name, part in parts.items()
        }

    def assumed_defaults(self, method: str) -> float:
        """Return how many would default, by assumption: the data knows of no repayment."""
        return self.default_share * self.methods[method].against

    @property
    def conditions(self) -> str:
        """On what, and what is assumed."""
        return (
            "1,989 mortgage applications, Boston 1990, each decided by a model trained on other people’s. "
            "Bands: 95 % intervals. Defaults: an assumed share of those approved whom the lender refused."
        )

    def __str__(self) -> str:
        return f"{self._who}{self._measured}{self._people}{self._defaults}."

    @property
    def _who(self) -> str:
        if self.chosen in (OPTIMIZER, GRADIENT):
            return f"{self.chosen.capitalize()}, {self.constraint}: "
        return f"{self.chosen.capitalize()}, threshold {written(self.threshold)}: "

    @property
    def _measured(self) -> str:
        name = {PARITY: "selection", ODDS: "equalised odds", OPPORTUNITY: "true positive rate"}[
            self.constraint
        ]
        gap = self._both(*(written(each.distance(self.constraint)) for each in (self.plain, self.remedy)))
        agreement = self._both(
            *(written(each.agreement.value or 0.0, 3) for each in (self.plain, self.remedy))
        )
        everyone = written(baseline().value or 0.0, 3)
        return f"gap in {name} {gap}, agreement {agreement} (all approved {everyone})"

    @property
    def _people(self) -> str:
        if self.chosen == "plain":
            return ""
        changes = self.changes.values()
        gain, lose = sum(each.gain for each in changes), sum(each.lose for each in changes)
        return f"; approval gained by {gain}, lost by {lose} people"

    @property
    def _defaults(self) -> str:
        counts = (f"{self.assumed_defaults(name):.0f}" for name in ("plain", self.chosen))
        return f"; assumed defaults {self._both(*counts)}"

    def _both(self, before: str, after: str) -> str:
        return after if self.chosen == "plain" else f"{before} → {after}"


def mitigate(
    *,
    method: str = OPTIMIZER,
    constraint: str = PARITY,
    objective: str = "accuracy",
    threshold: float = 0.5,
    default_share: float = 0.2,
    random_state: int = 0,
) -> Mitigation:
    """Compare the remedies on the mortgage decisions, and one with the plain model in people.

    Parameters
    ----------
    method : one of `METHODS`, whose cost is counted
    constraint : what the threshold optimizer and the exponentiated gradient aim at
    objective : what the threshold optimizer makes as large as it can, one of `OBJECTIVES`
    threshold : score from which on the plain and the reweighted models approve, 0 to 1
    default_share : assumed share of defaults among those approved whom the lender refused, 0 to 1
    random_state : of the five parts, and of decisions by lot
    """
    arguments.one_of("method", method, METHODS)
    arguments.one_of("constraint", constraint, CONSTRAINTS)
    arguments.one_of("objective", objective, OBJECTIVES)
    line = arguments.number("threshold", threshold, low=0, high=1)
    share = arguments.number("default_share", default_share, low=0, high=1)
    seed = arguments.whole("random_state", random_state, low=0)
    found = {name: _by_threshold(name, line, seed) for name in METHODS[:3]}
    found[OPTIMIZER] = optimized(constraint=constraint, objective=objective, random_state=seed)
    if method == GRADIENT:
        found[GRADIENT] = reduced(constraint=constraint, random_state=seed)
    return Mitigation(found, method, constraint, line, share)


@cache
def optimized(*, constraint: str = PARITY, objective: str = "accuracy", random_state: int = 0) -> Decisions:
    """Choose thresholds for each group by fairlearn's ThresholdOptimizer: race is needed to decide.

    Source
    ------
    Hardt, Price and Srebro (2016), Equality of opportunity in supervised learning.
    """
    from fairlearn.postprocessing import ThresholdOptimizer

    aim = CONSTRAINTS[arguments.one_of("constraint", constraint, CONSTRAINTS)]
    goal = OBJECTIVES[arguments.one_of("objective", objective, OBJECTIVES)]
    seed = arguments.whole("random_state", random_state, low=0)
    x, labels, race = lending.inputs(lending.FINANCIAL), lending.approvals(), lending.groups()
    decisions, chances = np.empty(len(labels), int), np.empty(len(labels))
    for part in lending.parts(random_state=seed):
        remedy = ThresholdOptimizer(
            estimator=lending.model().fit(x[part.train], labels[part.train]),
            constraints=aim,
            objective=goal,
            prefit=True,
            predict_method="predict_proba",
        )
        remedy.fit(x[part.train], labels[part.train], sensitive_features=race[part.train])
        told = {"sensitive_features": race[part.test]}
        decisions[part.test] = remedy.predict(x[part.test], **told, random_state=seed)
        chances[part.test] = remedy._pmf_predict(x[part.test], **told)[:, 1]
    return _decided(OPTIMIZER, decisions, chances)


@cache
def reduced(*, constraint: str = PARITY, random_state: int = 0) -> Decisions:
    """Train under a constraint by fairlearn's ExponentiatedGradient: race is needed to train alone.

    Source
    ------
    Agarwal et al. (2018), A reductions approach to fair classification.
    """
    from fairlearn import reductions

    arguments.one_of("constraint", constraint, CONSTRAINTS)
    seed = arguments.whole("random_state", random_state, low=0)
    aims = {
        PARITY: reductions.DemographicParity,
        ODDS: reductions.EqualizedOdds,
        OPPORTUNITY: reductions.TruePositiveRateParity,
    }
    x, labels, race = lending.inputs(lending.FINANCIAL), lending.approvals(), lending.groups()
    decisions, chances = np.empty(len(labels), int), np.empty(len(labels))
    for part in lending.parts(random_state=seed):
        *_, (_, classifier) = lending.model().steps
        ready = lending.model()[:-1].fit(x[part.train])
        remedy = reductions.ExponentiatedGradient(classifier, aims[constraint]())
        with one_thread(), catch_warnings():
            filterwarnings("ignore", "Setting an? (value|item) ")  # pandas 4 will not
            remedy.fit(
                ready.transform(x[part.train]), labels[part.train], sensitive_features=race[part.train]
            )
        asked = ready.transform(x[part.test])
        decisions[part.test] = remedy.predict(asked, random_state=seed)
        chances[part.test] = remedy._pmf_predict(asked)[:, 1]
    return _decided(GRADIENT, decisions, chances)


@lru_cache(256)
def _by_threshold(method: str, threshold: float, seed: int) -> Decisions:
    scores = lending.applicant_scores(
        with_race=method == REWEIGHTING_WITH_RACE,
        reweighted=0.0 if method == "plain" else 1.0,
        random_state=seed,
    )
    return _decided(method, (scores >= threshold).astype(int), (scores >= threshold).astype(float))


def _decided(method: str, decisions: Numbers, chances: Array) -> Decisions:
    decisions.setflags(write=False)
    chances.setflags(write=False)
    return Decisions(method, decisions, chances)
