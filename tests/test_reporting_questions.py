"""The report that lesson 02 asks for: what is right in any form, and what is wrong with the rest."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from course.intervals import wilson
from course.questions import generalisation as questions
from course.questions.accuracy_interval import fault
from course.questions.reporting import KEYS

FOUND = questions.measured()
SHARES = np.array(FOUND["named rightly"]) / 114
MIDDLE = float(SHARES.mean())
OFF = 1.96 * np.sqrt(MIDDLE * (1 - MIDDLE) / 114)
WILSON = wilson(count=round(114 * MIDDLE), of=114)
EXACT = binomtest(round(114 * MIDDLE), 114).proportion_ci()
REPORT: dict[str, Any] = {
    "data": "569 breast tumours, one hospital", "model": FOUND["model"],
    "train rows": 455, "test rows": 114, "seeds": 5,
    "accuracy": MIDDLE, "lowest": SHARES.min(), "highest": SHARES.max(),
    "interval": (WILSON.low, WILSON.high), "baseline": 72 / 114,
}  # fmt: skip
GOOD_REPORT = "Whoever reads that sees what was measured, and what it is worth"
MEAN = "“accuracy”: the mean of the five shares"
ABOUT = "“data”: say in a few words which data"
FIRST = "“accuracy”: that is the first split alone, and also the median. Report the mean"
ABOVE = "“interval”: no share is above 1"
EXTREMES = "“interval”: those are the lowest and the highest of five splits"
INDEPENDENT = "“interval”: that takes how much the five splits differ, as if they were independent"
OTHER_ENDS = "“interval”: how far 97 % may be off on one test of 114 rows"


def spread(times: float, freedom: int) -> tuple[float, float]:
    """The interval of so many standard deviations of the five splits."""
    reach = times * float(np.std(SHARES, ddof=freedom))
    return MIDDLE - reach, min(MIDDLE + reach, 1.0)


ROWS: dict[str, Any] = {"rows": 114, "everyone": 569}
MODELS = ["LogisticRegression", "logistic", "scaling, then a Logit", "log. reg.", "LogReg(max_iter=1000)"]
NO_MODELS = [
    "",
    "a model",
    "the best one",
    "neural network",
    "linear regression",
    5,
    None,
    lambda: "logistic",
]
DATA = [
    "breast cancer",
    "569 tumours",
    "Breast tumors, Wisconsin",
    "WISCONSIN DIAGNOSTIC",
    "load_breast_cancer of scikit-learn",
]
NO_DATA = [
    "",
    "cancer",
    "tumours",
    "bla bla",
    "handwritten digits",
    "569 rows",
    "the data",
    569,
    None,
    ("breast", "cancer"),
]
REPORTS: list[tuple[dict[str, Any], bool, str]] = [
    ({}, True, GOOD_REPORT),
    *(({"data": words}, True, GOOD_REPORT) for words in DATA),
    *(({"model": words}, True, GOOD_REPORT) for words in MODELS),
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
    ({"interval": WILSON}, True, GOOD_REPORT),
    ({"interval": [0.93, 0.99]}, True, GOOD_REPORT),
    ({"interval": ("92.5 %", "99.1 %")}, True, GOOD_REPORT),
    ({"interval": (0.9205, 0.9892)}, True, GOOD_REPORT),
    ({"interval": (EXACT.low, EXACT.high)}, True, GOOD_REPORT),
    ({"interval": (0.925, 0.995)}, True, GOOD_REPORT),
    ({"interval": (MIDDLE - OFF, 1)}, True, GOOD_REPORT),
    ({"interval": np.array([MIDDLE - OFF, 1.0])}, True, GOOD_REPORT),
    ({"interval": [0.94, 1.0]}, True, GOOD_REPORT),
    ({"interval": ("94 %", "100 %")}, True, GOOD_REPORT),
    ({"interval": (0.9387, 1.0)}, True, GOOD_REPORT),
    ({"interval": (0.922, 0.994)}, True, GOOD_REPORT),
    ({"interval": np.array(binom.interval(0.95, 114, MIDDLE)) / 114}, True, GOOD_REPORT),
    ({"extra": "scaled by the training rows"}, True, GOOD_REPORT),
    *(({"data": words}, False, ABOUT) for words in NO_DATA),
    *(({"model": words}, False, "“model”: say in words which kind of model") for words in NO_MODELS),
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
    (
        {"accuracy": np.mean(FOUND["training accuracy"])},
        False,
        "“accuracy”: that is on the rows it has learnt from",
    ),
    ({"accuracy": SHARES[0]}, False, FIRST),
    ({"accuracy": np.median(SHARES)}, False, FIRST),
    ({"accuracy": 0.974}, False, FIRST),
    ({"accuracy": "97.4 %"}, False, FIRST),
    ({"accuracy": 0.975}, False, MEAN),
    ({"accuracy": 0.966}, False, MEAN),
    ({"accuracy": 0.96}, False, MEAN),
    ({"accuracy": "97"}, False, "Accuracies are shares of 1"),
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
    ({"baseline": 0.627}, False, "“baseline”: the share of the most frequent class"),
    ({"baseline": 72}, False, "“baseline”: a share of 1, too"),
    ({"baseline": 63.2}, False, "“baseline”: a share of 1, too"),
    ({"baseline": 0.8}, False, "“baseline”: the share of the most frequent class"),
    ({"interval": (SHARES.min(), SHARES.max())}, False, EXTREMES),
    ({"interval": (0.939, 0.991)}, False, EXTREMES),
    ({"interval": ("94 %", "99 %")}, False, EXTREMES),
    ({"interval": tuple(np.quantile(SHARES, [0.025, 0.975]))}, False, EXTREMES),
    ({"interval": (MIDDLE - OFF, MIDDLE + OFF)}, False, ABOVE),
    ({"interval": [0.939, 1.001]}, False, ABOVE),
    ({"interval": (0.935, 1.007)}, False, ABOVE),
    ({"interval": ("94 %", "100.1 %")}, False, ABOVE),
    ({"interval": (-0.1, 0.99)}, False, "“interval”: no share is below 0"),
    ({"interval": (93.9, 100)}, False, "“interval”: its ends are shares of 1"),
    ({"interval": (MIDDLE, OFF)}, False, "“interval”: its two ends are asked for"),
    ({"interval": (0.97, 0.03)}, False, "“interval”: its two ends are asked for"),
    ({"interval": (MIDDLE - OFF / 1.96, MIDDLE + OFF / 1.96)}, False, "“interval”: that is one standard"),
    *(({"interval": spread(1.96 / 5**0.5, each)}, False, INDEPENDENT) for each in (0, 1)),
    *(({"interval": spread(2.776 / 5**0.5, each)}, False, INDEPENDENT) for each in (0, 1)),
    *(({"interval": spread(1.96, each)}, False, INDEPENDENT) for each in (0, 1)),
    ({"interval": (0.945, 0.995)}, False, INDEPENDENT),
    ({"interval": wilson(count=110, of=114)}, False, "“interval”: the mean is 110.6 right ones"),
    ({"interval": wilson(count=553, of=570)}, False, "“interval”: that counts all"),
    ({"interval": (0.944, 1.0)}, False, "“interval”: its middle is the first split alone"),
    ({"interval": (0.94, 0.995)}, False, OTHER_ENDS),
    ({"interval": (0.0, 1.0)}, False, OTHER_ENDS),
    ({"interval": wilson(count=107, of=114)}, False, OTHER_ENDS),
    ({"interval": (MIDDLE, MIDDLE)}, False, "“interval”: one number is no interval"),
    ({"interval": (MIDDLE + OFF, MIDDLE - OFF)}, False, "“interval”: the lower end comes first"),
    ({"interval": (0.956, 0.984)}, False, "“interval”: that counts all"),
    ({"interval": 0.97}, False, "“interval”: two numbers are asked for"),
    ({"interval": (0.9, 0.95, 1.0)}, False, "“interval”: two numbers are asked for"),
    ({"interval": "0.94 to 1"}, False, "“interval”: two numbers are asked for"),
    ({"interval": (0.8, 1.0)}, False, OTHER_ENDS),
    *(({key: ...}, False, "There is no answer yet") for key in KEYS),
    ({"interval": (..., ...)}, False, "There is no answer yet"),
]


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


def test_dots_come_before_an_entry_that_is_missing() -> None:
    filled = {name: ... for name in REPORT if name != KEYS[0]}
    assert not questions.report.check(filled).tried


def test_the_hints_lead_to_a_right_interval() -> None:
    count, accuracy = round(MIDDLE * 114), MIDDLE
    assert "`wilson(count=…, of=…)`" in questions.report.hints[2]
    assert not fault((wilson(count=count, of=114).low, wilson(count=count, of=114).high), SHARES, **ROWS)
    assert "cut at 1" in questions.report.hints[2]
    assert not fault((accuracy - OFF, min(accuracy + OFF, 1.0)), SHARES, **ROWS)


@pytest.mark.parametrize("count", [60, 90, 105, 110])
def test_the_interval_is_wilsons_and_the_exact_one_for_other_shares_too(count: int) -> None:
    shares, exact = np.full(5, count / 114), binomtest(count, 114).proportion_ci()
    for good in (wilson(count=count, of=114), exact):
        assert not fault((good.low, good.high), shares, **ROWS)
        assert fault((good.low - 0.01, good.high), shares, **ROWS)
        assert fault((good.low, good.high + 0.01), shares, **ROWS)
