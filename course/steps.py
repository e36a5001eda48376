"""The steps of lesson 09 in a row, and what each makes, measured: the work of a process of its own."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from course import (
    distilling,
    integer_models,
    measuring,
    meters,
    models,
    networks,
    pruning,
    runtimes,
    throughput,
    trained,
)
from course.energy import estimate, metered
from course.measuring import Work
from course.networks import Network
from course.percentiles import percentile
from course.wording import percent

TEACHER = (512, 512)  # hidden neurons
TEMPERATURE, SOFT_WEIGHT, EPOCHS, TUNING = 3.0, 0.9, 10, 5
CALIBRATION = 200  # images
READINGS, FIRST_S = 200, 0.3  # of each, as soon as it is made
ROUNDS, LONGEST_S = 20, 10.0  # of all in turn, at the end
METERED = 3  # rounds of a meter, where there is one


def names(student_neurons: int, pruned_share: float, random_state: int) -> tuple[str, ...]:
    """Name the variants that a run makes, in their order."""
    pruned = f"{percent(pruned_share)} off"
    made = ("from labels", "distilled", pruned, f"{pruned}, tuned", f"{pruned}, int8")
    whose = f"s{random_state} " if random_state else ""
    every = ("teacher", "teacher, int8", *(f"{student_neurons}, {how}" for how in made))
    return tuple(f"{whose}{each}" for each in every)


def making(
    *, student_neurons: int, pruned_share: float, random_state: int, earlier: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """Make the variants one after the other, then measure all in turn: what the process does.

    Parameters
    ----------
    earlier : files of earlier runs, in base 64, that are measured once more beside the new ones
    """
    meter = meters.find().processor
    yield {"meter": meter.name if meter else "", "stage": "the teacher learns", "progress": 0.02}
    planned = names(student_neurons, pruned_share, random_state)
    works = {digest(file): _call(file) for file in map(b64decode, earlier)}
    for number, file in enumerate(_steps(student_neurons, pruned_share, random_state)):
        yield {"stage": f"measuring {planned[number]}", "progress": (number + 0.5) / (len(planned) + 1)}
        found, work = _measured(file, meter)
        works[digest(file)] = work
        yield {"variant": {"name": planned[number], **found}}
        yield {"stage": f"made {planned[number]}", "progress": (number + 1) / (len(planned) + 1)}
    yield {"stage": "measuring all in turn"}
    for times in in_turn(works):
        yield {"again": times}
    yield {"stage": "done", "progress": 1.0}


def in_turn(works: Mapping[str, Work]) -> Iterator[dict[str, list[float]]]:
    """Measure all, round by round, so that what disturbs meets all of them: the times of each so far."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    names = list(works)
    for came in throughput.readings_of([*works.values()], rounds=ROUNDS, most_s=LONGEST_S):
        for _, number, call_s in came:
            taken[names[int(number)]].append(call_s)
        complete = min(map(len, taken.values()))
        yield {name: times[:complete] for name, times in taken.items()}


def _steps(student_neurons: int, pruned_share: float, random_state: int) -> Iterator[bytes]:
    """Make the files, each only when it is asked for."""
    seen = trained.examples(data="MNIST")
    images, labels = seen.inputs, seen.targets
    teacher = trained.trained(data="MNIST", hidden_layer_sizes=TEACHER, random_state=random_state)
    yield models.to_onnx(teacher)
    yield _integer(models.to_onnx(teacher))
    alone = trained.trained(data="MNIST", hidden_layer_sizes=(student_neurons,), random_state=random_state)
    yield models.to_onnx(alone)
    student = _distilled(teacher, student_neurons, random_state)
    yield models.to_onnx(student)
    mask = pruning.masks(network=student, share=pruned_share)
    less = pruning.pruned(student, mask)
    yield models.to_onnx(less)
    tuned = _last(
        pruning.fine_tuning(
            network=less, mask=mask, inputs=images, targets=labels, random_state=random_state
        ),
        TUNING,
    )
    yield models.to_onnx(tuned)
    yield _integer(models.to_onnx(tuned))


def _distilled(teacher: Network, neurons: int, random_state: int) -> Network:
    seen = trained.examples(data="MNIST")
    recipe = trained.RECIPES["MNIST"]
    run = distilling.distilling(
        student=networks.initialise(layer_sizes=(784, neurons, 10), random_state=random_state),
        inputs=seen.inputs,
        soft=distilling.soft_targets(network=teacher, inputs=seen.inputs, temperature=TEMPERATURE),
        targets=seen.targets,
        temperature=TEMPERATURE,
        soft_weight=SOFT_WEIGHT,
        learning_rate=recipe.learning_rate,
        batch_size=recipe.batch_size,
        random_state=random_state,
    )
    return _last(run, EPOCHS)


def _last(run: Iterator[Network], epochs: int) -> Network:
    return next(islice(run, epochs, None))


def _integer(file: bytes) -> bytes:
    calibration = trained.examples(data="MNIST").inputs[:CALIBRATION]
    return integer_models.quantised(model=file, how="static", per_channel=True, calibration=calibration)


def _measured(file: bytes, meter: meters.Meter | None) -> tuple[dict[str, Any], Work]:
    """Weigh a file, ask it about the test images, and read clock and meter; return also one call of it."""
    seen = trained.examples(data="MNIST")
    answers = _loaded(file).ask(seen.test_inputs.astype("float32")).argmax(axis=1)
    work = _call(file)
    *_, timings = measuring.measure(work, readings=READINGS, most_s=FIRST_S)
    middle = percentile(latencies_s=timings.latencies_s, share=0.5).value_s
    joules = metered(work, meter, rounds=METERED) if meter else None
    found = {
        "file": b64encode(file).decode(),
        "right": (answers == seen.test_targets).tolist(),
        "compressed_bytes": len(zlib.compress(file, 9)),
        "latency_s": middle,
        "energy": vars(joules or estimate(inference_s=middle)),
    }
    return found, work


def _loaded(file: bytes) -> runtimes.Loaded:
    return runtimes.load(runtime="ONNX Runtime", file=file)


def _call(file: bytes) -> Work:
    """One answer of a file, without arguments."""
    return _loaded(file).prepared(batch_size=1).work


def digest(file: bytes) -> str:
    """A short name for what a file holds."""
    return sha256(file).hexdigest()[:16]
