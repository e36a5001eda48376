"""Precision, true and false positive rate: the line that binds them, on whole people and in the lab."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course.identity import FALSE, KEPT, NAMES, PRECISION, TRUE, Group, identity
from tests.apart import assert_apart, texts
from tests.labs import ends
from widgets.identity import END, identity_lab

PRECISION_AND_TRUE, TRUE_AND_FALSE, PRECISION_AND_FALSE = KEPT
ARGUMENT = {PRECISION: "precision", TRUE: "true_positive_rate", FALSE: "false_positive_rate"}
PEOPLE = st.integers(0, 200)
MATRICES = st.tuples(PEOPLE, PEOPLE, PEOPLE, PEOPLE)  # true, false positives, false, true negatives


def shares(cells: tuple[int, int, int, int]) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Base rate, precision, true and false positive rate, exactly."""
    yes, wrong, missed, _ = cells
    people, positives = sum(cells), yes + missed
    assume(positives and people > positives and yes)
    return (
        Fraction(positives, people),
        Fraction(yes, yes + wrong),
        Fraction(yes, positives),
        Fraction(wrong, people - positives),
    )


@given(MATRICES)
def test_the_identity_holds_for_every_confusion_matrix_of_whole_people(
    cells: tuple[int, int, int, int],
) -> None:
    base, precision, true, false = shares(cells)
    assert false == base / (1 - base) * (1 - precision) / precision * true


@given(MATRICES)
def test_the_third_rate_is_that_of_the_people_whichever_two_are_kept(
    cells: tuple[int, int, int, int],
) -> None:
    base, precision, true, false = map(float, shares(cells))
    for equal, follows in KEPT.items():
        if follows == TRUE and precision == 1:
            continue
        found = identity(
            equal=equal,
            first_base_rate=base,
            precision=precision,
            true_positive_rate=true,
            false_positive_rate=false,
        ).first
        for name, value in ((PRECISION, precision), (TRUE, true), (FALSE, false)):
            assert found.rate(name) == pytest.approx(value, abs=1e-9)
        assert found.possible


@given(MATRICES, MATRICES)
def test_all_three_are_equal_only_where_base_rates_are_or_nobody_is_approved_wrongly(
    one: tuple[int, int, int, int], other: tuple[int, int, int, int]
) -> None:
    (base, *rates), (other_base, *others) = shares(one), shares(other)
    assume(rates[0] < 1)
    if base == other_base:
        return
    assert rates != others


@given(MATRICES, st.integers(1, 5))
def test_equal_base_rates_allow_all_three_to_be_equal(cells: tuple[int, int, int, int], k: int) -> None:
    yes, wrong, missed, no = (k * each for each in cells)
    assert shares(cells) == shares((yes, wrong, missed, no))


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(0.05, 0.99), st.floats(0.05, 1))
def test_unequal_base_rates_force_the_third_rate_apart(
    first: float, second: float, precision: float, true: float
) -> None:
    assume(abs(first - second) > 0.01)
    found = identity(
        first_base_rate=first, second_base_rate=second, precision=precision, true_positive_rate=true
    )
    one, other = (group.false_positive_rate for group in (found.first, found.second))
    assert one is not None
    assert other is not None
    assert (one > other) == (first > second)
    assert found.gap is None or found.gap > 0


@given(st.floats(0, 1), st.floats(0, 1))
def test_marks_are_always_a_hundred_people(base: float, share: float) -> None:
    for equal, precision in ((each, part) for each in KEPT for part in (0.02, 0.5, 1.0)):
        found = identity(
            equal=equal,
            first_base_rate=base,
            precision=precision,
            true_positive_rate=share,
            false_positive_rate=share,
        ).first
        assert min(found.cells) >= 0
        if not found.free:
            assert sum(found.cells) == 100
        assert found.cells[0] + found.cells[2] == (0 if found.free else round(100 * base))


def test_a_case_done_on_paper() -> None:
    found = identity(first_base_rate=0.5, second_base_rate=0.2, precision=0.8, true_positive_rate=0.8)
    assert found.first.cells == (40, 10, 10, 40)
    assert found.second.cells == (16, 4, 4, 76)
    assert found.gap == pytest.approx(0.2 - 0.05)


def test_perfect_decisions_and_no_wrong_approval_make_all_three_equal() -> None:
    for true in (1.0, 0.6):
        found = identity(precision=1.0, true_positive_rate=true)
        assert (found.gap, found.possible) == (0, True)


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (
            {},
            "both with precision 0.92 and true positive rate 0.85: false positive rate "
            "must be 0.75 in group ● and 0.16 in group ▲: 0.59 apart.",
        ),
        (
            {"precision": 0.85},
            "both with precision 0.85 and true positive rate 0.85: false positive rate "
            "must be 1.52 in group ● (impossible) and 0.32 in group ▲.",
        ),
        (
            {"first_base_rate": 0.68},
            "both with precision 0.92 and true positive rate 0.85: false positive rate "
            "must be 0.16 in group ● and 0.16 in group ▲: equal.",
        ),
        (
            {"equal": TRUE_AND_FALSE},
            "both with true positive rate 0.85 and false positive rate 0.15: precision "
            "must be 0.98 in group ● and 0.92 in group ▲: 0.06 apart.",
        ),
        (
            {"equal": PRECISION_AND_FALSE},
            "both with precision 0.92 and false positive rate 0.15: true positive rate "
            "must be 0.17 in group ● and 0.81 in group ▲: 0.64 apart.",
        ),
        (
            {"true_positive_rate": 0.0},
            "both with precision 0.92 and true positive rate 0.00: false positive rate "
            "must be 0.00 in both (nobody is approved).",
        ),
        (
            {"first_base_rate": 0.0, "second_base_rate": 1.0},
            "both with precision 0.92 and true positive rate 0.85: false positive rate "
            "must be 0.00 in group ● (no positive label) and impossible in group ▲.",
        ),
        (
            {"equal": TRUE_AND_FALSE, "true_positive_rate": 0.0, "false_positive_rate": 0.0},
            "both with true positive rate 0.00 and false positive rate 0.00: precision "
            "is not defined (nobody is approved) in both.",
        ),
        (
            {"equal": PRECISION_AND_FALSE, "precision": 1.0},
            "both with precision 1.00 and false positive rate 0.15: true positive rate "
            "is impossible in group ● and impossible in group ▲.",
        ),
        (
            {"equal": PRECISION_AND_FALSE, "precision": 1.0, "false_positive_rate": 0.0},
            "both with precision 1.00 and false positive rate 0.00: true positive rate "
            "can be any in group ● and any in group ▲.",
        ),
    ],
)
def test_the_sentence_says_what_must_be_and_where_that_can_not_be(moved: dict[str, Any], said: str) -> None:
    found = identity(**moved)
    bases = f"{found.first.base_rate:.2f} and {found.second.base_rate:.2f}"
    assert str(found) == f"Base rates {bases}, {said}"


def test_what_has_no_number_says_why() -> None:
    empty = Group(0.0, 0.0, 0.0)
    assert str(empty) == (
        "Base rate 0.00, precision not defined (nobody is approved), "
        "true positive rate not defined (no positive label), false positive rate 0.00."
    )
    assert Group(1.0, 0.5, 0.0).said(FALSE) == "not defined (no negative label)"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"equal": "all"}, f"equal must be one of {', '.join(KEPT)}, got 'all'"),
        ({"precision": 0}, "precision must be above 0 and at most 1, got 0"),
        ({"second_base_rate": 1.2}, "second_base_rate must be a number from 0 to 1, got 1.2"),
        ({"true_positive_rate": -1}, "true_positive_rate must be a number from 0 to 1, got -1"),
        ({"false_positive_rate": "x"}, "false_positive_rate must be a number from 0 to 1, got 'x'"),
    ],
)
def test_what_can_not_be_asked_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        identity(**bad)
    assert str(refusal.value) == message


@pytest.mark.parametrize("equal", KEPT)
def test_the_slider_of_what_follows_is_hidden_and_the_others_move_sentence_and_picture(equal: str) -> None:
    lab = identity_lab()
    lab.control("equal").value = equal
    for name, argument in ARGUMENT.items():
        assert (lab.control(argument).layout.display == "none") == (name == KEPT[equal])
    shown = [each for each in lab._panel.controls.values() if each.layout.display != "none"]
    assert len(shown) == 5
    for widget in shown[1:]:
        start, said, source = widget.value, str(lab.result), lab._picture.source
        for end in ends(widget):
            widget.value = end
            assert str(lab.result) != said
            assert lab._picture.source != source
        widget.value = start


@pytest.mark.parametrize(
    "moved", [{}, {"precision": 0.8}, {"equal": PRECISION_AND_FALSE, "precision": 0.95}]
)
def test_marks_are_the_people_and_dots_the_rates(moved: dict[str, Any]) -> None:
    lab = identity_lab(start=moved)
    for name, view in zip(NAMES, ("first_group", "second_group"), strict=True):
        counts = tuple(np.size(line.get_xdata()) for line in lab._canvas.axes[view].lines)
        assert counts == lab.result.groups[name].cells
        hollow = [line.get_markerfacecolor() == "white" for line in lab._canvas.axes[view].lines]
        assert hollow == [False, True, True, False]
    dots = [line for line in lab._canvas.axes["rates"].lines if str(line.get_marker()) in "o^"]
    for group, some in zip(lab.result.groups.values(), (dots[:4], dots[4:]), strict=True):
        wanted = [group.base_rate, *(group.rate(name) for name in (PRECISION, TRUE, FALSE))]
        drawn = [np.ravel(line.get_xdata())[0] for line in some]
        np.testing.assert_allclose(drawn, np.minimum(wanted, END))


def test_what_is_impossible_is_said_in_people() -> None:
    words = {each for each, *_ in texts(identity_lab(start={"precision": 0.85}))}
    assert {"Group ●: impossible", "14 needed, only 9", "● 1.52"} <= words


@pytest.mark.parametrize("equal", KEPT)
@pytest.mark.parametrize("precision", [0.01, 0.92, 1.0])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("base", [0.0, 0.5, 1.0])
def test_no_text_leaves_the_picture_or_meets_another(
    equal: str, precision: float, share: float, base: float
) -> None:
    rates = {"true_positive_rate": share, "false_positive_rate": share}
    start = {"equal": equal, "first_base_rate": base, "precision": precision, **rates}
    lab = identity_lab(start=start)
    assert lab.error is None
    assert len(str(lab.result)) <= 190
    assert_apart(lab)
