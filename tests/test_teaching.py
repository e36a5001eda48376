"""Quizzes and exercises, and what is saved of a card: what a learner meets, in any order."""

from typing import Any

import ipywidgets as ipw
import pytest

from course.marking import Task, Verdict, right
from tests.examples import walk_lab
from tests.labs import widgets_alive
from tests.trials import CODE, QUESTION, TASK, Answers, ask, commit
from widgets.controls import Range
from widgets.teaching import exercise, predict, quiz

pytestmark = pytest.mark.usefixtures("new_kernel")


def test_a_question_says_the_idea_behind_a_wrong_answer_and_keeps_the_right_one_hidden() -> None:
    card = quiz(QUESTION)
    assert repr(card) == "Quiz('Which?': open)"
    card.check_button.click()
    assert "Choose one of the answers first" in card._card._said.value
    card.options.value = "that"
    assert card._card._said.value == '<div role="status"></div>'
    card.check_button.click()
    assert "✗ No, since." in card._card._said.value
    assert "this" not in card._card._said.value
    assert card.check_button.description == "Check again"
    assert "lab-is-wrong" in card.widget._dom_classes
    card.options.value = "this"
    assert "lab-is-wrong" not in card.widget._dom_classes
    card.check_button.click()
    assert repr(card) == "Quiz('Which?': answered rightly)"
    assert "✓ Because." in card._card._said.value


def test_an_exercise_takes_what_is_typed_and_says_what_is_wrong() -> None:
    card = exercise("much", TASK)
    assert repr(card) == "Exercise('much': not checked yet)"
    card.field.value = "0,3"
    assert repr(card) == "Exercise('much': ✗ That isn't it.)"
    card.field.value = "1/2"
    assert repr(card) == "Exercise('much': ✓ A half.)"
    assert "lab-is-right" in card.widget._dom_classes


def test_hints_come_one_at_a_time() -> None:
    card = exercise("much", TASK)
    assert card.hint_button.description == "Hint 1 of 2"
    card.hint_button.click()
    assert "One." in card._hints.value
    assert "Two." not in card._hints.value
    assert card.hint_button.description == "Hint 2 of 2"
    card.hint_button.click()
    assert "Two." in card._hints.value
    assert card.hint_button.disabled
    assert "Two." in exercise("much", TASK)._hints.value


def test_code_is_checked_by_running_its_cell_and_by_no_button_that_would_see_the_old_one() -> None:
    shown = exercise("much", CODE, 0.5).widget.children[1].children
    assert not [part for part in shown if isinstance(part, ipw.Button)]
    assert "Checked each time you run the cell" in shown[0].value


def test_an_exercise_in_code_looks_up_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {}

    class Shell:
        user_ns = names

    monkeypatch.setattr("IPython.core.getipython.get_ipython", Shell)
    card = exercise("much", CODE)
    assert "There is no `much` yet: run the cell that makes it." in repr(card)
    names["much"] = 0.5
    assert repr(exercise("much", CODE)) == "Exercise('much': ✓ A half.)"
    assert repr(exercise("much", CODE, 0.4)) == "Exercise('much': ✗ That isn't it.)"


def test_a_saved_page_shows_the_question_and_no_answer() -> None:
    prediction = ask(lambda: 0.87, ["a", "b"], because="The reason.")
    for card, there in (
        (prediction, "How many?"),
        (quiz(QUESTION), "Which?"),
        (exercise("m", TASK), "How much?"),
    ):
        data = card._repr_mimebundle_()
        assert there in data["text/html"]
        for secret in ("Because", "No, since", "A half", "One.", "The reason", "87"):
            assert secret not in data["text/html"] + data["text/plain"]


def test_what_is_saved_after_a_guess_is_what_was_saved_before() -> None:
    prediction = predict("walk", "How far?", Range(0, 100), Answers(50), on="path")
    lab = walk_lab(after=prediction)
    before = [prediction._repr_mimebundle_()["text/plain"], lab._repr_mimebundle_()["image/png"]]
    commit(prediction, 30)
    assert [prediction._repr_mimebundle_()["text/plain"], lab._repr_mimebundle_()["image/png"]] == before
    assert [text.get_text() for text in lab._canvas.axes["path"].texts] == ["your guess 30"]


def test_what_a_learner_could_type_is_shown_as_text() -> None:
    card = exercise("much", TASK)
    card.field.value = "<b>bold</b>"
    assert "<b>" not in card._card._said.value
    assert "&lt;b&gt;" in card._card._said.value


def test_closed_cards_leave_no_widget_behind() -> None:
    before = widgets_alive()
    for card in (ask(Answers(1)), quiz(QUESTION), exercise("much", TASK)):
        card.close()
    assert widgets_alive() == before


def test_a_check_that_takes_long_says_at_once_that_it_has_begun() -> None:
    said = []

    def slow(answer: object) -> Verdict:
        said.append(card._card._said.value)
        return right(str(answer))

    card = exercise("slow", Task("How much?", slow, ()))
    card.field.value = "3"
    assert "Checking …" in said[0]
    assert repr(card) == "Exercise('slow': ✓ 3)"
