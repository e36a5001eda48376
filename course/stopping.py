"""Lesson 02: when to stop training, which images say so, and which images judge it.

Three sets: a network learns from the first; the second, the validation set, chooses the epoch at
which to stop; the third, the test set, judges that choice once, when the run is over.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, datasets, networks
from course.intervals import Interval, wilson
from course.networks import Array, Network
from course.random_labels import replaced
from course.training import SMALL, descend, ending
from course.wording import percent, written

EPOCHS = 100
RATE, BATCH = 0.03, 32
ALIKE = 1e-9  # scores that differ by less are one and the same answer
LOADERS = {"MNIST": datasets.mnist, "digits": datasets.digits}
TESTED = {"MNIST": 1500, "digits": 450}
FEWEST, MOST = 50, 1000  # images to learn from
FEW, MANY = 20, 300  # images that choose
WIDEST = 128
Examples = tuple[Array, NDArray[np.int64]]


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
        """The same run with another stop or patience."""
        return replace(
            self,
            stop=_stop(changes.get("stop", self.stop)),
            patience=_patience(changes.get("patience", self.patience)),
        )

    def __str__(self) -> str:
        """Say what is set, then how it stands, then what the test says of each choice."""
        if not self.epoch:
            return (
                f"Press Run: {self._setting}; {self.validation_size} images choose. "
                f"You would stop at epoch {self.stop}, patience {self.patience}."
            )
        if self.over:
            said = "; ".join(map(str, self.choices))
            return f"The test judges: {said}."
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
    patience : see `out_of_patience`
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
        stop=_stop(stop),
        patience=_patience(patience),
        history=np.empty((0, 6)),
    )
    seed = arguments.whole("random_state", random_state, low=0)
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


def _stop(value: object) -> int:
    return arguments.whole("stop", value, low=1, high=EPOCHS)


def _patience(value: object) -> int:
    return arguments.whole("patience", value, low=1, high=50)


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


def _ends(count: int, of: int) -> tuple[float, float]:
    interval = wilson(count=count, of=of)
    return interval.low, interval.high
