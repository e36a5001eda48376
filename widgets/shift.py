"""The shift lab of lesson 04: a model trained on one population's digits and used on another's."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.networks import Array
from course.rates import Rate
from course.shift import MOST, NAMES, POPULATIONS, SIDE, STEPS, TRAIN, Shift, shift
from course.wording import percent
from widgets import style
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import EndLabels, Tiles, Words
from widgets.picture import Update

COLUMNS = 10  # a 0 to 9
FOOT = 44  # CSS pixels for two lines under an image
PAPER = style.colour_table("#FFFFFF", style.INK)
PLACES = {
    "learnt": (10, 404, 814, 68),
    "answers": (10, 260, 814, 112),
    "measures": (190, 54, 168, 150),
    "examples": (500, 54, 200, 150),
}
SHARES: dict[str, Any] = {"ticks": (0, 0.5, 1), "labels": ("0", "50 %", "100 %")}
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}


@dataclass(frozen=True)
class Steps(Range):
    """The numbers of examples that may be added."""

    def values(self) -> list[float]:
        """List the slider's values."""
        return list(STEPS)


def shift_lab(**options: Any) -> Lab:
    """Train on one population, use on another, and add labelled examples of that one."""
    populations = dict(zip(("UCI", "MNIST", "slanted"), POPULATIONS, strict=True))
    moved = {"trained_on": populations, "used_on": populations, "added": Steps(0, MOST)}
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 498,
        "labels": {
            "trained_on": "Trained on",
            "used_on": "Used on",
            "added": "Labelled examples added",
            "random_state": "Other images",
        },
        "drag": {examples: lambda x, _: {"added": x}},
    }
    return Lab(shift, learnt, answers, measures, examples, **{**usual, **moved, **options})


def learnt(axes: Axes, result: Shift) -> Update:
    """A 0 to 9 of the population that the model was trained on."""
    heading = axes.set_title("")
    tiles = Tiles(axes, columns=COLUMNS, rows=1, shape=(SIDE, SIDE), foot=1)

    def update(result: Shift) -> None:
        heading.set_text(f"Trained on {TRAIN:,} like these: {NAMES[result.trained_on]}")
        tiles.set_colours(framed(result.home_images))

    update(result)
    return update


def answers(axes: Axes, result: Shift) -> Update:
    """A 0 to 9 of the population that it is used on, what it says to each, and how sure it is."""
    heading = axes.set_title("")
    tiles = Tiles(axes, columns=COLUMNS, rows=1, shape=(SIDE, SIDE), foot=FOOT)
    says = [Words(axes, "✗ 8", align="center", bold=True) for _ in range(COLUMNS)]
    sure = [Words(axes, ">99 %", align="center", colour=style.TEXT_2) for _ in range(COLUMNS)]

    def update(result: Shift) -> None:
        heading.set_text(f"Used on {NAMES[result.used_on]}: what it says, and how sure it is")
        tiles.set_colours(framed(result.images))
        for digit, (across, up) in enumerate(tiles.feet()):
            half = 0.58 * says[digit].height / tiles.box.height
            right = result.answers[digit] == digit
            says[digit].text = f"{'✓' if right else '✗'} {result.answers[digit]}"
            says[digit].colour = style.INK if right else style.ORANGE_TEXT
            says[digit].place(across, up + half)
            sure[digit].text = percent(result.confidences[digit], short=True)
            sure[digit].place(across, up - half)

    update(result)
    return update


def measures(axes: Axes, result: Shift) -> Update:
    """Accuracy on both populations, and abroad confidence and what it is worth; 95 % intervals."""
    axes.set_title("On new images", x=-180 / 168, y=1 + 14 / 150)
    axes.set(xlim=(0, 1), ylim=(3.55, -0.55), yticks=range(4), yticklabels=[""] * 4)
    axes.set_xticks(**SHARES)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    colours = (style.TRAINING, style.BLUE, style.BLUE, style.ORANGE)
    bars, dots = [], []
    for row, (colour, marker) in enumerate(zip(colours, "ooDX", strict=True)):
        bars += axes.plot([], [], color=colour, lw=9, alpha=0.3, solid_capstyle="butt", animated=True)
        paint: dict[str, Any] = {"mfc": "white" if marker == "D" else colour, "mew": 2, "mec": colour}
        dots += axes.plot([], [], marker, ms=9 if row < 3 else 10, animated=True, clip_on=False, **paint)
    names = [Words(axes, "right, slanted UCI") for _ in dots]
    values = [Words(axes, ">99 %", bold=row == 1) for row in range(4)]
    for row, (name, value) in enumerate(zip(names, values, strict=True)):
        name.place(-180 / 168, 1 - (row + 0.55) / 4.1)
        value.place(1.0, 1 - (row + 0.55) / 4.1, 15 * value.ratio)

    def update(result: Shift) -> None:
        home, abroad = NAMES[result.trained_on], NAMES[result.used_on]
        there = result.now.abroad
        names[0].text = "" if result.same else f"right, {home}"
        names[1].text, names[2].text = f"right, {abroad}", "mean confidence"
        names[3].text = "wrong if 90 % sure"
        rates = (result.now.home.right, there.right, None, there.sure_and_wrong)
        for row, (rate, bar, dot, words) in enumerate(zip(rates, bars, dots, values, strict=True)):
            shown = not (result.same and row == 0)
            where = there.confidence if rate is None else share(rate)
            words.text = ("none" if np.isnan(where) else percent(where, short=True)) * shown
            dot.set_data([where], [row])
            bar.set_data(ends(rate), [row, row])
            dot.set_visible(shown)
            bar.set_visible(shown)

    update(result)
    return update


def examples(axes: Axes, result: Shift) -> Update:
    """Accuracy and confidence abroad against the labelled examples added, and accuracy at home."""
    heading = axes.set_title("", x=-58 / 200, y=1 + 14 / 150)
    axes.set_xscale("symlog", linthresh=5, linscale=0.5)
    axes.set(xlim=(0, MOST), ylim=(0, 1), xlabel="examples added (drag the line)")
    axes.set_xticks((0, 10, 100, MOST), labels=("0", "10", "100", f"{MOST}"))
    axes.set_xticks((), minor=True)
    axes.set_yticks(**SHARES)
    band = axes.fill_between([], [], [], color=style.BLUE, alpha=0.2, lw=0, animated=True)
    (home,) = axes.plot([], [], color=style.TRAINING, lw=1.8, animated=True)
    (abroad,) = axes.plot([], [], color=style.BLUE, lw=3.0, animated=True, clip_on=False)
    (confidence,) = axes.plot([], [], color=style.BLUE, lw=1.8, ls=(0, (5, 3)), animated=True)
    (rule,) = axes.plot([], [], color=style.INK, lw=1.8, animated=True, clip_on=False)
    (ball,) = axes.plot([], [], animated=True, zorder=6, clip_on=False, **BALL)
    (here,) = axes.plot([], [], "o", ms=10, color=style.BLUE, mec="white", zorder=5, animated=True)
    here.set_clip_on(False)
    words = [
        Words(axes, "slanted UCI", colour=style.TEXT_2),
        Words(axes, "slanted UCI", colour=style.BLUE, bold=True),
        Words(axes, "confidence", colour=style.BLUE),
    ]
    labels = EndLabels(axes, words)

    def update(result: Shift) -> None:
        curve, now = result.curve, result.now
        added = [each.added for each in curve]
        heading.set_text(f"Right on {NAMES[result.used_on]}: {percent(now.abroad.accuracy, short=True)}")
        home.set_data(added, [each.home.accuracy for each in curve])
        home.set_visible(not result.same)
        abroad.set_data(added, [each.abroad.accuracy for each in curve])
        confidence.set_data(added, [each.abroad.confidence for each in curve])
        band.set_data(added, *np.transpose([ends(each.abroad.right) for each in curve]))
        rule.set_data([now.added] * 2, (0, 1))
        ball.set_data([now.added], [0.22])
        here.set_data([now.added], [now.abroad.accuracy])
        last = [curve[-1].home.accuracy, curve[-1].abroad.accuracy, curve[-1].abroad.confidence]
        names = [NAMES[result.trained_on], NAMES[result.used_on], "confidence"]
        if result.same:
            last[0], names[0] = 0.0, ""
        labels.say(last, names)

    update(result)
    return update


def framed(images: Array) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Images as colours, none of them quite white, so that their edges are seen."""
    return PAPER[(18 + 237 * images).astype(np.uint8)]


def share(rate: Rate) -> float:
    """The share; not a number where it isn't defined."""
    return np.nan if rate.value is None else rate.value


def ends(rate: Rate | None) -> tuple[float, float]:
    """Both ends of the 95 % interval; not numbers where there is none."""
    interval = None if rate is None else rate.interval
    return (np.nan, np.nan) if interval is None else (interval.low, interval.high)
