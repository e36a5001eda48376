"""Lesson 02: what more rows bring, seen up to some, forecast, and then measured."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course import arguments, child, trained
from course.fitting import unconverged
from course.more_rows import MODELS
from course.networks import Array
from course.power_law import PowerLaw, power_law
from course.wording import percent, written

DATA = ("MNIST", "digits")
SIZES = (30, 50, 80, 130, 200, 300, 500, 800, 1300, 2000, 3000)
FIRST = (80, 130, 200, 300)  # up to which the curve may be seen before the forecast
LARGEST = {"MNIST": 3000, "digits": 1300}
TIMES = 10  # as many rows
ORDERS = 5  # random orders of the rows, each of which makes a curve
CREEP = 0.004  # of what is left, by which the progress moves while nothing comes
Changes = Mapping[str, Any]
Readings = dict[tuple[int, int], tuple[float, bool]]  # of rows and order: accuracy, converged
_known: dict[tuple[str, str, int], Readings] = {}


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """Test accuracy against rows, as far as it is measured, and what two forecasts say.

    Parameters
    ----------
    data, model : one of `DATA` and of `MODELS`
    up_to : rows up to which the curve is seen before it is forecast
    guess : the learner's forecast of the accuracy at `ahead` rows
    forecast : whether a power law is drawn through the points seen
    beyond : whether more than `up_to` rows are measured too
    accuracies : shape (n_sizes, 5), for each of `sizes` and each order; NaN for what isn't known yet
    stopped : trainings that ended before they had converged
    ended : a sentence, where the process ended early
    """

    data: str
    model: str
    up_to: int
    guess: float
    forecast: bool
    beyond: bool
    random_state: int
    accuracies: Array
    stopped: int = 0
    progress: float = 0.0
    stage: str = "not started"
    ended: str = ""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows learnt from, of all that can be measured of these data."""
        return sizes_of(self.data, self.ahead)

    @property
    def ahead(self) -> int:
        """Rows for which it is forecast: ten times as many, or all there are."""
        return min(TIMES * self.up_to, LARGEST[self.data])

    @property
    def times(self) -> float:
        """How many times as many rows that is."""
        return self.ahead / self.up_to

    @property
    def known(self) -> int:
        """For how many of the sizes, from the smallest, all orders are measured."""
        complete = np.isfinite(self.accuracies).all(axis=1)
        return int(complete.cumprod().sum())

    @property
    def means(self) -> Array:
        """Mean accuracy at each size that is known, shape (known,)."""
        return np.asarray(self.accuracies[: self.known].mean(axis=1))

    @property
    def spread(self) -> tuple[Array, Array]:
        """The least and the greatest accuracy at each size that is known, shape (known,) each."""
        found = self.accuracies[: self.known]
        return found.min(axis=1), found.max(axis=1)

    @property
    def law(self) -> PowerLaw | None:
        """The power law through the points seen; None before all of them are there."""
        seen = self.sizes.index(self.up_to) + 1
        if self.known < seen:
            return None
        least = 0.5 / len(trained.examples(data=self.data).test_targets)
        return power_law(
            sizes=np.array(self.sizes[:seen], float), errors=np.maximum(1 - self.means[:seen], least)
        )

    @property
    def expected(self) -> float | None:
        """Accuracy that the power law forecasts at `ahead` rows; None where there is no forecast."""
        return 1 - self.law.error(self.ahead) if self.forecast and self.law else None

    @property
    def truth(self) -> float | None:
        """Mean accuracy at `ahead` rows; None before it is measured."""
        return float(self.means[-1]) if self.known == len(self.sizes) else None

    @property
    def warning(self) -> str:
        """What has to be known about the trainings."""
        return self.ended or unconverged(self.stopped)

    @property
    def conditions(self) -> str:
        """What a point stands for."""
        tested = len(trained.examples(data=self.data).test_targets)
        return (
            f"Points: mean of {ORDERS} random orders, all tested on the same {tested:,} others; "
            "band: least to greatest; the more rows, the more the orders share. Power law: by points seen."
        )

    def seen(self, changes: Changes) -> "LearningCurve":
        """See the same measurements with another guess, or with the forecast or without."""
        asked = {name: changes.get(name, getattr(self, name)) for name in ("guess", "forecast")}
        return replace(self, guess=_share(asked["guess"]), forecast=_yes("forecast", asked["forecast"]))

    def __str__(self) -> str:
        name = f"{self.model.capitalize()}, {self.data}"
        if self.law is None:
            last = self.ahead if self.beyond else self.up_to
            begun = "measuring" if self.progress else "press Run to measure"
            law = "the forecast follows" if self.forecast else "no forecast"
            guess = f"for {self.ahead:,} you guess {percent(self.guess)}"
            return f"{name}: {begun} 30 to {last:,} rows (draw {self.random_state}); {law}; {guess}."
        seen = percent(float(self.means[self.sizes.index(self.up_to)]))
        start, more = f"{name}: {seen} right from {self.up_to} rows", f"{self.times:.2g} times the rows"
        if self.truth is None:
            law = "" if self.expected is None else f"a power law forecasts {percent(self.expected)}, "
            waits = ", measuring" if self.beyond else ""
            return f"{start}; with {more} ({self.ahead:,}) {law}you guess {percent(self.guess)}{waits}."
        said = [f"your guess is {off(self.guess, self.truth)}"]
        if self.expected is not None:
            said.insert(0, f"the power law is {off(self.expected, self.truth)}")
        return f"{start}, {percent(self.truth)} with {more} ({self.ahead:,}): {', '.join(said)}."


def off(forecast: float, truth: float) -> str:
    """Say how far a forecast is from the truth, in points.

    >>> off(0.95, 0.904), off(0.9, 0.9), off(0.89, 0.9)
    ('4.6 points too high', 'right', '1.0 points too low')
    """
    points = 100 * (forecast - truth)
    if written(abs(points), 1) == "0.0":
        return "right"
    return f"{written(abs(points), 1)} points too {'high' if points > 0 else 'low'}"


def learning_curve(
    *,
    model: str = "nearest neighbour",
    up_to: int = 300,
    guess: float = 0.9,
    forecast: bool = False,
    beyond: bool = False,
    data: str = "MNIST",
    random_state: int = 0,
) -> Generator[LearningCurve, Changes | None, None]:
    """Measure test accuracy against rows in a process of its own, point by point.

    Parameters
    ----------
    model : one of `MODELS`
    up_to : rows up to which the curve is seen before it is forecast, one of `FIRST`
    guess : a forecast of the accuracy with ten times the rows, 0 to 1
    forecast : whether a power law is drawn through the points seen
    beyond : whether it is measured up to ten times the rows
    data : one of `DATA`
    random_state : in which orders the rows come

    Yields
    ------
    the start, at which nothing is measured; then all there is, at least every 50 ms
    """
    kind, name = arguments.one_of("model", model, MODELS), arguments.one_of("data", data, DATA)
    first = arguments.whole("up_to", up_to, low=FIRST[0], high=FIRST[-1])
    if first not in FIRST:
        raise arguments.refuse("up_to", f"be one of {', '.join(map(str, FIRST))}", up_to)
    seed = arguments.whole("random_state", random_state, low=0)
    sizes = sizes_of(name, min(TIMES * first, LARGEST[name]))
    now = LearningCurve(
        data=name,
        model=kind,
        up_to=first,
        guess=_share(guess),
        forecast=_yes("forecast", forecast),
        beyond=_yes("beyond", beyond),
        random_state=seed,
        accuracies=np.full((len(sizes), ORDERS), np.nan),
    )
    changes = yield now
    last = now.ahead if now.beyond else first
    wanted = [(size, order) for size in sizes if size <= last for order in range(ORDERS)]
    known = _known.setdefault((name, kind, seed), {})
    taken: Readings = {}
    for pair in (None, *(pair for pair in wanted if pair in known)):
        taken |= {} if pair is None else {pair: known[pair]}
        now = _with(now.seen(changes or {}), taken, wanted)
        changes = yield now
    todo = [pair for pair in wanted if pair not in known]
    if not todo:
        return
    how: dict[str, Any] = {"data": name, "model": kind, "random_state": seed}
    running = child.stream("course.more_rows:readings", todo=todo, **how)
    try:
        with closing(running):
            for came in running:
                now = now.seen(changes or {})
                if came is None:
                    now = replace(now, progress=now.progress + CREEP * (1 - now.progress))
                else:
                    size, order, accuracy, converged = came
                    known[size, order] = taken[size, order] = accuracy, converged
                    now = _with(now, taken, wanted)
                changes = yield now
    except child.ChildEndedError as ended:
        yield replace(now.seen(changes or {}), ended=str(ended), stage="ended early", progress=1.0)


def sizes_of(data: str, most: int) -> tuple[int, ...]:
    """List the sizes up to one, of those that the data have."""
    return tuple(size for size in SIZES if size <= min(most, LARGEST[data]))


def _with(now: LearningCurve, known: Readings, wanted: Sequence[tuple[int, int]]) -> LearningCurve:
    """Take in what is known of what is wanted."""
    accuracies = np.full_like(now.accuracies, np.nan)
    done = [pair for pair in wanted if pair in known]
    for size, order in done:
        accuracies[now.sizes.index(size), order] = known[size, order][0]
    share = len(done) / len(wanted)
    said = f"{done[-1][0]:,} rows" if done else "starting"
    return replace(
        now,
        accuracies=accuracies,
        stopped=sum(not known[pair][1] for pair in done),
        progress=1.0 if share == 1 else min(0.99, max(now.progress, share, CREEP)),
        stage="done" if share == 1 else said,
    )


def _share(guess: object) -> float:
    return arguments.number("guess", guess, low=0, high=1)


def _yes(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise arguments.refuse(name, "be True or False", value)
    return value
