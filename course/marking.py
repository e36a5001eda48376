"""Whether an answer is right, and which mistake is behind it where it isn't.

A check takes any object at all as an answer and returns a `Verdict`; it never raises.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from course.answers import kind, number, said

SLACK = 0.005  # of the right value: what rounding to two or three digits explains
NEAR = 0.1  # of the right value: nearly right, and so worth a word of its own


@dataclass(frozen=True, eq=False)
class Verdict:
    """Whether an answer is right, and one or two sentences that say why or why not.

    Where nothing has been answered yet, it is not right, but no mistake either: `tried` is false.
    """

    right: bool
    words: str
    tried: bool = True

    def __str__(self) -> str:
        return f"{'✓' if self.right else '✗'} {self.words}" if self.tried else self.words


Check = Callable[[object], Verdict]
CHANGED = "(It also changes an array that it was given; a minus makes a new one and leaves that alone.)"


@dataclass(frozen=True, eq=False)
class Task:
    """Something to find out or to write.

    Parameters
    ----------
    text : what is asked
    check : says of any answer at all whether it is right
    hints : from a nudge to nearly everything
    code : whether a variable or function of the notebook is the answer, not a number in a field
    """

    text: str
    check: Check
    hints: tuple[str, ...]
    code: bool = False


@dataclass(frozen=True, eq=False)
class Question:
    """A question with one right option, and for each wrong one the idea that leads to it.

    Parameters
    ----------
    text : the question
    answer : the right option, and why it is right
    wrong : the other options, each with the misconception behind it and what to try
    """

    text: str
    answer: tuple[str, str]
    wrong: Mapping[str, str]

    @property
    def options(self) -> list[str]:
        """All options, in an order that says nothing about which is right."""
        return sorted([self.answer[0], *self.wrong], key=lambda option: crc32(option.encode()))

    def check(self, option: object) -> Verdict:
        """Say whether an option is the right one."""
        if option == self.answer[0]:
            return right(self.answer[1])
        if isinstance(option, str) and option in self.wrong:
            return wrong(self.wrong[option])
        return wrong("Choose one of the answers first.")


def right(words: str) -> Verdict:
    """The verdict on a right answer."""
    return Verdict(True, words)


def wrong(words: str) -> Verdict:
    """The verdict on any other."""
    return Verdict(False, words)


def untried(words: str) -> Verdict:
    """The verdict where there is no answer yet."""
    return Verdict(False, words, tried=False)


def close(answer: float, expected: float, slack: float = SLACK) -> bool:
    """Whether an answer is the expected number but for rounding.

    That is a small share of the number, or rounding to two digits of it.
    """
    within = abs(answer - expected) <= slack * abs(expected) + 1e-12
    return within or _rounded(expected, 2) == answer


def check_number(
    answer: object,
    expected: float,
    *,
    because: str,
    mistakes: Mapping[float, str] | None = None,
    share: bool = False,
    otherwise: str = "That isn't it.",
) -> Verdict:
    """Compare an answer with the number that is right, and with those that mistakes lead to.

    Parameters
    ----------
    because : why the right answer is right
    mistakes : for each wrong number the sentence about how one comes to it
    share : whether the number is a share of 1, which may be written in percent
    otherwise : the sentence where no known mistake explains the number
    """
    try:
        value = number(answer, share=share)
    except ValueError as refusal:
        return wrong(str(refusal))
    if close(value, expected):
        return right(because)
    for mistaken, words in (mistakes or {}).items():
        if close(value, mistaken):
            return wrong(words)
    if share and close(value, 100 * expected):
        return wrong(f"As a share of 1 that is {value / 100:g}, or {value:g} %: the sign was missing.")
    if close(value, -expected):
        return wrong("The size is right, the sign isn't.")
    if abs(value - expected) <= NEAR * abs(expected):
        return wrong("Close: rounded too early, or a small slip. Work it out once more.")
    return wrong(otherwise)


def check_function(
    answer: object,
    expected: Callable[..., Any],
    *,
    cases: Sequence[Mapping[str, Any]],
    because: str,
    mistakes: Mapping[str, Callable[..., Any]] | None = None,
) -> Verdict:
    """Compare a function that somebody wrote with the one that is right, and with mistaken ones.

    Parameters
    ----------
    expected : called with each case, gives a number or an array of numbers
    cases : arguments by name; arrays are copied before they are handed over
    because : why the right answer is right
    mistakes : for each sentence the function that deserves it
    """
    given = [deepcopy(dict(case)) for case in cases]
    results = returned(answer, given)
    if isinstance(results, Verdict):
        return results
    rights = [np.asarray(expected(**case)) for case in cases]
    for result, wanted in zip(results, rights, strict=True):
        if words := unfit(result, wanted.shape):
            return wrong(words)
    if alike(results, rights):
        kept = all(_same(case, before) for case, before in zip(given, cases, strict=True))
        return right(because if kept else f"{because} {CHANGED}")
    for words, mistaken in (mistakes or {}).items():
        if alike(results, [mistaken(**case) for case in cases]):
            return wrong(words)
    failed = next(
        n for n, pair in enumerate(zip(results, rights, strict=True)) if not alike([pair[0]], [pair[1]])
    )
    shown = ", ".join(f"{name} = {said(value)}" for name, value in cases[failed].items())
    return wrong(
        f"Not yet. For {shown} it gives {said(results[failed])}, where {said(rights[failed])} is right."
    )


def returned(answer: object, cases: Sequence[Mapping[str, Any]]) -> list[Any] | Verdict:
    """Call a function that somebody wrote with each case; say what is wrong where it can't be.

    Parameters
    ----------
    cases : arguments by name
    """
    if answer is None or answer is ...:
        return untried("There is no answer yet: write the function.")
    if not callable(answer):
        return wrong(f"A function is asked for, not {kind(answer)}.")
    try:
        with np.errstate(all="ignore"):
            results = [answer(**case) for case in cases]
    except Exception as error:  # noqa: BLE001 - told to whoever wrote the function
        return wrong(_raised(error, cases[0]))
    if any(result is ... for result in results):
        return untried("There is no answer yet: put the result in place of the dots.")
    return results


def unfit(result: object, shape: tuple[int, ...]) -> str:
    """What makes a result unfit to be compared with one of this shape, or nothing."""
    if result is None:
        return "The function returns nothing: its last line must be the word return and the result."
    try:
        values = np.asarray(result)
    except Exception:  # noqa: BLE001 - whatever it is, it isn't an array
        values = np.empty(0, object)
    if values.dtype.kind not in "iuf":
        return f"The function must return numbers, and returned {kind(result)}."
    if values.shape != shape:
        return f"The result must have shape {shape}, like the right one, and has {values.shape}."
    return "" if np.isfinite(values).all() else "The result holds numbers that are not finite."


def alike(results: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether all results are the same numbers, but for rounding."""
    return all(
        np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=SLACK, atol=1e-9)
        for one, other in zip(results, others, strict=True)
    )


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _raised(error: Exception, case: Mapping[str, Any]) -> str:
    if isinstance(error, TypeError) and "argument" in str(error):
        return f"The function must take ({', '.join(case)}). Python said: {error}."
    return f"Your function stops with {type(error).__name__}: {error}."


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one)
