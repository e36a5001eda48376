"""The remedies lab of lesson 04: what helps a group with few examples, and what it costs."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text

from course.groups import TRAIN
from course.mending import EXTRA, FEW, HEAVIEST, REMEDIES, Mending, Remedy, mending
from course.rates import Rate
from course.wording import percent
from widgets import style
from widgets.controls import Range, log
from widgets.lab import Lab
from widgets.marks import Tiles, Words
from widgets.picture import Update

SIDE = 8  # pixels of an image
ROWS = len(REMEDIES)
GROUPS = {"8s and 9s": "digits", "slanted": "slanted"}
PLACES = {
    "examples": (10, 312, 818, 138),
    "remedies": (10, 54, 170, 208),
    "rightly": (204, 54, 204, 208),
    "costs": (592, 54, 238, 208),
}
PALE = np.array(style.rgb("#FAE0CB"), np.uint8)
GREY = np.array(style.rgb(style.PANEL), np.uint8)
SIDES: tuple[dict[str, Any], ...] = (
    {"color": style.ORANGE, "marker": "^", "ms": 9, "mec": "white"},
    {"color": style.BLUE, "marker": "o", "ms": 7, "mec": "white"},
)
INKS = (style.ORANGE_TEXT, style.BLUE)
LIFT = (0.29, 0.71)  # of a row's height, where its two lines stand
DROP = 0.09  # from the middle of a line to its foot


def mending_lab(**options: Any) -> Lab:
    """Weigh six examples more, collect further ones, or train a model of the group's own."""
    moved = {
        "group": GROUPS,
        "weight": log(1, HEAVIEST, "times"),
        "extra": Range(0, EXTRA, 2, unit="images"),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 478,
        "labels": {
            "weight": "Weight",
            "extra": "More examples",
            "random_state": "Other images",
        },
    }
    return Lab(mending, examples, remedies, rightly, costs, **{**usual, **moved, **options})


def examples(axes: Axes, result: Mending) -> Update:
    """The group's examples: the six, those collected, and room for those that could be."""
    heading = axes.set_title("")
    tiles = Tiles(axes, columns=26, rows=5, shape=(SIDE, SIDE))
    first = style.colour_table("#FAE0CB", style.ORANGE_TEXT)
    later = style.colour_table("#FFFFFF", style.ORANGE_TEXT)

    def update(result: Mending) -> None:
        heading.set_text(f"{FEW} examples of {result.sides.group}, and {result.extra} more collected")
        count = FEW + result.extra
        ink = (255 * result.sides.train_group.inputs[:count]).astype(np.uint8).reshape(-1, SIDE, SIDE)
        room = np.broadcast_to(GREY, (FEW + EXTRA - count, SIDE, SIDE, 3))
        tiles.set_colours(np.concatenate([first[ink[:FEW]], _framed(later[ink[FEW:]]), room]))

    update(result)
    return update


def remedies(axes: Axes, result: Mending) -> Update:
    """The name of each remedy, and how much of it there is."""
    axes.set_title("Remedy")
    named, how = _two_columns(axes, bold=True)
    for words, name in zip(named, REMEDIES, strict=True):
        words.set_text(name)

    def update(result: Mending) -> None:
        heavy, all_of_them = result.weight, FEW + result.extra
        texts = (
            f"{FEW} of {TRAIN} examples",
            f"each counts {heavy} time{'s' * (heavy != 1)}",
            f"{result.extra} collected",
            f"from {all_of_them} examples",
        )
        for words, text in zip(how, texts, strict=True):
            words.set_text(text)

    update(result)
    return update


def rightly(axes: Axes, result: Mending) -> Update:
    """Accuracy on each side under each remedy, with its 95 % interval."""
    axes.set(
        title="Read rightly",
        xlabel="test images, 95 % intervals",
        xlim=(0, 1),
        ylim=(ROWS, 0),
        yticks=range(1, ROWS),
    )
    axes.set(xticks=(0, 0.5, 1), xticklabels=("0", "50 %", "100 %"), yticklabels=[""] * (ROWS - 1))
    heights = [[row + lift for row in range(ROWS)] for lift in LIFT]
    bands = [
        [axes.plot([], [], color=how["color"], alpha=0.3, lw=9, solid_capstyle="butt", animated=True)[0]
         for _ in range(ROWS)]
        for how in SIDES
    ]  # fmt: skip
    marks = [axes.plot([], [], ls="", clip_on=False, animated=True, **how)[0] for how in SIDES]
    words = [[Words(axes, "8s and 9s 100 %", colour=ink, bold=True) for _ in range(ROWS)] for ink in INKS]

    def update(result: Mending) -> None:
        names = result.sides.short, "others"
        for side in range(2):
            rates = [_of(remedy, side) for remedy in result.remedies]
            marks[side].set_data([rate.value or 0.0 for rate in rates], heights[side])
            for row, rate in enumerate(rates):
                up = heights[side][row]
                assert rate.interval is not None
                bands[side][row].set_data([rate.interval.low, rate.interval.high], [up, up])
                words[side][row].text = f"{names[side]} {percent(rate.value or 0.0, short=True)}"
                words[side][row].place(1, 1 - up / ROWS, 14 * words[side][row].ratio)

    update(result)
    return update


def costs(axes: Axes, result: Mending) -> Update:
    """What each remedy costs, and whom, in words."""
    axes.set_title("What it costs")
    above, below = _two_columns(axes)

    def update(result: Mending) -> None:
        _, weighted, more, _ = (_others(result, remedy) for remedy in result.remedies)
        images = f"{result.extra or 'no'} images to collect"
        texts = (
            ("no work:", "the group bears the errors"),
            ("no images to collect:", weighted),
            (f"{images}:", more),
            (f"{images}, and", "knowing the group first"),
        )
        for row, (one, other) in enumerate(texts):
            above[row].set_text(one)
            below[row].set_text(other)

    update(result)
    return update


def _two_columns(axes: Axes, *, bold: bool = False) -> tuple[list[Text], list[Text]]:
    """Prepare two lines of text in each row."""
    axes.set_axis_off()
    axes.set(ylim=(ROWS, 0))
    how: dict[str, Any] = {"va": "baseline", "animated": True}
    weight = "bold" if bold else "normal"
    above = [axes.text(0, row + LIFT[0] + DROP, "", weight=weight, **how) for row in range(ROWS)]
    below = [axes.text(0, row + LIFT[1] + DROP, "", color=style.TEXT_2, **how) for row in range(ROWS)]
    return above, below


def _of(remedy: Remedy, side: int) -> Rate:
    return (remedy.group, remedy.others)[side]


def _others(result: Mending, remedy: Remedy) -> str:
    """What becomes of the others' accuracy, in words."""
    points = round(100 * result.lost(remedy))
    if not points:
        return "others as before"
    return f"others {'lose' if points > 0 else 'gain'} {abs(points)} in 100"


def _framed(pictures: Any) -> Any:
    """Draw a pale frame into pictures."""
    framed = pictures.copy()
    for edge in (framed[:, 0], framed[:, -1], framed[:, :, 0], framed[:, :, -1]):
        edge[...] = np.minimum(edge, PALE)
    return framed
