"""Lesson 05: why precision, true and false positive rate can't all be equal where base rates differ."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isinf

from course import arguments
from course.wording import written

PEOPLE = 100  # drawn in each group
NAMES = ("group ●", "group ▲")
PRECISION, TRUE, FALSE = "precision", "true positive rate", "false positive rate"
KEPT = {
    "precision and true positive rate": FALSE,
    "true and false positive rate": PRECISION,
    "precision and false positive rate": TRUE,
}
NEAR = 1e-9  # below which two rates are the same


@dataclass(frozen=True, eq=False)
class Group:
    """The four cells of one group's confusion matrix, as shares of the group.

    Parameters
    ----------
    base_rate : share with a positive label
    true_positives : share approved, with a positive label
    false_positives : share approved, with a negative label
    free : whether any share of those with a positive label may be approved
    """

    base_rate: float
    true_positives: float
    false_positives: float
    free: bool = False

    @property
    def possible(self) -> bool:
        """Whether the group has as many people as the cells ask for."""
        room = 1 - self.base_rate - self.false_positives, self.base_rate - self.true_positives
        return min(room) > -NEAR

    @property
    def precision(self) -> float | None:
        """Share with a positive label of those approved; None where nobody is."""
        return _share(self.true_positives, self.true_positives + self.false_positives)

    @property
    def true_positive_rate(self) -> float | None:
        """Share approved of those with a positive label; None where nobody has one."""
        return None if self.free else _share(self.true_positives, self.base_rate)

    @property
    def false_positive_rate(self) -> float | None:
        """Share approved of those with a negative label; None where nobody has one."""
        return _share(self.false_positives, 1 - self.base_rate)

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """True and false positives, false and true negatives of a hundred people, rounded to whole ones.

        What the group has nobody for is left out.
        """
        positives = round(PEOPLE * self.base_rate)
        if self.free:
            return 0, 0, 0, PEOPLE - positives
        yes = round(PEOPLE * min(self.true_positives, positives / PEOPLE))
        wrong = round(PEOPLE * min(self.false_positives, 1 - positives / PEOPLE))
        return yes, wrong, positives - yes, PEOPLE - positives - wrong

    def rate(self, name: str) -> float | None:
        """Return one of the three rates by its name; above 1 where it is impossible."""
        found: float | None = getattr(self, name.replace(" ", "_"))
        return found

    def said(self, name: str) -> str:
        """Write one of the three rates, or why it has no number."""
        value = self.rate(name)
        if value is not None:
            return written(value)
        missing = {PRECISION: "nobody is approved", TRUE: "no positive label", FALSE: "no negative label"}
        return "any" if self.free and name == TRUE else f"not defined ({missing[name]})"

    def __str__(self) -> str:
        rates = ", ".join(f"{name} {self.said(name)}" for name in (PRECISION, TRUE, FALSE))
        return f"Base rate {written(self.base_rate)}, {rates}."


@dataclass(frozen=True, eq=False)
class Identity:
    """Two groups with two rates kept equal, and the third as it then must be.

    Parameters
    ----------
    equal : which rates are kept equal, one of `KEPT`
    kept : those rates, by name
    first, second : the groups
    """

    equal: str
    kept: dict[str, float]
    first: Group
    second: Group

    @property
    def follows(self) -> str:
        """Name of the rate that can't be chosen any more."""
        return KEPT[self.equal]

    @property
    def groups(self) -> dict[str, Group]:
        """Both groups by their names."""
        return dict(zip(NAMES, (self.first, self.second), strict=True))

    @property
    def possible(self) -> bool:
        """Whether both groups have the people that it takes."""
        return self.first.possible and self.second.possible

    @property
    def gap(self) -> float | None:
        """How far the third rate is apart; None where a group can't have the other two, or any third."""
        one, other = (each.rate(self.follows) for each in (self.first, self.second))
        lacking = any(self.note(name) for name in NAMES)
        return None if lacking or one is None or other is None else abs(one - other)

    @property
    def conditions(self) -> str:
        """What the marks are."""
        return "Filled: decided as the label says; hollow: against it. Marks are whole people, rates exact."

    def __str__(self) -> str:
        values = " and ".join(f"{name} {written(each)}" for name, each in self.kept.items())
        each = [self._must(name) for name in NAMES]
        alike = len({words.replace(name, "") for words, name in zip(each, NAMES, strict=True)}) == 1
        both = each[0].replace(f"in {NAMES[0]}", "in both")
        must = both if alike and "(" in both else " and ".join(each)
        said = f"{self.follows} {self._verb()} {must}{self._verdict()}"
        bases = " and ".join(written(each.base_rate) for each in (self.first, self.second))
        return f"Base rates {bases}, both with {values}: {said}."

    def note(self, name: str) -> str:
        """Say why a group can't have the rates that are kept equal; nothing where it has them."""
        group = self.groups[name]
        if not group.possible:
            return "impossible"
        if group.free or None not in map(group.rate, self.kept):
            return ""
        reasons = {0.0: "no positive label", 1.0: "no negative label"}
        return reasons.get(group.base_rate, "nobody is approved")

    def _verb(self) -> str:
        if self.first.free or self.second.free:
            return "can be"
        if not (self.first.possible or self.second.possible):
            return "is"
        defined = [each.rate(self.follows) is not None for each in self.groups.values() if each.possible]
        return "must be" if all(defined) else "is"

    def _must(self, name: str) -> str:
        group, note = self.groups[name], self.note(name)
        value = group.rate(self.follows)
        numberless = not group.free and (value is None or isinf(value))
        said = f"{group.said(self.follows)} in {name}"
        if note == "impossible" and numberless:
            return f"{note} in {name}"
        return f"{said} ({note})" if note and "(" not in said else said

    def _verdict(self) -> str:
        if self.gap is None:
            return ""
        return ": equal" if self.gap < NEAR else f": {written(self.gap)} apart"


def identity(
    *,
    equal: str = "precision and true positive rate",
    first_base_rate: float = 0.91,
    second_base_rate: float = 0.68,
    precision: float = 0.92,
    true_positive_rate: float = 0.85,
    false_positive_rate: float = 0.15,
) -> Identity:
    """Keep two rates equal in two groups, and find what the third must be.

    The false positive rate is base rate / (1 - base rate) x (1 - precision) / precision x true
    positive rate; the other two follow from the same line.

    Parameters
    ----------
    equal : which rates are kept equal, one of `KEPT`; the third of those below isn't used
    first_base_rate, second_base_rate : share of each group with a positive label, 0 to 1
    precision : of those approved the share with a positive label, above 0
    true_positive_rate, false_positive_rate : share approved of those with a positive label, and of
        those with a negative one, 0 to 1

    Source
    ------
    Chouldechova (2017), Fair prediction with disparate impact, Big Data 5, equation 2.6.

    >>> print(identity(first_base_rate=0.5, second_base_rate=0.5, precision=0.8).first)
    Base rate 0.50, precision 0.80, true positive rate 0.85, false positive rate 0.21.
    """
    arguments.one_of("equal", equal, KEPT)
    bases = [
        arguments.number(name, value, low=0, high=1)
        for name, value in (("first_base_rate", first_base_rate), ("second_base_rate", second_base_rate))
    ]
    right = arguments.number("precision", precision, above=0, high=1)
    true = arguments.number("true_positive_rate", true_positive_rate, low=0, high=1)
    false = arguments.number("false_positive_rate", false_positive_rate, low=0, high=1)
    rates = {PRECISION: right, TRUE: true, FALSE: false}
    make: dict[str, Callable[[float], Group]] = {
        FALSE: lambda base: _by_precision_and_true(base, right, true),
        PRECISION: lambda base: Group(base, base * true, (1 - base) * false),
        TRUE: lambda base: _by_precision_and_false(base, right, false),
    }
    follows = KEPT[equal]
    kept = {name: value for name, value in rates.items() if name != follows}
    return Identity(equal, kept, *map(make[follows], bases))


def _by_precision_and_true(base: float, precision: float, rate: float) -> Group:
    return Group(base, base * rate, base * rate * (1 - precision) / precision)


def _by_precision_and_false(base: float, precision: float, rate: float) -> Group:
    wrong = (1 - base) * rate
    if precision < 1:
        return Group(base, wrong * precision / (1 - precision), wrong)
    return Group(base, 0.0, 0.0, free=True) if wrong == 0 else Group(base, float("inf"), wrong)


def _share(part: float, of: float) -> float | None:
    return part / of if of > 0 else None
