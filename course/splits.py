"""Lesson 02: one split or many, and what neither can say about other people."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from statistics import mean
from typing import Any

import numpy as np

from course import arguments, datasets
from course.fitting import unconverged
from course.folds import MODELS, Numbers, Part, checked, cross_validated, split_once
from course.networks import Array
from course.wording import percent

ALL = 569  # people in the data
LEAST, MOST = 10, 400  # of whom so many are drawn
Changes = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Splits:
    """Accuracies of one kind of model: by single splits, by folds, and with other people.

    Parameters
    ----------
    people : rows that there are to train and to test with
    n_splits : of each way, how many there will be
    folds : parts of a cross-validation
    model : one of `MODELS`
    fold : the part that is looked at, of the first cross-validation
    parts : parts of the first cross-validation that are done
    first : the first single split; None until it is done
    single, folded, fresh : accuracies of single splits, of cross-validations of the same people,
        and of cross-validations of other people each time
    stopped : trainings that ended before they had converged
    """

    people: int
    n_splits: int
    folds: int
    model: str
    fold: int
    parts: tuple[Part, ...] = ()
    first: Part | None = None
    single: tuple[float, ...] = ()
    folded: tuple[float, ...] = ()
    fresh: tuple[float, ...] = ()
    stopped: int = 0
    progress: float = 0.0
    stage: str = "not started"
    random_state: int = 0

    @property
    def strips(self) -> tuple[tuple[float, ...], ...]:
        """Accuracies so far: single splits, cross-validations, other people."""
        return self.single, self.folded, self.fresh

    @property
    def warning(self) -> str:
        """What has to be known about the trainings."""
        return unconverged(self.stopped)

    @property
    def conditions(self) -> str:
        """What the three ways have in common, and what they leave out."""
        return (
            "Every test holds as large a share of each class as the data. Other people are drawn from all "
            f"{ALL}: two draws share some, so quite new people would vary more."
        )

    @property
    def looked_at(self) -> Part | None:
        """The part that is looked at; None until it is done."""
        return self.parts[self.fold - 1] if len(self.parts) >= self.fold else None

    def seen(self, changes: Changes) -> "Splits":
        """Look at another part of the first cross-validation."""
        fold = changes.get("fold", self.fold)
        return replace(self, fold=arguments.whole("fold", fold, low=1, high=self.folds))

    def __str__(self) -> str:
        start = f"{self.model.capitalize()}, {self.people} people"
        looked, done = self.looked_at, len(self.fresh)
        alone = f"fold {self.fold} " + (f"alone {percent(looked.accuracy)}" if looked else "is marked")
        if not done:
            begun = "measuring" if self.parts else "press Run for"
            against = f"{self.n_splits} random splits against {self.folds} folds"
            return f"{start}: {begun} {against} (draw {self.random_state}); {alone}."
        of = "" if done == self.n_splits else f" of {self.n_splits}"
        one, of_folds, others = map(ends, self.strips)
        return (
            f"{start}: {done}{of} random splits say {one} right, {self.folds}-fold cross-validation "
            f"{of_folds}, with other people {others}; {alone}."
        )


def ends(accuracies: tuple[float, ...]) -> str:
    """Say the least and the greatest of some accuracies.

    >>> ends((0.9, 0.875, 1.0)), ends((0.9,))
    ('88 to 100 %', '90 %')
    """
    low, high = (percent(each, short=True) for each in (min(accuracies), max(accuracies)))
    return low if low == high else f"{low.removesuffix(' %')} to {high}"


def splits(
    *,
    people: int = 200,
    folds: int = 5,
    fold: int = 1,
    model: str = "decision tree",
    n_splits: int = 40,
    random_state: int = 0,
) -> Generator[Splits, Changes | None, None]:
    """Test one kind of model on breast cancer in three ways, again and again.

    Each round divides the same people at random once (80 % to learn from), cross-validates them
    in other folds, and cross-validates as many other people of the same data.

    Parameters
    ----------
    people : 10 to 400 of the 569
    folds : parts of a cross-validation, 2 or more
    fold : the part that is looked at, 1 to `folds`
    model : one of `MODELS`; logistic regression scales its inputs inside each training
    n_splits : rounds
    random_state : which people, and how they are divided

    Source
    ------
    Stone (1974), Cross-validatory choice and assessment of statistical predictions; for what folds
    can't say about their own error: Bengio and Grandvalet (2004), No unbiased estimator of the
    variance of K-fold cross-validation; Nadeau and Bengio (2003), Inference for the generalization
    error.
    """
    count = arguments.whole("people", people, low=LEAST, high=MOST)
    rounds = arguments.whole("n_splits", n_splits, low=1, high=1000)
    kind = arguments.one_of("model", model, MODELS)
    parts = arguments.whole("folds", folds, low=2)
    looked = arguments.whole("fold", fold, low=1, high=parts)
    random = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    own = _drawn(count, random)
    checked(inputs=own[0], targets=own[1], folds=parts)
    now = Splits(count, rounds, parts, kind, looked, random_state=int(random_state))
    changes = yield now
    how: dict[str, Any] = {"model": kind, "folds": parts}
    for turn in range(rounds):
        seed = int(random.integers(2**31))
        for each in _round(own, _drawn(count, random), how, seed):
            now = _with(now.seen(changes or {}), *each, turn=turn)
            changes = yield now


def _round(
    own: tuple[Array, Numbers], other: tuple[Array, Numbers], how: dict[str, Any], seed: int
) -> Iterator[tuple[str, tuple[Part, ...]]]:
    """Test in each of the three ways, and hand out what there is after each training."""
    for name, (inputs, targets) in (("folded", own), ("fresh", other)):
        done: tuple[Part, ...] = ()
        for each in cross_validated(inputs=inputs, targets=targets, random_state=seed, **how):
            done = (*done, each)
            yield name, done
        if name == "folded":
            once = split_once(inputs=inputs, targets=targets, model=how["model"], random_state=seed)
            yield "single", (once,)


def _with(now: Splits, name: str, done: tuple[Part, ...], *, turn: int) -> Splits:
    """Take in what one training more has brought."""
    stopped = now.stopped + (not done[-1].converged)
    steps = 2 * now.folds + 1
    place = {"folded": 0, "single": now.folds, "fresh": now.folds + 1}[name] + len(done)
    said = f"fold {len(done)} of {now.folds}" if name == "folded" else name.replace("fresh", "others")
    now = replace(
        now,
        stopped=stopped,
        progress=(turn * steps + place) / (steps * now.n_splits),
        stage=f"round {turn + 1} of {now.n_splits}: {said}",
    )
    if name == "folded" and turn == 0:
        now = replace(now, parts=done)
    if name != "single" and len(done) < now.folds:
        return now
    whole = mean(each.accuracy for each in done)
    if name == "single":
        return replace(now, single=(*now.single, whole), first=now.first or done[0])
    if name == "folded":
        return replace(now, folded=(*now.folded, whole))
    return replace(now, fresh=(*now.fresh, whole))


def _drawn(people: int, random: np.random.Generator) -> tuple[Array, Numbers]:
    """Draw people at random, as many of each diagnosis as among all."""
    data = datasets.breast_cancer()
    ill = round(people * float(data.targets.mean()))
    rows = [
        random.permutation(np.flatnonzero(data.targets == diagnosis))[:count]
        for diagnosis, count in ((0, people - ill), (1, ill))
    ]
    return data.rows(random.permutation(np.concatenate(rows)))
