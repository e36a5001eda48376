"""Lesson 05: thresholds, targets and what they do, and the lab that shows it."""

import re
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    equal_opportunity_difference,
    selection_rate,
)

from course import fairness, lending, rates
from course.fairness import EQUAL, STEP, TARGETS, Fairness
from tests.apart import assert_apart
from tests.labs import in_kernel, point, settle
from widgets.fairness import COLUMN, fairness_lab
from widgets.lab import Lab

SEEDS = range(20)
CROSSED = [*product((0.0, 1.0), repeat=3), (0.88, 0.7, 0.95), (0.2, 0.9, 0.88)]


@cache
def pooled_gap(with_race: bool, seed: int, reweighted: float = 0.0) -> float:
    """The gap in selection at .88 between white applicants and Black and Hispanic ones together."""
    found = fairness.fairness(with_race=with_race, reweighted=reweighted, random_state=seed)
    white = lending.groups() == 0
    return float(found.approved[white].mean() - found.approved[~white].mean())


@cache
def group_gaps(with_race: bool, seed: int) -> tuple[float, float]:
    """The gap in selection at .88 between white applicants and Black, and Hispanic, ones."""
    found = fairness.fairness(with_race=with_race, random_state=seed).outcomes
    white, black, hispanic = (each.selection_rate.value or 0.0 for each in found.values())
    return white - black, white - hispanic


def test_the_baseline_is_what_approving_everyone_agrees_with() -> None:
    everyone = fairness.fairness(thresholds=0.0)
    assert everyone.everybody.agreement.value == fairness.baseline().value
    assert round(fairness.baseline().value or 0.0, 3) == 0.877


def test_the_model_beats_approving_everyone_by_less_than_a_hundredth_in_20_seeds() -> None:
    for seed in SEEDS:
        found = fairness.fairness(thresholds=0.5, random_state=seed).everybody.agreement.value or 0.0
        assert 0.0 < found - (fairness.baseline().value or 0.0) < 0.01


def test_with_race_the_gap_is_at_least_twice_that_without_which_is_above_0_in_20_seeds() -> None:
    for seed in SEEDS:
        assert pooled_gap(True, seed) >= 2 * pooled_gap(False, seed) > 0.3
        for known, unknown in zip(group_gaps(True, seed), group_gaps(False, seed), strict=True):
            assert known >= 2 * unknown > 0.1
    assert np.mean([pooled_gap(True, seed) for seed in SEEDS]) == pytest.approx(0.67, abs=0.02)
    assert np.mean([pooled_gap(False, seed) for seed in SEEDS]) == pytest.approx(0.19, abs=0.02)


def test_reweighting_moves_the_gap_by_less_than_a_fifth_where_race_is_out_in_20_seeds() -> None:
    for seed in SEEDS:
        plain, reweighted = pooled_gap(False, seed), pooled_gap(False, seed, 1.0)
        assert abs(plain - reweighted) < plain / 5


def test_reweighting_takes_most_of_the_gap_away_where_race_is_in_in_20_seeds() -> None:
    for seed in SEEDS:
        assert abs(pooled_gap(True, seed, 1.0)) < pooled_gap(True, seed) / 5


def test_with_the_tract_the_gap_without_race_is_larger_in_20_seeds() -> None:
    for seed in SEEDS:
        tract = fairness.fairness(columns="financial, and the tract", random_state=seed)
        assert (tract.gap("selection rate").value or 0.0) > group_gaps(False, seed)[0] + 0.1


@pytest.mark.parametrize("limits", CROSSED)
def test_rates_and_gaps_are_fairlearns_wherever_thresholds_stand(limits: tuple[float, ...]) -> None:
    found = fairness.fairness(thresholds=limits)
    given = {"y_true": lending.approvals(), "y_pred": found.approved.astype(int)}
    frame = MetricFrame(metrics=selection_rate, **given, sensitive_features=lending.groups())
    assert [each.selection_rate.value for each in found.outcomes.values()] == pytest.approx(
        [*frame.by_group]
    )
    for name, theirs in (
        ("selection rate", demographic_parity_difference),
        ("true positive rate", equal_opportunity_difference),
    ):
        gap = theirs(**given, sensitive_features=lending.groups())
        assert found.gap(name).value == pytest.approx(gap)


def test_at_threshold_1_nobody_is_approved_and_precision_is_not_defined() -> None:
    found = fairness.fairness(thresholds=1.0)
    assert found.everybody.selected == 0
    assert found.gap("precision").value is None
    assert not found.meets("predictive parity")
    assert str(found.outcomes["Black"].precision) == (
        "not defined (nobody of this group is approved by the model)"
    )
    assert found.conditions.endswith(
        "Precision not defined for white, Black, Hispanic: nobody of the group is approved."
    )


def test_at_threshold_0_everybody_is_approved_and_only_predictive_parity_fails() -> None:
    assert fairness.fairness(thresholds=0.0).met == (
        "equal selection",
        "equal opportunity",
        "equalised odds",
    )


def test_a_target_comes_as_near_as_any_thresholds_of_the_sliders_do() -> None:
    start = fairness.fairness()
    grid = np.round(np.arange(0, 1 + STEP / 2, STEP), 3)
    for target, names in TARGETS.items():
        found = fairness.equalise(target, start)
        assert found[0] == start.thresholds[0]
        for number, group in enumerate(lending.GROUPS[1:], 1):
            distances = [_distance(start, names, group, number, limit) for limit in (*grid, found[number])]
            assert distances[-1] == min(distances)


def _distance(start: Fairness, names: tuple[str, ...], group: str, number: int, limit: float) -> float:
    """How far a group's rates at a threshold are from those of white applicants."""
    own = lending.groups() == number
    chosen = fairness.outcomes(np.where(own, start.scores >= limit, start.approved))
    pairs = [(chosen[group].rate(name).value, chosen["white"].rate(name).value) for name in names]
    return max(np.inf if one is None or other is None else abs(one - other) for one, other in pairs)


def test_where_one_target_is_met_others_break_in_20_seeds() -> None:
    for seed in SEEDS:
        start = fairness.fairness(random_state=seed)
        for target in TARGETS:
            limits = fairness.equalise(target, start)
            found = fairness.fairness(thresholds=limits, random_state=seed)
            assert len(found.met) < len(TARGETS)
            assert {"equal selection", "predictive parity"} - {*found.met}


def test_no_thresholds_meet_all_targets_at_once_in_20_seeds_with_race_or_without() -> None:
    for seed, with_race in product(SEEDS, (False, True)):
        assert not fairness.attainable(fairness.fairness(with_race=with_race, random_state=seed))


def test_approving_next_to_nobody_may_meet_all_targets() -> None:
    assert fairness.attainable(fairness.fairness(), least=0.0)
    sure = fairness.fairness(thresholds=(0.99, 0.99, 0.97))
    assert sure.met == tuple(TARGETS)
    assert sure.everybody.selected < 30


def test_a_model_that_repeats_the_bank_meets_all_targets_but_equal_selection() -> None:
    perfect = replace(fairness.fairness(), scores=lending.approvals().astype(float))
    assert [name for name in TARGETS if replace(perfect, thresholds=(0.5,) * 3).meets(name)] == [
        "equal opportunity",
        "equalised odds",
        "predictive parity",
    ]


@pytest.mark.parametrize(("approved", "gap", "met"), [(102, 0.0175, True), (103, 0.0225, False)])
def test_a_gap_of_two_hundredths_is_the_largest_that_counts_as_none(
    approved: int, gap: float, met: bool
) -> None:
    scores = np.zeros(1989)
    for number, count in enumerate((841, approved, 56)):
        scores[np.flatnonzero(lending.groups() == number)[:count]] = 1.0
    found = replace(fairness.fairness(), scores=scores)
    assert found.gap("selection rate").value == pytest.approx(gap, abs=1e-3)
    assert found.meets("equal selection") == met
    assert EQUAL == 0.02


def test_those_passed_over_are_counted_among_those_whom_the_bank_approved() -> None:
    found = fairness.fairness(thresholds=(0.88, 0.7, 0.95))
    for number, name in enumerate(lending.GROUPS):
        own = (lending.groups() == number) & (lending.approvals() == 1)
        refused = int((found.scores[own] < found.thresholds[number]).sum())
        assert (found.passed_over(name).count, found.passed_over(name).of) == (refused, own.sum())


@pytest.mark.parametrize(("with_race", "words"), [(True, "race known to"), (False, "race unknown to")])
def test_the_sentence_says_whether_the_model_is_told_the_race(with_race: bool, words: str) -> None:
    assert f", {words} the model: it approves" in str(fairness.fairness(with_race=with_race))


def test_there_is_no_precision_to_equal_where_no_white_applicant_is_approved() -> None:
    with pytest.raises(ValueError, match="thresholds must leave a white applicant approved"):
        fairness.equalise("predictive parity", fairness.fairness(thresholds=1.0))
    lab = fairness_lab(start={"thresholds": 1.0})
    control = lab.control("thresholds")
    control.buttons[-1].click()
    assert lab.settings["thresholds"] == 1.0
    assert "leave a white applicant approved" in control.note.value
    control.sliders[0].value = 0.5
    assert control.note.value == ""
    lab.close()


@pytest.mark.parametrize(
    ("thresholds", "sentence"),
    [
        (1.1, "thresholds must be a number from 0 to 1, got 1.1"),
        ((0.5, 0.5), "thresholds must be one number, or one for each of 3 groups, got (0.5, 0.5)"),
        ((0.5, "a", 0.5), "thresholds must be a number from 0 to 1, got 'a'"),
    ],
)
def test_thresholds_are_refused_in_a_sentence(thresholds: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)) as refusal:
        fairness.fairness(thresholds=thresholds)
    assert str(refusal.value) == sentence


def test_the_picture_shows_the_numbers_of_the_result() -> None:
    lab = fairness_lab(start={"thresholds": (0.88, 0.7, 0.95)})
    axes = lab._canvas.figure.axes[1]
    dots = [each for each in axes.collections if hasattr(each, "get_sizes")]
    for group, drawn in zip(lab.result.outcomes.values(), dots, strict=True):
        values = np.asarray(drawn.get_offsets())[:, 0] % (COLUMN + 17) / COLUMN
        assert values == pytest.approx([group.rate(name).value for name in rates.RATES[:4]])
    lab.close()


@pytest.mark.parametrize("limits", [0.0, 0.88, 1.0, *CROSSED])
@pytest.mark.parametrize("with_race", [False, True])
def test_no_words_meet_wherever_the_thresholds_stand(limits: fairness.Thresholds, with_race: bool) -> None:
    lab = fairness_lab(start={"thresholds": limits, "with_race": with_race})
    assert_apart(lab)
    lab.close()


def test_thresholds_move_together_until_the_box_is_emptied() -> None:
    lab = fairness_lab()
    control = lab.control("thresholds")
    control.sliders[1].value = 0.8
    assert lab.settings["thresholds"] == 0.8
    assert [slider.value for slider in control.sliders] == [0.8] * 3
    control.together.value = False
    control.sliders[1].value = 0.7
    assert lab.settings["thresholds"] == (0.8, 0.7, 0.8)
    assert lab.result.thresholds == (0.8, 0.7, 0.8)
    control.together.value = True
    assert lab.settings["thresholds"] == 0.8
    lab.close()


@pytest.mark.parametrize("target", TARGETS)
def test_a_button_sets_the_thresholds_for_its_target(target: str) -> None:
    lab = fairness_lab(start={"with_race": True})
    wanted = fairness.equalise(target, lab.result)
    next(each for each in lab.control("thresholds").buttons if each.description == target).click()
    assert lab.settings["thresholds"] == wanted
    lab.close()


def test_a_disc_is_dragged_alone_or_with_the_others() -> None:
    async def work() -> tuple[Any, Any]:
        lab = fairness_lab()
        box = lab._canvas.figure.axes[0].get_position()
        await _drag(lab, box, lane=1, place=0.7)
        together = lab.settings["thresholds"]
        lab.control("thresholds").together.value = False
        await settle()
        await _drag(lab, box, lane=2, place=0.95)
        alone = lab.settings["thresholds"]
        lab.close()
        return together, alone

    together, alone = in_kernel(work)
    assert together == pytest.approx(0.7, abs=0.01)
    assert alone == pytest.approx((together, together, 0.95), abs=0.01)


async def _drag(lab: Lab, box: Any, *, lane: int, place: float) -> None:
    """Go down in the middle of a lane and move to a score."""
    y = 1 - (box.y1 - (lane + 0.5) / 3 * box.height)
    point(lab, "down", box.x0 + 0.5 * box.width, y)
    x = box.x0 + (place - 0.4) / 0.6 * box.width
    point(lab, "move", x, y)
    point(lab, "up", x, y)
    await settle()
