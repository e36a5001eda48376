"""Two small labs that the tests and benchmarks of the frame work on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from widgets.controls import log
from widgets.lab import Lab
from widgets.picture import Update


@dataclass(frozen=True, eq=False)
class Fit:
    """One polynomial, the samples it saw, and what it gets wrong."""

    x: np.ndarray[Any, Any]
    y: np.ndarray[Any, Any]
    curve: np.polynomial.Polynomial
    train_error: float
    test_error: float

    def __str__(self) -> str:
        return f"Error on the samples it saw {self.train_error:.4f}, on new ones {self.test_error:.4f}."


def fit(*, degree: int = 3, noise: float = 0.3, random_state: int = 0) -> Fit:
    """Fit a polynomial to sixty noisy points of a sine wave."""
    if degree > 14:
        raise ValueError(f"degree must be at most 14, got {degree}")
    random = np.random.default_rng(random_state)
    x = random.uniform(-1, 1, (2, 60))
    y = np.sin(3 * x) + noise * random.standard_normal(x.shape)
    curve = np.polynomial.Polynomial.fit(x[0], y[0], degree)
    seen, new = np.mean((curve(x) - y) ** 2, axis=1)
    return Fit(x[0], y[0], curve, float(seen), float(new))


def curve(axes: Axes, result: Fit) -> Update:
    """The points and the polynomial through them."""
    axes.set(title="A fit", xlim=(-1, 1), ylim=(-2, 2), xlabel="x")
    (points,) = axes.plot([], [], "o", animated=True)
    (line,) = axes.plot([], [], animated=True)
    grid = np.linspace(-1, 1, 200)

    def update(result: Fit) -> None:
        points.set_data(result.x, result.y)
        line.set_data(grid, result.curve(grid))

    update(result)
    return update


def errors(axes: Axes, result: Fit) -> Update:
    """The error on samples that it saw and on new ones."""
    axes.set(title="Squared error", ylim=(0, 1))
    bars = axes.bar(["seen", "new"], [0, 0], animated=True)

    def update(result: Fit) -> None:
        for bar, height in zip(bars, (result.train_error, result.test_error), strict=True):
            bar.set_height(height)

    update(result)
    return update


def fit_lab(**options: Any) -> Lab:
    """A polynomial whose degree a learner moves."""
    controls: dict[str, Any] = {"degree": (0, 15), "noise": (0.0, 1.0)}
    return Lab(fit, curve, errors, **{**controls, **options})


@dataclass(frozen=True, eq=False)
class Walk:
    """Where a walker has been."""

    places: tuple[int, ...]
    progress: float
    stride: int = 1
    warning: str = ""

    def __str__(self) -> str:
        steps = len(self.places) - 1
        return f"After {steps} steps of {self.stride} the walker stands at {self.places[-1]}."


def walk(*, stride: int = 1, steps: int = 50) -> Iterator[Walk]:
    """Walk to the right, a stride at a time."""
    if stride == 0:
        raise ValueError("stride must not be 0, got 0")
    for step in range(steps + 1):
        if stride == 9 and step == 3:
            raise RuntimeError("the walker fell")
        yield Walk(tuple(stride * n for n in range(step + 1)), step / steps, stride)


def path(axes: Axes, result: Walk) -> Update:
    """The walker's places against the step."""
    axes.set(title="Place", xlim=(0, 50), ylim=(-100, 100), xlabel="step")
    (line,) = axes.plot([], [], animated=True)

    def update(result: Walk) -> None:
        axes.set_title(f"Place, in steps of {result.stride}")
        line.set_data(range(len(result.places)), result.places)

    update(result)
    return update


def walk_lab(**options: Any) -> Lab:
    """A walker who walks when Run is pressed."""
    controls: dict[str, Any] = {"stride": (-2, 9)}
    return Lab(walk, path, **{**controls, **options})


def words(axes: Axes, result: object) -> None:
    """The result, written out."""
    axes.set(title="Settings", xlim=(0, 1), ylim=(0, 1), xlabel="nothing")
    axes.text(0, 0.5, str(result))


def kinds_lab(**options: Any) -> Lab:
    """One control of every kind."""

    def kinds(
        *, whole: int = 1, factor: float = 0.1, few: str = "a", many: int = 1, yes: bool = False
    ) -> str:
        return f"{whole} {factor:g} {few} {many} {yes}."

    controls: dict[str, Any] = {
        "whole": (0, 9),
        "factor": log(0.01, 1.0),
        "few": ["a", "b"],
        "many": {f"number {n}": n for n in range(5)},
        "yes": bool,
    }
    return Lab(kinds, words, **{**controls, **options})


def broken_lab(**options: Any) -> Lab:
    """A lab whose computation has a mistake at 7."""

    def broken(*, whole: int = 6) -> str:
        return f"{1 / (whole - 7):.2f}."

    return Lab(broken, words, **{"whole": (0, 9), **options})
