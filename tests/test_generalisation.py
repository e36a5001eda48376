"""Labels drawn at random: learnt by heart, seen through for a while, and in the lab."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import networks
from course.generalisation import CHANCE, EPOCHS, SHOWN, SHOWN_WRONG, RandomLabels, random_labels, replaced
from course.trained import examples
from tests.apart import assert_apart
from widgets import style
from widgets.generalisation import random_labels_lab
from widgets.marks import Tiles, Words

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(10)
FEW = 300  # images, and half as many neurons as at the start: the same effects, sooner
SMALL: dict[str, Any] = {"train_size": 50, "hidden_neurons": 8}


@cache
def end(replaced_share: float, hidden_neurons: int, train_size: int, random_state: int) -> RandomLabels:
    *_, last = random_labels(
        replaced_share=replaced_share,
        hidden_neurons=hidden_neurons,
        train_size=train_size,
        random_state=random_state,
    )
    return last


def ends(replaced_share: float, hidden_neurons: int = 128) -> list[RandomLabels]:
    return [end(replaced_share, hidden_neurons, FEW, seed) for seed in SEEDS]


def test_over_ten_seeds_random_labels_are_learnt_by_heart_and_new_digits_are_guessed() -> None:
    found = ends(1.0)
    assert all(each.accuracy >= 0.99 for each in found)
    assert all(abs(each.test_accuracy - CHANCE) <= 0.06 for each in found)
    assert np.mean([each.test_accuracy for each in found]) == pytest.approx(CHANCE, abs=0.02)


def test_from_where_the_lab_starts_too() -> None:
    last = end(1.0, 256, 1000, 0)
    assert last.accuracy >= 0.99
    assert abs(last.test_accuracy - CHANCE) <= 0.05
    assert last.seen_through < 0.01


def test_over_ten_seeds_true_labels_are_learnt_and_new_digits_named() -> None:
    found = ends(0.0)
    assert all(each.accuracy == 1 for each in found)
    assert all(each.test_accuracy >= 0.92 for each in found)
    assert end(0.0, 256, 1000, 0).test_accuracy >= 0.96


def test_over_ten_seeds_it_sees_through_wrong_labels_before_it_learns_them_by_heart() -> None:
    for each in ends(0.3):
        assert each.on_wrong[each.clearest, 0] > 0.7
        assert 1 <= each.clearest <= 20
        assert each.seen_through < 0.1
        assert each.on_wrong[-1, 1] > 0.9


def test_from_a_thousand_images_it_sees_through_nine_in_ten() -> None:
    last = end(0.3, 256, 1000, 0)
    assert last.on_wrong[last.clearest, 0] > 0.9
    assert last.history[last.clearest, 3] - last.test_accuracy > 0.08, "and is better on new digits then"


def test_random_labels_hold_nothing_that_could_be_seen_through() -> None:
    assert np.mean([each.on_wrong[:, 0].max() for each in ends(1.0)]) < 0.25


def test_over_ten_seeds_a_small_network_can_not_learn_them_by_heart() -> None:
    assert all(each.accuracy < 0.6 for each in ends(1.0, hidden_neurons=4))
    assert all(each.test_accuracy < 0.2 for each in ends(1.0, hidden_neurons=4))


def test_the_more_labels_are_replaced_the_less_new_digits_are_named() -> None:
    means = [np.mean([each.test_accuracy for each in ends(share)]) for share in (0.0, 0.3, 1.0)]
    assert means[0] - means[1] > 0.1
    assert means[1] - means[2] > 0.4


@given(share=st.floats(0, 1), count=st.integers(1, 60), seed=st.integers(0, 50))
@settings(max_examples=50, deadline=None)
def test_only_the_share_is_replaced_and_nothing_else_is_touched(
    share: float, count: int, seed: int
) -> None:
    targets = np.arange(count) % 10
    found = replaced(targets=targets, share=share, random_state=seed)
    assert (found != targets).sum() <= round(share * count)
    assert ((found >= 0) & (found <= 9)).all()
    np.testing.assert_array_equal(targets, np.arange(count) % 10)


def test_one_random_label_in_ten_is_right_by_luck() -> None:
    targets = np.zeros(20_000, int)
    assert (replaced(targets=targets, share=1.0) == 0).mean() == pytest.approx(0.1, abs=0.01)
    np.testing.assert_array_equal(replaced(targets=targets, share=0.0), targets)


def test_its_numbers_are_those_of_its_network() -> None:
    *_, last = random_labels(replaced_share=0.5, **SMALL)
    seen = examples()
    middle = seen.inputs.mean(axis=0)
    assert networks.accuracy(
        last.network, 3 * (seen.test_inputs - middle), seen.test_targets
    ) == pytest.approx(last.test_accuracy)
    says = networks.predict(last.network, 3 * (last.shown.images - middle))
    np.testing.assert_array_equal(says, last.shown.says)
    assert last.epoch == EPOCHS
    assert last.progress == 1
    assert last.stage == f"epoch {EPOCHS} of {EPOCHS}"


def test_the_sentence_says_what_was_learnt() -> None:
    start, *_, last = random_labels(replaced_share=0.3, **SMALL)
    assert str(start) == (
        "Press Run (draw 0): 8 hidden neurons, 30 % of 50 labels replaced; before it learns, "
        f"{round(100 * start.test_accuracy)} % of new digits right."
    )
    own, new, seen = (
        f"{round(100 * each)} %" for each in (last.accuracy, last.test_accuracy, last.seen_through)
    )
    best = f"{round(100 * last.on_wrong[:, 0].max())} % at epoch {last.clearest}"
    assert str(last) == (
        f"Epoch 80, 8 hidden neurons, 30 % of 50 labels replaced: {own} right by its own labels, "
        f"{new} of new digits; it sees through {seen} of wrong labels ({best})."
    )
    assert len(str(end(1.0, 256, 1000, 0))) < 190
    assert last.conditions.startswith(f"{last.wrong} of 50 labels are wrong: ")
    *_, clean = random_labels(replaced_share=0.0, **SMALL)
    assert str(clean).endswith("; no label is wrong.")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"replaced_share": 1.1}, "replaced_share must be a number from 0 to 1, got 1.1"),
        ({"hidden_neurons": 0}, "hidden_neurons must be a whole number from 1 to 256, got 0"),
        ({"train_size": 0}, "train_size must be a whole number from 50 to 1347, got 0"),
        ({"train_size": 2}, "train_size must be a whole number from 50 to 1347, got 2"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_what_can_not_be_learnt_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(random_labels(**bad))
    assert str(refusal.value) == message


def test_labels_that_are_no_digits_are_refused() -> None:
    with pytest.raises(ValueError, match="targets must hold whole numbers from 0 to 9, got 10"):
        replaced(targets=[1, 10], share=0.5)


def drawn(lab: Any, view: str) -> Any:
    return lab._canvas.axes[view]


def test_lines_are_the_histories() -> None:
    lab = random_labels_lab(start={"replaced_share": 0.5, **SMALL}).advance(10)
    result = lab.result
    _, own, new = drawn(lab, "accuracy").lines
    np.testing.assert_array_equal(own.get_ydata(), result.history[:, 2])
    np.testing.assert_array_equal(new.get_ydata(), result.history[:, 3])
    true, false, *_ = drawn(lab, "mislabelled").lines
    np.testing.assert_array_equal([true.get_ydata(), false.get_ydata()], result.on_wrong.T)
    assert drawn(lab, "mislabelled").get_title(loc="left") == f"Says to {result.wrong} mislabelled"


def test_under_each_image_stand_its_label_and_what_the_network_says() -> None:
    lab = random_labels_lab(start={"replaced_share": 0.3, **SMALL}).advance(30)
    shown = lab.result.shown
    words = [each for each in drawn(lab, "images").findobj(Words) if each.text[0].isdigit()]
    labels, says = words[:SHOWN], words[SHOWN:]
    assert [each.text for each in labels] == [
        f"{label} ✗" if wrong else str(label)
        for label, wrong in zip(shown.labels, shown.wrong, strict=True)
    ]
    assert [each.text for each in says] == [str(said) for said in shown.says]
    assert [each.colour == style.BLUE for each in says] == [*(shown.says == shown.truths)]
    assert shown.wrong.sum() == SHOWN_WRONG
    (tiles,) = drawn(lab, "images").findobj(Tiles)
    pale = tiles.colours.astype(int)[..., 0] - tiles.colours.astype(int)[..., 2] > 20
    assert [each.all() for each in pale.reshape(SHOWN, -1)] == [*shown.wrong]


@pytest.mark.parametrize(
    "start",
    [{}, {"replaced_share": 0.0}, {"replaced_share": 0.3}, {"train_size": 1347, "hidden_neurons": 1}],
)
@pytest.mark.parametrize("steps", [0, 4])
def test_no_text_leaves_the_picture_or_meets_another(start: dict[str, Any], steps: int) -> None:
    assert_apart(random_labels_lab(start=start).advance(steps))


@pytest.mark.parametrize(
    ("setting", "value"), [("replaced_share", 0.3), ("hidden_neurons", 4), ("train_size", 50)]
)
def test_each_control_moves_the_sentence_and_the_picture(setting: str, value: float) -> None:
    lab = random_labels_lab().advance(1)
    before = str(lab.result), lab._picture.source
    lab.control(setting).value = value
    lab.advance(1)
    assert str(lab.result) != before[0]
    assert lab._picture.source != before[1]
