"""What runs a trained network on this machine: libraries, each ready to be timed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course import arguments, networks
from course.networks import Array

RUNTIMES = ("NumPy",)
PRECISIONS = ("float32", "float64")
SIZES = {
    "tiny": (64, 32, 10),
    "small": (784, 128, 10),
    "medium": (784, 512, 512, 10),
    "large": (784, 2048, 2048, 10),
}


@dataclass(frozen=True, eq=False)
class Prepared:
    """A network in a runtime, with a batch to ask it about.

    Parameters
    ----------
    work : one call of it, without arguments: the answers to the batch
    batch : shape (batch_size, n_inputs)
    """

    work: Callable[[], Any]
    batch: Array


def prepare(
    *,
    runtime: str = "NumPy",
    layer_sizes: Sequence[int] = SIZES["small"],
    batch_size: int = 1,
    threads: int = 1,
    precision: str = "float32",
    random_state: int = 0,
) -> Prepared:
    """Make a network with random weights ready in a runtime: speed doesn't depend on what it has learnt.

    Parameters
    ----------
    runtime : one of `RUNTIMES`
    layer_sizes : inputs, hidden neurons, outputs
    batch_size : rows that are asked about in one call
    threads : that the runtime may take
    precision : one of `PRECISIONS`
    """
    arguments.one_of("runtime", runtime, RUNTIMES)
    kind = arguments.one_of("precision", precision, PRECISIONS)
    rows = arguments.whole("batch_size", batch_size, low=1, high=65_536)
    arguments.whole("threads", threads, low=1, high=1024)
    network = networks.initialise(layer_sizes=layer_sizes, random_state=random_state)
    batch = np.random.default_rng(random_state).random((rows, layer_sizes[0])).astype(kind)
    layers = [(weights.astype(kind), biases.astype(kind)) for weights, biases in network.layers]

    def work() -> Any:
        values = batch
        for number, (weights, biases) in enumerate(layers):
            values = values @ weights + biases
            if number < len(layers) - 1:
                values = np.maximum(values, 0)
        return values

    return Prepared(work, batch)
