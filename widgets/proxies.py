"""The proxies lab of lesson 05: race told from the other columns, and what dropping some does."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.lending import NAMES
from course.networks import Array
from course.proxies import MOST, PAIRS, RULES, SETS, Decision, Proxies, proxies
from course.wording import percent, written
from widgets import style
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

PLACES = {
    "guesses": (18, 320, 380, 118),
    "pairs": (470, 316, 126, 126),
    "columns_alone": (296, 50, 104, 200),
    "gaps": (604, 50, 150, 200),
}
EDGES = np.array([0.0, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.35, 1.0])  # of a score, in eight steps
TALLEST, HIGH = 0.6, 0.5  # share of a group in one step at the axis’ end, and where its name stands
SHOWN = 8  # columns
MARKERS = {"Black": "^", "Hispanic": "s", "Black or Hispanic": "D"}
COLOURS = {"Black": style.ORANGE, "Hispanic": style.GREEN, "Black or Hispanic": style.INK}
ROWS = ("the lender", "model, told race", "model, not told", "fewer columns", "approve all")


def proxies_lab(**options: Any) -> Lab:
    """Tell race from the other columns, and drop those that tell most."""
    moved = {
        "who": dict(zip(("Black", "Hispanic", "both"), PAIRS, strict=True)),
        "columns": list(SETS),
        "drop": Range(0, MOST),
        "approve": dict(zip(("as lender", "score 0.88"), RULES, strict=True)),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 476,
        "labels": {
            "who": "Told from white applicants",
            "columns": "Columns",
            "drop": "Drop the most telling",
            "approve": "How many are approved",
            "random_state": "Another split",
        },
    }
    return Lab(proxies, guesses, pairs, columns_alone, gaps, **{**usual, **moved, **options})


def guesses(axes: Axes, result: Proxies) -> Update:
    """How the scores of both groups are spread: of the white applicants below the line."""
    heading = axes.set_title("")
    axes.set(xlim=(0, len(EDGES) - 1), ylim=(-TALLEST, TALLEST), yticks=())
    axes.set(xticks=range(len(EDGES)), xticklabels=[f"{100 * each:g}" for each in EDGES])
    axes.axhline(0, color=style.TRAINING, lw=1)
    steps = np.arange(len(EDGES) - 1) + 0.5
    above, below = (axes.bar(steps, 0.0, 0.86, animated=True) for _ in range(2))
    words = [Words(axes, "308 Black or Hispanic"), Words(axes, "1,681 white")]
    signs = [axes.plot([0.15], [up], "o", ms=9, color=style.BLUE, animated=True)[0] for up in (HIGH, -HIGH)]

    def update(result: Proxies) -> None:
        other = result.other
        heading.set_text(f"Score: how likely {other}, %")
        groups = (result.scores, COLOURS[other], 1), (result.others, style.BLUE, -1)
        for bars, (scores, colour, sign) in zip((above, below), groups, strict=True):
            for bar, share in zip(bars, shares(scores), strict=True):
                bar.set(height=sign * share, facecolor=colour)
        signs[0].set(marker=MARKERS[other], color=COLOURS[other])
        words[0].text = f"{len(result.scores):,} {other}"
        words[1].text = f"{len(result.others):,} white"
        for each, up in zip(words, (HIGH, -HIGH), strict=True):
            each.place(0, 0.5 + up / (2 * TALLEST), 18 * each.ratio)

    update(result)
    return update


def shares(scores: Array) -> Array:
    """Share of a group in each step of `EDGES`."""
    return np.asarray(np.histogram(scores, EDGES)[0] / len(scores))


def pairs(axes: Axes, result: Proxies) -> Update:
    """A hundred pairs of applicants, and in how many the model points to the right one."""
    axes.set_title("Pairs told right, of 100")
    axes.set(xlim=(0, 10), ylim=(0, 10))
    axes.set_axis_off()
    dots = [
        axes.plot([], [], "o", ms=7, color=colour, animated=True)[0] for colour in (style.INK, style.RULE)
    ]
    (line,) = axes.plot((0, 10), (5, 5), color=style.ORANGE_TEXT, lw=1.8, ls="--", animated=True)
    key = axes.text(11.2, 7.6, "", fontsize=26, weight="bold", va="center", animated=True)
    says = [
        Words(axes, "(95 %: 100 to 100)", colour=style.TEXT_2),
        Words(axes, "50 is chance (line)", colour=style.TEXT_2),
    ]

    def update(result: Proxies) -> None:
        right = round(100 * result.told.auc)
        each = np.arange(100)
        across, up = each % 10 + 0.5, 9.5 - each // 10
        for dot, which in zip(dots, (each < right, each >= right), strict=True):
            dot.set_data(across[which], up[which])
        line.set_data((0, 10), (5, 5))
        key.set_text(f"{right}")
        low, high = (round(100 * end) for end in (result.told.interval.low, result.told.interval.high))
        says[0].text = f"95 %: {low} to {high}"
        says[0].place(1.12, 0.5)
        says[1].place(1.12, 0.34)

    update(result)
    return update


def columns_alone(axes: Axes, result: Proxies) -> Update:
    """How well each of the most telling columns left does it by itself: bars from chance."""
    heading = axes.set_title("", x=-2.66)
    axes.set(
        xlim=(0.5, 0.7),
        xlabel="times in 100 (50: chance)",
        xticks=(0.5, 0.6, 0.7),
        xticklabels=("50", "60", "70"),
    )
    axes.set(ylim=(SHOWN - 0.4, -0.6), yticks=())
    axes.grid(visible=False, axis="y")
    bars = axes.barh(range(SHOWN), [0.0] * SHOWN, 0.62, left=0.5, color=style.TRAINING, animated=True)
    names = [Words(axes, "2 or more late mortgage payments") for _ in range(SHOWN)]
    values = [Words(axes, "66", bold=True) for _ in range(SHOWN)]

    def update(result: Proxies) -> None:
        count = len(result.left)
        heading.set_text(f"One column alone: best of {count}" if count > 1 else "The one column left")
        for row, (bar, name, value) in enumerate(zip(bars, names, values, strict=True)):
            column, auc = result.telling[row] if row < len(result.telling) else ("", 0.5)
            bar.set_width(auc - 0.5)
            up = 1 - (row + 0.6) / SHOWN
            name.text, value.text = NAMES.get(column, ""), f"{100 * auc:.0f}" if column else ""
            name.place(0, up, -278 * name.ratio)
            value.place((auc - 0.5) / 0.2, up, 5 * value.ratio)

    update(result)
    return update


def gaps(axes: Axes, result: Proxies) -> Update:
    """The gap in approval with its 95 % interval for each way to decide, and its agreement."""
    axes.set_title("Gap in approval, 95 % interval", x=-1.14)
    axes.set(xlim=(-0.2, 0.85), xticks=(0, 0.4, 0.8), xticklabels=("0", "0.4", "0.8"))
    axes.set(ylim=(len(ROWS) - 0.4, -0.9), yticks=())
    axes.grid(visible=True, axis="x")
    axes.axvline(0, color=style.TRAINING, lw=1.2)
    bands = [
        axes.add_patch(Rectangle((0, row - 0.16), 0, 0.32, animated=True, alpha=0.28))
        for row in range(len(ROWS))
    ]
    dots = [axes.plot([], [], "o", ms=9, mec="white", animated=True)[0] for _ in ROWS]
    names = [Words(axes, "without the 10") for _ in ROWS]
    values = [Words(axes, "−0.10", bold=True, align="center") for _ in ROWS]
    agrees = [Words(axes, "100 %", colour=style.TEXT_2) for _ in ROWS]
    top = Words(axes, "agrees", colour=style.TEXT_2)

    def update(result: Proxies) -> None:
        axes.set_xlabel(f"white less {result.other}")
        top.place(1, 1.07, 8 * top.ratio)
        for row, (name, decision) in enumerate(decisions(result).items()):
            up = 1 - (row + 0.9) / (len(ROWS) + 0.5)
            colour = _colour(name)
            span = decision.interval
            bands[row].set(x=span.low, width=span.high - span.low, color=colour)
            dots[row].set_data([decision.gap], [row])
            dots[row].set_color(colour)
            names[row].text, values[row].text = name, written(decision.gap)
            names[row].place(0, up, -170 * names[row].ratio)
            values[row].place((decision.gap + 0.2) / 1.05, up + 0.075)
            agrees[row].text = percent(decision.agreement)
            agrees[row].place(1, up, 8 * agrees[row].ratio)

    update(result)
    return update


def decisions(result: Proxies) -> dict[str, Decision]:
    """Name the ways to decide."""
    few = f"without the {len(result.dropped)}" if result.dropped else "none dropped"
    found = (result.lender, result.with_race, result.without_race, result.fewer, result.everyone)
    return dict(zip((*ROWS[:3], few, ROWS[4]), found, strict=True))


def _colour(name: str) -> str:
    return style.INK if name.startswith(("without", "none")) else style.TRAINING
