"""Lesson 01: one training step, opened, and how its lab shows it."""

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import networks, training
from course.one_step import SLOPES, OneStep, one_step
from course.wording import told_apart, written

SEEDS = range(20)
TENTHS = st.integers(-20, 20).map(lambda tenths: tenths / 10)
RATES = st.sampled_from([0.01, 0.011, 0.1, 0.45, 1.0, 2.8, 10.0])
SETTINGS = {
    "input_1": TENTHS,
    "input_2": TENTHS,
    "target": TENTHS,
    "learning_rate": RATES,
    "random_state": st.integers(0, 500),
}


def last(**options: Any) -> OneStep:
    *_, step = one_step(**options)
    return step


def somewhere(seed: int) -> dict[str, Any]:
    """Random settings, other ones for each random state."""
    first, second, target = np.random.default_rng(seed).uniform(-2, 2, 3)
    return {"input_1": first, "input_2": second, "target": target, "random_state": seed}


@pytest.mark.parametrize("seed", SEEDS)
def test_forward_numbers_are_those_of_the_network(seed: int) -> None:
    step = last(**somewhere(seed))
    _, (activations,), ((output,),) = networks.forward(step.network, step.x)
    numbers = step.numbers
    for n in (0, 1):
        weights, biases = step.network.layers[0]
        by_hand = step.x[0, 0] * weights[0, n] + step.x[0, 1] * weights[1, n] + biases[n]
        assert numbers[f"sum {n + 1}"] == pytest.approx(by_hand, abs=1e-12)
        assert numbers[f"activation {n + 1}"] == pytest.approx(np.tanh(by_hand), abs=1e-12)
        assert numbers[f"activation {n + 1}"] == activations[n]
    assert numbers["output"] == output
    assert numbers["loss"] == pytest.approx((output - step.y[0, 0]) ** 2 / 2, abs=1e-12)
    assert numbers["loss"] == networks.loss(step.network, step.x, step.y)


@pytest.mark.parametrize("seed", SEEDS)
def test_slopes_are_the_gradient_and_how_fast_the_loss_really_rises(seed: int) -> None:
    step, numbers = last(**somewhere(seed)), last(**somewhere(seed)).numbers
    gradient = networks.gradient(step.network, step.x, step.y)
    np.testing.assert_array_equal(step.gradient, gradient)
    for n in range(9):
        nudge = 1e-5 * np.eye(9)[n]
        up, down = (networks.loss(step.network.moved(way * nudge), step.x, step.y) for way in (1, -1))
        assert numbers[SLOPES[n]] == gradient[n]
        assert numbers[SLOPES[n]] == pytest.approx((up - down) / 2e-5, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_errors_are_how_fast_the_loss_rises_and_make_the_slopes(seed: int) -> None:
    step, numbers = last(**somewhere(seed)), last(**somewhere(seed)).numbers
    slope = step.gradient
    assert numbers["output error"] == pytest.approx(slope[8], abs=1e-12)
    np.testing.assert_allclose(slope[6:8], numbers["output error"] * step.activations, atol=1e-12)
    for n in (0, 1):
        error = numbers[f"error {n + 1}"]
        assert error == pytest.approx(slope[4 + n], abs=1e-12)  # a bias is added as it is
        np.testing.assert_allclose([slope[n], slope[2 + n]], error * step.x[0], atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_update_is_one_step_of_plain_descent_with_a_batch_of_one(seed: int) -> None:
    step = last(**somewhere(seed), learning_rate=0.3)
    epochs = training.descend(
        network=step.network, inputs=step.x, targets=step.y, learning_rate=0.3, batch_size=1
    )
    next(epochs)
    moved = next(epochs).parameters
    np.testing.assert_allclose(step.updated.parameters, moved, rtol=0, atol=1e-15)
    assert [step.numbers[f"new {n}"] for n in range(9)] == step.updated.parameters.tolist()
    assert step.numbers["new loss"] == networks.loss(step.updated, step.x, step.y)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_small_step_lowers_the_loss(seed: int) -> None:
    step = last(**somewhere(seed), learning_rate=0.01)
    assert step.new_loss < step.loss
    assert str(step).endswith(": it fell.")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_step_can_be_too_far_and_the_sentence_says_so(seed: int) -> None:
    rates = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
    steps = [last(**somewhere(seed), learning_rate=rate) for rate in rates]
    too_far = [step for step in steps if step.new_loss > step.loss]
    assert too_far
    assert all(str(step).endswith(": the loss rose: the step was too far.") for step in too_far)


def test_where_the_answer_is_right_nothing_moves() -> None:
    step = last(input_1=0.0, input_2=0.0, target=0.0)
    assert not step.gradient.any()
    assert (
        str(step)
        == "On the same example the new network's loss is 0.00, and it was 0.00: it did not change."
    )


def test_every_stage_adds_its_numbers_to_those_before() -> None:
    steps = list(one_step())
    assert len(steps) == 12
    assert steps[0].numbers == {}
    for before, step in pairwise(steps):
        assert step.now.new
        assert list(step.numbers) == [*before.numbers, *step.now.new]
    assert [step.progress for step in steps] == [number / 11 for number in range(12)]
    assert steps[3].stage == "Stage 3 of 11: activation"
    assert len({str(step) for step in steps}) == 12


def test_every_item_holds_the_network_and_the_example() -> None:
    first, *_ = one_step(random_state=3)
    drawn = networks.initialise(layer_sizes=(2, 2, 1), activation="tanh", output="linear", random_state=3)
    np.testing.assert_allclose(first.network.parameters, drawn.parameters, atol=0.005)
    assert (first.network.activation, first.network.output) == ("tanh", "linear")
    assert first.x.tolist() == [[-1.0, 1.0]]
    assert first.y.tolist() == [[1.0]]


NUMBER = r"\d[\d,]*(?:\.\d+)?"
TERM = rf"\(?−?(?:tanh\(−?{NUMBER}\)|½|{NUMBER})[)²]*"


def calculations(sentence: str) -> list[tuple[str, str]]:
    """The calculations in a sentence, each with what it is said to give."""
    return re.findall(rf"({TERM}(?: [×+−] {TERM})*) = (−?{NUMBER})", sentence)


def worked_out(calculation: str) -> float:
    signs = {"−": "-", "×": "*", "²": "**2", "½": "0.5", "tanh": "np.tanh", ",": ""}
    for sign, python in signs.items():
        calculation = calculation.replace(sign, python)
    return float(eval(calculation, {"np": np}))


@given(**SETTINGS)
@settings(max_examples=150, deadline=None)
def test_whoever_works_a_calculation_out_gets_what_is_said(**options: Any) -> None:
    steps = list(one_step(**options))
    found = [calculations(str(step)) for step in steps]
    assert [len(each) for each in found] == [0, 1, 1, 2, 1, 1, 1, 2, 2, 4, 1, 0]
    for calculation, said in (pair for each in found for pair in each):
        assert written(worked_out(calculation), len(said.partition(".")[2])) == said, calculation


@given(**SETTINGS)
@settings(max_examples=100, deadline=None)
def test_what_is_said_is_the_number_rounded(**options: Any) -> None:
    numbers, sentences = last(**options).numbers, [str(step) for step in one_step(**options)]
    names = ["sum 1", "sum 2", "activation 1", "activation 2", "output", "loss", "output error", "slope 6"]
    names += ["slope 7", "error 1", "error 2", "slope 0", "slope 2", "slope 1", "slope 3", "new 6"]
    said = [result for sentence in sentences for _, result in calculations(sentence)]
    for name, result in zip(names, said, strict=True):
        assert result == written(numbers[name], len(result.partition(".")[2])), name


def test_most_calculations_need_no_more_than_three_decimals() -> None:
    finest = [
        max(len(digits) for digits in re.findall(r"\.(\d+)", calculation))
        for seed in SEEDS
        for step in one_step(input_1=0.7, input_2=-1.3, random_state=seed)
        for calculation, _ in calculations(str(step))
    ]
    assert np.mean(np.array(finest) <= 3) > 0.95
    assert max(finest) <= 4
    assert {max(map(len, re.findall(r"\.(\d+)", str(step))), default=2) for step in one_step()} == {2}


def test_a_number_gets_a_third_decimal_only_where_two_would_not_come_out() -> None:
    slopes = list(one_step(input_2=2.0))[7]
    assert "−1.20 × 0.67 = −0.80 and −1.20 × 0.226 = −0.27" in str(slopes)  # 0.23 would give −0.28


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.565, 2, "0.57"), (-0.565, 2, "−0.57"), (0.0, 2, "0.00"), (-0.004, 2, "0.00"), (1e4, 0, "10,000")],
)
def test_numbers_are_rounded_as_by_hand(value: float, decimals: int, text: str) -> None:
    assert written(value, decimals) == text


def test_two_numbers_get_the_decimals_that_tell_them_apart() -> None:
    assert told_apart(0.5, 0.5004) == ("0.5000", "0.5004")
    assert told_apart(0.5, 0.5004, most=3) == ("0.50", "0.50")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"input_1": 11.0}, "input_1 must be a number from -10 to 10, got 11.0"),
        ({"input_2": -11.0}, "input_2 must be a number from -10 to 10, got -11.0"),
        ({"target": np.inf}, "target must be a number from -10 to 10, got inf"),
        ({"learning_rate": 0.0}, "learning_rate must be above 0 and at most 100, got 0.0"),
        ({"learning_rate": 101.0}, "learning_rate must be above 0 and at most 100, got 101.0"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_one_step_says_what_is_wrong(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(one_step(**bad))
    assert str(refusal.value) == message
