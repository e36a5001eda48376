"""What lesson 02 asks to be counted and written: how sure an accuracy is, its rival, a report."""

from math import sqrt
from typing import Any

import numpy as np

from course import marking
from course.intervals import Z
from course.marking import Task
from course.questions.accuracy_report import KEYS as KEYS
from course.questions.accuracy_report import measured as measured
from course.questions.accuracy_report import reported

ACCURACY, ROWS = 0.95, 200
_WIDTH = 100 * Z * sqrt(ACCURACY * (1 - ACCURACY) / ROWS)
_ALL = 100 * Z * sqrt(ACCURACY * (1 - ACCURACY))

reach = Task(
    "A model is right on 190 of 200 test rows, 95 %. By how many points may that be off, up or down, 95 "
    "times in a hundred? (1.96 × √(p (1 − p) / n))",
    lambda answer: marking.check_number(
        answer,
        _WIDTH,
        because="Three points up or down: a competitor with 93 % on as many rows may be as good.",
        mistakes={
            _WIDTH / 100: "That is a share of 1. In points it is a hundred times as much.",
            _WIDTH / Z: "That is one standard deviation. 95 times in a hundred takes 1.96 of them.",
            2 * _WIDTH: "That is from end to end. Up or down it is half of it.",
            100 * Z * ACCURACY * (1 - ACCURACY) / ROWS: "The square root is missing.",
            _ALL: "That is for a single row: divide by 200, below the root.",
            100 * Z * sqrt(ACCURACY / ROWS): "p times (1 − p), not p alone.",
            _ALL / ROWS: "The 200 belongs below the root.",
            5.0: "5 % are wrong. Asked for is how uncertain that is.",
        },
        otherwise="p is 0.95 and n is 200. Work out p (1 − p) / n first, then the root.",
    ),
    (
        "p (1 − p) is 0.95 × 0.05.",
        "Divide by 200, take the square root: 0.0154.",
        "Times 1.96, and times 100 for points.",
    ),
)


def _most(labels: Any) -> Any:
    return float(np.bincount(labels).max() / len(labels))


_rng = np.random.default_rng(2)
_labels: list[dict[str, Any]] = [
    {"labels": np.array([0, 1, 1, 0, 1])},
    {"labels": np.array([2, 2, 2, 0, 1, 1, 2, 0])},
    {"labels": _rng.integers(0, 10, 60)},
    {"labels": (_rng.random(50) < 0.9).astype(int)},
    {"labels": (_rng.random(50) < 0.2).astype(int)},
]

majority = Task(
    "Write the function that gives the accuracy of the simplest rival there is: it always names the label "
    "that is most frequent among `labels`.",
    lambda answer: marking.check_function(
        answer,
        _most,
        cases=_labels,
        because="An accuracy that is not clearly better than that is no sign of having learnt anything "
        "from the inputs.",
        mistakes={
            "That is chance: one in so many classes. The most frequent label does better.": (
                lambda labels: 1 / len(np.unique(labels))
            ),
            "That is the most frequent label itself. Asked for is how often it is right.": (
                lambda labels: np.bincount(labels).argmax()
            ),
            "That counts. Divide by the number of labels.": lambda labels: np.bincount(labels).max(),
            "That is the mean of the labels: asked for is a share of them.": lambda labels: np.mean(labels),
            "That is the share of label 1: it need not be the most frequent.": (
                lambda labels: np.mean(labels == 1)
            ),
            "That is the share of label 0: it need not be the most frequent.": (
                lambda labels: np.mean(labels == 0)
            ),
            "That is the rarest label. The most frequent one is right more often.": (
                lambda labels: np.bincount(labels).min() / len(labels)
            ),
            "That is how often it is wrong: take it from 1.": lambda labels: 1 - _most(labels),
        },
    ),
    (
        "np.bincount(labels) counts how often each label occurs.",
        "Its largest number is how often the most frequent one is right.",
        "np.bincount(labels).max() / len(labels)",
    ),
    code=True,
)

report = Task(
    "Write the report of an accuracy from what was measured: which data, which model, how many rows "
    "to learn from and for the test, how many random splits (seeds), the mean accuracy, the lowest and the "
    "highest, a 95 % interval for one test of that size, and the baseline.",
    reported,
    (
        "The model and the numbers of rows stand in what was measured. The accuracy of one split: "
        "right answers divided by test rows. Report the mean of all.",
        "The baseline: always “benign”, which is the more frequent class.",
        "The interval never leaves 0 to 1 by `wilson(count=…, of=…)` of `course.intervals`. The count is "
        "accuracy × test rows, rounded. Or: accuracy ± 1.96 × √(accuracy × (1 − accuracy) / test rows), "
        "cut at 1.",
    ),
    code=True,
)
