"""Marks that cost little to draw, for what changes in every picture of a live lab."""

from functools import lru_cache
from typing import Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Bbox

from widgets import style
from widgets.guesses import Guess

Colours = np.ndarray[Any, np.dtype[np.uint8]]


class Mark(Artist):
    """An animated artist of some axes that is placed in whole pixels of the figure."""

    def __init__(self, axes: Axes) -> None:
        super().__init__()
        self.set_animated(True)
        axes.add_artist(self)
        self.set_clip_on(False)

    @property
    def box(self) -> Any:
        """Where the axes lie, in pixels of the figure."""
        assert self.axes is not None
        return self.axes.bbox

    @property
    def ratio(self) -> float:
        """Screen pixels of a CSS pixel."""
        assert self.axes is not None
        figure = self.axes.get_figure(root=True)
        assert figure is not None
        return figure.dpi / 100


class Words(Mark):
    """A short text, kept as pixels once drawn: a twentieth of the cost of matplotlib's.

    Parameters
    ----------
    text : what it says; at first the widest it will say, so that room is kept for that
    align : which part of the text stands there, and it is always centred in height
    """

    def __init__(
        self,
        axes: Axes,
        text: str,
        *,
        colour: str = style.INK,
        bold: bool = False,
        align: Literal["left", "center"] = "left",
    ) -> None:
        super().__init__(axes)
        self.text, self.colour, self.bold, self.align = text, colour, bold, align
        self.widest = text
        self.place(0.0, 0.0)

    def place(self, across: float, up: float, beside: float = 0.0) -> None:
        """Move the text to a place in the axes, in fractions of them, and pixels to the right."""
        self.across, self.up, self.beside = across, up, beside

    @property
    def height(self) -> float:
        """The type's size in pixels of the figure."""
        return style.RC["font.size"] * self.ratio * 100 / 72  # type: ignore[no-any-return]

    def get_window_extent(self, renderer: object = None) -> Any:
        """Return the box that the text fills, in pixels of the figure."""
        height, width = self._pixels().shape[:2]
        left, bottom = self._corner(width, height)
        return Bbox.from_bounds(left, bottom, width, height)

    def get_tightbbox(self, renderer: object = None) -> Any:
        """Return the box of the widest text: it may stand beside its axes, where room is kept."""
        box = self.get_window_extent(renderer)
        wide = _stamp(self.widest, self.colour, self.bold, 100 * self.ratio).shape[1] - box.width
        return Bbox.from_extents(box.x0, box.y0, box.x1 + max(wide, 0), box.y1)

    def draw(self, renderer: RendererBase) -> None:
        """Copy the text's pixels."""
        pixels = self._pixels()
        height, width = pixels.shape[:2]
        renderer.draw_image(GraphicsContextBase(), *self._corner(width, height), pixels[::-1])

    def _corner(self, width: int, height: int) -> tuple[int, int]:
        left = self.box.x0 + self.across * self.box.width + self.beside
        middle = self.box.y0 + self.up * self.box.height
        return round(left - (width / 2 if self.align == "center" else 0)), round(middle - height / 2)

    def _pixels(self) -> Colours:
        return _stamp(self.text, self.colour, self.bold, 100 * self.ratio)


class Tiles(Mark):
    """Small pictures side by side, each value a square of whole screen pixels.

    Parameters
    ----------
    columns : pictures in a row
    rows : rows for which there is room
    shape : height and width of one picture, in values
    foot : room under each picture, in CSS pixels, for a line of text
    """

    def __init__(
        self, axes: Axes, *, columns: int, rows: int, shape: tuple[int, int], foot: int = 0
    ) -> None:
        super().__init__(axes)
        self.columns, self.rows, self.shape, self.foot = columns, rows, shape, foot
        self.colours: Colours = np.zeros((0, *shape, 3), np.uint8)
        axes.set_axis_off()

    def set_colours(self, colours: Colours) -> None:
        """Show pictures given as colours from 0 to 255, shape (count, height, width, 3)."""
        self.colours = colours

    def feet(self) -> list[tuple[float, float]]:
        """Middle of the room under each picture, in fractions of the axes."""
        scale, across, down = self._scale()
        height, width = (scale * length for length in self.shape)
        middle = height + 0.5 * self.foot * self.ratio
        return [
            (
                (across * (n % self.columns) + width / 2) / self.box.width,
                1 - (down * (n // self.columns) + middle) / self.box.height,
            )
            for n in range(len(self.colours))
        ]

    def get_tightbbox(self, renderer: object = None) -> Any:
        """Return the axes' box: the pictures stay inside."""
        return self.box

    def draw(self, renderer: RendererBase) -> None:
        """Draw the pictures unscaled: that is what makes them cheap."""
        scale, across, down = self._scale()
        used = -(-len(self.colours) // self.columns)
        sheet = np.zeros((used * down, self.columns * across, 4), np.uint8)
        tiles = np.repeat(np.repeat(self.colours, scale, axis=1), scale, axis=2)
        height, width = tiles.shape[1:3]
        for n, tile in enumerate(tiles):
            y, x = down * (n // self.columns), across * (n % self.columns)
            sheet[y : y + height, x : x + width, :3] = tile
            sheet[y : y + height, x : x + width, 3] = 255
        left, top = round(self.box.x0), round(self.box.y1)
        renderer.draw_image(GraphicsContextBase(), left, top - len(sheet), sheet[::-1])

    def _scale(self) -> tuple[int, int, int]:
        """Screen pixels of a value, and from one picture to the next across and down."""
        gap, foot = round(3 * self.ratio), round(self.foot * self.ratio)
        fits_across = (self.box.width / self.columns - gap) / self.shape[1]
        fits_down = (self.box.height / self.rows - gap - foot) / self.shape[0]
        scale = max(1, int(min(fits_across, fits_down)))
        across = int((self.box.width + gap) / self.columns) if foot else scale * self.shape[1] + gap
        return scale, across, scale * self.shape[0] + gap + foot


class Sheet(Mark):
    """Pictures at places of the axes, each drawn unscaled.

    Attributes
    ----------
    pictures : for each its pixels, shape (height, width, 4), and the CSS pixels from the axes'
        lower left corner to its middle; where they are framed, the frame is drawn into them
    """

    def __init__(self, axes: Axes, *, framed: bool = True) -> None:
        super().__init__(axes)
        self.framed = framed
        self.pictures: list[tuple[Colours, tuple[float, float]]] = []
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Copy the pixels of every picture."""
        context = GraphicsContextBase()
        for pixels, (across, up) in self.pictures:
            height, width = pixels.shape[:2]
            if self.framed:
                for edge in (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:]):
                    edge[..., :3] = style.rgb(style.INK)
            left = round(self.box.x0 + across * self.ratio - width / 2)
            bottom = round(self.box.y0 + up * self.ratio - height / 2)
            renderer.draw_image(context, left, bottom, pixels[::-1])


class EndLabels:
    """Names at the right end of lines, that move apart where they would touch.

    Parameters
    ----------
    words : one for each line, at first the widest that it will carry
    """

    def __init__(self, axes: Axes, words: list[Words]) -> None:
        self.axes, self.words = axes, words
        self.say([0.0] * len(words), [each.text for each in words])

    def say(self, heights: list[float], texts: list[str]) -> None:
        """Put each text beside its line's last value, in data coordinates."""
        box = self.axes.bbox
        ends = self.axes.transData.transform([(0.0, y) for y in heights])[:, 1]
        size = self.words[0].height
        for words, up, text in zip(
            self.words, _apart(ends, 1.25 * size, box.y0 + 0.6 * size, box.y1), texts, strict=True
        ):
            words.text = text
            words.place(1.0, (up - box.y0) / box.height, 0.5 * size)


def at(axes: Axes, x: float, y: float) -> tuple[float, float]:
    """Return the place of some data coordinates in fractions of the axes."""
    across, up = axes.transAxes.inverted().transform(axes.transData.transform((x, y)))
    return float(across), float(up)


def flag(axes: Axes, guess: Guess) -> None:
    """Mark a guess on the axis that it is about: ink dots, and a yellow flag."""
    words = f"your guess {guess.said(guess.value)}"
    dots: dict[str, Any] = {"color": style.INK, "linestyle": ":", "linewidth": 1.8}
    above: dict[str, Any] = {"animated": True, "zorder": 10, "transform": axes.transAxes}
    paper = {"boxstyle": "round,pad=0.25", "facecolor": style.YELLOW, "edgecolor": style.INK}
    if guess.axis == "x":
        axes.axvline(guess.value, **dots)
        across = float(np.clip(axes.transLimits.transform((guess.value, 0))[0], 0.22, 0.78))
        axes.text(across, 0.72, words, ha="center", va="center", bbox=paper, **above)
        return
    axes.axhline(guess.value, **dots)
    shift = 0.1 if guess.value < sum(axes.get_ylim()) / 2 else -0.1
    up = axes.transLimits.transform((0, guess.value))[1] + shift
    axes.text(0.97, up, words, ha="right", va="center", bbox=paper, **above)


@lru_cache(2048)
def _stamp(text: str, colour: str, bold: bool, dpi: float) -> Colours:
    """Text as an image with transparent paper, shape (height, width, 4)."""
    font = FontProperties(
        family=style.RC["font.family"], size=style.RC["font.size"], weight="bold" if bold else 400
    )
    measure = RendererAgg(1, 1, dpi)
    width, height, below = measure.get_text_width_height_descent(text, font, False)
    renderer = RendererAgg(int(width) + 3, int(height) + 3, dpi)
    context = renderer.new_gc()
    context.set_foreground(colour)
    renderer.draw_text(context, 1, int(height - below) + 1, text, font, 0)
    return np.asarray(renderer.buffer_rgba()).copy()


def _apart(places: np.ndarray[Any, Any], least: float, low: float, high: float) -> np.ndarray[Any, Any]:
    """Move places on a line apart to at least `least`, none of them below `low`."""
    order = np.argsort(places, kind="stable")
    moved = np.clip(places[order], low, high).astype(float)
    for _ in range(len(moved)):
        for lower in range(len(moved) - 1):
            short = max(0.0, least - (moved[lower + 1] - moved[lower]))
            moved[lower] = max(low, moved[lower] - short / 2)
            moved[lower + 1] = max(moved[lower + 1], moved[lower] + least)
    for lower in range(len(moved) - 1):  # what was held at the foot pushes the others up
        moved[lower + 1] = max(moved[lower + 1], moved[lower] + least)
    result: np.ndarray[Any, Any] = np.empty_like(moved)
    result[order] = moved
    return result
