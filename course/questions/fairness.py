"""What lesson 05 asks: its guesses, its quiz and its exercises."""

import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from course import answers, audit, fairness, marking, mitigation, proxies, rates
from course.fairness import EQUAL, START, Fairness
from course.marking import Question, Task, Verdict
from course.rates import Outcomes
from course.wording import written

AUDITS = 200  # of 200 people each
NEARLY_ALL = 0.9  # approved in each group: what counts as nearly everybody
beats = ["By less than 1 in 100", "By about 5 in 100", "By about 10 in 100", "It agrees less often"]


def everyone() -> float:
    """Share of the applications on which approving everyone agrees with the bank."""
    return fairness.baseline().value or 0.0


def better() -> str:
    """Say by how much the model agrees more often than approving everyone: one of `beats`."""
    found = (fairness.fairness(thresholds=0.5).everybody.agreement.value or 0.0) - everyone()
    edges = (0.0, 0.01, 0.075, np.inf)
    return (beats[3], *beats[:3])[int(np.searchsorted(edges, found, side="right"))]


def selection_gap(*, with_race: bool) -> float:
    """How much more often the model approves white applicants than Black ones, with one threshold."""
    found = fairness.fairness(with_race=with_race).outcomes
    return (found["white"].selection_rate.value or 0.0) - (found["Black"].selection_rate.value or 0.0)


levels = [
    "It approves more Black and Hispanic applicants, and as many white ones as before",
    "It refuses more white applicants",
    "It approves nearly everybody",
]


def told() -> float:
    """How often race is told rightly of one Black and one white applicant, from 11 columns."""
    return float(proxies.proxies(who="Black or white").told.auc)


def found() -> float:
    """Share of audits of 200 people that find white applicants approved more often than Black ones."""
    return float(
        np.mean([_finds(audit.audit(people=200, random_state=seed).groups) for seed in range(AUDITS)])
    )


def _finds(groups: Mapping[str, Outcomes]) -> bool:
    """Whether the interval of the difference, the pair chosen beforehand, lies above zero."""
    white, black = (groups[name].selection_rate for name in ("white", "Black"))
    if white.value is None or black.value is None:
        return False
    return bool(rates.apart(white, black)) and white.value > black.value


def alarms() -> float:
    """Share of audits of 200 people that find a gap between six groups whose names are dealt at random."""
    made = audit.power(people=200, attribute="race and sex", shuffled=True, audits=AUDITS)
    return made.found / made.audits


def levelled() -> str:
    """Say how fairlearn's threshold optimizer reaches equalised odds: one of `levels`."""
    decided = mitigation.optimized(constraint=mitigation.ODDS).groups.values()
    if min(each.selection_rate.value or 0.0 for each in decided) > NEARLY_ALL:
        return levels[2]
    plain = mitigation.mitigate(threshold=0.5).plain.groups["white"].selection_rate.value or 0.0
    white = mitigation.optimized(constraint=mitigation.ODDS).groups["white"].selection_rate.value or 0.0
    return levels[1] if white < plain else levels[0]


possible = ["Yes, all four", "No, at most three of them", "No, at most two of them", "No, one at a time"]


def together() -> str:
    """Say how many of the four targets three thresholds can meet at once: one of `possible`."""
    start = fairness.fairness()
    if fairness.attainable(start):
        return possible[0]
    met = [fairness.fairness(thresholds=limits).met for limits in [0.0, *_set(start)]]
    return possible[4 - max(map(len, met))]


def _set(start: Fairness) -> list[fairness.Thresholds]:
    """Thresholds that come nearest to each target."""
    return [fairness.equalise(target, start) for target in fairness.TARGETS]


blind = Question(
    "A lender says: “Our model isn’t told anybody’s race, so it can’t treat races differently.” What do "
    "you answer?",
    (
        "Other columns tell some of it; measure each group’s rates.",
        "In the lab the gap shrinks when race is taken out, and stays. And without the column nobody can "
        "measure it.",
    ),
    {
        "That is right: what a model doesn’t see, it can’t use.": (
            "A common idea. Take race out in the lab and read the gap; then see in the proxies lab how "
            "well "
            "race can be told from the other columns."
        ),
        "Then race has to be put back in: that makes it fair.": (
            "With the 11 financial columns the gap with race is more than twice the gap without."
        ),
        "It is wrong: taking a column out changes nothing.": (
            "With the 11 financial columns the gap shrinks to less than a half. It doesn’t vanish."
        ),
    },
)

positive = Question(
    "In these data, a true positive rate of 0.8 for a group means that, of its applicants …",
    (
        "whom the bank had approved, the model approves 80 in 100.",
        "The label is the bank’s decision. Nobody knows from these data who would have paid back.",
    ),
    {
        "who pay their loan back, the model approves 80 in 100.": (
            "Many read it so. There is no repayment in the file: look at the datasheet. The label is "
            "what the "
            "bank decided."
        ),
        "whom the model approves, 80 in 100 were approved by the bank.": (
            "That is the precision: of those whom the model approves. The true positive rate starts from "
            "those whom the bank approved."
        ),
        "the model is right about 80 in 100.": (
            "That would be the agreement, over those approved and those refused by the bank together."
        ),
    },
)

all_at_once = Question(
    "Two groups were approved at different rates. Can better engineering give them the same precision, "
    "the same "
    "true positive rate and the same false positive rate?",
    (
        "Only if nobody is approved wrongly, or nobody rightly; otherwise somebody has to choose.",
        "Base rate, precision and the two rates are tied by one equation. Where base rates differ, fixing "
        "two of the three decides the third.",
    ),
    {
        "Yes, with enough data and a better model.": (
            "A hopeful idea. In the identity lab give both groups the same precision and the same true "
            "positive rate, and look at the false positive rates. No data went into it: it is arithmetic."
        ),
        "Yes, if race isn’t in the model.": (
            "The equation doesn’t ask what the model knows. It holds for every table of two groups."
        ),
        "Yes, with one threshold for each group.": (
            "Try it with the discs: as one gap closes, another opens."
        ),
    },
)


@cache
def _tried(limit: float) -> Fairness:
    """One threshold as it is for white and Hispanic applicants, another for Black ones."""
    return fairness.fairness(thresholds=(START, limit, START))


def _difference(limit: float, name: str) -> float:
    """A rate of Black applicants less that of white ones; NaN where it isn't defined."""
    found = _tried(limit).outcomes
    black, white = (found[group].rate(name).value for group in ("Black", "white"))
    return np.nan if black is None or white is None else black - white


def equal_chance() -> float:
    """Find the threshold for Black applicants at which the true positive rates are nearest."""
    return fairness.equalise("equal opportunity", fairness.fairness())[1]


def _chances(answer: object) -> Verdict:
    try:
        value = answers.number(answer, share=True)
    except ValueError as refusal:
        return marking.wrong(str(refusal))
    if 1 < value <= 100:  # read as a percentage
        value /= 100
    if not 0 <= value <= 1:
        return marking.wrong("A threshold lies between 0 and 1.")
    gap = _difference(value, "true positive rate")
    if abs(gap) <= EQUAL:
        rest = _difference(value, "selection rate"), _difference(value, "false positive rate")
        return marking.right(
            f"The true positive rates are {written(abs(gap))} apart. Now the share approved differs by "
            f"{written(abs(rest[0]))}, and the false positive rate by {written(abs(rest[1]))}."
        )
    return marking.wrong(f"{_named(value)}At {value:.3g} {_reached(gap)}")


def _named(value: float) -> str:
    """What somebody may have equalised instead."""
    if value == START:
        return "That is the threshold of the others. "
    for name, words in (
        ("selection rate", "That makes the share approved the same, of all applicants. "),
        ("precision", "That makes the precision the same. "),
        ("false positive rate", "That makes the false positive rate the same. "),
    ):
        if abs(_difference(value, name)) <= EQUAL:
            return words
    return ""


def _reached(gap: float) -> str:
    """Say how far the chances are apart, and which way to go."""
    less = gap < 0
    return (
        f"Black applicants whom the bank approved have {'less' if less else 'more'} of a chance, by "
        f"{written(abs(gap))}: {'lower' if less else 'raise'} their threshold."
    )


chances = Task(
    "One threshold, 0.88, race unknown to the model, 11 financial columns. Change the threshold of Black "
    "applicants "
    "alone, until those whom the bank approved have the same chance as white applicants whom the bank "
    f"approved, to within {EQUAL}. Which threshold?",
    _chances,
    (
        "Empty the box “Move together”. The column to watch is the one that starts from the bank’s yes.",
        "Drag the orange disc to the left, and watch the two true positive rates.",
        "It lies between 0.7 and 0.8.",
    ),
)


def _rate(labels: Any, decisions: Any) -> Any:
    yes = np.asarray(labels) == 1
    return float(np.mean(np.asarray(decisions)[yes] == 1))


_random = np.random.default_rng(5)
_people = [{name: _random.integers(0, 2, 20) for name in ("labels", "decisions")} for _ in range(3)]
_cases = [{"labels": np.array([1, 1, 1, 0, 0]), "decisions": np.array([1, 1, 0, 1, 0])}, *_people]
NOBODY = {"labels": np.array([0, 0, 0]), "decisions": np.array([1, 0, 1])}
_mistakes = {
    "That is the precision: it starts from those whom the model approves. Start from those whom the bank "
    "approved.": (lambda labels, decisions: np.mean(labels[decisions == 1])),
    "That is the share approved of all: look at those whom the bank approved alone.": (
        lambda labels, decisions: np.mean(decisions)
    ),
    "That is the false positive rate: of those whom the bank refused.": (
        lambda labels, decisions: np.mean(decisions[labels == 0])
    ),
    "That is the agreement, over all. Only those whom the bank approved count here.": (
        lambda labels, decisions: np.mean(decisions == labels)
    ),
    "That is the share whom the model refuses of them: the other part is asked for.": (
        lambda labels, decisions: 1 - np.mean(decisions[labels == 1])
    ),
    "That divides by everybody: divide by the number of those whom the bank approved.": (
        lambda labels, decisions: np.mean((labels == 1) & (decisions == 1))
    ),
    "That counts people: divide by the number of those whom the bank approved.": (
        lambda labels, decisions: np.sum((labels == 1) & (decisions == 1))
    ),
    "That is the base rate: the share whom the bank approved. The model’s decisions aren’t in it.": (
        lambda labels, decisions: np.mean(labels)
    ),
}


def _defined(answer: object) -> Verdict:
    found = marking.check_function(
        answer,
        lambda labels, decisions: _rate(labels, decisions),
        cases=_cases,
        because="That is the true positive rate.",
        mistakes=_mistakes,
    )
    return _for_nobody(answer) if found.right else found


def _for_nobody(answer: Any) -> Verdict:
    """Say what the function makes of a group in which the bank approved nobody."""
    asked = "For a group in which the bank approved nobody it "
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            came = answer(**{name: value.copy() for name, value in NOBODY.items()})
    except Exception as error:  # noqa: BLE001 - told to whoever wrote the function
        return marking.wrong(
            f"{asked}stops with {type(error).__name__}. Look first, and return None there."
        )
    if came is None:
        return marking.right(
            "And where the bank approved nobody of a group it isn’t defined: so it must be said."
        )
    nobody = isinstance(came, float | np.floating) and np.isnan(came)
    meaning = " 0 would mean that all of them were refused." if came == 0 else ""
    meaning += " That is what comes of dividing by nobody, not an answer." if nobody else ""
    return marking.wrong(f"{asked}gives {answers.said(came)}.{meaning} There is no such rate: return None.")


opportunity = Task(
    "Write the function that gives a group’s true positive rate: of those whom the bank approved (label "
    "1), the share "
    "that the model approves (decision 1). Where there is nobody like that it must return None.",
    _defined,
    (
        "labels == 1 says who was approved by the bank. The decisions about them are decisions[labels == "
        "1].",
        "The mean of zeros and ones is the share of ones.",
        "Before dividing: if nobody has label 1, return None.",
    ),
    code=True,
)


def _forced(base_rate: Any, precision: Any, true_positive_rate: Any) -> Any:
    return base_rate / (1 - base_rate) * (1 - precision) / precision * true_positive_rate


_tables = [
    {"base_rate": 0.5, "precision": 0.8, "true_positive_rate": 0.6},
    {"base_rate": 0.9, "precision": 0.95, "true_positive_rate": 0.8},
    {"base_rate": 0.7, "precision": 0.85, "true_positive_rate": 0.9},
    {"base_rate": 0.2, "precision": 0.5, "true_positive_rate": 0.4},
]
_slips = {
    "The odds of the base rate stand upside down: base rate over its rest, not the rest over it.": (
        lambda base_rate, precision, true_positive_rate: (
            (1 - base_rate) / base_rate * (1 - precision) / precision * true_positive_rate
        )
    ),
    "The precision stands upside down: its rest over it.": (
        lambda base_rate, precision, true_positive_rate: (
            base_rate / (1 - base_rate) * precision / (1 - precision) * true_positive_rate
        )
    ),
    "The true positive rate is missing: multiply by it.": (
        lambda base_rate, precision, true_positive_rate: (
            base_rate / (1 - base_rate) * (1 - precision) / precision
        )
    ),
    "That divides by the true positive rate: multiply by it.": (
        lambda base_rate, precision, true_positive_rate: (
            base_rate / (1 - base_rate) * (1 - precision) / precision / true_positive_rate
        )
    ),
    "That counts the wrongly approved as a share of all people: divide by the share whom the bank "
    "refused.": (
        lambda base_rate, precision, true_positive_rate: (
            base_rate * (1 - precision) / precision * true_positive_rate
        )
    ),
    "The true positive rate stands there as its rest: 1 less it is the share passed over.": (
        lambda base_rate, precision, true_positive_rate: (
            base_rate / (1 - base_rate) * (1 - precision) / precision * (1 - true_positive_rate)
        )
    ),
}

forced = Task(
    "Take 100 people of a group. From the base rate, the precision and the true positive rate follows "
    "the false "
    "positive rate, whatever the model. Write the function that computes it.",
    lambda answer: marking.check_function(
        answer,
        lambda base_rate, precision, true_positive_rate: _forced(base_rate, precision, true_positive_rate),
        cases=_tables,
        because="Two groups with different base rates can share two of these numbers, not all three.",
        mistakes=_slips,
    ),
    (
        "Count people: of 100, how many were approved by the bank, and how many of these does the model "
        "approve?",
        "Those rightly approved are a share of all whom the model approves: the precision. How many does "
        "it "
        "approve in all, and how many of these wrongly?",
        "Divide the wrongly approved by those whom the bank refused: 100 times 1 less the base rate.",
    ),
    code=True,
)
