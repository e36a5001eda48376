"""The forward pass, opened: its numbers are the network's, and its picture shows them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from course import datasets, inference, layers, networks
from course.layers import Layers, layer_by_layer
from tests.labs import point
from widgets import style
from widgets.inference import COLUMNS, EXAMPLES, ROWS, layers_lab
from widgets.lab import Lab
from widgets.marks import Tiles, Words

pytestmark = pytest.mark.usefixtures("one_thread")
EVERY = range(len(EXAMPLES))


@pytest.mark.parametrize("example", EVERY)
def test_the_layers_hold_what_the_network_computes(example: int) -> None:
    result = layer_by_layer(example=example)
    data, row = datasets.mnist(), layers.chosen()[example]
    expected = networks.forward(inference.trained(train_size=layers.LEARNT), data.inputs[[row]])
    for got, values in zip(result.values, expected, strict=True):
        np.testing.assert_array_equal(got, values[0])
    assert result.truth == data.targets[row]
    assert result.answer == expected[-1][0].argmax()
    assert result.confidence == expected[-1].max()
    assert result.active == np.count_nonzero(expected[1])
    assert result.active_share == result.active / 128


@pytest.mark.parametrize("neuron", [1, 2, 40, 128])
@pytest.mark.parametrize("example", EVERY)
def test_a_neurons_contributions_and_its_bias_are_its_value(example: int, neuron: int) -> None:
    result = layer_by_layer(example=example, neuron=neuron)
    by_hand = result.bias
    for weight, ink in zip(result.network.layers[0][0][:, neuron - 1], result.image, strict=True):
        by_hand += weight * ink
    assert result.total == pytest.approx(by_hand, abs=1e-12)
    assert result.value == pytest.approx(max(0.0, by_hand), abs=1e-12)


@pytest.mark.parametrize("neuron", range(1, 129, 9))
def test_the_written_numbers_add_up_and_start_with_the_largest(neuron: int) -> None:
    result = layer_by_layer(example=8, neuron=neuron)
    *parts, total = [float(text.replace("−", "-")) for _, text in result.worked]
    assert sum(parts) == pytest.approx(total, abs=1e-9)
    assert total == pytest.approx(result.total, abs=0.00051)
    others = np.delete(result.contributions, [pixel for pixel, _ in result.largest()])
    assert parts[-2] == pytest.approx(others.sum(), abs=0.0041)
    assert min(abs(share) for _, share in result.largest()) >= np.abs(others).max()
    assert len(others) == 779


def test_the_chosen_images_are_of_the_test_and_two_are_misread_with_confidence() -> None:
    data, rows = datasets.mnist(), layers.chosen()
    assert set(rows) <= set(inference.halves(data).test)
    assert data.targets[rows].tolist() == [*range(10), 9, 6]
    for train_size in (layers.LEARNT, inference.MOST):
        for example in (10, 11):
            result = layer_by_layer(example=example, train_size=train_size)
            assert result.answer != result.truth
            assert result.confidence > 0.9


def test_a_thousand_inferences_change_no_bit_of_the_parameters() -> None:
    result = layers.frozen()
    assert result.unchanged
    assert str(result) == "After 1,000 inferences the 101,770 parameters are the same, byte for byte."


def test_the_fingerprint_tells_a_single_bit() -> None:
    network = inference.trained(train_size=10)
    other = network.parameters.copy()
    other[77] = np.nextafter(other[77], np.inf)
    changed = replace(network, parameters=other)
    assert layers.fingerprint(changed) != layers.fingerprint(network)
    spoilt = layers.Frozen(1, 2, layers.fingerprint(network), layers.fingerprint(changed))
    assert "are not the same any more" in str(spoilt)


def test_a_network_that_learns_as_it_answers_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    network = networks.initialise(layer_sizes=(784, 3, 10))
    monkeypatch.setattr(inference, "trained", lambda **_: network)

    def learns(network: Any, _: Any) -> None:
        network.parameters[0] += 1e-9

    monkeypatch.setattr(networks, "predict", learns)
    assert not layers.frozen(inferences=3).unchanged


def test_alone_and_in_a_batch_every_image_gets_the_same_answer() -> None:
    result = layers.alone_and_together()
    assert result.alone.shape == result.batch.shape == (256, 10)
    assert result.same == 256
    assert 0 <= result.largest_difference < 1e-12
    assert "256 of 256" in str(result)
    assert "by less than 10⁻¹²" in str(result)
    other = layers.Together(result.alone, np.roll(result.batch, 1, axis=1))
    assert other.same == 0
    assert "by up to 1e+00" in str(other)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"example": 12}, "example must be a whole number from 0 to 11, got 12"),
        ({"neuron": 0}, "neuron must be a whole number from 1 to 128, got 0"),
        ({"truth": 10}, "truth must be a whole number from 0 to 9, got 10"),
        ({"image": np.zeros(64)}, "image must have shape 784, got 64"),
        ({"image": np.full(784, 1.5)}, "image must hold ink from 0 to 1, got 1.5"),
        ({"image": [*np.ones(783), -0.25]}, "image must hold ink from 0 to 1, got -0.25"),
        ({"image": np.full(784, np.nan)}, "image must hold finite numbers only, got 784 that are not"),
    ],
)
def test_what_can_not_be_followed_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        layer_by_layer(train_size=10, **bad)


def drawn(**options: Any) -> tuple[Lab, Layers, dict[str, Axes]]:
    lab = layers_lab(**options)
    return lab, lab.result, lab._canvas.axes


@pytest.mark.parametrize("example", EVERY)
def test_the_bars_are_the_probabilities_and_only_the_top_one_is_coloured(example: int) -> None:
    _, result, axes = drawn(start={"example": example})
    bars = axes["answers"].patches
    np.testing.assert_array_equal([bar.get_width() for bar in bars], result.answers)  # type: ignore[attr-defined]
    coloured = [n for n, bar in enumerate(bars) if to_hex(bar.get_facecolor()).upper() == style.BLUE]
    assert coloured == [result.answer]
    assert axes["answers"].get_xlim() == (0, 1)
    title = f"Answer: {result.answer} " + ("✓" if result.answer == result.truth else "✗")
    assert axes["answers"].get_title(loc="left").startswith(title)


@pytest.mark.parametrize("neuron", [1, 2, 128])
def test_pixels_and_contributions_are_drawn_as_they_are(neuron: int) -> None:
    _, result, axes = drawn(start={"neuron": neuron, "example": 3})
    (paper,) = axes["picture"].findobj(Tiles)
    assert isinstance(paper, Tiles)
    darkness = -paper.colours[0].astype(int).sum(axis=2).ravel()
    assert (np.diff(darkness[np.argsort(result.image)]) >= 0).all()
    (tiles,) = axes["contributions"].findobj(Tiles)
    assert isinstance(tiles, Tiles)
    red, _, blue = tiles.colours[0].reshape(784, 3).astype(int).T
    strong = np.abs(result.contributions) > 0.05
    assert strong.any()
    assert ((blue > red)[strong] == (result.contributions > 0)[strong]).all()


def test_a_hidden_neuron_is_grey_just_where_it_is_off_and_bluer_the_larger_it_is() -> None:
    _, result, axes = drawn(start={"neuron": 18})
    colours = np.asarray(axes["hidden"].images[0].get_array()).reshape(-1, 3)
    off = (colours == style.rgb(style.GRID)).all(axis=1)
    assert (off == (result.hidden == 0)).all()
    on = np.flatnonzero(~off)
    order = on[np.argsort(result.hidden[on])]
    assert (np.diff(colours[order, 0].astype(int)) <= 0).all()
    (ring,) = axes["hidden"].patches
    assert ring.get_xy() == (1, 1)  # type: ignore[attr-defined]
    assert str(result.active) in axes["hidden"].get_title(loc="left")


def test_the_words_beside_are_the_neurons_numbers() -> None:
    for neuron in (1, 2):
        _, result, axes = drawn(start={"neuron": neuron})
        said = [words.text for words in axes["sum_of_one"].findobj(Words) if isinstance(words, Words)]
        assert [*zip(said[:-1:2], said[1::2], strict=False)] == result.worked
        assert ("as the sum is below 0" in said[-1]) == (result.value == 0)


def test_a_pointer_on_a_hidden_neuron_looks_into_it() -> None:
    lab, _, axes = drawn()
    box, (width, height) = axes["hidden"].bbox, lab._canvas.figure.bbox.size
    for row, column in ((0, 0), (3, 5), (ROWS - 1, COLUMNS - 1)):
        x = box.x0 + box.width * (column + 0.5) / COLUMNS
        y = height - box.y1 + box.height * (row + 0.5) / ROWS
        for kind in ("down", "up"):
            point(lab, kind, x / width, y / height)
        assert lab.result.neuron == row * COLUMNS + column + 1


def test_a_drawing_of_ones_own_is_followed_instead() -> None:
    ink = np.linspace(0, 1, 784)
    lab, result, axes = drawn(image=ink, fixed={"train_size": 10})
    np.testing.assert_array_equal(result.image, ink)
    assert result.truth is None
    assert axes["answers"].get_title(loc="left") == f"Answer: {result.answer}"
    assert [*lab._panel.controls] == ["neuron"]
    assert "right" not in str(result)
