"""Idle and work in turn, with a meter read before, between and after: what the measuring process does."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from time import sleep
from typing import Any

from course import meters, runtimes
from course.measuring import Clock, Work, read, seconds, warm_up
from course.meters import Meter

ROUNDS = 6  # lowest to highest of so many hold the middle 97 times in a hundred: 1 − 2 × ½⁶
IDLE_S, WORK_S, SLICE_S, CHUNK_S = 0.25, 0.35, 0.02, 0.001
GRAPHICS = ("CUDA", "TensorRT")


@dataclass(frozen=True, eq=False)
class Round:
    """A while in which nothing was asked, then one of inferences.

    Parameters
    ----------
    inferences : how many there were
    idle_s, work_s : seconds of each while
    idle_j, work_j : joules of each; None where they are unknown
    why : a reason, where they are
    """

    inferences: int
    idle_s: float
    work_s: float
    idle_j: float | None = None
    work_j: float | None = None
    why: str = ""

    @property
    def shares(self) -> tuple[float, float] | None:
        """Joules of an inference in all, and of idling as long; None where they are unknown."""
        if self.idle_j is None or self.work_j is None:
            return None
        return self.work_j / self.inferences, self.idle_j / self.idle_s * self.work_s / self.inferences


def on_graphics(runtime: str) -> bool:
    """Say whether a runtime computes on a graphics card."""
    return any(each in runtime for each in GRAPHICS)


def measured(*, model: str, batch_size: int, runtime: str) -> Iterator[dict[str, Any]]:
    """Say which meter there is, then measure: what the process does."""
    prepared = runtimes.prepare(
        runtime=runtime, layer_sizes=runtimes.SIZES[model], batch_size=batch_size, precision="float32"
    )
    found = meters.find()
    place, meter = (-1, found.graphics) if on_graphics(runtime) else (0, found.processor)
    yield {"meter": str(meter or ""), "missing": [] if meter else [found.missing[place]]}
    yield from rounds(prepared.work, batch_size=batch_size, meter=meter)


def rounds(
    work: Work,
    *,
    batch_size: int = 1,
    meter: Meter | None = None,
    clock: Clock = seconds,
    pause: Callable[[float], object] = sleep,
) -> Iterator[dict[str, Any]]:
    """Idle and work in turn, reading a meter before, between and after.

    Parameters
    ----------
    work : one call, of `batch_size` inferences
    meter : None where there is none: then there are times alone
    pause : waits so many seconds

    Yields
    ------
    how far it is, and the fields of each `Round`
    """
    calls = warm_up(work, clock=clock)[0]
    chunk = max(1, round(CHUNK_S / max(read(work, calls, clock) / calls, 1e-9)))

    def idling() -> int:
        pause(SLICE_S)
        return 0

    def working() -> int:
        until, done = clock() + SLICE_S, 0
        while clock() < until:
            read(work, chunk, clock)
            done += chunk
        return done

    for number in range(ROUNDS):
        _, idle_s, idle = yield from _while(idling, IDLE_S, meter, clock, number)
        done, work_s, spent = yield from _while(working, WORK_S, meter, clock, number + 0.4)
        known = None not in (idle.energy_j, spent.energy_j)
        yield {
            "round": {
                "inferences": done * batch_size, "idle_s": idle_s, "work_s": work_s,
                "idle_j": idle.energy_j, "work_j": spent.energy_j,
                "why": "" if known else idle.why or spent.why,
            }
        }  # fmt: skip


def _while(
    act: Callable[[], int], length_s: float, meter: Meter | None, clock: Clock, number: float
) -> Generator[dict[str, Any], None, tuple[int, float, meters.Spent]]:
    """Act again and again for a while; say how often, how long, and what went through the meter."""
    before, start, done = meter.read() if meter else (), clock(), 0
    while clock() - start < length_s:
        done += act()
        if meter:
            meter.read()  # a power that is sampled wants to be read often
        yield {"progress": number / ROUNDS}
    duration = clock() - start
    if meter is None:
        return done, duration, meters.Spent(None, "there is no meter")
    return done, duration, meter.spent(before, meter.read(), duration)
