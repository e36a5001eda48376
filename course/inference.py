"""Lesson 03: what a trained network does with what it has never seen."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets, networks
from course.datasets import Dataset, Split
from course.networks import Network
from course.threads import one_thread
from course.training import descend

MOST = 3500  # images to learn from; the other 1,500 are the test
HIDDEN, RATE, BATCH, EPOCHS = 128, 0.1, 32, 20


def halves(data: Dataset) -> Split:
    """The images to learn from, and those for the test: 30 %."""
    return datasets.split(data, test_size=0.3)


def learning(*, train_size: int = MOST, random_state: int = 0) -> Iterator[Network]:
    """Train a network of 128 hidden neurons on MNIST: yield it untrained, then after every epoch.

    Parameters
    ----------
    train_size : images to learn from, 1 to 3,500
    """
    size = arguments.whole("train_size", train_size, low=1, high=MOST)
    seed = arguments.whole("random_state", random_state, low=0)
    data = datasets.mnist()
    x, y = data.rows(examples(size, seed))
    start = networks.initialise(layer_sizes=(x.shape[1], HIDDEN, 10), random_state=seed)
    run = descend(
        network=start,
        inputs=x,
        targets=y,
        learning_rate=RATE,
        batch_size=min(BATCH, size),
        random_state=seed,
    )
    for _, network in zip(range(EPOCHS + 1), run, strict=False):
        yield network


def examples(count: int, random_state: int = 0) -> NDArray[np.int64]:
    """Row numbers of the first images in a random order of those to learn from."""
    order = np.random.default_rng(random_state).permutation(halves(datasets.mnist()).train)
    return np.asarray(order[:count])


@cache
def trained(*, train_size: int = MOST, random_state: int = 0) -> Network:
    """The same network at the end of its training.

    >>> trained(train_size=10).layer_sizes
    (784, 128, 10)
    """
    with one_thread():
        *_, network = learning(train_size=train_size, random_state=random_state)
    return network
