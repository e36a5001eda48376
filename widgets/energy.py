"""The energy lab of lesson 07: joules of an inference, a day of use, a leaner model that is used more."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course import runtimes
from course.energy import EnergyOfUse, Joules, energy_of_use
from course.footprint import GRIDS, JOULES_PER_WH, amount, between, placed
from widgets import style
from widgets.controls import Range, log
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

PLACES = {
    "inference": (112, 300, 180, 84),
    "grids": (112, 44, 170, 172),
    "day": (330, 32, 160, 184),
    "bill": (604, 54, 140, 330),
}
LEAST, MOST = 1e-7, 10.0  # joules
ROWS = ("in all", "idle", "the work")
WIDEST = "100 µJ (100 µJ to 100 mJ)"
USES, JOULES = 6.0, 1.0  # times those of today, at most
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}


def energy_lab(**options: Any) -> Lab:
    """Meter or estimate the joules of an inference, and weigh a leaner model against more use."""
    moved = {
        "model": list(runtimes.SIZES),
        "batch_size": log(1, 512),
        "uses_per_day": log(1000, 1_000_000_000),
        "grid": list(GRIDS),
        "joules_factor": Range(0.1, JOULES, 0.1),
        "use_factor": Range(0.5, USES, 0.5),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 430,
        "speed": 0,
        "without": ["runtime"],
        "more": ["batch_size"],
        "midway": ["uses_per_day", "grid", "joules_factor", "use_factor"],
        "labels": {
            "batch_size": "Asked at a time",
            "uses_per_day": "Uses a day",
            "grid": "Electricity of",
            "joules_factor": "Leaner model: joules ×",
            "use_factor": "Then its uses ×",
        },
        "drag": {bill: lambda x, y: {"use_factor": x, "joules_factor": y}},
    }
    return Lab(energy_of_use, inference, grids, day, bill, **{**usual, **moved, **options})


def inference(axes: Axes, result: EnergyOfUse) -> Update:
    """Joules of an inference: in all, of idling as long, and of the work; estimated bars are hatched."""
    heading = axes.set_title("", x=-104 / 180)
    axes.set(xscale="log", xlim=(LEAST, MOST), xlabel="joules (logarithmic)")
    axes.set(ylim=(2.5, -0.5), yticks=range(3), yticklabels=ROWS)
    axes.set_xticks((1e-6, 1e-3, 1.0), ("1 µJ", "1 mJ", "1 J"))
    axes.minorticks_off()
    axes.tick_params(axis="y", labelcolor=style.INK)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    bars = axes.barh(range(3), [LEAST] * 3, 0.6, left=LEAST, animated=True)
    for bar, colour in zip(bars, (style.TRAINING, style.TRAINING, style.BLUE), strict=True):
        bar.set_facecolor(colour)
    bars[2].set(edgecolor=style.BLUE, linewidth=1.2)
    (span,) = axes.plot([], [], color=style.INK, lw=9, alpha=0.3, solid_capstyle="butt", animated=True)
    words = [Words(axes, WIDEST, bold=row == 2) for row in range(3)]
    for row, each in enumerate(words):
        each.place(1.0, 1 - (row + 0.5) / 3, 10 * each.ratio)

    def update(result: EnergyOfUse) -> None:
        joules = result.joules
        estimated = joules is not None and joules.estimated
        heading.set_text(
            f"{result.model.capitalize()} model, {result.batch_size} at a time: {_how(joules)}"
        )
        bars[2].set(hatch="//////" if estimated else "", facecolor="white" if estimated else style.BLUE)
        values = (result.total_j, result.idle_j, joules.value if joules else None)
        for bar, each, value in zip(bars, words, values, strict=True):
            bar.set_visible(value is not None)
            bar.set_width(max(value, LEAST) - LEAST if value else 0.0)
            each.text = amount(value, "J") if value is not None else _unknown(result)
        if joules:
            words[2].text += f" ({between(joules.low, joules.high, 'J')})"
        ends = [joules.low, joules.high] if joules else []
        span.set_data(np.clip(ends, LEAST, MOST), [2] * len(ends))

    update(result)
    return update


def grids(axes: Axes, result: EnergyOfUse) -> Update:
    """Grams of carbon dioxide of a kilowatt-hour, country by country: published, not measured."""
    axes.set_title("CO₂ of a kilowatt-hour (g)", x=-104 / 170)
    axes.set(xlim=(0, 800), ylim=(len(GRIDS) - 0.5, -0.5), xticks=[])
    axes.set_yticks(range(len(GRIDS)), [*GRIDS])
    axes.tick_params(axis="y", labelcolor=style.INK)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xlabel(
        "mean of 2023: Ember, Energy\nInstitute, by Our World in Data", ha="left", x=-104 / 170, size=10.5
    )
    bars = axes.barh(range(len(GRIDS)), [*GRIDS.values()], 0.66, animated=True)
    words = [Words(axes, "000") for _ in GRIDS]
    for row, (each, grams) in enumerate(zip(words, GRIDS.values(), strict=True)):
        each.text = str(grams)
        each.place(grams / 800, 1 - (row + 0.5) / len(GRIDS), 6 * each.ratio)

    def update(result: EnergyOfUse) -> None:
        for bar, each, name in zip(bars, words, GRIDS, strict=True):
            each.bold = name == result.grid
            bar.set_facecolor(style.BLUE if each.bold else style.RULE)

    update(result)
    return update


def day(axes: Axes, result: EnergyOfUse) -> Update:
    """A day's use: energy and carbon dioxide, and beside it what the machine takes when it idles."""
    axes.set_axis_off()
    axes.set_title("A day’s use")
    words = uses, kind, ends, carbon, where, idle, whole = tuple(
        Words(axes, each, colour=colour)
        for each, colour in (
            ("1,000,000,000 uses", style.INK),
            ("not measured yet", style.TEXT_2),
            ("1,000 mWh to 1,000 Wh", style.TEXT_2),
            ("1,000 mg of CO₂", style.INK),
            ("in Germany", style.TEXT_2),
            ("idling all day, metered", style.TEXT_2),
            ("1,000,000 Wh", style.INK),
        )
    )
    for each, up in zip(words, (178, 118, 98, 74, 54, 26, 6), strict=True):
        each.place(0.0, up / 184)
    number = axes.text(0, 138 / 184, "", fontsize=26, weight="bold", va="baseline", animated=True)

    def update(result: EnergyOfUse) -> None:
        now, joules = result.day, result.joules
        uses.text = f"{result.uses_per_day:,} uses"
        number.set_text(amount(now.energy_wh, "Wh") if now else "?")
        kind.text = _how(joules)
        ends.text = between(*_day(result, joules), "Wh") if joules else ""
        carbon.text = f"{amount(now.carbon_g, 'g')} of CO₂" if now else "? g of CO₂"
        where.text = placed(result.grid)
        idle.text = "" if result.idle_w is None else "idling all day, metered"
        whole.text = "" if result.idle_w is None else amount(24 * result.idle_w, "Wh")

    update(result)
    return update


def bill(axes: Axes, result: EnergyOfUse) -> Update:
    """Joules of a use against uses: the area is the bill, today's and that of a leaner model."""
    heading = axes.set_title("", x=-0.3)
    axes.set(xlim=(0, USES), ylim=(0, 1.08 * JOULES), xlabel="uses (drag the disc)")
    axes.set(xticks=(0, 1, 3, 6), ylabel="joules a use, times today’s")
    axes.set_yticks((0, 0.5, 1), ("0", "0.5", "1"))
    axes.grid(visible=False)
    today = Rectangle((0, 0), 1, 1, fc=style.GRID, ec=style.TRAINING, lw=1.8, animated=True, clip_on=False)
    leaner = Rectangle((0, 0), 1, 1, alpha=0.3, lw=0, animated=True, clip_on=False)
    axes.add_patch(today)
    axes.add_patch(leaner)
    across = np.linspace(1 / 1.08, USES, 100)
    axes.plot(across, 1 / across, color=style.INK, lw=1.8, animated=True)
    (ball,) = axes.plot([], [], animated=True, zorder=6, clip_on=False, **BALL)
    same = Words(axes, "same bill")
    same.place(1.0, 1 / USES / (1.08 * JOULES), 6 * same.ratio)
    now = Words(axes, "today", colour=style.TEXT_2)
    now.place(1 / USES, 1.03 / 1.08, 4 * now.ratio)

    def update(result: EnergyOfUse) -> None:
        change = result.leaner
        higher = change.verdict.endswith("higher")
        heading.set_text(change.verdict.replace("× the bill, ", "× the bill: ").capitalize())
        leaner.set(width=change.use_factor, height=change.joules_factor)
        leaner.set_facecolor(style.ORANGE if higher else style.BLUE)
        ball.set_data([change.use_factor], [change.joules_factor])

    update(result)
    return update


def _how(joules: Joules | None) -> str:
    if joules is None:
        return "not measured yet"
    return "estimate" if joules.estimated else "metered"


def _unknown(result: EnergyOfUse) -> str:
    begun = "measuring …" if result.progress else "press Run"
    return "unknown: no meter" if result.rounds else begun


def _day(result: EnergyOfUse, joules: Joules) -> tuple[float, float]:
    """Watt-hours of a day's use, by the low end and the high one."""
    ends = (max(each, 0.0) * result.uses_per_day / JOULES_PER_WH for each in (joules.low, joules.high))
    low, high = ends
    return low, high
