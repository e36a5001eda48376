"""Runtimes: the same answers everywhere, in the precision asked for, and none in another's place."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest

from course import child, integer_models, libraries, models, networks, providers, runtimes
from course.networks import Network

pytestmark = pytest.mark.usefixtures("one_thread")

HERE = runtimes.there()
PAIRS = [(name, precision) for name in HERE for precision in runtimes.KNOWN[name]]
NETWORK = networks.initialise(layer_sizes=(7, 5, 4, 3), random_state=2)
ONNX = models.to_onnx(NETWORK)
TOLERANCE = {"float64": 1e-7, "float32": 1e-6, "float16": 5e-3, "int8": 0.03}


def answers(name: str, precision: str, **given: Any) -> tuple[np.ndarray[Any, Any], Any]:
    prepared = runtimes.prepare(
        runtime=name, precision=precision, batch_size=6, random_state=4, **{"file": ONNX, **given}
    )
    return np.asarray(prepared.work()), prepared.batch


@pytest.mark.parametrize(("name", "precision"), PAIRS)
def test_every_runtime_gives_the_answers_of_the_network(name: str, precision: str) -> None:
    found, batch = answers(name, precision)
    expected = networks.forward(NETWORK, batch)[-1]
    np.testing.assert_allclose(found, expected, atol=TOLERANCE[precision])
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(("name", "precision"), PAIRS)
def test_random_weights_are_the_same_in_every_runtime(name: str, precision: str) -> None:
    given: dict[str, Any] = {"layer_sizes": (7, 5, 3), "file": None}
    found, batch = answers(name, precision, **given)
    network = networks.initialise(layer_sizes=(7, 5, 3), random_state=4)
    np.testing.assert_allclose(found, networks.forward(network, batch)[-1], atol=TOLERANCE[precision])


@pytest.mark.parametrize(("name", "precision"), PAIRS)
def test_numbers_go_in_and_come_out_in_the_precision(name: str, precision: str) -> None:
    found, batch = answers(name, precision)
    kind = "float32" if precision == "int8" else precision
    assert batch.dtype == kind
    assert found.dtype == kind


@pytest.mark.parametrize("precision", ["float64", "float16"])
def test_nothing_in_a_converted_model_stays_in_32_bits(precision: str) -> None:
    model = onnx.load_model_from_string(integer_models.converted(ONNX, precision))
    kind = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(precision))
    assert {each.data_type for each in model.graph.initializer} == {kind}
    sides = (*model.graph.input, *model.graph.output)
    assert {each.type.tensor_type.elem_type for each in sides} == {kind}
    onnx.checker.check_model(model)


def test_a_quantised_model_multiplies_integers() -> None:
    model = onnx.load_model_from_string(integer_models.converted(ONNX, "int8"))
    kinds = [node.op_type for node in model.graph.node]
    assert sum(kind in integer_models.INTEGER for kind in kinds) == 3
    assert not {"MatMul", "Gemm"} & set(kinds)


def test_a_model_without_products_is_not_called_int8() -> None:
    node = onnx.helper.make_node("Relu", ["inputs"], ["outputs"])
    sides = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["batch", 3])
        for name in ("inputs", "outputs")
    ]
    graph = onnx.helper.make_graph([node], "g", sides[:1], sides[1:])
    opset = onnx.helper.make_opsetid("", 17)
    held = onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8).SerializeToString()
    with pytest.raises(ValueError, match="must") as refusal:
        runtimes.prepare(runtime=providers.CPU, precision="int8", file=held)
    assert str(refusal.value) == "file must hold matrix products that can be made integer, got none"


class FakeSession:
    """ONNX Runtime where a provider doesn't load: it takes the processor, and says nothing."""

    def __init__(self, model: bytes, options: Any, providers: Any, **_: object) -> None:
        self.entries = options.get_session_config_entry("session.disable_cpu_ep_fallback")
        FakeSession.asked = (self.entries, providers)

    asked: Any = None

    def get_providers(self) -> list[str]:
        return ["CPUExecutionProvider"]


@pytest.fixture
def listed_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime

    both = ["AzureExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: both)


@pytest.mark.usefixtures("listed_cuda")
def test_a_provider_that_is_listed_but_falls_back_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "InferenceSession", FakeSession)
    with pytest.raises(ValueError, match="listed") as refusal:
        runtimes.prepare(runtime="ONNX Runtime CUDA")
    assert str(refusal.value) == (
        "ONNX Runtime CUDA is listed, but does not load; nothing else is measured in its place"
    )
    assert FakeSession.asked == ("1", [("CUDAExecutionProvider", {"use_tf32": "0"})])


@pytest.mark.usefixtures("listed_cuda")
def test_a_provider_that_fails_says_why_in_its_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("libcublas.so.12: cannot open shared object file\nat line 12")

    monkeypatch.setattr(onnxruntime, "InferenceSession", fail)
    with pytest.raises(ValueError, match="listed") as refusal:
        runtimes.prepare(runtime="ONNX Runtime CUDA")
    assert str(refusal.value) == (
        "ONNX Runtime CUDA is listed, but does not load: libcublas.so.12: cannot open shared object file"
    )


@pytest.mark.usefixtures("listed_cuda")
def test_azure_is_never_among_them() -> None:
    assert providers.listed() == (providers.CPU, "ONNX Runtime CUDA")
    assert not any("Azure" in each for each in (*providers.PROVIDERS.values(), *runtimes.RUNTIMES))


@pytest.mark.usefixtures("listed_cuda")
def test_what_is_listed_is_tried_and_what_fails_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def stream(task: str, *, name: str) -> Any:
        assert task == "course.runtimes:trial"
        yield None
        yield "it does not load: no driver"

    monkeypatch.setattr(child, "stream", stream)
    found = {each.name: each for each in runtimes.available()}
    assert str(found["NumPy"]) == "NumPy: ready, in float32, float64."
    assert str(found["ONNX Runtime CUDA"]) == (
        "ONNX Runtime CUDA: it does not load: no driver. "
        "To have it: an NVIDIA card, and pip install onnxruntime-gpu."
    )
    assert str(found["ONNX Runtime QNN"]) == (
        "ONNX Runtime QNN: not installed, or not for this machine. "
        "To have it: a Qualcomm processor with an NPU, and pip install onnxruntime-qnn."
    )
    assert tuple(found) == runtimes.RUNTIMES


@pytest.mark.usefixtures("listed_cuda")
def test_a_driver_that_crashes_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def stream(task: str, *, name: str) -> Any:
        raise child.ChildEndedError("code -11")
        yield

    monkeypatch.setattr(child, "stream", stream)
    found = {each.name: each for each in runtimes.available()}["ONNX Runtime CUDA"]
    assert not found.usable
    assert found.why_not == "listed, but its process ended while it loaded (code -11)"


def test_a_trial_says_nothing_where_all_is_well_and_why_where_it_is_not() -> None:
    assert list(runtimes.trial()) == [""]
    (why,) = runtimes.trial(name="ONNX Runtime QNN")
    assert why.startswith("it does not load: ONNX Runtime QNN is not there: it needs a Qualcomm")


@pytest.mark.parametrize("threads", [1, 3])
def test_onnx_runtime_is_given_its_threads(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    made = providers.session(ONNX, threads=threads)
    options = made.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (threads, 1)
    assert made.get_providers() == ["CPUExecutionProvider"]


def test_openvino_is_held_to_its_threads_and_to_32_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[Any] = []

    class Core:
        def read_model(self, file: Any) -> bytes:
            return bytes(file.read())

        def compile_model(self, model: bytes, device: str, how: dict[str, Any]) -> Any:
            compiled.extend([model, device, how])
            request = SimpleNamespace(infer=lambda inputs, share_inputs: [2 * inputs[0]])
            return SimpleNamespace(create_infer_request=lambda: request)

    monkeypatch.setitem(sys.modules, "openvino", SimpleNamespace(Core=Core))
    ask = libraries.openvino_on(ONNX, 3)
    np.testing.assert_array_equal(ask(np.eye(2)), 2 * np.eye(2))
    how = {"INFERENCE_NUM_THREADS": 3, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    assert compiled == [ONNX, "CPU", how]


def fixed_rows() -> bytes:
    model = onnx.load_model_from_string(ONNX)
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 2
    return bytes(model.SerializeToString())


def two_inputs() -> bytes:
    model = onnx.load_model_from_string(ONNX)
    more = onnx.helper.make_tensor_value_info("more", onnx.TensorProto.FLOAT, ["batch", 3])
    model.graph.input.append(more)
    return bytes(model.SerializeToString())


def test_a_file_with_a_fixed_batch_runs_with_that_batch() -> None:
    prepared = runtimes.prepare(runtime=providers.CPU, file=fixed_rows(), batch_size=2)
    assert np.asarray(prepared.work()).shape == (2, 3)


def test_a_file_is_given_as_bytes_or_as_a_path(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(ONNX)
    for name in ("NumPy", providers.CPU):
        one, other = (runtimes.prepare(runtime=name, file=file).work() for file in (ONNX, str(path)))
        np.testing.assert_array_equal(one, other)


def tanh() -> bytes:
    network: Network = networks.initialise(layer_sizes=(2, 3, 2))
    return models.to_onnx(Network(network.parameters, network.layer_sizes, "tanh", "softmax"))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"runtime": "Azure"}, f"runtime must be one of {', '.join(runtimes.RUNTIMES)}, got 'Azure'"),
        ({"precision": "int4"}, "precision must be one of float32, float64, float16, int8, got 'int4'"),
        ({"precision": "int8"}, "precision must be one of float32, float64 in NumPy, got 'int8'"),
        (
            {"precision": "float16", "runtime": providers.CPU},
            "precision must be one of float32, float64, int8 in ONNX Runtime, got 'float16'",
        ),
        ({"threads": 0}, "threads must be a whole number from 1 to 1024, got 0"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 to 65536, got 0"),
        (
            {"runtime": "ONNX Runtime QNN"},
            "ONNX Runtime QNN is not there: it needs a Qualcomm processor with an NPU, "
            "and pip install onnxruntime-qnn",
        ),
        (
            {"runtime": providers.CPU, "file": b"broken"},
            "file must hold a model that ONNX Runtime can run, got 6 other bytes",
        ),
        (
            {"runtime": providers.CPU, "file": ONNX[:200]},
            "file must hold a model that ONNX Runtime can run, got 200 other bytes",
        ),
        (
            {"runtime": providers.CPU, "file": b"broken", "precision": "int8"},
            "file must hold a model that ONNX Runtime can run, got 6 other bytes",
        ),
        ({"file": b"broken"}, "file must hold a network as `save` writes it, got 6 other bytes"),
        (
            {"runtime": providers.CPU, "file": "no/such.onnx"},
            "file must exist and be readable, got 'no/such.onnx'",
        ),
        (
            {"file": tanh()},
            "file must hold a network with relu and softmax for this runtime, got tanh and softmax",
        ),
        (
            {"runtime": providers.CPU, "file": fixed_rows()},
            "batch_size must be 2: the file says so, got 1",
        ),
    ],
)
def test_prepare_says_what_is_wrong(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"must|needs") as refusal:
        runtimes.prepare(**bad)
    assert str(refusal.value) == message


def test_a_file_with_two_inputs_is_refused_with_both() -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        runtimes.prepare(runtime=providers.CPU, file=two_inputs())
    assert str(refusal.value) == (
        "file must hold a model with one input, a batch of numbers, "
        "got inputs tensor(float) ['batch', 7], more tensor(float) ['batch', 3]"
    )


@pytest.mark.parametrize(("name", "module"), runtimes.MODULES.items())
def test_what_is_not_installed_says_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, name: str, module: str
) -> None:
    missing: Callable[[str], None] = lambda _: None  # noqa: E731
    monkeypatch.setattr(runtimes, "find_spec", missing)
    with pytest.raises(ValueError, match="needs") as refusal:
        runtimes.prepare(runtime=name)
    assert str(refusal.value) == f"{name} is not there: it needs pip install {module}"
