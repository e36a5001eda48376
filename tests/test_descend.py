"""Descent without end, against oracles."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from math import sqrt
from typing import Any

import numpy as np
import pytest

from course import networks
from course.networks import ACTIVATIONS, Array, Network
from course.optimisers import OPTIMISERS
from course.training import descend
from tests.runs import start_of

pytestmark = pytest.mark.usefixtures("one_thread")


SCIKIT_NAMES = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic", "linear": "identity"}


def batches(n_rows: int, size: int, epochs: int, random_state: int) -> Iterator[list[Any]]:
    """The batches of each epoch, in the order that `descend` promises."""
    random = np.random.default_rng(random_state)
    for _ in range(epochs):
        order = random.permutation(n_rows)
        yield [order[start : start + size] for start in range(0, n_rows, size)]


def by_scikit_learn(
    network: Network, x: Array, y: Any, *, learning_rate: float, momentum: float, epochs: int
) -> Iterator[Array]:
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        network.layer_sizes[1:-1],
        activation=SCIKIT_NAMES[network.activation],
        solver="sgd",
        alpha=0,
        learning_rate_init=learning_rate,
        momentum=momentum,
        nesterovs_momentum=False,
    )
    model.partial_fit(x, y, classes=range(network.layer_sizes[-1]))
    del model._optimizer
    model.coefs_ = [weights.copy() for weights, _ in network.layers]
    model.intercepts_ = [biases.copy() for _, biases in network.layers]
    for epoch in batches(len(x), 16, epochs, random_state=3):
        for batch in epoch:
            model.partial_fit(x[batch], y[batch])
        layers = zip(model.coefs_, model.intercepts_, strict=True)
        yield np.concatenate([part.ravel() for layer in layers for part in layer])


@pytest.mark.parametrize(("optimiser", "momentum"), [("plain", 0.0), ("momentum", 0.9)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_descent_takes_the_path_of_scikit_learn(activation: str, optimiser: str, momentum: float) -> None:
    start = start_of(activation=activation)
    ours = descend(**start, learning_rate=0.1, batch_size=16, optimiser=optimiser, random_state=3)
    theirs = by_scikit_learn(*start.values(), learning_rate=0.1, momentum=momentum, epochs=4)
    assert next(ours) is start["network"]
    for epoch, (own, their) in enumerate(zip(ours, theirs, strict=False), start=1):
        np.testing.assert_allclose(own.parameters, their, rtol=0, atol=1e-9, err_msg=f"epoch {epoch}")


def adam_by_hand(
    network: Network, x: Array, y: Any, *, rate: float, epochs: int, l2: float
) -> Iterator[list[float]]:
    """Algorithm 1 of Kingma and Ba, number by number."""
    weights: list[float] = network.parameters.tolist()
    mean, square, t = [0.0] * len(weights), [0.0] * len(weights), 0
    for epoch in batches(len(x), 16, epochs, random_state=3):
        for batch in epoch:
            now = replace(network, parameters=np.array(weights))
            t += 1
            for i, g in enumerate(networks.gradient(now, x[batch], y[batch], l2=l2).tolist()):
                mean[i] = 0.9 * mean[i] + 0.1 * g
                square[i] = 0.999 * square[i] + 0.001 * g * g
                m, v = mean[i] / (1 - 0.9**t), square[i] / (1 - 0.999**t)
                weights[i] -= rate * m / (sqrt(v) + 1e-8)
        yield weights


def test_adam_takes_the_path_computed_by_hand() -> None:
    start = start_of(activation="tanh")
    ours = descend(**start, l2=0.01, learning_rate=0.01, batch_size=16, optimiser="Adam", random_state=3)
    theirs = adam_by_hand(*start.values(), rate=0.01, epochs=3, l2=0.01)
    next(ours)
    for own, their in zip(ours, theirs, strict=False):
        np.testing.assert_allclose(own.parameters, their, rtol=0, atol=1e-9)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_rule_begins_anew_for_every_run(optimiser: str) -> None:
    first, second = (descend(**start_of(optimiser=optimiser)) for _ in range(2))
    for _ in range(3):
        np.testing.assert_array_equal(next(first).parameters, next(second).parameters)


def test_a_batch_of_more_examples_than_there_are_is_all_of_them() -> None:
    start = start_of()
    before, after = islice(descend(**start, learning_rate=0.1, batch_size=1000), 2)
    step = -0.1 * networks.gradient(*start.values())
    np.testing.assert_allclose(after.parameters, before.parameters + step, rtol=0, atol=1e-12)


def test_a_penalty_shrinks_the_weights() -> None:
    def size(**penalty: Any) -> float:
        *_, network = islice(descend(**start_of(), **penalty), 10)
        return sum(float(np.abs(weights).sum()) for weights, _ in network.layers)

    assert max(size(l1=0.01), size(l2=0.1)) < size()
