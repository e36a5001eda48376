"""Lesson 05: the mortgage data, described with care before anything is computed from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from course import arguments, datasets, lending
from course.lending import GROUPS
from course.networks import Array
from course.rates import Rate
from course.wording import percent

BINS = 5  # parts into which the values of a number are cut, with as many people in each
FEW = 6  # different values up to which each is shown by itself
ORIGINS = {
    "the applicant’s race": ("white", *lending.RACE),
    "about the person": tuple(set(lending.PERSONAL) - {"white", *lending.RACE}),
    "about the neighbourhood, not the person": (*lending.TRACT, "suffolk", "msa"),
    "the lender’s own judgement": lending.JUDGEMENTS,
    "how the lender handled it": ("review",),
    "known only after the decision": lending.AFTERWARDS,
}
APPLICATION = "from the application and the credit report"
CATEGORIES = ("occ", "msa", "typur", "prop", "mortg", "cons")  # whose values are codes for kinds
DOUBTED = ("inson", "emp", "yjob")  # what the file says they are doesn't fit what they hold
ALL = "all"


@dataclass(frozen=True, eq=False)
class Band:
    """People with a value in one range, and how often the bank approved them.

    Parameters
    ----------
    low, high : the range, both ends in it
    rates : share approved of those in it: of all, and of each group
    """

    low: float
    high: float
    rates: Mapping[str, Rate]

    @property
    def approved(self) -> Rate:
        """Share approved, of all in it."""
        return self.rates[ALL]


@dataclass(frozen=True, eq=False)
class Description:
    """One column of the file: what it means, who says so, what is missing, how it goes with approval.

    Parameters
    ----------
    column : its name in the file
    bands : from low values to high ones
    groups : shape (3,), the mean of the known values among white, Black and Hispanic applicants
    missing : applications where the file holds nothing
    coded : applications where it holds a code in the place of a value
    apart : whether the groups are to be shown apart
    """

    column: str
    bands: tuple[Band, ...]
    groups: Array
    missing: int
    coded: int
    apart: bool

    @property
    def origin(self) -> str:
        """Whose statement the column is."""
        return next((origin for origin, names in ORIGINS.items() if self.column in names), APPLICATION)

    @property
    def flag(self) -> bool:
        """Whether it holds only 0 and 1."""
        return {(band.low, band.high) for band in self.bands} <= {(0.0, 0.0), (1.0, 1.0)}

    @property
    def category(self) -> bool:
        """Whether its values are codes for kinds, of which there is no mean."""
        return self.column in CATEGORIES

    @property
    def conditions(self) -> str:
        """Whose statement it is, what isn't known, and what the picture shows."""
        code = datasets.LOAN_CODES.get(self.column)
        coded = f", {self.coded} hold a code ({code:,}) instead of a value" if code else ""
        origin = self.origin[0].upper() + self.origin[1:]
        return f"{origin}. {self.missing or 'None'} missing{coded}. Boston 1990; bars: 95 % interval."

    def __str__(self) -> str:
        told = f"{self.column}, {lending.NAMES[self.column]}."
        if len(self.bands) == 1:
            return f"{told} All have the same value: it tells nothing."
        ends = ("0", "1") if self.flag else ("the lowest values", "the highest")
        where = tuple(f"code {_code(self.bands[n].low)}" for n in (0, -1)) if self.category else ends
        return (
            f"{told} Approved of those with {where[0]}: {self._said(0)}; with {where[1]}: {self._said(-1)}."
        )

    def _said(self, place: int) -> str:
        """Share approved in a band, of all or of each group."""
        rates = self.bands[place].rates
        if not self.apart:
            return percent(self.bands[place].approved.value or 0.0)
        return ", ".join(f"{name} {_share(rates[name])}" for name in GROUPS)


def describe(*, column: str = "chist", apart: bool = False) -> Description:
    """Describe one column of the mortgage file.

    Parameters
    ----------
    column : its name in the file
    apart : whether white, Black and Hispanic applicants are to be shown apart

    >>> print(describe(column="unver"))
    unver, lender: not verifiable. Approved of those with 0: 90 %; with 1: 35 %.
    """
    values = lending.column(arguments.one_of("column", column, datasets.loans().feature_names))
    raw = datasets.loan_file()[column]
    known, group = ~np.isnan(values), lending.groups()
    means = [values[known & (group == number)].mean() for number in range(len(GROUPS))]
    return Description(
        column=column,
        bands=_bands(values[known], lending.approvals()[known], group[known]),
        groups=np.array(means),
        missing=int(np.isnan(raw).sum()),
        coded=int((~known).sum() - np.isnan(raw).sum()),
        apart=bool(apart),
    )


def datasheet() -> str:
    """Write the data's sheet: what a row is, who made it and why, what is missing, what it can't tell."""
    data, file = datasets.loans(), datasets.loan_file()
    empty = {name: int(np.isnan(column).sum()) for name, column in file.items()}
    codes = {name: describe(column=name).coded for name in datasets.LOAN_CODES}
    counts = np.bincount(lending.groups())
    lines = {
        "A row is": data.row,
        "Rows": f"{len(data.targets):,}: "
        + ", ".join(f"{count:,} {name}" for count, name in zip(counts, GROUPS, strict=True)),
        "Collected": "by the Federal Reserve Bank of Boston, from lenders, to learn whether they treat "
        "people of different race alike",
        "The label": f"the lender’s decision; {percent(data.targets.mean())} were approved",
        "Missing": ", ".join(f"{name} {count}" for name, count in empty.items() if count),
        "Codes in place of values": ", ".join(f"{name} {count}" for name, count in codes.items()),
        "The lender’s own judgement": _listed(lending.JUDGEMENTS),
        "Known only after the decision": _listed(lending.AFTERWARDS),
        "Meaning in doubt": _listed(DOUBTED),
        "It can’t tell": data.limits,
        "Source": data.source,
        "Licence": data.licence,
    }
    return "\n".join(f"{heading}: {text}" for heading, text in lines.items())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"{name} ({lending.NAMES[name]})" for name in names)


def _code(value: float) -> str:
    return f"{value:g}"


def _share(rate: Rate) -> str:
    return "nobody" if rate.value is None else percent(rate.value)


def _bands(values: Array, approved: lending.Numbers, group: lending.Numbers) -> tuple[Band, ...]:
    """Cut the values into ranges, each value by itself where there are few."""
    found = np.unique(values)
    if len(found) > FEW:
        found = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:], method="higher"))
    places = np.searchsorted(found, values)
    return tuple(
        _band(*(each[places == number] for each in (values, approved, group)))
        for number in range(len(found))
    )


def _band(values: Array, approved: lending.Numbers, group: lending.Numbers) -> Band:
    whose = {ALL: group >= 0, **{name: group == number for number, name in enumerate(GROUPS)}}
    rates = {name: Rate(int(approved[own].sum()), int(own.sum())) for name, own in whose.items()}
    return Band(float(values.min()), float(values.max()), rates)
