"""The controls of what a network is measured in, on the machine that this runs on."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as ipw

from course import runtimes
from course.machine import usable_cpus


def machine(start: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return controls for what a network can be measured in here.

    Parameters
    ----------
    start : values of a lab, among them perhaps the runtime
    """
    cpus = int(usable_cpus())
    threads = sorted({1, cpus, *(2**n for n in range(10) if 2**n < cpus)})
    here, chosen = runtimes.there(), (start or {}).get("runtime", "NumPy")
    if chosen not in here:
        raise ValueError(f"runtime must be one of {', '.join(here)}, got {chosen}")
    runtime = ipw.Dropdown(options=here, value=chosen, description="Runtime")
    return {
        "size": list(runtimes.SIZES),
        "runtime": runtime,
        "precision": _precision(runtime),
        "threads": {str(count): count for count in threads if count},
    }


def _precision(runtime: ipw.Dropdown) -> ipw.Dropdown:
    """Offer the precisions in which the chosen runtime computes."""
    made = ipw.Dropdown(options=_computed(runtime.value), description="Precision")

    def follow(_: object) -> None:
        offered, held = _computed(runtime.value), made.value
        made.options = offered
        made.value = held if held in offered else offered[0]

    runtime.observe(follow, "value")
    return made


def _computed(runtime: str) -> list[str]:
    return [each for each in runtimes.PRECISIONS if each in runtimes.KNOWN[runtime]]
