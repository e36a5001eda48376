"""Models made smaller: what each costs and gets right, which of them are worth a look, what fits where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from types import MappingProxyType

from numpy.typing import ArrayLike

from course import arguments
from course.energy import Joules, estimate
from course.footprint import amount
from course.wording import duration, percent, size

SAME = 0.01  # of accuracy: less than that 1,500 images can't tell apart
LINE = 0.99  # of the reference's accuracy: what MLPerf asks for


@dataclass(frozen=True, eq=False)
class Variant:
    """A model, and what it was measured to take on this machine.

    Parameters
    ----------
    name : how it was made
    file : its ONNX file
    accuracy : share of the test images that it names rightly
    compressed_bytes : of the file once it is compressed, as for a download
    latency_s : middle time of an answer, one at a time
    energy : of an answer
    """

    name: str
    file: bytes
    accuracy: float
    compressed_bytes: int
    latency_s: float
    energy: Joules

    @property
    def disk_bytes(self) -> int:
        """Bytes of its file."""
        return len(self.file)

    def timed(self, latency_s: float | None) -> "Variant":
        """Return the same with another time, and with what that means for an estimate of its energy."""
        if latency_s is None:
            return self
        joules = estimate(inference_s=latency_s) if self.energy.estimated else self.energy
        return replace(self, latency_s=latency_s, energy=joules)

    def __str__(self) -> str:
        return (
            f"{self.name}: right on {percent(self.accuracy)}, {size(self.disk_bytes)} "
            f"({size(self.compressed_bytes)} compressed), {duration(self.latency_s)} an answer."
        )


MEASURES: Mapping[str, Callable[[Variant], float]] = MappingProxyType(
    {
        "file size": lambda variant: variant.disk_bytes,
        "compressed size": lambda variant: variant.compressed_bytes,
        "latency": lambda variant: variant.latency_s,
        "energy": lambda variant: variant.energy.value,
    }
)


@dataclass(frozen=True)
class Budget:
    """What a model may take where it has to run, and what is wanted most among those that fit.

    Parameters
    ----------
    place : where it has to run
    most_bytes : of its file; None for any
    most_s : of an answer's time; None for any
    least : share of the reference's accuracy that it has to keep, 0 for any
    wanted : "accuracy", or one of `MEASURES`, of which the least is best
    source : who says so
    """

    place: str
    most_bytes: int | None = None
    most_s: float | None = None
    least: float = 0.0
    wanted: str = "accuracy"
    source: str = "assumed for this lesson"

    @property
    def limits(self) -> str:
        """The limits in words."""
        asked = [
            f"at most {size(self.most_bytes)}" if self.most_bytes else "",
            f"at most {duration(self.most_s)} an answer" if self.most_s else "",
            f"{percent(self.least)} of the reference’s accuracy" if self.least else "",
        ]
        return ", ".join(filter(None, asked))

    def broken(self, variant: Variant, reference: float) -> str:
        """Say which limit a variant breaks, or nothing; `reference` is the accuracy it is held against."""
        if self.most_bytes is not None and variant.disk_bytes > self.most_bytes:
            came, most = size(variant.disk_bytes), size(self.most_bytes)
            if came == most:
                came, most = (f"{count:,} bytes" for count in (variant.disk_bytes, self.most_bytes))
            return f"{came}, and at most {most} fit"
        if self.most_s is not None and variant.latency_s > self.most_s:
            came, most = duration(variant.latency_s), duration(self.most_s)
            return f"{came} an answer, and at most {most} are allowed"
        if variant.accuracy < self.least * reference:
            share = floor(1000 * variant.accuracy / reference) / 10
            asked = percent(self.least)
            return f"it keeps {share:g} % of the reference’s accuracy, and {asked} are asked for"
        return ""


BUDGETS: Mapping[str, Budget] = MappingProxyType(
    {
        "microcontroller": Budget("a microcontroller with 64 kB", 64_000),
        "hearing aid": Budget(
            "a hearing aid", 500_000, 0.010,
            source="Fedorov et al. (2020), TinyLSTMs: efficient neural speech enhancement for hearing aids",
        ),
        "camera": Budget(
            "a camera that wakes when it sees somebody", 250_000,
            source="Chowdhery et al. (2019), Visual Wake Words Dataset",
        ),
        "phone": Budget("a phone", 1_000_000, least=LINE, wanted="file size"),
        "fraud check": Budget(
            "a fraud check during a payment", most_s=0.100,
            source="Drapeau (2023), How we built it: Stripe Radar: under 100 ms for the whole decision",
        ),
        "server": Budget("a server that is asked all day", least=LINE, wanted="latency"),
    }
)  # fmt: skip


def front(*, costs: ArrayLike, accuracies: ArrayLike) -> list[int]:
    """Find what nothing else beats: no other costs as little or less and is right more often, or as often.

    Of several that are alike the first is taken.

    Returns
    -------
    their places, from the cheapest to the most accurate

    Source
    ------
    Pareto (1906), Manuale di economia politica: a choice is left where nothing is better in every way.

    >>> front(costs=[3.0, 1.0, 2.0, 4.0], accuracies=[0.9, 0.7, 0.6, 0.9])
    [1, 0]
    """
    cost = arguments.array("costs", costs, shape=(None,))
    share = arguments.array("accuracies", accuracies, shape=(len(cost),))
    found: list[int] = []
    for place in sorted(range(len(cost)), key=lambda place: (cost[place], -share[place], place)):
        if not found or share[place] > share[found[-1]]:
            found.append(place)
    return found


def judged(*, pick: int, variants: Sequence[Variant], budget: str = "microcontroller") -> str:
    """Judge a pick by a budget, against all others that there are.

    Parameters
    ----------
    pick : number of a variant, from 1
    variants : the first of them is the reference
    budget : one of `BUDGETS`
    """
    number = arguments.whole("pick", pick, low=1, high=len(variants))
    asked = BUDGETS[arguments.one_of("budget", budget, BUDGETS)]
    reference, chosen = variants[0].accuracy, variants[number - 1]
    broken = asked.broken(chosen, reference)
    if broken:
        return f"{number} ({chosen.name}) does not fit {asked.place}: {broken}."
    fitting = [each for each in variants if not asked.broken(each, reference)]
    better = [each for each in fitting if _better(each, chosen, asked.wanted)]
    fits = f"{number} ({chosen.name}) fits {asked.place}: {_figure(chosen, asked)}"
    if not better:
        return f"{fits}; no variant that fits is clearly better."
    best = min(better, key=lambda each: _cost(each, asked.wanted))
    place = next(place for place, each in enumerate(variants, 1) if each is best)
    return f"{fits}; but {place} ({best.name}) fits too, with {_figure(best, asked)}."


def _better(one: Variant, other: Variant, wanted: str) -> bool:
    """Whether a variant is clearly better than another in what is wanted."""
    if wanted == "accuracy":
        return one.accuracy > other.accuracy + SAME
    return MEASURES[wanted](one) < 0.9 * MEASURES[wanted](other)


def _cost(variant: Variant, wanted: str) -> float:
    return -variant.accuracy if wanted == "accuracy" else MEASURES[wanted](variant)


def _figure(variant: Variant, asked: Budget) -> str:
    """Write what decides: accuracy, and what is limited or wanted."""
    shown = (
        duration(variant.latency_s)
        if asked.wanted == "latency" or not (asked.most_bytes or asked.least)
        else size(variant.disk_bytes)
    )
    return f"{shown}, right on {percent(variant.accuracy)}"


def energy_said(variant: Variant) -> str:
    """Write the energy of an answer, and whether that is an estimate.

    >>> joules = Joules(0.0005, 0.0002, 0.0009, True)
    >>> energy_said(Variant("tiny", b"", 0.9, 0, 1e-5, joules))
    '~500 µJ'
    """
    return f"{'~' if variant.energy.estimated else ''}{amount(variant.energy.value, 'J')}"
