"""Points in the plane: where they lie, how they are divided, and what is moved by hand."""

import numpy as np
import pytest

from course.points import COUNT, EDGE, FEATURES, NUMERIC, SETS, edited, points

every_set = pytest.mark.parametrize("name", SETS)


@every_set
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_points_lie_in_the_plane_and_each_is_on_one_side(name: str, noise: float) -> None:
    made = points(dataset=name, noise=noise, train_size=0.3)
    assert made.inputs.shape == (COUNT, 2)
    assert np.abs(made.inputs).max() <= EDGE
    assert sorted([*made.train, *made.test]) == list(range(COUNT))
    assert len(made.train) == 150
    assert made.numeric == (name in NUMERIC)
    assert set(made.targets) == {0, 1} if not made.numeric else np.abs(made.targets).max() <= 1


@every_set
def test_noise_moves_points_and_not_what_they_are(name: str) -> None:
    still, moved = (points(dataset=name, noise=noise).inputs for noise in (0.0, 0.4))
    assert np.abs(still - moved).max() > 0.3


def test_without_noise_the_shapes_are_what_they_are_called() -> None:
    circle, cross, plane = (points(dataset=name) for name in ("circle", "exclusive or", "plane"))
    far = np.linalg.norm(circle.inputs, axis=1)
    assert far[circle.targets == 1].max() < 2.5 < 3.5 <= far[circle.targets == 0].min()
    np.testing.assert_array_equal(cross.targets == 1, cross.inputs.prod(axis=1) > 0)
    np.testing.assert_allclose(plane.targets, np.clip(plane.inputs.sum(axis=1) / 10, -1, 1))


def test_features_are_what_they_are_called() -> None:
    place = np.array([[2.0, -3.0]])
    said = {name: float(feature(place)[0]) for name, feature in FEATURES.items()}
    assert said == {
        "x₁": 2, "x₂": -3, "x₁²": 4, "x₂²": 9, "x₁x₂": -6,
        "sin x₁": pytest.approx(np.sin(2)), "sin x₂": pytest.approx(np.sin(-3)),
    }  # fmt: skip


def test_points_are_added_to_those_that_are_learnt_from_and_moved_where_they_are() -> None:
    made = points()
    after = edited(made, "2.5 −1 blue; #17 0 0;-3 -3 orange")
    assert after.inputs[-2:].tolist() == [[2.5, -1], [-3, -3]]
    assert after.targets[-2:].tolist() == [1, 0]
    assert after.train[-2:].tolist() == [500, 501]
    assert after.inputs[17].tolist() == [0, 0]
    assert len(made.inputs) == COUNT
    assert edited(points(dataset="plane"), "1 1 0.4").targets[-1] == 0.4


@pytest.mark.parametrize(
    "bad", ["1 2", "1 2 red", "1 blue", "7 0 blue", "#501 0 0", "#1 0", "x", "#x 1 1", "nan 0 blue"]
)
def test_what_is_written_wrongly_is_said(bad: str) -> None:
    with pytest.raises(ValueError, match="edits must be parts such as") as refusal:
        edited(points(), f"1 1 blue; {bad}")
    assert repr(bad) in str(refusal.value)
