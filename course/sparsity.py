"""Lesson 09: how much of a network can be pruned, what training mends, and what is saved by it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, islice, repeat
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments, networks, trained
from course.networks import Array, Network
from course.pruning import (
    BATCH_SIZE,
    HOW,
    RATE,
    fine_tuning,
    gradual_pruning,
    kept_neurons,
    masks,
    only_neurons,
    pruned,
    scheduled,
)
from course.storage import Stored, stored
from course.training import descend
from course.wording import percent

NEURONS = "whole neurons"
WAYS = (*HOW, NEURONS)
FINE_TUNE = ("none", "after", "gradual")
SHARES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
EPOCHS = 30  # of fine-tuning: as many as the network was trained for
TRAININGS = 6
STARTS = 3  # of the networks from scratch: tiny ones do well or badly by luck
SAID = {
    HOW[0]: "weights (smallest of all)",
    HOW[1]: "weights (smallest of each layer)",
    HOW[2]: "weights (at random)",
    NEURONS: "hidden neurons (weakest)",
}
NEXT = {
    "none": "what is left is not fine-tuned",
    "after": "Run fine-tunes what is left",
    "gradual": "Run prunes step by step, and trains in between",
}
DONE = {
    "none": "not fine-tuned",
    "after": "after {epochs} of fine-tuning",
    "gradual": "pruned step by step, after {epochs}",
}
State = tuple[Network, NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class Sparsity:
    """A pruned network on its way back, and what it cost.

    Parameters
    ----------
    pruned_share, how, fine_tune : what is pruned in the end, one of `WAYS`, one of `FINE_TUNE`
    original, at_once, network : unpruned; pruned without any training; as it is now
    neurons : numbers of the hidden neurons that are left
    curves : accuracy, shape (n_trainings, 2, n_shares), of pruning this way (the smallest weights, where
        any are chosen) and at random, without any training; the first is that of this network
    scratches : networks with as many parameters, from random starts, trained for as many epochs in all
    scratch_epochs : for which these have been trained
    epoch : of fine-tuning
    """

    pruned_share: float
    how: str
    fine_tune: str
    original: Network
    at_once: Network
    network: Network
    neurons: NDArray[np.int64]
    curves: Array
    scratches: tuple[Network, ...]
    scratch_epochs: int = 0
    epoch: int = 0

    @property
    def progress(self) -> float:
        """How much of the run is done, 0 to 1."""
        return self.epoch / EPOCHS

    @property
    def stage(self) -> str:
        """What it is doing."""
        return f"epoch {self.epoch} of {EPOCHS}"

    @cached_property
    def accuracy(self) -> float:
        """Share of the test digits that are named rightly now."""
        return trained.examples().accuracy(self.network)

    @cached_property
    def before(self) -> float:
        """Share of the test digits that are named rightly when all is pruned at once, untrained."""
        return trained.examples().accuracy(self.at_once)

    @cached_property
    def unpruned(self) -> float:
        """Share of the test digits that the whole network names rightly."""
        return trained.examples().accuracy(self.original)

    @cached_property
    def scratch_accuracy(self) -> float:
        """Share of the test digits that a network from scratch names rightly, the middle of all starts."""
        return median(trained.examples().accuracy(each) for each in self.scratches)

    @property
    def scratch(self) -> Network:
        """The first of the networks from scratch."""
        return self.scratches[0]

    @cached_property
    def stored(self) -> tuple[Stored, Stored]:
        """What the unpruned network takes up, and what this one does."""
        return stored(network=self.original), stored(network=self.network)

    @cached_property
    def first_layer(self) -> Array:
        """Weights of each hidden neuron of the unpruned network, shape (n_neurons, 64); 0 where pruned."""
        weights = np.zeros(self.original.layers[0][0].T.shape)
        weights[self.neurons] = self.network.layers[0][0].T
        return weights

    @property
    def conditions(self) -> str:
        """What was trained, and on what."""
        return (
            f"Digits, {str(self.original)[2:-1]}; 450 test images; bands: lowest to highest of "
            f"{len(self.curves)} trainings; momentum, rate {RATE:g}, batches of {BATCH_SIZE}; from "
            f"scratch: {self.scratch.parameters.size:,} parameters, {self.scratch_epochs} epochs, middle "
            f"of {len(self.scratches)} random starts."
        )

    @property
    def share_now(self) -> float:
        """Share of the weights, or of the hidden neurons, that is pruned now, 0 to 1."""
        if self.how == NEURONS:
            return 1 - self.neurons.size / self.original.layer_sizes[1]
        weights = [weights for weights, _ in self.network.layers]
        return 1 - sum(map(np.count_nonzero, weights)) / sum(each.size for each in weights)

    def __str__(self) -> str:
        what = f"{100 * self.pruned_share:.3g} % of the {SAID[self.how]}"
        all_gone = self.pruned_share == 1
        if all_gone and self.how == NEURONS:
            what = "all hidden neurons but one"
        chance = ", as by chance" if all_gone and self.how != NEURONS else ""
        gone = (
            f"Without {what} {percent(self.before)} of new digits are right{chance}, "
            f"with all {percent(self.unpruned)}"
        )
        if not self.epoch:
            return f"{gone}; {NEXT[self.fine_tune]}."
        now = "" if self.fine_tune == "none" else f" {percent(self.accuracy)}"
        how = DONE[self.fine_tune].format(epochs=f"{self.epoch} epoch{'s' * (self.epoch > 1)}")
        return f"{gone}; {how}{now}; as small from scratch {percent(self.scratch_accuracy)}."


def sparsity(
    *, pruned_share: float = 0.9, how: str = WAYS[0], fine_tune: str = "after", random_state: int = 0
) -> Iterator[Sparsity]:
    """Prune a network of 64-48-10 that knows digits, and train what is left, an epoch an item.

    Parameters
    ----------
    pruned_share : of the weights, or of the hidden neurons, 0 to 1
    how : one of `WAYS`
    fine_tune : "none", "after" all has been pruned, or "gradual": between small prunings
    random_state : of the training, of random pruning and of fine-tuning
    """
    part = arguments.number("pruned_share", pruned_share, low=0, high=1)
    arguments.one_of("how", how, WAYS)
    arguments.one_of("fine_tune", fine_tune, FINE_TUNE)
    original = trained.trained(random_state=random_state)
    seed = int(random_state)
    at_once, left = _at_once(original, part, how, seed)
    total = EPOCHS if fine_tune == "none" else 2 * EPOCHS
    others = _other_curves(how, seed)
    runs = zip(
        range(EPOCHS + 1),
        _tuned(original, (at_once, left), part, how, fine_tune, seed),
        islice(_from_scratch(_size(at_once), seed), 0, None, total // EPOCHS),
        chain([[]], others),
        strict=False,
    )
    curves = [_curve(original, how, seed)]
    for epoch, (network, neurons), scratches, more in runs:
        curves += more
        yield Sparsity(
            pruned_share=part,
            how=how,
            fine_tune=fine_tune,
            original=original,
            at_once=at_once,
            network=network,
            neurons=neurons,
            curves=np.array(curves),
            scratches=scratches,
            scratch_epochs=epoch * total // EPOCHS,
            epoch=epoch,
        )


def _at_once(network: Network, share: float, how: str, seed: int) -> State:
    if how == NEURONS:
        (left,) = kept_neurons(network=network, share=share)
        return only_neurons(network=network, kept=(left,)), left
    mask = masks(network=network, share=share, how=how, random_state=seed)
    return pruned(network, mask), np.arange(network.layer_sizes[1])


def _tuned(
    original: Network, at_once: State, share: float, how: str, fine_tune: str, seed: int
) -> Iterator[State]:
    """The network at the start and after every epoch, and the neurons that are left."""
    seen = trained.examples()
    data: dict[str, Any] = {"inputs": seen.inputs, "targets": seen.targets}
    network, left = at_once
    if fine_tune == "none":
        return repeat(at_once)
    if fine_tune == "gradual" and how == NEURONS:
        return _gradual_neurons(original, share, seed)
    if fine_tune == "gradual":
        run = gradual_pruning(
            network=original, share=share, how=how, epochs=EPOCHS, random_state=seed, **data
        )
    else:
        mask = _unpruned(original, network, share, how, seed)
        run = fine_tuning(network=network, mask=mask, random_state=seed, **data)
    return ((each, left) for each in run)


def _unpruned(original: Network, network: Network, share: float, how: str, seed: int) -> NDArray[np.bool_]:
    if how == NEURONS:
        return np.ones(network.parameters.size, bool)
    return masks(network=original, share=share, how=how, random_state=seed)


def _gradual_neurons(network: Network, share: float, seed: int) -> Iterator[State]:
    seen, count = trained.examples(), network.layer_sizes[1]
    left = np.arange(count)
    yield network, left
    for epoch in range(1, EPOCHS + 1):
        aim = max(1, count - round(count * scheduled(share=share, done=min(1.0, 1.5 * epoch / EPOCHS))))
        (kept,) = kept_neurons(network=network, share=1 - aim / left.size)
        network, left = only_neurons(network=network, kept=(kept,)), left[kept]
        every = np.ones(network.parameters.size, bool)
        run = fine_tuning(
            network=network, mask=every, inputs=seen.inputs, targets=seen.targets, random_state=seed + epoch
        )
        network = next(islice(run, 1, None))
        yield network, left


def _size(network: Network) -> tuple[int, ...]:
    """Sizes of a network of one hidden layer that has about as many parameters that are not 0."""
    n_in, _, n_out = network.layer_sizes
    nonzero = sum(np.count_nonzero(weights) for weights, _ in network.layers)
    return n_in, max(1, round(nonzero / (n_in + n_out))), n_out


def _from_scratch(sizes: tuple[int, ...], seed: int) -> Iterator[tuple[Network, ...]]:
    """Train networks side by side, each from a random start of its own."""
    seen, recipe = trained.examples(), trained.RECIPES["digits"]
    runs = [
        descend(
            network=networks.initialise(layer_sizes=sizes, random_state=1000 * start + seed),
            inputs=seen.inputs,
            targets=seen.targets,
            learning_rate=recipe.learning_rate,
            batch_size=recipe.batch_size,
            optimiser="momentum",
            random_state=seed,
        )
        for start in range(1, STARTS + 1)
    ]
    return zip(*runs, strict=True)


def _curve(network: Network, how: str, seed: int) -> Array:
    """Accuracy when pruned, shape (2, n_shares): this way, and at random."""
    way = HOW[0] if how == "random" else how
    return np.array([_accuracies(network, each, seed) for each in (way, "random")])


@cache
def _accuracies(network: Network, how: str, seed: int) -> list[float]:
    return [trained.examples().accuracy(_at_once(network, share, how, seed)[0]) for share in SHARES]


KNOWN: dict[int, Network] = {}  # networks of other trainings, by their seed


def _other_curves(how: str, seed: int) -> Iterator[list[Array]]:
    """Train further networks, a few epochs an item, and hand out the curve of each at its end."""
    seeds = range(seed + 1, seed + TRAININGS)
    items = EPOCHS // len(seeds)
    each = trained.RECIPES["digits"].epochs // items
    for other in seeds:
        run = repeat(KNOWN[other]) if other in KNOWN else trained.training(random_state=other)
        next(run)
        for item in range(items):
            *_, network = islice(run, each)
            if item < items - 1:
                yield []
        KNOWN[other] = network
        yield [_curve(network, how, other)]
