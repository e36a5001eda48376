"""Networks that later lessons make smaller: each trained in one stated way, and the data it knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets, networks
from course.cache import kept
from course.networks import Array, Network
from course.threads import one_thread
from course.training import descend


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: by momentum, in batches, for so many epochs.

    Parameters
    ----------
    test_size : share of the rows that are kept for the test
    """

    learning_rate: float
    batch_size: int
    epochs: int
    test_size: float


RECIPES = {"digits": Recipe(0.03, 32, 30, 0.25), "MNIST": Recipe(0.05, 64, 10, 0.3)}
LOADERS = {"digits": datasets.digits, "MNIST": datasets.mnist}


@dataclass(frozen=True, eq=False)
class Examples:
    """Images to learn from, and others for the test.

    Parameters
    ----------
    inputs, targets : shapes (n_examples, n_pixels) and (n_examples,)
    test_inputs, test_targets : as many columns, other rows
    """

    inputs: Array
    targets: NDArray[np.int64]
    test_inputs: Array
    test_targets: NDArray[np.int64]

    def accuracy(self, network: Network) -> float:
        """Share of the test images that a network names rightly, 0 to 1."""
        return networks.accuracy(network, self.test_inputs, self.test_targets)


def examples(*, data: str = "digits") -> Examples:
    """Load a set of images, divided always alike.

    Parameters
    ----------
    data : "digits", 1,347 of 8 x 8 pixels to learn from and 450 for the test; "MNIST", 3,500 of
        28 x 28 and 1,500

    >>> examples().inputs.shape, examples().test_inputs.shape
    ((1347, 64), (450, 64))
    """
    return _examples(arguments.one_of("data", data, LOADERS))


@cache
def _examples(data: str) -> Examples:
    held = LOADERS[data]()
    halves = datasets.split(held, test_size=RECIPES[data].test_size)
    return Examples(*held.rows(halves.train), *held.rows(halves.test))


def training(
    *, data: str = "digits", hidden_layer_sizes: Sequence[int] = (48,), random_state: int = 0
) -> Iterator[Network]:
    """Train a network by the recipe for its data: yield it untrained, then after every epoch.

    Parameters
    ----------
    data : "digits" or "MNIST"
    hidden_layer_sizes : neurons in each hidden layer
    random_state : of the weights at the start and the order of the batches; the images stay
    """
    seen = examples(data=data)
    sizes = (seen.inputs.shape[1], *hidden_layer_sizes, 10)
    recipe = RECIPES[data]
    run = descend(
        network=networks.initialise(layer_sizes=sizes, random_state=random_state),
        inputs=seen.inputs,
        targets=seen.targets,
        learning_rate=recipe.learning_rate,
        batch_size=recipe.batch_size,
        optimiser="momentum",
        random_state=random_state,
    )
    return islice(run, recipe.epochs + 1)


def trained(
    *, data: str = "digits", hidden_layer_sizes: Sequence[int] = (48,), random_state: int = 0
) -> Network:
    """Return the same network at the end of its training; one of MNIST is kept for the next time.

    >>> print(trained())
    A 64-48-10 network with 3,610 parameters.
    """
    seed = arguments.whole("random_state", random_state, low=0)
    start = next(training(data=data, hidden_layer_sizes=hidden_layer_sizes, random_state=seed))
    return _trained(data, start.layer_sizes, seed)


@cache
def _trained(data: str, layer_sizes: tuple[int, ...], random_state: int) -> Network:
    def made() -> dict[str, Array]:
        run = training(data=data, hidden_layer_sizes=layer_sizes[1:-1], random_state=random_state)
        with one_thread():
            *_, network = run
        return {"parameters": network.parameters}

    if data == "digits":
        parameters = made()["parameters"]
    else:
        recipe = "-".join(f"{value:g}" for value in vars(RECIPES[data]).values())
        sizes = "-".join(map(str, layer_sizes))
        name = f"{data}-{version('mlxtend')}-{recipe}-{sizes}-{random_state}"
        parameters = kept(name, made)["parameters"]
    parameters.setflags(write=False)
    return Network(parameters, layer_sizes)
