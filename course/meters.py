"""Energy meters: counters in this machine that say how many joules went through a part of it.

What a counter can't say is unknown, never 0: where it may not be read, stands still, steps back,
or may have come round more than once.
"""

import importlib
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course import arguments
from course.measuring import Clock, seconds

POWERCAP = Path("/sys/class/powercap")
MOST_W = 3000.0  # that one counter may plausibly see: no processor or graphics card draws more
NEAR = 1e-6  # of a reading, up to which two dies show one and the same counter
LOCKED = "RAPL, the processor’s meter, is there, but only an administrator may read it."
NO_RAPL = "No RAPL, the processor’s meter: usual in a virtual machine."
SYSTEMS = {
    "Darwin": "The meter of macOS, powermetrics, wants an administrator’s password: not run.",
    "Windows": "The Energy Meter Interface of Windows is not read by this workbook.",
}
NO_NVML = "No NVML, the meter of NVIDIA cards."
RAPL_LEAVES_OUT = "screen, disk, graphics card, losses of the power supply"
NVML_LEAVES_OUT = "all but the graphics card"

Read = Callable[[], float | None]


@dataclass(frozen=True, eq=False)
class Counter:
    """Joules that only ever grow, until the counter comes round and starts again at 0.

    Parameters
    ----------
    name : which part of the machine it sees
    read : joules so far; None where it can't be read
    range_j : at which it comes round; None where that isn't known
    """

    name: str
    read: Read
    range_j: float | None = None


@dataclass(frozen=True, eq=False)
class Spent:
    """Joules between two readings, or why they are unknown.

    Parameters
    ----------
    energy_j : None where it is unknown
    why : a reason, where it is
    """

    energy_j: float | None
    why: str = ""

    def __str__(self) -> str:
        return f"Unknown: {self.why}." if self.energy_j is None else f"{self.energy_j:.3g} J."


@dataclass(frozen=True, eq=False)
class Meter:
    """Counters that are read together; none of them lies within another.

    Parameters
    ----------
    name : as it is called
    leaves_out : what it doesn't see
    """

    name: str
    counters: tuple[Counter, ...]
    leaves_out: str

    def read(self) -> tuple[float | None, ...]:
        """Read every counter."""
        return tuple(counter.read() for counter in self.counters)

    def spent(
        self, before: Sequence[float | None], after: Sequence[float | None], duration_s: float
    ) -> Spent:
        """Sum up what went through all counters; unknown where one of them is."""
        total = 0.0
        for counter, one, other in zip(self.counters, before, after, strict=True):
            part = spent(before=one, after=other, duration_s=duration_s, range_j=counter.range_j)
            if part.energy_j is None:
                return Spent(None, f"{counter.name} {part.why}")
            total += part.energy_j
        return Spent(total)

    def __str__(self) -> str:
        names = ", ".join(counter.name for counter in self.counters)
        return f"{self.name} meters {names}; it leaves out {self.leaves_out}."


@dataclass(frozen=True, eq=False)
class Found:
    """The meters of a machine, and why others aren't among them.

    Parameters
    ----------
    processor, graphics : None where there is none to read
    missing : a sentence for each that can't be read
    """

    processor: Meter | None
    graphics: Meter | None
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join([*map(str, filter(None, (self.processor, self.graphics))), *self.missing])


def spent(
    *, before: float | None, after: float | None, duration_s: float, range_j: float | None = None
) -> Spent:
    """Say how much went through a counter between two readings, in joules.

    Parameters
    ----------
    before, after : readings; None where it couldn't be read
    duration_s : time between them
    range_j : at which the counter comes round

    >>> print(spent(before=262_140.0, after=12.0, duration_s=1.0, range_j=262_143.0))
    15 J.
    >>> print(spent(before=262_140.0, after=12.0, duration_s=1.0))
    Unknown: stepped back, and where it comes round isn't known.
    """
    time = arguments.number("duration_s", duration_s, above=0)
    if before is None or after is None:
        return Spent(None, "can't be read")
    if range_j is not None and time * MOST_W >= range_j:
        return Spent(None, "is read too seldom: it may have come round more than once")
    if after == before:
        return Spent(None, "stands still")
    if after < before and range_j is None:
        return Spent(None, "stepped back, and where it comes round isn't known")
    joules = after - before + (range_j or 0.0) * (after < before)
    if joules < 0 or joules > MOST_W * time:
        return Spent(None, "jumped by more than any processor can draw")
    return Spent(joules)


def find(
    *, powercap: Path = POWERCAP, nvml: Any = None, system: str | None = None, clock: Clock = seconds
) -> Found:
    """Look for meters that can be read here and now; nothing is changed, nothing asks for a password.

    Parameters
    ----------
    powercap : where Linux lists RAPL's counters, of Intel and AMD alike
    nvml : NVIDIA's library; default: the installed one, if there is one
    system : as `platform.system` calls it
    """
    name = platform.system() if system is None else system
    processor = SYSTEMS[name] if name in SYSTEMS else rapl(powercap=powercap)
    graphics = nvidia(nvml=nvml or _nvml(), clock=clock)
    first, second = (each if isinstance(each, Meter) else None for each in (processor, graphics))
    return Found(first, second, tuple(each for each in (processor, graphics) if isinstance(each, str)))


def rapl(*, powercap: Path = POWERCAP) -> Meter | str:
    """Find the counters of the processor packages and of their memory; or say why there are none.

    Cores lie within their package, and "psys" holds the packages: they are left out. Some
    processors show one counter once for each die: it is taken once.

    Source
    ------
    Linux kernel documentation, Power Capping Framework. CVE-2020-8694 (Platypus): read often, the
    counters betray what other programs compute, so that since Linux 5.10 only an administrator may.
    """
    zones = sorted(powercap.glob("intel-rapl:*"))
    named = {zone: _text(zone / "name") for zone in zones}
    packages = [zone for zone in zones if named[zone].startswith("package")]
    memory = [zone for zone in zones if named[zone] == "dram"]
    counters = [_counter(zone, named) for zone in packages + memory]
    if not packages:
        return NO_RAPL
    if any(counter.read() is None for counter in counters):
        return LOCKED
    return Meter("RAPL", tuple(_once(counters)), RAPL_LEAVES_OUT)


def nvidia(*, nvml: Any = None, clock: Clock = seconds) -> Meter | str:
    """Find the counter of the first NVIDIA card, or sample its power; or say why there is none."""
    if nvml is None:
        return NO_NVML
    try:
        nvml.nvmlInit()
        card = nvml.nvmlDeviceGetHandleByIndex(0)
    except nvml.NVMLError as error:
        return f"NVML, the meter of NVIDIA cards, can't be used: {error}."
    total = _tried(nvml, lambda: nvml.nvmlDeviceGetTotalEnergyConsumption(card) / 1000)
    if total() is not None:
        return Meter("NVML", (Counter("the graphics card", total),), NVML_LEAVES_OUT)
    power = _tried(nvml, lambda: nvml.nvmlDeviceGetPowerUsage(card) / 1000)
    if power() is None:
        return "NVML, the meter of NVIDIA cards, tells neither energy nor power of this card."
    sampled = Counter("the graphics card, its power sampled", Sampled(power, clock))
    return Meter("NVML", (sampled,), NVML_LEAVES_OUT)


class Sampled:
    """A counter made of a power in watts: joules are added up from one reading to the next.

    Once the power couldn't be read there is a gap, and it tells nothing more.
    """

    def __init__(self, power: Read, clock: Clock) -> None:
        self._power, self._clock = power, clock
        self._last = clock(), power()
        self._joules: float | None = 0.0

    def __call__(self) -> float | None:
        """Add what came since the last reading."""
        (before, one), (now, other) = self._last, (self._clock(), self._power())
        self._last = now, other
        if self._joules is None or one is None or other is None:
            self._joules = None
        else:
            self._joules += (one + other) / 2 * (now - before)
        return self._joules


def _counter(zone: Path, named: dict[Path, str]) -> Counter:
    parent = zone.with_name(zone.name.rpartition(":")[0])
    name = named[zone] if zone.name.count(":") == 1 else f"{named[zone]} of {named.get(parent, '?')}"
    largest = _joules(zone / "max_energy_range_uj")
    return Counter(name, lambda: _joules(zone / "energy_uj"), largest)


def _once(counters: list[Counter]) -> list[Counter]:
    """Leave out dies whose counter is that of a die before."""
    kept: list[tuple[Counter, float]] = []
    for counter in counters:
        value, package = counter.read() or 0.0, counter.name.partition("-die")[0]
        if not ("-die" in counter.name and value and any(
            package == other.name.partition("-die")[0] and abs(value - seen) <= NEAR * value
            for other, seen in kept
        )):  # fmt: skip
            kept.append((counter, value))
    return [counter for counter, _ in kept]


def _joules(path: Path) -> float | None:
    try:
        return int(path.read_text("ascii")) / 1e6
    except (OSError, ValueError):
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""


def _tried(nvml: Any, read: Read) -> Read:
    def tried() -> float | None:
        try:
            return read()
        except nvml.NVMLError:
            return None

    return tried


def _nvml() -> Any:
    try:
        return importlib.import_module("pynvml")
    except ImportError:
        return None
