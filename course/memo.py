"""Lesson 05: who signs. A decision, written down with its numbers, its price and its name."""

from dataclasses import dataclass

from course import arguments, datasets, fairness, lending
from course.fairness import TARGETS, Fairness
from course.wording import percent

LONGEST = 400  # characters of a reason
COLUMNS = {
    "11 financial": "11 financial columns",
    "financial, and the tract": "11 financial columns, and those about the tract",
    "financial, and the lender’s opinion": "11 financial columns, and the lender’s opinion",
}
MEANINGS = {
    "equal selection": "each group is approved equally often",
    "equal opportunity": "of those whom the bank approved, each group is approved equally often",
    "equalised odds": "of those whom the bank approved, each group is approved equally often, and so it is "
    "of those whom the bank refused",
    "predictive parity": "of those whom the model approves, the bank approved as many in each group",
}


@dataclass(frozen=True, eq=False)
class Memo:
    """A decision about a model and its thresholds, as somebody would sign it.

    Parameters
    ----------
    decision : the model, its thresholds and what they do
    by : the criterion chosen, one of `fairness.TARGETS`
    signed : who answers for it
    because : why this one
    """

    decision: Fairness
    by: str
    signed: str
    because: str

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What the memo says, as headings and texts."""
        return (
            ("What is decided", self._what()),
            ("The criterion", self._criterion()),
            ("What it does", self._does()),
            ("Whom it passes over", self._passed_over()),
            ("What it does not meet", self._broken()),
            ("Against no model at all", self._baseline()),
            ("What these data can’t tell", datasets.loans().limits),
            ("Why", self.because),
            ("Who answers for it", self.signed),
        )

    def __str__(self) -> str:
        return "\n".join(f"{heading}: {text}" for heading, text in self.lines)

    def _what(self) -> str:
        found = self.decision
        known = "knows the race of each applicant" if found.with_race else "isn’t told anybody’s race"
        weighted = f", reweighted {percent(found.reweighted)}" if found.reweighted else ""
        limits = [
            f"{limit:.3g} for {name}" for limit, name in zip(found.thresholds, lending.GROUPS, strict=True)
        ]
        one = len({*found.thresholds}) == 1
        where = f"{found.thresholds[0]:.3g} for everybody" if one else f"{', '.join(limits)} applicants"
        told = "" if one else " To decide, each applicant’s race must be known."
        return (
            f"A model trained on: {COLUMNS[found.columns]}{weighted}. It {known}. Threshold {where}.{told}"
        )

    def _criterion(self) -> str:
        gaps = "; ".join(str(self.decision.gap(name)) for name in TARGETS[self.by])
        held = (
            "met on these people" if self.decision.meets(self.by) else f"NOT met to within {fairness.EQUAL}"
        )
        return f"{self.by}: {MEANINGS[self.by]}. It is {held}: {gaps}. On other people it would differ."

    def _does(self) -> str:
        return (
            "; ".join(
                f"approves {each.selection_rate} of {each.people:,} {name} applicants"
                for name, each in self.decision.outcomes.items()
            )
            + ". In brackets: 95 % intervals."
        )

    def _passed_over(self) -> str:
        counts = {name: self.decision.passed_over(name) for name in lending.GROUPS}
        told = [f"{each.count:,} of {each.of:,} {name}" for name, each in counts.items()]
        return f"Of applicants whom the bank approved it refuses {', '.join(told)} ones."

    def _broken(self) -> str:
        return (
            ", ".join(each for each in TARGETS if not self.decision.meets(each)) or "Nothing of the four."
        )

    def _baseline(self) -> str:
        agreed = self.decision.everybody.agreement.value or 0.0
        everyone = fairness.baseline().value or 0.0
        return (
            f"It agrees with the bank on {percent(agreed)} of the applications; "
            f"approving everyone would on {percent(everyone)}."
        )


def memo(decision: Fairness, *, by: str, signed: str, because: str) -> Memo:
    """Write a decision down, to be signed.

    Parameters
    ----------
    decision : the result of `fairness.fairness`, for example a lab's
    by : the criterion chosen, one of `fairness.TARGETS`
    signed : who answers for it: a name or an office
    because : why this one, in up to 400 characters

    Raises
    ------
    ValueError
        where the lab shows nothing, a criterion isn't known, or a text is missing

    >>> print(memo(fairness.fairness(), by="equal selection", signed="A. Clerk", because="It is the law."))
    ... # doctest: +ELLIPSIS
    What is decided: A model trained on: 11 financial columns. It isn’t told anybody’s race. Threshold ...
    """
    if not isinstance(decision, Fairness):
        raise arguments.refuse("decision", "be the result of a fairness lab", decision)
    return Memo(
        decision, arguments.one_of("by", by, TARGETS), _text("signed", signed), _text("because", because)
    )


def _text(name: str, value: object) -> str:
    words = " ".join(value.split()) if isinstance(value, str) else ""
    if not 0 < len(words) <= LONGEST:
        raise arguments.refuse(name, f"be a text of 1 to {LONGEST} characters", value)
    return words
