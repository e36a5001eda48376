"""Lesson 01: a small network learns points in the plane, while somebody watches and moves them."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from course import arguments, columns, networks
from course.columns import TABLE, Columns
from course.learnt import Changes, Learnt, computed
from course.points import FEATURES, SETS, Points, points
from course.training import descend, ending, measure
from course.wording import percent

INITIALISATIONS = {"zero": 0.0, "too small": 0.05, "good": 1.0, "too large": 8.0}
PENALTIES = ("none", "l1", "l2")
MOST_LAYERS, MOST_NEURONS = 6, 8
NO_TABLE = Columns()
ALIKE = "All neurons are the same: only start weights that differ can tell them apart."
ALL = columns.MOST_ROWS  # a batch of this size holds every point there may be


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

    Settings sent into the generator hold from the next epoch on, without a new start: `edits`,
    `show_test` and `discretise` can be sent.

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
    told = computed(names, made.inputs[made.train])
    scales = told.std(axis=0)
    now = Learnt(
        network=starting[0],
        made=made,
        points=made,
        features=names,
        means=told.mean(axis=0),
        scales=np.where(scales > 0, scales, 1.0),
        history=np.empty((0, 4)),
        others=(),
        max_epochs=last,
        setup=_setup(made, noise, names, sizes, activation, initialisation, starts, seed),
        pace=_pace(len(told), batch_size, optimiser, rate, penalty, strength),
    ).seen({"edits": edits, "show_test": show_test, "discretise": discretise})
    own, test = now.halves
    runs = [
        descend(network=network, inputs=own[0], targets=own[1][:, 0], random_state=seed + number, **how)
        for number, network in enumerate(starting)
    ]
    histories = np.empty((starts, last + 1, 4))
    changes: Changes | None = None
    for epoch in range(last + 1):
        if changes:
            now = now.seen(changes)
            own, test = now.halves
        learnt = [run.send(own) if epoch else next(run) for run in runs]
        for number in reversed(range(starts)):
            histories[number, epoch], alike = measure(learnt[number], own, test)
        warning = ending(epoch, histories[0, : epoch + 1], alike, rate, ALIKE if not factor else "")
        broken = bool(warning) and not np.isfinite(histories[0, epoch]).all()
        now = replace(
            now,
            network=now.network if broken else learnt[0],
            history=histories[0, : epoch + (not broken)],
            others=tuple(histories[1:, : epoch + (not broken)]),
            warning=warning,
        )
        changes = yield now
        if warning:
            return


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
    hidden = (
        f"to {' and '.join(map(str, sizes))} {activation} neurons" if sizes else "straight to the output"
    )
    weights = "random" if initialisation == "good" else initialisation
    many = f"{starts} {weights} starts from" if starts > 1 else f"{weights} start"
    spread = f" with noise {percent(noise)}" if noise else ""
    return f"{made.name}{spread}, {told} {hidden}, {many} {seed}"


def _pace(
    count: int, size: int, optimiser: str, rate: float, penalty: str, alpha: float
) -> tuple[str, str]:
    steps = -(-count // arguments.whole("batch_size", size, low=1))
    drag = f", {penalty.upper()} {alpha:g}" if penalty != "none" else ""
    return f"{steps} step{'s' * (steps > 1)}, {optimiser} descent", f"rate {rate:g}{drag}"


def _made(dataset: str, table: Columns, how: Mapping[str, Any]) -> Points:
    arguments.one_of("dataset", dataset, [*SETS, TABLE])
    return columns.table_points(table, **how) if dataset == TABLE else points(dataset=dataset, **how)


def _layers(sizes: object) -> tuple[int, ...]:
    if isinstance(sizes, str) or not isinstance(sizes, Sequence) or len(sizes) > MOST_LAYERS:
        raise arguments.refuse("hidden_layer_sizes", f"be at most {MOST_LAYERS} whole numbers", sizes)
    return tuple(arguments.whole("hidden_layer_sizes", size, low=1, high=MOST_NEURONS) for size in sizes)


def _names(features: object) -> tuple[str, ...]:
    known = isinstance(features, Sequence) and not isinstance(features, str)
    if not known or not features or not set(features) <= FEATURES.keys():  # type: ignore[call-overload]
        raise arguments.refuse("features", f"be one or more of {', '.join(FEATURES)}", features)
    return tuple(name for name in FEATURES if name in features)  # type: ignore[operator]
