"""What is no answer at all, whatever was asked: for a number, and for a function."""

import numpy as np

NUMBER = "A number is asked for"
NO_NUMBERS: list[tuple[object, bool, str]] = [
    ("", False, "There is no answer yet"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    ("nan", False, NUMBER),
    (np.nan, False, "nan is not a finite number"),
    (np.inf, False, "inf is not a finite number"),
    ("about a thousand", False, NUMBER),
    (True, False, NUMBER),
    ([1.0, 2.0], False, "One number is asked for, and this holds 2"),
    ([], False, "One number is asked for, and this holds 0"),
    (lambda: 1.0, False, "A number is asked for, and this is a function"),
    ({"a": 1}, False, NUMBER),
]
NO_FUNCTIONS: list[tuple[object, bool, str]] = [
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    (lambda **_: ..., False, "There is no answer yet"),
    ([0.75, 0.5], False, "A function is asked for, not a list"),
    (0.75, False, "A function is asked for, not a float"),
    ("code", False, "A function is asked for, not a str"),
    (lambda **_: None, False, "The function returns nothing"),
    (lambda **_: 1 / 0, False, "Your function stops with ZeroDivisionError"),
    (lambda one: one, False, "The function must take ("),
    (lambda **given: given["nothing"], False, "Your function stops with KeyError"),
]
