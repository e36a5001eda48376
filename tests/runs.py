"""Training runs that several tests look at."""

from functools import cache
from typing import Any

import numpy as np

from course import datasets, networks
from course.runs import Run
from course.training import learn_digits


def start_of(*, activation: str = "relu", **options: Any) -> dict[str, Any]:
    """A small network and fifty digits for it."""
    x, y = datasets.digits().rows(np.arange(50))
    network = networks.initialise(layer_sizes=(64, 8, 6, 10), activation=activation, random_state=1)
    return {"network": network, "inputs": x, "targets": y, **options}


@cache
def last(**options: Any) -> Run:
    """The last item of a run on digits."""
    *_, run = learn_digits(**options)
    return run
