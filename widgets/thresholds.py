"""A threshold for each group: sliders that move together or apart, and buttons that set them."""

import html
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import ipywidgets as ipw
import traitlets

from widgets.controls import Range, Slider, button

Value = float | tuple[float, ...]


class Thresholds(ipw.VBox):
    """One slider for each group.

    Parameters
    ----------
    names : of the groups
    value : one threshold for all, which then move together, or one for each
    step : between two thresholds
    targets : names of buttons; `solve(name)` says where one of them sets the thresholds

    Attributes
    ----------
    value : one number while they move together, else a tuple
    """

    value = traitlets.Any()

    def __init__(
        self, names: Sequence[str], value: Value, *, step: float, targets: Collection[str] = ()
    ) -> None:
        start = value if isinstance(value, tuple) else (value,) * len(names)
        self._range = Range(0.0, 1.0, step)
        self.sliders = [Slider(self._range, each, name) for name, each in zip(names, start, strict=True)]
        self.together = ipw.Checkbox(description="Move together", indent=False)
        self.solve: Callable[[str], Value] = lambda _: self.value
        self.buttons = [button(name, "", partial(self._aim, name)) for name in targets]
        heading = [ipw.HTML("Set thresholds for …")] if targets else []
        self.note = ipw.HTML()
        self.note.add_class("lab-note")
        super().__init__([*self.sliders, self.together, *heading, *self.buttons, self.note])
        self.add_class("lab-thresholds")
        self._busy = False
        self.value = value
        self._show()
        for slider in self.sliders:
            slider.observe(self._move, "value")
        self.together.observe(lambda _: self._bind(), "value")
        self.observe(lambda _: self._show(), "value")

    @traitlets.validate("value")
    def _known(self, proposal: Any) -> Value:
        value = proposal["value"]
        if isinstance(value, tuple | list):
            return tuple(self._range.nearest(each) for each in value)
        return self._range.nearest(value)

    @property
    def said(self) -> str:
        """The value in words."""
        shown = self.value if isinstance(self.value, tuple) else (self.value,)
        return ", ".join(map(self._range.say, shown))

    @property
    def samples(self) -> tuple[Value, ...]:
        """Values far apart that it can take: crossed, at both ends, and together."""
        ends = tuple(float(number % 2) for number in range(len(self.sliders)))
        return ends, tuple(1 - each for each in ends), 0.0, 1.0

    def _move(self, change: Any) -> None:
        """Take a slider's new place, and the others along where they move together."""
        if not self._busy:
            now = tuple(slider.value for slider in self.sliders)
            self.value = change["new"] if self.together.value else now

    def _bind(self) -> None:
        if not self._busy:
            now = tuple(slider.value for slider in self.sliders)
            self.value = now[0] if self.together.value else now

    def _aim(self, target: str) -> None:
        """Set the thresholds for a target; where it can't be aimed at, they stay."""
        try:
            self.value = self.solve(target)
        except ValueError as refusal:
            self.note.value = html.escape(str(refusal))

    def _show(self) -> None:
        self._busy, self.note.value = True, ""
        try:
            alone = isinstance(self.value, tuple)
            self.together.value = not alone
            for number, slider in enumerate(self.sliders):
                slider.value = self.value[number] if alone else self.value
        finally:
            self._busy = False
