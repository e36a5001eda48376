"""The lab of lesson 03 in which a model that only counts words writes, and what it copies."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.collections import LineCollection
from matplotlib.font_manager import FontProperties
from numpy.typing import NDArray

from course.next_word import CONTEXTS, LENGTH, LIKELIEST, TEXTS, Continuation, continue_text
from course.ngrams import MARK
from course.wording import percent
from widgets import style
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

PROMPTS = ["The number of", "Return the", "If True", "the shape of the input", "This function is"]
MOST = 120  # words that the lab writes
LINE = 26  # CSS pixels from one line of text to the next
BASE = 0.36  # of a line, from its foot to where its words stand
UNDER = -5.0, -9.0  # CSS pixels from where words stand to the lines under them, by turns
HEAD = 152  # CSS pixels for the words beside their bars
LONGEST = 14  # letters of a word beside its bar; what is longer is cut
LONGEST_WRITTEN, LONGEST_TITLE = 40, 26
PIN = 2  # pixels that a word's picture is wider than the word
Place = tuple[int, float, float, float]
CLOSING, OPENING = {".", ",", ";", ":", ")"}, {"("}


class OnLine(Words):
    """A word that stands on a line with others, however deep its letters reach."""

    def _corner(self, width: int, height: int) -> tuple[int, int]:
        left, _ = super()._corner(width, height)
        line = self.box.y0 + self.up * self.box.height
        return left, round(line) - _depth(self.text, self.bold, 100 * self.ratio)


def next_word_lab(**options: Any) -> Lab:
    """A model counted from docstrings continues a prompt: what it writes, and what of it is copied."""
    places = {
        "layout": {
            "written": (14, 266, 808, 208),
            "candidates": (HEAD + 14, 52, 216, 160),
            "copying": (512, 52, 240, 160),
        },
        "height": 500,
    }
    moved = {
        "context": (1, max(CONTEXTS)),
        "temperature": (0.0, 2.0, 0.1),
        "prompt": PROMPTS,
        "words": (10, MOST, 5),
    }
    labels = {"context": "Words of context", "words": "Words to write", "random_state": "Another text"}
    return Lab(
        continue_text,
        written,
        candidates,
        copying,
        **{**places, "labels": labels, **moved, **options},
    )


def written(axes: Axes, result: Continuation) -> Update:
    """The text, the prompt bold, and underlined on blue paper what stands in the source."""
    axes.set_axis_off()
    axes.set_title("Underlined: six-word runs that stand in its source")
    room = [OnLine(axes, "") for _ in range(len(result.words) + MOST)]
    look: dict[str, Any] = {"animated": True, "transform": axes.transAxes, "capstyle": "butt", "zorder": -1}
    paper = LineCollection([], colors=style.UNDER_POINTS[3], linewidths=14.5, **look)
    under = LineCollection([], colors=style.BLUE, linewidths=1.6, **look)
    axes.add_collection(paper)
    axes.add_collection(under)

    def update(result: Continuation) -> bool | None:
        if len(result.words) > len(room):
            return False
        for words, text, number in zip(room, _shortened(result.words), range(len(room)), strict=False):
            words.text, words.bold = text, number < result.prompt
            words.colour = style.TRAINING if text == MARK else style.INK
        for words in room[len(result.words) :]:
            words.text = ""
        lines = _wrapped(room[: len(result.words)])
        pixel = room[0].ratio / room[0].box.height
        paper.set_segments([each for line in lines for each in _marked(line, result.copied, 4 * pixel)])
        under.set_segments(
            [
                segment
                for number, (first, last) in enumerate(result.stretches)
                for line in lines
                for segment in _marked(line, _within(first, last, len(room)), UNDER[number % 2] * pixel)
            ]
        )
        return None

    update(result)
    return update


def candidates(axes: Axes, result: Continuation) -> Update:
    """The likeliest words after the prompt, and how likely each is drawn."""
    heading = axes.set_title("After “”")
    heading.set_position((-HEAD / 216, 1.0))
    places = np.arange(LIKELIEST)[::-1]
    axes.set(xlabel="probability of the next word", xlim=(0, 1), xticks=(0, 0.5, 1))
    axes.set(xticklabels=("0", "50 %", "100 %"), ylim=(-0.6, LIKELIEST - 0.4), yticks=())
    axes.grid(visible=False, axis="y")
    bars = axes.barh(places, np.zeros(LIKELIEST), 0.66, color=style.BLUE, animated=True)
    names, values = [OnLine(axes, "") for _ in places], [Words(axes, "") for _ in places]

    def update(result: Continuation) -> None:
        title = f"After “{_last(result.used)}”" if result.used else "At the start of a text"
        if heading.get_text() != title:
            heading.set_text(title)
        missing = LIKELIEST - len(result.candidates)
        texts = [*map(_quoted, _shortened(result.candidates, LONGEST)), *[""] * missing]
        shares = [*result.probabilities, *[0.0] * missing]
        for bar, name, value, text, share in zip(bars, names, values, texts, shares, strict=True):
            up = (bar.get_y() + bar.get_height() / 2 + 0.6) / (LIKELIEST + 0.2)
            bar.set_width(share)
            name.text, value.text = text, percent(share, short=True) if text else ""
            name.place(0.0, up - 5 / 160, -HEAD * name.ratio)
            value.place(share, up, 5 * value.ratio)

    update(result)
    return update


def copying(axes: Axes, result: Continuation) -> Update:
    """For each context the share of six-word runs that are copied, beside that of people's text."""
    axes.set_title("Six-word runs copied")
    axes.set(xlabel=f"words of context ({TEXTS} texts of {LENGTH} words)", xlim=(0.4, 4.6), xticks=CONTEXTS)
    axes.set(ylim=(0, 1.2), yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "100 %"))
    bars = axes.bar(CONTEXTS, [0] * len(CONTEXTS), 0.62, animated=True)
    (line,) = axes.plot([], [], color=style.INK, lw=2.0, ls="--", animated=True)
    people = [Words(axes, text) for text in ("people", "23 %")]
    values = [Words(axes, "", align="center", bold=True) for _ in CONTEXTS]
    for words, context in zip(values, CONTEXTS, strict=True):
        words.place((context - 0.4) / 4.2, 1.1 / 1.2)

    def update(result: Continuation) -> None:
        for bar, words, context, share in zip(bars, values, CONTEXTS, result.copy_shares, strict=True):
            bar.set(height=share, color=style.BLUE if context == result.context else style.TRAINING)
            words.text = percent(share, short=True)
        human = result.model.human_share
        line.set_data([0.4, 4.6], [human] * 2)
        line.set_visible(bool(np.isfinite(human)))
        people[0].text = "people" * line.get_visible()
        people[1].text = percent(human, short=True) if line.get_visible() else ""
        for words, rise in zip(people, (0.06, -0.06), strict=True):
            words.place(1.0, human / 1.2 + rise if line.get_visible() else 0.0, 6 * words.ratio)

    update(result)
    return update


@lru_cache(4096)
def _depth(text: str, bold: bool, dpi: float) -> int:
    """How many pixels of a word's picture lie below the line that it stands on."""
    font = FontProperties(
        family=style.RC["font.family"], size=style.RC["font.size"], weight="bold" if bold else 400
    )
    _, height, below = RendererAgg(1, 1, dpi).get_text_width_height_descent(text, font, False)
    return int(height) + 2 - int(height - below)


def _shortened(words: tuple[str, ...], most: int = LONGEST_WRITTEN) -> list[str]:
    return [word if len(word) <= most else f"{word[: most - 1]}…" for word in words]


def _quoted(word: str) -> str:
    """Make a mark of punctuation visible."""
    return f"“{word}”" if word in CLOSING | OPENING else word


def _last(words: tuple[str, ...]) -> str:
    """The last words that a title has room for."""
    said = " ".join(words)
    return said if len(said) <= LONGEST_TITLE else f"…{said[1 - LONGEST_TITLE :]}"


def _wrapped(room: list[OnLine]) -> list[list[Place]]:
    """Place words line by line; where the lines are full, the rest is left out, and three dots say so.

    Returns
    -------
    for each line its words: number, left and right end, and height, in fractions of the axes
    """
    box, ratio = room[0].box, room[0].ratio
    down, gap = LINE * ratio / box.height, 5 * ratio
    most = int(box.height / (LINE * ratio) + 1e-6)
    lines: list[list[Place]] = [[]]
    across = 0.0
    for chunk in _chunks(room):
        wide = sum(_width(room[number]) for number in chunk)
        last = len(lines) == most
        if across and across + wide > box.width - (20 * ratio if last else 0):
            if last:
                _leave_out(room, chunk[0], across, lines[-1])
                return lines
            lines.append([])
            across = 0.0
        up = 1 - (len(lines) - BASE) * down
        for number in chunk:
            room[number].place(0.0, up, across)
            right = across + _width(room[number])
            lines[-1].append((number, across / box.width, right / box.width, up))
            across = right
        across += gap
    return lines


def _leave_out(room: list[OnLine], first: int, across: float, line: list[Place]) -> None:
    room[first].text, room[first].bold = "…", False
    room[first].place(0.0, line[0][3], across)
    for words in room[first + 1 :]:
        words.text = ""


def _chunks(room: list[OnLine]) -> Iterator[list[int]]:
    """Group the numbers of words between which there is no space."""
    chunk: list[int] = []
    for number, words in enumerate(room):
        if chunk and words.text not in CLOSING and room[number - 1].text not in OPENING:
            yield chunk
            chunk = []
        chunk.append(number)
    yield chunk


def _width(words: OnLine) -> float:
    return float(words.get_window_extent().width) - PIN


def _within(first: int, last: int, length: int) -> NDArray[np.bool_]:
    return (np.arange(length) >= first) & (np.arange(length) <= last)


def _marked(
    line: list[Place], which: NDArray[np.bool_], rise: float
) -> Iterator[list[tuple[float, float]]]:
    """Yield a segment for each stretch of certain words in a line, a little above where they stand."""
    stretch: list[tuple[float, float]] = []
    for number, left, right, up in line:
        if which[number]:
            stretch = [stretch[0] if stretch else (left, up + rise), (right, up + rise)]
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch
