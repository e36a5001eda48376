"""The remedies lab of lesson 05: what the libraries' remedies do to a gap, and whom they cost."""

from typing import Any

import ipywidgets as ipw
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from course.fairness import baseline
from course.lending import GROUPS
from course.mitigation import (
    CONSTRAINTS,
    GRADIENT,
    METHODS,
    OBJECTIVES,
    OPTIMIZER,
    Decisions,
    Mitigation,
    mitigate,
)
from course.rates import Gap, Rate
from course.wording import written
from widgets import style
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

FOOT, PITCH = 222, 40  # of the methods' rows, CSS pixels
HEIGHT = PITCH * len(METHODS)
LEFT, WIDE, STEP = 256, 118, 143
BLOCK = (196, 126)  # of one group's people
ROOM = 102  # CSS pixels of a block's height that its marks may fill
SIZES = (16, 12, 9, 7, 5)  # CSS pixels from one mark to the next: the largest that fits
LAYOUT = {
    "methods": (4, FOOT, 246, HEIGHT),
    "agreement": (LEFT, FOOT, WIDE, HEIGHT),
    "selected": (LEFT + STEP, FOOT, WIDE, HEIGHT),
    "true_positives": (LEFT + 2 * STEP, FOOT, WIDE, HEIGHT),
    "false_positives": (LEFT + 3 * STEP, FOOT, WIDE, HEIGHT),
    "white": (4, 2, *BLOCK),
    "black": (210, 2, *BLOCK),
    "hispanic": (416, 2, *BLOCK),
    "defaults": (704, 54, 122, 62),
}
MARKS = dict(zip(GROUPS, ((style.BLUE, "o"), (style.ORANGE, "^"), (style.GREEN, "s")), strict=True))
HEADING: dict[str, Any] = {"weight": "bold", "size": style.RC["axes.titlesize"], "color": style.INK}
NEEDS = ("not told race", "race to train", "race to train and decide", "race to decide", "race to train")
RACE_USED = dict(zip(METHODS, NEEDS, strict=True))
AGREEMENT, GAP = (0.5, 1.0), (-0.3, 0.5)
BAND: dict[str, Any] = {"lw": 9, "alpha": 0.28, "solid_capstyle": "butt", "animated": True}
MARK: dict[str, Any] = {"ls": "", "marker": "D", "ms": 8, "animated": True, "zorder": 5}
ROOMY = 390  # of the defaults' axis: the lender refused 244, and a number stands behind the bar


def mitigation_lab(**options: Any) -> Lab:
    """Choose a remedy for a gap, and see what it does and whom it costs."""
    moved = {
        "method": list(METHODS),
        "constraint": ipw.Dropdown(options=list(CONSTRAINTS), description="Constraint"),
        "objective": ipw.Dropdown(options=list(OBJECTIVES), description="Threshold optimizer keeps"),
        "threshold": Range(0.3, 0.9, 0.01),
        "default_share": Range(0.0, 1.0, 0.01, unit="%"),
    }
    usual: dict[str, Any] = {
        "layout": LAYOUT,
        "height": 476,
        "labels": {
            "threshold": "Threshold (first three)",
            "default_share": "Assumed defaults",
            "random_state": "Other parts",
        },
        "only": {"objective": lambda settings: settings["method"] == OPTIMIZER},
    }
    views = (
        methods,
        agreement,
        selected,
        true_positives,
        false_positives,
        white,
        black,
        hispanic,
        defaults,
    )
    return Lab(mitigate, *views, **{**usual, **moved, **options})


def methods(axes: Axes, result: Mitigation) -> Update:
    """The methods, and what each needs to know of people's race."""
    axes.set(xlim=(0, 1), ylim=(0, HEIGHT))
    axes.set_axis_off()
    axes.set_title("Remedy", pad=17)
    paper: dict[str, Any] = {"facecolor": style.PANEL, "edgecolor": style.TRAINING, "clip_on": False}
    box = Rectangle((0, 0), 1, PITCH, zorder=-1, animated=True, **paper)
    axes.add_patch(box)
    names = [Words(axes, name, bold=True) for name in METHODS]
    needs = [Words(axes, "race to decide; 1,305 by lot", colour=style.TEXT_2) for _ in METHODS]

    def update(result: Mitigation) -> None:
        box.set_y(_row(METHODS.index(result.chosen)) - PITCH / 2)
        for n, method in enumerate(METHODS):
            names[n].bold = method == result.chosen
            names[n].place(0.02, (_row(n) + 10) / HEIGHT)
            needs[n].text = _needs(method, result.methods.get(method))
            needs[n].place(0.02, (_row(n) - 10) / HEIGHT)

    update(result)
    return update


def agreement(axes: Axes, result: Mitigation) -> Update:
    """Share of the decisions that equal the lender's; the line is that of approving everyone."""
    _reference(axes, baseline().value or 0.0, "--")
    axes.set(xlim=AGREEMENT, xticks=(0.5, 0.75, 1), xticklabels=(".5", ".75", "1"))
    return _column(axes, result, "Agreement", "┆ all approved", lambda each: each.agreement, 3)


def selected(axes: Axes, result: Mitigation) -> Update:
    """The gap in selection rate between the three groups."""
    return _gaps(axes, result, "selection rate", "Selected")


def true_positives(axes: Axes, result: Mitigation) -> Update:
    """The gap in true positive rate."""
    return _gaps(axes, result, "true positive rate", "True positive")


def false_positives(axes: Axes, result: Mitigation) -> Update:
    """The gap in false positive rate."""
    return _gaps(axes, result, "false positive rate", "False positive")


def white(axes: Axes, result: Mitigation) -> Update:
    """White applicants whose decision changes."""
    return _people(axes, result, "white")


def black(axes: Axes, result: Mitigation) -> Update:
    """Black applicants whose decision changes."""
    return _people(axes, result, "Black")


def hispanic(axes: Axes, result: Mitigation) -> Update:
    """Hispanic applicants whose decision changes."""
    return _people(axes, result, "Hispanic")


def defaults(axes: Axes, result: Mitigation) -> Update:
    """How many would default, by assumption: hatched, as nobody has counted them."""
    axes.set(xlim=(0, ROOMY), ylim=(1.6, -0.6), xticks=(0, 200))
    axes.set_yticks((0, 1), ("plain", "remedy"))
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x")
    axes.set_title("Assumed defaults", x=-74 / LAYOUT["defaults"][2])
    axes.set_xlabel("people")
    bars = axes.barh((0, 1), [0, 0], 0.8, fc="white", hatch="//////", lw=1.2, animated=True)
    for bar, colour in zip(bars, (style.TRAINING, style.INK), strict=True):
        bar.set_edgecolor(colour)
    values = [Words(axes, "244", bold=True) for _ in bars]

    def update(result: Mitigation) -> None:
        for n, name in enumerate(("plain", result.chosen)):
            count = result.assumed_defaults(name)
            bars[n].set_width(count)
            values[n].text = f"{count:.0f}"
            values[n].place(count / ROOMY, 1 - (n + 0.6) / 2.2, 6 * values[n].ratio)

    update(result)
    return update


def _gaps(axes: Axes, result: Mitigation, rate: str, title: str) -> Update:
    _reference(axes, 0, "-")
    axes.set(xlim=GAP, xticks=(-0.25, 0, 0.25, 0.5), xticklabels=("", "0", ".25", ".5"))
    return _column(
        axes,
        result,
        title,
        "gap" if rate == "selection rate" else "rate, gap",
        lambda each: each.gap(rate),
        2,
    )


def _column(axes: Axes, result: Mitigation, title: str, of: str, found: Any, decimals: int) -> Update:
    axes.set(ylim=(0, HEIGHT), yticks=())
    axes.grid(visible=True, axis="x")
    axes.set_title(title, pad=17)
    axes.text(0, 1 + 11 / HEIGHT, of, transform=axes.transAxes, color=style.TEXT_2, va="center_baseline")
    bands = [axes.plot([], [], **BAND)[0] for _ in METHODS]
    points = [axes.plot([], [], **MARK)[0] for _ in METHODS]
    values = [Words(axes, "0.882", align="center") for _ in METHODS]

    def update(result: Mitigation) -> None:
        for n, method in enumerate(METHODS):
            each = result.methods.get(method)
            colour = style.INK if method == result.chosen else style.TRAINING
            _draw(found(each) if each else None, _row(n) - 9, colour, bands[n], points[n])
            values[n].bold = method == result.chosen
            _write(values[n], axes, found(each).value if each else None, decimals, _row(n) + 8)

    update(result)
    return update


def _reference(axes: Axes, value: float, dashes: str) -> None:
    """A line at a value through each row's band, not through its number."""
    feet = np.array([_row(n) - PITCH / 2 for n in range(len(METHODS))])
    axes.vlines([value] * len(feet), feet, feet + 19, color=style.INK, lw=1.4, ls=dashes)


def _draw(found: Rate | Gap | None, height: float, colour: str, band: Line2D, point: Line2D) -> None:
    value, interval = (found.value, found.interval) if found else (None, None)
    band.set_data([interval.low, interval.high] if interval else [], [height] * 2 if interval else [])
    point.set_data([] if value is None else [value], [] if value is None else [height])
    band.set_color(colour)
    point.set_color(colour)


def _write(words: Words, axes: Axes, value: float | None, decimals: int, height: float) -> None:
    words.text = "" if value is None else written(value, decimals)
    low, high = axes.get_xlim()
    across = 0.5 if value is None else (value - low) / (high - low)
    words.place(float(np.clip(across, 0.24, 0.76)), height / HEIGHT)


def _people(axes: Axes, result: Mitigation, group: str) -> Update:
    """One mark for each person whose decision differs from the plain model's."""
    wide, high = BLOCK
    colour, marker = MARKS[group]
    axes.set(xlim=(0, wide), ylim=(0, high))
    axes.set_axis_off()
    (gained,) = axes.plot([], [], marker, color=colour, mew=0, animated=True)
    (lost,) = axes.plot([], [], "x", color=style.INK, animated=True)
    axes.set_title(f"{group}, {result.changes[group].people:,}", pad=5)
    axes.plot([8], [high - 11], marker, color=colour, ms=9)
    axes.plot([114], [high - 11], "x", color=style.INK, ms=8, mew=2)
    if group == GROUPS[0]:
        axes.text(
            0, high + 38, "Who gains or loses approval, against plain", va="center_baseline", **HEADING
        )
    counts = [Words(axes, "1,681 gain"), Words(axes, "1,681 lose")]

    def update(result: Mitigation) -> None:
        change = result.changes[group]
        step = _step(result)
        places = _grid(change.gain + change.lose, step)
        for line, some in ((gained, places[: change.gain]), (lost, places[change.gain :])):
            line.set_data(some[:, 0], some[:, 1])
        gained.set_markersize(0.72 * 0.62 * step)
        lost.set(markersize=0.72 * 0.55 * step, markeredgewidth=max(0.9, step / 8))
        for words, count, verb, across in zip(
            counts, (change.gain, change.lose), ("gain", "lose"), (20, 126), strict=True
        ):
            words.text = f"{count:,} {verb}"
            words.place(across / wide, (high - 11) / high)

    update(result)
    return update


def _step(result: Mitigation) -> int:
    """The largest marks with which every group's people fit: the same size for all."""
    most = max(each.gain + each.lose for each in result.changes.values())
    return next((size for size in SIZES if (BLOCK[0] // size) * (ROOM // size) >= most), SIZES[-1])


def _grid(count: int, step: int) -> Any:
    columns = BLOCK[0] // step
    places = np.arange(count)
    return np.stack([(places % columns + 0.5) * step, ROOM - (places // columns + 0.5) * step], axis=1)


def _needs(method: str, found: Decisions | None) -> str:
    if found is None:
        return "choose it: takes seconds"
    lot = f"; {found.by_lot:,} by lot" if method in (OPTIMIZER, GRADIENT) else ""
    return f"{RACE_USED[method]}{lot}"


def _row(number: int) -> float:
    """Height of the middle of a method's row, in CSS pixels."""
    return HEIGHT - (number + 0.5) * PITCH
