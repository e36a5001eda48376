"""A model used on another population: how accuracy falls, what confidence says, what examples bring."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from course import datasets
from course.intervals import wilson
from course.shift import NAMES, POPULATIONS, STEPS, population, rows, shift, shrunk
from tests.apart import assert_apart
from tests.labs import point
from widgets.marks import Tiles, Words
from widgets.shift import framed, shift_lab

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(10)
PAIRS = [(home, abroad) for home in POPULATIONS for abroad in POPULATIONS if home != abroad]


def test_the_model_is_scikit_learn_s_on_the_rows_dealt() -> None:
    found = shift(trained_on="MNIST", used_on="UCI", added=20, random_state=4)
    (x, y), (other_x, other_y) = population(name="MNIST"), population(name="UCI")
    (own, _, own_test), (_, pool, test) = (rows(name=name, random_state=4) for name in ("MNIST", "UCI"))
    learner = LogisticRegression(max_iter=1000).fit(
        np.concatenate([x[own], other_x[pool[:20]]]), np.concatenate([y[own], other_y[pool[:20]]])
    )
    assert found.now.home.accuracy == pytest.approx(learner.score(x[own_test], y[own_test]))
    shares = learner.predict_proba(other_x[test])
    right = shares.argmax(axis=1) == other_y[test]
    assert (found.now.abroad.right.count, found.now.abroad.right.of) == (right.sum(), len(test))
    assert found.now.abroad.confidence == pytest.approx(shares.max(axis=1).mean())
    sure = shares.max(axis=1) >= 0.9
    wrong = found.now.abroad.sure_and_wrong
    assert (wrong.count, wrong.of) == ((sure & ~right).sum(), sure.sum())


@pytest.mark.parametrize("name", POPULATIONS)
def test_no_image_is_in_two_parts_and_a_slanted_one_is_in_that_of_its_upright_one(name: str) -> None:
    parts = rows(name=name, random_state=2)
    together = np.concatenate(parts)
    assert len(set(together)) == len(together)
    for part, upright in zip(rows(name="UCI slanted"), rows(name="UCI"), strict=True):
        np.testing.assert_array_equal(part, upright)


def test_shrinking_counts_the_ink_of_blocks() -> None:
    full, left = np.ones((1, 28, 28)), np.zeros((1, 28, 28))
    left[..., :14] = 1
    np.testing.assert_array_equal(shrunk(full.reshape(1, -1)), np.ones((1, 64)))
    half = shrunk(left.reshape(1, -1)).reshape(8, 8)
    np.testing.assert_array_equal(half, np.repeat([[1, 1, 1, 1, 0, 0, 0, 0]], 8, axis=0))
    sixteenths = 16 * population(name="MNIST")[0]
    np.testing.assert_array_equal(sixteenths, np.round(sixteenths))
    assert abs(population(name="MNIST")[0].mean() - datasets.digits().inputs.mean()) < 0.06


@pytest.mark.parametrize(
    ("home", "abroad", "at_home", "there"),
    [
        ("UCI", "MNIST", (0.92, 0.99), (0.33, 0.47)),
        ("MNIST", "UCI", (0.85, 0.90), (0.41, 0.65)),
        ("UCI", "UCI slanted", (0.92, 0.99), (0.20, 0.35)),
    ],
)
def test_what_is_right_at_home_fails_abroad_in_each_of_ten_seeds(
    home: str, abroad: str, at_home: tuple[float, float], there: tuple[float, float]
) -> None:
    for seed in SEEDS:
        now = shift(trained_on=home, used_on=abroad, random_state=seed).now
        assert at_home[0] < now.home.accuracy < at_home[1]
        assert there[0] < now.abroad.accuracy < there[1]


@pytest.mark.parametrize(("home", "abroad"), PAIRS)
def test_confidence_falls_abroad_but_much_less_than_accuracy(home: str, abroad: str) -> None:
    for seed in SEEDS:
        now = shift(trained_on=home, used_on=abroad, random_state=seed).now
        assert now.home.confidence < now.home.accuracy - 0.03  # at home it says too little
        assert now.abroad.confidence > now.abroad.accuracy + 0.06  # abroad too much
        fall = now.home.confidence - now.abroad.confidence
        assert 0.05 < fall < 0.75 * (now.home.accuracy - now.abroad.accuracy)


def test_nearly_none_of_the_surest_answers_is_wrong_at_home_and_a_third_abroad() -> None:
    wrong = []
    for seed in SEEDS:
        now = shift(random_state=seed).now
        at_home, there = now.home.sure_and_wrong.value, now.abroad.sure_and_wrong.value
        assert at_home is not None
        assert there is not None
        assert at_home < 0.02
        assert there > 0.2
        wrong.append(there)
    assert 0.33 < np.mean(wrong) < 0.43


@pytest.mark.parametrize(("home", "abroad"), PAIRS)
def test_examples_of_the_new_population_bring_most_of_it_back_and_cost_a_little_at_home(
    home: str, abroad: str
) -> None:
    found = [shift(trained_on=home, used_on=abroad, random_state=seed).curve for seed in SEEDS]
    there = np.array([[step.abroad.accuracy for step in curve] for curve in found])
    assert (there[:, STEPS.index(100)] > there[:, 0] + 0.12).all()
    assert (there[:, -1] > there[:, 0] + 0.26).all()
    assert (np.diff(there.mean(axis=0)) > 0).all()
    at_home = np.mean([[step.home.accuracy for step in curve] for curve in found], axis=0)
    assert 0 < at_home[0] - at_home[-1] < 0.045


@pytest.mark.parametrize(("abroad", "least"), [("MNIST", 8), ("UCI slanted", 10)])
def test_the_first_examples_make_it_more_often_right_and_mostly_less_sure(abroad: str, least: int) -> None:
    less_sure = 0
    for seed in SEEDS:
        first, some = (
            shift(used_on=abroad, added=count, random_state=seed).now.abroad for count in (0, 20)
        )
        assert some.accuracy > first.accuracy + 0.03
        less_sure += some.confidence < first.confidence
    assert less_sure >= least


@pytest.mark.parametrize("name", POPULATIONS)
def test_the_same_population_twice_is_the_ordinary_test(name: str) -> None:
    found = shift(trained_on=name, used_on=name, added=10)
    assert found.same
    assert found.now.home.accuracy == found.now.abroad.accuracy
    assert f"and 10 more: right on {found.now.home.accuracy:.0%}".replace("%", " %") in str(found)
    assert " of others of these. " in str(found)


def test_the_sentence_says_how_often_it_is_right_and_how_sure() -> None:
    found = shift(added=50)
    wrong = found.now.abroad.sure_and_wrong.value
    assert wrong is not None
    numbers = (found.now.home.accuracy, found.now.abroad.accuracy, found.now.abroad.confidence, wrong)
    home, there, sure, surest = (f"{number:.0%}".replace("%", " %") for number in numbers)
    assert str(found) == (
        f"Trained on 1,000 UCI digits and 50 of MNIST: right on {home} of UCI and {there} of MNIST. "
        f"Mean confidence there {sure}; of answers 90 % sure, {surest} are wrong."
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"trained_on": "cats"}, "trained_on must be one of UCI, MNIST, UCI slanted, got 'cats'"),
        ({"used_on": 3}, "used_on must be one of UCI, MNIST, UCI slanted, got 3"),
        ({"added": 501}, "added must be a whole number from 0 to 500, got 501"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_what_can_not_be_trained_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        shift(**bad)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: population(name="cats"), "name must be one of UCI, MNIST, UCI slanted, got 'cats'"),
        (lambda: shrunk(np.zeros((2, 64))), "inputs must have shape any x 784, got 2 x 64"),
    ],
)
def test_what_is_no_population_or_image_is_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        call()
    assert str(refusal.value) == message


def drawn(lab: Any, view: str) -> Any:
    return lab._canvas.axes[view]


def test_the_curves_are_the_measures_of_every_step() -> None:
    lab = shift_lab(start={"added": 20, "used_on": "UCI slanted"})
    found, axes = lab.result, drawn(lab, "examples")
    home, abroad, confidence, rule, _, here = axes.lines
    assert tuple(abroad.get_xdata()) == STEPS
    assert list(abroad.get_ydata()) == [step.abroad.accuracy for step in found.curve]
    assert list(home.get_ydata()) == [step.home.accuracy for step in found.curve]
    assert list(confidence.get_ydata()) == [step.abroad.confidence for step in found.curve]
    assert list(rule.get_xdata()) == [20, 20]
    assert (here.get_xdata()[0], here.get_ydata()[0]) == (20, found.now.abroad.accuracy)
    vertices = axes.collections[0].get_paths()[0].vertices
    heights = vertices[vertices[:, 0] == 20, 1]
    rate = found.now.abroad.right
    interval = wilson(count=rate.count, of=rate.of)
    assert (heights.min(), heights.max()) == pytest.approx((interval.low, interval.high))
    lab.control("used_on").value = "UCI"
    assert not home.get_visible()


def test_the_points_are_accuracy_confidence_and_the_surest_answers_that_are_wrong() -> None:
    lab = shift_lab()
    now, axes = lab.result.now, drawn(lab, "measures")
    wanted = (
        now.home.accuracy,
        now.abroad.accuracy,
        now.abroad.confidence,
        now.abroad.sure_and_wrong.value,
    )
    assert [dot.get_xdata()[0] for dot in axes.lines[1::2]] == list(wanted)
    texts = [words.text for words in axes.findobj(Words)]
    assert texts[:2] == ["right, UCI", "right, MNIST"]


def test_under_each_image_stands_the_answer_and_how_sure_it_is() -> None:
    lab = shift_lab()
    found, axes = lab.result, drawn(lab, "answers")
    (tiles,) = axes.findobj(Tiles)
    np.testing.assert_array_equal(tiles.colours, framed(found.images))
    texts = [words.text for words in axes.findobj(Words)]
    for digit, answer in enumerate(found.answers):
        assert texts[digit] == f"{'✓' if answer == digit else '✗'} {answer}"
    (above,) = drawn(lab, "learnt").findobj(Tiles)
    np.testing.assert_array_equal(above.colours, framed(found.home_images))


def test_the_examples_added_are_dragged_to_the_steps_of_the_slider() -> None:
    lab = shift_lab()
    axes = drawn(lab, "examples")
    across, up = axes.transData.transform((90, 0.3)) / lab._canvas.figure.bbox.size
    point(lab, "down", across, 1 - up)
    assert lab.settings["added"] == 100
    assert len(lab._panel.controls) <= 5


@pytest.mark.parametrize(
    "changed", [{"trained_on": "MNIST"}, {"used_on": "UCI"}, {"added": 20}, {"random_state": 1}]
)
def test_each_control_changes_the_sentence_from_the_start(changed: dict[str, Any]) -> None:
    assert str(shift(**changed)) != str(shift())


@pytest.mark.parametrize("home", NAMES)
@pytest.mark.parametrize("abroad", NAMES)
def test_no_text_leaves_the_picture_or_meets_another(home: str, abroad: str) -> None:
    lab = shift_lab(start={"trained_on": home, "used_on": abroad})
    for added in (0, 20, 500):
        lab.control("added").value = added
        assert_apart(lab)
