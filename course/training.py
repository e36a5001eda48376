"""Lesson 01: how a network learns from examples.

Training is a generator. Its first item is the untrained network, each further item
the network one epoch later, so whoever watches decides when to stop.
"""

from collections.abc import Generator, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, datasets, networks
from course.networks import Array, Network
from course.optimisers import OPTIMISERS, Step
from course.runs import Run

Examples = tuple[Array, Array]
SMALL = 0.4  # of the usual start weights: what is learnt then stands out from what was random
GROWN = 100.0  # a loss that has grown by this factor since the start has diverged
STUCK = 20  # epochs in a row with a higher loss than at the start: none was seen to recover


def descend(
    *,
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    learning_rate: float = 0.03,
    batch_size: int = 32,
    optimiser: str = "plain",
    l1: float = 0.0,
    l2: float = 0.0,
    random_state: int = 0,
) -> Generator[Network, Examples | None, None]:
    """Train without end: yield the network as it is, then after every epoch.

    An epoch goes through all examples once, in a new random order, a batch at a time.
    Inputs and targets sent into the generator, in the form that `networks.examples` gives
    them, are what it learns from then on.

    Parameters
    ----------
    inputs, targets : as `networks.loss` takes them
    batch_size : examples in a step; more than there are means all of them
    optimiser : one of `OPTIMISERS`
    l1, l2 : penalties on the weights, see `networks.loss`
    """
    rate = arguments.number("learning_rate", learning_rate, above=0)
    size = arguments.whole("batch_size", batch_size, low=1)
    step = OPTIMISERS[arguments.one_of("optimiser", optimiser, OPTIMISERS)](learning_rate=rate)
    penalties = arguments.number("l1", l1, low=0), arguments.number("l2", l2, low=0)
    random = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    x, y = networks.examples(network, inputs, targets)
    while True:
        x, y = (yield network) or (x, y)
        network = _epoch(network, x, y, random.permutation(len(x)), size, step, penalties)


def train(
    *,
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    test_inputs: ArrayLike,
    test_targets: ArrayLike,
    max_epochs: int = 100,
    learning_rate: float = 0.03,
    batch_size: int = 32,
    optimiser: str = "plain",
    random_state: int = 0,
    examples: ArrayLike = (0,),
    noun: str = "example",
) -> Iterator[Run]:
    """Train a classifier and measure it after every epoch, on its own examples and on others.

    The run ends after `max_epochs`, or earlier with a `warning`: where the loss is no
    longer a finite number or has grown a hundredfold (it has diverged), where the network
    gives one and the same answer to everything (it can't learn any more), or where the
    loss has been higher than at the start for twenty epochs in a row.
    """
    last = arguments.whole("max_epochs", max_epochs, low=1)
    x, y = networks.examples(network, inputs, targets)
    test = networks.examples(network, test_inputs, test_targets)
    shown = arguments.labels("examples", examples, length=None, classes=len(test[0]))
    epochs = descend(
        network=network,
        inputs=inputs,
        targets=targets,
        learning_rate=learning_rate,
        batch_size=batch_size,
        optimiser=optimiser,
        random_state=random_state,
    )
    history = np.empty((last + 1, 4))
    for epoch, network_now in zip(range(last + 1), epochs, strict=False):
        history[epoch], alike = measure(network_now, (x, y), test)
        warning = ending(epoch, history[: epoch + 1], alike, learning_rate)
        diverged = bool(warning) and not np.isfinite(history[epoch]).all()
        network = network if diverged else network_now
        yield Run(
            network=network,
            history=history[: epoch + (not diverged)],
            train_size=len(x),
            test_inputs=test[0],
            test_targets=test[1].argmax(axis=1),
            examples=shown,
            max_epochs=last,
            steps=-(-len(x) // batch_size),
            rule=f"{optimiser} descent, rate {learning_rate:g}",
            random_state=random_state,
            noun=noun,
            warning=warning,
        )
        if warning:
            return


def learn_digits(
    *,
    learning_rate: float = 0.03,
    hidden_neurons: int = 64,
    train_size: int = 1000,
    batch_size: int = 32,
    optimiser: str = "plain",
    max_epochs: int = 100,
    random_state: int = 0,
) -> Iterator[Run]:
    """Train a network with one hidden layer on handwritten digits.

    The test digits are always the same 450; `random_state` chooses the training
    digits among the others, the weights at the start and the order of the batches.

    Parameters
    ----------
    learning_rate : above 0
    hidden_neurons : 1 to 256
    train_size : number of digits to learn from, 10 to 1,347
    batch_size : digits in a step, 8 or more
    optimiser : one of `OPTIMISERS`
    max_epochs : where training ends
    """
    data = datasets.digits()
    halves = datasets.split(data)
    rate = arguments.number("learning_rate", learning_rate, above=0)
    hidden = arguments.whole("hidden_neurons", hidden_neurons, low=1, high=256)
    size = arguments.whole("train_size", train_size, low=10, high=len(halves.train))
    batch = arguments.whole("batch_size", batch_size, low=8)
    arguments.one_of("optimiser", optimiser, OPTIMISERS)
    seed = arguments.whole("random_state", random_state, low=0)
    chosen = np.random.default_rng(seed).permutation(halves.train)[:size]
    inputs, targets = data.rows(chosen)
    test_inputs, test_targets = data.rows(halves.test)
    yield from train(
        network=networks.initialise(layer_sizes=(64, hidden, 10), scale=SMALL, random_state=seed),
        inputs=inputs,
        targets=targets,
        test_inputs=test_inputs,
        test_targets=test_targets,
        learning_rate=rate,
        batch_size=batch,
        optimiser=optimiser,
        max_epochs=max_epochs,
        random_state=seed,
        examples=datasets.typical_and_not(data, halves).ravel(),
        noun="digit",
    )


def _epoch(
    network: Network,
    x: Array,
    y: Array,
    order: NDArray[np.int64],
    size: int,
    step: Step,
    penalties: tuple[float, float],
) -> Network:
    with np.errstate(all="ignore"):  # a diverging run is noticed, and said, by its loss
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            network = network.moved(step(networks.slope(network, x[batch], y[batch], *penalties)))
    return network


def measure(
    network: Network, own: tuple[Array, Array], test: tuple[Array, Array]
) -> tuple[tuple[float, ...], bool]:
    """Loss and accuracy on both sets, and whether all training examples get one answer.

    Parameters
    ----------
    own, test : inputs and targets, as `networks.examples` gives them

    Returns
    -------
    training loss, test loss, training accuracy and test accuracy; and whether all are alike
    """
    with np.errstate(all="ignore"):
        (own_loss, own_accuracy, scores) = networks.score(network, *own)
        (test_loss, test_accuracy, _) = networks.score(network, *test)
        spread = float(np.ptp(scores, axis=0).max())
    return (own_loss, test_loss, own_accuracy, test_accuracy), spread < 1e-9


def ending(epoch: int, history: Array, alike: bool, learning_rate: float, advice: str = "") -> str:
    """Say why training ends early, or nothing.

    Parameters
    ----------
    history : shape (epoch + 1, 4), see `Run`
    alike : whether the network gives one and the same answer to every training example
    advice : what to try, where that is known
    """
    if epoch == 0:
        return ""
    losses = history[:, 0]
    if not np.isfinite(history[-1]).all():
        what = f"Diverged at epoch {epoch}", "the loss is no longer a finite number"
    elif losses[-1] > GROWN * losses[0]:
        what = f"Diverged at epoch {epoch}", f"the loss is {_times(losses[-1] / losses[0])} what it was"
    elif alike:
        what = f"Stopped learning at epoch {epoch}", "every example now gets the same answer"
    elif epoch >= STUCK and (losses[-STUCK:] > losses[0]).all():
        what = f"Stopped learning at epoch {epoch}", f"for {STUCK} epochs the loss was above its start"
    else:
        return ""
    usual = "Try 0.03." if learning_rate > 0.03 else "Try more neurons, or another random start."
    return f"{what[0]} with learning rate {learning_rate:g}: {what[1]}. {advice or usual}"


def _times(growth: float) -> str:
    return f"{growth:,.0f} times" if growth < 1e6 else "more than a million times"
