"""Zeros in a product: with calls of known length, and that the four forms multiply alike."""

import subprocess
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from course import child, comparing, setups, sparse_times
from course.sparse_times import KINDS, SparseTimes, kept_outputs, verdict, works
from course.throughput import ROUNDS, readings_of
from tests.apart import assert_apart, texts
from widgets.lab import Lab
from widgets.zeros import zeros_lab

TAKEN = (1e-3, 1e-3, 5e-4, 1e-4)  # seconds of a call in each form
LAYER = "1,024 × 1,024 weights, 90 % pruned, 64 at a time"
START = f"Press Run: {LAYER}; nothing measured yet."


class World:
    """A clock, and calls in four forms that take a known time; noise if wanted."""

    def __init__(self, taken: tuple[float, ...] = TAKEN, noise: float = 0.0, seed: int = 0) -> None:
        self.now, self.taken, self.noise = 0.0, taken, noise
        self.random = np.random.default_rng(seed)

    def clock(self) -> float:
        self.now += 1e-8
        return self.now

    def works(self) -> list[Callable[[], None]]:
        def work(once_s: float) -> Callable[[], None]:
            def call() -> None:
                self.now += once_s * float(np.exp(self.noise * self.random.standard_normal()))

            return call

        return [work(once_s) for once_s in self.taken]

    def came(self, rounds: int = ROUNDS) -> list[list[list[float]]]:
        return list(readings_of(self.works(), rounds=rounds, most_s=1e6, clock=self.clock))


def last(pretend: Callable[[list[Any]], None], values: list[Any], **settings: Any) -> SparseTimes:
    pretend(values)
    return list(sparse_times.sparse_times(**settings))[-1]


def test_the_verdicts_follow_the_readings(pretend: Callable[[list[Any]], None]) -> None:
    result = last(pretend, World().came())
    assert str(result) == (
        f"{LAYER}. With zeros: no clear difference; zeros left out: 2.00 times as fast; "
        "102 neurons: 10 times as fast."
    )


def test_where_the_readings_go_the_other_way_the_verdicts_do(pretend: Callable[[list[Any]], None]) -> None:
    result = last(pretend, World((1e-3, 7e-4, 3e-3, 1e-3), noise=0.02).came())
    assert result.verdict(1).endswith("times as fast")
    assert result.verdict(2).startswith(("2.9", "3"))
    assert result.verdict(2).endswith("times as long")
    assert result.verdict(3) == "no clear difference"


def test_a_form_that_takes_as_long_is_seldom_called_different(pretend: Callable[[list[Any]], None]) -> None:
    """Of 40 comparisons under noise of 10 %, at most 3."""
    found = [last(pretend, World((1e-3,) * 4, noise=0.1, seed=seed).came()) for seed in range(40)]
    assert sum(each.verdict(1) != "no clear difference" for each in found) <= 3


def test_before_ten_rounds_there_is_no_verdict(pretend: Callable[[list[Any]], None]) -> None:
    few, enough = (last(pretend, World().came(rounds)) for rounds in (9, 10))
    assert few.compared(1) is None
    assert few.verdict(1) == ""
    assert str(few) == f"Measuring {LAYER}."
    assert enough.compared(1) is not None


@given(
    share=st.floats(0, 1), size=st.sampled_from((16, 40)), rows=st.integers(1, 9), seed=st.integers(0, 9)
)
def test_the_forms_multiply_alike(share: float, size: int, rows: int, seed: int) -> None:
    dense, zeros, sparse, fewer = (
        np.asarray(work())
        for work in works(pruned_share=share, size=size, batch_size=rows, random_state=seed)
    )
    np.testing.assert_allclose(sparse.T, zeros, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(fewer, dense[:, : fewer.shape[1]], rtol=1e-4, atol=1e-4)
    assert fewer.shape[1] == max(1, size - round(share * size))
    if share == 0:
        np.testing.assert_array_equal(zeros, dense)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 1.0])
def test_memory_is_what_the_arrays_hold(share: float) -> None:
    random = np.random.default_rng(0)
    weights = random.standard_normal((64, 64)).astype(np.float32)
    weights.flat[: round(share * weights.size)] = 0
    held = csr_array(weights)
    result = next(sparse_times.sparse_times(pruned_share=share, size=64))
    fewer = weights[:, : kept_outputs(size=64, pruned_share=share)]
    sparse = held.data.nbytes + held.indices.nbytes + held.indptr.nbytes
    assert result.weights_bytes == (weights.nbytes, weights.nbytes, sparse, fewer.nbytes)
    assert result.left == held.nnz


def test_half_of_the_weights_as_0_save_nothing_in_a_sparse_format() -> None:
    dense, _, sparse, _ = next(sparse_times.sparse_times(pruned_share=0.5)).weights_bytes
    assert dense < sparse < 1.01 * dense


def test_results_arrive_one_by_one(pretend: Callable[[list[Any]], None]) -> None:
    pretend([None, *World().came(), None])
    results = list(sparse_times.sparse_times())
    assert str(results[0]) == START
    assert results[0].conditions == results[0].warning == ""
    assert str(results[1]) == f"Measuring {LAYER}."
    progress = [each.progress for each in results]
    assert progress == sorted(progress)
    assert progress[-1] == 1
    assert max(progress[:-1]) < 1
    assert results[0].known == 0
    assert results[-1].rounds == ROUNDS


def test_the_start_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "stream", lambda *_, **__: pytest.fail("a process was started"))
    assert str(next(sparse_times.sparse_times())) == START
    assert repr(zeros_lab()).endswith(f"): {START}")


def test_a_process_that_dies_ends_in_a_sentence_and_keeps_what_came(
    pretend: Callable[[list[Any]], None],
) -> None:
    ended = child.ChildEndedError("The measuring process ended early (code -9).")
    result = last(pretend, [*World().came(12), ended])
    assert result.warning == "The measuring process ended early (code -9)."
    assert result.progress == 1
    assert result.verdict(2) == "2.00 times as fast"


def test_it_really_measures_in_a_process_that_closing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    popen = subprocess.Popen

    def watched(*args: Any, **how: Any) -> Any:
        started.append(popen(*args, **how))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", watched)
    running = sparse_times.sparse_times(size=256, batch_size=1)
    result = next(each for each in running if each.known == len(KINDS))
    running.close()  # type: ignore[attr-defined]
    assert all((result.middle_s(number) or 0) > 0 for number in range(len(KINDS)))
    assert [process.poll() is not None for process in started] == [True]


def test_conditions_name_all_that_a_comparison_needs(
    monkeypatch: pytest.MonkeyPatch, pretend: Callable[[list[Any]], None]
) -> None:
    monkeypatch.setattr(setups, "processor", lambda: "Some CPU")
    monkeypatch.setattr(sparse_times, "usable_cpus", lambda: 2.0)
    assert last(pretend, World().came()).conditions == (
        "Measured here: Some CPU, 1 thread of 2 usable · NumPy, SciPy’s CSR, float32 · random weights, the "
        "smallest pruned · middle of 20 rounds of all four in turn, a reading the middle of 5 of 200 µs or "
        "more; bars: 95 % intervals"
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"pruned_share": 1.1}, "pruned_share must be a number from 0 to 1, got 1.1"),
        ({"size": 8}, "size must be a whole number from 16 to 4096, got 8"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 to 1024, got 0"),
    ],
)
def test_what_can_not_be_measured_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(sparse_times.sparse_times(**bad))
    assert str(refusal.value) == message


def lab_of(pretend: Callable[[list[Any]], None], world: World, steps: int = 1000, **start: Any) -> Lab:
    pretend(world.came())
    return zeros_lab(start=start).advance(steps)


def test_what_is_drawn_is_what_was_measured(pretend: Callable[[list[Any]], None]) -> None:
    lab = lab_of(pretend, World())
    result: SparseTimes = lab.result
    _, *bars, marks, first, second, third, fourth = lab._canvas.axes["times"].lines
    np.testing.assert_allclose(np.asarray(marks.get_xdata()), [1, 1, 0.5, 0.1], rtol=1e-3)
    for number in (1, 2, 3):
        found = result.compared(number)
        assert found is not None
        np.testing.assert_array_equal(bars[number].get_xdata(), [found.interval.low, found.interval.high])
    stems = [np.asarray(each.get_xdata())[-1] for each in (first, second, third, fourth)]
    np.testing.assert_array_equal(stems, np.asarray(marks.get_xdata()))
    said = {words for words, *_ in texts(lab)}
    assert {"1 ms", "2.00 times as fast", "no clear difference", "843 kB"} <= said
    assert not {"500 µs", "100 µs"} & said


def test_bars_of_memory_are_multiples_of_the_dense_weights() -> None:
    lab = zeros_lab()
    patches: list[Any] = [*lab._canvas.axes["memory"].patches]
    bars = [each.get_width() for each in patches if each.get_animated()]
    held = lab.result.weights_bytes
    assert bars == [each / held[0] for each in held]


@pytest.mark.parametrize(("setting", "other"), [("pruned_share", 0.5), ("size", 256), ("batch_size", 1)])
def test_each_control_moves_the_sentence_and_the_picture(setting: str, other: object) -> None:
    lab = zeros_lab()
    before = str(lab.result), lab._picture.source
    lab.control(setting).value = other
    assert str(lab.result) != before[0]
    assert lab._picture.source != before[1]


@pytest.mark.parametrize("taken", [TAKEN, (4.56e-3, 4.6e-3, 0.5, 1e-6), (1.11e-6,) * 4])
@pytest.mark.parametrize("share", [0.0, 0.99])
@pytest.mark.parametrize("steps", [0, 3, 1000])
def test_no_text_leaves_the_picture_or_meets_another(
    pretend: Callable[[list[Any]], None], taken: tuple[float, ...], share: float, steps: int
) -> None:
    assert_apart(lab_of(pretend, World(taken), steps, pruned_share=share))


def test_a_verdict_says_how_many_times(pretend: Callable[[list[Any]], None]) -> None:
    result = last(pretend, World().came())
    found = result.compared(3)
    assert found is not None
    assert verdict(comparison=found) == "10 times as fast"


@pytest.mark.parametrize(
    ("ratio", "words"), [(0.997, "1.003 times as fast"), (1.004, "1.004 times as long")]
)
def test_a_small_clear_difference_is_not_written_as_1(ratio: float, words: str) -> None:
    first = np.full(20, 1e-3)
    assert verdict(comparison=comparing.compared(first_s=first, second_s=ratio * first)) == words
