"""Guess first, then look: predictions, quizzes and exercises, as cards in the page."""

from collections.abc import Callable, Sequence
from typing import Any, final

import ipywidgets as ipw

from course import marking
from course.marking import Question, Task, Verdict, wrong
from widgets import guesses, ownership
from widgets.cards import Card, choice, kept, line, row, safe
from widgets.controls import Range, button
from widgets.loop import post, this_loop
from widgets.predictions import Prediction

SHARE = Range(0.0, 1.0, unit="%")
UNSCORED = "Nothing is scored or sent."
BY_RUNNING = "Checked each time you run the cell: Shift + Enter."
UNANSWERED = object()
_hints: dict[str, int] = {}


def predict(
    key: str,
    question: str,
    spec: Range | Sequence[Any],
    answer: Callable[[], Any],
    *,
    because: str = "",
    on: str = "",
    axis: str = "y",
) -> Prediction:
    """Ask for a guess, and show the answer once one is committed.

    Parameters
    ----------
    key : names the guess; it stays the same however often the cell is run
    spec : a range, as `(low, high)` or a `Range`, or a list of options
    answer : computes the number, or the option, that is right; called at the reveal alone
    because : what is said beside the answer
    on, axis : name of a view, and its axis, on which a lab that waits for the guess draws it

    Raises
    ------
    ValueError
        where the key stands for another question, or the range is empty
    """
    if isinstance(spec, tuple):
        spec = Range(*spec)
    if not isinstance(spec, Range):
        spec = [str(option) for option in spec]
    return Prediction(guesses.guess(key, question, spec, on, axis), answer, because)


def quiz(question: Question) -> "Quiz":
    """Ask a question with several answers."""
    return Quiz(question)


def exercise(key: str, task: Task, answer: object = UNANSWERED) -> "Exercise":
    """Set a task, and check what is answered.

    Parameters
    ----------
    key : names the task; where code is asked for, the variable or function that answers it
    task : what is asked, how it is checked, and hints
    answer : an answer given by code, in place of the field or the variable
    """
    return Exercise(key, task, answer)


@final
class Quiz:
    """A question with one right option; a wrong one is answered by the idea behind it."""

    def __init__(self, question: Question) -> None:
        self.question = question
        loop = this_loop()
        self._card = Card("quiz", question.text, "Question")
        self.options = choice(question.options, "Answers")
        self.check_button = button("Check", "", lambda: post(loop, self._check))
        self._card.hold(self.options, row(self.check_button, line(UNSCORED, "lab-note")))
        self.options.observe(lambda _: post(loop, self._open), "value")
        self.widget = self._card.widget
        self.verdict: Verdict | None = None
        self._open()
        ownership.own(self)

    def close(self) -> None:
        """Take the card away."""
        self._card.close()

    def __repr__(self) -> str:
        state = "open" if self.verdict is None else "answered rightly" if self.verdict.right else "not yet"
        return f"Quiz({self.question.text!r}: {state})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self._card.bundle(kept("Question", self.question.text, self.question.options), repr(self))

    def _open(self) -> None:
        self.verdict = None
        self._show()

    def _check(self) -> None:
        self.verdict = self.question.check(self.options.value)
        self._show()

    def _show(self) -> None:
        self._card.say(self.verdict)
        again = self.verdict is not None and not self.verdict.right
        self.check_button.description = "Check again" if again else "Check"
        self.check_button.button_style = "" if self.verdict and self.verdict.right else "primary"


@final
class Exercise:
    """A task that is checked as often as somebody likes, with hints that come one at a time."""

    def __init__(self, key: str, task: Task, answer: object) -> None:
        self.key, self.task = key, task
        self._loop = this_loop()
        self._card = Card("exercise", task.text, "Exercise")
        self._given = answer
        self.field = ipw.Text(description="Your answer", continuous_update=False)
        self.check_button = self._button("Check", self._begin)
        self.hint_button = self._button("", self._hint)
        self._hints = line("", "lab-hints")
        asked = [line(BY_RUNNING, "lab-note")] if task.code else [self.field, self.check_button]
        self._card.hold(row(*asked, *[self.hint_button] * bool(task.hints)), self._hints)
        self.field.observe(lambda _: post(self._loop, self._begin), "value")
        self.widget = self._card.widget
        self.verdict: Verdict | None = None
        self._dress()
        if task.code or answer is not UNANSWERED:
            self.check()
        ownership.own(self)

    def close(self) -> None:
        """Take the card away."""
        self._card.close()

    def check(self) -> Verdict:
        """Check the answer as it stands now."""
        self.verdict = self._judge()
        self._dress()
        return self.verdict

    def _begin(self) -> None:
        """Say that it is being checked, before what may take seconds begins."""
        self._card.say(marking.untried("Checking …"))
        post(self._loop, self.check)

    def __repr__(self) -> str:
        state = "not checked yet" if self.verdict is None else str(self.verdict)
        return f"Exercise({self.key!r}: {state})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self._card.bundle(kept("Exercise", self.task.text, []), repr(self))

    def _judge(self) -> Verdict:
        if self._given is not UNANSWERED:
            return self.task.check(self._given)
        if not self.task.code:
            return self.task.check(self.field.value)
        found = _in_notebook(self.key)
        if found is UNANSWERED:
            return wrong(f"There is no `{self.key}` yet: run the cell that makes it.")
        return self.task.check(found)

    @property
    def _shown(self) -> int:
        """How many hints have been asked for, also by an earlier run of the cell."""
        return _hints.get(self.key, 0)

    def _hint(self) -> None:
        _hints[self.key] = self._shown + 1
        self._dress()

    def _button(self, words: str, action: Callable[[], object]) -> ipw.Button:
        return button(words, "", lambda: post(self._loop, action))

    def _dress(self) -> None:
        hints = self.task.hints
        self._card.say(self.verdict)
        listed = "".join(f"<li>{safe(hint)}</li>" for hint in hints[: self._shown])
        self._hints.value = f'<div role="status">{f"<ol>{listed}</ol>" * bool(listed)}</div>'
        left = self._shown < len(hints)
        self.hint_button.disabled = not left
        self.hint_button.description = f"Hint {self._shown + left} of {len(hints)}"
        self.check_button.button_style = "" if self.verdict and self.verdict.right else "primary"


def _in_notebook(name: str) -> object:
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "user_ns", {}).get(name, UNANSWERED)
