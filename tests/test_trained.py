"""The networks that later lessons make smaller."""

import numpy as np
import pytest

from course import networks, trained


def test_digits_are_learnt_from_ten_random_starts() -> None:
    """Test accuracy of 64-48-10 over 10 seeds: .96 or more each."""
    seen = trained.examples()
    found = [seen.accuracy(trained.trained(random_state=seed)) for seed in range(10)]
    assert min(found) >= 0.96


def test_a_deep_network_learns_as_well() -> None:
    seen = trained.examples()
    deep = [trained.trained(hidden_layer_sizes=(48,) * 4, random_state=seed) for seed in range(3)]
    assert min(seen.accuracy(network) for network in deep) >= 0.95


def test_mnist_is_learnt_and_kept() -> None:
    seen = trained.examples(data="MNIST")
    network = trained.trained(data="MNIST", hidden_layer_sizes=(32,))
    assert seen.accuracy(network) >= 0.91
    *_, again = trained.training(data="MNIST", hidden_layer_sizes=(32,))
    assert np.allclose(again.parameters, network.parameters)


def test_training_begins_with_the_untrained_network() -> None:
    first = next(trained.training(random_state=3))
    assert np.array_equal(
        first.parameters, networks.initialise(layer_sizes=(64, 48, 10), random_state=3).parameters
    )


def test_learning_and_test_images_share_no_row() -> None:
    seen = trained.examples(data="MNIST")
    both = np.vstack([seen.inputs, seen.test_inputs])
    assert len(both) == 5000
    assert len(np.unique(both, axis=0)) >= 4990


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"data": "letters"}, "data must be one of digits, MNIST, got 'letters'"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
        ({"hidden_layer_sizes": (0,)}, "layer_sizes must be a whole number of at least 1, got 0"),
    ],
)
def test_what_can_not_be_trained_is_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        trained.trained(**given)  # type: ignore[arg-type]
