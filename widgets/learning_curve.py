"""The lab of lesson 02 in which a learning curve is forecast before it is measured."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.learning_curve import DATA, FIRST, LearningCurve, learning_curve
from course.more_rows import MODELS
from course.wording import percent
from widgets import style
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import EndLabels, Words
from widgets.picture import Update

NAMES = dict(zip(("neighbour", "logistic"), MODELS, strict=True))
LOWEST = 0.3  # accuracy at the foot of the axis
HIGHEST = 0.95  # accuracy beside which a name may stand: above it is the title
LEAST = 0.003  # error at the foot of the logarithmic axis
SPAN = (24, 3800)  # rows
PLACES = {"accuracy": (66, 56, 344, 310), "errors": (642, 56, 176, 310)}
MARGIN = 0.055  # of the height, from a point to its name
DASHED: dict[str, Any] = {"color": style.BLUE, "lw": 2.2, "ls": (0, (5, 3)), "animated": True}
HOLLOW: dict[str, Any] = {"marker": "o", "ms": 10, "mfc": "white", "mec": style.BLUE, "mew": 2.2, "ls": ""}
DOTS: dict[str, Any] = {"marker": "o", "ms": 7, "mec": "white", "animated": True, "clip_on": False}
FLAG = {"boxstyle": "round,pad=0.25", "facecolor": style.YELLOW, "edgecolor": style.INK}


@dataclass(frozen=True)
class First(Range):
    """A slider over the rows up to which the curve may be seen."""

    def values(self) -> list[float]:
        """List them."""
        return list(FIRST)


def learning_curve_lab(**options: Any) -> Lab:
    """See a learning curve begin, forecast how it goes on, and measure it."""
    moved = {
        "model": NAMES,
        "up_to": First(FIRST[0], FIRST[-1], log=True, unit="rows"),
        "guess": Range(0.5, 1.0, 0.01, unit="%"),
        "forecast": bool,
        "beyond": bool,
        "data": list(DATA),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 410,
        "speed": 0.0,
        "midway": ["guess", "forecast"],
        "more": ["data"],
        "labels": {
            "up_to": "Seen up to",
            "guess": "Your guess",
            "forecast": "Draw the power law",
            "beyond": "Measure 10 × the rows",
            "random_state": "Other rows",
        },
        "drag": {accuracy: lambda _, y: {"guess": y}},
    }
    return Lab(learning_curve, accuracy, errors, **{**usual, **moved, **options})


def accuracy(axes: Axes, result: LearningCurve) -> Update:
    """Test accuracy against rows: measured, forecast and guessed."""
    heading = axes.set_title("")
    _rows(axes, (30, 100, 300, 1000, 3000))
    axes.set(ylim=(LOWEST, 1.0), yticks=(0.4, 0.6, 0.8, 1.0))
    axes.set_yticklabels(("40 %", "60 %", "80 %", "100 %"))
    draw = _unseen(axes, "not measured")
    band = axes.fill_between([], [], [], color=style.INK, alpha=0.2, lw=0, animated=True)
    (law,) = axes.plot([], [], **DASHED)
    (line,) = axes.plot([], [], **{**style.TEST_LINE, **DOTS})
    (hollow,) = axes.plot([], [], animated=True, clip_on=False, zorder=6, **HOLLOW)
    (dots,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    flag = axes.text(0, 0, "", ha="right", va="center", bbox=FLAG, animated=True, zorder=10)
    here = Words(axes, "measured >99 %", bold=True)
    names = EndLabels(axes, [
        Words(axes, "measured >99 %", bold=True),
        Words(axes, "forecast >99 %", colour=style.BLUE),
    ])  # fmt: skip

    def update(result: LearningCurve) -> None:
        short = next(name for name, model in NAMES.items() if model == result.model)
        heading.set_text(f"Accuracy: {short}, draw {result.random_state}")
        draw(result)
        sizes = result.sizes[: result.known]
        line.set_data(sizes, result.means)
        band.set_data(sizes, *result.spread)
        across, ups = _drawn_law(result)
        law.set_data(across, ups)
        known = [] if result.expected is None else [result.expected]
        hollow.set_data([result.ahead] * len(known), known)
        dots.set_data([SPAN[0], result.ahead], [result.guess] * 2)
        flag.set_text(f"your guess {percent(result.guess, short=True)}")
        low = _is_low(result)
        flag.set_position((result.ahead * 0.93 if low else 205, float(np.clip(result.guess, LOWEST, 0.97))))
        last = float(result.means[-1]) if result.known else LOWEST
        measured = f"measured {percent(last, short=True)}" if result.known else ""
        expected = LOWEST if result.expected is None else result.expected
        forecast = "" if result.expected is None else f"forecast {percent(expected, short=True)}"
        complete = result.truth is not None
        names.say([last, expected], [measured if complete else "", forecast])
        here.text = "" if complete else measured
        if not result.known:
            here.text = "measuring" if result.progress else ""
            here.place(0.05, 0.1)
        elif here.text:
            here.place(*_by_point(axes, sizes[-1], last, above=low), 10 * here.ratio * (not low))

    update(result)
    return update


def _is_low(result: LearningCurve) -> bool:
    """Whether the guess is less than what is seen, so that there is room for it at the right."""
    seen = result.sizes.index(result.up_to)
    return bool(result.guess < (result.means[seen] + 0.02 if result.known > seen else 0.84))


def _by_point(axes: Axes, rows: int, accuracy: float, *, above: bool) -> tuple[float, float]:
    """A place for a point's name, in fractions of the axes: above it to the left, or below."""
    across, up = axes.transLimits.transform((np.log10(rows), accuracy))
    if above:
        return max(0.0, float(across) - 0.42), float(min(up + MARGIN, 0.97))
    return float(across), max(float(up) - MARGIN, 0.05)


def errors(axes: Axes, result: LearningCurve) -> Update:
    """Errors against rows, both logarithmic: a power law is a straight line."""
    heading = axes.set_title("")
    _rows(axes, (30, 300, 3000))
    axes.set(yscale="log", ylim=(LEAST, 1.0))
    axes.set_yticks((0.01, 0.03, 0.1, 0.3, 1.0), labels=("1 %", "3 %", "10 %", "30 %", "100 %"))
    axes.set_yticks([], minor=True)
    draw = _unseen(axes, "")
    (law,) = axes.plot([], [], **DASHED)
    (line,) = axes.plot([], [], **{**style.TEST_LINE, **DOTS})
    (hollow,) = axes.plot([], [], animated=True, clip_on=False, zorder=6, **HOLLOW)
    said = Words(axes, "dashed: power law", colour=style.BLUE)
    said.place(0.1, 0.955)

    def update(result: LearningCurve) -> None:
        heading.set_text(f"{result.data}: errors, log")
        draw(result)
        line.set_data(result.sizes[: result.known], np.maximum(1 - result.means, LEAST))
        across, ups = _drawn_law(result)
        law.set_data(across, np.maximum(1 - ups, LEAST))
        known = [] if result.expected is None else [max(1 - result.expected, LEAST)]
        hollow.set_data([result.ahead] * len(known), known)
        said.text = "dashed: power law" if result.forecast else ""

    update(result)
    return update


def _drawn_law(result: LearningCurve) -> tuple[Any, Any]:
    """The line of the power law, as accuracies; nothing where it isn't asked for."""
    if not (result.forecast and result.law):
        return np.zeros(0), np.zeros(0)
    across = np.geomspace(result.sizes[0], result.ahead, 40)
    return across, 1 - np.array([result.law.error(each) for each in across])


def _rows(axes: Axes, ticks: tuple[int, ...]) -> None:
    axes.set(xscale="log", xlim=SPAN, xlabel="rows learnt from")
    axes.set_xticks(ticks, [f"{each:,}" for each in ticks])
    axes.set_xticks([], minor=True)


def _unseen(axes: Axes, said: str) -> Any:
    """Prepare the part of the axes that isn't seen before the forecast."""
    area = axes.axvspan(*SPAN, color=style.PANEL, zorder=0, animated=True)
    words = Words(axes, said, colour=style.TEXT_2, align="center")

    def draw(result: LearningCurve) -> None:
        area.set_x(result.up_to * 1.12)
        area.set_width(SPAN[1])
        left, right = (
            axes.transLimits.transform((np.log10(each), 0))[0] for each in (result.up_to, SPAN[1])
        )
        words.text = "" if result.truth is not None else "not yet" if said and result.beyond else said
        words.place((left + right) / 2 + 0.02, 0.1)

    return draw
