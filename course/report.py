"""Lesson 07: a one-page report of a machine, to keep and to lay beside others.

It holds no names of people or machines and no paths of home folders: whatever text comes in is
cleaned of those of the machine that this runs on, and of any home folder.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from course import arguments
from course.privacy import private
from course.wording import duration, rate

KIND, VERSION = "AI workbook benchmark report", 1
MOST_BYTES, MOST_LINES, LONGEST = 1_000_000, 200, 160
LONGEST_S = 1e6


@dataclass(frozen=True)
class Timing:
    """How fast one model was in one runtime.

    Parameters
    ----------
    model, runtime : names
    p50_s, p90_s, p99_s : latency of a call, seconds
    throughput : items a second
    threads : that the runtime was given
    batch_size : items in a call
    precision : of the numbers
    """

    model: str
    runtime: str
    p50_s: float
    p90_s: float
    p99_s: float
    throughput: float
    threads: int = 1
    batch_size: int = 1
    precision: str = "float32"

    @property
    def settings(self) -> tuple[str, int, int, str]:
        """What must be alike before two timings of a model are compared."""
        return self.runtime, self.threads, self.batch_size, self.precision

    @property
    def setting(self) -> str:
        """The same in words."""
        threads = f"{self.threads} thread{'s' * (self.threads != 1)}"
        return f"{self.runtime}, {threads}, batch {self.batch_size:,}, {self.precision}"

    def __str__(self) -> str:
        times = ", ".join(
            f"p{share} {duration(value)}"
            for share, value in ((50, self.p50_s), (90, self.p90_s), (99, self.p99_s))
        )
        return f"{self.model} ({self.setting}): {times}; {rate(self.throughput)} a second"


@dataclass(frozen=True, eq=False)
class Report:
    """What was measured on one machine, with its conditions; `str` is the page.

    Parameters
    ----------
    name : what the machine is called here
    timings : models and runtimes
    conditions : what it was measured on
    same : ratio of a thing to itself, and its interval; None where that wasn't measured
    scenarios, energy : a line each
    date : only where somebody gave one
    """

    name: str
    timings: tuple[Timing, ...]
    conditions: Mapping[str, str]
    same: tuple[float, float, float] | None
    scenarios: tuple[str, ...]
    energy: tuple[str, ...]
    date: str

    @property
    def sentence(self) -> str:
        """The report in one sentence."""
        count = len(self.timings)
        first = f", the first is {self.timings[0]}" if count else ""
        return f"Report of {self.name}: {count} timing{'s' * (count != 1)}{first}."

    @property
    def against_itself(self) -> str:
        """What a thing measured against itself gave."""
        if self.same is None:
            return "A against A: not measured."
        ratio, low, high = self.same
        found = (
            "no clear difference" if low <= 1 <= high else "a difference that isn’t there: measure again"
        )
        return f"A against A: {ratio:.2f} ({low:.2f} to {high:.2f}), {found}."

    def __str__(self) -> str:
        parts = (
            ("Measured on", [f"{key}: {value}" for key, value in self.conditions.items()] or ["unknown"]),
            ("Latency of a call, and throughput", list(map(str, self.timings)) or ["not measured"]),
            ("The instrument", [self.against_itself]),
            ("Scenarios (unofficial)", self.scenarios),
            ("Energy", self.energy),
        )
        title = f"Benchmark report: {self.name}" + (f", {self.date}" if self.date else "")
        lines = [title, "=" * len(title)]
        for heading, held in parts:
            if held:
                lines += ["", heading, *(f"  {each}" for each in held)]
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """Write the report as JSON."""
        held = {
            "name": self.name,
            "date": self.date,
            "conditions": dict(self.conditions),
            "timings": [asdict(each) for each in self.timings],
            "same": self.same,
            "scenarios": self.scenarios,
            "energy": self.energy,
        }
        return json.dumps({"kind": KIND, "version": VERSION, **held}, indent=1, ensure_ascii=False) + "\n"

    def save(self, path: str | Path) -> None:
        """Write the report to a file: the page where its name ends in .txt, else JSON."""
        where = Path(path)
        where.write_text(str(self) if where.suffix == ".txt" else self.to_json(), "utf-8")


def report(
    *,
    timings: Sequence[Timing | Mapping[str, Any]] = (),
    name: str = "this machine",
    conditions: Mapping[str, object] | None = None,
    same: Sequence[float] | None = None,
    scenarios: Sequence[str] = (),
    energy: Sequence[str] = (),
    date: str = "",
) -> Report:
    """Put a report together.

    Parameters
    ----------
    timings : each a `Timing`, or its fields
    conditions : of the measurements, by name
    same : ratio of a thing to itself, and both ends of its interval
    scenarios, energy : a line of text each

    >>> print(report(same=(1.0, 0.99, 1.01)).against_itself)
    A against A: 1.00 (0.99 to 1.01), no clear difference.
    """
    made = tuple(_timing(each) for each in _listed("timings", timings))
    keys = [(each.model, each.settings) for each in made]
    if len(set(keys)) < len(keys):
        raise ValueError("timings must differ in model, runtime, threads, batch or precision")
    known = {_text("conditions", key): _text("conditions", value) for key, value in _pairs(conditions)}
    return Report(
        _text("name", name) or "this machine",
        made,
        known,
        None if same is None else _ratio(same),
        tuple(_text("scenarios", each) for each in _listed("scenarios", scenarios)),
        tuple(_text("energy", each) for each in _listed("energy", energy)),
        _text("date", date),
    )


def read(source: bytes | str) -> Report:
    """Read a report from the text or the bytes of a JSON file.

    Raises
    ------
    ValueError
        where it isn't one
    """
    if len(source) > MOST_BYTES:
        raise ValueError(f"a report must have at most {MOST_BYTES:,} bytes, got {len(source):,}")
    try:
        held = json.loads(source, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ValueError("a report must be a JSON file that this workbook wrote: this isn’t JSON") from None
    if not isinstance(held, dict) or held.pop("kind", None) != KIND:
        raise ValueError("a report must be a JSON file that this workbook wrote: this is another one")
    version = held.pop("version", None)
    if version != VERSION:
        raise ValueError(f"a report must have version {VERSION}, got {version!r:.20}")
    wanted = {"name", "date", "conditions", "timings", "same", "scenarios", "energy"}
    if wrong := sorted(wanted ^ held.keys()):
        lacks = "misses" if wrong[0] in wanted else "has a strange"
        raise ValueError(f"a report must be whole: this one {lacks} {wrong[0]:.40}")
    return report(**held)


def load(path: str | Path) -> Report:
    """Read a report from a file."""
    where = Path(path)
    try:
        size = where.stat().st_size
        if size > MOST_BYTES:
            raise ValueError(f"a report must have at most {MOST_BYTES:,} bytes, got {size:,}")
        return read(where.read_bytes())
    except OSError as error:
        raise ValueError(f"a report must be a file that can be read: {error.strerror}") from None


def _timing(given: object) -> Timing:
    if not isinstance(given, Timing):
        if not isinstance(given, Mapping):
            raise arguments.refuse("timings", "hold timings", given)
        try:
            given = Timing(**given)
        except TypeError:
            raise ValueError(f"timings must have the fields {', '.join(Timing.__annotations__)}") from None
    p50_s, p90_s, p99_s = (
        arguments.number(name, getattr(given, name), above=0, high=LONGEST_S)
        for name in ("p50_s", "p90_s", "p99_s")
    )
    if not p50_s <= p90_s <= p99_s:
        raise ValueError("timings must have p50 at most p90, and p90 at most p99")
    return Timing(
        model=_text("model", given.model),
        runtime=_text("runtime", given.runtime),
        p50_s=p50_s,
        p90_s=p90_s,
        p99_s=p99_s,
        throughput=arguments.number("throughput", given.throughput, above=0, high=1e15),
        threads=arguments.whole("threads", given.threads, low=1, high=100_000),
        batch_size=arguments.whole("batch_size", given.batch_size, low=1, high=10**9),
        precision=_text("precision", given.precision),
    )


def _ratio(given: object) -> tuple[float, float, float]:
    three = arguments.array("same", given, shape=(3,))
    ratio, low, high = (float(each) for each in three)
    if not 0 < low <= ratio <= high:
        raise ValueError(f"same must be a ratio and the two ends of its interval, got {three.tolist()}")
    return ratio, low, high


def _listed(name: str, given: object) -> list[Any]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise arguments.refuse(name, "be a list", given)
    items = list(given)
    if len(items) > MOST_LINES:
        raise ValueError(f"{name} must hold at most {MOST_LINES} items, got {len(items):,}")
    return items


def _pairs(given: object) -> list[tuple[object, object]]:
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise arguments.refuse("conditions", "be names with values", given)
    return _listed("conditions", given.items())


def _text(name: str, given: object) -> str:
    """One clean line, without control characters and what is private."""
    if not isinstance(given, str | int | float):
        raise arguments.refuse(name, "be text", given)
    line = re.sub(r"[^\S ]+|[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", " ", str(given))
    line = " ".join(private(line).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _no_number(_: str) -> float:
    raise ValueError
