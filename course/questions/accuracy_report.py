"""Whether a report of an accuracy, the last exercise of lesson 02, is right, and what is wrong first."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from course import answers, datasets, marking
from course.intervals import Interval
from course.marking import Verdict
from course.questions.accuracy_interval import Ends, alike, fault

SEEDS, TEST_SIZE = 5, 0.2
KEYS = (
    *("data", "model", "train rows", "test rows", "seeds"),
    *("accuracy", "lowest", "highest", "interval", "baseline"),
)
SHARES = 'Accuracies are shares of 1, or texts with the sign %: 0.97, or "97 %".'
SAID = (
    "Whoever reads that sees what was measured, and what it is worth: better than the baseline by far, and "
    "not known to the point."
)
_ABOUT = ("tumor", "tumour", "cancer", "breast", "wisconsin")
_MODEL = re.compile(r"logist|logit|log\W{0,2}reg", re.I)


@cache
def measured() -> "dict[str, Any]":
    """Train and test a model on five random splits: what a report has to be written from.

    Returns
    -------
    the model, rows to learn from and for the test, test rows named rightly for each seed, how many test
    rows are benign, and the share of the training rows named rightly for each seed
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    data = datasets.breast_cancer()
    right, learnt = [], []
    for seed in range(SEEDS):
        train_x, test_x, train_y, test_y = train_test_split(
            data.inputs, data.targets, test_size=TEST_SIZE, random_state=seed, stratify=data.targets
        )
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(train_x, train_y)
        right.append(int((model.predict(test_x) == test_y).sum()))
        learnt.append(round(float((model.predict(train_x) == train_y).mean()), 3))
    return {
        "model": "logistic regression on scaled measures",
        "train rows": len(train_y),
        "test rows": len(test_y),
        "named rightly": right,
        "benign test rows": int((test_y == 0).sum()),
        "training accuracy": learnt,
    }


def reported(answer: object) -> Verdict:
    """Say whether a report of what was measured is right, and if not, what is wrong first."""
    if answer is None or answer is ...:
        return marking.untried("There is no answer yet: fill the report in.")
    if not isinstance(answer, Mapping):
        return marking.wrong(
            f"A report is asked for, a dict with the entries above, not {answers.kind(answer)}."
        )
    if _unfilled(answer):
        return marking.untried("There is no answer yet: put numbers and words in place of the dots.")
    missing = [key for key in KEYS if key not in answer]
    if missing:
        return marking.wrong(f"There is no entry “{missing[0]}”: whoever reads the report will ask for it.")
    try:
        words = _checked(answer)
    except ValueError as refusal:
        return marking.wrong(str(refusal))
    return marking.wrong(words) if words else marking.right(SAID)


def _unfilled(report: Mapping[str, Any]) -> bool:
    ends = report.get("interval")
    inside = ends if isinstance(ends, tuple | list) else ()
    return any(each is ... for each in (*(report.get(key) for key in KEYS), *inside))


def _checked(report: Mapping[str, Any]) -> str:
    """Say what is wrong first; nothing where all is right."""
    wanted = _rights()
    for check in (_text, _counts, _accuracies, _compared, _ends):
        if words := check(report, wanted):
            return words
    return ""


def _rights() -> dict[str, Any]:
    """What a right report holds, but for its words and its interval."""
    found = measured()
    shares = np.array(found["named rightly"]) / found["test rows"]
    return {
        "train rows": found["train rows"], "test rows": found["test rows"], "seeds": SEEDS,
        "accuracy": float(shares.mean()), "lowest": float(shares.min()), "highest": float(shares.max()),
        "baseline": found["benign test rows"] / found["test rows"], "shares": shares,
    }  # fmt: skip


def _number(report: Mapping[str, Any], key: str) -> float:
    """Read a number, or say which entry holds none."""
    try:
        return answers.number(report[key], share=key in ("accuracy", "lowest", "highest", "baseline"))
    except ValueError as refusal:
        raise ValueError(f"“{key}”: {refusal}") from None


def _text(report: Mapping[str, Any], _: Mapping[str, Any]) -> str:
    words = report["data"] if isinstance(report["data"], str) else ""
    about = any(each in words.lower() for each in _ABOUT)
    if not about or len(re.findall(r"[^\W_]+", words)) < 2:
        return "“data”: say in a few words which data, here tumours, and whose: the result holds for those."
    if not isinstance(report["model"], str) or not _MODEL.search(report["model"]):
        return "“model”: say in words which kind of model. It stands in what was measured."
    return ""


def _counts(report: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    train, test, seeds = (_number(report, key) for key in ("train rows", "test rows", "seeds"))
    rows = wanted["train rows"] + wanted["test rows"]
    if (train, test) == (wanted["test rows"], wanted["train rows"]):
        return "The rows to learn from and those for the test have changed places."
    if rows in (train, test):
        return f"{rows} rows are all there are. Part of them is for learning, part for the test."
    if test == SEEDS * wanted["test rows"]:
        return f"“test rows”: the five tests share rows. One of them has {wanted['test rows']}."
    if (train, test) != (wanted["train rows"], wanted["test rows"]):
        return "The rows to learn from and for the test stand in what was measured."
    if seeds != wanted["seeds"]:
        return "“seeds”: how many random splits there were, not which. With one nobody knows what luck did."
    return ""


def _accuracies(report: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    accuracy, low, high = (_number(report, key) for key in ("accuracy", "lowest", "highest"))
    if 1 < max(accuracy, low, high) <= 100:
        return SHARES
    if max(accuracy, low, high) > 100:
        return "That counts right answers. Divide by the rows of one test."
    if alike(low, wanted["highest"]) and alike(high, wanted["lowest"]):
        return "“lowest” and “highest” have changed places."
    if not alike(accuracy, wanted["accuracy"]):
        return f"“accuracy”: {_no_mean(accuracy, wanted)}"
    if not (alike(low, wanted["lowest"]) and alike(high, wanted["highest"])):
        return "“lowest” and “highest”: the shares of the worst and of the best of the five splits."
    return ""


def _no_mean(accuracy: float, wanted: Mapping[str, Any]) -> str:
    """Name what was reported in place of the mean of the five shares."""
    learnt = float(np.mean(measured()["training accuracy"]))
    others = {
        "the first split alone": float(wanted["shares"][0]),
        "the median": float(np.median(wanted["shares"])),
        "the luckiest split": wanted["highest"],
        "the unluckiest split": wanted["lowest"],
    }
    nearest = min((learnt, *others.values()), key=lambda other: abs(accuracy - other))
    if not alike(accuracy, nearest):
        return "the mean of the five shares of test rows named rightly."
    if nearest == learnt:
        return "that is on the rows it has learnt from. They say nothing about new ones."
    names = ", and also ".join(name for name, other in others.items() if other == nearest)
    return f"that is {names}. Report the mean of all five."


def _compared(report: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    baseline = _number(report, "baseline")
    if alike(baseline, wanted["baseline"]):
        return ""
    if baseline > 1:
        return "“baseline”: a share of 1, too. Divide how many it names rightly by the rows of one test."
    if alike(baseline, 0.5):
        return "“baseline”: a coin is right half of the time; naming the most frequent class more often."
    if alike(baseline, 1 - wanted["baseline"]):
        return "“baseline”: that is the rarer class. Naming the more frequent one is right more often."
    if alike(baseline, wanted["accuracy"]) or baseline == 0:
        return "“baseline”: the accuracy of a rival that always names the most frequent class."
    return "“baseline”: the share of the most frequent class among the test rows."


def _interval(report: Mapping[str, Any]) -> Ends:
    given = report["interval"]
    if isinstance(given, Interval):
        given = (given.low, given.high)
    try:
        low, high = (answers.number(end, share=True) for end in given)
    except (ValueError, TypeError):
        raise ValueError("“interval”: two numbers are asked for, its lower and its upper end.") from None
    return low, high


def _ends(report: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    everyone = wanted["train rows"] + wanted["test rows"]
    words = fault(_interval(report), wanted["shares"], rows=wanted["test rows"], everyone=everyone)
    return words and f"“interval”: {words}"
