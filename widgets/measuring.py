"""The controls of what a network is measured in, on the machine that this runs on."""

from typing import Any

from course import runtimes
from course.machine import usable_cpus


def machine() -> dict[str, Any]:
    """Return controls for what a network can be measured in here."""
    cpus = int(usable_cpus())
    threads = sorted({1, cpus, *(2**n for n in range(10) if 2**n < cpus)})
    here = runtimes.there()
    known = {precision for name in here for precision in runtimes.KNOWN[name]}
    return {
        "size": list(runtimes.SIZES),
        "runtime": list(here),
        "precision": [each for each in runtimes.PRECISIONS if each in known],
        "threads": {str(count): count for count in threads if count},
    }
