"""Lesson 09: everything in a row: distil, prune, fine-tune, quantise; what each step costs and brings."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course import arguments, setups, steps
from course.benchmarking import STARTED
from course.child import ChildEndedError, stream
from course.energy import Joules
from course.variants import BUDGETS, MEASURES, Budget, Variant, judged
from course.wording import percent

STUDENTS = (16, 32, 64, 128)
MOST_NEURONS = 512
MOST = 12  # variants that are kept
LAST = 40  # number that can be picked
Changes = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Row:
    """The variants made so far, and how one of them is looked at.

    Parameters
    ----------
    student_neurons, pruned_share, random_state : what is made next, see `in_a_row`
    across : one of `variants.MEASURES`, against which accuracy is drawn
    budget : one of `variants.BUDGETS`
    pick : number of the variant that somebody chose; 0 for none
    made : all that there are
    stage : what it is doing
    progress : 0 to 1
    meter : what metered the energy; "" where it is estimated or nothing is made yet
    warning : a sentence, where the process ended early
    """

    student_neurons: int
    pruned_share: float
    random_state: int
    across: str
    budget: str
    pick: int
    made: tuple[Variant, ...] = ()
    stage: str = "not started"
    progress: float = 0.0
    meter: str = ""
    warning: str = ""

    @property
    def plan(self) -> tuple[str, ...]:
        """Names of the variants that a run makes, in their order."""
        return steps.names(self.student_neurons, self.pruned_share, self.random_state)

    @property
    def asked(self) -> Budget:
        """The budget that is looked at."""
        return BUDGETS[self.budget]

    @property
    def chosen(self) -> Variant | None:
        """The variant that somebody picked, if there is one of that number."""
        return next((each for each in self.made if each.number == self.pick), None)

    @property
    def verdict(self) -> str:
        """What is to be said of the pick."""
        if self.chosen is not None:
            return judged(pick=self.pick, variants=self.made, budget=self.budget)
        fitting = [
            f"{each.number}" for each in self.made if not self.asked.broken(each, self.made[0].accuracy)
        ]
        fit = "none fits" if not fitting else f"number {fitting[0]} fits"
        if len(fitting) > 1:
            fit = f"numbers {', '.join(fitting[:-1])} and {fitting[-1]} fit"
        if self.pick:
            return f"There is no variant {self.pick} now; of those that are there {fit} {self.asked.place}."
        return f"Pick one for {self.asked.place}, {self.asked.limits}: of {len(self.made)} {fit}."

    def seen(self, changes: Changes) -> "Row":
        """Look at what was made by another measure, budget or pick."""
        now = replace(self, **{name: changes.get(name, getattr(self, name)) for name in LOOKS})
        _look(now.across, now.budget, now.pick)
        return now

    def told(self, item: Mapping[str, Any] | None) -> "Row":
        """Take in what came from the process that makes them; with None, nothing did."""
        if item is None:
            return replace(self)
        if "again" in item:
            times = item["again"]
            return replace(
                self, made=tuple(each.timed(times.get(steps.digest(each.file))) for each in self.made)
            )
        if "variant" not in item:
            return replace(self, **item)
        came = dict(item["variant"])
        came |= {"file": b64decode(came["file"]), "energy": Joules(**came["energy"])}
        fresh = Variant(**{**came, "right": np.array(came["right"], bool)})
        return replace(self, made=kept(self.made, fresh))

    @property
    def rounds(self) -> int:
        """Rounds in which all variants were measured in turn; 0 before that."""
        return min((len(each.rounds_s) for each in self.made), default=0)

    @property
    def conditions(self) -> str:
        """What it was measured on, and whether the energy is metered."""
        if not self.made:
            return ""
        guessed = any(each.energy.estimated for each in self.made)
        energy = "energy an estimate (~)" if guessed else f"energy metered: {self.meter}"
        turns = (
            f"all in turn, middle of {self.rounds} rounds"
            if self.rounds
            else "one after the other, not yet in turn"
        )
        return (
            f"Measured here, not in {self.asked.place}: {setups.processor()}, 1 thread, ONNX Runtime, one "
            f"at a time, {turns}; {energy}. Budget: {self.asked.source}."
        )

    def __str__(self) -> str:
        if not self.made:
            picked = f" and picked {self.pick}" if self.pick else ""
            cut = percent(self.pruned_share)
            sizes = "-".join(map(str, (784, *steps.TEACHER, 10)))
            begun = "Running" if self.progress else "Press Run"
            return (
                f"{begun}: {sizes} teaches {self.student_neurons} neurons, "
                f"{cut} are pruned, tuned, made int8 (start {self.random_state}); shown by {self.across}"
                f"{picked}, for {self.asked.place}."
            )
        if self.progress == 0:
            cut = percent(self.pruned_share)
            return f"Next: {self.student_neurons} neurons, {cut} pruned, by {self.across}. {self.verdict}"
        return f"Shown by {self.across}. {self.verdict}"


LOOKS = ("across", "budget", "pick")


def in_a_row(
    *,
    student_neurons: int = 64,
    pruned_share: float = 0.9,
    across: str = "file size",
    budget: str = "microcontroller",
    pick: int = 0,
    random_state: int = 0,
    made: Sequence[Variant] = (),
) -> Generator[Row, Changes | None, None]:
    """Distil, prune, fine-tune and quantise, and measure after each step, in a process of its own.

    The teacher, 784-512-512-10, has learnt 3,500 images of MNIST; the student learns its soft
    targets for the same images.

    Parameters
    ----------
    student_neurons : hidden neurons of the student, one of `STUDENTS`
    pruned_share : of its weights that are pruned, by magnitude, 0 to 0.99
    across, budget, pick : see `Row`
    made : variants of earlier runs, that are kept beside those of this one

    Yields
    ------
    the start, at which nothing new is made; then all there is, at least every 50 ms
    """
    neurons = arguments.whole("student_neurons", student_neurons, low=1, high=MOST_NEURONS)
    pruned = arguments.number("pruned_share", pruned_share, low=0, high=0.99)
    seed = arguments.whole("random_state", random_state, low=0)
    _look(across, budget, pick)
    start = Row(neurons, pruned, seed, across, budget, pick, tuple(made))
    given: dict[str, Any] = {
        "student_neurons": neurons,
        "pruned_share": pruned,
        "random_state": seed,
        "earlier": [b64encode(each.file).decode() for each in start.made],
    }
    yield from following(start, lambda: stream("course.steps:making", **given))


def _look(across: str, budget: str, pick: int) -> None:
    arguments.one_of("across", across, MEASURES)
    arguments.one_of("budget", budget, BUDGETS)
    arguments.whole("pick", pick, low=0, high=LAST)


def following(
    start: Row, begin: Callable[[], Generator[Any, None, None]]
) -> Generator[Row, Changes | None, None]:
    """Hand out the start, then what comes in from a process that is begun only then."""
    changes = yield start
    now = replace(start.seen(changes or {}), stage="starting", progress=STARTED)
    changes = yield now
    items = begin()
    try:
        for item in items:
            now = now.seen(changes or {}).told(item)
            changes = yield now
    except (ChildEndedError, ValueError) as ended:  # what was made until then is kept
        yield replace(now.seen(changes or {}), warning=str(ended), progress=1.0)
    finally:
        items.close()


def kept(made: Sequence[Variant], fresh: Variant) -> tuple[Variant, ...]:
    """Number a variant and add it; one of the same file keeps name and number, when full the oldest goes.

    The first two, the teacher and its int8, stay.
    """
    alike = next((place for place, each in enumerate(made) if each.file == fresh.file), None)
    if alike is not None:
        old = made[alike]
        again = replace(fresh, name=old.name, number=old.number)
        return (*made[:alike], again, *made[alike + 1 :])
    number = max((each.number for each in made), default=0) + 1
    room = (*made[:2], *made[3:]) if len(made) >= MOST else tuple(made)
    return (*room, replace(fresh, number=number))
