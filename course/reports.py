"""Lesson 07: the reports of several machines side by side, like with like only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from course import arguments
from course.report import Report, Timing
from course.wording import duration, rate

MEASURES = ("p50", "p90", "p99", "throughput")
MOST = 40
NAMES = {1: "threads", 2: "batch", 3: "precision"}


@dataclass(frozen=True, eq=False)
class Entry:
    """One timing, whose it is, and how it stands among its likes.

    Parameters
    ----------
    name : of the report
    value : seconds, or items a second
    mark : "best", "worst", or "" where it is neither or has no likes
    """

    name: str
    timing: Timing
    value: float
    mark: str


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Reports side by side, for one model and one measure; `table` holds all of them.

    Parameters
    ----------
    model : that is shown
    measure : one of `MEASURES`
    sections : entries that are alike in runtime, threads, batch and precision, the largest first
    """

    reports: tuple[Report, ...]
    model: str
    measure: str
    sections: tuple[tuple[Entry, ...], ...]

    @property
    def differing(self) -> dict[str, tuple[str, ...]]:
        """Conditions that aren't the same in all reports, each with what they are."""
        keys = dict.fromkeys(key for each in self.reports for key in each.conditions)
        found = {
            key: tuple(dict.fromkeys(each.conditions.get(key, "unknown") for each in self.reports))
            for key in keys
        }
        return {key: values for key, values in found.items() if len(values) > 1}

    @property
    def unlike(self) -> dict[str, tuple[str, ...]]:
        """Settings in which the timings of a runtime differ, so that they stand apart."""
        found: dict[str, set[object]] = {}
        for runtime in {section[0].timing.runtime for section in self.sections}:
            settings = [s[0].timing.settings for s in self.sections if s[0].timing.runtime == runtime]
            for at, name in NAMES.items():
                values = {each[at] for each in settings}
                if len(values) > 1:
                    found.setdefault(name, set()).update(values)
        return {
            name: tuple(map(str, sorted(values, key=lambda each: (str(type(each)), each))))
            for name, values in found.items()
        }

    @property
    def apart(self) -> str:
        """What isn't compared with each other, in a sentence, or ""."""
        if not self.unlike:
            return ""
        words = "; ".join(f"{name} {_or(values)}" for name, values in self.unlike.items())
        return f"Not measured alike, and so not compared with each other: {words}."

    @property
    def conditions(self) -> str:
        """What was measured in other ways, and what differs between the machines."""
        if len(self.reports) < 2:
            return self.apart
        full = "; ".join(f"{key} ({_or(values)})" for key, values in self.differing.items())
        words = full if len(full) <= 140 else ", ".join(self.differing)
        said = f"The reports differ in {words}." if words else "The reports name the same conditions."
        return f"{self.apart} {said}".strip()

    @property
    def table(self) -> str:
        """Every timing of every report in columns, like beside like."""
        rows: list[tuple[str, ...]] = [("model", "measured with", "machine", *MEASURES, "")]
        models = dict.fromkeys(each.model for report in self.reports for each in report.timings)
        for model in models:
            for section in sections(reports=self.reports, model=model, measure=self.measure):
                rows += [
                    (model, each.timing.setting, each.name, *_values(each.timing), each.mark)
                    for each in section
                ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        differ = [f"{key}: {' | '.join(values)}" for key, values in self.differing.items()]
        notes = [f"Best and worst: by {self.measure}, among what was measured alike.", *differ]
        return "\n".join([*lines, "", *notes, self.apart]).rstrip() + "\n"

    def __str__(self) -> str:
        held = f"{len(self.reports)} report{'s' * (len(self.reports) != 1)}"
        if not self.sections:
            return f"{held}, none with {self.measure} of the model {self.model}: add files that were saved."
        section = self.sections[0]
        marked = {each.mark: each for each in section}
        if "best" not in marked:
            said = f"{section[0].name} has {value_said(section[0].value, self.measure)}"
            others = "so have all that were" if len(section) > 1 else "nothing"
            beside = f"{others} measured alike{' beside it' * (len(section) == 1)}"
            return f"{held}, {self.model}, {self.measure}: {said}, and {beside}."
        best, worst = marked["best"], marked["worst"]
        times = max(best.value, worst.value) / min(best.value, worst.value)
        return (
            f"{self.model}, {best.timing.setting}: {self.measure} is best in {best.name} "
            f"({value_said(best.value, self.measure)}), worst in {worst.name} "
            f"({value_said(worst.value, self.measure)}), a factor of {times:.3g}."
        )


def compare(reports: Sequence[Report] = (), *, model: str = "small", measure: str = "p99") -> SideBySide:
    """Lay reports side by side.

    Parameters
    ----------
    reports : at most 40; those of the same name are numbered
    model : that is shown first
    measure : one of `MEASURES`, by which best and worst are marked
    """
    arguments.one_of("measure", measure, MEASURES)
    if not all(isinstance(each, Report) for each in reports):
        raise ValueError("reports must hold reports: read a file with load")
    if len(reports) > MOST:
        raise ValueError(f"reports must be at most {MOST}, got {len(reports)}")
    named = _numbered(reports)
    known = {each.model for report in named for each in report.timings}
    if not isinstance(model, str):
        raise arguments.refuse("model", "be a name", model)
    found = sections(reports=named, model=model, measure=measure) if model in known else ()
    return SideBySide(named, model, measure, found)


def sections(*, reports: Sequence[Report], model: str, measure: str) -> tuple[tuple[Entry, ...], ...]:
    """Put timings of a model that were measured alike together, the largest section first."""
    arguments.one_of("measure", measure, MEASURES)
    alike: dict[object, list[tuple[str, Timing]]] = {}
    for report in reports:
        for timing in report.timings:
            if timing.model == model:
                alike.setdefault(timing.settings, []).append((report.name, timing))
    found = [_marked(each, measure) for each in alike.values()]
    return tuple(sorted(found, key=len, reverse=True))


def value_said(value: float, measure: str) -> str:
    """Write a measure's value with its unit.

    >>> value_said(0.00015, "p99"), value_said(12_345.0, "throughput")
    ('150 µs', '12,300 a second')
    """
    return f"{rate(value)} a second" if measure == "throughput" else duration(value)


def _marked(held: Sequence[tuple[str, Timing]], measure: str) -> tuple[Entry, ...]:
    """Order what is alike from the best to the worst, and mark both where they differ."""
    entries = [Entry(name, timing, _value(timing, measure), "") for name, timing in held]
    entries.sort(key=lambda each: each.value, reverse=measure == "throughput")
    first, last = entries[0].value, entries[-1].value
    if first == last:
        return tuple(entries)
    marks = {first: "best", last: "worst"}
    return tuple(replace(each, mark=marks.get(each.value, "")) for each in entries)


def _value(timing: Timing, measure: str) -> float:
    return timing.throughput if measure == "throughput" else float(getattr(timing, f"{measure}_s"))


def _values(timing: Timing) -> tuple[str, ...]:
    return tuple(value_said(_value(timing, each), each) for each in MEASURES)


def _numbered(reports: Sequence[Report]) -> tuple[Report, ...]:
    taken: set[str] = set()
    named = []
    for each in reports:
        name, number = each.name, 1
        while name in taken:
            number += 1
            name = f"{each.name} ({number})"
        taken.add(name)
        named.append(replace(each, name=name))
    return tuple(named)


def _or(values: Sequence[str]) -> str:
    shown = [value if len(value) <= 40 else f"{value[:39]}…" for value in values[:4]]
    more = f" and {len(values) - 4} more" if len(values) > 4 else ""
    return " | ".join(shown) + more
