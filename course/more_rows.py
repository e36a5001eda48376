"""Test accuracy after training on some rows of the images, in random orders."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments, trained
from course.fitting import fitted
from course.networks import Array
from course.threads import one_thread

MODELS = ("nearest neighbour", "logistic regression")


def readings(
    *, todo: Sequence[Sequence[int]], data: str = "MNIST", model: str = MODELS[0], random_state: int = 0
) -> Iterator[list[Any]]:
    """Train and test for each pair of rows and order: hand out both, the accuracy, and if it converged."""
    held = trained.examples(data=data)
    seed = arguments.whole("random_state", random_state, low=0)
    for size, order in todo:
        rows = order_of(rows=len(held.targets), order=order, random_state=seed)[:size]
        found = accuracy(
            inputs=held.inputs[rows],
            targets=held.targets[rows],
            test_inputs=held.test_inputs,
            test_targets=held.test_targets,
            model=model,
        )
        yield [size, order, *found]


def order_of(*, rows: int, order: int, random_state: int) -> NDArray[np.int64]:
    """Draw a random order of the rows; what fewer rows learn from, more do too."""
    many = arguments.whole("rows", rows, low=1)
    seeds = [
        arguments.whole("random_state", random_state, low=0),
        arguments.whole("order", order, low=0),
    ]
    return np.random.default_rng(seeds).permutation(many)


def accuracy(
    *,
    inputs: Array,
    targets: NDArray[np.int64],
    test_inputs: Array,
    test_targets: NDArray[np.int64],
    model: str = MODELS[0],
) -> tuple[float, bool]:
    """Train on some rows, of two classes at least, and test on others.

    Returns
    -------
    share of right answers, 0 to 1, and whether the training ended by itself
    """
    kind = arguments.one_of("model", model, MODELS)
    x = arguments.array("inputs", inputs, shape=(None, None))
    y = arguments.array("targets", targets, shape=(len(x),))
    if len(np.unique(y)) < 2:
        raise arguments.refuse("targets", "hold two classes at least", float(y[0]))
    if len(y) < 3:
        raise arguments.refuse("targets", "hold three rows at least", len(y))
    learnt, converged = fitted(estimator=_estimator(kind), inputs=x, targets=y)
    with one_thread():
        return float(learnt.score(test_inputs, test_targets)), converged


def _estimator(model: str) -> Any:
    if model == "nearest neighbour":
        from sklearn.neighbors import KNeighborsClassifier

        return KNeighborsClassifier(1)
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(tol=1e-3, max_iter=1000)
