"""Lesson 02: when to stop training, which images say so, and which images judge it.

Three sets: a network learns from the first; the second, the validation set, chooses the epoch at
which to stop; the third, the test set, judges that choice once, when the run is over.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets, networks
from course.generalisation import replaced
from course.networks import Array, Network
from course.stops import EPOCHS, Stopping, checked_patience, checked_stop
from course.training import SMALL, descend, ending

RATE, BATCH = 0.03, 32
ALIKE = 1e-9  # scores that differ by less are one and the same answer
LOADERS = {"MNIST": datasets.mnist, "digits": datasets.digits}
TESTED = {"MNIST": 1500, "digits": 450}
FEWEST, MOST = 50, 1000  # images to learn from
FEW, MANY = 20, 300  # images that choose
WIDEST = 128
Examples = tuple[Array, NDArray[np.int64]]


def stopping(
    *,
    noise: float = 0.3,
    stop: int = 50,
    data: str = "MNIST",
    train_size: int = 600,
    patience: int = 5,
    validation_size: int = 200,
    hidden_neurons: int = 64,
    random_state: int = 0,
) -> Generator[Stopping, Mapping[str, Any] | None, None]:
    """Train a network and follow loss and accuracy on images that it doesn't learn from.

    Parameters
    ----------
    noise : share of the training and validation labels that are replaced by random ones, 0 to 0.6
    stop : the epoch at which a learner would stop, 1 to 100
    data : "MNIST" or "digits"
    train_size, validation_size : images that teach, 50 to 1,000, and images that choose, 20 to 300
    patience : see `stops.out_of_patience`
    hidden_neurons : 1 to 128
    random_state : which images and labels, the weights at the start, the order of the batches

    Source
    ------
    Prechelt (1998), Early stopping, but when?, in Neural networks: tricks of the trade.
    """
    now = Stopping(
        data=arguments.one_of("data", data, LOADERS),
        noise=arguments.number("noise", noise, low=0, high=0.6),
        train_size=arguments.whole("train_size", train_size, low=FEWEST, high=MOST),
        validation_size=arguments.whole("validation_size", validation_size, low=FEW, high=MANY),
        test_size=TESTED[data],
        hidden_neurons=arguments.whole("hidden_neurons", hidden_neurons, low=1, high=WIDEST),
        stop=checked_stop(stop),
        patience=checked_patience(patience),
        history=np.empty((0, 6)),
    )
    seed = arguments.whole("random_state", random_state, low=0)
    now = replace(now, random_state=seed)
    sets = _three(now, seed)
    (inputs, targets), sizes = sets[0], (sets[0][0].shape[1], now.hidden_neurons, 10)
    start = networks.initialise(layer_sizes=sizes, scale=SMALL, random_state=seed)
    measured = [networks.examples(start, *each) for each in sets]
    run = descend(
        network=start,
        inputs=inputs,
        targets=targets,
        learning_rate=RATE,
        batch_size=BATCH,
        optimiser="momentum",
        random_state=seed,
    )
    history = np.empty((EPOCHS + 1, 6))
    for epoch, network in enumerate(islice(run, EPOCHS + 1)):
        history[epoch], alike = _measured(network, measured)
        warning = ending(epoch, history[: epoch + 1], alike, RATE, "Try another random start.")
        diverged = bool(warning) and not np.isfinite(history[epoch]).all()
        changes = yield replace(now, history=history[: epoch + (not diverged)], warning=warning)
        now = now.seen(changes or {})
        if warning:
            return


def _three(now: Stopping, seed: int) -> tuple[Examples, ...]:
    """Images that teach, choose and judge, none of them twice; the labels of the last are as they were."""
    data = LOADERS[now.data]()
    order = np.random.default_rng(seed).permutation(len(data.inputs))
    test, validation, train = np.split(order, [now.test_size, now.test_size + now.validation_size])
    inputs, targets = zip(*map(data.rows, (train[: now.train_size], validation, test)), strict=True)
    dirty = [
        replaced(targets=each, share=now.noise, random_state=2 * seed + number)
        for number, each in enumerate(targets[:2])
    ]
    return tuple(zip(inputs, (*dirty, targets[2]), strict=True))


def _measured(network: Network, sets: Sequence[tuple[Array, Array]]) -> tuple[list[float], bool]:
    """Loss and accuracy on each of the three sets, and whether all training images get one answer."""
    found, spread = [], []
    with np.errstate(all="ignore"):
        for each in sets:
            loss, right, scores = networks.score(network, *each)
            found += [loss, right]
            spread.append(np.ptp(scores, axis=0).max())
    return found, bool(spread[0] < ALIKE)
