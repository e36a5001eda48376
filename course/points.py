"""Points in the plane: sets made here, each with a class or a number, and points moved by hand.

Source: the shapes are those of TensorFlow Playground; Smilkov and Carter (2017),
Direct-manipulation visualization of deep networks, arXiv:1708.03788.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments
from course.networks import Array

COUNT = 500  # points of a set that is made here
EDGE = 6.0  # the plane reaches from -EDGE to EDGE
REACH = 5.0  # the points of a set lie within this
CLASSES = ("orange", "blue")  # class 0 and class 1
Random = np.random.Generator
Made = tuple[Array, NDArray[Any]]

# What can be computed of a place, and handed to a network as an input.
FEATURES: dict[str, Callable[[Array], Array]] = {
    "x₁": lambda x: x[:, 0],
    "x₂": lambda x: x[:, 1],
    "x₁²": lambda x: x[:, 0] ** 2,
    "x₂²": lambda x: x[:, 1] ** 2,
    "x₁x₂": lambda x: x[:, 0] * x[:, 1],
    "sin x₁": lambda x: np.sin(x[:, 0]),
    "sin x₂": lambda x: np.sin(x[:, 1]),
}


@dataclass(frozen=True, eq=False)
class Points:
    """Points in the plane, some to learn from and others for the test.

    Parameters
    ----------
    name : of the set
    inputs : shape (n, 2), places from -6 to 6
    targets : shape (n,), class numbers 0 and 1, or numbers from -1 to 1
    numeric : whether the targets are numbers
    train, test : row numbers
    columns : what the two coordinates are
    spans : for each coordinate the values that stand at -5 and at 5
    classes : names of class 0 and class 1
    note : what was left out on the way, and what else has to be said
    edits : what was moved and added by hand, see `edited`
    touched : row numbers of the points that were moved or added
    """

    name: str
    inputs: Array
    targets: Array
    numeric: bool
    train: NDArray[np.int64]
    test: NDArray[np.int64]
    columns: tuple[str, str] = ("x₁", "x₂")
    spans: tuple[tuple[float, float], tuple[float, float]] = ((-REACH, REACH), (-REACH, REACH))
    classes: tuple[str, str] = CLASSES
    note: str = ""
    edits: str = ""
    touched: tuple[int, ...] = ()

    def __str__(self) -> str:
        said = f"{self.name}: {len(self.train):,} points to learn from, {len(self.test):,} for the test."
        return f"{said} {self.note}".strip()


def _circle(random: Random, noise: float) -> Made:
    inner = np.arange(COUNT) < COUNT // 2
    radius = REACH * np.where(inner, random.uniform(0, 0.5, COUNT), random.uniform(0.7, 1, COUNT))
    angle = random.uniform(0, 2 * np.pi, COUNT)
    return radius[:, None] * _around(angle) + _jitter(random, noise * REACH), inner


def _exclusive_or(random: Random, noise: float) -> Made:
    places = random.uniform(-REACH, REACH, (COUNT, 2))
    apart = places + 0.3 * np.where(places > 0, 1, -1)  # a gap along the axes
    return np.clip(apart, -REACH, REACH) + _jitter(random, noise * REACH), apart.prod(axis=1) > 0


def _gaussians(random: Random, noise: float) -> Made:
    blue = np.arange(COUNT) < COUNT // 2
    spread = np.sqrt(0.5 + 7 * noise)  # variance from 0.5 to 4
    centres = np.where(blue, 2.0, -2.0)[:, None]
    return centres + spread * random.standard_normal((COUNT, 2)), blue


def _spiral(random: Random, noise: float) -> Made:
    blue = np.arange(COUNT) < COUNT // 2
    along = np.tile(np.arange(COUNT // 2) / (COUNT // 2), 2)
    angle = 1.75 * 2 * np.pi * along + np.where(blue, 0, np.pi)
    return REACH * along[:, None] * _around(angle) + _jitter(random, noise), blue


def _plane(random: Random, noise: float) -> Made:
    places = random.uniform(-EDGE, EDGE, (COUNT, 2))
    return places + _jitter(random, noise * EDGE), np.clip(places.sum(axis=1) / 10, -1, 1)


def _hills(random: Random, noise: float) -> Made:
    """Three hills and three hollows, each of radius 2; far from all of them it is 0."""
    places = random.uniform(-EDGE, EDGE, (COUNT, 2))
    tops = np.array([(-4, 2.5), (0, 2.5), (4, 2.5), (-4, -2.5), (0, -2.5), (4, -2.5)])
    heights = np.array([1, -1, 1, -1, 1, -1])
    near = np.clip(1 - np.linalg.norm(places[:, None] - tops, axis=2) / 2, 0, 1)
    return places + _jitter(random, noise * EDGE), (near * heights).sum(axis=1)


SETS: dict[str, Callable[[Random, float], Made]] = {
    "circle": _circle,
    "exclusive or": _exclusive_or,
    "Gaussians": _gaussians,
    "spiral": _spiral,
    "plane": _plane,
    "multi-Gaussian": _hills,
}
NUMERIC = ("plane", "multi-Gaussian")


def points(
    *, dataset: str = "circle", train_size: float = 0.5, noise: float = 0.0, random_state: int = 0
) -> Points:
    """Make a set of 500 points, and divide it at random.

    Parameters
    ----------
    dataset : one of `SETS`
    train_size : share to learn from, 0.1 to 0.9
    noise : how far the points are moved from where they belong, 0 to 0.5

    >>> print(points(dataset="spiral", noise=0.1))
    spiral: 250 points to learn from, 250 for the test.
    """
    arguments.one_of("dataset", dataset, SETS)
    level = arguments.number("noise", noise, low=0, high=0.5)
    random = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    places, targets = SETS[dataset](random, level)
    train, test = halves(random.permutation(len(places)), train_size)
    inside = np.clip(places, -EDGE, EDGE)
    return Points(dataset, inside, targets.astype(float), dataset in NUMERIC, train, test)


def halves(order: NDArray[np.int64], train_size: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide rows that stand in a random order into those to learn from and those for the test."""
    share = arguments.number("train_size", train_size, low=0.1, high=0.9)
    own = min(max(round(share * len(order)), 1), len(order) - 1)
    return np.sort(order[:own]), np.sort(order[own:])


def edited(made: Points, edits: str) -> Points:
    """Add points to those that are learnt from, and move others, as somebody wrote it down.

    Parameters
    ----------
    edits : parts divided by semicolons: `2.5 -1 blue` adds a point at a place, with a class
        or, where targets are numbers, with a number; `#17 2.5 -1` moves point 17

    >>> print(edited(points(), "2.5 -1 blue; #17 0 0"))
    circle: 251 points to learn from, 250 for the test.
    """
    if not isinstance(edits, str):
        raise arguments.refuse("edits", "be text", edits)
    inputs, targets, moved = made.inputs.copy(), [*made.targets], []
    for part in filter(None, (each.strip() for each in edits.split(";"))):
        words = part.replace("−", "-").split()
        try:
            if words[0].startswith("#"):
                row = _row(words[0], len(inputs))
                inputs[row] = _place(words[1:])
                moved.append(row)
            else:
                inputs = np.vstack([inputs, _place(words[:2])])
                targets.append(_target(made, " ".join(words[2:])))
        except ValueError:
            answer = "0.5" if made.numeric else made.classes[1]
            must = f"be parts such as `2.5 -1 {answer}` or `#17 2.5 -1`, places from -6 to 6"
            raise arguments.refuse("edits", must, part) from None
    added = range(len(made.inputs), len(inputs))
    return replace(
        made,
        inputs=inputs,
        targets=np.array(targets),
        train=np.concatenate([made.train, added]).astype(int),
        edits=edits,
        touched=tuple(sorted({*moved, *added})),
    )


def _row(word: str, count: int) -> int:
    return arguments.whole("row", int(word[1:]), low=0, high=count - 1)


def _place(words: list[str]) -> Array:
    if len(words) != 2:
        raise ValueError("a place has two numbers")
    return np.array([arguments.number("place", float(word), low=-EDGE, high=EDGE) for word in words])


def _target(made: Points, word: str) -> float:
    if made.numeric:
        return arguments.number("target", float(word), low=-1, high=1)
    return float(made.classes.index(word))


def _around(angle: Array) -> Array:
    return np.stack([np.sin(angle), np.cos(angle)], axis=1)


def _jitter(random: Random, reach: float) -> Array:
    return random.uniform(-reach, reach, (COUNT, 2)) if reach else np.zeros((COUNT, 2))
