"""The lab of lesson 02 in which one split meets many, and folds meet other people."""

from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.folds import MODELS
from course.splits import Splits, ends, splits
from course.wording import percent
from widgets import style
from widgets.controls import Slider
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

FOLDS = {"5 folds": 5, "10 folds": 10}
LOWEST = 0.6  # accuracy at the foot of the axis
STRIP = 0.72  # of a row's height that dots fill
STACK = 0.075  # from one dot to the next above it, at most
LEFT = -0.395  # of the width of the axes, where the names of the rows begin
PLACES = {"folds": (20, 302, 796, 78), "strips": (204, 52, 486, 202)}
NAMES = ("random splits", "{} folds, averaged", "{} folds, averaged")
BELOW = ("of the same people", "of the same people", "of others each time")
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": style.ORANGE, "marker": "^", "ms": 7},
    {"color": style.BLUE, "marker": "o", "ms": 6.5},
    {"color": style.GREEN, "marker": "s", "ms": 6},
)


def splits_lab(**options: Any) -> Lab:
    """Test one model on the same people in many ways, and on other people."""
    moved = {
        "people": (40, 400, 20),
        "folds": FOLDS,
        "fold": (1, max(FOLDS.values())),
        "model": {"tree": MODELS[0], "logistic": MODELS[1]},
        "n_splits": (10, 80, 10),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 410,
        "speed": 0.0,
        "midway": ["fold"],
        "more": ["n_splits"],
        "labels": {
            "fold": "Fold marked",
            "n_splits": "Repeats",
            "random_state": "Other people",
        },
        "drag": {folds: lambda x, _: {"fold": int(x) + 1}},
    }
    lab = Lab(splits, folds, strips, **{**usual, **moved, **options})
    _mark_what_is_there(lab)
    return lab


def _mark_what_is_there(lab: Lab) -> None:
    """Let as many folds be marked as there are."""
    fold, parts = lab.control("fold"), lab.control("folds")
    if not isinstance(fold, Slider):
        return

    def bound(_: object) -> None:
        fold.go_over(replace(fold.span, high=lab.settings["folds"]))

    bound(None)
    if parts is not None:
        parts.observe(bound, "value")


def folds(axes: Axes, result: Splits) -> Update:
    """All people in a row, cut into the folds of the first cross-validation."""
    count = result.folds
    heading = axes.set_title("")
    axes.set_axis_off()
    axes.set(xlim=(0, count * 1.0), ylim=(0, 1))
    boxes = [
        axes.add_patch(Rectangle((n + 0.02, 0.42), 0.96, 0.5, lw=1.5, animated=True)) for n in range(count)
    ]
    (wrong,) = axes.plot(
        [], [], ls="", marker="x", ms=7, mew=2.2, color=style.ORANGE_TEXT, animated=True, zorder=5
    )
    says = [Words(axes, "100 %", align="center") for _ in range(count)]

    def update(result: Splits) -> bool | None:
        if result.folds != count:
            return False
        mark = result.fold - 1
        heading.set_text(_heading(result))
        for number, (box, words) in enumerate(zip(boxes, says, strict=True)):
            at = number == mark
            box.set(facecolor="#9CC6E8" if at else style.PANEL, edgecolor=style.BLUE if at else style.RULE)
            done = number < len(result.parts)
            words.text = percent(result.parts[number].accuracy, short=True) if done else "test" * at
            words.bold, words.colour = at, style.BLUE if at else style.TEXT_2
            words.place((number + 0.5) / count, 0.14)
        wrong.set_data(*_wrong(result))
        return None

    update(result)
    return update


def _heading(result: Splits) -> str:
    learnt = f"{result.people} people in {result.folds} folds: fold {result.fold} is the test"
    return f"{learnt}, the others train (✗ named wrongly)"


def _wrong(result: Splits) -> tuple[list[float], list[float]]:
    """Places of the people that the model named wrongly when their fold was the test."""
    across = [
        number + 0.02 + 0.96 * (place + 0.5) / len(part.right)
        for number, part in enumerate(result.parts)
        for place in np.flatnonzero(~part.right).tolist()
    ]
    return across, [0.67] * len(across)


def strips(axes: Axes, result: Splits) -> Update:
    """Every accuracy so far: of single splits, of cross-validations, of those of other people."""
    heading = axes.set_title("")
    axes.set(xlim=(LOWEST, 1.0), ylim=(0, 3), yticks=(1, 2))
    axes.set(yticklabels=("", ""))
    ticks = (0.6, 0.7, 0.8, 0.9, 1.0)
    axes.set_xticks(ticks, [percent(each) for each in ticks])
    dots = [
        axes.plot([], [], ls="", mec="white", mew=0.8, clip_on=False, animated=True, **look)[0]
        for look in LOOKS
    ]
    (line,) = axes.plot([], [], color=style.INK, lw=2, marker="|", ms=9, mew=2, animated=True)
    waits = Words(axes, "nothing measured yet", colour=style.TEXT_2, align="center")
    waits.place(0.5, 0.5)
    inks = (style.ORANGE_TEXT, style.BLUE, style.INK)
    names = [Words(axes, "10 folds, averaged", colour=ink, bold=True) for ink in inks]
    under = [Words(axes, "of others each time", colour=style.TEXT_2) for _ in inks]
    said = [Words(axes, "<60 to >99 %", colour=ink, bold=True) for ink in inks]

    def update(result: Splits) -> None:
        for row, (found, dot, name, below, words) in enumerate(
            zip(result.strips, dots, names, under, said, strict=True)
        ):
            foot = 2 - row
            dot.set_data(np.clip(found, LOWEST, 1), foot + 0.2 + stacked(found))
            name.text = NAMES[row].format(result.folds)
            below.text = BELOW[row]
            words.text = ends(found) if found else ""
            for text, across, up in ((name, LEFT, 0.62), (below, LEFT, 0.32), (words, 1.03, 0.47)):
                text.place(across, (foot + up) / 3)
        done = len(result.fresh)
        many = f"{done} of {result.n_splits}" if done < result.n_splits else f"{done}"
        model = f"{'a ' * ('tree' in result.model)}{result.model}"
        heading.set_text(f"Accuracy of {model} in {many} rounds, draw {result.random_state}")
        waits.text = "" if result.single else "nothing measured yet"
        if result.first:
            interval = result.first.interval
            line.set_data([interval.low, interval.high], [2.1, 2.1])
            sure = f": {ends((interval.low, interval.high))}"
        else:
            line.set_data([], [])
            sure = ""
        axes.set_xlabel(f"named rightly; line: 95 % interval of the first split{sure}")

    update(result)
    return update


def stacked(found: tuple[float, ...]) -> Any:
    """Heights at which equal accuracies stand one upon the other, shape (len(found),)."""
    heights: dict[int, int] = {}
    ups = []
    for each in found:
        column = round(each / 0.0075)
        ups.append(heights.get(column, 0))
        heights[column] = ups[-1] + 1
    highest = max(ups, default=0)
    return np.array(ups) * min(STACK, STRIP / max(highest, 1))
