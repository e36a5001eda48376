"""ONNX Runtime on each of its execution providers that computes on this machine.

Whether a provider is listed and whether it loads are two questions: ONNX Runtime falls back to
the processor without an error, so every session here is asked where it ended up, and may not
hand single operators to the processor either.
"""

from collections.abc import Callable
from typing import Any

from course import arguments

CPU = "ONNX Runtime"
# Azure's is not among them: it computes elsewhere.
PROVIDERS = {
    CPU: "CPUExecutionProvider",
    "ONNX Runtime CUDA": "CUDAExecutionProvider",
    "ONNX Runtime TensorRT": "TensorrtExecutionProvider",
    "ONNX Runtime CoreML": "CoreMLExecutionProvider",
    "ONNX Runtime DirectML": "DmlExecutionProvider",
    "ONNX Runtime QNN": "QNNExecutionProvider",
    "ONNX Runtime OpenVINO": "OpenVINOExecutionProvider",
}
BROUGHT_BY = {
    CPU: "pip install onnxruntime",
    "ONNX Runtime CUDA": "an NVIDIA card, and pip install onnxruntime-gpu",
    "ONNX Runtime TensorRT": "an NVIDIA card, TensorRT, and pip install onnxruntime-gpu",
    "ONNX Runtime CoreML": "a Mac: there it comes with onnxruntime",
    "ONNX Runtime DirectML": "Windows, and pip install onnxruntime-directml",
    "ONNX Runtime QNN": "a Qualcomm processor with an NPU, and pip install onnxruntime-qnn",
    "ONNX Runtime OpenVINO": "an Intel device, and pip install onnxruntime-openvino",
}
EXACT = {"CUDAExecutionProvider": {"use_tf32": "0"}}  # or float32 is multiplied with ten bits
TYPES = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(float16)": "float16"}

Ask = Callable[[Any], Any]


def listed() -> tuple[str, ...]:
    """Name the runtimes that ONNX Runtime says it has; whether they load is another question."""
    try:
        import onnxruntime
    except ImportError:
        return ()
    known = onnxruntime.get_available_providers()
    return tuple(name for name, provider in PROVIDERS.items() if provider in known)


def session(model: bytes, *, name: str = CPU, threads: int = 1) -> Any:
    """Start ONNX Runtime on a model, on one provider and no other.

    Raises
    ------
    ValueError
        where the model is broken, or the provider doesn't load or doesn't run all of it
    """
    import onnxruntime

    provider = PROVIDERS[arguments.one_of("runtime", name, PROVIDERS)]
    onnxruntime.set_default_logger_severity(4)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 4
    if name != CPU:
        options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    if provider not in onnxruntime.get_available_providers():
        raise ValueError(f"{name} is not there: it needs {BROUGHT_BY[name]}")
    try:
        made = onnxruntime.InferenceSession(
            model, options, providers=[(provider, EXACT.get(provider, {}))], enable_fallback=False
        )
    except Exception as error:  # ONNX Runtime's own types, one for each thing that can be wrong
        if name == CPU:
            raise broken(model) from error
        raise ValueError(f"{name} is listed, but does not load: {_first_line(error)}") from error
    if made.get_providers()[0] != provider:
        raise ValueError(f"{name} is listed, but does not load; nothing else is measured in its place")
    return made


def asked(made: Any) -> tuple[Ask, tuple[int, ...], int | None, str]:
    """Say how a session is asked.

    Returns
    -------
    a function of a batch; the shape of a row; the rows that a batch must have, None for any number; and
    the type of its numbers
    """
    inputs = made.get_inputs()
    if len(inputs) != 1 or inputs[0].type not in TYPES or not inputs[0].shape:
        came = ", ".join(f"{each.name} {each.type} {each.shape}" for each in inputs) or "none"
        raise ValueError(f"file must hold a model with one input, a batch of numbers, got {came}")
    name, (rows, *row) = inputs[0].name, inputs[0].shape
    if not all(isinstance(length, int) for length in row):
        raise ValueError(f"file must hold a model whose rows have a fixed shape, got {row}")

    def ask(batch: Any) -> Any:
        return made.run(None, {name: batch})[0]

    return ask, tuple(row), rows if isinstance(rows, int) else None, TYPES[inputs[0].type]


def parsed(held: bytes) -> Any:
    """Read a model; refuse bytes that are none."""
    import onnx

    try:
        model = onnx.load_model_from_string(held)
        onnx.checker.check_model(model)
    except Exception as error:
        raise broken(held) from error
    return model


def broken(held: bytes) -> ValueError:
    """The error for bytes that ONNX Runtime can't run."""
    return ValueError(f"file must hold a model that ONNX Runtime can run, got {len(held):,} other bytes")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
