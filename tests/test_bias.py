"""A group that the training data holds little of: on paper, over twenty seeds, and in the lab."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from course.bias import MODELS, SHARES, Measured, Narrow, mixture, narrow
from course.groups import sides
from course.intervals import newcombe
from course.rates import Rate
from tests.apart import assert_apart
from tests.labs import point
from widgets import style
from widgets.bias import ASKED, TILES, narrow_lab
from widgets.marks import Tiles, Words

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(20)
NINE = tuple("012345678")


def value(rate: Rate) -> float:
    assert rate.value is not None
    return rate.value


def change(found: Narrow) -> tuple[float, float, float, float]:
    """From 50 % to 1 %: in the group, in the others, in the mixture, in a balanced test."""

    def four(each: Measured) -> tuple[float, float, float, float]:
        return value(each.group), value(each.others), each.mix[0], each.balanced[0]

    least, most = four(found.curve[0]), four(found.curve[-1])
    return tuple(np.subtract(least, most))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("group", "lost"), [("digits", 0.5), ("slanted", 0.3)])
def test_over_twenty_seeds_the_group_is_lost_while_the_number_for_all_rises(
    group: str, lost: float, model: str
) -> None:
    found = np.array([change(narrow(group=group, model=model, random_state=seed)) for seed in SEEDS])
    in_group, in_others, in_mixture, balanced = found.T
    assert in_group.max() < -lost
    assert (in_others > 0).sum() >= 18
    assert in_mixture.mean() > 0.015
    assert (in_mixture > 0).sum() >= 17
    assert balanced.max() < -0.1, "a balanced test shows it in every seed"


def test_logistic_regression_reads_hardly_an_8_or_a_9_of_which_it_saw_four() -> None:
    least = [value(narrow(random_state=seed).curve[0].group) for seed in SEEDS]
    most = [value(narrow(random_state=seed).curve[-1].group) for seed in SEEDS]
    assert np.mean(least) < 0.1
    assert min(most) > 0.9


def test_where_the_rest_is_a_single_digit_no_number_for_all_says_much() -> None:
    found = narrow(digits=NINE).curve[0]
    assert value(found.group) < 0.1
    assert found.mix[0] > 0.95


@pytest.mark.parametrize("share", SHARES)
def test_the_mixture_weighs_each_side_by_its_share_of_the_training_data(share: float) -> None:
    found = narrow(group_share=share).now
    wanted = share * value(found.group) + (1 - share) * value(found.others)
    assert found.mix[0] == pytest.approx(wanted)


def test_what_it_says_is_what_scikit_learn_says() -> None:
    both, found = sides(random_state=3), narrow(group_share=0.05, random_state=3).now
    own, other = both.train_group, both.train_others
    inputs = np.concatenate([own.inputs[:20], other.inputs[:380]])
    model = LogisticRegression(max_iter=1000).fit(
        inputs, np.concatenate([own.labels[:20], other.labels[:380]])
    )
    np.testing.assert_array_equal(found.answers, model.predict(both.test_group.inputs))
    assert value(found.group) == model.score(both.test_group.inputs, both.test_group.labels)
    assert value(found.others) == model.score(both.test_others.inputs, both.test_others.labels)


def test_a_mixture_of_one_side_alone_is_that_side_and_its_width_that_of_a_difference() -> None:
    group, others = Rate(56, 70), Rate(48, 80)
    middle, interval = mixture(share=1, group=group, others=others)
    assert group.interval is not None
    assert (middle, interval.low, interval.high) == pytest.approx(
        (0.8, group.interval.low, group.interval.high)
    )
    middle, interval = mixture(share=0.5, group=group, others=Rate(32, 80))
    assert middle == pytest.approx((0.8 + 0.4) / 2)
    apart = newcombe(counts=(56, 48), of=(70, 80))  # of the shares .8 and .6 = 1 - .4
    assert interval.high - interval.low == pytest.approx((apart.high - apart.low) / 2)


@pytest.mark.parametrize("share", [0.01, 0.3])
def test_the_interval_of_a_mixture_covers_the_truth_95_times_in_a_hundred(share: float) -> None:
    random, trials, truth = np.random.default_rng(0), 2000, share * 0.4 + (1 - share) * 0.95
    counts = zip(random.binomial(120, 0.4, trials), random.binomial(480, 0.95, trials), strict=True)
    inside = sum(
        truth in mixture(share=share, group=Rate(int(one), 120), others=Rate(int(other), 480))[1]
        for one, other in counts
    )
    assert 0.93 < inside / trials < 0.97


def test_the_sentence_says_who_is_read_rightly() -> None:
    found = narrow(group_share=0.05, group="slanted", model="neural network")
    numbers = [value(found.now.group), value(found.now.others), found.now.mix[0]]
    own, other, mix = (f"{each:.0%}".replace("%", " %") for each in numbers)
    assert str(found) == (
        f"Slanted digits are 5 % of the training data: a neural network reads {own} of them rightly, "
        f"{other} of the upright ones, {mix} of all mixed as in training."
    )
    assert found.conditions == (
        "Trained on 20 + 380 images, tested on 300 of the group and 300 others; bands: 95 % intervals."
    )
    assert len(str(narrow(digits=NINE))) < 180


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"group": "cats"}, "group must be one of digits, slanted, got 'cats'"),
        ({"group_share": 0.6}, "group_share must be a number from 0.01 to 0.5, got 0.6"),
        ({"model": "tree"}, "model must be one of logistic regression, neural network, got 'tree'"),
        ({"digits": ()}, "digits must be one to nine of the ten digits, got ()"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_what_can_not_be_trained_on_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        narrow(**bad)
    assert str(refusal.value) == message


def test_nobody_has_no_share_of_a_mixture() -> None:
    with pytest.raises(ValueError, match="group and others must each have somebody, got 'not defined"):
        mixture(share=0.5, group=Rate(0, 0), others=Rate(1, 2))


def drawn(lab: Any, view: str) -> Any:
    return lab._canvas.axes[view]


@pytest.mark.parametrize("share", [0.01, 0.05, 0.5])
def test_a_tile_stands_for_each_hundredth_and_the_group_s_are_orange(share: float) -> None:
    (tiles,) = drawn(narrow_lab(start={"group_share": share}), "training").findobj(Tiles)
    red, _, blue = (tiles.colours[..., part].astype(int).mean(axis=(1, 2)) for part in range(3))
    assert len(tiles.colours) == TILES
    assert (red > blue + 15).sum() == round(100 * share)
    assert (red > blue + 15)[: round(100 * share)].all()


def test_lines_and_bands_are_the_accuracies_and_their_intervals() -> None:
    lab = narrow_lab(start={"group": "slanted", "group_share": 0.1})
    curve = lab.result.curve
    _, group, others, _ = drawn(lab, "by_group").lines
    _, mix, ball = drawn(lab, "mixed").lines
    for line, heights in (
        (group, [value(each.group) for each in curve]),
        (others, [value(each.others) for each in curve]),
        (mix, [each.mix[0] for each in curve]),
    ):
        np.testing.assert_allclose(line.get_data(), (SHARES, heights))
    (band,) = drawn(lab, "mixed").collections
    edges = band.get_paths()[0].vertices[:, 1]
    assert edges.min() == pytest.approx(min(each.mix[1].low for each in curve))
    assert edges.max() == pytest.approx(max(each.mix[1].high for each in curve))
    assert ball.get_xdata()[0] == 0.1


def test_under_each_image_of_the_group_stands_what_the_model_says() -> None:
    lab = narrow_lab(start={"group_share": 0.03})
    now, truths = lab.result.now, lab.result.sides.test_group.labels
    texts = [words.text for words in drawn(lab, "readings").findobj(Words)]
    assert texts == [
        f"{'✓' if said == truth else '✗'} {said}"
        for said, truth in zip(now.answers[:ASKED], truths[:ASKED], strict=True)
    ]
    assert {text[0] for text in texts} == {"✓", "✗"}


def test_the_share_is_dragged_and_the_digits_go_where_the_group_is_a_writing() -> None:
    lab = narrow_lab()
    axes = drawn(lab, "by_group")
    across, up = axes.transData.transform((0.11, 0.5)) / lab._canvas.figure.bbox.size
    point(lab, "down", across, 1 - up)
    assert lab.settings["group_share"] == 0.1
    assert lab.control("digits").layout.display is None
    lab.control("group").value = "slanted"
    assert lab.control("digits").layout.display == "none"
    assert lab.result.sides.group == "slanted digits"
    assert len(lab._panel.controls) <= 5


def test_no_digit_at_all_is_refused_in_words_and_the_next_one_brings_the_picture_back() -> None:
    lab = narrow_lab()
    lab.control("digits").value = ()
    assert lab.result is None
    assert lab.refusal == "Digits must be one to nine of the ten digits, got ()"
    lab.control("digits").value = ("1",)
    assert str(lab.result).startswith("1s are 50 % of the training data: ")


@pytest.mark.parametrize("setting", ["group", "digits", "group_share", "model"])
def test_each_control_moves_the_sentence_and_the_picture(setting: str) -> None:
    lab = narrow_lab()
    before = str(lab.result), lab._picture.source
    other = {"group": "slanted", "digits": ("1",), "group_share": 0.01, "model": MODELS[1]}[setting]
    lab.control(setting).value = other
    assert str(lab.result) != before[0]
    assert lab._picture.source != before[1]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("share", [SHARES[0], SHARES[-1]])
@pytest.mark.parametrize("group", ["slanted", ("1",), ("8", "9"), NINE])
def test_no_text_leaves_the_picture_or_meets_another(group: Any, share: float, model: str) -> None:
    which = {"group": "slanted"} if group == "slanted" else {"digits": group}
    lab = narrow_lab(start={**which, "group_share": share, "model": model})
    assert_apart(lab)
    assert drawn(lab, "rightly").texts[0].get_color() == style.ORANGE_TEXT
