"""What lesson 02 asks to be counted and written: how sure an accuracy is, its rival, a report."""

from collections.abc import Mapping
from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from course import answers, datasets, marking
from course.intervals import Z, wilson
from course.marking import Task, Verdict
from course.wording import percent

ACCURACY, ROWS = 0.95, 200
SEEDS, TEST_SIZE = 5, 0.2
NEAR = 0.0051  # shares up to so far apart count as equal: rounded to two digits
KEYS = ("data", "train rows", "test rows", "seeds", "accuracy", "lowest", "highest", "interval", "baseline")
_WIDTH = 100 * Z * sqrt(ACCURACY * (1 - ACCURACY) / ROWS)

reach = Task(
    "A model is right on 190 of 200 test rows, 95 %. By how many points may that be off, up or down, 95 "
    "times "
    "in a hundred? (1.96 × √(p (1 − p) / n))",
    lambda answer: marking.check_number(
        answer,
        _WIDTH,
        because="Three points up or down: a competitor with 93 % on as many rows may be as good.",
        mistakes={
            _WIDTH / 100: "That is a share of 1. In points it is a hundred times as much.",
            _WIDTH / Z: "That is one standard deviation. 95 times in a hundred takes 1.96 of them.",
            2 * _WIDTH: "That is from end to end. Up or down it is half of it.",
            100 * Z * ACCURACY * (1 - ACCURACY) / ROWS: "The square root is missing.",
            100
            * Z
            * sqrt(ACCURACY * (1 - ACCURACY)): "That is for a single row: divide by 200, below the root.",
            100 * Z * sqrt(ACCURACY / ROWS): "p times (1 − p), not p alone.",
            100 * Z * sqrt(ACCURACY * (1 - ACCURACY)) / ROWS: "The 200 belongs below the root.",
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
    "Write the function that gives the accuracy of the simplest rival there is: it always names the "
    "label that "
    "is most frequent among `labels`.",
    lambda answer: marking.check_function(
        answer,
        _most,
        cases=_labels,
        because="Whatever is not clearly better than that has learnt nothing from the inputs.",
        mistakes={
            "That is chance: one in so many classes. The most frequent label does better.": (
                lambda labels: 1 / len(np.unique(labels))
            ),
            "That is the most frequent label itself. Asked for is how often it is right.": (
                lambda labels: np.bincount(labels).argmax()
            ),
            "That counts. Divide by the number of labels.": lambda labels: np.bincount(labels).max(),
            "That is the mean of the labels: asked for is a share of them.": lambda labels: np.mean(labels),
            "That is the share of label 1: it need not be the most frequent.": lambda labels: np.mean(
                labels == 1
            ),
            "That is the share of label 0: it need not be the most frequent.": lambda labels: np.mean(
                labels == 0
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


@cache
def measured() -> "dict[str, Any]":
    """Train and test a model on five random splits: what a report has to be written from.

    Returns
    -------
    rows to learn from and for the test, test rows named rightly for each seed, those of the training rows,
    and how many test rows are of each class
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
        "train rows": len(train_y),
        "test rows": len(test_y),
        "right": right,
        "benign": int((test_y == 0).sum()),
        "learnt": learnt,
    }


def _rights() -> dict[str, Any]:
    """What a right report holds."""
    found = measured()
    shares = np.array(found["right"]) / found["test rows"]
    middle = float(shares.mean())
    ends = wilson(count=round(middle * found["test rows"]), of=found["test rows"])
    return {
        "train rows": found["train rows"], "test rows": found["test rows"], "seeds": SEEDS,
        "accuracy": middle, "lowest": float(shares.min()), "highest": float(shares.max()),
        "interval": (ends.low, ends.high), "baseline": found["benign"] / found["test rows"],
    }  # fmt: skip


def _near(value: float, other: float) -> bool:
    return abs(value - other) <= NEAR


def _number(report: Mapping[str, Any], key: str) -> float:
    """Read a number, or say which entry holds none."""
    try:
        return answers.number(report[key], share=key in ("accuracy", "lowest", "highest", "baseline"))
    except ValueError as refusal:
        raise ValueError(f"“{key}”: {refusal}") from None


def _interval(report: Mapping[str, Any]) -> tuple[float, float]:
    try:
        low, high = (answers.number(end, share=True) for end in report["interval"])
    except (ValueError, TypeError):
        raise ValueError("“interval”: two numbers are asked for, its lower and its upper end.") from None
    return low, high


def _checked(report: Mapping[str, Any]) -> str:
    """Say what is wrong first; nothing where all is right."""
    wanted = _rights()
    for check in (_text, _counts, _accuracies, _compared, _ends):
        if words := check(report, wanted):
            return words
    return ""


def _text(report: Mapping[str, Any], _: Mapping[str, Any]) -> str:
    words = report["data"]
    if not isinstance(words, str) or len(words.split()) < 2:
        return "“data”: say in a few words which data, and whose: the result holds for those."
    return ""


def _counts(report: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    train, test, seeds = (_number(report, key) for key in ("train rows", "test rows", "seeds"))
    rows = wanted["train rows"] + wanted["test rows"]
    if (train, test) == (wanted["test rows"], wanted["train rows"]):
        return "The rows to learn from and those for the test have changed places."
    if rows in (train, test):
        return f"{rows} rows are all there are. Part of them is for learning, part for the test."
    if test == SEEDS * wanted["test rows"]:
        return "“test rows”: the five tests share rows. One of them has 114."
    if (train, test) != (wanted["train rows"], wanted["test rows"]):
        return "The rows to learn from and for the test stand in what was measured."
    if seeds != wanted["seeds"]:
        return "“seeds”: how many random splits there were, not which. With one nobody knows what luck did."
    return ""


def _accuracies(report: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    accuracy, low, high = (_number(report, key) for key in ("accuracy", "lowest", "highest"))
    if 1 < max(accuracy, low, high) <= 100:
        return 'Accuracies are shares of 1, or texts with the sign %: 0.97, or "97 %".'
    if max(accuracy, low, high) > 100:
        return "That counts right answers. Divide by the rows of one test."
    if _near(low, wanted["highest"]) and _near(high, wanted["lowest"]) and low > high:
        return "“lowest” and “highest” have changed places."
    if not _near(accuracy, wanted["accuracy"]):
        learnt = float(np.mean(measured()["learnt"]))
        if abs(accuracy - learnt) < min(NEAR, abs(accuracy - wanted["highest"])):
            return "“accuracy”: that is on the rows it has learnt from. They say nothing about new ones."
        if _near(accuracy, wanted["highest"]):
            return "“accuracy”: that is the luckiest split. Report the mean of all five."
        if _near(accuracy, wanted["lowest"]):
            return "“accuracy”: that is the unluckiest split. Report the mean of all five."
        return "“accuracy”: the mean of the five shares of test rows named rightly."
    if not (_near(low, wanted["lowest"]) and _near(high, wanted["highest"])):
        return "“lowest” and “highest”: the shares of the worst and of the best of the five splits."
    return ""


def _compared(report: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    baseline = _number(report, "baseline")
    if _near(baseline, wanted["baseline"]):
        return ""
    if _near(baseline, 0.5):
        return "“baseline”: a coin is right half of the time; naming the most frequent class more often."
    if _near(baseline, 1 - wanted["baseline"]):
        return "“baseline”: that is the rarer class. Naming the more frequent one is right more often."
    if _near(baseline, wanted["accuracy"]) or baseline == 0:
        return "“baseline”: the accuracy of a rival that always names the most frequent class."
    return "“baseline”: the share of the most frequent class among the test rows."


def _ends(report: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    low, high = _interval(report)
    accuracy, rows = wanted["accuracy"], wanted["test rows"]
    reach = Z * sqrt(accuracy * (1 - accuracy) / rows)
    good = [
        wanted["interval"],
        (accuracy - reach, min(accuracy + reach, 1.0)),
        (accuracy - reach, accuracy + reach),
    ]

    def like(ends: tuple[float, float], slack: float = 0.006) -> bool:
        return abs(low - ends[0]) <= slack and abs(high - ends[1]) <= slack

    if any(like(ends) for ends in good):
        return ""
    if low > high:
        return "“interval”: the lower end comes first."
    if low == high:
        return "“interval”: one number is no interval. How far may it be off with so few test rows?"
    if like((wanted["lowest"], wanted["highest"]), 0.003):
        return (
            "“interval”: those are the lowest and the highest of five splits of the same rows. They say "
            "how much "
            "the split matters, not how far other people’s rows may be away."
        )
    for count, words in (
        (rows + wanted["train rows"], "all rows"),
        (SEEDS * rows, "all five tests together"),
    ):
        narrow = Z * sqrt(accuracy * (1 - accuracy) / count)
        if like((accuracy - narrow, accuracy + narrow), 0.003):
            return f"“interval”: that counts {words}. One test has {rows} rows, and the tests share theirs."
    return f"“interval”: that of {percent(accuracy)} on {rows} rows, 1.96 × √(p (1 − p) / n) down and up."


def _reported(answer: object) -> Verdict:
    if answer is None or answer is ...:
        return marking.untried("There is no answer yet: fill the report in.")
    if not isinstance(answer, Mapping):
        return marking.wrong(
            f"A report is asked for, a dict with the entries above, not {answers.kind(answer)}."
        )
    missing = [key for key in KEYS if key not in answer]
    if missing:
        return marking.wrong(f"There is no entry “{missing[0]}”: whoever reads the report will ask for it.")
    ends = answer["interval"] if isinstance(answer["interval"], tuple | list) else ()
    if any(each is ... for each in [*(answer[key] for key in KEYS), *ends]):
        return marking.untried("There is no answer yet: put numbers and words in place of the dots.")
    try:
        words = _checked(answer)
    except ValueError as refusal:
        return marking.wrong(str(refusal))
    return marking.wrong(words) if words else marking.right(_SAID)


_SAID = (
    "Whoever reads that can repeat it, and sees what it is worth: better than the baseline by far, and not "
    "known to the point."
)

report = Task(
    "Write the report of an accuracy from what was measured: which data, how many rows to learn from and "
    "for "
    "the test, how many random splits (seeds), the mean accuracy, the lowest and the highest, a 95 % "
    "interval for "
    "one test of that size, and the baseline.",
    _reported,
    (
        "The accuracy of one split: right answers divided by test rows. Report the mean of all.",
        "The baseline: always “benign”, which is the more frequent class.",
        "The interval: accuracy ± 1.96 × √(accuracy × (1 − accuracy) / test rows).",
    ),
    code=True,
)
