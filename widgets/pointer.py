"""A pointer on a picture, as the settings that it moves."""

from collections.abc import Callable, Mapping
from typing import Any

from widgets.picture import Canvas, View, view_name

Drag = Callable[[float, float], Mapping[str, Any]]


class Pointer:
    """What dragging on each view sets: a function of the place in the view's data coordinates.

    A drag that began in a view stays with it, also outside its axes.
    """

    def __init__(self, canvas: Canvas, drags: Mapping[View, Drag]) -> None:
        self._canvas = canvas
        self._drags = {view_name(view): drag for view, drag in drags.items()}
        if strange := set(self._drags) - set(canvas.views):
            raise TypeError(f"drag must name a view of the lab, got {', '.join(sorted(strange))}")
        self._held: str | None = None

    def moved(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Settings after an event of the picture: its `kind`, and its place `x`, `y`."""
        if event["kind"] == "down":
            self._held = None
        hit = self._canvas.data_at(event["x"], event["y"], self._held)
        if hit is None or hit[0] not in self._drags:
            return {}
        self._held = None if event["kind"] in ("up", "cancel") else hit[0]
        return {} if event["kind"] == "cancel" else self._drags[hit[0]](*hit[1:])
