"""A training run as it stands: the network, and how it came there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course import networks
from course.networks import Array, Network
from course.wording import percent


class Epochs:
    """What a training run says of its epochs, from its `history` and its `max_epochs`."""

    history: Array
    max_epochs: int

    @property
    def epoch(self) -> int:
        """Number of times that the network has gone through its examples."""
        return len(self.history) - 1

    @property
    def progress(self) -> float:
        """How far training has come, 0 to 1."""
        return self.epoch / self.max_epochs

    @property
    def stage(self) -> str:
        """Where training stands, in a few words."""
        return f"Epoch {self.epoch} of {self.max_epochs}"


@dataclass(frozen=True, eq=False)
class Run(Epochs):
    """A network in training: what it is now, and how it came there.

    Parameters
    ----------
    network : after the last epoch
    history : shape (epochs + 1, 4); training loss, test loss, training accuracy and
        test accuracy, after each epoch; the first row is before training
    train_size : number of examples that it learns from
    test_inputs, test_targets : examples that it never learns from
    examples : row numbers in the test set, of a few that a picture shows
    max_epochs : where training ends
    steps : number of steps in an epoch
    rule : how a step is taken, in words
    random_state : what the random start and the order of the examples come from
    noun : what one example is
    warning : a sentence where training ended early, else empty
    """

    network: Network
    history: Array
    train_size: int
    test_inputs: Array
    test_targets: NDArray[np.int64]
    examples: NDArray[np.int64]
    max_epochs: int
    steps: int
    rule: str
    random_state: int
    noun: str = "example"
    warning: str = ""

    @property
    def train_loss(self) -> Array:
        """Loss on the training examples after each epoch, in nats."""
        return self.history[:, 0]

    @property
    def test_loss(self) -> Array:
        """Loss on the test examples after each epoch, in nats."""
        return self.history[:, 1]

    @property
    def train_accuracy(self) -> Array:
        """Share of training examples named rightly after each epoch, 0 to 1."""
        return self.history[:, 2]

    @property
    def test_accuracy(self) -> Array:
        """Share of test examples named rightly after each epoch, 0 to 1."""
        return self.history[:, 3]

    @property
    def answers(self) -> NDArray[np.int64]:
        """What the network says to `examples`."""
        return networks.predict(self.network, self.test_inputs[self.examples])

    @property
    def truths(self) -> NDArray[np.int64]:
        """What `examples` are."""
        return self.test_targets[self.examples]

    @property
    def pace(self) -> str:
        """What happens in one epoch."""
        return f"{self.steps} {'step' if self.steps == 1 else 'steps'} by {self.rule}"

    @property
    def _plan(self) -> str:
        if self.warning:
            return ""
        return f" An epoch will be {self.train_size:,} {self.noun}s in {self.pace}."

    def __str__(self) -> str:
        test = percent(self.test_accuracy[-1])
        if self.epoch == 0:
            hidden = sum(self.network.layer_sizes[1:-1])
            return (
                f"Untrained, with {hidden} hidden neuron{'s' * (hidden != 1)} and random start "
                f"{self.random_state}, the network is right on {test} of the test {self.noun}s."
            ) + self._plan
        epochs = "1 epoch" if self.epoch == 1 else f"{self.epoch} epochs"
        return (
            f"After {epochs} the network is right on {test} of the {len(self.test_targets):,} test "
            f"{self.noun}s, and on {percent(self.train_accuracy[-1])} of the {self.train_size:,} "
            "it trained on."
        )
