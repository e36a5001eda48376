"""Losses over one weight and over two, on which a descent can be watched."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course import arguments
from course.networks import Array

RIDGE, NEARER, LOWEST = 0.3, 2.0, -2.2  # where the slope of the two valleys is zero
SLOPE = 0.3  # factor on it


@dataclass(frozen=True, eq=False)
class Surface:
    """A loss over one weight, d = 1, or two, d = 2.

    Parameters
    ----------
    name : as a control shows it
    loss : of points, shape (..., d); result shape (...)
    gradient : of points, shape (..., d); result of that shape
    minima : shape (k, d), the lowest first
    saddles : shape (k, d), where the slope is zero too, but not for long
    curvature : the largest at the lowest point; plain descent converges below 2 / curvature
    limits : shape (d, 2), what a picture shows
    """

    name: str
    loss: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    minima: Array
    saddles: Array
    curvature: float
    limits: Array

    def __str__(self) -> str:
        at = ", ".join(f"{weight:g}" for weight in self.minima[0])
        return f"A loss that is lowest at {at}; its curvature there is {self.curvature:g}."


def curve(*, name: str = "two valleys", curvature: float = 1.0) -> Surface:
    """A loss over one weight.

    Parameters
    ----------
    name : "bowl" or "two valleys", the lower of which is farther from a start at the right
    curvature : of the bowl

    >>> print(curve(name="bowl", curvature=4.0))
    A loss that is lowest at 0; its curvature there is 4.
    """
    steep = arguments.number("curvature", curvature, above=0)
    return _CURVES[arguments.one_of("name", name, _CURVES)](steep)


def surface(*, name: str = "bowl", curvature: float = 5.0) -> Surface:
    """A loss over two weights.

    Parameters
    ----------
    name : "bowl", "valley" (bent and narrow), "two minima" or "saddle"
    curvature : of the bowl along its second weight; along the first it is 1

    >>> print(surface())
    A loss that is lowest at 0, 0; its curvature there is 5.
    """
    steep = arguments.number("curvature", curvature, above=0)
    return _SURFACES[arguments.one_of("name", name, _SURFACES)](steep)


def _valleys(w: Array) -> Array:
    """A quartic with slope zero at LOWEST, RIDGE and NEARER, and 0 at its lowest."""
    return np.asarray(_quartic(w) - _quartic(np.asarray(LOWEST)))


def _quartic(w: Array) -> Array:
    a, b, c = LOWEST, RIDGE, NEARER
    cubic = w**4 / 4 - (a + b + c) * w**3 / 3 + (a * b + a * c + b * c) * w**2 / 2 - a * b * c * w
    return np.asarray(SLOPE * cubic)


def _valleys_slope(w: Array) -> Array:
    return np.asarray(SLOPE * (w - LOWEST) * (w - RIDGE) * (w - NEARER))


def _valleys_curvature() -> float:
    return SLOPE * (LOWEST - RIDGE) * (LOWEST - NEARER)


def _pair(first: Array, second: Array) -> Array:
    return np.stack([first, second], axis=-1)


def _round_bowl(steep: float) -> Surface:
    return Surface(
        name="bowl",
        loss=lambda p: steep / 2 * p[..., 0] ** 2,
        gradient=lambda p: steep * p,
        minima=np.zeros((1, 1)),
        saddles=np.empty((0, 1)),
        curvature=steep,
        limits=np.array([[-3.5, 3.5]]),
    )


def _two_valleys(_: float) -> Surface:
    return Surface(
        name="two valleys",
        loss=lambda p: _valleys(p[..., 0]),
        gradient=_valleys_slope,
        minima=np.array([[LOWEST], [NEARER]]),
        saddles=np.array([[RIDGE]]),
        curvature=_valleys_curvature(),
        limits=np.array([[-3.5, 3.5]]),
    )


def _long_bowl(steep: float) -> Surface:
    return Surface(
        name="bowl",
        loss=lambda p: 0.5 * (p[..., 0] ** 2 + steep * p[..., 1] ** 2),
        gradient=lambda p: p * np.array([1.0, steep]),
        minima=np.zeros((1, 2)),
        saddles=np.empty((0, 2)),
        curvature=max(1.0, steep),
        limits=np.array([[-3.2, 3.2], [-1.6, 1.6]]),
    )


def _bent_valley(_: float) -> Surface:
    """Rosenbrock's valley, flatter: (1 - u)^2 / 4 + (v - u^2)^2 / 2, with u = w1 / 2, v = w2."""

    def gradient(p: Array) -> Array:
        u, off = p[..., 0] / 2, p[..., 1] - (p[..., 0] / 2) ** 2
        return _pair((u - 1) / 4 - u * off, off)

    return Surface(
        name="valley",
        loss=lambda p: (1 - p[..., 0] / 2) ** 2 / 4 + (p[..., 1] - (p[..., 0] / 2) ** 2) ** 2 / 2,
        gradient=gradient,
        minima=np.array([[2.0, 1.0]]),
        saddles=np.empty((0, 2)),
        curvature=float(np.linalg.eigvalsh([[1.125, -1.0], [-1.0, 1.0]])[-1]),
        limits=np.array([[-3.2, 3.2], [-1.6, 1.6]]),
    )


def _two_minima(_: float) -> Surface:
    """The two valleys along the first weight, bent a little along the second."""

    def gradient(p: Array) -> Array:
        off = p[..., 1] - 0.3 * p[..., 0]
        return _pair(_valleys_slope(p[..., 0]) - 0.6 * off, 2 * off)

    points = np.array([[w, 0.3 * w] for w in (LOWEST, NEARER, RIDGE)])
    curved = [[_valleys_curvature() + 0.18, -0.6], [-0.6, 2.0]]
    return Surface(
        name="two minima",
        loss=lambda p: _valleys(p[..., 0]) + (p[..., 1] - 0.3 * p[..., 0]) ** 2,
        gradient=gradient,
        minima=points[:2],
        saddles=points[2:],
        curvature=float(np.linalg.eigvalsh(curved)[-1]),
        limits=np.array([[-3.2, 3.2], [-1.6, 1.6]]),
    )


def _saddle(_: float) -> Surface:
    """Uphill both ways along the first weight; along the second, down to either side of 0."""
    return Surface(
        name="saddle",
        loss=lambda p: p[..., 0] ** 2 / 2 + (p[..., 1] ** 2 - 1) ** 2 / 4,
        gradient=lambda p: _pair(p[..., 0], p[..., 1] * (p[..., 1] ** 2 - 1)),
        minima=np.array([[0.0, 1.0], [0.0, -1.0]]),
        saddles=np.zeros((1, 2)),
        curvature=2.0,
        limits=np.array([[-3.2, 3.2], [-1.6, 1.6]]),
    )


_CURVES = {"two valleys": _two_valleys, "bowl": _round_bowl}
_SURFACES = {"bowl": _long_bowl, "valley": _bent_valley, "two minima": _two_minima, "saddle": _saddle}
CURVES, SURFACES = tuple(_CURVES), tuple(_SURFACES)
