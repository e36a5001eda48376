"""The audit: groups, gaps, and how many people it takes to find one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course import lending
from course.audit import ATTRIBUTES, MOST, SHOWN, audit, drawn, grouped, power
from tests.apart import assert_apart
from widgets.audit import audit_lab
from widgets.lab import Lab
from widgets.marks import Words

COLUMNS = dict(zip(SHOWN, ("selected", "true_positives", "false_positives", "precision"), strict=True))


@pytest.mark.parametrize(
    ("attribute", "sizes"),
    [
        ("race", {"white": 1681, "Black": 197, "Hispanic": 111}),
        ("sex", {"men": 1605, "women": 369, "not recorded": 15}),
        ("age", {"older": 930, "younger": 1059}),
        ("married", {"married": 1308, "not married": 678, "not recorded": 3}),
        ("everybody together", {"everybody": 1989}),
    ],
)
def test_everybody_is_in_one_group(attribute: str, sizes: dict[str, int]) -> None:
    found = audit(attribute=attribute, people=MOST)
    assert {name: group.people for name, group in found.groups.items()} == sizes


def test_race_and_sex_make_six_groups_and_those_not_recorded() -> None:
    found = audit(attribute="race and sex", people=MOST).groups
    men, race = lending.column("male"), lending.groups()
    for place, name in enumerate(("white men", "white women", "Black men", "Black women")):
        assert found[name].people == ((race == place // 2) & (men == 1 - place % 2)).sum()
    assert found["not recorded"].people == 15
    assert len(found) == 7


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(ATTRIBUTES),
    st.integers(5, MOST),
    st.floats(0, 1),
    st.integers(0, 99),
)
def test_selected_people_are_those_whose_score_reaches_the_threshold(
    attribute: str, people: int, threshold: float, random_state: int
) -> None:
    found = audit(attribute=attribute, people=people, threshold=threshold, random_state=random_state)
    chosen = drawn(people=people, random_state=random_state)
    passes = lending.applicant_scores()[chosen] >= threshold
    assert len({*chosen}) == people == found.people
    assert sum(group.selected for group in found.groups.values()) == passes.sum()
    assert sum(group.positives for group in found.groups.values()) == lending.approvals()[chosen].sum()
    assert len(str(found)) <= 200


def test_the_sentence_gives_each_group_its_own_rate() -> None:
    found = audit()
    white, black = (found.groups[name].selection_rate.value or 0.0 for name in ("white", "Black"))
    assert white != black
    assert f"selects {white:.2f} of white and {black:.2f} of Black applicants" in str(found)


def test_an_audit_without_two_groups_is_no_audit_of_gaps() -> None:
    with pytest.raises(
        ValueError, match="attribute must make two groups with people, got everybody together"
    ):
        power(attribute="everybody together", audits=3)


def test_who_is_in_a_small_audit_is_in_a_larger_one() -> None:
    assert {*drawn(people=20)} <= {*drawn(people=500)}
    assert {*drawn(people=20, random_state=1)} != {*drawn(people=20)}


def test_people_not_recorded_are_shown_and_not_compared() -> None:
    found = audit(attribute="sex", people=MOST, threshold=0.95)
    assert "not recorded" in found.groups
    assert "not recorded" not in found.gap().rates


def test_one_group_alone_has_no_gap() -> None:
    found = audit(attribute="everybody together", people=MOST)
    assert found.gap().value is None
    assert str(found) == (
        "1,989 people audited: the model selects 0.73 (0.71 to 0.75) of everybody; "
        "one group alone has no gap. None of 1 group has fewer than 30 people."
    )


def test_small_groups_and_undefined_rates_are_counted_in_the_sentence() -> None:
    found = audit(attribute="race and sex", people=200)
    assert str(found).endswith("4 of 6 groups have fewer than 30 people; 4 rates not defined.")
    assert [len(found.gap(name).missing) for name in SHOWN] == [1, 1, 1, 1]
    nobody = audit(people=5)
    assert str(nobody).startswith("5 people audited: no gap is defined, as all are white applicants.")


def test_at_the_ends_of_the_threshold_all_or_none_are_selected() -> None:
    assert "the model selects 1.00 of every group, a gap of 0.00 (" in str(audit(threshold=0.0))
    assert "the model selects 0.00 of every group, a gap of 0.00 (" in str(audit(threshold=1.0))


@pytest.mark.parametrize(
    ("people", "least", "most"),
    [(50, 0.2, 0.55), (100, 0.3, 0.65), (200, 0.5, 0.8), (400, 0.85, 1), (700, 0.98, 1)],
)
def test_a_gap_between_races_is_found_in_most_audits_from_400_people_on(
    people: int, least: float, most: float
) -> None:
    """In 200 audits of other people each: the gap in the whole file is .24."""
    found = power(people=people)
    assert least <= found.found / found.audits <= most


def test_where_group_names_are_dealt_out_at_random_six_groups_show_more_gaps_than_two() -> None:
    """In 200 audits of 200 people: the more groups, the larger the largest gap by chance alone."""
    two, six = (power(attribute=name, shuffled=True) for name in ("sex", "race and sex"))
    assert two.found / two.audits < 0.1 < six.found / six.audits < 0.3
    assert six.gap > 2 * two.gap


def test_without_shuffling_names_stay_with_their_people() -> None:
    (one,) = {power(audits=1, people=500).gap}
    assert one == audit(people=500).gap().value


def words(axes: Axes) -> list[str]:
    return [each.text for each in axes.findobj(Words) if each.text]


def view(lab: Lab, name: str) -> Axes:
    axes: Axes = lab._canvas.axes[name]
    return axes


def points(axes: Axes) -> list[float]:
    lines = [each for each in axes.lines if isinstance(each, Line2D) and each.get_linestyle() == "None"]
    return [float(x) for line in lines for x in np.asarray(line.get_xdata())]


@pytest.mark.parametrize("attribute", ATTRIBUTES)
@pytest.mark.parametrize("people", [5, 200, MOST])
def test_what_is_drawn_is_what_was_counted(attribute: str, people: int) -> None:
    lab = audit_lab(start={"attribute": attribute, "people": people})
    for name, column in COLUMNS.items():
        known = [group.rate(name).value for group in lab.result.groups.values()]
        assert points(view(lab, column)) == [value for value in known if value is not None]
        assert words(view(lab, column)).count("not defined") == known.count(None)
    value = lab.result.gap().value
    assert points(view(lab, "gap")) == ([] if value is None else [value])


@pytest.mark.parametrize("attribute", ATTRIBUTES)
@pytest.mark.parametrize("people", [5, 40, 200, MOST])
@pytest.mark.parametrize("threshold", [0.0, 0.88, 1.0])
def test_words_keep_apart_and_inside(attribute: str, people: int, threshold: float) -> None:
    assert_apart(audit_lab(start={"attribute": attribute, "people": people, "threshold": threshold}))


def test_each_control_changes_what_is_said() -> None:
    lab = audit_lab()
    for name, value in {"attribute": "sex", "people": 1000, "threshold": 0.5}.items():
        before = str(lab.result)
        lab.control(name).value = value
        assert str(lab.result) != before
    before = str(lab.result)
    assert lab._panel.seed is not None
    lab._panel.seed.click()
    assert str(lab.result) != before


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            {"attribute": "income"},
            "attribute must be one of race, sex, age, married, race and sex, everybody together, "
            "got 'income'",
        ),
        ({"people": 4}, "people must be a whole number from 5 to 1989, got 4"),
        ({"threshold": 1.1}, "threshold must be a number from 0 to 1, got 1.1"),
    ],
)
def test_what_can_not_be_audited_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        audit(**bad)
    assert str(refusal.value) == message


def test_groups_are_found_once() -> None:
    assert grouped(attribute="sex") is grouped(attribute="sex")
