"""The datasheet lab of lesson 05: one column of the mortgage file after the other."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from course import datasets, lending
from course.datasheet import ALL, FEW, Description, describe
from course.lending import GROUPS
from course.wording import percent
from widgets import style
from widgets.fairness import COLOURS, SHAPES
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

PLACES = {"approved": (60, 86, 500, 240), "means": (676, 86, 150, 240)}
SHIFTS = dict(zip((ALL, *GROUPS), (0.0, -0.2, 0.0, 0.2), strict=True))
TOP = 1.1


def datasheet_lab(**options: Any) -> Lab:
    """Choose a column of the mortgage file: what it says, who says so, and how it goes with approval."""
    names = datasets.loans().feature_names
    moved = {"column": {f"{name}: {lending.NAMES[name]}": name for name in names}, "apart": bool}
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 364,
        "labels": {"column": "Column", "apart": "Groups apart"},
    }
    return Lab(describe, approved, means, **{**usual, **moved, **options})


def approved(axes: Axes, result: Description) -> Update:
    """Share that the bank approved, for low values to high ones, with its 95 % interval."""
    axes.set_title("Approved by the bank, by the column’s value")
    axes.set(xlim=(-0.5, FEW - 0.5), xticks=(), ylim=(0, TOP))
    axes.set_xlabel("value, and below it the people who have it", labelpad=42)
    axes.set(yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "100 %"))
    bars = LineCollection([], lw=10, alpha=0.3, capstyle="butt", animated=True)
    axes.add_collection(bars)
    looks = {ALL: ("D", style.INK), **{name: (SHAPES[name], COLOURS[name]) for name in GROUPS}}
    dots = {
        name: axes.scatter([], [], s=70, marker=mark, color=colour, ec="white", animated=True, zorder=5)
        for name, (mark, colour) in looks.items()
    }
    below = [Words(axes, "100 to 200", align="center") for _ in range(FEW)]
    people = [Words(axes, "1,989", align="center", colour=style.TEXT_2) for _ in range(FEW)]

    def update(result: Description) -> None:
        spans, colours = [], []
        for name, drawn in dots.items():
            shown = (name in GROUPS) == result.apart
            places = []
            for number, band in enumerate(result.bands if shown else ()):
                rate, across = band.rates[name], _place(result, number) + SHIFTS[name]
                if rate.value is not None and rate.interval is not None:
                    places.append((across, rate.value))
                    spans.append([(across, rate.interval.low), (across, rate.interval.high)])
                    colours.append(looks[name][1])
            drawn.set_offsets(places or np.empty((0, 2)))
        bars.set_segments(spans)
        bars.set_color(colours)
        for number, (words, count) in enumerate(zip(below, people, strict=True)):
            known = number < len(result.bands)
            words.text = _range(result.bands[number].low, result.bands[number].high) if known else ""
            count.text = f"{result.bands[number].approved.of:,}" if known else ""
            for each, up in ((words, -0.08), (count, -0.17)):
                each.place((_place(result, min(number, len(result.bands) - 1)) + 0.5) / FEW, up)

    update(result)
    return update


def means(axes: Axes, result: Description) -> Update:
    """The column's mean in each group."""
    axes.set_title("Mean by group")
    axes.set(xlim=(0, 1), ylim=(2.6, -0.6), xticks=(), yticks=())
    axes.grid(visible=False)
    bars = axes.barh(range(3), [0.0] * 3, 0.5, color=list(COLOURS.values()), animated=True)
    values = [Words(axes, "10,000", bold=True) for _ in GROUPS]
    none = Words(axes, "codes: no mean", colour=style.TEXT_2)
    none.place(-0.1, 0.08)
    for number, name in enumerate(GROUPS):
        Words(axes, name).place(-0.62, 1 - (number + 0.6) / 3.2)

    def update(result: Description) -> None:
        shares = result.groups.clip(min=0) / max(result.groups.max(), 1e-9)
        none.text = "codes: no mean" if result.category else ""
        shares = np.zeros(3) if result.category else shares
        for number, (bar, words) in enumerate(zip(bars, values, strict=True)):
            bar.set_width(0.55 * shares[number])
            mean = float(result.groups[number])
            words.text = (
                "" if result.category else percent(mean, short=True) if result.flag else _number(mean)
            )
            words.place(0.55 * shares[number] + 0.04, 1 - (number + 0.6) / 3.2)

    update(result)
    return update


def _place(result: Description, number: int) -> float:
    """Where a band stands: few of them in the middle."""
    count = len(result.bands)
    return (FEW - 1) / 2 + min(1.2, FEW / count) * (number - (count - 1) / 2)


def _range(low: float, high: float) -> str:
    return _number(low) if low == high else f"{_number(low)}–{_number(high)}"


def _number(value: float) -> str:
    """Write a number with two or three digits, thousands as k."""
    if abs(value) >= 1000:
        return f"{value / 1000:.{3 if abs(value) >= 1e5 else 2}g}k".replace("-", "−")
    return f"{value:.{3 if abs(value) >= 1 else 2}g}".replace("-", "−")
