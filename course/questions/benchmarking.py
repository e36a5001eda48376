"""What lesson 07 asks: its guesses, its quiz and its exercises."""

from typing import Any

import numpy as np

from course import answers, benchmarking, footprint, lies, marking, queues, throughput
from course.lies import Told
from course.marking import Question, Task, Verdict
from course.networks import Array

RUNS, STALLS, STALL, NOISE = 4000, 0.01, 5.0, 0.1  # of a simulated program, whose runs vary by a tenth
TENTH = 1.1
AT_LEAST_S = 1e-9
bills = ["Lower", "The same", "Higher"]
told = lies.told(lie="cold start counted in", random_state=7)


def batched() -> float:
    """How many times as many digits a second this machine answers, 64 at once against one at a time."""
    *_, found = throughput.throughput()
    times = found.times(64)
    if times is None:
        raise ValueError(found.ended or "Nothing could be measured. Try again.")
    return round(times, 1)


def slowest() -> float:
    """How many times as long the slowest of a hundred calls takes as the middle one, on this machine."""
    found = benchmarking.quick(readings=1000)
    if found.timings is None:
        raise ValueError(found.warning or "Nothing could be measured. Try again.")
    tail, middle = (found.timings.percentile(share).value_s for share in (0.99, 0.5))
    return round(tail / max(middle, AT_LEAST_S), 1)


def longer() -> float:
    """How many times as long one in a hundred waits at 90 % of a server's capacity as at 50 %."""
    even = np.full(100, 0.001)
    waits = [queues.tail(queues.at_share(services_s=even, share=share).latencies_s) for share in (0.5, 0.9)]
    return round(waits[1] / waits[0], 1)


def luck() -> float:
    """Share of pairs of single runs of the same program of which one is a tenth faster or more."""
    rng = np.random.default_rng(0)
    runs = np.exp(NOISE * rng.standard_normal((RUNS, 2)))
    runs[rng.random(runs.shape) < STALLS] *= STALL
    return float((runs.max(axis=1) / runs.min(axis=1) >= TENTH).mean())


def bill() -> str:
    """Say what half the joules and three times the use make of the bill: one of `bills`."""
    found = footprint.rebound(joules_factor=0.5, use_factor=3.0).bill
    return bills[1 + int(np.sign(round(found - 1, 6)))]


def readings() -> tuple[Array, Array]:
    """Return the readings of A and of B that a claim rests on, seconds, each from its first call on."""
    return told.a_s.copy(), told.b_s.copy()


one_number = Question(
    "A supplier writes: “Our model answers in 20 ms.” Which one question do you ask first?",
    (
        "“In how many of a hundred calls, and on what?”",
        "A time without its share of the calls and its conditions can be the best of many, the mean, or "
        "one "
        "on another machine.",
    ),
    {
        "“Is that the average?”": (
            "An average hides the slowest hundredth, which is what people complain about. Ask for the "
            "shares."
        ),
        "“Can it be 10 ms?”": (
            "Before you know what was measured, there is nothing to bargain about: look at how the lies "
            "lab "
            "makes a number out of noise."
        ),
        "“How many processors has the server?”": (
            "More processors may make no single answer faster: move the threads in the latency lab."
        ),
    },
)

full = Question(
    "A server answers 100 queries a second without a pause. It gets 90 a second, at random. What do the "
    "queries see?",
    (
        "Many wait several times as long as an answer takes.",
        "They come in bunches. The nearer to capacity, the longer it takes until a bunch is worked off.",
    ),
    {
        "No waiting: 90 is less than 100.": (
            "So it would be if they came evenly. Look at the queue in the scenarios lab."
        ),
        "About a tenth more than the time of an answer.": (
            "That would be the share of time that it is free. Read the p99 against the arrivals in the lab."
        ),
        "They wait without end.": (
            "That comes from 100 on. At 90 the queue comes back to nothing again and again."
        ),
    },
)

estimate = Question(
    "A report says: “0.3 millijoules an answer, estimated from the processor’s watts and the time.” What "
    "is that worth?",
    (
        "An order of magnitude: the watts are assumed, and what they leave out is not counted.",
        "The lab draws the range: between the lowest and the highest watts that measurements support "
        "there is a factor of five.",
    ),
    {
        "As much as a meter’s reading: the time was measured exactly.": (
            "The time is exact, and is multiplied by a guess. In the lab the bar of an estimate is "
            "hatched, "
            "with its range."
        ),
        "Nothing: without a meter one can say nothing.": (
            "It tells a milliwatt from a kilowatt, and compares two models on one machine, whatever the "
            "watts."
        ),
        "It is right for every machine, since physics is the same.": (
            "Processors take from a few watts to hundreds for the same arithmetic. Both numbers depend "
            "on it."
        ),
    },
)


def honest() -> float:
    """How many times as long A takes as B, by the readings without the first pair."""
    assert told.mended is not None
    return told.mended.ratio


def _fair(answer: object) -> Verdict:
    try:
        value = answers.number(answer)
    except ValueError as refusal:
        return marking.wrong(str(refusal))
    return _judged(value, told)


def _judged(value: float, made: Told) -> Verdict:
    """Compare a ratio with what the readings bear, and with what likely mistakes lead to."""
    assert made.mended is not None
    interval = made.mended.interval
    if value in interval:
        return marking.right(
            f"The interval is {interval}. The system that was called slower is the faster one: its first "
            f"call, "
            "which loads and compiles, was counted in."
        )
    if marking.close(value, made.ratio, 0.02):
        return marking.wrong("That is the claim: the mean of all readings. Look at the first of each.")
    if 1 / value in interval if value > 0 else False:
        return marking.wrong("That is B over A. Asked for is how many times as long A takes as B.")
    if 100 * interval.low <= value <= 100 * interval.high:
        return marking.wrong("That is in percent: as a ratio it is a hundredth of it.")
    first = float(made.a_s[0] / made.b_s[0])
    if marking.close(value, first, 0.02):
        return marking.wrong("That compares the first calls. They are what has to be left out.")
    return marking.wrong(
        "The readings without the first of each don’t bear that. Compare the middle ones: np.median(a[1:])."
    )


ratio = Task(
    "In `a` and `b` stand forty readings of two systems, each from its very first call on. "
    f"“{told.claim}” was published. How many times as long does A take as B, once the first call is "
    "left out?",
    _fair,
    (
        "Draw them, or print the first five of each.",
        "Leave the first reading of each out, and compare the medians.",
        "np.median(a[1:]) / np.median(b[1:])",
    ),
)


def _nearest_rank(latencies: Any, share: Any) -> Any:
    ordered = np.sort(latencies)
    return float(ordered[int(np.ceil(np.round(share * len(ordered), 9))) - 1])


_rng = np.random.default_rng(11)
_cases = [
    {"latencies": np.array([4.0, 1.0, 3.0, 2.0, 10.0]), "share": 0.5},
    {"latencies": np.arange(100.0, 0.0, -1.0), "share": 0.99},
    {"latencies": _rng.lognormal(0, 0.5, 200), "share": 0.9},
    {"latencies": _rng.lognormal(0, 0.5, 37), "share": 0.9},
    {"latencies": _rng.lognormal(0, 0.5, 10), "share": 0.99},
]
_mistakes = {
    "That is the mean: a percentile is one of the readings, counted from the fastest.": (
        lambda latencies, share: np.mean(latencies)
    ),
    "That is the slowest of all.": lambda latencies, share: np.max(latencies),
    "The readings stand as they were taken: sort them first.": (
        lambda latencies, share: latencies[int(np.ceil(np.round(share * len(latencies), 9))) - 1]
    ),
    "That counts from the slowest: the share is of those that take at most as long.": (
        lambda latencies, share: np.sort(latencies)[::-1][
            int(np.ceil(np.round(share * len(latencies), 9))) - 1
        ]
    ),
    "One too far: the first reading has number 0.": (
        lambda latencies, share: np.sort(latencies)[
            min(int(np.ceil(share * len(latencies))), len(latencies) - 1)
        ]
    ),
    "That lies between two readings: nobody waited so long. Take the next reading up, rounding with "
    "np.ceil.": (lambda latencies, share: np.quantile(latencies, share)),
    "Rounded down: then fewer than the share take at most as long. Round up, with np.ceil.": (
        lambda latencies, share: np.sort(latencies)[max(0, int(share * len(latencies)) - 1)]
    ),
    "That is the share of the slowest time, not of the readings.": (
        lambda latencies, share: share * np.max(latencies)
    ),
}

percentile = Task(
    "Write the function that gives a percentile: the smallest reading that at least a `share` of all "
    "readings doesn’t exceed.",
    lambda answer: marking.check_function(
        answer,
        lambda latencies, share: _nearest_rank(latencies, share),
        cases=_cases,
        because="p99 is the wait that one in a hundred exceeds: a reading that somebody had.",
        mistakes=_mistakes,
    ),
    (
        "Sort the readings: the fastest first.",
        "Of 200 readings, 99 % are 198. The 198th stands at place 197.",
        "np.sort(latencies)[int(np.ceil(share * len(latencies))) - 1]",
    ),
    code=True,
)


def _waited(arrivals: Any, services: Any) -> Any:
    ended, free = np.empty(len(arrivals)), -np.inf
    for number, (arrival, service) in enumerate(zip(arrivals, services, strict=True)):
        free = max(arrival, free) + service
        ended[number] = free
    return ended - arrivals


def _made(seed: int, rate: float) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {"arrivals": np.cumsum(rng.exponential(1 / rate, 12)), "services": rng.uniform(0.5, 1.5, 12)}


_queues = [
    {"arrivals": np.array([0.0, 1.0, 2.0, 10.0]), "services": np.array([3.0, 1.0, 1.0, 1.0])},
    *(_made(seed, rate) for seed, rate in ((1, 0.9), (2, 1.2), (3, 0.3))),
]
_slips = {
    "Those are the service times: what the loop reports that waits for each answer. "
    "Who comes while another is served has waited, too.": lambda arrivals, services: services,
    "That is the waiting alone: add the query’s own service time.": (
        lambda arrivals, services: _waited(arrivals, services) - services
    ),
    "Those are the times at which the answers come: take the arrival off.": (
        lambda arrivals, services: _waited(arrivals, services) + arrivals
    ),
    "That forgets that the server is free at times: it can’t begin before a query is there.": (
        lambda arrivals, services: np.cumsum(services) - arrivals
    ),
    "That looks at the query before alone, as if it had not had to wait itself.": (
        lambda arrivals, services: (
            services + np.maximum(0, np.append(-np.inf, (arrivals + services)[:-1]) - arrivals)
        )
    ),
}

waits = Task(
    "One server, one query at a time, in the order of arrival. Write the function that gives for each "
    "query the time from its "
    "arrival to its answer.",
    lambda answer: marking.check_function(
        answer,
        lambda arrivals, services: _waited(arrivals, services),
        cases=_queues,
        because="Counted from the arrival, a stall is felt by everybody who comes while it lasts.",
        mistakes=_slips,
    ),
    (
        "Keep in a variable when the server is free again.",
        "A query begins when it is there and the server is free: the later of the two.",
        "free = max(arrival, free) + service; the query’s time is free - arrival.",
    ),
    code=True,
)
