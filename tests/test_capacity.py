"""Capacity: the sweep, what it says, and the lab; the effects stand in `test_bending`."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from course.bending import NEIGHBOURS, NETWORK, POLYNOMIAL, TREE, errors, fitted, spoilt
from course.capacity import PLACES, Capacity, best, capacity, settings
from course.sweeps import Arrived
from tests.apart import assert_apart
from tests.labs import in_kernel, point, settle, show_everything
from widgets.capacity import capacity_lab
from widgets.marks import Tiles, Words

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(10)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"noise": 0.5}, "noise must be a number from 0 to 0.4, got 0.5"),
        ({"look_at": 11}, "look_at must be a whole number from 1 to 10, got 11"),
        ({"data": "cats"}, "data must be one of digits, MNIST, breast cancer, got 'cats'"),
    ],
)
def test_what_can_not_be_swept_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(capacity(**bad))
    assert str(refusal.value) == message


def test_no_points_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^points must be a whole number of at least 1, got 0$"):
        fitted(points=0)


def whole(**options: Any) -> Capacity:
    *_, last = capacity(**options)
    return last


def test_the_sweep_ends_with_every_training_and_with_the_best_that_was_asked_for() -> None:
    last = whole(model=POLYNOMIAL, noise=0.1)
    assert last.progress == 1
    assert last.best == best(model=POLYNOMIAL, noise=0.1)
    wanted = [errors(**each) for each in settings(last)]
    np.testing.assert_array_equal(last.errors.reshape(-1, 2), wanted)
    assert last.best == last.capacities[np.median(last.errors[..., 1], axis=0).argmin()]


def test_results_may_come_in_any_order() -> None:
    start = next(capacity(model=POLYNOMIAL))
    order = np.random.default_rng(0).permutation(len(settings(start)))
    now = start
    for place in order[:37]:
        each = settings(start)[place]
        now = now.told(Arrived(int(place), each, errors(**each)))
    assert now.counts.sum() == 37
    assert list(now.known) == sorted(now.known)
    assert now.stage == f"{now.counts.min()} of 20 seeds"


@pytest.mark.parametrize("model", [POLYNOMIAL, TREE, NEIGHBOURS, NETWORK])
def test_another_draw_shares_no_training_with_the_one_before(model: str) -> None:
    starts = [next(capacity(model=model, random_state=draw)) for draw in range(3)]
    seeds = [{each["random_state"] for each in settings(start)} for start in starts]
    assert [len(each) for each in seeds] == [len(start.errors) for start in starts]
    assert seeds[0].isdisjoint(seeds[1])
    assert seeds[1].isdisjoint(seeds[2])


def test_each_training_of_another_draw_stands_in_its_row() -> None:
    last = whole(model=POLYNOMIAL, random_state=2)
    wanted = errors(model=POLYNOMIAL, noise=0.3, capacity=4, random_state=43)
    assert tuple(last.errors[3, last.capacities.index(4)]) == wanted


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {},
            "400 examples; lines: median of 6 seeds; bands: the middle half. Test: always the same 450",
        ),
        ({"data": "MNIST"}, "always the same 1,500 images (their luck is in no band)"),
        ({"data": "breast cancer", "model": TREE}, "380 examples; lines: median of 10 seeds"),
        ({"data": "breast cancer"}, "Test: the other 189 people each time, all rightly labelled."),
        (
            {"model": POLYNOMIAL},
            "20 points; lines: median of 20 seeds; bands: the middle half. Test: 200 new",
        ),
    ],
)
def test_the_conditions_say_what_no_band_holds_and_what_the_lowest_is_picked_on(
    settings: dict[str, Any], said: str
) -> None:
    found = next(capacity(**settings)).conditions
    assert said in found
    assert found.endswith("Lowest: picked on it, which flatters a little.")
    assert len(found) <= 195


def test_the_test_images_are_the_same_each_time_and_the_test_people_are_not() -> None:
    for data, same in (("digits", True), ("MNIST", True), ("breast cancer", False)):
        one, other = (spoilt(data=data, random_state=seed).test for seed in (0, 1))
        assert np.array_equal(one[0], other[0]) == same


def test_the_sentence_says_what_the_numbers_are() -> None:
    start = next(capacity())
    asked = "Neural network, digits, 30 % of labels wrong, 16 hidden neurons"
    assert str(start) == f"{asked}: press Run to train it with 10 capacities (draw 0)."
    rows = capacity(look_at=8)
    next(rows)
    begun = asked.replace("16", "64")
    assert str(next(rows)) == f"{begun}: 1 of 60 trainings done, none of it yet (draw 0)."
    rows.close()
    last = whole(model=POLYNOMIAL, noise=0.3, look_at=10)
    assert str(last).startswith("Polynomial, points on a wave, spread 0.30, degree 15: error 0.")
    assert str(last).endswith(" in training, over 9 in the test; there lowest at 5.")


def done(**start: Any) -> Any:
    lab = capacity_lab(start={"model": POLYNOMIAL, **start})
    return lab.advance(201)


def test_lines_and_bands_are_the_medians_and_the_middle_half() -> None:
    lab = done()
    result, axes = lab.result, lab._canvas.axes["curve"]
    drawn = {line.get_color(): line for line in axes.lines if len(line.get_xdata()) == PLACES}
    assert len(drawn) == 2
    for number, (line, band) in enumerate(zip(drawn.values(), axes.collections, strict=True)):
        wanted: Any = np.median(result.errors[..., number], axis=0)
        np.testing.assert_allclose(np.asarray(line.get_ydata(), float), wanted)
        corners = band.get_paths()[0].vertices
        for place, ends in enumerate(np.percentile(result.errors[..., number], (25, 75), axis=0).T, 1):
            heights = corners[corners[:, 0] == place, 1]
            assert (heights.min(), heights.max()) == pytest.approx(tuple(ends))


def test_the_best_is_marked_only_once_all_trainings_are_there() -> None:
    def marked(lab: Any) -> list[str]:
        return [each.text for each in lab._canvas.axes["curve"].findobj(Words) if "lowest" in each.text]

    assert marked(capacity_lab(start={"model": POLYNOMIAL}).advance(50)) == []
    assert marked(done()) == ["✓ lowest"]


def test_the_capacity_is_dragged_and_nothing_is_trained_again() -> None:
    lab = done()
    before, axes = lab.result.errors, lab._canvas.axes["curve"]
    across, up = axes.transData.transform((3.2, 0.5)) / lab._canvas.figure.bbox.size
    point(lab, "down", across, 1 - up)
    assert lab.settings["look_at"] == 3
    assert lab.result.errors is before
    assert lab.result.looked_at == 2


def test_settings_that_change_in_mid_sweep_leave_no_training_of_the_old_ones() -> None:
    async def play() -> tuple[Any, Capacity]:
        lab: Any = capacity_lab(start={"model": TREE, "data": "breast cancer", "noise": 0.0})
        lab._runner.run()
        while lab.result.counts.sum() < 3:
            await settle(0.001)
        old = lab.result
        lab.control("noise").value = 0.4
        await settle(0.001)
        assert lab._runner.running, "it goes on with what is new"
        while not lab._runner.finished:
            show_everything(lab)
            await settle(0.01)
        return lab, old

    lab, old = in_kernel(play)
    assert (old.noise, lab.result.noise) == (0.0, 0.4)
    assert 0 < old.progress < 1
    wanted = [errors(**each) for each in settings(lab.result)]
    np.testing.assert_array_equal(lab.result.errors.reshape(-1, 2), wanted)
    drawn = [line for line in lab._canvas.axes["curve"].lines if len(line.get_xdata()) == PLACES]
    np.testing.assert_allclose(drawn[1].get_ydata(), lab.result.middle[:, 1])


def test_a_spread_of_heights_is_no_percentage() -> None:
    lab = capacity_lab()
    noise = lab.control("noise")
    assert noise.texts[noise.index] == "30 %"
    lab.control("model").value = POLYNOMIAL
    assert (noise.texts[noise.index], noise.texts[-1]) == ("0.3", "0.4")
    assert "spread 0.30" in str(lab.result)
    lab.control("model").value = TREE
    assert noise.texts[noise.index] == "30 %"
    assert capacity_lab(start={"model": POLYNOMIAL}).control("noise").texts[0] == "0"
    assert capacity_lab(fixed={"noise": 0.1}).control("noise") is None


@pytest.mark.parametrize("model", [POLYNOMIAL, TREE, NEIGHBOURS, NETWORK])
def test_before_the_run_no_line_goes_through_words_and_the_capacities_keep_apart(model: str) -> None:
    lab = capacity_lab(start={"model": model})
    axes = lab._canvas.axes["curve"]
    (words,) = [each.get_window_extent() for each in axes.findobj(Words) if each.text == "Press Run"]
    for place in range(1, PLACES + 1):
        lab.control("look_at").value = place
        for line in axes.lines:
            path = axes.transData.transform_path(line.get_path())
            assert not path.intersects_bbox(words, filled=False), place
    labels = [each.label1 for each in axes.xaxis.get_major_ticks()]
    named = [each.get_window_extent() for each in labels if each.get_text()]
    assert all(left.x1 + 6 < right.x0 for left, right in pairwise(named))
    assert len(named) >= PLACES - 1


@pytest.mark.parametrize(("draw", "seed"), [(0, 0), (1, 6), (2, 12)])
def test_orange_tiles_are_the_wrong_labels_of_the_first_seed(draw: int, seed: int) -> None:
    lab = capacity_lab(start={"noise": 0.2, "random_state": draw})
    axes = lab._canvas.axes["model_now"]
    (tiles,) = axes.findobj(Tiles)
    red, blue = (tiles.colours[..., part].astype(int).mean(axis=(1, 2)) for part in (0, 2))
    wrong = spoilt(noise=0.2, random_state=seed).wrong[:30]
    np.testing.assert_array_equal(red > blue + 15, wrong)
    assert [each.text.startswith("✗") for each in axes.findobj(Words)] == list(wrong)


@pytest.mark.parametrize("data", ["digits", "MNIST", "breast cancer"])
def test_no_text_meets_another_before_the_run(data: str) -> None:
    assert_apart(capacity_lab(start={"data": data}))


@pytest.mark.parametrize("look_at", [1, 10])
@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_no_text_meets_another_after_it(noise: float, look_at: int) -> None:
    assert_apart(done(noise=noise, look_at=look_at))
