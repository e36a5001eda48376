"""Points moved and added by hand: with a pointer on the picture, or written down."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as ipw
import numpy as np
import traitlets

from course.learnt import Learnt
from course.points import EDGE, Points

NEAR = 0.3  # of the plane's units: what lies nearer to the pointer is taken hold of
STILL = 0.1  # and a pointer that moves less has clicked
COLOURS = ("blue", "orange")


class Edits(ipw.VBox):
    """Points added and moved, as text, and the colour that a click adds.

    Attributes
    ----------
    value : see `points.edited`
    """

    value = traitlets.Unicode()

    def __init__(self) -> None:
        self.colour = ipw.Dropdown(options=COLOURS, description="A click adds a point that is")
        self.text = ipw.Text(
            description="Points by hand", placeholder="2.5 -1 blue; #17 0 0", continuous_update=False
        )
        self.colour.add_class("lab-aside")  # by itself it changes nothing that is seen
        super().__init__([self.colour, self.text])
        traitlets.link((self, "value"), (self.text, "value"))

    @property
    def said(self) -> str:
        """The value in words."""
        count = len(_parts(self.value))
        return f"{count} point{'s' * (count > 1)} by hand" if count else ""

    @property
    def samples(self) -> tuple[str, ...]:
        """Values far apart that it can take."""
        return "", "#0 5 5; 0 0 blue"


class Hand:
    """Takes hold of a point where a pointer goes down on the output, or adds one there.

    Parameters
    ----------
    edits : where it is written down
    result : gives what the lab shows now
    """

    def __init__(self, edits: Edits, result: Callable[[], Learnt | None]) -> None:
        self._edits, self._result = edits, result
        self._held = -1
        self._from = (0.0, 0.0)
        self._pressed = False

    def down(self, x: float, y: float) -> Mapping[str, Any]:
        """Take hold of the nearest point that is shown, or add one where there is none."""
        points, place = self._points(), _inside(x, y)
        self._held, self._from, self._pressed = -1, (x, y), False
        if points is None:
            return {}
        learnt = self._result()
        tested = learnt is not None and learnt.show_test
        shown = np.concatenate([points.train, points.test]) if tested else points.train
        far = np.linalg.norm(points.inputs[shown] - place, axis=1)
        if far.min() < NEAR:
            self._held, self._pressed = int(shown[far.argmin()]), True
            return {}
        return self._add(points, place)

    def up(self, x: float, y: float) -> Mapping[str, Any]:
        """Let go; where nothing has moved it was a click, and adds a point beside the other."""
        points = self._points()
        if points is not None and self._pressed and np.hypot(x - self._from[0], y - self._from[1]) < STILL:
            return self._add(points, _inside(x, y))
        return self.move(x, y)

    def _add(self, points: Points, place: Any) -> Mapping[str, Any]:
        self._held = len(points.inputs)
        number = int(self._edits.colour.value == "blue")
        answer = ("-1", "1")[number] if points.numeric else points.classes[number]
        parts = [*_parts(self._edits.value), f"{_said(place)} {answer}"]
        return {"edits": "; ".join(parts)}

    def move(self, x: float, y: float) -> Mapping[str, Any]:
        """Move the point that is held."""
        points = self._points()
        still = self._pressed and np.hypot(x - self._from[0], y - self._from[1]) < STILL
        if points is None or self._held < 0 or still:
            return {}
        self._pressed = False
        parts, place = _parts(self._edits.value), _said(_inside(x, y))
        added = [number for number, part in enumerate(parts) if not part.startswith("#")]
        own = self._held - len(points.inputs) + len(added)
        if own >= len(added):  # what was held has been taken away
            return {}
        if own >= 0:
            words = parts[added[own]].split(maxsplit=2)
            parts[added[own]] = f"{place} {words[2]}"
        else:
            parts = [part for part in parts if part.split()[0] != f"#{self._held}"]
            parts.append(f"#{self._held} {place}")
        return {"edits": "; ".join(parts)}

    def _points(self) -> Points | None:
        """The points as they are written down; none while that can't be read."""
        learnt = self._result()
        return learnt.points if learnt and learnt.points.edits == self._edits.value else None


def _parts(edits: str) -> list[str]:
    return [part.strip() for part in edits.split(";") if part.strip()]


def _inside(x: float, y: float) -> Any:
    return np.clip([x, y], -EDGE, EDGE)


def _said(place: Any) -> str:
    return f"{place[0]:.2f} {place[1]:.2f}"
