"""Whether confidence can be taken at its word, and how a temperature mends it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments
from course.networks import Array

BINS = 15
COLDEST, HOTTEST = 0.05, 20.0  # between these a temperature is looked for
GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True, eq=False)
class Reliability:
    """Answers sorted by confidence into bins of equal width.

    Parameters
    ----------
    confidence, accuracy : shape (n_bins,), means in each bin; not a number where it is empty
    count : shape (n_bins,), answers in each bin
    """

    confidence: Array
    accuracy: Array
    count: NDArray[np.int64]

    @property
    def error(self) -> float:
        """Mean gap between confidence and accuracy, each bin as heavy as its answers are many."""
        full = self.count > 0
        gaps = np.abs(self.accuracy[full] - self.confidence[full])
        return float((gaps * self.count[full]).sum() / self.count.sum())

    def __str__(self) -> str:
        return f"Confidence and accuracy differ by {100 * self.error:.1f} points on average."


def reliability(*, probabilities: ArrayLike, labels: ArrayLike, bins: int = BINS) -> Reliability:
    """Sort answers into bins by their confidence, the largest probability.

    Parameters
    ----------
    probabilities : shape (n, n_classes), each row adding up to 1
    labels : shape (n,), class numbers
    bins : how many, all of the same width; a confidence on an edge belongs to the lower one

    Source
    ------
    Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks,
    arXiv:1706.04599, section 2.
    """
    shares, truths = checked(probabilities, labels)
    number = arguments.whole("bins", bins, low=1)
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == truths
    where = np.clip(np.ceil(confidence * number).astype(int) - 1, 0, number - 1)
    count = np.bincount(where, minlength=number)
    with np.errstate(invalid="ignore"):
        means = [np.bincount(where, values, number) / count for values in (confidence, right)]
    return Reliability(means[0], means[1], count)


def calibration_error(*, probabilities: ArrayLike, labels: ArrayLike, bins: int = BINS) -> float:
    """Measure the expected calibration error, 0 to 1: see `Reliability.error`.

    >>> round(calibration_error(probabilities=[[0.8, 0.2], [0.8, 0.2]], labels=[0, 1]), 3)
    0.3
    """
    return reliability(probabilities=probabilities, labels=labels, bins=bins).error


def tempered(*, scores: ArrayLike, temperature: float = 1.0) -> Array:
    """Turn scores into probabilities; a temperature above 1 evens them out, order stays.

    Parameters
    ----------
    scores : shape (n, n_classes), a network's outputs before softmax
    temperature : above 0

    Source
    ------
    Guo et al. (2017), section 4.2.
    """
    heat = arguments.number("temperature", temperature, above=0)
    return _softmax(arguments.array("scores", scores, shape=(None, None)) / heat)


def fitted_temperature(*, scores: ArrayLike, labels: ArrayLike) -> float:
    """Find the temperature, 0.05 to 20, that makes the loss smallest.

    The loss has a single valley over the logarithm of the temperature: it is narrowed down
    by golden sections.

    Parameters
    ----------
    scores : shape (n, n_classes), of examples that the network didn't learn from
    labels : shape (n,), class numbers
    """
    values = arguments.array("scores", scores, shape=(None, None))
    truths = arguments.labels("labels", labels, length=len(values), classes=values.shape[1])
    low = values - values.max(axis=1, keepdims=True)
    own = low[np.arange(len(low)), truths]

    def loss(place: float) -> float:
        heat = np.exp(place)
        return float((np.log(np.exp(low / heat).sum(axis=1)) - own / heat).mean())

    return float(np.exp(_lowest(loss, np.log(COLDEST), np.log(HOTTEST))))


def checked(probabilities: ArrayLike, labels: ArrayLike) -> tuple[Array, NDArray[np.int64]]:
    """Refuse what is no probability of each class, or no label for each row."""
    shares = arguments.array("probabilities", probabilities, shape=(None, None))
    if shares.min() < 0 or np.abs(shares.sum(axis=1) - 1).max() > 1e-6:
        raise arguments.refuse("probabilities", "be 0 or more and add up to 1 in each row", shares.tolist())
    return shares, arguments.labels("labels", labels, length=len(shares), classes=shares.shape[1])


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _lowest(loss: Callable[[float], float], low: float, high: float) -> float:
    """Narrow down where a function with a single valley is lowest."""
    for _ in range(40):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return (low + high) / 2
