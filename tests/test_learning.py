"""Networks that learn points: what helps, what doesn't, and what can be changed on the way."""

from typing import Any

import numpy as np
import pytest

from course.learning import learn_points
from course.learnt import Learnt
from course.points import FEATURES

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = 10
FEATURES_MUST = "features must be one or more of x₁, x₂, x₁², x₂², x₁x₂, sin x₁, sin x₂"


def last(**settings: Any) -> Learnt:
    *_, learnt = learn_points(**settings)
    return learnt


def accuracies(**settings: Any) -> list[float]:
    """Test accuracy for ten random starts, each on points of its own."""
    return [float(last(random_state=seed, **settings).history[-1, 3]) for seed in range(SEEDS)]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_three_layers_of_eight_and_all_features_learn_the_spiral(activation: str) -> None:
    shares = accuracies(
        dataset="spiral", hidden_layer_sizes=(8, 8, 8), features=tuple(FEATURES), activation=activation
    )
    assert sum(share >= 0.95 for share in shares) >= 8


def test_linear_layers_stay_at_chance_on_the_circle_and_four_neurons_with_tanh_do_not() -> None:
    assert max(accuracies(hidden_layer_sizes=(8, 8, 8), activation="linear", max_epochs=100)) < 0.7
    assert min(accuracies(hidden_layer_sizes=(4,), max_epochs=300)) > 0.9


def test_weights_that_start_at_zero_never_separate() -> None:
    for seed in range(SEEDS):
        learnt = last(initialisation="zero", random_state=seed, max_epochs=50)
        assert abs(learnt.history[-1, 3] - 0.5) < 0.05
        assert "every example now gets the same answer" in learnt.warning


def test_the_right_features_need_no_hidden_neuron() -> None:
    squares = accuracies(hidden_layer_sizes=(), features=("x₁²", "x₂²"), max_epochs=100)
    product = accuracies(dataset="exclusive or", hidden_layer_sizes=(), features=("x₁x₂",), max_epochs=100)
    assert min(squares) > 0.95
    assert min(product) > 0.95


def test_numbers_are_learnt_too() -> None:
    assert last(dataset="plane", max_epochs=50).history[-1, 3] > 0.9
    assert str(last(dataset="plane", max_epochs=2)).startswith("After 2 epochs the network explains ")


def test_what_is_sent_holds_from_then_on_without_a_new_start() -> None:
    run = learn_points(max_epochs=20)
    items = [next(run) for _ in range(11)]
    after = run.send({"edits": "0 0 orange", "show_test": True})
    assert after.epoch == 11
    assert after.show_test
    assert len(after.points.train) == 251
    assert str(after).endswith(" Test points have a dark rim. 1 point by hand, the last at epoch 10.")
    assert not items[-1].show_test
    np.testing.assert_array_equal(after.history[:10], items[-1].history[:10])


def test_a_result_seen_with_other_points_is_measured_on_them() -> None:
    learnt = last(max_epochs=3)
    after = learnt.seen({"edits": "; ".join(["0 0 orange"] * 250)})
    assert after.history[-1, 2] != learnt.history[-1, 2]
    assert after.history[-1, 3] == learnt.history[-1, 3]


def test_several_random_starts_learn_the_same_points_side_by_side() -> None:
    learnt = last(random_starts=3, max_epochs=5, random_state=4)
    assert len(learnt.others) == 2
    alone = last(max_epochs=5, random_state=4)
    np.testing.assert_array_equal(learnt.history, alone.history)
    assert " With 3 random starts, test points: " in str(learnt)


def test_a_run_that_diverges_keeps_its_last_network_and_says_so() -> None:
    learnt = last(learning_rate=1e150, optimiser="momentum", activation="relu", max_epochs=50)
    assert learnt.warning
    assert np.isfinite(learnt.history).all()


def test_side_by_side_with_one_that_diverges_all_histories_are_as_long() -> None:
    learnt = last(learning_rate=1e200, activation="relu", random_starts=3, max_epochs=50)
    assert {len(history) for history in learnt.others} == {len(learnt.history)}


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"features": ()}, f"{FEATURES_MUST}, got ()"),
        ({"features": ("x₃",)}, f"{FEATURES_MUST}, got ('x₃',)"),
        ({"hidden_layer_sizes": (9,)}, "hidden_layer_sizes must be a whole number from 1 to 8, got 9"),
        ({"hidden_layer_sizes": 4}, "hidden_layer_sizes must be at most 6 whole numbers, got 4"),
        ({"dataset": "table"}, "a table must come first: choose one, paste one, or upload a file"),
        ({"train_size": 1}, "train_size must be a number from 0.1 to 0.9, got 1"),
        ({"noise": 0.6}, "noise must be a number from 0 to 0.5, got 0.6"),
    ],
)  # fmt: skip
def test_learn_points_says_what_is_wrong(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(learn_points(**bad))
    assert str(refusal.value) == message
