"""A drawing: strokes, keys, and the image that a network is given of them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import datasets, drawing, inference, networks
from course.drawing import EXAMPLES, Drawing, by_keys, flattened, image

pytestmark = pytest.mark.usefixtures("one_thread")
places = st.tuples(st.floats(0, 1), st.floats(0, 1))
drawings = st.lists(st.lists(places, min_size=1, max_size=6).map(tuple), min_size=1, max_size=4).map(
    lambda strokes: Drawing(tuple(strokes))
)
quickly = settings(max_examples=60, deadline=None, derandomize=True)


def ink_of(drawn: Drawing) -> Any:
    ink = image(drawn)
    assert ink is not None
    return ink.reshape(28, 28)


def mass(ink: Any) -> Any:
    rows, columns = np.indices(ink.shape)
    return np.array([(rows * ink).sum(), (columns * ink).sum()]) / ink.sum()


@quickly
@given(drawings)
def test_ink_fills_at_most_20_pixels_and_lies_around_the_middle(drawn: Drawing) -> None:
    ink = ink_of(drawn)
    assert 0 <= ink.min() <= ink.max() <= 1
    rows, columns = np.nonzero(ink > 0.02)
    assert np.ptp(rows) < 22
    assert np.ptp(columns) < 22
    at_edge = rows.min() == 0 or columns.min() == 0 or rows.max() == 27 or columns.max() == 27
    assert at_edge or np.abs(mass(ink) - 13.5).max() <= 0.75


@quickly
@given(drawings, st.floats(0.3, 0.9), st.floats(0, 0.1))
def test_size_and_place_on_the_pad_change_nothing_that_is_seen(
    drawn: Drawing, size: float, off: float
) -> None:
    every = np.array([place for stroke in drawn.strokes for place in stroke])
    if np.ptp(every, axis=0).max() < 0.5:
        return
    small = Drawing(
        tuple(tuple((off + size * x, off + size * y) for x, y in stroke) for stroke in drawn.strokes)
    )
    assert np.abs(ink_of(small) - ink_of(drawn)).max() < 0.5


def test_a_dot_stays_a_dot_and_a_full_pad_is_no_more_than_black() -> None:
    dot = ink_of(Drawing((((0.2, 0.9),),)))
    assert 2 < dot.sum() < 12
    lines = tuple(((0.0, y), (1.0, y)) for y in np.linspace(0, 1, 60))
    full = ink_of(Drawing(lines))
    assert full.max() == 1
    assert full.sum() > 350


def test_nothing_drawn_is_no_image() -> None:
    assert image(Drawing()) is None
    assert str(Drawing()) == "nothing drawn yet"


def test_500_strokes_are_drawn_and_one_more_is_refused() -> None:
    drawn = Drawing(tuple(((n / 500, 0.1), (n / 500, 0.9)) for n in range(500)))
    assert image(drawn) is not None
    with pytest.raises(ValueError, match="a drawing must have at most 500 strokes"):
        drawn.begun(0.5, 0.5)


def test_strokes_are_begun_gone_on_with_and_undone() -> None:
    drawn = Drawing().begun(0.1, 0.2).gone_on(0.3, 0.4).begun(2, -1)
    assert drawn.strokes == (((0.1, 0.2), (0.3, 0.4)), ((1.0, 0.0),))
    assert drawn.undone().strokes == (((0.1, 0.2), (0.3, 0.4)),)
    assert Drawing().undone() == Drawing()
    assert str(drawn) == "2 strokes"


@pytest.mark.parametrize("bad", [(np.nan, 0.5), ("x", 0.5), (None, 0)])
def test_a_place_that_is_none_is_refused(bad: tuple[object, object]) -> None:
    with pytest.raises(ValueError, match="place must be a number"):
        Drawing().begun(*bad)  # type: ignore[arg-type]


def test_keys_move_the_pen_as_on_a_number_pad() -> None:
    assert by_keys("6").strokes == (((0.5, 0.3), (0.6, 0.3)),)
    assert by_keys("525").strokes == ()
    assert len(by_keys("22 5 4 5 88").strokes) == 2
    with pytest.raises(ValueError, match="keys must be digits from 1 to 9, got '2x'"):
        by_keys("2x")


def test_a_turn_by_180_degrees_is_the_image_upside_down() -> None:
    three = EXAMPLES["3"]
    turned = ink_of(Drawing(three.strokes, 180.0))
    shifts = [np.roll(ink_of(three)[::-1, ::-1], (a, b), (0, 1)) for a in (-1, 0, 1) for b in (-1, 0, 1)]
    assert min(np.abs(turned - each).mean() for each in shifts) < 0.03
    flat = flattened(Drawing(three.strokes, 90.0))
    assert flat.turn == 0
    np.testing.assert_allclose(ink_of(flat), ink_of(Drawing(three.strokes, 90.0)), atol=0.2)


@pytest.mark.parametrize("random_state", range(3))
def test_at_least_nine_of_the_ten_examples_are_read_rightly(random_state: int) -> None:
    network = inference.trained(random_state=random_state)
    images = np.stack([ink_of(each).ravel() for each in EXAMPLES.values()])
    read = networks.predict(network, images)
    assert sum(str(answer) == name for answer, name in zip(read, EXAMPLES, strict=True)) >= 9


def test_drawings_have_about_as_much_ink_as_the_images_that_were_learnt() -> None:
    inks = datasets.mnist().inputs.sum(axis=1)
    for each in EXAMPLES.values():
        assert np.quantile(inks, 0.02) < ink_of(each).sum() < np.quantile(inks, 0.98)
    assert datasets.mnist().inputs.shape[1] == drawing.SIDE**2
