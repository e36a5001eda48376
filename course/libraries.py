"""Libraries that answer for a network: each takes its weights, and returns a function of a batch.

Whatever the library, the answers are the same probabilities, up to rounding.
"""

from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from typing import Any

import numpy as np

from course.networks import Network

Ask = Callable[[Any], Any]


def _numpy(network: Network, precision: str, threads: int) -> Ask:
    layers = [(weights.astype(precision), biases.astype(precision)) for weights, biases in network.layers]

    def ask(values: Any) -> Any:
        for weights, biases in layers[:-1]:
            values = np.maximum(values @ weights + biases, 0)
        weights, biases = layers[-1]
        scores = values @ weights + biases
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)

    return _only_relu(network, ask)


def _sklearn(network: Network, precision: str, threads: int) -> Ask:
    from sklearn.neural_network import MLPClassifier

    _, *hidden, n_classes = network.layer_sizes
    model = MLPClassifier(tuple(hidden), max_iter=1)
    model.coefs_ = [weights.astype(precision) for weights, _ in network.layers]
    model.intercepts_ = [biases.astype(precision) for _, biases in network.layers]
    model.n_layers_, model.n_outputs_ = len(network.layer_sizes), n_classes
    model.out_activation_, model.n_features_in_ = "softmax", network.layer_sizes[0]
    model.classes_ = np.arange(n_classes)
    model._label_binarizer = None
    return _only_relu(network, model.predict_proba)


def _torch(network: Network, precision: str, threads: int) -> Ask:
    torch = import_module("torch")

    torch.set_num_threads(threads)
    kind = getattr(torch, precision)
    layers: list[Any] = []
    for weights, biases in network.layers:
        linear = torch.nn.Linear(*weights.shape, dtype=kind)
        linear.load_state_dict({"weight": torch.tensor(weights.T), "bias": torch.tensor(biases)})
        layers += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1], torch.nn.Softmax(dim=1)).eval()

    def ask(batch: Any) -> Any:
        with torch.inference_mode():
            return model(torch.from_numpy(batch)).numpy()

    return _only_relu(network, ask)


def openvino_on(model: bytes, threads: int) -> Ask:
    """Compile for the processor; unless told, OpenVINO would round to 16 bits where that is faster."""
    library = import_module("openvino")
    how = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    core = library.Core()
    request = core.compile_model(core.read_model(BytesIO(model)), "CPU", how).create_infer_request()
    return lambda batch: request.infer([batch], share_inputs=True)[0]


def _only_relu(network: Network, ask: Ask) -> Ask:
    if (network.activation, network.output) != ("relu", "softmax"):
        came = f"{network.activation} and {network.output}"
        raise ValueError(f"file must hold a network with relu and softmax for this runtime, got {came}")
    return ask


BUILDERS: dict[str, Callable[[Network, str, int], Ask]] = {
    "NumPy": _numpy,
    "scikit-learn": _sklearn,
    "PyTorch": _torch,
}
