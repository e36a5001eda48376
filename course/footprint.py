"""What energy means: a day's use, its carbon dioxide, and whether a leaner model lowers the bill."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from course import arguments
from course.cost import said
from course.wording import written

JOULES_PER_WH = 3600.0
GRIDS: Mapping[str, int] = MappingProxyType(
    {
        "Norway": 30, "France": 56, "Brazil": 98, "USA": 369,
        "Germany": 381, "China": 582, "Poland": 662, "India": 713,
    }
)  # fmt: skip
GRID_SOURCE = "mean of 2023: Ember and Energy Institute, by Our World in Data"
SAME = 0.005  # of the bill, up to which it is called the same


@dataclass(frozen=True, eq=False)
class Footprint:
    """A day's use of a model: energy and carbon dioxide.

    Parameters
    ----------
    energy_wh : of all uses
    carbon_g : grams of carbon dioxide and what equals it
    grid : whose electricity it is
    """

    energy_wh: float
    carbon_g: float
    grid: str

    def __str__(self) -> str:
        energy, carbon = amount(self.energy_wh, "Wh"), amount(self.carbon_g, "g")
        return f"A day takes {energy}: {carbon} of CO₂ {placed(self.grid)}."


@dataclass(frozen=True, eq=False)
class Rebound:
    """A model that takes other energy for a use, and is used more or less often for it.

    Parameters
    ----------
    joules_factor : energy of a use, times that of today
    use_factor : uses, times those of today
    """

    joules_factor: float
    use_factor: float

    @property
    def bill(self) -> float:
        """The energy of all use, times that of today."""
        return self.joules_factor * self.use_factor

    @property
    def verdict(self) -> str:
        """Whether the bill is lower."""
        if abs(self.bill - 1) <= SAME:
            return "the same bill"
        return f"{factor(self.bill)} × the bill, {'higher' if self.bill > 1 else 'lower'}"

    def __str__(self) -> str:
        joules, uses = factor(self.joules_factor), factor(self.use_factor)
        return f"{joules} × the joules, {uses} × the uses: {self.verdict.partition(',')[0]}."


def footprint(
    *, energy_j: float = 0.001, uses_per_day: int = 1_000_000, grid: str = "Germany"
) -> Footprint:
    """Reckon a day's energy and its carbon dioxide, by the yearly mean of a country's grid.

    Parameters
    ----------
    energy_j : of one use; below 0 where noise outweighs it
    uses_per_day : uses a day
    grid : one of `GRIDS`

    Source
    ------
    Carbon intensity of electricity in 2023, over the whole life cycle of the power stations: Ember and
    Energy Institute, by Our World in Data; as CodeCarbon 3.3.2 ships it, rounded to grams.

    >>> print(footprint(energy_j=3.6, uses_per_day=1000, grid="Norway"))  # 1 Wh, 0.030 g
    A day takes 1 Wh: 30 mg of CO₂ in Norway.
    """
    joules = arguments.number("energy_j", energy_j)
    uses = arguments.whole("uses_per_day", uses_per_day, low=1, high=10**12)
    country = arguments.one_of("grid", grid, GRIDS)
    hours = joules * uses / JOULES_PER_WH
    return Footprint(hours, hours / 1000 * GRIDS[country], country)


def rebound(*, joules_factor: float = 0.5, use_factor: float = 3.0) -> Rebound:
    """Weigh a leaner model against more use of it.

    Parameters
    ----------
    joules_factor : energy of a use, times that of today, above 0
    use_factor : uses, times those of today, above 0

    Source
    ------
    Jevons (1865), The coal question, chapter 7: engines that took less coal made more coal be burnt.

    >>> print(rebound())
    0.5 × the joules, 3 × the uses: 1.5 × the bill.
    """
    return Rebound(
        arguments.number("joules_factor", joules_factor, above=0, high=1000),
        arguments.number("use_factor", use_factor, above=0, high=1000),
    )


def factor(value: float) -> str:
    """Write a factor with as few decimals as it needs, two at most.

    >>> factor(0.5), factor(3.0), factor(0.25), factor(12.0)
    ('0.5', '3', '0.25', '12')
    """
    text = written(arguments.number("value", value), 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def placed(grid: str) -> str:
    """Say where a grid is.

    >>> placed("Norway"), placed("USA")
    ('in Norway', 'in the USA')
    """
    name = arguments.one_of("grid", grid, GRIDS)
    return f"in the {name}" if name.isupper() else f"in {name}"


def amount(value: float, unit: str) -> str:
    """Write a quantity with two digits and the prefix that suits it.

    >>> amount(0.00042, "J"), amount(16_670.0, "Wh"), amount(-2e-5, "J")
    ('420 µJ', '17 kWh', '−20 µJ')
    """
    number = arguments.number("value", value)
    text = said(number / 1000, f"k{unit}") if abs(number) >= 1000 else said(number, unit)
    return text.replace("-", "−")


def between(low: float, high: float, unit: str) -> str:
    """Write both ends of a range, the unit once where it is the same.

    >>> between(0.00013, 0.00065, "J"), between(0.0005, 0.002, "J")
    ('130 to 650 µJ', '500 µJ to 2 mJ')
    """
    one, other = amount(low, unit), amount(high, unit)
    if one.split()[-1] == other.split()[-1]:
        one = one.split()[0]
    return f"{one} to {other}"
