"""Labels biased against one group: what a model learns from them, and which test notices."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import lending
from course.label_bias import SHARES, LabelBias, flipped_labels, label_bias
from course.rates import Rate, by_group
from tests.apart import assert_apart
from tests.labs import point
from widgets import style
from widgets.label_bias import TESTS, label_bias_lab
from widgets.marks import Words

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(20)


def value(rate: Rate) -> float:
    assert rate.value is not None
    return rate.value


def at(share: float, random_state: int, **settings: Any) -> LabelBias:
    return label_bias(flipped=share, random_state=random_state, **settings)


@pytest.mark.parametrize("columns", lending.COLUMNS)
@pytest.mark.parametrize("with_race", [False, True])
def test_decisions_are_those_of_the_scores_of_the_lesson_counted_by_group(
    columns: str, with_race: bool
) -> None:
    found = label_bias(flipped=0.4, columns=columns, with_race=with_race, random_state=3)
    labels = flipped_labels(flipped=0.4, random_state=3)
    x = lending.inputs(lending.features(columns=columns, with_race=with_race))
    chosen = (lending.scores(x, labels, random_state=3) >= 0.5).astype(int)
    for which, actual in enumerate((lending.approvals(), labels)):
        counted = by_group(labels=actual, decisions=chosen, groups=lending.groups(), names=lending.GROUPS)[
            "Black"
        ]
        agreement = found.now.agreement[which]
        assert (agreement.count, agreement.of) == (counted.agreement.count, counted.people)
        assert found.now.everybody[which].count == (chosen == actual).sum()
        if not which:
            assert found.now.refused.count == counted.false_negatives
            assert found.now.refused.of == counted.positives == found.lender.count
        assert found.now.approved.count == counted.selected
    assert found.now.elsewhere.count + found.now.approved.count == chosen.sum()


@settings(deadline=None, max_examples=60)
@given(
    share=st.floats(0, 1),
    more=st.floats(0, 1),
    group=st.sampled_from(lending.GROUPS),
    seed=st.integers(0, 99),
)
def test_only_approvals_of_the_group_are_flipped_and_more_flips_hold_fewer(
    share: float, more: float, group: str, seed: int
) -> None:
    low, high = sorted((share, more))
    real, some, many = (
        lending.approvals(),
        flipped_labels(flipped=low, group=group, random_state=seed),
        flipped_labels(flipped=high, group=group, random_state=seed),
    )
    member = lending.groups() == lending.GROUPS.index(group)
    np.testing.assert_array_equal(some[~member], real[~member])
    assert (many <= some).all()
    assert (some <= real).all()
    assert (real - some).sum() == round(low * real[member].sum())


def test_a_model_told_the_race_repeats_the_bias_in_each_of_20_seeds() -> None:
    for seed in SEEDS:
        none, some, half, most = (value(at(share, seed).now.approved) for share in (0, 0.3, 0.5, 0.7))
        assert 0.76 < none < 0.83
        assert 0.48 < some < 0.61
        assert 0.12 < half < 0.24
        assert most < 0.05
        assert value(at(0.7, seed).now.elsewhere) > 0.97


def test_the_test_biased_likewise_does_not_show_it_and_the_real_one_does_in_each_of_20_seeds() -> None:
    for seed in SEEDS:
        start, half, most = (at(share, seed).now.agreement for share in (0, 0.5, 0.7))
        assert start[0].count == start[1].count
        assert value(half[0]) < value(start[0]) - 0.2
        assert value(most[0]) < 0.37
        assert value(half[1]) > value(half[0]) + 0.1
        assert value(most[1]) > value(start[1]) + 0.04


def test_a_model_not_told_the_race_hardly_follows_and_the_biased_test_calls_it_bad() -> None:
    for seed in SEEDS:
        start, half = (at(share, seed, with_race=False).now for share in (0, 0.5))
        assert value(half.approved) > value(start.approved) - 0.07
        assert abs(value(half.agreement[0]) - value(start.agreement[0])) < 0.05
        assert value(half.agreement[1]) < 0.5
        told = at(0.5, seed).now
        assert value(told.agreement[1]) > value(half.agreement[1]) + 0.1  # the biased model passes it
        assert value(told.agreement[0]) < value(half.agreement[0]) - 0.2


def test_the_tract_stands_in_for_race_and_lets_part_of_the_bias_through() -> None:
    for seed in SEEDS:
        lost = {}
        for columns in lending.COLUMNS:
            start, most = (
                value(at(share, seed, with_race=False, columns=columns).now.approved) for share in (0, 0.9)
            )
            lost[columns] = start - most
        plain, tract, opinion = lost.values()
        assert 0.02 < plain < 0.1
        assert tract > plain + 0.03
        assert opinion < 0.05


def test_over_all_applicants_the_harm_to_one_group_is_hardly_seen() -> None:
    for seed in SEEDS:
        start, most = (value(at(share, seed).now.everybody[0]) for share in (0, 0.7))
        assert 0.02 < start - most < 0.06


def test_flipping_most_white_applicants_approvals_refuses_everyone_else_too() -> None:
    for seed in SEEDS:
        told, untold = (at(0.7, seed, group="white", with_race=each).now for each in (True, False))
        assert value(told.approved) < 0.02
        assert value(told.elsewhere) > 0.8
        assert value(untold.elsewhere) < 0.05


def test_the_sentence_says_what_the_model_does_and_what_each_test_says() -> None:
    found = label_bias()
    said = [f"{value(rate):.0%}".replace("%", " %") for rate in (found.now.approved, *found.now.agreement)]
    flips, lender = "30 % of Black applicants’ approvals flipped", "the lender 68 %"
    start = f"{flips}: the model, told the race, approves {said[0]} of them, {lender}."
    assert str(found) == f"{start} Real test: {said[1]} agree; flipped test: {said[2]}."
    assert (
        str(label_bias(flip_test=True)) == f"{start} Flipped test: {said[2]} agree; real test: {said[1]}."
    )
    assert str(label_bias(flipped=0)).startswith("No label is flipped: the model, told the race, ")
    assert ": the model, not told the race, approves" in str(label_bias(with_race=False))
    assert found.conditions == (
        "The flips are ours; the real decisions may be biased too. "
        "197 applicants, Boston 1990. Bands: 95 % intervals."
    )


def test_a_share_between_the_tenths_lies_on_the_curve() -> None:
    found = label_bias(flipped=0.45)
    assert [each.flipped for each in found.curve] == sorted({*SHARES, 0.45})
    assert found.now.flipped == 0.45


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"flipped": 1.1}, "flipped must be a number from 0 to 1, got 1.1"),
        ({"group": "all"}, "group must be one of white, Black, Hispanic, got 'all'"),
        ({"columns": "all"}, f"columns must be one of {', '.join(lending.COLUMNS)}, got 'all'"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_what_can_not_be_flipped_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        label_bias(**bad)
    assert str(refusal.value) == message


def drawn(lab: Any, view: str) -> Any:
    return lab._canvas.axes[view]


@pytest.mark.parametrize("flip_test", [False, True])
def test_the_curves_are_what_both_tests_say_and_the_bold_one_is_the_chosen(flip_test: bool) -> None:
    lab = label_bias_lab(start={"flip_test": flip_test, "flipped": 0.6})
    found, axes = lab.result, drawn(lab, "test")
    everyone, real, likewise, rule, _, here = axes.lines
    for which, line in enumerate((real, likewise)):
        wanted = [value(each.agreement[which]) for each in found.curve]
        np.testing.assert_allclose(line.get_data(), (SHARES, wanted))
    assert (real.get_linewidth() > likewise.get_linewidth()) != flip_test
    np.testing.assert_allclose(
        everyone.get_ydata(), [value(each.everybody[flip_test]) for each in found.curve]
    )
    np.testing.assert_allclose(np.ravel(here.get_data()), [0.6, value(found.tested)])
    assert list(rule.get_xdata()) == [0.6, 0.6]
    interval = found.tested.interval
    assert interval is not None
    vertices = axes.collections[0].get_paths()[0].vertices
    heights = vertices[np.isclose(vertices[:, 0], 0.6), 1]
    assert (heights.min(), heights.max()) == pytest.approx((interval.low, interval.high))
    texts = [words.text for words in axes.findobj(Words)]
    assert texts == list(TESTS)


def test_points_bands_and_marks_are_the_shares_that_they_show() -> None:
    lab = label_bias_lab(start={"group": "Hispanic", "flipped": 0.5})
    now, axes = lab.result.now, drawn(lab, "approvals")
    rates = (lab.result.lender, now.labels, now.approved, now.elsewhere)
    for row, (rate, band, dot) in enumerate(zip(rates, axes.lines[::2], axes.lines[1::2], strict=True)):
        assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (value(rate), row)
        assert rate.interval is not None
        assert list(band.get_xdata()) == [rate.interval.low, rate.interval.high]
    (marks,) = drawn(lab, "hundred").collections
    painted = np.isclose(marks.get_facecolor()[:, :3], np.array(style.rgb(style.GREEN)) / 255).all(axis=1)
    assert (len(painted), painted.sum()) == (100, round(100 * value(now.refused)))


def test_the_share_flipped_is_dragged() -> None:
    lab = label_bias_lab()
    axes = drawn(lab, "test")
    across, up = axes.transData.transform((0.8, 0.3)) / lab._canvas.figure.bbox.size
    point(lab, "down", across, 1 - up)
    assert lab.settings["flipped"] == pytest.approx(0.8)
    assert len(lab._panel.controls) <= 5


@pytest.mark.parametrize(
    "setting", ["flipped", "group", "with_race", "flip_test", "columns", "random_state"]
)
def test_each_control_changes_the_sentence_from_the_start(setting: str) -> None:
    other = {
        "flipped": 0.4,
        "group": "Hispanic",
        "with_race": False,
        "flip_test": True,
        "columns": "financial, and the tract",
        "random_state": 1,
    }
    assert str(label_bias(**{setting: other[setting]})) != str(label_bias())  # type: ignore[arg-type]


@pytest.mark.parametrize("group", lending.GROUPS)
@pytest.mark.parametrize("with_race", [False, True])
@pytest.mark.parametrize("flip_test", [False, True])
def test_no_text_leaves_the_picture_or_meets_another(group: str, with_race: bool, flip_test: bool) -> None:
    lab = label_bias_lab(start={"group": group, "with_race": with_race, "flip_test": flip_test})
    for share in (0.0, 0.3, 0.5, 1.0):
        lab.control("flipped").value = share
        assert_apart(lab)
