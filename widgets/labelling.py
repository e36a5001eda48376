"""The lab of lesson 01 in which a learner labels unclear digits."""

import html
from functools import partial
from typing import Any

import ipywidgets as ipw
import numpy as np
import traitlets
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.labelling import UNCLEAR, Labelling, label_digits
from course.networks import Array
from course.wording import percent
from widgets import style
from widgets.controls import button
from widgets.lab import Lab
from widgets.marks import Colours, Tiles, Words
from widgets.picture import Update

DIGITS = "0123456789"
HINT = "One key for each picture; Backspace corrects."
WHO = ("your labels", "data set", "simulated neighbour")
COLUMNS, ROWS = 10, 2
LINE = 20  # CSS pixels from one line of text to the next
HEAD = 186  # CSS pixels for the names at the left
KEY_NUMBER = 26  # points
COLOURS = {"next": style.BLUE, "?": style.TRAINING}
NOTE = "font-size: 15px; line-height: 1.4; color: var(--text-2)"


class LabelPad(ipw.VBox):
    """A field into which labels are typed, one key each, and buttons that type them.

    Parameters
    ----------
    count : how many labels there are to give

    Attributes
    ----------
    value : the labels so far, digit after digit
    """

    value = traitlets.Unicode("")

    def __init__(self, count: int) -> None:
        self.count = count
        wide = {"width": "100%", "margin": "0"}
        column = {"height": "auto", "flex_flow": "column", "align_items": "stretch"}
        self.field = ipw.Text(
            description="Your labels, one key each",
            layout={**wide, **column},
            style={"description_width": "max-content", "font_size": "16px"},
        )
        self.note = ipw.HTML(layout={**wide, "min_height": "44px"})
        self.digits = [button(digit, "", partial(self._type, digit)) for digit in DIGITS]
        self.back = button("Back", "", lambda: self._take(self.value[:-1]))
        rows = {**wide, "grid_template_columns": "repeat(5, 1fr)", "grid_gap": "6px"}
        keys = ipw.GridBox(self.digits, layout=rows)
        super().__init__([self.field, self.note, keys, self.back], layout={"grid_gap": "6px"})
        self._say(HINT)
        self.field.observe(lambda _: self._take(self.field.value), "value")
        self.observe(lambda _: self._take(self.value), "value")

    @property
    def samples(self) -> tuple[str, ...]:
        """Values far apart that it can take."""
        return "", "0" * self.count

    def _type(self, digit: str) -> None:
        self._take(self.value + digit)

    def _take(self, text: str) -> None:
        """Keep the digits for which there is a picture, and say what is left out."""
        digits = "".join(each for each in text if each in DIGITS)
        others = [each for each in text if each not in DIGITS]
        self.value = self.field.value = digits[: self.count]
        if others:
            self._say(f"Only digits 0 to 9: “{others[0]}” is left out.")
        elif len(digits) > self.count:
            self._say(f"All {self.count} have a label; Backspace corrects.")
        else:
            self._say(HINT)

    def _say(self, words: str) -> None:
        self.note.value = f'<div role="status" style="{NOTE}">{html.escape(words)}</div>'


def labelling_lab(**options: Any) -> Lab:
    """A learner labels twenty unclear digits; then networks learn from three labellings."""
    places = {
        "layout": [["digits", "digits"], ["comparison", "next_digit"], [".", "next_digit"]],
        "widths": (0.61, 0.39),
        "heights": (0.72, 0.26, 0.02),
        "height": 470,
    }
    names = {"random_state": "New neighbour"}
    return Lab(
        label_digits,
        digits,
        comparison,
        next_digit,
        **{**places, "labels": names, "your_labels": LabelPad(UNCLEAR), **options},
    )


def digits(axes: Axes, result: Labelling) -> Update:
    """The unclear digits, and under each what it is called, by whom."""
    heading = axes.set_title("Which digit is it?")
    tiles = Tiles(axes, columns=COLUMNS, rows=ROWS, shape=(8, 8), foot=LINE * len(WHO) + 4)
    tiles.set_colours(_on_paper(result.digits.images))
    ring = Rectangle((0, 0), 0, 0, fill=False, ec=style.BLUE, lw=4, animated=True)
    axes.add_patch(ring).set(transform=axes.transAxes, clip_on=False)
    labels = [[Words(axes, "next", align="center") for _ in range(UNCLEAR)] for _ in WHO]
    names = [[Words(axes, who, colour=style.TEXT_2) for _ in range(ROWS)] for who in WHO]
    for name in (each for line in names for each in line):
        name.place(0.0, 0.5, -HEAD * name.ratio)  # the layout keeps room for it

    def update(result: Labelling) -> None:
        heading.set_text(
            "≠ marks a label unlike yours"
            if result.complete
            else "Which digit is it? The others’ labels come at the end."
        )
        _surround(ring, tiles, len(result.labels))
        feet = tiles.feet()
        for line, texts in enumerate(_texts(result)):
            rise = (1 - line) * LINE * tiles.ratio / tiles.box.height
            for name, (_, up) in zip(names[line], feet[::COLUMNS], strict=True):
                name.place(0.0, up + rise, name.beside)
            for words, text, (across, up) in zip(labels[line], texts, feet, strict=True):
                words.place(across, up + rise)
                words.text, words.bold = text, line == 0 or "≠" in text
                words.colour = COLOURS.get(text, style.INK)

    update(result)
    return update


def comparison(axes: Axes, result: Labelling) -> Update:
    """How often networks, trained on each labelling, name test digits as the data set does."""
    places = [2, 1, 0]
    axes.set(title="Accuracy when trained on", xlabel="test digits named as in the data set")
    axes.set(xlim=(0, 1), xticks=(0, 0.5, 1), xticklabels=("0", "50 %", "100 %"))
    axes.set(ylim=(-0.5, 2.5), yticks=places, yticklabels=WHO)
    axes.tick_params(axis="y", pad=0.72 * HEAD)
    for name in axes.get_yticklabels():
        name.set_horizontalalignment("left")
    axes.grid(visible=False, axis="y")
    bars = axes.barh(places, [0] * 3, 0.6, color=(style.BLUE, style.INK, "white"), animated=True)
    bars[2].set(edgecolor=style.INK, hatch="///")
    values = [Words(axes, "100 %", bold=True) for _ in WHO]
    for words, place in zip(values, places, strict=True):
        words.place(1.0, (place + 0.5) / 3, 0.5 * words.height)
    waiting = Words(axes, "", colour=style.TEXT_2)
    waiting.place(0.0, 0.5)

    def update(result: Labelling) -> None:
        shares = result.accuracy if result.complete else np.zeros(3)
        for bar, words, share in zip(bars, values, shares, strict=True):
            bar.set(width=share, visible=result.complete)
            words.text = percent(share, short=True) if result.complete else ""
        left = UNCLEAR - len(result.labels)
        waiting.text = f"comes after {left} more label{'s' * (left > 1)}" if left else ""

    update(result)
    return update


def next_digit(axes: Axes, result: Labelling) -> Update:
    """The digit to label now; at the end, how many answers of the networks differ."""
    axes.set_axis_off()
    return (_differences if result.complete else _large)(axes, result)


def _large(axes: Axes, result: Labelling) -> Update:
    heading = axes.set_title("Digit 20 of 20")
    tiles = Tiles(axes, columns=1, rows=1, shape=(8, 8))

    def update(result: Labelling) -> bool | None:
        if result.complete:
            return False
        number = len(result.labels)
        heading.set_text(f"Digit {number + 1} of {UNCLEAR}")
        tiles.set_colours(_on_paper(result.digits.images[number : number + 1]))
        return None

    update(result)
    return update


def _differences(axes: Axes, result: Labelling) -> Update:
    axes.set_title("Answers unlike yours")
    numbers = []
    for who, up in zip(WHO[1:], (0.76, 0.2), strict=True):
        numbers.append(axes.text(0, up, "", size=KEY_NUMBER, weight="bold"))
        axes.text(0.36, up, f"of {len(result.test_labels)}")
        axes.text(0, up - 0.17, who, color=style.TEXT_2)

    def update(result: Labelling) -> bool | None:
        if not result.complete:
            return False
        for text, count in zip(numbers, result.unlike[1:], strict=True):
            text.set_text(str(count))
        return None

    update(result)
    return update


def _texts(result: Labelling) -> list[list[str]]:
    """What stands under each digit, line by line; what others say, only at the end."""
    yours = [*map(str, result.labels), "next", *[""] * UNCLEAR][:UNCLEAR]
    if not result.complete:
        return [yours, *[["?"] * UNCLEAR] * 2]
    others = result.digits.labels, result.neighbour
    return [yours, *(list(map(_against, labels, result.labels)) for labels in others)]


def _against(label: int, yours: int) -> str:
    return str(label) if label == yours else f"≠ {label}"


def _surround(ring: Rectangle, tiles: Tiles, number: int) -> None:
    """Put a ring around a tile, if there is one of this number."""
    ring.set_visible(number < len(tiles.colours))
    if not ring.get_visible():
        return
    box, foot, feet = tiles.box, 0.5 * tiles.foot * tiles.ratio, tiles.feet()
    side = (1 - feet[0][1]) * box.height - foot
    across, up = feet[number]
    ring.set_bounds(
        across - side / 2 / box.width, up + foot / box.height, side / box.width, side / box.height
    )


def _on_paper(ink: Array) -> Colours:
    return style.colour_table("#FFFFFF", style.INK)[(255 * ink).astype(np.uint8)]
