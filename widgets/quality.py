"""The data-quality lab of lesson 02: wrong labels, a budget of checks, and what they bring."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course.networks import Array
from course.quality import LETTERS, MODELS, ORDERS, SEEN, Quality, quality
from course.wording import percent
from widgets import style
from widgets.choices import Chips
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import EndLabels, Tiles, Words
from widgets.picture import Update

MOST = 0.3  # share of the images that are checked, or wrong, on the axes
COLUMNS, ROWS, SIDE = 5, 3, 8
PLACES = {
    "first_images": (8, 158, 404, 286),
    "wrong_found": (480, 236, 214, 208),
    "by_eye": (8, 14, 390, 92),
    "new_digits": (590, 54, 140, 94),
}
SHARES = tuple(np.linspace(0, MOST, 61))
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": style.TEXT_2, "lw": 2.4},
    {"color": style.BLUE, "lw": 2.8},
)
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}
NAMES = ("30 % made wrong", "after the checks", "all labels right")
KEY_NUMBER = 26  # points
ENDS = ("at random", "least plausible")


def quality_lab(**options: Any) -> Lab:
    """Choose which images are checked, check fifteen by eye, and see what it brings."""
    moved: dict[str, Any] = {
        "order": dict(zip(("at random", "implausible"), ORDERS, strict=True)),
        "budget": Range(0.0, MOST, 0.005, unit="%"),
        "marked": Chips(LETTERS, (), "Which look wrong?"),
        "done": bool,
        "model": dict(zip(("nearest", "vote"), MODELS, strict=True)),
        "wrong_share": Range(0.0, MOST, 0.01, unit="%"),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 470,
        "more": ["wrong_share"],
        "labels": {
            "order": "Check first",
            "done": "I have marked them",
            "wrong_share": "Wrong labels",
            "random_state": "Other labels",
        },
        "drag": {wrong_found: lambda across, _: {"budget": across}},
    }
    lab = Lab(quality, first_images, wrong_found, by_eye, new_digits, **{**usual, **moved, **options})
    _forget(lab)
    return lab


def _forget(lab: Lab) -> None:
    """Take the marks back when other images are seen."""
    marked, done, seed = lab.control("marked"), lab.control("done"), lab._panel.seed

    def forget(_: object) -> None:
        if done is not None:
            done.value = False
        if marked is not None:
            marked.value = ()

    for setting in ("order", "wrong_share"):
        if (control := lab.control(setting)) is not None:
            control.observe(forget, "value")
    if seed is not None:
        seed.on_click(forget)


def first_images(axes: Axes, result: Quality) -> Update:
    """The first images in the chosen order, the label that each carries, and at the end what is so."""
    heading = axes.set_title("")
    tiles = Tiles(axes, columns=COLUMNS, rows=ROWS, shape=(SIDE, SIDE), foot=26)
    plain, marked = style.colour_table(style.PANEL, style.INK), style.colour_table(style.YELLOW, style.INK)
    names = [Words(axes, letter, colour=style.TEXT_2) for letter in LETTERS]
    labels = [Words(axes, "8", bold=True) for _ in LETTERS]

    def update(result: Quality) -> None:
        told = "what is so" if result.done else "labels carried"
        heading.set_text(f"The first {SEEN}, {result.order.removesuffix(' first')}: {told}")
        ink = (255 * result.images).astype(np.uint8)
        chosen = np.isin(LETTERS, result.marked)
        tiles.set_colours(np.where(chosen[:, None, None, None], marked[ink], plain[ink]))
        for number, (across, up) in enumerate(tiles.feet()):
            left = across - 28 * names[number].ratio / tiles.box.width
            names[number].place(left, up)
            labels[number].place(left, up, 20 * names[number].ratio)
            labels[number].text, labels[number].colour = _said(result, number)

    update(result)
    return update


def _said(result: Quality, number: int) -> tuple[str, str]:
    """What stands under an image: its label, and once the marks are judged whether it is wrong."""
    image = result.first[number]
    label, truth = result.this.labels[image], result.this.truths[image]
    if not result.done:
        return f"{label}", style.INK
    return (f"{label} ✓", style.INK) if label == truth else (f"{label} ✗ {truth}", style.ORANGE_TEXT)


def wrong_found(axes: Axes, result: Quality) -> Update:
    """Share of the wrong labels found against the share of images checked, in both orders."""
    axes.set(title="Wrong labels found", xlim=(0, MOST), ylim=(0, 1.02), xlabel="training images checked")
    axes.set_xticks((0, 0.1, 0.2, 0.3), ("0", "10 %", "20 %", "30 %"))
    axes.set_yticks((0, 0.5, 1), ("0", "50 %", "100 %"))
    (ideal,) = axes.plot([], [], ":", color=style.INK, lw=1.8, animated=True)
    bands = [
        axes.fill_between([], [], [], color=look["color"], alpha=0.25, lw=0, animated=True)
        for look in LOOKS
    ]
    lines = [axes.plot([], [], animated=True, **look)[0] for look in LOOKS]
    (here,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    (ball,) = axes.plot([], [], animated=True, clip_on=False, zorder=6, **BALL)
    ends = EndLabels(
        axes, [Words(axes, name, colour=look["color"]) for name, look in zip(ENDS, LOOKS, strict=True)]
    )
    (point,) = axes.plot([], [], "o", ms=9, mec="white", animated=True, clip_on=False, zorder=6)
    value = Words(axes, "100 %", bold=True)
    nothing = Words(axes, "not defined", align="center")
    nothing.place(0.5, 0.5)

    def update(result: Quality) -> None:
        curves = [_curves(result, order) for order in ORDERS]
        for line, band, found in zip(lines, bands, curves, strict=True):
            line.set_data(SHARES, found[0])
            band.set_data(SHARES, found.min(axis=0), found.max(axis=0))
            band.set_visible(result.wrong > 0)
        ideal.set_data(SHARES, np.minimum(np.array(SHARES) / (result.wrong_share or np.nan), 1))
        ends.say(
            [float(np.nan_to_num(found[0, -1])) for found in curves],
            [each if result.wrong else "" for each in ENDS],
        )
        _name(result, point, value)
        here.set_data([min(result.budget, MOST)] * 2, axes.get_ylim())
        ball.set_data([min(result.budget, MOST)], [0])
        nothing.text = "" if result.wrong else nothing.widest

    update(result)
    return update


def _name(result: Quality, point: Line2D, value: Words) -> None:
    """Mark what the checks find, and write it beside: above the lower curve, below the upper."""
    number = ORDERS.index(result.order)
    share = result.share_found
    point.set_visible(share is not None)
    point.set(xdata=[min(result.budget, MOST)], ydata=[share or 0.0], color=LOOKS[number]["color"])
    value.text = "" if share is None else percent(share, short=True)
    value.colour = LOOKS[number]["color"]
    across, up = min(result.budget, MOST) / MOST, (share or 0.0) / 1.02
    left = across < 0.7
    lower = max(up - (0.1 if left else 0.28), 0.1)
    value.place(across, lower if number else min(up + 0.14, 0.9), (12 if left else -64) * value.ratio)


def _curves(result: Quality, order: str) -> Array:
    """Share found at each of `SHARES`, in each draw; NaN where no label is wrong."""
    checks = np.round(np.array(SHARES) * len(result.this.labels)).astype(int)
    found = np.array([each.found(order)[checks] for each in result.drawn])
    return np.asarray(found / (result.wrong or np.nan))


def by_eye(axes: Axes, result: Quality) -> Update:
    """How many of the wrong labels somebody found by eye, missed, and accused wrongly."""
    axes.set_title("By eye")
    axes.set_axis_off()
    axes.set(xlim=(0, 390), ylim=(0, 92))
    how: dict[str, Any] = {"va": "baseline", "animated": True}
    numbers = [axes.text(130 * n, 58, "", fontsize=KEY_NUMBER, weight="bold", **how) for n in range(3)]
    above = [axes.text(130 * n, 32, "", **how) for n in range(3)]
    below = [axes.text(130 * n, 10, "", color=style.TEXT_2, **how) for n in range(3)]

    def update(result: Quality) -> None:
        hits, missed, accused = result.by_eye
        if result.done:
            values = (str(hits), str(missed), str(accused))
            words = (("wrong labels", "found"), ("wrong labels", "missed"), ("right labels", "accused"))
        else:
            values = (str(len(result.marked)), "", "")
            words = (
                (f"of {SEEN} marked", "Judged once you say that you have marked them."),
                ("", ""),
                ("", ""),
            )
        for number, value, one, other, (first, second) in zip(
            numbers, values, above, below, words, strict=True
        ):
            number.set_text(value)
            one.set_text(first)
            other.set_text(second)

    update(result)
    return update


def new_digits(axes: Axes, result: Quality) -> Update:
    """How many new digits are named rightly after learning from labels so good."""
    heading = axes.set_title("", x=-1.15)
    axes.set(xlim=(0.6, 1), ylim=(2.5, -0.5), yticks=range(3), yticklabels=[""] * 3)
    axes.set_xlabel("test digits named rightly")
    axes.set_xticks((0.6, 0.8, 1), ("60 %", "80 %", "100 %"))
    how: dict[str, Any] = {"ls": "", "clip_on": False, "animated": True, "mec": "white", "ms": 11}
    looks = (("^", style.ORANGE), ("o", style.BLUE), ("s", style.GREEN))
    dots = [axes.plot([], [], marker=marker, color=colour, **how)[0] for marker, colour in looks]
    values = [Words(axes, "100 %", bold=True) for _ in NAMES]
    names = [Words(axes, name) for name in NAMES]
    for row, (name, value) in enumerate(zip(names, values, strict=True)):
        name.place(-1.15, 1 - (row + 0.5) / 3)
        value.place(1.0, 1 - (row + 0.5) / 3, 16 * value.ratio)

    def update(result: Quality) -> None:
        heading.set_text(f"New digits, {result.model}")
        names[0].text = f"{100 * result.wrong_share:.3g} % made wrong"
        for row, right in enumerate(result.right):
            share = right / result.tested
            dots[row].set_data([max(share, 0.6)], [row])
            values[row].text = percent(share, short=True)

    update(result)
    return update
