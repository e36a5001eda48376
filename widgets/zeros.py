"""The zeros lab of lesson 09: what zeros save in memory and in time, measured."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.sparse_times import BATCHES, KINDS, SIZES, SparseTimes, sparse_times
from course.wording import duration, size
from widgets import style
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update
from widgets.pruning import STEPS, Shares

ROWS = len(KINDS)
ABOUT = ("1,048,576 weights", "zeros multiplied too", "zeros left out (CSR)", "1,024 of 1,024, dense")
PLACES = {
    "forms": (10, 60, 190, 264),
    "memory": (222, 60, 112, 264),
    "times": (404, 60, 216, 264),
}
FASTEST, SLOWEST = 0.008, 40.0  # of the axis, as multiples of the dense product


def zeros_lab(**options: Any) -> Lab:
    """Multiply by weights of which many are 0, in four forms, and compare memory and time."""
    moved = {
        "pruned_share": Shares(STEPS[0], STEPS[-1], unit="%"),
        "batch_size": {str(each): each for each in BATCHES[::-1]},
        "size": {f"{each:,}": each for each in SIZES[::-1]},
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 364,
        "speed": 0.0,
        "labels": {"pruned_share": "Pruned", "batch_size": "Rows at a time", "size": "Layer, each way"},
    }
    return Lab(sparse_times, forms, memory, times, **{**usual, **moved, **options})


def forms(axes: Axes, result: SparseTimes) -> Update:
    """The name of each form, and what it does with the zeros."""
    axes.set(title="The layer’s weights", xlim=(0, 1), ylim=(ROWS, 0))
    axes.set_axis_off()
    for row, name in enumerate(KINDS):
        axes.text(0, row + 0.35, name, weight="bold", va="center")
    about = [Words(axes, text, colour=style.TEXT_2) for text in ABOUT]
    for row, words in enumerate(about):
        words.place(0, 1 - (row + 0.68) / ROWS)

    def update(result: SparseTimes) -> None:
        about[0].text = f"{result.size**2:,} weights"
        about[3].text = f"{result.neurons:,} of {result.size:,}, dense"

    update(result)
    return update


def memory(axes: Axes, result: SparseTimes) -> Update:
    """Memory that the weights take up in each form, the dense one half of the width."""
    axes.set(title="Memory", xlim=(0, 2.1), ylim=(ROWS, 0))
    axes.set_axis_off()
    bars = [
        Rectangle((0, row + 0.5), 0, 0.32, color=style.BLUE, lw=0, animated=True) for row in range(ROWS)
    ]
    said = [Words(axes, "8.39 MB", bold=True) for _ in bars]
    for row, bar in enumerate(bars):
        axes.add_patch(Rectangle((0, row + 0.5), 1, 0.32, color=style.GRID, lw=0))
        axes.add_patch(bar)
        said[row].place(0, 1 - (row + 0.3) / ROWS)

    def update(result: SparseTimes) -> None:
        for bar, words, held in zip(bars, said, result.weights_bytes, strict=True):
            bar.set_width(held / result.weights_bytes[0])
            words.text = size(held)

    update(result)
    return update


def times(axes: Axes, result: SparseTimes) -> Update:
    """Time of a product in each form, as a multiple of the dense one without zeros."""
    ticks = (0.01, 0.1, 1, 10)
    heading = axes.set_title("")
    axes.set(xscale="log", xlim=(FASTEST, SLOWEST), ylim=(ROWS, 0), yticks=[])
    axes.set_xticks(ticks, [f"{each:g}×" for each in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("← faster       slower →")
    axes.axvline(1, color=style.TRAINING, lw=1.4)
    bars: list[Any] = [
        axes.plot([], [], color=style.BLUE, alpha=0.3, lw=12, solid_capstyle="butt", animated=True)[0]
        for _ in KINDS
    ]
    (marks,) = axes.plot([], [], "o", color=style.BLUE, ms=10, mec="white", animated=True)
    stems = [axes.plot([], [], color=style.BLUE, lw=2.4, animated=True)[0] for _ in KINDS]
    nothing = Words(axes, "nothing measured yet", colour=style.TEXT_2)
    nothing.place(1, 0.5, 10 * nothing.ratio)
    taken = [Words(axes, "12.3 times as long", bold=True) for _ in KINDS]
    said = [Words(axes, "1.23 ms", colour=style.TEXT_2) for _ in KINDS]
    for row in range(ROWS):
        taken[row].place(1, 1 - (row + 0.35) / ROWS, 10 * taken[row].ratio)
        said[row].place(1, 1 - (row + 0.68) / ROWS, 10 * said[row].ratio)

    def update(result: SparseTimes) -> None:
        rows = f"{result.batch_size} row{'s' * (result.batch_size > 1)}"
        heading.set_text(f"Time of a product of {rows}")
        middles = [result.middle_s(number) for number in range(ROWS)]
        nothing.text = "" if middles[0] else "starting …" if result.progress else "nothing measured yet"
        for row, (middle, bar) in enumerate(zip(middles, bars, strict=True)):
            found = result.compared(row) if row else None
            ends = [found.interval.low, found.interval.high] if found else [np.nan] * 2
            bar.set_data(np.clip(ends, FASTEST, SLOWEST), [row + 0.5] * 2)
            verdict = "= 1×" if not row else result.verdict(row)
            taken[row].text = verdict if middle else ""
            said[row].text = duration(middle) if middle and not row else ""
        known = [row for row in range(ROWS) if middles[row] and middles[0]]
        ratios = [_ratio(result, row) for row in known]
        shown = np.clip(ratios, FASTEST, SLOWEST)
        marks.set_data(shown, [row + 0.5 for row in known])
        for row, ratio in zip(known, shown, strict=True):
            stems[row].set_data([1, ratio], [row + 0.5] * 2)
        for row in set(range(ROWS)) - set(known):
            stems[row].set_data([], [])

    update(result)
    return update


def _ratio(result: SparseTimes, row: int) -> float:
    """How many times as long as the dense product, by the comparison where there is one."""
    found = result.compared(row) if row else None
    return found.ratio if found else (result.middle_s(row) or 1.0) / (result.middle_s(0) or 1.0)
