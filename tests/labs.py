"""Every lab of the workbook, and what the tests do with one."""

import asyncio
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import ipywidgets as ipw

import widgets
from tests import examples
from widgets.lab import Lab


def all_labs() -> dict[str, Callable[..., Lab]]:
    """Find every function that ends in `_lab`, in `widgets` and in the examples."""
    modules = [
        importlib.import_module(f"widgets.{each.name}") for each in pkgutil.iter_modules(widgets.__path__)
    ]
    return {
        f"{module.__name__}.{name}": function
        for module in [*modules, examples]
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.endswith("_lab") and function.__module__ == module.__name__
    }


def ends(widget: ipw.DOMWidget) -> Iterator[Any]:
    """Yield what a control can be moved to: both ends of a slider, each option, each state."""
    if hasattr(widget, "span"):
        yield from (widget.span.low, widget.span.high)
    elif isinstance(widget, ipw.Checkbox):
        yield from (not widget.value, widget.value)
    elif hasattr(widget, "samples"):
        yield from widget.samples
    else:
        yield from [value for _, value in widget._options_full]


def in_kernel(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run what a cell would run: with the loop going on, as in a kernel."""
    return asyncio.run(work())


async def settle(seconds: float = 0.05) -> None:
    """Let the loop do what has been posted to it."""
    await asyncio.sleep(seconds)


def widgets_alive() -> set[str]:
    """Names of all widgets that are open."""
    from ipywidgets.widgets.widget import _instances

    return set(_instances)


def point(lab: Lab, kind: str, x: float, y: float) -> None:
    """Do as the page does when a pointer goes down, moves or goes up on the picture."""
    seen = [*lab._picture.pointer]
    lab._picture.pointer = [
        *seen[-15:],
        {"kind": kind, "x": x, "y": y, "event": seen[-1]["event"] + 1 if seen else 1},
    ]


def show_everything(lab: Lab) -> None:
    """Do as the page does: confirm the picture that came last."""
    lab._picture.shown = lab._picture.frame
