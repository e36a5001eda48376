"""A prediction: a guess, then the answer, then what the learner saw."""

from collections.abc import Callable
from typing import Any, final

import ipywidgets as ipw

from course import answers, arguments, marking
from course.marking import Verdict
from course.threads import one_thread
from widgets import guesses, ownership
from widgets.cards import Card, choice, kept, line, row, safe, show
from widgets.controls import Slider, button
from widgets.loop import post, this_loop

GUESS_FIRST = "Guess first"
WAITING = "Waits for your guess. Once the answer shows, the guess can’t be changed."
CHANGEABLE = "Committed. Until the answer shows you can still change it."
RUN_FIRST = "Committed. Press Run in the lab; then reveal."
SAW = "What did you see?"
NOT_SEEN = "That isn’t what was measured. Look again."
LOCKED = "Your guess is kept as it is."


@final
class Prediction:
    """A question whose answer is computed only once a guess has been committed."""

    def __init__(self, guess: guesses.Guess, answer: Callable[[], Any], because: str) -> None:
        self.guess, self._answer, self._because = guess, answer, because
        loop = this_loop()

        def press(words: str, icon: str, action: Callable[[], None]) -> ipw.Button:
            return button(words, icon, lambda: post(loop, action))

        self._card = Card("guess", guess.question, GUESS_FIRST)
        self.control = self._control("Your guess")
        self.commit_button = press("Commit my guess", "", self._commit)
        self.reveal_button = press("Reveal the answer", "", self._reveal)
        self._note = line("", "lab-note")
        self._truth = line("", "lab-truth")
        self.seen = self._field()
        self.check_button = press("Check", "", self._check)
        asked = [line(SAW)] if isinstance(guess.spec, list) else []
        self._asking = row(*asked, self.seen, self.check_button)
        self._guessing = row(self.control, self.commit_button)
        self._revealing = row(self.reveal_button, self._note)
        self._card.hold(self._guessing, self._truth, self._revealing, self._asking)
        self.widget = self._card.widget
        guess.watchers.append(self._dress)
        self._dress()
        ownership.own(self)

    def close(self) -> None:
        """Take the card away; the guess stays."""
        self.guess.watchers.remove(self._dress)
        self._card.close()

    def __repr__(self) -> str:
        state = "no guess yet"
        if not self.guess.waiting:
            state = f"guessed {self.guess.said(self.guess.value)}"
        if self.guess.revealed:
            state += f", measured {self.guess.said(self.guess.truth)}"
        return f"Prediction({self.guess.key!r}: {state})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        options = self.guess.spec if isinstance(self.guess.spec, list) else []
        saved = f"Prediction({self.guess.key!r}: {self.guess.question})"
        return self._card.bundle(kept(GUESS_FIRST, self.guess.question, options), saved)

    def _control(self, label: str) -> Any:
        spec, value = self.guess.spec, self.guess.value
        if isinstance(spec, list):
            made = choice(spec, label)
            made.value = value
            return made
        values = spec.values()
        return Slider(spec, values[len(values) // 2] if value is None else value, label)

    def _field(self) -> Any:
        if isinstance(self.guess.spec, list):
            return choice(self.guess.spec, SAW)
        return ipw.Text(description="Type what you saw", continuous_update=False)

    def _commit(self) -> None:
        if self.control.value is None:
            self._card.say(marking.untried("Choose one first."))
        else:
            self._card.say(None)
            self.guess.commit(self.control.value)

    def _reveal(self) -> None:
        if self.guess.waiting or self.guess.revealed:
            return
        self._note.value = "Computing …"
        try:
            with one_thread():
                answer = self._answer()
        except ValueError as refusal:  # something has to be done first
            self._card.say(marking.untried(str(refusal)))
            self._dress()
            return
        except Exception as error:  # noqa: BLE001 - shown in the card, with its type
            self._card.say(marking.wrong(f"{type(error).__name__}: {error}"))
            self._dress()
            return
        self._show_truth(answer)
        self._dress()

    def _show_truth(self, answer: Any) -> None:
        try:
            truth = self._checked(answer)
        except ValueError as refusal:
            self._card.say(marking.wrong(str(refusal)))
        else:
            self._card.say(None)
            self.guess.reveal(truth)

    def _checked(self, truth: Any) -> Any:
        spec = self.guess.spec
        if isinstance(spec, list):
            return arguments.one_of("answer", truth, spec)
        return arguments.number("answer", truth)

    def _check(self) -> None:
        self._card.say(self._verdict())

    def _verdict(self) -> Verdict:
        truth, seen, spec = self.guess.truth, self.seen.value, self.guess.spec
        if isinstance(spec, list):
            if seen is None:
                return marking.wrong("Choose what you saw first.")
            return marking.right("So it was.") if seen == truth else marking.wrong(NOT_SEEN)
        try:
            value = answers.number(seen, share=spec.unit == "%")
        except ValueError as refusal:
            return marking.wrong(str(refusal))
        spoken = [truth, 100 * truth] if spec.unit == "%" else [truth]
        so = any(marking.close(value, each) for each in spoken)
        return marking.right("So it was.") if so else marking.wrong(NOT_SEEN)

    def _dress(self) -> None:
        """Show what the guess's state allows."""
        guess = self.guess
        show(self._guessing, not guess.locked)
        show(self._revealing, not guess.revealed)
        show(self._truth, guess.locked)
        show(self._asking, guess.revealed)
        self._truth.value = _beside(guess, self._because) if guess.locked else ""
        self.reveal_button.disabled = guess.waiting
        self._note.value = (
            WAITING if guess.waiting else LOCKED if guess.locked else RUN_FIRST if guess.on else CHANGEABLE
        )
        self.commit_button.button_style = "primary" if guess.waiting else ""
        look_first = bool(guess.on) and not guess.locked  # in the lab that waits for this guess
        self.reveal_button.button_style = "" if guess.waiting or look_first else "primary"


def _beside(guess: guesses.Guess, because: str) -> str:
    """Write the guess, and the truth beside it once that is known."""
    words = f'<span class="lab-chip">Your guess: {safe(guess.said(guess.value))}</span>'
    if guess.revealed:
        truth = f"Measured: <b>{safe(guess.said(guess.truth))}</b>: {safe(guess.distance)}."
        words += f" <span>{truth} {safe(because)}</span>"
    return f'<div role="status">{words}</div>'
