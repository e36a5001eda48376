"""A ball that goes downhill: three optimisers on the same curve and the same surface.

Source: Polyak (1964) for the limits on a quadratic of curvature L: plain descent
converges below the rate 2 / L, momentum with decay m below 2 (1 + m) / L.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from course import arguments, surfaces
from course.networks import Array
from course.optimisers import OPTIMISERS, Step, adam, momentum, plain
from course.surfaces import Surface

ARRIVED = 0.01  # of the distance at the start: nearer than that is there
SETTLED = 10  # more steps like one taken there must not lead out again: it came to rest, not past
GROWN = 100.0  # a loss that has grown by this factor since the start has diverged
RECENT = 10  # steps that say whether a ball swings
MOST = 1000  # steps
FAR = 1e99  # where a path that flies off is held, so that it stays finite
PLURAL = {"converges": "converge", "oscillates": "oscillate", "crawls": "crawl", "stalls": "stall"}


@dataclass(frozen=True, eq=False)
class Path:
    """Where one optimiser has been on a surface.

    Parameters
    ----------
    surface : what it goes down on
    points : shape (n + 1, d), the start first
    losses : shape (n + 1,)
    ended : whether no step is left to take
    diverged : whether the loss has grown a hundredfold, or is no longer a finite number
    """

    surface: Surface
    points: Array
    losses: Array
    ended: bool = False
    diverged: bool = False

    @property
    def steps(self) -> int:
        """Number of steps taken."""
        return len(self.points) - 1

    @property
    def excess(self) -> Array:
        """Loss above the lowest possible, shape (n + 1,)."""
        return np.asarray(self.losses - self.surface.loss(self.surface.minima[0]))

    def arrival(self, places: Array) -> tuple[int, int] | None:
        """Which of some places the path stays at, and since which step; None if none."""
        if self.diverged:
            return None
        strides = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        for number, place in enumerate(places):
            far = np.linalg.norm(self.points - place, axis=1)
            near = ARRIVED * max(far[0], 1e-9)
            away = np.flatnonzero(far > near)
            since = int(away[-1]) + 1 if len(away) else 0
            still = far[1:] + SETTLED * strides <= near
            if still[max(since - 1, 0) :].any():
                return number, since
        return None

    @property
    def converged(self) -> int | None:
        """The step from which on it stays within 1 % of the start's distance to a minimum."""
        found = self.arrival(self.surface.minima)
        return found[1] if found else None

    @property
    def swings(self) -> bool:
        """Whether most of the last steps went back on the one before, or uphill."""
        steps = np.diff(self.points, axis=0)[-RECENT:]
        back = (steps[1:] * steps[:-1]).sum(axis=1) < 0
        uphill = np.diff(self.losses)[-RECENT:] > 0
        return bool(back.mean() > 0.5 or uphill.mean() > 0.25) if len(back) else False

    def __str__(self) -> str:
        if self.steps == 0:
            return "is at the start"
        if self.diverged:
            return f"diverged at step {self.steps}"
        if found := self.arrival(self.surface.minima):
            where = " in the higher valley" if self._higher(found[0]) else ""
            steps = "1 step" if found[1] == 1 else f"{found[1]} steps"
            return f"converges in {steps}{where}"
        if self.arrival(self.surface.saddles):
            return "stalls at the saddle" if self.points.shape[1] > 1 else "stalls on the ridge"
        if not self.ended:
            return "is on its way"
        return "oscillates" if self.swings else "crawls"

    def _higher(self, number: int) -> bool:
        losses = self.surface.loss(self.surface.minima)
        return bool(losses[number] > losses.min() + 1e-9)


@dataclass(frozen=True, eq=False)
class Descent:
    """Three optimisers after so many steps.

    Parameters
    ----------
    on_curve, on_surface : for each optimiser its path over one weight, and over two
    learning_rate : of all
    decay : of momentum
    step, max_steps : steps taken, and those at which it ends
    """

    on_curve: Mapping[str, Path]
    on_surface: Mapping[str, Path]
    learning_rate: float
    decay: float
    step: int
    max_steps: int

    @property
    def progress(self) -> float:
        """How far it has come, 0 to 1."""
        return self.step / self.max_steps

    @property
    def stage(self) -> str:
        """Where it stands, in a few words."""
        return f"Step {self.step} of {self.max_steps}"

    def __str__(self) -> str:
        if self.step == 0:
            at = next(iter(self.on_curve.values())).points[0, 0]
            first, second = next(iter(self.on_surface.values())).points[0]
            return (
                f"From {at:.3g} on the curve and {first:.3g}, {second:.3g} on the surface, "
                f"{self.max_steps} steps at rate {self.learning_rate:g}, momentum keeping {self.decay:g}. "
                f"Plain descent’s limit 2/L is {_limit(self.on_curve)} and {_limit(self.on_surface)}."
            )
        told = f"Curve: {_together(self.on_curve)}. Surface: {_together(self.on_surface)}."
        return f"At rate {self.learning_rate:g}. {told}"


@dataclass(frozen=True, eq=False)
class StepsNeeded:
    """How many steps a descent needs until it is there, or None, and its path."""

    steps: int | None
    path: Path

    def __str__(self) -> str:
        return f"The descent {self.path}."


def descend_surfaces(
    *,
    learning_rate: float = 0.1,
    curvature: float = 5.0,
    curve: str = "two valleys",
    surface: str = "bowl",
    curve_start: float = 3.1,
    start_1: float = -2.6,
    start_2: float = 0.7,
    decay: float = 0.9,
    max_steps: int = 60,
) -> Iterator[Descent]:
    """Go down a curve and a surface, a step at a time; the first item is the start.

    Parameters
    ----------
    learning_rate : above 0
    curvature : of the bowls
    curve, surface : names, see `surfaces`
    curve_start : on the curve
    start_1, start_2 : on the surface
    decay : momentum's, 0 to 1
    max_steps : where it ends, at most 1,000
    """
    rate = arguments.number("learning_rate", learning_rate, above=0)
    kept = arguments.number("decay", decay, low=0, high=1)
    last = arguments.whole("max_steps", max_steps, low=1, high=MOST)
    steep = arguments.number("curvature", curvature, above=0)
    arguments.one_of("curve", curve, surfaces.CURVES)
    arguments.one_of("surface", surface, surfaces.SURFACES)
    line, plane = (
        surfaces.curve(name=curve, curvature=steep),
        surfaces.surface(name=surface, curvature=steep),
    )
    first = np.array([arguments.number("curve_start", curve_start)])
    second = np.array([arguments.number("start_1", start_1), arguments.number("start_2", start_2)])
    walks = [_walks(place, at, rate, kept, last) for place, at in ((line, first), (plane, second))]
    for step in range(last + 1):
        on_curve, on_surface = ({name: next(walk) for name, walk in each.items()} for each in walks)
        yield Descent(on_curve, on_surface, rate, kept, step, last)


def steps_needed(
    *, learning_rate: float, curvature: float = 5.0, optimiser: str = "plain", max_steps: int = MOST
) -> StepsNeeded:
    """Count the steps until a descent on the bowl stays within 1 % of its first distance.

    >>> print(steps_needed(learning_rate=0.1))
    The descent converges in 44 steps.
    """
    rate = arguments.number("learning_rate", learning_rate, above=0)
    last = arguments.whole("max_steps", max_steps, low=1, high=MOST)
    steep = arguments.number("curvature", curvature, above=0)
    step = OPTIMISERS[arguments.one_of("optimiser", optimiser, OPTIMISERS)](learning_rate=rate)
    place = surfaces.surface(name="bowl", curvature=steep)
    *_, path = _walk(place, np.array([-2.6, 0.7]), step, last)
    return StepsNeeded(path.converged, path)


def _walks(place: Surface, start: Array, rate: float, decay: float, last: int) -> dict[str, Iterator[Path]]:
    steps = {
        "plain": plain(learning_rate=rate),
        "momentum": momentum(learning_rate=rate, decay=decay),
        "Adam": adam(learning_rate=rate),
    }
    return {name: _walk(place, start, step, last) for name, step in steps.items()}


def _walk(place: Surface, start: Array, step: Step, last: int) -> Iterator[Path]:
    """Yield the path after each step; one that has diverged stays as it is."""
    points = np.full((last + 1, len(start)), np.nan)
    losses = np.full(last + 1, np.nan)
    points[0], losses[0] = start, place.loss(start)
    path = Path(place, points[:1], losses[:1])
    yield path
    for number in range(1, last + 1):
        if not path.diverged:
            with np.errstate(all="ignore"):  # a path that diverges is noticed by its loss
                moved = points[number - 1] + step(place.gradient(points[number - 1]))
                points[number] = np.clip(moved, -FAR, FAR)
                losses[number] = np.clip(place.loss(points[number]), None, FAR)
            grown = GROWN * max(path.excess[0], 1.0)
            beyond = not losses[number] - losses[0] <= grown
            path = Path(place, points[: number + 1], losses[: number + 1], diverged=beyond)
        yield replace(path, ended=number == last)


def _together(paths: Mapping[str, Path]) -> str:
    """Say what became of each, those of one fate together."""
    fates: dict[str, list[str]] = {}
    for name, path in paths.items():
        fates.setdefault(str(path), []).append(name)
    if len(fates) == 1 and len(paths) > 1:
        return f"all three {_plural(next(iter(fates)))}"
    told = ((" and ".join(names), len(names), fate) for fate, names in fates.items())
    return ", ".join(f"{names} {fate if count == 1 else _plural(fate)}" for names, count, fate in told)


def _limit(paths: Mapping[str, Path]) -> str:
    return f"{2 / next(iter(paths.values())).surface.curvature:.3g}"


def _plural(fate: str) -> str:
    if fate == "is on its way":
        return "are on their way"
    verb, *rest = fate.split(" ", 1)
    return " ".join([PLURAL.get(verb, verb), *rest])
