"""Weights set to 0 and neurons taken away: what of a network can go, and how the rest adapts.

A mask is True for each parameter that is kept. Biases are always kept.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, networks
from course.networks import Array, Network
from course.optimisers import Step, momentum

Mask = NDArray[np.bool_]
HOW = ("magnitude, whole network", "magnitude, layer by layer", "random")
RATE, BATCH_SIZE = 0.03, 32  # of fine-tuning: as digits were learnt, see `trained.RECIPES`


def layer_numbers(*, network: Network) -> NDArray[np.int64]:
    """Say of every parameter in which layer it is a weight; -1 for biases, shape (n_parameters,)."""
    parts: list[NDArray[np.int64]] = []
    for number, (n_in, n_out) in enumerate(pairwise(network.layer_sizes)):
        parts += [np.full(n_in * n_out, number), np.full(n_out, -1)]
    return np.concatenate(parts)


def masks(*, network: Network, share: float = 0.9, how: str = HOW[0], random_state: int = 0) -> Mask:
    """Choose the weights that are kept when a share of them is set to 0.

    Exactly `round(share * n_weights)` go: the smallest of the whole network, the smallest of each
    layer, or any. Of equal ones the first goes first.

    Parameters
    ----------
    share : 0 to 1
    how : one of `HOW`
    random_state : of "random"; a larger share takes the same weights and more

    Returns
    -------
    shape (n_parameters,), True for what is kept, every bias among it

    Source
    ------
    Han et al. (2015), Learning both weights and connections for efficient neural networks, section 3.

    >>> chosen = masks(network=networks.initialise(layer_sizes=(4, 3, 2)), share=0.5)
    >>> chosen.size, int(chosen.sum())
    (23, 14)
    """
    part = arguments.number("share", share, low=0, high=1)
    arguments.one_of("how", how, HOW)
    seed = arguments.whole("random_state", random_state, low=0)
    layers = layer_numbers(network=network)
    if how == "random":
        size: Array = np.random.default_rng(seed).permutation(layers.size).astype(float)
    else:
        size = np.abs(network.parameters)
    alone = how == "magnitude, layer by layer"
    groups = [layers == number for number in range(layers.max() + 1)] if alone else [layers >= 0]
    kept = np.ones(layers.size, bool)
    for group in groups:
        places = np.flatnonzero(group)
        order = np.argsort(size[places], kind="stable")
        kept[places[order[: round(part * places.size)]]] = False
    return kept


def pruned(network: Network, mask: ArrayLike) -> Network:
    """Set to 0 whatever a mask doesn't keep."""
    return _with(network, np.where(_checked(network, mask), network.parameters, 0.0))


def fine_tuning(
    *,
    network: Network,
    mask: ArrayLike,
    inputs: ArrayLike,
    targets: ArrayLike,
    learning_rate: float = RATE,
    batch_size: int = BATCH_SIZE,
    random_state: int = 0,
) -> Iterator[Network]:
    """Train what a mask keeps, without end: yield the pruned network, then after every epoch.

    By momentum; what is pruned stays exactly 0.

    Parameters
    ----------
    mask : shape (n_parameters,), see `masks`
    inputs, targets : as `networks.loss` takes them
    learning_rate, batch_size : of the training; random_state : of the order of the batches
    """
    keeps = _checked(network, mask)
    rate = arguments.number("learning_rate", learning_rate, above=0)
    size = arguments.whole("batch_size", batch_size, low=1)
    random = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    x, y = networks.examples(network, inputs, targets)
    step, now = momentum(learning_rate=rate), pruned(network, keeps)
    while True:
        yield now
        now = _epoch(now, keeps, x, y, random.permutation(len(x)), size, step)


def gradual_pruning(
    *,
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    share: float = 0.9,
    how: str = HOW[0],
    epochs: int = 30,
    learning_rate: float = RATE,
    batch_size: int = BATCH_SIZE,
    random_state: int = 0,
) -> Iterator[Network]:
    """Prune a little more before each epoch, until two thirds of them are done; then only train.

    Parameters
    ----------
    share, how : of the weights that are 0 at the end, see `masks`; how many before, see `scheduled`
    others : as `fine_tuning` takes them

    Yields
    ------
    the network as it is, then after every epoch
    """
    last = arguments.whole("epochs", epochs, low=1)
    seed = arguments.whole("random_state", random_state, low=0)
    masks(network=network, share=share, how=how)
    yield network
    for epoch in range(1, last + 1):
        part = scheduled(share=share, done=min(1.0, 1.5 * epoch / last))
        run = fine_tuning(
            network=network,
            mask=masks(network=network, share=part, how=how, random_state=seed),
            inputs=inputs,
            targets=targets,
            learning_rate=learning_rate,
            batch_size=batch_size,
            random_state=seed + epoch,
        )
        next(run)
        network = next(run)
        yield network


def scheduled(*, share: float = 0.9, done: float = 0.5) -> float:
    """Say how much is pruned when a part of the epochs is done: much at first, then ever less.

    Source
    ------
    Zhu and Gupta (2017), To prune, or not to prune, section 3: share (1 - (1 - done)³).

    >>> round(scheduled(share=0.8, done=0.5), 3)
    0.7
    """
    part = arguments.number("share", share, low=0, high=1)
    return part * (1 - (1 - arguments.number("done", done, low=0, high=1)) ** 3)


def kept_neurons(*, network: Network, share: float = 0.5) -> tuple[NDArray[np.int64], ...]:
    """Choose the neurons of each hidden layer that are kept when a share of the layer is removed.

    Those go first whose weights are smallest: the length of the weights that come in, times that
    of the weights that go out. That product stays when a ReLU neuron's inputs are scaled up and its
    outputs down, as does what the network computes. One neuron of a layer always stays.

    Parameters
    ----------
    network : with a hidden layer at least
    share : of each hidden layer's neurons, 0 to 1

    Returns
    -------
    for each hidden layer the numbers of its neurons that stay, in their order

    Source
    ------
    Li et al. (2017), Pruning filters for efficient ConvNets, section 3.1, for filters, by what comes in.
    """
    part = arguments.number("share", share, low=0, high=1)
    if len(network.layer_sizes) < 3:
        raise arguments.refuse("network", "have a hidden layer", str(network))
    chosen = []
    for (before, _), (after, _) in pairwise(network.layers):
        worth = np.linalg.norm(before, axis=0) * np.linalg.norm(after, axis=1)
        gone = min(round(part * worth.size), worth.size - 1)
        chosen.append(np.sort(np.argsort(worth, kind="stable")[gone:]))
    return tuple(chosen)


def without_neurons(*, network: Network, share: float = 0.5) -> Network:
    """Remove a share of each hidden layer's neurons: a smaller network, without zeros.

    Which ones go, see `kept_neurons`.

    >>> print(without_neurons(network=networks.initialise(layer_sizes=(64, 48, 10)), share=0.75))
    A 64-12-10 network with 910 parameters.
    """
    return only_neurons(network=network, kept=kept_neurons(network=network, share=share))


def only_neurons(*, network: Network, kept: tuple[NDArray[np.int64], ...]) -> Network:
    """Keep the neurons of these numbers in each hidden layer, and what connects them."""
    sizes = network.layer_sizes
    sides = (np.arange(sizes[0]), *kept, np.arange(sizes[-1]))
    parts: list[Array] = []
    for (weights, biases), (come, go) in zip(network.layers, pairwise(sides), strict=True):
        parts += [weights[np.ix_(come, go)].ravel(), biases[go]]
    left = tuple(len(each) for each in sides)
    return Network(np.concatenate(parts), left, network.activation, network.output)


def _epoch(
    now: Network, keeps: Mask, x: Array, y: Array, order: NDArray[np.int64], size: int, step: Step
) -> Network:
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        now = now.moved(step(keeps * networks.slope(now, x[batch], y[batch])))
    return now


def _checked(network: Network, mask: ArrayLike) -> Mask:
    keeps = arguments.array("mask", mask, shape=network.parameters.shape)
    if not np.isin(keeps, (0, 1)).all():
        raise ValueError("mask must hold True and False only, got other numbers")
    return keeps.astype(bool)


def _with(network: Network, parameters: Array) -> Network:
    return Network(parameters, network.layer_sizes, network.activation, network.output)
