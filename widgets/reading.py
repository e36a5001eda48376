"""The draw lab of lesson 00: one drawing, read by networks that learnt from more and more examples."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.drawing import SIDE
from course.reading import SIZES, Reading, read_drawing
from course.wording import percent
from widgets import style
from widgets.draw_pad import DrawPad
from widgets.lab import Lab
from widgets.marks import Sheet, Words
from widgets.picture import Update, View

SEEN = 168  # CSS pixels of what the networks see
LEFT, WIDE, APART = 232, 118, 152  # CSS pixels: of the first chart's axis, of a chart, from one to the next
HEIGHT, FOOT, TALL = 470, 74, 336
PAPER = style.opaque_table("#FFFFFF", style.INK)
GREY = "#C9D1D8"
DIGITS = range(10)


def draw_lab(**options: Any) -> Lab:
    """Somebody draws a digit; four networks read it, and are trained in front of them."""
    views = [seen, *(_answers(number) for number in range(len(SIZES)))]
    places = {"seen": (2, FOOT + TALL - SEEN, SEEN, SEEN)} | {
        view_name(number): (LEFT + number * APART, FOOT, WIDE, TALL) for number in range(len(SIZES))
    }
    usual: dict[str, Any] = {
        "layout": places,
        "height": HEIGHT,
        "speed": 0.0,
        "midway": ("drawing",),
        "labels": {"random_state": "Another start"},
    }
    return Lab(read_drawing, *views, **{**usual, "drawing": DrawPad(), **options})


def view_name(number: int) -> str:
    """Name the view of one network's answers."""
    return f"from_{SIZES[number]}"


def seen(axes: Axes, reading: Reading) -> Update:
    """What the networks are given of the drawing: 28 x 28 values of ink."""
    axes.set(xticks=(), yticks=(), title="What they see")
    axes.grid(visible=False)
    sheet = Sheet(axes)
    note = Words(axes, "nothing drawn yet", colour=style.TEXT_2, align="center")
    axes.set_xlabel("28 × 28 values,\nwhite 0 to black 1", labelpad=8)

    def update(reading: Reading) -> None:
        note.text = "nothing drawn yet" * (reading.image is None)
        note.place(0.5, 0.5)
        side = round(min(sheet.box.width, sheet.box.height))
        at = np.arange(side) * SIDE // side
        ink = np.zeros((SIDE, SIDE)) if reading.image is None else reading.image.reshape(SIDE, SIDE)
        pixels = PAPER[(255 * ink).astype(np.uint8)]
        middle = sheet.box.width / 2 / sheet.ratio, sheet.box.height / 2 / sheet.ratio
        sheet.pictures = [(pixels[at[:, None], at], middle)]

    update(reading)
    return update


def _answers(number: int) -> View:
    """Make the view of one network's answers, as bars from 0 to 100 %."""

    def view(axes: Axes, reading: Reading) -> Update:
        axes.set(xlim=(0, 1), ylim=(9.6, -0.6), yticks=DIGITS, xticks=(0, 0.5, 1))
        axes.set_xticklabels(["0", "50", "100"])
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("confidence, %")
        axes.set_title(f"From {SIZES[number]:,}", pad=28)
        bars = axes.barh(DIGITS, [0] * 10, height=0.68, color=GREY, animated=True)
        said = Words(axes, "says 8, >99 %")
        right = Words(axes, "test digits: >99 %", colour=style.TEXT_2)
        said.place(0.0, 1.05)
        right.place(0.0, -0.19)

        def update(reading: Reading) -> None:
            answer = reading.answers[number] if reading.answers else np.zeros(10)
            top = int(answer.argmax())
            for digit, (bar, share) in enumerate(zip(bars, answer, strict=True)):
                bar.set_width(share)
                bar.set_facecolor(style.BLUE if digit == top and answer.any() else GREY)
            sure = percent(float(answer[top]), short=True)
            said.text = f"says {top}, {sure}" if answer.any() else "examples"
            learnt = bool(reading.epochs[number])
            share = percent(reading.accuracy[number], short=True)
            right.text = f"{'test digits' if learnt else 'untrained'}: {share}"

        update(reading)
        return update

    view.__name__ = view_name(number)
    return view
