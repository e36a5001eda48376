"""Lesson 05: a decision memo says what was decided, whom it costs, and who answers for it."""

import base64
import re

import pytest

from course import fairness, lending
from course.fairness import TARGETS
from course.memo import LONGEST, memo
from tests.labs import in_kernel, settle, widgets_alive
from widgets.fairness import fairness_lab
from widgets.memo import CHOOSE, NAME, REASON, MemoCard

DECIDED = fairness.fairness(thresholds=(0.88, 0.725, 0.82))


def told(by: str = "equal selection") -> dict[str, str]:
    return dict(
        memo(
            DECIDED, by=by, signed="  The credit  board ", because="All are\nto have the same chance."
        ).lines
    )


def test_it_holds_the_numbers_of_the_decision() -> None:
    lines = told()
    assert "0.88 for white, 0.725 for Black, 0.82 for Hispanic applicants" in lines["What is decided"]
    for name in lending.GROUPS:
        rate, passed = DECIDED.outcomes[name].selection_rate, DECIDED.passed_over(name)
        assert str(rate) in lines["What it does"]
        assert f"{passed.count:,} of {passed.of:,} {name}" in lines["Whom it passes over"]


@pytest.mark.parametrize("by", TARGETS)
def test_it_says_whether_its_criterion_is_met_and_which_are_not(by: str) -> None:
    lines = told(by)
    assert ("It is met" in lines["The criterion"]) == DECIDED.meets(by)
    assert (by in lines["What it does not meet"]) != DECIDED.meets(by)


def test_it_sets_the_model_beside_approving_everyone_and_says_what_deciding_needs() -> None:
    lines = told()
    model = float((DECIDED.approved == (lending.approvals() == 1)).mean())
    assert lines["Against no model at all"] == (
        f"It agrees with the bank on {model:.0%} of the applications; ".replace("%", " %")
        + "approving everyone would on 88 %."
    )
    assert "To decide, each applicant’s race must be known." in lines["What is decided"]
    one = dict(memo(fairness.fairness(), by="equal selection", signed="A", because="B").lines)
    assert "must be known" not in one["What is decided"]


def test_what_is_no_result_of_a_lab_is_refused() -> None:
    with pytest.raises(ValueError, match="decision must be the result of a fairness lab, got None"):
        memo(None, by="equal selection", signed="A", because="B")  # type: ignore[arg-type]


def test_it_says_what_the_data_can_not_tell_and_who_signs() -> None:
    lines = told()
    assert "1990" in lines["What these data can’t tell"]
    assert lines["Who answers for it"] == "The credit board"
    assert lines["Why"] == "All are to have the same chance."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"by": "luck"}, f"by must be one of {', '.join(TARGETS)}, got 'luck'"),
        ({"signed": " "}, f"signed must be a text of 1 to {LONGEST} characters, got ' '"),
        ({"because": None}, f"because must be a text of 1 to {LONGEST} characters, got None"),
    ],
)
def test_a_memo_without_a_criterion_a_name_or_a_reason_is_refused(
    given: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        memo(DECIDED, **{"by": "equal selection", "signed": "A", "because": "B", **given})


def test_the_form_says_what_is_missing_and_then_writes_what_the_lab_shows() -> None:
    async def work() -> tuple[list[str], str, str]:
        lab = fairness_lab()
        card = MemoCard(lab)
        said = []
        for field, value in (
            (card.criterion, None),
            (card.criterion, "equal opportunity"),
            (card.because, "<b>Chances</b>"),
            (card.signed, "The board"),
        ):
            field.value = value
            card.write_button.click()
            await settle()
            said.append(card._card._said.value)
        lab.control("thresholds").value = 0.5
        await settle()
        card.write_button.click()
        await settle()
        page, text = card._page.value, repr(card)
        card.close()
        lab.close()
        return said, page, text

    said, page, text = in_kernel(work)
    for sentence, words in zip((CHOOSE, REASON, NAME), said, strict=False):
        assert sentence in words
    assert CHOOSE not in said[-1]
    assert "Threshold 0.5 for everybody" in page
    assert "&lt;b&gt;Chances" in page
    (saved,) = re.findall(r"base64,([^\"]+)", page)
    assert "Who answers for it: The board" in base64.b64decode(saved).decode("utf-8")
    assert text == "MemoCard(signed by The board)"


def test_the_form_leaves_no_widget_behind() -> None:
    before = widgets_alive()
    lab = fairness_lab()
    MemoCard(lab).close()
    lab.close()
    assert widgets_alive() == before
