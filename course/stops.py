"""A run with three sets so far: where a learner, a rule and hindsight stop, and what the test says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course import arguments
from course.intervals import Interval, wilson
from course.networks import Array
from course.wording import percent, written

EPOCHS = 100


@dataclass(frozen=True)
class Choice:
    """An epoch that somebody or a rule stops at.

    Parameters
    ----------
    who : chose it
    epoch : 0 to 100
    accuracy : there, on the test images
    interval : of that accuracy, 95 %
    """

    who: str
    epoch: int
    accuracy: float
    interval: Interval

    def __str__(self) -> str:
        return f"{self.who} (epoch {self.epoch}) {percent(self.accuracy)}"


@dataclass(frozen=True, eq=False)
class Stopping:
    """A run so far, and where a learner would stop it.

    Parameters
    ----------
    data : "MNIST" or "digits"
    noise : share of the training and validation labels that are replaced by random ones
    train_size, validation_size, test_size : images that teach, choose and judge
    hidden_neurons : of the one hidden layer
    stop : the learner's epoch, 1 to 100
    patience : epochs without a lower validation loss after which a rule stops
    history : shape (n_epochs + 1, 6): loss and accuracy in training, in validation, in the test
    warning : why it ended early, or ""
    random_state : of images, labels and weights
    late : whether stop or patience was moved after the test had been seen
    """

    data: str
    noise: float
    train_size: int
    validation_size: int
    test_size: int
    hidden_neurons: int
    stop: int
    patience: int
    history: Array
    warning: str = ""
    random_state: int = 0
    late: bool = False

    @property
    def epoch(self) -> int:
        """Epochs taken."""
        return len(self.history) - 1

    @property
    def losses(self) -> Array:
        """Of training and validation, in nats, shape (2, n_epochs + 1)."""
        return self.history[:, [0, 2]].T

    @property
    def accuracies(self) -> Array:
        """Of training and validation, shape (2, n_epochs + 1)."""
        return self.history[:, [1, 3]].T

    @property
    def test_accuracies(self) -> Array | None:
        """Of the test, shape (101,); None before the run is over: until then it has no say."""
        return self.history[:, 5] if self.over else None

    @property
    def over(self) -> bool:
        """Whether the run came to its end."""
        return self.epoch == EPOCHS

    @property
    def least_loss(self) -> int:
        """The epoch so far with the lowest validation loss."""
        return int(self.history[:, 2].argmin())

    @property
    def best_accuracy(self) -> int:
        """The first epoch so far with the highest validation accuracy."""
        return int(self.history[:, 3].argmax())

    @property
    def gave_up(self) -> int | None:
        """At which epoch the rule lost its patience; None where it hasn't yet."""
        return out_of_patience(losses=self.history[:, 2], patience=self.patience)

    @property
    def kept(self) -> int:
        """The epoch whose network the rule keeps: that of the lowest loss before it gave up."""
        end = self.epoch if self.gave_up is None else self.gave_up
        return int(self.history[: end + 1, 2].argmin())

    @property
    def stops(self) -> tuple[tuple[str, int | None], ...]:
        """Who stops at which epoch; None before the run is over, but for the learner."""
        chosen = (self.kept, self.least_loss, self.best_accuracy)
        epochs = chosen if self.over else (None,) * len(chosen)
        names = f"patience {self.patience}", "least loss", "best accuracy"
        return ("your stop", self.stop), *zip(names, epochs, strict=True), ("no stop", EPOCHS)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What the test says of each stop; nothing before the end."""
        known = self.stops if self.over else ()
        return tuple(self._choice(who, epoch) for who, epoch in known if epoch is not None)

    @property
    def band(self) -> Array:
        """The 95 % interval of each validation accuracy, shape (2, n_epochs + 1)."""
        counts = np.rint(self.history[:, 3] * self.validation_size).astype(int)
        ends = [_ends(int(count), self.validation_size) for count in counts]
        return np.array(ends).T

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
        """Which images do what, and how sure the choosing ones are."""
        labels = ", by true labels" if self.noise else ""
        return (
            f"{self.train_size:,} images teach. {self.validation_size} others (validation) choose: so few "
            f"that their accuracy is unsure (band: 95 % interval). {self.test_size:,} more (test) judge "
            f"once{labels}."
        )

    @property
    def _setting(self) -> str:
        neurons = f"{self.hidden_neurons} neuron{'s' * (self.hidden_neurons > 1)}"
        return f"{self.data}, {self.train_size:,} images, {percent(self.noise)} of labels random, {neurons}"

    def seen(self, changes: Mapping[str, Any]) -> "Stopping":
        """The same run with another stop or patience; after its end that comes too late."""
        stop = checked_stop(changes.get("stop", self.stop))
        patience = checked_patience(changes.get("patience", self.patience))
        moved = (stop, patience) != (self.stop, self.patience)
        return replace(self, stop=stop, patience=patience, late=self.late or (self.over and moved))

    def __str__(self) -> str:
        """Say what is set, then how it stands, then what the test says of each choice."""
        if not self.epoch:
            return (
                f"Press Run: {self._setting}; {self.validation_size} images choose. "
                f"You would stop at epoch {self.stop}, patience {self.patience} (draw {self.random_state})."
            )
        if self.over:
            said = "; ".join(map(str, self.choices))
            chosen = "Moved too late to count" if self.late else "The test judges"
            return f"{chosen}: {said}."
        loss, right = self.history[-1, 2:4]
        gave_up = self.gave_up
        rule = "has not run out" if gave_up is None else f"ran out at epoch {gave_up}"
        return (
            f"Epoch {self.epoch}: validation loss {written(loss)}, least at epoch {self.least_loss}; "
            f"accuracy {percent(right)}. Patience {self.patience} {rule}; you would stop at {self.stop}."
        )

    def _choice(self, who: str, epoch: int) -> Choice:
        share = float(self.history[epoch, 5])
        found = wilson(count=round(share * self.test_size), of=self.test_size)
        return Choice(who, epoch, share, found)


def out_of_patience(*, losses: ArrayLike, patience: int = 5) -> int | None:
    """Find the epoch at which so many in a row had no lower loss than the lowest; None where none did.

    Parameters
    ----------
    losses : shape (n_epochs + 1,), of the validation set
    patience : 1 or more

    >>> out_of_patience(losses=[2.0, 1.0, 1.2, 1.1, 0.9], patience=2)
    3
    """
    most = arguments.whole("patience", patience, low=1)
    best, since = np.inf, 0
    for epoch, loss in enumerate(arguments.array("losses", losses, shape=(None,))):
        best, since = (loss, 0) if loss < best else (best, since + 1)
        if since == most:
            return epoch
    return None


def checked_stop(stop: object) -> int:
    """Check an epoch to stop at: 1 to 100."""
    return arguments.whole("stop", stop, low=1, high=EPOCHS)


def checked_patience(patience: object) -> int:
    """Check a patience: 1 to 50 epochs."""
    return arguments.whole("patience", patience, low=1, high=50)


def _ends(count: int, of: int) -> tuple[float, float]:
    interval = wilson(count=count, of=of)
    return interval.low, interval.high
