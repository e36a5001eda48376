"""What a training run says of itself."""

from typing import Any

import numpy as np
import pytest

from course import networks
from course.runs import Run
from course.training import learn_digits


def a_run(accuracies: list[tuple[float, float]], **options: Any) -> Run:
    """A run with these accuracies on 1,000 training and 450 test digits."""
    usual: dict[str, Any] = {
        "network": networks.initialise(layer_sizes=(64, 32, 10)),
        "history": np.array([(2.0, 2.0, own, test) for own, test in accuracies]),
        "train_size": 1000,
        "test_inputs": np.zeros((450, 64)),
        "test_targets": np.zeros(450, dtype=int),
        "examples": np.array([0]),
        "max_epochs": 100,
        "steps": 32,
        "rule": "plain descent, rate 0.03",
        "random_state": 7,
        "noun": "digit",
    }
    return Run(**{**usual, **options})


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        (
            a_run([(0.1, 0.08)]),
            "Untrained, with 32 hidden neurons and random start 7, the network is right on 8 % of "
            "the test digits. An epoch will be 1,000 digits in 32 steps by plain descent, rate 0.03.",
        ),
        (
            a_run(
                [(0.1, 0.0)],
                network=networks.initialise(layer_sizes=(64, 1, 10)),
                steps=1,
                train_size=10,
                noun="example",
                rule="Adam descent, rate 1",
            ),
            "Untrained, with 1 hidden neuron and random start 7, the network is right on 0 % of "
            "the test examples. An epoch will be 10 examples in 1 step by Adam descent, rate 1.",
        ),
        (
            a_run([(0.1, 0.08), (0.62, 0.6)]),
            "After 1 epoch the network is right on 60 % of the 450 test digits, "
            "and on 62 % of the 1,000 it trained on.",
        ),
        (
            a_run([(0.1, 0.08), (0.62, 0.6), (1.0, 0.9956)]),
            "After 2 epochs the network is right on more than 99 % of the 450 test digits, "
            "and on 100 % of the 1,000 it trained on.",
        ),
        (
            a_run([(0.1, 0.08)], warning="Diverged at epoch 1."),
            "Untrained, with 32 hidden neurons and random start 7, the network is right on 8 % of "
            "the test digits.",
        ),
        (
            a_run([(0.1, 0.08), (0.62, 0.6)], warning="Diverged at epoch 1."),
            "After 1 epoch the network is right on 60 % of the 450 test digits, "
            "and on 62 % of the 1,000 it trained on.",
        ),
    ],
)
def test_a_run_says_where_it_stands(run: Run, sentence: str) -> None:
    assert str(run) == sentence


@pytest.mark.parametrize(
    ("options", "pace"),
    [
        ({"batch_size": 8}, "125 steps by plain descent, rate 0.03"),
        ({"batch_size": 1000, "optimiser": "Adam"}, "1 step by Adam descent, rate 0.03"),
        ({"train_size": 10, "optimiser": "momentum"}, "1 step by momentum descent, rate 0.03"),
        ({"train_size": 100, "learning_rate": 1e-4}, "4 steps by plain descent, rate 0.0001"),
    ],
)
def test_a_run_says_how_many_steps_an_epoch_has_and_by_which_rule(
    options: dict[str, Any], pace: str
) -> None:
    assert next(learn_digits(**options)).pace == pace
