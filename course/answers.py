"""A number read out of whatever somebody wrote or computed."""

import re
import unicodedata
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

DECIMAL = r"(?:\d+(?:[.,]\d*)?|[.,]\d+)"
NUMBER = re.compile(rf"([+-]?{DECIMAL}(?:e[+-]?\d+)?)(?:\s*/\s*({DECIMAL}))?\s*(%|percent|per cent)?", re.I)


def number(answer: object, *, share: bool = False) -> float:
    """Read a number out of whatever somebody wrote or computed.

    Text may hold a decimal comma, a fraction, blanks and, where a share of 1 is asked
    for, a percent sign. An array of a single number is that number.

    Parameters
    ----------
    share : whether `50 %` may stand for 0.5

    Raises
    ------
    ValueError
        whose message is the sentence for the learner

    >>> number(" 0,5 "), number("1/2"), number("50 %", share=True), number([0.5])
    (0.5, 0.5, 0.5, 0.5)
    """
    if answer is None or answer is ...:
        raise ValueError("There is no answer yet: put a number in its place.")
    if isinstance(answer, str):
        return _finite(_in_text(answer, share), answer)
    if isinstance(answer, bool | np.bool_):
        raise ValueError(f"A number is asked for, not {answer}.")
    if callable(answer):
        raise ValueError("A number is asked for, and this is a function: call it, with brackets.")
    if isinstance(answer, Real | Decimal):
        return _finite(_float(answer), answer)
    return _in_array(answer)


def said(value: object) -> str:
    """Write down what came, in a few words."""
    text = " ".join(repr(value.tolist() if isinstance(value, np.generic | np.ndarray) else value).split())
    return text if len(text) <= 40 else f"{text[:37]}..."


def kind(answer: object) -> str:
    """Name the type of what came, with its article."""
    name = type(answer).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _in_text(text: str, share: bool) -> float:
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("⁄", "/").strip()
    if not plain:
        raise ValueError("There is no answer yet: type a number.")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+", plain):
        raise ValueError(f"{plain} can be read in two ways. Write it without the comma, or with a point.")
    found = NUMBER.fullmatch(plain)
    if not found:
        raise ValueError(f"A number is asked for, and {said(text)} can't be read as one.")
    above, below, percent = found.groups()
    if percent and not share:
        raise ValueError("A number without a percent sign is asked for.")
    value = float(above.replace(",", "."))
    if below:
        divisor = float(below.replace(",", "."))
        if not divisor:
            raise ValueError("Nothing can be divided by 0.")
        value /= divisor
    return value / 100 if percent else value


def _in_array(answer: object) -> float:
    try:
        values = np.asarray(answer)
    except Exception:  # noqa: BLE001 - whatever it is, it isn't a number
        values = np.empty(0, object)
    if values.dtype.kind in "iuf" and values.size == 1:
        return _finite(float(values.ravel()[0]), answer)
    if values.dtype.kind in "iuf":
        raise ValueError(f"One number is asked for, and this holds {values.size}.")
    raise ValueError(f"A number is asked for, not {kind(answer)}.")


def _float(answer: Any) -> float:
    try:
        return float(answer)
    except OverflowError:
        return np.inf


def _finite(value: float, answer: object) -> float:
    if not np.isfinite(value):
        raise ValueError(f"{said(answer)} is not a finite number: something went wrong on the way to it.")
    return value
