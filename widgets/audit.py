"""The audit lab of lesson 05: rates by group, with the uncertainty that small groups bring."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course.audit import ATTRIBUTES, LEAST, MOST, NOT_RECORDED, Audit, audit
from course.rates import FEW, Gap, Outcomes, Rate
from course.wording import written
from widgets import style
from widgets.controls import Range, log
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

FOOT, HEIGHT, WIDE = 130, 292, 142  # of the rates' axes, CSS pixels
PITCH = 90  # CSS pixels from one group's row to the next, where there are few
LAYOUT = {
    "people": (2, FOOT, 186, HEIGHT),
    "selected": (194, FOOT, WIDE, HEIGHT),
    "true_positives": (356, FOOT, WIDE, HEIGHT),
    "false_positives": (518, FOOT, WIDE, HEIGHT),
    "precision": (680, FOOT, WIDE, HEIGHT),
    "gap": (194, 53, 304, 22),
}
MARKS = ((style.BLUE, "o"), (style.ORANGE, "^"), (style.GREEN, "s"))
BAND: dict[str, Any] = {"lw": 11, "alpha": 0.28, "solid_capstyle": "butt", "animated": True}
MARK: dict[str, Any] = {"ls": "", "ms": 10, "mew": 2, "animated": True, "zorder": 5, "clip_on": False}
LEFT = 0.16  # of a column: half the width of a number, which stays inside
NOBODY = {
    "selection rate": "nobody",
    "true positive rate": "none approved",
    "false positive rate": "none refused",
    "precision": "none selected",
}


def audit_lab(**options: Any) -> Lab:
    """Audit a model by group, on many people or few."""
    moved = {
        "attribute": list(ATTRIBUTES),
        "people": log(LEAST, MOST),
        "threshold": Range(0.0, 1.0, 0.01),
    }
    usual: dict[str, Any] = {
        "layout": LAYOUT,
        "height": 482,
        "labels": {
            "attribute": "Groups by",
            "people": "People audited",
            "random_state": "Other people",
        },
    }
    views = (people, selected, true_positives, false_positives, precision, gap)
    return Lab(audit, *views, **{**usual, **moved, **options})


def people(axes: Axes, result: Audit) -> Update:
    """The groups, each with its mark and its number of people."""
    axes.set(xlim=(0, 1), ylim=(0, HEIGHT))
    axes.set_axis_off()
    axes.set_title("Group", pad=17)
    heights = _rows(result)
    for height, name, (colour, marker) in zip(heights, result.groups, marks(result), strict=True):
        axes.plot([0.05], [height + 10], marker, ms=11, color=colour, clip_on=False)
        axes.text(0.12, height + 10, name, weight="bold", va="center_baseline")
    sizes, shown = [Words(axes, "only 22 people") for _ in heights], [*result.groups]

    def update(result: Audit) -> bool | None:
        if shown != [*result.groups]:
            return False
        for words, height, (name, group) in zip(sizes, heights, result.groups.items(), strict=True):
            words.text, words.colour = _size(group)
            words.colour = style.TEXT_2 if name == NOT_RECORDED else words.colour
            words.place(0.12, (height - 11) / HEIGHT)
        return None

    update(result)
    return update


def selected(axes: Axes, result: Audit) -> Update:
    """Share of each group that the model approves."""
    return _rates(axes, result, "selection rate", "Selected", "of all")


def true_positives(axes: Axes, result: Audit) -> Update:
    """Share selected of those whom the lender approved."""
    return _rates(axes, result, "true positive rate", "True positive", "rate, of approved")


def false_positives(axes: Axes, result: Audit) -> Update:
    """Share selected of those whom the lender refused."""
    return _rates(axes, result, "false positive rate", "False positive", "rate, of refused")


def precision(axes: Axes, result: Audit) -> Update:
    """Share that the lender approved of those whom the model selects."""
    return _rates(axes, result, "precision", "Precision", "of selected")


def gap(axes: Axes, result: Audit) -> Update:
    """The gap in selection with its interval, and 0, which is no gap."""
    axes.set(xlim=(-0.8, 1), ylim=(0, 1), yticks=(), xticks=(-0.5, 0, 0.5, 1))
    axes.set_xticklabels(("−.5", "0: no gap", ".5", "1"))
    axes.set(title="Gap in selection", xlabel="highest rate less lowest")
    axes.axvline(0, color=style.INK, lw=1.4)
    (band,) = axes.plot([], [], color=style.INK, **BAND)
    (mark,) = axes.plot([], [], "D", color=style.INK, **MARK)
    value = Words(axes, "0.24 (−0.17 to 0.32), ratio 0.68", bold=True)
    value.set_in_layout(False)
    whose = Words(axes, "", colour=style.TEXT_2)
    whose.set_in_layout(False)

    def update(result: Audit) -> None:
        found = result.gap()
        _draw(found, 0.5, band, mark)
        value.text, whose.text = _said(result)
        value.place(1, 0.5 + 11 / 22, 20 * value.ratio)
        whose.place(1, 0.5 - 11 / 22, 20 * value.ratio)

    update(result)
    return update


def marks(result: Audit) -> list[tuple[str, str]]:
    """Colour and marker of each group: by race where it is told, grey where nothing is recorded."""
    same = 2 if result.attribute == "race and sex" else 1
    return [
        (style.TRAINING, "D") if name == NOT_RECORDED else MARKS[place // same]
        for place, name in enumerate(result.groups)
    ]


def _rates(axes: Axes, result: Audit, rate: str, title: str, of: str) -> Update:
    axes.set(xlim=(0, 1), ylim=(0, HEIGHT), yticks=(), xticks=(0, 0.5, 1), xticklabels=("0", ".5", "1"))
    axes.grid(visible=True, axis="x")
    axes.set_title(title, pad=17)
    axes.text(0, HEIGHT + 10, of, color=style.TEXT_2, va="center_baseline")
    heights, shown = _rows(result), [*result.groups]
    bands = [axes.plot([], [], color=colour, **BAND)[0] for colour, _ in marks(result)]
    points = [axes.plot([], [], marker, color=colour, **MARK)[0] for colour, marker in marks(result)]
    values = [Words(axes, "none approved", align="center", bold=True) for _ in shown]
    reasons = [Words(axes, "none approved", align="center", colour=style.TEXT_2) for _ in shown]

    def update(result: Audit) -> bool | None:
        if shown != [*result.groups]:
            return False
        for n, group in enumerate(result.groups.values()):
            found, height = group.rate(rate), heights[n]
            _draw(found, height - 9, bands[n], points[n])
            values[n].text, reasons[n].text = _words(found, NOBODY[rate])
            across = 0.5 if found.value is None else min(max(found.value, LEFT), 1 - LEFT)
            values[n].place(across, (height + 10) / HEIGHT)
            reasons[n].place(0.5, (height - 11) / HEIGHT)
        return None

    update(result)
    return update


def _draw(found: Rate | Gap, height: float, band: Line2D, point: Line2D) -> None:
    """Put a band and its point where they are, or nowhere."""
    value, interval = found.value, found.interval
    band.set_data([interval.low, interval.high] if interval else [], [height] * 2 if interval else [])
    point.set_data([] if value is None else [value], [] if value is None else [height])


def _words(rate: Rate, reason: str) -> tuple[str, str]:
    return ("not defined", reason) if rate.value is None else (written(rate.value), "")


def _rows(result: Audit) -> list[float]:
    """Height of the middle of each group's row, in CSS pixels."""
    pitch = min(PITCH, HEIGHT / len(result.groups))
    return [HEIGHT - (n + 0.5) * pitch for n in range(len(result.groups))]


def _size(group: Outcomes) -> tuple[str, str]:
    count = f"{group.people:,} {'person' if group.people == 1 else 'people'}" if group.people else "nobody"
    few = 0 < group.people < FEW
    return f"only {count}" if few else count, style.ORANGE_TEXT if group.small else style.TEXT_2


def _said(result: Audit) -> tuple[str, str]:
    """The gap and its ratio in words, and between whom it is."""
    found = result.gap()
    if found.value is None:
        return "not defined", "only one group has a selection rate"
    ratio = "no ratio" if found.ratio is None else f"ratio {written(found.ratio)}"
    whose = f"{found.highest} to {found.lowest}" if found.value else "all groups alike"
    return f"{written(found.value)} ({found.interval}), {ratio}", whose
