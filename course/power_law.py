"""A power law through the first points of a learning curve, and how it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course import arguments
from course.networks import Array
from course.wording import percent, written


@dataclass(frozen=True, eq=False)
class PowerLaw:
    """Errors that fall by the same factor with each doubling of the rows: `scale * rows**-exponent`.

    Parameters
    ----------
    scale : error at one row, as the line through the others would have it
    exponent : how fast errors fall; 0.5 halves them with four times the rows
    """

    scale: float
    exponent: float

    def error(self, rows: float) -> float:
        """Forecast the share of wrong answers after training on so many rows, 1 at most."""
        return float(min(1.0, self.scale * rows**-self.exponent))

    def __str__(self) -> str:
        kept = percent(min(1.0, 10**-self.exponent))
        return f"Ten times the rows leave {kept} of the errors (exponent {written(self.exponent)})."


def power_law(*, sizes: Sequence[float] | Array, errors: Sequence[float] | Array) -> PowerLaw:
    """Fit a straight line to the logarithms of errors against those of rows, by least squares.

    It has no floor: it says that errors fall for ever.

    Parameters
    ----------
    sizes : shape (n,), rows learnt from, two different ones at least
    errors : shape (n,), shares of wrong answers, above 0

    Source
    ------
    Cortes, Jackel, Solla, Vapnik and Denker (1993), Learning curves: asymptotic values and rate of
    convergence; Hestness et al. (2017), Deep learning scaling is predictable, empirically.

    >>> print(power_law(sizes=[10, 100, 1000], errors=[0.4, 0.2, 0.1]))
    Ten times the rows leave 50 % of the errors (exponent 0.30).
    """
    rows = arguments.array("sizes", sizes, shape=(None,))
    wrong = arguments.array("errors", errors, shape=(len(rows),))
    for name, values in (("sizes", rows), ("errors", wrong)):
        if values.min() <= 0:
            raise arguments.refuse(name, "be above 0", float(values.min()))
    if len(np.unique(rows)) < 2:
        raise arguments.refuse("sizes", "hold two different numbers at least", len(np.unique(rows)))
    slope, height = np.polyfit(np.log(rows), np.log(wrong), 1)
    return PowerLaw(float(np.exp(height)), float(-slope))
