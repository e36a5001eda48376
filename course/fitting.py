"""A scikit-learn model after its training, and whether that training came to its own end."""

import warnings
from typing import Any

from numpy.typing import ArrayLike

from course.threads import one_thread


def fitted(*, estimator: Any, inputs: ArrayLike, targets: ArrayLike) -> tuple[Any, bool]:
    """Train a copy of a scikit-learn model on one thread; return it, and whether it had converged.

    Parameters
    ----------
    estimator : with its settings, not yet trained
    inputs, targets : shapes (n_rows, n_features) and (n_rows,)

    >>> from sklearn.linear_model import LogisticRegression
    >>> fitted(estimator=LogisticRegression(max_iter=1), inputs=[[0], [1], [3]], targets=[0, 1, 1])
    (LogisticRegression(max_iter=1), False)
    """
    from sklearn.base import clone
    from sklearn.exceptions import ConvergenceWarning

    with one_thread(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        trained = clone(estimator).fit(inputs, targets)
    return trained, not any(issubclass(each.category, ConvergenceWarning) for each in caught)


def unconverged(count: int) -> str:
    """Say that some trainings had not converged; nothing where all had.

    >>> unconverged(1), unconverged(0)
    ('1 training ended before it had converged.', '')
    """
    many = f"{count} trainings ended before they had converged."
    return ("", "1 training ended before it had converged.")[count] if count < 2 else many
