"""The mortgage data as lesson 05 uses them: who is scored by whom, and how people are weighed."""

import numpy as np
import pytest

from course import lending
from course.lending import COLUMNS, FINANCIAL, GROUPS, PARTS, RACE


@pytest.mark.parametrize("seed", range(3))
def test_every_person_is_in_one_part_and_never_among_those_that_its_model_learns_from(seed: int) -> None:
    parts = lending.parts(random_state=seed)
    assert len(parts) == PARTS
    assert sorted(np.concatenate([part.test for part in parts])) == list(range(1989))
    for part in parts:
        assert sorted([*part.train, *part.test]) == list(range(1989))


def test_each_part_has_its_share_of_every_group_and_decision() -> None:
    kinds = 2 * lending.groups() + lending.approvals()
    for part in lending.parts():
        assert np.bincount(kinds[part.test]) == pytest.approx(np.bincount(kinds) / PARTS, abs=1)


def test_a_score_does_not_depend_on_the_own_label_or_the_own_part_s() -> None:
    x, labels = lending.inputs(FINANCIAL), lending.approvals()
    part = lending.parts()[2]
    turned = labels.copy()
    turned[part.test] = 1 - turned[part.test]
    before, after = lending.scores(x, labels), lending.scores(x, turned)
    np.testing.assert_array_equal(before[part.test], after[part.test])
    assert (before[part.train] != after[part.train]).mean() > 0.9


def test_full_reweighting_makes_group_and_decision_independent_and_keeps_the_total() -> None:
    weights, group, label = lending.reweighting(), lending.groups(), lending.approvals()
    shares = [weights[(group == n) & (label == 1)].sum() / weights[group == n].sum() for n in range(3)]
    assert shares == pytest.approx([label.mean()] * 3)
    assert weights.mean() == pytest.approx(1)
    assert lending.reweighting(strength=0.0) == pytest.approx(np.ones(1989))
    assert lending.reweighting(strength=0.5) == pytest.approx((1 + weights) / 2)


def test_race_is_in_the_model_only_where_it_is_asked_for() -> None:
    for columns in COLUMNS:
        assert set(lending.features(columns=columns)).isdisjoint({*RACE, "white"})
        assert lending.features(columns=columns, with_race=True)[-2:] == RACE
    assert GROUPS == ("white", "Black", "Hispanic")
