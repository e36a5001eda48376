"""The latency lab of lesson 07: this machine, measured again and again."""

from math import log10
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.benchmarking import Measured, latency
from course.networks import Array
from course.wording import duration, rate
from widgets import decades, style
from widgets.controls import log
from widgets.lab import Lab
from widgets.marks import Words
from widgets.measuring import machine
from widgets.picture import Update

DECADES, BINS = 1.8, 60  # of the histogram: a factor of 63, in steps of 7 %
LOWEST, HIGHEST = 0.7, 40_000  # of its counts
WAITS = "comes after the readings"
PAPER: Any = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
ROWS = {0.5: 0.95, 0.9: 0.865, 0.99: 0.78}  # heights of the percentiles' names
TENFOLD = [10.0**n for n in range(5)]


def latency_lab(**options: Any) -> Lab:
    """How long an answer takes, measured again and again: the whole distribution, not one number."""
    moved = {
        **machine(options.get("start")),
        "batch_size": {str(2**n): 2**n for n in range(9)},
        "readings": log(100, 10_000),
    }
    usual: dict[str, Any] = {
        "layout": {
            "distribution": (76, 56, 440, 330),
            "a_second": (580, 226, 240, 160),
            "against_itself": (580, 56, 230, 100),
        },
        "height": 420,
        "speed": 0.0,
        "labels": {"size": "Network"},
        "more": ["readings"],
    }
    views = (distribution, a_second, against_itself)
    return Lab(latency, *views, **{**usual, **moved, **options})


def distribution(axes: Axes, result: Measured) -> Update:
    """How many readings took how long, both logarithmic; the slowest hundredth apart."""
    low = _low(result)
    heading = axes.set_title("")
    axes.set(yscale="log", xlim=(0, DECADES), ylim=(LOWEST, HIGHEST))
    axes.set(yticks=TENFOLD, yticklabels=[f"{count:,.0f}" for count in TENFOLD])
    axes.yaxis.set_tick_params(which="minor", size=0)
    axes.set_xticks(*decades.ticks(low, (1, 2, 5), DECADES))
    axes.set_xlabel("time of a call (logarithmic)")
    edges = np.linspace(0, DECADES, BINS + 1)
    everything, usual = (
        axes.stairs(np.full(BINS, LOWEST), edges, baseline=LOWEST, fill=True, color=colour, animated=True)
        for colour in (style.ORANGE, style.BLUE)
    )
    marks = [_marked(axes, share) for share in ROWS]
    slowest = axes.text(0.99, 0.5, "", transform=axes.transAxes, ha="right", animated=True)
    slowest.set(color=style.ORANGE_TEXT)
    slowest.set_bbox(PAPER)
    nothing = Words(axes, "nothing measured yet", colour=style.TEXT_2, align="center")
    nothing.place(0.5, 0.5)

    def update(result: Measured) -> bool | None:
        if _low(result, low) != low:
            return False
        many = result.setup.batch_size
        asked = "one at a time" if many == 1 else f"batches of {many}"
        heading.set_text(f"Latency, {asked} (readings, logarithmic)")
        nothing.text = "" if result.timings else "starting …" if result.progress else "nothing measured yet"
        if result.timings is None or low is None:
            return None
        taken = result.timings.latencies_s
        last = result.timings.percentile(0.99).value_s
        everything.set_data(_counts(taken, low))
        usual.set_data(_counts(taken[taken <= last], low))
        for mark in marks:
            mark(result, low)
        far = int((np.log10(taken) - low > DECADES).sum())
        beyond = f"\n({far} beyond the axis)" if far else ""
        slowest.set_visible(len(taken) >= 100)
        slowest.set_text(f"slowest 1 %:\nup to {duration(float(taken.max()))}{beyond}")
        return None

    update(result)
    return update


def _marked(axes: Axes, share: float) -> Any:
    """A percentile's line and name."""
    bold, up = share == 0.99, ROWS[share]
    colour = style.INK if bold else style.TEXT_2
    (line,) = axes.plot([], [], color=colour, lw=2.4 if bold else 1.2, animated=True)
    line.set_transform(axes.get_xaxis_transform())
    words = axes.text(0, up, "", transform=axes.transAxes, va="center", color=colour, animated=True)
    words.set(weight="bold" if bold else 400)
    words.set_bbox(PAPER)

    def mark(result: Measured, low: float) -> None:
        found = result.percentile(share)
        assert found is not None
        across = min(max((log10(found.value_s) - low) / DECADES, 0.0), 1.0)
        line.set_data([across * DECADES] * 2, [0, up + 0.03])
        right = across < 0.42
        beside = across + 0.012 if right else max(across - 0.012, 0.66)
        words.set(x=beside, ha="left" if right else "right")
        between = ""
        if found.interval_s:
            between = f" ({_span(found.interval_s.low, found.interval_s.high)})"
        words.set_text(f"p{100 * share:.0f}  {duration(found.value_s)}{between}")

    return mark


def a_second(axes: Axes, result: Measured) -> Update:
    """Throughput, and the wait below it."""
    axes.set_axis_off()
    axes.set_title("Answers a second")
    number = axes.text(0, 0.74, "", size=26, weight="bold", animated=True)
    lines = [Words(axes, "the first call of all took 100.00 ms", colour=colour) for colour in _PALE]
    for words, up in zip(lines, (0.58, 0.45, 0.25, 0.12, -0.01), strict=True):
        words.place(0.0, up)

    def update(result: Measured) -> None:
        setup, timings = result.setup, result.timings
        number.set_text(rate(timings.throughput) if timings else "–")
        texts = [*setup.lines]
        counted = f"{result.taken:,} of {result.readings:,} readings"
        if timings:
            wait = duration(timings.percentile(0.5).value_s)
            texts = [f"and a wait of {wait}", f"(the first call: {duration(timings.cold_s)})", *texts]
        for words, text in zip(lines, [*["", ""][len(texts) - 2 :], *texts, counted], strict=True):
            words.text = text

    update(result)
    return update


_PALE = (style.INK, *[style.TEXT_2] * 4)


def against_itself(axes: Axes, result: Measured) -> Update:
    """The same thing measured against itself, in turns: the ratio has to be 1."""
    axes.set_title("A against A, in turns")
    axes.set(xscale="log", xlim=(0.8, 1.25), ylim=(0, 1), yticks=[])
    axes.set_xticks((0.8, 0.9, 1, 1.1, 1.25), labels=("0.8", "0.9", "1", "1.1", "1.25"))
    axes.set_xticks([], minor=True)
    axes.set_xlabel("time of A over time of A")
    axes.axvline(1, 0, 0.58, color=style.TRAINING, lw=1.2)
    (dots,) = axes.plot([], [], "o", ms=4, color=style.BLUE, alpha=0.35, mew=0, animated=True)
    (bar,) = axes.plot([], [], color=style.INK, lw=5, solid_capstyle="butt", animated=True)
    ratio, verdict = (
        Words(axes, "comes after the readings", colour=style.TEXT_2),
        Words(axes, "", bold=True),
    )
    ratio.place(0.0, 0.92)
    verdict.place(0.0, 0.73)

    def update(result: Measured) -> None:
        compared = result.against_itself
        if compared is None:
            ratio.text, verdict.text = WAITS, ""
            dots.set_data([], [])
            bar.set_data([], [])
            return
        ratios = np.clip(compared.second_s / compared.first_s, 0.8, 1.25)
        dots.set_data(ratios, 0.08 + 0.3 * (np.arange(len(ratios)) % 8) / 7)
        bar.set_data([compared.interval.low, compared.interval.high], [0.5, 0.5])
        ratio.text = f"ratio {compared.ratio:.2f} ({compared.interval})"
        verdict.text = "a difference, by chance" if compared.differs else "no clear difference"

    update(result)
    return update


def _counts(taken: Array, low: float) -> Array:
    """Readings in each bin; what lies beyond the axis counts in the last one."""
    places = np.clip((np.log10(taken) - low) / DECADES * BINS, 0, BINS - 1).astype(int)
    return np.maximum(np.bincount(places, minlength=BINS), LOWEST)


def _low(result: Measured, before: float | None = None) -> float | None:
    """Where the axis begins: a little below the middle reading; it stays while that stays in its left."""
    found = result.percentile(0.5)
    return None if found is None else decades.begin(log10(found.value_s), before)


def _span(low: float, high: float) -> str:
    """Write two times with one unit where they share it."""
    one, other = duration(low), duration(high)
    return f"{one.split()[0] if one.split()[1] == other.split()[1] else one} to {other}"
