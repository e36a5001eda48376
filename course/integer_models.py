"""Models in other numbers: 8-bit integers or 16-bit floats in place of 32-bit floats, as ONNX files.

Source: Jacob et al. (2018), Quantization and training of neural networks for efficient
integer-arithmetic-only inference, section 2; done here by ONNX Runtime,
https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html.
"""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course import arguments, providers
from course.networks import Array

HOWS = ("dynamic", "static")
# What an integer model computes with; the last of all, softmax, stays in floats.
INTEGER = {"MatMulInteger", "DynamicQuantizeMatMul", "ConvInteger"}
QUANTISABLE = ("Conv", "Gemm", "MatMul")
WITH_THEM = ("Relu",)  # becomes a part of the step before it


@dataclass(frozen=True, eq=False)
class Tensor:
    """Weights of a quantised model: the integers, and what one step of them is worth.

    Parameters
    ----------
    integers : whole numbers of 8 bits
    scales : one for the whole tensor, or one for each channel
    axis : along which the channels lie; None for a single scale
    """

    name: str
    integers: Array
    scales: Array
    axis: int | None

    @property
    def weights(self) -> Array:
        """The numbers that they stand for."""
        if self.axis is None:
            return np.asarray(self.integers * self.scales)
        across = [1] * self.integers.ndim
        across[self.axis] = -1
        return np.asarray(self.integers * self.scales.reshape(across))


def quantised(
    *, model: bytes, how: str = "static", per_channel: bool = False, calibration: ArrayLike | None = None
) -> bytes:
    """Write a model of 32-bit floats with weights, and products, in 8-bit integers.

    Weights are rounded symmetrically: zero stays zero, the largest becomes 127. The range of the
    values between the layers is found anew at every call, or once, from examples.

    Parameters
    ----------
    model : an ONNX file's bytes
    how : "dynamic", ranges at every call; "static", ranges from `calibration`
    per_channel : a scale for each filter or output in place of one for a tensor. Where ranges are
        found at every call, ONNX Runtime does so for dense layers only
    calibration : inputs of the model, shape (n_examples, …), for "static"

    Raises
    ------
    ValueError
        where the model is broken, holds nothing to quantise or can't be run, where there are no
        examples, or where no temporary file can be written
    """
    arguments.one_of("how", how, HOWS)
    if not isinstance(per_channel, bool | np.bool_):
        raise arguments.refuse("per_channel", "be True or False", per_channel)
    parsed = providers.parsed(model)
    if not set(QUANTISABLE) & {node.op_type for node in parsed.graph.node}:
        raise ValueError("file must hold matrix products that can be made integer, got none")
    row = providers.asked(providers.session(model))[1]
    rows = None if how == "dynamic" else _examples(calibration, row)
    try:
        with TemporaryDirectory() as folder, _quiet():
            path = Path(folder) / "quantised.onnx"
            if rows is None:
                _dynamic(parsed, path, bool(per_channel))
            else:
                _static(parsed, path, bool(per_channel), rows)
            return path.read_bytes()
    except OSError as error:
        raise arguments.refuse("temporary folder", "be writable to quantise", _why(error)) from error


def float16(*, model: bytes) -> bytes:
    """Write a model of 32-bit floats in 16-bit floats, all that it holds, takes in and gives out.

    Most processors have no arithmetic for them: ONNX Runtime turns them into 32 bits and back, so
    that only the file is smaller.
    """
    return _recast(model, "float16")


def converted(model: bytes, precision: str) -> bytes:
    """Write a model of 32-bit numbers in another precision: all of it, or for int8 its matrix products."""
    if precision == "float32":
        return model
    return quantised(model=model, how="dynamic") if precision == "int8" else _recast(model, precision)


def integer_weights(*, model: bytes) -> tuple[Tensor, ...]:
    """Read the weights of a quantised model: of each layer its integers and scales."""
    from onnx import TensorProto, numpy_helper

    graph = providers.parsed(model).graph
    held = {each.name: each for each in graph.initializer}
    suffix = "_quantized"
    found = []
    for name, each in held.items():
        if name.endswith(suffix) and each.data_type in (TensorProto.INT8, TensorProto.UINT8):
            whole = name.removesuffix(suffix)
            scales = np.atleast_1d(numpy_helper.to_array(held[f"{whole}_scale"])).astype(float)
            integers = numpy_helper.to_array(each).astype(float)
            found.append(Tensor(whole, integers, scales, _axis(integers, scales)))
    return tuple(found)


def _axis(integers: Array, scales: Array) -> int | None:
    """Channels of filters come first, those of a dense layer last."""
    if len(scales) == 1:
        return None
    return 0 if integers.ndim == 4 else 1


def _examples(calibration: ArrayLike | None, row: tuple[int, ...]) -> Array:
    count = 0 if calibration is None else len(np.atleast_1d(np.asarray(calibration)))
    if not count:
        raise ValueError("calibration must hold 1 example at least, got 0")
    assert calibration is not None
    return arguments.array("calibration", calibration, shape=(None, *row))


def _dynamic(parsed: Any, path: Path, per_channel: bool) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(parsed, path, per_channel=per_channel, weight_type=QuantType.QInt8)


def _static(parsed: Any, path: Path, per_channel: bool, rows: Array) -> None:
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    name = parsed.graph.input[0].name
    batches = iter([{name: rows.astype(np.float32)}])

    class Reader(CalibrationDataReader):
        def get_next(self) -> Any:
            return next(batches, None)

    quantize_static(
        parsed,
        path,
        Reader(),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=[*QUANTISABLE, *WITH_THEM],
        per_channel=per_channel,
        weight_type=QuantType.QInt8,
        activation_type=QuantType.QUInt8,
        extra_options={"WeightSymmetric": True},
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep away what the library says: it advises what networks as small as these don't need."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(before)


def _why(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__)[:50]


def _recast(held: bytes, precision: str) -> bytes:
    """Change the type of all that is held, comes in and goes out."""
    import onnx
    from onnx import numpy_helper

    model = providers.parsed(held)
    kind = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(precision))
    for each in model.graph.initializer:
        if each.data_type == onnx.TensorProto.FLOAT:
            numbers = numpy_helper.to_array(each).astype(precision)
            each.CopyFrom(numpy_helper.from_array(numbers, each.name))
    for each in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        if each.type.tensor_type.elem_type == onnx.TensorProto.FLOAT:
            each.type.tensor_type.elem_type = kind
    return bytes(model.SerializeToString())
