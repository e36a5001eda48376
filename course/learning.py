"""Lesson 01: a small network learns points in the plane, while somebody watches and moves them."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments, networks, tables
from course.networks import Array, Network
from course.points import FEATURES, SETS, Points, edited, points
from course.tables import TABLE, Columns
from course.training import descend, ending
from course.wording import percent

INITIALISATIONS = {"zero": 0.0, "too small": 0.05, "good": 1.0, "too large": 8.0}
PENALTIES = ("none", "l1", "l2")
MOST_LAYERS, MOST_NEURONS = 6, 8
NO_TABLE = Columns()
ALL = tables.MOST_ROWS  # a batch of this size holds every point there may be
Changes = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Learnt:
    """A network that learns points: what it is now, and how it came there.

    Parameters
    ----------
    network : after the last epoch
    made : the points before anybody moved one
    points : what it learns, and what it is tested on
    features : names of its inputs, see `points.FEATURES`
    means, scales : shape (n_features,), by which inputs are standardised: on training points
    history : shape (epochs + 1, 4), for the epochs so far: training loss, test loss, training
        accuracy and test accuracy; for numbers R² in place of accuracy
    others : such histories, of networks from other random starts
    max_epochs : where training ends
    random_state : what points, random start and the order of the points come from
    show_test, discretise : how it is to be shown: with the test points; in two colours
    setup : what learns what, in words
    pace : the steps of an epoch, and how far they go, in words
    moved_at : the epoch at which points were last moved by hand, or -1
    warning : a sentence where training ended early, else empty
    """

    network: Network
    made: Points
    points: Points
    features: tuple[str, ...]
    means: Array
    scales: Array
    history: Array
    others: tuple[Array, ...]
    max_epochs: int
    random_state: int
    setup: str = ""
    pace: tuple[str, str] = ("", "")
    show_test: bool = False
    discretise: bool = False
    moved_at: int = -1
    warning: str = ""

    @property
    def epoch(self) -> int:
        """Number of times that the network has gone through its training points."""
        return len(self.history) - 1

    @property
    def progress(self) -> float:
        """How far training has come, 0 to 1."""
        return self.epoch / self.max_epochs

    @property
    def stage(self) -> str:
        """Where training stands, in a few words."""
        return f"Epoch {self.epoch} of {self.max_epochs}"

    def seen(self, changes: Changes) -> "Learnt":
        """The same with other points or another look: `edits`, `show_test`, `discretise`."""
        looks: dict[str, Any] = {
            name: bool(changes[name]) for name in ("show_test", "discretise") if name in changes
        }
        after = replace(self, **looks)
        if changes.get("edits", self.points.edits) == self.points.edits:
            return after
        after = replace(after, points=edited(self.made, changes["edits"]), moved_at=self.epoch)
        if self.epoch >= 0:
            history = self.history.copy()
            _measure(after, self.network, history[-1])
            after = replace(after, history=history)
        return after

    def examples(self, rows: NDArray[np.int64]) -> tuple[Array, Array]:
        """Inputs and targets of some points, as the network takes them."""
        return self._standardised(self.points.inputs[rows]), self.points.targets[rows, None]

    def predict(self, places: Any) -> Array:
        """Answer for places in the plane: the probability of class 1, or a number; shape (n,).

        Parameters
        ----------
        places : shape (n, 2), from -6 to 6
        """
        return self.values(arguments.array("places", places, shape=(None, 2)))[-1][:, 0]

    def values(self, places: Array) -> list[Array]:
        """Compute every layer's values at places: inputs first, the output last."""
        with np.errstate(all="ignore"):
            return networks.forward(self.network, self._standardised(places))

    def _standardised(self, places: Array) -> Array:
        return (computed(self.features, places) - self.means) / self.scales

    @property
    def conditions(self) -> str:
        """What else has to be known about the points."""
        moved = ""
        if self.moved_at > 0:
            moved = f"Points were moved at epoch {self.moved_at}; Reset trains from the start."
        return f"{self.points.note} {moved}".strip()

    def __str__(self) -> str:
        own, test = (percent(max(float(share), 0.0)) for share in self.history[-1, 2:])
        does, of = ("explains", "of the variance of") if self.points.numeric else ("is right on", "of")
        shown = "".join(self._looks)
        if self.epoch == 0:
            return (
                f"Untrained, {self.setup}: {does} {test} {of} the test points. {self.max_epochs:,} epochs "
                f"will be {len(self.points.train):,} points in {', '.join(self.pace)} each.{shown}"
            )
        also = "and" if self.points.numeric else "and on"
        return (
            f"After {'1 epoch' if self.epoch == 1 else f'{self.epoch} epochs'} the network {does} {test} "
            f"{of} the {len(self.points.test):,} test points, {also} {own} of the "
            f"{len(self.points.train):,} it trained on.{self._luck}{shown}"
        )

    @property
    def _looks(self) -> Iterator[str]:
        if self.show_test:
            yield " Test points are shown."
        if self.discretise:
            yield " Two colours."
        if self.points.edits:
            yield (
                f" By hand: {self.points.edits}."
                if len(self.points.edits) < 30
                else " Points moved by hand."
            )

    @property
    def _luck(self) -> str:
        if not self.others:
            return ""
        shares = [float(history[-1, 3]) for history in (self.history, *self.others)]
        low, high = (percent(max(share, 0.0)) for share in (np.nanmin(shares), np.nanmax(shares)))
        return f" With {len(shares)} random starts, test points: {low} to {high}."


def learn_points(
    *,
    dataset: str = "circle",
    learning_rate: float = 0.03,
    hidden_layer_sizes: Sequence[int] = (4, 2),
    table: Columns = NO_TABLE,
    train_size: float = 0.5,
    noise: float = 0.0,
    show_test: bool = False,
    discretise: bool = False,
    edits: str = "",
    features: Sequence[str] = ("x₁", "x₂"),
    activation: str = "tanh",
    initialisation: str = "good",
    random_starts: int = 1,
    batch_size: int = 10,
    optimiser: str = "plain",
    penalty: str = "none",
    alpha: float = 0.001,
    max_epochs: int = 500,
    random_state: int = 0,
) -> Generator[Learnt, Changes | None, None]:
    """Train a network on points in the plane: yield it untrained, then after every epoch.

    Settings sent into the generator hold from then on, without a new start: the next item is
    the same epoch, seen so. `edits`, `show_test` and `discretise` can be sent.

    Parameters
    ----------
    dataset : one of `points.SETS`, or "table"
    hidden_layer_sizes : 0 to 6 layers of 1 to 8 neurons
    table : what is learnt where the data set is a table
    train_size : share of the points to learn from, 0.1 to 0.9
    noise : 0 to 0.5, see `points.points`
    show_test, discretise : how it is to be shown: with the test points; in two colours
    edits : points added and moved by hand, see `points.edited`
    features : names of the network's inputs, at least one of `points.FEATURES`
    activation : of the hidden neurons
    initialisation : size of the random weights at the start, one of `INITIALISATIONS`
    random_starts : how many networks learn side by side, 1 to 10; the first one is shown
    batch_size : points in a step; more than there are means all of them
    penalty, alpha : "l1" or "l2" adds alpha times the sum of all weights' sizes, or half
        squares, to the loss that is descended
    max_epochs : where training ends
    """
    last = arguments.whole("max_epochs", max_epochs, low=1)
    starts = arguments.whole("random_starts", random_starts, low=1, high=10)
    seed = arguments.whole("random_state", random_state, low=0)
    sizes, names = _layers(hidden_layer_sizes), _names(features)
    factor = INITIALISATIONS[arguments.one_of("initialisation", initialisation, INITIALISATIONS)]
    strength = arguments.number("alpha", alpha, low=0)
    arguments.one_of("penalty", penalty, PENALTIES)
    rate = arguments.number("learning_rate", learning_rate, above=0)
    made = _made(dataset, table, {"train_size": train_size, "noise": noise, "random_state": seed})
    how: dict[str, Any] = {
        "learning_rate": rate,
        "batch_size": batch_size,
        "optimiser": optimiser,
        "l1": strength if penalty == "l1" else 0.0,
        "l2": strength if penalty == "l2" else 0.0,
    }
    starting = [
        networks.initialise(
            layer_sizes=(len(names), *sizes, 1),
            activation=activation,
            output="linear" if made.numeric else "sigmoid",
            scale=factor,
            random_state=seed + number,
        )
        for number in range(starts)
    ]
    own = computed(names, made.inputs[made.train])
    scales = own.std(axis=0)
    now = Learnt(
        network=starting[0],
        made=made,
        points=made,
        features=names,
        means=own.mean(axis=0),
        scales=np.where(scales > 0, scales, 1.0),
        history=np.empty((0, 4)),
        others=(),
        max_epochs=last,
        random_state=seed,
        setup=_setup(made, noise, names, sizes, activation, initialisation, starts, seed),
        pace=_pace(len(own), batch_size, optimiser, rate, penalty, strength),
    ).seen({"edits": edits, "show_test": show_test, "discretise": discretise})
    now = replace(now, moved_at=-1)
    x, y = now.examples(now.points.train)
    runs = [
        descend(network=network, inputs=x, targets=y[:, 0], random_state=seed + number, **how)
        for number, network in enumerate(starting)
    ]
    histories = np.empty((starts, last + 1, 4))
    changes: Changes | None = None
    for epoch in range(last + 1):
        if changes:
            now = now.seen(changes)
            x, y = now.examples(now.points.train)
        learnt = [run.send((x, y)) if epoch else next(run) for run in runs]
        alike, *_ = [_measure(now, network, histories[n, epoch]) for n, network in enumerate(learnt)]
        warning = ending(epoch, histories[0, : epoch + 1], alike, rate)
        broken = bool(warning) and not np.isfinite(histories[0, epoch]).all()
        now = replace(
            now,
            network=now.network if broken else learnt[0],
            history=histories[0, : epoch + (not broken)],
            others=tuple(histories[1:, : epoch + 1]),
            warning=warning,
        )
        changes = yield now
        if warning:
            return


def computed(features: Sequence[str], places: Array) -> Array:
    """What a network is told of places: the features that are named, shape (n, n_features)."""
    return np.stack([FEATURES[name](places) for name in features], axis=1)


def _measure(now: Learnt, network: Network, row: Array) -> bool:
    """Write loss and accuracy on both halves into a row; say whether all answers are alike."""
    with np.errstate(all="ignore"):
        own, test = (
            networks.score(network, *now.examples(rows)) for rows in (now.points.train, now.points.test)
        )
        row[:] = own[0], test[0], own[1], test[1]
        return float(np.ptp(own[2])) < 1e-9


def _setup(
    made: Points,
    noise: float,
    features: tuple[str, ...],
    sizes: tuple[int, ...],
    activation: str,
    initialisation: str,
    starts: int,
    seed: int,
) -> str:
    told = ", ".join(features) if len(features) < 4 else f"{len(features)} features"
    hidden = f"{' and '.join(map(str, sizes))} {activation} neurons" if sizes else f"no {activation} neuron"
    many = f"{starts} {initialisation} starts from" if starts > 1 else f"{initialisation} start"
    spread = f" with noise {percent(noise)}" if noise else ""
    return f"{made.name}{spread}, {told} to {hidden}, {many} {seed}"


def _pace(
    count: int, size: int, optimiser: str, rate: float, penalty: str, alpha: float
) -> tuple[str, str]:
    steps = -(-count // arguments.whole("batch_size", size, low=1))
    drag = f", {penalty.upper()} {alpha:g}" if penalty != "none" else ""
    return f"{steps} step{'s' * (steps > 1)}, {optimiser} descent", f"rate {rate:g}{drag}"


def _made(dataset: str, table: Columns, how: Mapping[str, Any]) -> Points:
    arguments.one_of("dataset", dataset, [*SETS, TABLE])
    return tables.table_points(table, **how) if dataset == TABLE else points(dataset=dataset, **how)


def _layers(sizes: object) -> tuple[int, ...]:
    if isinstance(sizes, str) or not isinstance(sizes, Sequence) or len(sizes) > MOST_LAYERS:
        raise arguments.refuse("hidden_layer_sizes", f"be at most {MOST_LAYERS} whole numbers", sizes)
    return tuple(arguments.whole("hidden_layer_sizes", size, low=1, high=MOST_NEURONS) for size in sizes)


def _names(features: object) -> tuple[str, ...]:
    known = isinstance(features, Sequence) and not isinstance(features, str)
    if not known or not features or not set(features) <= FEATURES.keys():  # type: ignore[call-overload]
        raise arguments.refuse("features", f"be one or more of {', '.join(FEATURES)}", features)
    return tuple(name for name in FEATURES if name in features)  # type: ignore[operator]
