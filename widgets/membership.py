"""The membership lab of lesson 03: what confidence gives away about the training set."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.membership import MODELS, Membership, membership
from course.networks import Array
from course.wording import written
from widgets import style
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

BARS = 20
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}
PLACES = {"confidences": (66, 60, 370, 320), "roc": (494, 60, 304, 320)}


def membership_lab(**options: Any) -> Lab:
    """Tell the images that a network trained on from others, by its confidence alone."""
    moved = {
        "model": {"3,500 images": MODELS[0], "300 by heart": MODELS[1]},
        "threshold": Range(0.0, 1.0, 0.01, unit="%"),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 430,
        "labels": {"model": "Network", "random_state": "Another start"},
        "drag": {confidences: lambda x, _: {"threshold": x}},
    }
    return Lab(membership, confidences, roc, **{**usual, **moved, **options})


def confidences(axes: Axes, result: Membership) -> Update:
    """Confidence in the own label: of training images upwards, of others downwards."""
    axes.set_title("Confidence in its own label")
    axes.set(xlim=(0, 1), ylim=(-1.15, 1.15), xlabel="confidence (drag the line)")
    axes.set(xticks=(0, 0.5, 1), xticklabels=("0", "50 %", "100 %"))
    axes.set(yticks=(-1, -0.5, 0, 0.5, 1), yticklabels=("100 %", "50 %", "0", "50 %", "100 %"))
    axes.axhline(0, color=style.TRAINING, lw=1)
    edges = np.linspace(0, 1, BARS + 1)
    bars = [
        axes.bar(edges[:-1], 0.0, 0.85 / BARS, align="edge", color=colour, animated=True)
        for colour in (style.BLUE, style.ORANGE)
    ]
    words = [Words(axes, "1,500 others", colour=colour) for colour in (style.BLUE, style.ORANGE_TEXT)]
    (line,) = axes.plot([], [], color=style.INK, lw=2.4, animated=True, clip_on=False, zorder=5)
    (ball,) = axes.plot([], [], animated=True, zorder=6, clip_on=False, **BALL)

    def update(result: Membership) -> None:
        groups = (result.members, "trained on"), (result.others, "others")
        for container, each, sign, (values, name) in zip(bars, words, (1, -1), groups, strict=True):
            for bar, height in zip(container, _shares(values, edges), strict=True):
                bar.set_height(sign * height)
            each.text = f"{len(values):,} {name}"
            each.place(0.02, 0.5 + sign * 0.47)
        line.set_data([result.threshold] * 2, (-1, 1))
        ball.set_data([result.threshold], [0])

    update(result)
    return update


def roc(axes: Axes, result: Membership) -> Update:
    """Share of training images found against the share of others taken for such."""
    axes.set_title("Training images found")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="others taken for training images")
    ticks, names = (0, 0.5, 1), ("0", "50 %", "100 %")
    axes.set(xticks=ticks, xticklabels=names, yticks=ticks, yticklabels=names)
    axes.plot((0, 1), (0, 1), "--", color=style.TRAINING, lw=1.8)
    (curve,) = axes.plot([], [], color=style.INK, lw=2.8, animated=True, clip_on=False)
    (here,) = axes.plot([], [], "o", ms=11, color=style.INK, mec="white", animated=True, clip_on=False)
    key = axes.text(0.97, 0.2, "", fontsize=26, ha="right", va="center", animated=True)
    Words(axes, "0.50 is chance", colour=style.TEXT_2).place(0.56, 0.08)

    def update(result: Membership) -> None:
        curve.set_data(*result.roc)
        false, true = result.rates
        here.set_data([false], [true])
        key.set_text(f"AUC {written(result.auc)}")

    update(result)
    return update


def _shares(values: Array, edges: Array) -> Array:
    return np.asarray(np.histogram(values, edges)[0] / len(values))
