"""The lab of lesson 03 in which a learner decides what the network leaves open."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.deciding import HALF, MISTAKEN, Decided, decide
from widgets import style
from widgets.lab import Lab
from widgets.labelling import LabelPad
from widgets.marks import Tiles, Words
from widgets.picture import Update

LINE = 20  # CSS pixels from one line of text to the next
PAPER = style.colour_table("#FFFFFF", style.INK)
WHO = ("you alone", "you, with its answer", "the network")


def deciding_lab(**options: Any) -> Lab:
    """A learner decides twenty doubtful digits, half of them with the network's answer beside."""
    layout = {
        "alone": (6, 318, 826, 118),
        "beside": (6, 150, 826, 118),
        "mistakes": (190, 56, 300, 60),
        "next_case": (640, 2, 118, 118),
    }
    places: dict[str, Any] = {"layout": layout, "height": 470}
    return Lab(
        decide,
        alone,
        beside,
        next_case,
        mistakes,
        **{
            **places,
            "labels": {"random_state": "Other cases"},
            "your_answers": LabelPad(2 * HALF),
            **options,
        },
    )


def alone(axes: Axes, result: Decided) -> Update:
    """The first ten cases, and what the learner said to each."""
    return _ten(axes, result, 0, "You alone")


def beside(axes: Axes, result: Decided) -> Update:
    """The other ten, each with the network's answer."""
    return _ten(axes, result, HALF, "You, with the network’s answer beside")


def _ten(axes: Axes, result: Decided, first: int, title: str) -> Update:
    axes.set_title(title)
    axes.set_axis_off()
    tiles = Tiles(axes, columns=HALF, rows=1, shape=(28, 28), foot=2 * LINE + 4)
    above = [Words(axes, "you 8 ✗", align="center") for _ in range(HALF)]
    below = [Words(axes, "it says 8", align="center", colour=style.TEXT_2) for _ in range(HALF)]

    def update(result: Decided) -> None:
        cases, shown = result.cases, first == 0 or len(result.yours) >= HALF
        ink = cases.images[first : first + HALF] if shown else np.zeros((HALF, 28, 28))
        tiles.set_colours(PAPER[(255 * ink).astype(np.uint8)])
        rise = 0.5 * LINE * tiles.ratio / tiles.box.height
        for n, (across, up) in enumerate(tiles.feet()):
            above[n].place(across, up + rise)
            below[n].place(across, up - rise)
            above[n].text, above[n].colour = _yours(result, first + n)
            below[n].text = f"it: {cases.answers[first + n]}" if first and shown else ""

    update(result)
    return update


def _yours(result: Decided, number: int) -> tuple[str, str]:
    """What stands under a case: the learner's answer, at the end with its mark."""
    if number >= len(result.yours):
        return ("next", style.BLUE) if number == len(result.yours) else ("", style.INK)
    answer = result.yours[number]
    if not result.complete:
        return f"{answer}", style.INK
    label = result.cases.labels[number]
    return (f"{answer} ✓", style.INK) if answer == label else (f"{answer} ≠ {label}", style.ORANGE_TEXT)


def mistakes(axes: Axes, result: Decided) -> Update:
    """How many of ten were wrong: the learner alone, beside the answer, and the network."""
    axes.set(xlim=(0, HALF), xticks=(0, 5, 10), xlabel="wrong, of 10", title="Mistakes")
    axes.set(ylim=(2.6, -0.6), yticks=range(3), yticklabels=WHO)
    axes.grid(visible=False, axis="y")
    bars = axes.barh(range(3), [0] * 3, 0.6, color=(style.BLUE, style.BLUE, style.TRAINING), animated=True)
    values = [Words(axes, "10", bold=True) for _ in WHO]

    def update(result: Decided) -> None:
        counts = (*result.errors, MISTAKEN) if result.complete else (0, 0, 0)
        for place, (bar, words, count) in enumerate(zip(bars, values, counts, strict=True)):
            bar.set_width(count)
            words.text = str(count) if result.complete else "comes at the end" * (not place)
            words.bold = result.complete
            words.place(count / HALF, 1 - (place + 0.6) / 3.2, 6 * words.ratio)

    update(result)
    return update


def next_case(axes: Axes, result: Decided) -> Update:
    """The case to decide now, in large."""
    heading = axes.set_title("Case 20 of 20")
    axes.set_axis_off()
    tiles = Tiles(axes, columns=1, rows=1, shape=(28, 28))

    def update(result: Decided) -> None:
        number = len(result.yours)
        heading.set_text(f"Case {number + 1} of {2 * HALF}" if not result.complete else "All decided")
        ink = np.zeros((1, 28, 28)) if result.complete else result.cases.images[number : number + 1]
        tiles.set_colours(PAPER[(255 * ink).astype(np.uint8)])

    update(result)
    return update
