"""Which cell a lab belongs to, so that a cell that is run again leaves nothing behind."""

from typing import Any, Protocol

import ipywidgets as ipw


class Closable(Protocol):
    """What a cell can own."""

    def close(self) -> None:
        """Stop, and take every widget away."""


_owned: dict[str, tuple[str, list[Closable]]] = {}


def own(thing: Closable) -> None:
    """Give a thing to the cell that runs now, and close what its earlier runs made."""
    cell, run = _this_cell()
    before, things = _owned.get(cell, (run, []))
    if before != run:
        for earlier in things:
            earlier.close()
        things = []
    if cell:
        _owned[cell] = (run, [*things, thing])


def close_all(widget: ipw.Widget) -> None:
    """Close a widget and all that it holds, their layouts and styles too."""
    held = [getattr(widget, name, None) for name in ("layout", "style")]
    for part in [*getattr(widget, "children", ()), *held]:
        if isinstance(part, ipw.Widget):
            close_all(part)
    widget.close()


def _this_cell() -> tuple[str, str]:
    """Return what names the cell, and what names this run of it; empty outside a kernel."""
    from IPython.core.getipython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return "", ""
    parent: dict[str, Any] = kernel.get_parent() or {}
    cell = parent.get("metadata", {}).get("cellId") or parent.get("content", {}).get("code", "")
    return str(cell), str(parent.get("header", {}).get("msg_id", ""))
