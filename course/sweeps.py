"""The same task with many settings, in processes beside this one: each result arrives when it is there.

How a class's sweep leaves one machine. Whatever `joblib` can hand work to can do a sweep. Where a
cluster of Dask runs, with this project installed on its machines, the call stays as it is::

    import joblib
    from dask.distributed import Client

    from course.bending import errors
    from course.capacity import capacity, settings
    from course.sweeps import sweep

    client = Client("scheduler.of.your.cluster:8786")
    tasks = settings(next(capacity(model="decision tree", data="breast cancer")))
    with joblib.parallel_config(backend="dask"):
        points = [each for each in sweep(errors, tasks) if each]

`Client()` takes all processors of this machine. The first task is computed here; where nothing came
for a while, a sweep yields None, so that whoever watches gets a turn: hence `if each`.

The backend is looked up when a sweep begins. So the block holds for what is computed inside it, not
for a lab that is made there and whose Run is pressed later. For labs, write
`joblib.parallel_config(backend="dask")` on a line of its own, without `with`: it holds in the notebook
from then on. Polynomials are computed here in any case: they take less time than the way there. A
cluster with a single thread gets nothing from joblib, which then computes here, too.

What travels is the task's name, its settings and what it returns; so tasks load their data themselves.
"""

import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from course import arguments
from course.threads import one_thread

WAIT_S = 0.04  # after which whoever watches gets a turn, whether something came or not
SETTLE_S = 0.1  # a slider that is still being moved starts no processes
IDLE_S = 60  # after which workers without work end
LOOK_S = 0.2  # between two looks whether this process still lives

KILLED = "A worker ended early (killed, or out of memory); what came until then is kept."
_WORKERS = threading.Lock()
_ongoing: "WeakSet[_Work]" = WeakSet()

Task = Callable[..., Any]
Setting = Mapping[str, Any]


class WorkerEndedError(RuntimeError):
    """A worker died before its work was done; says so."""


@dataclass(frozen=True, eq=False)
class Arrived:
    """What a task returned.

    Parameters
    ----------
    place : of the setting in the list of all
    setting : the keyword arguments
    value : what came back
    """

    place: int
    setting: Setting
    value: Any


def sweep(
    task: Task, settings: Sequence[Setting], *, n_jobs: int | None = None
) -> Generator[Arrived | None, None, None]:
    """Compute a task for every setting: the first here, at once, and the others in workers.

    Until the first worker has returned something, which can take seconds, a thread of this process
    goes on with the list as well. Results come in the order in which they are done. Closing this
    generator abandons what is left at once. Where no process can be started, everything is
    computed here, with the same results.

    Parameters
    ----------
    task : a function of a module; takes one setting's keyword arguments, returns a plain value
    settings : keyword arguments, in the order in which they should be done
    n_jobs : workers; None takes what `joblib.parallel_config` says, else one for each processor;
        1 computes everything here

    Yields
    ------
    each result; None where nothing came for 40 ms

    Raises
    ------
    ValueError
        what the task refused, in its words
    WorkerEndedError
        where a worker was killed
    """
    jobs = None if n_jobs is None else arguments.whole("n_jobs", n_jobs, low=1)
    return _sweep(task, [dict(setting) for setting in settings], jobs)


def _sweep(task: Task, settings: list[Setting], jobs: int | None) -> Generator[Arrived | None, None, None]:
    left = dict(enumerate(settings))
    yield from _here(task, left, 1)
    if left and jobs != 1:
        work = _Work(task, [*left.items()], jobs)
        work.start()
        try:
            yield from _arriving(work, left)
        except OSError:  # no process can be started: what is left is computed here
            pass
        finally:
            work.stopped.set()
    yield from _here(task, left, len(left))


def _here(task: Task, left: dict[int, Setting], count: int) -> Iterator[Arrived]:
    """Compute the next of what is left in this process."""
    for place, setting in [*left.items()][:count]:
        with one_thread():
            value = task(**setting)
        del left[place]
        yield Arrived(place, setting, value)


def _arriving(work: "_Work", left: dict[int, Setting]) -> Iterator[Arrived | None]:
    """Hand out what workers return, until nothing is left."""
    while left:
        try:
            came = work.arrived.get(timeout=WAIT_S)
        except queue.Empty:
            yield None
            continue
        if isinstance(came, BaseException):
            raise came
        place, value = came
        if place in left:
            yield Arrived(place, left.pop(place), value)


class _Work(threading.Thread):
    """Reads what joblib's workers return, since joblib waits for them and whoever watches can't.

    Attributes
    ----------
    arrived : places with their values; an exception ends it
    stopped : once set, nothing more is wanted, and workers that are at it are ended
    done : set once joblib has nothing more to return
    """

    def __init__(self, task: Task, tasks: Sequence[tuple[int, Setting]], jobs: int | None) -> None:
        super().__init__(name="sweep", daemon=True)
        self.arrived: queue.Queue[tuple[int, Any] | BaseException] = queue.Queue()
        self.stopped, self.done = threading.Event(), threading.Event()
        self._task, self._tasks = task, deque(tasks)
        self._given: deque[tuple[int, Setting]] = deque()
        self._begun = threading.Event()
        self._parallel, self._local = _parallel(jobs)

    def run(self) -> None:
        """Read until all is there, or nobody wants it any more."""
        self.stopped.wait(SETTLE_S)
        try:
            with self._turn():
                if not self.stopped.is_set():
                    self._read()
        except BrokenExecutor:
            self.arrived.put(WorkerEndedError(KILLED))
        except BaseException as error:  # noqa: BLE001 - raised where the sweep is read
            self.arrived.put(error)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until no other sweep has the workers: joblib's are the same for all."""
        mine = False
        while self._local and not mine and not self.stopped.is_set():
            mine = _WORKERS.acquire(timeout=WAIT_S)
        try:
            yield
        finally:
            if mine:
                _WORKERS.release()

    def _read(self) -> None:
        outputs = self._parallel(self._handed_out())
        _ended_with_this_process(self)
        threading.Thread(target=self._guard, daemon=True).start()
        if self._local:
            threading.Thread(target=self._bridge, daemon=True).start()
        try:
            for place, value, raised in outputs:
                self._begun.set()
                self.arrived.put(raised or (place, value))
        finally:
            self.done.set()

    def _bridge(self) -> None:
        """Compute here while the workers start; of what they hold, whoever has it first is heard."""
        while not (self._begun.is_set() or self.done.is_set() or self.stopped.is_set()):
            task = _taken(self._tasks) or _taken(self._given)
            if task is None:
                return
            place, value, raised = _tried(self._task, *task)
            self.arrived.put(raised or (place, value))

    def _guard(self) -> None:
        """End the workers once nobody wants their results."""
        while not (self.stopped.wait(WAIT_S) or self.done.is_set()):
            pass
        if not self.done.is_set():
            self.abandon()

    def abandon(self) -> None:
        """End the workers, whatever they are at."""
        self.stopped.set()
        _take_back(self._parallel._backend)
        self._parallel._abort()  # what joblib does where a task fails; it has no public name

    def _handed_out(self) -> Iterator[Any]:
        from joblib import delayed

        while not self.stopped.is_set() and (task := _taken(self._tasks)) is not None:
            self._given.append(task)
            yield delayed(_tried)(self._task, *task)


def _take_back(backend: Any) -> None:
    """Take back what loky has not handed to a worker: else it looks for that once it has thrown it away."""
    waiting = getattr(getattr(backend, "_workers", None), "_work_ids", None)
    while waiting is not None:
        try:
            waiting.get_nowait()
        except queue.Empty:
            return


def _taken(waiting: "deque[tuple[int, Setting]]") -> tuple[int, Setting] | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _ended_with_this_process(work: _Work) -> None:
    """Let this process end at once: the hook of joblib would wait for the work, so this one goes first."""
    if not _ongoing:
        threading._register_atexit(_end_all)  # type: ignore[attr-defined]  # joblib's own way
    _ongoing.add(work)


def _end_all() -> None:
    for work in [*_ongoing]:
        if not work.done.is_set():
            work.abandon()


def _parallel(jobs: int | None) -> tuple[Any, bool]:
    """Prepare joblib as it is set up in this thread, and say whether its workers are of this machine."""
    from joblib import Parallel, parallel_config
    from joblib.parallel import get_active_backend

    backend, configured = get_active_backend()
    how: dict[str, Any] = {"return_as": "generator_unordered", "batch_size": 1}
    if type(backend).__name__ != "LokyBackend":
        return Parallel(n_jobs=jobs, **how), False
    asked = jobs or configured or -1
    with parallel_config(
        "loky", n_jobs=asked, inner_max_num_threads=1, idle_worker_timeout=IDLE_S,
        initializer=_follow, initargs=(os.getpid(),),
    ):  # fmt: skip
        return Parallel(**how), True


def _tried(task: Task, place: int, setting: Setting) -> tuple[int, Any, Exception | None]:
    """Run a task on one thread; an exception is a result like others, so that the workers live on."""
    try:
        with one_thread():
            return place, task(**setting), None
    except Exception as error:  # noqa: BLE001 - raised where the sweep is read
        return place, None, error


def _follow(parent: int) -> None:
    """Let a worker end with the process that started it, however that one ended."""
    threading.Thread(target=_until_alone, args=(parent,), daemon=True).start()


def _until_alone(parent: int) -> None:
    from time import sleep

    from psutil import pid_exists

    while pid_exists(parent) and os.getppid() == parent:
        sleep(LOOK_S)
    os._exit(0)
