"""Models that bend more or less: what each learns from noisy points or from wrong labels."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets, networks
from course.networks import Array
from course.trained import examples
from course.training import descend
from course.wording import written

POLYNOMIAL, TREE, NEIGHBOURS, NETWORK = (
    "polynomial",
    "decision tree",
    "nearest neighbours",
    "neural network",
)
# Of each model, from the stiffest to the one that bends most.
CAPACITIES = {
    POLYNOMIAL: (0, 1, 2, 3, 4, 5, 7, 9, 12, 15),
    TREE: (1, 2, 3, 4, 5, 6, 8, 10, 14, 20),
    NEIGHBOURS: (101, 51, 31, 21, 15, 9, 7, 5, 3, 1),
    NETWORK: (2, 4, 6, 8, 12, 16, 32, 64, 128, 256),
}
KNOBS = {POLYNOMIAL: "degree", TREE: "depth", NEIGHBOURS: "neighbours", NETWORK: "hidden neurons"}
DATA = ("digits", "MNIST", "breast cancer")
TRAIN = 400
POINTS, TEST_POINTS = 20, 200
EPOCHS = {"digits": 40, "MNIST": 15, "breast cancer": 60}


def errors(
    *, model: str, data: str = "digits", noise: float = 0.0, capacity: int, random_state: int = 0
) -> tuple[float, float]:
    """Train one model, and return its errors on what it learnt from and on the test.

    A polynomial's are root mean squares, the others' shares of wrong answers.

    Parameters
    ----------
    model : one of `CAPACITIES`
    data : one of `DATA`; a polynomial learns from points on a wave instead
    noise : 0 to 0.4, share of the training labels that are wrong; of points, the standard deviation
        of their heights
    capacity : degree, below the number of points; depth; neighbours, as many as examples at most;
        or hidden neurons
    """
    arguments.one_of("model", model, CAPACITIES)
    share = arguments.number("noise", noise, low=0, high=0.4)
    seed = arguments.whole("random_state", random_state, low=0)
    if model == POLYNOMIAL:
        how = arguments.whole("capacity", capacity, low=0, high=POINTS - 1)
        return fitted(degree=how, noise=share, random_state=seed).errors
    seen = spoilt(data=data, noise=share, random_state=seed)
    most = len(seen.wrong) if model == NEIGHBOURS else np.inf
    how = arguments.whole("capacity", capacity, low=1, high=most)
    learnt = LEARNERS[model](how, seen, seed, data)
    own, new = (learnt(inputs) != targets for inputs, targets in (seen.own, seen.test))
    return float(own.mean()), float(new.mean())


@dataclass(frozen=True, eq=False)
class Fit:
    """A polynomial, the points it saw, and what it gets wrong.

    Parameters
    ----------
    curve : the polynomial
    x, y : the points that it saw
    errors : root mean square on them and on new points
    """

    curve: np.polynomial.Polynomial
    x: Array
    y: Array
    errors: tuple[float, float]

    def __str__(self) -> str:
        own, new = map(written, self.errors)
        return f"Degree {self.curve.degree()}: error {own} on the points it saw, {new} on new ones."


def wave(x: Array) -> Array:
    """The truth behind the points: a wave and a half, of height 1, for x from −1 to 1."""
    return np.asarray(np.sin(1.5 * np.pi * x))


def fitted(*, degree: int = 3, noise: float = 0.3, points: int = POINTS, random_state: int = 0) -> Fit:
    """Fit a polynomial to noisy points on a wave, by least squares.

    Parameters
    ----------
    degree : less than the number of points
    noise : standard deviation of the points' heights around the wave
    points : how many it sees, 1 or more

    >>> print(fitted(degree=1, noise=0.0))
    Degree 1: error 0.65 on the points it saw, 0.74 on new ones.
    """
    count = arguments.whole("points", points, low=1)
    power = arguments.whole("degree", degree, low=0)
    if power >= count:
        raise arguments.refuse(
            "degree",
            f"be below the number of points, {count}: more curves than one pass through all",
            power,
        )
    spread = arguments.number("noise", noise, low=0)
    random = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    x, new = random.uniform(-1, 1, count), random.uniform(-1, 1, TEST_POINTS)
    y, new_y = (wave(each) + spread * random.standard_normal(len(each)) for each in (x, new))
    curve = np.polynomial.Polynomial.fit(x, y, power, domain=(-1, 1))
    own, other = (float(np.sqrt(np.mean((curve(a) - b) ** 2))) for a, b in ((x, y), (new, new_y)))
    return Fit(curve, x, y, (own, other))


@dataclass(frozen=True, eq=False)
class Spoilt:
    """Examples of which some carry a wrong label, and test examples whose labels are right.

    Parameters
    ----------
    own, test : inputs and targets
    wrong : shape (n_examples,), whether a training label is wrong
    """

    own: tuple[Array, NDArray[np.int64]]
    test: tuple[Array, NDArray[np.int64]]
    wrong: NDArray[np.bool_]

    def __str__(self) -> str:
        return f"{len(self.wrong)} examples to learn from, {self.wrong.sum()} of them with a wrong label."


def spoilt(*, data: str = "digits", noise: float = 0.3, random_state: int = 0) -> Spoilt:
    """Choose examples to learn from, and give a share of them a wrong label each.

    Parameters
    ----------
    data : one of `DATA`
    noise : that share, 0 to 0.4

    >>> print(spoilt())
    400 examples to learn from, 120 of them with a wrong label.
    """
    arguments.one_of("data", data, DATA)
    share = arguments.number("noise", noise, low=0, high=0.4)
    random = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    (inputs, targets), test, classes = _chosen(data, random)
    wrong = np.zeros(len(targets), bool)
    wrong[random.choice(len(targets), round(share * len(targets)), replace=False)] = True
    other = (targets + random.integers(1, classes, len(targets))) % classes
    return Spoilt((inputs, np.where(wrong, other, targets)), test, wrong)


def learnt_from(*, data: str = "digits") -> int:
    """Count the examples that a training learns from; data : one of `DATA`."""
    return TRAIN - 20 * (arguments.one_of("data", data, DATA) == DATA[2])


def judged_on(*, data: str = "digits") -> str:
    """Say on what a model is tested, and whether it is the same each time; data : one of `DATA`."""
    if arguments.one_of("data", data, DATA) == DATA[2]:
        others = len(datasets.breast_cancer().targets) - learnt_from(data=data)
        return f"the other {others} people each time"
    return f"always the same {len(examples(data=data).test_targets):,} images (their luck is in no band)"


def _chosen(data: str, random: np.random.Generator) -> Any:
    if data == "breast cancer":
        held = datasets.breast_cancer()
        order = random.permutation(len(held.targets))
        own, new = np.split(order, [learnt_from(data=data)])
        middle, spread = held.inputs[own].mean(axis=0), held.inputs[own].std(axis=0)
        inputs = (held.inputs - middle) / spread
        targets = held.targets.astype(int)
        return (inputs[own], targets[own]), (inputs[new], targets[new]), 2
    seen = examples(data=data)
    own = random.permutation(len(seen.targets))[:TRAIN]
    return (seen.inputs[own], seen.targets[own]), (seen.test_inputs, seen.test_targets), 10


def _tree(depth: int, seen: Spoilt, seed: int, _: str) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_depth=depth, random_state=seed).fit(*seen.own).predict


def _neighbours(count: int, seen: Spoilt, _: int, __: str) -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(n_neighbors=count).fit(*seen.own).predict


def _network(hidden: int, seen: Spoilt, seed: int, data: str) -> Any:
    sizes = (seen.own[0].shape[1], hidden, 2 if data == "breast cancer" else 10)
    run = descend(
        network=networks.initialise(layer_sizes=sizes, random_state=seed),
        inputs=seen.own[0],
        targets=seen.own[1],
        learning_rate=0.05,
        optimiser="momentum",
        random_state=seed,
    )
    *_, network = islice(run, EPOCHS[data] + 1)
    return lambda inputs: networks.predict(network, inputs)


LEARNERS: dict[str, Callable[[int, Spoilt, int, str], Any]] = {
    TREE: _tree,
    NEIGHBOURS: _neighbours,
    NETWORK: _network,
}
