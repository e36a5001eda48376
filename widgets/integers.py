"""The int8 lab of lesson 09: a smaller file, the same answers, and the time it really takes."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course.comparing import Comparison
from course.integer_files import HOWS, NETWORKS
from course.integers import AT_A_TIME, BATCHES, Integers, integers
from course.wording import size, written
from widgets import style
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

ROWS = (1.0, 0.0)  # float32 above, the other below
ASIDE = 78  # pixels left of the bars, where the rows have their names
STRIP = 0.16  # of a row, above and below a mark
PLACES = {
    "sizes": (92, 306, 230, 78),
    "answers": (92, 156, 190, 84),
    "same": (14, 12, 330, 54),
    "times": (424, 58, 386, 326),
}
SHORT = {"convolutional": "conv."}  # three side by side are 246 pixels wide
LOWEST = 0.88  # accuracy at the left of its axis
SHORTEST, LONGEST = 1 / 12, 40.0  # ratios of times at the ends of their axis
TICKS = {0.1: "0.1×", 0.3: "0.3×", 1: "1×", 3: "3×", 10: "10×", 30: "30×"}
FASTER: dict[str, Any] = {"color": style.BLUE, "marker": "o"}
SLOWER: dict[str, Any] = {"color": style.ORANGE, "marker": "^"}
UNCLEAR: dict[str, Any] = {"color": style.TRAINING, "marker": "o"}


def integers_lab(**options: Any) -> Lab:
    """Put a trained network into 8-bit integers: its file, its answers, and its time here."""
    moved = {
        "network": {SHORT.get(name, name): name for name in NETWORKS},
        "how": list(HOWS),
        "per_channel": {"per tensor": False, "per channel": True},
        "calibration_size": {"1": 1, "10": 10, "100": 100, "1,000": 1000},
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 414,
        "speed": 0.0,
        "labels": {
            "how": "Int8, or float16",
            "per_channel": "Scale of the weights",
            "calibration_size": "Images to find ranges",
        },
        "only": {
            "per_channel": lambda settings: settings["how"] != "float16",
            "calibration_size": lambda settings: settings["how"] == "static",
        },
        "without": ["random_state"],
    }
    return Lab(integers, sizes, answers, same, times, **{**usual, **moved, **options})


def sizes(axes: Axes, result: Integers) -> Update:
    """The size of both files, as bars, with their kilobytes."""
    heading = axes.set_title("File size", x=-ASIDE / 230)
    axes.set(xlim=(0, 1.42), ylim=(-0.6, 1.6), xticks=())
    axes.spines["bottom"].set_visible(False)
    other = _rows(axes)
    bars = axes.barh(ROWS, [0, 0], height=0.62, color=[style.TRAINING, style.BLUE], animated=True)
    held = [Words(axes, "2.68 MB", bold=bold) for bold in (False, True)]

    def update(result: Integers) -> None:
        found = result.found
        other.text = result.precision
        shares = (1.0, 1 / found.times_smaller) if found else (0.0, 0.0)
        smaller = f"File size: {written(found.times_smaller, 1)} times smaller" if found else "File size"
        heading.set_text(smaller)
        texts = map(size, (found.float32_bytes, found.bytes)) if found else ("", "")
        for bar, words, share, row, text in zip(bars, held, shares, ROWS, texts, strict=True):
            bar.set_width(share)
            words.text = text
            words.place(*_place(axes, share, row), 7 * words.ratio)

    update(result)
    return update


def answers(axes: Axes, result: Integers) -> Update:
    """The accuracy of both, and what MLPerf asks for."""
    axes.set_title("Right on test images", x=-ASIDE / 190)
    axes.set(xlim=(LOWEST, 1), ylim=(-0.6, 1.6), xlabel="dotted: 99 % of float32, as MLPerf asks")
    axes.set_xticks((0.9, 0.95, 1.0), ("90 %", "95 %", "100 %"))
    axes.xaxis.label.set_color(style.TEXT_2)
    other = _rows(axes)
    (line,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    marks = [axes.plot([], [], ls="", ms=11, mec="white", clip_on=False, animated=True)[0] for _ in ROWS]
    right = [Words(axes, "97.6 % ✗", bold=bold) for bold in (False, True)]
    for words, row in zip(right, ROWS, strict=True):
        words.place(1, _place(axes, 1, row)[1], 14 * words.ratio)

    def update(result: Integers) -> None:
        found = result.found
        other.text = result.precision
        line.set_data([found.asked_for] * 2 if found else [], [-0.6, 1.6] if found else [])
        shares = [found.float32_accuracy, found.accuracy] if found else []
        short = found is not None and not found.enough
        for mark, look, words, share, row in zip(
            marks, (UNCLEAR, SLOWER if short else FASTER), right, shares or (None, None), ROWS, strict=True
        ):
            mark.set(**look)
            mark.set_data([] if share is None else [max(share, LOWEST)], [] if share is None else [row])
            words.text = "" if share is None else f"{written(100 * share, 1)} %"
        right[1].text += " ✗" if short else " ✓" if found else ""
        right[1].colour = style.ORANGE_TEXT if short else style.INK

    update(result)
    return update


def same(axes: Axes, result: Integers) -> Update:
    """How many answers are those of float32."""
    axes.set_title("Same answer as float32")
    axes.set_axis_off()
    large = axes.text(0, 0.42, "", fontsize=26, weight="bold", va="center", animated=True)
    of = Words(axes, "of 1,500 images", colour=style.TEXT_2)

    def update(result: Integers) -> None:
        found = result.found
        large.set_text(f"{found.same:,}" if found else "")
        of.text = f"of {found.images:,} images" if found else "press Run" if not result.progress else "…"
        of.place(0, 0.34, (_wide(large.get_text()) + 10 if found else 0) * of.ratio)

    update(result)
    return update


def times(axes: Axes, result: Integers) -> Update:
    """How many times as long the other takes, with its interval, and what that means."""
    axes.set(title="Time of a call here, float32 = 1×", xscale="log", xlim=(SHORTEST, LONGEST))
    axes.set(ylim=(-0.62, 2.25), yticks=(), xlabel="times as long, measured")
    axes.set_xticks([*TICKS], [*TICKS.values()])
    axes.set_xticks([], minor=True)
    for row in ROWS:
        axes.fill_between([SHORTEST, 1], row - STRIP, row + STRIP, color=style.PANEL, lw=0)
        axes.plot([1, 1], [row - STRIP, row + STRIP], color=style.INK, lw=1.8, solid_capstyle="butt")
    for text, where, to in (("← faster", 0.92, "right"), ("slower →", 1.09, "left")):
        colour = style.BLUE if where < 1 else style.ORANGE_TEXT
        axes.text(where, -0.55, text, color=colour, ha=to, va="bottom")
    bands = [axes.plot([], [], lw=11, alpha=0.3, solid_capstyle="butt", animated=True)[0] for _ in BATCHES]
    marks = [axes.plot([], [], ls="", ms=12, mec="white", clip_on=False, animated=True)[0] for _ in BATCHES]
    names = [Words(axes, AT_A_TIME[batch], bold=True) for batch in BATCHES]
    between = [Words(axes, "", colour=style.TEXT_2) for _ in BATCHES]
    told = [Words(axes, "") for _ in BATCHES]
    about = [Words(axes, "", colour=style.TEXT_2) for _ in range(2)]
    for words, up in zip(about, (0.985, 0.9), strict=True):
        words.place(0, up)

    def update(result: Integers) -> None:
        about[0].text, _, about[1].text = result.asked.partition(", ranges ")
        about[1].text = f"ranges {about[1].text}" if about[1].text else ""
        for number, (batch, row) in enumerate(zip(BATCHES, ROWS, strict=True)):
            found = result.compared(batch)
            verdict, _, interval = result.verdict(batch).partition(" (")
            names[number].place(0, _place(axes, 1, row + 0.67)[1])
            told[number].text = verdict or ("…" if result.progress else "press Run")
            told[number].colour = style.INK if found else style.TEXT_2
            told[number].place(0, _place(axes, 1, row + 0.41)[1])
            between[number].text = f"interval {interval.rstrip(')')}" if interval else ""
            between[number].place(0.37, names[number].up)
            _mark(bands[number], marks[number], found, row)

    update(result)
    return update


def _mark(band: Line2D, mark: Line2D, found: Comparison | None, row: float) -> None:
    """Draw a ratio and its interval, both held inside the axis."""
    if found is None:
        band.set_data([], [])
        mark.set_data([], [])
        return
    look = (SLOWER if found.ratio > 1 else FASTER) if found.differs else UNCLEAR
    ends = np.clip([found.interval.low, found.interval.high], SHORTEST, LONGEST)
    band.set(color=look["color"])
    band.set_data(ends, [row, row])
    mark.set(**look)
    mark.set_data(np.clip([found.ratio], SHORTEST, LONGEST), [row])


def _rows(axes: Axes) -> Words:
    """Name the two rows: float32, and the other, whose name changes."""
    axes.set_yticks(())
    first, other = Words(axes, "float32", colour=style.TEXT_2), Words(axes, "float16", bold=True)
    for words, row in ((first, ROWS[0]), (other, ROWS[1])):
        words.place(0, _place(axes, axes.get_xlim()[0], row)[1], -ASIDE * words.ratio)
    return other


def _wide(number: str) -> float:
    """Width of a large number in CSS pixels."""
    return sum(13.7 if each == "," else 25.2 for each in number)


def _place(axes: Axes, x: float, y: float) -> tuple[float, float]:
    """A place in fractions of the axes."""
    across, up = axes.transAxes.inverted().transform(axes.transData.transform((x, y)))
    return float(across), float(up)
