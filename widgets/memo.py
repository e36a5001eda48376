"""Who signs: a form that writes a decision memo from what a fairness lab shows."""

import base64
from typing import Any, final

import ipywidgets as ipw

from course import marking
from course.fairness import TARGETS
from course.memo import Memo, memo
from widgets import ownership
from widgets.cards import Card, choice, kept, line, row, safe
from widgets.controls import button
from widgets.lab import Lab
from widgets.loop import post, this_loop

TITLE = "You are the one who signs. By which criterion is this decision to be judged?"
NOTE = "Decision memo, from the state of the lab above"
CHOOSE = "Choose a criterion first."
NAME = "Say who answers for it: a name or an office."
REASON = "Say why, in a sentence."


@final
class MemoCard:
    """A form: criterion, reason and name; and the memo, from the lab as it stands when it is written."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        loop = this_loop()
        self._card = Card("memo", TITLE, NOTE)
        self.criterion = choice([*TARGETS], "Criterion")
        self.because = ipw.Text(description="Because")
        self.signed = ipw.Text(description="Who answers for it")
        self.write_button = button("Write the memo", "", lambda: post(loop, self._write))
        self.write_button.button_style = "primary"
        self._page = line("", "lab-written")
        fields = row(self.because, self.signed, self.write_button)
        self._card.hold(self.criterion, fields, self._page)
        self.widget = self._card.widget
        self.memo: Memo | None = None
        ownership.own(self)

    def close(self) -> None:
        """Take the form away."""
        self._card.close()

    def __repr__(self) -> str:
        return f"MemoCard({f'signed by {self.memo.signed}' if self.memo else 'not written yet'})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self._card.bundle(kept(NOTE, TITLE, [*TARGETS]), "MemoCard(not written yet)")

    def _write(self) -> None:
        self._card.say(None)
        try:
            self.memo = self._written()
        except ValueError as refusal:
            self._card.say(marking.untried(str(refusal)))
            return
        self._page.value = _page(self.memo)

    def _written(self) -> Memo:
        """Write the memo, or say what is missing in the words of the form."""
        if self._lab.result is None:
            raise ValueError(
                "The lab above shows nothing yet: run it, and commit the guess that it waits for."
            )
        if self.criterion.value is None:
            raise ValueError(CHOOSE)
        if not self.because.value.strip():
            raise ValueError(REASON)
        if not self.signed.value.strip():
            raise ValueError(NAME)
        return memo(
            self._lab.result, by=self.criterion.value, signed=self.signed.value, because=self.because.value
        )


def _page(written: Memo) -> str:
    """The memo as a list of headings and texts, and a link that saves it."""
    listed = "".join(
        f"<dt><b>{safe(heading)}</b></dt><dd>{safe(text)}</dd>" for heading, text in written.lines
    )
    data = base64.b64encode(str(written).encode("utf-8")).decode("ascii")
    address = f"data:text/plain;charset=utf-8;base64,{data}"
    link = f'<a download="decision_memo.txt" href="{address}">Save the memo</a>'
    return f'<div role="status"><dl>{listed}</dl>{link}</div>'
