"""What a network answers to every place of the plane, and the points that it learns from."""

import base64
from dataclasses import replace
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform
from PIL import Image

from course.columns import TABLE
from course.learnt import Learnt
from course.networks import Array
from course.points import CLASSES, COUNT, EDGE, SETS, Points, points
from course.wording import written
from widgets import style
from widgets.marks import Colours, Sheet
from widgets.picture import Update

GRID = 68  # places along each side at which the network is asked
POINT = 7.5  # CSS pixels
THUMB = 44  # screen pixels of a data set in small
LONGEST = 17  # letters of a column’s name
LEVELS = 11  # shades of points that carry numbers
MARKS = {0: "^", 1: "o"}
RIMS = {"white": 0.7, style.INK: 0.9}  # of training and test points, in points
UNDER = style.opaque_table(*style.UNDER_POINTS)


def output(axes: Axes, learnt: Learnt) -> Update:
    """What the network answers to each place, and the points that it learns and is tested on."""
    axes.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE))
    axes.set_box_aspect(1)
    axes.grid(visible=False)
    _name_axes(axes, learnt.points)
    surface, above = Sheet(axes), Sheet(axes, framed=False)
    above.set_zorder(2)
    heading = axes.set_title("Output")
    drawn: list[object] = []

    def update(learnt: Learnt) -> bool | None:
        if drawn and _axes_of(learnt.points) != drawn[0]:
            return False
        ratio = surface.ratio
        side = round(min(surface.box.width, surface.box.height))
        middle = surface.box.width / 2 / ratio, surface.box.height / 2 / ratio
        numeric, said = learnt.points.numeric, answers(learnt)[-1][:, 0]
        said = said if numeric else 2 * said - 1
        surface.pictures = [(_large(said, side, learnt.discretise, border=not numeric), middle)]
        now = [_axes_of(learnt.points), learnt.points, learnt.show_test, side]
        if now != drawn:
            drawn[:] = now
            heading.set_text(_heading(learnt.points, learnt.show_test))
            above.pictures = [(_points(learnt.points, learnt.show_test, side, ratio), middle)]
        return None

    update(learnt)
    return update


@lru_cache(2)
def answers(learnt: Learnt) -> list[Array]:
    """Ask a network at the places of a net over the plane: every layer's values."""
    return learnt.values(_grid())


def levels(values: Array) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Turn values from -1 to 1 into levels from 0 to 255."""
    scaled = values * 127.5
    scaled += 127.5
    return np.asarray(np.clip(scaled, 0, 255, out=scaled).astype(np.uint8))


@cache
def thumbnails() -> dict[str, str]:
    """Draw every data set in small; a table as its lines. The addresses are data URIs."""
    few = {name: replace(points(dataset=name), train=np.arange(0, COUNT, 4)) for name in SETS}
    drawn = {name: _points(each, False, THUMB, 0.45) for name, each in few.items()}
    ruled = np.zeros((THUMB, THUMB, 4), np.uint8)
    ruled[6:-6:10, 6:-6] = ruled[6:-6, [6, 20, 34, -7]] = (*style.rgb(style.TEXT_2), 255)
    return {name: _address(pixels) for name, pixels in {**drawn, TABLE: ruled}.items()}


def _address(pixels: Colours) -> str:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def _large(said: Array, side: int, discretise: bool, *, border: bool) -> Colours:
    """The answers as colours, with a line where the named class changes."""
    grid = np.nan_to_num(said, nan=0.0, posinf=1.0, neginf=-1.0).reshape(GRID, GRID).astype(np.float32)
    between = _between(side)
    fine = between @ grid @ between.T
    pixels: Colours = UNDER[levels(np.sign(fine) if discretise else fine)]
    if border:
        blue = fine > 0
        edge = np.zeros_like(blue)
        across, down = blue[:, 1:] != blue[:, :-1], blue[1:] != blue[:-1]
        edge[:, 1:] |= across
        edge[:, :-1] |= across
        edge[1:] |= down
        edge[:-1] |= down
        pixels[edge, :3] = style.rgb(style.INK)
    return pixels


def _points(made: Points, show_test: bool, side: int, ratio: float) -> Colours:
    """All points on transparent paper: a white rim for those learnt from, an ink one for the test."""
    renderer = RendererAgg(side, side, 100 * ratio)
    halves = [*zip((made.train, made.test)[: 1 + show_test], RIMS, strict=False)]
    for by_hand in (False, True):  # these lie on top
        for rows, rim in halves:
            _draw_points(renderer, made, rows[np.isin(rows, made.touched) == by_hand], rim, side, ratio)
    pixels: Colours = np.array(renderer.buffer_rgba(), np.uint8)
    return pixels


def _draw_points(renderer: RendererAgg, made: Points, rows: Any, rim: str, side: int, ratio: float) -> None:
    targets = made.targets[rows]
    shade = 2 * targets - 1 if not made.numeric else targets
    levels = np.round((np.clip(shade, -1, 1) + 1) / 2 * (LEVELS - 1)).astype(int)
    for level in np.unique(levels):
        places = (made.inputs[rows[levels == level]] + EDGE) / (2 * EDGE) * side
        marker = MarkerStyle(MARKS[int(level >= LEVELS // 2)])
        context = renderer.new_gc()
        context.set_linewidth(renderer.points_to_pixels(RIMS[rim]))
        context.set_foreground(rim)
        size = Affine2D().scale(POINT * ratio).translate(0.5, 0.5)
        face = _point_colour(level)
        renderer.draw_markers(
            context,
            marker.get_path(),
            marker.get_transform() + size,
            Path(places),
            IdentityTransform(),
            face,
        )


def _point_colour(level: int) -> tuple[float, float, float]:
    table = style.colour_table(style.ORANGE, "#F8F7F4", style.BLUE)
    red, green, blue = (float(part) / 255 for part in table[level * 255 // (LEVELS - 1)])
    return red, green, blue


def _name_axes(axes: Axes, made: Points) -> None:
    at = (-5.0, 5.0)
    across, up = (_cut(name, LONGEST) for name in made.columns)
    short = len(across) + len(up) < LONGEST
    axes.set(xticks=at, yticks=at)
    axes.set_xlabel(f"{across} →, {up} ↑", labelpad=-12 if short else 0, fontsize=12 if short else 10.5)
    for axis, span in zip((axes.xaxis, axes.yaxis), made.spans, strict=True):
        axis.set_ticklabels([_short(value) for value in span])


def _heading(made: Points, show_test: bool) -> str:
    """Name the axes; where classes have names of their own, these, with their marks."""
    if not made.numeric and made.classes != CLASSES:
        orange, blue = (_cut(name, LONGEST - 4) for name in made.classes)
        return f"● {blue}  ▲ {orange}"
    return "Output (dark rim: test)" if show_test else "Output"


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−") if abs(value) < 1e5 else written(value, 0)


def _axes_of(made: Points) -> object:
    return made.name, made.columns, made.spans, made.numeric


@lru_cache(1)
def _grid() -> Array:
    """Places of a square net over the plane, row by row from the top, shape (GRID², 2)."""
    step = 2 * EDGE / GRID
    line = -EDGE + step * (np.arange(GRID) + 0.5)
    across, up = np.meshgrid(line, line[::-1])
    return np.stack([across.ravel(), up.ravel()], axis=1)


@lru_cache(8)
def _between(side: int) -> Array:
    """Weights that make `side` values out of GRID ones by cubic interpolation, shape (side, GRID).

    Source
    ------
    Keys (1981), Cubic convolution interpolation for digital image processing.
    """
    at = (np.arange(side) + 0.5) * GRID / side - 0.5
    far = np.abs(at[:, None] - np.arange(-2, GRID + 2))
    near = np.where(far < 1, 1.5 * far**3 - 2.5 * far**2 + 1, 0.0)
    near += np.where((far >= 1) & (far < 2), -0.5 * far**3 + 2.5 * far**2 - 4 * far + 2, 0.0)
    inside = near[:, 2:-2]
    inside[:, 0] += near[:, :2].sum(axis=1)
    inside[:, -1] += near[:, -2:].sum(axis=1)
    return inside.astype(np.float32)
