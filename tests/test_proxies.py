"""Race told from the other columns: the measure, what holds over 20 seeds, and the lab."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Rectangle

from course import datasets, lending, rates
from course.lending import NAMES, USABLE
from course.membership import area_under_curve
from course.proxies import (
    EVERY,
    PAIRS,
    RULES,
    SETS,
    THRESHOLD,
    members,
    proxies,
    race_scores,
    telling,
    told,
)
from tests.apart import assert_apart
from tests.labs import ends
from widgets.marks import Words
from widgets.proxies import SHOWN, decisions, proxies_lab, shares

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(20)
BLACK, HISPANIC, BOTH = PAIRS
FINANCIAL, TRACT, OPINION, _ = SETS
SCORES = st.lists(st.integers(-20, 20), min_size=10, max_size=30)


@given(SCORES, SCORES)
def test_the_area_is_that_of_every_pair_compared(own: list[int], others: list[int]) -> None:
    found = told(scores=own, others=others)
    pairs = [(a > b) + (a == b) / 2 for a in own for b in others]
    assert found.auc == pytest.approx(np.mean(pairs))
    assert found.auc == pytest.approx(area_under_curve(members=own, others=others))
    assert 0 <= found.interval.low <= found.auc <= found.interval.high <= 1


@given(SCORES, SCORES)
def test_only_the_order_of_scores_matters_and_swapped_groups_mirror(
    own: list[int], others: list[int]
) -> None:
    found, bent, swapped = (
        told(scores=own, others=others),
        told(scores=np.exp(np.array(own) / 10), others=np.exp(np.array(others) / 10)),
        told(scores=others, others=own),
    )
    assert (bent.auc, bent.interval.low) == pytest.approx((found.auc, found.interval.low))
    assert (swapped.auc, swapped.interval.high) == pytest.approx((1 - found.auc, 1 - found.interval.low))


def test_scores_of_a_handful_of_people_are_refused() -> None:
    with pytest.raises(
        ValueError, match="scores and others must be of 10 people or more each, got 3 and 40"
    ):
        told(scores=[1, 2, 3], others=range(40))


def test_the_interval_holds_the_true_area_about_95_times_in_100() -> None:
    random = np.random.default_rng(3)
    shift, true = 0.7, 0.6897  # the normal distribution function at 0.7 / sqrt 2
    held = [
        true in told(scores=random.normal(shift, 1, 111), others=random.normal(0, 1, 400)).interval
        for _ in range(600)
    ]
    assert 0.93 < np.mean(held) < 0.97


def test_the_interval_is_as_wide_as_that_of_a_thousand_resamplings() -> None:
    found = proxies()
    random = np.random.default_rng(0)
    areas = [
        area_under_curve(
            members=random.choice(found.scores, len(found.scores)),
            others=random.choice(found.others, len(found.others)),
        )
        for _ in range(1000)
    ]
    low, high = np.quantile(areas, (0.025, 0.975))
    assert (found.told.interval.low, found.told.interval.high) == pytest.approx((low, high), abs=0.006)


def test_every_column_is_one_known_before_the_decision_that_is_not_race() -> None:
    gone = {"white", *lending.RACE, *lending.AFTERWARDS, "msa"}
    assert set(USABLE) == set(datasets.loans().feature_names) - gone
    assert len(proxies(columns=EVERY).left) == len(USABLE) == 51
    assert len(set(NAMES.values())) == len(NAMES)
    assert set(lending.FINANCIAL + lending.TRACT + lending.JUDGEMENTS) <= set(USABLE)


def test_a_third_group_teaches_the_model_nothing() -> None:
    own, white = members(BLACK), lending.groups() == 0
    x = lending.inputs(lending.FINANCIAL)
    for part in lending.parts():
        train = part.train[(own | white)[part.train]]
        by_hand = lending.model().fit(x[train], own[train]).predict_proba(x[part.test])[:, 1]
        found = race_scores(names=lending.FINANCIAL)[part.test]
        assert np.corrcoef(by_hand, found)[0, 1] > 0.999


@pytest.mark.parametrize("who", PAIRS)
@pytest.mark.parametrize("rule", RULES)
def test_gaps_and_agreement_are_those_of_the_counts(who: str, rule: str) -> None:
    found = proxies(who=who, approve=rule)
    scores = lending.applicant_scores()
    line = THRESHOLD if rule != RULES[0] else np.sort(scores)[-lending.approvals().sum()]
    kept = members(who) | (lending.groups() == 0)
    counted = rates.by_group(
        labels=lending.approvals()[kept],
        decisions=(scores >= line)[kept],
        groups=members(who)[kept],
        names=["white", found.other],
    )
    gap = rates.gap("selection rate", counted)
    assert found.without_race.gap == pytest.approx(gap.value)
    assert gap.interval is not None
    assert found.without_race.interval.low == pytest.approx(gap.interval.low)
    agreement = ((scores >= line) == lending.approvals()).mean()
    assert found.without_race.agreement == pytest.approx(agreement)
    assert found.without_race.gap == found.fewer.gap
    assert (found.lender.agreement, found.everyone.gap) == (1, 0)
    assert found.everyone.agreement == pytest.approx(0.877, abs=0.001)


@pytest.mark.parametrize(
    ("who", "columns", "low", "high"),
    [
        (BLACK, FINANCIAL, 0.68, 0.71),
        (HISPANIC, FINANCIAL, 0.60, 0.67),
        (BOTH, FINANCIAL, 0.66, 0.70),
        (BLACK, TRACT, 0.75, 0.79),
        (HISPANIC, TRACT, 0.65, 0.71),
        (BOTH, TRACT, 0.72, 0.76),
        (BLACK, EVERY, 0.76, 0.81),
        (HISPANIC, EVERY, 0.69, 0.76),
        (BOTH, EVERY, 0.75, 0.79),
    ],
)
def test_race_is_told_better_than_by_chance_in_each_of_20_seeds(
    who: str, columns: str, low: float, high: float
) -> None:
    for seed in SEEDS:
        found = proxies(who=who, columns=columns, random_state=seed).told
        assert low < found.auc < high
        assert not found.chance


@pytest.mark.parametrize("who", PAIRS)
def test_dropping_ten_of_all_columns_changes_little_in_each_of_20_seeds(who: str) -> None:
    for seed in SEEDS:
        found = proxies(who=who, columns=EVERY, drop=10, random_state=seed)
        assert found.told.interval.low > 0.6
        assert abs(found.fewer.gap - found.without_race.gap) < 0.04
        assert found.fewer.interval.low > 0
        assert abs(found.fewer.agreement - found.without_race.agreement) < 0.01


def test_the_gap_goes_only_with_nearly_all_the_model_knows_in_each_of_20_seeds() -> None:
    for seed in SEEDS:
        half, most = (proxies(who=BLACK, drop=count, random_state=seed) for count in (6, 8))
        assert half.fewer.interval.low > 0.04  # five columns are left, and race is told from them
        assert not half.told.chance
        assert most.told.chance
        assert -0.05 < most.fewer.gap < 0
        assert most.fewer.agreement < most.without_race.agreement - 0.03


@pytest.mark.parametrize(("who", "least"), [(BLACK, 0.20), (HISPANIC, 0.11), (BOTH, 0.18)])
def test_race_in_the_model_widens_the_gap_in_each_of_20_seeds(who: str, least: float) -> None:
    for seed in SEEDS:
        found = proxies(who=who, random_state=seed)
        assert found.with_race.gap > found.without_race.gap + least
        assert found.with_race.gap > found.lender.gap + 0.07
        assert found.without_race.interval.low > 0


def test_with_a_fixed_score_nobody_is_approved_once_one_column_is_left() -> None:
    found = proxies(drop=10, approve=RULES[1])
    assert (found.fewer.approved, found.fewer.gap) == (0, 0)


def test_a_column_alone_is_measured_as_it_stands_in_the_file() -> None:
    own, white = members(HISPANIC), lending.groups() == 0
    price = lending.column("price")
    area = area_under_curve(members=price[own], others=price[white])
    assert dict(telling(who=HISPANIC))["price"] == pytest.approx(1 - area)
    assert min(dict(telling(who=HISPANIC)).values()) >= 0.5


def test_the_sentence_says_how_often_race_is_told_the_gap_and_the_agreement() -> None:
    found = proxies(drop=3)
    assert str(found) == (
        f"Of two applicants, one Black and one white, 8 columns tell which is which "
        f"{100 * found.told.auc:.0f} times in 100. Approval gap {found.fewer.gap:.2f} "
        f"(with race {found.with_race.gap:.2f}), "
        f"agreement {100 * found.fewer.agreement:.0f} %."
    )
    assert found.conditions.startswith(f"AUC {found.told.auc:.2f} (")
    assert "one column tells which is which" in str(proxies(drop=10))
    assert " times in 100, not clear of chance. Approval gap −0.0" in str(proxies(drop=8))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"who": "all"}, f"who must be one of {', '.join(PAIRS)}, got 'all'"),
        ({"columns": "race"}, f"columns must be one of {', '.join(SETS)}, got 'race'"),
        ({"drop": 11}, "drop must be a whole number from 0 to 10, got 11"),
        ({"approve": "all"}, f"approve must be one of {', '.join(RULES)}, got 'all'"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_what_can_not_be_asked_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        proxies(**bad)
    assert str(refusal.value) == message


@pytest.mark.parametrize("names", [(), ("black",)])
def test_race_is_not_told_from_race_or_from_nothing(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="names must be columns of the file other than race, at least one"):
        race_scores(names=names)


def test_each_control_moves_the_sentence_and_the_picture() -> None:
    lab = proxies_lab()
    assert [*lab._panel.controls] == ["who", "columns", "drop", "approve"]
    for widget in lab._panel.controls.values():
        start, said, source = widget.value, str(lab.result), lab._picture.source
        for end in ends(widget):
            if end != start:
                widget.value = end
                assert str(lab.result) != said
                assert lab._picture.source != source
        widget.value = start


def test_drawn_are_the_shares_the_pairs_the_columns_and_the_gaps() -> None:
    lab = proxies_lab(start={"drop": 6, "who": HISPANIC})
    found, axes = lab.result, lab._canvas.axes
    above, below = axes["guesses"].containers
    np.testing.assert_allclose([bar.get_height() for bar in above], shares(found.scores))
    np.testing.assert_allclose([bar.get_height() for bar in below], -shares(found.others))
    assert shares(found.others).sum() == pytest.approx(1)
    told_right, _, _ = axes["pairs"].lines
    assert np.size(told_right.get_xdata()) == round(100 * found.told.auc)
    (bars,) = axes["columns_alone"].containers
    widths = [bar.get_width() + 0.5 for bar in bars]
    np.testing.assert_allclose(widths[:5], [auc for _, auc in found.telling])
    assert widths[5:] == [0.5] * (SHOWN - 5)
    bands = [each for each in axes["gaps"].patches if isinstance(each, Rectangle)]
    for band, decision in zip(bands, decisions(found).values(), strict=True):
        ends_ = band.get_x(), band.get_x() + band.get_width()
        assert ends_ == pytest.approx((decision.interval.low, decision.interval.high))
    words = {each.text for each in axes["gaps"].findobj(Words)}
    assert {"without the 6", "approve all", "100 %"} <= words


@pytest.mark.parametrize("who", PAIRS)
@pytest.mark.parametrize("columns", SETS)
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("drop", [0, 10])
def test_no_text_leaves_the_picture_or_meets_another(who: str, columns: str, rule: str, drop: int) -> None:
    lab = proxies_lab(start={"who": who, "columns": columns, "approve": rule, "drop": drop})
    assert len(str(lab.result)) <= 190
    assert_apart(lab)
