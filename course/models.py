"""Trained networks as files: as `.npz`, and as ONNX, which other programs run as well.

Nothing here ever loads a pickle, and a file is checked before any of it is used: whatever
is wrong with one, the error is a `ValueError` of one sentence.

Source: the operators Gemm, Relu, Tanh, Sigmoid and Softmax of the ONNX specification,
https://onnx.ai/onnx/operators.
"""

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course import arguments
from course.networks import ACTIVATIONS, OUTPUTS, Array, Network

Source = str | Path | bytes
OPSET, IR_VERSION = 17, 8  # of 2022: what is in use for years is run by everything
ZIP = b"PK\x03\x04"  # how a file of NumPy's begins
OPERATORS = {"relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid", "softmax": "Softmax"}


def save(network: Network, path: str | Path) -> None:
    """Write a network to a file whose ending says how: `.npz` or `.onnx`."""
    place = Path(path)
    if place.suffix not in (".npz", ".onnx"):
        raise arguments.refuse("path", "end in .npz or .onnx", place.name)
    place.write_bytes(to_npz(network) if place.suffix == ".npz" else to_onnx(network))


def load(source: Source) -> Network:
    """Read a network that `save` has written; the bytes say whether as `.npz` or as ONNX.

    Parameters
    ----------
    source : the path of a file, or its bytes

    Raises
    ------
    ValueError
        where the file can't be read, or holds anything but such a network
    """
    held = _bytes(source)
    return _from_npz(held) if held.startswith(ZIP) else _from_onnx(held)


def to_npz(network: Network) -> bytes:
    """Write a network as NumPy's archive of four arrays, its parameters as 64-bit floats.

    >>> print(load(to_npz(Network(np.zeros(17), (2, 3, 2)))))
    A 2-3-2 network with 17 parameters.
    """
    _sound("network", network)
    file = BytesIO()
    np.savez(
        file,
        parameters=network.parameters,
        layer_sizes=np.array(network.layer_sizes),
        activation=np.array(network.activation),
        output=np.array(network.output),
    )
    return file.getvalue()


def to_onnx(network: Network) -> bytes:
    """Write a network as an ONNX graph of 32-bit floats: "inputs", any number of rows, to "outputs".

    Each layer is a Gemm, inputs times weights plus biases; between the layers stands the
    activation, after the last one Softmax, Sigmoid, or nothing.
    """
    return bytes(_model(network).SerializeToString())


def runtime(source: Network | Source) -> Callable[[ArrayLike], Array]:
    """Let ONNX Runtime answer, on one thread: a function of inputs that returns the outputs.

    Parameters
    ----------
    source : a network, or a file of one that `load` would read
    """
    network = source if isinstance(source, Network) else load(source)
    session = _session(to_onnx(network))

    def answer(inputs: ArrayLike) -> Array:
        rows = arguments.array("inputs", inputs, shape=(None, network.layer_sizes[0]))
        (outputs,) = session.run(None, {"inputs": rows.astype(np.float32)})
        return np.asarray(outputs, float)

    return answer


def _session(model: bytes) -> Any:
    """Start ONNX Runtime on a model: one thread, no log, nothing sent to anybody."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _model(network: Network) -> Any:
    from onnx import helper

    numbers = _sound("network", network).astype(np.float32)
    graph = _graph(Network(numbers.astype(float), network.layer_sizes, network.activation, network.output))
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
    helper.set_model_props(model, {"activation": network.activation, "output": network.output})
    return model


def _graph(network: Network) -> Any:
    from onnx import TensorProto, helper

    nodes, held, at, last = [], [], "inputs", len(network.layers) - 1
    for number, pair in enumerate(network.layers):
        names = [f"weights_{number}", f"biases_{number}"]
        held += [_tensor(name, values) for name, values in zip(names, pair, strict=True)]
        function = OPERATORS.get(network.output if number == last else network.activation)
        sums = "outputs" if number == last and not function else f"sums_{number}"
        nodes.append(helper.make_node("Gemm", [at, *names], [sums]))
        at = "outputs" if number == last else f"values_{number}" if function else sums
        if function:
            nodes.append(helper.make_node(function, [sums], [at]))
    sides = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", count])
        for name, count in zip(
            ("inputs", "outputs"), network.layer_sizes[:: len(network.layers)], strict=True
        )
    ]
    return helper.make_graph(nodes, "network", sides[:1], sides[1:], held)


def _tensor(name: str, values: Array) -> Any:
    from onnx import TensorProto, helper

    held = np.ascontiguousarray(values, "<f4").tobytes()
    return helper.make_tensor(name, TensorProto.FLOAT, values.shape, held, raw=True)


def _bytes(source: Source) -> bytes:
    if isinstance(source, bytes):
        return source
    if not isinstance(source, str | Path):
        raise arguments.refuse("source", "be a path or bytes", source)
    try:
        return Path(source).read_bytes()
    except (OSError, ValueError):  # no such file, a folder, a name with a zero byte
        raise arguments.refuse("file", "exist and be readable", str(source)) from None


def _from_npz(held: bytes) -> Network:
    try:
        with np.load(BytesIO(held), allow_pickle=False) as file:
            arrays = {name: file[name] for name in ("parameters", "layer_sizes", "activation", "output")}
        network = Network(
            arguments.numbers_in("parameters", arrays["parameters"]),
            tuple(arrays["layer_sizes"].tolist()),
            str(arrays["activation"]),
            str(arrays["output"]),
        )
    except Exception as error:
        raise _foreign(held) from error
    _sound("file", network)
    return network


def _from_onnx(held: bytes) -> Network:
    """Read the weights, and see whether just this graph is written for them."""
    import onnx

    try:
        model = onnx.load_model_from_string(held)
        network = _read(model)
    except Exception as error:
        raise _foreign(held) from error
    _sound("file", network)
    if _model(network).SerializeToString(deterministic=True) != model.SerializeToString(deterministic=True):
        raise _foreign(held)
    return network


def _read(model: Any) -> Network:
    props = {each.key: each.value for each in model.metadata_props}
    tensors = model.graph.initializer
    shapes = [tuple(each.dims) for each in tensors]
    parts = [np.frombuffer(each.raw_data, "<f4") for each in tensors]
    sizes = [shapes[0][0], *(shape[0] for shape in shapes[1::2])]
    return Network(np.concatenate(parts).astype(float), tuple(sizes), props["activation"], props["output"])


def _foreign(held: bytes) -> ValueError:
    return ValueError(f"file must hold a network as `save` writes it, got {len(held):,} other bytes")


def _sound(name: str, network: Network) -> Array:
    """Return the parameters of what is a network; refuse anything else."""
    sizes, numbers = network.layer_sizes, network.parameters
    if len(sizes) < 2 or not all(type(size) is int and size >= 1 for size in sizes):
        raise arguments.refuse(name, "hold two layer sizes or more, each of at least 1", sizes)
    if network.activation not in ACTIVATIONS or network.output not in OUTPUTS:
        raise arguments.refuse(
            name, "hold an activation and an output that are known", (network.activation, network.output)
        )
    if network.output == "sigmoid" and sizes[-1] != 1:
        raise arguments.refuse(name, "hold layer sizes that end in a single output for sigmoid", sizes)
    count = sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))
    if numbers.shape != (count,):
        raise arguments.refuse(name, f"hold {count:,} parameters for layers of {sizes}", numbers.shape)
    bad = int(count - (np.abs(numbers) <= np.finfo(np.float32).max).sum())
    if bad:
        raise ValueError(f"{name} must hold finite numbers of 32 bits only, got {bad} that are not")
    return numbers
