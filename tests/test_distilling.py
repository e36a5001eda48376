"""Soft targets, and a student that learns from them: the paper, finite differences, and training."""

from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import networks
from course.distilling import UNLABELLED, distilling, gradient, loss, soft_targets
from course.training import descend

pytestmark = pytest.mark.usefixtures("one_thread")
RANDOM = np.random.default_rng(0)
TEACHER = networks.initialise(layer_sizes=(4, 6, 3), random_state=1)
STUDENT = networks.initialise(layer_sizes=(4, 2, 3), activation="tanh", random_state=2)
INPUTS = RANDOM.standard_normal((12, 4))
LABELS = RANDOM.integers(0, 3, 12)
SOME = np.where(np.arange(12) < 5, LABELS, UNLABELLED)
SOFT = soft_targets(network=TEACHER, inputs=INPUTS)
TASK: dict[str, Any] = {"student": STUDENT, "inputs": INPUTS, "soft": SOFT, "targets": SOME}


def test_at_temperature_1_soft_targets_are_the_teacher_s_answers() -> None:
    plain = soft_targets(network=TEACHER, inputs=INPUTS, temperature=1)
    np.testing.assert_allclose(plain, networks.forward(TEACHER, INPUTS)[-1], rtol=1e-12)


def test_at_temperature_4_they_are_the_fourth_roots_of_the_answers_scaled_to_a_sum_of_1() -> None:
    roots = networks.forward(TEACHER, INPUTS)[-1] ** (1 / 4)
    found = soft_targets(network=TEACHER, inputs=INPUTS, temperature=4)
    np.testing.assert_allclose(found, roots / roots.sum(axis=1, keepdims=True), rtol=1e-12)


@given(low=st.floats(0.2, 50), factor=st.floats(1.01, 20))
def test_the_hotter_the_less_sure_and_the_order_stays(low: float, factor: float) -> None:
    heats = low, low * factor
    cold, hot = (soft_targets(network=TEACHER, inputs=INPUTS, temperature=each) for each in heats)
    assert (cold.max(axis=1) >= hot.max(axis=1) - 1e-12).all()
    assert (cold.argmax(axis=1) == hot.argmax(axis=1)).all()
    np.testing.assert_allclose(hot.sum(axis=1), 1)


@pytest.mark.parametrize("weight", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("heat", [0.5, 1.0, 5.0])
@pytest.mark.parametrize("targets", [LABELS, SOME, np.full(12, UNLABELLED)])
def test_the_gradient_is_the_slope_of_the_loss(weight: float, heat: float, targets: Any) -> None:
    how = {**TASK, "targets": targets, "temperature": heat, "soft_weight": weight}
    tiny, found = 1e-6, gradient(**how)
    for number in range(STUDENT.parameters.size):
        nudge = tiny * np.eye(STUDENT.parameters.size)[number]
        up, down = (loss(**{**how, "student": STUDENT.moved(way * nudge)}) for way in (1, -1))
        assert found[number] == pytest.approx((up - down) / (2 * tiny), abs=1e-7)


def test_the_loss_of_one_example_is_that_of_the_paper() -> None:
    task = {**TASK, "inputs": INPUTS[:1], "soft": SOFT[:1], "temperature": 3.0, "soft_weight": 0.8}
    answer = networks.forward(STUDENT, INPUTS[:1])[-1][0]
    softly = -(SOFT[0] * np.log(soft_targets(network=STUDENT, inputs=INPUTS[:1], temperature=3)[0])).sum()
    labelled = loss(**{**task, "targets": [2]})
    assert labelled == pytest.approx(0.8 * 9 * softly - 0.2 * np.log(answer[2]))
    assert loss(**{**task, "targets": [UNLABELLED]}) == pytest.approx(0.8 * 9 * softly)


@pytest.mark.parametrize("batch", [5, 12, 50])
@pytest.mark.parametrize("optimiser", ["plain", "momentum"])
def test_without_soft_targets_it_is_the_training_of_lesson_01(batch: int, optimiser: str) -> None:
    how = {"learning_rate": 0.1, "batch_size": batch, "optimiser": optimiser, "random_state": 3}
    students = distilling(**{**TASK, "targets": LABELS}, soft_weight=0, **how)  # type: ignore[arg-type]
    usual = descend(network=STUDENT, inputs=INPUTS, targets=LABELS, **how)  # type: ignore[arg-type]
    for student, network in islice(zip(students, usual, strict=True), 6):
        np.testing.assert_allclose(student.parameters, network.parameters, rtol=1e-12)


def test_items_come_after_an_epoch_or_after_so_many_steps() -> None:
    by_epoch, by_step = distilling(**TASK, batch_size=5), distilling(**TASK, batch_size=5, every=1)
    epochs, steps = [*islice(by_epoch, 4)], [*islice(by_step, 10)]
    assert [each.parameters.tolist() for each in epochs] == [
        each.parameters.tolist() for each in steps[::3]
    ]
    assert epochs[0] is STUDENT


def test_a_student_as_large_as_its_teacher_comes_to_answer_as_it_does() -> None:
    """In 1,000 epochs on soft targets alone, the cross-entropy falls nearly to its least, the entropy."""
    student = networks.initialise(layer_sizes=(4, 6, 3), random_state=8)
    task: dict[str, Any] = {"inputs": INPUTS, "soft": SOFT, "targets": np.full(12, UNLABELLED)}
    *_, last = islice(distilling(student=student, **task, soft_weight=1, learning_rate=0.02), 1001)
    least = -9 * (SOFT * np.log(SOFT)).sum(axis=1).mean()
    before, after = (loss(student=each, **task, soft_weight=1) - least for each in (student, last))
    assert after < 0.01 * before


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"temperature": 0.0}, "temperature must be positive, got 0.0"),
        ({"soft_weight": 1.2}, "soft_weight must be a number from 0 to 1, got 1.2"),
        ({"targets": np.full(12, 3)}, "targets must hold whole numbers from −1 to 2, got 3.0"),
        ({"targets": np.full(12, 0.5)}, "targets must hold whole numbers from −1 to 2, got 0.5"),
        ({"targets": [0, 1]}, "targets must have shape 12, got 2"),
        ({"soft": SOFT[:5]}, "soft must have shape 12 x 3, got 5 x 3"),
        ({"soft": np.ones((12, 3))}, "soft must hold shares whose sum is 1 in each row, got 3"),
        ({"soft": np.tile([1.5, -0.5, 0], (12, 1))}, "soft must hold shares of at least 0, got -0.5"),
        (
            {"student": networks.initialise(layer_sizes=(4, 3), output="linear")},
            "student must end in softmax, got 'linear'",
        ),
        ({"every": 0}, "every must be a whole number of at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, got 0"),
        ({"learning_rate": -1.0}, "learning_rate must be positive, got -1.0"),
    ],
)
def test_what_can_not_be_learnt_from_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(distilling(**{**TASK, **bad}))
    assert str(refusal.value) == message


def test_a_temperature_of_nothing_is_refused_for_targets() -> None:
    with pytest.raises(ValueError, match=r"^temperature must be positive, got -1$"):
        soft_targets(network=TEACHER, inputs=INPUTS, temperature=-1)
