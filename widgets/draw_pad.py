"""A pad on which a digit is drawn: with a pointer, by keys, or taken from examples."""

from collections.abc import Callable
from typing import Any

import ipywidgets as ipw
import traitlets
from ipycanvas import Canvas, hold_canvas

from course import drawing
from course.drawing import EXAMPLES, Drawing
from widgets import style
from widgets.controls import Range, Slider, button

WIDTH = 218  # CSS pixels
PEN = 18
FINE = 2  # pixels of the canvas for each CSS pixel
OWN = "my drawing"
HINT = "2 4 6 8 move the pen as on a number pad, 1 3 7 9 aslant; 5 lifts it or sets it down."


class DrawPad(ipw.VBox):
    """A square to draw on; undo, clear, examples to take, a turn, and a field to draw with keys.

    Attributes
    ----------
    value : what is drawn now
    """

    value = traitlets.Instance(Drawing)

    def __init__(self, value: Drawing | None = None) -> None:
        size = f"{WIDTH}px"
        self.canvas = Canvas(
            width=FINE * WIDTH, height=FINE * WIDTH, layout={"width": size, "height": size}
        )
        self.canvas.add_class("lab-pad")
        self.undo_button = button("Undo", "", lambda: self._take(self.value.undone()))
        self.clear_button = button("Clear", "", lambda: self._take(Drawing(turn=0.0)))
        self.example = ipw.Dropdown(
            options=[OWN, *(f"an example of {name}" for name in EXAMPLES)], description="Or take"
        )
        self.turn = Slider(Range(-180, 180, 15, unit="°"), 0, "Turn")
        self.typed = ipw.Text(
            description="Or draw with keys", placeholder="66612222", continuous_update=True
        )
        self.note = ipw.HTML(HINT)
        self.note.add_class("lab-note")
        pair = ipw.HBox([self.undo_button, self.clear_button])
        pair.add_class("lab-pair")
        super().__init__(
            [self.canvas, pair, self.example, self.turn, self.typed, self.note], value=value or Drawing()
        )
        self.add_class("lab-aside")
        self.add_class("lab-drawing")
        self._down = False
        self._pointing = False
        self._own = Drawing()
        self._listen()
        self._show()

    @property
    def said(self) -> str:
        """The value in words."""
        return str(self.value)

    @property
    def samples(self) -> tuple[Drawing, ...]:
        """Values far apart that it can take."""
        return Drawing(), EXAMPLES["3"]

    def _listen(self) -> None:
        canvas = self.canvas
        canvas.on_mouse_down(lambda x, y: self._press(x, y))
        canvas.on_mouse_move(lambda x, y: self._move(x, y))
        canvas.on_mouse_up(lambda x, y: self._lift())
        canvas.on_mouse_out(lambda x, y: self._lift())
        canvas.on_touch_start(_first(self._press))
        canvas.on_touch_move(_first(self._move))
        canvas.on_touch_end(lambda _: self._lift())
        canvas.on_touch_cancel(lambda _: self._lift())
        self.example.observe(lambda _: self._choose(), "value")
        self.turn.observe(lambda _: self._spin(), "value")
        self.typed.observe(lambda _: self._type(), "value")
        self.observe(lambda _: self._show(), "value")

    def _press(self, x: float, y: float) -> None:
        try:
            self._point(drawing.flattened(self.value).begun(*_place(x, y)))
        except ValueError as refusal:
            self._say(str(refusal), "alert")
            return
        self._down = True

    def _move(self, x: float, y: float) -> None:
        if self._down:
            self._point(self.value.gone_on(*_place(x, y)))

    def _lift(self) -> None:
        self._down = False

    def _point(self, drawn: Drawing) -> None:
        """Take over what a pointer drew: only its last piece is new on the canvas."""
        self._pointing = True
        self._take(drawn)
        self._pointing = False
        self._ink([drawn.strokes[-1][-2:]])

    def _choose(self) -> None:
        own = self.example.value == OWN
        self._take(self._own if own else EXAMPLES[self.example.value[-1]])

    def _spin(self) -> None:
        if self.turn.value != self.value.turn:
            self._take(Drawing(self.value.strokes, float(self.turn.value)))

    def _type(self) -> None:
        try:
            drawn = drawing.by_keys(self.typed.value, turn=self.value.turn)
        except ValueError:
            self._say("Only the digits 1 to 9 move the pen.", "alert")
            return
        self._say(HINT)
        self._take(drawn)

    def _take(self, drawn: Drawing) -> None:
        if not drawn.strokes and self.typed.value:
            self.typed.value = ""
        self.value = drawn

    def _show(self) -> None:
        """Bring the other parts up to date with the value."""
        taken = next((name for name, each in EXAMPLES.items() if each.strokes == self.value.strokes), "")
        if not taken:
            self._own = self.value
        self.example.value = f"an example of {taken}" if taken else OWN
        self.turn.value = round(self.value.turn)
        self.undo_button.disabled = self.clear_button.disabled = not self.value.strokes
        if not self._pointing:
            with hold_canvas():
                self.canvas.clear()
                self._ink(drawing.flattened(self.value).strokes)

    def _ink(self, strokes: Any) -> None:
        canvas = self.canvas
        canvas.stroke_style = canvas.fill_style = style.INK
        canvas.line_width, canvas.line_cap, canvas.line_join = PEN * FINE, "round", "round"
        scale = WIDTH * FINE
        for stroke in strokes:
            points = [(x * scale, y * scale) for x, y in stroke]
            if len(points) == 1:
                canvas.fill_circle(*points[0], PEN * FINE / 2)
            else:
                canvas.stroke_lines(points)

    def _say(self, words: str, role: str = "status") -> None:
        self.note.value = f'<div role="{role}">{words}</div>'


def _place(x: float, y: float) -> tuple[float, float]:
    return x / (WIDTH * FINE), y / (WIDTH * FINE)


def _first(act: Callable[[float, float], None]) -> Callable[[list[tuple[float, float]]], None]:
    """Act on the first finger of several."""
    return lambda points: act(*points[0]) if points else None
