"""The exercises of lesson 07: forty answers and more to each."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from course.questions import benchmarking as questions

NUMBER = "A number is asked for"
INTERVAL = "The interval is"
WORTH = questions.honest()
CLAIM = questions.told.ratio
FIRST = float(questions.told.a_s[0] / questions.told.b_s[0])
OTHER = "The readings without the first of each don’t bear that."
A, B = questions.readings()
RATIOS: list[tuple[object, bool, str]] = [
    (WORTH, True, INTERVAL),
    (f"{WORTH:.3f}", True, INTERVAL),
    (f"{WORTH:.2f}", True, INTERVAL),
    (f"{WORTH:.2f}".replace(".", ","), True, INTERVAL),
    (f"{WORTH:.2f}".lstrip("0"), True, INTERVAL),
    (f" {WORTH:.2f} ", True, INTERVAL),
    (f"+{WORTH:.2f}", True, INTERVAL),
    (f"{1000 * WORTH:.0f}e-3", True, INTERVAL),
    (f"{100 * WORTH:.0f}/100", True, INTERVAL),
    (np.float64(WORTH), True, INTERVAL),
    (np.float32(WORTH), True, INTERVAL),
    (np.array([WORTH]), True, INTERVAL),
    ([WORTH], True, INTERVAL),
    (Fraction(9, 10), True, INTERVAL),
    (np.median(A[1:]) / np.median(B[1:]), True, INTERVAL),
    (np.median(A) / np.median(B), True, INTERVAL),
    (np.mean(A[1:]) / np.mean(B[1:]), True, INTERVAL),
    (CLAIM, False, "That is the claim: the mean of all readings."),
    ("1.40", False, "That is the claim: the mean of all readings."),
    (np.mean(A) / np.mean(B), False, "That is the claim: the mean of all readings."),
    (1 / WORTH, False, "That is B over A."),
    (np.median(B[1:]) / np.median(A[1:]), False, "That is B over A."),
    (100 * WORTH, False, "That is in percent"),
    ("91", False, "That is in percent"),
    (FIRST, False, "That compares the first calls."),
    (f"{FIRST:.1f}", False, "That compares the first calls."),
    (0.5, False, OTHER),
    (2, False, OTHER),
    (1.25, False, OTHER),
    (0, False, OTHER),
    (-WORTH, False, OTHER),
    (1e300, False, OTHER),
    (np.median(A[1:]), False, OTHER),
    (np.median(A[1:]) - np.median(B[1:]), False, OTHER),
    ("", False, "There is no answer yet"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    ("nan", False, NUMBER),
    (np.nan, False, "nan is not a finite number"),
    (np.inf, False, "inf is not a finite number"),
    ("faster", False, NUMBER),
    ("0.91 or so", False, NUMBER),
    (True, False, NUMBER),
    (A, False, "One number is asked for, and this holds 40"),
    ([], False, "One number is asked for, and this holds 0"),
    ({"ratio": WORTH}, False, NUMBER),
    (lambda: WORTH, False, "A number is asked for, and this is a function"),
]
WAITED = "p99 is the wait that one in a hundred exceeds"
NOT_YET = "Not yet. For latencies"


def counted(latencies: Any, share: float) -> float:
    ordered = sorted(latencies)
    for number, value in enumerate(ordered, 1):
        if number >= share * len(ordered) - 1e-9:
            return float(value)
    return float(ordered[-1])


def place(latencies: Any, share: float) -> int:
    return int(np.ceil(np.round(share * len(latencies), 9))) - 1


def nothing(latencies: Any, share: float) -> None:
    np.sort(latencies)


def in_place(latencies: Any, share: float) -> float:
    latencies.sort()
    return float(latencies[place(latencies, share)])


PERCENTILES: list[tuple[Any, bool, str]] = [
    (counted, True, WAITED),
    (lambda latencies, share: np.sort(latencies)[place(latencies, share)], True, WAITED),
    (lambda latencies, share: sorted(latencies)[place(latencies, share)], True, WAITED),
    (lambda latencies, share: np.partition(latencies, place(latencies, share))[place(latencies, share)],
     True, WAITED),
    (lambda latencies, share: np.quantile(latencies, share, method="inverted_cdf"), True, WAITED),
    (lambda latencies, share: np.percentile(latencies, 100 * share, method="inverted_cdf"), True, WAITED),
    (lambda latencies, share: min(x for x in latencies if np.mean(latencies <= x) >= share - 1e-12),
     True, WAITED),
    (lambda latencies, share: float(np.sort(latencies)[::-1][len(latencies) - 1 - place(latencies, share)]),
     True, WAITED),
    (lambda share, latencies: counted(latencies, share), True, WAITED),
    (lambda **given: counted(**given), True, WAITED),
    (lambda latencies, share: np.mean(latencies), False, "That is the mean"),
    (lambda latencies, share: sum(latencies) / len(latencies), False, "That is the mean"),
    (lambda latencies, share: np.max(latencies), False, "That is the slowest of all."),
    (lambda latencies, share: latencies[place(latencies, share)], False,
     "The readings stand as they were taken"),
    (lambda latencies, share: np.sort(latencies)[::-1][place(latencies, share)], False,
     "That counts from the slowest"),
    (lambda latencies, share:
     np.sort(latencies)[min(place(latencies, share) + 1, len(latencies) - 1)], False,
     "One too far"),
    (lambda latencies, share: np.quantile(latencies, share), False, "That lies between two readings"),
    (lambda latencies, share:
     np.percentile(latencies, 100 * share), False, "That lies between two readings"),
    (lambda latencies, share: np.sort(latencies)[max(0, int(share * len(latencies)) - 1)], False,
     "Rounded down"),
    (lambda latencies, share: share * np.max(latencies), False, "That is the share of the slowest time"),
    (lambda latencies, share: np.median(latencies), False, NOT_YET),
    (lambda latencies, share: np.min(latencies), False, NOT_YET),
    (lambda latencies, share: 0, False, NOT_YET),
    (lambda latencies, share: share, False, NOT_YET),
    (lambda latencies, share: len(latencies), False, NOT_YET),
    (lambda latencies, share: 1000 * counted(latencies, share), False, NOT_YET),
    (lambda latencies, share: -counted(latencies, share), False, NOT_YET),
    (lambda latencies, share: place(latencies, share), False, NOT_YET),
    (lambda latencies, share: np.std(latencies), False, NOT_YET),
    (lambda latencies, share: np.sort(latencies), False, "The result must have shape ()"),
    (lambda latencies, share: np.sort(latencies)[: place(latencies, share)], False,
     "The result must have shape ()"),
    (lambda latencies, share: [counted(latencies, share)], False, "The result must have shape ()"),
    (lambda latencies, share: "10 ms", False, "The function must return numbers, and returned a str"),
    (lambda latencies, share: latencies[0] > 1, False, "The function must return numbers"),
    (lambda latencies, share: np.nan, False, "The result holds numbers that are not finite"),
    (lambda latencies, share: latencies[len(latencies)], False, "Your function stops with IndexError"),
    (lambda latencies, share:
     latencies.percentile(share), False, "Your function stops with AttributeError"),
    (lambda latencies, share: 1 / 0, False, "Your function stops with ZeroDivisionError"),
    (lambda latencies: 1.0, False, "The function must take (latencies, share)"),
    (lambda x, p: counted(x, p), False, "The function must take (latencies, share)"),
    (lambda latencies, share: ..., False, "There is no answer yet"),
    (nothing, False, "The function returns nothing"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    (10.0, False, "A function is asked for, not a float"),
    ("p99", False, "A function is asked for, not a str"),
    (dict, False, "The function must return numbers, and returned a dict"),
]  # fmt: skip
FELT = "Counted from the arrival, a stall is felt by everybody who comes while it lasts."
NOT_SO = "Not yet. For arrivals"


def served(arrivals: Any, services: Any) -> Any:
    free, found = -np.inf, []
    for arrival, service in zip(arrivals, services, strict=True):
        free = max(arrival, free) + service
        found.append(free - arrival)
    return np.array(found)


def lindley(arrivals: Any, services: Any) -> Any:
    wait, found = 0.0, [services[0]]
    for n in range(1, len(arrivals)):
        wait = max(0.0, wait + services[n - 1] - (arrivals[n] - arrivals[n - 1]))
        found.append(wait + services[n])
    return found


def maxima(arrivals: Any, services: Any) -> Any:
    total = np.cumsum(services)
    return total + np.maximum.accumulate(arrivals - (total - services)) - arrivals


def ended(arrivals: Any, services: Any) -> Any:
    return served(arrivals, services) + arrivals


def recursive(arrivals: Any, services: Any) -> Any:
    def end(n: int) -> float:
        return float(max(arrivals[n], end(n - 1)) + services[n]) if n >= 0 else -np.inf

    return [end(n) - arrivals[n] for n in range(len(arrivals))]


def before_alone(arrivals: Any, services: Any) -> Any:
    late = np.append(0.0, np.maximum(0, (arrivals + services)[:-1] - arrivals[1:]))
    return services + late


QUEUES: list[tuple[Any, bool, str]] = [
    (served, True, FELT),
    (lindley, True, FELT),
    (maxima, True, FELT),
    (recursive, True, FELT),
    (lambda arrivals, services: list(served(arrivals, services)), True, FELT),
    (lambda arrivals, services: tuple(served(arrivals, services)), True, FELT),
    (lambda services, arrivals: served(arrivals, services), True, FELT),
    (lambda **given: served(**given), True, FELT),
    (lambda arrivals, services: ended(arrivals, services) - arrivals, True, FELT),
    (lambda arrivals, services: np.float32(served(arrivals, services)), True, FELT),
    (lambda arrivals, services: services, False, "Those are the service times"),
    (lambda arrivals, services: services.copy(), False, "Those are the service times"),
    (lambda arrivals, services: served(arrivals, services) - services, False, "That is the waiting alone"),
    (ended, False, "Those are the times at which the answers come"),
    (lambda arrivals, services: np.cumsum(services) - arrivals, False,
     "That forgets that the server is free at times"),
    (before_alone, False, "That looks at the query before alone"),
    (lambda arrivals, services: arrivals, False, NOT_SO),
    (lambda arrivals, services: arrivals + services, False, NOT_SO),
    (lambda arrivals, services: np.cumsum(services), False, NOT_SO),
    (lambda arrivals, services: np.zeros(len(arrivals)), False, NOT_SO),
    (lambda arrivals, services: np.full(len(arrivals), services.mean()), False, NOT_SO),
    (lambda arrivals, services: 1000 * served(arrivals, services), False, NOT_SO),
    (lambda arrivals, services: -served(arrivals, services), False, NOT_SO),
    (lambda arrivals, services: served(arrivals, services)[::-1], False, NOT_SO),
    (lambda arrivals, services: np.sort(served(arrivals, services)), False, NOT_SO),
    (lambda arrivals, services: np.append(services[0], np.diff(ended(arrivals, services))), False, NOT_SO),
    (lambda arrivals, services: services - arrivals, False, NOT_SO),
    (lambda arrivals, services: served(arrivals, services).mean(), False, "The result must have shape"),
    (lambda arrivals, services: served(arrivals, services)[1:], False, "The result must have shape"),
    (lambda arrivals, services: [], False, "The result must have shape"),
    (lambda arrivals, services: served(arrivals, services)[:, None], False, "The result must have shape"),
    (lambda arrivals, services: served(arrivals, services) > 1, False, "The function must return numbers"),
    (lambda arrivals, services: "long", False, "The function must return numbers, and returned a str"),
    (lambda arrivals, services: served(arrivals, services) * np.inf, False,
     "The result holds numbers that are not finite"),
    (lambda arrivals, services: arrivals[len(arrivals)], False, "Your function stops with IndexError"),
    (lambda arrivals, services: arrivals.wait(), False, "Your function stops with AttributeError"),
    (lambda arrivals, services: 1 / 0, False, "Your function stops with ZeroDivisionError"),
    (lambda arrivals: arrivals, False, "The function must take (arrivals, services)"),
    (lambda a, s: served(a, s), False, "The function must take (arrivals, services)"),
    (lambda arrivals, services: ..., False, "There is no answer yet"),
    (lambda arrivals, services: None, False, "The function returns nothing"),
    (None, False, "There is no answer yet"),
    (..., False, "There is no answer yet"),
    (1.0, False, "A function is asked for, not a float"),
    ("waits", False, "A function is asked for, not a str"),
    ([served], False, "A function is asked for, not a list"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "right", "words"), RATIOS)
def test_a_ratio_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = questions.ratio.check(answer)
    assert verdict.right == right
    assert words in verdict.words


@pytest.mark.parametrize(("answer", "right", "words"), PERCENTILES)
def test_a_percentile_is_judged(answer: Any, right: bool, words: str) -> None:
    verdict = questions.percentile.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


@pytest.mark.parametrize(("answer", "right", "words"), QUEUES)
def test_a_wait_is_judged(answer: Any, right: bool, words: str) -> None:
    verdict = questions.waits.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


def test_an_array_that_is_changed_is_told() -> None:
    verdict = questions.percentile.check(in_place)
    assert verdict.right
    assert "It also changes an array" in verdict.words


def test_the_guesses_that_depend_on_no_machine_are_answered_by_what_the_labs_show() -> None:
    assert questions.bill() == "Higher"
    assert 0.45 < questions.luck() < 0.6
    assert 3 < questions.longer() < 6


def test_those_that_do_are_measured_and_make_sense() -> None:
    assert questions.slowest() >= 1
    assert questions.batched() > 0
