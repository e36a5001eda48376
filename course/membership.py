"""Lesson 03: was this image in the training set? What a network's confidence gives away."""

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, datasets, inference, networks
from course.networks import Array, Network
from course.training import descend
from course.wording import percent, written

MODELS = ("generalises", "memorises")
FEW, REPLACED, EPOCHS = 300, 0.3, 100  # what a network learns by heart, and how long it takes
Rates = tuple[Array, Array]


def roc_curve(*, members: ArrayLike, others: ArrayLike) -> Rates:
    """Shares taken for members, among others and among members, for every threshold.

    Parameters
    ----------
    members, others : shape (n,), scores; the larger, the more likely a member

    Returns
    -------
    false and true positive rates, from (0, 0) to (1, 1), one point for each different score

    Source
    ------
    Fawcett (2006), An introduction to ROC analysis, section 5.
    """
    own, other = (
        np.sort(arguments.array(name, values, shape=(None,)))
        for name, values in (("members", members), ("others", others))
    )
    lines = np.append(np.inf, np.unique(np.concatenate([own, other]))[::-1])
    rates = [1 - np.searchsorted(values, lines, side="left") / len(values) for values in (other, own)]
    return rates[0], rates[1]


def area_under_curve(*, members: ArrayLike, others: ArrayLike) -> float:
    """How often a member scores higher than another, ties as halves: 0.5 is chance.

    >>> area_under_curve(members=[3, 2], others=[2, 1])
    0.875
    """
    false, true = roc_curve(members=members, others=others)
    return float(np.trapezoid(true, false))


@dataclass(frozen=True, eq=False)
class Membership:
    """How sure a network is of images that it trained on, and of others.

    Parameters
    ----------
    members, others : shape (n,), the probability that it gives to each image's own label
    threshold : confidence from which on an image is taken for one that it trained on
    """

    members: Array
    others: Array
    threshold: float

    @cached_property
    def roc(self) -> Rates:
        """False and true positive rates for every threshold."""
        return roc_curve(members=self.members, others=self.others)

    @cached_property
    def auc(self) -> float:
        """Area under that curve."""
        return area_under_curve(members=self.members, others=self.others)

    @property
    def rates(self) -> tuple[float, float]:
        """False and true positive rate at the threshold."""
        false, true = ((values >= self.threshold).mean() for values in (self.others, self.members))
        return float(false), float(true)

    def __str__(self) -> str:
        false, true = map(percent, self.rates)
        return (
            f"At a threshold of {percent(self.threshold)}, {true} of the {len(self.members):,} training "
            f"images are taken for such, and {false} of the {len(self.others):,} others; "
            f"AUC {written(self.auc)}, where 0.50 is chance."
        )


def membership(*, model: str = "generalises", threshold: float = 0.9, random_state: int = 0) -> Membership:
    """Guess from its confidence in an image's own label whether a network trained on it.

    One network learnt 3,500 images with their true labels; the other learnt by heart 300
    images, for 30 % of which the label was drawn at random. The own label of a training image
    is the one that it came with, that of others the true one.

    Parameters
    ----------
    model : one of `MODELS`
    threshold : confidence from which on an image is taken for a training image, 0 to 1
    """
    arguments.one_of("model", model, MODELS)
    line = arguments.number("threshold", threshold, low=0, high=1)
    seed = arguments.whole("random_state", random_state, low=0)
    return Membership(*_confidences(model, seed), line)


@cache
def memorised(*, random_state: int = 0) -> tuple[Network, Array, NDArray[np.int64]]:
    """Train a network until it knows 300 images by heart, 30 % of the labels drawn at random.

    Returns
    -------
    the network, the images, shape (300, 784), and the labels that they came with
    """
    seed = arguments.whole("random_state", random_state, low=0)
    inputs, labels = datasets.mnist().rows(inference.examples(FEW, seed))
    random = np.random.default_rng(seed)
    wrong = random.permutation(FEW)[: round(REPLACED * FEW)]
    given = labels.copy()
    given[wrong] = random.integers(0, 10, len(wrong))
    start = networks.initialise(layer_sizes=(inputs.shape[1], inference.HIDDEN, 10), random_state=seed)
    run = descend(network=start, inputs=inputs, targets=given, learning_rate=0.1, random_state=seed)
    *_, last = (each for each, _ in zip(run, range(EPOCHS + 1), strict=False))
    for array in (inputs, given):
        array.setflags(write=False)
    return last, inputs, given


@lru_cache(32)
def _confidences(model: str, seed: int) -> Rates:
    data = datasets.mnist()
    if model == "memorises":
        network, inputs, labels = memorised(random_state=seed)
    else:
        network = inference.trained(random_state=seed)
        inputs, labels = data.rows(inference.examples(inference.MOST, seed))
    test = data.rows(inference.halves(data).test)
    return _own(network, inputs, labels), _own(network, *test)


def _own(network: Network, inputs: Array, labels: NDArray[np.int64]) -> Array:
    """The probability that a network gives to each image's own label."""
    shares = networks.forward(network, inputs)[-1]
    own = np.asarray(shares[np.arange(len(labels)), labels])
    own.setflags(write=False)
    return own
