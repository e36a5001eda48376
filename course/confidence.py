"""Lesson 03: how sure a network is, of digits and of what is none, and what a person gets to see."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, datasets, inference, networks
from course.calibration import Reliability, checked, fitted_temperature, reliability, tempered
from course.networks import Array, Network
from course.strange import KINDS as STRANGE
from course.strange import held_out, originals, strange
from course.training import descend
from course.wording import percent

KINDS = ("digits", *STRANGE)
NO_DIGITS = ("noise", "letters", "blank")
COUNT = 500  # images of a strange kind
NO_DIGIT = -1  # the truth of what is none
LONGER = 20  # further epochs
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Withheld:
    """What happens when answers of little confidence go to a person.

    Parameters
    ----------
    coverage : share of the examples that the model answers, 0 to 1
    accuracy : share of its answers that are right; not a number where it answers none
    caught : share of its errors that go to the person; not a number where it makes none
    """

    coverage: float
    accuracy: float
    caught: float

    def __str__(self) -> str:
        said = f"{percent(self.coverage)} answered" if self.coverage else "Nothing is answered"
        right = f", {percent(self.accuracy)} of them right" if self.coverage else ""
        caught = "" if np.isnan(self.caught) else f"; {percent(self.caught)} of the errors go to a person"
        return f"{said}{right}{caught}."


def withhold(*, probabilities: ArrayLike, labels: ArrayLike, threshold: float = 0.9) -> Withheld:
    """Answer only where confidence reaches a threshold, and count what that does.

    Parameters
    ----------
    probabilities : shape (n, n_classes)
    labels : shape (n,), class numbers
    threshold : 0 to 1
    """
    shares, truths = checked(probabilities, labels)
    line = arguments.number("threshold", threshold, low=0, high=1)
    kept, right = shares.max(axis=1) >= line, shares.argmax(axis=1) == truths
    return Withheld(float(kept.mean()), _mean(right[kept]), _mean(~kept[~right]))


def coverage_curve(*, probabilities: ArrayLike, labels: ArrayLike) -> tuple[Array, Array]:
    """Accuracy of the most confident answers, for every number of them.

    Returns
    -------
    coverage and accuracy, each of shape (n,), where answers of equal confidence come together
    """
    shares, truths = checked(probabilities, labels)
    confidence = shares.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    counts = np.arange(1, len(order) + 1)
    accuracy = np.cumsum((shares.argmax(axis=1) == truths)[order]) / counts
    ordered = confidence[order]
    last = np.searchsorted(-ordered, -ordered, side="right") - 1
    return counts[last] / len(order), accuracy[last]


@dataclass(frozen=True, eq=False)
class Confidence:
    """What a network says to images of one kind, how sure it is, and what that is worth.

    Parameters
    ----------
    kind : of the images, one of `KINDS`
    images : shape (n, 784), ink from 0 to 1
    truths : shape (n,), the digits that were written, or -1 for what is none
    probabilities : shape (n, 10), what the network says to them
    threshold : confidence from which on an answer is given; the others go to a person
    temperature : by which scores are divided
    test_probabilities, test_labels : the same for test digits
    """

    kind: str
    images: Array
    truths: Numbers
    probabilities: Array
    threshold: float
    temperature: float
    test_probabilities: Array
    test_labels: Numbers

    @property
    def answers(self) -> Numbers:
        """The likeliest digit for each image."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @property
    def confidences(self) -> Array:
        """The probability of that digit."""
        return np.asarray(self.probabilities.max(axis=1))

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Which images the model answers."""
        return np.asarray(self.confidences >= self.threshold)

    @property
    def right(self) -> NDArray[np.bool_]:
        """To which images its likeliest digit is the truth: to none that is no digit."""
        return np.asarray(self.answers == self.truths)

    @property
    def on_digits(self) -> Withheld:
        """What the threshold does to the test digits."""
        shares = self.test_probabilities
        return withhold(probabilities=shares, labels=self.test_labels, threshold=self.threshold)

    @property
    def curve(self) -> tuple[Array, Array]:
        """Coverage and accuracy on the test digits for every threshold."""
        return coverage_curve(probabilities=self.test_probabilities, labels=self.test_labels)

    @property
    def reliability(self) -> Reliability:
        """Confidence and accuracy on the test digits, bin by bin."""
        return reliability(probabilities=self.test_probabilities, labels=self.test_labels)

    def __str__(self) -> str:
        share, line = float(self.answered.mean()), percent(self.threshold)
        of = f"{len(self.images)} {NAMES[self.kind]}"
        if not share:
            return f"At a threshold of {line} the network answers none of {of}: all go to a person."
        said = f"At a threshold of {line} the network answers {percent(share)} of {of}"
        if self.kind in NO_DIGITS:
            return f"{said}, and is wrong on all of those: none is a digit."
        right = percent(float(self.right[self.answered].mean()))
        caught = _mean(~self.answered[~self.right])
        person = "" if np.isnan(caught) else f"; {percent(caught)} of its errors go to a person"
        return f"{said} and is right on {right} of those{person}."


NAMES = {
    "digits": "test digits",
    "noise": "images of noise",
    "letters": "letters",
    "upside down": "digits upside down",
    "shifted": "shifted digits",
    "inverted": "inverted digits",
    "blank": "blank images",
}


def confidence(
    *,
    kind: str = "digits",
    threshold: float = 0.9,
    temperature: float = 1.0,
    fit_temperature: bool = False,
    longer: bool = False,
    random_state: int = 0,
) -> Confidence:
    """Ask the network of this lesson about images of one kind, and withhold what it isn't sure of.

    Parameters
    ----------
    kind : one of `KINDS`
    threshold : confidence from which on an answer is given, 0 to 1
    temperature : by which the scores are divided, above 0
    fit_temperature : take the temperature that fits best on images kept for that, instead
    longer : whether it trained on for another 20 epochs, with Adam
    random_state : its random start; strange images come from it too
    """
    arguments.one_of("kind", kind, KINDS)
    line = arguments.number("threshold", threshold, low=0, high=1)
    heat = arguments.number("temperature", temperature, above=0)
    seed = arguments.whole("random_state", random_state, low=0)
    heat = best_temperature(longer=bool(longer), random_state=seed) if fit_temperature else heat
    images, truths = _asked(kind, seed)
    return Confidence(
        kind=kind,
        images=images,
        truths=truths,
        probabilities=tempered(scores=_scores(kind, bool(longer), seed), temperature=heat),
        threshold=line,
        temperature=heat,
        test_probabilities=tempered(scores=_scores("digits", bool(longer), seed), temperature=heat),
        test_labels=_asked("digits", seed)[1],
    )


@cache
def best_temperature(*, longer: bool = False, random_state: int = 0) -> float:
    """Fit the temperature of that network on 750 images that are neither learnt from nor tested on."""
    seed = arguments.whole("random_state", random_state, low=0)
    inputs, labels = datasets.mnist().rows(held_out()[0])
    return fitted_temperature(
        scores=scores(network(longer=longer, random_state=seed), inputs), labels=labels
    )


def scores(network: Network, inputs: ArrayLike) -> Array:
    """Return the outputs before softmax, shape (n, n_classes)."""
    weights, biases = network.layers[-1]
    return networks.forward(network, inputs)[-2] @ weights + biases


@cache
def network(*, longer: bool = False, random_state: int = 0) -> Network:
    """Return the network of this lesson, or the same after another 20 epochs with Adam."""
    start = inference.trained(random_state=random_state)
    if not longer:
        return start
    inputs, targets = datasets.mnist().rows(inference.examples(inference.MOST, random_state))
    how = {"learning_rate": 0.003, "batch_size": 128, "random_state": random_state}
    run = descend(network=start, inputs=inputs, targets=targets, optimiser="Adam", **how)  # type: ignore[arg-type]
    *_, last = (each for each, _ in zip(run, range(LONGER + 1), strict=False))
    return last


@lru_cache(64)
def _scores(kind: str, longer: bool, seed: int) -> Array:
    made = scores(network(longer=longer, random_state=seed), _asked(kind, seed)[0])
    made.setflags(write=False)
    return made


@lru_cache(16)
def _asked(kind: str, seed: int) -> tuple[Array, Numbers]:
    """Images of a kind, and what they are."""
    data = datasets.mnist()
    if kind == "digits":
        return data.rows(held_out()[1])
    labels = data.targets[originals(count=COUNT, random_state=seed)].astype(int)
    images = strange(kind=kind, count=COUNT, random_state=seed)
    return images, np.full(COUNT, NO_DIGIT) if kind in NO_DIGITS else labels


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else np.nan
