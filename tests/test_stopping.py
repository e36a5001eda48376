"""When to stop: what noise makes of it, over ten seeds, who chooses and who judges, and the lab."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.intervals import wilson
from course.stopping import TESTED, stopping
from course.stops import EPOCHS, Stopping, out_of_patience
from tests.apart import assert_apart
from tests.labs import point
from widgets.marks import Words
from widgets.stopping import stopping_lab

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(10)
QUICK: dict[str, Any] = {"data": "digits", "train_size": 100, "hidden_neurons": 8}


FEW = 300  # images, for networks of 16 neurons: the same effects, sooner


@cache
def run(
    data: str = "MNIST",
    noise: float = 0.3,
    train_size: int = 600,
    hidden_neurons: int = 64,
    random_state: int = 0,
) -> Stopping:
    *_, last = stopping(
        data=data,
        noise=noise,
        train_size=train_size,
        hidden_neurons=hidden_neurons,
        random_state=random_state,
    )
    return last


def runs(noise: float) -> list[Stopping]:
    return [run(noise=noise, train_size=FEW, hidden_neurons=16, random_state=seed) for seed in SEEDS]


def gains(found: list[Stopping]) -> np.ndarray[Any, Any]:
    """What stopping at the least loss, or at the best accuracy, gains in the test over not stopping."""
    return np.array(
        [
            [
                each.history[epoch, 5] - each.history[-1, 5]
                for epoch in (each.least_loss, each.best_accuracy)
            ]
            for each in found
        ]
    )


def test_over_ten_seeds_stopping_early_helps_where_three_labels_in_ten_are_random() -> None:
    found = gains(runs(0.3))
    assert (found.mean(axis=0) > 0.05).all()
    assert ((found > 0).sum(axis=0) >= 9).all()


def test_over_ten_seeds_stopping_early_gains_nothing_where_all_labels_are_true() -> None:
    found = gains(runs(0.0))
    assert (abs(found.mean(axis=0)) < 0.015).all()
    assert (abs(found) < 0.06).all()


def test_over_ten_seeds_the_loss_rises_while_accuracy_holds() -> None:
    for each in runs(0.0):
        loss, right = each.history[:, 4], each.history[:, 5]
        assert loss[-1] > 1.15 * loss.min()
        assert abs(right[-1] - right[loss.argmin()]) < 0.05
    change = np.mean([each.history[-1] - each.history[15] for each in runs(0.0)], axis=0)
    assert change[4] > 0.1, "test loss"
    assert abs(change[5]) < 0.01, "test accuracy"


def test_from_where_the_lab_starts_all_of_it_holds() -> None:
    noisy = run()
    assert noisy.history[noisy.least_loss, 5] - noisy.history[-1, 5] > 0.03
    assert noisy.history[-1, 2] > 1.5 * noisy.history[:, 2].min()
    clean = run(noise=0.0)
    assert clean.history[-1, 4] - clean.history[11, 4] > 0.08
    assert abs(clean.history[-1, 5] - clean.history[11, 5]) < 0.03


def test_with_the_small_digits_the_loss_hardly_rises() -> None:
    losses = run("digits", 0.0).history[:, 4]
    assert losses[-1] - losses.min() < 0.05


def test_nothing_of_the_test_is_told_before_the_run_is_over() -> None:
    items = stopping(**QUICK)
    for each in [next(items) for _ in range(EPOCHS)]:
        assert each.choices == ()
        assert each.test_accuracies is None
        assert [epoch for _, epoch in each.stops] == [50, None, None, None, EPOCHS]
    last = next(items)
    assert last.over
    assert [each.epoch for each in last.choices] == [
        50, last.kept, last.least_loss, last.best_accuracy, EPOCHS,
    ]  # fmt: skip


def test_validation_chooses_and_the_test_judges() -> None:
    *_, last = stopping(stop=7, **QUICK)
    assert last.least_loss == last.losses[1].argmin()
    assert last.best_accuracy == last.accuracies[1].argmax()
    test = last.test_accuracies
    assert test is not None
    assert [each.accuracy for each in last.choices] == [test[each.epoch] for each in last.choices]
    mine = last.choices[0]
    truth = wilson(count=round(test[7] * TESTED["digits"]), of=TESTED["digits"])
    assert (mine.interval.low, mine.interval.high) == (truth.low, truth.high)


def test_few_images_choose_with_a_wide_band() -> None:
    few, many = (next(stopping(validation_size=size, **QUICK)).band for size in (20, 300))
    assert np.ptp(few, axis=0)[0] > 2 * np.ptp(many, axis=0)[0]


def test_what_the_learner_sets_midway_changes_nothing_else() -> None:
    alone = [each.history for each in stopping(**QUICK)][20]
    items = stopping(**QUICK)
    next(items)
    for _ in range(19):
        items.send({"stop": 12})
    last = items.send({"patience": 2})
    assert (last.stop, last.patience) == (12, 2)
    np.testing.assert_array_equal(last.history, alone)


def test_a_stop_moved_once_the_test_is_seen_is_said_to_come_too_late() -> None:
    for name, before, after in (("stop", 50, 12), ("patience", 5, 2)):
        lab = stopping_lab(start=QUICK).advance(EPOCHS)
        assert str(lab.result).startswith("The test judges: ")
        lab.control(name).value = after
        assert str(lab.result).startswith("Moved too late to count: your stop (epoch ")
        assert len(str(lab.result)) < 190
        assert drawn(lab, "judged").get_title(loc="left").startswith("Too late, the test is known: ")
        assert_apart(lab)
        lab.control(name).value = before
        assert lab.result.late
        lab.control("noise").value = 0.1
        assert not lab.advance(EPOCHS).result.late


@given(losses=st.lists(st.floats(0, 10), min_size=1, max_size=40), patience=st.integers(1, 10))
@settings(max_examples=100, deadline=None)
def test_patience_runs_out_that_many_epochs_after_the_lowest_loss(
    losses: list[float], patience: int
) -> None:
    end = out_of_patience(losses=losses, patience=patience)
    seen = losses if end is None else losses[: end + 1]
    since = len(seen) - 1 - int(np.argmin(seen))
    assert since < patience if end is None else since == patience


def test_the_sentence_says_what_is_set_then_how_it_stands_then_who_was_right() -> None:
    start, second, *_, last = stopping(**QUICK)
    assert str(start) == (
        "Press Run: digits, 100 images, 30 % of labels random, 8 neurons; 200 images choose. "
        "You would stop at epoch 50, patience 5 (draw 0)."
    )
    assert str(second).startswith("Epoch 1: validation loss 2.")
    assert str(second).endswith(" %. Patience 5 has not run out; you would stop at 50.")
    said = "; ".join(
        f"{each.who} (epoch {each.epoch}) {round(100 * each.accuracy)} %" for each in last.choices
    )
    assert str(last) == f"The test judges: {said}."
    assert len(str(last)) < 190
    assert last.conditions == (
        "100 images teach. 200 others (validation) choose: so few that their accuracy is unsure (band: "
        "95 % interval). 450 more (test) judge once, by true labels."
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"data": "cats"}, "data must be one of MNIST, digits, got 'cats'"),
        ({"noise": 0.7}, "noise must be a number from 0 to 0.6, got 0.7"),
        ({"train_size": 1}, "train_size must be a whole number from 50 to 1000, got 1"),
        ({"validation_size": 2}, "validation_size must be a whole number from 20 to 300, got 2"),
        ({"hidden_neurons": 0}, "hidden_neurons must be a whole number from 1 to 128, got 0"),
        ({"stop": 0}, "stop must be a whole number from 1 to 100, got 0"),
        ({"patience": 0}, "patience must be a whole number from 1 to 50, got 0"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_what_can_not_be_run_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(stopping(**bad))
    assert str(refusal.value) == message


def drawn(lab: Any, view: str) -> Any:
    return lab._canvas.axes[view]


def test_lines_are_the_histories_and_the_test_is_drawn_at_the_end_only() -> None:
    lab = stopping_lab(start=QUICK).advance(10)
    for view, histories in (("loss", lab.result.losses), ("accuracy", lab.result.accuracies)):
        for line, history in zip(drawn(lab, view).lines, histories, strict=False):
            np.testing.assert_array_equal(line.get_ydata(), history)
    test = drawn(lab, "accuracy").lines[2]
    assert not test.get_visible()
    lab.advance(EPOCHS)
    assert test.get_visible()
    np.testing.assert_array_equal(test.get_ydata(), lab.result.test_accuracies)


def test_a_row_stands_for_each_choice_and_says_what_the_test_says() -> None:
    lab = stopping_lab(start=QUICK)
    texts = [each.text for each in drawn(lab, "judged").findobj(Words) if each.text]
    assert texts == [
        "your stop, epoch 50", "patience 5", "least loss", "best accuracy", "no stop, epoch 100",
        "hidden until the run is over",
    ]  # fmt: skip
    lab.advance(EPOCHS)
    choices = lab.result.choices
    texts = [each.text for each in drawn(lab, "judged").findobj(Words) if each.text]
    assert texts[:5] == [f"{each.who}, epoch {each.epoch}" for each in choices]
    assert texts[5:] == [f"{round(100 * each.accuracy)} %" for each in choices]
    mine, others = drawn(lab, "judged").lines[-2:]
    np.testing.assert_array_equal(
        [*mine.get_xdata(), *others.get_xdata()], [each.accuracy for each in choices]
    )


@pytest.mark.parametrize("view", ["loss", "accuracy"])
def test_the_stop_is_dragged_without_a_new_start(view: str) -> None:
    lab = stopping_lab(start=QUICK).advance(10)
    axes = drawn(lab, view)
    across, up = axes.transData.transform((20, 0.5)) / lab._canvas.figure.bbox.size
    point(lab, "down", across, 1 - up)
    assert lab.settings["stop"] == 20
    assert lab.result.epoch == 10
    assert lab.result.stop == 20
    assert len(lab._panel.controls) == 7


@pytest.mark.parametrize(
    "setting", ["noise", "stop", "data", "train_size", "patience", "validation_size", "hidden_neurons"]
)
def test_each_control_moves_the_sentence_and_the_picture(setting: str) -> None:
    lab = stopping_lab()
    before = str(lab.result), lab._picture.source
    other = {
        "noise": 0.0,
        "stop": 9,
        "data": "digits",
        "train_size": 50,
        "patience": 9,
        "validation_size": 20,
    }
    lab.control(setting).value = other.get(setting, 2)
    assert str(lab.result) != before[0]
    assert lab._picture.source != before[1]


@pytest.mark.parametrize("start", [{"stop": 1}, {"stop": 100, "noise": 0.0}, {"stop": 51, "patience": 50}])
@pytest.mark.parametrize("steps", [0, 12, EPOCHS])
def test_no_text_leaves_the_picture_or_meets_another(start: dict[str, Any], steps: int) -> None:
    assert_apart(stopping_lab(start={**QUICK, **start}).advance(steps))
