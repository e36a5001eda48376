"""A machine whose time is made up: its clock moves only by what its work takes and by being read."""

import re
from collections.abc import Callable, Iterable
from math import floor

import numpy as np
import pytest

from course.networks import Array

US = 1e-6


class Fake:
    """A clock, and work that takes as long as it is told to.

    Parameters
    ----------
    takes : the n-th call of the work to its seconds
    step_s : of the clock
    read_s : that reading it takes
    back_s, every : how far the clock steps back, at each so many-th reading of it
    """

    def __init__(
        self,
        takes: Callable[[int], float] = lambda _: 100 * US,
        *,
        step_s: float = 0.1 * US,
        read_s: float = 0.05 * US,
        back_s: float = 0.0,
        every: int = 1,
    ) -> None:
        self.takes, self.step_s, self.read_s = takes, step_s, read_s
        self.back_s, self.every = back_s, every
        self.now, self.reads, self.calls = 1000.0, 0, 0
        self.stands = False

    def clock(self) -> float:
        """Read it."""
        self.reads += 1
        if not self.stands:
            self.now += self.read_s
            self.now -= self.back_s * (self.reads % self.every == 0)
        return floor(self.now / self.step_s) * self.step_s

    def work(self) -> None:
        """Work once."""
        if not self.stands:
            self.now += self.takes(self.calls)
        self.calls += 1


def one_after_another(values: Iterable[float]) -> Callable[[int], float]:
    """Take as long as the next of some values says, whichever call it is."""
    left = iter(values)
    return lambda _: next(left)


def noise(rng: np.random.Generator, n: int) -> Array:
    """Draw what readings look like: log-normal by a tenth, one in a hundred five times as long."""
    return np.exp(0.1 * rng.standard_normal(n)) * np.where(rng.random(n) < 0.01, 5.0, 1.0)


def refusal(words: str) -> pytest.RaisesExc[ValueError]:
    """Expect a refusal in exactly these words."""
    return pytest.raises(ValueError, match=f"^{re.escape(words)}$")
