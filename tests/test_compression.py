"""Everything in a row: the variants that are made, what is measured of each, and the pick."""

from base64 import b64encode
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes

from course import compression, measuring, models, networks, steps, trained
from course.child import ChildEndedError
from course.compression import MOST, Row, following, in_a_row, kept
from course.energy import Joules
from course.variants import Variant
from widgets.compression import row_lab

pytestmark = pytest.mark.usefixtures("one_thread")


def item(number: int, accuracy: float = 0.9) -> dict[str, Any]:
    """Return what the process says of a variant whose file has so many bytes."""
    joules = {"value": 1e-4, "low": 1e-5, "high": 1e-3, "estimated": True}
    return {
        "variant": {
            "name": f"made {number}", "file": b64encode(b"x" * number).decode(),
            "right": [place < 1000 * accuracy for place in range(1000)],
            "compressed_bytes": number, "latency_s": 1e-5, "energy": joules,
        }
    }  # fmt: skip


def run(items: Iterator[Any] | list[Any], **given: Any) -> list[Row]:
    """All results when these items come from the process."""

    def begin() -> Generator[Any, None, None]:
        yield from items

    return list(following(next(in_a_row(**given)), begin))


def variant(number: int) -> Variant:
    joules = Joules(1e-4, 1e-5, 1e-3, True)
    return Variant(f"made {number}", b"x" * number, np.ones(9, bool), number, 1e-5, joules, number=number)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """Make the variants of a small teacher, in this process, and measure shortly."""
    monkeypatch.setattr(steps, "TEACHER", (32,))
    monkeypatch.setattr(steps, "FIRST_S", 0.03)
    monkeypatch.setattr(steps, "ROUNDS", 3)
    monkeypatch.setattr(steps, "READINGS", 5)
    return lambda **given: list(
        steps.making(**{"student_neurons": 16, "pruned_share": 0.5, "random_state": 0, **given})
    )


def test_each_step_makes_a_file_that_is_measured(small: Callable[..., list[dict[str, Any]]]) -> None:
    made = small()
    found = [each["variant"] for each in made if "variant" in each]
    rows = run(made)
    variants = rows[-1].made
    assert [each["name"] for each in found] == list(steps.names(16, 0.5, 0))
    assert [each.name for each in variants] == list(steps.names(16, 0.5, 0))
    assert rows[-1].progress == 1
    teacher, teacher8, _, distilled, pruned, tuned, last = variants
    assert teacher8.disk_bytes < 0.4 * teacher.disk_bytes
    assert last.disk_bytes < 0.45 * tuned.disk_bytes
    assert pruned.disk_bytes == distilled.disk_bytes
    assert pruned.compressed_bytes < 0.75 * distilled.compressed_bytes
    assert tuned.accuracy >= pruned.accuracy
    assert all(each.latency_s > 0 and each.energy.value > 0 for each in variants)


def test_what_a_file_holds_is_what_was_made(small: Callable[..., list[dict[str, Any]]]) -> None:
    """The pruned file holds half of the weights as zeros; its accuracy is that of the network in it."""
    variants = run(small())[-1].made
    pruned, tuned = (models.load(each.file) for each in variants[4:6])
    for network in (pruned, tuned):
        weights = np.concatenate([weights.ravel() for weights, _ in network.layers])
        assert (weights == 0).sum() == round(0.5 * weights.size)
    seen = trained.examples(data="MNIST")
    assert variants[4].accuracy == pytest.approx(seen.accuracy(pruned), abs=0.002)
    assert variants[0].accuracy == pytest.approx(
        networks.accuracy(models.load(variants[0].file), seen.test_inputs, seen.test_targets), abs=0.002
    )


def test_the_start_makes_nothing_and_says_what_a_run_will_make() -> None:
    start = next(in_a_row(student_neurons=32, pruned_share=0.9, random_state=3))
    assert start.made == ()
    assert start.plan[-1] == "s3 32, 90 % off, int8"
    assert str(start) == (
        "Press Run: 784-512-512-10 teaches 32 neurons, 90 % are pruned, tuned, made int8 (start 3); "
        "shown by file size, for a microcontroller with 64 kB."
    )


def test_what_was_made_is_kept_when_the_process_ends_early() -> None:
    def dying() -> Iterator[Any]:
        yield item(10)
        yield item(20)
        raise ChildEndedError("It ended early.")

    last = run(dying())[-1]
    assert [each.disk_bytes for each in last.made] == [10, 20]
    assert last.warning == "It ended early."


def test_a_second_run_adds_to_the_first() -> None:
    first = run([item(10), item(20)])[-1].made
    last = run([item(10), item(30)], made=first)[-1]
    assert [each.disk_bytes for each in last.made] == [10, 20, 30]


def test_when_it_is_full_the_oldest_student_goes_and_the_teacher_stays() -> None:
    full = tuple(variant(number) for number in range(1, MOST + 1))
    more = kept(full, variant(99))
    assert [each.disk_bytes for each in more] == [1, 2, *range(4, MOST + 1), 99]
    assert [each.number for each in more] == [1, 2, *range(4, MOST + 2)]


def test_a_pick_stays_what_it_was_when_another_variant_goes() -> None:
    full = tuple(variant(number) for number in range(1, MOST + 1))
    row = replace(next(in_a_row(pick=5)), made=full)
    assert row.chosen is not None
    more = row.told(item(99))
    assert more.chosen is not None
    assert more.chosen.name == row.chosen.name
    gone = replace(more, pick=3)
    assert gone.chosen is None
    assert gone.verdict.startswith("There is no variant 3 now; of those that are there ")


def test_a_refusal_on_the_way_loses_nothing() -> None:
    def refusing() -> Iterator[Any]:
        yield item(10)
        raise ValueError("The temporary folder must be writable, got none.")

    last = run(refusing())[-1]
    assert [each.disk_bytes for each in last.made] == [10]
    assert last.warning == "The temporary folder must be writable, got none."


def test_all_are_measured_in_turn_and_each_gets_its_own_times(monkeypatch: pytest.MonkeyPatch) -> None:
    cost = {"a": 1.0, "b": 5.0, "c": 2.0}
    works = {name: (lambda: None) for name in cost}
    of = dict(zip(map(id, works.values()), cost.values(), strict=True))
    monkeypatch.setattr(measuring, "warm_up", lambda *_, **__: (1, 1, True))
    monkeypatch.setattr(measuring, "read", lambda work, calls, *_: of[id(work)] * calls)
    *_, last = steps.in_turn(works)
    assert {name: set(times) for name, times in last.items()} == {
        name: {each} for name, each in cost.items()
    }
    assert all(len(times) == steps.ROUNDS for times in last.values())


def test_times_taken_in_turn_take_the_place_of_the_first_ones() -> None:
    again = {steps.digest(b"x" * 10): [1e-3] * 20, steps.digest(b"x" * 20): [2e-3] * 20}
    last = run([item(10), item(20), {"again": again}])[-1]
    assert [each.latency_s for each in last.made] == [1e-3, 2e-3]
    assert "all in turn, middle of 20 rounds" in last.conditions
    before = run([item(10)])[-1]
    assert "one after the other, not yet in turn" in before.conditions


def test_earlier_variants_are_measured_once_more_and_the_last_is_made_from_the_tuned(
    small: Callable[..., list[dict[str, Any]]],
) -> None:
    first = run(small())[-1].made
    earlier = [b64encode(each.file).decode() for each in first]
    made = small(pruned_share=0.9, earlier=earlier)
    again = next(each["again"] for each in reversed(made) if "again" in each)
    assert {steps.digest(each.file) for each in first} <= again.keys()
    tuned, last = (each.file for each in run(made)[-1].made[-2:])
    assert last == steps._integer(tuned)


def test_another_budget_measure_and_pick_need_no_new_run() -> None:
    made = run([item(70_000, 0.95), item(50_000, 0.93), {"progress": 1.0}])[-1]
    assert made.verdict.startswith(
        "Pick one for a microcontroller with 64 kB, at most 64 kB: of 2 number 2 fits."
    )
    seen = made.seen({"budget": "camera", "across": "latency", "pick": 1})
    assert str(seen) == (
        "Shown by latency. 1 (made 70000) fits a camera that wakes when it sees somebody: 70 kB, right on "
        "95.0 %; no variant that fits is clearly better."
    )
    missing = made.seen({"pick": 5, "budget": "camera"})
    assert missing.verdict == (
        "There is no variant 5 now; of those that are there numbers 1 and 2 fit a camera that wakes when "
        "it sees somebody."
    )


def test_conditions_say_where_it_was_measured_and_what_is_estimated() -> None:
    made = run([item(10)])[-1]
    assert "not in a microcontroller" in made.conditions
    assert "energy an estimate (~)" in made.conditions
    assert "assumed for this lesson" in made.conditions


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"student_neurons": 0}, "student_neurons must be a whole number from 1 to 512, got 0"),
        ({"student_neurons": 1024}, "student_neurons must be a whole number from 1 to 512, got 1024"),
        ({"pruned_share": 1.0}, "pruned_share must be a number from 0 to 0.99, got 1.0"),
        ({"pick": 41}, "pick must be a whole number from 0 to 40, got 41"),
        (
            {"across": "beauty"},
            "across must be one of file size, compressed size, latency, energy, got 'beauty'",
        ),
    ],
)
def test_what_can_not_be_made_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        next(in_a_row(**given))


def played(monkeypatch: pytest.MonkeyPatch, items: list[Any]) -> Any:
    """Return a lab that gets these items from the process."""

    def stream(*_: object, **__: object) -> Generator[Any, None, None]:
        yield from items

    monkeypatch.setattr(compression, "stream", stream)
    return row_lab()


def test_the_lab_shows_what_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = played(monkeypatch, [item(60_000, 0.95), item(30_000, 0.93), item(45_000, 0.91)])
    lab.advance(6)
    assert [each.disk_bytes for each in lab.result.made] == [60_000, 30_000, 45_000]
    axes: Axes = next(each for each in lab._canvas.figure.axes if "Right" in each.get_title("left"))
    lines = {tuple(np.asarray(line.get_xdata())) for line in axes.get_lines()}
    assert (30_000, 60_000) in lines
    assert (45_000,) in lines


def test_the_lab_keeps_earlier_runs_and_changes_what_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = played(monkeypatch, [item(60_000, 0.95), item(30_000, 0.93)])
    lab.advance(3)
    lab.control("student_neurons").value = 16
    assert len(lab.result.made) == 2
    assert lab.result.progress == 0
    assert str(lab.result).startswith("Next: 16 neurons, 90 % pruned, by file size. Pick one")
    lab.control("pick").value = 2
    assert "2 (made 30000) fits" in str(lab.result)
    assert len(lab.result.made) == 2
