"""Membership: the area against scikit-learn, the effect over ten starts, and the lab."""

from typing import Any

import numpy as np
import pytest

from course import datasets, inference, networks
from course.membership import area_under_curve, membership, memorised, roc_curve
from tests.apart import assert_apart
from tests.labs import point
from widgets.marks import Words
from widgets.membership import membership_lab

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(10)


@pytest.mark.parametrize("seed", SEEDS)
def test_area_and_curve_are_those_of_scikit_learn_ties_and_all(seed: int) -> None:
    from sklearn.metrics import roc_auc_score
    from sklearn.metrics import roc_curve as theirs

    random = np.random.default_rng(seed)
    members, others = np.round(random.beta(4, 2, 80), 1), np.round(random.beta(2, 2, 130), 1)
    truth = np.repeat([1, 0], [80, 130])
    together = np.concatenate([members, others])
    assert area_under_curve(members=members, others=others) == pytest.approx(roc_auc_score(truth, together))
    false, true, _ = theirs(truth, together, drop_intermediate=False)
    np.testing.assert_allclose(roc_curve(members=members, others=others), [false, true])
    pairs = (members[:, None] > others).mean() + (members[:, None] == others).mean() / 2
    assert area_under_curve(members=members, others=others) == pytest.approx(pairs)


def test_the_area_is_that_of_cases_done_on_paper() -> None:
    assert area_under_curve(members=[2, 3], others=[0, 1]) == 1
    assert area_under_curve(members=[0, 1], others=[2, 3]) == 0
    assert area_under_curve(members=[1, 1], others=[1]) == 0.5
    assert area_under_curve(members=[1, 3], others=[2, 0]) == 0.75


def test_a_network_that_generalises_hardly_gives_its_training_images_away() -> None:
    assert all(0.5 < membership(random_state=seed).auc < 0.57 for seed in SEEDS)


def test_a_network_that_memorised_gives_them_away_in_each_of_ten_starts() -> None:
    assert all(0.75 < membership(model="memorises", random_state=seed).auc < 0.9 for seed in SEEDS)


def test_what_memorises_knows_all_its_labels_the_wrong_ones_too() -> None:
    data = datasets.mnist()
    for seed in range(3):
        network, inputs, labels = memorised(random_state=seed)
        true = data.targets[inference.examples(300, seed)]
        np.testing.assert_array_equal(inputs, data.inputs[inference.examples(300, seed)])
        assert 60 <= (labels != true).sum() <= 90
        assert networks.accuracy(network, inputs, labels) == 1
        test = data.rows(inference.halves(data).test)
        assert 0.55 < networks.accuracy(network, *test) < 0.75


def test_the_rates_at_the_threshold_lie_on_the_curve() -> None:
    for model in ("generalises", "memorises"):
        found = membership(model=model, threshold=0.8)
        assert any(np.allclose(found.rates, place) for place in zip(*found.roc, strict=True))
        assert found.rates == ((found.others >= 0.8).mean(), (found.members >= 0.8).mean())


def test_the_sentence_says_both_shares_and_the_area() -> None:
    found = membership(threshold=0.0)
    assert str(found) == (
        "At a threshold of 0 %, 100 % of the 3,500 training images are taken for such, and 100 % of the "
        "1,500 others; AUC 0.53, where 0.50 is chance."
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"model": "sleeps"}, "model must be one of generalises, memorises, got 'sleeps'"),
        ({"threshold": -0.1}, "threshold must be a number from 0 to 1, got -0.1"),
        ({"random_state": True}, "random_state must be a whole number of at least 0, got True"),
    ],
)
def test_what_can_not_be_asked_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        membership(**bad)
    assert str(refusal.value) == message


def test_bars_line_and_curve_are_the_result_also_after_a_change() -> None:
    lab = membership_lab()
    lab.control("model").value = "memorises"
    found = lab.result
    up, down = lab._canvas.axes["confidences"].containers
    for bars, sign, values in ((up, 1, found.members), (down, -1, found.others)):
        heights = [sign * bar.get_height() for bar in bars]
        np.testing.assert_allclose(heights, np.histogram(values, np.linspace(0, 1, 21))[0] / len(values))
    _, curve, here = lab._canvas.axes["roc"].lines
    np.testing.assert_array_equal(curve.get_data(), found.roc)
    np.testing.assert_array_equal(np.ravel(np.array(here.get_data())), found.rates)
    words = [each.text for each in lab._canvas.axes["confidences"].findobj(Words)]
    assert words == ["300 trained on", "1,500 others"]
    assert lab._canvas.axes["roc"].texts[0].get_text() == f"AUC {found.auc:.2f}"


def test_the_threshold_is_dragged() -> None:
    lab = membership_lab()
    axes = lab._canvas.axes["confidences"]
    across, up = axes.transData.transform((0.3, 0.0)) / lab._canvas.figure.bbox.size
    point(lab, "down", across, 1 - up)
    assert lab.settings["threshold"] == pytest.approx(0.3, abs=0.011)


@pytest.mark.parametrize("model", ["generalises", "memorises"])
@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
def test_no_text_leaves_the_picture_or_meets_another(model: str, threshold: float) -> None:
    assert_apart(membership_lab(start={"model": model, "threshold": threshold}))
