"""The capacity lab of lesson 02: models from stiff to bendable, and where the test error is lowest."""

from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.bending import CAPACITIES, DATA, KNOBS, POLYNOMIAL, fitted, spoilt, wave
from course.capacity import PLACES, Capacity, capacity
from course.networks import Array
from widgets import style
from widgets.controls import Range, Slider
from widgets.lab import Lab
from widgets.marks import EndLabels, Tiles, Words
from widgets.picture import Update

BOXES = {"curve": (64, 60, 352, 318), "model_now": (560, 60, 268, 318)}
COLUMNS, ROWS = 6, 5
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}
LINES = 0.89  # of the axis: above stands what is lowest
TOP = {True: 1.2, False: 1.0}  # of the axis of errors: heights of the wave, shares


def capacity_lab(**options: Any) -> Lab:
    """Train models from stiff to bendable, and see where the test error is lowest."""
    moved = {
        "model": sorted(CAPACITIES, key=lambda name: name != "neural network"),
        "data": list(DATA),
        "noise": Range(0.0, 0.4, 0.05, unit="%"),
        "look_at": (1, PLACES),
    }
    usual: dict[str, Any] = {
        "layout": BOXES,
        "height": 418,
        "speed": 0,
        "midway": ["look_at"],
        "labels": {
            "noise": "Wrong labels or spread",
            "look_at": "Look at",
            "random_state": "Other draw",
        },
        "only": {"data": lambda settings: settings["model"] != POLYNOMIAL},
        "drag": {curve: lambda across, _: {"look_at": round(across)}},
    }
    lab = Lab(capacity, curve, model_now, **{**usual, **moved, **options})
    _measure_noise(lab)
    return lab


def _measure_noise(lab: Lab) -> None:
    """Show wrong labels as percent, and the spread of points as what it is: a height."""
    noise, model = lab.control("noise"), lab.control("model")
    if not isinstance(noise, Slider):
        return

    def show(_: object) -> None:
        noise.go_over(replace(noise.span, unit="" if lab.settings["model"] == POLYNOMIAL else "%"))

    show(None)
    if model is not None:
        model.observe(show, "value")


def curve(axes: Axes, result: Capacity) -> Update:
    """Error in training and in the test against the capacity: medians and the middle half of the seeds."""
    wavy, places = result.model == POLYNOMIAL, range(1, PLACES + 1)
    top = TOP[wavy]
    axes.set_title("Error (heights of the wave)" if wavy else "Wrong answers")
    axes.set(xlim=(0.6, PLACES + 0.4), ylim=(0, top), xlabel=f"{KNOBS[result.model]}: bends more →")
    axes.set_xticks([*places], ticks(result.capacities))
    axes.set_yticks((0, 0.4, 0.8, 1.2) if wavy else (0, 0.25, 0.5, 0.75, 1))
    if not wavy:
        axes.set_yticklabels(("0", "25 %", "50 %", "75 %", "100 %"))
    bands = [
        axes.fill_between([], [], [], color=colour, alpha=0.25, lw=0, animated=True)
        for colour in (style.TRAINING, style.INK)
    ]
    (here,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    lines = [
        axes.plot([], [], marker="o", ms=5, mec="white", animated=True, **look)[0]
        for look in (style.TRAIN_LINE, style.TEST_LINE)
    ]
    (stem,) = axes.plot([], [], color=style.GREEN, lw=1.8, animated=True)
    (lowest,) = axes.plot([], [], ls="", marker="s", ms=11, color=style.GREEN, mec="white", animated=True)
    (ball,) = axes.plot([], [], animated=True, zorder=6, clip_on=False, **BALL)
    best = Words(axes, "✓ lowest", bold=True, align="center")
    start = Words(axes, "Press Run", colour=style.TEXT_2, align="center")
    start.place(0.5, 0.5)
    ends = EndLabels(
        axes, [Words(axes, "train over 9", colour=style.TEXT_2), Words(axes, "test over 9", bold=True)]
    )

    def update(result: Capacity) -> bool | None:
        if (result.model == POLYNOMIAL) != wavy or KNOBS[result.model] not in axes.get_xlabel():
            return False
        across, known = result.known + 1, len(result.known) > 0
        for number, (band, line) in enumerate(zip(bands, lines, strict=True)):
            heights: Any = result.middle[:, number] if known else []
            line.set_data(across if known else [], heights)
            low, high = result.band[..., number] if known else ([], [])
            band.set_data(across if known else [], low, high)
        here.set_data([result.look_at] * 2, (0, LINES * top if known else 0))
        ball.set_data([result.look_at], [0])
        last = np.minimum(result.middle[-1], top) if known else (0.0, 0.0)
        said = [result.said(each) for each in result.middle[-1]] if known else ["", ""]
        ends.say(
            [*last],
            [f"{name} {text}" if text else "" for name, text in zip(("train", "test"), said, strict=True)],
        )
        start.text = "" if known else "Press Run"
        _mark(result, stem, lowest, best, top)
        return None

    update(result)
    return update


def ticks(capacities: tuple[int, ...]) -> list[str]:
    """Name the capacities, but of two long names side by side the last alone.

    >>> ticks((64, 128, 256))
    ['64', '', '256']
    """
    names = [*map(str, capacities)]
    return [
        "" if min(len(one), len(other)) > 2 else one
        for one, other in zip(names, [*names[1:], ""], strict=True)
    ]


def _mark(result: Capacity, stem: Any, lowest: Any, best: Words, top: float) -> None:
    """Mark where the test error is lowest, once all trainings are there."""
    done = result.progress == 1
    best.text = "✓ lowest" if done else ""
    stem.set_data([], [])
    lowest.set_data([], [])
    if done and result.best is not None:
        place = result.capacities.index(result.best) + 1
        height = float(result.middle[:, 1].min())
        stem.set_data([place, place], [height, LINES * top])
        lowest.set_data([place], [height])
        best.place(min(max((place - 0.6) / (PLACES - 0.2), 0.12), 0.88), 0.94)


def _within_bounds(measures: Array) -> Array:
    """Shift and stretch each column so that two standard deviations to each side lie from 0 to 1."""
    return np.asarray(np.clip(0.5 + (measures - measures.mean(axis=0)) / (4 * measures.std(axis=0)), 0, 1))


def model_now(axes: Axes, result: Capacity) -> Update:
    """The polynomial that is looked at through its points; of classifiers, what they learnt from."""
    return _polynomial(axes, result) if result.model == POLYNOMIAL else _labels(axes, result)


def _polynomial(axes: Axes, result: Capacity) -> Update:
    heading = axes.set_title("")
    axes.set(xlim=(-1, 1), ylim=(-2, 2), xlabel="x", xticks=(-1, 0, 1), yticks=(-2, -1, 0, 1, 2))
    grid = np.linspace(-1, 1, 200)
    axes.plot(grid, wave(grid), color=style.TRAINING, lw=1.8, ls="--", animated=True)
    (points,) = axes.plot([], [], "o", color=style.BLUE, ms=7, mec="white", animated=True)
    (line,) = axes.plot([], [], color=style.INK, animated=True)
    named = Words(axes, "dashed: the truth", colour=style.TEXT_2, align="center")
    named.place(0.5, 0.95)

    def update(result: Capacity) -> bool | None:
        if result.model != POLYNOMIAL:
            return False
        fit = fitted(degree=result.looked_at, noise=result.noise, random_state=result.first)
        heading.set_text(f"Degree {result.looked_at}, first seed")
        points.set_data(fit.x, np.clip(fit.y, -2, 2))
        line.set_data(grid, np.clip(fit.curve(grid), -9, 9))
        return None

    update(result)
    return update


def _labels(axes: Axes, result: Capacity) -> Update:
    heading = axes.set_title("")
    data, images = result.data, result.data != "breast cancer"
    shape = {"digits": (8, 8), "MNIST": (28, 28)}.get(data, (5, 6))
    tiles = Tiles(axes, columns=COLUMNS, rows=ROWS, shape=shape, foot=26)
    right, wrong = (style.colour_table("#FFFFFF", each) for each in (style.INK, style.ORANGE_TEXT))
    labels = [
        Words(axes, "✗ malignant" if not images else "✗ 0", align="center") for _ in range(COLUMNS * ROWS)
    ]
    for each in labels:
        each.widest = "✗ 0"

    def update(result: Capacity) -> bool | None:
        if result.data != data or result.model == POLYNOMIAL:
            return False
        count = len(labels)
        seen = spoilt(data=data, noise=result.noise, random_state=result.first)
        bad, targets = seen.wrong[:count], seen.own[1][:count]
        heading.set_text(
            f"Labels, {100 * result.noise:.0f} % wrong ✗" if images else "Labels (b benign), ✗ wrong"
        )
        rows = seen.own[0] if images else _within_bounds(seen.own[0])
        ink = (255 * rows[:count]).astype(np.uint8).reshape(count, *shape)
        tiles.set_colours(np.where(bad[:, None, None, None], wrong[ink], right[ink]))
        names = "0123456789" if images else "bm"
        for words, foot, target, is_wrong in zip(labels, tiles.feet(), targets, bad, strict=True):
            words.text = f"✗ {names[target]}" if is_wrong else names[target]
            words.colour, words.bold = (style.ORANGE_TEXT, True) if is_wrong else (style.INK, False)
            words.place(*foot)
        return None

    update(result)
    return update
