"""The lab of what use costs, beside training: lesson 03."""

from typing import Any

from matplotlib.axes import Axes

from course.cost import Cost, cost_of_use, lasting, said
from widgets import style
from widgets.controls import Range, log
from widgets.lab import Lab
from widgets.marks import EndLabels, Words
from widgets.picture import Update

TIMES = {"1 minute": 1 / 1440, "1 hour": 1 / 24, "1 day": 1.0, "1 year": 365.25}
TIMES |= {"30 years": 30 * 365.25, "1,000 years": 1000 * 365.25}
FIRST, LAST = 1 / 2880, 1000 * 365.25  # days
LEAST, MOST = 1e3, 1e18  # multiply-adds
ROOM = 1.2  # of the bars' axis, with one at a time at 1
PLACES = (0, 0.8, 2, 2.8, 4, 4.8)  # of the bars, downwards


def cost_lab(**options: Any) -> Lab:
    """Weigh the arithmetic of use against that of training, and one at a time against batches."""
    moved = {
        "uses_per_day": log(1, 1_000_000),
        "train_size": log(10, 3500),
        "hidden_neurons": log(8, 1024),
        "watts": Range(1.0, 500.0, log=True, unit="W"),
    }
    usual: dict[str, Any] = {
        "labels": {
            "uses_per_day": "Uses a day",
            "train_size": "Training images",
            "watts": "Assumed power",
        },
        "layout": {"cumulative": (62, 298, 560, 170), "compared": (160, 58, 430, 150)},
        "height": 500,
    }
    return Lab(cost_of_use, cumulative, compared, **{**usual, **moved, **options})


def cumulative(axes: Axes, cost: Cost) -> Update:
    """Multiply-adds of training, once, and of all use until then; where use overtakes is marked."""
    axes.set(title="Multiply-adds so far (both axes logarithmic)", xscale="log", yscale="log")
    axes.set(xlim=(FIRST, LAST), ylim=(LEAST, MOST), xlabel="time in use")
    axes.set_xticks([*TIMES.values()], [*TIMES])
    axes.set_yticks((1e4, 1e8, 1e12, 1e16), ("10⁴", "10⁸", "10¹²", "10¹⁶"))
    axes.minorticks_off()
    (once,) = axes.plot([], [], color=style.TRAINING, lw=1.8, animated=True)
    (use,) = axes.plot([], [], color=style.BLUE, animated=True)
    (here,) = axes.plot([], [], "o", ms=11, mfc="white", mec=style.INK, mew=2.2, animated=True, zorder=5)
    ends = EndLabels(
        axes, [Words(axes, "training, once"), Words(axes, "use, 1,000,000 a day", colour=style.BLUE)]
    )
    words = Words(axes, "equal after 30 seconds", bold=True)
    words.set_in_layout(False)

    def update(cost: Cost) -> None:
        times = [FIRST, LAST]
        once.set_data(times, [cost.training] * 2)
        use.set_data(times, cost.used(times))
        here.set_data([cost.days], [cost.training])
        ends.say(
            [cost.training, float(cost.used(LAST))],
            ["training, once", f"use, {cost.uses_per_day:,} a day"],
        )
        words.text = f"equal after {lasting(cost.days)}"
        _beside(axes, words, cost)

    update(cost)
    return update


def compared(axes: Axes, cost: Cost) -> Update:
    """Arithmetic, time and energy of an image, alone and in a batch: alone is 100 %."""
    axes.set(title="One image, alone and in a batch", xlim=(0, ROOM), ylim=(5.4, -0.6))
    axes.set(xticks=(0, 0.5, 1), xticklabels=("0", "50 %", "100 % of alone"))
    axes.set_yticks((0.4, 2.4, 4.4), ("arithmetic", "time, measured", "energy, estimate"))
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x")
    bars = axes.barh(PLACES, [0] * 6, 0.66, animated=True)
    for bar, colour in zip(bars, (style.TRAINING,) * 2 + (style.BLUE,) * 4, strict=True):
        bar.set_facecolor(colour)
    for bar in bars[4:]:
        bar.set(facecolor="white", edgecolor=style.BLUE, hatch="//////", linewidth=1.2)
    words = [Words(axes, "410 µJ alone, at 500 W assumed") for _ in bars]

    def update(cost: Cost) -> None:
        if axes.get_xlabel() != cost.timing.conditions:
            axes.set_xlabel(cost.timing.conditions, loc="left")
        for place, bar, text, share, label in zip(
            PLACES, bars, words, _shares(cost), _labels(cost), strict=True
        ):
            bar.set_width(share)
            text.text = label
            text.place(min(share, ROOM) / ROOM, (5.4 - place) / 6, 8)

    update(cost)
    return update


def _beside(axes: Axes, words: Words, cost: Cost) -> None:
    """Put the words where neither line runs: right below the crossing, or left above it."""
    across, up = axes.transLimits.transform(axes.transScale.transform((cost.days, cost.training)))
    width = words.get_window_extent().width
    if across < 0.55:
        words.place(across, up - 0.13, 14 * words.ratio)
    else:
        words.place(across, up + 0.13, -14 * words.ratio - width)


def _shares(cost: Cost) -> list[float]:
    timing, (alone, batch) = cost.timing, cost.energies
    energy = batch.energy_j / alone.energy_j
    return [1.0, 1.0, 1.0, timing.batch_s / timing.alone_s, 1.0, energy]


def _labels(cost: Cost) -> list[str]:
    timing, (alone, batch) = cost.timing, cost.energies
    many = f"in a batch of {timing.batch_size}"
    return [
        f"{cost.per_use:,} multiply-adds alone",
        f"{cost.per_use:,} {many}",
        f"{said(timing.alone_s, 's')} alone",
        f"{said(timing.batch_s, 's')} {many}",
        f"{said(alone.energy_j, 'J')} alone, at {cost.watts:g} W assumed",
        f"{said(batch.energy_j, 'J')} {many}",
    ]
