"""Work in a process of its own: what arrives, what is refused, and what happens when it dies."""

import errno
import os
import queue
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from course import child
from course.child import ChildEndedError, stream
from course.compression import in_a_row
from course.integers import integers
from course.sparse_times import sparse_times


def counting(*, n: int, pause_s: float = 0.0) -> Iterator[dict[str, Any]]:
    for number in range(n):
        print("a library that talks")
        os.write(1, b"one that talks past Python, and ends no line")
        time.sleep(pause_s)
        yield {"number": number, "process": os.getpid(), "threads": os.environ["OMP_NUM_THREADS"]}


def refusing() -> Iterator[int]:
    yield 1
    raise ValueError("n must be positive, got 0")


def dying(*, how: str) -> Iterator[int]:
    yield 1
    if how == "kill":
        print("a library that talks")
        os.kill(os.getpid(), 9)
    if how == "exit":
        sys.exit(3)
    raise KeyError("lost")


def writing(*, end: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, Path(folder, "held").open("w") as file:
        file.write("half of a")
        yield folder
        if end == "die":
            os.kill(os.getpid(), 9)
        if end == "wait":
            time.sleep(60)


def found(task: str, **given: Any) -> list[Any]:
    return [value for value in stream(f"tests.test_child:{task}", **given) if value is not None]


def test_results_arrive_in_order_from_another_process_with_its_threads_set() -> None:
    values = found("counting", n=3, threads=2)
    assert [value["number"] for value in values] == [0, 1, 2]
    assert {value["threads"] for value in values} == {"2"}
    assert {value["process"] for value in values} != {os.getpid()}


def test_whoever_watches_gets_a_turn_while_nothing_comes() -> None:
    running = stream("tests.test_child:counting", n=1, pause_s=0.5)
    start = time.perf_counter()
    assert next(running) is None
    assert time.perf_counter() - start < 5  # the process has begun, and nothing was waited for
    running.close()


def test_closing_ends_the_process_at_once() -> None:
    running = stream("tests.test_child:counting", n=100, pause_s=0.1)
    process = next(value for value in running if value is not None)["process"]
    running.close()
    assert not psutil.pid_exists(process)


def test_a_refusal_comes_in_its_own_words() -> None:
    with pytest.raises(ValueError, match="n must be positive, got 0"):
        found("refusing")


@pytest.mark.parametrize(
    ("how", "words"), [("kill", "code -9"), ("exit", "code 3"), ("raise", "KeyError: 'lost'")]
)
def test_a_process_that_dies_says_so_after_what_it_gave(how: str, words: str) -> None:
    came: list[int] = []
    with pytest.raises(ChildEndedError) as ended:
        came.extend(value for value in stream("tests.test_child:dying", how=how) if value is not None)
    assert str(ended.value) == f"The measuring process ended early ({words}); what came until then is kept."


def test_one_that_dies_before_it_reads_what_it_was_given_says_so() -> None:
    with pytest.raises(ChildEndedError, match=r"^The measuring process ended early .*nowhere.*is kept\.$"):
        [*stream("tests.nowhere:task", text="x" * 10**6)]


def test_one_that_cannot_be_started_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(ChildEndedError, match=r"^The measuring process could not be started \(.*\)\.$"):
        [*stream("tests.test_child:refusing")]


def test_half_a_line_of_one_that_dies_is_no_result_and_no_refusal() -> None:
    lines: queue.Queue[str | None] = queue.Queue()
    for line in ('{"value": 1}\n', '{"value": 2', None):
        lines.put(line)
    assert [*child._arriving(lines)] == [1]


@pytest.mark.parametrize("end", ["wait", "die", "return"])
def test_nothing_is_left_in_the_temporary_folder_however_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    running = stream("tests.test_child:writing", end=end)
    folder = next(value for value in running if value is not None)
    assert tmp_path in Path(folder).parents
    if end == "wait":
        assert Path(folder, "held").exists()
    if end == "die":
        with pytest.raises(ChildEndedError):
            next(value for value in running if value is not None)
    running.close()
    assert [*tmp_path.iterdir()] == []


def test_nothing_is_left_of_one_that_cannot_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(ChildEndedError):
        [*stream("tests.test_child:refusing")]
    assert [*tmp_path.iterdir()] == []


FULL = "The temporary folder must be writable to measure, got 'No space left on device'."


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)


@pytest.mark.usefixtures("full")
def test_a_temporary_folder_that_cannot_be_written_is_a_sentence() -> None:
    with pytest.raises(ChildEndedError) as ended:
        next(stream("tests.test_child:refusing"))
    assert str(ended.value) == FULL


def test_so_is_one_that_takes_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        with pytest.raises(ChildEndedError) as ended:
            next(stream("tests.test_child:refusing"))
    assert str(ended.value) == FULL
    assert [*tmp_path.iterdir()] == []


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("work", [integers, in_a_row, sparse_times])
def test_labs_say_that_the_temporary_folder_cannot_be_written(work: Any) -> None:
    *_, last = work()
    assert last.warning == FULL
    assert last.progress == 1
