"""Stands for the process that times and runs scenarios: what it gives is known."""

from collections.abc import Generator
from typing import Any

import numpy as np

from course.child import ChildEndedError
from course.scenario_runs import READINGS

ENDED = "The measuring process ended early (code -9); what came until then is kept."
SERVICES = {
    batch: np.random.default_rng(batch).lognormal(np.log(0.002 * batch**0.5), 0.2, 200)
    for batch in READINGS
}


class Child:
    """Stands for the other process: gives known times, and may die."""

    def __init__(self, dies_at: str = "") -> None:
        self.dies_at = dies_at
        self.open = 0
        self.asked: list[dict[str, Any]] = []

    def stream(self, task: str, *, threads: int = 1, **given: Any) -> Generator[Any, None, None]:
        self.open += 1
        name = task.split(":")[1]
        self.asked.append({"task": name, "threads": threads, **given})
        try:
            yield None
            if self.dies_at == f"{name} {given.get('batch', '')}".strip():
                raise ChildEndedError(ENDED)
            yield from self.timed(given["batch"]) if name == "timed" else self.run(given["rate"])
        finally:
            self.open -= 1

    def timed(self, batch: int) -> Generator[Any, None, None]:
        for part, progress in zip(np.split(SERVICES[batch], 2), (0.5, 1.0), strict=True):
            yield {"latencies_s": part.tolist(), "calls": 1, "steady": True, "progress": progress}
            yield None
            if self.dies_at == f"midway {batch}":
                raise ChildEndedError(ENDED)

    def run(self, rate: float) -> Generator[Any, None, None]:
        yield {"busy": 0.9 * rate * SERVICES[1].mean(), "queries": 400, "p99_s": 0.012}
