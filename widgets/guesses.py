"""A guess: committed before the answer is seen, and kept beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from widgets.controls import Range


@dataclass
class Guess:
    """What has been guessed under one key since the kernel started.

    Parameters
    ----------
    key : names it, once in a kernel
    question : what was asked
    spec : the range of a number, or a list of options
    on : name of the view on whose axis the guess is drawn, or ""
    axis : "x" or "y"
    """

    key: str
    question: str
    spec: Range | list[str]
    on: str = ""
    axis: str = "y"
    value: Any = None
    locked: bool = False
    truth: Any = None
    watchers: list[Callable[[], object]] = field(default_factory=list)

    @property
    def waiting(self) -> bool:
        """Whether nothing has been committed yet."""
        return self.value is None

    @property
    def revealed(self) -> bool:
        """Whether the truth has been shown."""
        return self.truth is not None

    def commit(self, value: Any) -> None:
        """Keep a guess; after the reveal it stays what it was."""
        if not self.locked:
            self.value = value
            self._tell()

    def lock(self) -> None:
        """Keep the guess as it is from now on: the answer is about to be seen."""
        if not self.waiting and not self.locked:
            self.locked = True
            self._tell()

    def reveal(self, truth: Any) -> None:
        """Show the truth beside the guess."""
        self.locked = True
        self.truth = truth
        self._tell()

    def said(self, value: Any) -> str:
        """Write a value as the control shows it."""
        return self.spec.say(value) if isinstance(self.spec, Range) else str(value).rstrip(".")

    @property
    def distance(self) -> str:
        """How far off the guess was, in words."""
        if not isinstance(self.spec, Range):
            return "as you guessed" if self.value == self.truth else "not what you guessed"
        if self.said(self.truth) == self.said(self.value):
            return "just what you guessed"
        if self.spec.log:
            return f"{self.truth / self.value:.2g} times your guess"
        scale, unit = (100, "points") if self.spec.unit == "%" else (1, self.spec.unit)
        apart = f"{abs(self.truth - self.value) * scale:.3g} {unit}".strip()
        return f"{apart} {'above' if self.truth > self.value else 'below'} your guess"

    def _tell(self) -> None:
        for watcher in [*self.watchers]:
            watcher()


class Awaited(Protocol):
    """What a lab can wait for: a prediction."""

    @property
    def guess(self) -> Guess:
        """The guess that is awaited."""


_guesses: dict[str, Guess] = {}


def guess(key: str, question: str, spec: Range | list[str], on: str, axis: str) -> Guess:
    """Return the guess that stands under a key: a new one, or that of an earlier run.

    Raises
    ------
    ValueError
        where another question stands under the key
    """
    held = _guesses.setdefault(key, Guess(key, question, spec, on, axis))
    if (held.question, held.spec) != (question, spec):
        raise ValueError(f"key must be new for every question, got {key!r} again: {held.question}")
    held.on, held.axis = on, axis
    return held
