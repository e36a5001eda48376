"""Lesson 02: five evaluations, step by step, each step as it was told or as it should be.

Everywhere the nearest neighbours answer, so that an evaluation is a few lines; scikit-learn's own
pipelines find the same (see the tests).
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets
from course.networks import Array

STEPS = ("rows", "columns", "scaling", "selecting", "split")
CASES = 5
FOLDS = 5
PATIENTS, GENES = 80, 2000
IMAGES, COPIES, BLUR = 60, 5, 0.15  # BLUR: standard deviation of what is added to a pixel
CHEAP = (1, 4, 8)  # columns of the tumours: mean texture, smoothness and symmetry
TREATED, UNTREATED = (30, 8), (8, 5)  # days, mean and standard deviation
CUTS = 0.55, 0.75  # between which shares of the weeks the past ends
Numbers = NDArray[np.int64]
Halves = tuple[Numbers, Numbers]


@dataclass(frozen=True, eq=False)
class Table:
    """Rows to learn from and to be tested on, and what an honest evaluation has to know of them.

    Parameters
    ----------
    inputs, targets : shapes (n, columns) and (n,)
    things : shape (n,), which thing a row is a picture of: more than one row where there are copies
    afterwards : numbers of columns that are known only once the answer is
    select : how many columns are chosen, those most tied to the target; 0 for all of them
    neighbours : how many answer
    in_time : whether rows follow each other in time; then targets are numbers, else classes
    """

    inputs: Array
    targets: Array
    things: Numbers
    afterwards: tuple[int, ...] = ()
    select: int = 0
    neighbours: int = 5
    in_time: bool = False


@lru_cache(12)  # a table of genes takes 1.3 MB
def table(*, case: int = 1, random_state: int = 0) -> Table:
    """Load or make the table of a case.

    Parameters
    ----------
    case : 1, genes that are pure noise; 2, digits and copies of them; 3, a stock index by its week;
        4, tumours by the best 10 of 30 measures; 5, tumours by 3 measures and a column made here
    random_state : of what is made
    """
    number = arguments.whole("case", case, low=1, high=CASES)
    rng = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    return (_genes, _digits, _index, _tumours, _treated)[number - 1](rng)


@lru_cache(1024)
def evaluate(*, case: int = 1, mended: str = "", random_state: int = 0) -> float:
    """Measure what a case claims: the mean score over its test rows.

    Parameters
    ----------
    case : 1 to 5
    mended : which steps are done as they should be: one of `STEPS`, "everything", or "" for none
    random_state : of what is made, and of the folds

    Returns
    -------
    accuracy, 0 to 1; in case 3 R², at most 1

    Source
    ------
    Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, 7.10.2: the wrong
    and the right way to do cross-validation.
    """
    arguments.one_of("mended", mended, ("", *STEPS, "everything"))
    made = table(case=case, random_state=random_state)
    steps = set(STEPS) if mended == "everything" else {mended}
    return _evaluated(made, steps, random_state)


def _evaluated(made: Table, mended: Collection[str], seed: int) -> float:
    x, y = made.inputs, made.targets
    if "columns" in mended:
        x = np.delete(x, made.afterwards, axis=1)
    if "scaling" not in mended:
        x = scaled(x, by=x)
    if "selecting" not in mended:
        x = x[:, chosen(x, y, made.select)]
    scores = []
    for train, test in folds(made, mended, seed):
        own, new = x[train], x[test]
        if "scaling" in mended:
            own, new = scaled(own, by=own), scaled(new, by=own)
        if "selecting" in mended:
            columns = chosen(own, y[train], made.select)
            own, new = own[:, columns], new[:, columns]
        near = y[train][nearest(own, new, made.neighbours)]
        scores.append(_determination(y[test], near) if made.in_time else _accuracy(y[test], near))
    return float(np.mean(scores))


def scaled(x: Array, by: Array) -> Array:
    """Shift and stretch columns to mean 0 and standard deviation 1, as measured on some rows."""
    spread = by.std(axis=0)
    return np.asarray((x - by.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def chosen(x: Array, y: Array, count: int) -> Numbers:
    """Find the columns with the largest correlation with the target; all of them where count is 0."""
    columns, answers = x - x.mean(axis=0), y - y.mean()
    spread = np.sqrt((columns**2).sum(axis=0))
    tied = np.abs(answers @ columns) / np.where(spread > 0, spread, 1.0)
    return np.argsort(-tied, kind="stable")[: count or None]


def nearest(own: Array, new: Array, count: int) -> Numbers:
    """Find the training rows nearest to each new one, shape (n_new, count)."""
    far = (own**2).sum(axis=1) - 2 * new @ own.T
    return np.argpartition(far, count - 1, axis=1)[:, :count]


def folds(made: Table, mended: Collection[str], seed: int) -> list[Halves]:
    """Divide the rows: five times at random, or once, where the past ends."""
    rng, count = np.random.default_rng((seed, 1)), len(made.targets)
    if made.in_time and "split" in mended:
        cut = round(count * rng.uniform(*CUTS))
        return [(np.arange(cut), np.arange(cut, cut + count // FOLDS))]
    keys = made.things if "rows" in mended else np.arange(count)
    unlike, first = np.unique(keys, return_index=True)
    order = rng.permutation(len(unlike))
    if not made.in_time:  # deal out each class in turn
        order = order[np.argsort(made.targets[first][order], kind="stable")]
    dealt = np.empty(len(unlike), int)
    dealt[order] = np.arange(len(unlike)) % FOLDS
    fold = dealt[np.searchsorted(unlike, keys)]
    return [(np.flatnonzero(fold != each), np.flatnonzero(fold == each)) for each in range(FOLDS)]


def _accuracy(truth: Array, near: Array) -> float:
    """Share of rows whose class most of their neighbours have."""
    votes = (near[:, :, None] == np.arange(near.max() + 1)).sum(axis=1)
    return float((votes.argmax(axis=1) == truth).mean())


def _determination(truth: Array, near: Array) -> float:
    """R²: 1 where the neighbours' mean is always right, 0 where it is no better than the mean of all."""
    return float(1 - ((truth - near.mean(axis=1)) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


def _table(x: Array, y: Array, **known: object) -> Table:
    made = Table(x, y, np.arange(len(y)), **known)  # type: ignore[arg-type]
    made.inputs.setflags(write=False)
    made.targets.setflags(write=False)
    return made


def _genes(rng: np.random.Generator) -> Table:
    ill = rng.permutation(np.arange(PATIENTS) % 2).astype(float)
    return _table(rng.standard_normal((PATIENTS, GENES)), ill, select=20)


def _digits(rng: np.random.Generator) -> Table:
    data = datasets.digits()
    rows = np.repeat(rng.choice(len(data.targets), IMAGES, replace=False), COPIES)
    ink = data.inputs[rows]
    ink = np.clip(ink + BLUR * rng.standard_normal(ink.shape), 0, 1)
    return Table(ink, data.targets[rows].astype(float), np.repeat(np.arange(IMAGES), COPIES), neighbours=1)


def _index(_: np.random.Generator) -> Table:
    data = datasets.nyse()
    return _table(data.inputs, data.targets.astype(float), neighbours=2, in_time=True)


def _tumours(_: np.random.Generator) -> Table:
    data = datasets.breast_cancer()
    return _table(data.inputs, data.targets.astype(float), select=10)


def _treated(rng: np.random.Generator) -> Table:
    data = datasets.breast_cancer()
    ill, healthy = (rng.normal(*days, len(data.targets)) for days in (TREATED, UNTREATED))
    days = np.round(np.clip(np.where(data.targets == 1, ill, healthy), 0, None))
    columns = np.column_stack([data.inputs[:, CHEAP], days])
    return _table(columns, data.targets.astype(float), afterwards=(len(CHEAP),))
