"""What is measured, and on what: a network in a runtime, how it is asked, and the machine."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from course import arguments, conditions, runtimes
from course.machine import usable_cpus

MOST_BATCH = 4096


@dataclass(frozen=True)
class Setup:
    """What is measured: a network in a runtime, and how it is asked.

    Parameters
    ----------
    network : what it is called
    layer_sizes : inputs, hidden neurons, outputs; none for a file
    """

    network: str
    layer_sizes: tuple[int, ...]
    runtime: str
    batch_size: int
    threads: int
    precision: str

    def __str__(self) -> str:
        return (
            f"{self.network} network in {self.runtime}, {self.precision}, "
            f"batch of {self.batch_size}, {_threads(self.threads)}"
        )

    @property
    def lines(self) -> tuple[str, str]:
        """The network, and what runs it, for a picture."""
        return (
            f"{self.network} network, {self.precision}",
            f"{self.runtime}, {_threads(self.threads)}",
        )

    @property
    def conditions(self) -> str:
        """What has to be known to compare a measurement of it with another."""
        cpus = f"{usable_cpus():g} usable"
        return (
            f"Measured here: {processor()}, {_threads(self.threads)} of {cpus} · "
            f"{self.runtime}, {self.precision} · batch of {self.batch_size}"
        )

    @property
    def given(self) -> dict[str, Any]:
        """What loads it, in plain values, for a process of its own."""
        return {
            "runtime": self.runtime,
            "layer_sizes": list(self.layer_sizes),
            "threads": self.threads,
            "precision": self.precision,
        }


def checked(
    *,
    network: str = "small",
    layer_sizes: tuple[int, ...] = runtimes.SIZES["small"],
    runtime: str = "NumPy",
    batch_size: int = 1,
    threads: int = 1,
    precision: str = "float32",
) -> Setup:
    """Refuse what can't be measured before a process is started for it."""
    runtimes.check(runtime=runtime, precision=precision)
    rows = arguments.whole("batch_size", batch_size, low=1, high=MOST_BATCH)
    count = arguments.whole("threads", threads, low=1, high=1024)
    return Setup(network, layer_sizes, runtime, rows, count, precision)


@cache
def processor() -> str:
    """Name the processor, as the system calls it."""
    return conditions.conditions().processor or "unknown processor"


def _threads(count: int) -> str:
    return f"{count} thread{'s' * (count > 1)}"
