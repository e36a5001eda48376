"""Lesson 01: runs on digits, and what the lesson claims about them."""

from typing import Any

import numpy as np
import pytest

from course import datasets, networks, training
from course.training import learn_digits, train
from course.wording import percent
from tests.runs import last, start_of
from widgets.digits import digits_lab
from widgets.marks import Tiles, Words

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_run_begins_untrained_and_has_one_item_per_epoch() -> None:
    runs = list(learn_digits(max_epochs=5))
    start = networks.initialise(layer_sizes=(64, 64, 10), scale=0.4).parameters
    np.testing.assert_array_equal(runs[0].network.parameters, start)
    assert [run.epoch for run in runs] == [0, 1, 2, 3, 4, 5]
    assert [run.progress for run in runs] == [0, 0.2, 0.4, 0.6, 0.8, 1]
    assert [run.stage for run in runs][-1] == "Epoch 5 of 5"
    assert {run.warning for run in runs} == {""}


def test_a_history_only_grows_and_earlier_items_stay_as_they_were() -> None:
    seen = [(run, run.history.copy(), run.network.parameters.copy()) for run in learn_digits(max_epochs=5)]
    longest = seen[-1][1]
    for run, history, parameters in seen:
        np.testing.assert_array_equal(run.history, history)
        np.testing.assert_array_equal(history, longest[: len(history)])
        np.testing.assert_array_equal(run.network.parameters, parameters)


def test_a_history_holds_loss_and_accuracy_on_training_and_test_examples() -> None:
    x, y = datasets.digits().rows(np.arange(100))
    test_x, test_y = datasets.digits().rows(np.arange(100, 180))
    start = {"network": start_of()["network"], "inputs": x, "targets": y}
    for run in train(**start, test_inputs=test_x, test_targets=test_y, max_epochs=3):
        now = run.network
        assert run.train_loss[-1] == pytest.approx(networks.loss(now, x, y), rel=1e-12)
        assert run.test_loss[-1] == pytest.approx(networks.loss(now, test_x, test_y), rel=1e-12)
        assert run.train_accuracy[-1] == networks.accuracy(now, x, y)
        assert run.test_accuracy[-1] == networks.accuracy(now, test_x, test_y)


def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    first, again, other = (last(max_epochs=5, random_state=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.history, again.history)
    np.testing.assert_array_equal(first.network.parameters, again.network.parameters)
    assert not (first.history == other.history).all()


def test_no_test_digit_is_learnt_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "train", lambda **options: [options])
    taken: list[Any] = [next(learn_digits(train_size=1347, random_state=seed)) for seed in (0, 1)]
    first, second = taken
    tests = {row.tobytes() for row in first["test_inputs"]}
    assert not tests & {row.tobytes() for row in first["inputs"]}
    assert len(first["inputs"]) == 1347
    np.testing.assert_array_equal(first["test_inputs"], second["test_inputs"])
    assert not (first["inputs"] == second["inputs"]).all()


def test_the_examples_are_two_test_digits_of_each_kind_and_what_the_network_says() -> None:
    run = last(max_epochs=20)
    assert run.truths.tolist() == [*range(10), *range(10)]
    np.testing.assert_array_equal(run.answers, networks.predict(run.network, run.test_inputs)[run.examples])
    assert (run.answers == run.truths).mean() > 0.5


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"learning_rate": -1.0}, "learning_rate must be positive, got -1.0"),
        ({"learning_rate": np.nan}, "learning_rate must be positive, got nan"),
        ({"hidden_neurons": 0}, "hidden_neurons must be a whole number from 1 to 256, got 0"),
        ({"hidden_neurons": 257}, "hidden_neurons must be a whole number from 1 to 256, got 257"),
        ({"train_size": 9}, "train_size must be a whole number from 10 to 1347, got 9"),
        ({"train_size": 1348}, "train_size must be a whole number from 10 to 1347, got 1348"),
        ({"batch_size": 7}, "batch_size must be a whole number of at least 8, got 7"),
        ({"optimiser": "adam"}, "optimiser must be one of plain, momentum, Adam, got 'adam'"),
        ({"max_epochs": 0}, "max_epochs must be a whole number of at least 1, got 0"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_learn_digits_says_what_is_wrong(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(learn_digits(**bad))
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, got 0"),
        ({"test_targets": [0, 10]}, "targets must hold whole numbers from 0 to 9, got 10.0"),
        ({"examples": [0, 2]}, "examples must hold whole numbers from 0 to 1, got 2.0"),
        ({"examples": [-1]}, "examples must hold whole numbers from 0 to 1, got -1.0"),
        ({"examples": []}, "examples must have shape any, got 0"),
        ({"examples": 0}, "examples must have shape any, got a single number"),
        ({"examples": [[0], [0, 1]]}, "examples must hold numbers only, got [[0], [0, 1]]"),
    ],
)
def test_train_says_what_is_wrong(bad: dict[str, Any], message: str) -> None:
    start = start_of(test_inputs=np.zeros((2, 64)), test_targets=[0, 1])
    with pytest.raises(ValueError, match="must") as refusal:
        next(train(**{**start, **bad}))
    assert str(refusal.value) == message


SEEDS = range(10)


def finals(share: str = "test", **options: Any) -> Any:
    """Accuracy after the last epoch, for ten random states."""
    return np.array(
        [getattr(last(random_state=seed, **options), f"{share}_accuracy")[-1] for seed in SEEDS]
    )


def epochs_to(accuracy: float, **options: Any) -> Any:
    """The first epoch with at least this test accuracy, for ten random states."""
    runs = [last(random_state=seed, **options) for seed in SEEDS]
    return np.array([int((run.test_accuracy >= accuracy).argmax()) for run in runs])


# Accuracies seen in ten random states stand beside each claim.
def test_most_is_learnt_in_the_first_quarter_then_only_the_loss_falls() -> None:
    for seed in SEEDS:  # .951 to .971 at the end
        run = last(random_state=seed)
        assert run.test_accuracy[25] > run.test_accuracy[-1] - 0.06
        assert run.train_loss[-1] < 0.6 * run.train_loss[25]
        assert run.train_accuracy[-1] > run.test_accuracy[-1]


def test_a_small_learning_rate_crawls() -> None:
    assert (finals(learning_rate=0.001) < finals() - 0.15).all()  # .48 to .74


def test_a_learning_rate_of_one_is_faster_and_ends_at_least_as_well() -> None:
    assert (epochs_to(0.9, learning_rate=1) < epochs_to(0.9)).all()
    assert (finals(learning_rate=1) > finals() - 0.005).all()  # .967 to .976
    assert finals(learning_rate=1).mean() > finals().mean()


def test_one_hidden_neuron_is_too_small_for_the_task() -> None:
    assert finals(hidden_neurons=1).max() < 0.4  # .10 to .31


def test_a_hundred_digits_are_learnt_by_heart_and_the_task_less_well() -> None:
    options: dict[str, Any] = {"train_size": 100, "batch_size": 8, "learning_rate": 0.1}
    assert finals("train", **options).min() == 1
    assert finals(**options).max() < 0.94  # .85 to .92


def test_ten_digits_are_learnt_by_heart_and_help_with_half_of_the_others_at_best() -> None:
    few, some, many = (finals(train_size=size, batch_size=8, learning_rate=0.1) for size in (10, 100, 1000))
    assert finals("train", train_size=10, batch_size=8, learning_rate=0.1).min() == 1
    assert few.max() < 0.58  # .25 to .55
    assert (few + 0.2 < some).all()
    assert (some + 0.03 < many).all()


def test_one_step_an_epoch_is_too_few() -> None:
    assert (finals(batch_size=1347) < finals() - 0.15).all()  # .47 to .74


def test_adam_needs_a_few_epochs_until_nine_in_ten_are_right() -> None:
    assert epochs_to(0.9, optimiser="Adam").max() <= 4
    assert (epochs_to(0.9, optimiser="Adam") < epochs_to(0.9)).all()


def drawn(**options: Any) -> tuple[Any, dict[str, Any]]:
    """The digits lab after some epochs, and its axes."""
    lab = digits_lab(**options).advance(7)
    return lab.result, lab._canvas.axes


def test_the_curves_are_the_history() -> None:
    run, axes = drawn()
    for name in ("accuracy", "loss"):
        own, test = axes[name].lines
        for line, history in ((own, f"train_{name}"), (test, f"test_{name}")):
            np.testing.assert_array_equal(line.get_xdata(), range(8))
            np.testing.assert_array_equal(line.get_ydata(), getattr(run, history))
        assert axes[name].get_xlim() == (0, 100)
    assert axes["loss"].get_title(loc="left") == "Loss (nats)"
    assert axes["loss"].get_xlabel() == "epoch of 32 steps by plain descent, rate 0.03"


def test_the_ends_of_the_curves_carry_their_last_values() -> None:
    run, axes = drawn()
    said = [words.text for words in axes["loss"].findobj(Words)]
    assert said == [f"train {run.train_loss[-1]:.2f}", f"test {run.test_loss[-1]:.2f}"]
    said = [words.text for words in axes["accuracy"].findobj(Words)]
    assert said == [f"train {percent(run.train_accuracy[-1])}", f"test {percent(run.test_accuracy[-1])}"]


@pytest.mark.parametrize(("neurons", "title"), [(5, "of 5 neurons"), (200, "of 64 of 200 neurons")])
def test_the_tiles_are_the_weights_blue_for_and_orange_against(neurons: int, title: str) -> None:
    run, axes = drawn(fixed={"hidden_neurons": neurons})
    (tiles,) = axes["weights"].findobj(Tiles)
    weights = run.network.layers[0][0].T[:64].reshape(-1, 8, 8)
    colours = tiles.colours.astype(int)
    assert colours.shape == (min(neurons, 64), 8, 8, 3)
    blueness = colours[..., 2] - colours[..., 0]
    assert (blueness[weights > 0.1] > 0).all()
    assert (blueness[weights < -0.1] < 0).all()
    assert axes["weights"].get_title(loc="left") == f"Weights {title}"


def test_each_answer_stands_under_its_digit_with_its_mark() -> None:
    run, axes = drawn()
    said = [words.text for words in axes["answers"].findobj(Words)]
    assert said == [
        f"{'✓' if answer == truth else '✗'} {answer}"
        for answer, truth in zip(run.answers, run.truths, strict=True)
    ]
    assert "✗" in "".join(said)
    (tiles,) = axes["answers"].findobj(Tiles)
    darkness = 255 - tiles.colours.astype(float).mean(axis=(1, 2, 3))
    ink = run.test_inputs[run.examples].mean(axis=1)
    assert np.corrcoef(darkness, ink)[0, 1] > 0.999
