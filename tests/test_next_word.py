"""Lesson 03: a next-word model that is counted, what it copies, and how it is shown."""

import ast
import math
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import docstrings, ngrams
from course.next_word import CONTEXTS, Continuation, continue_text, counted
from course.ngrams import END, RUN, count, followers, likelihoods

SEEDS = range(12)
SMALL = (("a", "b", "a", "c"), ("a", "b"))
LISTS = st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=9), min_size=1, max_size=5)


@cache
def read() -> docstrings.Docstrings:
    return docstrings.docstrings()


@cache
def written(context: int, random_state: int) -> Continuation:
    return continue_text(context=context, words=200, prompt="", random_state=random_state)


def six(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[place : place + RUN]) for place in range(len(words) - RUN + 1)]


def following(texts: list[list[str]], context: list[str]) -> Counter[str]:
    """What follows a context, found by looking at every place; END is "¶", before a start stands one."""
    found: Counter[str] = Counter()
    for text in texts:
        line = ["¶", *text, "¶"]
        for place in range(1, len(line)):
            if line[max(0, place - len(context)) : place] == context:
                found[line[place]] += 1
    return found


@given(LISTS, st.lists(st.sampled_from("abcde"), min_size=1, max_size=4), st.booleans())
def test_followers_are_those_of_the_longest_part_of_the_context_that_was_counted(
    texts: list[list[str]], context: list[str], start: bool
) -> None:
    counts = count(texts)
    context = ["¶", *context[1:]] if start else context
    if not set(context) <= set(counts.vocabulary):
        return
    words, times, used = followers(counts, tuple(counts.numbers[word] for word in context[::-1]))
    longest = next(k for k in range(len(context), -1, -1) if k == 0 or following(texts, context[-k:]))
    expected = following(texts, context[-longest:] if longest else [])
    assert used == longest
    assert {counts.vocabulary[n]: t for n, t in zip(words, times, strict=True)} == expected


@given(LISTS, st.integers(1, 4), st.floats(0, 5))
def test_the_probabilities_of_the_next_word_sum_to_1(
    texts: list[list[str]], context: int, temperature: float
) -> None:
    counts = count(texts)
    _, times, _ = followers(counts, (1, END)[:context])
    shares = ngrams.probabilities(times, temperature)
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
    assert shares[times.argmax()] == shares.max()


def test_temperature_raises_counts_to_a_power() -> None:
    times = np.array([1.0, 4.0, 2.0])
    np.testing.assert_allclose(ngrams.probabilities(times, 1), times / 7)
    np.testing.assert_allclose(ngrams.probabilities(times, 0.5), times**2 / 21)
    np.testing.assert_allclose(ngrams.probabilities(times, 2), np.sqrt(times) / np.sqrt(times).sum())
    assert ngrams.probabilities(times, 0).tolist() == [0, 1, 0]
    np.testing.assert_allclose(ngrams.probabilities(times, 1e-5), [0, 1, 0])


@given(LISTS, st.lists(st.sampled_from("abcdexy"), max_size=5))
def test_smoothed_probabilities_of_every_context_sum_to_1(
    texts: list[list[str]], before: list[str]
) -> None:
    counts = count(texts)
    every = [[*before, word] for word in (*counts.vocabulary[1:], "never counted")]
    last = np.array([likelihoods(counts, [text])[:, -2] for text in every])
    end = likelihoods(counts, [before])[:, -1] if before else likelihoods(counts, [[]])[:, 0]
    np.testing.assert_allclose(last.sum(axis=0) + end, 1)


def test_perplexity_is_what_paper_and_pencil_find() -> None:
    # Counted: a b a c ¶ a b ¶; so 8 words of 4 kinds: a 3, b 2, c 1, ¶ 2; and 4 / 12 for the unknown.
    # Unseen: a x ¶.
    prior = ngrams.PRIOR
    a, x, end = 3 / 12, 4 / 12, 2 / 12
    first = (2 + prior * a) / (2 + prior)  # both texts start with a
    second = prior * x / (3 + prior)  # a stood three times, never before x
    third = end  # x never stood anywhere
    expected = math.exp(-(math.log(first) + math.log(second) + math.log(third)) / 3)
    assert ngrams.perplexities(count(SMALL), [("a", "x")])[0] == pytest.approx(expected)
    # With two words of context: a, at a start, stood there twice, each time before b.
    longer = prior * second / (2 + prior)
    expected = math.exp(-(math.log(first) + math.log(longer) + math.log(third)) / 3)
    assert ngrams.perplexities(count(SMALL), [("a", "x")])[1] == pytest.approx(expected)


@given(LISTS, LISTS)
def test_likelihoods_agree_with_counting_at_every_place(
    texts: list[list[str]], unseen: list[list[str]]
) -> None:
    counts = count(texts)
    kinds = {word for text in texts for word in text}
    total, place = sum(len(text) + 1 for text in texts), 0
    found = likelihoods(counts, unseen)
    for text in unseen:
        line = ["¶", *text, "¶"]
        for here, word in enumerate(line[1:], 1):
            known = (
                following(texts, []) if word in kinds or word == "¶" else Counter({word: len(kinds) + 1})
            )
            value = known[word] / (total + len(kinds) + 1)
            assert found[0, place] == pytest.approx(value)
            for context in CONTEXTS:
                near = following(texts, line[max(0, here - context) : here])
                if context <= here:
                    value = (near[word] + ngrams.PRIOR * value) / (near.total() + ngrams.PRIOR)
                assert found[context, place] == pytest.approx(value)
            place += 1


def test_copied_runs_are_those_that_a_plain_search_finds() -> None:
    model = counted()
    results = [written(context, 0) for context in CONTEXTS]
    unseen = [run for text in read().unseen for run in six(text)]
    wanted = {run for result in results for run in six(result.words)} | {*unseen}
    source = {run for text in read().counted for run in six(text) if run in wanted}
    for result in results:
        runs = six(result.words)
        whole = [run for run in runs if "¶" not in run]
        assert result.runs == len(whole)
        assert result.copied_runs == sum(run in source for run in whole)
        marked = {n + k for n, run in enumerate(runs) if run in source for k in range(RUN)}
        assert set(np.flatnonzero(result.copied)) == marked
        starts = {n for n, run in enumerate(runs) if run in source}
        assert {n for a, b in result.stretches for n in range(a, b - RUN + 2)} == starts
        assert all(a - 1 not in starts and b - RUN + 2 not in starts for a, b in result.stretches)
    assert model.human_share == pytest.approx(sum(run in source for run in unseen) / len(unseen))


def test_kept_arrays_are_those_of_the_docstrings_read_anew() -> None:
    counts = count(read().counted)
    assert counted().counts.vocabulary == counts.vocabulary
    np.testing.assert_array_equal(counted().counts.text, counts.text)
    np.testing.assert_array_equal(counted().counts.order, counts.order)


def test_unseen_docstrings_are_not_in_the_counted_text() -> None:
    own, unseen = set(read().counted), set(read().unseen)
    assert len(own) == len(read().counted)
    assert len(unseen) == len(read().unseen) > 200
    assert not own & unseen
    assert 20_000 < sum(map(len, unseen)) < 0.2 * sum(map(len, own))
    counts = counted().counts
    ends = np.flatnonzero(counts.text == END)
    texts = [tuple(counts.vocabulary[n] for n in part[:-1]) for part in np.split(counts.text, ends + 1)]
    assert texts[:-1] == list(read().counted)


def test_a_module_is_either_counted_or_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [(f"m{n}.py", f"one two three four five six {n} {k}") for n in range(200) for k in range(3)]
    monkeypatch.setattr(docstrings, "_docstrings", lambda: iter([*pairs, *pairs]))
    found = docstrings.docstrings()
    modules = [{text[-2] for text in half} for half in (found.counted, found.unseen)]
    assert modules[0]
    assert modules[1]
    assert not modules[0] & modules[1]
    assert len(found.counted) + len(found.unseen) == len(pairs)


def test_docstrings_are_found_wherever_they_are_allowed() -> None:
    source = '"""A"""\nclass B:\n  """B"""\n  def c(self):\n    """C"""\nif 1:\n  def d():\n    """D"""\n'
    tree = ast.parse(source)
    assert [docstrings._text(each) for each in (tree, *docstrings._named(tree))] == ["A", "B", "C", "D"]


def test_tokens_are_words_and_marks_without_markup() -> None:
    text = "See :func:`f`, it's 1.5 low-level.\n\n>>> f(x)\n[1, 2]\n\n.. note:: no\nx_1 (end)"
    assert " ".join(docstrings.tokens(text)) == "See f , it's 1.5 low-level . x_1 ( end )"


# Seen over twelve seeds, 200 words each: context 1 copies 0 to 1 %, 2: 9 to 26 %, 3: 53 to 71 %,
# 4: 91 to 98 %; of the unseen docstrings 23 % stand in the source.
def test_more_context_copies_more_and_three_words_pass_what_people_repeat() -> None:
    human = counted().human_share
    assert 0.12 < human < 0.4
    shares = np.array([[written(context, seed).copy_share for context in CONTEXTS] for seed in SEEDS])
    assert (np.diff(shares, axis=1) > 0).all()
    assert (shares[:, 0] < 0.05).all()
    assert (shares[:, 1] < 0.35).all()
    assert (shares[:, 2] > max(0.4, human)).all()
    assert (shares[:, 3] > 0.8).all()
    assert shares[:, 1].mean() < human


def test_copying_more_does_not_mean_guessing_unseen_text_much_better() -> None:
    one, two, three, four = counted().perplexities
    assert one > 1.1 * two > 1.1 * three
    assert three / four < 1.1


def test_the_same_seed_writes_the_same_text_and_another_seed_another() -> None:
    texts = {continue_text(random_state=seed).words for seed in (0, 0, 1, 2)}
    assert len(texts) == 3


def test_at_temperature_0_chance_plays_no_part() -> None:
    results = [continue_text(temperature=0, random_state=seed) for seed in SEEDS]
    assert len({result.words for result in results}) == 1
    (first, *_) = results
    assert first.words[first.prompt] == first.candidates[0]
    assert first.probabilities.tolist() == [1.0, *[0.0] * 7]


def test_words_are_drawn_as_often_as_they_are_likely() -> None:
    texts = [["a", "b"], ["a", "c"], ["a", "c"], ["a", "c"]]
    drawn = [continue_text(texts=texts, prompt="a", words=1, random_state=n).words for n in range(400)]
    share = sum("c" in words for words in drawn) / 400
    assert abs(share - 0.75) < 0.08


def test_a_text_is_as_long_as_asked_for_and_starts_with_its_prompt() -> None:
    for words in (1, 7, 500):
        result = continue_text(prompt="Return the", words=words)
        assert sum(word != "¶" for word in result.words) == words + 2
        assert result.words[:2] == ("Return", "the")
        assert result.prompt == 2


def test_only_as_much_of_the_prompt_is_used_as_was_counted() -> None:
    result = continue_text(texts=SMALL, context=4, prompt=["c", "b"], words=1)
    assert result.used == ("b",)
    assert dict(zip(result.candidates, result.probabilities, strict=True)) == {"a": 0.5, "¶": 0.5}
    assert continue_text(texts=SMALL, prompt="", words=1).used == ()
    assert continue_text(texts=SMALL, prompt="", words=1).words == ("a",)


def test_the_sentence_says_share_and_comparison_with_room() -> None:
    said = [str(written(context, 0)) for context in CONTEXTS]
    assert "With 1 word of context less than a tenth of its six-word runs stand in its source" in said[0]
    assert "With 4 words of context more than four fifths of its six-word runs" in said[3]
    assert ["more than of people" in each for each in said] == [False, False, True, True]
    assert str(continue_text(texts=SMALL, prompt="a")).endswith("stand in its source.")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"context": 0}, "context must be a whole number from 1 to 4, got 0"),
        ({"context": 5}, "context must be a whole number from 1 to 4, got 5"),
        ({"temperature": -0.1}, "temperature must be a number from 0 to 5, got -0.1"),
        ({"words": 501}, "words must be a whole number from 1 to 500, got 501"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
        (
            {"prompt": "the xyzzyx of"},
            "prompt must hold only words that stand in the counted text, got 'xyzzyx'",
        ),
        ({"prompt": ["¶"]}, "prompt must hold only words that stand in the counted text, got '¶'"),
        ({"prompt": 7}, "prompt must be a text or its words, got 7"),
        ({"texts": "abc"}, "texts must be lists of words, none of them empty, got 'abc'"),
        ({"texts": [[]]}, "texts must be lists of words, none of them empty, got []"),
        ({"texts": [["a", "¶"]]}, "texts must hold words, none of them ¶, got '¶'"),
        ({"texts": SMALL, "unseen": ["ab"]}, "unseen must be lists of words, none of them empty, got 'ab'"),
    ],
)
def test_continue_text_says_what_is_wrong(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        continue_text(**bad)
    assert str(refusal.value) == message
