"""Work in a process of its own, in which nothing draws: its results arrive one by one.

What goes in and what comes back are plain values (numbers, texts, lists, dicts), written as JSON.
"""

import atexit
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO, Any

WAIT_S = 0.04  # after which whoever watches gets a turn, whether something came or not
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
TEMPORARY = ("TMPDIR", "TEMP", "TMP")
ROOT = Path(__file__).parents[1]


class ChildEndedError(RuntimeError):
    """The process ended before its work did; says how."""


def stream(task: str, *, threads: int = 1, **given: Any) -> Generator[Any, None, None]:
    """Run a generator in a process of its own.

    Closing this generator ends the process at once, and removes what it wrote to its temporary folder.

    Parameters
    ----------
    task : "module:function", a generator of plain values
    threads : that its libraries may take
    given : plain values for the function

    Yields
    ------
    what it yields; None where nothing came for 40 ms

    Raises
    ------
    ValueError
        what the function refused, in its words
    ChildEndedError
        where the process died, or its function raised anything else
    """
    with _folder() as folder, _complaints(folder) as complaints:
        process = _started(task, threads, complaints, folder)
        lines: queue.Queue[str | None] = queue.Queue()
        try:
            assert process.stdin is not None
            with suppress(OSError), process.stdin:  # it may have died meanwhile: its end is told
                process.stdin.write(json.dumps(given))
            threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
            yield from _arriving(lines)
            process.wait()
            if process.returncode:
                complaints.seek(0)
                raise ChildEndedError(_ended(process.returncode, complaints.read()))
        finally:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()


@contextmanager
def _folder() -> Iterator[str]:
    """Make a folder for what the process writes: one that is killed can't remove it."""
    try:
        folder = tempfile.mkdtemp(prefix="workbook-")
    except OSError as error:
        raise _not_writable(error) from error
    remove = partial(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(remove)  # for a kernel that ends in the middle
    try:
        yield folder
    finally:
        atexit.unregister(remove)
        remove()


def _complaints(folder: str) -> IO[str]:
    try:
        return Path(folder, "complaints").open("w+", encoding="utf-8", errors="replace")
    except OSError as error:
        raise _not_writable(error) from error


def _not_writable(error: OSError) -> ChildEndedError:
    why = error.strerror or type(error).__name__
    return ChildEndedError(f"The temporary folder must be writable to measure, got {why!r}.")


def _started(task: str, threads: int, complaints: IO[str], folder: str) -> "subprocess.Popen[str]":
    own = {**dict.fromkeys(THREADS, str(threads)), **dict.fromkeys(TEMPORARY, folder)}
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "course.child", task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=ROOT,
            env={**os.environ, **own},
        )
    except OSError as error:
        raise ChildEndedError(f"The measuring process could not be started ({error}).") from error


def _arriving(lines: "queue.Queue[str | None]") -> Iterator[Any]:
    while True:
        try:
            line = lines.get(timeout=WAIT_S)
        except queue.Empty:
            yield None
            continue
        if line is None:
            return
        try:
            came = json.loads(line)
        except ValueError:  # it died in the middle of a line
            continue
        if "refused" in came:
            raise ValueError(came["refused"])
        yield came["value"]


def _read(pipe: Any, lines: "queue.Queue[str | None]") -> None:
    try:
        for line in pipe:
            lines.put(line)
    except ValueError:  # closed meanwhile
        pass
    lines.put(None)


def _ended(code: int, complaints: str) -> str:
    last = complaints.strip().splitlines()[-1:] if code > 0 else []  # one that is killed says nothing
    why = last[0][:120] if last else f"code {code}"
    return f"The measuring process ended early ({why}); what came until then is kept."


def main(task: str) -> None:
    """Run the generator that a task names, with arguments from the standard input."""
    out = _own_output()
    module, _, name = task.partition(":")
    function = getattr(import_module(module), name)
    try:
        for value in function(**json.load(sys.stdin)):
            print(json.dumps({"value": value}), file=out, flush=True)
    except ValueError as refusal:
        print(json.dumps({"refused": str(refusal)}), file=out, flush=True)


def _own_output() -> IO[str]:
    """Keep the standard output for results: what a library prints goes to the complaints."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


if __name__ == "__main__":
    main(sys.argv[1])
