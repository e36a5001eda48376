"""Lesson 01: labelled examples are somebody's judgement.

Twenty digits that are hard to read get three labels each: the learner's, the data set's
and a simulated neighbour's. A network is trained on each of the three labellings.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets, networks
from course.networks import Array
from course.optimisers import momentum
from course.wording import percent

Labels = NDArray[np.int64]

UNCLEAR = 20  # digits to label
CLEAR = 8  # of each kind, that every network learns from too
SURE = 0.9  # margin from which on a digit is clear
NEAR = 0.5  # distance, in ink, at which a digit's say has fallen to 61 %
HIDDEN, RATE, STEPS = 64, 0.1, 200  # every network fits its hundred labels, or nearly


@dataclass(frozen=True, eq=False)
class UnclearDigits:
    """The training digits that a model doubts most, in the order of their row numbers.

    Parameters
    ----------
    rows : shape (count,), in the digits data set
    images : shape (count, 8, 8), ink from 0 to 1
    labels : shape (count,), those of the data set
    probabilities : shape (count, 10), the model's, which saw every training digit but this one
    """

    rows: Labels
    images: Array
    labels: Labels
    probabilities: Array

    @property
    def margins(self) -> Array:
        """How much likelier the likeliest class is than the second, 0 (torn) to 1 (sure)."""
        return _margins(self.probabilities)

    def __str__(self) -> str:
        return (
            f"{len(self.rows):,} digits in doubt: to the model, the likeliest label is ahead of the second "
            f"by {percent(self.margins.min())} to {percent(self.margins.max())}."
        )


@dataclass(frozen=True, eq=False)
class Labelling:
    """What has been said so far, and at the end what networks make of it.

    Parameters
    ----------
    digits : what is labelled, with the labels of the data set
    labels : shape (0 to 20,), the learner's so far
    neighbour : shape (20,), the simulated neighbour's
    random_state : which neighbour
    test_labels : shape (450,), those of the data set
    answers : shape (3, 450), to the test digits, of networks trained on the learner's, the
        data set's and the neighbour's labels; shape (0, 450) until all digits are labelled
    restarted : shape (450,), as the second of `answers`, from another random start; or (0,)
    """

    digits: UnclearDigits
    labels: Labels
    neighbour: Labels
    random_state: int
    test_labels: Labels
    answers: Labels
    restarted: Labels

    @property
    def complete(self) -> bool:
        """Whether every digit has the learner's label."""
        return len(self.labels) == len(self.digits.labels)

    @property
    def agreement(self) -> int:
        """On how many of the digits labelled so far learner and data set agree."""
        return int((self.labels == self.digits.labels[: len(self.labels)]).sum())

    @property
    def neighbourly(self) -> int:
        """On how many of the digits labelled so far learner and simulated neighbour agree."""
        return int((self.labels == self.neighbour[: len(self.labels)]).sum())

    @property
    def accuracy(self) -> Array:
        """Share of test digits that each network names as the data set does, 0 to 1."""
        return np.asarray((self.answers == self.test_labels).mean(axis=1))

    @property
    def unlike(self) -> Labels:
        """How many test digits each network answers unlike the one with the learner's labels."""
        return np.asarray((self.answers != self.answers[:1]).sum(axis=1))

    @property
    def luck(self) -> int:
        """How many answers change if only the random start does."""
        return int((self.answers[1:2] != self.restarted).sum())

    @property
    def conditions(self) -> str:
        """What the three networks have in common."""
        count, clear = len(self.digits.labels), 10 * CLEAR
        if not self.complete:
            return (
                f"Each network will learn these {count} digits and the same {clear} clear ones, "
                "from the same random start."
            )
        return (
            f"Each network learnt these {count} and the same {clear} clear digits; "
            f"another random start alone changes {self.luck} answers."
        )

    def __str__(self) -> str:
        count, who = len(self.digits.labels), f"simulated neighbour {self.random_state}"
        if not self.complete:
            return f"You have labelled {len(self.labels)} of {count}; {who} has labelled all of them."
        return (
            f"Of {count} digits you label {count - self.agreement} unlike the data set, "
            f"{count - self.neighbourly} unlike {who}. Training on your labels instead of the data "
            f"set's changes {self._effect}."
        )

    @property
    def _effect(self) -> str:
        total = len(self.test_labels)
        if not self.unlike[1]:
            return f"none of the {total} test answers"
        yours, theirs = map(percent, self.accuracy[:2])
        right = f"{yours} right either way" if yours == theirs else f"{yours} right, not {theirs}"
        return f"{self.unlike[1]} of the {total} test answers: {right}"


def unclear_digits(*, count: int = UNCLEAR) -> UnclearDigits:
    """Find the training digits with the smallest margin between the two likeliest classes.

    The model asks all other training digits, and the more alike one is, the more its label
    counts: by `exp(-distance**2 / (2 * NEAR**2))`. So no digit has a say in its own class.

    Source
    ------
    Nadaraya (1964), On estimating regression; Watson (1964), Smooth regression analysis.

    >>> print(unclear_digits())
    20 digits in doubt: to the model, the likeliest label is ahead of the second by 6 % to 29 %.
    """
    data = datasets.digits()
    train = datasets.split(data).train
    number = arguments.whole("count", count, low=1, high=len(train))
    chosen = np.argsort(_margins(_probabilities()), kind="stable")[:number]
    chosen = chosen[np.argsort(train[chosen])]
    inputs, labels = data.rows(train[chosen])
    return UnclearDigits(train[chosen], inputs.reshape(-1, 8, 8), labels, _probabilities()[chosen])


def label_digits(*, your_labels: str = "", random_state: int = 0) -> Labelling:
    """Compare a learner's labels for the unclear digits with two other labellings.

    Parameters
    ----------
    your_labels : up to 20 characters 0 to 9, for the digits in their order
    random_state : which simulated neighbour: one that answers at random, each class as
        often as the model finds it likely

    >>> print(label_digits(your_labels="5990"))
    You have labelled 4 of 20; simulated neighbour 0 has labelled all of them.
    """
    digits = unclear_digits()
    labels = _labels(your_labels)
    seed = arguments.whole("random_state", random_state, low=0)
    neighbour = _neighbour(digits.probabilities, seed)
    data = datasets.digits()
    test_labels = data.rows(datasets.split(data).test)[1]
    answers, restarted = np.zeros((0, len(test_labels)), int), np.zeros(0, int)
    if len(labels) == UNCLEAR:
        answers = np.array([_answers(tuple(each)) for each in (labels, digits.labels, neighbour)])
        restarted = _answers(tuple(digits.labels), start=1)
    return Labelling(digits, labels, neighbour, seed, test_labels, answers, restarted)


def _labels(said: object) -> Labels:
    if not isinstance(said, str) or not set(said) <= set("0123456789"):
        raise arguments.refuse("your_labels", "be digits 0 to 9, one for each image", said)
    if len(said) > UNCLEAR:
        raise arguments.refuse("your_labels", f"be at most {UNCLEAR} digits, one for each image", said)
    return np.array([int(each) for each in said], int)


def _neighbour(probabilities: Array, seed: int) -> Labels:
    drawn = np.random.default_rng(seed).random((len(probabilities), 1))
    return np.asarray((drawn > probabilities.cumsum(axis=1)[:, :-1]).sum(axis=1))


@cache
def _probabilities() -> Array:
    """Class probabilities of each training digit, from all the others, shape (n_train, 10)."""
    data = datasets.digits()
    x, y = data.rows(datasets.split(data).train)
    sizes = (x * x).sum(axis=1)  # sums of whole 256ths: exact, in whatever order
    say = np.exp((2 * x @ x.T - sizes[:, None] - sizes) / (2 * NEAR**2))
    np.fill_diagonal(say, 0.0)
    votes = say @ np.eye(10)[y]
    return np.asarray(votes / votes.sum(axis=1, keepdims=True))


def _margins(probabilities: Array) -> Array:
    second, first = np.sort(probabilities, axis=1)[:, -2:].T
    return np.asarray(first - second)


@cache
def _clear_rows() -> Labels:
    """Row numbers of clear training digits, as many of each kind."""
    data = datasets.digits()
    train = datasets.split(data).train
    sure = np.random.default_rng(0).permutation(train[_margins(_probabilities()) >= SURE])
    kinds = data.rows(sure)[1]
    return np.concatenate([sure[kinds == kind][:CLEAR] for kind in range(10)])


@lru_cache(128)
def _answers(labels: tuple[int, ...], start: int = 0) -> Labels:
    """Answers to the test digits, after learning the unclear digits so labelled and the clear ones."""
    data = datasets.digits()
    clear, kinds = data.rows(_clear_rows())
    inputs = np.concatenate([data.inputs[unclear_digits().rows], clear])
    network = networks.initialise(layer_sizes=(64, HIDDEN, 10), scale=0.4, random_state=start)
    x, y = networks.examples(network, inputs, np.concatenate([labels, kinds]))
    step = momentum(learning_rate=RATE)
    for _ in range(STEPS):
        network = network.moved(step(networks.slope(network, x, y)))
    return networks.predict(network, data.inputs[datasets.split(data).test])
