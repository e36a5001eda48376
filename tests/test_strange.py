"""Strange images: what they are made of, and that the network of lesson 03 is often sure of them."""

from typing import Any

import numpy as np
import pytest

from course import datasets
from course.confidence import KINDS as ASKED
from course.confidence import confidence
from course.drawing import BOX
from course.strange import KINDS, LETTERS, held_out, originals, strange

pytestmark = pytest.mark.usefixtures("one_thread")
SEEDS = range(10)


def pictures(kind: str, count: int = 50, random_state: int = 3) -> Any:
    return strange(kind=kind, count=count, random_state=random_state).reshape(-1, 28, 28)


def written(count: int = 50, random_state: int = 3) -> Any:
    return datasets.mnist().inputs[originals(count=count, random_state=random_state)].reshape(-1, 28, 28)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_images_of_ink_from_0_to_1(kind: str) -> None:
    images = strange(kind=kind, count=30)
    assert images.shape == (30, 784)
    assert 0 <= images.min() <= images.max() <= 1
    assert not images.flags.writeable


def test_letters_fill_a_box_of_20_pixels_and_their_mass_is_in_the_middle() -> None:
    letters = pictures("letters", 200)
    for letter in letters:
        spans = [np.ptp(np.nonzero(letter.sum(axis=axis))[0]) + 1 for axis in (0, 1)]
        assert max(spans) in (BOX - 1, BOX)
        middles = [(np.arange(28) * letter.sum(axis=1 - axis)).sum() / letter.sum() for axis in (0, 1)]
        np.testing.assert_allclose(middles, 13.5, atol=0.51)
    assert len({letter.tobytes() for letter in letters}) > 190
    assert not set(LETTERS) & set("BDGIOQSZ0123456789")


def test_turned_shifted_and_inverted_digits_are_made_of_test_digits() -> None:
    digits = written()
    np.testing.assert_array_equal(np.rot90(pictures("upside down"), 2, axes=(1, 2)), digits)
    np.testing.assert_allclose(pictures("inverted") + digits, 1)
    moves = [(4, 0), (-4, 0), (0, 4), (0, -4)]
    ways = set()
    for shifted, digit in zip(pictures("shifted"), digits, strict=True):
        inner = slice(4, -4), slice(4, -4)
        fits = [m for m in moves if np.array_equal(np.roll(digit, m, (0, 1))[inner], shifted[inner])]
        assert len(fits) == 1
        ways.add(fits[0])
    assert ways == set(moves)


def test_what_moves_out_of_the_image_does_not_come_back_on_the_other_side() -> None:
    for image in pictures("shifted"):
        edges = [image[:4], image[-4:], image[:, :4], image[:, -4:]]
        assert any(edge.sum() == 0 for edge in edges)


def test_noise_is_even_and_blank_is_empty() -> None:
    noise = strange(count=200)
    assert noise.mean() == pytest.approx(0.5, abs=0.01)
    assert np.quantile(noise, 0.1) == pytest.approx(0.1, abs=0.01)
    assert not strange(kind="blank").any()


def test_nothing_was_learnt_from_and_no_image_serves_twice() -> None:
    from course import inference

    choices, test = held_out()
    learnt = inference.halves(datasets.mnist()).train
    assert len(choices) == len(test) == 750
    assert len({*choices, *test, *learnt}) == 5000
    assert set(originals(count=750)) == set(test)


@pytest.fixture(scope="module")
def sure() -> dict[tuple[str, bool], Any]:
    """Share of the images of each kind answered with 90 % confidence, for ten random starts."""
    return {
        (kind, longer): np.array(
            [confidence(kind=kind, longer=longer, random_state=seed).answered.mean() for seed in SEEDS]
        )
        for kind in ASKED
        for longer in (False, True)
    }


@pytest.mark.parametrize(
    ("kind", "usual", "longer"),
    [("letters", (0.28, 0.55), (0.55, 0.75)), ("upside down", (0.3, 0.5), (0.57, 0.72)),
     ("shifted", (0.25, 0.45), (0.5, 0.7)), ("inverted", (0.35, 0.9), (0.62, 0.98))],
)  # fmt: skip
def test_confident_nonsense_holds_over_ten_starts_and_grows_with_training(
    sure: dict[tuple[str, bool], Any], kind: str, usual: tuple[float, float], longer: tuple[float, float]
) -> None:
    for train_longer, (low, high) in ((False, usual), (True, longer)):
        shares = sure[kind, train_longer]
        assert low <= shares.min() <= shares.max() <= high
    assert (sure[kind, True] >= sure[kind, False] - 0.05).all()


def test_how_sure_it_is_of_noise_is_a_matter_of_the_random_start(sure: dict[tuple[str, bool], Any]) -> None:
    assert sure["noise", False].min() < 0.2
    assert sure["noise", False].max() > 0.7
    assert sure["noise", True].min() > 0.35
    assert 0.55 < sure["noise", True].mean() < 0.78


def test_a_blank_image_is_never_answered(sure: dict[tuple[str, bool], Any]) -> None:
    assert sure["blank", False].max() == sure["blank", True].max() == 0


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"kind": "cats"}, f"kind must be one of {', '.join(KINDS)}, got 'cats'"),
        ({"count": 0}, "count must be a whole number from 1 to 750, got 0"),
        ({"random_state": -1}, "random_state must be a whole number of at least 0, got -1"),
    ],
)  # fmt: skip
def test_what_can_not_be_made_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        strange(**bad)
    assert str(refusal.value) == message
