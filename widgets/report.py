"""The report of lesson 07: one page about a machine, and the pages of a class side by side."""

import html
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ipywidgets as ipw
import numpy as np
import traitlets
from matplotlib.axes import Axes

from course import report as reporting
from course.report import Report, Timing
from course.reports import MEASURES, Entry, SideBySide, compare, value_said
from course.runtimes import SIZES
from course.wording import duration, rate
from widgets import style
from widgets.lab import Lab
from widgets.page import Page
from widgets.picture import WIDTH, Canvas, Picture, Shown

LINES = 12  # that fit the picture of the class
LINE = 23  # CSS pixels from one line of a page to the next
WIDE, LEFT = 370, 240  # CSS pixels of the axes, and of what stands left of them
LONGEST = 22  # letters of a machine's name
LETTERS = 88  # in a line of a page
COLUMNS, AXIS = (290, 375, 460, 560), (600, 800)  # of a page, CSS pixels
HEAD = "the names of the columns"
HEADINGS = ("Latency (p50 and p90 hollow, p99 filled) and throughput", "Scenarios (unofficial)", "Energy")
MARKS = {"best": ("✓ best", style.GREEN), "worst": ("worst", style.ORANGE), "": ("", style.BLUE)}
HINT = "Choose one or more files that “save” wrote (JSON)."


def report_lab(reports: Sequence[Report] = (), **options: Any) -> Lab:
    """The reports of a class side by side: given here, or uploaded."""
    pad = ReportPad(tuple(reports))
    moved: dict[str, Any] = {"reports": pad, "model": _models(pad.value), "measure": list(MEASURES)}
    usual: dict[str, Any] = {
        "layout": {"machines": (250, 58, WIDE, 352)},
        "height": 450,
        "labels": {"reports": "Reports"},
    }
    lab = Lab(compare, machines, **{**usual, **moved, **options})
    pad.observe(lambda _: _follow(lab), "value")
    return lab


class ReportPad(ipw.VBox):
    """Reports given in code, and those of files that are uploaded; what can't be read is said.

    Attributes
    ----------
    value : the reports
    """

    value = traitlets.Tuple()

    def __init__(self, value: tuple[Report, ...] = ()) -> None:
        self._own = value
        self.file = ipw.FileUpload(accept=".json", multiple=True, description="Add reports")
        self.note = ipw.HTML()
        self.note.add_class("lab-note")
        super().__init__([self.file, self.note], value=value)
        self.add_class("lab-table")
        self.file.observe(lambda _: self._read(), "value")
        self._say(self.said if value else HINT)

    @property
    def said(self) -> str:
        """The value in words."""
        return f"{len(self.value)} report{'s' * (len(self.value) != 1)}"

    @property
    def samples(self) -> tuple[tuple[Report, ...], ...]:
        """Values far apart that it can take."""
        timings = [Timing(name, "NumPy", 2e-5, 3e-5, 9e-5, 4e4) for name in SIZES]
        made = [reporting.report(timings=timings, name=name) for name in ("invented 1", "invented 2")]
        return (made[0],), tuple(made)

    def _read(self) -> None:
        found, refused = [], []
        for uploaded in self.file.value:
            try:
                found.append(reporting.read(bytes(uploaded["content"])))
            except ValueError as refusal:
                refused.append(f"{uploaded['name']}: {refusal}.")
        self.value = (*self._own, *found)
        self._say(" ".join(refused) or self.said, "alert" if refused else "status")

    def _say(self, words: str, role: str = "status") -> None:
        self.note.value = f'<div role="{role}">{html.escape(words, quote=False)}</div>'


def machines(axes: Axes, result: SideBySide) -> None:
    """Each report's value for one model, under what it was measured with, best and worst marked."""
    what = "throughput (a second)" if result.measure == "throughput" else f"{result.measure} latency"
    axes.set_title(f"{result.model}: {what}", x=-LEFT / WIDE)
    lines, left_out = _lines(result)
    values = [line.value for line in lines if isinstance(line, Entry)]
    axes.set(xscale="log", xlim=_limits(values, result.measure), ylim=(LINES - 0.4, -0.6), xlabel=what)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x")
    _name_ticks(axes, result.measure)
    beside = axes.get_yaxis_transform()
    if not lines:
        axes.text(
            0.5, 0.5, "no such measurement yet", transform=axes.transAxes, ha="center", color=style.TEXT_2
        )
    for row, line in enumerate(lines):
        if not isinstance(line, Entry):
            axes.text(-LEFT / WIDE, row, line, transform=beside, va="center", weight="bold")
            continue
        word, colour = MARKS[line.mark]
        axes.text((16 - LEFT) / WIDE, row, _cut(line.name), transform=beside, va="center")
        axes.plot([line.value], [row], "o", ms=10, color=colour, clip_on=False)
        said = f"{value_said(line.value, result.measure).removesuffix(' a second')}  {word}"
        axes.text(1.03, row, said, transform=beside, va="center", weight="bold" if word else "normal")
    if left_out:
        axes.text(1.0, 1.03, f"{left_out} more in the table", transform=axes.transAxes, ha="right")


def report_page(report: Report) -> Shown:
    """Show one report as a page."""
    canvas = _drawn(report)
    picture = Picture(height=canvas.height)
    picture.send(canvas.png(), report.sentence)
    widget = ipw.VBox([picture, Page()], layout={"max_width": f"{WIDTH}px"})
    widget.add_class("lab")
    return Shown(widget, canvas.png(), report.sentence)


def save(report: Report, folder: str | Path = ".") -> list[Path]:
    """Write a report three times: to be read by this workbook, as text and as a picture."""
    where = Path(folder)
    paths = [where / f"report.{kind}" for kind in ("json", "txt", "png")]
    for path in paths[:2]:
        report.save(path)
    paths[2].write_bytes(_drawn(report).png())
    return paths


def page(axes: Axes, report: Report) -> None:
    """The whole page: conditions, a table with its latencies drawn, and what else was measured."""
    axes.set_axis_off()
    rows = _page_rows(report)
    axes.set(xlim=(0, WIDTH - 20), ylim=(LINE * (len(rows) + 0.5), 0))
    axes.set_title(
        _cut(f"Benchmark report: {report.name}", 60) + (f", {report.date}" if report.date else "")
    )
    spans = [value for each in report.timings for value in (each.p50_s, each.p99_s)]
    limits = _limits(spans, "p99")
    for number, row in enumerate(rows):
        up = LINE * (number + 0.8)
        if isinstance(row, Timing):
            _timing_line(axes, row, up, limits)
        elif row == HEAD:
            _head(axes, up, limits)
        else:
            axes.text(0, up, row, va="center", weight="bold" if row in HEADINGS else "normal")


def _head(axes: Axes, up: float, limits: tuple[float, float]) -> None:
    """Names of the columns, and both ends of the axis on which the latencies are drawn."""
    how: dict[str, Any] = {"va": "center", "color": style.TEXT_2}
    for at, name in zip(COLUMNS, ("p50", "p90", "p99", "a second"), strict=True):
        axes.text(at, up, name, ha="right", **how)
    for at, end, side in zip(AXIS, limits, ("left", "right"), strict=True):
        axes.text(at, up, duration(end), ha=side, **how)


def _timing_line(axes: Axes, timing: Timing, up: float, limits: tuple[float, float]) -> None:
    times = (timing.p50_s, timing.p90_s, timing.p99_s)
    axes.text(16, up, _cut(timing.model, 30), va="center")
    for at, text in zip(COLUMNS, (*map(duration, times), rate(timing.throughput)), strict=True):
        axes.text(at, up, text, va="center", ha="right", weight="bold" if at == COLUMNS[2] else "normal")
    low, high = np.log(limits)
    places = AXIS[0] + (AXIS[1] - AXIS[0]) * (np.log(times) - low) / (high - low)
    axes.plot(AXIS, [up, up], color=style.GRID, lw=1)
    axes.plot(places, [up] * 3, color=style.BLUE, lw=2)
    axes.plot(places[:2], [up] * 2, "o", ms=6, mfc="white", mec=style.BLUE, mew=1.5)
    axes.plot(places[2:], [up], "o", ms=8, color=style.BLUE)


def _page_rows(report: Report) -> list[str | Timing]:
    """Lines of the page: texts and timings, these under what they were measured with."""
    rows: list[str | Timing] = [f"{key}: {value}" for key, value in report.conditions.items()]
    rows = rows or ["conditions unknown"]
    if report.timings:
        rows += ["", HEADINGS[0], HEAD]
    for settings in dict.fromkeys(each.settings for each in report.timings):
        alike = [each for each in report.timings if each.settings == settings]
        rows += [alike[0].setting, *alike]
    rows += ["", report.against_itself]
    for heading, held in zip(HEADINGS[1:], (report.scenarios, report.energy), strict=True):
        if held:
            rows += ["", heading, *held]
    return [line for row in rows for line in ([row] if isinstance(row, Timing) else _wrapped(row))]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, LETTERS, subsequent_indent="    ") or [""]


def _drawn(report: Report) -> Canvas:
    height = 60 + LINE * (len(_page_rows(report)) + 1)
    canvas = Canvas([page], {"page": (14, 14, WIDTH - 20, height - 60)}, height)
    canvas.draw(report)
    return canvas


def _lines(result: SideBySide) -> tuple[list[str | Entry], int]:
    """What fits the picture, a heading above each section, and how many timings don't."""
    lines: list[str | Entry] = []
    for section in result.sections:
        room = LINES - len(lines) - 1
        if room > 0:
            lines += [section[0].timing.setting, *section[:room]]
    total = sum(map(len, result.sections))
    return lines, total - sum(isinstance(line, Entry) for line in lines)


def _limits(values: Sequence[float], measure: str) -> tuple[float, float]:
    """Whole decades around the values."""
    if not values:
        return (1e2, 1e6) if measure == "throughput" else (1e-5, 1e-1)
    low, high = np.floor(np.log10(min(values))), np.ceil(np.log10(max(values)))
    return float(10**low), float(10 ** max(high, low + 1))


def _name_ticks(axes: Axes, measure: str) -> None:
    low, high = (round(float(np.log10(end))) for end in axes.get_xlim())
    step = max(1, -(-(high - low) // 4))
    ticks = [10.0**power for power in range(low, high + 1, step)]
    axes.set_xticks(ticks, [value_said(tick, measure).removesuffix(" a second") for tick in ticks])
    axes.set_xticks([], minor=True)


def _models(reports: Sequence[Report]) -> list[str]:
    return list(dict.fromkeys([*SIZES, *(each.model for report in reports for each in report.timings)]))


def _follow(lab: Lab) -> None:
    """Offer the models of all reports."""
    choice, pad = lab.control("model"), lab.control("reports")
    if choice is None or pad is None:
        return
    names = _models(pad.value)
    if [name for name, _ in choice._options_full] != names:
        kept = choice.value
        choice.options = names
        choice.value = kept if kept in names else names[0]


def _cut(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
