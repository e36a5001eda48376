"""How close the instrument comes to MLPerf LoadGen, the reference of the field, on the same model.

`uv pip install mlcommons-loadgen; uv run --no-sync python -m tests.benchmarks.loadgen` prints ratios,
ours over LoadGen's. Both call the same model in turn, one stream, several rounds. LoadGen's time
includes what its Python binding takes to hand over a query and take its answer; a model that does
nothing shows how long that is. A wait shows the same without what disturbs a model: other programs
that use its cache and its memory.
"""

import json
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from course.conditions import conditions
from course.measuring import Work, measure, seconds
from course.runtimes import SIZES, prepare
from course.threads import one_thread
from course.wording import duration

ROUNDS, QUERIES = 21, 2000
SHARES = (0.5, 0.9)
BATCH, WAIT_S = 40, 1e-4  # a model that takes about as long as the wait
Pair = tuple[float, float]


def reference(work: Work) -> Pair:
    """Let LoadGen measure, in its single-stream scenario; seconds at p50 and p90."""
    loadgen: Any = import_module("mlperf_loadgen")
    response, complete = loadgen.QuerySampleResponse, loadgen.QuerySamplesComplete

    def issue(queries: Any) -> None:
        work()
        complete([response(query.id, 0, 0) for query in queries])

    settings = loadgen.TestSettings()
    settings.scenario = loadgen.TestScenario.SingleStream
    settings.mode = loadgen.TestMode.PerformanceOnly
    settings.min_query_count = settings.max_query_count = QUERIES
    settings.min_duration_ms = 0
    log = loadgen.LogSettings()
    log.enable_trace = False
    samples = loadgen.ConstructQSL(1, 1, lambda _: None, lambda _: None)
    system = loadgen.ConstructSUT(issue, lambda: None)
    with tempfile.TemporaryDirectory() as folder:
        log.log_output.outdir = folder
        loadgen.StartTestWithLogSettings(system, samples, settings, log)
        found = logged(Path(folder) / "mlperf_log_detail.txt")
    loadgen.DestroySUT(system)
    loadgen.DestroyQSL(samples)
    one, other = (found[f"result_{100 * share:.2f}_percentile_latency_ns"] / 1e9 for share in SHARES)
    return one, other


def logged(path: Path) -> dict[str, Any]:
    """Read what LoadGen wrote, a JSON object a line after a mark."""
    lines = [line.removeprefix(":::MLLOG ") for line in path.read_text().splitlines()]
    return {entry["key"]: entry["value"] for entry in map(json.loads, lines)}


def ours(work: Work) -> Pair:
    """Measure with the instrument; seconds at p50 and p90."""
    *_, found = measure(work, readings=QUERIES, most_s=60)
    one, other = (found.percentile(share).value_s for share in SHARES)
    return one, other


def waiting() -> None:
    """Do nothing for 100 µs: work that always takes the same time."""
    end = seconds() + WAIT_S
    while seconds() < end:
        pass


def in_turn(work: Work, number: int) -> tuple[Pair, Pair, Pair]:
    """Measure ours, LoadGen's, and LoadGen's of nothing; which comes first changes from round to round."""
    steps: list[Callable[[], Pair]] = [
        lambda: ours(work),
        lambda: reference(work),
        lambda: reference(lambda: None),
    ]
    found = {which: steps[which]() for which in ((0, 1, 2), (2, 1, 0))[number % 2]}
    return found[0], found[1], found[2]


def compare(name: str, work: Work) -> None:
    """Measure in several rounds, and print."""
    with one_thread():
        rounds = [in_turn(work, number) for number in range(ROUNDS)]
    print(f"{name}: {ROUNDS} rounds of {QUERIES:,} queries; the middle of the rounds, and their range")
    for column, share in enumerate(SHARES):
        mine, theirs, empty = ([each[which][column] for each in rounds] for which in range(3))
        print(
            f"  p{share * 100:.0f}: ours {duration(median(mine))}, LoadGen's {duration(median(theirs))}, "
            f"LoadGen's of nothing {duration(median(empty))}"
        )
        together = [one + nothing for one, nothing in zip(mine, empty, strict=True)]
        for told, values in (("ours", mine), ("(ours + LoadGen's of nothing)", together)):
            ratios = [one / other for one, other in zip(values, theirs, strict=True)]
            print(f"    {told} / LoadGen's: {median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")


def main() -> None:
    """Compare on a model and on a wait."""
    print(conditions(threads=1))
    compare("A model", prepare(layer_sizes=SIZES["small"], batch_size=BATCH).work)
    compare("A wait of 100 µs", waiting)


if __name__ == "__main__":
    main()
