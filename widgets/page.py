"""What every lab and every card brings into the page: its look, and its keys."""

from pathlib import Path

import anywidget

from widgets import style


class Page(anywidget.AnyWidget):
    """Nothing to be seen: the style sheet, and a listener that leaves the controls their keys."""

    _esm = Path(__file__).with_name("page.js").read_text("utf-8")  # as a path it holds every instance
    _css = style.css()
