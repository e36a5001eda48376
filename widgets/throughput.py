"""The throughput lab of lesson 07: one at a time, or many at once."""

from math import log10
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.throughput import BATCHES, CHOSEN, Curve, throughput
from course.wording import duration, rate
from widgets import decades, style
from widgets.lab import Lab
from widgets.marks import Words
from widgets.measuring import machine
from widgets.picture import Update

ABOVE = 0.15  # of the height: names of points stay above that of the first
WAITING = 3.5  # decades of the axis of waits


def throughput_lab(**options: Any) -> Lab:
    """How many answers a second when 1, 2, 4 to 256 are asked for at once, and how long each waits."""
    usual: dict[str, Any] = {
        "layout": {"at_once": (60, 56, 320, 330), "waits": (562, 56, 182, 330)},
        "height": 420,
        "speed": 0.0,
        "labels": {"size": "Network"},
    }
    return Lab(throughput, at_once, waits, **{**usual, **machine(options.get("start")), **options})


def at_once(axes: Axes, result: Curve) -> Update:
    """Throughput against the batch, as a multiple of one at a time."""
    axes.set_title("Answers a second (one at a time = 1×)")
    _batches(axes)
    axes.set(yscale="log", ylim=(0.5, 900))
    axes.set_yticks((1, 4, 16, 64, 256), labels=("1×", "4×", "16×", "64×", "256×"))
    axes.set_yticks([], minor=True)
    axes.plot(BATCHES, BATCHES, color=style.TRAINING, lw=1.6, ls=(0, (5, 3)))
    axes.text(1, 19, "expected, if a batch\ntook as long as one", color=style.TEXT_2, va="bottom")
    band = axes.fill_between([], [], [], color=style.BLUE, alpha=0.25, lw=0, animated=True)
    (line,) = axes.plot([], [], "o-", color=style.BLUE, ms=8, mec="white", animated=True, clip_on=False)
    about = [Words(axes, "ONNX Runtime TensorRT, 64 threads", colour=style.TEXT_2) for _ in range(2)]
    for words, up in zip(about, (0.965, 0.91), strict=True):
        words.place(0.02, up)
    nothing = Words(axes, "nothing measured yet", colour=style.TEXT_2, align="center")
    nothing.place(0.6, 0.45)
    first, last, unit, chosen = (Words(axes, "", bold=bold) for bold in (False, True, True, True))

    def update(result: Curve) -> None:
        for words, text in zip(about, result.setup.lines, strict=True):
            words.text = text
        found = result.throughputs
        waits = "starting …" if result.progress else "nothing measured yet"
        nothing.text = "" if len(found) else waits
        times, spans = result.multiples
        line.set_data(BATCHES[: len(times)], times)
        band.set_data(BATCHES[: len(times)], *spans.T)
        first.text = f"{rate(found[0])} a second" if len(found) else ""
        first.place(0.0, 0.03, 8 * first.ratio)
        last.text, unit.text = (rate(found[-1]), "a second") if len(found) > 1 else ("", "")
        for words, down in ((last, 0.0), (unit, 0.055)):
            if len(found) > 1:
                words.place(
                    *_place(axes, BATCHES[len(found) - 1], times[-1], down, ABOVE), 12 * words.ratio
                )
        many = result.times(CHOSEN)
        chosen.text = "" if many is None else f"{many:.3g}×"
        if many is not None:
            chosen.align = "center"
            chosen.place(*_place(axes, CHOSEN, many, -0.075, ABOVE))

    update(result)
    return update


def waits(axes: Axes, result: Curve) -> Update:
    """How long a call takes with each batch: each of its answers waits for all of them."""
    low = _first_wait(result)
    axes.set_title("Wait for the whole batch")
    _batches(axes)
    axes.set_ylim(0, WAITING)
    axes.set_yticks(*decades.ticks(low, (1,), WAITING))
    (line,) = axes.plot([], [], "o-", color=style.BLUE, ms=8, mec="white", animated=True, clip_on=False)
    first, last = Words(axes, ""), Words(axes, "", bold=True)

    def update(result: Curve) -> bool | None:
        if _first_wait(result, low) != low:
            return False
        first.text = last.text = ""
        if low is None:
            line.set_data([], [])
            return None
        ups = np.clip(np.log10(result.waits_s) - low, 0, WAITING)
        line.set_data(BATCHES[: len(ups)], ups)
        first.text = duration(float(result.waits_s[0]))
        falls = len(ups) > 1 and ups[1] < ups[0]
        first.place(*_place(axes, 1, ups[0], -0.055 if falls else 0.055), 8 * first.ratio)
        if len(ups) > 1:
            last.text = duration(float(result.waits_s[-1]))
            last.place(*_place(axes, BATCHES[len(ups) - 1], ups[-1]), 12 * last.ratio)
        return None

    update(result)
    return update


def _batches(axes: Axes) -> None:
    axes.set(xscale="log", xlim=(0.8, 320), xlabel="asked for at once")
    axes.set_xticks((1, 4, 16, 64, 256), labels=("1", "4", "16", "64", "256"))
    axes.set_xticks([], minor=True)


def _place(axes: Axes, x: float, y: float, down: float = 0.0, lowest: float = 0.0) -> tuple[float, float]:
    """A place in fractions of the axes."""
    across, up = axes.transAxes.inverted().transform(axes.transData.transform((x, y)))
    return float(across), max(float(up), lowest) - down


def _first_wait(result: Curve, before: float | None = None) -> float | None:
    return decades.begin(log10(result.waits_s[0]), before) if result.known else None
