"""Lesson 04: a model trained on one population's handwriting and used on another's.

Three populations, all as 8 x 8 counts of ink: the digits of the UCI set, those of MNIST brought
to the same form, and the UCI digits slanted, where nothing but the slant differs.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, datasets
from course.groups import slanted
from course.lending import Numbers
from course.networks import Array
from course.rates import Rate
from course.threads import one_thread
from course.wording import percent

POPULATIONS = ("UCI", "MNIST", "UCI slanted")
SOURCE = {"UCI": "UCI", "MNIST": "MNIST", "UCI slanted": "UCI"}  # whose images they are
NAMES = {"UCI": "UCI", "MNIST": "MNIST", "UCI slanted": "slanted UCI"}
TRAIN, MOST, TEST = 1000, 500, 1000  # images to train on, to add at most, and to test on at most
STEPS = (0, 5, 10, 20, 50, 100, 200, 500)
SLANT = 35.0  # degrees
SURE = 0.9  # confidence of an answer that nobody would check
SIDE = 8


@dataclass(frozen=True, eq=False)
class Measured:
    """How a model does on new images of a population.

    Parameters
    ----------
    right : its answers that are the label
    confidence : mean probability of its answers, 0 to 1
    sure_and_wrong : the wrong ones of its answers of at least 90 % confidence
    """

    right: Rate
    confidence: float
    sure_and_wrong: Rate

    @property
    def accuracy(self) -> float:
        """Share of its answers that are right."""
        return self.right.count / self.right.of


@dataclass(frozen=True, eq=False)
class Step:
    """One training.

    Parameters
    ----------
    added : examples of the population it is used on that it was trained on as well
    home, abroad : on new images of the population it was trained on, and it is used on
    """

    added: int
    home: Measured
    abroad: Measured


@dataclass(frozen=True, eq=False)
class Shift:
    """A model trained on one population, used on another.

    Parameters
    ----------
    trained_on, used_on : two of `POPULATIONS`, or the same twice
    now : the model, by what it does
    curve : the same for each of `STEPS`, and for `now`
    home_images, images : shape (10, 8, 8), a new 0 to 9 of either population, ink from 0 to 1
    answers : shape (10,), what the model says to `images`
    confidences : shape (10,), the probability of each of these answers
    """

    trained_on: str
    used_on: str
    now: Step
    curve: tuple[Step, ...]
    home_images: Array
    images: Array
    answers: Numbers
    confidences: Array

    @property
    def same(self) -> bool:
        """Whether it is the ordinary test: both populations are the same."""
        return self.trained_on == self.used_on

    @property
    def conditions(self) -> str:
        """Where the images are from, and what that leaves open."""
        return (
            "UCI: 13 writers, Turkey. MNIST: American clerks and pupils. Scanners differ as well. "
            "Bands: 95 % intervals."
        )

    def __str__(self) -> str:
        home, abroad = NAMES[self.trained_on], NAMES[self.used_on]
        there = self.now.abroad
        added = f"{self.now.added} {'more' if self.same else f'of {abroad}'}"
        trained = f"Trained on {TRAIN:,} {home} digits" + (f" and {added}" if self.now.added else "")
        elsewhere = "" if self.same else f" and {percent(there.accuracy)} of {abroad}"
        of = "others of these" if self.same else home
        return (
            f"{trained}: right on {percent(self.now.home.accuracy)} of {of}{elsewhere}. "
            f"Mean confidence there {percent(there.confidence)}; {_surest(there.sure_and_wrong)}."
        )


def _surest(wrong: Rate) -> str:
    if wrong.value is None:
        return "no answer is 90 % sure"
    return f"of answers 90 % sure, {percent(wrong.value)} are wrong"


def shift(
    *, trained_on: str = "UCI", used_on: str = "MNIST", added: int = 0, random_state: int = 0
) -> Shift:
    """Train a logistic regression on 1,000 digits of one population, and use it on another.

    Parameters
    ----------
    trained_on, used_on : of `POPULATIONS`
    added : labelled examples of the second population to train on as well, 0 to 500
    random_state : which images are for training, for adding and for the test
    """
    home, abroad = (
        arguments.one_of(name, value, POPULATIONS)
        for name, value in (("trained_on", trained_on), ("used_on", used_on))
    )
    more = arguments.whole("added", added, low=0, high=MOST)
    seed = arguments.whole("random_state", random_state, low=0)
    curve = tuple(_step(home, abroad, each, seed) for each in sorted({*STEPS, more}))
    (now,) = (each for each in curve if each.added == more)
    images, said = _tested(abroad, seed)[0], _said(home, abroad, more, seed)[1]
    shown = _one_of_each(abroad, seed)
    return Shift(
        trained_on=home,
        used_on=abroad,
        now=now,
        curve=curve,
        home_images=_tested(home, seed)[0][_one_of_each(home, seed)].reshape(-1, SIDE, SIDE),
        images=images[shown].reshape(-1, SIDE, SIDE),
        answers=said[shown].argmax(axis=1),
        confidences=said[shown].max(axis=1),
    )


@cache
def population(*, name: str = "UCI") -> tuple[Array, Numbers]:
    """Return all images of one of `POPULATIONS`, and the digits they are.

    Returns
    -------
    shape (n, 64), ink from 0 to 1, and shape (n,)

    >>> [len(population(name=name)[0]) for name in POPULATIONS]
    [1797, 5000, 1797]
    """
    arguments.one_of("name", name, POPULATIONS)
    data = datasets.mnist() if name == "MNIST" else datasets.digits()
    made = data.inputs.copy()
    if name != "UCI":
        made = shrunk(made) if name == "MNIST" else slanted(images=made, degrees=SLANT)
    made.setflags(write=False)
    return made, data.targets.astype(int)


def shrunk(inputs: ArrayLike) -> Array:
    """Bring MNIST's images to the form of the UCI digits: black or white, ink counted in blocks.

    The middle 20 x 20 pixels are enlarged to 32 x 32, made black or white, and counted in blocks
    of 4 x 4.

    Parameters
    ----------
    inputs : shape (n, 784), ink from 0 to 1

    Returns
    -------
    shape (n, 64), ink from 0 to 1 in steps of 1/16

    Source
    ------
    Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, its blocks of 4 x 4.
    """
    from scipy.ndimage import zoom

    images = arguments.array("inputs", inputs, shape=(None, 784)).reshape(-1, 28, 28)[:, 4:24, 4:24]
    black = zoom(images, (1, 1.6, 1.6), order=1) >= 0.5
    return np.asarray(black.reshape(-1, SIDE, 4, SIDE, 4).mean(axis=(2, 4)).reshape(-1, SIDE**2))


def rows(*, name: str = "UCI", random_state: int = 0) -> tuple[Numbers, Numbers, Numbers]:
    """Deal a population's images: 1,000 to train on, 500 to add, up to 1,000 of the rest for the test.

    The UCI digits and the slanted ones are dealt alike, so that no image is trained on upright
    and tested slanted.

    >>> [len(part) for part in rows(name="UCI")], [len(part) for part in rows(name="MNIST")]
    ([1000, 500, 297], [1000, 500, 1000])
    """
    arguments.one_of("name", name, POPULATIONS)
    seed = arguments.whole("random_state", random_state, low=0)
    order = np.random.default_rng(seed).permutation(len(population(name=SOURCE[name])[1]))
    train, pool, test, _ = np.split(order, (TRAIN, TRAIN + MOST, TRAIN + MOST + TEST))
    return train, pool, test


def _tested(name: str, seed: int) -> tuple[Array, Numbers]:
    images, labels = population(name=name)
    test = rows(name=name, random_state=seed)[2]
    return images[test], labels[test]


def _one_of_each(name: str, seed: int) -> Numbers:
    """The first test image of each digit."""
    return np.unique(_tested(name, seed)[1], return_index=True)[1]


@lru_cache(256)
def _step(home: str, abroad: str, added: int, seed: int) -> Step:
    here, there = (
        _measured(shares, _tested(name, seed)[1])
        for name, shares in zip((home, abroad), _said(home, abroad, added, seed), strict=True)
    )
    return Step(added, here, there)


@lru_cache(256)
def _said(home: str, abroad: str, added: int, seed: int) -> tuple[Array, Array]:
    """Probabilities for the test images of both populations, shape (n, 10) each."""
    from sklearn.linear_model import LogisticRegression

    own, more = rows(name=home, random_state=seed)[0], rows(name=abroad, random_state=seed)[1][:added]
    x, y = (
        np.concatenate([ours[own], theirs[more]])
        for ours, theirs in zip(population(name=home), population(name=abroad), strict=True)
    )
    with one_thread():
        learner = LogisticRegression(max_iter=1000).fit(x, y)
        here, there = (learner.predict_proba(_tested(name, seed)[0]) for name in (home, abroad))
    return here, there


def _measured(shares: Array, labels: NDArray[np.int64]) -> Measured:
    right = shares.argmax(axis=1) == labels
    confidences = shares.max(axis=1)
    sure = confidences >= SURE
    wrong = Rate(int((sure & ~right).sum()), int(sure.sum()), "no answer is that sure")
    return Measured(Rate(int(right.sum()), len(labels)), float(confidences.mean()), wrong)
