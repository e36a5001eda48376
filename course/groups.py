"""Lesson 04: handwritten digits as a group and all others, to learn from and to test on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import radians, tan

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets
from course.networks import Array
from course.rates import Rate

Numbers = NDArray[np.int64]
GROUPS = ("digits", "slanted")
LEAST, MOST = 0.01, 0.5  # share of the training data that a group can have
TRAIN, TEST = 400, 600  # images
ANGLE = 35  # degrees
SIDE = 8  # pixels of an image
FEW = 3  # digits from which on a group is called by their number where there is little room


@dataclass(frozen=True, eq=False)
class Examples:
    """Images and the digits that they are.

    Parameters
    ----------
    inputs : shape (n, 64), ink from 0 to 1
    labels : shape (n,)
    """

    inputs: Array
    labels: Numbers

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, count: int) -> "Examples":
        """Return the first ones."""
        return Examples(self.inputs[:count], self.labels[:count])

    def right(self, answers: Numbers) -> Rate:
        """Count the right ones among a model's answers."""
        return Rate(int((answers == self.labels).sum()), len(self))

    def and_also(self, others: "Examples") -> "Examples":
        """Return these, and others after them."""
        inputs = np.concatenate([self.inputs, others.inputs])
        return Examples(inputs, np.concatenate([self.labels, others.labels]))


@dataclass(frozen=True, eq=False)
class Sides:
    """The examples of a group and of all others, to learn from and to test on.

    Parameters
    ----------
    group, others : what each side is called, in the plural
    short : the group's name where there is little room
    train_group, train_others : to learn from, in a random order in which the digits take turns
    test_group, test_others : never learnt from
    """

    group: str
    others: str
    short: str
    train_group: Examples
    train_others: Examples
    test_group: Examples
    test_others: Examples

    @property
    def train_size(self) -> int:
        """How many images a training set can have at every share, 400 at most."""
        fits = min(len(self.train_group) / MOST, len(self.train_others) / (1 - LEAST), TRAIN)
        return int(fits) // 10 * 10

    def mixed(self, share: float) -> tuple[Examples, Examples]:
        """Return the two parts of a training set of constant size, the group's share of it given."""
        count = max(1, round(share * self.train_size))
        return self.train_group.first(count), self.train_others.first(self.train_size - count)


def sides(*, group: str = "digits", digits: Sequence[str] = ("8", "9"), random_state: int = 0) -> Sides:
    """Divide the handwritten digits into a group and all others, and each into training and test.

    >>> both = sides()
    >>> both.group, len(both.test_group) + len(both.test_others)
    ('8s and 9s', 600)
    """
    kind = arguments.one_of("group", group, GROUPS)
    chosen = chosen_digits(digits)
    seed = arguments.whole("random_state", random_state, low=0)
    return _slanted(seed) if kind == "slanted" else _digits(chosen, seed)


def slanted(*, images: Array, degrees: float = ANGLE) -> Array:
    """Shear images to the right about their middle row.

    Parameters
    ----------
    images : shape (n, 64)

    >>> upright = np.zeros((1, 8, 8)); upright[:, :, 3:5] = 1
    >>> slanted(images=upright.reshape(1, 64)).reshape(8, 8).argmax(axis=1)
    array([6, 5, 5, 4, 3, 2, 2, 1])
    """
    from scipy.ndimage import affine_transform

    pictures = arguments.array("images", images, shape=(None, SIDE * SIDE)).reshape(-1, SIDE, SIDE)
    slope = tan(radians(arguments.number("degrees", degrees, low=-60, high=60)))
    shear = np.array([[1, 0, 0], [0, 1, 0], [0, slope, 1]])
    middle = (SIDE - 1) / 2
    made = affine_transform(pictures, shear, offset=(0, 0, -slope * middle), order=1)
    return np.asarray(made).reshape(-1, SIDE * SIDE)


@cache
def _slanted(seed: int) -> Sides:
    train, test = _divided(_all_rows(), TEST, seed)
    own, other = _divided(train, len(train) // 2, seed)
    own_test, other_test = _divided(test, TEST // 2, seed)
    return Sides(
        group="slanted digits",
        others="the upright ones",
        short="slanted",
        train_group=_leaning(_in_turn(own, seed)),
        train_others=_in_turn(other, seed),
        test_group=_leaning(_in_turn(own_test, seed)),
        test_others=_in_turn(other_test, seed),
    )


@cache
def _digits(digits: tuple[str, ...], seed: int) -> Sides:
    train, test = _divided(_all_rows(), TEST, seed)
    wanted = [int(digit) for digit in digits]
    (own, other), (own_test, other_test) = (_apart(rows, wanted) for rows in (train, test))
    named = [f"{digit}s" for digit in digits]
    return Sides(
        group=" and ".join(filter(None, (", ".join(named[:-1]), named[-1]))),
        others="the other digits",
        short=" and ".join(named) if len(named) < FEW else f"{len(named)} digits",
        train_group=_in_turn(own, seed),
        train_others=_in_turn(other, seed),
        test_group=_in_turn(own_test, seed),
        test_others=_in_turn(other_test, seed),
    )


def chosen_digits(digits: Sequence[str]) -> tuple[str, ...]:
    """Put the digits of a group in order, or refuse what is none."""
    known = set(datasets.digits().class_names)
    fits = isinstance(digits, list | tuple) and all(isinstance(each, str) for each in digits)
    if not (fits and set(digits) <= known and 1 <= len(set(digits)) < len(known)):
        raise arguments.refuse("digits", "be one to nine of the ten digits", digits)
    return tuple(sorted(set(digits)))


def _all_rows() -> Numbers:
    return np.arange(len(datasets.digits().targets))


def _divided(rows: Numbers, test_size: int, seed: int) -> tuple[Numbers, Numbers]:
    """Divide rows in two, with the same share of each digit on both sides."""
    from sklearn.model_selection import train_test_split

    labels = datasets.digits().targets[rows]
    one, other = train_test_split(rows, test_size=test_size, stratify=labels, random_state=seed)
    return one, other


def _apart(rows: Numbers, digits: Sequence[int]) -> tuple[Numbers, Numbers]:
    among = np.isin(datasets.digits().targets[rows], digits)
    return rows[among], rows[~among]


def _in_turn(rows: Numbers, seed: int) -> Examples:
    """Take one example of each digit, then a second one of each, in a random order."""
    mixed = np.random.default_rng(seed).permutation(rows)
    inputs, labels = datasets.digits().rows(mixed)
    turn = np.empty(len(labels), int)
    for digit in np.unique(labels):
        turn[labels == digit] = np.arange((labels == digit).sum())
    order = np.argsort(turn, kind="stable")
    return _fixed(inputs[order], labels[order])


def _leaning(upright: Examples) -> Examples:
    return _fixed(slanted(images=upright.inputs), upright.labels)


def _fixed(inputs: Array, labels: Numbers) -> Examples:
    inputs.setflags(write=False)
    labels.setflags(write=False)
    return Examples(inputs, labels)
