"""The lab of the forward pass: lesson 03, one image on its way through a network."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from course.layers import Layers, layer_by_layer
from course.wording import percent
from widgets import style
from widgets.lab import Lab
from widgets.marks import Tiles, Words
from widgets.picture import Update

COLUMNS, ROWS = 16, 8  # of the hidden neurons
BRIGHT = 3.0  # a hidden value of this size, or more, has the full colour
STRONG = 0.2  # so has a contribution of this size
EXAMPLES = {str(digit): digit for digit in range(10)} | {"a 9, misread": 10, "a 6, misread": 11}


def layers_lab(image: ArrayLike | None = None, **options: Any) -> Lab:
    """Follow a test image, or one's own of shape (784,), through the layers of a network."""
    moved: dict[str, Any] = {"example": EXAMPLES, "neuron": (1, COLUMNS * ROWS, 1)}
    usual: dict[str, Any] = {
        "labels": {"example": "Test image", "neuron": "Hidden neuron"},
        "layout": {
            "picture": (12, 240, 202, 202),
            "hidden": (252, 282, 320, 160),
            "answers": (626, 54, 180, 388),
            "contributions": (12, 6, 202, 202),
            "sum_of_one": (252, 6, 320, 202),
        },
        "height": 470,
        "drag": {hidden: _neuron_at},
    }
    if image is not None:
        del moved["example"], usual["labels"]["example"]
        options["fixed"] = {"image": np.asarray(image).tolist(), **options.get("fixed", {})}
    views = (picture, hidden, answers, contributions, sum_of_one)
    return Lab(layer_by_layer, *views, **{**usual, **moved, **options})


def picture(axes: Axes, result: Layers) -> Update:
    """The ink of all pixels: what the network is given."""
    axes.set_title("784 pixels")
    tiles = Tiles(axes, columns=1, rows=1, shape=(28, 28))
    paper = style.colour_table(style.PANEL, style.INK)

    def update(result: Layers) -> None:
        tiles.set_colours(paper[(255 * result.image).astype(np.uint8)].reshape(1, 28, 28, 3))

    update(result)
    return update


def hidden(axes: Axes, result: Layers) -> Update:
    """What each hidden neuron passes on: grey is nothing; the one looked into has a ring."""
    heading = axes.set_title("Hidden neurons")
    axes.set(xlim=(0, COLUMNS), ylim=(ROWS, 0), xticks=(), yticks=())
    axes.set_xlabel("grey: 0; the darker the blue, the larger")
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=False)
    cells = axes.imshow(
        _hidden_colours(result), extent=(0, COLUMNS, ROWS, 0), aspect="auto", animated=True, zorder=1
    )
    axes.set(xlim=(0, COLUMNS), ylim=(ROWS, 0))
    axes.hlines(range(ROWS + 1), 0, COLUMNS, colors="white", lw=3, animated=True, zorder=2)
    axes.vlines(range(COLUMNS + 1), 0, ROWS, colors="white", lw=3, animated=True, zorder=2)
    ring = Rectangle((0, 0), 1, 1, fill=False, ec=style.INK, lw=2.6, animated=True, clip_on=False, zorder=3)
    axes.add_patch(ring)

    def update(result: Layers) -> None:
        heading.set_text(f"Hidden neurons: {result.active} of {len(result.hidden)} above 0")
        cells.set_data(_hidden_colours(result))
        row, column = divmod(result.neuron - 1, COLUMNS)
        ring.set_xy((column, row))

    update(result)
    return update


def answers(axes: Axes, result: Layers) -> Update:
    """The probability of each digit, on one axis from 0 to 100 %."""
    heading = axes.set_title("Answer")
    axes.set(xlim=(0, 1), ylim=(9.6, -0.6), xlabel="probability", xticks=(0, 0.5, 1))
    axes.set_xticklabels(("0", "50 %", "100 %"))
    axes.set_yticks(range(10))
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x")
    bars = axes.barh(range(10), np.zeros(10), 0.66, animated=True)
    words = Words(axes, "100 %", bold=True, align="center")
    words.set_zorder(5)

    def update(result: Layers) -> None:
        heading.set_text(f"Answer: {result.answer} {_verdict(result)}".strip())
        for digit, (bar, share) in enumerate(zip(bars, result.answers, strict=True)):
            bar.set(width=share, facecolor=style.BLUE if digit == result.answer else style.RULE)
        words.text = percent(result.confidence, short=True)
        inside = result.confidence > 0.5
        words.colour = "#FFFFFF" if inside else style.INK
        across = result.confidence + (-0.17 if inside else 0.17)
        words.place(across, 1 - (result.answer + 0.6) / 10.2)

    update(result)
    return update


def contributions(axes: Axes, result: Layers) -> Update:
    """Weight times ink of each pixel for one neuron: blue adds to its sum, orange takes away."""
    axes.set_title("Weight × ink")
    tiles = Tiles(axes, columns=1, rows=1, shape=(28, 28))
    table = style.colour_table(style.ORANGE, style.WITHOUT_POINTS[1], style.BLUE)

    def update(result: Layers) -> None:
        levels = np.clip(result.contributions / STRONG, -1, 1) * 127.5 + 127.5
        tiles.set_colours(table[levels.astype(np.uint8)].reshape(1, 28, 28, 3))

    update(result)
    return update


def sum_of_one(axes: Axes, result: Layers) -> Update:
    """The neuron's sum as numbers: its largest contributions, all others, the bias."""
    heading = axes.set_title("Neuron 128 adds up")
    axes.set_axis_off()
    rows = [(Words(axes, name), Words(axes, number)) for name, number in result.worked]
    last = Words(axes, "passed on: 0, as the sum is below 0", bold=True)
    for place, (name, number) in enumerate(rows):
        height = 1 - (place + 0.5) / (len(rows) + 1)
        name.place(0, height)
        number.place(0.72, height)
    last.place(0, 0.5 / (len(rows) + 1))

    def update(result: Layers) -> None:
        heading.set_text(f"Neuron {result.neuron} adds up")
        for (name, number), (said, value) in zip(rows, result.worked, strict=True):
            name.text, number.text = said, value
            number.colour = style.ORANGE_TEXT if value.startswith("−") else style.BLUE
            name.bold = number.bold = name is rows[-1][0]
        last.text = "passed on: the sum" if result.value > 0 else "passed on: 0, as the sum is below 0"

    update(result)
    return update


def _neuron_at(x: float, y: float) -> dict[str, int]:
    column, row = (int(np.clip(place, 0, end - 1)) for place, end in ((x, COLUMNS), (y, ROWS)))
    return {"neuron": row * COLUMNS + column + 1}


def _hidden_colours(result: Layers) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A colour for each hidden neuron, in rows: grey where it is off."""
    table = style.colour_table(style.UNDER_POINTS[3], style.BLUE)
    levels = np.clip(result.hidden / BRIGHT, 0, 1) * 255
    colours = table[levels.astype(np.uint8)].copy()
    colours[result.hidden <= 0] = style.rgb(style.GRID)
    return colours.reshape(ROWS, COLUMNS, 3)


def _verdict(result: Layers) -> str:
    if result.truth is None:
        return ""
    return "✓" if result.answer == result.truth else f"✗, it is {result.truth}"
