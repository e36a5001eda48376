"""Trained networks as two ONNX files, in 32-bit floats and in other numbers, and what they answer."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course import arguments, convolution, integer_models, models, providers, trained
from course.trained import Examples
from course.wording import written

HIDDEN = {"tiny": (32,), "medium": (512, 512)}  # of the dense ones
DATA = {"tiny": "digits", "medium": "MNIST", "convolutional": "MNIST"}
NETWORKS = tuple(DATA)
HOWS = ("static", "dynamic", "float16")
MOST_IMAGES = 1000  # to find ranges from
ASKED_FOR = 0.99  # of float32's accuracy


@dataclass(frozen=True)
class Found:
    """Two files of one network, and what they say to the same test images.

    Parameters
    ----------
    float32_bytes, bytes : sizes of the file in 32-bit floats, and of the other
    float32_right, right : test images that each names rightly
    same : test images to which both say the same
    images : test images
    """

    float32_bytes: int
    bytes: int
    float32_right: int
    right: int
    same: int
    images: int

    @property
    def times_smaller(self) -> float:
        """How many times as large the file in 32-bit floats is."""
        return self.float32_bytes / self.bytes

    @property
    def float32_accuracy(self) -> float:
        """Share of the test images that the network in 32-bit floats names rightly."""
        return self.float32_right / self.images

    @property
    def accuracy(self) -> float:
        """Share of the test images that the other names rightly."""
        return self.right / self.images

    @property
    def agreement(self) -> float:
        """Share of the test images to which both say the same."""
        return self.same / self.images

    @property
    def asked_for(self) -> float:
        """The accuracy that MLPerf asks for: 99 % of that in 32-bit floats.

        Source
        ------
        Reddi et al. (2020), MLPerf inference benchmark, table I: 99 % of FP32 for most models, 98 %
        for MobileNet.
        """
        return ASKED_FOR * self.float32_accuracy

    @property
    def enough(self) -> bool:
        """Whether the accuracy is what MLPerf asks for."""
        return self.right >= ASKED_FOR * self.float32_right

    def __str__(self) -> str:
        told = "as MLPerf asks" if self.enough else "less than MLPerf asks"
        return (
            f"The file is {written(self.times_smaller, 1)} times smaller; {self.right:,} of "
            f"{self.images:,} right, in float32 {self.float32_right:,}: {told}; "
            f"{self.same:,} answers are the same."
        )


def compressed(
    *,
    network: str = "tiny",
    how: str = "static",
    per_channel: bool = False,
    calibration_size: int = 100,
    random_state: int = 0,
) -> Found:
    """Make both files and ask them about the test images: all but the times.

    Arguments as of `integers.integers`.
    """
    given = checked(network, how, per_channel, calibration_size)
    whole = files(**given, random_state=random_state)
    return found(whole, trained.examples(data=DATA[network]))


def files(
    *,
    network: str = "tiny",
    how: str = "static",
    per_channel: bool = False,
    calibration_size: int = 100,
    random_state: int = 0,
) -> tuple[bytes, bytes]:
    """Write a trained network as ONNX in 32-bit floats, and in other numbers.

    Arguments as of `integers.integers`.
    """
    checked(network, how, per_channel, calibration_size)
    seed = arguments.whole("random_state", random_state, low=0)
    whole = float32(network, seed)
    if how == "float16":
        return whole, integer_models.float16(model=whole)
    inputs = trained.examples(data=DATA[network]).inputs
    chosen = np.random.default_rng(seed).permutation(len(inputs))[:calibration_size]
    return whole, integer_models.quantised(
        model=whole, how=how, per_channel=per_channel, calibration=inputs[chosen]
    )


def checked(network: str, how: str, per_channel: bool, calibration_size: int) -> dict[str, Any]:
    """Refuse what can't be made before any work is done."""
    arguments.one_of("network", network, NETWORKS)
    arguments.one_of("how", how, HOWS)
    if not isinstance(per_channel, bool | np.bool_):
        raise arguments.refuse("per_channel", "be True or False", per_channel)
    size = arguments.whole("calibration_size", calibration_size, low=1, high=MOST_IMAGES)
    return {"network": network, "how": how, "per_channel": bool(per_channel), "calibration_size": size}


def float32(network: str, random_state: int) -> bytes:
    """Write a trained network in 32-bit floats; it is trained once."""
    if network == "convolutional":
        return convolution.to_onnx(convolution.trained(random_state=random_state))
    return models.to_onnx(
        trained.trained(data=DATA[network], hidden_layer_sizes=HIDDEN[network], random_state=random_state)
    )


def ask(model: bytes) -> tuple[providers.Ask, str]:
    """Return what answers a batch, and the numbers that the batch must have."""
    answer, _, _, kind = providers.asked(providers.session(model))
    return answer, kind


def found(both: tuple[bytes, bytes], examples: Examples) -> Found:
    """Ask both files about the test images."""
    said = []
    for answer, kind in map(ask, both):
        said.append(np.asarray(answer(examples.test_inputs.astype(kind))).argmax(axis=1))
    right = [int((each == examples.test_targets).sum()) for each in said]
    return Found(
        float32_bytes=len(both[0]),
        bytes=len(both[1]),
        float32_right=right[0],
        right=right[1],
        same=int((said[0] == said[1]).sum()),
        images=len(said[0]),
    )
