"""The most memory that this process has held."""

import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_bytes(*, status: Path = STATUS, platform: str = sys.platform) -> int | None:
    """Ask the system for the peak of the memory that this process held at a time; None where unknown.

    Linux is asked by its status file: its `getrusage` counts what the parent held as well, which
    a small process that a large one started would be blamed for.
    """
    if platform.startswith("linux"):
        return _from_status(status)
    if platform == "win32":
        import psutil

        peak = getattr(psutil.Process().memory_info(), "peak_wset", None)
        return None if peak is None else int(peak)
    if platform == "darwin":
        import resource

        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return None


def _from_status(status: Path) -> int | None:
    try:
        lines = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines() if ":" in line)
        number, unit = lines["VmHWM"].split()
        return int(number) * 1024 if unit == "kB" else None
    except (OSError, ValueError, KeyError):
        return None
