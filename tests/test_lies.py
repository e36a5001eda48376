"""How benchmarks lie: each lie is as far from the truth as it says, and a fair comparison finds it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.lie_cases import CASES, NONE_YET, SHOWN, different, drift, lies, middle
from course.lies import AT_LEAST, HONEST, LIES, READINGS, STEP_S, VERDICTS, Told, dealt, faster, told
from tests.apart import assert_apart
from widgets.lies import BINS, LATENCIES, lies_lab

COLD, MEAN, COARSE, ONCE, SAME, DRIFT = LIES
SEEDS = range(100)


def all_told(lie: str) -> list[Told]:
    return [told(lie=lie, random_state=seed) for seed in SEEDS]


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_is_off_the_truth_by_what_it_says_in_each_of_a_hundred_seeds(lie: str) -> None:
    made = all_told(lie)
    assert min(each.off for each in made) >= AT_LEAST[lie]
    for each in made:
        wanted = max(each.ratio / each.truth, each.truth / each.ratio)
        assert each.off == pytest.approx(wanted)


@pytest.mark.parametrize("lie", [COLD, MEAN, ONCE, DRIFT])
def test_most_lies_name_the_wrong_system(lie: str) -> None:
    assert sum((each.ratio > 1) != (each.truth > 1) for each in all_told(lie)) >= 95


def test_an_honest_report_is_near_the_truth() -> None:
    assert max(each.off for each in all_told(HONEST)) < 1.1


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_fair_comparison_finds_the_truth_in_at_least_ninety_of_a_hundred(verdict: str) -> None:
    made = all_told(verdict)
    assert sum(each.truth in each.fair.interval for each in made) >= 90
    assert sum(each.fair.differs == (verdict != SAME) for each in made) >= 95


@pytest.mark.parametrize("verdict", [COLD, MEAN, ONCE, SAME, HONEST])
def test_the_same_readings_can_be_mended_but_for_a_coarse_clock_and_a_drift(verdict: str) -> None:
    found = [(each.truth, each.mended) for each in all_told(verdict)]
    assert sum(mended is not None and truth in mended.interval for truth, mended in found) >= 85
    assert told(lie=COARSE).mended is None
    assert told(lie=DRIFT).mended is None


def test_the_numbers_of_a_lie_are_those_of_its_kind() -> None:
    for cold, mean, coarse, once, same, drifting in zip(*map(all_told, LIES), strict=True):
        assert cold.a_s[0] > 10 * middle(cold.a_s)
        assert cold.published_s == pytest.approx((cold.a_s.mean(), cold.b_s.mean()))
        assert (mean.a_s > 4 * middle(mean.a_s)).sum() >= 3
        steps = np.concatenate([coarse.a_s, coarse.b_s]) / STEP_S
        np.testing.assert_allclose(steps, np.round(steps))
        assert different(coarse) <= 8 < different(same)
        assert once.used.sum() == 1
        assert once.ratio == pytest.approx(float(once.a_s[once.used][0] / once.b_s[once.used][0]))
        assert same.truth == 1.0
        assert not drifting.in_turn
    assert np.median([drift(each.a_s) for each in all_told(DRIFT)]) == pytest.approx(
        2.2 ** (1 / 3), abs=0.03
    )


@given(st.integers(0, 10_000))
def test_every_lie_is_dealt_and_two_cases_are_honest(seed: int) -> None:
    cases = dealt(random_state=seed)
    assert len(cases) == CASES
    assert cases.count(HONEST) == 2
    assert all(1 <= cases.count(lie) <= 2 for lie in LIES)


def test_readings_are_numbered_in_the_order_taken() -> None:
    for verdict in VERDICTS:
        for made in all_told(verdict)[:5]:
            a, b = made.numbers
            np.testing.assert_array_equal(np.sort(np.r_[a, b]), np.arange(1, 2 * READINGS + 1))
            assert (a < b).all()
            assert made.in_turn == (b[0] == 2)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from(VERDICTS))
def test_measured_readings_lend_their_noise(seed: int, verdict: str) -> None:
    measured = tuple(np.linspace(0.9e-3, 1.3e-3, 25))
    made = told(lie=verdict, latencies_s=measured, random_state=seed)
    if verdict in (SAME, ONCE, HONEST):
        assert made.b_s.max() / made.b_s.min() <= 1.3 / 0.9 + 1e-9
    assert min(made.a_s.min(), made.b_s.min()) > 0


def test_a_noiseless_system_tells_a_lie_too_and_ends() -> None:
    made = told(lie=SAME, latencies_s=(0.001,) * 20)
    assert made.ratio == 1
    assert lies(case=1, latencies_s=(0.001,) * 20).conditions == (
        "Simulated: noise drawn from 20 measured readings. Two of the twelve cases are honest."
    )


def test_the_start_does_not_tell_the_answer() -> None:
    for seed in range(5):
        for case in range(1, CASES + 1):
            for show in SHOWN:
                found = lies(case=case, show=show, random_state=seed)
                assert not any(lie in f"{found} {found.conditions}" for lie in LIES)
                assert found.evidence == ""


def test_the_sentences_of_a_case_fit_and_judge_every_verdict() -> None:
    for case in range(1, CASES + 1):
        for show in SHOWN:
            for verdict in (NONE_YET, *VERDICTS):
                found = lies(case=case, show=show, verdict=verdict)
                assert len(str(found)) <= 180
                mark = "" if verdict == NONE_YET else "✓" if verdict == found.told.lie else "✗"
                assert found.evidence[:1] == mark
                if mark == "✗":
                    assert not any(lie in found.evidence for lie in LIES if lie != verdict)


def case_of(lie: str) -> int:
    return dealt(random_state=0).index(lie) + 1


@pytest.mark.parametrize("lie", VERDICTS)
def test_the_right_verdict_names_the_number_that_gives_it_away(lie: str) -> None:
    found = lies(case=case_of(lie), verdict=lie)
    made = found.told
    number = {
        COLD: f"reading 1 of A took {made.a_s[0] / middle(made.a_s):.0f} times its p50",
        MEAN: f"{made.a_s.mean() / middle(made.a_s):.2f} times its p50",
        COARSE: f"80 readings have {different(made)} different values, such as 15.6 ms and 31.2 ms",
        ONCE: "of 40 readings of each, 1 was published",
        SAME: f"B is A again, and measured again the ratio is {made.fair.interval}",
        DRIFT: f"its last third took {drift(made.a_s):.2f} times as long as its first",
        HONEST: f"measured again {made.fair.interval}",
    }[lie]
    assert number in found.evidence
    if lie not in (SAME, HONEST):
        assert f"In truth {faster(made.truth)}." in found.evidence


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"case": 13}, "case must be a whole number from 1 to 12, got 13"),
        ({"show": "all"}, f"show must be one of {', '.join(SHOWN)}, got 'all'"),
        ({"verdict": "?"}, f"verdict must be one of {NONE_YET}, {', '.join(VERDICTS)}, got '?'"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
        ({"latencies_s": (1.0,) * 19}, "latencies_s must hold 20 readings or more, above 0, got 19"),
        ({"latencies_s": (0.0,) * 20}, "latencies_s must hold 20 readings or more, above 0, got 20"),
    ],
)
def test_what_is_no_case_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        lies(**bad)
    assert str(refusal.value) == message


def drawn(lab: Any, view: str = "evidence") -> Any:
    return lab._canvas.axes[view]


@pytest.mark.parametrize("lie", [ONCE, COLD, DRIFT])
def test_the_dots_are_the_readings_and_the_filled_ones_those_published(lie: str) -> None:
    lab = lies_lab(start={"case": case_of(lie), "show": SHOWN[1]})
    made, lines = lab.result.told, drawn(lab).lines
    for at, taken in enumerate((made.a_s, made.b_s)):
        hollow, filled, published = lines[3 * at : 3 * at + 3]
        np.testing.assert_allclose(filled.get_data(), (made.numbers[at][made.used], taken[made.used]))
        assert len(hollow.get_xdata()) == READINGS - made.used.sum()
        assert published.get_ydata()[0] == made.published_s[at]


def test_bars_and_the_fair_ratio_are_what_they_show() -> None:
    lab = lies_lab(start={"show": SHOWN[2]})
    made = lab.result.told
    heights = [bar.get_height() for bar in drawn(lab).patches]
    a, b = (np.histogram(np.clip(taken, *LATENCIES), BINS)[0] for taken in (made.a_s, made.b_s))
    np.testing.assert_array_equal(heights, [*a, *-b])
    assert a.sum() == READINGS
    lab.control("show").value = SHOWN[3]
    _, claimed, band, dot = drawn(lab).lines
    assert claimed.get_xdata()[0] == pytest.approx(made.ratio)
    assert dot.get_xdata()[0] == made.fair.ratio
    assert list(band.get_xdata()) == [made.fair.interval.low, made.fair.interval.high]
    lab.control("show").value = SHOWN[0]
    assert [bar.get_height() for bar in drawn(lab).patches] == list(made.published_s)


def test_another_case_takes_the_verdict_back() -> None:
    lab = lies_lab(start={"verdict": COLD})
    lab.control("case").value = 2
    assert lab.settings["verdict"] == NONE_YET
    lab.control("verdict").value = COLD
    seed = lab._panel.seed
    assert seed is not None
    seed.click()
    assert lab.settings["verdict"] == NONE_YET
    assert (lab.settings["random_state"], lab.result.verdict) == (1, NONE_YET)
    assert len(lies_lab(without=["case"])._panel.controls) == 2
    assert lies_lab(latencies_s=[0.01 + 0.001 * n for n in range(30)]).result.measured == 30


@pytest.mark.parametrize("show", SHOWN)
def test_no_text_leaves_the_picture_or_meets_another(show: str) -> None:
    lab = lies_lab(start={"show": show})
    for case in range(1, CASES + 1):
        lab.control("case").value = case
        lab.control("verdict").value = LIES[case % 6]
        assert_apart(lab)
