"""The network: its outputs, its loss, its gradient, its first weights."""

from collections.abc import Callable
from itertools import count
from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import networks
from course.networks import ACTIVATIONS, OUTPUTS, Array, Network

PENALTIES = {"none": {}, "l1": {"l1": 0.03}, "l2": {"l2": 0.2}, "both": {"l1": 0.03, "l2": 0.2}}
HIDDEN: dict[int, tuple[int, ...]] = {0: (), 1: (5,), 2: (5, 4), 3: (5, 4, 4)}

quickly = settings(deadline=None, derandomize=True, max_examples=50)
moderate = st.floats(-100, 100)


def drawn(layer_sizes: tuple[int, ...], activation: str, output: str, seed: int) -> Network:
    start = networks.initialise(
        layer_sizes=layer_sizes, activation=activation, output=output, random_state=seed
    )
    return start.moved(0.3 * np.random.default_rng(seed).standard_normal(start.parameters.size))


def some_examples(network: Network, n_rows: int = 6) -> tuple[Array, Any]:
    random = np.random.default_rng(0)
    x = random.standard_normal((n_rows, network.layer_sizes[0]))
    n_outputs = network.layer_sizes[-1]
    classes = random.integers(max(n_outputs, 2), size=n_rows)
    return x, random.standard_normal((n_rows, n_outputs)) if network.output == "linear" else classes


def nearest_kink(network: Network, x: Array) -> float:
    """The smallest weight or hidden neuron's input: where L1 or ReLU would bend."""
    inputs = networks.forward(network, x)
    hidden = [h @ w + b for h, (w, b) in zip(inputs, network.layers[:-1], strict=False)]
    return min(float(np.abs(numbers).min()) for numbers in [*hidden, *(w for w, _ in network.layers)])


def away_from_kinks(depth: int, activation: str, output: str) -> Network:
    n_outputs = 1 if output == "sigmoid" else 4
    candidates = (drawn((3, *HIDDEN[depth], n_outputs), activation, output, seed) for seed in count())
    return next(each for each in candidates if nearest_kink(each, some_examples(each)[0]) > 1e-3)


def finite_differences(function: Callable[[Array], float], n_parameters: int) -> Array:
    steps = 1e-5 * np.eye(n_parameters)
    return np.array([(function(step) - function(-step)) / 2e-5 for step in steps])


@pytest.mark.parametrize("depth", HIDDEN)
@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_equals_finite_differences(
    activation: str, output: str, penalty: str, depth: int
) -> None:
    network = away_from_kinks(depth, activation, output)
    x, y = some_examples(network)
    gradient = networks.gradient(network, x, y, **PENALTIES[penalty])
    measured = finite_differences(
        lambda step: networks.loss(network.moved(step), x, y, **PENALTIES[penalty]), gradient.size
    )
    assert np.linalg.norm(gradient - measured) < 1e-6 * np.linalg.norm(measured)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_forward_equals_loops_over_neurons(activation: str) -> None:
    by_hand: dict[str, Callable[[float], float]] = {
        "relu": lambda z: max(z, 0.0),
        "tanh": lambda z: 1 - 2 / (exp(2 * z) + 1),
        "sigmoid": lambda z: 1 / (1 + exp(-z)),
        "linear": lambda z: z,
    }
    network = drawn((3, 5, 4), activation, "softmax", 1)
    x, _ = some_examples(network)
    inputs, hidden, outputs = networks.forward(network, x)
    (w1, b1), (w2, b2) = (tuple(part.tolist() for part in layer) for layer in network.layers)
    for row, values, probabilities in zip(x.tolist(), hidden, outputs, strict=True):
        h = [by_hand[activation](sum(row[i] * w1[i][j] for i in range(3)) + b1[j]) for j in range(5)]
        powers = [exp(sum(h[j] * w2[j][k] for j in range(5)) + b2[k]) for k in range(4)]
        np.testing.assert_allclose(values, h, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(probabilities, [power / sum(powers) for power in powers], rtol=1e-12)
    np.testing.assert_array_equal(inputs, x)


def test_parameters_are_each_layers_weights_then_biases() -> None:
    network = Network(np.arange(11.0), (2, 2, 1), "linear", "linear")
    (w1, b1), (w2, b2) = network.layers
    assert (w1.tolist(), b1.tolist()) == ([[0, 1], [2, 3]], [4, 5])
    assert (w2.tolist(), b2.tolist()) == ([[6], [7]], [8])


@quickly
@given(st.lists(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3), min_size=1, max_size=5))
def test_probabilities_sum_to_1_at_scores_up_to_10_000(scores: list[list[float]]) -> None:
    network = Network(np.append(np.eye(3), np.zeros(3)), (3, 3))
    probabilities = networks.forward(network, scores)[-1]
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)


def test_the_loss_at_a_score_of_10_000_is_that_score() -> None:
    network = Network(np.array([1e4, 0.0, 0.0, 0.0]), (1, 2))
    assert networks.loss(network, [[1.0]], [0]) == 0
    assert networks.loss(network, [[1.0]], [1]) == 1e4
    assert np.isfinite(networks.gradient(network, [[1.0], [-1.0]], [0, 1])).all()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_loss_equals_scikit_learns_log_loss(activation: str) -> None:
    from sklearn.metrics import log_loss

    network = drawn((3, 5, 4), activation, "softmax", 2)
    x, y = some_examples(network, 40)
    expected = log_loss(y, networks.forward(network, x)[-1], labels=range(4))
    assert networks.loss(network, x, y) == pytest.approx(expected, rel=1e-12)


def test_linear_outputs_cost_half_the_squared_error() -> None:
    network = Network(np.array([2.0, 1.0]), (1, 1), output="linear")
    assert networks.loss(network, [[1.0], [3.0]], [2.0, 9.0]) == (1 + 4) / 2 / 2
    assert networks.loss(network, [[1.0], [3.0]], [[2.0], [9.0]]) == (1 + 4) / 2 / 2


def test_several_linear_outputs_add_their_errors() -> None:
    network = Network(np.array([1.0, 2.0, 0.0, 0.0]), (1, 2), output="linear")
    assert networks.loss(network, [[1.0]], [[0.0, 5.0]]) == (1 + 9) / 2


def test_penalties_are_on_weights_and_not_on_biases() -> None:
    network = Network(np.array([2.0, -3.0, 100.0, 50.0]), (1, 2), output="linear")
    targets = networks.forward(network, [[1.0]])[-1]
    assert networks.loss(network, [[1.0]], targets, l1=0.1) == pytest.approx(0.1 * (2 + 3))
    assert networks.loss(network, [[1.0]], targets, l2=0.1) == pytest.approx(0.1 / 2 * (4 + 9))


def test_accuracy_is_the_share_named_rightly() -> None:
    network = Network(np.append(np.eye(3), np.zeros(3)), (3, 3))
    assert networks.predict(network, np.eye(3)).tolist() == [0, 1, 2]
    assert networks.accuracy(network, np.eye(3)[[0, 1, 2, 2]], [0, 1, 2, 0]) == 0.75


@quickly
@given(moderate, st.integers(0, 9))
def test_a_constant_on_all_output_biases_changes_no_probability(constant: float, seed: int) -> None:
    network = drawn((3, 5, 4), "tanh", "softmax", seed)
    x, _ = some_examples(network)
    step = np.zeros(network.parameters.size)
    step[-4:] = constant
    before, after = networks.forward(network, x)[-1], networks.forward(network.moved(step), x)[-1]
    np.testing.assert_allclose(after, before, rtol=1e-11)


@quickly
@given(st.permutations(range(6)), st.sampled_from(sorted(ACTIVATIONS)))
def test_the_order_of_examples_changes_no_loss_and_no_gradient(order: list[int], activation: str) -> None:
    network = drawn((3, 5, 4), activation, "softmax", 3)
    x, y = some_examples(network)
    assert networks.loss(network, x[order], y[order]) == pytest.approx(networks.loss(network, x, y))
    before, after = networks.gradient(network, x, y), networks.gradient(network, x[order], y[order])
    np.testing.assert_allclose(after, before, atol=1e-14)


@quickly
@given(st.integers(0, 9), st.integers(1, 5))
def test_the_gradient_is_the_mean_of_the_examples_gradients(seed: int, n_rows: int) -> None:
    network = drawn((3, 5, 4), "relu", "softmax", seed)
    x, y = some_examples(network, n_rows)
    alone = [networks.gradient(network, x[i : i + 1], y[i : i + 1]) for i in range(n_rows)]
    np.testing.assert_allclose(networks.gradient(network, x, y), np.mean(alone, axis=0), atol=1e-14)


@pytest.mark.parametrize(("activation", "gain"), [("relu", 2), ("tanh", 1), ("sigmoid", 1), ("linear", 1)])
@pytest.mark.parametrize("scale", [1.0, 0.4])
def test_start_weights_have_the_spread_of_their_source(activation: str, gain: float, scale: float) -> None:
    network = networks.initialise(layer_sizes=(400, 300, 200), activation=activation, scale=scale)
    for n_in, (weights, biases) in zip((400, 300), network.layers, strict=True):
        spread = scale * np.sqrt(gain / n_in)
        assert weights.std() == pytest.approx(spread, rel=0.01)
        assert abs(weights.mean()) < 0.02 * spread
        assert not biases.any()


def test_scale_0_gives_a_network_of_zeros() -> None:
    network = networks.initialise(layer_sizes=(3, 5, 4), scale=0)
    assert network.parameters.tolist() == [0] * (3 * 5 + 5 + 5 * 4 + 4)


def test_the_same_seed_gives_the_same_weights_and_another_others() -> None:
    first, again, other = (
        networks.initialise(layer_sizes=(3, 5, 4), random_state=seed).parameters for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert not (first == other).any(where=first != 0)


def test_moving_a_network_leaves_the_original_as_it_was() -> None:
    network = networks.initialise(layer_sizes=(3, 5, 4))
    before = network.parameters.copy()
    moved = network.moved(np.ones_like(before))
    np.testing.assert_array_equal(network.parameters, before)
    np.testing.assert_array_equal(moved.parameters, before + 1)
    np.testing.assert_array_equal(moved.layers[0][0], network.layers[0][0] + 1)


def test_a_network_says_its_sizes() -> None:
    network = networks.initialise(layer_sizes=(3, 500, 4))
    assert str(network) == "A 3-500-4 network with 4,004 parameters."


@pytest.mark.parametrize("seed", range(5))
def test_one_sigmoid_output_is_softmax_of_two_of_which_one_stays_at_zero(seed: int) -> None:
    one = drawn((3, 1), "tanh", "sigmoid", seed)
    (weights, biases), zeros = one.layers[0], np.zeros((3, 1))
    both = np.concatenate([np.hstack([zeros, weights]).ravel(), [0.0, biases[0]]])
    two = Network(both, (3, 2), "tanh", "softmax")
    x, y = some_examples(one, 40)
    np.testing.assert_allclose(networks.forward(one, x)[-1][:, 0], networks.forward(two, x)[-1][:, 1])
    assert networks.loss(one, x, y) == pytest.approx(networks.loss(two, x, y), rel=1e-12)
    assert networks.accuracy(one, x, y) == networks.accuracy(two, x, y)
    np.testing.assert_array_equal(networks.predict(one, x), networks.predict(two, x))


def test_numbers_are_scored_by_the_share_of_their_variance_that_is_explained() -> None:
    from sklearn.metrics import r2_score

    network = drawn((3, 5, 1), "tanh", "linear", 0)
    x, y = networks.examples(network, *some_examples(network, 40))
    assert networks.score(network, x, y)[1] == pytest.approx(r2_score(y, networks.forward(network, x)[-1]))
    assert networks.score(network, x, np.ones_like(y))[1] == 0
