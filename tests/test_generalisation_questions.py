"""The exercises of lesson 02: forty answers and more to each."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from course.questions import generalisation as questions
from course.questions.reporting import KEYS
from tests.unanswered import NO_FUNCTIONS, NO_NUMBERS

GOOD_REACH = "Three points up or down"
REACH = 100 * 1.96 * np.sqrt(0.95 * 0.05 / 200)
OTHER = "p is 0.95 and n is 200."
CLOSE = "Close: rounded too early"
REACHES: list[tuple[object, bool, str]] = [
    (REACH, True, GOOD_REACH),
    (3.02, True, GOOD_REACH),
    ("3.02", True, GOOD_REACH),
    ("3,02", True, GOOD_REACH),
    (" 3.02 ", True, GOOD_REACH),
    ("+3.02", True, GOOD_REACH),
    (3.0, True, GOOD_REACH),
    (3, True, GOOD_REACH),
    ("3", True, GOOD_REACH),
    ("302/100", True, GOOD_REACH),
    ("3.02e0", True, GOOD_REACH),
    (Fraction(302, 100), True, GOOD_REACH),
    (np.float32(REACH), True, GOOD_REACH),
    (np.array([REACH]), True, GOOD_REACH),
    ([REACH], True, GOOD_REACH),
    (1.96 * np.sqrt(0.95 * 0.05 / 200) * 100, True, GOOD_REACH),
    (0.0302, False, "That is a share of 1."),
    ("0.03", False, "That is a share of 1."),
    (1.54, False, "That is one standard deviation."),
    (100 * np.sqrt(0.95 * 0.05 / 200), False, "That is one standard deviation."),
    (6.04, False, "That is from end to end."),
    (0.04655, False, "The square root is missing."),
    (42.7, False, "That is for a single row"),
    (13.5, False, "p times (1 − p), not p alone."),
    (0.2136, False, "The 200 belongs below the root."),
    (5, False, "5 % are wrong."),
    ("5", False, "5 % are wrong."),
    (-3.02, False, "The size is right, the sign isn't."),
    (3.2, False, CLOSE),
    (2.9, False, CLOSE),
    (0, False, OTHER),
    (95, False, OTHER),
    (190, False, OTHER),
    (10, False, OTHER),
    (200, False, OTHER),
    (1e300, False, OTHER),
    ("3 points", False, "A number is asked for"),
    ("±3", False, "A number is asked for"),
    *NO_NUMBERS,
]


def counted(labels: Any) -> float:
    found: dict[int, int] = {}
    for label in labels:
        found[label] = found.get(label, 0) + 1
    return max(found.values()) / len(labels)


def in_place(labels: Any) -> float:
    labels.sort()
    return float(np.bincount(labels).max() / len(labels))


GOOD = "Whatever is not clearly better than that"
NOT_YET = "Not yet. For labels"
NUMBERS = "The function must return numbers"
SHAPE = "The result must have shape ()"
RIVALS: list[tuple[Any, bool, str]] = [
    (lambda labels: np.bincount(labels).max() / len(labels), True, GOOD),
    (counted, True, GOOD),
    (lambda labels: max(np.mean(labels == each) for each in set(labels)), True, GOOD),
    (lambda labels: max(np.mean(labels == each) for each in range(10)), True, GOOD),
    (lambda labels: np.unique(labels, return_counts=True)[1].max() / labels.size, True, GOOD),
    (lambda labels: np.mean(labels == np.bincount(labels).argmax()), True, GOOD),
    (lambda labels: float(np.max(np.bincount(labels) / np.sum(np.bincount(labels)))), True, GOOD),
    (lambda labels: sorted(np.bincount(labels))[-1] / len(labels), True, GOOD),
    (lambda labels: 1 - np.mean(labels != np.bincount(labels).argmax()), True, GOOD),
    (lambda labels: np.array(counted(labels)), True, GOOD),
    (lambda labels: np.float32(counted(labels)), True, GOOD),
    (lambda **given: counted(**given), True, GOOD),
    (lambda labels: round(counted(labels), 3), True, GOOD),
    (lambda labels: 1 / len(set(labels)), False, "That is chance"),
    (lambda labels: 1 / len(np.unique(labels)), False, "That is chance"),
    (lambda labels: np.bincount(labels).argmax(), False, "That is the most frequent label itself"),
    (
        lambda labels: max(set(labels), key=list(labels).count),
        False,
        "That is the most frequent label itself",
    ),
    (lambda labels: np.bincount(labels).max(), False, "That counts."),
    (lambda labels: max(np.bincount(labels)), False, "That counts."),
    (np.mean, False, "The function must take (labels)"),
    (lambda labels: np.mean(labels), False, "That is the mean of the labels"),
    (lambda labels: np.mean(labels == 1), False, "That is the share of label 1"),
    (lambda labels: np.mean(labels == 0), False, "That is the share of label 0"),
    (lambda labels: np.bincount(labels).min() / len(labels), False, "That is the rarest label"),
    (lambda labels: 1 - counted(labels), False, "That is how often it is wrong"),
    (lambda labels: 100 * counted(labels), False, NOT_YET),
    (lambda labels: 0.5, False, NOT_YET),
    (lambda labels: 1.0, False, NOT_YET),
    (lambda labels: 0, False, NOT_YET),
    (lambda labels: np.std(labels), False, NOT_YET),
    (lambda labels: np.median(labels), False, NOT_YET),
    (lambda labels: -counted(labels), False, NOT_YET),
    (lambda labels: len(labels), False, NOT_YET),
    (lambda labels: np.bincount(labels) / len(labels), False, SHAPE),
    (lambda labels: labels, False, SHAPE),
    (lambda labels: [counted(labels)], False, SHAPE),
    (lambda labels: np.max(labels) > 1, False, NUMBERS),
    (lambda labels: f"{counted(labels):.0%}", False, NUMBERS),
    (lambda labels: {"share": counted(labels)}, False, NUMBERS),
    (lambda labels: np.nan, False, "The result holds numbers that are not finite"),
    (lambda: 0.5, False, "The function must take (labels)"),
    (lambda labels: labels.most_common(), False, "Your function stops with AttributeError"),
    *[each for each in NO_FUNCTIONS if each[2] != "The function must take ("],
]

FOUND = questions.measured()
SHARES = np.array(FOUND["right"]) / 114
MIDDLE = float(SHARES.mean())
OFF = 1.96 * np.sqrt(MIDDLE * (1 - MIDDLE) / 114)
REPORT: dict[str, Any] = {
    "data": "569 breast tumours, one hospital", "train rows": 455, "test rows": 114, "seeds": 5,
    "accuracy": MIDDLE, "lowest": SHARES.min(), "highest": SHARES.max(),
    "interval": (MIDDLE - OFF, MIDDLE + OFF), "baseline": 72 / 114,
}  # fmt: skip
GOOD_REPORT = "Whoever reads that can repeat it"
MEAN = "“accuracy”: the mean of the five shares"
REPORTS: list[tuple[dict[str, Any], bool, str]] = [
    ({}, True, GOOD_REPORT),
    ({"data": "breast cancer"}, True, GOOD_REPORT),
    ({"accuracy": round(MIDDLE, 2)}, True, GOOD_REPORT),
    ({"accuracy": "97 %"}, True, GOOD_REPORT),
    ({"accuracy": "97.0%"}, True, GOOD_REPORT),
    ({"accuracy": "0,97"}, True, GOOD_REPORT),
    ({"accuracy": np.float32(MIDDLE)}, True, GOOD_REPORT),
    ({"lowest": "94 %", "highest": "99 %"}, True, GOOD_REPORT),
    ({"baseline": "63 %"}, True, GOOD_REPORT),
    ({"baseline": 0.63}, True, GOOD_REPORT),
    ({"train rows": "455", "test rows": 114.0, "seeds": "5"}, True, GOOD_REPORT),
    ({"interval": (0.925, 0.991)}, True, GOOD_REPORT),
    ({"interval": [0.94, 1.0]}, True, GOOD_REPORT),
    ({"interval": ("94 %", "100 %")}, True, GOOD_REPORT),
    ({"interval": np.array([MIDDLE - OFF, MIDDLE + OFF])}, True, GOOD_REPORT),
    ({"interval": [0.939, 1.001]}, True, GOOD_REPORT),
    ({"extra": "logistic regression"}, True, GOOD_REPORT),
    ({"data": ""}, False, "“data”: say in a few words"),
    ({"data": "cancer"}, False, "“data”: say in a few words"),
    ({"data": 569}, False, "“data”: say in a few words"),
    (
        {"train rows": 114, "test rows": 455},
        False,
        "The rows to learn from and those for the test have changed",
    ),
    ({"test rows": 569}, False, "569 rows are all there are"),
    ({"train rows": 569}, False, "569 rows are all there are"),
    ({"test rows": 570}, False, "“test rows”: the five tests share rows"),
    ({"test rows": 100}, False, "The rows to learn from and for the test stand in"),
    ({"seeds": 1}, False, "“seeds”: how many random splits"),
    ({"seeds": 0}, False, "“seeds”: how many random splits"),
    ({"seeds": "none"}, False, "“seeds”: A number is asked for"),
    ({"accuracy": 0.99}, False, "“accuracy”: that is on the rows it has learnt from"),
    ({"accuracy": np.mean(FOUND["learnt"])}, False, "“accuracy”: that is on the rows it has learnt from"),
    ({"accuracy": SHARES.max()}, False, "“accuracy”: that is the luckiest split"),
    ({"accuracy": SHARES.min()}, False, "“accuracy”: that is the unluckiest split"),
    ({"accuracy": 97}, False, "Accuracies are shares of 1"),
    ({"accuracy": 110.6}, False, "That counts right answers"),
    ({"lowest": 107, "highest": 113}, False, "That counts right answers"),
    ({"accuracy": 0.5}, False, MEAN),
    ({"accuracy": 0.63}, False, MEAN),
    (
        {"lowest": SHARES.max(), "highest": SHARES.min()},
        False,
        "“lowest” and “highest” have changed places",
    ),
    ({"lowest": 0.9}, False, "“lowest” and “highest”: the shares of the worst"),
    ({"baseline": 0.5}, False, "“baseline”: a coin is right half of the time"),
    ({"baseline": 42 / 114}, False, "“baseline”: that is the rarer class"),
    ({"baseline": MIDDLE}, False, "“baseline”: the accuracy of a rival"),
    ({"baseline": 0}, False, "“baseline”: the accuracy of a rival"),
    ({"baseline": 0.8}, False, "“baseline”: the share of the most frequent class"),
    ({"interval": (SHARES.min(), SHARES.max())}, False, "“interval”: those are the lowest and the highest"),
    ({"interval": (MIDDLE, MIDDLE)}, False, "“interval”: one number is no interval"),
    ({"interval": (MIDDLE + OFF, MIDDLE - OFF)}, False, "“interval”: the lower end comes first"),
    ({"interval": (0.956, 0.984)}, False, "“interval”: that counts all"),
    ({"interval": 0.97}, False, "“interval”: two numbers are asked for"),
    ({"interval": (0.9, 0.95, 1.0)}, False, "“interval”: two numbers are asked for"),
    ({"interval": "0.94 to 1"}, False, "“interval”: two numbers are asked for"),
    ({"interval": (0.8, 1.0)}, False, "“interval”: that of 97 % on 114 rows"),
    *(({key: ...}, False, "There is no answer yet") for key in KEYS),
    ({"interval": (..., ...)}, False, "There is no answer yet"),
]


@pytest.mark.parametrize(("answer", "right", "words"), REACHES)
def test_how_far_off_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = questions.reach.check(answer)
    assert verdict.right == right
    assert words in verdict.words


@pytest.mark.parametrize(("answer", "right", "words"), RIVALS)
def test_a_rival_is_judged(answer: Any, right: bool, words: str) -> None:
    verdict = questions.majority.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


@pytest.mark.parametrize(("changes", "right", "words"), REPORTS)
def test_a_report_is_judged(changes: dict[str, Any], right: bool, words: str) -> None:
    verdict = questions.report.check({**REPORT, **changes})
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


@pytest.mark.parametrize("key", KEYS)
def test_an_entry_that_is_missing_is_named(key: str) -> None:
    verdict = questions.report.check({name: value for name, value in REPORT.items() if name != key})
    assert verdict.words == f"There is no entry “{key}”: whoever reads the report will ask for it."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "There is no answer yet"),
        (..., "There is no answer yet"),
        ("97 %", "A report is asked for, a dict with the entries above, not a str."),
        ([0.97], "A report is asked for, a dict with the entries above, not a list."),
        (lambda: REPORT, "A report is asked for, a dict with the entries above, not a function."),
    ],
)
def test_what_is_no_report_is_told(answer: object, words: str) -> None:
    verdict = questions.report.check(answer)
    assert not verdict.right
    assert verdict.words.startswith(words)


def test_an_array_that_is_changed_is_told() -> None:
    verdict = questions.majority.check(in_place)
    assert verdict.right
    assert "It also changes an array" in verdict.words


def test_the_guesses_are_answered_by_what_the_labs_show() -> None:
    assert questions.memorised() > 0.99
    assert questions.seen_through() > 0.85
    assert questions.best_size() in questions.sizes
    assert questions.accuracy_after() == "It moves by 2 points at most"
    assert 10 <= questions.split_range() <= 30
    assert 0.78 < questions.selected_first() < 0.92
    assert questions.found_first() > 0.9
    assert 0.9 < questions.ten_times() < 0.96
