"""Whether this machine is ready for the workbook: Python, packages, processors, memory, disk."""

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path, PurePosixPath

OLDEST = (3, 11)
MEMORY_BYTES, DISK_BYTES = 2 * 10**9, 10**9  # that a lesson may need
CGROUP, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


@dataclass(frozen=True)
class Machine:
    """What a machine has, and what to do where something is missing.

    Parameters
    ----------
    python : version
    missing : packages that the workbook needs and that aren't there
    cpus : how many processors may be used: by affinity and quota
    memory_bytes : that are free for programs
    disk_bytes : that are free where the workbook lies
    """

    python: tuple[int, int]
    missing: tuple[str, ...]
    cpus: float
    memory_bytes: int
    disk_bytes: int

    @property
    def advice(self) -> list[str]:
        """What to do, a sentence for each thing that is missing."""
        return [*self._advice()]

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.advice

    def _advice(self) -> Iterator[str]:
        if self.python < OLDEST:
            wanted, got = (".".join(map(str, each)) for each in (OLDEST, self.python))
            yield f"Python {wanted} or newer is needed, and this is {got}: start with `uv run jupyter lab`."
        if self.missing:
            yield f"Missing: {', '.join(self.missing)}. Close JupyterLab, then `uv run jupyter lab`."
        if self.memory_bytes < MEMORY_BYTES:
            yield f"Only {_gb(self.memory_bytes)} of memory are free: close other programs."
        if self.disk_bytes < DISK_BYTES:
            yield f"Only {_gb(self.disk_bytes)} of the disk are free: the pages may not be saved."

    def __str__(self) -> str:
        if self.ready:
            return "This machine is ready."
        return " ".join(["This machine is not ready.", *self.advice])

    @property
    def details(self) -> str:
        """What there is, in one line."""
        python = ".".join(map(str, self.python))
        return (
            f"Python {python}, {self.cpus:g} usable processor{'s' * (self.cpus != 1)}, "
            f"{_gb(self.memory_bytes)} of memory and {_gb(self.disk_bytes)} of disk free, "
            f"{platform.system()} on {platform.machine()}"
        )


def check() -> Machine:
    """Look at the machine that this runs on."""
    import psutil

    return Machine(
        python=sys.version_info[:2],
        missing=_missing(),
        cpus=usable_cpus(),
        memory_bytes=int(psutil.virtual_memory().available),
        disk_bytes=int(psutil.disk_usage(str(Path.cwd())).free),
    )


def usable_cpus(cgroup: Path = CGROUP, own: Path = OWN) -> float:
    """Count the processors that may be used: those of the affinity, or the share a container is given.

    Parameters
    ----------
    cgroup : where Linux shows its groups of processes, of version 1 or 2
    own : which groups this process is in; a limit of any group around them counts too
    """
    known = getattr(os, "sched_getaffinity", None)
    count = len(known(0)) if known else (os.cpu_count() or 1)
    return min([float(count), *_quotas(cgroup, own)])


def _quotas(cgroup: Path, own: Path) -> Iterator[float]:
    for folder in dict.fromkeys(_folders(cgroup, own)):
        for period, *quota in (("cpu.cfs_period_us", "cpu.cfs_quota_us"), ("cpu.max",)):
            try:
                texts = [(folder / name).read_text("ascii") for name in (*quota, period)]
                most, of = map(float, " ".join(texts).split())
            except (OSError, ValueError):  # no such file, or no limit
                continue
            if most > 0 < of:
                yield most / of


def _folders(cgroup: Path, own: Path) -> Iterator[Path]:
    """Find the folders of a process's groups and of all around them."""
    try:
        lines = own.read_text("utf-8").splitlines()
    except (OSError, ValueError):  # not Linux
        lines = []
    for line in ["0::/", *lines]:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controllers and "cpu" not in controllers.split(","):
            continue
        inside = PurePosixPath(path.lstrip("/"))
        for root in (cgroup / controllers, cgroup / "cpu") if controllers else (cgroup, cgroup / "unified"):
            for each in (inside, *inside.parents):
                if ".." not in each.parts:
                    yield root / each


def _missing() -> tuple[str, ...]:
    """Name the packages that the workbook asks for and that aren't installed."""
    try:
        wanted = requires("ai-workbook") or []
    except PackageNotFoundError:
        return ("ai-workbook",)
    names = [
        each.split(";")[0].split(">")[0].split("<")[0].split("=")[0].split("[")[0].strip()
        for each in wanted
    ]
    return tuple(name for name in names if not _installed(name))


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _gb(count: int) -> str:
    return f"{count / 1e9:.0f} GB"
