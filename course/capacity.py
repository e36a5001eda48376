"""Lesson 02: a model that can bend more learns more by heart; whether it then errs more is measured."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments
from course.bending import (
    CAPACITIES,
    DATA,
    KNOBS,
    NEIGHBOURS,
    NETWORK,
    POINTS,
    POLYNOMIAL,
    TEST_POINTS,
    TREE,
    errors,
    judged_on,
    learnt_from,
)
from course.networks import Array
from course.sweeps import Arrived, WorkerEndedError, sweep
from course.wording import percent, written

LARGE = 9  # an error that no picture holds, and no sentence need tell from a larger one
PLACES = 10
SEEDS = {POLYNOMIAL: 20, TREE: 10, NEIGHBOURS: 10, NETWORK: 6}
Changes = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Capacity:
    """Errors of a model's trainings so far, from stiff to bendable.

    Parameters
    ----------
    model, data : what learns from what; a polynomial learns from points on a wave
    noise : share of the training labels that are wrong; of points, the spread of their heights
    look_at : 1 to 10, which of the capacities is looked at
    random_state : which draw; each draw has seeds of its own
    errors : shape (n_seeds, 10, 2), on the training data and on the test data; NaN where none is yet
    """

    model: str
    data: str
    noise: float
    look_at: int
    random_state: int
    errors: Array
    warning: str = ""

    @property
    def first(self) -> int:
        """The first of this draw's seeds."""
        return self.random_state * len(self.errors)

    @property
    def capacities(self) -> tuple[int, ...]:
        """Degree, depth, neighbours or hidden neurons, from stiff to bendable."""
        return CAPACITIES[self.model]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many trainings there are of each capacity, shape (10,)."""
        return np.asarray(np.isfinite(self.errors[..., 1]).sum(axis=0))

    @property
    def progress(self) -> float:
        """Share of the trainings that are there."""
        return float(self.counts.sum() / self.errors[..., 1].size)

    @property
    def stage(self) -> str:
        """How many seeds are there for every capacity."""
        return f"{self.counts.min()} of {len(self.errors)} seeds"

    @cached_property
    def known(self) -> NDArray[np.int64]:
        """Places, from 0, of the capacities of which there is a training."""
        return np.flatnonzero(self.counts)

    @cached_property
    def middle(self) -> Array:
        """Medians over the seeds that are there, shape (n_known, 2)."""
        return np.asarray(np.nanmedian(self.errors[:, self.known], axis=0))

    @cached_property
    def band(self) -> Array:
        """Lowest and highest of the middle half of the seeds, shape (2, n_known, 2)."""
        return np.asarray(np.nanpercentile(self.errors[:, self.known], (25, 75), axis=0))

    @property
    def best(self) -> int | None:
        """Capacity whose median test error is lowest; None while nothing is there."""
        if not len(self.known):
            return None
        return self.capacities[int(self.known[self.middle[:, 1].argmin()])]

    @property
    def looked_at(self) -> int:
        """The capacity that is looked at."""
        return self.capacities[self.look_at - 1]

    @property
    def named(self) -> str:
        """The capacity that is looked at, in words."""
        knob, count = KNOBS[self.model], self.looked_at
        if self.model in (POLYNOMIAL, TREE):
            return f"{knob} {count}"
        return f"{count} {knob if count > 1 else knob.rstrip('s')}"

    def at(self, place: int) -> tuple[float, float] | None:
        """Median training and test error at a place, from 1; None where no training is there."""
        (found,) = np.nonzero(self.known == place - 1)
        return (float(self.middle[found[0], 0]), float(self.middle[found[0], 1])) if len(found) else None

    def seen(self, changes: Changes) -> "Capacity":
        """Look at another capacity."""
        place = arguments.whole("look_at", changes.get("look_at", self.look_at), low=1, high=PLACES)
        return replace(self, look_at=place)

    def told(self, came: Arrived | None) -> "Capacity":
        """Take in a training; with None, nothing came."""
        if came is None:
            return replace(self)
        errors = self.errors.copy()
        row = came.setting["random_state"] - self.first
        errors[row, self.capacities.index(came.setting["capacity"])] = came.value
        return replace(self, errors=errors)

    def said(self, error: float) -> str:
        """Write an error: a share of wrong answers, or a distance."""
        if self.model != POLYNOMIAL:
            return percent(error, short=True)
        return written(error) if error < LARGE else f"over {LARGE}"

    @property
    def conditions(self) -> str:
        """What is trained and tested, how often, and what line and band leave out."""
        many = f"{len(self.errors)} seeds; bands: the middle half"
        if self.model == POLYNOMIAL:
            what, test = f"{POINTS} points", f"{TEST_POINTS} new points each time; error: root mean square"
        else:
            what, test = (
                f"{learnt_from(data=self.data)} examples",
                f"{judged_on(data=self.data)}, all rightly labelled",
            )
        return (
            f"{what}; lines: median of {many}. Test: {test}. Lowest: picked on it, which flatters a little."
        )

    def __str__(self) -> str:
        whose = "points on a wave" if self.model == POLYNOMIAL else self.data
        wavy = self.model == POLYNOMIAL
        dirty = f"spread {written(self.noise)}" if wavy else f"{percent(self.noise)} of labels wrong"
        about = f"{self.model.capitalize()}, {whose}, {dirty}, {self.named}"
        now = self.at(self.look_at)
        if now is None:
            done = self.counts.sum()
            begun = f"{done} of {self.errors[..., 1].size} trainings done, none of it yet"
            asks = f"press Run to train it with {PLACES} capacities"
            return f"{about}: {begun if done else asks} (draw {self.random_state})."
        train, test = map(self.said, now)
        so_far = "" if self.progress == 1 else " so far"
        return (
            f"{about}: error {train} in training, {test} in the test; there lowest at {self.best}{so_far}."
        )


def capacity(
    *,
    model: str = NETWORK,
    data: str = "digits",
    noise: float = 0.3,
    look_at: int = 6,
    random_state: int = 0,
) -> Generator[Capacity, Changes | None, None]:
    """Train models from stiff to bendable, several times each; the errors arrive one by one.

    Parameters
    ----------
    model : one of `CAPACITIES`
    data : one of `DATA`; a polynomial learns from points on a wave instead
    noise : 0 to 0.4, share of the training labels that are wrong; of points, the standard deviation
        of their heights
    look_at : 1 to 10, which of the capacities is looked at
    random_state : which draw; no two draws share a training
    """
    start = _start(model, data, noise, look_at, random_state)
    changes = yield start
    now = start
    running = sweep(errors, settings(start), n_jobs=1 if model == POLYNOMIAL else None)
    try:
        for came in running:
            now = now.seen(changes or {}).told(came)
            changes = yield now
    except WorkerEndedError as ended:
        yield replace(now.seen(changes or {}), warning=str(ended))
    finally:
        running.close()


def _start(model: str, data: str, noise: float, look_at: int, random_state: int) -> Capacity:
    arguments.one_of("model", model, CAPACITIES)
    return Capacity(
        model,
        arguments.one_of("data", data, DATA),
        arguments.number("noise", noise, low=0, high=0.4),
        arguments.whole("look_at", look_at, low=1, high=PLACES),
        arguments.whole("random_state", random_state, low=0),
        np.full((SEEDS[model], PLACES, 2), np.nan),
    )


def settings(start: Capacity) -> list[dict[str, Any]]:
    """List what is trained: every capacity with the first seed, then with the second, and so on."""
    return [
        {
            "model": start.model,
            "data": start.data,
            "noise": start.noise,
            "capacity": each,
            "random_state": n,
        }
        for n in range(start.first, start.first + len(start.errors))
        for each in start.capacities
    ]


def best(*, model: str = NETWORK, data: str = "digits", noise: float = 0.3, random_state: int = 0) -> int:
    """Find the capacity whose median test error is lowest: what the whole sweep will show."""
    start = _start(model, data, noise, 1, random_state)
    last = start
    for each in settings(start):
        last = last.told(Arrived(0, each, errors(**each)))
    assert last.best is not None
    return last.best
