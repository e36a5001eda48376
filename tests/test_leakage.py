"""Leakage: what is told is too good by the step that is named, and by no other."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.leakage import DRAWS, NONE_YET, NOTHING, STORIES, VERDICTS, leakage, scores
from course.leaks import CASES, STEPS, chosen, evaluate, folds, table
from tests.apart import assert_apart
from widgets.leakage import leakage_lab
from widgets.marks import Words

pytestmark = pytest.mark.usefixtures("one_thread")
EVERYTHING = "everything"


def by_case(leak: str) -> int:
    return next(n for n, story in enumerate(STORIES, 1) if story.leak == leak)


def means(mended: str, case: int) -> np.ndarray[Any, Any]:
    return np.array([scores(case=case, mended=mended, first=first) for first in (0, 10)]).ravel()


BOTH = ("scaling", "selecting")


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize(
    ("case", "mended"),
    [
        *product(range(1, CASES + 1), [(), ("rows",), ("columns",), ("split",), STEPS]),
        *((case, BOTH) for case in range(1, CASES + 1) if table(case=case).select),
    ],
)
def test_an_evaluation_is_what_scikit_learns_cross_validation_finds(
    case: int, seed: int, mended: Sequence[str]
) -> None:
    from sklearn.feature_selection import SelectKBest, f_classif
    from sklearn.model_selection import cross_val_score
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made = table(case=case, random_state=seed)
    x, y = made.inputs, made.targets
    if "columns" in mended:
        x = x[:, [n for n in range(x.shape[1]) if n not in made.afterwards]]
    kind = KNeighborsRegressor if made.in_time else KNeighborsClassifier
    model = kind(made.neighbours, algorithm="brute")
    before = [StandardScaler(), *([SelectKBest(f_classif, k=made.select)] if made.select else [])]
    if "scaling" in mended:
        pipeline = make_pipeline(*before, model)
    else:
        pipeline, x = model, make_pipeline(*before).fit_transform(x, y)
    found = cross_val_score(pipeline, x, y, cv=folds(made, mended, seed))
    name = EVERYTHING if mended in (STEPS, BOTH) else "".join(mended)
    wanted = evaluate(case=case, mended=name, random_state=seed)
    assert found.mean() == pytest.approx(wanted, abs=2e-3 if made.in_time else 1e-9)  # weeks tie


def test_columns_are_chosen_as_scikit_learn_chooses_them_constant_ones_last() -> None:
    from sklearn.feature_selection import f_classif

    made = table(case=1)
    statistic, _ = f_classif(made.inputs, made.targets)
    assert set(chosen(made.inputs, made.targets, 20)) == set(np.argsort(statistic)[-20:])
    constant = np.column_stack([np.ones(80), made.inputs[:, :2]])
    assert chosen(constant, made.targets, 3)[-1] == 0


@given(st.integers(1, CASES), st.sampled_from([(), ("rows",), ("split",), STEPS]), st.integers(0, 5))
def test_no_row_is_on_both_sides_and_mended_no_copy_is_either(
    case: int, mended: Sequence[str], seed: int
) -> None:
    made = table(case=case, random_state=0)
    halves = folds(made, mended, seed)
    tested = np.concatenate([test for _, test in halves])
    assert len(np.unique(tested)) == len(tested)
    for train, test in halves:
        assert not set(train) & set(test)
        if "rows" in mended:
            assert not set(made.things[train]) & set(made.things[test])
        if made.in_time and "split" in mended:
            assert train.max() < test.min()
    if not (made.in_time and "split" in mended):
        assert len(tested) == len(made.targets)


def test_in_time_the_index_is_forecast_no_better_than_by_the_last_price_in_twenty_draws() -> None:
    made = table(case=by_case("split"))
    for seed in range(20):
        ((train, test),) = folds(made, ("split",), seed)
        real, last = made.targets[test], made.targets[train[-1]]
        repeated = 1 - ((real - last) ** 2).sum() / ((real - real.mean()) ** 2).sum()
        found = evaluate(case=by_case("split"), mended="split", random_state=seed)
        assert found < repeated + 0.25, (seed, found, repeated)


# Seen in 20 draws, told → mended: genes .85 (.74 to .95) → .50 (.34 to .70), digits .99 or more → .78 (.60
# to .87), index .998 → −2.0 (−4.3 to −.3), tumours with days of treatment .965 → .759.
@pytest.mark.parametrize(
    ("leak", "told", "honest"),
    [
        ("selecting", (0.68, 1.0), (0.28, 0.76)),
        ("rows", (0.98, 1.0), (0.55, 0.9)),
        ("split", (0.99, 1.0), (-8.0, 0.0)),
        ("columns", (0.94, 0.98), (0.73, 0.79)),
    ],
)
def test_the_leak_raises_the_number_in_each_of_twenty_draws(
    leak: str, told: tuple[float, float], honest: tuple[float, float]
) -> None:
    case = by_case(leak)
    as_told, mended, everything = (means(each, case) for each in ("", leak, EVERYTHING))
    assert told[0] <= as_told.min() <= as_told.max() <= told[1]
    for found in (mended, everything):
        assert honest[0] <= found.min() <= found.max() <= honest[1]
    assert abs(mended.mean() - everything.mean()) < 0.02
    assert (as_told - mended).min() > 0.1


def test_mending_any_other_step_changes_little_in_any_case() -> None:
    for case, story in enumerate(STORIES, 1):
        as_told = means("", case)
        for step in set(STEPS) - {story.leak}:
            mended = means(step, case)
            if step in story.mended:
                assert abs(mended.mean() - as_told.mean()) < 0.01
            else:
                np.testing.assert_array_equal(mended, as_told)  # nothing to mend there


def test_where_nothing_leaks_all_steps_mended_change_less_than_a_hundredth() -> None:
    case = by_case(NOTHING)
    gaps = means("", case) - means(EVERYTHING, case)
    assert abs(gaps).max() < 0.01  # seen: at most .0053
    assert abs(gaps.mean()) < 0.002


def test_noise_honestly_evaluated_is_a_guess() -> None:
    assert abs(means(EVERYTHING, by_case("selecting")).mean() - 0.5) < 0.05


def test_what_guessing_gets_is_the_share_of_the_commonest_class() -> None:
    for case, story in enumerate(STORIES, 1):
        made = table(case=case)
        if made.in_time:
            assert story.chance == 0
        elif case != by_case("rows"):
            assert story.chance == pytest.approx(
                np.bincount(made.targets.astype(int)).max() / len(made.targets), abs=0.005
            )


def test_every_step_but_the_answer_is_the_leak_of_one_case() -> None:
    assert sorted(story.leak for story in STORIES) == sorted({*VERDICTS} - {"scaling"})
    assert all("scaling" in story.mended for story in STORIES)
    assert all(story.leak in story.mended for story in STORIES if story.leak != NOTHING)


def test_before_a_verdict_nothing_tells_the_answer() -> None:
    for case in range(1, CASES + 1):
        found = leakage(case=case)
        assert not found.judged
        assert found.changed == ()
        assert len(found.mended) == len(found.honest) == 0
        np.testing.assert_array_equal(found.told, scores(case=case))
        assert found.conditions == leakage(case=1).conditions
        assert str(found).endswith("Which step makes it too good, or does none?")
        assert [text for _, text in found.steps] == list(found.story.told)


def test_every_verdict_is_judged_and_its_sentence_fits() -> None:
    for case, story in enumerate(STORIES, 1):
        for verdict in VERDICTS:
            found = leakage(case=case, verdict=verdict)
            assert found.right == (verdict == story.leak)
            assert ("✓" in str(found), "✗" in str(found)) == (found.right, not found.right)
            assert (story.made in found.conditions) == found.right
            assert len(str(found)) <= 190
            assert f"{found.told.mean():.3f}" == f"{means('', case)[:DRAWS].mean():.3f}"
            if not found.right:
                assert story.why[1:] not in str(found)


def test_the_sentence_says_before_and_after() -> None:
    found = leakage(case=1, verdict="selecting")
    before, after = (f"{100 * run.mean():.0f} %" for run in (found.told, found.mended))
    assert str(found) == (
        f"Case 1, draws 0 to 9, selecting mended: mean accuracy goes from {before} to {after}. "
        "✓ The genes were chosen by the test patients’ illness too."
    )
    assert "stays" in str(leakage(case=1, verdict="split"))
    assert "as there is nothing to mend" in str(leakage(case=1, verdict="split"))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"case": 6}, "case must be a whole number from 1 to 5, got 6"),
        ({"case": "1"}, "case must be a whole number from 1 to 5, got '1'"),
        ({"verdict": "?"}, f"verdict must be one of {NONE_YET}, {', '.join(VERDICTS)}, got '?'"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)
def test_what_is_no_case_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        leakage(**bad)
    assert str(refusal.value) == message


def drawn(lab: Any, view: str) -> Any:
    return lab._canvas.axes[view]


@pytest.mark.parametrize("case", range(1, CASES + 1))
def test_the_dots_are_the_scores_and_the_lines_their_means(case: int) -> None:
    lab = leakage_lab(start={"case": case, "verdict": STORIES[case - 1].leak})
    found, (_, *rows) = lab.result, drawn(lab, "scores").lines
    runs = [found.told, found.mended[: 0 if found.verdict == NOTHING else None], found.honest]
    for mean, dots, run in zip(rows[::2], rows[1::2], runs, strict=True):
        np.testing.assert_array_equal(dots.get_xdata(), run)
        assert list(mean.get_xdata()) == ([run.mean()] * 2 if len(run) else [])
        low, high = drawn(lab, "scores").get_xlim()
        assert all(low < each <= high for each in run)


def test_before_a_verdict_the_claim_alone_is_drawn() -> None:
    lab = leakage_lab()
    (_, mean, dots, *rows) = drawn(lab, "scores").lines
    assert list(mean.get_xdata()) == [lab.result.claimed] * 2
    np.testing.assert_array_equal(dots.get_xdata(), lab.result.told)
    assert all(len(line.get_xdata()) == 0 for line in rows)
    said = {words.text for words in drawn(lab, "scores").findobj(Words)}
    assert said == {"as told", "85 %", "after your verdict", ""}


def test_the_boxes_say_what_is_done_and_that_of_the_verdict_what_is_done_instead() -> None:
    lab = leakage_lab()
    texts = [text.get_text() for text in drawn(lab, "steps").texts if text.get_text()]
    wanted = [line for each in STORIES[0].told for line in each.split("\n")]
    assert [text for text in texts if text in wanted] == wanted
    lab.control("verdict").value = "selecting"
    texts = [text.get_text() for text in drawn(lab, "steps").texts]
    assert "4 selecting, mended" in texts
    assert "to illness, by training rows" in texts
    lab.control("verdict").value = "split"
    assert "5 split, no fault" in [text.get_text() for text in drawn(lab, "steps").texts]


@pytest.mark.parametrize("case", range(1, CASES + 1))
def test_a_wrong_verdict_of_nothing_shows_no_step_mended(case: int) -> None:
    found = leakage(case=case, verdict=NOTHING)
    told = zip((*STEPS, "test"), STORIES[case - 1].told, strict=True)
    assert found.right == bool(found.changed) == (STORIES[case - 1].leak == NOTHING)
    assert found.right or found.steps == tuple(told)


def test_another_case_takes_the_verdict_back_and_other_draws_do_not() -> None:
    lab = leakage_lab(start={"verdict": "rows"})
    assert lab._panel.seed is not None
    lab._panel.seed.click()
    assert (lab.settings["random_state"], lab.result.verdict) == (1, "rows")
    lab.control("case").value = 3
    assert lab.result.verdict == NONE_YET
    assert len(leakage_lab(without=["case"])._panel.controls) == 1


@pytest.mark.parametrize("case", range(1, CASES + 1))
def test_no_text_leaves_the_picture_or_meets_another(case: int) -> None:
    lab = leakage_lab(start={"case": case})
    for verdict in (NONE_YET, *VERDICTS):
        lab.control("verdict").value = verdict
        assert_apart(lab)
