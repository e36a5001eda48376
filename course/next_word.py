"""Lesson 03: a language model that is counted from docstrings, and what it copies from them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course import arguments, docstrings, ngrams
from course.cache import Arrays, kept
from course.networks import Array
from course.ngrams import END, MARK, MOST_CONTEXT, Counts, Numbers

CONTEXTS = range(1, MOST_CONTEXT + 1)
MOST_WORDS = 500
TEXTS, LENGTH = 5, 60  # texts whose copied runs are counted, and their words
LIKELIEST = 8  # words whose probabilities are listed
PACKAGES = ("scikit-learn", "numpy", "scipy")
OPENING = 5  # written words that the sentence repeats
BOUNDS = {
    0.1: "less than a tenth",
    1 / 3: "a tenth to a third",
    0.5: "a third to half",
    0.8: "half to four fifths",
}
Texts = Sequence[Sequence[str]]


@dataclass(frozen=True, eq=False)
class Model:
    """Counted text, and what it is worth on text that wasn't counted.

    Parameters
    ----------
    human_share : share of the six-word runs in unseen text that stand in the counted text too
    perplexities : on the unseen text, for 1 to 4 words of context
    """

    counts: Counts
    human_share: float
    perplexities: Array

    def __str__(self) -> str:
        return f"Counted: {self.counts}"


@dataclass(frozen=True, eq=False)
class Continuation:
    """A text that a model wrote word by word, and how much of it is copied.

    Parameters
    ----------
    words : the prompt and what was written; "¶" where a text ends and the next begins
    prompt : how many of the words are the prompt
    context, temperature : as asked for
    runs, copied_runs : six-word runs of this text, and those that stand in the counted text
    copied : for each word whether it is a part of such a run
    stretches : first and last words of such runs, those joined that begin at neighbouring words
    candidates, probabilities : the likeliest words after the prompt, the likeliest first
    used : the words of the prompt that these follow; fewer than the context where that never stood
    copy_shares : for 1 to 4 words of context the copied share of the runs in several texts
    model : what wrote it
    """

    words: tuple[str, ...]
    prompt: int
    context: int
    temperature: float
    runs: int
    copied_runs: int
    copied: NDArray[np.bool_]
    stretches: tuple[tuple[int, int], ...]
    candidates: tuple[str, ...]
    probabilities: Array
    used: tuple[str, ...]
    copy_shares: Array
    model: Model

    @property
    def copy_share(self) -> float:
        """Share of this text's six-word runs that stand in the counted text."""
        return self.copied_runs / max(self.runs, 1)

    @property
    def perplexity(self) -> float:
        """On unseen text, with as much context as asked for, at temperature 1."""
        return float(self.model.perplexities[self.context - 1])

    @property
    def conditions(self) -> str:
        """What is known about this text and its model."""
        return (
            f"This text: {self.copied_runs} of {self.runs} runs copied. Perplexity on unseen text "
            f"{self.perplexity:.0f}; {len(self.model.counts.text):,} words counted."
        )

    def __str__(self) -> str:
        share, human = self.copy_shares[self.context - 1], self.model.human_share
        new = self.words[self.prompt :]
        shown = [word for word in new if word[0].isalnum()][:OPENING]
        written = f"“… {' '.join(shown)} …”, {len(new)} words at temperature {self.temperature:g}."
        told = f"With {self.context} word{'s' * (self.context > 1)} of context"
        said = f"{written} {told} {_said(share)} of its six-word runs stand in its source"
        if np.isnan(human):
            return f"{said}."
        than = "more" if share > human else "fewer"
        return f"{said}, {than} than of people’s new text."


def continue_text(
    *,
    context: int = 2,
    temperature: float = 1.0,
    prompt: str | Sequence[str] = "The number of",
    words: int = 100,
    texts: Texts = (),
    unseen: Texts = (),
    random_state: int = 0,
) -> Continuation:
    """Continue a prompt word by word, each drawn from those that followed the words before it.

    Where the context never stood in the counted text, its farthest word is dropped, and so on.

    Parameters
    ----------
    context : how many words before it a word depends on, 1 to 4
    temperature : 0 takes the likeliest word, 1 draws by the counts, more evens them out; up to 5
    prompt : a text, or its words, all of them in the counted text; none begin a new text
    words : how many are written, 1 to 500
    texts, unseen : to count and to test with, as lists of words; none mean the docstrings of
        scikit-learn, NumPy and SciPy
    """
    length = arguments.whole("context", context, low=1, high=MOST_CONTEXT)
    warmth = arguments.number("temperature", temperature, low=0, high=5)
    number = arguments.whole("words", words, low=1, high=MOST_WORDS)
    seed = arguments.whole("random_state", random_state, low=0)
    model = counted(texts=texts, unseen=unseen)
    counts, start = model.counts, _known(model.counts, prompt)
    text = _write(counts, start, length, warmth, number, seed)
    whole, found = ngrams.copied(counts, text)
    after, times, used = ngrams.followers(counts, _context(start or (END,), length))
    shares = ngrams.probabilities(times, warmth)
    likeliest = np.lexsort((-times, -shares))[:LIKELIEST]
    return Continuation(
        words=tuple(counts.vocabulary[word] for word in text),
        prompt=len(start),
        context=length,
        temperature=warmth,
        runs=int(whole.sum()),
        copied_runs=int(found.sum()),
        copied=ngrams.covered(found, len(text)),
        stretches=ngrams.stretches(found),
        candidates=tuple(counts.vocabulary[word] for word in after[likeliest]),
        probabilities=shares[likeliest],
        used=tuple(counts.vocabulary[word] for word in start[len(start) - used :]) if start else (),
        copy_shares=_copy_shares(counts, warmth),
        model=model,
    )


def counted(*, texts: Texts = (), unseen: Texts = ()) -> Model:
    """Count texts, and measure the counts on others.

    >>> print(counted(texts=[["a", "b"]]))
    Counted: 2 words of 1 texts, 2 different.
    """
    if not texts:
        return _installed()
    tested = ngrams.word_lists("unseen", unseen) if unseen else ()
    return _given(ngrams.word_lists("texts", texts), tested)


@lru_cache(4)
def _given(texts: tuple[tuple[str, ...], ...], unseen: tuple[tuple[str, ...], ...]) -> Model:
    return _measured(ngrams.count(texts), unseen)


def _measured(counts: Counts, unseen: Texts) -> Model:
    if not unseen:
        return Model(counts, float("nan"), np.full(MOST_CONTEXT, np.nan))
    return Model(counts, ngrams.copy_share(counts, unseen), ngrams.perplexities(counts, unseen))


@cache
def _installed() -> Model:
    versions = "-".join(map(version, PACKAGES))
    code = b"".join(Path(module.__file__ or "").read_bytes() for module in (docstrings, ngrams))
    arrays = kept(f"docstrings-{versions}-{zlib.crc32(code)}", _read)
    vocabulary = tuple(arrays["vocabulary"].tobytes().decode().split("\n"))
    for array in arrays.values():
        array.setflags(write=False)
    counts = Counts(vocabulary, arrays["text"], arrays["order"])
    return Model(counts, float(arrays["human_share"]), arrays["perplexities"])


def _read() -> Arrays:
    """Read and count the docstrings: several seconds, so it is done once."""
    read = docstrings.docstrings()
    model = _measured(ngrams.count(read.counted), read.unseen)
    vocabulary = "\n".join(model.counts.vocabulary).encode()
    return {
        "vocabulary": np.frombuffer(vocabulary, np.uint8),
        "text": model.counts.text,
        "order": model.counts.order,
        "human_share": np.array(model.human_share),
        "perplexities": model.perplexities,
    }


def _known(counts: Counts, prompt: str | Sequence[str]) -> tuple[int, ...]:
    if not isinstance(prompt, Sequence):
        raise arguments.refuse("prompt", "be a text or its words", prompt)
    words = docstrings.tokens(prompt) if isinstance(prompt, str) else prompt
    for word in words:
        if word == MARK or word not in counts.numbers:
            raise arguments.refuse("prompt", "hold only words that stand in the counted text", word)
    return tuple(counts.numbers[word] for word in words)


def _context(text: Sequence[int], length: int) -> tuple[int, ...]:
    """The last words, the nearest first; an end hides what stands before it."""
    near = tuple(text[-length:])[::-1]
    return near[: near.index(END) + 1] if END in near else near


def _write(
    counts: Counts, start: tuple[int, ...], length: int, warmth: float, words: int, seed: int
) -> list[int]:
    random = np.random.default_rng(seed)
    text = list(start)
    while words:
        after, bounds = _bounds(counts, _context(text or [END], length), warmth)
        text.append(int(after[np.searchsorted(bounds, random.random() * bounds[-1], side="right")]))
        words -= text[-1] != END
    return text


@lru_cache(20_000)
def _bounds(counts: Counts, context: tuple[int, ...], warmth: float) -> tuple[Numbers, Array]:
    """The words that may follow, and for each where its part of the probabilities' sum ends."""
    after, times, _ = ngrams.followers(counts, context)
    return after, np.cumsum(ngrams.probabilities(times, warmth))


@lru_cache(64)
def _copy_shares(counts: Counts, warmth: float) -> Array:
    """For each context, the share of copied runs in several texts that begin anew."""
    shares = []
    for length in CONTEXTS:
        texts = [_write(counts, (), length, warmth, LENGTH, seed) for seed in range(TEXTS)]
        whole, found = np.hstack([ngrams.copied(counts, text) for text in texts])
        shares.append(found.sum() / max(whole.sum(), 1))
    result = np.array(shares)
    result.setflags(write=False)
    return result


def _said(share: float) -> str:
    """Say a share with room, as libraries differ between machines."""
    return next((words for bound, words in BOUNDS.items() if share < bound), "more than four fifths")
