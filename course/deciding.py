"""Lesson 03: a person decides what the network leaves open, without its answer and beside it."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets, inference, networks
from course.networks import Array

Numbers = NDArray[np.int64]
HALF = 10  # cases without the network's answer, and as many beside it
MISTAKEN = 4  # of each ten the network reads wrongly
DOUBT = 0.9  # confidence below which a case goes to a person


@dataclass(frozen=True, eq=False)
class Cases:
    """Twenty test digits that the network is unsure of: it reads as many of each ten wrongly.

    Parameters
    ----------
    images : shape (20, 28, 28), ink from 0 to 1
    labels : shape (20,), those of the data set
    answers : shape (20,), the network's
    """

    images: Array
    labels: Numbers
    answers: Numbers


@dataclass(frozen=True, eq=False)
class Decided:
    """What a person has decided so far; the first ten alone, the others beside the network's answer.

    Parameters
    ----------
    cases : what there is to decide
    yours : shape (count,), the person's answers so far
    """

    cases: Cases
    yours: Numbers

    @property
    def complete(self) -> bool:
        """Whether all twenty are decided."""
        return len(self.yours) == 2 * HALF

    @property
    def errors(self) -> tuple[int, int]:
        """How many answers of the first ten and of the second differ from the data set's."""
        wrong = self.yours != self.cases.labels[: len(self.yours)]
        return int(wrong[:HALF].sum()), int(wrong[HALF:].sum())

    @property
    def followed(self) -> int:
        """How often the person gave the network's own wrong answer, where it was shown."""
        shown = slice(HALF, len(self.yours))
        answers, labels = self.cases.answers[shown], self.cases.labels[shown]
        return int(((self.yours[shown] == answers) & (answers != labels)).sum())

    @property
    def conditions(self) -> str:
        """Whose word counts as right."""
        return "Right is what the data set says: one more person’s judgement." if self.complete else ""

    def __str__(self) -> str:
        count = len(self.yours)
        if not self.complete:
            how = "without the network’s answer" if count < HALF else "with the network’s answer beside it"
            return f"{count} of {2 * HALF} decided; the next one {how}."
        alone, beside = self.errors
        return (
            f"Alone you got {alone} of {HALF} wrong, beside the network’s answer {beside} of {HALF}. "
            f"It was wrong {MISTAKEN} times in each ten; where you saw its answer, you followed it "
            f"{self.followed} time{'s' * (self.followed != 1)} into the mistake."
        )


@cache
def cases(*, random_state: int = 0) -> Cases:
    """Choose twenty test digits below a confidence of 90 %, in a random order.

    >>> cases().images.shape
    (20, 28, 28)
    """
    seed = arguments.whole("random_state", random_state, low=0)
    data = datasets.mnist()
    x, labels = data.rows(inference.halves(data).test)
    probabilities = networks.forward(inference.trained(), x)[-1]
    answers = probabilities.argmax(axis=1)
    unsure, right = probabilities.max(axis=1) < DOUBT, answers == labels
    random = np.random.default_rng(seed)
    wrong_ones = random.permutation(np.flatnonzero(unsure & ~right))[: 2 * MISTAKEN]
    right_ones = random.permutation(np.flatnonzero(unsure & right))[: 2 * (HALF - MISTAKEN)]
    rows = np.concatenate(
        [random.permutation(np.concatenate([wrong_ones[n::2], right_ones[n::2]])) for n in range(2)]
    )
    return Cases(x[rows].reshape(-1, 28, 28), labels[rows], answers[rows])


def decide(*, your_answers: str = "", random_state: int = 0) -> Decided:
    """Compare a person's answers with the data set's.

    Parameters
    ----------
    your_answers : digits, one for each case so far
    """
    known = isinstance(your_answers, str) and set(your_answers) <= {*"0123456789"}
    if not known or len(your_answers) > 2 * HALF:
        raise arguments.refuse("your_answers", f"be at most {2 * HALF} digits", your_answers)
    return Decided(cases(random_state=random_state), np.array([*map(int, your_answers)], int))
