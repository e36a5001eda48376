"""What a learner moves: each way to say a range becomes one kind of control."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as ipw
import numpy as np
import traitlets

POSITIONS = 100  # of a slider, about
PREFERRED = (1, 1.1, 1.2, 1.3, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.3, 3.6, 4, 4.5, 5, 5.6, 6, 7, 8, 9)
FEW = 3  # options that are shown side by side; more fold into a list


@dataclass(frozen=True)
class Range:
    """The values of a slider: from `low` to `high`, evenly or by equal factors.

    Parameters
    ----------
    step : between values of an even slider; default: about a hundredth, a round number
    unit : stands behind the value; "%" shows a share of 1 as percent
    """

    low: float
    high: float
    step: float | None = None
    log: bool = False
    unit: str = ""

    def __post_init__(self) -> None:
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise ValueError(f"a range must have low < high, got {self.low}, {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"a logarithmic range must be above 0, got {self.low}")

    @property
    def whole(self) -> bool:
        """Whether the values are whole numbers."""
        return all(isinstance(end, int) for end in (self.low, self.high))

    def values(self) -> list[float]:
        """List the slider's values; both ends are among them."""
        if self.log:
            decades = range(int(np.floor(np.log10(self.low))), int(np.ceil(np.log10(self.high))))
            between = [_rounded(m * 10.0**decade, 2) for decade in decades for m in PREFERRED]
        else:
            step = self.step or _round_step((self.high - self.low) / POSITIONS, self.whole)
            count = int((self.high - self.low) / step + 1e-9)
            between = [_rounded(self.low + n * step, 12) for n in range(count + 1)]
        inside = {self.low, self.high} | {v for v in between if self.low < v < self.high}
        return sorted({round(v) for v in inside} if self.whole else map(float, inside))

    def say(self, value: float) -> str:
        """Write a value with its unit."""
        if self.unit == "%":
            return f"{100 * value:.3g} %"
        number = f"{value:,}" if isinstance(value, int) else f"{value:.3g}"
        return f"{number} {self.unit}".strip().replace("-", "−")

    def nearest(self, value: float) -> float:
        """Find the slider's value that is nearest."""
        scale = np.log if self.log else np.asarray
        values = self.values()
        return values[int(np.abs(scale(values) - scale(self.clip(value))).argmin())]

    def clip(self, value: float) -> float:
        """Move a value into the range, to a whole number where those are asked for."""
        inside = min(max(value, self.low), self.high)
        return round(inside) if self.whole else float(inside)


def log(low: float, high: float, unit: str = "") -> Range:
    """A logarithmic slider."""
    return Range(low, high, log=True, unit=unit)


class Slider(anywidget.AnyWidget):
    """A labelled slider, native to the page, so that a keyboard and a screen reader work it.

    The page knows positions and their texts; `value` is the number at the position. A
    value set from Python may lie between positions: then it replaces the nearest one.
    """

    _esm = Path(__file__).with_name("slider.js").read_text("utf-8")  # as a path it holds every instance
    label = traitlets.Unicode().tag(sync=True)
    texts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    index = traitlets.Int().tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
    value = traitlets.Any()

    def __init__(self, span: Range, value: float, label: str = "") -> None:
        self.span = span
        self._values = span.values()
        index = self._nearest(value)
        super().__init__(label=label, texts=self._texts(), index=index, value=self._values[index])
        self.value = value

    def go_over(self, span: Range) -> None:
        """Go over another range from now on, staying where it is or at the nearer end."""
        self.span, self._values = span, span.values()
        self.value = span.clip(self.value)
        self._on_value(None)

    def _nearest(self, value: float) -> int:
        scale = np.log if self.span.log else np.asarray
        return int(np.abs(scale(self._values) - scale(value)).argmin())

    def _texts(self) -> list[str]:
        return [self.span.say(v) for v in self._values]

    @traitlets.validate("index")
    def _in_bounds(self, proposal: Any) -> int:
        return min(max(int(proposal["value"]), 0), len(self._values) - 1)

    @traitlets.validate("value")
    def _in_range(self, proposal: Any) -> float:
        return self.span.clip(proposal["value"])

    @traitlets.observe("index")
    def _on_index(self, _: object) -> None:
        if self._nearest(self.value) != self.index:
            self.value = self._values[self.index]

    @traitlets.observe("value")
    def _on_value(self, _: object) -> None:
        index = self._nearest(self.value)
        if self._values[index] != self.value:
            self._values = self.span.values()
            index = self._nearest(self.value)
            self._values[index] = self.value
        with self.hold_sync():
            self.texts = self._texts()
            self.index = index


def control(name: str, spec: object, value: Any, label: str) -> ipw.DOMWidget:
    """Make the control that a range asks for, standing at a value.

    Parameters
    ----------
    spec : `(low, high)`, `(low, high, step)` or `log(low, high)` for a slider, a list or a
        dict for a choice, `bool` for a box, or any widget with a `.value`
    """
    if isinstance(spec, ipw.Widget):
        if not isinstance(spec, ipw.DOMWidget) or not spec.has_trait("value"):
            raise TypeError(f"{name} must be a widget with a value, got {type(spec).__name__}")
        return spec
    if spec is bool:
        return ipw.Checkbox(value=bool(value), description=label, indent=False)
    if isinstance(spec, tuple):
        spec = Range(*spec)
    if isinstance(spec, Range):
        if not (
            isinstance(value, int | float | np.integer | np.floating) and spec.low <= value <= spec.high
        ):
            raise ValueError(f"{name} must be from {spec.low:g} to {spec.high:g}, got {value}")
        return Slider(spec, int(value) if spec.whole else float(value), label)
    if isinstance(spec, Mapping | list):
        return _choice(name, spec, value, label)
    raise TypeError(
        f"{name} must be a (low, high) pair, log(low, high), a list, a dict, bool or a widget, got {spec!r}"
    )


def clip(widget: ipw.DOMWidget, value: Any) -> Any:
    """Bring a value that a pointer asked for to the nearest one that a control can stand at."""
    return widget.span.nearest(value) if isinstance(widget, Slider) else value


def said(widget: Any) -> str:
    """Write a control's value in a few words; a control of one's own may have them in `said`."""
    if hasattr(widget, "said"):
        return str(widget.said)
    if isinstance(widget, Slider):
        return f"{widget.label.lower()} {widget.texts[widget.index]}"
    if isinstance(widget, ipw.Checkbox):
        return widget.description.lower() if widget.value else ""
    if isinstance(widget, ipw.Dropdown | ipw.RadioButtons):
        if str(widget.label).isalpha() and widget.label not in ("none", "all"):
            return str(widget.label)
        return f"{widget.description.lower()} {widget.label}".strip()
    return ""


class Group(ipw.VBox):
    """Controls under a button that folds them away and then says what they hold."""

    def __init__(
        self,
        title: str,
        children: Sequence[ipw.DOMWidget],
        *,
        folded: bool,
        opened: Callable[["Group"], object] = lambda _: None,
    ) -> None:
        self.title, self._opened = title, opened
        self.button = ipw.Button(tooltip="")
        self.held = ipw.VBox(list(children))
        super().__init__([self.button, self.held])
        self.add_class("lab-group")
        self.button.add_class("lab-fold")
        self.button.on_click(lambda _: self._press())
        for child in children:
            child.observe(lambda _: self._name(), "value")
        self.fold(folded)

    def fold(self, folded: bool) -> None:
        """Fold the controls away, or show them."""
        self.folded = folded
        self.held.layout.display = "none" if folded else None
        self._name()

    def _press(self) -> None:
        self.fold(not self.folded)
        if not self.folded:
            self._opened(self)

    def _name(self) -> None:
        words = ", ".join(filter(None, map(said, self.held.children)))
        shut = f"▸ {self.title}: {words}" if words else f"▸ {self.title}"
        self.button.description = shut if self.folded else f"▾ {self.title}"


def button(description: str, icon: str, press: Callable[[], object]) -> ipw.Button:
    """Make a button that calls a function without arguments."""
    made = ipw.Button(description=description, icon=icon, tooltip="")
    made.on_click(lambda _: press())
    return made


def _choice(name: str, options: Mapping[str, Any] | list[Any], value: Any, label: str) -> ipw.DOMWidget:
    pairs = list(options.items()) if isinstance(options, Mapping) else [(str(o), o) for o in options]
    try:
        index = [held for _, held in pairs].index(value)
    except ValueError:
        raise ValueError(f"{name} must be one of {', '.join(n for n, _ in pairs)}, got {value}") from None
    kind = ipw.RadioButtons if len(pairs) <= FEW else ipw.Dropdown
    return kind(options=pairs, index=index, description=label)


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _round_step(least: float, whole: bool) -> float:
    size = 10.0 ** np.floor(np.log10(least))
    step = next(factor * size for factor in (1, 2, 5, 10) if factor * size >= least * (1 - 1e-9))
    return max(1, round(step)) if whole else float(step)
