"""A network as a graph: what each neuron answers, as a small picture, and the weights between them."""

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from course.learnt import Learnt
from course.networks import Array
from widgets import style
from widgets.marks import Colours, Sheet, Words
from widgets.output import GRID, answers, levels
from widgets.picture import Update

TILE = 32  # CSS pixels of a small picture
APART = 58  # and at most from one to the next below
LEFT, FOOT = 66, 26  # CSS pixels at the left for names, below for the key
HIDDEN, FAINT = 0.08, 0.6  # weights below the first aren't drawn, those below the second are faded
OFF = 1e-3  # a neuron whose answers differ by less says the same everywhere
FULL = 1.5  # standard deviations of a feature that are shown in full colour
DASHES: Any = (0, (3, 1.6))
SHADES = style.opaque_table(*style.WITHOUT_POINTS)
BEND = np.linspace(0, 1, 12)
Place = tuple[float, float]


def graph(axes: Axes, learnt: Learnt) -> Update:
    """Features, hidden neurons and their weights: what each answers to each place of the plane."""
    shape, features = learnt.network.layer_sizes, learnt.features
    sheet = Sheet(axes)
    width, height = axes.bbox.width / sheet.ratio, axes.bbox.height / sheet.ratio
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(0, height))
    columns = _columns(shape, width, height)
    draw_weights = _weights(axes, columns)
    offs = [[Words(axes, "off", colour=style.TEXT_2) for _ in column] for column in columns[:-1]]
    for words, (x, y) in zip(_flat(offs), _flat(columns[:-1]), strict=True):
        words.place((x + TILE / 2 + 3) / width, y / height)
    _name(axes, columns, features, height)

    def update(learnt: Learnt) -> bool | None:
        if (learnt.network.layer_sizes, learnt.features) != (shape, features):
            return False
        side = round(TILE * sheet.ratio)
        said = _flat([list(layer.T) for layer in answers(learnt)[:-1]])
        hidden = [layer > 0 for layer, column in enumerate(columns[:-1]) for _ in column]
        sheet.pictures = []
        for values, place, words, inside in zip(
            said, _flat(columns[:-1]), _flat(offs), hidden, strict=True
        ):
            off = inside and not np.ptp(values) > OFF
            top = max(1.0, float(np.abs(values).max())) if inside else FULL
            sheet.pictures.append((_small(values / top, side, off), place))
            words.text = "off" * off
        draw_weights(learnt)
        return None

    update(learnt)
    return update


def _columns(shape: tuple[int, ...], width: float, height: float) -> list[list[Place]]:
    """Middles of the features, of the neurons of each hidden layer, and where the output lies."""
    inner = shape[:-1]
    across = np.linspace(LEFT + TILE / 2, width - TILE - 64, max(len(inner), 2))
    room = height - FOOT
    middle = FOOT + room / 2
    columns = []
    for x, count in zip(across, inner, strict=False):
        apart = min(room / count, APART)
        columns.append([(float(x), middle + apart * ((count - 1) / 2 - n)) for n in range(count)])
    return [*columns, [(width + TILE / 2, middle)]]


def _weights(axes: Axes, columns: list[list[Place]]) -> Any:
    """Make a line for each weight: blue and solid, or orange and dashed, the larger the wider."""
    blue = LineCollection([], animated=True, zorder=1, color=style.BLUE)
    orange = LineCollection([], animated=True, zorder=1, color=style.ORANGE, linestyle=DASHES)
    curves = [_curve(one, other) for left, right in pairwise(columns) for one in left for other in right]
    for lines in (blue, orange):
        axes.add_collection(lines, autolim=False)
        lines.set(clip_on=False, in_layout=False)

    def draw(learnt: Learnt) -> None:
        weights = np.nan_to_num(np.concatenate([each.ravel() for each, _ in learnt.network.layers]))
        for lines, sizes in ((blue, weights), (orange, -weights)):
            (shown,) = np.nonzero(sizes > HIDDEN)
            lines.set_visible(len(shown) > 0)
            if not len(shown):
                continue
            lines.set_segments([curves[n] for n in shown])
            lines.set_linewidth(0.8 + 1.6 * np.minimum(sizes[shown], 3.5))
            lines.set_alpha(np.clip(0.35 + 0.65 * sizes[shown] / FAINT, 0, 1).tolist())

    return draw


def _curve(one: Place, other: Place) -> Array:
    """A line from the right edge of one picture to the left edge of another."""
    x = one[0] + TILE / 2 + BEND * (other[0] - one[0] - TILE)
    y = one[1] + (3 * BEND**2 - 2 * BEND**3) * (other[1] - one[1])
    return np.stack([x, y], axis=1)


def _small(values: Array, side: int, off: bool) -> Colours:
    if off or not np.isfinite(values).all():
        return np.full((side, side, 4), (*style.rgb(style.GRID), 255), np.uint8)
    at = np.arange(side) * GRID // side
    pixels: Colours = SHADES[levels(values.reshape(GRID, GRID)[at[:, None], at])]
    return pixels


def _name(axes: Axes, columns: list[list[Place]], features: tuple[str, ...], height: float) -> None:
    for name, (x, y) in zip(features, columns[0], strict=True):
        axes.text(x - TILE / 2 - 6, y, name, ha="right", va="center")
    axes.set_title("Features")
    for column in columns[1:-1]:
        title = f"{len(column)} neuron{'s' * (len(column) > 1)}"
        axes.text(column[0][0], height + 7, title, ha="center", color=style.TEXT_2)
    key: Any = {"lw": 3, "solid_capstyle": "butt", "dash_capstyle": "butt"}
    axes.plot([10, 44], [8, 8], color=style.BLUE, **key)
    axes.text(50, 8, "positive", va="center")
    axes.plot([134, 168], [8, 8], color=style.ORANGE, linestyle=(0, (2.4, 1.2)), **key)
    axes.text(174, 8, "negative weight", va="center")
    axes.text(322, 8, "thicker: larger", va="center", color=style.TEXT_2)


def _flat(nested: list[Any]) -> list[Any]:
    return [each for inner in nested for each in inner]
