"""The leakage lab of lesson 02: a number too good, the steps that led to it, and which one leaks."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from course.leakage import NONE_YET, NOTHING, VERDICTS, Leakage, leakage
from course.networks import Array
from widgets import style
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

PLACES = {
    "steps": (4, 256, 826, 172),
    "scores": (176, 54, 322, 146),
    "claim": (600, 14, 230, 186),
}
COLUMNS, WIDE, HIGH, GAP = 3, 262, 80, 20  # boxes in a row, and CSS pixels
RUNS: tuple[dict[str, Any], ...] = (
    {"marker": "o", "color": style.TRAINING, "ms": 8},
    {"marker": "o", "color": style.BLUE, "ms": 8},
    {"marker": "s", "color": style.GREEN, "ms": 7},
)
SPREAD = 0.16 * np.array([0, 1, -1, 2, -2, 1, -1, 0, 2, -2])  # of a row, so that equal scores are seen
NAMES = ("gene activity", "photographs", "stock index", "tumours, 30 measures", "tumours, 4 columns")
LOWEST = 0.0, -8.0  # accuracy and R² at the left end of the axis


def leakage_lab(**options: Any) -> Lab:
    """Find in each of five evaluations the step that makes its number too good, or find none."""
    moved: dict[str, Any] = {
        "case": {f"{number} {name}": number for number, name in enumerate(NAMES, 1)},
        "verdict": [NONE_YET, *VERDICTS],
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 456,
        "labels": {"verdict": "Your verdict", "random_state": "Other draws"},
    }
    lab = Lab(leakage, steps, scores, claim, **{**usual, **moved, **options})
    _forget(lab)
    return lab


def _forget(lab: Lab) -> None:
    """Take a verdict back when another case is opened."""
    case, verdict = lab.control("case"), lab.control("verdict")
    if case is None or verdict is None:
        return

    def forget(_: object) -> None:
        verdict.value = NONE_YET

    case.observe(forget, "value")


def steps(axes: Axes, result: Leakage) -> Update:
    """What is done, from the rows to the test: a box for each step."""
    heading = axes.set_title("")
    axes.set_axis_off()
    axes.set(xlim=(0, 826), ylim=(0, 172))
    boxes = [_box(axes, number) for number in range(2 * COLUMNS)]
    for number in range(2 * COLUMNS - 1):
        _arrow(axes, number)

    def update(result: Leakage) -> None:
        heading.set_text(f"Case {result.case}: {result.story.title[0].lower()}{result.story.title[1:]}")
        for number, (box, (name, text)) in enumerate(zip(boxes, result.steps, strict=True), 1):
            meant = name == result.verdict
            mended = ", mended" if name in result.changed else ", no fault" if meant else ""
            box(f"{number} {name}{mended}", text, meant or bool(mended))

    update(result)
    return update


def _corner(number: int) -> tuple[float, float]:
    """Lower left corner of a box."""
    row, column = divmod(number, COLUMNS)
    return column * (WIDE + GAP), (1 - row) * (HIGH + 12)


def _box(axes: Axes, number: int) -> Callable[[str, str, bool], None]:
    left, low = _corner(number)
    outline: dict[str, Any] = {"boxstyle": "round,pad=0,rounding_size=6", "animated": True}
    box = FancyBboxPatch((left + 1, low + 1), WIDE - 2, HIGH - 2, clip_on=False, **outline)
    axes.add_patch(box)
    name = axes.text(left + 12, low + HIGH - 21, "", weight="bold", va="baseline", animated=True)
    lines = [axes.text(left + 12, low + HIGH - up, "", va="baseline", animated=True) for up in (45, 66)]

    def show(named: str, what: str, meant: bool) -> None:
        box.set(fc="white" if meant else style.PANEL, ec=style.BLUE if meant else style.RULE)
        box.set_linewidth(2.6 if meant else 1.2)
        name.set(text=named, color=style.BLUE if meant else style.INK)
        for text, words in zip(lines, [*what.split("\n"), ""], strict=False):
            text.set_text(words)

    return show


def _arrow(axes: Axes, number: int) -> None:
    """Lead from one box to the next."""
    (left, low), (onto, below) = _corner(number), _corner(number + 1)
    how: dict[str, Any] = {
        "arrowstyle": "-|>",
        "color": style.TRAINING,
        "lw": 1.6,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    if low == below:
        ends = (left + WIDE + 3, low + HIGH / 2), (onto - 3, low + HIGH / 2)
        axes.annotate("", ends[1], ends[0], arrowprops=how)
        return
    middle, start, end = low - 6, left + WIDE / 2, onto + WIDE / 2
    axes.plot([start, start, end, end], [low, middle, middle, middle], color=style.TRAINING, lw=1.6)
    axes.annotate("", (end, low - 13), (end, middle), arrowprops=how)


def scores(axes: Axes, result: Leakage) -> Update:
    """The score in each draw: as told, with the verdict's step mended, and with every step mended."""
    in_time = result.in_time
    lowest = LOWEST[in_time]
    _scale(axes, in_time)
    (guess,) = axes.plot([], [], ":", color=style.TEXT_2, lw=1.8, animated=True)
    rows = [_row(axes, row, lowest) for row in range(3)]
    waiting = Words(axes, "", colour=style.TEXT_2)
    waiting.place(-0.53, _up(1))

    def update(result: Leakage) -> bool | None:
        if result.in_time != in_time:
            return False
        guess.set_data([result.story.chance] * 2, axes.get_ylim())
        waiting.text = "" if result.judged else "after your verdict"
        runs = (result.told, result.mended, result.honest)
        for show, name, run in zip(rows, _names(result), runs, strict=True):
            show(name, run if name else run[:0], result.said)
        return None

    update(result)
    return update


def _scale(axes: Axes, in_time: bool) -> None:
    """Prepare the axis, of R² or of accuracy."""
    measure = "R²" if in_time else "Accuracy"
    axes.set_title(f"{measure} in each of ten draws", x=-0.53)
    axes.set(xlim=(LOWEST[in_time], 1), ylim=(2.5, -0.5), yticks=range(3), yticklabels=[""] * 3)
    axes.set_xlabel("dotted: the mean of the test weeks" if in_time else "dotted: without a model")
    ticks, names = (
        ((-8, -4, 0, 1), ["−8", "−4", "0", "1"]) if in_time else ((0, 0.5, 1), ("0", "50 %", "100 %"))
    )
    axes.set_xticks(ticks, names)


def _names(result: Leakage) -> tuple[str, str, str]:
    """What each row of scores is called; "" for one that isn't shown."""
    if not result.judged:
        return "as told", "", ""
    return "as told", "" if result.verdict == NOTHING else f"{result.verdict} mended", "every step mended"


def _row(axes: Axes, row: int, lowest: float) -> Callable[[str, Array, Callable[..., str]], None]:
    """Prepare the dots of one row, their mean, its name and its value."""
    how: dict[str, Any] = {"clip_on": False, "animated": True}
    (mean,) = axes.plot([], [], color=style.INK, lw=2.6, **how)
    (dots,) = axes.plot([], [], ls="", mec="white", alpha=0.8, **how, **RUNS[row])
    name, value = Words(axes, ""), Words(axes, "−2.18", bold=True)
    name.place(-0.53, _up(row))
    value.place(1.0, _up(row), 16 * value.ratio)

    def show(named: str, run: Array, said: Callable[..., str]) -> None:
        name.text, value.text = named, said(float(run.mean()), short=True) if len(run) else ""
        dots.set_data(np.maximum(run, lowest), row + SPREAD[: len(run)])
        ends = [row - 0.45, row + 0.45] if len(run) else []
        mean.set_data([max(float(run.mean()), lowest)] * 2 if len(run) else [], ends)

    return show


def _up(row: float) -> float:
    """Where the middle of a row stands, as a share of the axes."""
    return 1 - (row + 0.5) / 3


def claim(axes: Axes, result: Leakage) -> Update:
    """The number that is claimed, large, and the verdict on it."""
    axes.set_axis_off()
    axes.set(xlim=(0, 230), ylim=(0, 190))
    axes.set_title("What is claimed")
    how: dict[str, Any] = {"va": "baseline", "animated": True}
    number = axes.text(0, 152, "", fontsize=26, weight="bold", **how)
    measure = axes.text(0, 126, "", **how)
    guessing = axes.text(0, 102, "", color=style.TEXT_2, **how)
    axes.plot([0, 230], [84, 84], color=style.RULE, lw=1)
    axes.text(0, 58, "Your verdict", weight="bold", fontsize=13)
    verdict = axes.text(0, 34, "", **how)
    mark = axes.text(0, 0, "", fontsize=20, weight="bold", **how)
    words = axes.text(28, 3, "", **how)

    def update(result: Leakage) -> None:
        number.set_text(result.said(result.claimed, short=True))
        measure.set_text(f"mean {result.measure}, ten draws")
        guessing.set_text(result.story.guessing)
        named = "no step is at fault" if result.verdict == NOTHING else f"at fault: {result.verdict}"
        verdict.set_text(named if result.judged else "which step, or none?")
        verdict.set_color(style.INK if result.judged else style.TEXT_2)
        mark.set_text("" if not result.judged else "✓" if result.right else "✗")
        mark.set_color(style.GREEN if result.right else style.ORANGE)
        words.set_text("" if not result.judged else "found" if result.right else "look again")

    update(result)
    return update
