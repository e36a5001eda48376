"""Tasks for the sweeps of the tests: workers find them by name."""

import os
from time import sleep


def slow(*, x: int, s: float = 0.0) -> int:
    """Take some seconds, and square."""
    sleep(s)
    return x * x


def refuse(*, x: int) -> int:
    """Take no 3."""
    if x == 3:
        raise ValueError(f"x must not be 3, got {x}")
    return x


def threads(*, x: int) -> int:
    """Say on how many threads matrices are multiplied."""
    import numpy as np
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    counts = [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]
    return int(max(counts)) + 0 * x


def process(*, x: int) -> int:
    """Say which process computes."""
    return os.getpid() + 0 * x


def elsewhere_slow(*, x: int, home: int) -> int:
    """Take a minute in any other process."""
    sleep(60 * (os.getpid() != home))
    return x * x
