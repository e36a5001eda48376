"""Work in a process of its own, in which nothing draws: its results arrive one by one.

What goes in and what comes back are plain values (numbers, texts, lists, dicts), written as JSON.
"""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

WAIT_S = 0.04  # after which whoever watches gets a turn, whether something came or not
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
ROOT = Path(__file__).parents[1]


class ChildEndedError(RuntimeError):
    """The process ended before its work did; says how."""


def stream(task: str, *, threads: int = 1, **given: Any) -> Generator[Any, None, None]:
    """Run a generator in a process of its own.

    Closing this generator ends the process at once.

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
    with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "course.child", task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, **dict.fromkeys(THREADS, str(threads))},
        )
        lines: queue.Queue[str | None] = queue.Queue()
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(given))
            process.stdin.close()
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


def _arriving(lines: "queue.Queue[str | None]") -> Iterator[Any]:
    while True:
        try:
            line = lines.get(timeout=WAIT_S)
        except queue.Empty:
            yield None
            continue
        if line is None:
            return
        came = json.loads(line)
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
    last = complaints.strip().splitlines()[-1:] or [f"code {code}"]
    return f"The measuring process ended early ({last[0][:200]}); what came until then is kept."


def main(task: str) -> None:
    """Run the generator that a task names, with arguments from the standard input."""
    module, _, name = task.partition(":")
    function = getattr(import_module(module), name)
    out = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no result
    try:
        for value in function(**json.load(sys.stdin)):
            print(json.dumps({"value": value}), file=out, flush=True)
    except ValueError as refusal:
        print(json.dumps({"refused": str(refusal)}), file=out, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
