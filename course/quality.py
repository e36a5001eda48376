"""Lesson 02: some labels are wrong, and only a few can be checked: which ones are looked at."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from course import arguments
from course.networks import Array
from course.trained import examples

ORDERS = ("at random", "least plausible first")
MODELS = ("nearest neighbour", "vote of look-alikes")
CLASSES = 10
NEAR = 0.5  # distance, in ink, at which a digit's say has fallen to 61 %
SEEN = 15  # images that are checked by eye
LETTERS = tuple("ABCDEFGHIJKLMNO")
DRAWS = 10
MOST_WRONG = 0.5
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Mislabelled:
    """The training digits with labels of which some are wrong, and two orders to check them in.

    Parameters
    ----------
    truths, labels : shape (n,), those of the data set, and those that the images carry here
    plausibility : shape (n,), how much of a vote of all other images a label gets, 0 to 1
    orders : for each of `ORDERS` the numbers of the images, the first to check first
    """

    truths: Numbers
    labels: Numbers
    plausibility: Array
    orders: dict[str, Numbers]

    @property
    def wrong(self) -> Flags:
        """Which labels are wrong, shape (n,)."""
        return np.asarray(self.labels != self.truths)

    def found(self, order: str) -> Numbers:
        """Count the wrong labels found after 0, 1, ... n checks, shape (n + 1,)."""
        return np.concatenate([[0], np.cumsum(self.wrong[self.orders[order]])])

    def checked(self, order: str, checks: int) -> Numbers:
        """Return the labels once so many are checked: a wrong one that is checked is mended."""
        some = self.orders[order][:checks]
        labels = self.labels.copy()
        labels[some] = self.truths[some]
        return labels


@dataclass(frozen=True, eq=False)
class Quality:
    """What some checks find, what mending brings, and how well somebody told wrong labels by eye.

    Parameters
    ----------
    wrong_share, budget : of the training images, wrongly labelled and checked
    order, model : one of `ORDERS` and one of `MODELS`
    marked : letters of those of the first fifteen images that somebody takes for wrongly labelled
    done : whether they have marked all they want to, and may see what is so
    random_state : which draw of wrong labels; no two have any in common
    drawn : ten draws of wrong labels, this one first
    images : shape (15, 8, 8), the first to be checked, ink from 0 to 1
    right : of the test digits, how many are named rightly after learning from the labels as they
        are, with the checked ones mended, and with all of them right
    tested : how many test digits there are
    """

    wrong_share: float
    budget: float
    order: str
    model: str
    marked: tuple[str, ...]
    done: bool
    random_state: int
    drawn: tuple[Mislabelled, ...]
    images: Array
    right: tuple[int, int, int]
    tested: int

    @property
    def this(self) -> Mislabelled:
        """The draw that is looked at."""
        return self.drawn[0]

    @property
    def checks(self) -> int:
        """How many images the budget pays for."""
        return round(self.budget * len(self.this.labels))

    @property
    def wrong(self) -> int:
        """How many labels are wrong."""
        return int(self.this.wrong.sum())

    @property
    def found(self) -> int:
        """How many wrong labels the checks find."""
        return int(self.this.found(self.order)[self.checks])

    @property
    def share_found(self) -> float | None:
        """Which share of the wrong labels the checks find; None where no label is wrong."""
        return self.found / self.wrong if self.wrong else None

    @property
    def first(self) -> Numbers:
        """The numbers of the fifteen images that are seen."""
        return self.this.orders[self.order][:SEEN]

    @property
    def by_eye(self) -> tuple[int, int, int]:
        """Of the images seen, how many are marked and wrong, wrong and not marked, marked and right."""
        wrong = self.this.wrong[self.first]
        marked = np.isin(LETTERS, self.marked)
        return int((wrong & marked).sum()), int((wrong & ~marked).sum()), int((~wrong & marked).sum())

    @property
    def conditions(self) -> str:
        """On what this rests, and what is made."""
        return (
            f"Wrong labels made here, each another digit drawn at random; a check always finds the truth. "
            f"{len(self.this.labels):,} training images, {self.tested} new ones; "
            f"bands: least to greatest of {DRAWS} draws."
        )

    def __str__(self) -> str:
        found = f"{self.found} of {self.wrong} wrong labels found" if self.wrong else "no label is wrong"
        before, after, _ = self.right
        gain = f"{before} before" if before != after else "as before"
        return (
            f"Draw {self.random_state}, {self.checks:,} checked {self.order}: {found}. "
            f"{self.model.capitalize()} right on {after} of {self.tested}, {gain}. By eye {self._seen}"
        )

    @property
    def _seen(self) -> str:
        hits, missed, accused = self.by_eye
        if not self.done:
            return f"{len(self.marked)} marked."
        return (
            f"{hits} of {hits + missed} found, {accused} accused."
            if hits + missed
            else f"none wrong, {accused} accused."
        )


def quality(
    *,
    order: str = ORDERS[0],
    budget: float = 0.05,
    marked: Collection[str] = (),
    done: bool = False,
    model: str = MODELS[0],
    wrong_share: float = 0.05,
    random_state: int = 0,
) -> Quality:
    """Make some labels of the digits wrong, check a part of them, and learn from what comes out.

    Parameters
    ----------
    order : one of `ORDERS`: which images are checked first
    budget : share of the images that are checked, 0 to 1
    marked : letters A to O of the first fifteen images, those that somebody takes for wrong
    done : whether the marks are to be judged
    model : one of `MODELS`: who names new digits
    wrong_share : share of the labels that are made wrong, 0 to 0.5
    random_state : which labels, and by which digits they are replaced

    Source
    ------
    Northcutt, Jiang and Chuang (2021), Confident learning: estimating uncertainty in dataset
    labels: probabilities from models that did not see the label. Here they are ranked, no more.
    """
    arguments.one_of("order", order, ORDERS)
    arguments.one_of("model", model, MODELS)
    part = arguments.number("budget", budget, low=0, high=1)
    share = arguments.number("wrong_share", wrong_share, low=0, high=MOST_WRONG)
    seed = arguments.whole("random_state", random_state, low=0)
    letters = _letters(marked)
    if not isinstance(done, bool):
        raise arguments.refuse("done", "be True or False", done)
    drawn = tuple(mislabelled(wrong_share=share, random_state=DRAWS * seed + n) for n in range(DRAWS))
    seen, this = examples(), drawn[0]
    labels = (this.labels, this.checked(order, round(part * len(this.labels))), this.truths)
    right = tuple(_right(each, model) for each in labels)
    images = seen.inputs[this.orders[order][:SEEN]].reshape(SEEN, 8, 8)
    return Quality(
        share, part, order, model, letters, done, seed, drawn, images, right, len(seen.test_targets)  # type: ignore[arg-type]
    )  # fmt: skip


@lru_cache(128)
def mislabelled(*, wrong_share: float = 0.05, random_state: int = 0) -> Mislabelled:
    """Replace some labels of the training digits, each by another digit, and order the images.

    Parameters
    ----------
    wrong_share : of the labels, 0 to 0.5; more of them are wrong beside the same ones
    """
    share = arguments.number("wrong_share", wrong_share, low=0, high=MOST_WRONG)
    rng = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    truths = examples().targets
    changed = rng.permutation(len(truths))[: round(share * len(truths))]
    further = rng.integers(1, CLASSES, len(truths))
    labels = truths.copy()
    labels[changed] = (truths[changed] + further[changed]) % CLASSES
    plausible = _own_share(_looks_alike()[0], labels)
    made = Mislabelled(
        truths, labels, plausible,
        {ORDERS[0]: rng.permutation(len(truths)), ORDERS[1]: np.argsort(plausible, kind="stable")},
    )  # fmt: skip
    for each in (labels, plausible, *made.orders.values()):
        each.setflags(write=False)
    return made


def plausibility(*, inputs: Array, labels: Collection[int]) -> Array:
    """Find how plausible each label is to all other rows, 0 to 1: none has a say in its own.

    The more alike another row is, the more its label counts: by `exp(-distance**2 / (2 * NEAR**2))`.

    Parameters
    ----------
    inputs : shape (n, n_features), 2 rows or more
    labels : shape (n,), whole numbers from 0 to 9

    >>> plausibility(inputs=np.array([[0.0], [0.1], [0.1], [0.0]]), labels=[3, 3, 3, 8]).round(2)
    array([0.66, 0.67, 0.67, 0.  ])
    """
    x = arguments.array("inputs", inputs, shape=(None, None))
    if len(x) < 2:
        raise arguments.refuse("inputs", "hold 2 rows or more, as the others judge each", len(x))
    return _own_share(
        _alike(x, x, own=True), arguments.labels("labels", labels, length=len(x), classes=CLASSES)
    )


def _own_share(alike: Array, labels: Numbers) -> Array:
    """Share of the votes of all others for each row's own label, shape (n,)."""
    votes = alike @ np.eye(CLASSES)[labels]
    return np.asarray(votes[np.arange(len(labels)), labels] / votes.sum(axis=1))


def _alike(rows: Array, others: Array, *, own: bool = False) -> Array:
    """How much say each of the others has about each row; none about itself."""
    far = (rows**2).sum(axis=1)[:, None] - 2 * rows @ others.T + (others**2).sum(axis=1)
    if own:
        np.fill_diagonal(far, np.inf)
    return np.asarray(np.exp((far.min(axis=1, keepdims=True) - far) / (2 * NEAR**2)))


@cache
def _looks_alike() -> tuple[Array, Array]:
    """The say of each training digit about the others, and about each test digit."""
    seen = examples()
    return _alike(seen.inputs, seen.inputs, own=True), _alike(seen.test_inputs, seen.inputs)


def _right(labels: Numbers, model: str) -> int:
    """Count the test digits that a model names rightly after learning from some labels."""
    voted = labels[_nearest()] if model == MODELS[0] else _vote(labels)
    return int((voted == examples().test_targets).sum())


def _vote(labels: Numbers) -> Numbers:
    """Name each test digit by the vote of all training digits."""
    return np.asarray((_looks_alike()[1] @ np.eye(CLASSES)[labels]).argmax(axis=1))


@cache
def _nearest() -> Numbers:
    return np.asarray(_looks_alike()[1].argmax(axis=1))


def _letters(marked: object) -> tuple[str, ...]:
    if not isinstance(marked, Collection) or isinstance(marked, str) or not set(marked) <= set(LETTERS):
        raise arguments.refuse("marked", "hold letters A to O", marked)
    return tuple(letter for letter in LETTERS if letter in marked)
