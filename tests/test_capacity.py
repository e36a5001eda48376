"""Capacity: where bigger errs more and where it doesn't, over ten seeds; and the lab."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from course.bending import NEIGHBOURS, NETWORK, POLYNOMIAL, TREE, errors, fitted, spoilt, wave
from course.capacity import PLACES, Capacity, best, capacity, settings
from course.sweeps import Arrived
from tests.apart import assert_apart
from tests.labs import point
from widgets.capacity import capacity_lab
from widgets.marks import Tiles, Words

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(10)


@cache
def test_errors(model: str, data: str, noise: float, how: int) -> Any:
    return np.array(
        [errors(model=model, data=data, noise=noise, capacity=how, random_state=seed)[1] for seed in SEEDS]
    )


test_errors.__test__ = False  # type: ignore[attr-defined]


def rise(model: str, data: str, noise: float, small: int, large: int) -> Any:
    """By how much the larger errs more in the test, seed by seed."""
    return test_errors(model, data, noise, large) - test_errors(model, data, noise, small)


def test_with_wrong_labels_a_bigger_network_errs_more_on_digits_and_with_right_ones_it_does_not() -> None:
    assert np.median(rise(NETWORK, "digits", 0.3, 16, 256)) > 0.0
    assert np.median(rise(NETWORK, "digits", 0.0, 16, 256)) < 0.0


def test_on_mnist_a_bigger_network_errs_less_even_with_wrong_labels() -> None:
    change = rise(NETWORK, "MNIST", 0.3, 16, 64)
    assert np.median(change) < 0
    assert change.max() < 0.05


def test_one_neighbour_believes_every_flipped_label_and_nine_do_not() -> None:
    apart = rise(NEIGHBOURS, "breast cancer", 0.1, 9, 1)
    assert (apart > 0.02).sum() >= 9
    assert 0.05 < np.median(apart) < 0.15
    assert abs(np.median(rise(NEIGHBOURS, "breast cancer", 0.0, 9, 1))) < 0.03


def test_a_deep_tree_errs_more_where_labels_are_wrong_and_not_where_they_are_right() -> None:
    assert (rise(TREE, "breast cancer", 0.3, 2, 20) > 0.1).sum() >= 9
    assert abs(np.median(rise(TREE, "breast cancer", 0.0, 2, 20))) < 0.04


def test_a_polynomial_of_degree_15_goes_wild_on_noisy_points_and_is_exact_on_clean_ones() -> None:
    noisy, clean = rise(POLYNOMIAL, "digits", 0.3, 5, 15), test_errors(POLYNOMIAL, "digits", 0.0, 15)
    assert (noisy > 1).sum() >= 9
    assert np.median(clean) < 0.01
    assert best(noise=0.3, model=POLYNOMIAL) == 5


@pytest.mark.parametrize("seed", SEEDS)
def test_more_terms_never_fit_the_points_worse(seed: int) -> None:
    own = [fitted(degree=degree, random_state=seed).errors[0] for degree in range(16)]
    assert all(np.diff(own) < 1e-9)


def test_the_fit_is_numpy_s_least_squares_and_the_error_a_root_mean_square() -> None:
    found = fitted(degree=4, random_state=2)
    wanted = np.polyfit(found.x, found.y, 4)
    assert list(found.curve.convert().coef) == pytest.approx(list(wanted[::-1]), abs=1e-8)
    gaps = np.polyval(wanted, found.x) - found.y
    assert found.errors[0] == pytest.approx(np.sqrt(np.mean(gaps**2)))
    assert wave(np.array([1 / 3])) == pytest.approx(1)


def test_neighbours_are_scikit_learn_s() -> None:
    seen = spoilt(data="breast cancer", noise=0.1, random_state=3)
    model = KNeighborsClassifier(9).fit(*seen.own)
    wanted = 1 - model.score(*seen.own), 1 - model.score(*seen.test)
    found = errors(model=NEIGHBOURS, data="breast cancer", noise=0.1, capacity=9, random_state=3)
    assert found == pytest.approx(wanted)


@pytest.mark.parametrize("data", ["digits", "MNIST", "breast cancer"])
def test_so_many_labels_are_wrong_as_asked_and_each_of_them_is(data: str) -> None:
    clean, dirty = (spoilt(data=data, noise=noise, random_state=1) for noise in (0.0, 0.3))
    np.testing.assert_array_equal(clean.own[1] != dirty.own[1], dirty.wrong)
    assert dirty.wrong.sum() == round(0.3 * len(dirty.wrong))
    np.testing.assert_array_equal(clean.test[1], dirty.test[1])


@pytest.mark.parametrize("count", [1, 2])
def test_as_many_coefficients_as_points_pass_through_all_and_more_are_refused(count: int) -> None:
    assert fitted(degree=count - 1, points=count).errors[0] == pytest.approx(0, abs=1e-9)
    message = f"degree must be below the number of points, {count}: more curves than one pass through all"
    with pytest.raises(ValueError, match="must") as refusal:
        fitted(degree=count, points=count)
    assert str(refusal.value) == f"{message}, got {count}"


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
    assert str(last).startswith("Polynomial, points on a wave, 30 % noise, degree 15: error 0.")
    assert str(last).endswith(" in training, over 9 in the test; there lowest at 5.")


def done(**start: Any) -> Any:
    lab = capacity_lab(start={"model": POLYNOMIAL, **start})
    return lab.advance(201)


def test_lines_and_bands_are_the_medians_and_the_middle_half() -> None:
    lab = done()
    result, axes = lab.result, lab._canvas.axes["curve"]
    drawn = {line.get_color(): line for line in axes.lines if len(line.get_xdata()) == PLACES}
    for number, line in enumerate(drawn.values()):
        wanted: Any = np.median(result.errors[..., number], axis=0)
        np.testing.assert_allclose(np.asarray(line.get_ydata(), float), wanted)
    low, high = np.percentile(result.errors[..., 0], (25, 75), axis=0)
    heights = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((min(low), max(high)))


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


def test_orange_tiles_are_the_wrong_labels() -> None:
    lab = capacity_lab(start={"noise": 0.2})
    axes = lab._canvas.axes["model_now"]
    (tiles,) = axes.findobj(Tiles)
    red, blue = (tiles.colours[..., part].astype(int).mean(axis=(1, 2)) for part in (0, 2))
    wrong = spoilt(noise=0.2).wrong[:30]
    np.testing.assert_array_equal(red > blue + 15, wrong)
    assert [each.text.startswith("✗") for each in axes.findobj(Words)] == list(wrong)


@pytest.mark.parametrize("data", ["digits", "MNIST", "breast cancer"])
def test_no_text_meets_another_before_the_run(data: str) -> None:
    assert_apart(capacity_lab(start={"data": data}))


@pytest.mark.parametrize("look_at", [1, 10])
@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_no_text_meets_another_after_it(noise: float, look_at: int) -> None:
    assert_apart(done(noise=noise, look_at=look_at))
