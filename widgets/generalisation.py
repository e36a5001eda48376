"""The random-labels lab of lesson 02: labels drawn at random are learnt by heart."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.generalisation import CHANCE, EPOCHS, FEWEST, MOST, SHOWN, WIDEST, RandomLabels, random_labels
from course.networks import Array
from course.wording import percent
from widgets import style
from widgets.controls import Range, log
from widgets.curves import curves
from widgets.lab import Lab
from widgets.marks import EndLabels, Tiles, Words
from widgets.picture import Update

SIDE = 8  # pixels of an image
PLACES = {
    "images": (122, 276, 702, 114),
    "accuracy": (88, 54, 172, 176),
    "mislabelled": (498, 54, 174, 176),
}
LINES = (11, -11)  # CSS pixels from the middle of a tile's foot: its label, and what the network says
TRUE: dict[str, Any] = {"color": style.BLUE, "marker": "o", "ms": 8, "mec": "white"}
FALSE: dict[str, Any] = {"color": style.ORANGE, "marker": "^", "ms": 9, "mec": "white"}


def random_labels_lab(**options: Any) -> Lab:
    """Replace labels by random ones, and see a network learn them all by heart."""
    moved = {
        "replaced_share": Range(0.0, 1.0, 0.05, unit="%"),
        "hidden_neurons": log(1, WIDEST),
        "train_size": log(FEWEST, MOST, "digits"),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 416,
        "speed": 0.0,
        "labels": {
            "replaced_share": "Labels replaced",
            "hidden_neurons": "Hidden neurons",
            "train_size": "Learns from",
            "random_state": "Other labels",
        },
    }
    return Lab(random_labels, images, accuracy, mislabelled, **{**usual, **moved, **options})


def images(axes: Axes, result: RandomLabels) -> Update:
    """Some training images, the label that each carries, and what the network says to it now."""
    heading = axes.set_title("")
    tiles = Tiles(axes, columns=SHOWN, rows=1, shape=(SIDE, SIDE), foot=46)
    paper = style.colour_table("#FFFFFF", style.INK)
    pale = style.colour_table("#FAE0CB", style.ORANGE_TEXT)
    marks = [[Words(axes, "0", align="center", bold=True) for _ in range(SHOWN)] for _ in LINES]
    names = Words(axes, "its label"), Words(axes, "network says")

    def update(result: RandomLabels) -> None:
        shown = result.shown
        count = int(shown.wrong.sum())
        which = f"{count} of them with a wrong label ✗" if count else "each with its true label"
        heading.set_text(f"Some training images, {which}")
        ink = (255 * shown.images).astype(np.uint8).reshape(-1, SIDE, SIDE)
        tiles.set_colours(np.where(shown.wrong[:, None, None, None], pale[ink], paper[ink]))
        feet = tiles.feet()
        lines = [up * tiles.ratio / axes.bbox.height for up in LINES]
        for words, line in zip(names, lines, strict=True):
            words.place(0, feet[0][1] + line, -114 * words.ratio)
        for place, (across, up) in enumerate(feet):
            label, says = (row[place] for row in marks)
            label.place(across, up + lines[0])
            says.place(across, up + lines[1])
            wrong, said = shown.wrong[place], shown.says[place]
            label.text = f"{shown.labels[place]} ✗" if wrong else str(shown.labels[place])
            label.colour = style.ORANGE_TEXT if wrong else style.INK
            says.text = str(said)
            true = said == shown.truths[place]
            says.colour = style.BLUE if true else style.ORANGE_TEXT

    update(result)
    return update


def accuracy(axes: Axes, result: RandomLabels) -> Update:
    """Right by its own labels, and right on new digits, against the epoch."""
    axes.set_title("Accuracy")
    _shares(axes)
    axes.set_yticks((0, CHANCE, 0.5, 1), labels=("0", "guessing", "50 %", "100 %"))
    axes.axhline(CHANCE, color=style.TEXT_2, lw=1.4, ls=(0, (2, 3)))
    draw = curves(axes, EPOCHS, ("own labels 100 %", "new digits 100 %"))

    def update(result: RandomLabels) -> None:
        own, new = result.history[:, 2], result.history[:, 3]
        texts = [f"own labels {_short(own[-1])}", f"new digits {_short(new[-1])}"]
        draw(own, new, texts)

    update(result)
    return update


def mislabelled(axes: Axes, result: RandomLabels) -> Update:
    """To the images with a wrong label: how often it says what they are, and how often their label."""
    heading = axes.set_title("")
    _shares(axes)
    axes.set(xlim=(0, EPOCHS), xticks=(0, EPOCHS // 2, EPOCHS))
    looks = TRUE, FALSE
    lines = [axes.plot([], [], color=look["color"], animated=True)[0] for look in looks]
    balls = [axes.plot([], [], ls="", clip_on=False, zorder=5, animated=True, **look)[0] for look in looks]
    (best,) = axes.plot(
        [], [], ls="", animated=True, zorder=6, **{**TRUE, "mfc": "white", "mec": style.BLUE}
    )
    ends = EndLabels(
        axes,
        [
            Words(axes, "true digit 100 %", colour=style.BLUE, bold=True),
            Words(axes, "its label 100 %", colour=style.ORANGE_TEXT, bold=True),
        ],
    )
    nothing = Words(axes, "no label is wrong", colour=style.TEXT_2, align="center")
    nothing.place(0.5, 0.5)

    def update(result: RandomLabels) -> None:
        count = result.wrong
        heading.set_text(f"Says to {count:,} mislabelled" if count else "No image is mislabelled")
        nothing.text = "" if count else "no label is wrong"
        epochs = np.arange(result.epoch + 1)
        for line, ball, heights in zip(lines, balls, result.on_wrong.T, strict=True):
            line.set_data(epochs, heights)
            ball.set_data(epochs[-1:], heights[-1:])
        seen: Array = result.on_wrong[:, 0]
        best.set_data(*(([result.clearest], [seen[result.clearest]]) if result.wrong else ([], [])))
        said = [
            f"{name} {_short(up)}"
            for name, up in zip(("true digit", "its label"), result.on_wrong[-1], strict=True)
        ]
        ends.say([*np.nan_to_num(result.on_wrong[-1])], said if result.wrong else ["", ""])

    update(result)
    return update


def _shares(axes: Axes) -> None:
    axes.set(ylim=(0, 1.02), yticks=(0, 0.5, 1), xlabel="epoch")
    axes.set_yticklabels(("0", "50 %", "100 %"))


def _short(share: float) -> str:
    return percent(float(share), short=True)
