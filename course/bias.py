"""Lesson 04: what happens to a group of which the training data holds less and less."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from typing import Any

from course import arguments
from course.groups import LEAST, MOST, Examples, Numbers, Sides, chosen_digits, sides
from course.intervals import Interval
from course.networks import Array
from course.rates import Rate
from course.threads import one_thread
from course.wording import percent

MODELS = ("logistic regression", "neural network")
SHARES = (LEAST, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, MOST)
HIDDEN = 32  # neurons of the network


@dataclass(frozen=True, eq=False)
class Measured:
    """What a model gets right after training on one mixture.

    Parameters
    ----------
    share : of the training data that is the group's
    group, others : right answers to the test images of each side
    answers : its answers to the group's test images
    """

    share: float
    group: Rate
    others: Rate
    answers: Numbers

    @property
    def mix(self) -> tuple[float, Interval]:
        """Accuracy on test images mixed as the training data is, and its 95 % interval."""
        return mixture(share=self.share, group=self.group, others=self.others)

    @property
    def balanced(self) -> tuple[float, Interval]:
        """Accuracy on test images of which half are the group's, and its 95 % interval."""
        return mixture(share=0.5, group=self.group, others=self.others)


@dataclass(frozen=True, eq=False)
class Narrow:
    """A model trained on data of which a group has a certain share, and on all shares beside it.

    Parameters
    ----------
    sides : the examples
    group_share : of the training data
    model : one of `MODELS`
    curve : what comes out at each share, the smallest first; this one is among them
    """

    sides: Sides
    group_share: float
    model: str
    curve: tuple[Measured, ...]

    @property
    def now(self) -> Measured:
        """What comes out at this share."""
        return next(each for each in self.curve if each.share == self.group_share)

    @property
    def conditions(self) -> str:
        """On how many images this rests."""
        group, others = self.sides.mixed(self.group_share)
        return (
            f"Trained on {len(group)} + {len(others)} images, tested on {self.now.group.of} of the group "
            f"and {self.now.others.of} others; bands: 95 % intervals."
        )

    def __str__(self) -> str:
        now, part = self.now, f"{100 * self.group_share:.3g} %"
        model = "a neural network" if self.model == MODELS[1] else self.model
        group, others = _ends(now.group)[0], _ends(now.others)[0]
        name = self.sides.group[0].upper() + self.sides.group[1:]
        return (
            f"{name} are {part} of the training data: {model} reads {percent(group)} of them rightly, "
            f"{percent(others)} of {self.sides.others}, {percent(now.mix[0])} of all mixed as in training."
        )


def narrow(
    *,
    group: str = "digits",
    digits: Sequence[str] = ("8", "9"),
    group_share: float = 0.5,
    model: str = "logistic regression",
    random_state: int = 0,
) -> Narrow:
    """Train on data of constant size of which a group has a certain share, and test on both sides.

    Parameters
    ----------
    group : one of `GROUPS`: some of the ten digits, or all of them in a slanted writing
    digits : which digits are the group, one to nine of them
    group_share : of the training data, 0.01 to 0.5
    model : one of `MODELS`
    random_state : which images are learnt from, and which ones are for the test
    """
    part = arguments.number("group_share", group_share, low=LEAST, high=MOST)
    kind = arguments.one_of("model", model, MODELS)
    both = sides(group=group, digits=digits, random_state=random_state)
    chosen = chosen_digits(digits) if group == "digits" else ("8", "9")
    every = sorted({*SHARES, part})
    curve = tuple(_measured(group, chosen, kind, each, random_state) for each in every)
    return Narrow(both, part, kind, curve)


def mixture(*, share: float, group: Rate, others: Rate) -> tuple[float, Interval]:
    """Find the accuracy where a group has a certain share, and its 95 % interval.

    Parameters
    ----------
    share : the group's, 0 to 1
    group, others : right answers on each side, of people or images that are not the same

    Source
    ------
    Zou and Donner (2008), Construction of confidence limits about effect measures: for a
    weighted sum, as Newcombe (1998) does for a difference.

    >>> value, interval = mixture(share=0.5, group=Rate(56, 70), others=Rate(48, 80))
    >>> print(f"{value:.2f}, {interval}")
    0.70, 0.62 to 0.76
    """
    weight = arguments.number("share", share, low=0, high=1)
    found = [(part, *_ends(rate)) for part, rate in ((weight, group), (1 - weight, others))]
    value = sum(part * middle for part, middle, _, _ in found)
    down, up = (hypot(*(each[0] * abs(each[1] - each[end]) for each in found)) for end in (2, 3))
    return value, Interval(value - down, value + up)


def answers(
    *,
    examples: Examples,
    asked: Sequence[Array],
    weights: Array | None = None,
    model: str = "logistic regression",
    random_state: int = 0,
) -> tuple[Numbers, ...]:
    """Train a classifier of scikit-learn, and ask it about images.

    Parameters
    ----------
    examples : to learn from
    asked : sets of images, each of shape (n, 64)
    weights : shape (len(examples),), how much each example counts; default: all alike
    model : one of `MODELS`: logistic regression, or a network of 32 hidden neurons
    random_state : the network's random start

    Returns
    -------
    for each set the digits that it says, shape (n,)
    """
    kind = arguments.one_of("model", model, MODELS)
    seed = arguments.whole("random_state", random_state, low=0)
    classifier = _network(seed) if kind == "neural network" else _logistic()
    with one_thread():
        classifier.fit(examples.inputs, examples.labels, sample_weight=weights)
        return tuple(classifier.predict(images) for images in asked)


@lru_cache(4096)
def _measured(group: str, digits: tuple[str, ...], model: str, share: float, seed: int) -> Measured:
    both = sides(group=group, digits=digits, random_state=seed)
    own, other = both.mixed(share)
    asked = (both.test_group.inputs, both.test_others.inputs)
    said = answers(examples=own.and_also(other), asked=asked, model=model, random_state=seed)
    return Measured(share, both.test_group.right(said[0]), both.test_others.right(said[1]), said[0])


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000)


def _network(seed: int) -> Any:
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier((HIDDEN,), solver="lbfgs", alpha=0.1, tol=1e-3, max_iter=1000, random_state=seed)


def _ends(rate: Rate) -> tuple[float, float, float]:
    """Return a share and the ends of its interval."""
    if rate.value is None or rate.interval is None:
        raise arguments.refuse("group and others", "each have somebody", str(rate))
    return rate.value, rate.interval.low, rate.interval.high
