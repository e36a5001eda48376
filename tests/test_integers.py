"""Int8 in ONNX Runtime: whatever is measured, the verdict follows it; files and answers are the files'."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import child, comparing, conditions, integers, trained
from course.integer_files import HOWS, Found, ask, checked, compressed, files
from course.integers import BATCHES, Integers, measured, verdict
from tests.apart import assert_apart, texts
from tests.clocks import US, Fake
from widgets import style
from widgets.integers import LONGEST, SHORTEST, integers_lab
from widgets.lab import Lab

pytestmark = pytest.mark.usefixtures("one_thread")
START = "Press Run: tiny network, static int8 per tensor, ranges from 100 images; nothing measured yet."
FOUND = {
    "float32_bytes": 40_000,
    "bytes": 16_000,
    "float32_right": 1440,
    "right": 1438,
    "same": 1490,
    "images": 1500,
}


def pairs(ratio: float, *, noise: float = 0.05, seed: int = 0, count: int = 50) -> list[list[float]]:
    """Readings of which the second takes `ratio` times as long, but for noise."""
    random = np.random.default_rng(seed)
    first, second = 1e-5 * np.exp(noise * random.standard_normal((2, count)))
    return np.stack([first, ratio * second], axis=1).tolist()  # type: ignore[no-any-return]


def came(one: float = 0.5, many: float = 2.0, **found: int) -> list[Any]:
    """What the process sends where a call takes so many times as long."""
    return [
        {"stage": "training, once"},
        None,
        {"found": {**FOUND, **found}},
        {"batch_size": 1, "pairs": pairs(one)[:20]},
        {"batch_size": 1, "pairs": pairs(one)[20:]},
        None,
        {"batch_size": 64, "pairs": pairs(many)},
    ]


def compared(ratio: float, **how: Any) -> comparing.Comparison:
    first, second = np.array(pairs(ratio, **how)).T
    return comparing.compared(first_s=first, second_s=second)


@pytest.mark.parametrize("seed", range(10))
def test_the_verdict_follows_the_measurement(seed: int) -> None:
    slower = verdict(comparison=compared(1.6, seed=seed))
    assert slower.startswith("int8 takes 1.")
    assert " times as long: slower here (" in slower
    faster = verdict(comparison=compared(0.4, seed=seed), name="float16")
    assert faster.startswith("float16 takes 0.")
    assert " times as long here (" in faster
    assert "slower" not in faster


def test_equal_within_noise_is_no_clear_difference() -> None:
    said = [verdict(comparison=compared(1.0, seed=seed)) for seed in range(100)]
    assert sum(each.startswith("no clear difference (") for each in said) >= 93


def test_extreme_ratios_have_three_digits() -> None:
    assert verdict(comparison=compared(996.0, noise=0.0)) == (
        "int8 takes 996 times as long: slower here (996 to 996)"
    )
    assert verdict(comparison=compared(0.00123, noise=0.0)).startswith("int8 takes 0.00123 times as long")


def test_the_verdict_writes_ratio_and_interval() -> None:
    exact = compared(0.4, noise=0.0)
    assert verdict(comparison=exact) == "int8 takes 0.40 times as long here (0.40 to 0.40)"
    assert verdict(comparison=compared(1.002, noise=0.0)) == (
        "int8 takes 1.002 times as long: slower here (1.002 to 1.002)"
    )
    assert verdict(comparison=compared(1.0, noise=0.0)) == "no clear difference (1.00 to 1.00)"


@given(st.floats(0.01, 100), st.floats(0, 0.3), st.integers(0, 1000))
def test_the_verdict_never_says_what_the_interval_leaves_open(
    ratio: float, noise: float, seed: int
) -> None:
    comparison = compared(ratio, noise=noise, seed=seed, count=10)
    said, within = verdict(comparison=comparison), 1.0 in comparison.interval
    assert said.startswith("no clear difference") == within
    assert ("slower" in said) == (not within and comparison.interval.low > 1)


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("how", HOWS)
def test_found_are_the_files_and_their_answers(how: str, per_channel: bool) -> None:
    network, seen = trained.trained(hidden_layer_sizes=(32,)), trained.examples()
    whole, other = files(how=how, per_channel=per_channel)
    found = compressed(how=how, per_channel=per_channel)
    assert (found.float32_bytes, found.bytes) == (len(whole), len(other))
    assert found.float32_accuracy == pytest.approx(seen.accuracy(network), abs=0.003)
    assert found.images == len(seen.test_targets)
    assert abs(found.right - found.float32_right) <= found.images - found.same


@pytest.mark.parametrize("how", HOWS)
def test_a_tiny_network_keeps_its_answers_over_ten_seeds(how: str) -> None:
    found = [compressed(how=how, random_state=seed) for seed in range(10)]
    assert all(each.agreement > 0.97 for each in found)
    assert np.mean([each.accuracy - each.float32_accuracy for each in found]) == pytest.approx(0, abs=0.005)
    assert all(1.8 < each.times_smaller < 2.5 for each in found)


def test_ranges_from_a_single_image_lose_more_answers_than_from_a_hundred_over_ten_seeds() -> None:
    one, hundred = (
        [compressed(calibration_size=size, random_state=seed).agreement for seed in range(10)]
        for size in (1, 100)
    )
    assert np.mean(one) < np.mean(hundred) - 0.01
    assert sum(a < b for a, b in zip(one, hundred, strict=True)) >= 5


def test_a_convolutional_network_keeps_its_answers_and_is_smaller() -> None:
    found = compressed(network="convolutional")
    assert found.float32_accuracy > 0.94
    assert found.agreement > 0.97
    assert found.enough
    assert 2 < found.times_smaller < 3


@pytest.mark.parametrize(
    ("right", "enough", "said"),
    [
        (1440, True, "as MLPerf asks"),
        (1426, True, "as MLPerf asks"),
        (1425, False, "less than MLPerf asks"),
    ],
)
def test_mlperf_asks_for_99_in_100_of_what_float32_names_rightly(
    right: int, enough: bool, said: str
) -> None:
    found = Found(**{**FOUND, "right": right})
    assert found.enough == enough
    assert found.asked_for == pytest.approx(0.99 * 1440 / 1500)
    assert str(found) == (
        f"The file is 2.5 times smaller; {right:,} of 1,500 right, in float32 1,440: {said}; "
        "1,490 answers are the same."
    )


def last(pretend: Callable[[list[Any]], None], values: list[Any], **given: Any) -> Integers:
    pretend(values)
    *_, result = integers.integers(**given)
    return result


def test_sentence_and_verdicts_are_those_of_what_came(pretend: Callable[[list[Any]], None]) -> None:
    result = last(pretend, came())
    one, many = result.compared(1), result.compared(64)
    assert one is not None
    assert many is not None
    assert str(result) == (
        "Tiny network, static int8 per tensor, ranges from 100 images: file 2.5 times smaller, 95.9 % "
        f"right (float32 96.0 %); {one.ratio:.2f} × the time one at a time, "
        f"{many.ratio:.2f} × the time 64 at once."
    )
    assert result.verdict(1) == verdict(comparison=one)
    assert result.verdict(64) == verdict(comparison=many)
    assert (result.progress, result.stage, result.warning) == (1, "done", "")


def test_the_longest_sentence_fits_two_lines(pretend: Callable[[list[Any]], None]) -> None:
    how = {"network": "convolutional", "per_channel": True, "calibration_size": 1000}
    assert len(str(last(pretend, came(12.0, 1.0), **how))) <= 200


def test_each_setting_is_named_from_the_start() -> None:
    said = [
        str(next(integers.integers(**each)))
        for each in (
            {},
            {"network": "medium"},
            {"how": "dynamic"},
            {"how": "float16"},
            {"per_channel": True},
            {"calibration_size": 1},
        )
    ]
    assert said[0] == START
    assert len(set(said)) == len(said)
    assert said[-1] == (
        "Press Run: tiny network, static int8 per tensor, ranges from 1 image only; nothing measured yet."
    )


def test_results_arrive_bit_by_bit_and_earlier_ones_stay(pretend: Callable[[list[Any]], None]) -> None:
    pretend([None, None, *came()])
    results = [*integers.integers()]
    progress = [each.progress for each in results]
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0, 1)
    assert max(progress[:-1]) < 1
    assert [len(each.pairs[1]) for each in results[-5:]] == [20, 50, 50, 50, 50]
    assert results[0].found is None
    assert not len(results[0].pairs[1])
    assert str(results[4]).endswith(": training, once.")


def test_a_process_that_dies_ends_in_a_sentence_and_keeps_what_came(
    pretend: Callable[[list[Any]], None],
) -> None:
    words = "The measuring process ended early (code -9); what came until then is kept."
    result = last(pretend, [*came()[:5], child.ChildEndedError(words)])
    assert result.warning == words
    assert result.verdict(1)
    assert result.verdict(64) == ""
    assert result.progress == 1
    assert str(result).endswith(" × the time one at a time.")


def test_what_the_process_refuses_is_a_refusal(pretend: Callable[[list[Any]], None]) -> None:
    pretend([ValueError("temporary folder must be writable to quantise, got 'No space left'")])
    lab = integers_lab().advance(5)
    assert lab.result is None
    assert lab.refusal.lower().startswith("temporary folder must be writable to quantise")


def test_the_start_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "stream", lambda *_, **__: pytest.fail("a process was started"))
    start = next(integers.integers(network="medium"))
    assert start.conditions == start.warning == start.verdict(1) == ""
    assert repr(integers_lab()).endswith(f"): {START}")


def test_it_really_measures_in_a_process_of_its_own_that_a_close_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[Any] = []
    start = child._started

    def noted(*given: Any) -> Any:
        started.append(start(*given))
        return started[-1]

    monkeypatch.setattr(child, "_started", noted)
    running = integers.integers()
    result = next(each for each in running if len(each.pairs[1]))
    assert started[0].poll() is None
    running.close()
    assert started[0].poll() is not None
    assert result.found == compressed()
    assert (result.pairs[1] > 0).all()


def test_readings_are_taken_for_both_batches() -> None:
    asked = {**checked("tiny", "dynamic", False, 100), "random_state": 0}
    seen = [*measured(pairs=10, **asked)]
    counted = {
        batch: sum(len(each["pairs"]) for each in seen if each.get("batch_size") == batch)
        for batch in BATCHES
    }
    assert counted == {1: 10, 64: 10}
    assert [each["stage"] for each in seen if "stage" in each] == [
        "training, once",
        "making the smaller file",
        "timing one at a time",
        "timing 64 at once",
    ]


@pytest.mark.parametrize(
    ("times", "begins", "goes_on", "counted"),
    [
        (2.0, "int8 takes 2.0", ": slower here", "2.0"),
        (0.5, "int8 takes 0.5", " here", "0.5"),
        (1.0, "no clear difference", "", "no clear difference"),
    ],
)
def test_where_int8_takes_longer_it_is_called_slower_from_end_to_end(
    monkeypatch: pytest.MonkeyPatch, times: float, begins: str, goes_on: str, counted: str
) -> None:
    """Real files, real answers, and a clock that moves by what a call of each file is said to take."""
    fake = Fake()
    whole, other = files(how="dynamic")
    costs_s = {whole: 2000 * US, other: 2000 * US * times}

    def costly(model: bytes) -> tuple[Any, str]:
        answer, kind = ask(model)

        def work(rows: Any) -> Any:
            fake.now += costs_s[model] * len(rows)
            return answer(rows)

        return work, kind

    monkeypatch.setattr(integers, "ask", costly)
    monkeypatch.setattr(child, "stream", lambda _, **given: measured(clock=fake.clock, pairs=20, **given))
    *_, result = integers.integers(how="dynamic")
    for batch in BATCHES:
        assert result.verdict(batch).startswith(begins)
        assert goes_on in result.verdict(batch)
        assert ("slower" in result.verdict(batch)) == (times > 1)
        assert result.pairs[batch][:, 0] == pytest.approx(batch * costs_s[whole], rel=0.01)
        assert result.pairs[batch][:, 1] == pytest.approx(batch * costs_s[other], rel=0.01)
    assert str(result).count(counted) == 2


def test_conditions_name_what_a_comparison_needs(
    monkeypatch: pytest.MonkeyPatch, pretend: Callable[[list[Any]], None]
) -> None:
    monkeypatch.setattr(integers, "processor", lambda: "Some CPU")
    monkeypatch.setattr(integers, "usable_cpus", lambda: 2.0)
    monkeypatch.setattr(conditions, "_versions", lambda _: {"ONNX Runtime": "1.2.3"})
    assert last(pretend, came()).conditions == (
        "Measured here: Some CPU, 1 thread of 2 usable · ONNX Runtime 1.2.3 · 8 bits unsigned · "
        "50 and 50 pairs of readings in turn; 98 % intervals"
    )
    assert "8 bits" not in last(pretend, came(), how="float16").conditions


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"network": "huge"}, "network must be one of tiny, medium, convolutional, got 'huge'"),
        ({"how": "int4"}, "how must be one of static, dynamic, float16, got 'int4'"),
        ({"per_channel": "yes"}, "per_channel must be True or False, got 'yes'"),
        ({"calibration_size": 0}, "calibration_size must be a whole number from 1 to 1000, got 0"),
        ({"calibration_size": 1001}, "calibration_size must be a whole number from 1 to 1000, got 1001"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
@pytest.mark.parametrize("function", [lambda **given: next(integers.integers(**given)), compressed, files])
def test_what_can_not_be_made_is_refused_before_anything_starts(
    function: Callable[..., Any], bad: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        function(**bad)
    assert str(refusal.value) == message


def lab_of(pretend: Callable[[list[Any]], None], values: list[Any], **start: Any) -> Lab:
    pretend(values)
    return integers_lab(start=start).advance(100)


def test_what_is_drawn_is_what_was_found(pretend: Callable[[list[Any]], None]) -> None:
    lab = lab_of(pretend, came())
    axes, result = lab._canvas.axes, lab.result
    assert [bar.get_bbox().width for bar in axes["sizes"].containers[0]] == [1.0, 0.4]
    line, *marks = axes["answers"].lines
    assert list(np.asarray(line.get_xdata())) == [result.found.asked_for] * 2
    assert [np.asarray(mark.get_xdata())[0] for mark in marks] == [1440 / 1500, 1438 / 1500]
    said = {words for words, *_ in texts(lab)}
    assert {"40 kB", "16 kB", "96.0 %", "95.9 % ✓", "1,490", "of 1,500 images"} <= said
    assert {each.partition(" (")[0] for each in map(result.verdict, BATCHES)} <= said


def test_marks_of_time_stand_at_the_ratios_and_say_which_way(
    pretend: Callable[[list[Any]], None],
) -> None:
    lab = lab_of(pretend, came(0.5, 2.0))
    *_, first_band, second_band, first, second = lab._canvas.axes["times"].lines
    for batch, band, mark, colour in zip(
        BATCHES, (first_band, second_band), (first, second), (style.BLUE, style.ORANGE), strict=True
    ):
        found = lab.result.compared(batch)
        assert list(np.asarray(mark.get_xdata())) == [found.ratio]
        assert list(np.asarray(band.get_xdata())) == [found.interval.low, found.interval.high]
        assert mark.get_color() == colour


def test_too_few_right_answers_are_marked(pretend: Callable[[list[Any]], None]) -> None:
    lab = lab_of(pretend, came(right=1400))
    assert "93.3 % ✗" in {words for words, *_ in texts(lab)}
    assert lab._canvas.axes["answers"].lines[-1].get_color() == style.ORANGE


@pytest.mark.parametrize("scale", [0.7, 1.0])
@pytest.mark.parametrize(
    ("one", "many", "found"),
    [
        (0.02, 50.0, {"right": 0, "same": 0}),
        (1.0, 1.0, {"right": 1500, "float32_right": 1500, "same": 1500}),
        (1.01, 16.0, {"float32_bytes": 2_679_308, "bytes": 2_600_000}),
        (3.0, 0.25, {"images": 450, "float32_right": 440, "right": 420, "same": 421}),
    ],
)
@pytest.mark.parametrize("steps", [0, 5, 100])
def test_no_text_meets_another_whatever_is_measured(
    pretend: Callable[[list[Any]], None],
    steps: int,
    one: float,
    many: float,
    found: dict[str, int],
    scale: float,
) -> None:
    pretend(came(one, many, **found))
    lab = integers_lab(start={"how": "float16"}).advance(steps)
    lab._canvas.size(scale)
    lab._canvas.draw(lab.result)
    assert_apart(lab, scale)


def test_a_ratio_beyond_the_axis_is_held_at_its_end(pretend: Callable[[list[Any]], None]) -> None:
    lab = lab_of(pretend, came(1e-3, 1e3))
    *_, first, second = lab._canvas.axes["times"].lines
    assert [*np.asarray(first.get_xdata()), *np.asarray(second.get_xdata())] == [SHORTEST, LONGEST]


def test_what_changes_nothing_has_no_control() -> None:
    lab = integers_lab()
    hidden = {}
    for how in HOWS:
        lab.control("how").value = how
        hidden[how] = {name for name, each in lab._panel.controls.items() if each.layout.display == "none"}
    assert hidden == {
        "static": set(),
        "dynamic": {"calibration_size"},
        "float16": {"per_channel", "calibration_size"},
    }
    assert "random_state" not in lab._panel.controls
