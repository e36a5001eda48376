"""Lesson 01: descent against oracles, and what a run says of itself."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import ThreadpoolController

from course import datasets, networks, optimisers, training
from course.networks import ACTIVATIONS, Array, Network
from course.optimisers import OPTIMISERS
from course.runs import Run
from course.training import descend, learn_digits, train

SCIKIT_NAMES = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic", "linear": "identity"}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """As in a lab: small networks are slower on several threads."""
    datasets.split(datasets.digits())
    with ThreadpoolController().limit(limits=1):
        yield


def start_of(*, activation: str = "relu", **options: Any) -> dict[str, Any]:
    """A small network and fifty digits for it."""
    x, y = datasets.digits().rows(np.arange(50))
    network = networks.initialise(layer_sizes=(64, 8, 6, 10), activation=activation, random_state=1)
    return {"network": network, "inputs": x, "targets": y, **options}


def batches(n_rows: int, size: int, epochs: int, random_state: int) -> Iterator[list[Any]]:
    """The batches of each epoch, in the order that `descend` promises."""
    random = np.random.default_rng(random_state)
    for _ in range(epochs):
        order = random.permutation(n_rows)
        yield [order[start : start + size] for start in range(0, n_rows, size)]


def by_scikit_learn(
    network: Network, x: Array, y: Any, *, learning_rate: float, momentum: float, epochs: int
) -> Iterator[Array]:
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        network.layer_sizes[1:-1],
        activation=SCIKIT_NAMES[network.activation],
        solver="sgd",
        alpha=0,
        learning_rate_init=learning_rate,
        momentum=momentum,
        nesterovs_momentum=False,
    )
    model.partial_fit(x, y, classes=range(network.layer_sizes[-1]))
    del model._optimizer
    model.coefs_ = [weights.copy() for weights, _ in network.layers]
    model.intercepts_ = [biases.copy() for _, biases in network.layers]
    for epoch in batches(len(x), 16, epochs, random_state=3):
        for batch in epoch:
            model.partial_fit(x[batch], y[batch])
        layers = zip(model.coefs_, model.intercepts_, strict=True)
        yield np.concatenate([part.ravel() for layer in layers for part in layer])


@pytest.mark.parametrize(("optimiser", "momentum"), [("plain", 0.0), ("momentum", 0.9)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_descent_takes_the_path_of_scikit_learn(activation: str, optimiser: str, momentum: float) -> None:
    start = start_of(activation=activation)
    ours = descend(**start, learning_rate=0.1, batch_size=16, optimiser=optimiser, random_state=3)
    theirs = by_scikit_learn(*start.values(), learning_rate=0.1, momentum=momentum, epochs=4)
    assert next(ours) is start["network"]
    for epoch, (own, their) in enumerate(zip(ours, theirs, strict=False), start=1):
        np.testing.assert_allclose(own.parameters, their, rtol=0, atol=1e-9, err_msg=f"epoch {epoch}")


def adam_by_hand(
    network: Network, x: Array, y: Any, *, rate: float, epochs: int, l2: float
) -> Iterator[list[float]]:
    """Algorithm 1 of Kingma and Ba, number by number."""
    weights: list[float] = network.parameters.tolist()
    mean, square, t = [0.0] * len(weights), [0.0] * len(weights), 0
    for epoch in batches(len(x), 16, epochs, random_state=3):
        for batch in epoch:
            now = replace(network, parameters=np.array(weights))
            t += 1
            for i, g in enumerate(networks.gradient(now, x[batch], y[batch], l2=l2).tolist()):
                mean[i] = 0.9 * mean[i] + 0.1 * g
                square[i] = 0.999 * square[i] + 0.001 * g * g
                m, v = mean[i] / (1 - 0.9**t), square[i] / (1 - 0.999**t)
                weights[i] -= rate * m / (sqrt(v) + 1e-8)
        yield weights


def test_adam_takes_the_path_computed_by_hand() -> None:
    start = start_of(activation="tanh")
    ours = descend(**start, l2=0.01, learning_rate=0.01, batch_size=16, optimiser="Adam", random_state=3)
    theirs = adam_by_hand(*start.values(), rate=0.01, epochs=3, l2=0.01)
    next(ours)
    for own, their in zip(ours, theirs, strict=False):
        np.testing.assert_allclose(own.parameters, their, rtol=0, atol=1e-9)


sizes = st.floats(1e-3, 1e3)


@settings(deadline=None, derandomize=True)
@given(st.lists(st.builds(lambda size, sign: size * sign, sizes, st.sampled_from([-1, 1])), min_size=1))
def test_adams_first_step_is_the_learning_rate_in_each_coordinate(gradient: list[float]) -> None:
    step = optimisers.adam(learning_rate=0.01)(np.array(gradient))
    np.testing.assert_allclose(step, -0.01 * np.sign(gradient), rtol=1e-4)


@settings(deadline=None, derandomize=True)
@given(st.floats(-10, 10), st.integers(1, 30))
def test_under_a_constant_gradient_momentums_steps_add_up(gradient: float, n_steps: int) -> None:
    step = optimisers.momentum(learning_rate=0.1)
    last = [step(np.array([gradient])) for _ in range(n_steps)][-1]
    np.testing.assert_allclose(
        last, [-0.1 * gradient * (1 - 0.9**n_steps) / (1 - 0.9)], rtol=1e-12, atol=1e-12
    )


def far_after(optimiser: str, learning_rate: float, curvature: float) -> float:
    """How far from the bottom a descent on `curvature / 2 * w**2` is, having started at 1."""
    step, place = OPTIMISERS[optimiser](learning_rate=learning_rate), np.ones(1)
    for _ in range(400):
        place = place + step(curvature * place)
    return float(abs(place[0]))


@pytest.mark.parametrize(("optimiser", "limit"), [("plain", 2.0), ("momentum", 3.8)])
@pytest.mark.parametrize("curvature", [0.1, 1.0, 25.0])
def test_descent_shrinks_below_its_limit_and_grows_above(
    optimiser: str, limit: float, curvature: float
) -> None:
    assert far_after(optimiser, 0.98 * limit / curvature, curvature) < 0.1
    assert far_after(optimiser, 1.02 * limit / curvature, curvature) > 10


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_rule_begins_anew_for_every_run(optimiser: str) -> None:
    first, second = (descend(**start_of(optimiser=optimiser)) for _ in range(2))
    for _ in range(3):
        np.testing.assert_array_equal(next(first).parameters, next(second).parameters)


def test_a_batch_of_more_examples_than_there_are_is_all_of_them() -> None:
    start = start_of()
    before, after = islice(descend(**start, learning_rate=0.1, batch_size=1000), 2)
    step = -0.1 * networks.gradient(*start.values())
    np.testing.assert_allclose(after.parameters, before.parameters + step, rtol=0, atol=1e-12)


def test_a_penalty_shrinks_the_weights() -> None:
    def size(**penalty: Any) -> float:
        *_, network = islice(descend(**start_of(), **penalty), 10)
        return sum(float(np.abs(weights).sum()) for weights, _ in network.layers)

    assert max(size(l1=0.01), size(l2=0.1)) < size()


def last(**options: Any) -> Run:
    *_, run = learn_digits(**options)
    return run


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


# Ten random states; test accuracies after 100 epochs are .11 to .28, .70 to .83 and .95 to .97.
def test_more_training_digits_make_a_much_better_network() -> None:
    few, some, many = (
        np.array([last(train_size=size, random_state=seed).test_accuracy[-1] for seed in range(10)])
        for size in (10, 100, 1000)
    )
    assert (few + 0.3 < some).all()
    assert (some + 0.08 < many).all()
    assert few.mean() < 0.35
    assert 0.65 < some.mean() < 0.85
    assert many.mean() > 0.94


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_learning_rate_of_a_thousand_diverges(optimiser: str) -> None:
    for seed in range(5):
        run = last(learning_rate=1000, optimiser=optimiser, random_state=seed)
        assert run.warning.startswith("Diverged at epoch ")
        assert np.isfinite(run.history).all()


# Adam is not among them: with rate 10 every fourth of its runs goes on at the level of guessing.
@pytest.mark.parametrize("optimiser", ["plain", "momentum"])
def test_a_learning_rate_of_10_ends_early(optimiser: str) -> None:
    for seed in range(5):
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
