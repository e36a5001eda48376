"""What a lab says: a sentence for everyone, an alert, and news for a screen reader."""

import asyncio
import html
import re

import ipywidgets as ipw

from course.measuring import seconds

QUIET_S = 3.0  # between two announcements, or a screen reader would never come to an end


class Sentences:
    """The lines of text under a picture.

    Parameters
    ----------
    loop : where a late announcement waits for its time; None announces at once
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop
        self._announced = -QUIET_S
        self._waiting = False
        self._news = ""
        self.alert, self.conditions, self.sentence, self.status = (ipw.HTML() for _ in range(4))
        self.widgets = [self.alert, self.conditions, self.sentence, self.status]
        for line, name in zip(self.widgets, ("alert", "conditions", "sentence", "status"), strict=True):
            line.add_class(f"lab-{name}")

    def say(self, sentence: str, alert: str = "", conditions: str = "") -> None:
        """Show what holds now; what is empty takes no room."""
        self.alert.value = f'<div role="alert">✗ {html.escape(alert)}</div>' if alert else ""
        self.conditions.value = _unbroken(conditions)
        self.sentence.value = _unbroken(sentence)
        self._announce(sentence)

    def _announce(self, news: str) -> None:
        self._news = news
        if self._loop is None or seconds() - self._announced >= QUIET_S:
            self._announced = seconds()
            self.status.value = f'<div role="status">{html.escape(news)}</div>'
        elif not self._waiting:
            self._waiting = True
            self._loop.call_later(QUIET_S, self._announce_late)

    def _announce_late(self) -> None:
        self._waiting = False
        self._announce(self._news)


def _unbroken(words: str) -> str:
    """Escape what the page would take for markup, and keep a number and its % on one line."""
    return re.sub(r"([\d.,]+ %)", r'<span class="lab-unit">\1</span>', html.escape(words))
