"""Curves and surfaces: their slopes, their lowest points, their curvature."""

from typing import Any

import numpy as np
import pytest

from course import surfaces
from course.networks import Array
from course.surfaces import CURVES, SURFACES, Surface

ALL = [("curve", name) for name in CURVES] + [("surface", name) for name in SURFACES]
every_one = pytest.mark.parametrize(("kind", "name"), ALL)


def made(kind: str, name: str, curvature: float = 3.0) -> Surface:
    return getattr(surfaces, kind)(name=name, curvature=curvature)  # type: ignore[no-any-return]


def slope(shown: Surface, point: Array, size: float = 1e-6) -> list[float]:
    """Finite differences of the loss."""
    moves = size * np.eye(len(point))
    return [float(shown.loss(point + move) - shown.loss(point - move)) / (2 * size) for move in moves]


def some_points(shown: Surface, count: int = 20) -> Array:
    low, high = shown.limits.T
    return np.random.default_rng(0).uniform(low, high, (count, len(low)))


@every_one
def test_the_gradient_is_the_slope_of_the_loss(kind: str, name: str) -> None:
    shown = made(kind, name)
    for point in some_points(shown):
        np.testing.assert_allclose(shown.gradient(point), slope(shown, point), atol=1e-6)


@every_one
def test_many_points_at_once_give_what_each_gives_alone(kind: str, name: str) -> None:
    shown = made(kind, name)
    points = some_points(shown, 6).reshape(2, 3, -1)
    losses, gradients = shown.loss(points), shown.gradient(points)
    assert losses.shape == (2, 3)
    for place in np.ndindex(2, 3):
        assert losses[place] == shown.loss(points[place])
        np.testing.assert_array_equal(gradients[place], shown.gradient(points[place]))


@every_one
def test_minima_are_flat_and_lower_than_all_around_and_the_first_is_the_lowest(
    kind: str, name: str
) -> None:
    shown = made(kind, name)
    around = np.random.default_rng(0).normal(size=(50, shown.minima.shape[1]))
    for place in shown.minima:
        np.testing.assert_allclose(shown.gradient(place), 0, atol=1e-9)
        assert (shown.loss(place + 0.05 * around) > shown.loss(place)).all()
    lowest = shown.loss(shown.minima[0])
    assert lowest == pytest.approx(0, abs=1e-12)
    assert (shown.loss(some_points(shown, 2000)) >= lowest).all()


@every_one
def test_saddles_are_flat_and_go_down_somewhere(kind: str, name: str) -> None:
    shown = made(kind, name)
    around = 0.05 * np.random.default_rng(0).normal(size=(50, shown.minima.shape[1]))
    for place in shown.saddles:
        np.testing.assert_allclose(shown.gradient(place), 0, atol=1e-9)
        assert (shown.loss(place + around) < shown.loss(place)).any()


@every_one
def test_the_curvature_is_the_largest_at_the_lowest_point(kind: str, name: str) -> None:
    shown = made(kind, name)
    place, size = shown.minima[0], 1e-5
    moves = size * np.eye(len(place))
    bent = [(shown.gradient(place + move) - shown.gradient(place - move)) / (2 * size) for move in moves]
    assert shown.curvature == pytest.approx(np.linalg.eigvalsh(bent)[-1], rel=1e-6)


@every_one
def test_every_minimum_can_be_seen(kind: str, name: str) -> None:
    shown = made(kind, name)
    low, high = shown.limits.T
    assert ((shown.minima > low) & (shown.minima < high)).all()


@pytest.mark.parametrize("kind", ["curve", "surface"])
@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"name": "hill"}, "name must be one of"),
        ({"curvature": 0}, "curvature must be positive, got 0"),
        ({"curvature": -1.0}, "curvature must be positive, got -1.0"),
    ],
)
def test_a_surface_that_is_not_there_is_refused(kind: str, bad: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        getattr(surfaces, kind)(**bad)
