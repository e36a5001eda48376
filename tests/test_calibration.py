"""Calibration: against scikit-learn, SciPy and paper, and what a temperature mends."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from course import datasets, networks
from course.calibration import calibration_error, fitted_temperature, reliability, tempered
from course.confidence import best_temperature, confidence, scores
from course.training import descend

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(10)


def answers(count: int = 400, random_state: int = 0) -> tuple[Any, Any]:
    """Probabilities of three classes, and labels that follow them, though not quite."""
    random = np.random.default_rng(random_state)
    shares = random.dirichlet((0.6, 0.5, 0.4), count)
    labels = np.array([random.choice(3, p=row) for row in tempered(scores=np.log(shares), temperature=1.5)])
    return shares, labels


def test_the_error_is_that_of_a_case_done_on_paper() -> None:
    shares = [[0.9, 0.1], [0.95, 0.05], [0.6, 0.4], [0.3, 0.7]]
    found = reliability(probabilities=shares, labels=[0, 1, 0, 0], bins=5)
    np.testing.assert_array_equal(found.count, [0, 0, 1, 1, 2])  # 0.6 lies on an edge: the lower bin
    np.testing.assert_allclose(found.accuracy[2:], [1, 0, 0.5])
    np.testing.assert_allclose(found.confidence[2:], [0.6, 0.7, 0.925])
    assert found.error == pytest.approx((0.4 + 0.7 + 2 * 0.425) / 4)
    assert str(found) == "Confidence and accuracy differ by 48.8 points on average."


@pytest.mark.parametrize("seed", SEEDS)
def test_bins_agree_with_those_of_scikit_learn(seed: int) -> None:
    from sklearn.calibration import calibration_curve

    shares, labels = answers(random_state=seed)
    right, confidences = shares.argmax(axis=1) == labels, shares.max(axis=1)
    accuracy, mean = calibration_curve(right, confidences, n_bins=15)
    found = reliability(probabilities=shares, labels=labels)
    full = found.count > 0
    np.testing.assert_allclose(found.accuracy[full], accuracy)
    np.testing.assert_allclose(found.confidence[full], mean)
    by_hand = 0.0
    for low in np.arange(15) / 15:
        inside = (confidences > low) & (confidences <= low + 1 / 15)
        if inside.any():
            by_hand += abs(right[inside].mean() - confidences[inside].mean()) * inside.mean()
    assert calibration_error(probabilities=shares, labels=labels) == pytest.approx(by_hand)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_temperature_is_the_one_that_scipy_finds(seed: int) -> None:
    from scipy.optimize import minimize_scalar
    from sklearn.metrics import log_loss

    shares, labels = answers(random_state=seed)
    values = np.log(shares)

    def loss(place: float) -> float:
        return float(log_loss(labels, tempered(scores=values, temperature=float(np.exp(place)))))

    best = minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-8}).x
    theirs = float(np.exp(best))
    assert fitted_temperature(scores=values, labels=labels) == pytest.approx(theirs, rel=1e-4)


def test_scores_and_logarithms_of_probabilities_are_as_good() -> None:
    start = networks.initialise(layer_sizes=(64, 10, 10))
    network = start.moved(np.random.default_rng(0).normal(size=start.parameters.size, scale=0.2))
    inputs = datasets.digits().inputs[:50]
    shares = networks.forward(network, inputs)[-1]
    for heat in (0.5, 1.0, 3.0):
        np.testing.assert_allclose(
            tempered(scores=scores(network, inputs), temperature=heat),
            tempered(scores=np.log(shares), temperature=heat),
        )
    np.testing.assert_allclose(tempered(scores=scores(network, inputs)), shares)


def test_a_temperature_changes_no_answer_and_lowers_each_confidence_above_1() -> None:
    values = np.random.default_rng(0).normal(size=(200, 10), scale=3)
    warm, hot = (tempered(scores=values, temperature=heat) for heat in (1.0, 2.0))
    np.testing.assert_array_equal(warm.argmax(axis=1), hot.argmax(axis=1))
    assert (hot.max(axis=1) < warm.max(axis=1)).all()


def errors(*, longer: bool) -> tuple[Any, Any]:
    """Calibration error on MNIST's test digits as it is, and at the fitted temperature."""

    def error(seed: int, fits: bool) -> float:
        return confidence(longer=longer, fit_temperature=fits, random_state=seed).reliability.error

    before, after = (np.array([error(seed, fits) for seed in SEEDS]) for fits in (False, True))
    return before, after


def test_a_fitted_temperature_mends_what_trained_longer_in_nine_of_ten_starts_or_more() -> None:
    before, after = errors(longer=True)
    assert (after < before).sum() >= 9
    assert before.mean() > 0.025
    assert after.mean() < 0.85 * before.mean()
    assert all(1.6 < best_temperature(longer=True, random_state=seed) < 2.2 for seed in SEEDS)


def test_the_usual_network_is_calibrated_already_and_a_temperature_does_not_help() -> None:
    before, after = errors(longer=False)
    assert before.mean() < 0.023
    assert after.mean() > before.mean() - 0.002
    assert (after < before).sum() <= 5
    assert all(1.05 < best_temperature(random_state=seed) < 1.6 for seed in SEEDS)


@cache
def small_digits(seed: int) -> Any:
    """A small network on the 8 x 8 digits."""
    data = datasets.digits()
    inputs, targets = data.rows(datasets.split(data).train)
    start = networks.initialise(layer_sizes=(64, 32, 10), random_state=seed)
    run = descend(network=start, inputs=inputs, targets=targets, learning_rate=0.1, random_state=seed)
    *_, last = (network for network, _ in zip(run, range(31), strict=False))
    return last


def test_on_the_small_digits_the_network_is_too_modest_and_a_temperature_gains_little() -> None:
    data = datasets.digits()
    heats: list[float] = []
    before: list[float] = []
    after: list[float] = []
    for seed in SEEDS:
        test = np.random.default_rng(seed).permutation(datasets.split(data).test)
        (inputs, labels), (own, truths) = data.rows(test[:225]), data.rows(test[225:])
        network = small_digits(seed)
        heats.append(fitted_temperature(scores=scores(network, inputs), labels=labels))
        for found, heat in ((before, 1.0), (after, heats[-1])):
            shares = tempered(scores=scores(network, own), temperature=heat)
            found.append(calibration_error(probabilities=shares, labels=truths))
    assert max(heats) < 1.05
    assert 0 < np.mean(before) - np.mean(after) < 0.01


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"bins": 0}, "bins must be a whole number of at least 1, got 0"),
        ({"labels": [0, 2]}, "labels must hold whole numbers from 0 to 1, got 2.0"),
        ({"labels": [0]}, "labels must have shape 2, got 1"),
        ({"probabilities": [[0.5, 0.6], [1, 0]]},
         "probabilities must be 0 or more and add up to 1 in each row, got [[0.5, 0.6], [1.0, 0.0]]"),
    ],
)  # fmt: skip
def test_what_is_no_probability_or_label_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        reliability(**{"probabilities": [[0.5, 0.5], [1, 0]], "labels": [0, 1], **bad})
    assert str(refusal.value) == message
