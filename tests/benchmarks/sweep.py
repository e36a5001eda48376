"""Prints what a sweep gains on this machine: `uv run python -m tests.benchmarks.sweep`."""

from time import perf_counter
from typing import Any

import psutil

from course.bending import errors
from course.sweeps import sweep

SETTINGS: list[dict[str, Any]] = [
    {"model": "neural network", "data": "digits", "noise": 0.01 * n, "capacity": 32, "random_state": seed}
    for seed in range(5)
    for n in range(24)
]


def taken_s(n_jobs: int | None) -> tuple[float, float, float]:
    """Seconds to the first point, to the second and to the last."""
    began, times = perf_counter(), []
    for came in sweep(errors, SETTINGS, n_jobs=n_jobs):
        if came:
            times.append(perf_counter() - began)
    assert len(times) == len(SETTINGS)
    return times[0], times[1], times[-1]


def stopped_s() -> float:
    """Seconds from closing to the end of the last worker."""
    running = sweep(errors, SETTINGS)
    while sum(next(running) is not None for _ in range(10)) < 2:
        pass
    began = perf_counter()
    running.close()
    while any("loky.backend.popen" in " ".join(each.cmdline()) for each in _children()):
        pass
    return perf_counter() - began


def _children() -> list[psutil.Process]:
    found = []
    for each in psutil.Process().children(recursive=True):
        try:
            each.cmdline()
        except psutil.Error:
            continue
        found.append(each)
    return found


def main() -> None:
    """Measure in turns, so that whatever disturbs meets both."""
    errors(**SETTINGS[0])
    print(f"{len(SETTINGS)} fits; load {psutil.getloadavg()[0]:.1f}")
    for turn in range(2):
        serial, cold, warm = taken_s(1), taken_s(None), taken_s(None)
        print(
            f"turn {turn + 1}: serial {serial[2]:.1f} s; workers {cold[2]:.1f} s (first {cold[0]:.2f} s, "
            f"second {cold[1]:.1f} s), {serial[2] / cold[2]:.2f} times as fast; workers that run already "
            f"{warm[2]:.1f} s, {serial[2] / warm[2]:.2f} times; Stop {stopped_s():.2f} s"
        )


if __name__ == "__main__":
    main()
