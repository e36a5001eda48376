"""How a run ends early, and what it says then."""

import numpy as np
import pytest

from course import networks
from course.optimisers import OPTIMISERS
from course.training import learn_digits, train
from tests.runs import last, start_of

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_learning_rate_of_a_thousand_diverges(optimiser: str) -> None:
    for seed in range(5):
        run = last(learning_rate=1000, optimiser=optimiser, random_state=seed)
        assert run.warning.startswith("Diverged at epoch ")
        assert np.isfinite(run.history).all()


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_learning_rate_of_10_ends_early(optimiser: str) -> None:
    for seed in range(10):
        run = last(learning_rate=10, optimiser=optimiser, random_state=seed)
        assert run.warning.startswith(("Diverged at epoch ", "Stopped learning at epoch "))
        assert run.progress < 1


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_learning_rate_of_10_learns_nothing(optimiser: str) -> None:
    for seed in range(5):
        run = last(learning_rate=10, optimiser=optimiser, random_state=seed, max_epochs=30)
        assert run.test_accuracy[-1] < 0.2
        assert run.train_loss[-1] > run.train_loss[0]
        assert np.isfinite(run.history).all()


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_the_advice_to_try_a_learning_rate_of_one_in_thirty_is_good(optimiser: str) -> None:
    for seed in range(3):
        run = last(learning_rate=0.03, optimiser=optimiser, random_state=seed)
        assert (run.warning, run.epoch) == ("", 100)
        assert run.test_accuracy[-1] > 0.9


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_run_that_ends_in_nan_keeps_the_last_finite_network(optimiser: str) -> None:
    first, end = learn_digits(learning_rate=1e200, optimiser=optimiser)
    assert end.warning == (
        "Diverged at epoch 1 with learning rate 1e+200: the loss is no longer a finite number. Try 0.03."
    )
    np.testing.assert_array_equal(end.network.parameters, first.network.parameters)
    np.testing.assert_array_equal(end.history, first.history)


def test_a_loss_that_has_grown_a_hundredfold_is_said_in_numbers() -> None:
    end = last(learning_rate=1000)
    growth = end.train_loss[-1] / end.train_loss[0]
    assert growth > 100
    assert end.warning == (
        f"Diverged at epoch {end.epoch} with learning rate 1000: "
        f"the loss is {growth:,.0f} times what it was. Try 0.03."
    )


@pytest.mark.parametrize("learning_rate", [1e10, 1e50])
def test_a_loss_that_has_grown_beyond_a_million_is_said_in_words(learning_rate: float) -> None:
    assert last(learning_rate=learning_rate).warning == (
        f"Diverged at epoch 1 with learning rate {learning_rate:g}: "
        "the loss is more than a million times what it was. Try 0.03."
    )


@pytest.mark.parametrize(
    ("learning_rate", "advice"),
    [(0.03, "Try more neurons, or another random start."), (0.1, "Try 0.03.")],
)
def test_a_network_of_zeros_stops_at_once(learning_rate: float, advice: str) -> None:
    start = start_of(learning_rate=learning_rate)
    start["network"] = networks.initialise(layer_sizes=(64, 8, 10), scale=0)
    _, end = train(**start, test_inputs=start["inputs"], test_targets=start["targets"])
    assert end.warning == (
        f"Stopped learning at epoch 1 with learning rate {learning_rate}: "
        f"every example now gets the same answer. {advice}"
    )
