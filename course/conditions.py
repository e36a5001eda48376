"""What a measurement was made on: without it, a time says nothing about another machine."""

import os
import platform
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from course import arguments, machine
from course.measuring import Clock, resolution, seconds
from course.wording import duration

NAMES = ("model name", "cpu model", "Processor", "Model", "Hardware", "cpu")  # in /proc/cpuinfo
PLAUSIBLE_HZ = (1e8, 1e10)  # of a processor's frequency; other readings are unknown
ONNX_RUNTIMES = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino")
WINDOWS_KEY = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
LONGEST_NAME = 48


@dataclass(frozen=True, eq=False)
class Conditions:
    """The machine that something was measured on, as far as it tells.

    Parameters
    ----------
    processor : its name; "" where unknown
    usable : logical cores that may be used: by affinity and quota
    cores : logical cores that there are
    threads : that what was measured may take; None where that doesn't apply
    power : "mains" or "battery"; "" where unknown
    frequency_hz : of the processor when it was asked; None where unknown
    inside : "container", "virtual machine" or both; "" where neither is known
    versions : of each part, "" where it isn't installed
    clock : which one the times are read from
    resolution_s : its smallest step; None where it can't be found
    """

    processor: str
    usable: float
    cores: int
    threads: int | None
    power: str
    frequency_hz: float | None
    inside: str
    versions: Mapping[str, str]
    clock: str
    resolution_s: float | None

    @property
    def hardware(self) -> str:
        """The processor, what may be used of it, and what feeds it."""
        clocked = f" at {self.frequency_hz / 1e9:.1f} GHz" if self.frequency_hz else ", frequency unknown"
        threads = "" if self.threads is None else f", {self.threads} thread{'s' * (self.threads > 1)}"
        power = f", on {self.power}" if self.power else ""
        inside = f", in a {self.inside}" if self.inside else ""
        name = self.processor or "unknown processor"
        return f"{name}{clocked}, {self.usable:g} of {self.cores} cores usable{threads}{power}{inside}"

    @property
    def software(self) -> str:
        """The versions, and the clock with its step."""
        parts = [f"{name} {version}" for name, version in self.versions.items() if version]
        step = (
            "of unknown step" if self.resolution_s is None else f"in steps of {duration(self.resolution_s)}"
        )
        return f"{', '.join(parts)}; {self.clock} {step}"

    def __str__(self) -> str:
        return f"{self.hardware}; {self.software}"


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout


def _registry(key: str, name: str) -> str:
    winreg: Any = import_module("winreg")
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
        return str(winreg.QueryValueEx(opened, name)[0])


def _battery() -> Any:
    import psutil

    return psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None


def _frequency() -> Any:
    import psutil

    return psutil.cpu_freq() if hasattr(psutil, "cpu_freq") else None


@dataclass(frozen=True, eq=False)
class Sources:
    """Where a machine is asked what it is: each may fail, and what it would say is then unknown.

    Parameters
    ----------
    system : "Linux", "Darwin" for macOS, "Windows"
    root : of the file system
    run : a command to what it prints
    registry : a key and a name to what Windows keeps there
    battery, frequency : as psutil has them
    usable, cores : how many logical cores may be used, and there are
    version : a package to its version
    """

    system: str = field(default_factory=platform.system)
    root: Path = Path("/")
    run: Callable[..., str] = _run
    registry: Callable[[str, str], str] = _registry
    battery: Callable[[], Any] = _battery
    frequency: Callable[[], Any] = _frequency
    usable: Callable[[], float] = machine.usable_cpus
    cores: Callable[[], int | None] = os.cpu_count
    version: Callable[[str], str] = metadata.version


def conditions(
    *, threads: int | None = None, clock: Clock = seconds, sources: Sources | None = None
) -> Conditions:
    """Ask this machine what it is.

    Parameters
    ----------
    threads : that what is measured may take
    clock : that its times are read from
    """
    asked = sources or Sources()
    usable = asked.usable()
    if threads is not None:
        arguments.whole("threads", threads, low=1)
    return Conditions(
        processor=_short(_told(lambda: _processor(asked))),
        usable=usable,
        cores=max(asked.cores() or 1, int(usable)),
        threads=threads,
        power=_told(lambda: {True: "mains", False: "battery"}.get(asked.battery().power_plugged, "")),
        frequency_hz=_hertz(asked),
        inside=" in a ".join(filter(None, [_container(asked), _told(lambda: _virtual(asked))])),
        versions=_versions(asked),
        clock=_called(clock),
        resolution_s=_step(clock),
    )


def _told(ask: Callable[[], str]) -> str:
    """What a machine answers, or nothing where it doesn't: a measurement never fails for that."""
    try:
        return ask()
    except Exception:  # noqa: BLE001
        return ""


def _processor(asked: Sources) -> str:
    if asked.system == "Darwin":
        return asked.run("sysctl", "-n", "machdep.cpu.brand_string")
    if asked.system == "Windows":
        return asked.registry(WINDOWS_KEY, "ProcessorNameString")
    told = _cpuinfo(asked)
    return next((told[name] for name in NAMES if told.get(name)), "")


def _cpuinfo(asked: Sources) -> dict[str, str]:
    text = (asked.root / "proc/cpuinfo").read_text("utf-8", errors="replace")
    pairs = [line.partition(":") for line in text.splitlines()]
    return {name.strip(): value.strip() for name, _, value in reversed(pairs)}


def _short(name: str) -> str:
    for mark in ("(R)", "(TM)", "(r)", "(tm)"):
        name = name.replace(mark, "")
    short = " ".join(name.partition(" @ ")[0].split())
    return short if len(short) <= LONGEST_NAME else f"{short[: LONGEST_NAME - 1].rstrip()}…"


def _hertz(asked: Sources) -> float | None:
    told = _told(lambda: str(asked.frequency().current))
    found = float(_told(lambda: str(float(told) * 1e6)) or 0)
    return found if PLAUSIBLE_HZ[0] <= found <= PLAUSIBLE_HZ[1] else None


def _container(asked: Sources) -> str:
    marks = (".dockerenv", "run/.containerenv")
    return "container" if any((asked.root / mark).exists() for mark in marks) else ""


def _virtual(asked: Sources) -> str:
    if asked.system == "Darwin":
        inside = asked.run("sysctl", "-n", "kern.hv_vmm_present").strip() == "1"
    else:
        inside = asked.system == "Linux" and "hypervisor" in _cpuinfo(asked).get("flags", "").split()
    return "virtual machine" if inside else ""


def _versions(asked: Sources) -> dict[str, str]:
    def version(*packages: str) -> str:
        return next(filter(None, (_told(lambda name=name: asked.version(name)) for name in packages)), "")  # type: ignore[misc]

    return {
        "Python": platform.python_version(),
        "NumPy": version("numpy"),
        "ONNX Runtime": version(*ONNX_RUNTIMES),
    }


def _called(clock: Clock) -> str:
    if clock is not seconds:
        return "another clock"
    *_, name = time.get_clock_info("perf_counter").implementation.rstrip(")").split("(")
    return name or "perf_counter"


def _step(clock: Clock) -> float | None:
    try:
        return resolution(clock=clock)
    except ValueError:
        return None
