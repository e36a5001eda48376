"""How far to step, given the gradient: three rules of descent.

Each function makes a rule for one training run: called with a gradient, it returns what
is added to the parameters, both of shape (n_parameters,).
"""

from collections.abc import Callable

import numpy as np

from course import arguments
from course.networks import Array

Step = Callable[[Array], Array]


def plain(*, learning_rate: float) -> Step:
    """Gradient descent: step against the gradient, as far as the learning rate says."""
    rate = arguments.number("learning_rate", learning_rate, above=0)
    return lambda gradient: -rate * gradient


def momentum(*, learning_rate: float, decay: float = 0.9) -> Step:
    """Keep a share of the last step and add the new one, as a heavy ball does.

    Source
    ------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.
    """
    rate = arguments.number("learning_rate", learning_rate, above=0)
    kept = arguments.number("decay", decay, low=0, high=1)
    velocity: Array | float = 0.0

    def step(gradient: Array) -> Array:
        nonlocal velocity
        velocity = kept * velocity - rate * gradient
        return velocity

    return step


def adam(
    *, learning_rate: float, decay_1: float = 0.9, decay_2: float = 0.999, epsilon: float = 1e-8
) -> Step:
    """Divide the gradient's running mean by its running size, for each parameter alone.

    Source
    ------
    Kingma and Ba (2015), Adam: a method for stochastic optimization, algorithm 1.
    """
    rate = arguments.number("learning_rate", learning_rate, above=0)
    kept_1 = arguments.number("decay_1", decay_1, low=0, high=0.9999)
    kept_2 = arguments.number("decay_2", decay_2, low=0, high=0.9999)
    least = arguments.number("epsilon", epsilon, above=0)
    mean: Array | float = 0.0
    square: Array | float = 0.0
    steps = 0

    def step(gradient: Array) -> Array:
        nonlocal mean, square, steps
        steps += 1
        mean = kept_1 * mean + (1 - kept_1) * gradient
        square = kept_2 * square + (1 - kept_2) * gradient**2
        size = np.sqrt(square / (1 - kept_2**steps))
        return np.asarray(-rate * mean / (1 - kept_1**steps) / (size + least))

    return step


OPTIMISERS: dict[str, Callable[..., Step]] = {"plain": plain, "momentum": momentum, "Adam": adam}
