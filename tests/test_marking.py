"""Answers of all kinds, and what is said to them."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import marking
from course.marking import Question, Verdict
from course.questions import training as questions


def half(answer: object) -> Verdict:
    """A share of which a half is right, and a quarter a known mistake."""
    return marking.check_number(
        answer, 0.5, share=True, because="A half.", mistakes={0.25: "That is the square."}
    )


class Strange:
    """An object that can't be made an array of."""

    def __array__(self, *_: object, **__: object) -> Any:
        raise RuntimeError("no")


NOT_TWO_WAYS = "can be read in two ways"
NUMBERS: list[tuple[object, bool, str]] = [
    (0.5, True, "A half"),
    (".5", True, "A half"),
    ("0.5", True, "A half"),
    ("0,5", True, "A half"),
    (",5", True, "A half"),
    (" 0.5 ", True, "A half"),
    ("+0.5", True, "A half"),
    ("0.50", True, "A half"),
    ("5e-1", True, "A half"),
    ("1/2", True, "A half"),
    ("1 / 2", True, "A half"),
    ("½", True, "A half"),
    ("50 %", True, "A half"),
    ("50%", True, "A half"),
    ("50,0 %", True, "A half"),
    ("50 percent", True, "A half"),
    ("50 per cent", True, "A half"),
    ("0.499", True, "A half"),
    (0.501, True, "A half"),
    (Fraction(1, 2), True, "A half"),
    (Decimal("0.5"), True, "A half"),
    (np.float64(0.5), True, "A half"),
    (np.float32(0.5), True, "A half"),
    (np.array(0.5), True, "A half"),
    (np.array([0.5]), True, "A half"),
    (np.array([[0.5]]), True, "A half"),
    ([0.5], True, "A half"),
    ("0.47", False, "Close"),
    (0.53, False, "Close"),
    ("0.45", False, "Close"),
    ("50", False, "As a share of 1 that is 0.5"),
    (50, False, "As a share of 1 that is 0.5"),
    ("-0.5", False, "The size is right"),
    ("−0.5", False, "The size is right"),
    (0.25, False, "That is the square"),
    ("25 %", False, "That is the square"),
    ("1/4", False, "That is the square"),
    ("0.9", False, "That isn't it"),
    (2, False, "That isn't it"),
    (0, False, "That isn't it"),
    ("", False, "There is no answer yet"),
    ("   ", False, "There is no answer yet"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    ("nan", False, "A number is asked for, and 'nan'"),
    (np.nan, False, "nan is not a finite number"),
    (np.inf, False, "inf is not a finite number"),
    (10**400, False, "1000"),
    ("1e999", False, "'1e999' is not a finite number"),
    ("a half", False, "A number is asked for, and 'a half'"),
    ("0.5 steps", False, "A number is asked for, and '0.5 steps'"),
    ("1/0", False, "Nothing can be divided by 0"),
    ("0.5.", False, "A number is asked for, and '0.5.'"),
    ("1,000", False, f"1,000 {NOT_TWO_WAYS}"),
    (True, False, "A number is asked for, not True"),
    (np.True_, False, "A number is asked for, not True"),
    (1j, False, "A number is asked for, not a complex"),
    ([0.5, 0.5], False, "One number is asked for, and this holds 2"),
    ([], False, "One number is asked for, and this holds 0"),
    (np.zeros((2, 2)), False, "One number is asked for, and this holds 4"),
    ({"a": 0.5}, False, "A number is asked for, not a dict"),
    (["x"], False, "A number is asked for, not a list"),
    ([[1], [1, 2]], False, "A number is asked for, not a list"),
    (abs, False, "A number is asked for, and this is a function"),
    (b"0.5", False, "A number is asked for, not a bytes"),
    (Strange(), False, "A number is asked for, not a Strange"),
]


@pytest.mark.parametrize(("answer", "right", "words"), NUMBERS)
def test_a_number_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = half(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


def test_a_percent_sign_is_refused_where_no_share_is_asked() -> None:
    verdict = marking.check_number("50 %", 50.0, because="Fifty.")
    assert str(verdict) == "✗ A number without a percent sign is asked for."


@given(st.floats(0.001, 1000), st.sampled_from(["{:.3g}", " {:.4g}", "{:.2e}", "+{:.3g} "]))
def test_rounding_to_three_digits_is_right_for_any_number(expected: float, form: str) -> None:
    assert marking.check_number(form.format(expected), expected, because="So it is.").right


@given(st.floats(0.001, 1000), st.sampled_from([-1.0, 0.0, 0.9, 0.98, 1.02, 1.1, 2.0, 10.0]))
def test_what_is_two_percent_off_or_more_is_wrong(expected: float, factor: float) -> None:
    answer = expected * factor
    if answer != float(f"{expected:.2g}"):
        assert not marking.check_number(answer, expected, because="").right


@given(st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.binary(), st.lists(st.text())))
def test_no_answer_raises(answer: object) -> None:
    for check in CHECKS.values():
        assert isinstance(check(answer), Verdict)
        assert check(answer).words


CHECKS: dict[str, Callable[[object], Verdict]] = {
    "half": half,
    "rate": questions.fast_rate.check,
    "update": questions.update.check,
    "largest": questions.largest_rate.check,
}


def in_place(weights: Any, gradient: Any, learning_rate: float) -> Any:
    weights -= learning_rate * gradient
    return weights


def looped(weights: Any, gradient: Any, learning_rate: float) -> Any:
    flat = [w - learning_rate * g for w, g in zip(np.ravel(weights), np.ravel(gradient), strict=True)]
    return np.reshape(flat, np.shape(weights))


def silent(weights: Any, gradient: Any, learning_rate: float) -> None:
    weights - learning_rate * gradient


def broken(weights: Any, gradient: Any, learning_rate: float) -> Any:
    return weights - learning_rate * grad  # type: ignore[name-defined]  # noqa: F821


def squared(w: Any, g: Any, r: float) -> Any:
    return w - r * g**2


class Called:
    """An object that can be called."""

    def __call__(self, weights: Any, gradient: Any, learning_rate: float) -> Any:
        return weights - learning_rate * gradient


def by_name(line: str) -> Callable[..., Any]:
    """A function with the arguments of the exercise and this result."""
    scope: dict[str, Any] = {"np": np}
    exec(f"def update(weights, gradient, learning_rate):\n    return {line}", scope)
    function: Callable[..., Any] = scope["update"]
    return function


RIGHT = "That line, thousands of times"
UPDATES: list[tuple[object, bool, str]] = [
    (by_name("weights - learning_rate * gradient"), True, RIGHT),
    (by_name("weights - gradient * learning_rate"), True, RIGHT),
    (by_name("-learning_rate * gradient + weights"), True, RIGHT),
    (by_name("weights + -learning_rate * gradient"), True, RIGHT),
    (by_name("np.subtract(weights, learning_rate * gradient)"), True, RIGHT),
    (by_name("np.add(weights, np.multiply(-learning_rate, gradient))"), True, RIGHT),
    (by_name("(weights / learning_rate - gradient) * learning_rate"), True, RIGHT),
    (by_name("(weights - learning_rate * gradient).astype(np.float32)"), True, RIGHT),
    (by_name("(weights - learning_rate * gradient).tolist()"), True, RIGHT),
    (by_name("np.round(weights - learning_rate * gradient, 4)"), True, RIGHT),
    (looped, True, RIGHT),
    (in_place, True, RIGHT),
    (Called(), True, RIGHT),
    (lambda weights, gradient, learning_rate: weights - learning_rate * gradient, True, RIGHT),
    (lambda weights, gradient, learning_rate, extra=1: weights - learning_rate * gradient, True, RIGHT),
    (lambda **given: given["weights"] - given["learning_rate"] * given["gradient"], True, RIGHT),
    (by_name("weights + learning_rate * gradient"), False, "That climbs"),
    (by_name("weights - gradient"), False, "The learning rate is missing"),
    (by_name("-learning_rate * gradient"), False, "That is the step alone"),
    (by_name("learning_rate * gradient"), False, "That is the learning rate times"),
    (by_name("weights"), False, "These are the old weights"),
    (by_name("learning_rate * gradient - weights"), False, "The two are the wrong way round"),
    (by_name("learning_rate * weights - gradient"), False, "The learning rate shrinks the weights"),
    (by_name("learning_rate * (weights - gradient)"), False, "Mind the brackets"),
    (by_name("weights - gradient / learning_rate"), False, "A larger rate must make a larger step"),
    (by_name("weights - learning_rate * np.sign(gradient)"), False, "Only the sign of the gradient"),
    (by_name("weights - gradient - learning_rate"), False, "The rate is taken from the weights"),
    (by_name("weights - 0.1 * gradient"), False, "A rate of 0.1 is written in"),
    (by_name("weights - 0.1 * gradient * (gradient > -2)"), False, "Not yet. For weights = [0.0, 3.0,"),
    (by_name("weights - learning_rate * gradient * 1.1"), False, "Not yet. For weights ="),
    (by_name("weights - learning_rate * gradient + 0.1"), False, "Not yet. For weights ="),
    (by_name("weights - learning_rate * gradient**2"), False, "Not yet. For weights ="),
    (by_name("weights * 0"), False, "Not yet. For weights ="),
    (silent, False, "The function returns nothing"),
    (by_name("None"), False, "The function returns nothing"),
    (by_name("..."), False, "There is no answer yet"),
    (by_name("print(weights - learning_rate * gradient)"), False, "The function returns nothing"),
    (by_name("'weights'"), False, "The function must return numbers, and returned a str"),
    (by_name("weights > 0"), False, "The function must return numbers"),
    (by_name("weights * np.nan"), False, "The result holds numbers that are not finite"),
    (by_name("weights / 0"), False, "The result holds numbers that are not finite"),
    (by_name("np.sum(weights - learning_rate * gradient)"), False, "The result must have shape (3,)"),
    (by_name("weights[:1] - learning_rate * gradient[:1]"), False, "The result must have shape (3,)"),
    (by_name("weights[None] - learning_rate * gradient"), False, "The result must have shape (3,)"),
    (by_name("weights @ gradient.T @ weights.T"), False, "Your function stops with ValueError"),
    (by_name("[[1.0], [1.0, 2.0]]"), False, "The function must return numbers"),
    (broken, False, "Your function stops with NameError: name 'grad'"),
    (squared, False, "The function must take (weights, gradient, learning_rate)"),
    (lambda: 1, False, "The function must take (weights, gradient, learning_rate)"),
    (lambda weights, gradient: weights - gradient, False, "The function must take (weights, gradient,"),
    (by_name("weights - learning_rate * gradient()"), False, "Your function stops with TypeError"),
    (np.array([0.96, -1.98, 0.4]), False, "A function is asked for, not a ndarray"),
    (0.96, False, "A function is asked for, not a float"),
    ("weights - learning_rate * gradient", False, "A function is asked for, not a str"),
    (None, False, "There is no answer yet: write the function"),
    (..., False, "There is no answer yet: write the function"),
]


@pytest.mark.parametrize(("answer", "right", "words"), UPDATES)
def test_a_function_is_judged(answer: object, right: bool, words: str, capsys: Any) -> None:
    verdict = questions.update.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


def test_a_function_that_changes_what_it_was_given_is_told_so() -> None:
    assert "It also changes an array" in questions.update.check(in_place).words
    assert "It also changes" not in questions.update.check(looped).words


def test_a_check_leaves_its_own_cases_alone() -> None:
    assert [questions.update.check(in_place).right for _ in range(2)] == [True, True]


QUESTIONS = {name: found for name, found in vars(questions).items() if isinstance(found, Question)}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_one_right_answer_and_a_reason_against_each_other(name: str) -> None:
    question = QUESTIONS[name]
    verdicts = [question.check(option) for option in question.options]
    assert len(verdicts) == len({str(verdict) for verdict in verdicts}) >= 3
    assert sum(verdict.right for verdict in verdicts) == 1
    assert all(len(verdict.words) > 40 for verdict in verdicts)


@pytest.mark.parametrize("nothing", [None, "", "something else", 3, [], {}])
def test_no_option_is_told_to_be_chosen_first(nothing: object) -> None:
    assert str(questions.changed.check(nothing)) == "✗ Choose one of the answers first."


def test_the_right_answer_does_not_always_stand_in_the_same_place() -> None:
    places = {each.options.index(each.answer[0]) for each in QUESTIONS.values()}
    assert len(places) >= 3


@pytest.mark.parametrize("answer", [None, ..., lambda weights, gradient, learning_rate: ...])
def test_what_has_not_been_written_yet_is_no_mistake(answer: object) -> None:
    verdict = questions.update.check(answer)
    assert (verdict.right, verdict.tried) == (False, False)
    assert not str(verdict).startswith("✗")
