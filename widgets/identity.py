"""The lab of lesson 05 in which two rates are kept equal and the third has to follow."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import ipywidgets as ipw
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from course.identity import FALSE, KEPT, NAMES, PEOPLE, PRECISION, TRUE, Identity, identity
from course.networks import Array
from course.wording import written
from widgets import style
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

GROUPS = (("●", "o", style.BLUE, style.BLUE), ("▲", "^", style.ORANGE, style.ORANGE_TEXT))
CELLS = ("true positives", "false positives", "false negatives", "true negatives")
WIDTH, HEIGHT = 388, 214  # of a group's four cells, in CSS pixels
PLACES = {
    "first_group": (18, 230, WIDTH, HEIGHT),
    "second_group": (436, 230, WIDTH, HEIGHT),
    "rates": (226, 54, 300, 132),
}
PITCH, ACROSS = 10.5, 17  # CSS pixels between marks, and marks in a row
ROWS = ("base rate", PRECISION, TRUE, FALSE)
LIFT = 0.17  # of the marks from their row, so that equal rates show both
END = 1.3  # of the axis: what lies beyond 1 is impossible


def identity_lab(**options: Any) -> Lab:
    """Keep two of three rates equal in two groups, and see what the third must be."""
    share = Range(0.0, 1.0, 0.01)
    moved = {
        "equal": ipw.Dropdown(
            options=[(follows, equal) for equal, follows in KEPT.items()],
            description="Rate that must follow",
        ),
        "first_base_rate": share,
        "second_base_rate": share,
        "precision": Range(0.01, 1.0, 0.01),
        "true_positive_rate": share,
        "false_positive_rate": share,
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 478,
        "labels": {
            "equal": "Rate that must follow",
            "first_base_rate": "Base rate of group ●",
            "second_base_rate": "Base rate of group ▲",
        },
        "only": {name.replace(" ", "_"): partial(_chosen, name) for name in (PRECISION, TRUE, FALSE)},
    }
    return Lab(identity, first_group, second_group, rates, **{**usual, **moved, **options})


def _chosen(rate: str, settings: Mapping[str, Any]) -> bool:
    """Whether a rate can be chosen: it isn't the one that must follow."""
    return rate != KEPT[settings["equal"]]


def first_group(axes: Axes, result: Identity) -> Update:
    """The hundred people of group ● in their four cells."""
    return _people(axes, result, 0)


def second_group(axes: Axes, result: Identity) -> Update:
    """The hundred people of group ▲ in their four cells."""
    return _people(axes, result, 1)


def _people(axes: Axes, result: Identity, number: int) -> Update:
    name, (sign, marker, colour, _) = NAMES[number], GROUPS[number]
    heading = axes.set_title("", pad=9)
    axes.set_axis_off()
    axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    for across, words in ((0, "approved"), (WIDTH / 2 + 6, "refused")):
        axes.text(across, HEIGHT - 9, words, color=style.TEXT_2, va="center")
    corners = [(0, 190), (0, 92), (WIDTH / 2 + 6, 190), (WIDTH / 2 + 6, 92)]
    says = [Words(axes, f"100 {cell}") for cell in CELLS]
    marks = [_marks(axes, marker, colour, right=place in (0, 3)) for place in range(4)]

    def update(result: Identity) -> None:
        group, note = result.groups[name], result.note(name)
        positives = round(PEOPLE * group.base_rate)
        heading.set_text(f"Group {sign}: {note or f'{positives} of {PEOPLE} positive'}")
        heading.set_color(style.ORANGE_TEXT if note == "impossible" else style.INK)
        for place, (count, (left, top)) in enumerate(zip(group.cells, corners, strict=True)):
            marks[place].set_data(*_spots(count, left, top))
            says[place].text, says[place].colour = _said(result, name, place, count)
            says[place].place(left / WIDTH, (top - 11) / HEIGHT)

    update(result)
    return update


def _marks(axes: Axes, marker: str, colour: str, *, right: bool) -> Line2D:
    """Marks of a cell: filled where the decision is right, hollow where it isn't."""
    face = colour if right else "white"
    (made,) = axes.plot([], [], marker, ms=5.2, mfc=face, mec=colour, mew=1.2, animated=True, clip_on=False)
    return made


def _spots(count: int, left: float, top: float) -> tuple[Array, Array]:
    """Places of marks, row by row under a cell's words."""
    each = np.arange(count, dtype=float)
    return left + 5 + PITCH * (each % ACROSS), top - 28 - PITCH * (each // ACROSS)


def _said(result: Identity, name: str, place: int, count: int) -> tuple[str, str]:
    """How many people a cell holds, or what it would have to hold, and in which colour."""
    group = result.groups[name]
    needed = (group.true_positives, group.false_positives)
    room = (group.base_rate, 1 - group.base_rate)
    if place < 2 and needed[place] > room[place] + 1e-9:
        more = written(PEOPLE * needed[place], 0) if np.isfinite(needed[place]) else "more"
        return f"{more} needed, only {written(PEOPLE * room[place], 0)}", style.ORANGE_TEXT
    if group.free and place in (0, 2):
        return f"any {CELLS[place]}", style.TEXT_2
    noun = CELLS[place] if count != 1 else CELLS[place].removesuffix("s")
    return f"{count} {noun}", style.INK


def rates(axes: Axes, result: Identity) -> Update:
    """The base rate and the three rates of both groups; what follows stands in bold."""
    axes.set(xlim=(0, END), xticks=(0, 0.5, 1), xticklabels=("0", "0.5", "1"), xlabel="rate")
    axes.set_title("In bold: what must follow", x=-208 / 300)
    axes.set(ylim=(3.6, -0.6), yticks=())
    axes.grid(visible=True, axis="x")
    axes.add_patch(Rectangle((1, -0.6), END - 1, 4.2, fc=style.PANEL, ec=style.RULE, hatch="///", lw=0))
    axes.text(1 + (END - 1) / 2, -0.95, "impossible", ha="center", va="center", color=style.TEXT_2)
    names = [Words(axes, "false positive rate", bold=True) for _ in ROWS]
    joins = [axes.plot([], [], color=style.TRAINING, lw=1.8, animated=True)[0] for _ in ROWS]
    dots = [
        [axes.plot([], [], marker, ms=10, mfc=colour, mec="white", animated=True, clip_on=False)[0]
         for _ in ROWS]
        for _, marker, colour, _ in GROUPS
    ]  # fmt: skip
    values = [[Words(axes, "● not defined", colour=dark) for _ in ROWS] for _, _, _, dark in GROUPS]

    def update(result: Identity) -> None:
        for row, name in enumerate(ROWS):
            up, follows = 1 - (row + 0.6) / 4.2, name == result.follows
            names[row].text, names[row].bold = name, follows
            names[row].place(0, up, -208 * names[row].ratio)
            found = [_value(result, group, name) for group in NAMES]
            spots = [min(each, END) if each is not None else np.nan for each in found]
            joins[row].set_data(spots, [row, row])
            for number, spot in enumerate(spots):
                dots[number][row].set_data([spot], [row + LIFT * (2 * number - 1)])
                words = values[number][row]
                words.text = f"{GROUPS[number][0]} {_short(result, NAMES[number], name, found[number])}"
                words.bold = follows
                words.place(1, up, (14 + 144 * number) * words.ratio)

    update(result)
    return update


def _value(result: Identity, group: str, name: str) -> float | None:
    found = result.groups[group]
    return found.base_rate if name == ROWS[0] else found.rate(name)


def _short(result: Identity, group: str, name: str, value: float | None) -> str:
    if value is not None:
        return written(value) if np.isfinite(value) else "over 1"
    return result.groups[group].said(name).partition(" (")[0]
