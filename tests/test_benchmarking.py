"""Latency: against a clock and workloads that are made up, so that what has to come out is known."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.patches import StepPatch

from course import benchmarking, child, memory, runtimes, setups
from course.benchmarking import Measured, latency, quick, readings_of
from course.comparing import PAIRS
from course.measuring import Timings
from course.runtimes import Prepared
from course.setups import checked
from tests.apart import assert_apart, texts
from widgets import decades, style
from widgets.benchmarking import BINS, DECADES, LOWEST, latency_lab
from widgets.lab import Lab

START = "Press Run: small network in NumPy, float32, batch of 1, 1 thread; 1,000 readings, none taken yet."


class World:
    """A clock, and work that takes the times that it is told to take."""

    def __init__(self, taking: Callable[[int], float]) -> None:
        self.now, self.calls, self.taking = 0.0, 0, taking

    def clock(self) -> float:
        self.now += 1e-9
        return self.now

    def work(self) -> None:
        self.now += self.taking(self.calls)
        self.calls += 1


def steady(rows: int = 4, **how: Any) -> list[dict[str, Any]]:
    """What comes out of a call of exactly 2 ms, the first one of 2 s."""
    world = World(lambda call: 2.0 if call == 0 else 2e-3)
    prepared = Prepared(world.work, np.zeros((rows, 3)))
    asked = {"readings": 300, "most_s": 100.0, "pairs": PAIRS, **how}
    return list(readings_of(prepared, **asked, clock=world.clock))


def played(came: list[Any], rows: int = 4, readings: int = 300) -> list[Measured]:
    """Results as the lab gets them, from what a process would have sent."""
    now = Measured(checked(batch_size=rows), readings)
    found = []
    for each in came:
        now = benchmarking._with(now, each)
        found.append(now)
    return found


def sent(taken: Any, readings: int = 1000, *, rows: int = 1, pairs: int = PAIRS) -> list[dict[str, Any]]:
    """What a process sends of readings that are known."""
    timings = {"calls": 1, "batch_size": rows, "cold_s": 0.5, "warm_up": 20, "warm": True}
    came: list[dict[str, Any]] = [
        {
            "timings": {**timings, "resolution_s": 1e-7, "progress": len(taken) / readings},
            "new": list(taken),
        }
    ]
    if pairs:
        same = np.random.default_rng(3).lognormal(np.log(1e-3), 0.02, (pairs, 2)).tolist()
        came += [{"pairs": same, "share": 1.0}, {"memory_bytes": 61_000_000}]
    return came


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Any]], None]:
    """Let the process of a lab send what is given."""

    def play(came: list[Any]) -> None:
        def stream(task: str, *, threads: int, **_: Any) -> Iterator[Any]:
            for each in came:
                if isinstance(each, Exception):
                    raise each
                yield each

        monkeypatch.setattr(child, "stream", stream)

    return play


def test_a_steady_call_has_one_percentile_and_a_throughput_that_are_known() -> None:
    result = played(steady())[-1]
    for share in (0.5, 0.9, 0.99):
        found = result.percentile(share)
        assert found is not None
        assert found.value_s == pytest.approx(2e-3, rel=1e-3)
    assert result.timings is not None
    assert result.timings.throughput == pytest.approx(4 / 2e-3, rel=1e-3)
    assert result.timings.cold_s == pytest.approx(2.0, rel=1e-3)
    assert result.taken == 300
    assert result.progress == 1


def test_a_tail_of_two_in_a_hundred_is_the_99th_percentile() -> None:
    world = World(lambda call: 1e-2 if call % 50 == 49 else 1e-3)
    prepared = Prepared(world.work, np.zeros((1, 3)))
    came = readings_of(prepared, readings=1000, most_s=100.0, pairs=0, clock=world.clock)
    result = played(list(came), 1, 1000)[-1]
    values = [result.percentile(share).value_s for share in (0.5, 0.9, 0.99)]  # type: ignore[union-attr]
    assert values == pytest.approx([1e-3, 1e-3, 1e-2], rel=1e-3)
    assert str(result).startswith(
        "Half of the answers take at most 1 ms, but 1 in 100 takes more than 10 ms; one after the other, "
    )


def test_readings_arrive_bit_by_bit_none_twice_none_lost() -> None:
    results = played(steady())
    counts = [each.taken for each in results]
    assert counts == sorted(counts)
    assert len(set(counts)) > 5
    assert counts[-1] == 300
    progress = [each.progress for each in results]
    assert progress == sorted(progress)
    assert all(each < 1 for each in progress[:-1])


def test_it_ends_in_time_with_what_it_has() -> None:
    result = played(steady(most_s=2.4))[-1]
    assert 100 < result.taken < 300
    assert result.progress == 1


def test_a_against_a_finds_no_difference_where_there_is_none() -> None:
    result = played(steady())[-1]
    assert len(result.pairs) == PAIRS
    assert result.against_itself is not None
    assert not result.against_itself.differs
    assert result.against_itself.ratio == pytest.approx(1, abs=1e-3)


def test_the_first_of_a_pair_is_drawn_so_that_being_first_helps_neither() -> None:
    ready = len(played(steady(pairs=0)))
    world = World(lambda call: 2e-3)
    prepared = Prepared(world.work, np.zeros((1, 3)))
    came = list(readings_of(prepared, readings=300, most_s=100.0, pairs=0, clock=world.clock))
    assert ready == len(came)
    turn = iter(range(10_000))
    world.taking = lambda call: 2e-3 if next(turn) % 2 else 1e-3  # the first of each pair is faster
    pairs = [
        pair
        for each in readings_of(prepared, readings=50, most_s=100.0, pairs=PAIRS, clock=world.clock)
        for pair in each.get("pairs", [])
    ]
    first = sum(one < other for one, other in pairs)
    assert 10 < first < 30


def test_calls_too_short_for_the_clock_are_read_together_and_that_is_said() -> None:
    world = World(lambda call: 2e-8)
    prepared = Prepared(world.work, np.zeros((1, 3)))
    came = readings_of(prepared, readings=100, most_s=100.0, pairs=0, clock=world.clock)
    result = played(list(came), 1, 100)[-1]
    assert result.timings is not None
    assert result.timings.calls > 1
    assert f"each the mean of {result.timings.calls} calls" in result.conditions


def test_the_slower_half_of_a_run_is_said(pretend: Callable[[list[Any]], None]) -> None:
    taken = np.r_[np.linspace(1, 1.05, 300), np.linspace(2, 2.1, 300)] * 1e-3
    pretend(sent(taken, 600))
    assert list(latency())[-1].warning.startswith(
        "The machine slowed down: the last third of the readings took 2."
    )


def test_the_start_says_what_will_be_measured_and_holds_no_measurement() -> None:
    start = next(latency())
    assert str(start) == START
    assert start.conditions == start.warning == ""
    assert start.progress == 0
    assert (start.timings, start.memory_bytes, start.against_itself) == (None, None, None)
    assert start.percentile(0.5) is None


def test_no_process_is_started_before_somebody_presses_run(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []

    def stream(task: str, **_: Any) -> Iterator[None]:
        started.append(task)
        yield None

    monkeypatch.setattr(child, "stream", stream)
    running = latency()
    next(running)
    assert started == []
    assert str(next(running)) == "Starting: small network in NumPy, float32, batch of 1, 1 thread."
    next(running)
    assert started == ["course.benchmarking:reading"]


def test_whoever_watches_gets_a_new_result_while_nothing_comes(
    pretend: Callable[[list[Any]], None],
) -> None:
    pretend([None, None, *sent(np.full(200, 1e-3), 200)])
    results = list(latency(readings=200))
    assert len({id(each) for each in results}) == len(results)
    assert results[3].timings is None
    assert results[-1].taken == 200


def test_stopping_ends_the_process_and_keeps_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []

    def stream(task: str, **_: Any) -> Iterator[Any]:
        try:
            yield from sent(np.full(200, 1e-3))
        finally:
            ended.append(True)

    monkeypatch.setattr(child, "stream", stream)
    running = latency()
    last = [next(running) for _ in range(3)][-1]
    assert ended == []
    running.close()  # type: ignore[attr-defined]
    assert ended == [True]
    assert last.taken == 200


def test_a_process_that_dies_ends_in_a_sentence_and_keeps_what_came(
    pretend: Callable[[list[Any]], None],
) -> None:
    pretend(
        [sent(np.full(200, 1e-3))[0], child.ChildEndedError("The measuring process ended early (code -9).")]
    )
    last = list(latency())[-1]
    assert last.warning == "The measuring process ended early (code -9)."
    assert last.taken == 200
    assert last.progress == 1
    assert last.memory_bytes is None
    assert "peak memory unknown" in last.conditions


def test_it_really_measures_in_a_process_of_its_own() -> None:
    result = list(latency(size="tiny", readings=30))[-1]
    assert result.taken == 30
    assert result.progress == 1
    assert result.against_itself is not None
    assert result.timings is not None
    assert (result.timings.latencies_s > 0).all()


def test_quick_measures_a_file_and_refuses_a_broken_one() -> None:
    from course import models, networks

    file = models.to_onnx(networks.initialise(layer_sizes=(4, 3, 2)))
    result = quick(file=file, runtime="ONNX Runtime", batch_size=3, readings=20)
    assert isinstance(result.timings, Timings)
    assert result.timings.batch_size == 3
    assert result.conditions.startswith("Measured here: ")
    with pytest.raises(ValueError, match="must") as refusal:
        quick(file=b"broken", runtime="ONNX Runtime")
    assert str(refusal.value) == "file must hold a model that ONNX Runtime can run, got 6 other bytes"


def test_conditions_name_all_that_a_comparison_needs(
    monkeypatch: pytest.MonkeyPatch, pretend: Callable[[list[Any]], None]
) -> None:
    monkeypatch.setattr(setups, "processor", lambda: "Some CPU")
    monkeypatch.setattr(setups, "usable_cpus", lambda: 2.0)
    pretend(sent(np.full(1000, 1e-3), rows=8))
    result = list(latency(batch_size=8, threads=2, runtime="ONNX Runtime", precision="int8"))[-1]
    assert result.conditions == (
        "Measured here: Some CPU, 2 threads of 2 usable · ONNX Runtime, int8 · batch of 8 · 1,000 "
        "readings, after 20 calls to warm up · clock steps 100 ns · peak memory 61 MB, libraries included"
    )
    assert str(result) == (
        "Half of the batches of 8 take at most 1 ms, but 1 in 100 more than 1 ms: "
        "8,000 answers a second, each waiting for its batch."
    )


def test_under_a_hundred_readings_nothing_is_said_of_one_in_a_hundred(
    pretend: Callable[[list[Any]], None],
) -> None:
    pretend(sent([1e-3] * 40 + [3e-3], pairs=0))
    assert str(list(latency())[-1]) == (
        "Half of the 41 calls so far take at most 1 ms, the slowest 3 ms; 953 answers a second."
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"size": "huge"}, "size must be one of tiny, small, medium, large, got 'huge'"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 to 4096, got 0"),
        ({"threads": True}, "threads must be a whole number from 1 to 1024, got True"),
        ({"precision": "int8"}, "precision must be one of float32, float64 in NumPy, got 'int8'"),
        ({"runtime": "Azure"}, f"runtime must be one of {', '.join(runtimes.RUNTIMES)}, got 'Azure'"),
        ({"readings": 0}, "readings must be a whole number from 1 to 100000, got 0"),
    ],
)
def test_latency_says_what_is_wrong_before_it_starts(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(latency(**bad))
    assert str(refusal.value) == message


def test_peak_memory_is_read_from_the_status_of_this_process(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmPeak:\t  900 kB\nVmHWM:\t   2048 kB\n", "utf-8")
    assert memory.peak_bytes(status=status, platform="linux") == 2048 * 1024


@pytest.mark.parametrize("text", ["", "VmHWM:\n", "VmHWM:\t2 MB\n", "VmHWM:\tmany kB\n", "Name: python\n"])
def test_peak_memory_that_can_not_be_read_is_unknown(tmp_path: Path, text: str) -> None:
    status = tmp_path / "status"
    status.write_text(text, "utf-8")
    assert memory.peak_bytes(status=status, platform="linux") is None
    assert memory.peak_bytes(status=tmp_path / "none", platform="linux") is None
    assert memory.peak_bytes(platform="plan9") is None


def lab_of(pretend: Callable[[list[Any]], None], came: list[Any], **start: Any) -> Lab:
    pretend(came)
    lab = latency_lab(start=start)
    return lab.advance(2 + len(came))


def drawn(lab: Lab) -> dict[str, np.ndarray[Any, Any]]:
    """Heights of the bars, by colour."""
    axes = lab._canvas.axes["distribution"]
    return {
        to_hex(patch.get_facecolor()): np.asarray(patch.get_data()[0])
        for patch in axes.patches
        if isinstance(patch, StepPatch)
    }


def test_bars_count_every_reading_and_the_slowest_hundredth_is_orange(
    pretend: Callable[[list[Any]], None],
) -> None:
    taken = np.r_[np.full(980, 1e-3), np.full(10, 2e-3), np.full(9, 5e-3), 9.0]
    bars = drawn(lab_of(pretend, sent(taken)))
    everything, usual = bars[style.ORANGE.lower()], bars[style.BLUE.lower()]
    assert everything[everything > LOWEST].sum() == 1000
    assert usual[usual > LOWEST].sum() == 990
    assert everything[-1] == 1  # beyond the axis
    assert sorted(everything[everything > LOWEST]) == [1, 9, 10, 980]


@given(st.floats(1e-8, 50.0), st.floats(0.5, 2.0))
def test_an_axis_begins_a_little_below_the_middle_and_stays_while_that_fits(
    middle_s: float, factor: float
) -> None:
    low = decades.begin(np.log10(middle_s), None)
    assert 0.15 < np.log10(middle_s) - low < 0.5
    again = decades.begin(np.log10(middle_s * factor), low)
    assert 0.05 < np.log10(middle_s * factor) - again < 0.7
    places, names = decades.ticks(low, (1, 2, 5), DECADES)
    assert 4 <= len(places) == len(set(names)) <= 7
    assert all(-1e-6 <= place <= DECADES + 1e-6 for place in places)


def test_percentiles_stand_at_their_values_each_with_its_interval(
    pretend: Callable[[list[Any]], None],
) -> None:
    taken = np.random.default_rng(0).lognormal(np.log(1e-3), 0.2, 1000)
    lab = lab_of(pretend, sent(taken))
    axes = lab._canvas.axes["distribution"]
    result: Measured = lab.result
    low = decades.begin(np.log10(np.median(taken)), None)
    for line, share in zip(axes.lines, (0.5, 0.9, 0.99), strict=True):
        found = result.percentile(share)
        assert found is not None
        assert line.get_xdata()[0] == pytest.approx(np.log10(found.value_s) - low)  # type: ignore[index]
    named = [each for each in axes.texts if each.get_text().startswith("p")]
    assert [each.get_text().split()[0] for each in named] == ["p50", "p90", "p99"]
    assert all(" to " in each.get_text() for each in named)
    assert [each.get_fontweight() for each in named] == [400, 400, "bold"]


def test_the_panel_of_a_against_a_says_ratio_interval_and_verdict(
    pretend: Callable[[list[Any]], None],
) -> None:
    lab = lab_of(pretend, sent(np.full(1000, 1e-3)))
    said = {words for words, *_ in texts(lab)}
    assert "no clear difference" in said
    assert any(words.startswith("ratio 1.00 (") for words in said)
    before = lab_of(pretend, sent(np.full(1000, 1e-3), pairs=0))
    assert "comes after the readings" in {words for words, *_ in texts(before)}


WIDE = {"size": "medium", "batch_size": 256, "runtime": "ONNX Runtime", "readings": 10_000}


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
@pytest.mark.parametrize("tail", [1.0, 1.3, 5.0, 20.0, 1e4])
@pytest.mark.parametrize("middle_s", [1.06e-7, 1.49e-4, 2.01])
def test_no_text_meets_another_wherever_the_tail_ends(
    pretend: Callable[[list[Any]], None], middle_s: float, tail: float, scale: float
) -> None:
    taken = middle_s * np.r_[np.linspace(1, 1.1, 9000), np.linspace(1.1, 1.1 * tail, 1000)]
    lab = lab_of(pretend, sent(taken, 10_000), **WIDE)
    lab._canvas.size(scale)
    lab._canvas.draw(lab.result)
    assert_apart(lab, scale)


def test_the_lab_starts_the_same_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widgets.measuring.usable_cpus", lambda: 1.0)
    one = repr(latency_lab())
    monkeypatch.setattr("widgets.measuring.usable_cpus", lambda: 64.0)
    lab = latency_lab()
    assert one == repr(lab)
    assert one.endswith(f"): {START}")
    assert [name for name, _ in lab.control("threads").options] == [str(2**n) for n in range(7)]


def test_only_precisions_in_which_the_chosen_runtime_computes_are_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runtimes, "there", lambda: ("NumPy", "ONNX Runtime"))
    lab = latency_lab(start={"runtime": "ONNX Runtime", "precision": "int8"})
    precision, runtime = lab.control("precision"), lab.control("runtime")
    assert list(precision.options) == ["float32", "float64", "int8"]
    assert lab.settings["precision"] == "int8"
    runtime.value = "NumPy"
    assert list(precision.options) == ["float32", "float64"]
    assert lab.settings["precision"] == "float32"
    assert lab.refusal == ""
    assert lab.result is not None
    lab.close()


def test_bins_are_seven_percent_wide() -> None:
    assert abs(10 ** (DECADES / BINS) - 1.07) < 0.005
