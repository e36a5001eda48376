"""What runs a trained network on this machine: libraries, each ready to be timed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from course import arguments, child, integer_models, libraries, models, networks, providers
from course.networks import Array

PRECISIONS = ("float32", "float64", "float16", "int8")
SIZES = {
    "tiny": (64, 32, 10),
    "small": (784, 128, 10),
    "medium": (784, 512, 512, 10),
    "large": (784, 2048, 2048, 10),
}
# For each runtime the precisions that it really multiplies in. NumPy turns each float16 into a
# float32 and back, ONNX Runtime and PyTorch do so on most processors: that would time the turning.
KNOWN = {
    "NumPy": ("float32", "float64"),
    "scikit-learn": ("float32", "float64"),
    providers.CPU: ("float32", "float64", "int8"),
    "ONNX Runtime CUDA": ("float32", "float64", "float16"),
    "ONNX Runtime TensorRT": ("float32", "float16"),
    "ONNX Runtime CoreML": ("float32",),
    "ONNX Runtime DirectML": ("float32", "float16"),
    "ONNX Runtime QNN": ("float32",),
    "ONNX Runtime OpenVINO": ("float32",),
    "OpenVINO": ("float32",),
    "PyTorch": ("float32", "float64"),
}
RUNTIMES = tuple(KNOWN)
MODULES = {"OpenVINO": "openvino", "PyTorch": "torch"}  # used where somebody installed them


@dataclass(frozen=True)
class Runtime:
    """What could run a network here, and whether it does.

    Parameters
    ----------
    usable : whether it is there and loads
    why_not : a sentence, where it isn't usable
    brings : what would bring it
    precisions : that it really computes in
    """

    name: str
    usable: bool
    why_not: str
    brings: str
    precisions: tuple[str, ...]

    def __str__(self) -> str:
        if self.usable:
            return f"{self.name}: ready, in {', '.join(self.precisions)}."
        return f"{self.name}: {self.why_not}. To have it: {self.brings}."


@dataclass(frozen=True, eq=False)
class Loaded:
    """A network in a runtime.

    Parameters
    ----------
    ask : the answers to a batch
    row : shape of one input
    rows : that a batch must have; None for any number
    kind : of the numbers in a batch
    """

    ask: Callable[[Any], Any]
    row: tuple[int, ...]
    rows: int | None
    kind: str

    def prepared(self, *, batch_size: int = 1, random_state: int = 0) -> "Prepared":
        """Make a batch of random inputs, and what answers it."""
        rows = arguments.whole("batch_size", batch_size, low=1, high=65_536)
        if self.rows not in (None, rows):
            raise arguments.refuse("batch_size", f"be {self.rows}: the file says so", rows)
        batch = np.random.default_rng(random_state).random((rows, *self.row)).astype(self.kind)
        return Prepared(lambda: self.ask(batch), batch)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A network in a runtime, with a batch to ask it about.

    Parameters
    ----------
    work : one call of it, without arguments: the answers to the batch
    batch : shape (batch_size, n_inputs)
    """

    work: Callable[[], Any]
    batch: Array


def available() -> tuple[Runtime, ...]:
    """List every runtime that the workbook knows: usable here or not, and then why not."""
    here = there()
    return tuple(_tried(name, here) for name in RUNTIMES)


def there() -> tuple[str, ...]:
    """Name the runtimes that are installed, without loading one."""
    installed = {name for name, module in MODULES.items() if find_spec(module)}
    found = {"NumPy", "scikit-learn", *installed, *providers.listed()}
    return tuple(name for name in RUNTIMES if name in found)


def check(*, runtime: str = "NumPy", precision: str = "float32") -> None:
    """Refuse a runtime that isn't known, and a precision that it doesn't really compute in.

    >>> check(runtime="NumPy", precision="int8")
    Traceback (most recent call last):
    ...
    ValueError: precision must be one of float32, float64 in NumPy, got 'int8'
    """
    arguments.one_of("runtime", runtime, RUNTIMES)
    arguments.one_of("precision", precision, PRECISIONS)
    if precision not in KNOWN[runtime]:
        raise arguments.refuse(
            "precision", f"be one of {', '.join(KNOWN[runtime])} in {runtime}", precision
        )


def read(file: models.Source) -> bytes:
    """Return the bytes of a file that is given as a path, or as its bytes."""
    if isinstance(file, bytes):
        return file
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError, TypeError):
        raise arguments.refuse("file", "exist and be readable", str(file)) from None


def load(
    *,
    runtime: str = "NumPy",
    layer_sizes: Sequence[int] = SIZES["small"],
    threads: int = 1,
    precision: str = "float32",
    random_state: int = 0,
    file: models.Source | None = None,
) -> Loaded:
    """Make a network ready in a runtime; with random weights, as speed doesn't depend on what was learnt.

    Parameters
    ----------
    runtime : one of `RUNTIMES`
    layer_sizes : inputs, hidden neurons, outputs
    threads : that the runtime may take. NumPy and scikit-learn take what their process was given:
        measure them through `child.stream`, which sets that
    precision : one of those that the runtime really computes in, see `KNOWN`
    file : an ONNX model, as a path or bytes, instead of `layer_sizes`

    Raises
    ------
    ValueError
        where a runtime isn't there, doesn't load or has no such precision, or a file is broken
    """
    arguments.one_of("runtime", runtime, RUNTIMES)
    arguments.one_of("precision", precision, PRECISIONS)
    if precision not in KNOWN[runtime]:
        raise arguments.refuse(
            "precision", f"be one of {', '.join(KNOWN[runtime])} in {runtime}", precision
        )
    count = arguments.whole("threads", threads, low=1, high=1024)
    if runtime in MODULES and not find_spec(MODULES[runtime]):
        raise ValueError(f"{runtime} is not there: it needs {_brings(runtime)}")
    if runtime in libraries.BUILDERS:
        network = (
            networks.initialise(layer_sizes=layer_sizes, random_state=random_state)
            if file is None
            else models.load(file)
        )
        return Loaded(
            libraries.BUILDERS[runtime](network, precision, count), network.layer_sizes[:1], None, precision
        )
    held = (
        models.to_onnx(networks.initialise(layer_sizes=layer_sizes, random_state=random_state))
        if file is None
        else read(file)
    )
    return _onnx(runtime, integer_models.converted(held, precision), count)


def prepare(
    *,
    runtime: str = "NumPy",
    layer_sizes: Sequence[int] = SIZES["small"],
    batch_size: int = 1,
    threads: int = 1,
    precision: str = "float32",
    random_state: int = 0,
    file: models.Source | None = None,
) -> Prepared:
    """Load a network, and make a batch of inputs to ask it about: see `load`.

    Parameters
    ----------
    batch_size : rows that are asked about in one call
    """
    loaded = load(
        runtime=runtime,
        layer_sizes=layer_sizes,
        threads=threads,
        precision=precision,
        random_state=random_state,
        file=file,
    )
    return loaded.prepared(batch_size=batch_size, random_state=random_state)


def _onnx(runtime: str, model: bytes, threads: int) -> Loaded:
    made = providers.session(
        model, name=providers.CPU if runtime == "OpenVINO" else runtime, threads=threads
    )
    loaded = Loaded(*providers.asked(made))
    return replace(loaded, ask=libraries.openvino_on(model, threads)) if runtime == "OpenVINO" else loaded


def _tried(name: str, here: Sequence[str]) -> Runtime:
    why = _fault(name) if name in here else "not installed, or not for this machine"
    return Runtime(name, not why, why, _brings(name), KNOWN[name])


def _fault(name: str) -> str:
    """Load it in a process of its own: a driver that crashes takes nothing else with it."""
    if name in ("NumPy", "scikit-learn", providers.CPU):
        return ""
    try:
        found = [each for each in child.stream("course.runtimes:trial", name=name) if each is not None]
    except child.ChildEndedError as ended:
        return f"listed, but its process ended while it loaded ({ended})"
    return str(found[-1]) if found else "listed, but does not answer"


def trial(*, name: str = "NumPy") -> Any:
    """Load a small network, and yield why that fails, or ""."""
    try:
        prepare(runtime=name, layer_sizes=(2, 2, 2)).work()
    except (ValueError, ImportError, RuntimeError, OSError) as error:
        yield f"it does not load: {str(error).strip()[:200]}"
        return
    yield ""


def _brings(name: str) -> str:
    if name in MODULES:
        return f"pip install {MODULES[name]}"
    return providers.BROUGHT_BY.get(name, "uv sync")
