"""What a model gets right on rows that it never saw: by one random split, or fold by fold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments
from course.fitting import fitted
from course.intervals import Interval, wilson
from course.networks import Array
from course.wording import percent

MODELS = ("decision tree", "logistic regression")
TEST_SIZE = 0.2  # of a single split
ITERATIONS = 200  # of logistic regression at most
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """A model after training, asked about rows that it never saw.

    Parameters
    ----------
    rows : shape (n_test,), their numbers
    right : shape (n_test,), whether its answer to each is right
    converged : whether its training ended by itself
    """

    rows: Numbers
    right: NDArray[np.bool_]
    converged: bool = True

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return float(self.right.mean())

    @property
    def interval(self) -> Interval:
        """The 95 % interval of that share, as for rows drawn one by one."""
        return wilson(count=int(self.right.sum()), of=len(self.right))

    def __str__(self) -> str:
        return f"{percent(self.accuracy)} of {len(self.rows)} rows that it never saw are named rightly."


def cross_validated(
    *,
    inputs: Array,
    targets: Numbers,
    model: str = "decision tree",
    folds: int = 5,
    random_state: int = 0,
) -> Iterator[Part]:
    """Train on all rows but those of one fold and test on these, for each fold in turn.

    Parameters
    ----------
    inputs, targets : shapes (n_rows, n_features) and (n_rows,), at least `folds` rows of each class
    model : one of `MODELS`
    folds : parts, each with as large a share of each class as the whole
    random_state : which row is in which fold

    >>> from course import datasets
    >>> data = datasets.breast_cancer()
    >>> found = cross_validated(inputs=data.inputs, targets=data.targets)
    >>> print(f"{sum(each.accuracy for each in found) / 5:.2f}")
    0.93
    """
    kind = arguments.one_of("model", model, MODELS)
    x, y = checked(inputs=inputs, targets=targets, folds=folds)
    seed = arguments.whole("random_state", random_state, low=0)
    from sklearn.model_selection import StratifiedKFold

    for train, test in StratifiedKFold(folds, shuffle=True, random_state=seed).split(x, y):
        yield _tested(kind, x, y, train, test)


def split_once(
    *, inputs: Array, targets: Numbers, model: str = "decision tree", random_state: int = 0
) -> Part:
    """Train on 80 % of the rows, drawn once at random, and test on the others.

    Parameters
    ----------
    inputs, targets : as for `cross_validated`
    model : one of `MODELS`
    random_state : which rows are for the test

    >>> from course import datasets
    >>> data = datasets.breast_cancer()
    >>> print(split_once(inputs=data.inputs, targets=data.targets, model="logistic regression"))
    97 % of 114 rows that it never saw are named rightly.
    """
    kind = arguments.one_of("model", model, MODELS)
    x, y = checked(inputs=inputs, targets=targets)
    seed = arguments.whole("random_state", random_state, low=0)
    if len(y) * TEST_SIZE <= len(np.unique(y)) - 1:
        raise arguments.refuse("targets", "hold enough rows for one of each class in the test", len(y))
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(np.arange(len(y)), test_size=TEST_SIZE, stratify=y, random_state=seed)
    return _tested(kind, x, y, train, test)


def checked(*, inputs: object, targets: object, folds: int = 2) -> tuple[Array, Numbers]:
    """Return rows and their classes, of which there must be two at least, each in every fold."""
    parts = arguments.whole("folds", folds, low=2)
    x = arguments.array("inputs", inputs, shape=(None, None))
    y = arguments.array("targets", targets, shape=(len(x),))
    classes, counts = np.unique(y, return_counts=True)
    if len(classes) < 2:
        raise arguments.refuse("targets", "hold two classes at least", float(classes[0]))
    if counts.min() < 2:
        raise arguments.refuse("targets", "hold two rows of each class at least", int(counts.min()))
    if parts > counts.min():
        raise arguments.refuse("folds", f"be at most {counts.min()}, the rows of the rarest class", folds)
    return x, y.astype(int)


def _tested(model: str, x: Array, y: Numbers, train: Numbers, test: Numbers) -> Part:
    trained, converged = fitted(estimator=_estimator(model), inputs=x[train], targets=y[train])
    return Part(test, trained.predict(x[test]) == y[test], converged)


def _estimator(model: str) -> Any:
    if model == "decision tree":
        from sklearn.tree import DecisionTreeClassifier

        return DecisionTreeClassifier(random_state=0)
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=ITERATIONS))
