"""One split or many: against scikit-learn, over ten seeds, and in the lab."""

import warnings
from collections.abc import Iterator
from statistics import mean, pstdev
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from course import datasets, folds
from course.folds import MODELS, cross_validated, split_once
from course.intervals import wilson
from course.splits import Splits, ends, splits
from tests.apart import assert_apart
from tests.labs import point
from widgets import style
from widgets.splits import splits_lab, stacked

pytestmark = pytest.mark.usefixtures("one_thread")
CANCER = datasets.breast_cancer()
X, Y = CANCER.rows(np.arange(200))
OURS: dict[str, Any] = {
    MODELS[0]: DecisionTreeClassifier(random_state=0),
    MODELS[1]: make_pipeline(StandardScaler(), LogisticRegression(max_iter=200)),
}


def last(**settings: Any) -> Splits:
    *_, found = splits(**settings)
    return found


@pytest.fixture(scope="module")
def over_seeds() -> list[Splits]:
    """Twelve rounds with each of ten sets of 200 people."""
    return [last(n_splits=12, random_state=seed) for seed in range(10)]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("parts", [2, 5])
def test_folds_say_what_cross_val_score_says(model: str, parts: int) -> None:
    ours = cross_validated(inputs=X, targets=Y, model=model, folds=parts, random_state=3)
    cut = StratifiedKFold(parts, shuffle=True, random_state=3)
    np.testing.assert_array_equal(
        [each.accuracy for each in ours], cross_val_score(OURS[model], X, Y, cv=cut)
    )


@pytest.mark.parametrize("model", MODELS)
def test_one_split_says_what_scikit_learn_says(model: str) -> None:
    x, x_test, y, y_test = train_test_split(X, Y, test_size=0.2, stratify=Y, random_state=4)
    found = split_once(inputs=X, targets=Y, model=model, random_state=4)
    assert found.accuracy == OURS[model].fit(x, y).score(x_test, y_test)
    interval = wilson(count=int(found.right.sum()), of=40)
    assert (found.interval.low, found.interval.high) == (interval.low, interval.high)


@given(parts=st.integers(2, 8), seed=st.integers(0, 5))
def test_every_row_is_tested_once_and_every_fold_has_its_share_of_each_class(parts: int, seed: int) -> None:
    found = list(cross_validated(inputs=X[:60, :2], targets=Y[:60], folds=parts, random_state=seed))
    rows = np.concatenate([each.rows for each in found])
    np.testing.assert_array_equal(np.sort(rows), np.arange(60))
    ill = [int(Y[each.rows].sum()) for each in found]
    assert max(ill) - min(ill) <= 1


def test_over_ten_seeds_single_splits_spread_most_and_folds_least(over_seeds: list[Splits]) -> None:
    spreads = np.array([[pstdev(each) for each in found.strips] for found in over_seeds])
    single, folded, fresh = spreads.T
    assert (single > folded).all()
    assert (single > 2 * folded).sum() >= 8
    assert 0.03 < single.mean() < 0.06
    assert 0.008 < folded.mean() < 0.02
    assert (fresh > folded).sum() >= 8, "folds can't say how other people would do"
    assert 0.015 < fresh.mean() < 0.03, "about .04 on either side, for 95 in a hundred"


def test_over_ten_seeds_the_three_agree_on_the_middle(over_seeds: list[Splits]) -> None:
    middles = np.array([[mean(each) for each in found.strips] for found in over_seeds]).mean(axis=0)
    assert np.ptp(middles) < 0.02


def test_with_logistic_regression_the_order_is_the_same() -> None:
    spreads = [
        [pstdev(each) for each in last(model=MODELS[1], n_splits=4, random_state=n).strips]
        for n in range(10)
    ]
    single, folded, fresh = np.mean(spreads, axis=0)
    assert single > 2 * folded
    assert fresh > 1.2 * folded


def test_accuracies_arrive_fold_by_fold_and_round_by_round() -> None:
    items = list(splits(n_splits=2))
    assert [len(each.parts) for each in items[:7]] == [0, 1, 2, 3, 4, 5, 5]
    assert [tuple(map(len, each.strips)) for each in items[4:8]] == [
        (0, 0, 0),
        (0, 1, 0),
        (1, 1, 0),
        (1, 1, 0),
    ]
    assert tuple(map(len, items[-1].strips)) == (2, 2, 2)
    progress = [each.progress for each in items]
    assert progress == sorted(set(progress))
    assert (progress[0], progress[-1]) == (0, 1)
    assert items[1].stage == "round 1 of 2: fold 1 of 5"
    found = items[-1]
    assert found.folded[0] == mean(part.accuracy for part in found.parts)
    assert found.first is not None
    assert found.single[0] == found.first.accuracy
    assert found.folded == items[-2].folded, "what is there stays"


def test_another_fold_is_looked_at_without_a_new_start() -> None:
    running = splits()
    now = [next(running) for _ in range(4)][-1]
    assert now.seen({"fold": 2}).looked_at is now.parts[1]
    assert now.seen({"fold": 5}).looked_at is None
    now = running.send({"fold": 3})
    assert (now.fold, len(now.parts)) == (3, 4)
    with pytest.raises(ValueError, match="fold must be a whole number from 1 to 5, got 6"):
        now.seen({"fold": 6})


def test_the_sentence_says_what_each_way_finds() -> None:
    running = splits(n_splits=3, people=100)
    items = [next(running)]
    against = "3 random splits against 5 folds (draw 0)"
    assert str(items[0]) == f"Decision tree, 100 people: press Run for {against}; fold 1 is marked."
    items += list(running)
    alone = ends((items[-1].parts[0].accuracy,))
    assert str(items[2]) == (f"Decision tree, 100 people: measuring {against}; fold 1 alone {alone}.")
    assert str(items[11]).startswith("Decision tree, 100 people: 1 of 3 random splits say ")
    one, parts, others = map(ends, items[-1].strips)
    assert str(items[-1]) == (
        f"Decision tree, 100 people: 3 random splits say {one} right, 5-fold cross-validation {parts}, "
        f"with other people {others}; fold 1 alone {alone}."
    )
    assert len(str(items[-1])) < 190
    assert "quite new people would vary more" in items[-1].conditions


def test_trainings_that_did_not_converge_are_counted_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folds, "ITERATIONS", 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = last(model=MODELS[1], n_splits=1)
    assert found.stopped == 11
    assert found.warning == "11 trainings ended before they had converged."
    assert last(n_splits=1).warning == ""


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"people": 0}, "people must be a whole number from 10 to 400, got 0"),
        ({"people": 1}, "people must be a whole number from 10 to 400, got 1"),
        ({"people": 2}, "people must be a whole number from 10 to 400, got 2"),
        ({"people": 20, "folds": 8}, "folds must be at most 7, the rows of the rarest class, got 8"),
        ({"folds": 1}, "folds must be a whole number of at least 2, got 1"),
        ({"fold": 6}, "fold must be a whole number from 1 to 5, got 6"),
        ({"model": "oracle"}, "model must be one of decision tree, logistic regression, got 'oracle'"),
        ({"n_splits": 0}, "n_splits must be a whole number from 1 to 1000, got 0"),
    ],
)
def test_what_can_not_be_divided_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(splits(**bad))
    assert str(refusal.value) == message


def refusals() -> Iterator[tuple[Any, Any, str]]:
    yield np.zeros((0, 2)), np.zeros(0), "inputs must have shape any x any, got 0 x 2"
    yield np.zeros((1, 2)), [1], "targets must hold two classes at least, got 1.0"
    yield np.zeros((2, 2)), [0, 1], "targets must hold two rows of each class at least, got 1"
    yield np.zeros((9, 2)), np.ones(9), "targets must hold two classes at least, got 1.0"
    yield (
        np.zeros((9, 2)),
        [0, 0, 1, 1, 1, 1, 1, 1, 1],
        "folds must be at most 2, the rows of the rarest class, got 5",
    )


@pytest.mark.parametrize(("inputs", "targets", "message"), [*refusals()])
def test_none_one_or_two_rows_or_a_single_class_have_no_folds(
    inputs: Any, targets: Any, message: str
) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        list(cross_validated(inputs=inputs, targets=targets))
    assert str(refusal.value) == message


def test_what_is_drawn_is_what_was_found() -> None:
    lab = splits_lab(start={"fold": 3, "n_splits": 10}).advance(500)
    result: Splits = lab.result
    *dots, line = lab._canvas.axes["strips"].lines
    for dot, found in zip(dots, result.strips, strict=True):
        np.testing.assert_allclose(np.asarray(dot.get_xdata()), np.clip(found, 0.6, 1))
    assert result.first is not None
    assert np.asarray(line.get_xdata()).tolist() == [result.first.interval.low, result.first.interval.high]
    sure = ends((result.first.interval.low, result.first.interval.high))
    assert lab._canvas.axes["strips"].get_xlabel().endswith(f"95 % interval of the first split: {sure}")
    (wrong,) = lab._canvas.axes["folds"].lines
    cells = np.floor(np.asarray(wrong.get_xdata())).astype(int)
    assert np.bincount(cells, minlength=5).tolist() == [int((~part.right).sum()) for part in result.parts]
    blue = [to_hex(box.get_edgecolor()).upper() == style.BLUE for box in lab._canvas.axes["folds"].patches]
    assert blue == [False, False, True, False, False]


def test_equal_accuracies_stand_one_upon_the_other() -> None:
    ups = stacked((0.9, 0.9, 0.8, 0.9))
    np.testing.assert_allclose(ups / ups[1], [0, 1, 0, 2])
    assert stacked((0.9,) * 80).max() < 0.8
    assert stacked(()).shape == (0,)


def test_a_fold_is_chosen_by_pointing_at_it() -> None:
    lab = splits_lab().advance(8)
    before = lab.result.progress
    axes = lab._canvas.axes["folds"]
    across, up = axes.transData.transform((3.5, 0.7)) / lab._canvas.figure.bbox.size
    point(lab, "down", across, 1 - up)
    assert lab.settings["fold"] == 4
    assert lab.result.looked_at is lab.result.parts[3]
    assert lab.result.progress == before
    assert len(lab._panel.controls) <= 6


@pytest.mark.parametrize("fold", [6, 9, 10])
def test_each_of_ten_folds_can_be_marked_and_with_five_the_last_of_them_is(fold: int) -> None:
    lab = splits_lab(start={"folds": 10}).advance(10)
    axes = lab._canvas.axes["folds"]
    across, up = axes.transData.transform((fold - 0.5, 0.7)) / lab._canvas.figure.bbox.size
    point(lab, "down", across, 1 - up)
    assert lab.settings["fold"] == fold
    assert lab.result.looked_at is lab.result.parts[fold - 1]
    lab.control("folds").value = 5
    assert (lab.settings["fold"], lab.refusal, lab.result.fold) == (5, "", 5)
    assert lab.control("fold").texts == ["1", "2", "3", "4", "5"]
    lab.control("folds").value = 10
    lab.control("fold").index = fold - 1
    assert lab.result.fold == fold


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("people", 40),
        ("folds", 10),
        ("fold", 5),
        ("model", MODELS[1]),
        ("n_splits", 80),
        ("random_state", 1),
    ],
)
@pytest.mark.parametrize("steps", [0, 13])
def test_each_control_moves_the_sentence_and_the_picture(setting: str, value: Any, steps: int) -> None:
    lab, other = (splits_lab(start=start).advance(steps) for start in ({}, {setting: value}))
    assert str(lab.result) != str(other.result)
    assert lab._picture.source != other._picture.source


@pytest.mark.parametrize("parts", [5, 10])
@pytest.mark.parametrize("people", [40, 400])
@pytest.mark.parametrize("steps", [0, 4, 25])
def test_no_text_leaves_the_picture_or_meets_another(steps: int, people: int, parts: int) -> None:
    assert_apart(splits_lab(start={"people": people, "folds": parts, "fold": 2}).advance(steps))
