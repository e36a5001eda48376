"""Runs of words counted in a text: what follows what, how surprising, and what is copied.

Nothing is counted in advance: the text's places are sorted by the words that end there, read
backwards, so that all places where the same words stand lie side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from course import arguments
from course.networks import Array

END = 0  # stands for the end of a text, and so for the start of the next
UNKNOWN, ANY = -1, -2
MARK = "¶"
MOST_CONTEXT = 4
RUN = 6  # words of a run that is looked up
PRIOR = 10.0  # weight of the shorter context, in words
Numbers = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Counts:
    """A text, and where in it each run of words stands.

    Parameters
    ----------
    vocabulary : the words, sorted; the first one is the mark of an end
    text : numbers of the words, each text's end marked; it is read in a circle
    order : places in the text, sorted by the word there, then by the word before, and so on
    """

    vocabulary: tuple[str, ...]
    text: Numbers
    order: Numbers

    def __str__(self) -> str:
        texts = int((self.text == END).sum())
        return (
            f"{len(self.text) - texts:,} words of {texts:,} texts, {len(self.vocabulary) - 1:,} different."
        )

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each word."""
        return {word: number for number, word in enumerate(self.vocabulary)}

    @cached_property
    def columns(self) -> list[Numbers]:
        """At the sorted places the word itself, the word before it, and so on."""
        return [self.text[(self.order - back) % len(self.text)] for back in range(RUN)]


def count(texts: Sequence[Sequence[str]]) -> Counts:
    """Count texts that are divided into words.

    >>> print(count([["a", "b", "a"], ["b"]]))
    4 words of 2 texts, 2 different.
    """
    lists = word_lists("texts", texts)
    vocabulary = (MARK, *sorted({word for text in lists for word in text}))
    text = _numbered(lists, {word: number for number, word in enumerate(vocabulary)})
    backwards = [np.roll(text, back) for back in range(RUN)]
    return Counts(vocabulary, text, np.lexsort(backwards[::-1]).astype(np.int32))


def word_lists(name: str, texts: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Check that texts are divided into words, and freeze them."""
    for each in [texts, *texts] if isinstance(texts, Sequence) else [texts]:
        if isinstance(each, str) or not isinstance(each, Sequence) or not each:
            raise arguments.refuse(name, "be lists of words, none of them empty", each)
    for word in (word for text in texts for word in text):
        if not isinstance(word, str) or word in ("", MARK):
            raise arguments.refuse(name, f"hold words, none of them {MARK}", word)
    return tuple(tuple(text) for text in texts)


@lru_cache(50_000)
def followers(counts: Counts, context: tuple[int, ...]) -> tuple[Numbers, Array, int]:
    """Find what has followed a context; back off where it never stood in the text.

    Backing off drops the farthest word, again and again, until what is left did stand there.

    Parameters
    ----------
    context : numbers of words, the nearest first

    Returns
    -------
    numbers of the words that followed, how often each did, and how many words of context were used
    """
    low, high, used = 0, len(counts.order), 0
    for column, word in zip(counts.columns, context, strict=False):
        left, right = low + column[low:high].searchsorted(np.array([word, word + 1], np.int32))
        if left == right:
            break
        low, high, used = int(left), int(right), used + 1
        if word == END:
            break
    after = counts.text[(counts.order[low:high] + 1) % len(counts.text)]
    if len(after) > len(counts.vocabulary):  # where words are many, counting is faster than sorting
        times = np.bincount(after)
        found = np.flatnonzero(times)
        return found.astype(np.int32), times[found].astype(float), used
    if len(after) == 1:
        return after, np.ones(1), used
    words, times = np.unique(after, return_counts=True)
    return words, times.astype(float), used


def probabilities(times: Array, temperature: float) -> Array:
    """Turn counts into probabilities: at temperature 1 shares, at 0 all for the most frequent one.

    In between and above, counts are raised to the power 1 / temperature. Of several most
    frequent ones the first has it all at temperature 0.
    """
    warmth = arguments.number("temperature", temperature, low=0)
    if warmth < 1e-6:
        certain = np.zeros(len(times))
        certain[np.argmax(times)] = 1
        return certain
    powers = np.exp((np.log(times) - np.log(times.max())) / warmth)
    return np.asarray(powers / powers.sum())


def likelihoods(counts: Counts, texts: Sequence[Sequence[str]]) -> Array:
    """Compute the probability of every word of some texts, their ends included.

    A context of k words that stood n times in the counted text, n(w) times before the word w,
    gives it (n(w) + PRIOR p) / (n + PRIOR), where p is what the context of k - 1 words gives.
    Without context it is n(w) / (N + V), N words being counted, V of them different; V / (N + V)
    is left for all unknown words together. So the probabilities of a context sum to 1. Context
    ends where a text starts.

    Returns
    -------
    shape (5, n_words): for 0 to 4 words of context

    Source
    ------
    MacKay and Peto (1995), A hierarchical Dirichlet language model, Natural Language
    Engineering 1(3), without its fitted weights.
    """
    text = _numbered(texts, counts.numbers)
    before = _before(text)
    alone, together = _times(counts, before), _times(counts, np.vstack([text, before]))[1:]
    total, kinds = len(counts.text), len(counts.vocabulary)
    result = [np.where(text == UNKNOWN, kinds, together[0]) / (total + kinds)]
    for word, here, both in zip(before, alone[1:], together[1:], strict=True):
        longer = (both + PRIOR * result[-1]) / (here + PRIOR)
        result.append(np.where(word == ANY, result[-1], longer))
    return np.array(result)


def perplexities(counts: Counts, texts: Sequence[Sequence[str]]) -> Array:
    """Say for 1 to 4 words of context among how many equally likely words the next one is guessed."""
    return np.asarray(np.exp(-np.log(likelihoods(counts, texts)[1:]).mean(axis=1)))


def copied(counts: Counts, text: Sequence[int]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Find the runs of six words that stand in the counted text, word for word.

    Returns
    -------
    for every place where six words begin whether it is a run, which no end may interrupt,
    and whether that run stands in the counted text
    """
    numbers = np.asarray(text, np.int32)
    if len(numbers) < RUN:
        return np.zeros(0, bool), np.zeros(0, bool)
    windows = np.lib.stride_tricks.sliding_window_view(numbers, RUN)
    whole = (windows != END).all(axis=1)
    return whole, whole & (_times(counts, windows.T[::-1])[-1] > 0)


def covered(starts: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Mark the words of a text that belong to one of the runs that begin at some of its places."""
    marked = np.zeros(length, bool)
    for place in np.flatnonzero(starts):
        marked[place : place + RUN] = True
    return marked


def stretches(starts: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """Join runs that begin at one word and at the next: for each such row its first and last word."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], starts, [0]]).astype(int)))
    return tuple((int(first), int(after) + RUN - 2) for first, after in edges.reshape(-1, 2))


def copy_share(counts: Counts, texts: Sequence[Sequence[str]]) -> float:
    """Find which share of the six-word runs of some texts stands in the counted text."""
    whole, found = copied(counts, _numbered(texts, counts.numbers).tolist())
    return float(found.sum() / max(whole.sum(), 1))


def _numbered(texts: Sequence[Sequence[str]], numbers: dict[str, int]) -> Numbers:
    return np.array(
        [number for text in texts for number in (*(numbers.get(word, UNKNOWN) for word in text), END)],
        np.int32,
    )


def _before(text: Numbers) -> Numbers:
    """The words before each word, the nearest first; before a start, any."""
    rows = [np.roll(text, back) for back in range(1, MOST_CONTEXT + 1)]
    for nearer, farther in pairwise(rows):
        farther[(nearer == END) | (nearer == ANY)] = ANY
    return np.array(rows)


def _times(counts: Counts, words: Numbers) -> NDArray[np.int64]:
    """Count how often words stand together in the text.

    Parameters
    ----------
    words : shape (length, n), the last word of each run first

    Returns
    -------
    shape (length + 1, n), for the last 0, 1, 2, … words of each run
    """
    low = np.zeros(words.shape[1], np.int64)
    high = np.full(words.shape[1], len(counts.order))
    result = [high - low]
    for column, wanted in zip(counts.columns, words, strict=False):
        free = wanted == ANY
        low, high = (
            np.where(free, old, _place(column, wanted + step, low, high))
            for step, old in ((0, low), (1, high))
        )
        result.append(high - low)
    return np.array(result)


def _place(
    column: Numbers, wanted: Numbers, low: NDArray[np.int64], high: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Find where numbers would stand, each in a sorted part of the column: halving, all at once."""
    low, high = low.copy(), high.copy()
    while (open_ := low < high).any():
        middle = (low + high) // 2
        smaller = open_ & (column[np.minimum(middle, len(column) - 1)] < wanted)
        low, high = np.where(smaller, middle + 1, low), np.where(open_ & ~smaller, middle, high)
    return low
