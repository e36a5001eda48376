"""The pruning lab: what its numbers rest on, over ten seeds, and that the picture shows them."""

import zlib
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest

from course import models, networks, trained
from course.pruning import fine_tuning, gradual_pruning, masks, pruned, without_neurons
from course.sparsity import EPOCHS, FINE_TUNE, NEURONS, SHARES, TRAININGS, WAYS, Sparsity, sparsity
from course.training import descend
from course.wording import size
from tests.apart import assert_apart
from tests.labs import point
from widgets.marks import Tiles, Words
from widgets.pruning import pruning_lab

pytestmark = pytest.mark.usefixtures("one_thread")
SEEN = trained.examples()
LEARN: dict[str, Any] = {"inputs": SEEN.inputs, "targets": SEEN.targets}


def at(epoch: int, **settings: Any) -> Sparsity:
    return next(islice(sparsity(**settings), epoch, None))


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("share", [0.0, 0.75, 1.0])
def test_what_is_counted_is_what_the_file_holds(how: str, share: float) -> None:
    result = at(0, pruned_share=share, how=how)
    file = models.to_onnx(result.network)
    held = models.load(file)
    counted = result.stored[1]
    assert counted.nonzero == sum(int((weights != 0).sum()) for weights, _ in held.layers)
    assert counted.file_bytes == len(file)
    assert counted.compressed_bytes == len(zlib.compress(file, 9))
    assert counted.multiply_adds == sum(a * b for a, b in pairwise(held.layer_sizes))


def test_zeros_make_no_file_smaller_but_a_compressed_one_and_no_product_less() -> None:
    whole, now = at(0).stored
    assert now.nonzero == 355
    assert now.file_bytes == whole.file_bytes
    assert now.multiply_adds == whole.multiply_adds
    assert now.compressed_bytes < whole.compressed_bytes / 5


def test_neurons_less_are_a_smaller_file_and_fewer_products() -> None:
    whole, now = at(0, how=NEURONS, pruned_share=0.75).stored
    assert now.file_bytes < whole.file_bytes / 3
    assert now.multiply_adds == now.nonzero == whole.multiply_adds / 4


def test_the_network_is_that_of_plain_fine_tuning() -> None:
    result = at(2, pruned_share=0.8, random_state=1)
    network = trained.trained(random_state=1)
    mask = masks(network=network, share=0.8)
    run = fine_tuning(network=network, mask=mask, random_state=1, **LEARN)
    assert np.array_equal(result.network.parameters, next(islice(run, 2, None)).parameters)
    assert np.array_equal(result.at_once.parameters, pruned(network, mask).parameters)
    assert result.unpruned == SEEN.accuracy(network)


def test_neurons_are_removed_step_by_step_down_to_the_share() -> None:
    counts = [each.neurons.size for each in sparsity(how=NEURONS, fine_tune="gradual")]
    assert counts[0] == 48
    assert counts[20] == counts[30] == 5
    assert counts == sorted(counts, reverse=True)


def test_the_curves_are_those_of_further_trainings() -> None:
    result = at(EPOCHS, fine_tune="none")
    assert result.curves.shape == (TRAININGS, 2, len(SHARES))
    for seed in range(TRAININGS):
        network = trained.trained(random_state=seed)
        ways: Any = ((0, {}), (1, {"how": "random", "random_state": seed}))
        for row, way in ways:
            lost = [
                SEEN.accuracy(pruned(network, masks(network=network, share=share, **way)))
                for share in SHARES
            ]
            np.testing.assert_array_equal(result.curves[seed, row], lost)


def test_the_network_from_scratch_is_as_small() -> None:
    for how in WAYS:
        result = at(0, how=how)
        left = result.stored[1].nonzero
        assert abs(74 * result.scratch.layer_sizes[1] - left) <= 37
    assert at(0, how=NEURONS).scratch.layer_sizes == at(0, how=NEURONS).network.layer_sizes


def from_scratch(sizes: tuple[int, ...], seed: int) -> float:
    start = networks.initialise(layer_sizes=sizes, random_state=seed + 1000)
    run = descend(network=start, optimiser="momentum", random_state=seed, **LEARN)
    return SEEN.accuracy(next(islice(run, 50, None)))


def test_half_the_neurons_trained_from_scratch_do_as_well_over_ten_seeds() -> None:
    """No clear difference: a mean of .001 or less, none beyond .02 (30 + 20 epochs against 50)."""
    apart = []
    for seed in range(10):
        small = without_neurons(network=trained.trained(random_state=seed), share=0.5)
        run = descend(network=small, optimiser="momentum", random_state=seed, **LEARN)
        tuned = SEEN.accuracy(next(islice(run, 20, None)))
        apart.append(tuned - from_scratch(small.layer_sizes, seed))
    assert abs(np.mean(apart)) < 0.005
    assert np.abs(apart).max() < 0.02


def test_few_weights_chosen_beat_as_few_from_scratch_over_ten_seeds() -> None:
    """At 90 % pruned: .96 against .85, and that from scratch depends on luck."""
    chosen, other = [], []
    for seed in range(10):
        network = trained.trained(random_state=seed)
        run = fine_tuning(
            network=network, mask=masks(network=network, share=0.9), random_state=seed, **LEARN
        )
        chosen.append(SEEN.accuracy(next(islice(run, 10, None))))
        other.append(from_scratch((64, 5, 10), seed))
    assert (np.array(chosen) > other).all()
    assert np.mean(chosen) - np.mean(other) > 0.05
    assert np.ptp(chosen) < 0.05 < np.ptp(other)


def test_step_by_step_helps_where_much_is_pruned() -> None:
    """At 98 %, 20 epochs each: .84 against .62; at 90 % it is better in half of the seeds only."""
    for seed in range(10):
        network = trained.trained(random_state=seed)
        mask = masks(network=network, share=0.98)
        after = fine_tuning(network=network, mask=mask, random_state=seed, **LEARN)
        stepwise = gradual_pruning(network=network, share=0.98, epochs=20, random_state=seed, **LEARN)
        both = [SEEN.accuracy(next(islice(run, 20, None))) for run in (after, stepwise)]
        assert both[1] > both[0] + 0.03


def test_the_sentence_names_what_is_pruned_and_what_comes_back() -> None:
    start, end = at(0), at(EPOCHS)
    before, whole, now, other = (
        f"{100 * each:.0f} %" for each in (end.before, end.unpruned, end.accuracy, end.scratch_accuracy)
    )
    gone = (
        f"Without 90 % of the weights (smallest of all) {before} of new digits are right, with all {whole}"
    )
    assert str(start) == f"{gone}; Run fine-tunes what is left."
    assert str(end) == f"{gone}; after 30 epochs of fine-tuning {now}; as small from scratch {other}."
    assert str(at(1)).count("after 1 epoch of") == 1
    assert all(len(str(at(1, how=how, fine_tune=tune))) < 190 for how in WAYS for tune in FINE_TUNE)


def test_one_neuron_always_stays_and_that_is_said() -> None:
    result = at(0, how=NEURONS, pruned_share=1.0)
    assert str(result).startswith("Without all hidden neurons but one ")
    assert "chance" not in str(result)


def test_as_many_trainings_are_named_as_there_are() -> None:
    assert "lowest to highest of 1 trainings" in at(0).conditions
    assert f"lowest to highest of {TRAININGS} trainings" in at(EPOCHS).conditions


def test_a_small_network_from_scratch_is_the_middle_of_three() -> None:
    end = at(EPOCHS, pruned_share=0.95)
    each = sorted(trained.examples().accuracy(network) for network in end.scratches)
    assert len(each) == 3
    assert end.scratch_accuracy == each[1]


def test_when_everything_is_pruned_it_says_that_this_is_chance() -> None:
    result = at(0, pruned_share=1.0)
    assert 0.05 < result.before < 0.15
    assert "are right, as by chance, with all" in str(result)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"pruned_share": 1.5}, "pruned_share must be a number from 0 to 1, got 1.5"),
        ({"how": "luck"}, f"how must be one of {', '.join(WAYS)}, got 'luck'"),
        ({"fine_tune": "later"}, "fine_tune must be one of none, after, gradual, got 'later'"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_what_can_not_be_pruned_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(sparsity(**bad))
    assert str(refusal.value) == message


def drawn(lab: Any, view: str) -> Any:
    return lab._canvas.axes[view]


def texts(lab: Any, view: str) -> list[str]:
    return [words.text for words in drawn(lab, view).findobj(Words)]


def test_as_many_weights_are_blank_as_are_pruned() -> None:
    lab = pruning_lab(start={"pruned_share": 0.95})
    (tiles,) = drawn(lab, "first_layer").findobj(Tiles)
    kept = lab.result.first_layer != 0
    panel = (0xF4, 0xF6, 0xF8)
    shown = (tiles.colours != panel).any(axis=-1).reshape(48, 64)
    np.testing.assert_array_equal(shown, kept)
    weights = lab.result.first_layer[kept]
    red, _, blue = tiles.colours.reshape(48, 64, 3)[kept].astype(int).T
    np.testing.assert_array_equal(blue > red, weights > 0)
    assert drawn(lab, "first_layer").get_title("left") == f"First layer: {kept.sum():,} of 3,072 left"


def test_lines_and_marks_are_the_accuracies() -> None:
    lab = pruning_lab().advance(EPOCHS)
    found: Sparsity = lab.result
    _, _, blue, orange, *_, here, rise, scratch, now, _ = drawn(lab, "accuracy").lines
    np.testing.assert_array_equal(blue.get_ydata(), found.curves[0, 0])
    np.testing.assert_array_equal(orange.get_ydata(), found.curves[0, 1])
    assert list(rise.get_ydata()) == [found.before, found.accuracy]
    assert list(now.get_ydata()) == [found.accuracy]
    assert list(scratch.get_ydata()) == [found.scratch_accuracy]
    assert here.get_xdata()[0] == pytest.approx(1)
    assert f"fine-tuned {100 * found.accuracy:.0f} %" in texts(lab, "accuracy")


def test_bars_are_what_is_left() -> None:
    lab = pruning_lab(start={"how": NEURONS})
    whole, now = lab.result.stored
    full, *bars = (each.get_width() for each in drawn(lab, "left").patches)
    assert bars[0] == pytest.approx(full * now.nonzero / whole.nonzero)
    assert bars[-1] == pytest.approx(full * now.compressed_bytes / whole.compressed_bytes)
    assert size(now.file_bytes) in texts(lab, "left")


@pytest.mark.parametrize(
    ("setting", "other"),
    [("pruned_share", 0.95), ("how", "random"), ("fine_tune", "gradual"), ("fine_tune", "none")],
)
def test_each_control_moves_the_sentence_and_the_picture(setting: str, other: object) -> None:
    lab = pruning_lab()
    before = str(lab.result), lab._picture.source
    lab.control(setting).value = other
    assert str(lab.result) != before[0]
    assert lab._picture.source != before[1]
    assert len(lab._panel.controls) <= 5


def test_another_training_is_another_result() -> None:
    assert str(at(0, random_state=1)) != str(at(0))


@pytest.mark.parametrize("share", [0.0, 0.5, 0.95])
def test_the_share_is_dragged_on_the_axis(share: float) -> None:
    lab = pruning_lab()
    axes = drawn(lab, "accuracy")
    place = axes.transData.transform((-np.log10(1 - share), 0.1))
    across, up = lab._canvas.figure.transFigure.inverted().transform(place)
    point(lab, "down", float(across), float(1 - up))
    assert lab.settings["pruned_share"] == share


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("tune", FINE_TUNE)
def test_no_text_leaves_the_picture_or_meets_another(how: str, share: float, tune: str) -> None:
    assert_apart(pruning_lab(start={"how": how, "pruned_share": share, "fine_tune": tune}).advance(3))
