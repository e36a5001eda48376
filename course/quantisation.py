"""Lesson 09: how few bits a network's weights can have before it breaks.

Simulated: numbers are rounded to those that the codes stand for, and are multiplied as floats.
The biases keep their 32 bits.
"""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import numpy as np

from course import arguments
from course.cache import kept
from course.networks import Array, Network, forward
from course.quantising import MOST_BITS, Quantised, quantise
from course.trained import RECIPES, examples, trained
from course.wording import percent

NETWORKS = {"shallow": (48,), "deep": (48, 48, 48, 48)}
SCALES = ("largest weight", "fitted")
WHAT = ("weights", "weights and activations")
BITS = tuple(range(MOST_BITS, 0, -1))
TRAININGS = 10
FLOAT_BITS = 32
CHANCE = 0.1
BREAK = 0.1  # of accuracy: a network that loses more is broken


@dataclass(frozen=True)
class Scheme:
    """What is quantised and how, but for the bits and the channels."""

    scale: str
    quantised: str
    network: str
    symmetric: bool

    def layer(self, weights: Array, bits: int, per_channel: bool) -> Quantised:
        """Quantise the weights of one layer."""
        fitted = self.scale == SCALES[1]
        return quantise(
            values=weights, bits=bits, per_channel=per_channel, symmetric=self.symmetric, fitted=fitted
        )


@dataclass(frozen=True, eq=False)
class Quantisation:
    """A network, trained ten times, whose weights have few bits.

    Parameters
    ----------
    bits : of each weight
    per_channel : whether each neuron has a scale of its own, else each layer
    scheme : the other settings
    training : whose weights these are, 0 to 9
    weights : of the first layer, shape (64, 48), as trained
    layers : all weights of the network, quantised, the first layer first
    as_trained : accuracy of each training with 32 bits, shape (10,)
    accuracies : per layer and per channel, with 8 bits to 1, of each training, shape (2, 8, 10)
    """

    bits: int
    per_channel: bool
    scheme: Scheme
    training: int
    weights: Array
    layers: tuple[Quantised, ...]
    as_trained: Array
    accuracies: Array

    @property
    def snapped(self) -> Quantised:
        """The first layer's weights in these bits."""
        return self.layers[0]

    @property
    def zeros(self) -> float:
        """Share of the first layer's weights that are now 0."""
        return self.snapped.zeros

    @property
    def mean(self) -> float:
        """Accuracy with these bits, over ten trainings."""
        return float(self.accuracies[int(self.per_channel), BITS.index(self.bits)].mean())

    @property
    def before(self) -> float:
        """Accuracy with 32 bits, over ten trainings."""
        return float(self.as_trained.mean())

    @property
    def breaks(self) -> int:
        """The most bits with which the network is broken."""
        means = self.accuracies[int(self.per_channel)].mean(axis=1)
        return _first_broken(means, self.before)

    @property
    def float_bytes(self) -> int:
        """What all weights take with 32 bits."""
        return sum(layer.codes.size for layer in self.layers) * FLOAT_BITS // 8

    @property
    def stored_bytes(self) -> int:
        """What they take with these bits, scales and zero points included."""
        return sum(layer.stored_bytes for layer in self.layers)

    @property
    def smaller(self) -> float:
        """How many times less that is."""
        return self.float_bytes / self.stored_bytes

    @property
    def conditions(self) -> str:
        """What is simulated, and on what it rests."""
        seen = examples()
        ranges = "" if self.scheme.quantised == WHAT[0] else " Activations: ranges of the training images."
        signs = " 1 bit is the sign of one size." if self.bits == 1 and self.scheme.symmetric else ""
        return (
            f"Simulated: rounded numbers, multiplied as floats; biases keep 32 bits.{ranges}{signs} "
            f"{len(seen.test_inputs)} test images; bands: lowest to highest of {TRAININGS} trainings."
        )

    def __str__(self) -> str:
        scheme = self.scheme
        what = "Weights" if scheme.quantised == WHAT[0] else "Weights and activations"
        each = "channel" if self.per_channel else "tensor"
        by = "fitted to the weights" if scheme.scale == SCALES[1] else "by the largest weight"
        zero = "" if scheme.symmetric else " and zero point"
        return (
            f"{what} of {said(self.bits)}, one scale{zero} per {each} {by}: the {scheme.network} network’s "
            f"weights take {self.smaller:.3g} times less, {percent(self.mean)} right ({said(FLOAT_BITS)}: "
            f"{percent(self.before)}); in training {self.training + 1}, {percent(self.zeros)} become 0."
        )


def quantisation(
    *,
    bits: int = 8,
    per_channel: bool = False,
    scale: str = "largest weight",
    quantised: str = "weights",
    network: str = "shallow",
    symmetric: bool = True,
    random_state: int = 0,
) -> Quantisation:
    """Give the weights of networks that know handwritten digits few bits, and test them.

    Parameters
    ----------
    bits : of each weight, 1 to 8
    per_channel : whether each neuron has a scale of its own, else each layer, a tensor
    scale : one of `SCALES`: of the largest weight, or that of the least squared error
    quantised : one of `WHAT`; activations, the images among them, get as many bits as the weights, one
        scale a layer, from 0 to the largest value among the training images
    network : one of `NETWORKS`: one hidden layer of 48 neurons, or four
    symmetric : whether the weights' values lie alike on both sides of 0, else there is a zero point
    random_state : which of ten trainings is shown; accuracies are of all ten
    """
    width = arguments.whole("bits", bits, low=1, high=MOST_BITS)
    scheme = _scheme(scale, quantised, network, symmetric)
    shown = arguments.whole("random_state", random_state, low=0) % TRAININGS
    own = _networks(network)[shown]
    layers = tuple(scheme.layer(weights, width, per_channel) for weights, _ in own.layers)
    found = np.stack([_accuracies(scheme, each) for each in (False, True)])
    before = _as_trained(network)
    return Quantisation(width, per_channel, scheme, shown, own.layers[0][0], layers, before, found)


def said(bits: int) -> str:
    """Say a width.

    >>> said(1), said(8)
    ('1 bit', '8 bits')
    """
    return f"{arguments.whole('bits', bits, low=1)} bit{'s' * (bits > 1)}"


def accuracy_at(
    *,
    bits: int = 8,
    per_channel: bool = False,
    scale: str = "largest weight",
    quantised: str = "weights",
    network: str = "shallow",
    symmetric: bool = True,
) -> float:
    """Return the accuracy with these bits, over ten trainings; the settings are those of `quantisation`."""
    width = arguments.whole("bits", bits, low=1, high=MOST_BITS)
    found = _accuracies(_scheme(scale, quantised, network, symmetric), per_channel)
    return float(found[BITS.index(width)].mean())


def breaks_at(
    *,
    per_channel: bool = False,
    scale: str = "largest weight",
    quantised: str = "weights",
    network: str = "shallow",
    symmetric: bool = True,
) -> int:
    """Return the most bits with which a network is broken: more than 10 points below 32 bits'.

    Accuracies are the means of ten trainings; the settings are those of `quantisation`.
    """
    found = _accuracies(_scheme(scale, quantised, network, symmetric), per_channel)
    return _first_broken(found.mean(axis=1), float(_as_trained(network).mean()))


def _scheme(scale: str, quantised: str, network: str, symmetric: bool) -> Scheme:
    return Scheme(
        arguments.one_of("scale", scale, SCALES),
        arguments.one_of("quantised", quantised, WHAT),
        arguments.one_of("network", network, NETWORKS),
        bool(symmetric),
    )


def _first_broken(means: Array, before: float) -> int:
    return next(bits for bits, mean in zip(BITS, means, strict=True) if mean < before - BREAK)


@cache
def _networks(name: str) -> tuple[Network, ...]:
    """Train ten times, or take what was kept of that."""
    hidden = NETWORKS[name]

    def made() -> dict[str, Array]:
        runs = [trained(hidden_layer_sizes=hidden, random_state=seed) for seed in range(TRAININGS)]
        return {"parameters": np.stack([run.parameters for run in runs])}

    recipe = "-".join(f"{value:g}" for value in vars(RECIPES["digits"]).values())
    sizes = (64, *hidden, 10)
    file = f"digits-{version('scikit-learn')}-{recipe}-{'-'.join(map(str, sizes))}-{TRAININGS}"
    return tuple(Network(each, sizes) for each in kept(file, made)["parameters"])


@cache
def _as_trained(network: str) -> Array:
    return np.array([examples().accuracy(each) for each in _networks(network)])


@cache
def _accuracies(scheme: Scheme, per_channel: bool) -> Array:
    """Test ten trainings with 8 bits to 1, shape (8, 10)."""
    tops = _tops(scheme.network) if scheme.quantised == WHAT[1] else [None] * TRAININGS
    runs = list(zip(_networks(scheme.network), tops, strict=True))
    return np.array([[_right(run, scheme, bits, per_channel, top) for run, top in runs] for bits in BITS])


def _right(
    network: Network, scheme: Scheme, bits: int, per_channel: bool, tops: tuple[float, ...] | None
) -> float:
    """Share of the test images that a quantised network names rightly."""
    own = examples()
    values = sums = own.test_inputs
    for number, (weights, biases) in enumerate(network.layers):
        seen = _rounded(values, bits, tops[number]) if tops else values
        sums = seen @ scheme.layer(weights, bits, per_channel).values + biases
        values = np.maximum(sums, 0)
    return float((sums.argmax(axis=1) == own.test_targets).mean())


def _rounded(values: Array, bits: int, top: float) -> Array:
    """Move activations to the values from 0 to the largest that was seen."""
    return quantise(values=[0.0, top], bits=bits, symmetric=False).snapped(values)


@cache
def _tops(network: str) -> list[tuple[float, ...]]:
    """For each training the largest of each layer's inputs among the training images."""
    runs = (forward(each, examples().inputs)[:-1] for each in _networks(network))
    return [tuple(float(values.max()) for values in run) for run in runs]
