"""Lesson 02: a network learns labels that were drawn at random, and so learns them by heart.

Some share of the training labels is replaced by random digits. The network is then followed:
is it right by the labels it was given, by the true labels of new digits, and what does it say
to the images whose label is wrong?
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, networks
from course.networks import Array, Network
from course.trained import examples
from course.training import SMALL, descend, ending, measure
from course.wording import percent

Labels = NDArray[np.int64]

EPOCHS = 80
RATE, BATCH = 0.02, 32
CONTRAST = 3.0  # inputs are centred and multiplied by this: what is learnt by heart comes sooner
FEWEST, MOST, WIDEST = 50, 1347, 256
SHOWN, SHOWN_WRONG = (
    10,
    6,
)  # images shown, and how many of them carry a wrong label, where there are so many
CHANCE = 0.1  # accuracy of guessing among ten digits


@dataclass(frozen=True, eq=False)
class Shown:
    """Some training images.

    Parameters
    ----------
    images : shape (n, 64), ink from 0 to 1
    labels, truths, says : shape (n,), the label that each carries, what it is, what the network says
    """

    images: Array
    labels: Labels
    truths: Labels
    says: Labels

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Whose label is wrong, shape (n,)."""
        return np.asarray(self.labels != self.truths)


@dataclass(frozen=True, eq=False)
class RandomLabels:
    """A network while it learns labels of which some are wrong.

    Parameters
    ----------
    network : as it is now
    history : shape (n_epochs + 1, 4), see `runs.Run`: losses on its own labels and in the test, then
        accuracies
    on_wrong : shape (n_epochs + 1, 2), to how many of the images with a wrong label it says what they
        are, and to how many what their label says, 0 to 1; NaN where no label is wrong
    wrong : how many labels are wrong
    shown : some of the training images
    train_size, replaced_share : how many images there are, and the share whose label was replaced
    warning : why it ended early, or ""
    random_state : of digits, labels and weights
    """

    network: Network
    history: Array
    on_wrong: Array
    wrong: int
    shown: Shown
    train_size: int
    replaced_share: float = 0.0
    warning: str = ""
    random_state: int = 0

    @property
    def epoch(self) -> int:
        """Epochs taken."""
        return len(self.history) - 1

    @property
    def accuracy(self) -> float:
        """Share of the training images to which it says their label, right or wrong."""
        return float(self.history[-1, 2])

    @property
    def test_accuracy(self) -> float:
        """Share of the test images that it names rightly."""
        return float(self.history[-1, 3])

    @property
    def seen_through(self) -> float:
        """Share of the wrongly labelled images to which it says what they are; NaN without such."""
        return float(self.on_wrong[-1, 0])

    @property
    def clearest(self) -> int:
        """At which epoch it saw through most of the wrong labels."""
        return int(self.on_wrong[:, 0].argmax()) if self.wrong else 0

    @property
    def progress(self) -> float:
        """Share of the epochs that are taken, 0 to 1."""
        return self.epoch / EPOCHS

    @property
    def stage(self) -> str:
        """At which epoch it is."""
        return f"epoch {self.epoch} of {EPOCHS}"

    @property
    def conditions(self) -> str:
        """How many labels are wrong, and what it is tested on."""
        luck = ": one random label in ten is right by luck" * (self.replaced_share > 0)
        return (
            f"{self.wrong:,} of {self.train_size:,} labels are wrong{luck}. Test: 450 other digits, all "
            "labels true; guessing is right on 10 %."
        )

    def __str__(self) -> str:
        size = self.network.layer_sizes[1]
        neurons = f"{size} hidden neuron{'s' * (size > 1)}"
        what = f"{neurons}, {percent(self.replaced_share)} of {self.train_size:,} labels replaced"
        if not self.epoch:
            untaught = percent(self.test_accuracy)
            return (
                f"Press Run (draw {self.random_state}): {what}; before it learns, {untaught} of new digits "
                "right."
            )
        own, new = percent(self.accuracy), percent(self.test_accuracy)
        said = f"Epoch {self.epoch}, {what}: {own} right by its own labels, {new} of new digits"
        if not self.wrong:
            return f"{said}; no label is wrong."
        best = percent(float(self.on_wrong[self.clearest, 0]))
        return (
            f"{said}; it sees through {percent(self.seen_through)} of wrong labels ({best} at epoch "
            f"{self.clearest})."
        )


def random_labels(
    *,
    replaced_share: float = 1.0,
    hidden_neurons: int = 256,
    train_size: int = 1000,
    random_state: int = 0,
) -> Iterator[RandomLabels]:
    """Train a network on digits after some labels were replaced by random ones.

    Parameters
    ----------
    replaced_share : of the training labels, 0 to 1; each of them becomes any digit, its own among them
    hidden_neurons : 1 to 256
    train_size : digits to learn from, 50 to 1,347; the test digits are always the same 450
    random_state : which digits, which labels, the weights at the start, the order of the batches

    Source
    ------
    Zhang, Bengio, Hardt, Recht and Vinyals (2017), Understanding deep learning requires rethinking
    generalization, section 2; that true labels are learnt first: Arpit et al. (2017), A closer look
    at memorization in deep networks, section 4.
    """
    share = arguments.number("replaced_share", replaced_share, low=0, high=1)
    hidden = arguments.whole("hidden_neurons", hidden_neurons, low=1, high=WIDEST)
    size = arguments.whole("train_size", train_size, low=FEWEST, high=MOST)
    seed = arguments.whole("random_state", random_state, low=0)
    rows = np.random.default_rng(seed).permutation(MOST)[:size]
    truths = examples().targets[rows]
    labels = replaced(targets=truths, share=share, random_state=seed)
    start = networks.initialise(layer_sizes=(64, hidden, 10), scale=SMALL, random_state=seed)
    for each in _follow(start, rows, labels, seed):
        yield replace(each, replaced_share=share)


def _follow(start: Network, rows: Labels, labels: Labels, seed: int) -> Iterator[RandomLabels]:
    """Train a network on some images with these labels: yield what it has come to after each epoch."""
    seen, truths = examples(), examples().targets[rows]
    inputs, test_inputs = _spread()
    own = networks.examples(start, inputs[rows], labels)
    test = networks.examples(start, test_inputs, seen.test_targets)
    wrong = labels != truths
    few = _chosen(wrong)
    history, on_wrong = np.empty((EPOCHS + 1, 4)), np.empty((EPOCHS + 1, 2))
    for epoch, network in enumerate(islice(_run(start, own[0], labels, seed), EPOCHS + 1)):
        history[epoch], alike = measure(network, own, test)
        says = networks.predict(network, own[0])
        on_wrong[epoch] = _on_wrong(says[wrong], truths[wrong], labels[wrong])
        warning = ending(epoch, history[: epoch + 1], alike, RATE, "Try other labels, or more neurons.")
        yield RandomLabels(
            network=network,
            history=history[: epoch + 1],
            on_wrong=on_wrong[: epoch + 1],
            wrong=int(wrong.sum()),
            shown=Shown(seen.inputs[rows[few]], labels[few], truths[few], says[few]),
            train_size=len(rows),
            warning=warning,
            random_state=seed,
        )
        if warning:
            return


def _run(start: Network, inputs: Array, labels: Labels, seed: int) -> Iterator[Network]:
    return descend(
        network=start,
        inputs=inputs,
        targets=labels,
        learning_rate=RATE,
        batch_size=BATCH,
        optimiser="momentum",
        random_state=seed,
    )


def replaced(*, targets: ArrayLike, share: float, random_state: int = 0) -> Labels:
    """Replace a share of labels, rounded to whole ones, by digits drawn at random.

    Parameters
    ----------
    targets : shape (n,), digits 0 to 9
    share : 0 to 1; one in ten of the drawn digits is what it was

    >>> replaced(targets=[7, 7, 7, 7], share=0.5)
    array([0, 7, 3, 7])
    """
    labels = arguments.labels("targets", targets, length=None, classes=10).copy()
    part = arguments.number("share", share, low=0, high=1)
    random = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    rows = random.permutation(len(labels))[: round(part * len(labels))]
    labels[rows] = random.integers(0, 10, len(rows))
    return labels


def _chosen(wrong: NDArray[np.bool_]) -> Labels:
    """Row numbers of the images to show: those with a wrong label first."""
    few = min(SHOWN_WRONG, int(wrong.sum()))
    few = max(few, SHOWN - int((~wrong).sum()))
    return np.concatenate([np.nonzero(wrong)[0][:few], np.nonzero(~wrong)[0][: SHOWN - few]])


def _on_wrong(says: Labels, truths: Labels, labels: Labels) -> tuple[float, float]:
    if not len(says):
        return np.nan, np.nan
    return float((says == truths).mean()), float((says == labels).mean())


@cache
def _spread() -> tuple[Array, Array]:
    """Pixels less their mean over the training images, times the contrast; those of the test alike."""
    seen = examples()
    middle = seen.inputs.mean(axis=0)
    return CONTRAST * (seen.inputs - middle), CONTRAST * (seen.test_inputs - middle)
