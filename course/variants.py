"""Models made smaller: what each costs and gets right, which of them are worth a look, what fits where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from statistics import median
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments
from course.comparing import FEWEST, compared
from course.energy import Joules, estimate
from course.footprint import amount
from course.paired import better
from course.wording import duration, percent, size, written

NEAR = 0.1  # of a time or an energy: less apart counts as alike in the picture
LINE = 0.99  # of the reference's accuracy: what MLPerf asks for


@dataclass(frozen=True, eq=False)
class Variant:
    """A model, and what it was measured to take on this machine.

    Parameters
    ----------
    name : how it was made
    file : its ONNX file
    right : shape (n_images,), which test images it names rightly
    compressed_bytes : of the file once it is compressed, as for a download
    latency_s : middle time of an answer, one at a time
    energy : of an answer
    rounds_s : such times, measured in turn with those of all other variants; none before that
    number : by which it is picked, from 1
    """

    name: str
    file: bytes
    right: NDArray[np.bool_]
    compressed_bytes: int
    latency_s: float
    energy: Joules
    rounds_s: tuple[float, ...] = ()
    number: int = 0

    @property
    def accuracy(self) -> float:
        """Share of the test images that it names rightly."""
        return float(self.right.mean())

    @property
    def disk_bytes(self) -> int:
        """Bytes of its file."""
        return len(self.file)

    def timed(self, rounds_s: Sequence[float] | None) -> "Variant":
        """Return the same with times of its own, and with what they mean for an estimate of its energy."""
        if not rounds_s:
            return self
        middle = median(rounds_s)
        joules = estimate(inference_s=middle) if self.energy.estimated else self.energy
        return replace(self, latency_s=middle, rounds_s=tuple(rounds_s), energy=joules)

    def faster_than(self, other: "Variant") -> bool:
        """Say whether it is clearly faster; times that were not taken in turn don't tell."""
        if len(self.rounds_s) != len(other.rounds_s) or len(self.rounds_s) < FEWEST:
            return False
        found = compared(first_s=np.array(other.rounds_s), second_s=np.array(self.rounds_s))
        return found.differs and found.ratio < 1

    def __str__(self) -> str:
        return (
            f"{self.name}: right on {exactly(self.accuracy)}, {size(self.disk_bytes)} "
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
            if came == most:
                came, most = (f"{1e6 * time_s:,.0f} µs" for time_s in (variant.latency_s, self.most_s))
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


def front(*, costs: ArrayLike, accuracies: ArrayLike, near: float = 0.0) -> list[int]:
    """Find what nothing else beats: no other costs as little or less and is right more often, or as often.

    Of several that are alike the first is taken.

    Parameters
    ----------
    near : share of a cost up to which two count as alike, 0 where costs are counted, not measured

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
    slack = 1 + arguments.number("near", near, low=0, high=1)
    first = np.arange(len(cost))[:, None] < np.arange(len(cost))
    cheaper, no_dearer = cost[:, None] * slack < cost, cost[:, None] <= cost * slack
    better, as_good = share[:, None] > share, share[:, None] == share
    alike = as_good & (no_dearer & no_dearer.T)
    beaten = (better & no_dearer) | (as_good & cheaper) | (alike & first)
    left = np.flatnonzero(~beaten.any(axis=0))
    return [int(place) for place in left[np.lexsort((share[left], cost[left]))]]


def judged(*, pick: int, variants: Sequence[Variant], budget: str = "microcontroller") -> str:
    """Judge a pick by a budget, against all others that there are.

    Parameters
    ----------
    pick : number of a variant, from 1
    variants : the first of them is the reference
    budget : one of `BUDGETS`
    """
    numbers = [each.number for each in variants]
    if arguments.whole("pick", pick, low=1) not in numbers:
        raise arguments.refuse("pick", f"be one of {', '.join(map(str, numbers))}", pick)
    asked = BUDGETS[arguments.one_of("budget", budget, BUDGETS)]
    reference, chosen = variants[0].accuracy, variants[numbers.index(pick)]
    broken = asked.broken(chosen, reference)
    if broken:
        return f"{pick} ({chosen.name}) does not fit {asked.place}: {broken}."
    fitting = [each for each in variants if not asked.broken(each, reference)]
    beyond = [each for each in fitting if _better(each, chosen, asked.wanted)]
    fits = f"{pick} ({chosen.name}) fits {asked.place}: {_figure(chosen, asked)}"
    if not beyond:
        return f"{fits}; no variant that fits is clearly better."
    best = min(beyond, key=lambda each: _cost(each, asked.wanted))
    return f"{fits}; but {best.number} ({best.name}) fits too, with {_figure(best, asked)}."


def exactly(share: float) -> str:
    """Write an accuracy in percent, with one decimal.

    >>> exactly(0.9433)
    '94.3 %'
    """
    return f"{written(100 * arguments.number('share', share), 1)} %"


def _better(one: Variant, other: Variant, wanted: str) -> bool:
    """Whether a variant is clearly better than another in what is wanted."""
    if wanted == "accuracy":
        return better(one=one.right, other=other.right)
    if wanted == "latency":
        return one.faster_than(other)
    return MEASURES[wanted](one) < MEASURES[wanted](other)


def _cost(variant: Variant, wanted: str) -> float:
    return -variant.accuracy if wanted == "accuracy" else MEASURES[wanted](variant)


def _figure(variant: Variant, asked: Budget) -> str:
    """Write what decides: accuracy, and what is limited or wanted."""
    shown = (
        duration(variant.latency_s)
        if asked.wanted == "latency" or not (asked.most_bytes or asked.least)
        else size(variant.disk_bytes)
    )
    return f"{shown}, right on {exactly(variant.accuracy)}"


def energy_said(variant: Variant) -> str:
    """Write the energy of an answer, and whether that is an estimate.

    >>> joules = Joules(0.0005, 0.0002, 0.0009, True)
    >>> energy_said(Variant("tiny", b"", 0.9, 0, 1e-5, joules))
    '~500 µJ'
    """
    return f"{'~' if variant.energy.estimated else ''}{amount(variant.energy.value, 'J')}"
