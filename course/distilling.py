"""A small network learns from the answers of a large one: its student learns from its teacher.

Source: Hinton, Vinyals and Dean (2015), Distilling the knowledge in a neural network, section 2.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, networks
from course.calibration import tempered
from course.confidence import scores
from course.networks import Array, Network
from course.optimisers import OPTIMISERS

UNLABELLED = -1  # stands where nobody has said what an image shows


def soft_targets(*, network: Network, inputs: ArrayLike, temperature: float = 3.0) -> Array:
    """Ask a network, and soften its answers: `calibration.tempered`, a row for each input.

    Parameters
    ----------
    inputs : shape (n_examples, n_inputs)
    temperature : 1 leaves the answers as they are; the higher, the more alike all classes become

    >>> sure = networks.initialise(layer_sizes=(2, 2), random_state=1).moved(np.array([9.0, 0, 0, 0, 0, 0]))
    >>> [soft_targets(network=sure, inputs=[[1, 0]], temperature=t).round(2).tolist() for t in (1, 9)]
    [[[1.0, 0.0]], [[0.72, 0.28]]]
    """
    return tempered(scores=scores(network, inputs), temperature=temperature)


def loss(
    *,
    student: Network,
    inputs: ArrayLike,
    soft: ArrayLike,
    targets: ArrayLike,
    temperature: float = 3.0,
    soft_weight: float = 0.9,
) -> float:
    """Measure how far a student is from soft targets and from labels, averaged over the examples.

    Of an example it is `soft_weight * T**2 * CE(soft, softmax(scores / T))`, and where it has a
    label, `(1 - soft_weight) * CE(label, softmax(scores))` more; CE is the cross-entropy in nats.
    T**2 keeps the size of the gradient much the same at any temperature.

    Parameters
    ----------
    soft : shape (n_examples, n_classes), as `soft_targets` gives them
    targets : class numbers, shape (n_examples,); −1 where there is no label
    """
    x, answers, hard = _checked(student, inputs, soft, targets)
    heat, weight = _mixed(temperature, soft_weight)
    sums = scores(student, x)
    softly = -(answers * _log_softmax(sums / heat)).sum(axis=1)
    hardly = -(hard * _log_softmax(sums)).sum(axis=1)
    return float((weight * heat**2 * softly + (1 - weight) * hardly).mean())


def gradient(
    *,
    student: Network,
    inputs: ArrayLike,
    soft: ArrayLike,
    targets: ArrayLike,
    temperature: float = 3.0,
    soft_weight: float = 0.9,
) -> Array:
    """Differentiate `loss`, whose arguments these are, by each parameter: shape (n_parameters,)."""
    x, answers, hard = _checked(student, inputs, soft, targets)
    return _slope(student, x, answers, hard, *_mixed(temperature, soft_weight))


def distilling(
    *,
    student: Network,
    inputs: ArrayLike,
    soft: ArrayLike,
    targets: ArrayLike,
    temperature: float = 3.0,
    soft_weight: float = 0.9,
    learning_rate: float = 0.01,
    batch_size: int = 20,
    optimiser: str = "momentum",
    every: int | None = None,
    random_state: int = 0,
) -> Iterator[Network]:
    """Train a student without end: yield it as it is, then after every epoch.

    Parameters
    ----------
    inputs, soft, targets, temperature, soft_weight : see `loss`
    learning_rate, batch_size, optimiser, random_state : see `training.descend`; with
        `soft_weight` 0 and a label for everything this is the same training
    every : steps between two items, in place of an epoch
    """
    x, answers, hard = _checked(student, inputs, soft, targets)
    heat, weight = _mixed(temperature, soft_weight)
    rate = arguments.number("learning_rate", learning_rate, above=0)
    size = arguments.whole("batch_size", batch_size, low=1)
    step = OPTIMISERS[arguments.one_of("optimiser", optimiser, OPTIMISERS)](learning_rate=rate)
    seed = arguments.whole("random_state", random_state, low=0)
    pause = -(-len(x) // size) if every is None else arguments.whole("every", every, low=1)
    batches = _batches(len(x), size, np.random.default_rng(seed))
    while True:
        yield student
        for _ in range(pause):
            rows = next(batches)
            student = student.moved(step(_slope(student, x[rows], answers[rows], hard[rows], heat, weight)))


def _batches(count: int, size: int, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Go through all rows in a new random order, again and again, a batch at a time."""
    while True:
        order = random.permutation(count)
        yield from (order[start : start + size] for start in range(0, count, size))


def _slope(student: Network, x: Array, soft: Array, hard: Array, heat: float, weight: float) -> Array:
    values = networks.forward(_without_softmax(student), x)
    known = hard.sum(axis=1, keepdims=True)
    error = (1 - weight) * known * (_softmax(values[-1]) - hard)
    error += weight * heat * (_softmax(values[-1] / heat) - soft)  # T² · 1/T, by the chain rule
    return networks.backward(student, values, error / len(x))


def _checked(
    student: Network, inputs: ArrayLike, soft: ArrayLike, targets: ArrayLike
) -> tuple[Array, Array, Array]:
    """Inputs, soft targets, and labels as rows with a single 1, or with none where there is no label."""
    if student.output != "softmax":
        raise arguments.refuse("student", "end in softmax", student.output)
    x = arguments.array("inputs", inputs, shape=(None, student.layer_sizes[0]))
    classes = student.layer_sizes[-1]
    answers = arguments.array("soft", soft, shape=(len(x), classes))
    sums = answers.sum(axis=1)
    if (answers < 0).any():
        raise ValueError(f"soft must hold shares of at least 0, got {answers.min():.3g}")
    if not np.allclose(sums, 1):
        worst = float(sums[abs(sums - 1).argmax()])
        raise ValueError(f"soft must hold shares whose sum is 1 in each row, got {worst:.3g}")
    numbers = arguments.array("targets", targets, shape=(len(x),))
    wrong = numbers[~np.isin(numbers, np.arange(UNLABELLED, classes))]
    if wrong.size:
        raise arguments.refuse("targets", f"hold whole numbers from −1 to {classes - 1}", float(wrong[0]))
    return x, answers, np.asarray(numbers[:, None] == np.arange(classes), float)


def _mixed(temperature: float, soft_weight: float) -> tuple[float, float]:
    heat = arguments.number("temperature", temperature, above=0)
    return heat, arguments.number("soft_weight", soft_weight, low=0, high=1)


def _without_softmax(network: Network) -> Network:
    """The same network, of which `networks.forward` gives the scores before softmax."""
    return replace(network, output="linear")


def _softmax(sums: Array) -> Array:
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _log_softmax(sums: Array) -> Array:
    low = sums - sums.max(axis=1, keepdims=True)
    return np.asarray(low - np.log(np.exp(low).sum(axis=1, keepdims=True)))
