"""The draw lab: one drawing, four networks, and what stands in the picture."""

from typing import Any

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from course import inference, networks
from course.drawing import EXAMPLES, Drawing, image
from course.questions import start
from course.reading import SIZES, Reading, read_drawing
from tests.labs import in_kernel, settle, show_everything
from widgets.draw_pad import FINE, WIDTH, DrawPad
from widgets.marks import Words
from widgets.reading import draw_lab, view_name

pytestmark = pytest.mark.usefixtures("one_thread")
THREE = EXAMPLES["3"]


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return [*read_drawing(drawing=THREE)]


def test_four_networks_are_trained_one_after_the_other(readings: list[Reading]) -> None:
    assert len(readings) == 1 + 4 * inference.EPOCHS
    assert readings[0].progress == 0
    assert readings[-1].progress == 1
    assert readings[inference.EPOCHS].epochs == (inference.EPOCHS, 0, 0, 0)
    assert [readings[n].stage for n in (0, 1, 21, 80)] == [
        "Untrained", "Learning from 10", "Learning from 100", "All trained",
    ]  # fmt: skip


def test_they_end_as_the_networks_of_the_inference_lesson(readings: list[Reading]) -> None:
    for size, network in zip(SIZES, readings[-1].networks, strict=True):
        np.testing.assert_array_equal(network.parameters, inference.trained(train_size=size).parameters)


def test_what_is_said_is_what_the_networks_answer(readings: list[Reading]) -> None:
    end, ink = readings[-1], image(THREE)
    assert end.answers is not None
    assert ink is not None
    for network, answer in zip(end.networks, end.answers, strict=True):
        np.testing.assert_allclose(answer, networks.forward(network, ink[None])[-1][0])
    assert "3 (more than 99 % sure) from 3,500 examples." in str(end)
    assert str(readings[0]).startswith("Untrained, the network reads your drawing as ")


def test_another_drawing_changes_no_network() -> None:
    run = read_drawing(drawing=THREE)
    items = [next(run) for _ in range(25)]
    after = run.send({"drawing": EXAMPLES["7"]})
    assert after.drawing == EXAMPLES["7"]
    assert after.epochs == (20, 5, 0, 0)
    assert after.networks[0] is items[-1].networks[0]
    empty = after.seen({"drawing": Drawing()})
    assert empty.answers is None
    assert str(empty).startswith("Nothing drawn yet. From 100 examples it names ")
    with pytest.raises(ValueError, match="drawing must be a Drawing, got 3"):
        after.seen({"drawing": 3})


def test_bars_and_words_are_the_answers() -> None:
    lab = draw_lab(start={"drawing": THREE}).advance(80)
    for number in range(len(SIZES)):
        axes = lab._canvas.axes[view_name(number)]
        bars = [each for each in axes.patches if isinstance(each, Rectangle)]
        np.testing.assert_allclose([bar.get_width() for bar in bars], lab.result.answers[number])
        words = [each.text for each in axes.findobj(Words)]
        assert words[0].startswith(f"says {lab.result.answers[number].argmax()}, ")
        assert words[1].startswith("test digits: ")
    (note,) = lab._canvas.axes["seen"].findobj(Words)
    assert note.text == ""


def draw(pad: DrawPad, *places: tuple[float, float]) -> None:
    """Do what a mouse does on the canvas."""
    scaled = [(x * WIDTH * FINE, y * WIDTH * FINE) for x, y in places]
    pad._press(*scaled[0])
    for place in scaled[1:]:
        pad._move(*place)
    pad._lift()


def test_a_pointer_draws_undoes_and_clears() -> None:
    pad = DrawPad()
    pad._move(10, 10)
    assert pad.value == Drawing()
    draw(pad, (0.1, 0.1), (0.5, 0.5))
    draw(pad, (0.9, 0.1))
    assert pad.value.strokes == (((0.1, 0.1), (0.5, 0.5)), ((0.9, 0.1),))
    pad.undo_button.click()
    assert len(pad.value.strokes) == 1
    pad.clear_button.click()
    assert pad.value == Drawing()
    assert pad.undo_button.disabled


def test_an_example_is_taken_turned_drawn_on_and_no_longer_an_example() -> None:
    pad = DrawPad()
    pad.example.value = "an example of 7"
    assert pad.value == EXAMPLES["7"]
    pad.turn.index = pad.turn.span.values().index(90)
    assert pad.value.turn == 90
    draw(pad, (0.5, 0.5), (0.6, 0.6))
    assert pad.value.turn == 0
    assert pad.turn.value == 0
    assert len(pad.value.strokes) == 2
    assert pad.example.value == "my drawing"


def test_keys_draw_and_other_keys_are_said() -> None:
    pad = DrawPad()
    pad.typed.value = "666"
    assert len(pad.value.strokes[0]) == 4
    pad.typed.value = "666x"
    assert "Only the digits 1 to 9" in pad.note.value
    assert len(pad.value.strokes[0]) == 4
    pad.clear_button.click()
    assert pad.typed.value == ""


def test_two_pads_are_two_drawings() -> None:
    one, other = DrawPad(), DrawPad()
    draw(one, (0.1, 0.1), (0.5, 0.5))
    assert other.value == Drawing()


def test_somebody_draws_and_clears_while_the_networks_train() -> None:
    async def play() -> None:
        lab = draw_lab()
        runner, pad = lab._runner, lab.control("drawing")
        assert runner is not None
        runner.run_button.click()
        for n in range(12):
            await settle(0.03)
            draw(pad, (0.3, 0.1 + n / 20), (0.7, 0.1 + n / 20))
            show_everything(lab)
            if n == 6:
                pad.clear_button.click()
        runner.pause_button.click()
        await settle(0.1)
        assert lab.error is None
        assert len(lab.result.drawing.strokes) == 5
        assert lab.result.progress > 0
        show_everything(lab)
        await settle()
        assert lab._picture.alt == str(lab.result)
        lab.close()

    in_kernel(play)


@pytest.mark.parametrize("ask", [start.untrained, start.enough, start.doubt])
def test_the_start_page_asks_for_a_drawing_first(ask: Any) -> None:
    with pytest.raises(ValueError, match="Draw first, in the lab below"):
        ask(Drawing())


def test_the_answers_of_the_start_page_are_those_of_the_networks() -> None:
    assert start.untrained(THREE) in start.at_once[:2]
    assert start.enough(THREE) in ("100", "1,000")
    assert start.enough(EXAMPLES["7"]) == "None of them will read it"
    assert start.doubt(THREE) == start.doubts[2]
