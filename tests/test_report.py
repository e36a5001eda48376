"""The report of a machine: whole, private, read back as written; and several of them side by side."""

import json
import platform
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from course import privacy
from course.privacy import private
from course.report import KIND, Report, Timing, load, read, report
from course.reports import MEASURES, MOST, compare
from tests.apart import assert_apart
from widgets import report as shown
from widgets import style
from widgets.report import LINES, ReportPad, report_lab, report_page

SMALL = Timing("small", "NumPy", 4e-5, 5e-5, 9e-5, 24_000.0)
MEDIUM = replace(SMALL, model="medium", p50_s=2e-4, p90_s=3e-4, p99_s=1.5e-3, throughput=4_700.0)
CONDITIONS = {"processor": "Xeon", "versions": "NumPy 2.4"}


def made(name: str = "Desk", factor: float = 1.0, **changes: Any) -> Report:
    timings = [
        replace(
            each,
            p50_s=each.p50_s * factor,
            p90_s=each.p90_s * factor,
            p99_s=each.p99_s * factor,
            throughput=each.throughput / factor,
        )
        for each in (SMALL, MEDIUM)
    ]
    return report(**{"name": name, "timings": timings, "conditions": CONDITIONS, **changes})


PAGE = """\
Benchmark report: Desk, 24 May
==============================

Measured on
  processor: Xeon
  versions: NumPy 2.4

Latency of a call, and throughput
  small (NumPy, 1 thread, batch 1, float32): p50 40 µs, p90 50 µs, p99 90 µs; 24,000 a second
  medium (NumPy, 1 thread, batch 1, float32): p50 200 µs, p90 300 µs, p99 1.5 ms; 4,700 a second

The instrument
  A against A: 1.00 (0.99 to 1.01), no clear difference.

Scenarios (unofficial)
  single-stream: p90 50 µs

Energy
  estimate: 0.4 mJ an answer
"""
FULL: dict[str, Any] = {
    "same": (1.0, 0.99, 1.01),
    "scenarios": ["single-stream: p90 50 µs"],
    "energy": ["estimate: 0.4 mJ an answer"],
    "date": "24 May",
}


def test_the_page_says_everything_that_was_given_and_no_date_of_its_own() -> None:
    assert str(made(**FULL)) == PAGE
    bare = str(report())
    assert "unknown" in bare
    assert bare.count("not measured") == 2
    assert "Energy" not in bare
    assert "there: measure again" in report(same=(1.2, 1.1, 1.3)).against_itself


def test_a_report_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path, page = tmp_path / "report.json", tmp_path / "report.txt"
    made(**FULL).save(path)
    made(**FULL).save(page)
    assert str(load(path)) == page.read_text("utf-8") == PAGE


TEXTS = st.text(max_size=200)


@given(
    TEXTS,
    st.dictionaries(TEXTS, TEXTS, max_size=4),
    st.lists(TEXTS, max_size=3),
    st.lists(st.floats(1e-9, 1e6), min_size=3, max_size=3),
    st.integers(1, 512),
)
def test_whatever_text_comes_in_is_read_back_the_same(
    name: str, conditions: dict[str, str], lines: list[str], times: list[float], batch: int
) -> None:
    p50_s, p90_s, p99_s = sorted(times)
    timing = Timing("m", "r", p50_s, p90_s, p99_s, 1.0, batch_size=batch)
    one = report(name=name, conditions=conditions, scenarios=lines, energy=lines, timings=[timing])
    other = read(one.to_json())
    assert str(other) == str(one)
    assert other.timings == one.timings
    assert other.to_json() == one.to_json()


def written(**changes: Any) -> str:
    return json.dumps({**json.loads(made(**FULL).to_json()), **changes})


def timing(**changes: Any) -> list[dict[str, Any]]:
    return [{**json.loads(made().to_json())["timings"][0], **changes}]


FIELDS = "model, runtime, p50_s, p90_s, p99_s, throughput, threads, batch_size, precision"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"\x80\x04]", "a report must be a JSON file that this workbook wrote: this isn’t JSON"),
        ("", "a report must be a JSON file that this workbook wrote: this isn’t JSON"),
        ("[" * 100_000, "a report must be a JSON file that this workbook wrote: this isn’t JSON"),
        ("[]", "a report must be a JSON file that this workbook wrote: this is another one"),
        ("{}", "a report must be a JSON file that this workbook wrote: this is another one"),
        (" " * 1_000_001, "a report must have at most 1,000,000 bytes, got 1,000,001"),
        (json.dumps({"kind": KIND, "version": 1}), "a report must be whole: this one misses conditions"),
        (written(version=2), "a report must have version 1, got 2"),
        (written(more=1), "a report must be whole: this one has a strange more"),
        (written(timings=3), "timings must be a list, got 3"),
        (written(timings=[3]), "timings must hold timings, got 3"),
        (written(timings=[{}]), f"timings must have the fields {FIELDS}"),
        (written(timings=timing(p50_s=-1)), "p50_s must be above 0 and at most 1e+06, got -1"),
        (written(timings=timing(p50_s="1")), "p50_s must be above 0 and at most 1e+06, got '1'"),
        (written(timings=timing(p50_s=1)), "timings must have p50 at most p90, and p90 at most p99"),
        (written(timings=timing(p99_s=4.5e-5)), "timings must have p50 at most p90, and p90 at most p99"),
        (written(timings=timing(threads=0)), "threads must be a whole number from 1 to 100000, got 0"),
        (written(timings=timing(model=None)), "model must be text, got None"),
        (
            written(timings=timing() * 2),
            "timings must differ in model, runtime, threads, batch or precision",
        ),
        (written(timings=[1] * 201), "timings must hold at most 200 items, got 201"),
        (written(conditions=[]), "conditions must be names with values, got []"),
        (written(conditions={"a": []}), "conditions must be text, got []"),
        (
            written(same=[1, 2, 3]),
            "same must be a ratio and the two ends of its interval, got [1.0, 2.0, 3.0]",
        ),
        (written(same=[1]), "same must have shape 3, got 1"),
        (written(energy="a lot"), "energy must be a list, got 'a lot'"),
        (written(name=[]), "name must be text, got []"),
        (
            written(same=[float("nan")] * 3),
            "a report must be a JSON file that this workbook wrote: this isn’t JSON",
        ),
    ],
)
def test_a_file_that_is_no_report_is_refused_in_a_sentence(source: Any, message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        read(source)
    assert str(refusal.value) == message


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a report must be a file that can be read: "):
        load(tmp_path / "none.json")
    (tmp_path / "large.json").write_bytes(b" " * 1_000_001)
    with pytest.raises(ValueError, match="a report must have at most 1,000,000 bytes, got 1,000,001"):
        load(tmp_path / "large.json")


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine is called zephyr.school.example, its user ada.l, and her home is somewhere else."""
    for name in privacy.VARIABLES:
        monkeypatch.setenv(name, "ada.l")
    monkeypatch.setenv("HOME", "/data/people/lovelace")
    monkeypatch.setenv("USERPROFILE", "/data/people/lovelace")
    monkeypatch.setattr(platform, "node", lambda: "zephyr.school.example")
    privacy._found.cache_clear()
    yield
    privacy._found.cache_clear()


@pytest.mark.usefixtures("somebody")
def test_a_report_names_nobody_wherever_the_text_came_in() -> None:
    secret = "Ada.L on ZEPHYR, zephyr.school.example: /data/people/lovelace/x.onnx"
    strange = replace(SMALL, model=f"m {secret}", runtime=secret, precision=secret)
    found = report(
        name=secret, timings=[strange], conditions={secret: secret},
        scenarios=[secret], energy=[secret], date=secret,
    )  # fmt: skip
    for text in (str(found), found.to_json(), found.sentence, compare([found]).table):
        for name in ("ada.l", "zephyr", "school", "lovelace", "/data"):
            assert name not in text.casefold()
        assert "~/x.onnx" in text


@pytest.mark.usefixtures("somebody")
def test_a_file_by_somebody_else_is_cleaned_of_home_folders_and_of_this_machine() -> None:
    found = read(written(energy=["read from /home/grace/a", r"C:\Users\Grace Hopper\b", "on zephyr"]))
    assert found.energy == ("read from ~/a", r"~\b", "on …")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/Users/ada/file", "~/file"),
        ("/".join(["", "root", "file and /rooted"]), "~/file and /rooted"),
        ("d:\\users\\ada\\file", "~\\file"),
        ("file:///home/ada", "file://~"),
        ("home and Users", "home and Users"),
        ("12 threads/core", "12 threads/core"),
    ],
)
@pytest.mark.usefixtures("somebody")
def test_home_folders_of_every_system_are_hidden_and_other_text_stays(text: str, kept: str) -> None:
    assert private(text) == kept


def test_lines_are_single_short_and_without_control_characters() -> None:
    found = report(name="a\nb\x1b[31m\u202ec", energy=["x" * 1000])
    assert found.name == "a b [31m c"
    assert len(found.energy[0]) == 160


CLASS = made("Desk"), made("Old", 5.0), made("New", 0.5)


@pytest.mark.parametrize("measure", MEASURES)
def test_best_and_worst_are_marked_among_what_is_alike(measure: str) -> None:
    (section,) = compare(CLASS, measure=measure).sections
    assert [(each.name, each.mark) for each in section] == [("New", "best"), ("Desk", ""), ("Old", "worst")]


def test_what_was_measured_in_other_ways_stands_apart_and_is_named() -> None:
    other = made("Fast", 0.1, timings=[replace(SMALL, threads=4, batch_size=64, precision="float64")])
    found = compare([*CLASS, other])
    assert [len(section) for section in found.sections] == [3, 1]
    assert found.sections[1][0].mark == ""
    assert found.apart == (
        "Not measured alike, and so not compared with each other: "
        "threads 1 | 4; batch 1 | 64; precision float32 | float64."
    )
    assert found.apart in found.conditions
    assert found.apart in found.table
    runtime = made("Other", timings=[replace(SMALL, runtime="ONNX Runtime", threads=4)])
    assert compare([*CLASS, runtime]).apart == ""
    assert len(compare([*CLASS, runtime]).sections) == 2


def test_differing_versions_are_named_beside_the_comparison() -> None:
    newer = made("Newer", 0.9, conditions={**CONDITIONS, "versions": "NumPy 2.5", "power": "mains"})
    found = compare([CLASS[0], newer])
    assert found.differing == {"versions": ("NumPy 2.4", "NumPy 2.5"), "power": ("unknown", "mains")}
    assert found.conditions == (
        "The reports differ in versions (NumPy 2.4 | NumPy 2.5); power (unknown | mains)."
    )
    assert compare(CLASS).conditions == "The reports name the same conditions."
    many = [made(str(n), conditions={"processor": f"{n} " + "x" * 99}) for n in range(9)]
    assert compare(many).conditions == "The reports differ in processor."
    assert all(f"{n} xxx" in compare(many).table for n in range(9))


def test_the_sentence_says_who_is_best_by_how_much_and_with_what() -> None:
    assert str(compare(CLASS)) == (
        "small, NumPy, 1 thread, batch 1, float32: p99 is best in New (45 µs), worst in Old (450 µs), "
        "a factor of 10."
    )
    assert str(compare()) == "0 reports, none with p99 of the model small: add files that were saved."
    assert str(compare(CLASS[:1])) == (
        "1 report, small, p99: Desk has 90 µs, and nothing measured alike beside it."
    )
    assert str(compare([made("a"), made("b")])) == (
        "2 reports, small, p99: a has 90 µs, and so have all that were measured alike."
    )


def test_reports_of_one_name_are_numbered() -> None:
    assert [each.name for each in compare([made(), made(), made("Desk (2)")]).reports] == [
        "Desk",
        "Desk (2)",
        "Desk (2) (2)",
    ]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"measure": "mean"}, f"measure must be one of {', '.join(MEASURES)}, got 'mean'"),
        ({"model": 3}, "model must be a name, got 3"),
        ({"reports": ["a"]}, "reports must hold reports: read a file with load"),
        ({"reports": [made()] * (MOST + 1)}, f"reports must be at most {MOST}, got {MOST + 1}"),
    ],
)
def test_what_can_not_be_compared_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        compare(**bad)
    assert str(refusal.value) == message


def uploaded(name: str, content: bytes) -> dict[str, Any]:
    return {
        "name": name,
        "type": "application/json",
        "size": len(content),
        "content": memoryview(content),
        "last_modified": datetime(2026, 1, 1, tzinfo=UTC),
    }


def test_files_are_uploaded_and_those_that_are_no_reports_are_named() -> None:
    pad = ReportPad((made("Own"),))
    good = made("Theirs", timings=[replace(SMALL, model="<b>")]).to_json().encode()
    pad.file.value = (uploaded("a.json", good), uploaded("<i>.json", b"no"))
    assert [each.name for each in pad.value] == ["Own", "Theirs"]
    assert pad.note.value == (
        '<div role="alert">&lt;i&gt;.json: a report must be a JSON file that this workbook wrote: '
        "this isn’t JSON.</div>"
    )
    pad.file.value = ()
    assert pad.said == "1 report"


def test_the_lab_offers_the_models_of_the_reports_that_arrive() -> None:
    lab = report_lab()
    odd = made("Theirs", timings=[replace(SMALL, model="resnet")])
    lab.control("model").value = "medium"
    lab.control("reports").value = (odd,)
    assert lab.settings["model"] == "medium"
    lab.control("model").value = "resnet"
    assert str(lab.result).startswith("1 report, resnet, p99: Theirs has 90 µs")
    assert report_lab([odd]).control("model")._options_full[-1][1] == "resnet"


@pytest.mark.parametrize("measure", MEASURES)
def test_dots_are_the_values_and_their_colours_the_marks(measure: str) -> None:
    lab = report_lab(CLASS, start={"measure": measure})
    dots: list[Any] = list(lab._canvas.axes["machines"].lines)
    (section,) = lab.result.sections
    assert [dot.get_xdata()[0] for dot in dots] == [each.value for each in section]
    assert [dot.get_color() for dot in dots] == [style.GREEN, style.BLUE, style.ORANGE]
    assert [dot.get_ydata()[0] for dot in dots] == [1, 2, 3]


def test_what_does_not_fit_the_picture_is_counted() -> None:
    lab = report_lab([made("A machine with a very long name " * 3, 1 + n) for n in range(30)])
    (axes,) = lab._canvas.figure.axes
    assert len(axes.lines) == LINES - 1
    assert f"{30 - LINES + 1} more in the table" in [text.get_text() for text in axes.texts]
    assert_apart(lab)


@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e6])
@pytest.mark.parametrize("measure", MEASURES)
def test_no_text_leaves_the_picture_or_meets_another(measure: str, factor: float) -> None:
    alike = [made(f"Machine {n}", factor * (n + 0.111)) for n in range(3)]
    other = made(
        "Other", timings=[replace(SMALL, threads=64, batch_size=4096, runtime="ONNX Runtime CUDA")]
    )
    assert_apart(report_lab([*alike, other], start={"measure": measure}))


def test_the_page_shows_every_timing_and_its_texts_keep_apart(tmp_path: Path) -> None:
    timings = [
        replace(each, runtime=name) for name in ("NumPy", "ONNX Runtime") for each in (SMALL, MEDIUM)
    ]
    full = made(
        **{**FULL, "timings": timings, "conditions": {"versions": "NumPy 2.4.1, ONNX Runtime 1.23.2 " * 5}}
    )
    for each in (full, report()):
        canvas = shown._drawn(each)
        drawn: Any = SimpleNamespace(_canvas=canvas)
        assert_apart(drawn)
        assert len(canvas.figure.axes[0].lines) == 4 * len(each.timings)
    assert repr(report_page(full)) == full.sentence
    paths = shown.save(full, tmp_path)
    assert [path.name for path in paths] == ["report.json", "report.txt", "report.png"]
    assert str(load(paths[0])) == paths[1].read_text("utf-8")
    assert Image.open(BytesIO(paths[2].read_bytes())).width == 834
