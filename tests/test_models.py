"""Networks as files: what is read back answers as before, and nothing else is read."""

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import models, networks
from course.networks import ACTIVATIONS, Network

SMALL = networks.initialise(layer_sizes=(3, 4, 2), random_state=1)
INPUTS = np.random.default_rng(0).standard_normal((5, 3))
WRITERS = {".npz": models.to_npz, ".onnx": models.to_onnx}


@st.composite
def any_network(draw: Any) -> Network:
    """A random network of one to four layers, and not only with biases of 0."""
    output = draw(st.sampled_from(networks.OUTPUTS))
    sizes = draw(st.lists(st.integers(1, 12), min_size=2, max_size=5))
    made = networks.initialise(
        layer_sizes=[*sizes[:-1], 1 if output == "sigmoid" else sizes[-1]],
        activation=draw(st.sampled_from([*ACTIVATIONS])),
        output=output,
        random_state=draw(st.integers(0, 99)),
    )
    return made.moved(0.1 * np.random.default_rng(1).standard_normal(made.parameters.size))


@given(network=any_network(), rows=st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_what_is_read_back_answers_as_before(network: Network, rows: int) -> None:
    x = np.random.default_rng(rows).standard_normal((rows, network.layer_sizes[0]))
    expected = networks.forward(network, x)[-1]
    again = models.load(models.to_npz(network))
    np.testing.assert_array_equal(networks.forward(again, x)[-1], expected)
    for answer in (
        lambda x: networks.forward(models.load(models.to_onnx(network)), x)[-1],
        models.runtime(network),
        models.runtime(models.to_onnx(network)),
        models.runtime(models.to_npz(network)),
    ):
        np.testing.assert_allclose(answer(x), expected, rtol=1e-5, atol=1e-5)


@given(network=any_network())
@settings(max_examples=40, deadline=None)
def test_a_file_says_all_there_is_to_say_of_a_network(network: Network) -> None:
    for write in WRITERS.values():
        again = models.load(write(network))
        assert again.layer_sizes == network.layer_sizes
        assert (again.activation, again.output) == (network.activation, network.output)
        np.testing.assert_allclose(again.parameters, network.parameters, rtol=1e-7)
        assert write(again) == write(models.load(write(again)))


@given(network=any_network())
@settings(max_examples=20, deadline=None)
def test_the_graph_keeps_to_the_standard(network: Network) -> None:
    import onnx

    model = onnx.load_model_from_string(models.to_onnx(network))
    onnx.checker.check_model(model, full_check=True)
    assert (model.opset_import[0].version, model.ir_version) == (models.OPSET, models.IR_VERSION)
    for side, count in (
        (model.graph.input, network.layer_sizes[0]),
        (model.graph.output, network.layer_sizes[-1]),
    ):
        batch, length = side[0].type.tensor_type.shape.dim
        assert (batch.dim_param, length.dim_value) == ("batch", count)
        assert side[0].type.tensor_type.elem_type == onnx.TensorProto.FLOAT


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("kind", [str, Path])
def test_a_network_is_saved_in_a_file_and_read_from_it(tmp_path: Path, ending: str, kind: type) -> None:
    path = kind(tmp_path / f"model{ending}")
    models.save(SMALL, path)
    assert Path(path).read_bytes() == WRITERS[ending](SMALL)
    np.testing.assert_allclose(models.load(path).parameters, SMALL.parameters, rtol=1e-7)
    expected = networks.forward(SMALL, INPUTS)[-1]
    np.testing.assert_allclose(models.runtime(path)(INPUTS), expected, atol=1e-5)


def test_the_runtime_uses_one_thread_and_no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime

    asked = []
    make = onnxruntime.InferenceSession

    def noted(model: bytes, options: Any, **others: Any) -> Any:
        asked.append(options)
        return make(model, options, **others)

    monkeypatch.setattr(onnxruntime, "InferenceSession", noted)
    models.runtime(SMALL)(INPUTS)
    (options,) = asked
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
    assert options.log_severity_level == 4


def npz(**changed: Any) -> bytes:
    """The archive of the small network with something else in it; None leaves it out."""
    held: dict[str, Any] = {
        "parameters": SMALL.parameters,
        "layer_sizes": [3, 4, 2],
        "activation": "relu",
        "output": "softmax",
        **changed,
    }
    file = BytesIO()
    np.savez(file, **{name: np.array(value) for name, value in held.items() if value is not None})  # type: ignore[arg-type]
    return file.getvalue()


def onnx_with(change: Any) -> bytes:
    """The graph of the small network after a change."""
    import onnx

    model = onnx.load_model_from_string(models.to_onnx(SMALL))
    change(model)
    return bytes(model.SerializeToString())


def external(model: Any) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = 1
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"


def filled(model: Any) -> None:
    model.graph.initializer[1].raw_data = np.full(4, np.nan, "<f4").tobytes()


def deeper(model: Any) -> None:
    model.graph.node[1].op_type = "Sin"


def longer(model: Any) -> None:
    model.graph.initializer[0].dims[0] = 10**12


def alone(model: Any) -> None:
    del model.graph.initializer[:]


OTHER = r"file must hold a network as `save` writes it, got [\d,]+ other bytes"
NAN = "file must hold finite numbers of 32 bits only, got {} that are not"
BAD = {
    "empty": (b"", OTHER),
    "text": (b"once upon a time", OTHER),
    "a zip's first bytes": (b"PK\x03\x04", OTHER),
    "half an npz": (models.to_npz(SMALL)[:600], OTHER),
    "half an ONNX": (models.to_onnx(SMALL)[:-40], OTHER),
    "an ONNX cut by a byte": (models.to_onnx(SMALL)[:-1], OTHER),
    "more after an ONNX": (models.to_onnx(SMALL) + b"x", OTHER),
    "another archive": (npz(parameters=None), OTHER),
    "pickled objects": (npz(activation=np.array([{}], dtype=object)), OTHER),
    "parameters that are words": (npz(parameters=["a"] * 26), OTHER),
    "one layer size": (npz(layer_sizes=3), OTHER),
    "an npz of NaN": (npz(parameters=np.full(26, np.nan)), NAN.format(26)),
    "an npz with an infinity": (npz(parameters=[np.inf, *SMALL.parameters[1:]]), NAN.format(1)),
    "an ONNX with NaN": (onnx_with(filled), NAN.format(4)),
    "too few parameters": (
        npz(parameters=SMALL.parameters[1:]),
        r"file must hold 26 parameters for layers of \(3, 4, 2\), got \(25,\)",
    ),
    "parameters in rows": (npz(parameters=[[1.0]]), r"file must hold 26 parameters .+, got \(1, 1\)"),
    "layers without end": (
        npz(layer_sizes=[3, 10**12, 2]),
        r"file must hold .+ parameters .+, got \(26,\)",
    ),
    "no neuron": (npz(layer_sizes=[3, 0, 2]), r"file must hold two layer sizes or more.+, got \(3, 0, 2\)"),
    "half a neuron": (npz(layer_sizes=[3, 4.5, 2]), "file must hold two layer sizes or more.+, got .+"),
    "one layer": (npz(layer_sizes=[26]), r"file must hold two layer sizes or more.+, got \(26,\)"),
    "an unknown activation": (npz(activation="sine"), "file must hold an activation .+, got .'sine', .+"),
    "an unknown output": (npz(output="gauss"), "file must hold an activation and an output .+, got .+"),
    "two outputs for sigmoid": (npz(output="sigmoid"), "file must hold layer sizes that end in .+, got .+"),
    "another operator": (onnx_with(deeper), OTHER),
    "a shape that is not the data's": (onnx_with(longer), "file must hold .+ parameters .+, got .+"),
    "no weights": (onnx_with(alone), OTHER),
    "weights in another file": (onnx_with(external), "file must hold 26 parameters .+, got .+"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    held, message = BAD[name]
    path = tmp_path / "model"
    path.write_bytes(held)
    for read in (models.load, models.runtime):
        for source in (held, path, str(path)):
            with pytest.raises(ValueError, match=rf"^{message}$"):
                read(source)


@given(cut=st.integers(0, 10**6), place=st.integers(0, 10**6), byte=st.integers(0, 255))
@settings(max_examples=300, deadline=None)
@pytest.mark.parametrize("ending", WRITERS)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    ending: str, cut: int, place: int, byte: int
) -> None:
    held = bytearray(WRITERS[ending](SMALL))
    held[place % len(held)] = byte
    for damaged in (bytes(held), bytes(held[: cut % len(held)])):
        try:
            said = str(models.load(damaged))
        except ValueError as error:
            said = str(error)
        assert re.match("file must .+, got .+|A .+ network with 26 parameters", said)


@given(held=st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_refused(held: bytes) -> None:
    for start in (b"", models.ZIP):
        with pytest.raises(ValueError, match=rf"^{OTHER}$"):
            models.load(start + held)


@pytest.mark.parametrize("bad", ["none such.npz", "", "a\0b", Path("/")])
def test_a_file_that_can_not_be_read_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match=r"^file must exist and be readable, got "):
        models.load(bad)


def test_what_is_no_network_is_not_saved(tmp_path: Path) -> None:
    for write in WRITERS.values():
        with pytest.raises(ValueError, match=r"^network must hold finite numbers .+, got 1 that are not$"):
            write(SMALL.moved(np.eye(26)[3] * 1e300))
        with pytest.raises(ValueError, match=r"^network must hold 26 parameters .+, got \(2,\)$"):
            write(Network(np.ones(2), (3, 4, 2)))
    with pytest.raises(ValueError, match=r"^path must end in \.npz or \.onnx, got '.+\.pkl'$"):
        models.save(SMALL, tmp_path / "model.pkl")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("bad", [None, 3, [1]])
def test_a_source_is_a_path_or_bytes(bad: Any) -> None:
    with pytest.raises(ValueError, match=r"^source must be a path or bytes, got "):
        models.load(bad)


def test_the_runtime_refuses_inputs_of_another_length() -> None:
    with pytest.raises(ValueError, match="inputs must have shape any x 3, got 2 x 4"):
        models.runtime(SMALL)(np.ones((2, 4)))


def test_the_runtime_says_nothing_of_its_own() -> None:
    script = (
        "from course import models, networks; import numpy as np;"
        "models.runtime(networks.initialise(layer_sizes=(3, 4, 2)))(np.ones((2, 3)))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (found.stdout, found.stderr) == ("", "")
