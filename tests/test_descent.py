"""The descent lab: three optimisers against others, limits that theory gives, and words."""

from collections.abc import Iterator
from math import sqrt
from typing import Any

import numpy as np
import pytest

from course import surfaces
from course.descent import Descent, Path, descend_surfaces, steps_needed
from course.optimisers import OPTIMISERS
from course.surfaces import CURVES, SURFACES
from tests.labs import point
from widgets.descent import LEAST, descent_lab
from widgets.marks import Words

CURVATURES = np.exp(np.random.default_rng(0).uniform(np.log(0.1), np.log(100), 50))


def end(**options: Any) -> Descent:
    *_, last = descend_surfaces(**options)
    return last


def on_bowl(optimiser: str, rate: float, curvature: float, **options: Any) -> Path:
    return end(learning_rate=rate, curvature=curvature, curve="bowl", **options).on_curve[optimiser]


@pytest.mark.parametrize(("optimiser", "limit"), [("plain", 2.0), ("momentum", 3.8)])
def test_descent_on_a_bowl_converges_below_its_limit_and_diverges_beyond(
    optimiser: str, limit: float
) -> None:
    for curvature in CURVATURES:
        below, beyond = (
            on_bowl(optimiser, share * limit / curvature, curvature, max_steps=400)
            for share in (0.98, 1.02)
        )
        assert below.converged is not None, curvature
        assert str(below).startswith("converges in ")
        assert beyond.diverged, curvature
        assert str(beyond) == f"diverged at step {beyond.steps}"


def test_with_rate_one_over_the_curvature_plain_descent_is_there_in_one_step() -> None:
    for curvature in CURVATURES:
        path = on_bowl("plain", 1 / curvature, curvature, max_steps=10)
        assert path.converged == 1
        assert str(path) == "converges in 1 step"
        assert abs(path.points[1, 0]) < 1e-12


def by_hand(
    name: str, shown: Any, start: list[float], rate: float, decay: float, n: int
) -> Iterator[tuple[float, ...]]:
    """Each optimiser in plain floats."""
    place = list(start)
    first, second = [0.0] * len(place), [0.0] * len(place)
    yield tuple(place)
    for t in range(1, n + 1):
        for i, g in enumerate(shown.gradient(np.array(place)).tolist()):
            if name == "plain":
                place[i] -= rate * g
            elif name == "momentum":
                first[i] = decay * first[i] + g
                place[i] -= rate * first[i]
            else:
                first[i] = 0.9 * first[i] + 0.1 * g
                second[i] = 0.999 * second[i] + 0.001 * g * g
                bias_1, bias_2 = 1 - 0.9**t, 1 - 0.999**t
                place[i] -= rate * (first[i] / bias_1) / (sqrt(second[i] / bias_2) + 1e-8)
        yield tuple(place)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("name", SURFACES)
def test_each_optimiser_takes_the_path_computed_by_hand_on_each_surface(name: str, optimiser: str) -> None:
    shown = surfaces.surface(name=name, curvature=3.0)
    path = end(surface=name, curvature=3.0, learning_rate=0.05, decay=0.8).on_surface[optimiser]
    expected = list(by_hand(optimiser, shown, [-2.6, 0.7], 0.05, 0.8, 60))
    np.testing.assert_allclose(path.points, expected, atol=1e-9)
    np.testing.assert_allclose(path.losses, shown.loss(np.array(expected)), atol=1e-9)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("name", CURVES)
def test_each_optimiser_takes_the_path_computed_by_hand_on_each_curve(name: str, optimiser: str) -> None:
    shown = surfaces.curve(name=name, curvature=3.0)
    path = end(curve=name, curvature=3.0, learning_rate=0.05, curve_start=-3.0).on_curve[optimiser]
    expected = list(by_hand(optimiser, shown, [-3.0], 0.05, 0.9, 60))
    np.testing.assert_allclose(path.points, expected, atol=1e-9)


@pytest.mark.parametrize("rate", [0.001, 0.03, 0.5])
def test_adams_first_step_is_the_rate_in_each_coordinate(rate: float) -> None:
    for name in SURFACES:
        points = end(surface=name, learning_rate=rate, max_steps=1).on_surface["Adam"].points
        np.testing.assert_allclose(np.abs(points[1] - points[0]), rate, rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "where", "words"),
    [
        ({"learning_rate": 0.01}, "on_surface", "crawls"),
        ({"learning_rate": 0.4}, "on_surface", "oscillates"),
        ({"learning_rate": 0.1}, "on_surface", "converges in 44 steps"),
        ({"learning_rate": 10.0}, "on_surface", "diverged at step 1"),
        ({"learning_rate": 0.1}, "on_curve", "converges in 16 steps in the higher valley"),
        ({"learning_rate": 0.1, "curve_start": -3.0}, "on_curve", "converges in 11 steps"),
        ({"surface": "saddle", "start_2": 0.0}, "on_surface", "stalls at the saddle"),
        ({"surface": "saddle", "start_2": 0.5}, "on_surface", "converges in 44 steps"),
        ({"surface": "valley"}, "on_surface", "crawls"),
    ],
)
def test_what_became_of_plain_descent_is_said(options: dict[str, Any], where: str, words: str) -> None:
    assert str(getattr(end(**options), where)["plain"]) == words


def test_one_that_only_passes_has_not_arrived() -> None:
    slow, long = (end(learning_rate=0.02, max_steps=n).on_surface["momentum"] for n in (60, 400))
    assert slow.converged is None
    assert long.converged is not None
    assert long.converged > 60


def test_momentum_rolls_out_of_the_valley_in_which_plain_descent_stays() -> None:
    paths = end(max_steps=200).on_curve
    assert abs(paths["plain"].points[-1, 0] - 2.0) < 0.01
    assert abs(paths["momentum"].points[-1, 0] + 2.2) < 0.01


def test_plain_descent_is_the_first_on_the_bowl_of_the_lesson() -> None:
    arrived = {name: path.converged for name, path in end(max_steps=400).on_surface.items()}
    plain = arrived.pop("plain")
    assert plain is not None
    assert all(other is not None and other > 1.5 * plain for other in arrived.values())


def test_the_whole_says_where_it_starts_then_what_became_of_each() -> None:
    items = list(descend_surfaces())
    assert str(items[0]) == (
        "From 3.1 on the curve and -2.6, 0.7 on the surface, 60 steps at rate 0.1, momentum keeping 0.9. "
        "Plain descent’s limit 2/L is 0.635 and 0.4."
    )
    assert str(items[3]) == (
        "At rate 0.1. Curve: all three are on their way. Surface: all three are on their way."
    )
    assert str(items[-1]) == (
        "At rate 0.1. Curve: plain converges in 16 steps in the higher valley, momentum and Adam "
        "oscillate. Surface: plain converges in 44 steps, momentum oscillates, Adam crawls."
    )
    assert [item.stage for item in items][-1] == "Step 60 of 60"
    assert items[30].progress == 0.5


def test_earlier_items_stay_as_they_were() -> None:
    items = list(descend_surfaces(max_steps=10))
    for item, path in ((i, i.on_surface["plain"]) for i in items):
        assert len(path.points) == item.step + 1
        np.testing.assert_array_equal(path.points, items[-1].on_surface["plain"].points[: item.step + 1])
        assert np.isfinite(path.points).all()


def test_a_path_that_has_diverged_is_finite_and_stays() -> None:
    for rate in (10.0, 1e60, 1e200):
        for path in end(learning_rate=rate, surface="two minima").on_surface.values():
            assert np.isfinite(path.points).all()
            assert np.isfinite(path.losses).all()
            assert path.diverged or rate == 10.0


def test_steps_needed_are_those_of_the_lab() -> None:
    assert steps_needed(learning_rate=0.1).steps == end().on_surface["plain"].converged == 44
    assert steps_needed(learning_rate=0.41).steps is None
    assert str(steps_needed(learning_rate=0.41)).startswith("The descent diverged at step ")
    for optimiser in OPTIMISERS:
        expected = end(max_steps=1000).on_surface[optimiser].converged
        assert steps_needed(learning_rate=0.1, optimiser=optimiser).steps == expected


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"learning_rate": 0}, "learning_rate must be positive, got 0"),
        ({"decay": 1.1}, "decay must be a number from 0 to 1, got 1.1"),
        ({"max_steps": 1001}, "max_steps must be a whole number from 1 to 1000, got 1001"),
        ({"curve": "hill"}, "curve must be one of two valleys, bowl, got 'hill'"),
        ({"surface": "hill"}, "surface must be one of bowl, valley, two minima, saddle, got 'hill'"),
        ({"curve_start": np.inf}, "curve_start must be a number, got inf"),
    ],
)
def test_bad_settings_are_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(descend_surfaces(**bad))
    assert str(refusal.value) == message


def test_the_pictures_are_the_paths() -> None:
    lab = descent_lab().advance(25)
    axes, result = lab._canvas.axes, lab.result
    for line, path in zip(axes["surface"].lines[1:4], result.on_surface.values(), strict=True):
        np.testing.assert_array_equal(np.column_stack(line.get_data()), path.points)
    for line, path in zip(axes["curve_loss"].lines[:3], result.on_curve.values(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), path.losses)
    for line, path in zip(axes["surface_loss"].lines[:3], result.on_surface.values(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), np.clip(path.excess, LEAST, None))
    assert [words.text for words in axes["surface_loss"].findobj(Words)] == list(OPTIMISERS)


@pytest.mark.parametrize("curvature", [0.5, 5.0, 20.0])
@pytest.mark.parametrize("name", CURVES)
def test_the_ball_is_seen_wherever_it_starts(name: str, curvature: float) -> None:
    for place in (-3.5, 0.3, 3.5):
        lab = descent_lab(start={"curve": name, "curvature": curvature, "curve_start": place})
        for view in ("curve", "curve_loss"):
            low, high = lab._canvas.axes[view].get_ylim()
            assert low < lab.result.on_curve["plain"].losses[0] < high


@pytest.mark.parametrize("rate", [0.02, 0.05, 0.1, 0.3])
def test_what_has_converged_stays_so(rate: float) -> None:
    for surface in SURFACES:
        said: dict[tuple[str, str], str] = {}
        for item in descend_surfaces(learning_rate=rate, surface=surface, max_steps=300):
            for where in ("on_curve", "on_surface"):
                for name, path in getattr(item, where).items():
                    before = said.setdefault((where, name), str(path))
                    assert str(path) == before or not before.startswith("converges"), (
                        surface,
                        name,
                        item.step,
                    )
                    said[where, name] = str(path)


def test_a_ball_beside_the_lowest_point_has_not_diverged_by_a_small_step_away() -> None:
    path = end(start_1=0.001, start_2=0.0, learning_rate=0.3).on_surface["Adam"]
    assert not path.diverged


def test_the_bars_are_hatched_from_the_limit_on() -> None:
    lab = descent_lab(start={"curvature": 8.0})
    works, breaks = lab._canvas.axes["rate"].containers
    for paths, good, bad in zip((lab.result.on_surface, lab.result.on_curve), works, breaks, strict=True):
        limit = 2 / paths["plain"].surface.curvature
        assert good.get_x() + good.get_width() == pytest.approx(limit)
        assert bad.get_x() == pytest.approx(limit)
        assert bad.get_hatch()


def test_dragging_the_ball_moves_the_start_of_the_path() -> None:
    lab = descent_lab()
    for view, place in (("curve", (-1.0, 2.0)), ("surface", (1.5, -0.5))):
        axes = lab._canvas.axes[view]
        x, y = axes.transData.transform(place) / lab._canvas.figure.bbox.size
        point(lab, "down", float(x), float(1 - y))
    assert lab.settings["curve_start"] == pytest.approx(-1.0, abs=0.02)
    assert lab.result.on_curve["plain"].points[0, 0] == lab.settings["curve_start"]
    np.testing.assert_allclose(lab.result.on_surface["plain"].points[0], (1.5, -0.5), atol=0.02)
