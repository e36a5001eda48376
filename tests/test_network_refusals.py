"""What a network refuses, and how it says so."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from course import networks


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"layer_sizes": 3}, "layer_sizes must be a sequence of whole numbers, got 3"),
        ({"layer_sizes": "34"}, "layer_sizes must be a sequence of whole numbers, got '34'"),
        ({"layer_sizes": (3,)}, "layer_sizes must name inputs and outputs at least, got (3,)"),
        ({"layer_sizes": (3, 0)}, "layer_sizes must be a whole number of at least 1, got 0"),
        ({"layer_sizes": (3, 2.5)}, "layer_sizes must be a whole number of at least 1, got 2.5"),
        ({"activation": "step"}, "activation must be one of relu, tanh, sigmoid, linear, got 'step'"),
        ({"output": "relu"}, "output must be one of softmax, sigmoid, linear, got 'relu'"),
        ({"output": "sigmoid"}, "layer_sizes must end in a single output for sigmoid, got (3, 4)"),
        ({"scale": -1}, "scale must be a number of at least 0, got -1"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_initialise_says_what_is_wrong(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        networks.initialise(**{"layer_sizes": (3, 4), **bad})
    assert str(refusal.value) == message


@pytest.mark.parametrize("function", [networks.loss, networks.gradient])
@pytest.mark.parametrize(
    ("inputs", "targets", "penalty", "message"),
    [
        ([[1, 2, 3]], [0], {}, "inputs must have shape any x 2, got 1 x 3"),
        ([1, 2], [0], {}, "inputs must have shape any x 2, got 2"),
        ([], [], {}, "inputs must have shape any x 2, got 0"),
        ([[1, np.nan]], [0], {}, "inputs must hold finite numbers only, got 1 that are not"),
        ([["a", 1]], [0], {}, "inputs must hold numbers only, got [['a', 1]]"),
        ([[1, 2]], [0, 1], {}, "targets must have shape 1, got 2"),
        ([[1, 2]], [3], {}, "targets must hold whole numbers from 0 to 2, got 3.0"),
        ([[1, 2]], [0], {"l1": -1}, "l1 must be a number of at least 0, got -1"),
        ([[1, 2]], [0], {"l2": np.inf}, "l2 must be a number of at least 0, got inf"),
    ],
)
def test_the_loss_and_its_gradient_say_what_is_wrong(
    function: Callable[..., Any], inputs: Any, targets: Any, penalty: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        function(networks.initialise(layer_sizes=(2, 3)), inputs, targets, **penalty)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("n_outputs", "targets", "message"),
    [
        (1, [1.0], "targets must have shape 2, got 1"),
        (1, [[1.0, 2.0]], "targets must have shape 2 x 1, got 1 x 2"),
        (2, [1.0, 2.0], "targets must have shape 2 x 2, got 2"),
        (1, [np.inf, 0.0], "targets must hold finite numbers only, got 1 that are not"),
        (1, [[1.0], [1.0, 2.0]], "targets must hold numbers only, got [[1.0], [1.0, 2.0]]"),
    ],
)
def test_linear_outputs_say_what_is_wrong_with_their_targets(
    n_outputs: int, targets: Any, message: str
) -> None:
    network = networks.initialise(layer_sizes=(2, n_outputs), output="linear")
    with pytest.raises(ValueError, match="must") as refusal:
        networks.loss(network, [[1.0, 2.0], [3.0, 4.0]], targets)
    assert str(refusal.value) == message


@pytest.mark.parametrize("naming", [networks.predict, partial(networks.accuracy, targets=[1.0])])
def test_a_single_output_names_no_class(naming: Any) -> None:
    network = networks.initialise(layer_sizes=(2, 1), output="linear")
    with pytest.raises(ValueError, match="must") as refusal:
        naming(network, [[0.0, 1.0]])
    assert str(refusal.value) == "network must have two outputs or more to name classes, got 1"
