"""A card: a question in the page, what answers it, and what is said to the answer."""

import html
from typing import Any

import ipywidgets as ipw

from course.marking import Verdict
from widgets import ownership
from widgets.page import Page


class Card:
    """The frame that predictions, quizzes and exercises fill.

    Parameters
    ----------
    kind : a word for the style sheet
    title : what is asked
    note : what stands above it, small
    """

    def __init__(self, kind: str, title: str, note: str) -> None:
        self._top = line(f'<p class="lab-note">{safe(note)}</p><h4>{safe(title)}</h4>')
        self._said = line("", "lab-verdict")
        self._page = Page()
        self.widget = ipw.VBox([])
        for name in ("lab", "lab-card", f"lab-{kind}"):
            self.widget.add_class(name)

    def hold(self, *parts: ipw.Widget) -> None:
        """Put these between the question and what is said."""
        self.widget.children = [self._top, *parts, self._said, self._page]

    def say(self, verdict: Verdict | None) -> None:
        """Show a verdict, or nothing."""
        look = "open" if verdict is None or not verdict.tried else "right" if verdict.right else "wrong"
        words = f'<div class="lab-{look}">{safe(str(verdict))}</div>' if verdict else ""
        self._said.value = f'<div role="status">{words}</div>'
        for name in ("right", "wrong"):
            shown = verdict is not None and name == look
            (self.widget.add_class if shown else self.widget.remove_class)(f"lab-is-{name}")

    def close(self) -> None:
        """Take the card's widgets away."""
        ownership.close_all(self.widget)

    def bundle(self, kept: str, text: str) -> dict[str, Any]:
        """Build what a cell shows: the live card; without a kernel the question; else the text."""
        live = self.widget._repr_mimebundle_() or {}
        data = live[0] if isinstance(live, tuple) else live
        return {**data, "text/html": kept, "text/plain": text}


def safe(words: str) -> str:
    """Escape what the page would take for markup."""
    return html.escape(words, quote=False)


def line(words: str, *names: str) -> ipw.HTML:
    """Make a line of text."""
    made = ipw.HTML(words)
    for name in names:
        made.add_class(name)
    return made


def row(*parts: ipw.Widget) -> ipw.HBox:
    """Put parts side by side."""
    made = ipw.HBox(list(parts))
    made.add_class("lab-row")
    return made


def show(part: ipw.DOMWidget, shown: bool) -> None:
    """Show a part, or let it take no room."""
    part.layout.display = None if shown else "none"


def choice(options: list[str], label: str) -> ipw.RadioButtons:
    """Options of the whole width, none of them chosen."""
    made = ipw.RadioButtons(options=options, index=None, description=label)
    made.add_class("lab-options")
    return made


def kept(note: str, title: str, options: list[str]) -> str:
    """Write what a page without a kernel shows of a question."""
    listed = "".join(f"<li>{safe(option)}</li>" for option in options)
    return f"<p><em>{safe(note)}</em><br><strong>{safe(title)}</strong></p>" + f"<ul>{listed}</ul>" * bool(
        options
    )
