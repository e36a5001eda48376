"""Quantised models: their integers are those of a rule of one line, and refusals are sentences."""

import errno
import logging
import tempfile
import warnings
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from course import convolution, integer_models, models, networks, providers, trained
from course.integer_models import INTEGER, Tensor, float16, integer_weights, quantised
from tests.integer_arithmetic import simulated

RANDOM = np.random.default_rng(0)
DENSE = networks.initialise(layer_sizes=(64, 32, 10))
FILTERS = convolution.initialise()
MODELS = {"dense": models.to_onnx(DENSE), "filters": convolution.to_onnx(FILTERS)}
WEIGHTS = {
    "dense": [weights for weights, _ in DENSE.layers],
    "filters": [weights for weights, _ in FILTERS.layers],
}
ROWS = {"dense": RANDOM.random((50, 64)), "filters": RANDOM.random((50, 784))}
KINDS = [
    (name, how, channels) for name in MODELS for how in integer_models.HOWS for channels in (False, True)
]


PRODUCT = helper.make_node("MatMul", ["x", "w"], ["z"])


def graph_of(
    *nodes: Any,
    weights: networks.Array | None = None,
    output: str = "y",
    domain: str = "",
    opset: int = 17,
    ir_version: int = 8,
    rows: int | str = "n",
    kind: str = "float32",
) -> bytes:
    """A model of some steps, from x and weights w."""
    held = (np.eye(4) if weights is None else weights).astype(kind)
    number = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    sides = [
        helper.make_tensor_value_info(name, number, [rows, length])
        for name, length in (("x", held.shape[0]), (output, held.shape[-1]))
    ]
    inputs = [helper.make_tensor_value_info("w", number, held.shape)] * (ir_version < 4) + sides[:1]
    initializers = [onnx.numpy_helper.from_array(held, "w")]
    graph = helper.make_graph([*nodes], "network", inputs, sides[1:], initializers)
    opsets = [helper.make_opsetid("", opset), *([helper.make_opsetid(domain, 1)] if domain else [])]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=ir_version)
    return bytes(model.SerializeToString())


def answered(model: bytes, rows: networks.Array) -> networks.Array:
    return np.asarray(providers.asked(providers.session(model))[0](rows.astype(np.float32)))


def arrays(model: bytes) -> dict[str, networks.Array]:
    graph = onnx.load_model_from_string(model).graph
    return {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}


def made(name: str, how: str, per_channel: bool) -> bytes:
    return quantised(model=MODELS[name], how=how, per_channel=per_channel, calibration=ROWS[name])


def rule(weights: np.ndarray[Any, Any], tensor: Tensor) -> np.ndarray[Any, Any]:
    """The largest weight, of a tensor or of each channel, is 127.5 steps; all are rounded to steps."""
    others = tuple(axis for axis in range(weights.ndim) if axis != tensor.axis)
    largest = np.abs(weights).max(axis=None if tensor.axis is None else others, keepdims=True)
    return np.asarray(np.clip(np.round(weights / (largest / 127.5)), -128, 127))


@pytest.mark.parametrize(("name", "how", "per_channel"), KINDS)
def test_the_integers_are_those_of_a_rule_of_one_line(name: str, how: str, per_channel: bool) -> None:
    found = integer_weights(model=made(name, how, per_channel))
    assert len(found) == len(WEIGHTS[name])
    for tensor, weights in zip(found, WEIGHTS[name], strict=True):
        integers = rule(weights, tensor)
        assert np.abs(tensor.integers - integers).max() <= 1
        assert (tensor.integers == integers).mean() > 0.99
        steps = tensor.scales.max()
        assert np.abs(tensor.weights - weights).max() <= 0.51 * steps
        assert tensor.integers.min() >= -128
        assert tensor.integers.max() <= 127


@pytest.mark.parametrize(("name", "how", "per_channel"), KINDS)
def test_there_is_a_scale_for_each_tensor_or_for_each_channel(
    name: str, how: str, per_channel: bool
) -> None:
    for tensor, weights in zip(
        integer_weights(model=made(name, how, per_channel)), WEIGHTS[name], strict=True
    ):
        channels = weights.shape[0 if weights.ndim == 4 else 1]
        left_out = how == "dynamic" and weights.ndim == 4  # ONNX Runtime gives filters a single scale then
        assert len(tensor.scales) == (channels if per_channel and not left_out else 1)


@pytest.mark.parametrize(("name", "how", "per_channel"), KINDS)
def test_all_weights_are_integers_and_the_file_is_smaller(name: str, how: str, per_channel: bool) -> None:
    held = made(name, how, per_channel)
    graph = onnx.load_model_from_string(held).graph
    floats = [each for each in graph.initializer if each.data_type == TensorProto.FLOAT]
    assert not any(len(each.dims) > 1 for each in floats)
    whole = sum(weights.size for weights in WEIGHTS[name])
    assert whole < len(held) < len(MODELS[name]) / 1.7
    kinds = {node.op_type for node in graph.node}
    assert kinds & INTEGER if how == "dynamic" else "QuantizeLinear" in kinds


@pytest.mark.parametrize(("name", "how", "per_channel"), KINDS)
def test_answers_stay_near_those_of_float32(name: str, how: str, per_channel: bool) -> None:
    rows = ROWS[name].astype(np.float32)
    before, after = (
        providers.asked(providers.session(each))[0](rows)
        for each in (MODELS[name], made(name, how, per_channel))
    )
    assert np.abs(before - after).max() < 0.15
    assert np.abs(before - after).max() > 0


def normal(seed: int, rows: int = 256) -> tuple[bytes, networks.Array]:
    """A layer of normal weights, and inputs from 0 to 1."""
    random = np.random.default_rng(seed)
    weights = random.standard_normal((rows, 64))
    model = graph_of(PRODUCT, weights=weights, output="z")
    return model, random.random((50, rows)).astype(np.float32).astype(float)


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_sums_are_exact_where_ranges_are_found_at_every_call(seed: int, per_channel: bool) -> None:
    model, rows = normal(seed)
    held = quantised(model=model, how="dynamic", per_channel=per_channel)
    (tensor,) = integer_weights(model=held)
    step = np.ptp(rows) / 255 * tensor.scales
    assert (np.abs(answered(held, rows) - simulated(held, rows)) <= step).all()


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_sums_are_exact_where_ranges_come_from_examples_but_for_how_halves_are_rounded(
    seed: int, per_channel: bool
) -> None:
    model, rows = normal(seed)
    held = quantised(model=model, per_channel=per_channel, calibration=rows)
    off = np.abs(answered(held, rows) - simulated(held, rows))
    step = next(value for name, value in arrays(held).items() if name == "z_scale")
    assert off.max() <= 1.001 * step
    assert (off > 1e-4 * step).mean() < 0.005


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("how", integer_models.HOWS)
def test_a_trained_network_answers_as_integer_arithmetic_does(how: str, per_channel: bool) -> None:
    rows = trained.examples().test_inputs.astype(np.float32).astype(float)
    model = models.to_onnx(trained.trained(hidden_layer_sizes=(32,)))
    held = quantised(model=model, how=how, per_channel=per_channel, calibration=rows[:100])
    off = np.abs(answered(held, rows) - simulated(held, rows))
    assert np.median(off) < 1e-6
    assert np.quantile(off.max(axis=1), 0.98) < 1e-5  # an image in a hundred meets a half
    assert off.max() < 0.02


def test_float16_halves_every_tensor_and_keeps_the_answers() -> None:
    for name, model in MODELS.items():
        held = float16(model=model)
        kinds = {each.data_type for each in onnx.load_model_from_string(held).graph.initializer}
        assert kinds <= {TensorProto.FLOAT16, TensorProto.INT64}
        assert len(held) < len(model) / 1.8
        ask, _, _, kind = providers.asked(providers.session(held))
        assert kind == "float16"
        whole = providers.asked(providers.session(model))[0](ROWS[name].astype(np.float32))
        np.testing.assert_allclose(ask(ROWS[name].astype(kind)), whole, atol=0.01)


def test_one_image_is_enough_for_ranges_and_gives_others_than_fifty() -> None:
    one, fifty = (quantised(model=MODELS["dense"], calibration=ROWS["dense"][:count]) for count in (1, 50))
    assert one != fifty
    assert abs(len(one) - len(fifty)) < 10


@settings(max_examples=20, deadline=None)
@given(st.floats(1e-3, 1e3), st.integers(1, 6), st.integers(0, 100))
def test_a_weight_is_off_by_half_a_step_at_most_whatever_its_size(
    size: float, outputs: int, seed: int
) -> None:
    network = networks.initialise(layer_sizes=(5, outputs), scale=size, random_state=seed)
    (tensor,) = integer_weights(
        model=quantised(model=models.to_onnx(network), how="dynamic", per_channel=True)
    )
    off = np.abs(tensor.weights - network.layers[0][0]).max(axis=0)
    assert (off <= 0.501 * tensor.scales).all()


def test_zero_stays_zero() -> None:
    network = networks.initialise(layer_sizes=(8, 4, 3), scale=0)
    for how in integer_models.HOWS:
        held = quantised(model=models.to_onnx(network), how=how, calibration=RANDOM.random((3, 8)))
        assert all(not tensor.weights.any() for tensor in integer_weights(model=held))


def test_nothing_is_printed_logged_or_warned(capfd: pytest.CaptureFixture[str]) -> None:
    before = logging.root.manager.disable
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for how in integer_models.HOWS:
            made("filters", how, True)
    assert capfd.readouterr() == ("", "")
    assert logging.root.manager.disable == before


UNKNOWN = graph_of(
    PRODUCT, helper.make_node("Strange", ["z"], ["y"], domain="elsewhere"), domain="elsewhere"
)


@pytest.mark.parametrize("how", integer_models.HOWS)
@pytest.mark.parametrize(
    ("model", "message"),
    [
        (b"broken", "file must hold a model that ONNX Runtime can run, got 6 other bytes"),
        (MODELS["dense"][:500], "file must hold a model that ONNX Runtime can run, got 500 other bytes"),
        (UNKNOWN, f"file must hold a model that ONNX Runtime can run, got {len(UNKNOWN)} other bytes"),
        (
            graph_of(helper.make_node("Relu", ["x"], ["y"])),
            "file must hold matrix products that can be made integer, got none",
        ),
    ],
)
def test_what_can_not_be_quantised_is_refused(how: str, model: bytes, message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        quantised(model=model, how=how, calibration=np.ones((2, 4)))
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"how": "int4"}, "how must be one of dynamic, static, got 'int4'"),
        ({"per_channel": 1}, "per_channel must be True or False, got 1"),
        ({}, "calibration must hold 1 example at least, got 0"),
        ({"calibration": np.empty((0, 64))}, "calibration must hold 1 example at least, got 0"),
        ({"calibration": np.ones((2, 5))}, "calibration must have shape any x 64, got 2 x 5"),
        (
            {"calibration": np.full((1, 64), np.nan)},
            "calibration must hold finite numbers only, got 64 that are not",
        ),
    ],
)
def test_a_wrong_argument_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        quantised(model=MODELS["dense"], **given)
    assert str(refusal.value) == message


@pytest.mark.parametrize("how", integer_models.HOWS)
def test_a_temporary_folder_that_can_not_be_written_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(ValueError, match="must") as refusal:
        quantised(model=MODELS["dense"], how=how, calibration=ROWS["dense"])
    assert str(refusal.value) == (
        "temporary folder must be writable to quantise, got 'No space left on device'"
    )


def layer_of(model: bytes) -> networks.Array:
    (tensor,) = integer_weights(model=model)
    return tensor.weights


@pytest.mark.parametrize("rows", [1, 7, 64])
def test_a_model_of_so_many_rows_at_a_time_has_the_ranges_of_one_of_any_number(rows: int) -> None:
    examples = RANDOM.normal(size=(50, 4))
    fixed, free = (
        quantised(model=graph_of(PRODUCT, output="z", rows=each), calibration=examples)
        for each in (rows, "n")
    )
    held = arrays(fixed), arrays(free)
    assert held[0].keys() == held[1].keys()
    for name, values in held[0].items():
        np.testing.assert_array_equal(values, held[1][name])


@pytest.mark.parametrize("how", integer_models.HOWS)
@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize(("opset", "ir_version"), [(9, 3), (9, 4), (11, 6), (12, 7), (13, 7), (21, 10)])
def test_older_and_newer_models_are_quantised(
    how: str, per_channel: bool, opset: int, ir_version: int
) -> None:
    weights = RANDOM.normal(size=(4, 4))
    model = graph_of(PRODUCT, weights=weights, output="z", opset=opset, ir_version=ir_version)
    held = quantised(model=model, how=how, per_channel=per_channel, calibration=np.ones((3, 4)))
    (tensor,) = integer_weights(model=held)
    assert len(tensor.scales) == (4 if per_channel else 1)
    assert np.abs(tensor.weights - weights).max() <= 0.501 * tensor.scales.max()
    assert answered(held, np.ones((2, 4))).shape == (2, 4)


@pytest.mark.parametrize("how", integer_models.HOWS)
def test_weights_that_are_inputs_as_well_are_no_input_of_the_result(how: str) -> None:
    held = quantised(
        model=graph_of(PRODUCT, output="z", ir_version=3), how=how, calibration=np.ones((1, 4))
    )
    assert [each.name for each in onnx.load_model_from_string(held).graph.input] == ["x"]


@pytest.mark.parametrize("how", integer_models.HOWS)
@pytest.mark.parametrize("per_channel", [False, True])
def test_a_layer_that_is_turned_over_has_its_channels_along_the_first_axis(
    how: str, per_channel: bool
) -> None:
    """As PyTorch writes them: y = x wᵀ."""
    weights = RANDOM.normal(size=(4, 4)) * np.array([[1], [10], [100], [1000]])
    turned = helper.make_node("Gemm", ["x", "w"], ["y"], transB=1)
    held = quantised(
        model=graph_of(turned, weights=weights), how=how, per_channel=per_channel, calibration=np.eye(4)
    )
    (tensor,) = integer_weights(model=held)
    found = tensor.weights if how == "static" else tensor.weights.T  # ONNX Runtime turns them back then
    if per_channel:
        assert tensor.axis == (0 if how == "static" else 1)
    steps = tensor.scales[:, np.newaxis] if per_channel else tensor.scales
    assert (np.abs(found - weights) <= 0.501 * steps).all()
    np.testing.assert_allclose(answered(held, np.eye(4)), weights.T, atol=0.02 * np.abs(weights).max())


@pytest.mark.parametrize("how", integer_models.HOWS)
def test_filters_of_zeros_among_others_stay_zero_and_the_model_runs(how: str) -> None:
    network = convolution.initialise()
    for weights, _ in network.layers:
        weights[::2] = 0
    model = convolution.to_onnx(network)
    held = quantised(model=model, how=how, per_channel=True, calibration=ROWS["filters"])
    for tensor, (weights, _) in zip(integer_weights(model=held), network.layers, strict=True):
        assert (tensor.integers[weights == 0] == 0).all()
        assert (arrays(held)[f"{tensor.name}_zero_point"] == 128).all()  # QLinearConv allows no others
    np.testing.assert_allclose(answered(held, ROWS["filters"]), answered(model, ROWS["filters"]), atol=0.05)


SQUARE = helper.make_node("MatMul", ["x", "x"], ["y"])


@pytest.mark.parametrize("how", integer_models.HOWS)
@pytest.mark.parametrize(
    ("model", "message"),
    [
        (graph_of(PRODUCT, output="z", kind="float64"), "file must take in 32-bit floats, got 'float64'"),
        (graph_of(PRODUCT, output="z", kind="float16"), "file must take in 32-bit floats, got 'float16'"),
        (graph_of(SQUARE, rows=4), "file must hold matrix products that can be made integer, got none"),
        (
            graph_of(PRODUCT, output="z", weights=np.diag([np.nan, np.inf, -np.inf, 1])),
            "file must hold finite weights only, got 3 that are not",
        ),
    ],
)
def test_what_holds_no_finite_weights_of_32_bits_is_refused(how: str, model: bytes, message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        quantised(model=model, how=how, calibration=np.ones((4, 4)))
    assert str(refusal.value) == message


def test_whatever_the_quantiser_meets_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("no such\nstep")

    monkeypatch.setattr(integer_models, "_dynamic", broken)
    with pytest.raises(ValueError, match="must") as refusal:
        quantised(model=MODELS["dense"], how="dynamic")
    assert str(refusal.value) == (
        "file must hold what ONNX Runtime can make integer, got \"'no such\\\\nstep'\""
    )
