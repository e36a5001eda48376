"""The training lab of lesson 01: a small network learns points in the plane, seen from inside."""

from inspect import signature
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.columns import TABLE, Columns
from course.learning import ALL, INITIALISATIONS, MOST_LAYERS, MOST_NEURONS, learn_points
from course.learnt import Learnt
from course.networks import ACTIVATIONS, Array
from course.optimisers import OPTIMISERS
from course.points import FEATURES
from course.tables import EXAMPLE
from course.wording import percent
from widgets.choices import Chips, Layers, Thumbnails
from widgets.controls import Range, log
from widgets.curves import band, curves
from widgets.graph import graph
from widgets.hand import Edits, Hand
from widgets.lab import Lab
from widgets.output import output, thumbnails
from widgets.picture import Update
from widgets.table_pad import TablePad, columns_of

PLACES = {
    "graph": (0, 150, 546, 302),
    "output": (550, 188, 264, 264),
    "loss": (42, 52, 240, 68),
    "accuracy": (470, 52, 240, 68),
}
RECENT = 10  # epochs
LABELS = {
    "train_size": "Training share",
    "edits": "Points by hand",
    "show_test": "Test points",
    "discretise": "Two colours",
    "initialisation": "Start weights",
    "random_starts": "Random starts",
    "penalty": "Regularisation",
    "alpha": "Regularisation rate",
    "max_epochs": "Epochs",
    "random_state": "New points",
}
GROUPS = {
    "Data": ["train_size", "noise", "show_test", "discretise", "edits"],
    "Features": ["features"],
    "Network": ["activation", "initialisation", "random_starts"],
    "Learning": ["batch_size", "optimiser", "penalty", "alpha", "max_epochs"],
}


def training_lab(
    *, table: Any = None, columns: tuple[str, str] = ("", ""), target: str = "", **options: Any
) -> Lab:
    """A small network learns points in the plane: its neurons, its output, loss and accuracy.

    Parameters
    ----------
    table : a table of one's own: a DataFrame, or CSV text
    columns : names of the two columns that become the place
    target : name of the column to be learnt
    options : of any lab, see `lab.Lab`: `start`, `fixed`, `without`, `after`

    Raises
    ------
    ValueError
        where the table can't be read
    """
    own = columns_of(table, columns, target)
    start = {**({"dataset": TABLE} if own.table else {}), **options.pop("start", {})}
    pad, edits = TablePad(own), Edits()
    sets = Thumbnails(thumbnails(), start.get("dataset", "circle"), "Data set")

    def changed() -> None:
        edits.value = ""
        pad.layout.display = None if sets.value == TABLE else "none"
        if sets.value == TABLE:
            pad.ready()

    sets.observe(lambda _: changed(), "value")
    pad.observe(lambda _: changed(), "value")
    changed()
    moved = {
        "dataset": sets,
        "table": pad,
        "learning_rate": log(0.00001, 10.0),
        "hidden_layer_sizes": Layers((4, 2), most_layers=MOST_LAYERS, most_neurons=MOST_NEURONS),
        "train_size": Range(0.1, 0.9, 0.1, unit="%"),
        "noise": Range(0.0, 0.5, 0.05, unit="%"),
        "show_test": bool,
        "discretise": bool,
        "edits": edits,
        "features": Chips(list(FEATURES), ("x₁", "x₂"), "What the network is told of a point"),
        "activation": list(ACTIVATIONS),
        "initialisation": list(INITIALISATIONS),
        "random_starts": {"1": 1, "5": 5, "10": 10},
        "batch_size": {str(size): size for size in range(1, 31)} | {"all": ALL},
        "optimiser": list(OPTIMISERS),
        "penalty": {"none": "none", "L1": "l1", "L2": "l2"},
        "alpha": log(0.0001, 10.0),
        "max_epochs": log(10, 5000),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 480,
        "speed": 0.0,
        "midway": ("edits", "show_test", "discretise"),
        "labels": LABELS,
        "groups": GROUPS,
        "folded": True,
        "only": {"alpha": lambda settings: settings["penalty"] != "none"},
        "drag": {output: Hand(edits, lambda: lab.result)},
        "share": line,
    }
    views = (graph, output, loss, accuracy)
    lab = Lab(learn_points, *views, start=start, **{**usual, **moved, **options})
    return lab


def line(lab: Lab) -> str:
    """Write the line of code that makes a lab with these settings."""
    usual = {name: each.default for name, each in signature(learn_points).parameters.items()}
    moved = {name: value for name, value in lab.settings.items() if value != usual[name]}
    table: Columns = moved.pop("table", Columns())
    parts = [f"start={moved}"] * bool(moved)
    if moved.get("dataset") == TABLE and table.table is not None:
        chosen = table.chosen()
        own = ["table=my_table"] * (table.table.name != EXAMPLE)
        parts += [*own, f"columns={chosen.features}", f"target={chosen.target!r}"]
    return f"training_lab({', '.join(parts)})"


def loss(axes: Axes, learnt: Learnt) -> Update:
    """Loss against the epoch, on the points that it trains on and in the test."""
    frame, numeric = _frame(learnt), learnt.points.numeric
    top = 0.8
    if numeric:
        variance = float(learnt.made.targets[learnt.made.train].var())
        top = float(f"{0.8 * variance:.1g}")
    grown = False
    while _usual(learnt.history[:, :2]) > top:  # a test loss that climbs stays in the picture
        top, grown = 2 * top, True
    axes.set(title="Loss (half squared error)" if numeric else "Loss (nats)", ylim=(0, top))
    axes.set(yticks=(0, top / 2, top), yticklabels=("0", f"{top / 2:.3g}", f"{top:.3g}"))
    axes.set_xlabel(f"epoch of {learnt.pace[0]}")
    spread = band(axes)
    draw = curves(axes, learnt.max_epochs, ("train 0.000", "test 0.000"))

    def update(learnt: Learnt) -> bool | None:
        if _frame(learnt) != frame:
            return False
        own, test = learnt.history[:, 0], learnt.history[:, 1]
        if _usual(learnt.history[-RECENT:, :2]) > top or (grown and learnt.epoch == 0):
            return False
        spread([test, *(history[:, 1] for history in learnt.others)])
        draw(own, test, [f"train {own[-1]:.2f}", f"test {test[-1]:.2f}"])
        return None

    update(learnt)
    return update


def accuracy(axes: Axes, learnt: Learnt) -> Update:
    """Share of points that it is right on against the epoch; for numbers, explained variance."""
    frame, numeric = _frame(learnt), learnt.points.numeric
    heading = axes.set_title("")
    low, ticks = (0.0, (0, 0.5, 1)) if numeric else (0.3, (0.5, 0.75, 1))
    axes.set(ylim=(low, 1.02), yticks=ticks, yticklabels=[percent(tick) for tick in ticks])
    axes.set_xlabel(f"epoch at {learnt.pace[1]}")
    spread = band(axes)
    draw = curves(axes, learnt.max_epochs)

    def update(learnt: Learnt) -> bool | None:
        if _frame(learnt) != frame:
            return False
        name, short = ("Explained variance, R²", "R²") if numeric else ("Accuracy", "Accuracy")
        others = len(learnt.others)
        heading.set_text(f"{short}, {others + 1} starts" if others else name)
        own, test = learnt.history[:, 2], learnt.history[:, 3]
        spread([test, *(history[:, 3] for history in learnt.others)])
        texts = [percent(max(float(share[-1]), 0.0), short=True) for share in (own, test)]
        draw(np.maximum(own, low), np.maximum(test, low), [f"train {texts[0]}", f"test {texts[1]}"])
        return None

    update(learnt)
    return update


def _usual(losses: Array) -> float:
    """The largest loss that held for several epochs: a jump of a single one doesn't count."""
    held = [np.median(losses[n : n + RECENT], axis=0).max() for n in range(0, len(losses), RECENT)]
    finite = [each for each in held if np.isfinite(each)]
    return min(max(finite, default=0.0), 1e3)


def _frame(learnt: Learnt) -> object:
    """What the axes of the curves depend on."""
    numeric = learnt.points.numeric
    return numeric, learnt.max_epochs, learnt.pace, learnt.made if numeric else None
