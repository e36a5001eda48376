"""The quantisation lab of lesson 09: weights snap to fewer and fewer values, until the network breaks."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from course.networks import Array
from course.quantisation import BITS, CHANCE, FLOAT_BITS, SCALES, WHAT, Quantisation, quantisation, said
from course.wording import percent, size
from widgets import style
from widgets.lab import Lab
from widgets.marks import EndLabels, Words
from widgets.picture import Update

PLACES = {
    "as_trained": (58, 290, 330, 160),
    "snapped": (58, 54, 330, 172),
    "weights_size": (464, 392, 238, 58),
    "accuracy": (464, 54, 238, 276),
}
WIDEST = 1.6  # of the first layer's weights, of any training
BINS = 65
EDGES = np.linspace(-WIDEST, WIDEST, BINS + 1)
HILL = 400  # weights at the top of the axis; in few bits all of them may be one value
GRID_TOP = 0.87 * HILL
MARKS = 15  # values with a line from top to foot
FEW = 5  # bits
COUNTED = 8  # bars, at most, whose counts are written
DIGIT = 9  # width in CSS pixels
ALL = 3300
TICKS = {HILL: (0, 100, 200, 300), ALL: (0, 1000, 2000, 3000)}
LINES = {False: "lines: what they snap to; shaded: to 0", True: "lines: each neuron (channel) has its own"}
BAR = 0.05  # widest bar, in weights
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": style.BLUE, "marker": "o", "mec": "white"},
    {"color": style.ORANGE, "marker": "^", "mec": "white"},
)
CHOSEN, OTHER = {"lw": 2.8, "ms": 10}, {"lw": 1.6, "ms": 6}


def quantisation_lab(**options: Any) -> Lab:
    """Give a network's weights fewer bits, and see where it breaks."""
    moved = {
        "bits": (1, 8),
        "per_channel": {"per tensor": False, "per channel": True},
        "scale": {"by largest": SCALES[0], "fitted": SCALES[1]},
        "quantised": {"weights": WHAT[0], "all values": WHAT[1]},
        "network": {"1": "shallow", "4": "deep"},
        "symmetric": {"none": True, "a whole number": False},
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 480,
        "more": ["symmetric"],
        "labels": {
            "per_channel": "One scale",
            "network": "Hidden layers",
            "symmetric": "Zero point",
            "random_state": "Other training",
        },
        "drag": {accuracy: lambda across, _: {"bits": across}},
    }
    return Lab(quantisation, as_trained, snapped, weights_size, accuracy, **{**usual, **moved, **options})


def as_trained(axes: Axes, result: Quantisation) -> Update:
    """The first layer's weights as trained, under the values that they will snap to."""
    axes.set(title=f"{result.weights.size:,} weights of the first layer", xlim=(-WIDEST, WIDEST))
    axes.set(ylim=(0, HILL), yticks=TICKS[HILL], xticks=(-1, 0, 1), xticklabels=("−1", "0", "1"))
    zone = _polygons(axes, style.GRID)
    hill = _polygons(axes, "#AEBBC6")
    grid = LineCollection([], colors=style.INK, animated=True)
    axes.add_collection(grid)
    words = Words(axes, LINES[True], align="center", colour=style.TEXT_2)
    words.place(0.5, 0.93)

    def update(result: Quantisation) -> None:
        marks = np.unique(result.snapped.marks)
        counts, _ = np.histogram(result.weights, EDGES)
        hill.set_verts(_bars(_middles(EDGES), counts, EDGES[1] - EDGES[0]))
        foot = 0.0 if len(marks) <= MARKS else 0.8 * HILL
        grid.set_segments([[(mark, foot), (mark, GRID_TOP)] for mark in marks])
        grid.set(linewidth=min(1.6, 40 / len(marks)), linestyle="-" if foot else ":")
        zone.set_verts(_to_zero(result))
        words.text = LINES[result.per_channel]

    update(result)
    return update


def snapped(axes: Axes, result: Quantisation) -> Update:
    """The same weights where they have snapped to, counted."""
    axes.set(xlabel="weight", xlim=(-WIDEST, WIDEST))
    axes.set(xticks=(-1, 0, 1), xticklabels=("−1", "0", "1"))
    heading = axes.set_title("", animated=True)
    others, zero = _polygons(axes, style.BLUE), _polygons(axes, style.INK)
    written = [Words(axes, "1,234", colour=style.BLUE, align="center") for _ in range(COUNTED)]
    share = Words(axes, ">99 % become 0", bold=True, align="center")
    share.place(0.78, 0.9)

    def update(result: Quantisation) -> None:
        _reach(axes, ALL if result.bits <= FEW else HILL)
        each = " per channel" if result.per_channel else ""
        heading.set_text(f"{said(result.bits)}: {result.snapped.levels} values{each}")
        places, counts, width = _counted(result)
        others.set_verts(_bars(places, counts, width))
        zero.set_verts(_bars(np.zeros(1), np.array([result.zeros * result.weights.size]), width))
        share.text = f"{percent(result.zeros, short=True)} become 0"
        _write(axes, written, result, places, counts)

    update(result)
    return update


def weights_size(axes: Axes, result: Quantisation) -> Update:
    """What all weights of the network take, with 32 bits and with these."""
    axes.set(title="Size of all weights", xlim=(0, 1), ylim=(-0.5, 1.5))
    axes.set_axis_off()
    axes.barh([1], [1], height=0.62, color="#AEBBC6")
    now = _polygons(axes, style.BLUE)
    names = [Words(axes, "32 bits", colour=style.TEXT_2) for _ in range(2)]
    sizes = [Words(axes, "41.9 kB", bold=True) for _ in range(2)]

    def update(result: Quantisation) -> None:
        share = result.stored_bytes / result.float_bytes
        now.set_verts([[(0, -0.31), (share, -0.31), (share, 0.31), (0, 0.31)]])
        rows = (
            (FLOAT_BITS, result.float_bytes, 1.0, 0.75),
            (result.bits, result.stored_bytes, share, 0.25),
        )
        for name, words, (bits, taken, end, up) in zip(names, sizes, rows, strict=True):
            name.text, words.text = said(bits), size(taken)
            name.place(0, up, -66 * name.ratio)
            words.place(end, up, 8 * words.ratio)

    update(result)
    return update


def accuracy(axes: Axes, result: Quantisation) -> Update:
    """Accuracy against the bits of each weight, with one scale per tensor and per channel."""
    axes.set(title="Accuracy on test digits (simulated)", xlabel="bits of each weight")
    axes.set(xlim=(8.45, 0.55), ylim=(0, 1.14), yticks=(0, 0.25, 0.5, 0.75, 1))
    axes.set(xticks=BITS, yticklabels=("0", "25 %", "50 %", "75 %", "100 %"))
    broken = _polygons(axes, style.GRID)
    axes.axhline(CHANCE, color=style.TRAINING, lw=1.8, ls=":")
    (before,) = axes.plot([], [], color=style.INK, lw=1.8, animated=True)
    bands = [
        axes.fill_between([], [], [], color=look["color"], alpha=0.2, lw=0, animated=True) for look in LOOKS
    ]
    (here,) = axes.plot([], [], color=style.INK, lw=1.8, animated=True)
    lines = [axes.plot([], [], animated=True, **look)[0] for look in LOOKS]
    (ball,) = axes.plot([], [], animated=True, zorder=6, clip_on=False, **BALL)
    breaks = Words(axes, "breaks", bold=True, align="center")
    now = Words(axes, "now 8: 100 %", bold=True, align="center")
    now.set_zorder(5)
    ends = EndLabels(axes, _names(axes))

    def update(result: Quantisation) -> None:
        means = result.accuracies.mean(axis=2)
        for band, line, mean, all_of_them in zip(bands, lines, means, result.accuracies, strict=True):
            band.set_data(BITS, all_of_them.min(axis=1), all_of_them.max(axis=1))
            line.set_data(BITS, mean)
            line.set(**(CHOSEN if line is lines[result.per_channel] else OTHER))
        before.set_data([8.45, 0.55], [result.before] * 2)
        broken.set_verts([_box(result.breaks - 0.5, result.breaks + 0.5, 1.02)])
        breaks.place(_across(axes, result.breaks), 1.08 / 1.14)
        here.set_data([result.bits] * 2, (0, 1.02))
        ball.set_data([result.bits], [0])
        now.text = f"now {result.bits}: {percent(result.mean, short=True)}"
        now.place(_across(axes, result.bits), 0.045, (66 if result.bits > FEW else -66) * now.ratio)
        ends.say(
            [result.before, means[0, -1], means[1, -1], CHANCE],
            [f"{FLOAT_BITS} bits: {percent(result.before)}", "per tensor", "per channel", "chance"],
        )

    update(result)
    return update


def _reach(axes: Axes, top: int) -> None:
    """Let the axis reach so far."""
    if axes.get_ylim()[1] != top:
        axes.set(ylim=(0, top), yticks=TICKS[top], yticklabels=[f"{tick:,}" for tick in TICKS[top]])


def _names(axes: Axes) -> list[Words]:
    return [
        Words(axes, "32 bits: 97 %"),
        Words(axes, "per tensor", colour=style.BLUE, bold=True),
        Words(axes, "per channel", colour=style.ORANGE_TEXT, bold=True),
        Words(axes, "chance", colour=style.TEXT_2),
    ]


def _counted(result: Quantisation) -> tuple[Array, Array, float]:
    """Where bars stand, how many weights each holds, and how wide it is.

    Each value of one scale has a bar, or as many of them together as are as wide as one.
    """
    held = result.snapped
    if result.per_channel:
        counts, _ = np.histogram(held.values, EDGES)
        return _middles(EDGES), counts.astype(float), float(EDGES[1] - EDGES[0])
    together = 2 * int(BAR / 2 / max(float(held.scale), 1e-9)) + 1
    steps, counts = np.unique(np.rint((held.codes - held.zero_point) / together), return_counts=True)
    apart = together * float(held.scale)
    return steps * apart, counts.astype(float), min(apart, 1.4 * BAR)


def _write(axes: Axes, written: list[Words], result: Quantisation, places: Array, counts: Array) -> None:
    """Write the counts of few bars that stand well apart, but for that of 0."""
    shown = [each for each in zip(places, counts, strict=True) if 0 < abs(each[0]) < WIDEST - 0.25]
    longest = max((len(f"{count:,.0f}") for _, count in shown), default=0)
    room = np.diff(places).min(initial=2 * WIDEST) / (2 * WIDEST) * axes.bbox.width
    apart = room > (DIGIT * longest + 6) * written[0].ratio
    if result.per_channel or len(places) > COUNTED or not apart:
        shown = []
    for words in written:
        words.text = ""
    for words, (place, count) in zip(written, shown, strict=False):
        words.text = f"{count:,.0f}"
        words.place(_across(axes, place), count / axes.get_ylim()[1] + 0.07)


def _to_zero(result: Quantisation) -> list[list[tuple[float, float]]]:
    """The weights that become 0, where all have one scale."""
    half = float(result.snapped.scale) / 2 if not result.per_channel else 0.0
    signs = result.bits == 1 and result.scheme.symmetric
    return [] if not half or signs else [_box(-half, half, GRID_TOP)]


def _polygons(axes: Axes, colour: str) -> PolyCollection:
    made = PolyCollection([], facecolors=colour, linewidths=0, animated=True)
    axes.add_collection(made)
    return made


def _bars(places: Array, counts: Array, width: float) -> list[list[tuple[float, float]]]:
    pairs = zip(places, counts, strict=True)
    return [_box(place - width / 2, place + width / 2, count) for place, count in pairs if count]


def _box(left: float, right: float, top: float) -> list[tuple[float, float]]:
    return [(left, 0), (right, 0), (right, top), (left, top)]


def _middles(edges: Array) -> Array:
    return (edges[1:] + edges[:-1]) / 2


def _across(axes: Axes, place: float) -> float:
    """Return a place as a fraction of the axes' width."""
    return float(axes.transLimits.transform((place, 0))[0])
