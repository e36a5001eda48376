"""Lesson 01: labels are somebody's judgement, and what a network makes of other labels."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Rectangle

from course import datasets, labelling, networks
from course.labelling import Labelling, label_digits, unclear_digits
from tests.apart import assert_apart
from widgets.labelling import labelling_lab
from widgets.marks import Tiles, Words

pytestmark = pytest.mark.usefixtures("one_thread")

DATA = datasets.digits()
HALVES = datasets.split(DATA)
THEIRS = "".join(map(str, unclear_digits().labels))
SEEDS = range(10)


@cache
def labelled(your_labels: str = "0" * 20, random_state: int = 0) -> Labelling:
    return label_digits(your_labels=your_labels, random_state=random_state)


def guessing(seed: int) -> str:
    """Labels as another simulated neighbour gives them: unclear, but not senseless."""
    return "".join(map(str, labelled(random_state=100 + seed).neighbour))


def test_the_doubt_is_that_of_a_neighbour_classifier_that_never_saw_the_digit() -> None:
    from sklearn.neighbors import KNeighborsClassifier

    x, y = DATA.rows(HALVES.train)
    digits = unclear_digits()
    for row, probabilities in zip(digits.rows, digits.probabilities, strict=True):
        others = HALVES.train != row
        model = KNeighborsClassifier(
            others.sum(), weights=lambda far: np.exp(-(far**2) / (2 * labelling.NEAR**2)), algorithm="brute"
        ).fit(x[others], y[others])
        np.testing.assert_allclose(model.predict_proba(DATA.inputs[[row]])[0], probabilities, atol=1e-9)


def test_the_unclear_digits_are_training_digits_with_the_smallest_margins() -> None:
    digits, all_of_them = unclear_digits(), unclear_digits(count=len(HALVES.train))
    assert set(digits.rows) <= set(HALVES.train)
    np.testing.assert_array_equal(all_of_them.rows, np.sort(HALVES.train))
    chosen = np.isin(all_of_them.rows, digits.rows)
    assert chosen.sum() == 20
    gap = all_of_them.margins[~chosen].min() - digits.margins.max()
    assert gap > 0.004  # a processor's rounding is a thousand million times smaller
    assert (np.diff(digits.rows) > 0).all()
    np.testing.assert_array_equal(digits.images.reshape(20, 64), DATA.inputs[digits.rows])
    np.testing.assert_array_equal(digits.labels, DATA.targets[digits.rows])


def test_the_model_is_good_at_digits_and_torn_over_these() -> None:
    every, few = unclear_digits(count=len(HALVES.train)), unclear_digits()
    assert (every.probabilities.argmax(axis=1) == every.labels).mean() > 0.98
    assert (few.probabilities.argmax(axis=1) == few.labels).mean() < 0.75
    np.testing.assert_allclose(every.probabilities.sum(axis=1), 1)


def test_a_simulated_neighbour_gives_each_label_as_often_as_the_model_finds_it_likely() -> None:
    given = np.array([labelled("", seed).neighbour for seed in range(500)])
    shares = np.array([(given == digit).mean(axis=0) for digit in range(10)]).T
    np.testing.assert_allclose(shares, unclear_digits().probabilities, atol=0.09)


@given(st.text("0123456789", max_size=19), st.integers(0, 5))
def test_under_way_agreement_counts_equal_labels_and_nothing_is_trained(said: str, seed: int) -> None:
    result = label_digits(your_labels=said, random_state=seed)
    assert result.agreement == sum(map(str.__eq__, said, THEIRS))
    assert result.neighbourly == sum(map(str.__eq__, said, map(str, result.neighbour)))
    assert result.labels.tolist() == [int(each) for each in said]
    assert not result.complete
    assert result.answers.shape == (0, 450)
    assert (
        str(result)
        == f"You have labelled {len(said)} of 20; simulated neighbour {seed} has labelled all of them."
    )


def test_the_three_networks_differ_by_twenty_labels_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Any] = []
    examples = networks.examples

    def noted(*given: Any) -> Any:
        taken.append(given)
        return examples(*given)

    monkeypatch.setattr(networks, "examples", noted)
    labelling._answers.cache_clear()
    result = label_digits(your_labels="7" * 20, random_state=3)
    (yours, data_set, neighbour, restarted) = taken
    for network, inputs, targets in (yours, data_set, neighbour):
        np.testing.assert_array_equal(network.parameters, yours[0].parameters)
        np.testing.assert_array_equal(inputs, yours[1])
        np.testing.assert_array_equal(targets[20:], yours[2][20:])
    np.testing.assert_array_equal(yours[1][:20], DATA.inputs[unclear_digits().rows])
    labels = np.full(20, 7), result.digits.labels, result.neighbour
    for each, expected in zip((yours, data_set, neighbour), labels, strict=True):
        np.testing.assert_array_equal(each[2][:20], expected)
    assert not (restarted[0].parameters == yours[0].parameters).all()
    np.testing.assert_array_equal(restarted[2], data_set[2])
    seen = {row.tobytes() for row in yours[1]}
    assert not seen & {row.tobytes() for row in DATA.inputs[HALVES.test]}
    assert np.bincount(yours[2][20:]).tolist() == [8] * 10


def test_accuracy_and_differences_are_counted_on_the_test_digits() -> None:
    result = labelled(guessing(0))
    truths = DATA.targets[HALVES.test]
    for answers, accuracy, unlike in zip(result.answers, result.accuracy, result.unlike, strict=True):
        assert accuracy == sum(map(np.equal, answers, truths)) / 450
        assert unlike == sum(map(np.not_equal, answers, result.answers[0]))
    assert result.luck == sum(map(np.not_equal, result.answers[1], result.restarted))


# Seen with ten guessed labellings and ten neighbours: 29 to 60 answers changed, 9 by another start alone;
# 86 to 90 % right, 89 % with the data set's labels.
def test_other_labels_change_more_answers_than_another_random_start() -> None:
    for seed in SEEDS:
        result = labelled(guessing(seed), seed)
        assert result.unlike[1] > 2 * result.luck
        assert result.unlike[2] > 2 * result.luck
        assert result.luck < 20


def test_guessed_labels_cost_little_accuracy_and_senseless_ones_more() -> None:
    data_set = labelled().accuracy[1]
    for seed in SEEDS:
        assert data_set - 0.06 < labelled(guessing(seed)).accuracy[0] < data_set + 0.02
    assert labelled("0" * 20).accuracy[0] < data_set - 0.04
    mean = np.mean([labelled(guessing(seed)).accuracy[0] for seed in SEEDS])
    assert labelled("0" * 20).accuracy[0] < mean < data_set


def test_the_sentence_at_the_end_says_agreement_and_effect() -> None:
    assert str(labelled(THEIRS)).endswith(
        "Training on your labels instead of the data set's changes none of the 450 test answers."
    )
    result = labelled("0" * 20, 4)
    assert str(result).startswith(
        "Of 20 digits you label 19 unlike the data set, "
        f"{20 - result.neighbourly} unlike simulated neighbour 4."
    )
    assert f"changes {result.unlike[1]} of the 450 test answers: " in str(result)
    assert result.conditions.endswith(f"another random start alone changes {result.luck} answers.")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"your_labels": "x"}, "your_labels must be digits 0 to 9, one for each image, got 'x'"),
        ({"your_labels": "12 3"}, "your_labels must be digits 0 to 9, one for each image, got '12 3'"),
        ({"your_labels": "٣"}, "your_labels must be digits 0 to 9, one for each image, got '٣'"),
        ({"your_labels": 123}, "your_labels must be digits 0 to 9, one for each image, got 123"),
        (
            {"your_labels": "1" * 21},
            f"your_labels must be at most 20 digits, one for each image, got '{'1' * 21}'",
        ),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_label_digits_says_what_is_wrong(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        label_digits(**bad)
    assert str(refusal.value) == message


@pytest.mark.parametrize("count", [0, 1348])
def test_unclear_digits_says_what_is_wrong(count: int) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        unclear_digits(count=count)
    assert str(refusal.value) == f"count must be a whole number from 1 to 1347, got {count}"


def drawn(said: str, **options: Any) -> tuple[Labelling, dict[str, Any]]:
    lab = labelling_lab(start={"your_labels": said}, **options)
    return lab.result, lab._canvas.axes


def under_digits(axes: dict[str, Any]) -> list[list[str]]:
    """What stands under the twenty digits, line by line."""
    said = [words.text for words in axes["digits"].findobj(Words) if words.align == "center"]
    return [said[:20], said[20:40], said[40:]]


def test_the_tiles_are_the_digits_and_the_next_one_stands_out() -> None:
    result, axes = drawn("9882")
    (tiles,) = axes["digits"].findobj(Tiles)
    darkness = 1 - tiles.colours.astype(float).mean(axis=3) / 255
    assert np.corrcoef(darkness.ravel(), result.digits.images.ravel())[0, 1] > 0.999
    (large,) = axes["next_digit"].findobj(Tiles)
    np.testing.assert_array_equal(large.colours, tiles.colours[4:5])
    assert axes["next_digit"].get_title(loc="left") == "Digit 5 of 20"
    yours, *others = under_digits(axes)
    assert yours == ["9", "8", "8", "2", "next", *[""] * 15]
    assert others == [["?"] * 20] * 2
    ring = next(each for each in axes["digits"].patches if isinstance(each, Rectangle))
    assert ring.get_x() < tiles.feet()[4][0] < ring.get_x() + ring.get_width()
    assert ring.get_y() < 1 < ring.get_y() + ring.get_height() + 0.01


def test_nothing_is_given_away_before_the_end() -> None:
    found = []
    for seed in (0, 1):
        lab = labelling_lab(start={"your_labels": "9" * 19}, fixed={"random_state": seed})
        words = [[each.text for each in axes.findobj(Words)] for axes in lab._canvas.figure.axes]
        found.append((words, str(lab.result).replace(f"neighbour {seed}", ""), lab.result.conditions))
    assert found[0] == found[1]
    *_, data_set, neighbour = under_digits(lab._canvas.axes)
    assert {*data_set, *neighbour} == {"?"}


def test_at_the_end_each_label_stands_under_its_digit_and_others_are_marked() -> None:
    result, axes = drawn("98828817866992883088")
    yours, data_set, neighbour = under_digits(axes)
    assert yours == list("98828817866992883088")
    for line, labels in ((data_set, result.digits.labels), (neighbour, result.neighbour)):
        assert [each.removeprefix("≠ ") for each in line] == [str(label) for label in labels]
        assert [each.startswith("≠") for each in line] == (labels != result.labels).tolist()
    assert axes["digits"].get_title(loc="left") == "≠ marks a label unlike yours"


def test_the_bars_are_the_accuracies_and_the_numbers_the_differences() -> None:
    result, axes = drawn("0" * 20)
    assert [bar.get_width() for bar in axes["comparison"].patches] == result.accuracy.tolist()
    said = [words.text for words in axes["comparison"].findobj(Words) if words.text]
    assert said == [f"{share:.0%}".replace("%", " %") for share in result.accuracy]
    assert axes["comparison"].get_xlim() == (0, 1)
    texts = [text.get_text() for text in axes["next_digit"].texts]
    assert texts[::3] == [str(count) for count in result.unlike[1:]]
    assert texts[1::3] == ["of 450"] * 2
    assert texts[2::3] == ["data set", "simulated neighbour"]


def test_the_last_label_taken_back_hides_again_what_others_say() -> None:
    lab = labelling_lab(start={"your_labels": "0" * 20})
    before = [(each.get_position().bounds, each.get_xlim()) for each in lab._canvas.figure.axes]
    lab._panel.controls["your_labels"].back.click()
    axes = lab._canvas.axes
    assert under_digits(axes)[1:] == [["?"] * 20] * 2
    assert axes["next_digit"].get_title(loc="left") == "Digit 20 of 20"
    assert not any(bar.get_visible() for bar in axes["comparison"].patches)
    assert [words.text for words in axes["comparison"].findobj(Words) if words.text] == [
        "comes after 1 more label"
    ]
    assert [(each.get_position().bounds, each.get_xlim()) for each in lab._canvas.figure.axes] == before


def test_another_neighbour_answers_otherwise_to_the_same_labels() -> None:
    lab = labelling_lab(start={"your_labels": "0" * 20})
    before = lab.result
    assert lab._panel.seed is not None
    assert lab._panel.seed.description == "New neighbour"
    lab._panel.seed.click()
    assert not (lab.result.neighbour == before.neighbour).all()
    np.testing.assert_array_equal(lab.result.answers[:2], before.answers[:2])


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
def test_at_the_end_no_text_leaves_the_picture_or_meets_another(scale: float) -> None:
    lab = labelling_lab()
    lab._canvas.size(scale)
    lab._canvas.draw(lab.result)
    lab._canvas.draw(labelled("98828817866992883088"))
    assert_apart(lab, scale)
