"""A pointer on a picture, as the settings that it moves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from widgets.picture import Canvas, View, view_name

Drag = Callable[[float, float], Mapping[str, Any]]


class Grip(Protocol):
    """What takes hold of something where a pointer goes down, and moves it along."""

    def down(self, x: float, y: float) -> Mapping[str, Any]:
        """Settings after the pointer went down at a place."""

    def move(self, x: float, y: float) -> Mapping[str, Any]:
        """Settings after the pointer, still down, has moved there."""

    def up(self, x: float, y: float) -> Mapping[str, Any]:
        """Settings after it was let go there."""


class Pointer:
    """What dragging on each view sets: a function of the place in the view's data coordinates.

    A drag that began in a view stays with it, also outside its axes.
    """

    def __init__(self, canvas: Canvas, drags: Mapping[View, Drag | Grip]) -> None:
        self._canvas = canvas
        self._drags = {view_name(view): drag for view, drag in drags.items()}
        if strange := set(self._drags) - set(canvas.views):
            raise TypeError(f"drag must name a view of the lab, got {', '.join(sorted(strange))}")
        self._held: str | None = None
        self._last = 0

    def fresh(self, events: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Those of the last events that have not been seen yet."""
        for event in events:
            if event["event"] > self._last:
                self._last = event["event"]
                yield event

    def moved(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Settings after an event of the picture: its `kind`, and its place `x`, `y`."""
        if event["kind"] == "down":
            self._held = None
        elif self._held is None:
            return {}
        hit = self._canvas.data_at(event["x"], event["y"], self._held)
        if hit is None or hit[0] not in self._drags:
            return {}
        self._held = None if event["kind"] in ("up", "cancel") else hit[0]
        if event["kind"] == "cancel":
            return {}
        drag = self._drags[hit[0]]
        if callable(drag):
            return drag(*hit[1:])
        act: Drag = getattr(drag, event["kind"])
        return act(*hit[1:])
