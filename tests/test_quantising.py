"""Numbers in a few bits: against ONNX Runtime, within their bounds, packed and read again."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from course.models import _session
from course.networks import Array
from course.quantising import Quantised, packed, possible, quantise, unpacked
from course.trained import examples, trained

pytestmark = pytest.mark.usefixtures("one_thread")
BITS = st.integers(1, 8)
LAYERS = arrays(
    np.float64,
    st.tuples(st.integers(1, 9), st.integers(1, 5)),
    elements=st.floats(-10, 10, allow_subnormal=False).map(lambda value: round(value, 6)),
)
WAYS = st.fixed_dictionaries({"per_channel": st.booleans(), "symmetric": st.booleans()})


def layer() -> Array:
    """The first layer of a trained network, as 32 bits hold it."""
    return trained().layers[0][0].astype(np.float32).astype(float)


def error(held: Quantised, values: Array) -> Array:
    return np.abs(held.values - values)


# Oracle: ONNX Runtime


def runs(nodes: list[Any], given: dict[str, NDArray[Any]], wanted: dict[str, str]) -> list[NDArray[Any]]:
    """Let ONNX Runtime compute a graph of these nodes."""
    from onnx import TensorProto, helper

    def told(name: str, kind: str) -> Any:
        return helper.make_tensor_value_info(name, getattr(TensorProto, kind), None)

    kinds = {"float32": "FLOAT", "int8": "INT8", "uint8": "UINT8"}
    inputs = [told(name, kinds[values.dtype.name]) for name, values in given.items()]
    graph = helper.make_graph(nodes, "few", inputs, [told(*each) for each in wanted.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return list(_session(model.SerializeToString()).run(None, given))


@pytest.mark.parametrize("fitted", [False, True])
@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("symmetric", [False, True])
def test_eight_bits_are_those_of_onnx_runtime(symmetric: bool, per_channel: bool, fitted: bool) -> None:
    from onnx import helper

    weights = layer()
    held = quantise(values=weights, symmetric=symmetric, per_channel=per_channel, fitted=fitted)
    kind = np.int8 if symmetric else np.uint8
    settings: dict[str, Any] = {"axis": 1} if per_channel else {}
    nodes = [
        helper.make_node("QuantizeLinear", ["values", "scale", "zero"], ["codes"], **settings),
        helper.make_node("DequantizeLinear", ["codes", "scale", "zero"], ["held"], **settings),
    ]
    given: dict[str, Any] = {
        "values": weights.astype(np.float32),
        "scale": held.scale.astype(np.float32),
        "zero": held.zero_point.astype(kind),
    }
    codes, values = runs(nodes, given, {"codes": "INT8" if symmetric else "UINT8", "held": "FLOAT"})
    np.testing.assert_array_equal(held.codes, codes)
    np.testing.assert_array_equal(held.values.astype(np.float32), values)


def test_the_symmetric_scale_is_the_one_that_onnx_runtime_s_own_tools_choose() -> None:
    from onnx import TensorProto
    from onnxruntime.quantization.quant_utils import quantize_data

    weights = layer()
    zero, scale, codes = quantize_data(weights.astype(np.float32), TensorProto.INT8, True)[-3:]
    held = quantise(values=weights)
    assert int(zero) == 0
    assert float(held.scale) == pytest.approx(float(scale), rel=1e-6)
    assert np.abs(held.codes - codes).max() <= 1, "within one step"


def test_a_layer_computed_in_whole_numbers_gives_what_the_simulation_gives() -> None:
    """The scheme of dynamic quantisation: inputs with a zero point, weights symmetric.

    The weights are handed over as 0 to 255 around 128: with int8 weights, ONNX Runtime adds pairs of
    products in 16 bits on processors without VNNI, and what does not fit there is cut off.
    """
    from onnx import helper

    inputs, weights = examples().test_inputs[:50], layer()
    seen, held = quantise(values=inputs, symmetric=False), quantise(values=weights)
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["inputs"], ["codes", "scale", "zero"]),
        helper.make_node("MatMulInteger", ["codes", "weights", "zero", "middle"], ["sums"]),
    ]
    given: dict[str, Any] = {
        "inputs": inputs.astype(np.float32),
        "weights": (held.codes + 128).astype(np.uint8),
        "middle": np.array(128, np.uint8),
    }
    wanted = {"codes": "UINT8", "scale": "FLOAT", "zero": "UINT8", "sums": "INT32"}
    codes, scale, zero, sums = runs(nodes, given, wanted)
    assert float(scale) == pytest.approx(float(seen.scale), rel=1e-6)
    assert int(zero) == int(seen.zero_point)
    np.testing.assert_array_equal(codes, seen.codes)
    np.testing.assert_array_equal(sums, (seen.codes - seen.zero_point) @ held.codes)
    np.testing.assert_allclose(sums * (seen.scale * held.scale), seen.values @ held.values, atol=1e-9)


# Properties


@given(LAYERS, st.integers(2, 8), WAYS)
def test_nothing_moves_by_more_than_half_a_step(values: Array, bits: int, way: dict[str, bool]) -> None:
    held = quantise(values=values, bits=bits, **way)
    assert (error(held, values) <= held.scale / 2 * (1 + 1e-4)).all()


@given(LAYERS, BITS, WAYS, st.booleans())
def test_every_number_is_moved_to_the_nearest_value_of_its_grid(
    values: Array, bits: int, way: dict[str, bool], fitted: bool
) -> None:
    held = quantise(values=values, bits=bits, fitted=fitted, **way)
    marks = held.marks.reshape(held.levels, 1, -1)
    np.testing.assert_allclose(error(held, values), np.abs(marks - values).min(axis=0), atol=1e-9)
    np.testing.assert_array_equal(held.snapped(values), held.values)


@given(LAYERS, BITS, WAYS)
def test_zero_stays_zero_but_where_a_bit_has_a_sign_only(
    values: Array, bits: int, way: dict[str, bool]
) -> None:
    held = quantise(values=values, bits=bits, **way)
    if not (bits == 1 and way["symmetric"]):
        assert (held.values[values == 0] == 0).all()


@given(LAYERS, BITS, WAYS)
def test_a_fitted_scale_never_has_the_larger_squared_error(
    values: Array, bits: int, way: dict[str, bool]
) -> None:
    largest = quantise(values=values, bits=bits, **way)
    fitted = quantise(values=values, bits=bits, fitted=True, **way)
    assert (error(fitted, values) ** 2).sum() <= (error(largest, values) ** 2).sum() + 1e-9


@given(LAYERS, st.integers(2, 7), WAYS)
def test_with_each_bit_more_the_bound_on_the_error_halves_at_least(
    values: Array, bits: int, way: dict[str, bool]
) -> None:
    some, more = (quantise(values=values, bits=each, **way).scale for each in (bits, bits + 1))
    assert ((more <= some / 2 * (1 + 1e-6)) | (some == 1)).all()


def test_yet_a_number_on_the_coarser_grid_can_lose_by_a_bit_more() -> None:
    values = np.array([1.0, 1 / 3])
    three, four = (error(quantise(values=values, bits=bits), values).max() for bits in (3, 4))
    assert three < 1e-7
    assert four > 0.04


@given(LAYERS, st.integers(2, 8))
def test_a_scale_for_each_channel_is_never_coarser_than_the_one_for_all(values: Array, bits: int) -> None:
    one, many = (quantise(values=values, bits=bits, per_channel=each).scale for each in (False, True))
    some = np.abs(values).max(axis=0) > 0
    assert (many[some] <= one).all()


@pytest.mark.parametrize("fitted", [False, True])
@pytest.mark.parametrize("symmetric", [False, True])
def test_in_ten_trained_layers_bits_and_channels_always_help(symmetric: bool, fitted: bool) -> None:
    def lost(weights: Array, bits: int, per_channel: bool) -> float:
        held = quantise(
            values=weights, bits=bits, per_channel=per_channel, symmetric=symmetric, fitted=fitted
        )
        return float((error(held, weights) ** 2).sum())

    for seed in range(10):
        weights = trained(random_state=seed).layers[0][0]
        one, many = np.array(
            [[lost(weights, bits, each) for bits in range(2, 9)] for each in (False, True)]
        )
        assert (np.diff(one) < 0).all()
        assert (np.diff(many) < 0).all()
        assert (many < one).all()


@given(LAYERS, BITS, WAYS, st.booleans())
def test_what_is_packed_is_as_long_as_said_and_is_read_again(
    values: Array, bits: int, way: dict[str, bool], fitted: bool
) -> None:
    held = quantise(values=values, bits=bits, fitted=fitted, **way)
    kept = packed(held)
    assert len(kept) == held.stored_bytes
    again = unpacked(kept, shape=values.shape, bits=bits, **way)
    np.testing.assert_array_equal(again.codes, held.codes)
    np.testing.assert_array_equal(again.values, held.values)


def test_a_layer_in_four_bits_takes_an_eighth_and_its_scales() -> None:
    held = quantise(values=layer(), bits=4)
    assert held.stored_bytes == 64 * 48 * 4 // 8 + 4
    assert quantise(values=layer(), bits=4, per_channel=True).stored_bytes == 64 * 48 * 4 // 8 + 4 * 48
    assert quantise(values=layer(), bits=4, symmetric=False).stored_bytes == 64 * 48 * 4 // 8 + 5


# What is unusual, and what is refused


def test_one_bit_is_the_sign_and_one_size() -> None:
    values = np.array([[0.5, -2.0], [-1.0, 0.5]])
    np.testing.assert_array_equal(quantise(values=values, bits=1).values, [[2, -2], [-2, 2]])
    fitted = quantise(values=values, bits=1, fitted=True, per_channel=True)
    np.testing.assert_array_equal(fitted.values, [[0.75, -1.25], [-0.75, 1.25]])


@pytest.mark.parametrize("bits", range(1, 9))
def test_a_layer_of_zeros_stays_one(bits: int) -> None:
    for symmetric in (True, False):
        held = quantise(values=np.zeros((3, 2)), bits=bits, symmetric=symmetric, per_channel=True)
        assert held.zeros == 1
        if bits > 1:
            assert not held.codes.any()
            assert (held.scale == 1).all()


@pytest.mark.parametrize("bits", range(1, 9))
def test_a_layer_with_a_single_value_keeps_it(bits: int) -> None:
    for symmetric in (True, False):
        held = quantise(values=np.full((3, 2), -0.7), bits=bits, symmetric=symmetric)
        np.testing.assert_allclose(held.values, -0.7, rtol=1e-6)


def test_an_outlier_a_thousand_times_larger_makes_all_others_0() -> None:
    values = np.random.default_rng(0).normal(size=(64, 48))
    values[0, 0] = 1000 * np.abs(values).max()
    assert quantise(values=values).zeros == 1 - 1 / values.size
    assert quantise(values=values, per_channel=True).zeros < 0.1, "but for its channel they are kept"


@pytest.mark.parametrize("bits", [0, 9, 2.5, True])
def test_other_widths_are_refused(bits: Any) -> None:
    for asked in (lambda: quantise(values=[1.0], bits=bits), lambda: possible(bits)):
        with pytest.raises(ValueError, match=rf"^bits must be a whole number from 1 to 8, got {bits}$"):
            asked()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([[np.nan, 1.0]], "values must hold finite numbers only, got 1 that are not"),
        (["a"], "values must hold numbers only, got ['a']"),
        ([], "values must have shape any, got 0"),
        (1.0, "values must have shape any, got a single number"),
        ([[1e39]], "values must lie from -1e38 to 1e38, got 1e+39"),
    ],
)
def test_what_is_no_layer_is_refused(values: Any, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        quantise(values=values)


def test_bytes_that_were_packed_otherwise_are_refused() -> None:
    held = packed(quantise(values=np.ones((2, 2)), bits=3))
    with pytest.raises(ValueError, match=r"^held must be 8 bytes for these settings, got 6$"):
        unpacked(held, shape=(2, 2))
    with pytest.raises(ValueError, match=r"^held must hold codes below 7, got 7$"):
        unpacked(b"\xff" + held[1:], shape=(2, 2), bits=3)
