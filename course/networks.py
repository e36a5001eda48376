"""A multilayer network in plain NumPy: the whole of it, to be read.

All weights and biases are one vector of parameters. So the gradient is a vector
of the same length, and a training step is one line:
`parameters - learning_rate * gradient`.

Source: Rumelhart, Hinton and Williams (1986), Learning representations by
back-propagating errors, Nature 323.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments

Array = NDArray[np.float64]
Layer = tuple[Array, Array]

# Each activation, and its derivative written in terms of the activation's value.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "relu": (lambda z: np.maximum(z, 0.0), lambda a: (a > 0).astype(float)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "sigmoid": (lambda z: 0.5 + 0.5 * np.tanh(0.5 * z), lambda a: a * (1 - a)),
    "linear": (lambda z: z, np.ones_like),
}
OUTPUTS = ("softmax", "sigmoid", "linear")


@dataclass(frozen=True, eq=False)
class Network:
    """A multilayer perceptron: its parameters, and how they are read.

    Parameters
    ----------
    parameters : shape (n_parameters,), for each layer its weights, then its biases
    layer_sizes : numbers of inputs, of neurons in each hidden layer, of outputs
    activation : of the hidden layers, one of `ACTIVATIONS`
    output : "softmax" gives the probability of each class, "sigmoid" that of class 1 of
        two, "linear" numbers
    """

    parameters: Array
    layer_sizes: tuple[int, ...]
    activation: str = "relu"
    output: str = "softmax"

    def __str__(self) -> str:
        sizes = "-".join(map(str, self.layer_sizes))
        return f"A {sizes} network with {self.parameters.size:,} parameters."

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Weights, shape (n_in, n_out), and biases, shape (n_out,), of each layer."""
        numbers = self.parameters
        return tuple(
            (numbers[start:middle].reshape(shape), numbers[middle:end])
            for start, middle, end, shape in _places(self.layer_sizes)
        )

    def moved(self, step: Array) -> "Network":
        """The network whose parameters are these plus `step`."""
        return Network(self.parameters + step, self.layer_sizes, self.activation, self.output)


@lru_cache(64)
def _places(layer_sizes: tuple[int, ...]) -> list[tuple[int, int, int, tuple[int, int]]]:
    """Where each layer's weights and biases lie among all parameters, and the weights' shape."""
    places, start = [], 0
    for n_in, n_out in pairwise(layer_sizes):
        middle, end = start + n_in * n_out, start + (n_in + 1) * n_out
        places.append((start, middle, end, (n_in, n_out)))
        start = end
    return places


def initialise(
    *,
    layer_sizes: Sequence[int],
    activation: str = "relu",
    output: str = "softmax",
    scale: float = 1.0,
    random_state: int = 0,
) -> Network:
    """Draw random weights that neither blow a signal up nor let it fade; biases are 0.

    Parameters
    ----------
    scale : factor on the usual size of the weights; 0 makes them all 0

    Source
    ------
    He et al. (2015), Delving deep into rectifiers, section 2.2, for ReLU: standard
    deviation sqrt(2 / n_in). Others: sqrt(1 / n_in), LeCun et al. (1998), Efficient
    BackProp, section 4.6.

    >>> print(initialise(layer_sizes=(64, 32, 10)))
    A 64-32-10 network with 2,410 parameters.
    """
    if isinstance(layer_sizes, str) or not isinstance(layer_sizes, Sequence):
        raise arguments.refuse("layer_sizes", "be a sequence of whole numbers", layer_sizes)
    if len(layer_sizes) < 2:
        raise arguments.refuse("layer_sizes", "name inputs and outputs at least", layer_sizes)
    sizes = tuple(arguments.whole("layer_sizes", size, low=1) for size in layer_sizes)
    arguments.one_of("activation", activation, ACTIVATIONS)
    arguments.one_of("output", output, OUTPUTS)
    if output == "sigmoid" and sizes[-1] != 1:
        raise arguments.refuse("layer_sizes", "end in a single output for sigmoid", sizes)
    factor = arguments.number("scale", scale, low=0)
    seed = arguments.whole("random_state", random_state, low=0)
    random = np.random.default_rng(seed)
    gain = 2.0 if activation == "relu" else 1.0
    parts: list[Array] = []
    for n_in, n_out in pairwise(sizes):
        parts.append(factor * np.sqrt(gain / n_in) * random.standard_normal(n_in * n_out))
        parts.append(np.zeros(n_out))
    return Network(np.concatenate(parts), sizes, activation, output)


def forward(network: Network, inputs: ArrayLike) -> list[Array]:
    """Compute every layer's values for every example: inputs first, outputs last.

    Parameters
    ----------
    inputs : shape (n_examples, n_inputs)

    Returns
    -------
    a list of arrays of shape (n_examples, n_neurons), one for each of `layer_sizes`
    """
    return _forward(network, _inputs(network, inputs))


def predict(network: Network, inputs: ArrayLike) -> NDArray[np.int64]:
    """Name the likeliest class of every example, shape (n_examples,)."""
    _name_classes(network)
    return _named(network, _scores(network, _inputs(network, inputs))[-1])


def accuracy(network: Network, inputs: ArrayLike, targets: ArrayLike) -> float:
    """Return the share of examples, 0 to 1, whose class the network names rightly."""
    _name_classes(network)
    return score(network, *examples(network, inputs, targets))[1]


def loss(
    network: Network, inputs: ArrayLike, targets: ArrayLike, *, l1: float = 0.0, l2: float = 0.0
) -> float:
    """Measure how wrong the network is, averaged over the examples.

    With softmax and sigmoid this is the cross-entropy in nats, with linear outputs half the
    squared error. A penalty on the weights, not on the biases, is added:
    `l1 * sum |w| + l2 / 2 * sum w**2`.

    Parameters
    ----------
    inputs : shape (n_examples, n_inputs)
    targets : class numbers, shape (n_examples,), for softmax and sigmoid; numbers, shape
        (n_examples,) or (n_examples, n_outputs), for linear outputs
    l1, l2 : 0 or more
    """
    first, second = _penalties(l1, l2)
    error, _, _ = score(network, *examples(network, inputs, targets))
    for weights, _ in network.layers:
        error += first * np.abs(weights).sum() + second / 2 * (weights**2).sum()
    return float(error)


def gradient(
    network: Network, inputs: ArrayLike, targets: ArrayLike, *, l1: float = 0.0, l2: float = 0.0
) -> Array:
    """Differentiate `loss` by each parameter, backwards through the layers.

    The arguments are those of `loss`; the result has shape (n_parameters,).
    """
    return slope(network, *examples(network, inputs, targets), *_penalties(l1, l2))


def examples(network: Network, inputs: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    """Check inputs and targets, and return them as `slope` and `score` take them.

    For softmax, class numbers become rows of zeros with a single 1.

    Returns
    -------
    inputs and targets, of shapes (n_examples, n_inputs) and (n_examples, n_outputs)
    """
    x = _inputs(network, inputs)
    n_outputs = network.layer_sizes[-1]
    if network.output == "softmax":
        numbers = arguments.labels("targets", targets, length=len(x), classes=n_outputs)
        return x, np.eye(n_outputs)[numbers]
    if network.output == "sigmoid":
        return x, arguments.labels("targets", targets, length=len(x), classes=2)[:, None].astype(float)
    numbers = arguments.numbers_in("targets", targets)
    shape = (len(x),) if numbers.ndim == 1 and n_outputs == 1 else (len(x), n_outputs)
    return x, arguments.array("targets", numbers, shape=shape).reshape(len(x), n_outputs)


def score(network: Network, x: Array, y: Array) -> tuple[float, float, Array]:
    """Loss without penalties, share named rightly, and the outputs before softmax or sigmoid.

    For linear outputs, which name nothing, the share is that of the targets' variance that
    they explain, R².
    """
    scores = _scores(network, x)[-1]
    if network.output == "linear":
        squares = ((scores - y) ** 2).sum()
        spread = ((y - y.mean(axis=0)) ** 2).sum()
        return float(0.5 * squares / len(x)), float(1 - squares / spread) if spread else 0.0, scores
    truth = y[:, 0].astype(int) if network.output == "sigmoid" else y.argmax(axis=1)
    right = float((_named(network, scores) == truth).mean())
    if network.output == "sigmoid":
        return float((np.logaddexp(0, scores) - y * scores).mean()), right, scores
    low = _lowered(scores)
    error = (np.log(np.exp(low).sum(axis=1)) - (low * y).sum(axis=1)).mean()
    return float(error), right, scores


def slope(network: Network, x: Array, y: Array, l1: float = 0.0, l2: float = 0.0) -> Array:
    """Compute `gradient` for what `examples` has checked already: the inner loop of training."""
    values = _forward(network, x)
    return backward(network, values, (values[-1] - y) / len(x), l1, l2)


def backward(
    network: Network, values: Sequence[Array], error: Array, l1: float = 0.0, l2: float = 0.0
) -> Array:
    """Carry an error back through the layers: the gradient by each parameter, shape (n_parameters,).

    Parameters
    ----------
    values : of every layer, as `forward` returns them
    error : shape (n_examples, n_outputs), the loss differentiated by the sums of the last layer
    """
    _, derivative = ACTIVATIONS[network.activation]
    parts: list[Array] = []
    layers = network.layers
    for number in reversed(range(len(layers))):
        weights, _ = layers[number]
        by_weights = values[number].T @ error
        if l1 or l2:
            by_weights += l1 * np.sign(weights) + l2 * weights
        parts += [np.add.reduce(error), by_weights.ravel()]
        if number:
            error = (error @ weights.T) * derivative(values[number])
    return np.concatenate(parts[::-1])


def _forward(network: Network, x: Array) -> list[Array]:
    values = _scores(network, x)
    if network.output == "sigmoid":
        values[-1] = ACTIVATIONS["sigmoid"][0](values[-1])
    if network.output == "softmax":
        powers = np.exp(_lowered(values[-1]))
        values[-1] = powers / powers.sum(axis=1, keepdims=True)
    return values


def _scores(network: Network, x: Array) -> list[Array]:
    activate, _ = ACTIVATIONS[network.activation]
    values = [x]
    for weights, biases in network.layers[:-1]:
        values.append(activate(values[-1] @ weights + biases))
    weights, biases = network.layers[-1]
    values.append(values[-1] @ weights + biases)
    return values


def _lowered(scores: Array) -> Array:
    """Scores with the largest of each row at 0: the same softmax, and no overflow."""
    return np.asarray(scores - scores.max(axis=1, keepdims=True))


def _named(network: Network, scores: Array) -> NDArray[np.int64]:
    """Class numbers, from the outputs before softmax or sigmoid."""
    return np.asarray(scores[:, 0] > 0 if network.output == "sigmoid" else scores.argmax(axis=1), int)


def _name_classes(network: Network) -> None:
    if network.layer_sizes[-1] < 2 and network.output != "sigmoid":
        raise arguments.refuse(
            "network", "have two outputs or more to name classes", network.layer_sizes[-1]
        )


def _inputs(network: Network, inputs: ArrayLike) -> Array:
    return arguments.array("inputs", inputs, shape=(None, network.layer_sizes[0]))


def _penalties(l1: float, l2: float) -> tuple[float, float]:
    return arguments.number("l1", l1, low=0), arguments.number("l2", l2, low=0)
