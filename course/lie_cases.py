"""Lesson 07: twelve published benchmarks, each with the numbers behind it and what speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course import arguments
from course.lies import HONEST, LIES, READINGS, VERDICTS, Told, dealt, faster, told
from course.networks import Array
from course.wording import duration

COLD, MEAN, COARSE, ONCE, SAME, DRIFT = LIES
SHOWN = ("what was published", "readings in order", "histogram", "honest comparison")
NONE_YET = "none yet"
CASES = 12


@dataclass(frozen=True, eq=False)
class Case:
    """One published benchmark, what is looked at, and somebody's verdict on it.

    Parameters
    ----------
    number : 1 to 12
    show : what is looked at, one of `SHOWN`
    verdict : one of `VERDICTS`, or `NONE_YET`
    told : the lie, if it is one, with its readings
    measured : how many measured readings those were drawn from, 0 where they are simulated
    """

    number: int
    show: str
    verdict: str
    told: Told
    measured: int

    @property
    def judged(self) -> bool:
        """Whether there is a verdict."""
        return self.verdict != NONE_YET

    @property
    def right(self) -> bool:
        """Whether the verdict is what was told."""
        return self.verdict == self.told.lie

    @property
    def evidence(self) -> str:
        """The number that decides about the verdict, in a sentence, or ""."""
        if not self.judged:
            return ""
        return f"✓ {_for(self.told)}" if self.right else f"✗ {_against(self.verdict, self.told)}"

    @property
    def conditions(self) -> str:
        """Where the readings come from."""
        spread = (
            f"noise drawn from {self.measured:,} measured readings"
            if self.measured
            else "log-normal noise (σ 0.1), 1 reading in 100 five times as long"
        )
        return f"Simulated: {spread}. Two of the twelve cases are honest."

    def __str__(self) -> str:
        if self.judged:
            return f"Case {self.number}, {self.show}: {self.evidence}"
        return f"Case {self.number}{SENTENCES[self.show](self.told)}"


def lies(
    *,
    case: int = 1,
    show: str = SHOWN[0],
    verdict: str = NONE_YET,
    latencies_s: Sequence[float] | None = None,
    random_state: int = 0,
) -> Case:
    """Look at one of twelve published benchmarks, and judge it.

    Parameters
    ----------
    case : 1 to 12
    show : one of `SHOWN`
    verdict : one of `VERDICTS`, or `NONE_YET`
    latencies_s : measured readings whose noise the simulation takes over, see `lies.told`
    """
    number = arguments.whole("case", case, low=1, high=CASES)
    arguments.one_of("show", show, SHOWN)
    arguments.one_of("verdict", verdict, (NONE_YET, *VERDICTS))
    lie = dealt(random_state=random_state)[number - 1]
    seed = CASES * random_state + number - 1
    measured = None if latencies_s is None else tuple(latencies_s)
    found = told(lie=lie, latencies_s=measured, random_state=seed)
    return Case(number, show, verdict, found, len(measured or ()))


def middle(taken: Array) -> float:
    """The p50 of some readings, seconds."""
    return float(np.median(taken))


def drift(taken: Array) -> float:
    """How many times as long the last third of some readings took as the first, by their p50."""
    third = len(taken) // 3
    return middle(taken[-third:]) / middle(taken[:third])


def different(made: Told) -> int:
    """Count the different values among all readings."""
    return len(np.unique(np.round(np.concatenate([made.a_s, made.b_s]), 12)))


def _published(made: Told) -> str:
    a_s, b_s = map(duration, made.published_s)
    return f" was published as: “{made.claim}”, with {a_s} for A and {b_s} for B. Is it honest?"


def _readings(made: Told) -> str:
    order = "in turn" if made.in_turn else "all of A first"
    slowest, number = max(
        (taken.max() / middle(taken), int(numbers[taken.argmax()]))
        for taken, numbers in zip((made.a_s, made.b_s), made.numbers, strict=True)
    )
    return (
        f", {order}: the slowest is number {number}, {slowest:.1f} × its p50; {different(made)} different "
        f"values; last third over first: A {drift(made.a_s):.2f}, B {drift(made.b_s):.2f}; "
        f"published from {2 * made.used.sum()} of {2 * READINGS}."
    )


def _histogram(made: Told) -> str:
    words = [
        f"{name} has its p50 at {duration(middle(taken))}, its mean at {duration(taken.mean())}"
        for name, taken in (("A", made.a_s), ("B", made.b_s))
    ]
    return f": {'; '.join(words)}. Published were {' and '.join(map(duration, made.published_s))}."


def _fair(made: Told) -> str:
    again = f", measured again, warm, in turn, by a fine clock: {_times(made)}"
    return (
        f"{again}. Published: {made.ratio:.2f}." if made.fair.differs else f"{again}, no clear difference."
    )


def _times(made: Told) -> str:
    return f"B is {made.fair.ratio:.2f} times as fast as A ({made.fair.interval})"


SENTENCES = dict(zip(SHOWN, (_published, _readings, _histogram, _fair), strict=True))


def _for(made: Told) -> str:
    """What gives the lie away."""
    truth = f"In truth {faster(made.truth)}."
    first = made.a_s[0] / middle(made.a_s)
    ratio = made.a_s.mean() / middle(made.a_s)
    values = " and ".join(map(duration, np.unique(np.round(np.concatenate([made.a_s, made.b_s]), 12))[:2]))
    return {
        COLD: f"Cold start: reading 1 of A took {first:.0f} times its p50, and the mean counts it. {truth}",
        MEAN: f"The mean: three stalls of A make it {ratio:.2f} times its p50. {truth}",
        COARSE: f"Coarse clock: {2 * READINGS} readings have {different(made)} different values, "
        f"such as {values}. {truth}",
        ONCE: f"One run only: of {READINGS} readings of each, 1 was published. {truth}",
        SAME: f"A against A: B is A again, and measured again the ratio is {made.fair.interval}.",
        DRIFT: f"Drift: A came first, and its last third took {drift(made.a_s):.2f} times as long as its "
        f"first; B came later still. {truth}",
        HONEST: f"Honest: in turn, {different(made)} different values, all readings, the p50 published; "
        f"measured again {made.fair.interval}.",
    }[made.lie]


def _against(verdict: str, made: Told) -> str:
    """What speaks against a wrong verdict, without naming the right one."""
    firsts = " and ".join(f"{taken[0] / middle(taken):.2f}" for taken in (made.a_s, made.b_s))
    late = f"last thirds took {drift(made.a_s):.2f} (A) and {drift(made.b_s):.2f} (B) times the first"
    again = f"measured again, the ratio is {made.fair.interval}"
    one = "the two are different programs"
    return {
        COLD: f"Not a cold start: the first readings took {firsts} times the p50 of their system.",
        MEAN: f"Not the mean instead of percentiles: {_not_mean(made)}.",
        COARSE: f"Not a coarse clock: {2 * READINGS} readings have {different(made)} different values.",
        ONCE: f"Not one run only: all {READINGS} readings of each were used.",
        SAME: f"Not A against A: {f'{again}, without 1' if made.fair.differs else one}.",
        DRIFT: f"Not a drifting machine: {'measured in turn, both drift alike' if made.in_turn else late}.",
        HONEST: f"Not honest: {again}, and {made.ratio:.2f} was published"
        f"{'' if made.fair.differs else ' as a win, though 1 is possible'}.",
    }[verdict]


def _not_mean(made: Told) -> str:
    if made.used.sum() == 1:
        return "what was published for A is a single reading"
    if np.isclose(made.published_s[0], middle(made.a_s)):
        return f"{duration(made.published_s[0])} was published for A, and that is its p50"
    rest = made.a_s[1:]
    return f"without its first reading, the mean of A is {rest.mean() / middle(rest):.2f} times its p50"
