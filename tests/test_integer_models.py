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

from course import convolution, integer_models, models, networks, providers
from course.integer_models import INTEGER, Tensor, float16, integer_weights, quantised

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


def made(name: str, how: str, per_channel: bool) -> bytes:
    return quantised(model=MODELS[name], how=how, per_channel=per_channel, calibration=ROWS[name])


def rule(weights: np.ndarray[Any, Any], tensor: Tensor) -> np.ndarray[Any, Any]:
    """The largest weight, of a tensor or of each channel, becomes 127; the others are rounded."""
    others = tuple(axis for axis in range(weights.ndim) if axis != tensor.axis)
    largest = np.abs(weights).max(axis=None if tensor.axis is None else others, keepdims=True)
    return np.asarray(np.round(weights / (largest / 127)))


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
        assert (np.abs(tensor.integers) <= 127).all()


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


def graph_of(*nodes: Any, domain: str = "") -> bytes:
    sides = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 4]) for name in ("x", "y")]
    weights = helper.make_tensor("w", TensorProto.FLOAT, (4, 4), np.eye(4).ravel())
    graph = helper.make_graph([*nodes], "network", sides[:1], sides[1:], [weights])
    opsets = [helper.make_opsetid("", 17), *([helper.make_opsetid(domain, 1)] if domain else [])]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString())


PRODUCT = helper.make_node("MatMul", ["x", "w"], ["z"])
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
