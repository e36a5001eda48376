"""The controls of one lab, and the settings that they stand for."""

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import ipywidgets as ipw
import numpy as np

from widgets import controls

UNITS = {"ms": "ms", "s": "s", "bytes": "bytes", "j": "J", "percent": "%"}


Shown = Callable[[Mapping[str, Any]], bool]


class Panel:
    """Every setting of a function, and a control for those that may be moved.

    Parameters
    ----------
    function : its keyword arguments are the settings, its defaults where they start
    specs : for each moved setting what `controls.control` takes
    start : settings that start elsewhere
    fixed : settings that stand still at a value
    without : settings that stand still at their default
    more : settings whose controls are folded away at first
    groups : titles, each with the settings under it
    folded : whether the groups are closed at first; then opening one closes the others
    labels : what a setting is called, where its name doesn't say it
    only : settings that matter only sometimes, each with a function of all settings that says
        whether its control is shown
    """

    def __init__(
        self,
        function: Callable[..., Any],
        specs: Mapping[str, object],
        *,
        start: Mapping[str, Any],
        fixed: Mapping[str, Any],
        without: Collection[str],
        more: Collection[str],
        groups: Mapping[str, Sequence[str]],
        labels: Mapping[str, str],
        folded: bool = False,
        only: Mapping[str, Shown] | None = None,
    ) -> None:
        name = getattr(function, "__name__", "the function")
        self._values, needed = _parameters(function)
        grouped = [setting for held in groups.values() for setting in held]
        for option, named in {
            "a control": specs, "start": start, "fixed": fixed, "without": without,
            "more": more, "groups": grouped, "labels": labels, "only": only or {},
        }.items():  # fmt: skip
            _known(option, named, [*self._values, *needed], name)
        self._values |= {**start, **fixed}
        widgets = {setting for setting, spec in specs.items() if isinstance(spec, ipw.Widget)}
        if missing := needed - set(self._values) - widgets:
            raise TypeError(f"{name} needs a start value for {', '.join(sorted(missing))}")
        still = {*fixed, *without}
        self._labels = {setting: labels.get(setting, spoken(setting)) for setting in specs}
        self.controls = {
            setting: controls.control(setting, spec, self._values.get(setting), self._labels[setting])
            for setting, spec in specs.items()
            if setting not in still
        }
        for setting in widgets & set(start) & set(self.controls):
            self.controls[setting].value = start[setting]
        self.seed: ipw.Button | None = None
        if "random_state" in self._values and "random_state" not in {*still, *specs}:
            label = labels.get("random_state", "Regenerate")
            self.seed = controls.button(label, "refresh", self._regenerate)
        self._start = self.values
        self._changed: Callable[[], object] = lambda: None
        self._folded = folded
        for widget in self.controls.values():
            widget.observe(lambda _: self._change(), "value")
        self._arrange(more, groups)
        self._only = only or {}
        self._hide()

    @property
    def values(self) -> dict[str, Any]:
        """All settings as they stand now."""
        moved = {name: widget.value for name, widget in self.controls.items()}
        return {**self._values, **moved}

    @property
    def moved(self) -> dict[str, Any]:
        """Scalar settings that have a control, as they stand now."""
        names = [*self.controls, *(["random_state"] if self.seed else [])]
        values = self.values
        return {name: _plain(values[name]) for name in names if np.isscalar(values[name])}

    def on_change(self, changed: Callable[[], object]) -> None:
        """Call a function after any setting has changed."""
        self._changed = changed

    def set(self, values: Mapping[str, Any]) -> None:
        """Move controls, each within its range; what is fixed has none and stays."""
        if strange := values.keys() - self.values.keys():
            raise TypeError(f"the computation has no argument {', '.join(sorted(strange))}")
        for name in self.controls.keys() & values.keys():
            self.controls[name].value = controls.clip(self.controls[name], values[name])

    def fold(self, folded: bool) -> None:
        """Fold the groups away, or show those that are open at first."""
        for group in self.groups:
            group.fold(folded or self._folded)

    def _change(self) -> None:
        self._hide()
        self._changed()

    def _hide(self) -> None:
        """Hide the controls of what doesn't matter as things are."""
        values = self.values
        for name, matters in self._only.items():
            if name in self.controls:
                self.controls[name].layout.display = None if matters(values) else "none"

    def _restore_button(self) -> ipw.Button:
        made = controls.button("", "home", self.restore)
        made.tooltip = "All settings as at first"
        return made

    def _opened(self, opened: controls.Group) -> None:
        if self._folded:
            for group in self.groups:
                if group is not opened:
                    group.fold(True)

    def named(self, refusal: str) -> str:
        """Put the name that a control bears in the place of the argument's."""
        name, _, rest = refusal.partition(" ")
        return f"{self._labels.get(name, name)} {rest}"

    def restore(self) -> None:
        """Bring every setting back to where it was when the lab was made."""
        changed, self._changed = self._changed, lambda: None
        for name, widget in self.controls.items():
            widget.value = self._start[name]
        self._values["random_state"] = self._start["random_state"]
        self._changed = changed
        changed()

    def _regenerate(self) -> None:
        self._values["random_state"] += 1
        self._changed()

    def _arrange(self, more: Collection[str], groups: Mapping[str, Sequence[str]]) -> None:
        placed = {name for held in groups.values() for name in held} | set(more)
        loose: list[ipw.DOMWidget] = [w for n, w in self.controls.items() if n not in placed]
        self.groups = [
            controls.Group(title, held, folded=self._folded, opened=self._opened)
            for title, names in groups.items()
            if (held := [self.controls[n] for n in names if n in self.controls and n not in more])
        ]
        hidden = [widget for name, widget in self.controls.items() if name in more]
        tail = [controls.Group("More", hidden, folded=True)] if hidden else []
        seed = [ipw.HBox([self.seed, self._restore_button()])] if self.seed else []
        for row in seed:
            row.add_class("lab-seed")
        self.widget = ipw.VBox([*loose, *self.groups, *tail, *seed])
        self.widget.add_class("lab-panel")


def spoken(setting: str) -> str:
    """Turn an argument's name into a label: `latency_ms` into "Latency (ms)"."""
    words, unit = setting.split("_"), ""
    if len(words) > 1 and words[-1] in UNITS:
        unit = f" ({UNITS[words.pop()]})"
    return " ".join(words).capitalize() + unit


def _parameters(function: Callable[..., Any]) -> tuple[dict[str, Any], set[str]]:
    """Return default values by name, and the names of arguments without one."""
    defaults, needed = {}, set()
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.default is parameter.empty:
            needed.add(name)
        else:
            defaults[name] = parameter.default
    return defaults, needed


def _known(option: str, named: Collection[str], names: Collection[str], function: str) -> None:
    for name in named:
        if name not in names:
            raise TypeError(
                f"{option} must name an argument of {function} ({', '.join(names)}), got {name}"
            )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
