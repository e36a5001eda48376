"""What an argument must be, in one sentence that also says what came.

Every check returns the argument in the form that the computation wants, and
raises `ValueError` for anything else, a wrong type included: that is what a lab
shows to whoever moved the control.
"""

from collections.abc import Collection
from numbers import Integral, Real
from typing import Any

import numpy as np


def refuse(name: str, must: str, came: object) -> ValueError:
    """The error for an argument: what must hold, then what came."""
    return ValueError(f"{name} must {must}, got {_short(came)}")


def number(
    name: str,
    value: object,
    *,
    low: float = -np.inf,
    high: float = np.inf,
    above: float = -np.inf,
) -> float:
    """A finite real number with `low <= value <= high` and `value > above`."""
    real = _float(value)
    if not (np.isfinite(real) and low <= real <= high and real > above):
        raise refuse(name, f"be {_range('number', low, high, above)}", value)
    return real


def whole(name: str, value: object, *, low: float = -np.inf, high: float = np.inf) -> int:
    """A whole number with `low <= value <= high`."""
    if not (_is(value, Integral) and low <= value <= high):  # type: ignore[operator]
        raise refuse(name, f"be {_range('whole number', low, high)}", value)
    return int(value)  # type: ignore[call-overload, no-any-return]


def one_of(name: str, value: object, options: Collection[str]) -> str:
    """One of the named options."""
    if not isinstance(value, str) or value not in options:
        raise refuse(name, f"be one of {', '.join(options)}", value)
    return value


def numbers_in(name: str, value: object) -> np.ndarray[Any, Any]:
    """An array of numbers, of any shape."""
    try:
        raw = np.asarray(value)
    except ValueError:  # rows of different lengths
        raise refuse(name, "hold numbers only", value) from None
    if raw.dtype.kind not in "biuf":
        raise refuse(name, "hold numbers only", value)
    return raw.astype(float, copy=False)


def array(name: str, value: object, *, shape: tuple[int | None, ...]) -> np.ndarray[Any, Any]:
    """An array of finite numbers; `None` in `shape` stands for any length of at least 1."""
    numbers = numbers_in(name, value)
    fits = numbers.ndim == len(shape) and all(
        have >= 1 if want is None else have == want for have, want in zip(numbers.shape, shape, strict=True)
    )
    if not fits:
        wanted = " x ".join("any" if length is None else str(length) for length in shape)
        raise ValueError(f"{name} must have shape {wanted}, got {_shape(numbers)}")
    if not np.isfinite(numbers).all():
        bad = int(np.size(numbers) - np.isfinite(numbers).sum())
        raise ValueError(f"{name} must hold finite numbers only, got {bad} that are not")
    return numbers


def labels(name: str, value: object, *, length: int | None, classes: int) -> np.ndarray[Any, Any]:
    """Whole numbers from 0 to `classes - 1`, one for each of `length` rows."""
    numbers = array(name, value, shape=(length,))
    wrong = numbers[(numbers != np.floor(numbers)) | (numbers < 0) | (numbers >= classes)]
    if wrong.size:
        raise refuse(name, f"hold whole numbers from 0 to {classes - 1}", float(wrong[0]))
    return numbers.astype(int)


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool | np.bool_)


def _float(value: object) -> float:
    """The number, or something that isn't finite."""
    try:
        return float(value) if _is(value, Real) else np.nan  # type: ignore[arg-type]
    except OverflowError:
        return np.inf


def _range(noun: str, low: float, high: float, above: float = -np.inf) -> str:
    if above == 0 and high == np.inf:
        return "positive"
    if above > low:
        return f"above {above:g}" + (f" and at most {high:g}" if high < np.inf else "")
    if low > -np.inf and high < np.inf:
        return f"a {noun} from {low:g} to {high:g}"
    if low > -np.inf:
        return f"a {noun} of at least {low:g}"
    return f"a {noun}" if high == np.inf else f"a {noun} of at most {high:g}"


def _shape(numbers: np.ndarray[Any, Any]) -> str:
    return " x ".join(map(str, numbers.shape)) or "a single number"


def _short(came: object) -> str:
    text = " ".join(repr(came.item() if isinstance(came, np.generic) else came).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
