"""What somebody passes on of a lab: its settings as a line of code, and its picture."""

import html
from collections.abc import Callable

import ipywidgets as ipw

from widgets.controls import Group, button


class Share:
    """A fold with the line that makes a lab, and a button that saves its picture.

    Parameters
    ----------
    write : the line of code for the settings as they stand
    keep : saves the picture
    """

    def __init__(self, write: Callable[[], str], keep: Callable[[], object]) -> None:
        self._write = write
        self.line = ipw.HTML()
        self.line.add_class("lab-line")
        self.keep_button = button("Save the picture", "download", keep)
        self.widget = Group(
            "Share", [self.line, self.keep_button], folded=True, opened=lambda _: self.show()
        )

    def show(self) -> None:
        """Write the line anew, where it can be seen."""
        if not self.widget.folded:
            words = html.escape(self._write())
            own = ", with your table as <code>my_table</code>" * ("my_table" in words)
            self.line.value = f'<p>Paste this into a cell{own}:</p><code tabindex="0">{words}</code>'
