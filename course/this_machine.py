"""Lesson 07: the report of this machine, measured with the lesson's own instrument."""

from collections.abc import Iterable

from course import arguments, benchmarking, conditions, energy, runtimes, scenario_runs
from course.benchmarking import Measured
from course.report import Report, Timing, report

MODELS = ("small", "medium")
BATCHES = (1, 64)
RUNTIMES = ("NumPy", "ONNX Runtime")


def this_machine(*, name: str = "this machine", readings: int = 300, thorough: bool = False) -> Report:
    """Measure a few networks, and one against itself, and put the report together.

    Each measurement runs in a process of its own. What can't be measured is left out.

    Parameters
    ----------
    name : what the machine is to be called; no name is read from it
    readings : of each timing
    thorough : whether a server scenario and the energy are measured as well, half a minute more
    """
    wanted = arguments.whole("readings", readings, low=20, high=10_000)
    held = [each for each in RUNTIMES if each in runtimes.there()]
    first, *_ = [*benchmarking.latency(readings=wanted)][::-1]
    others = [
        benchmarking.quick(
            layer_sizes=runtimes.SIZES[model], runtime=runtime, batch_size=batch, readings=wanted
        )
        for model in MODELS
        for runtime in held
        for batch in BATCHES
    ]
    named = [model for model in MODELS for _ in held for _ in BATCHES]
    timings = [_timing(model, found) for model, found in zip(named, others, strict=True) if found.timings]
    known, same = conditions.conditions(threads=1), first.against_itself
    return report(
        name=name,
        timings=timings,
        conditions={"hardware": known.hardware, "software": known.software, "readings": wanted},
        same=(same.ratio, same.interval.low, same.interval.high) if same else None,
        scenarios=[_last(scenario_runs.scenarios(model="medium"))] if thorough else [],
        energy=[_last(energy.energy_of_use())] if thorough else [],
    )


def _timing(model: str, found: Measured) -> Timing:
    assert found.timings is not None
    p50, p90, p99 = (found.timings.percentile(share).value_s for share in (0.5, 0.9, 0.99))
    setup = found.setup
    return Timing(
        model=model,
        runtime=setup.runtime,
        p50_s=p50,
        p90_s=p90,
        p99_s=p99,
        throughput=found.timings.throughput,
        threads=setup.threads,
        batch_size=setup.batch_size,
        precision=setup.precision,
    )


def _last(results: Iterable[object]) -> str:
    """Say what a measurement came to in the end."""
    *_, last = results
    return str(last)
