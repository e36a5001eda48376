"""Throughput against the batch: with calls of known length, so that every ratio is known."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import child, setups
from course.throughput import BATCHES, ROUNDS, TRIES, TRY_S, Curve, _with, middle, readings_of, throughput
from tests.apart import assert_apart, texts
from widgets.lab import Lab
from widgets.throughput import throughput_lab

START = "Press Run: small network in NumPy, float32, 1 thread, up to 256 at once; nothing measured yet."


class World:
    """A clock, and calls that take a fixed time and one more for each row; noise if wanted."""

    def __init__(self, call_s: float = 1e-3, row_s: float = 1e-4, noise: float = 0.0) -> None:
        self.now, self.call_s, self.row_s = 0.0, call_s, row_s
        self.random, self.noise = np.random.default_rng(0), noise
        self.order: list[int] = []

    def clock(self) -> float:
        self.now += 1e-8
        return self.now

    def works(self) -> list[Callable[[], None]]:
        def work(rows: int) -> Callable[[], None]:
            def call() -> None:
                self.order.append(rows)
                once = self.call_s + rows * self.row_s
                self.now += once * float(np.exp(self.noise * self.random.standard_normal()))

            return call

        return [work(rows) for rows in BATCHES]


def came(world: World, *, rounds: int = ROUNDS, most_s: float = 1e6) -> list[list[list[float]]]:
    return list(readings_of(world.works(), rounds=rounds, most_s=most_s, clock=world.clock))


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Any]], None]:
    """Let the process of a lab send what is given."""

    def play(values: list[Any]) -> None:
        def stream(task: str, *, threads: int, **_: Any) -> Iterator[Any]:
            for each in values:
                if isinstance(each, Exception):
                    raise each
                yield each

        monkeypatch.setattr(child, "stream", stream)

    return play


def last(pretend: Callable[[list[Any]], None], world: World, **how: Any) -> Curve:
    pretend(came(world, **how))
    return list(throughput())[-1]


def test_waits_throughputs_and_their_ratio_are_those_of_the_calls(
    pretend: Callable[[list[Any]], None],
) -> None:
    result = last(pretend, World())
    calls_s = 1e-3 + 1e-4 * np.array(BATCHES)
    np.testing.assert_allclose(result.waits_s, calls_s, rtol=1e-3)
    np.testing.assert_allclose(result.throughputs, BATCHES / calls_s, rtol=1e-3)
    assert result.times(64) == pytest.approx(64 * 1.1 / 7.4, rel=1e-3)  # 9.51
    assert str(result) == (
        "Small network in NumPy: 64 at once answer 9.51 times as many a second as one at a time "
        "(9.51 to 9.51), not 64 times; the first of them waits 6.73 times as long."
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_holds_the_true_ratio_under_noise(
    pretend: Callable[[list[Any]], None], seed: int
) -> None:
    world = World(noise=0.1)
    world.random = np.random.default_rng(seed)
    found = last(pretend, world).compared(64)
    assert found is not None
    assert 0.95 * found.interval.low < 64 * 1.1 / 7.4 < 1.05 * found.interval.high
    assert found.interval.high / found.interval.low < 1.3


def test_a_machine_that_slows_down_meets_every_batch_alike(pretend: Callable[[list[Any]], None]) -> None:
    world = World()
    slow = came(world)
    for turn in slow:
        for each in turn:
            each[2] *= 1 + each[0] / 10  # four times as slow at the end
    pretend(slow)
    assert list(throughput())[-1].times(64) == pytest.approx(64 * 1.1 / 7.4, rel=1e-3)


def test_what_interrupts_one_try_of_a_reading_does_not_count() -> None:
    world = World(call_s=1e-3, row_s=0.0)
    (work, *_) = world.works()

    def interrupted() -> None:
        work()
        if len(world.order) % TRIES == 3:
            world.now += 0.05

    assert middle(interrupted, 1, world.clock) == pytest.approx(1e-3, rel=1e-3)


def test_multiples_are_one_at_one_and_their_intervals_hold_them(
    pretend: Callable[[list[Any]], None],
) -> None:
    result = last(pretend, World(noise=0.1))
    values, spans = result.multiples
    assert values[0] == spans[0, 0] == spans[0, 1] == 1
    assert ((spans[:, 0] <= values) & (values <= spans[:, 1])).all()
    assert values[BATCHES.index(64)] == result.times(64)


def test_no_gain_is_called_no_clear_difference(pretend: Callable[[list[Any]], None]) -> None:
    result = last(pretend, World(call_s=0.0, noise=0.05))
    assert str(result).startswith(
        "Small network in NumPy: no clear difference between 64 at once and one at a time; "
    )


def test_all_batches_are_read_in_turns_in_another_order_each_round() -> None:
    rounds = [(int(each[0]), int(each[1])) for turn in came(World()) for each in turn]
    assert len(rounds) == len(set(rounds)) == ROUNDS * len(BATCHES)
    orders = [[batch for turn, batch in rounds if turn == number] for number in range(ROUNDS)]
    assert orders[0] == list(range(len(BATCHES)))  # the first points come in order
    assert all(sorted(order) == orders[0] for order in orders)
    assert len({tuple(order) for order in orders}) > ROUNDS / 2


def test_a_reading_of_short_calls_is_long_enough(pretend: Callable[[list[Any]], None]) -> None:
    world = World(call_s=1e-5, row_s=0.0)
    came(world, rounds=1)
    assert world.order.count(1) >= TRIES * TRY_S / 1e-5
    assert last(pretend, World(call_s=1e-5, row_s=0.0)).waits_s == pytest.approx(1e-5, rel=1e-2)


def test_it_ends_in_time_with_whole_rounds(pretend: Callable[[list[Any]], None]) -> None:
    result = last(pretend, World(), most_s=2.0)
    assert 1 <= result.rounds < ROUNDS
    assert result.progress == 1


def test_the_ratio_has_an_interval_from_ten_rounds_on(pretend: Callable[[list[Any]], None]) -> None:
    few, enough = (last(pretend, World(), rounds=rounds) for rounds in (9, 10))
    assert few.compared(64) is None
    assert str(few) == (
        "Small network in NumPy: so far, 64 at once answer 9.51 times as many a second; "
        "the first of them waits 6.73 times as long."
    )
    assert enough.compared(64) is not None


def test_points_arrive_one_by_one(pretend: Callable[[list[Any]], None]) -> None:
    pretend([None, *came(World()), None])
    results = list(throughput())
    known = [each.known for each in results]
    assert known[0] == 0
    assert known == sorted(known)
    assert set(known) == set(range(len(BATCHES) + 1))
    progress = [each.progress for each in results]
    assert progress == sorted(progress)
    assert progress[-1] == 1
    assert max(progress[:-1]) < 1
    assert str(results[4]) == "Small network in NumPy: so far, 2 at once answer 1,670 a second."


@given(st.integers(1, len(BATCHES)), st.floats(1e-7, 1.0))
def test_what_has_come_is_there_and_nothing_else(count: int, call_s: float) -> None:
    start = next(throughput())
    now = _with(start, [[0, number, call_s] for number in range(count)])
    assert now.known == count
    np.testing.assert_allclose(now.waits_s, call_s)
    assert now.rounds == (count == len(BATCHES))
    assert start.known == 0  # the earlier result stayed as it was


def test_the_start_is_the_same_everywhere_and_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "stream", lambda *_, **__: pytest.fail("a process was started"))
    start = next(throughput())
    assert str(start) == START
    assert start.conditions == start.warning == ""
    monkeypatch.setattr("widgets.measuring.usable_cpus", lambda: 64.0)
    assert repr(throughput_lab()).endswith(f"): {START}")


def test_a_process_that_dies_ends_in_a_sentence_and_keeps_what_came(
    pretend: Callable[[list[Any]], None],
) -> None:
    pretend([*came(World())[:4], child.ChildEndedError("The measuring process ended early (code -9).")])
    result = list(throughput())[-1]
    assert result.warning == "The measuring process ended early (code -9)."
    assert result.known == 4
    assert result.progress == 1
    assert str(result) == "Small network in NumPy: so far, 8 at once answer 4,440 a second."


def test_it_really_measures_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    running = throughput(size="tiny")
    result = next(each for each in running if each.known >= 2)
    running.close()  # type: ignore[attr-defined]
    assert (result.waits_s > 0).all()


def test_conditions_name_all_that_a_comparison_needs(
    monkeypatch: pytest.MonkeyPatch, pretend: Callable[[list[Any]], None]
) -> None:
    monkeypatch.setattr(setups, "processor", lambda: "Some CPU")
    monkeypatch.setattr(setups, "usable_cpus", lambda: 2.0)
    assert last(pretend, World()).conditions == (
        "Measured here: Some CPU, 1 thread of 2 usable · NumPy, float32 · small network · middle of 20 "
        "rounds of all batches in turn, a reading the middle of 5 of 200 µs or more; band: 95 % interval"
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"size": "huge"}, "size must be one of tiny, small, medium, large, got 'huge'"),
        ({"threads": 0}, "threads must be a whole number from 1 to 1024, got 0"),
        ({"precision": "int8"}, "precision must be one of float32, float64 in NumPy, got 'int8'"),
    ],
)
def test_throughput_says_what_is_wrong_before_it_starts(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(throughput(**bad))
    assert str(refusal.value) == message


def lab_of(pretend: Callable[[list[Any]], None], world: World, steps: int = 10_000, **start: Any) -> Lab:
    pretend(came(world))
    return throughput_lab(start=start).advance(steps)


def test_what_is_drawn_is_what_was_measured(pretend: Callable[[list[Any]], None]) -> None:
    lab = lab_of(pretend, World())
    axes = lab._canvas.axes
    result: Curve = lab.result
    expected, measured = axes["at_once"].lines
    np.testing.assert_array_equal(expected.get_ydata(), BATCHES)
    assert expected.get_linestyle() != "-"
    np.testing.assert_allclose(np.asarray(measured.get_ydata()), result.multiples[0])
    (line,) = axes["waits"].lines
    heights = np.asarray(line.get_ydata())
    np.testing.assert_allclose(np.diff(heights), np.diff(np.log10(result.waits_s)))
    said = {words for words, *_ in texts(lab)}
    assert {
        "909 a second",
        "9.51×",
        "1.1 ms",
        "26.6 ms",
        "expected, if a batch\ntook as long as one",
    } <= said


@pytest.mark.parametrize("scale", [0.7, 1.0])
@pytest.mark.parametrize("call_s", [1.03e-6, 4.56e-2])
@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("steps", [3, 6, 10_000])
def test_no_text_meets_another_however_steep_the_lines_are(
    pretend: Callable[[list[Any]], None], steps: int, share: float, call_s: float, scale: float
) -> None:
    world = World(call_s=call_s * (1 - share), row_s=call_s * share)
    lab = lab_of(pretend, world, steps, size="medium", runtime="ONNX Runtime")
    lab._canvas.size(scale)
    lab._canvas.draw(lab.result)
    assert_apart(lab, scale)


def test_a_ratio_that_falls_is_drawn_inside(pretend: Callable[[list[Any]], None]) -> None:
    lab = lab_of(pretend, World())
    worse = replace(lab.result, calls_s=lab.result.calls_s * np.array(BATCHES) ** 1.2)
    lab._canvas.draw(worse)
    assert_apart(lab)
