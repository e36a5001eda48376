"""Networks whose weights have few bits: over ten trainings, against ONNX Runtime, and in the lab."""

from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from course import models, quantisation
from course.networks import Array, Network, forward
from course.quantisation import BITS, NETWORKS, SCALES, TRAININGS, WHAT, accuracy_at, breaks_at
from course.quantising import packed
from course.trained import examples, trained
from tests.apart import assert_apart
from tests.labs import point
from widgets import style
from widgets.marks import Words
from widgets.quantisation import ALL, EDGES, HILL, quantisation_lab

pytestmark = pytest.mark.usefixtures("one_thread")
FITTED, BOTH = SCALES[1], WHAT[1]


def found(bits: int, *, per_channel: bool = False, **settings: Any) -> Array:
    """Accuracy of each of ten trainings."""
    every = quantisation.quantisation(**settings).accuracies
    return np.asarray(every[int(per_channel), BITS.index(bits)])


# Effects, over ten trainings


@pytest.mark.parametrize("network", NETWORKS)
def test_down_to_five_bits_nothing_is_lost(network: str) -> None:
    before = quantisation.quantisation(network=network).as_trained
    assert 0.96 < before.mean() < 0.985
    for bits in (8, 7, 6, 5):
        for per_channel in (False, True):
            assert found(bits, per_channel=per_channel, network=network).mean() > before.mean() - 0.01
    assert found(4, network=network).mean() > before.mean() - 0.015


def test_from_three_bits_to_two_the_network_breaks() -> None:
    assert 0.9 < found(3).mean() < 0.96
    assert 0.2 < found(2).mean() < 0.5
    assert (found(3) - found(2)).min() > 0.3, "in each training"


def test_a_scale_for_each_channel_helps_at_three_bits_and_more_at_two() -> None:
    at_three, at_two = (found(bits, per_channel=True) - found(bits) for bits in (3, 2))
    assert (at_three > 0).sum() >= 6
    assert 0.005 < at_three.mean() < 0.03
    assert (at_two > 0).sum() >= 9
    assert at_two.mean() > 0.2


def test_a_fitted_scale_doubles_what_is_right_at_two_bits() -> None:
    gained = found(2, scale=FITTED) - found(2)
    assert (gained > 0.2).sum() >= 9
    assert gained.mean() > 0.35
    assert found(2, scale=FITTED).mean() > 0.7


def test_but_not_at_three_bits_nor_at_one() -> None:
    assert abs((found(3, scale=FITTED) - found(3)).mean()) < 0.01
    assert abs((found(1, scale=FITTED) - found(1)).mean()) < 0.06


def test_with_the_largest_weight_s_scale_one_bit_beats_two_for_nothing_becomes_0() -> None:
    assert ((found(1) - found(2)) > 0).sum() >= 9
    assert (found(1) - found(2)).mean() > 0.2
    for seed in range(TRAININGS):
        assert quantisation.quantisation(bits=2, random_state=seed).zeros > 0.9
        assert quantisation.quantisation(bits=1, random_state=seed).zeros == 0


def test_with_a_fitted_scale_one_bit_does_not_beat_two() -> None:
    assert (found(2, scale=FITTED) - found(1, scale=FITTED)).mean() > 0.05


def test_a_zero_point_helps_at_two_bits_and_one_bit_of_it_holds_nothing() -> None:
    assert (found(2, symmetric=False) - found(2)).mean() > 0.3, "four values instead of three"
    assert found(1, symmetric=False).mean() < 0.15, "a weight is 0 or the whole range"


def test_four_hidden_layers_break_at_the_same_width_but_fall_deeper() -> None:
    assert breaks_at() == breaks_at(network="deep") == 2
    for bits, lost in ((3, 0.005), (2, 0.05), (1, 0.1)):
        assert found(bits).mean() - found(bits, network="deep").mean() > lost


def test_rounded_activations_cost_hardly_anything_at_four_bits_and_much_at_one() -> None:
    for network in NETWORKS:
        lost = [
            (found(bits, network=network) - found(bits, network=network, quantised=BOTH)).mean()
            for bits in (8, 4, 1)
        ]
        assert abs(lost[0]) < 0.004
        assert -0.002 < lost[1] < 0.01
        assert lost[2] > 0.1


# Oracles


@pytest.mark.parametrize("bits", [8, 3, 2])
def test_onnx_runtime_names_the_same_digits_with_the_same_weights(bits: int) -> None:
    own, whole = examples(), trained(random_state=4)
    made = quantisation.quantisation(bits=bits, random_state=4)
    parts = [
        part
        for layer, (_, biases) in zip(made.layers, whole.layers, strict=True)
        for part in (layer.values.ravel(), biases)
    ]
    answer = models.runtime(Network(np.concatenate(parts), whole.layer_sizes))
    right = (answer(own.test_inputs).argmax(axis=1) == own.test_targets).mean()
    assert found(bits)[4] == pytest.approx(right, abs=1.5 / len(own.test_targets))


def test_activations_are_moved_to_even_steps_up_to_the_largest_in_training() -> None:
    own, whole, values = examples(), trained(), examples().test_inputs
    steps = 2**3 - 1
    for number, (layer, seen) in enumerate(
        zip(quantisation.quantisation(bits=3).layers, forward(whole, own.inputs), strict=False)
    ):
        size = seen.max() / steps
        sums = size * np.clip(np.rint(values / size), 0, steps) @ layer.values + whole.layers[number][1]
        values = np.maximum(sums, 0)
    right = (sums.argmax(axis=1) == own.test_targets).mean()
    assert found(3, quantised=BOTH)[0] == pytest.approx(right, abs=1.5 / len(own.test_targets))


@pytest.mark.parametrize("per_channel", [False, True])
def test_the_sizes_are_those_of_the_packed_weights(per_channel: bool) -> None:
    for bits in BITS:
        made = quantisation.quantisation(bits=bits, per_channel=per_channel)
        assert made.stored_bytes == sum(len(packed(layer)) for layer in made.layers)
    assert made.float_bytes == 4 * (64 * 48 + 48 * 10)
    assert made.smaller < 32


def test_the_break_is_the_widest_below_ten_points_and_the_functions_agree_with_the_lab() -> None:
    for per_channel in (False, True):
        for scale in SCALES:
            made = quantisation.quantisation(per_channel=per_channel, scale=scale)
            means = {bits: accuracy_at(bits=bits, per_channel=per_channel, scale=scale) for bits in BITS}
            broken = breaks_at(per_channel=per_channel, scale=scale)
            assert made.breaks == broken
            assert means[broken] < made.before - 0.1
            assert all(means[bits] >= made.before - 0.1 for bits in range(broken + 1, 9))


def test_the_shown_weights_are_those_of_the_training_and_other_numbers_start_again() -> None:
    for seed in (0, 7, 17):
        made = quantisation.quantisation(random_state=seed)
        np.testing.assert_array_equal(made.weights, trained(random_state=seed % 10).layers[0][0])
        assert f"in training {seed % 10 + 1}, " in str(made)


def test_the_sentence_says_it_whole() -> None:
    assert str(quantisation.quantisation()) == (
        "Weights of 8 bits, one scale per tensor by the largest weight: the shallow network’s weights take "
        "3.99 times less, 97 % right (32 bits: 97 %); in training 1, 1 % become 0."
    )
    assert "Simulated" in quantisation.quantisation().conditions
    assert "Activations" in quantisation.quantisation(quantised=BOTH).conditions


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"bits": 9}, "bits must be a whole number from 1 to 8, got 9"),
        ({"scale": "best"}, "scale must be one of largest weight, fitted, got 'best'"),
        ({"network": "wide"}, "network must be one of shallow, deep, got 'wide'"),
        (
            {"quantised": "biases"},
            "quantised must be one of weights, weights and activations, got 'biases'",
        ),
    ],
)
def test_what_can_not_be_is_refused(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}$"):
        quantisation.quantisation(**settings)
    with pytest.raises(ValueError, match=f"^{says}$"):
        accuracy_at(**settings)


# Views and the lab


def drawn(lab: Any, view: str) -> Axes:
    axes: Axes = lab._canvas.axes[view]
    return axes


def boxes(axes: Axes, number: int) -> Array:
    """Left and right end, and the top, of what a view has filled."""
    shapes = [each for each in axes.get_children() if isinstance(each, PolyCollection)][number]
    corners: list[Any] = [path.vertices for path in shapes.get_paths()]
    ends = [(each[:, 0].min(), each[:, 0].max(), each[:, 1].max()) for each in corners]
    return np.array(ends).reshape(-1, 3)


@pytest.mark.parametrize("start", [{}, {"scale": FITTED}, {"symmetric": False}, {"per_channel": True}])
def test_every_weight_stands_in_a_bar_and_the_dark_one_is_0(start: dict[str, Any]) -> None:
    lab = quantisation_lab(start=start)
    for bits in BITS:
        lab.control("bits").value = bits
        axes, result = drawn(lab, "snapped"), lab.result
        bars = boxes(axes, 0)
        assert bars[:, 2].sum() == result.weights.size
        assert boxes(axes, 1)[:, 2].sum() == pytest.approx((result.snapped.values == 0).sum())
        assert max(bars[:, 2]) <= axes.get_ylim()[1] == (ALL if bits <= 5 else HILL)
        if not result.per_channel and bits <= 5:
            values, counts = np.unique(result.snapped.values, return_counts=True)
            np.testing.assert_allclose(bars[:, :2].mean(axis=1), values, atol=1e-9)
            np.testing.assert_array_equal(bars[:, 2], counts)


def test_the_lines_are_the_values_and_the_shade_is_what_becomes_0() -> None:
    lab = quantisation_lab(start={"bits": 3})
    axes, result = drawn(lab, "as_trained"), lab.result
    (grid,) = (each for each in axes.collections if isinstance(each, LineCollection))
    places = [segment[0, 0] for segment in grid.get_segments()]
    np.testing.assert_allclose(places, np.unique(result.snapped.values))
    ((left, right, _),) = boxes(axes, 0)
    inside = (result.weights > left) & (result.weights < right)
    np.testing.assert_array_equal(inside, result.snapped.values == 0)
    counts, _ = np.histogram(result.weights, EDGES)
    np.testing.assert_array_equal(boxes(axes, 1)[:, 2], counts[counts > 0])
    assert counts.sum() == result.weights.size, "all of them lie inside the axis"


def test_written_counts_are_those_of_the_bars() -> None:
    lab = quantisation_lab(start={"bits": 2})
    axes = drawn(lab, "snapped")
    marks: list[Any] = [each for each in axes.get_children() if isinstance(each, Words)]
    texts = [words.text for words in marks]
    tops = [top / ALL for _, _, top in boxes(axes, 0)[[0, -1]]]
    assert all(0.03 < words.up - top < 0.1 for words, top in zip(marks, tops, strict=False))
    low, _, high = np.unique(lab.result.snapped.codes, return_counts=True)[1]
    assert [text for text in texts if text] == [f"{low:,}", f"{high:,}", "97 % become 0"]


def test_lines_and_bands_are_the_accuracies_of_ten_trainings() -> None:
    lab = quantisation_lab(start={"bits": 3})
    axes, result = drawn(lab, "accuracy"), lab.result
    lines: list[Any] = list(axes.lines)
    _, before, here, layer, channel, ball = lines
    assert before.get_ydata()[0] == result.as_trained.mean()
    assert here.get_xdata()[0] == ball.get_xdata()[0] == 3
    bands: list[Any] = [each for each in axes.collections if each.get_alpha() == 0.2]
    for line, band, accuracies in zip((layer, channel), bands, result.accuracies, strict=True):
        np.testing.assert_allclose(line.get_data(), (BITS, accuracies.mean(axis=1)))
        edges = band.get_paths()[0].vertices[:, 1]
        assert (edges.min(), edges.max()) == (accuracies.min(), accuracies.max())
    (broken,) = boxes(axes, 0)
    np.testing.assert_allclose(broken[:2], (1.5, 2.5))
    assert layer.get_linewidth() > channel.get_linewidth(), "the chosen one is the heavier"
    assert layer.get_color() == style.BLUE


def test_bars_of_the_size_are_as_long_as_the_bytes() -> None:
    lab = quantisation_lab(start={"bits": 4})
    axes, result = drawn(lab, "weights_size"), lab.result
    (now,) = boxes(axes, 0)
    assert now[1] == pytest.approx(result.stored_bytes / result.float_bytes)
    assert {words.text for words in axes.findobj(Words)} == {"32 bits", "4 bits", "14.2 kB", "1.78 kB"}


def test_the_bits_are_dragged_along_the_accuracy_and_at_most_five_controls_are_open() -> None:
    lab = quantisation_lab()
    axes = drawn(lab, "accuracy")
    for wanted, at in ((3, 3.2), (1, 0.7), (8, 8.4)):
        across, up = axes.transData.transform((at, 0.5)) / lab._canvas.figure.bbox.size
        point(lab, "down", across, 1 - up)
        point(lab, "up", across, 1 - up)
        assert lab.settings["bits"] == wanted
        assert lab.result.bits == wanted
    assert set(lab._panel.controls) == {"bits", "per_channel", "scale", "quantised", "network", "symmetric"}


@pytest.mark.parametrize(
    ("setting", "value"),
    [("bits", 7), ("per_channel", True), ("scale", FITTED), ("quantised", BOTH), ("network", "deep"),
     ("symmetric", False)],
)  # fmt: skip
def test_each_control_moves_the_sentence_and_the_picture(setting: str, value: object) -> None:
    lab = quantisation_lab()
    before = str(lab.result), lab._picture.source
    lab.control(setting).value = value
    assert str(lab.result) != before[0]
    assert lab._picture.source != before[1]


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("scale", SCALES)
def test_no_text_leaves_the_picture_or_meets_another(scale: str, symmetric: bool) -> None:
    network = "deep" if scale == SCALES[0] else "shallow"
    lab = quantisation_lab(start={"scale": scale, "symmetric": symmetric, "network": network})
    for per_channel in (False, True):
        lab.control("per_channel").value = per_channel
        for bits in (8, 5, 3, 2, 1):
            lab.control("bits").value = bits
            assert_apart(lab)
            assert len(str(lab.result)) <= 205
