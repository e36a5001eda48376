"""Models in other numbers: 8-bit integers or 16-bit floats in place of 32-bit floats, as ONNX files.

Weights and values are written without a sign (ONNX Runtime's U8U8). Where weights have a sign, x86
processors without instructions for such products (VNNI) cut sums of two off at 16 bits: answers would
depend on the processor. Without a sign the sums are exact on every one.

Source: Jacob et al. (2018), Quantization and training of neural networks for efficient
integer-arithmetic-only inference, section 2; done here by ONNX Runtime,
https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, where "When to use S8S8
vs U8U8" tells of the cut.
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
MIDDLE = 128  # the integer that stands for a weight of 0
EARLIEST, OPSET = 13, 17  # opsets: the first with a scale for each channel; what older ones are made
IR_VERSION = 4  # the first whose weights aren't inputs as well
# What an integer model computes with; the last of all, softmax, stays in floats.
INTEGER = {"MatMulInteger", "DynamicQuantizeMatMul", "ConvInteger"}
QUANTISABLE = ("Conv", "Gemm", "MatMul")
WITH_THEM = ("Relu",)  # becomes a part of the step before it
ENDING = "_quantized"  # of the names of integers, as ONNX Runtime gives them
NOTHING = "file must hold matrix products that can be made integer, got none"


@dataclass(frozen=True, eq=False)
class Tensor:
    """Weights of a quantised model: the integers, and what one step of them is worth.

    Parameters
    ----------
    integers : whole numbers of 8 bits, from −128 to 127: what the file holds, less what stands for 0
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
        return np.asarray(self.integers * _along(self.scales, self.integers.ndim, self.axis))


def quantised(
    *, model: bytes, how: str = "static", per_channel: bool = False, calibration: ArrayLike | None = None
) -> bytes:
    """Write a model of 32-bit floats with weights, and products, in 8-bit integers.

    Weights are rounded symmetrically: zero stays zero, written as 128, and a step is the largest
    over 127.5. The range of the values between the layers is found anew at every call, or once, from
    examples. Both are written without a sign, so that the sums are exact on every processor.

    Parameters
    ----------
    model : an ONNX file's bytes, with one input, of 32-bit floats
    how : "dynamic", ranges at every call; "static", ranges from `calibration`
    per_channel : a scale for each filter or output in place of one for a tensor. Where ranges are
        found at every call, ONNX Runtime does so for dense layers only
    calibration : inputs of the model, shape (n_examples, …), for "static"

    Raises
    ------
    ValueError
        where the model is broken, holds nothing to quantise, can't be run or isn't of finite 32-bit
        floats, where there are no examples, or where no temporary file can be written
    """
    arguments.one_of("how", how, HOWS)
    if not isinstance(per_channel, bool | np.bool_):
        raise arguments.refuse("per_channel", "be True or False", per_channel)
    parsed = _modern(providers.parsed(model))
    if not set(QUANTISABLE) & {node.op_type for node in parsed.graph.node}:
        raise ValueError(NOTHING)
    session = providers.session(model)
    _, row, together, kind = providers.asked(session)
    if kind != "float32":
        raise arguments.refuse("file", "take in 32-bit floats", kind)
    rows = None if how == "dynamic" else _examples(calibration, row, together)
    made = _written(parsed, bool(per_channel), rows, session.get_inputs()[0].name)
    if not integer_weights(model=made):
        raise ValueError(NOTHING)
    return made


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
    graph = providers.parsed(model).graph
    held = _arrays(graph)
    found = []
    for name, (scale, zero, axis) in _places(graph).items():
        scales, zeros = (np.atleast_1d(each).astype(float) for each in (held[scale], held.get(zero, 0)))
        across = axis % held[name].ndim if len(scales) > 1 else None
        integers = held[name].astype(float) - _along(zeros, held[name].ndim, across)
        found.append(Tensor(name.removesuffix(ENDING), integers, scales, across))
    return tuple(found)


def _places(graph: Any) -> dict[str, tuple[str, str, int]]:
    """Find weights of 8 bits, by the steps that use them: names of scale and zero point, and the axis."""
    from onnx import TensorProto

    kinds = (TensorProto.UINT8, TensorProto.INT8)
    eight = {each.name for each in graph.initializer if each.data_type in kinds}
    found = {}
    for node in graph.node:
        first, second, third, fourth = [*map(str, node.input), "", "", "", ""][:4]
        if node.op_type == "DequantizeLinear" and first in eight:
            axis = next((each.i for each in node.attribute if each.name == "axis"), 1)
            found[first] = second, third, axis
        elif node.op_type in INTEGER and second in eight:
            found[second] = second.removesuffix(ENDING) + "_scale", fourth, -1
    return found


def _arrays(graph: Any) -> dict[str, Array]:
    from onnx import numpy_helper

    return {each.name: numpy_helper.to_array(each) for each in graph.initializer}


def _along(numbers: Array, dimensions: int, axis: int | None) -> Array:
    """Let numbers lie along an axis; a single one along all."""
    return numbers.reshape([-1 if each == axis else 1 for each in range(dimensions)])


def _modern(model: Any) -> Any:
    """Bring a model to what the quantiser reads: weights that are no inputs, an opset with channels."""
    from onnx import version_converter

    held = _arrays(model.graph)
    bad = sum(int((~np.isfinite(each)).sum()) for each in held.values() if each.dtype.kind == "f")
    if bad:
        raise ValueError(f"file must hold finite weights only, got {bad:,} that are not")
    inputs = [each for each in model.graph.input if each.name not in held]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    model.ir_version = max(model.ir_version, IR_VERSION)
    opset = next((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), EARLIEST)
    if opset >= EARLIEST:
        return model
    try:
        return version_converter.convert_version(model, OPSET)
    except Exception as error:
        raise arguments.refuse("file", f"be of ONNX’s opset {EARLIEST} or later", opset) from error


def _examples(calibration: ArrayLike | None, row: tuple[int, ...], together: int | None) -> list[Array]:
    """Check examples, and hand them out in as many at a time as the model takes."""
    count = 0 if calibration is None else len(np.atleast_1d(np.asarray(calibration)))
    if not count:
        raise ValueError("calibration must hold 1 example at least, got 0")
    assert calibration is not None
    with np.errstate(over="ignore"):
        rows = arguments.array("calibration", calibration, shape=(None, *row)).astype(np.float32)
    arguments.array("calibration", rows, shape=(None, *row))  # finite in 32 bits as well
    size = together or count
    whole = np.resize(rows, (-(-count // size) * size, *row))  # some twice: the ranges are the same
    return [whole[first : first + size] for first in range(0, len(whole), size)]


def _written(parsed: Any, per_channel: bool, rows: list[Array] | None, name: str) -> bytes:
    try:
        with TemporaryDirectory() as folder, _quiet():
            path = Path(folder) / "quantised.onnx"
            if rows is None:
                _dynamic(parsed, path, per_channel)
            else:
                _static(parsed, path, per_channel, [{name: each} for each in rows])
            made = _one_zero(providers.parsed(path.read_bytes()))
            providers.session(made)
            return made
    except OSError as error:
        raise arguments.refuse("temporary folder", "be writable to quantise", _why(error)) from error
    except Exception as error:  # whatever the quantiser meets in a model that runs
        why = " ".join(str(error).split()) or type(error).__name__
        raise arguments.refuse("file", "hold what ONNX Runtime can make integer", why) from error


def _one_zero(model: Any) -> bytes:
    """Write 0 with the same integer in every channel: filters need it, and one of zeros has another."""
    from onnx import numpy_helper

    held = _arrays(model.graph)
    changed = {}
    for name, (_, zero, axis) in _places(model.graph).items():
        empty = held[zero] == 0
        if empty.any() and not empty.all():
            weights = held[name]
            lies = _along(empty, weights.ndim, axis % weights.ndim)
            changed[name] = np.where(lies, weights + np.uint8(MIDDLE), weights)
            changed[zero] = np.where(empty, np.uint8(MIDDLE), held[zero])
    for each in model.graph.initializer:
        if each.name in changed:
            each.CopyFrom(numpy_helper.from_array(changed[each.name], each.name))
    return bytes(model.SerializeToString())


def _dynamic(parsed: Any, path: Path, per_channel: bool) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    extra = {"WeightSymmetric": True}
    quantize_dynamic(
        parsed, path, per_channel=per_channel, weight_type=QuantType.QUInt8, extra_options=extra
    )


def _static(parsed: Any, path: Path, per_channel: bool, batches: list[dict[str, Array]]) -> None:
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    left = iter(batches)

    class Reader(CalibrationDataReader):
        def get_next(self) -> Any:
            return next(left, None)

    quantize_static(
        parsed,
        path,
        Reader(),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=[*QUANTISABLE, *WITH_THEM],
        per_channel=per_channel,
        weight_type=QuantType.QUInt8,
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
