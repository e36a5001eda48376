"""The descent lab of lesson 01: which way is down, and how far to step."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course import surfaces
from course.descent import Descent, descend_surfaces
from course.networks import Array
from course.surfaces import Surface
from widgets import style
from widgets.controls import log
from widgets.lab import Lab
from widgets.marks import EndLabels, Words
from widgets.picture import Update

MARKS: dict[str, dict[str, Any]] = {
    "plain": {"color": style.BLUE, "marker": "o", "zorder": 5},
    "momentum": {"color": style.ORANGE, "marker": "^", "zorder": 4},
    "Adam": {"color": style.GREEN, "marker": "s", "zorder": 3},
}
BALL: dict[str, Any] = {"marker": "o", "zorder": 6, "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}
LEAST, MOST = 1e-6, 1e2  # loss above the lowest, on a logarithmic axis
RATES = (0.01, 10.0)


def descent_lab(**options: Any) -> Lab:
    """Go down a curve and a surface with three optimisers, from where the learner puts the ball."""
    moved = {
        "learning_rate": log(*RATES),
        "curve": list(surfaces.CURVES),
        "surface": list(surfaces.SURFACES),
        "curvature": log(0.5, 20.0),
        "curve_start": (-3.5, 3.5),
        "start_1": (-3.2, 3.2),
        "start_2": (-1.6, 1.6),
        "decay": (0.0, 0.99),
        "max_steps": log(10, 1000),
    }
    labels = {
        "curvature": "Curvature of the bowls",
        "curve_start": "Start on the curve",
        "start_1": "Weight 1 at the start",
        "start_2": "Weight 2 at the start",
        "decay": "Momentum keeps",
        "max_steps": "Steps",
    }
    usual: dict[str, Any] = {
        "layout": [["curve", "surface"], ["curve_loss", "surface_loss"], ["rate", "rate"]],
        "heights": (0.57, 0.27, 0.16),
        "height": 480,
        "more": ["start_1", "start_2", "decay", "max_steps"],
        "labels": labels,
        "drag": {
            curve: lambda x, _: {"curve_start": x},
            surface: lambda x, y: {"start_1": x, "start_2": y},
        },
    }
    views = (curve, surface, curve_loss, surface_loss, rate)
    return Lab(descend_surfaces, *views, **{**usual, **moved, **options})


def curve(axes: Axes, result: Descent) -> Update:
    """The loss over one weight, the ball at its start, and where each optimiser is."""
    shown = result.on_curve["plain"].surface
    low, high = shown.limits[0]
    weights = np.linspace(low, high, 200)
    axes.set(title=f"One weight, {shown.name}", xlim=(low, high), ylim=_heights(shown))
    axes.plot(weights, shown.loss(weights[:, None]), color=style.INK)
    (trail,) = axes.plot([], [], "o", color=style.BLUE, ms=4, animated=True)
    (ball,) = axes.plot([], [], animated=True, **BALL)
    ends = _ends(axes)
    words = Words(axes, "drag the ball", align="center")
    words.place(0.5, 0.9)

    def update(result: Descent) -> bool | None:
        paths = result.on_curve
        if _differs(paths["plain"].surface, shown):
            return False
        places = paths["plain"].points[:, 0]
        trail.set_data(places, paths["plain"].losses)
        ball.set_data(places[:1], paths["plain"].losses[:1])
        for name, end in ends.items():
            end.set_data(paths[name].points[-1:, 0], paths[name].losses[-1:])
            end.set_visible(result.step > 0)
        words.text = "drag the ball" * (result.step == 0)
        return None

    update(result)
    return update


def surface(axes: Axes, result: Descent) -> Update:
    """The loss over two weights from above, and the path of each optimiser."""
    shown = result.on_surface["plain"].surface
    _shade(axes, shown)
    lines = {
        name: axes.plot([], [], lw=1.3, ms=4, animated=True, **look)[0] for name, look in MARKS.items()
    }
    (ball,) = axes.plot([], [], animated=True, **BALL)

    def update(result: Descent) -> bool | None:
        paths = result.on_surface
        if _differs(paths["plain"].surface, shown):
            return False
        for name, line in lines.items():
            line.set_data(*paths[name].points.T)
        ball.set_data(*paths["plain"].points[:1].T)
        return None

    update(result)
    return update


def curve_loss(axes: Axes, result: Descent) -> Update:
    """The loss on the curve after each step."""
    axes.set(title="Loss at each step", ylim=_heights(result.on_curve["plain"].surface))
    return _losses(axes, result, "on_curve", named=False)


def surface_loss(axes: Axes, result: Descent) -> Update:
    """The loss on the surface above the lowest, after each step."""
    axes.set(title="Loss above the lowest", yscale="log", ylim=(LEAST, MOST))
    axes.set_yticks((1e-6, 1e-3, 1), ("10⁻⁶", "10⁻³", "1"))
    axes.minorticks_off()
    return _losses(axes, result, "on_surface", named=True)


def rate(axes: Axes, result: Descent) -> Update:
    """Where the learning rate stands, and beyond which rate descent can't rest at the lowest point."""
    axes.set(xscale="log", xlim=RATES, ylim=(-0.7, 1.7))
    axes.set_title("Learning rate: plain breaks where hatched, momentum from ▲ on")
    axes.set_xticks((0.01, 0.1, 1, 10), ("0.01", "0.1", "1", "10"))
    axes.set_yticks((0, 1), ("surface", "curve"))
    axes.grid(visible=False)
    axes.minorticks_off()
    height = 0.5
    beyond: dict[str, Any] = {"facecolor": "white", "edgecolor": style.ORANGE, "hatch": "//////"}
    works = axes.barh((0, 1), 1, height, color=style.GREEN, animated=True)
    breaks = axes.barh((0, 1), 1, height, animated=True, lw=0, **beyond)
    (here,) = axes.plot([], [], color=style.INK, lw=3, animated=True)
    (stands,) = axes.plot([], [], ls="", ms=9, mec="white", animated=True, **MARKS["momentum"])

    def update(result: Descent) -> None:
        limits = []
        for paths, good, bad in zip((result.on_surface, result.on_curve), works, breaks, strict=True):
            limit = float(np.clip(2 / paths["plain"].surface.curvature, *RATES))
            good.set_bounds(RATES[0], good.get_y(), limit - RATES[0], height)
            bad.set_bounds(limit, bad.get_y(), RATES[1] - limit, height)
            limits.append(float(np.clip(limit * (1 + result.decay), *RATES)))
        stands.set_data(limits, (0, 1))
        here.set_data([result.learning_rate] * 2, (-0.6, 1.6))

    update(result)
    return update


def _losses(axes: Axes, result: Descent, where: str, *, named: bool) -> Update:
    """A line for each optimiser, with its mark at the end, and its name where there is room."""
    last, shown = result.max_steps, getattr(result, where)["plain"].surface
    axes.set(xlim=(0, last), xticks=(0, last // 2, last))
    colours = {name: look["color"] for name, look in MARKS.items()}
    lines = {name: axes.plot([], [], lw=2.0, color=c, animated=True)[0] for name, c in colours.items()}
    words = [Words(axes, name, colour=_ink(colour)) for name, colour in colours.items() if named]
    ends = EndLabels(axes, words) if named else None
    markers = _ends(axes)
    low, high = axes.get_ylim()

    def update(result: Descent) -> bool | None:
        if result.max_steps != last or _differs(getattr(result, where)["plain"].surface, shown):
            return False
        heights = []
        for name, path in getattr(result, where).items():
            values = np.clip(path.excess if where == "on_surface" else path.losses, low, None)
            lines[name].set_data(range(len(values)), values)
            markers[name].set_data([len(values) - 1], values[-1:])
            heights.append(float(np.clip(values[-1], low, high)))
        if ends:
            ends.say(heights, list(MARKS))
        return None

    update(result)
    return update


def _ends(axes: Axes) -> dict[str, Line2D]:
    """A mark for each optimiser's last place."""
    looks = {name: {**look, "mec": "white", "ms": 9} for name, look in MARKS.items()}
    return {name: axes.plot([], [], ls="", animated=True, **look)[0] for name, look in looks.items()}


def _shade(axes: Axes, shown: Surface) -> None:
    """Darker is higher; a cross is the lowest point."""
    (left, right), (bottom, top) = shown.limits
    across, up = np.meshgrid(np.linspace(left, right, 120), np.linspace(bottom, top, 80))
    heights = _depth(shown, np.stack([across, up], axis=-1))
    axes.set(title=f"Two weights, {shown.name}", xlabel="weight 1", ylabel="weight 2")
    axes.set(xlim=(left, right), ylim=(bottom, top), xticks=(-3, 0, 3), yticks=(-1, 0, 1))
    shades = style.colour_table("#FFFFFF", "#C9D3DC") / 255
    axes.contourf(across, up, heights, levels=np.linspace(0, 1, 11), colors=shades[::25])
    axes.grid(visible=False)
    for number, place in enumerate(shown.minima):
        axes.plot(*place, "+", color=style.INK, ms=13, mew=2.2)
        if number == 0:
            side, shift = ("right", -10) if place[0] > 0 else ("left", 10)
            axes.annotate("lowest", place, (shift, 4), textcoords="offset points", ha=side)


def _depth(shown: Surface, points: Array) -> Array:
    """Height above the lowest point, squeezed into 0 to 1 so that the flat parts differ too."""
    above = shown.loss(points) - shown.loss(shown.minima[0])
    return np.asarray(np.sqrt(above / above.max()))


def _heights(shown: Surface) -> tuple[float, float]:
    """Losses that a picture of a curve shows: all along its axis, so that the ball is seen."""
    top = float(shown.loss(shown.limits.T).max())
    return -0.06 * top, 1.04 * top


def _differs(one: Surface, other: Surface) -> bool:
    return (one.name, one.curvature) != (other.name, other.curvature)


def _ink(colour: str) -> str:
    return {style.ORANGE: style.ORANGE_TEXT, style.GREEN: style.INK}.get(colour, colour)
