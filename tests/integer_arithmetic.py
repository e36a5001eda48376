"""A quantised ONNX model, in NumPy: exact whole numbers, with the file's scales and zero points."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from course.networks import Array


def simulated(model: bytes, rows: Array) -> Array:
    """Return what a model of dense layers gives: sums of 64 bits hold its products exactly."""
    graph = onnx.load_model_from_string(model).graph
    now = {each.name: numpy_helper.to_array(each).astype(float) for each in graph.initializer}
    now[graph.input[0].name] = rows
    for node in graph.node:
        axis = next((each.i for each in node.attribute if each.name == "axis"), 1)
        given = [now[name] for name in node.input if name]
        if node.op_type == "DequantizeLinear":
            given[1:] = [_along(each, given[0].ndim, axis) for each in given[1:]]
        now.update(zip(node.output, STEPS[node.op_type](*given), strict=True))
    return now[graph.output[0].name]


def _along(numbers: Array, dimensions: int, axis: int) -> Array:
    if numbers.size == 1:
        return numbers
    return numbers.reshape([-1 if each == axis else 1 for each in range(dimensions)])


def _quantised(x: Array, scale: Array, zero: Array) -> list[Array]:
    steps = np.round(x.astype(np.float32) / np.float32(scale)).astype(float)
    return [np.clip(steps + zero, 0, 255)]


def _ranged(x: Array) -> list[Array]:
    low, high = min(x.min(), 0), max(x.max(), 0)
    scale = np.asarray((np.float32(high) - np.float32(low)) / np.float32(255), float)
    zero = np.asarray(np.clip(np.round(-low / scale), 0, 255), float)
    return [*_quantised(x, scale, zero), scale, zero]


def _softmax(x: Array) -> list[Array]:
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return [powers / powers.sum(axis=1, keepdims=True)]


STEPS: dict[str, Callable[..., list[Any]]] = {
    "QuantizeLinear": _quantised,
    "DequantizeLinear": lambda x, scale, zero=0.0: [(x - zero) * scale],
    "DynamicQuantizeLinear": _ranged,
    "MatMulInteger": lambda x, weights, zero, other: [(x - zero) @ (weights - other)],
    "MatMul": lambda x, weights: [x @ weights],
    "Gemm": lambda x, weights, biases: [x @ weights + biases],
    "Mul": lambda x, other: [x * other],
    "Add": lambda x, other: [x + other],
    "Relu": lambda x: [np.maximum(x, 0)],
    "Cast": lambda x: [x],
    "Softmax": _softmax,
}
