"""Remedies for a group with few examples: over twenty seeds, what they cost, and in the lab."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from course.groups import GROUPS, sides
from course.mending import EXTRA, FEW, HEAVIEST, Mending, mending
from course.rates import Rate
from tests.apart import assert_apart
from widgets.marks import Tiles, Words
from widgets.mending import mending_lab

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(20)


def value(rate: Rate) -> float:
    assert rate.value is not None
    return rate.value


def over_seeds(**settings: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Accuracy in the group and among the others, shape (20 seeds, 4 remedies)."""
    found = [mending(random_state=seed, **settings).remedies for seed in SEEDS]
    group = np.array([[value(each.group) for each in one] for one in found])
    return group, np.array([[value(each.others) for each in one] for one in found])


@pytest.mark.parametrize(("group", "weight", "wins"), [("digits", 25, 18), ("slanted", 25, 20)])
def test_24_more_examples_beat_25_fold_weights_over_twenty_seeds(
    group: str, weight: int, wins: int
) -> None:
    found, _ = over_seeds(group=group, weight=weight, extra=24)
    _, weighted, more, _ = found.T
    assert (more > weighted).sum() >= wins
    assert (more - weighted).mean() > 0.1


@pytest.mark.parametrize("group", GROUPS)
def test_60_more_examples_beat_any_weight_in_each_of_twenty_seeds(group: str) -> None:
    for weight in (5, HEAVIEST):
        found, _ = over_seeds(group=group, weight=weight, extra=60)
        assert (found[:, 2] > found[:, 1]).all()


def test_weights_help_the_8s_and_9s_but_hardly_a_slanted_writing() -> None:
    digits, _ = over_seeds(group="digits", weight=25)
    slanted, _ = over_seeds(group="slanted", weight=25)
    assert (digits[:, 1] - digits[:, 0]).mean() > 0.4
    assert (slanted[:, 1] - slanted[:, 0]).mean() < 0.1
    heavier, _ = over_seeds(group="slanted", weight=HEAVIEST)
    assert heavier[:, 1].mean() <= slanted[:, 1].mean() + 0.005, "and more weight does not help more"


@pytest.mark.parametrize("group", GROUPS)
def test_a_hundredfold_weight_costs_the_others_about_one_in_a_hundred(group: str) -> None:
    _, others = over_seeds(group=group, weight=HEAVIEST)
    lost = others[:, 0] - others[:, 1]
    assert 0.003 < lost.mean() < 0.02
    assert (lost > 0).sum() >= 17


def test_a_model_of_its_own_has_it_easy_with_two_digits_and_not_with_ten() -> None:
    digits, _ = over_seeds(group="digits", extra=0)
    assert (digits[:, 3] > 0.7).all(), "it only tells an 8 from a 9"
    slanted, _ = over_seeds(group="slanted", extra=0)
    assert abs(slanted[:, 3] - slanted[:, 0]).mean() < 0.15
    larger, _ = over_seeds(group="slanted", extra=EXTRA)
    assert (larger[:, 3] > larger[:, 2]).sum() >= 14


def test_a_weight_is_as_good_as_copies() -> None:
    both, found = sides(random_state=1), mending(weight=3, random_state=1).remedies[1]
    own, other = both.train_group.first(FEW), both.train_others.first(400 - FEW)
    inputs = np.concatenate([own.inputs, own.inputs, own.inputs, other.inputs])
    labels = np.concatenate([own.labels, own.labels, own.labels, other.labels])
    model = LogisticRegression(max_iter=1000).fit(inputs, labels)
    assert value(found.group) == pytest.approx(
        model.score(both.test_group.inputs, both.test_group.labels), abs=0.01
    )
    assert value(found.others) == pytest.approx(
        model.score(both.test_others.inputs, both.test_others.labels), abs=0.005
    )


@pytest.mark.parametrize("group", GROUPS)
def test_without_weight_or_extra_examples_nothing_is_mended(group: str) -> None:
    plain, weighted, more, own = mending(group=group, weight=1, extra=0).remedies
    assert value(plain.group) == value(weighted.group) == value(more.group)
    assert value(plain.others) == value(weighted.others) == value(more.others) == value(own.others)


def test_the_sentence_says_what_each_remedy_does() -> None:
    found = mending(group="slanted", weight=HEAVIEST, extra=EXTRA)
    group = [f"{value(each.group):.0%}".replace("%", " %") for each in found.remedies]
    others = [f"{value(each.others):.0%}".replace("%", " %") for each in found.remedies]
    assert str(found) == (
        f"6 among 400: {group[0]} of slanted digits read rightly; weighted 100-fold {group[1]} "
        f"(others {others[1]}); with 120 more {group[2]} (others {others[2]}); by a model of their own, "
        f"where the group is known, {group[3]}."
    )
    assert len(str(found)) < 180
    assert found.conditions == (
        "Logistic regression; group and others: 6 + 394 training images, 300 + 300 test images; "
        "bands: 95 % intervals."
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"group": "cats"}, "group must be one of digits, slanted, got 'cats'"),
        ({"weight": 0}, "weight must be a whole number from 1 to 100, got 0"),
        ({"extra": 121}, "extra must be a whole number from 0 to 120, got 121"),
        ({"random_state": 1.5}, "random_state must be a whole number of at least 0, got 1.5"),
    ],
)
def test_what_can_not_mend_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        mending(**bad)
    assert str(refusal.value) == message


def drawn(lab: Any, view: str) -> Any:
    return lab._canvas.axes[view]


def texts(lab: Any, view: str) -> list[str]:
    axes = drawn(lab, view)
    return [
        *(words.text for words in axes.findobj(Words)),
        *(words.get_text() for words in axes.texts),
    ]


def test_marks_and_bands_are_the_rates_and_their_intervals() -> None:
    lab = mending_lab(start={"group": "slanted", "weight": 5})
    found: Mending = lab.result
    *bands, group, others = drawn(lab, "rightly").lines
    np.testing.assert_array_equal(group.get_xdata(), [value(each.group) for each in found.remedies])
    np.testing.assert_array_equal(others.get_xdata(), [value(each.others) for each in found.remedies])
    rates = [*(each.group for each in found.remedies), *(each.others for each in found.remedies)]
    for band, rate in zip(bands, rates, strict=True):
        assert rate.interval is not None
        assert list(band.get_xdata()) == [rate.interval.low, rate.interval.high]
    assert f"slanted {value(found.remedies[1].group):.0%}".replace("%", " %") in texts(lab, "rightly")


@pytest.mark.parametrize("extra", [0, 24, EXTRA])
def test_as_many_examples_are_shown_as_there_are(extra: int) -> None:
    (tiles,) = drawn(mending_lab(start={"extra": extra}), "examples").findobj(Tiles)
    assert len(tiles.colours) == FEW + EXTRA
    blank = (tiles.colours == tiles.colours[:, :1, :1]).all(axis=(1, 2, 3))
    assert list(np.flatnonzero(~blank)) == list(range(FEW + extra))


def test_what_a_remedy_costs_stands_beside_it() -> None:
    lab = mending_lab(start={"weight": HEAVIEST, "group": "slanted", "extra": 0})
    lost = round(100 * lab.result.lost(lab.result.remedies[1]))
    assert lost > 0
    said = texts(lab, "costs")
    assert f"others lose {lost} in 100" in said
    assert "no images to collect, and" in said
    assert "knowing the group first" in said
    lab.control("extra").value = 60
    assert "60 images to collect:" in texts(lab, "costs")


@pytest.mark.parametrize(("setting", "other"), [("group", "slanted"), ("weight", 5), ("extra", 60)])
def test_each_control_moves_the_sentence_and_the_picture(setting: str, other: object) -> None:
    lab = mending_lab()
    before = str(lab.result), lab._picture.source
    lab.control(setting).value = other
    assert str(lab.result) != before[0]
    assert lab._picture.source != before[1]
    assert len(lab._panel.controls) <= 5


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("weight", [1, HEAVIEST])
@pytest.mark.parametrize("extra", [0, EXTRA])
@pytest.mark.parametrize("seed", [0, 3])
def test_no_text_leaves_the_picture_or_meets_another(
    group: str, weight: int, extra: int, seed: int
) -> None:
    start = {"group": group, "weight": weight, "extra": extra, "random_state": seed}
    assert_apart(mending_lab(start=start))
