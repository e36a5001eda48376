"""The fairness lab of lesson 05: a threshold for each group, and what it does to each group."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as ipw
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from course import lending
from course.fairness import EQUAL, START, STEP, TARGETS, Fairness, equalise, fairness
from course.lending import GROUPS
from course.networks import Array
from course.rates import FEW, Gap, Rate
from course.wording import written
from widgets import style
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update
from widgets.thresholds import Thresholds

COLOURS = dict(zip(GROUPS, (style.BLUE, style.ORANGE, style.GREEN), strict=True))
SHAPES = dict(zip(GROUPS, "o^s", strict=True))
LOWEST = 0.4  # score at the left edge, with all below
BINS = 30
LANES = len(GROUPS)
COLUMN, APART = 110, 127  # CSS pixels: width of a column of rates, and from one to the next
RATES = {
    "selection rate": ("Approved", "of all"),
    "true positive rate": ("True pos.", "of bank’s yes"),
    "false positive rate": ("False pos.", "of bank’s no"),
    "precision": ("Precision", "bank agrees"),
}
WIDE = APART * (len(RATES) - 1) + COLUMN
PLACES = {
    "scores": (106, 202, 190, 212),
    "rates_of_groups": (326, 202, WIDE, 212),
    "passed_over": (4, 0, 826, 118),
}
HEAD_2, FOOT = 1.09, -0.2  # heights of words over and under the lanes, in fractions
PAD = 25  # points from the lanes to the titles
HEADING: dict[str, Any] = {
    "xycoords": "axes fraction", "textcoords": "offset points", "weight": "bold",
    "size": style.RC["axes.titlesize"],
}  # fmt: skip
DOT, BLOCK = 10.2, 284  # CSS pixels from dot to dot, and from one hundred to the next
NOT_DEFINED = "not defined"


def fairness_lab(*, buttons: bool = True, **options: Any) -> Lab:
    """Move the threshold of each group, and see whom the model approves, and whom it passes over.

    Parameters
    ----------
    buttons : whether buttons set the thresholds for each criterion
    """
    thresholds = Thresholds(GROUPS, START, step=STEP, targets=TARGETS if buttons else ())
    moved = {
        "with_race": bool,
        "thresholds": thresholds,
        "columns": ipw.Dropdown(options=list(lending.COLUMNS), description="Trained on"),
        "reweighted": Range(0.0, 1.0, 0.1, unit="%"),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 470,
        "labels": {
            "with_race": "Tell the model the race",
            "columns": "Trained on",
            "reweighted": "Reweighting",
            "random_state": "Other fifths",
        },
        "more": ["columns", "reweighted"],
        "drag": {scores: _Discs(thresholds)},
    }
    lab = Lab(fairness, scores, rates_of_groups, passed_over, **{**usual, **moved, **options})
    thresholds.solve = lambda target: equalise(target, lab.result)
    return lab


class _Discs:
    """The discs on the scores: the one in the lane where the pointer goes down moves with it."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds, self._lane = thresholds, 0

    def down(self, x: float, y: float) -> Mapping[str, Any]:
        self._lane = int(np.clip(y, 0, LANES - 1))
        return self.move(x, y)

    def move(self, x: float, _: float) -> Mapping[str, Any]:
        now, place = self._thresholds.value, float(np.clip(x, 0, 1))
        if not isinstance(now, tuple):
            return {"thresholds": place}
        return {"thresholds": (*now[: self._lane], place, *now[self._lane + 1 :])}

    up = move


def scores(axes: Axes, result: Fairness) -> Update:
    """How the scores of each group are spread, and its threshold, a disc to drag."""
    _lanes(axes)
    axes.set(xlim=(LOWEST, 1), xticks=(0.4, 0.6, 0.8, 1), xticklabels=("≤ .4", ".6", ".8", "1"))
    axes.set_title("Model’s score", pad=PAD)
    axes.set_xlabel("score")
    hint = Words(axes, "drag: all move", colour=style.TEXT_2)
    hint.place(0, HEAD_2)
    for lane, name in enumerate(GROUPS):
        up = 1 - (lane + 0.5) / LANES
        axes.plot(
            [-0.51], [up], SHAPES[name], ms=11, color=COLOURS[name], transform=axes.transAxes, clip_on=False
        )
        _word(axes, -0.45, up + 0.035, name, bold=True)
        _word(axes, -0.45, up - 0.05, f"{(lending.groups() == lane).sum():,}", colour=style.TEXT_2)
    bars = PolyCollection([], animated=True, lw=0)
    axes.add_collection(bars)
    (line,) = axes.plot([], [], color=style.INK, lw=2.2, animated=True, clip_on=False, zorder=5)
    discs = axes.scatter(
        [], [], s=150, fc="white", ec=style.INK, lw=2.2, zorder=6, clip_on=False, animated=True
    )
    refused = Words(axes, "refused", colour=style.TEXT_2)

    def update(result: Fairness) -> None:
        bars.set_verts(boxes := _boxes(result))
        grey = [style.RULE] * (len(boxes) // 2)
        bars.set_facecolor([*grey, *(COLOURS[name] for name in GROUPS for _ in range(BINS))])
        places = np.maximum(result.thresholds, LOWEST)
        line.set_data(*_lines(places, result.together))
        discs.set_offsets(np.stack([places, np.arange(LANES) + 0.06], axis=1))
        hint.text = "drag: all move" if result.together else "drag a disc"
        refused.text = "refused" if places[0] > 0.7 else ""
        refused.place((places[0] - LOWEST) / (1 - LOWEST) - 0.46, 1 - 0.09)

    update(result)
    return update


def rates_of_groups(axes: Axes, result: Fairness) -> Update:
    """Each group's rates with their 95 % intervals, and how far apart the groups are."""
    _lanes(axes)
    starts = [float(APART * number) for number in range(len(RATES))]
    ticks = [
        (start + share * COLUMN, text)
        for start in starts
        for share, text in ((0, "0"), (0.5, ".5"), (1, "1"))
    ]
    axes.set(xlim=(0, WIDE), xticks=[at for at, _ in ticks], xticklabels=[text for _, text in ticks])
    for at, _ in ticks:
        for lane in range(LANES):
            axes.plot([at, at], [lane + 0.1, lane + 0.94], color=style.GRID, lw=1)
    for start, (title, below) in zip(starts, RATES.values(), strict=True):
        if start == 0:
            axes.set_title(title, pad=PAD)
        else:
            axes.annotate(title, (start / WIDE, 1), (0, PAD), **HEADING)
        _word(axes, start / WIDE, HEAD_2, below, colour=style.TEXT_2)
    _word(axes, -0.13, FOOT, "Gap", bold=True)
    bars = LineCollection([], lw=9, alpha=0.35, capstyle="butt", clip_on=False, animated=True)
    axes.add_collection(bars)
    dots = [
        axes.scatter(
            [],
            [],
            s=75,
            marker=SHAPES[name],
            color=COLOURS[name],
            ec="white",
            animated=True,
            clip_on=False,
            zorder=5,
        )
        for name in GROUPS
    ]
    values = [[Words(axes, NOT_DEFINED, bold=True, align="center") for _ in RATES] for _ in GROUPS]
    gaps = [Words(axes, NOT_DEFINED, bold=True) for _ in RATES]

    def update(result: Fairness) -> None:
        spans, colours = [], []
        for lane, (name, outcomes) in enumerate(result.outcomes.items()):
            found = [outcomes.rate(each) for each in RATES]
            dots[lane].set_offsets(
                [
                    (s + COLUMN * r.value, lane + 0.68)
                    for s, r in zip(starts, found, strict=True)
                    if r.value is not None
                ]
                or np.empty((0, 2))
            )
            for start, rate, words in zip(starts, found, values[lane], strict=True):
                _write(words, start, rate, lane)
                if rate.interval is not None:
                    spans.append(
                        [
                            (start + COLUMN * end, lane + 0.68)
                            for end in (rate.interval.low, rate.interval.high)
                        ]
                    )
                    colours.append(COLOURS[name])
        bars.set_segments(spans)
        bars.set_color(colours)
        for start, words, name in zip(starts, gaps, RATES, strict=True):
            words.text = _gap(result.gap(name))
            words.place(start / WIDE, FOOT)

    update(result)
    return update


def passed_over(axes: Axes, result: Fairness) -> Update:
    """Of a hundred people of each group whom the bank approved, how many the model refuses."""
    axes.set_axis_off()
    axes.set(xlim=(0, 826), ylim=(0, 118))
    axes.set_title("Of 100 people in each group whom the bank approved, the model refuses")
    spots = np.array([(n % 10, n // 10) for n in range(100)])
    hundreds, numbers, below = [], [], []
    for block, name in enumerate(GROUPS):
        x = 6 + BLOCK * block + DOT * spots[:, 0]
        dots = axes.scatter(x, 108 - DOT * spots[:, 1], s=30, marker=SHAPES[name], lw=0, animated=True)
        hundreds.append(dots)
        left = (6 + BLOCK * block + 10 * DOT + 8) / 826
        numbers.append(
            axes.text(
                left,
                0.74,
                "",
                fontsize=26,
                weight="bold",
                va="center",
                transform=axes.transAxes,
                animated=True,
            )
        )
        _word(axes, left, 0.48, name)
        below.append(Words(axes, "1,527 of 1,527", colour=style.TEXT_2))
        below[-1].place(left, 0.26)

    def update(result: Fairness) -> None:
        for name, dots, number, words in zip(GROUPS, hundreds, numbers, below, strict=True):
            rate = result.passed_over(name)
            count = round(100 * (rate.value or 0.0))
            dots.set_color([COLOURS[name]] * count + [style.RULE] * (100 - count))
            number.set_text("–" if rate.value is None else f"{count}")
            words.text = NOT_DEFINED if rate.value is None else f"{rate.count:,} of {rate.of:,}"

    update(result)
    return update


def _lanes(axes: Axes) -> None:
    """Give each group a lane, the first on top."""
    axes.set(ylim=(LANES, 0), yticks=())
    axes.grid(visible=False)


def _word(
    axes: Axes, across: float, up: float, text: str, *, bold: bool = False, colour: str = style.INK
) -> None:
    Words(axes, text, bold=bold, colour=colour).place(across, up)


def _boxes(result: Fairness) -> list[Array]:
    """Bars of each group's scores: first those refused, then those approved, on top of them."""
    edges = np.linspace(LOWEST, 1, BINS + 1)
    held, approved = np.clip(result.scores, LOWEST, 1), result.approved
    low, high = [], []
    for lane in range(LANES):
        own = lending.groups() == lane
        refused, chosen = (np.histogram(held[own & which], edges)[0] for which in (~approved, approved))
        scale = 0.86 / (refused + chosen).max()
        floor = np.full(BINS, lane + 1.0)
        low.append(_bars(edges, floor, floor - scale * refused))
        high.append(_bars(edges, floor - scale * refused, floor - scale * (refused + chosen)))
    return [*np.concatenate(low), *np.concatenate(high)]


def _bars(edges: Array, foot: Array, top: Array) -> Array:
    """Corners of bars side by side, shape (n_bars, 4, 2)."""
    left, right = edges[:-1], edges[1:] - 0.0025
    corners = ((left, foot), (right, foot), (right, top), (left, top))
    return np.stack([np.stack(corner, axis=1) for corner in corners], axis=1)


def _lines(places: Array, together: bool) -> tuple[Array, Array]:
    """One line through all lanes, or one in each."""
    if together:
        return places[[0, 0]], np.array([0.06, LANES])
    up = np.array([[lane + 0.06, lane + 1, np.nan] for lane in range(LANES)])
    return np.repeat(places, 3), up.ravel()


def _write(words: Words, start: float, rate: Rate, lane: int) -> None:
    """Put a rate's number over its dot, inside its column."""
    words.text = NOT_DEFINED if rate.value is None else written(rate.value)
    words.colour = style.ORANGE_TEXT if rate.of < FEW else style.INK
    share = 0.5 if rate.value is None else float(np.clip(rate.value, 0.14, 0.86))
    words.place((start + COLUMN * share) / WIDE, 1 - (lane + 0.32) / LANES)


def _gap(gap: Gap) -> str:
    """Say how far apart the groups are, with a tick where that counts as equal."""
    if gap.value is None or gap.missing:
        return NOT_DEFINED
    near = EQUAL / 2 < gap.value < 2 * EQUAL  # a third decimal says on which side
    return f"{written(gap.value, 3 if near else 2)}{' ✓' if gap.value <= EQUAL else ''}"
