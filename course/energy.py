"""Lesson 07: what an inference takes in joules, metered where a meter can be read, else estimated.

Energy of the work is what a meter says while it is done, less what the same time takes when
nothing is asked. Where no meter can be read it is the measured time, multiplied by an assumed
power: an estimate, and called so.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import islice
from statistics import median
from typing import Any

from course import arguments, cost, metering, runtimes
from course.child import ChildEndedError, stream
from course.footprint import Footprint, Rebound, amount, between, footprint, placed, rebound
from course.measuring import Work
from course.metering import ROUNDS, Round, on_graphics
from course.meters import Meter

LOW_W, USUAL_W, HIGH_W = 4.0, 12.0, 20.0  # of a busy thread, see `estimate`
CREEP = 0.004  # of what is left, by which the progress moves while nothing comes
Changes = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Joules:
    """Energy of one inference, and between what it lies.

    Parameters
    ----------
    value, low, high : joules
    estimated : whether a power was assumed, instead of a meter read
    """

    value: float
    low: float
    high: float
    estimated: bool

    @property
    def clear(self) -> bool:
        """Whether it is more than nothing, in the least of its rounds too."""
        return self.low > 0

    def __str__(self) -> str:
        ends = between(self.low, self.high, "J")
        if not self.clear:
            return f"No clear difference from idle: {ends} an inference"
        word = "An estimate:" if self.estimated else "Metered,"
        return f"{word} an inference takes {amount(self.value, 'J')} ({ends})"


@dataclass(frozen=True, eq=False)
class EnergyOfUse:
    """What has been metered or estimated so far, and what follows for a day and for a leaner model.

    Parameters
    ----------
    model, runtime, batch_size : what is asked, by what, how many at a time
    today : uses a day and whose electricity it is
    leaner : a model that takes other energy, and is used more or less often
    meter : what the meter sees and leaves out; "" before it is known or where there is none
    missing : why other meters, or all, can't be read
    rounds : all so far
    """

    model: str
    runtime: str
    batch_size: int
    uses_per_day: int
    grid: str
    leaner: Rebound
    meter: str = ""
    missing: tuple[str, ...] = ()
    rounds: tuple[Round, ...] = ()
    progress: float = 0.0
    warning: str = ""

    @property
    def shares(self) -> list[tuple[float, float]]:
        """Joules of an inference in all, and of idling as long, of each round in which they are known."""
        return [each.shares for each in self.rounds if each.shares]

    @property
    def total_j(self) -> float | None:
        """Joules of an inference, the idling machine among them; None where they are unknown."""
        return median(total for total, _ in self.shares) if self.shares else None

    @property
    def idle_j(self) -> float | None:
        """Joules that idling as long takes; None where they are unknown."""
        return median(idle for _, idle in self.shares) if self.shares else None

    @property
    def idle_w(self) -> float | None:
        """Power when nothing is asked, in watts; None where it is unknown."""
        known = [each.idle_j / each.idle_s for each in self.rounds if each.idle_j is not None]
        return median(known) if known else None

    @property
    def joules(self) -> Joules | None:
        """Energy of an inference; None before there is a round, or where it is unknown."""
        if self.shares:
            work = [total - idle for total, idle in self.shares]
            return Joules(median(work), min(work), max(work), False)
        if not self.rounds or on_graphics(self.runtime):
            return None
        return estimate(inference_s=median(each.work_s / each.inferences for each in self.rounds))

    @property
    def day(self) -> Footprint | None:
        """A day's use; None before there is a round, or where it is unknown."""
        if self.joules is None:
            return None
        return footprint(
            energy_j=max(self.joules.value, 0.0), uses_per_day=self.uses_per_day, grid=self.grid
        )

    def seen(self, changes: Changes) -> "EnergyOfUse":
        """Look at what was measured with other uses, another grid or another leaner model."""
        factors = {each.name: getattr(self.leaner, each.name) for each in fields(Rebound)}
        leaner = rebound(**{name: changes.get(name, value) for name, value in factors.items()})
        told = {name: changes.get(name, getattr(self, name)) for name in ("uses_per_day", "grid")}
        footprint(**told)
        return replace(self, leaner=leaner, **told)

    def told(self, item: Mapping[str, Any] | None) -> "EnergyOfUse":
        """Take in what came from the measuring process; with None, nothing did."""
        if item is None:
            return replace(self, progress=self.progress + CREEP * (1 - self.progress))
        if "round" in item:
            rounds = (*self.rounds, Round(**item["round"]))
            return replace(self, rounds=rounds, progress=max(self.progress, len(rounds) / ROUNDS))
        if "progress" in item:
            return replace(self, progress=max(self.progress, item["progress"]))
        return replace(self, meter=item["meter"], missing=tuple(item["missing"]))

    @property
    def conditions(self) -> str:
        """What it was measured or estimated with, and what is left out."""
        asked = f"{self.runtime}, float32, 1 thread, {self.batch_size} at a time"
        if not self.rounds:
            return f"Nothing is measured yet. {asked}."
        count = f"{len(self.rounds)} round{'s' * (len(self.rounds) > 1)}"
        unknown = [each.why for each in self.rounds if not each.shares]
        if self.shares:
            left = f" ({len(unknown)} of them unknown: {unknown[-1]})" if unknown else ""
            return f"{self.meter} {asked}; middle, lowest and highest of {count}{left}, idle before each."
        why = f"{self.meter} But {unknown[-1]}." if self.meter else " ".join(self.missing)
        if on_graphics(self.runtime):
            return f"{why} {asked}; {count}."
        return (
            f"Estimate: {USUAL_W:g} W a busy thread (Green Algorithms), {LOW_W:g} to {HIGH_W:g} W "
            f"(CodeCarbon). {why} Time: {asked}, {count}."
        )

    def __str__(self) -> str:
        uses = f"{self.uses_per_day:,} a day"
        joules, day = self.joules, self.day
        if joules is None or day is None:
            asked = f"{self.model} model, {self.batch_size} at a time, {uses} {placed(self.grid)}"
            begun = "Measuring" if self.progress else "Press Run to see"
            known = "Its energy is unknown: " if self.rounds else f"{begun} what an inference takes: "
            return f"{known}{asked}. {self.leaner}"
        if not joules.clear:
            return f"{joules}; ask more at a time, or a larger model. {self.leaner}"
        return (
            f"{joules}; {uses}: {amount(day.energy_wh, 'Wh')}, {amount(day.carbon_g, 'g')} of CO₂ "
            f"{placed(self.grid)}. {self.leaner}"
        )


def estimate(*, inference_s: float, threads: int = 1) -> Joules:
    """Estimate the energy of an inference from its time: seconds × busy threads × an assumed power.

    Source
    ------
    Lannelongue, Grealey and Inouye (2021), Green Algorithms: power draw = cores × power of a core × usage;
    12 W for a processor that isn't known. CodeCarbon 3.3.2: 4 W a thread for a processor that isn't known;
    its published RAPL readings (January 2025, four processors) rise by 9 to 20 W a thread where one to
    three are busy, by 2 to 6 W where all are.

    >>> print(estimate(inference_s=0.001))
    An estimate: an inference takes 12 mJ (4 to 20 mJ)
    """
    time = arguments.number("inference_s", inference_s, above=0) * arguments.whole(
        "threads", threads, low=1
    )
    usual, low, high = (
        cost.energy(seconds=time, watts=watts).energy_j for watts in (USUAL_W, LOW_W, HIGH_W)
    )
    return Joules(usual, low, high, True)


def metered(work: Work, meter: Meter, *, rounds: int = ROUNDS) -> Joules | None:
    """Meter one call in some rounds of idling and work; None where not every round is known.

    Parameters
    ----------
    work : one inference
    rounds : up to `metering.ROUNDS`
    """
    count = arguments.whole("rounds", rounds, low=1, high=ROUNDS)
    items = (item for item in metering.rounds(work, meter=meter) if "round" in item)
    shares = [Round(**item["round"]).shares for item in islice(items, count)]
    known = [total - idle for total, idle in filter(None, shares)]
    return Joules(median(known), min(known), max(known), False) if len(known) == count else None


def energy_of_use(
    *,
    model: str = "small",
    batch_size: int = 1,
    uses_per_day: int = 1_000_000,
    grid: str = "Germany",
    joules_factor: float = 0.5,
    use_factor: float = 3.0,
    runtime: str = "NumPy",
) -> Generator[EnergyOfUse, Changes | None, None]:
    """Meter or estimate a model's energy in a process of its own, round by round.

    Parameters
    ----------
    model : one of `runtimes.SIZES`
    batch_size : inferences in a call
    uses_per_day, grid : see `footprint.footprint`
    joules_factor, use_factor : see `footprint.rebound`
    runtime : what runs the model
    """
    size = arguments.one_of("model", model, runtimes.SIZES)
    batch = arguments.whole("batch_size", batch_size, low=1, high=4096)
    footprint(uses_per_day=uses_per_day, grid=grid)
    leaner = rebound(joules_factor=joules_factor, use_factor=use_factor)
    start = EnergyOfUse(size, runtime, batch, uses_per_day, grid, leaner)
    given: dict[str, Any] = {"model": size, "batch_size": batch, "runtime": runtime}
    yield from following(start, lambda: stream("course.metering:measured", **given))


def following(
    start: EnergyOfUse, begin: Callable[[], Generator[Any, None, None]]
) -> Generator[EnergyOfUse, Changes | None, None]:
    """Hand out the start, then what comes in from a process that is begun only then."""
    changes = yield start
    now, items = start, begin()
    try:
        for item in items:
            now = now.seen(changes or {}).told(item)
            changes = yield now
    except ChildEndedError as ended:
        yield replace(now.seen(changes or {}), warning=str(ended))
    finally:
        items.close()
