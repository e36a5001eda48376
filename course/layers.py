"""Lesson 03: what happens between an image and its answer, layer by layer."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments, datasets, inference, networks
from course.networks import Array, Network
from course.wording import percent, rounded, written

LEARNT = 1000  # training images of the network that is looked into
INFERENCES = 1000
TOGETHER = 256
TINY = 1e-12  # 64-bit rounding stays far below; another answer would be far above
MISREAD = [221, 557]  # of the test images: a 9 and a 6, misread with more than 90 %


@dataclass(frozen=True, eq=False)
class Layers:
    """One image on its way through a network with one hidden layer.

    Parameters
    ----------
    network : its parameters stand still here
    values : of the image's pixels, of the hidden neurons, of the answers, one array each
    truth : what the image shows, or None where nobody said
    neuron : of the hidden layer, whose sum is looked into, from 1
    """

    network: Network
    values: tuple[Array, Array, Array]
    truth: int | None
    neuron: int

    @property
    def image(self) -> Array:
        """The ink of each pixel, shape (784,)."""
        return self.values[0]

    @property
    def hidden(self) -> Array:
        """What each hidden neuron passes on, shape (128,)."""
        return self.values[1]

    @property
    def answers(self) -> Array:
        """The probability of each digit, shape (10,)."""
        return self.values[2]

    @property
    def answer(self) -> int:
        """The digit that the network names."""
        return int(self.answers.argmax())

    @property
    def confidence(self) -> float:
        """The probability that it gives to its answer."""
        return float(self.answers.max())

    @property
    def active(self) -> int:
        """How many hidden neurons are above zero."""
        return int((self.hidden > 0).sum())

    @property
    def active_share(self) -> float:
        """Share of the hidden neurons that are above zero, 0 to 1."""
        return self.active / len(self.hidden)

    @property
    def contributions(self) -> Array:
        """Weight times ink of each pixel, for the neuron that is looked into, shape (784,)."""
        weights, _ = self.network.layers[0]
        return np.asarray(weights[:, self.neuron - 1] * self.image)

    @property
    def bias(self) -> float:
        """What the neuron adds without any ink."""
        return float(self.network.layers[0][1][self.neuron - 1])

    @property
    def total(self) -> float:
        """The neuron's sum: all contributions and the bias."""
        return float(self.contributions.sum() + self.bias)

    @property
    def value(self) -> float:
        """What the neuron passes on: its sum, or 0 where that is below."""
        return float(self.hidden[self.neuron - 1])

    def largest(self, count: int = 5) -> list[tuple[int, float]]:
        """Pixel numbers and contributions, the largest first, whatever their sign."""
        order = np.argsort(-np.abs(self.contributions), kind="stable")[:count]
        return [(int(pixel), float(self.contributions[pixel])) for pixel in order]

    @property
    def verdict(self) -> str:
        """Whether the answer is right, as far as anybody said what the image shows."""
        if self.truth is None:
            return ""
        return " and is right" if self.answer == self.truth else f", but the image shows {self.truth}"

    @property
    def worked(self) -> list[tuple[str, str]]:
        """The neuron's sum as a column of a few numbers; what is left takes up their rounding."""
        largest = [(_place(pixel), rounded(share, 3)) for pixel, share in self.largest()]
        parts = [*largest, ("bias, always the same", rounded(self.bias, 3))]
        rest = rounded(self.total, 3) - sum(number for _, number in parts)
        parts.insert(-1, (f"the other {self.image.size - len(largest)} pixels", rest))
        return [(name, _signed(number)) for name, number in [*parts, ("sum, all together", self.total)]]

    def __str__(self) -> str:
        return (
            f"The network says {self.answer} with {percent(self.confidence)}{self.verdict}; {self.active} "
            f"of {len(self.hidden)} hidden neurons are above zero, and the sum of neuron {self.neuron} "
            f"is {written(self.total, 3)}."
        )


def _place(pixel: int) -> str:
    row, column = divmod(pixel, 28)
    return f"row {row + 1}, column {column + 1}"


def _signed(value: float) -> str:
    text = written(value, 3)
    return text if text.startswith("−") else f"+{text}"


def layer_by_layer(
    *,
    example: int = 7,
    neuron: int = 1,
    train_size: int = LEARNT,
    image: ArrayLike | None = None,
    truth: int | None = None,
) -> Layers:
    """Follow one image through the network of `inference.trained`.

    Parameters
    ----------
    example : index into `chosen`, 0 to 11
    neuron : of the hidden layer, 1 to 128
    train_size : images that the network has learnt from, 1 to 3,500
    image : shape (784,), ink from 0 to 1, for instance somebody's own; then `example` isn't used
    truth : what that image shows, 0 to 9, where it is known

    >>> result = layer_by_layer()
    >>> result.answer, len(result.hidden), len(result.answers)
    (7, 128, 10)
    """
    rows = chosen()
    place = arguments.whole("example", example, low=0, high=len(rows) - 1)
    unit = arguments.whole("neuron", neuron, low=1, high=inference.HIDDEN)
    shown = None if truth is None else arguments.whole("truth", truth, low=0, high=9)
    if image is None:
        pixels, labels = datasets.mnist().rows(rows[place : place + 1])
        ink, shown = pixels[0], int(labels[0])
    else:
        ink = _ink(image)
    network = inference.trained(train_size=train_size)
    first, hidden, answers = (layer[0] for layer in networks.forward(network, ink[None]))
    return Layers(network, (first, hidden, answers), shown, unit)


def _ink(image: ArrayLike) -> Array:
    ink = arguments.array("image", image, shape=(28 * 28,))
    if ink.min() < 0 or ink.max() > 1:
        raise arguments.refuse("image", "hold ink from 0 to 1", float(ink[np.abs(ink - 0.5).argmax()]))
    return ink


@cache
def chosen() -> NDArray[np.int64]:
    """Row numbers of twelve test images: the first of each digit, and two that are misread."""
    data = datasets.mnist()
    test = inference.halves(data).test
    digits = data.targets[test]
    first = [(digits == digit).argmax() for digit in range(10)]
    rows = np.asarray(test[[*first, *MISREAD]])
    rows.setflags(write=False)
    return rows


@dataclass(frozen=True, eq=False)
class Frozen:
    """A fingerprint of a network's parameters before and after many inferences.

    Parameters
    ----------
    before, after : SHA-256 of all bytes of the parameters
    """

    inferences: int
    parameters: int
    before: str
    after: str

    @property
    def unchanged(self) -> bool:
        """Whether every parameter is the same, bit for bit."""
        return self.before == self.after

    def __str__(self) -> str:
        verdict = "are the same, byte for byte" if self.unchanged else "are not the same any more"
        return f"After {self.inferences:,} inferences the {self.parameters:,} parameters {verdict}."


def frozen(*, inferences: int = INFERENCES, train_size: int = LEARNT) -> Frozen:
    """Let the network name so many test images, one at a time, and see whether that changes it.

    >>> print(frozen(inferences=10))
    After 10 inferences the 101,770 parameters are the same, byte for byte.
    """
    count = arguments.whole("inferences", inferences, low=1, high=100_000)
    network = inference.trained(train_size=train_size)
    images = _test_images(min(count, 1500))
    before = fingerprint(network)
    for number in range(count):
        networks.predict(network, images[number % len(images)][None])
    return Frozen(count, network.parameters.size, before, fingerprint(network))


def fingerprint(network: Network) -> str:
    """Sum all bytes of the parameters up in 64 signs: another bit, another fingerprint."""
    return sha256(np.ascontiguousarray(network.parameters).tobytes()).hexdigest()


@dataclass(frozen=True, eq=False)
class Together:
    """What a network answers to the same images alone and in one batch.

    Parameters
    ----------
    alone, batch : probabilities of the ten digits, shape (n_images, 10)
    """

    alone: Array
    batch: Array

    @property
    def same(self) -> int:
        """How many images get the same answer both times."""
        return int((self.alone.argmax(axis=1) == self.batch.argmax(axis=1)).sum())

    @property
    def largest_difference(self) -> float:
        """The most that a probability differs: 0, or the last bits of it."""
        return float(np.abs(self.alone - self.batch).max())

    @property
    def difference(self) -> str:
        """The largest difference, as far as it is the same on every machine."""
        if self.largest_difference < TINY:
            return "by less than 10⁻¹², in their last bits if at all"
        return f"by up to {self.largest_difference:.0e}"

    def __str__(self) -> str:
        count = len(self.alone)
        return (
            f"Alone and in a batch of {count}, {self.same} of {count} images get the same answer; "
            f"the probabilities differ {self.difference}."
        )


def alone_and_together(*, batch_size: int = TOGETHER, train_size: int = LEARNT) -> Together:
    """Name the same test images one at a time and all at once.

    A matrix product of another size may add up in another order, and rounds otherwise.

    >>> print(alone_and_together(batch_size=2))  # doctest: +ELLIPSIS
    Alone and in a batch of 2, 2 of 2 images get the same answer; ...
    """
    count = arguments.whole("batch_size", batch_size, low=1, high=1500)
    network = inference.trained(train_size=train_size)
    images = _test_images(count)
    alone = np.vstack([networks.forward(network, image[None])[-1] for image in images])
    return Together(alone, networks.forward(network, images)[-1])


def _test_images(count: int) -> Array:
    data = datasets.mnist()
    return data.rows(inference.halves(data).test[:count])[0]
