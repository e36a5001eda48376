"""Pruning: which weights go, that they stay gone, and what it does over ten seeds."""

from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import networks, trained
from course.networks import Network
from course.pruning import (
    HOW,
    fine_tuning,
    gradual_pruning,
    kept_neurons,
    layer_numbers,
    masks,
    pruned,
    scheduled,
    without_neurons,
)
from course.training import descend

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(10)
SEEN = trained.examples()
SMALL = networks.initialise(layer_sizes=(4, 6, 5, 3), random_state=1)


def after(network: Network, mask: Any, *, epochs: int = 20, seed: int = 0) -> Network:
    run = fine_tuning(
        network=network, mask=mask, inputs=SEEN.inputs, targets=SEEN.targets, random_state=seed
    )
    return next(islice(run, epochs, None))


def trained_on(network: Network, epochs: int, seed: int) -> Network:
    run = descend(
        network=network,
        inputs=SEEN.inputs,
        targets=SEEN.targets,
        optimiser="momentum",
        random_state=seed,
    )
    return next(islice(run, epochs, None))


@given(
    share=st.floats(0, 1),
    how=st.sampled_from(HOW),
    seed=st.integers(0, 99),
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=4),
)
def test_exactly_so_many_weights_go_and_no_bias(
    share: float, how: str, seed: int, sizes: list[int]
) -> None:
    network = networks.initialise(layer_sizes=sizes, random_state=seed)
    mask = masks(network=network, share=share, how=how, random_state=seed)
    layers = layer_numbers(network=network)
    assert mask[layers == -1].all()
    for number in range(len(sizes) - 1):
        if how == "magnitude, layer by layer":
            here = layers == number
            assert (~mask[here]).sum() == round(share * here.sum())
    if how != "magnitude, layer by layer":
        assert (~mask).sum() == round(share * (layers >= 0).sum())


def test_what_stays_is_nowhere_smaller_than_what_goes() -> None:
    size, layers = np.abs(SMALL.parameters), layer_numbers(network=SMALL)
    for share in (0.1, 0.5, 0.9):
        whole = masks(network=SMALL, share=share)
        assert size[~whole].max() <= size[whole & (layers >= 0)].min()
        each = masks(network=SMALL, share=share, how="magnitude, layer by layer")
        for number in range(3):
            here = layers == number
            assert size[~each & here].max() <= size[each & here].min()


def test_of_equal_weights_the_first_go() -> None:
    network = Network(np.ones(23), (4, 3, 2))
    gone = np.flatnonzero(~masks(network=network, share=1 / 3))
    assert list(gone) == [0, 1, 2, 3, 4, 5]


def test_a_larger_random_share_takes_the_same_weights_and_more() -> None:
    few, many = (masks(network=SMALL, share=share, how="random", random_state=3) for share in (0.3, 0.6))
    assert not (many & ~few).any()
    other = masks(network=SMALL, share=0.6, how="random", random_state=4)
    assert not np.array_equal(other, many)


def test_layers_are_numbered_as_the_network_reads_its_parameters() -> None:
    numbers = layer_numbers(network=SMALL).astype(float)
    for number, (weights, biases) in enumerate(Network(numbers, SMALL.layer_sizes).layers):
        assert (weights == number).all()
        assert (biases == -1).all()


@pytest.mark.parametrize("how", HOW)
def test_share_0_leaves_a_network_as_it_is_and_share_1_leaves_the_biases(how: str) -> None:
    network = trained.trained()
    same = pruned(network, masks(network=network, share=0, how=how))
    assert np.array_equal(same.parameters, network.parameters)
    nothing = pruned(network, masks(network=network, share=1, how=how))
    assert not nothing.parameters[layer_numbers(network=network) >= 0].any()
    assert len(set(networks.predict(nothing, SEEN.test_inputs))) == 1, "one answer to everything"


def test_what_is_pruned_stays_exactly_0_and_the_rest_is_trained() -> None:
    network = trained.trained()
    mask = masks(network=network, share=0.9)
    tuned = after(network, mask, epochs=3)
    assert not tuned.parameters[~mask].any()
    moved = tuned.parameters[mask] != network.parameters[mask]
    assert moved.mean() > 0.85, "but for weights of pixels that are always white"


def test_with_everything_kept_fine_tuning_is_training() -> None:
    network = trained.trained(random_state=2)
    every = np.ones(network.parameters.size, bool)
    np.testing.assert_allclose(
        after(network, every, epochs=2, seed=5).parameters,
        trained_on(network, 2, 5).parameters,
        atol=1e-12,
    )


def test_fine_tuning_begins_with_the_pruned_network() -> None:
    network, mask = trained.trained(), masks(network=trained.trained(), share=0.7)
    assert np.array_equal(after(network, mask, epochs=0).parameters, pruned(network, mask).parameters)


@pytest.fixture(scope="module")
def at_90_percent() -> dict[str, np.ndarray[Any, Any]]:
    """Accuracy over ten seeds with 90 % pruned, shape (10 seeds, before and after 20 epochs)."""
    found = {}
    for how in HOW:
        rows = []
        for seed in SEEDS:
            network = trained.trained(random_state=seed)
            mask = masks(network=network, share=0.9, how=how, random_state=seed)
            rows.append(
                [SEEN.accuracy(each) for each in (pruned(network, mask), after(network, mask, seed=seed))]
            )
        found[how] = np.array(rows)
    return found


def test_fine_tuning_brings_back_what_90_percent_cost(at_90_percent: dict[str, Any]) -> None:
    """Over ten seeds: .77 to .96 for the whole network, .58 to .95 layer by layer."""
    for how in HOW[:2]:
        before, later = at_90_percent[how].T
        assert before.max() < 0.85
        assert later.min() > 0.92
        assert (later - before).min() > 0.1


def test_the_smallest_weights_are_missed_less_than_any(at_90_percent: dict[str, Any]) -> None:
    """Over ten seeds, before fine-tuning (.77 against .12) and after (.96 against .76)."""
    apart = at_90_percent[HOW[0]] - at_90_percent["random"]
    assert apart[:, 0].min() > 0.5
    assert apart[:, 1].min() > 0.05


def test_choosing_in_the_whole_network_costs_less_than_in_each_layer(at_90_percent: dict[str, Any]) -> None:
    """Over ten seeds .19 before fine-tuning; after it there is hardly a difference."""
    apart = at_90_percent[HOW[0]] - at_90_percent[HOW[1]]
    assert apart[:, 0].mean() > 0.1
    assert (apart[:, 0] > 0).sum() >= 9
    assert abs(apart[:, 1].mean()) < 0.02


def test_half_of_the_weights_are_hardly_missed() -> None:
    """Over ten seeds, without fine-tuning: .01 lost in the middle."""
    lost = []
    for seed in SEEDS:
        network = trained.trained(random_state=seed)
        half = pruned(network, masks(network=network, share=0.5))
        lost.append(SEEN.accuracy(network) - SEEN.accuracy(half))
    assert max(lost) < 0.03


def test_the_schedule_is_cubic() -> None:
    assert scheduled(share=0.9, done=0) == 0
    assert scheduled(share=0.9, done=1) == 0.9
    steps = np.diff([scheduled(share=0.9, done=each) for each in np.linspace(0, 1, 11)])
    assert (np.diff(steps) < 0).all(), "ever less"
    assert scheduled(share=0.8, done=0.5) == pytest.approx(0.8 - 0.8 / 8)


def test_gradual_pruning_takes_more_each_epoch_and_ends_at_the_share() -> None:
    run = gradual_pruning(
        network=SMALL, inputs=np.eye(4), targets=[0, 1, 2, 0], share=0.8, epochs=9, random_state=1
    )
    layers = layer_numbers(network=SMALL)
    zeros = [int((each.parameters[layers >= 0] == 0).sum()) for each in run]
    assert zeros == [round(69 * scheduled(share=0.8, done=min(1, n / 6))) for n in range(10)]


@given(share=st.floats(0, 1), seed=st.integers(0, 99))
def test_a_smaller_network_has_the_neurons_that_stay(share: float, seed: int) -> None:
    network = networks.initialise(layer_sizes=(4, 9, 7, 3), random_state=seed)
    small = without_neurons(network=network, share=share)
    assert small.layer_sizes == (4, max(9 - round(9 * share), 1), max(7 - round(7 * share), 1), 3)
    kept = kept_neurons(network=network, share=share)
    (first, biases), (second, _), (last, ends) = network.layers
    np.testing.assert_array_equal(small.layers[0][0], first[:, kept[0]])
    np.testing.assert_array_equal(small.layers[0][1], biases[kept[0]])
    np.testing.assert_array_equal(small.layers[1][0], second[kept[0]][:, kept[1]])
    np.testing.assert_array_equal(small.layers[2][0], last[kept[1]])
    np.testing.assert_array_equal(small.layers[2][1], ends)


def test_neurons_go_whose_weights_are_smallest_and_scaling_does_not_matter() -> None:
    (first, biases), (last, ends) = networks.initialise(layer_sizes=(4, 6, 3)).layers
    worth = [
        np.sqrt((first[:, n] ** 2).sum()) * np.sqrt((last[n] ** 2).sum()) for n in range(6)
    ]  # written out
    scale = np.array([3.0, 0.1, 5.0, 1.0, 0.2, 8.0])
    parts = [(first * scale).ravel(), biases * scale, (last / scale[:, None]).ravel(), ends]
    (kept,) = kept_neurons(network=Network(np.concatenate(parts), (4, 6, 3)), share=0.5)
    assert set(kept) == set(np.argsort(worth)[3:])


def test_a_neuron_of_which_nothing_goes_out_is_not_missed() -> None:
    (first, biases), (last, ends) = networks.initialise(layer_sizes=(4, 6, 3)).layers
    last = last.copy()
    last[[1, 4]] = 0
    network = Network(np.concatenate([first.ravel(), biases, last.ravel(), ends]), (4, 6, 3))
    inputs = np.random.default_rng(0).standard_normal((20, 4))
    small = without_neurons(network=network, share=1 / 3)
    np.testing.assert_allclose(
        networks.forward(small, inputs)[-1], networks.forward(network, inputs)[-1], atol=1e-12
    )


NETWORK = {"network": SMALL}
TUNE = {
    **NETWORK,
    "mask": np.ones(SMALL.parameters.size, bool),
    "inputs": np.zeros((2, 4)),
    "targets": [0, 1],
}


@pytest.mark.parametrize(
    ("function", "given", "message"),
    [
        (masks, {**NETWORK, "share": 1.5}, "share must be a number from 0 to 1, got 1.5"),
        (masks, {**NETWORK, "share": -0.1}, "share must be a number from 0 to 1, got -0.1"),
        (masks, {**NETWORK, "how": "luck"}, f"how must be one of {', '.join(HOW)}, got 'luck'"),
        (without_neurons, {**NETWORK, "share": 2}, "share must be a number from 0 to 1, got 2"),
        (
            without_neurons,
            {"network": networks.initialise(layer_sizes=(4, 3))},
            "network must have a hidden layer, got 'A 4-3 network with 15 parameters.'",
        ),
        (pruned, {**NETWORK, "mask": [True]}, "mask must have shape 83, got 1"),
        (
            pruned,
            {**NETWORK, "mask": np.full(83, 0.5)},
            "mask must hold True and False only, got other numbers",
        ),
        (lambda **how: next(fine_tuning(**how)), {**TUNE, "batch_size": 0},
         "batch_size must be a whole number of at least 1, got 0"),
        (scheduled, {"done": 1.1}, "done must be a number from 0 to 1, got 1.1"),
    ],
)  # fmt: skip
def test_what_can_not_be_pruned_is_refused(function: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        function(**given)
    assert str(refusal.value) == message
