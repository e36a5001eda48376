"""Predictions: a guess first, kept, and shown beside what is true."""

from typing import Any

import numpy as np
import pytest

from tests.examples import curve, fit, fit_lab, path, walk_lab
from tests.trials import SHARE, Answers, ask, commit, visible
from widgets.controls import Range, log
from widgets.teaching import predict

pytestmark = pytest.mark.usefixtures("new_kernel")


def test_nothing_is_computed_or_shown_before_a_guess() -> None:
    answer = Answers(0.87)
    prediction = ask(answer)
    prediction.reveal_button.click()
    assert answer.asked == 0
    assert prediction.reveal_button.disabled
    assert "Waits for your guess" in prediction._note.value
    assert repr(prediction) == "Prediction('key': no guess yet)"


def test_a_guess_can_be_changed_until_the_reveal_and_no_longer() -> None:
    answer = Answers(0.87, 0.12)
    prediction = ask(answer)
    commit(prediction, 0.5)
    commit(prediction, 0.8)
    assert answer.asked == 0
    prediction.reveal_button.click()
    commit(prediction, 0.87)
    prediction.reveal_button.click()
    assert answer.asked == 1
    assert not visible(prediction._guessing)
    assert repr(prediction) == "Prediction('key': guessed 80 %, measured 87 %)"
    assert "Your guess: 80 %" in prediction._truth.value
    assert "Measured: <b>87 %</b>: 7 points above your guess." in prediction._truth.value


def test_a_cell_that_is_run_again_finds_its_guess_as_it_was() -> None:
    answer = Answers(0.87, 0.12)
    commit(ask(answer), 0.8)
    again = ask(answer)
    assert again.control.value == 0.8
    again.reveal_button.click()
    third = ask(answer)
    third.reveal_button.click()
    commit(third, 0.1)
    assert repr(third) == "Prediction('key': guessed 80 %, measured 87 %)"
    assert answer.asked == 1
    assert visible(third._asking)


def test_two_cards_of_one_key_show_the_same() -> None:
    first, second = ask(Answers(0.3)), ask(Answers(0.3))
    commit(first, 0.4)
    assert not second.reveal_button.disabled
    second.reveal_button.click()
    assert visible(first._truth)
    second.close()
    assert len(first.guess.watchers) == 1


def test_a_key_stands_for_one_question() -> None:
    ask(Answers(1))
    with pytest.raises(
        ValueError, match=r"^key must be new for every question, got 'key' again: How many\?$"
    ):
        predict("key", "How few?", (0, 9), Answers(1))


@pytest.mark.parametrize(
    ("spec", "guess", "truth", "words"),
    [
        (SHARE, 0.5, 0.5, "<b>50 %</b>: just what you guessed."),
        (SHARE, 0.5, 0.2333, "<b>23.3 %</b>: 26.7 points below your guess."),
        ((0, 100), 20, 37, "<b>37</b>: 17 above your guess."),
        (Range(0, 100, unit="epochs"), 20, 3, "<b>3 epochs</b>: 17 epochs below your guess."),
        (log(0.01, 100.0), 1.0, 4.0, "<b>4</b>: 4 times your guess."),
        (["a", "b"], "a", "a", "<b>a</b>: as you guessed."),
        (["a", "b"], "a", "b", "<b>b</b>: not what you guessed."),
        (["It is a.", "It is b."], "It is a.", "It is b.", "<b>It is b</b>: not what you guessed."),
    ],
)
def test_the_truth_says_how_far_off_the_guess_was(spec: Any, guess: Any, truth: Any, words: str) -> None:
    prediction = ask(Answers(truth), spec)
    commit(prediction, guess)
    prediction.reveal_button.click()
    assert f"Measured: {words}" in prediction._truth.value


@pytest.mark.parametrize("seen", ["23.3 %", "23%", "23,3", "0.233", "0.23", " 23.3 "])
def test_what_was_seen_is_right_however_it_is_written(seen: str) -> None:
    assert "✓ So it was." in said(seen)


@pytest.mark.parametrize(
    ("seen", "words"), [("24 %", "Look again"), ("2.3", "Look again"), ("", "no answer")]
)
def test_what_was_not_seen_is_refused(seen: str, words: str) -> None:
    assert f"✗ {'That' if words == 'Look again' else 'There'}" in said(seen)
    assert words in said(seen)


def said(seen: str) -> str:
    prediction = ask(lambda: 0.2333)
    if prediction.guess.waiting:
        commit(prediction, 0.5)
        prediction.reveal_button.click()
    prediction.seen.value = seen
    prediction.check_button.click()
    return str(prediction._card._said.value)


def test_what_was_seen_among_options_is_checked() -> None:
    prediction = ask(Answers("b"), ["a", "b"])
    prediction.commit_button.click()
    assert prediction.guess.waiting
    commit(prediction, "a")
    prediction.reveal_button.click()
    for seen, words in ((None, "Choose what you saw"), ("a", "Look again"), ("b", "✓ So it was")):
        prediction.seen.value = seen
        prediction.check_button.click()
        assert words in prediction._card._said.value


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answers(float("nan")), "✗ answer must be a number, got nan"),
        (Answers(), "✗ StopIteration: "),
        (lambda: 1 / 0, "✗ ZeroDivisionError: division by zero"),
    ],
)
def test_an_answer_that_fails_is_told_and_the_guess_stays_open(answer: Any, words: str) -> None:
    prediction = ask(answer)
    commit(prediction, 0.5)
    prediction.reveal_button.click()
    assert words in prediction._card._said.value
    assert not prediction.guess.locked
    assert not prediction.reveal_button.disabled


def test_a_lab_waits_for_the_guess_and_then_draws_it_on_its_axis() -> None:
    prediction = predict("walk", "How far?", Range(0, 100), Answers(50), on="path")
    lab = walk_lab(after=prediction)
    assert lab._runner is not None
    assert lab._runner.run_button.disabled
    assert "Waits for your guess" in lab._runner.progress.value
    lab._runner.step_button.click()
    assert lab.result.progress == 0
    commit(prediction, 30)
    assert not lab._runner.run_button.disabled
    axes = lab._canvas.axes["path"]
    assert [text.get_text() for text in axes.texts] == ["your guess 30"]
    assert [30, 30] in [np.asarray(line.get_ydata()).tolist() for line in axes.lines]
    commit(prediction, 40)
    assert [text.get_text() for text in lab._canvas.axes["path"].texts] == ["your guess 40"]
    lab._runner.step_button.click()
    assert prediction.guess.locked
    assert lab.result.places == (0, 1)


def test_a_guess_is_marked_only_while_the_lab_shows_what_it_was_about() -> None:
    prediction = ask(Answers(0.2), on="path")
    lab = walk_lab(after=prediction)
    commit(prediction, 0.3)
    for stride, shown in ((2, False), (1, True)):
        lab._panel.controls["stride"].value = stride
        assert lab.result.stride == stride
        assert bool(lab._canvas.axes["path"].texts) == shown


def test_a_guess_on_the_other_axis_is_a_line_across() -> None:
    prediction = predict("walk", "When?", Range(0, 50), Answers(50), on="path", axis="x")
    lab = walk_lab(after=prediction)
    commit(prediction, 30)
    lines = lab._canvas.axes["path"].lines
    assert [30, 30] in [np.asarray(line.get_xdata()).tolist() for line in lines]


def test_a_lab_that_does_not_run_shows_nothing_before_the_guess() -> None:
    prediction = ask(Answers(0.5))
    lab = fit_lab(after=prediction)
    assert lab.result is None
    assert (lab._picture.source, lab._picture.alt) == ("", "Waits for your guess: commit it above.")
    lab._panel.controls["degree"].value = 5
    assert repr(lab).endswith("): Waits for your guess: commit it above.")
    assert lab._words.alert.value == ""
    commit(prediction, 0.4)
    assert str(lab.result) == str(fit(degree=5))
    assert lab._picture.source
    assert lab._picture.alt == str(lab.result)
    again = fit_lab(after=prediction)
    assert again.result is not None
    assert again._repr_mimebundle_()["text/plain"].endswith("): Waits for your guess: commit it above.")


def test_the_view_of_a_guess_must_be_one_of_the_lab_s_own() -> None:
    other = predict("other", "How far?", (0, 9), Answers(1), on=curve.__name__)
    with pytest.raises(ValueError, match="a guess must be on one of path, got curve"):
        walk_lab(after=other)
    assert path.__name__ == "path"
