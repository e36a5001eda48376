"""The confidence lab of lesson 03: how sure the network is, and what goes to a person."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.confidence import KINDS, Confidence, confidence
from course.networks import Array
from course.wording import percent
from widgets import style
from widgets.controls import Range, log
from widgets.lab import Lab
from widgets.marks import Tiles, Words
from widgets.picture import Update

SHOWN = 7  # images
SIDE = 28  # pixels of an image
BARS = 20
FATES = {"right": style.GREEN, "wrong": style.ORANGE, "to a person": style.RULE}
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}
PLACES = {
    "samples": (20, 304, 804, 142),
    "histogram": (62, 56, 254, 204),
    "coverage": (384, 56, 150, 204),
    "reliability": (612, 56, 190, 204),
}
LOWEST = 0.9  # accuracy at the foot of its axis
KEY = 1.14  # height of the words above the bars
TOP = 1.24


def confidence_lab(**options: Any) -> Lab:
    """Ask a network about digits and what is none, and send what it isn't sure of to a person."""
    moved = {
        "kind": list(KINDS),
        "threshold": Range(0.0, 1.0, 0.01, unit="%"),
        "temperature": log(0.2, 5.0),
        "fit_temperature": bool,
        "longer": bool,
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 480,
        "labels": {
            "kind": "Images",
            "fit_temperature": "Fit the temperature",
            "longer": "Train 20 epochs more",
            "random_state": "Another start",
        },
        "only": {"temperature": lambda settings: not settings["fit_temperature"]},
        "drag": {histogram: lambda x, _: {"threshold": x}},
    }
    views = (samples, histogram, coverage, reliability)
    return Lab(confidence, *views, **{**usual, **moved, **options})


def samples(axes: Axes, result: Confidence) -> Update:
    """A few images, what the network says to each, how sure it is, and what comes of it."""
    heading = axes.set_title("")
    tiles = Tiles(axes, columns=SHOWN, rows=1, shape=(SIDE, SIDE), foot=50)
    paper = style.colour_table("#FFFFFF", style.INK)
    says = [Words(axes, "8, >99 %", align="center", bold=True) for _ in range(SHOWN)]
    fates = [Words(axes, "to a person", align="center") for _ in range(SHOWN)]

    def update(result: Confidence) -> None:
        heading.set_text(f"What it says to {SHOWN} of {len(result.images)} images: {result.kind}")
        ink = (255 * result.images[:SHOWN]).astype(np.uint8).reshape(-1, SIDE, SIDE)
        tiles.set_colours(_framed(paper[ink]))
        for number, (across, up) in enumerate(tiles.feet()):
            half = 0.56 * says[number].height / tiles.box.height
            sure = percent(result.confidences[number], short=True)
            says[number].text = f"{result.answers[number]}, {sure}"
            says[number].place(across, up + half)
            fates[number].text, fates[number].colour = _fate(result, number)
            fates[number].place(across, up - half)

    update(result)
    return update


def histogram(axes: Axes, result: Confidence) -> Update:
    """Share of the images at each confidence, by what comes of them, and the threshold to drag."""
    heading = axes.set_title("")
    axes.set(xlim=(0, 1), ylim=(0, TOP), yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "100 %"))
    axes.set(xticks=(0, 0.5, 1), xticklabels=("0", "50 %", "100 %"), xlabel="confidence (drag the line)")
    edges = np.linspace(0, 1, BARS + 1)
    bars = {
        name: axes.bar(edges[:-1], 0.0, 0.85 / BARS, align="edge", color=colour, animated=True)
        for name, colour in FATES.items()
    }
    for (name, colour), across in zip(FATES.items(), (0.01, 0.265, 0.55), strict=True):
        axes.plot([across], [KEY], "s", ms=9, color=colour)
        axes.text(across + 0.04, KEY, name, va="center_baseline")
    (line,) = axes.plot([], [], color=style.INK, lw=2.4, animated=True, clip_on=False, zorder=5)
    (ball,) = axes.plot([], [], animated=True, zorder=6, clip_on=False, **BALL)

    def update(result: Confidence) -> None:
        share = float(result.answered.mean())
        heading.set_text(f"Confidence: {percent(share, short=True)} answered")
        foot = np.zeros(BARS)
        for name, where in _fates(result).items():
            heights = np.histogram(result.confidences[where], edges)[0] / len(result.images)
            for bar, low, height in zip(bars[name], foot, heights, strict=True):
                bar.set(y=low, height=height)
            foot = foot + heights
        line.set_data([result.threshold] * 2, (0, 1))
        ball.set_data([result.threshold], [0.5])

    update(result)
    return update


def coverage(axes: Axes, result: Confidence) -> Update:
    """Accuracy of the answers against the share of test digits that is answered."""
    axes.set_title("Accuracy on digits")
    axes.set(xlim=(0, 1), ylim=(LOWEST, 1.004), xlabel="test digits answered")
    axes.set(xticks=(0, 0.5, 1), xticklabels=("0", "50 %", "100 %"))
    axes.set(yticks=(0.9, 0.95, 1), yticklabels=("90 %", "95 %", "100 %"))
    (curve,) = axes.plot([], [], color=style.BLUE, animated=True)
    (here,) = axes.plot([], [], "o", ms=10, color=style.INK, mec="white", animated=True, clip_on=False)
    words = [Words(axes, "none answered", align="center", bold=True), Words(axes, "", align="center")]

    def update(result: Confidence) -> None:
        curve.set_data(*result.curve)
        now = result.on_digits
        here.set_data([now.coverage], [max(now.accuracy, LOWEST)])
        here.set_visible(now.coverage > 0)
        answered = "of all" if now.coverage == 1 else f"of {percent(now.coverage, short=True)}"
        words[0].text = f"{percent(now.accuracy, short=True)} right" if now.coverage else "none answered"
        words[1].text = answered if now.coverage else ""
        for each, up in zip(words, (0.2, 0.09), strict=True):
            each.place(0.5, up)

    update(result)
    return update


def reliability(axes: Axes, result: Confidence) -> Update:
    """Accuracy against confidence on the test digits, bin by bin, and how far they are apart."""
    heading = axes.set_title("")
    axes.set(xlim=(0, 1), ylim=(0, TOP), xlabel="confidence on digits")
    ticks, names = (0, 0.5, 1), ("0", "50 %", "100 %")
    axes.set(xticks=ticks, xticklabels=names, yticks=ticks, yticklabels=names)
    axes.plot((0, 1), (0, 1), "--", color=style.TRAINING, lw=1.8)
    dots = axes.scatter([], [], color=style.BLUE, ec="white", animated=True, clip_on=False, zorder=4)
    words = Words(axes, "at temperature 0.00", colour=style.TEXT_2)
    words.place(-0.02, KEY / TOP)

    def update(result: Confidence) -> None:
        found = result.reliability
        full = found.count > 0
        dots.set_offsets(np.stack([found.confidence[full], found.accuracy[full]], axis=1))
        dots.set_sizes(_areas(found.count[full]))
        heading.set_text(f"Reliability, ECE {100 * found.error:.1f} %")
        words.text = f"at temperature {result.temperature:.2f}"

    update(result)
    return update


def _fates(result: Confidence) -> dict[str, Any]:
    """Which images are answered rightly, which wrongly, and which go to a person."""
    kept, right = result.answered, result.right
    return {"right": kept & right, "wrong": kept & ~right, "to a person": ~kept}


def _fate(result: Confidence, number: int) -> tuple[str, str]:
    """What comes of one image, in words and their colour."""
    if not result.answered[number]:
        return "to a person", style.TEXT_2
    if result.right[number]:
        return "✓ right", style.INK
    return ("✗ no digit" if result.truths[number] < 0 else "✗ wrong"), style.ORANGE_TEXT


def _framed(pictures: Any) -> Any:
    """Draw a thin frame into pictures, so that a blank one is seen."""
    framed = pictures.copy()
    for edge in (framed[:, 0], framed[:, -1], framed[:, :, 0], framed[:, :, -1]):
        edge[...] = np.minimum(edge, style.rgb(style.RULE))
    return framed


def _areas(counts: Any) -> Array:
    """Areas of dots, larger for more answers, and none too small to be seen."""
    return np.asarray(30 + 220 * counts / counts.sum())
