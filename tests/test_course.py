"""What holds for every public function of `course`, of later lessons too."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, is_dataclass
from itertools import islice
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.naive_bayes import GaussianNB

import course
from course import (
    audit,
    capacity,
    columns,
    convolution,
    datasets,
    drawing,
    energy,
    fairness,
    groups,
    leaks,
    lending,
    lies,
    models,
    networks,
    ngrams,
    points,
    quantising,
    rates,
    report,
    tables,
    variants,
)

SMALL = networks.initialise(layer_sizes=(2, 3, 2))
FILTERS = convolution.initialise()
IMAGES = np.random.default_rng(0).random((3, 784))
INPUTS = np.array([[0.0, 1.0], [1.0, 0.5], [2.0, -1.0]])
TARGETS = np.array([0, 1, 1])
CSV = "a,b,kind\n" + "\n".join(f"{n},{n * n},{'pq'[n % 2]}" for n in range(20))
SHARES = [[0.5, 0.5], [0.2, 0.8], [0.9, 0.1]]
LEARNING = {"network": SMALL, "inputs": INPUTS, "targets": TARGETS}
STUDYING = {"student": SMALL, "inputs": INPUTS, "soft": SHARES, "targets": [-1, 0, 1]}

HALF = INPUTS, np.eye(2)[TARGETS]

PEOPLE: dict[str, Any] = {
    "labels": [1, 0, 1, 1],
    "decisions": [1, 1, 0, 1],
    "groups": [0, 0, 1, 1],
    "names": ("a", "b"),
}
GROUP = groups.sides().test_group.first(20)

REPORT = Path(tempfile.gettempdir()) / "ai-workbook-report.json"
report.report(timings=[report.Timing("small", "NumPy", 1e-5, 2e-5, 3e-5, 1e5)]).save(REPORT)


VARIANT = variants.Variant(
    "one", b"file", np.ones(3, bool), 4, 1e-5, energy.Joules(1e-4, 1e-5, 1e-3, True), number=1
)


def still(*_: object) -> float:
    return 0.0


# Arguments for what has no default; a function that isn't here is called without any.
EXAMPLES: dict[str, dict[str, Any]] = {
    "bending.errors": {"model": "decision tree", "capacity": 3},
    "bending.wave": {"x": np.linspace(-1, 1, 5)},
    "capacity.best": {"model": "polynomial"},
    "capacity.settings": {"start": next(capacity.capacity())},
    "convolution.accuracy": {"network": FILTERS, "inputs": IMAGES, "targets": TARGETS},
    "convolution.forward": {"network": FILTERS, "inputs": IMAGES},
    "convolution.gradient": {"network": FILTERS, "inputs": IMAGES, "targets": TARGETS},
    "convolution.loss": {"network": FILTERS, "inputs": IMAGES, "targets": TARGETS},
    "convolution.predict": {"network": FILTERS, "inputs": IMAGES},
    "convolution.to_onnx": {"network": FILTERS},
    "datasets.split": {"data": datasets.digits()},
    "datasets.typical_and_not": {
        "data": datasets.digits(),
        "halves": datasets.split(datasets.digits()),
    },
    "drawing.centred": {"ink": np.eye(28)},
    "drawing.by_keys": {"keys": "222"},
    "drawing.flattened": {"drawing": drawing.EXAMPLES["3"]},
    "drawing.image": {"drawing": drawing.EXAMPLES["3"]},
    "paired.better": {"one": [1, 1, 0], "other": [0, 1, 0]},
    "paired.mcnemar": {"one": [1, 1, 0], "other": [0, 1, 0]},
    "variants.front": {"costs": [1.0, 2.0], "accuracies": [0.5, 0.6]},
    "variants.exactly": {"share": 0.943},
    "variants.energy_said": {"variant": VARIANT},
    "variants.judged": {"pick": 1, "variants": [VARIANT]},
    "fitting.fitted": {"estimator": GaussianNB(), "inputs": np.eye(4), "targets": [0, 0, 1, 1]},
    "fitting.unconverged": {"count": 2},
    "folds.checked": {"inputs": np.eye(4), "targets": [0, 0, 1, 1]},
    "folds.cross_validated": {"inputs": np.eye(4), "targets": [0, 0, 1, 1], "folds": 2},
    "folds.split_once": {"inputs": np.eye(10), "targets": np.arange(10) % 2},
    "splits.ends": {"accuracies": (0.9, 1.0)},
    "footprint.amount": {"value": 0.5, "unit": "J"},
    "footprint.between": {"low": 0.1, "high": 0.5, "unit": "J"},
    "footprint.factor": {"value": 0.5},
    "footprint.placed": {"grid": "Norway"},
    "inference.examples": {"count": 10},
    "inference.halves": {"data": datasets.mnist()},
    "learnt.computed": {"features": ("x₁", "x₁x₂"), "places": INPUTS},
    "points.edited": {"made": points.points(), "edits": "1 2 blue; #3 0 0"},
    "points.halves": {"order": np.arange(20)[::-1], "train_size": 0.3},
    "tables.read": {"source": CSV},
    "columns.table_points": {"columns": columns.Columns(tables.read(CSV))},
    "calibration.reliability": {"probabilities": SHARES, "labels": TARGETS},
    "calibration.calibration_error": {
        "probabilities": SHARES,
        "labels": TARGETS,
    },
    "intervals.newcombe": {"counts": (9, 3), "of": (10, 10)},
    "intervals.wilson": {"count": 8, "of": 10},
    "lending.column": {"name": "black"},
    "lending.inputs": {"names": ("black", "hispan")},
    "lending.scores": {"x": lending.inputs(lending.RACE), "labels": lending.approvals()},
    "rates.apart": {"one": rates.Rate(1, 3), "other": rates.Rate(3, 5)},
    "rates.by_group": {"labels": [1, 0, 1], "decisions": [1, 1, 0], "groups": [0, 0, 1], "names": "ab"},
    "rates.equalised_odds_gap": {"groups": audit.audit().groups},
    "rates.equalised_odds_ratio": {"groups": audit.audit().groups},
    "rates.gap": {"name": "selection rate", "groups": audit.audit().groups},
    "audit.spoken": {"group": "white"},
    "audit.pair": {"gap": audit.audit().gap()},
    "calibration.checked": {"probabilities": SHARES, "labels": TARGETS},
    "calibration.tempered": {"scores": INPUTS},
    "calibration.fitted_temperature": {"scores": INPUTS, "labels": TARGETS},
    "confidence.withhold": {"probabilities": SHARES, "labels": TARGETS},
    "confidence.coverage_curve": {"probabilities": SHARES, "labels": TARGETS},
    "confidence.scores": {"network": SMALL, "inputs": INPUTS},
    "bias.mixture": {"share": 0.5, "group": rates.Rate(1, 2), "others": rates.Rate(3, 4)},
    "bias.answers": {"examples": GROUP, "asked": [GROUP.inputs]},
    "groups.slanted": {"images": np.eye(64)},
    "groups.chosen_digits": {"digits": ("8", "9")},
    "membership.roc_curve": {"members": TARGETS, "others": TARGETS},
    "membership.area_under_curve": {"members": TARGETS, "others": TARGETS},
    "tables.classes": {"values": tables.read(CSV).frame["kind"]},
    "tables.named": {"value": 0.5},
    "proxies.members": {"who": "Black or white"},
    "proxies.race_scores": {"names": ("liq", "netw")},
    "proxies.told": {"scores": range(12), "others": range(5, 30)},
    "training.measure": {"network": SMALL, "own": HALF, "test": HALF},
    "training.ending": {"epoch": 1, "history": np.ones((2, 4)), "alike": False, "learning_rate": 0.1},
    "descent.steps_needed": {"learning_rate": 0.1},
    "networks.initialise": {"layer_sizes": [2, 3, 2]},
    "networks.forward": {"network": SMALL, "inputs": INPUTS},
    "networks.predict": {"network": SMALL, "inputs": INPUTS},
    "networks.backward": {
        "network": SMALL,
        "values": networks.forward(SMALL, INPUTS),
        "error": np.full((3, 2), 0.1),
    },
    "networks.accuracy": LEARNING,
    "networks.loss": LEARNING,
    "networks.gradient": LEARNING,
    "networks.examples": LEARNING,
    "networks.score": {"network": SMALL, "x": INPUTS, "y": np.eye(2)[TARGETS]},
    "networks.slope": {"network": SMALL, "x": INPUTS, "y": np.eye(2)[TARGETS]},
    "wording.written": {"value": 0.565},
    "wording.told_apart": {"one": 0.5932, "other": 0.5931},
    "optimisers.plain": {"learning_rate": 0.1},
    "optimisers.momentum": {"learning_rate": 0.1},
    "optimisers.adam": {"learning_rate": 0.1},
    "cost.energy": {"seconds": 0.001},
    "cost.lasting": {"days": 3.0},
    "cost.measured": {"layer_sizes": (4, 3, 2)},
    "cost.multiply_adds": {"layer_sizes": (4, 3, 2)},
    "cost.said": {"value": 0.001, "unit": "s"},
    "cost.training_multiply_adds": {"layer_sizes": (4, 3, 2)},
    "layers.alone_and_together": {"batch_size": 8, "train_size": 10},
    "layers.fingerprint": {"network": SMALL},
    "layers.frozen": {"inferences": 10, "train_size": 10},
    "layers.layer_by_layer": {"train_size": 10},
    "models.load": {"source": models.to_npz(SMALL)},
    "models.runtime": {"source": SMALL},
    "models.save": {"network": SMALL, "path": Path(tempfile.gettempdir()) / "ai-workbook-test.npz"},
    "models.to_npz": {"network": SMALL},
    "models.to_onnx": {"network": SMALL},
    "shift.shrunk": {"inputs": np.eye(3, 784)},
    "training.descend": LEARNING,
    "distilling.soft_targets": {"network": SMALL, "inputs": INPUTS},
    "distilling.loss": STUDYING,
    "distilling.gradient": STUDYING,
    "distilling.distilling": STUDYING,
    "training.train": {**LEARNING, "test_inputs": INPUTS, "test_targets": TARGETS, "examples": [0, 2]},
    "pruning.fine_tuning": {**LEARNING, "mask": np.ones(17, bool)},
    "pruning.gradual_pruning": LEARNING,
    "pruning.kept_neurons": {"network": SMALL},
    "pruning.layer_numbers": {"network": SMALL},
    "pruning.masks": {"network": SMALL},
    "pruning.only_neurons": {"network": SMALL, "kept": (np.array([0, 2]),)},
    "pruning.pruned": {"network": SMALL, "mask": np.ones(17, bool)},
    "pruning.without_neurons": {"network": SMALL},
    "storage.stored": {"network": SMALL},
    "wording.percent": {"share": 0.5},
    "docstrings.tokens": {"text": "Return x, the sum of `x`."},
    "ngrams.count": {"texts": [["a", "b", "a"], ["b"]]},
    "ngrams.word_lists": {"name": "texts", "texts": [["a", "b", "a"], ["b"]]},
    "ngrams.followers": {"counts": ngrams.count([["a", "b", "a"], ["b"]]), "context": (1, 2)},
    "ngrams.probabilities": {"times": np.array([1.0, 3.0]), "temperature": 0.5},
    "ngrams.likelihoods": {
        "counts": ngrams.count([["a", "b", "a"], ["b"]]),
        "texts": [["a", "b", "a"], ["b"]],
    },
    "ngrams.perplexities": {
        "counts": ngrams.count([["a", "b", "a"], ["b"]]),
        "texts": [["a", "b", "a"], ["b"]],
    },
    "ngrams.copied": {"counts": ngrams.count([["a", "b", "a"], ["b"]]), "text": [1, 2, 1, 2, 1, 2, 0, 3]},
    "ngrams.covered": {"starts": np.array([True, False]), "length": 7},
    "ngrams.stretches": {"starts": np.array([True, True, False, True])},
    "ngrams.copy_share": {
        "counts": ngrams.count([["a", "b", "a"], ["b"]]),
        "texts": [["a", "b", "a"], ["b"]],
    },
    "wording.rounded": {"value": 0.565, "decimals": 2},
    "percentiles.percentile": {"latencies_s": np.arange(1, 100.0), "share": 0.5},
    "percentiles.slowdown": {"latencies_s": np.arange(1, 100.0)},
    "power_law.power_law": {"sizes": [10.0, 100.0], "errors": [0.4, 0.2]},
    "more_rows.accuracy": {
        "inputs": np.eye(4),
        "targets": [0, 0, 1, 1],
        "test_inputs": np.eye(4),
        "test_targets": [0, 0, 1, 1],
    },
    "more_rows.order_of": {"rows": 5, "order": 1, "random_state": 0},
    "more_rows.readings": {"todo": [(30, 0)], "data": "digits"},
    "privacy.private": {"text": "/home/ada/model.onnx"},
    "report.load": {"path": REPORT},
    "report.read": {"source": REPORT.read_bytes()},
    "reports.sections": {"reports": [report.read(REPORT.read_bytes())], "model": "small", "measure": "p99"},
    "quantisation.said": {"bits": 3},
    "generalisation.replaced": {"targets": [1, 2, 3, 4], "share": 0.5},
    "stops.checked_patience": {"patience": 5},
    "stops.checked_stop": {"stop": 50},
    "stops.out_of_patience": {"losses": [2.0, 1.0, 1.5]},
    "quantising.packed": {"quantised": quantising.quantise(values=np.eye(2))},
    "quantising.possible": {"bits": 3},
    "quantising.quantise": {"values": np.eye(2)},
    "quantising.unpacked": {
        "held": quantising.packed(quantising.quantise(values=np.eye(2))),
        "shape": (2, 2),
    },
    "reports.value_said": {"value": 0.001, "measure": "p99"},
    "lies.faster": {"ratio": 1.3},
    "lie_cases.middle": {"taken": np.arange(1, 100.0)},
    "lie_cases.drift": {"taken": np.arange(1, 100.0)},
    "lie_cases.different": {"made": lies.told()},
    "scenarios.checked": {
        "scenario": "server",
        "model": "large",
        "bound_ms": 15.0,
        "arrival_rate": 0.7,
        "stall": False,
    },
    "queues.all_at_once": {"services_s": np.ones(3)},
    "queues.at_share": {"services_s": np.ones(3)},
    "queues.back_to_back": {"services_s": np.ones(3)},
    "queues.poisson": {"rate": 1.0},
    "queues.replay": {"arrivals_s": np.arange(3.0), "services_s": np.ones(2)},
    "queues.serve": {"service": still, "arrivals_s": np.zeros(3), "sleep": still, "clock": still},
    "queues.server_rate": {"services_s": np.array([0.001])},
    "queues.tail": {"latencies_s": np.arange(1, 100.0)},
    "wording.duration": {"time_s": 0.001},
    "wording.size": {"count": 14_792},
    "wording.rate": {"per_s": 1000.0},
    "quality.plausibility": {"inputs": INPUTS, "labels": TARGETS},
    "leaks.chosen": {"x": INPUTS, "y": TARGETS, "count": 1},
    "leaks.folds": {"made": leaks.table(case=2), "mended": {"rows"}, "seed": 0},
    "leaks.nearest": {"own": INPUTS, "new": INPUTS, "count": 2},
    "leaks.scaled": {"x": INPUTS, "by": INPUTS},
    "memo.memo": {
        "decision": fairness.fairness(),
        "by": "equal selection",
        "signed": "The board",
        "because": "It is the law.",
    },
    "fairness.attainable": {"result": fairness.fairness()},
    "fairness.limits_of": {"thresholds": 0.5},
    "fairness.outcomes": {"approved": np.arange(1989) % 2},
    "fairness.equalise": {"target": "equal selection", "result": fairness.fairness()},
}
# any word will do
UNCHECKED = {
    "training.train": {"noun"},
    "tables.read": {"name"},
    "rates.by_group": {"approved", "refused"},
    "memo.memo": {"signed", "because"},
    "report.report": {"name", "date"},
    "reports.compare": {"model"},
    "reports.sections": {"model"},
}
CHECKERS = {"answers", "arguments", "cache", "marking"}  # these have tests of their own
MACHINE = {
    "benchmarking",
    "child",
    "comparing",
    "conditions",
    "energy",
    "integer_files",
    "integer_models",
    "integers",
    "learning_curve",
    "libraries",
    "measuring",
    "memory",
    "metering",
    "meters",
    "providers",
    "runtimes",
    "setups",
    "this_machine",
    "throughput",
    "scenario_runs",
    "sweeps",
    "sparse_times",
    "compression",
    "steps",
}  # what these find depends on the machine


def module_names() -> list[str]:
    return [each.name for each in pkgutil.iter_modules(course.__path__)]


def public_functions() -> dict[str, Callable[..., Any]]:
    """Find every public function that takes arguments."""
    modules = [
        importlib.import_module(f"course.{name}")
        for name in module_names()
        if name not in CHECKERS | MACHINE
    ]
    return {
        f"{module.__name__.removeprefix('course.')}.{name}": found
        for module in modules
        for name, found in vars(module).items()
        if callable(found) and not inspect.isclass(found) and not name.startswith("_")
        if getattr(found, "__module__", "") == module.__name__ and inspect.signature(found).parameters
    }


FUNCTIONS = public_functions()


def example_for(name: str) -> dict[str, Any]:
    given = EXAMPLES.get(name, {})
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    missing = [each.name for each in parameters if each.default is each.empty and each.name not in given]
    if missing:
        pytest.fail(f"course.{name} needs {', '.join(missing)}: give an example in EXAMPLES of {__file__}")
    return given


def call(name: str, given: dict[str, Any]) -> Any:
    """The result; of a generator its first three items."""
    result = FUNCTIONS[name](**given)
    return list(islice(result, 3)) if isinstance(result, Iterator) else result


def same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
    if is_dataclass(one):
        return all(same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    if isinstance(one, pd.DataFrame | pd.Series):
        return bool(one.equals(other))
    if isinstance(one, BaseEstimator):
        return same(vars(one), vars(other))
    if isinstance(one, Mapping):
        return same(list(one.items()), list(other.items()))
    if isinstance(one, Iterable) and not isinstance(one, str):
        return same_items(list(one), list(other))
    if callable(one):
        probe = np.linspace(-1, 1, 10).reshape(5, 2)
        return same([one(probe) for _ in range(3)], [other(probe) for _ in range(3)])
    return bool(one == other)


def same_items(some: list[Any], others: list[Any]) -> bool:
    return len(some) == len(others) and all(map(same, some, others))


def scalars(name: str) -> Iterator[tuple[str, Any]]:
    """The keyword-only parameters that are a number or a name, and values that none of them can be."""
    hints = get_type_hints(inspect.unwrap(FUNCTIONS[name]))
    for each in inspect.signature(FUNCTIONS[name]).parameters.values():
        hint = hints[each.name]
        kinds = set(get_args(hint)) if get_origin(hint) in (Union, UnionType) else {hint}
        scalar = bool(kinds & {int, float, str}) and kinds <= {int, float, str, NoneType}
        if each.kind is each.KEYWORD_ONLY and scalar and each.name not in UNCHECKED.get(name, ()):
            yield from ((each.name, bad) for bad in (np.nan, "no such thing"))
            yield from ((each.name, None) for _ in {NoneType} - kinds)


def test_functions_are_found() -> None:
    assert {"training.learn_digits", "datasets.split", "networks.loss"} <= FUNCTIONS.keys()
    assert EXAMPLES.keys() | UNCHECKED.keys() <= FUNCTIONS.keys()
    assert ("learning_rate", None) in list(scalars("training.learn_digits"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_same_arguments_give_the_same_result(name: str) -> None:
    given = example_for(name)
    assert same(call(name, given), call(name, deepcopy(given)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arguments_stay_as_they_were(name: str) -> None:
    given = example_for(name)
    before = deepcopy(given)
    call(name, deepcopy(given))
    call(name, given)
    assert same(given, before)


@pytest.mark.parametrize(
    ("name", "parameter", "bad"), [(name, *refused) for name in FUNCTIONS for refused in scalars(name)]
)
def test_every_scalar_refuses_what_it_can_not_be(name: str, parameter: str, bad: object) -> None:
    with pytest.raises(ValueError, match=rf"^{parameter} must .+, got {bad!r}$"):
        call(name, {**example_for(name), parameter: bad})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.array([1.0]), np.array([2.0])),
        (np.array([1]), np.array([1.0])),
        ((1, 2), [1, 2]),
        ([1, 2], [1, 2, 3]),
        ({"a": 1}, {"a": 2}),
        (SMALL, SMALL.moved(np.ones(17))),
        (np.sin, np.cos),
    ],
)
def test_what_differs_is_not_the_same(one: object, other: object) -> None:
    assert not same(one, other)
    assert same(one, deepcopy(one))
    assert same(other, deepcopy(other))


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Packages that are loaded once all of `course` is imported."""
    imports = "".join(f"import course.{name}\n" for name in module_names())
    script = f"import sys\n{imports}print(*{{name.split('.')[0] for name in sys.modules}})"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


@pytest.mark.parametrize("package", ["matplotlib", "ipywidgets", "anywidget", "IPython", "widgets"])
def test_course_shows_nothing(imported: set[str], package: str) -> None:
    assert "course" in imported
    assert package not in imported


@pytest.mark.parametrize("package", ["sklearn", "scipy", "pandas", "fairlearn", "river", "onnxruntime"])
def test_heavy_libraries_wait_until_they_are_used(imported: set[str], package: str) -> None:
    assert package not in imported
