"""Sweeps: every result once, in whatever order; abandoned at once; no worker stays."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from time import monotonic, sleep
from typing import Any

import joblib
import psutil
import pytest

from course import sweeps
from course.bending import errors
from course.sweeps import WorkerEndedError, sweep
from tests.labs import in_kernel, settle
from tests.sweep_tasks import elsewhere_slow, process, refuse, slow, threads
from widgets.lab import Lab

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"^ *```python\n(.*?)^ *```", (ROOT / "README.md").read_text("utf-8"), re.S | re.M)
SETTINGS = [{"x": x} for x in range(12)]
LONG: list[dict[str, Any]] = [{"x": 0}, *({"x": x, "s": 60.0} for x in range(8))]
PATIENCE_S = 60.0


def workers(process: int | None = None) -> set[int]:
    """Numbers of the processes that compute for this one."""
    found = set()
    for each in psutil.Process(process).children(recursive=True):
        try:
            words = " ".join(each.cmdline())
        except psutil.Error:
            continue
        if "loky" in words and "tracker" not in words:
            found.add(each.pid)
    return found


def wait_until(holds: Any) -> None:
    """Wait generously: the machine may be busy."""
    end = monotonic() + PATIENCE_S
    while not holds():
        assert monotonic() < end, "waited in vain"
        sleep(0.02)


def begun(running: Iterator[Any]) -> list[Any]:
    """Read until workers are there, and hand out what came by then."""
    before, came = workers(), [next(running)]

    def there() -> bool:
        came.append(next(running))
        return bool(workers() - before) or (bool(before) and len(came) > 20)

    wait_until(there)
    return [each for each in came if each]


@pytest.mark.parametrize("n_jobs", [None, 1, 2])
def test_every_setting_comes_once_with_its_own_value(n_jobs: int | None) -> None:
    came = [each for each in sweep(slow, SETTINGS, n_jobs=n_jobs) if each]
    assert (came[0].place, came[0].value) == (0, 0)
    assert sorted(each.place for each in came) == list(range(12))
    assert all(each.value == each.setting["x"] ** 2 == each.place**2 for each in came)


def test_nothing_to_do_is_done_and_one_thing_is_done_here() -> None:
    assert list(sweep(slow, [])) == []
    assert [each.value for each in sweep(slow, [{"x": 3}]) if each] == [9]


def test_while_nothing_comes_whoever_watches_gets_a_turn() -> None:
    running = sweep(slow, LONG)
    assert next(running) is not None
    assert [next(running) for _ in range(5)] == [None] * 5
    running.close()


def test_nothing_waits_for_workers_that_are_slow_to_begin() -> None:
    began = monotonic()
    came = [
        each for each in sweep(elsewhere_slow, [{**each, "home": os.getpid()} for each in SETTINGS]) if each
    ]
    assert monotonic() - began < 30, "what was handed to them would have taken a minute"
    assert sorted(each.value for each in came) == [x * x for x in range(12)]
    wait_until(lambda: not workers())


def test_closing_ends_the_workers_at_once_and_nothing_comes_after() -> None:
    running = sweep(slow, LONG)
    begun(running)
    began = monotonic()
    running.close()
    wait_until(lambda: not workers())
    assert monotonic() - began < 30, "each of the tasks would have taken a minute"
    assert list(running) == []


def test_workers_end_without_complaint_where_more_is_left_than_they_can_hold() -> None:
    with joblib.parallel_config("loky", n_jobs=2):
        parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch=40)
    outputs = parallel(joblib.delayed(slow)(**each) for each in LONG[1:2] * 40)
    executor = parallel._backend._workers
    wait_until(executor._call_queue.full)
    wait_until(lambda: not executor._call_queue.full())  # two are at it, and loky would hand out two more
    sweeps._take_back(parallel._backend)
    parallel._abort()
    wait_until(lambda: not workers())  # pytest complains of an exception in a thread of loky
    with pytest.warns(UserWarning, match="cancelled"):
        outputs.close()


def test_a_new_sweep_after_an_abandoned_one_holds_nothing_of_it() -> None:
    old = sweep(slow, LONG)
    begun(old)
    old.close()
    new = [{"x": 100 + x} for x in range(6)]
    came = [each for each in sweep(slow, new) if each]
    assert sorted(each.value for each in came) == [(100 + x) ** 2 for x in range(6)]


def test_one_that_is_closed_before_it_begins_starts_no_process() -> None:
    before = workers()
    running = sweep(slow, LONG)
    next(running)
    next(running)
    running.close()
    sleep(0.3)
    assert workers() <= before


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_what_a_task_refuses_is_refused_in_its_words(n_jobs: int) -> None:
    with pytest.raises(ValueError, match=r"^x must not be 3, got 3$"):
        list(sweep(refuse, SETTINGS, n_jobs=n_jobs))


def test_a_worker_that_is_killed_is_said_and_what_came_is_kept() -> None:
    running, came = sweep(slow, LONG), []
    came += begun(running)
    psutil.Process(workers().pop()).kill()
    with pytest.raises(
        WorkerEndedError, match=r"^A worker ended early .*; what came until then is kept\.$"
    ):
        came += [each for each in running if each]
    assert came[0].value == 0


def test_where_no_process_can_be_started_it_is_all_computed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError("no processes here")

    monkeypatch.setattr(joblib.Parallel, "__call__", fail)
    came = [each for each in sweep(slow, SETTINGS) if each]
    assert [each.value for each in came] == [x * x for x in range(12)]


def test_workers_compute_on_one_thread() -> None:
    came = [each for each in sweep(threads, [{"x": x} for x in range(4)]) if each]
    assert {each.value for each in came} == {1}


ENDING = """
import os, sys
from course.sweeps import sweep
from tests.sweep_tasks import slow
from tests.test_sweeps import LONG, begun, workers
running = sweep(slow, LONG)
begun(running)
print(*workers(), flush=True)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("how", ["left", "killed"])
def test_no_worker_outlives_its_kernel(how: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", ENDING, how], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S
    )
    numbers = [int(each) for each in found.stdout.split()]
    assert numbers
    if how == "left":
        assert found.stderr == ""
    wait_until(lambda: not any(_alive(each) for each in numbers))


def _alive(number: int) -> bool:
    try:
        return bool(psutil.Process(number).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """One worker of Dask, in a process of its own; to a single thread joblib hands nothing."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as local,
        distributed.Client(local) as client,
    ):
        yield client


def test_under_dask_the_same_call_runs_on_its_workers(cluster: Any) -> None:
    with joblib.parallel_config(backend="dask"):
        came = [each for each in sweep(process, SETTINGS) if each]
        assert [each.value for each in came if each.place == 0] == [os.getpid()]
        elsewhere = {each.value for each in came if each.place}
        assert elsewhere == {*cluster.run(os.getpid).values()}
        begun_and_left = sweep(slow, [{"x": x, "s": 0.1} for x in range(30)])
        assert next(begun_and_left) is not None
        for _ in range(5):
            next(begun_and_left)
        begun_and_left.close()


def test_the_recipe_for_a_cluster_runs_as_it_is_written(cluster: Any) -> None:
    (recipe,) = (each for each in BLOCKS if "dask" in each)
    assert recipe.replace("\n  ", "\n    ").strip() in str(sweeps.__doc__), "it stands there as well"
    scope: dict[str, Any] = {"__name__": "readme"}
    exec(dedent(recipe).replace("scheduler.of.your.cluster:8786", cluster.scheduler.address), scope)
    scope["client"].close()
    assert len(scope["points"]) == len(scope["tasks"]) == 100
    for each in scope["points"][::20]:
        assert each.value == errors(**each.setting)


def test_without_a_block_a_lab_that_is_run_later_takes_the_cluster_too(cluster: Any) -> None:
    there = cluster.run(os.getpid).values()

    async def play() -> None:
        lab = Lab(pids, lambda axes, result: None)
        lab._runner.run()  # type: ignore[union-attr]
        while not lab._runner.finished:  # type: ignore[union-attr]
            await settle(0.02)
        assert lab.result == sorted([os.getpid(), *there])

    for_all = joblib.parallel_config(backend="dask")
    try:
        in_kernel(play)
    finally:
        for_all.unregister()


def pids() -> Iterator[list[int]]:
    """Yield the processes that computed so far."""
    found: set[int] = set()
    yield []
    for each in sweep(process, SETTINGS):
        found |= {each.value} if each else set()
        yield sorted(found)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"n_jobs": 0}, "n_jobs must be a whole number of at least 1, got 0"),
    ],
)
def test_what_can_not_be_swept_with_is_refused(bad: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        sweep(slow, SETTINGS, **bad)
    assert str(refusal.value) == message
