"""The exercises of lesson 09: forty answers and more to each."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from course import comparing
from course.comparing import Comparison
from course.energy import Joules
from course.questions import compression as questions
from course.variants import Variant
from tests.unanswered import NO_FUNCTIONS, NO_NUMBERS

GOOD_BYTES = "1,332 for the weights, 232 for 58 biases, 8 for two scales."
OTHER = "Count the weights of both layers"
BYTES: list[tuple[object, bool, str]] = [
    (1572, True, GOOD_BYTES),
    (1572.0, True, GOOD_BYTES),
    ("1572", True, GOOD_BYTES),
    (" 1572 ", True, GOOD_BYTES),
    ("+1572", True, GOOD_BYTES),
    ("1572,0", True, GOOD_BYTES),
    ("1.572e3", True, GOOD_BYTES),
    ("3144/2", True, GOOD_BYTES),
    (np.int64(1572), True, GOOD_BYTES),
    (np.float32(1572), True, GOOD_BYTES),
    (np.array([1572]), True, GOOD_BYTES),
    ([1572], True, GOOD_BYTES),
    (Fraction(1572), True, GOOD_BYTES),
    ((64 * 48 + 48 * 10) * 3 / 8 + 60 * 4, True, GOOD_BYTES),
    (1575, True, GOOD_BYTES),
    (1332, False, "Those are the weights alone"),
    ("1332", False, "Those are the weights alone"),
    (3552 * 3 / 8, False, "Those are the weights alone"),
    (1564, False, "The two scales are missing"),
    (1340, False, "The biases are missing"),
    (1361.75, False, "The biases have 32 bits each, not 3."),
    (12576, False, "Those are bits: eight of them are a byte."),
    (14440, False, "That is the network as it was"),
    (3610 * 4, False, "That is the network as it was"),
    (3792, False, "That is a byte for each weight"),
    (10896, False, "The weights are counted in bits"),
    (1796, False, "That is a scale for each neuron"),
    (1.572, False, "That is in kB"),
    ("1,572", False, "1,572 can be read in two ways"),
    ("1.57", False, "That is in kB"),
    (-1572, False, "The size is right, the sign isn't."),
    (1600.5, False, "Close: rounded too early"),
    (1500, False, "Close: rounded too early"),
    (0, False, OTHER),
    (1, False, OTHER),
    (3552, False, OTHER),
    (50816, False, OTHER),
    (1e300, False, OTHER),
    ("1572 bytes", False, "A number is asked for"),
    ("1.5 kB", False, "A number is asked for"),
    *NO_NUMBERS,
]


def scales(weights: Any, bits: Any) -> Any:
    return np.abs(weights).max(axis=0) / (2 ** (bits - 1) - 1)


def snapped(weights: Any, scale: Any) -> Any:
    return scale * np.round(weights / scale)


def right(weights: Any, bits: Any) -> Any:
    return snapped(weights, scales(weights, bits))


def looped(weights: Any, bits: Any) -> Any:
    result = np.zeros(weights.shape)
    for column in range(weights.shape[1]):
        result[:, column] = snapped(
            weights[:, column], np.max(np.abs(weights[:, column])) / (2 ** (bits - 1) - 1)
        )
    return result


def listed(weights: Any, bits: Any) -> Any:
    return [list(row) for row in right(weights, bits)]


def in_place(weights: Any, bits: Any) -> Any:
    scale = scales(weights, bits)
    weights /= scale
    return scale * np.round(weights)


def forgets(weights: Any, bits: Any) -> None:
    right(weights, bits)


def by_rows(weights: Any, bits: Any) -> Any:
    return snapped(weights, np.abs(weights).max(axis=1, keepdims=True) / (2 ** (bits - 1) - 1))


GOOD = "A neuron with small weights gets small steps."
NOT_YET = "Not yet. For weights"
NUMBERS = "The function must return numbers"
SHAPE = "The result must have shape (4, 2)"
CHANNELS: list[tuple[Any, bool, str]] = [
    (right, True, GOOD),
    (looped, True, GOOD),
    (listed, True, GOOD),
    (lambda bits, weights: right(weights, bits), True, GOOD),
    (lambda **given: right(**given), True, GOOD),
    (lambda weights, bits: np.rint(weights / scales(weights, bits)) * scales(weights, bits), True, GOOD),
    (lambda weights, bits: np.stack([right(c[:, None], bits)[:, 0] for c in weights.T], 1), True, GOOD),
    (lambda weights, bits: snapped(weights, scales(weights, bits)[None, :]), True, GOOD),
    (lambda weights, bits:
     snapped(weights, np.maximum(weights.max(0), -weights.min(0)) / (2 ** (bits - 1) - 1)), True, GOOD),
    (lambda weights, bits: np.clip(right(weights, bits), -9, 9), True, GOOD),
    (lambda weights, bits: right(weights, bits).astype(np.float32), True, GOOD),
    (lambda weights, bits: snapped(weights, np.abs(weights).max() / (2 ** (bits - 1) - 1)), False,
     "That is one scale for the whole layer"),
    (by_rows, False, "That is a scale for each row"),
    (lambda weights, bits: np.round(weights / scales(weights, bits)), False, "Those are the codes"),
    (lambda weights, bits: np.rint(weights / scales(weights, bits)).astype(int), False,
     "Those are the codes"),
    (lambda weights, bits: np.tile(scales(weights, bits), (len(weights), 1)), False,
     "Those are the scales alone"),
    (lambda weights, bits: weights, False, "Nothing is rounded"),
    (lambda weights, bits: 1.0 * weights, False, "Nothing is rounded"),
    (lambda weights, bits: weights / scales(weights, bits) * scales(weights, bits), False,
     "Nothing is rounded"),
    (lambda weights, bits: np.floor(weights / scales(weights, bits)) * scales(weights, bits), False,
     "Rounded down"),
    (lambda weights, bits: weights // scales(weights, bits) * scales(weights, bits), False, "Rounded down"),
    (lambda weights, bits: (weights / scales(weights, bits)).astype(int) * scales(weights, bits), False,
     "Rounded towards 0"),
    (lambda weights, bits: snapped(weights, np.abs(weights).max(axis=0) / (2**bits - 1)), False,
     "One bit is for the sign"),
    (lambda weights, bits: snapped(weights, np.abs(weights).max(axis=0) / 2 ** (bits - 1)), False,
     "The largest code is 2 ** (bits - 1) - 1"),
    (lambda weights, bits: snapped(weights, weights.max(axis=0) / (2 ** (bits - 1) - 1)), False,
     "The largest weight may be a negative one"),
    (lambda weights, bits: snapped(weights, np.abs(weights).mean(axis=0) / (2 ** (bits - 1) - 1)), False,
     "That scale comes from the mean size"),
    (lambda weights, bits: np.round(weights, bits), False, NOT_YET),
    (lambda weights, bits: 0 * weights, False, NOT_YET),
    (lambda weights, bits: np.sign(weights) * np.abs(weights).max(axis=0), False, NOT_YET),
    (lambda weights, bits: -right(weights, bits), False, NOT_YET),
    (lambda weights, bits: snapped(weights, 0.1), False, NOT_YET),
    (lambda weights, bits: scales(weights, bits), False, SHAPE),
    (lambda weights, bits: right(weights, bits).T, False, SHAPE),
    (lambda weights, bits: right(weights, bits).ravel(), False, SHAPE),
    (lambda weights, bits: 0.0, False, SHAPE),
    (lambda weights, bits: [], False, SHAPE),
    (lambda weights, bits: weights > 0, False, NUMBERS),
    (lambda weights, bits: "snapped", False, NUMBERS),
    (lambda weights, bits: np.full(weights.shape, np.nan), False,
     "The result holds numbers that are not finite"),
    (lambda weights: weights, False, "The function must take (weights, bits)"),
    (lambda w, b: w, False, "The function must take (weights, bits)"),
    (forgets, False, "The function returns nothing"),
    *NO_FUNCTIONS,
]  # fmt: skip


def beats(costs: Any, accuracies: Any, one: int, other: int) -> bool:
    least = costs[one] <= costs[other] and accuracies[one] >= accuracies[other]
    return bool(least and (costs[one] < costs[other] or accuracies[one] > accuracies[other]))


def unbeaten(costs: Any, accuracies: Any) -> list[int]:
    every = range(len(costs))
    return [each for each in every if not any(beats(costs, accuracies, one, each) for one in every)]


def swept(costs: Any, accuracies: Any) -> list[int]:
    found: list[int] = []
    for place in np.lexsort((-accuracies, costs)):
        if not found or accuracies[place] > accuracies[found[-1]]:
            found.append(int(place))
    return found


def no_worse(costs: Any, accuracies: Any) -> list[int]:
    every = range(len(costs))
    return [
        each
        for each in every
        if not any(
            one != each and costs[one] <= costs[each] and accuracies[one] >= accuracies[each]
            for one in every
        )
    ]


def flags(costs: Any, accuracies: Any) -> Any:
    return np.isin(np.arange(len(costs)), unbeaten(costs, accuracies))


def beaten(costs: Any, accuracies: Any) -> list[int]:
    return [place for place in range(len(costs)) if place not in unbeaten(costs, accuracies)]


def strictly(costs: Any, accuracies: Any) -> list[int]:
    every = range(len(costs))
    return [
        each
        for each in every
        if not any(costs[one] < costs[each] and accuracies[one] > accuracies[each] for one in every)
    ]


FRONT = "Whatever isn’t on the front can go"
MISSED = "Not yet. For costs"
PLACES = "The function must return a list of places"
FRONTS: list[tuple[Any, bool, str]] = [
    (unbeaten, True, FRONT),
    (swept, False, "Of two that are alike neither beats the other: both stay."),
    (lambda costs, accuracies: no_worse(costs, accuracies), False,
     "Of two that are alike neither beats the other: one of the two has to be truly better"),
    (flags, True, FRONT),
    (lambda costs, accuracies: list(flags(costs, accuracies)), True, FRONT),
    (lambda costs, accuracies: unbeaten(costs, accuracies)[::-1], True, FRONT),
    (lambda costs, accuracies: tuple(unbeaten(costs, accuracies)), True, FRONT),
    (lambda costs, accuracies: set(unbeaten(costs, accuracies)), True, FRONT),
    (lambda costs, accuracies: np.array(unbeaten(costs, accuracies)), True, FRONT),
    (lambda costs, accuracies: np.flatnonzero(flags(costs, accuracies)), True, FRONT),
    (lambda accuracies, costs: unbeaten(costs, accuracies), True, FRONT),
    (lambda **given: unbeaten(**given), True, FRONT),
    (lambda costs, accuracies: [*unbeaten(costs, accuracies), unbeaten(costs, accuracies)[0]], True, FRONT),
    (beaten, False, "Those are the ones that something beats"),
    (lambda costs, accuracies: ~flags(costs, accuracies), False, "Those are the ones that something beats"),
    (lambda costs, accuracies: [int(np.argmax(accuracies))], False, "That is the most accurate alone"),
    (lambda costs, accuracies: [int(np.argmin(costs))], False, "That is the cheapest alone"),
    (strictly, False, "Equal in one and better in the other is better"),
    (lambda costs, accuracies: [], False, "Everything beats itself if equal counts"),
    (lambda costs, accuracies: set(), False, "Everything beats itself if equal counts"),
    (lambda costs, accuracies: np.zeros(len(costs), bool), False,
     "Everything beats itself if equal counts"),
    (lambda costs, accuracies: range(len(costs)), False, "All of them"),
    (lambda costs, accuracies: list(range(len(costs))), False, "All of them"),
    (lambda costs, accuracies: np.ones(len(costs), bool), False, "All of them"),
    (lambda costs, accuracies: unbeaten(costs, -accuracies), False, "A higher accuracy is better"),
    (lambda costs, accuracies: unbeaten(-costs, accuracies), False, "A lower cost is better"),
    (lambda costs, accuracies: [0], False, MISSED),
    (lambda costs, accuracies: [0, 1], False, MISSED),
    (lambda costs, accuracies: unbeaten(costs, accuracies)[1:], False, MISSED),
    (lambda costs, accuracies: [place + 1 for place in unbeaten(costs, accuracies)], False, MISSED),
    (lambda costs, accuracies: np.flatnonzero(accuracies > accuracies.mean()), False, MISSED),
    (lambda costs, accuracies: np.argsort(costs)[:2], False, MISSED),
    (lambda costs, accuracies: costs[unbeaten(costs, accuracies)], False, PLACES),
    (lambda costs, accuracies: [(costs[0], accuracies[0])], False, PLACES),
    (lambda costs, accuracies: [[0], [1]], False, PLACES),
    (lambda costs, accuracies: [[0], [1, 2]], False, PLACES),
    (lambda costs, accuracies: 0, False, PLACES),
    (lambda costs, accuracies: {0: 1}, False, PLACES),
    (lambda costs, accuracies: "0, 1", False, PLACES),
    (lambda costs, accuracies: ["0", "1"], False, PLACES),
    (lambda costs, accuracies: [True], False, PLACES),
    (lambda costs, accuracies: (place for place in [0]), False, PLACES),
    (lambda costs: [0], False, "The function must take (costs, accuracies)"),
    (lambda costs, accuracies: costs.front(), False, "Your function stops with AttributeError"),
    *NO_FUNCTIONS,
]  # fmt: skip


@pytest.mark.parametrize(("answer", "right", "words"), BYTES)
def test_a_count_of_bytes_is_judged(answer: object, right: bool, words: str) -> None:
    verdict = questions.stored.check(answer)
    assert verdict.right == right
    assert words in verdict.words


@pytest.mark.parametrize(("answer", "right", "words"), CHANNELS)
def test_a_scale_for_each_neuron_is_judged(answer: Any, right: bool, words: str) -> None:
    verdict = questions.per_channel.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


@pytest.mark.parametrize(("answer", "right", "words"), FRONTS)
def test_a_front_is_judged(answer: Any, right: bool, words: str) -> None:
    verdict = questions.pareto.check(answer)
    assert (verdict.right, verdict.words[: len(words)]) == (right, words)


def test_an_array_that_is_changed_is_told() -> None:
    verdict = questions.per_channel.check(in_place)
    assert verdict.right
    assert "It also changes an array" in verdict.words


def test_the_guesses_that_depend_on_no_machine_are_answered_by_what_the_labs_show() -> None:
    assert questions.breaking_bits() == "2 bits"
    assert questions.one_or_two() == "1 bit"
    assert 0.7 < questions.fitted_accuracy() < 0.85
    assert questions.pruned_accuracy() > 0.94
    assert 4 < questions.soft_gain() < 15
    assert 0.84 < questions.further_accuracy() < 0.9
    assert -1.5 < questions.gain_with_all() < 3


def compared(ratio: float, noise: float) -> Comparison:
    first = np.exp(noise * np.random.default_rng(0).standard_normal(50))
    return comparing.compared(first_s=first, second_s=ratio * np.ones(50))


@pytest.mark.parametrize(
    ("ratio", "noise", "said"),
    [
        (0.1, 0.01, 0), (0.5, 0.01, 1), (0.85, 0.01, 2), (1.0, 0.01, 2), (1.2, 0.01, 3),
        (1.16, 1.0, 2), (0.8, 1.0, 2),
    ],
)  # fmt: skip
def test_a_wait_is_called_another_only_where_it_clearly_is(ratio: float, noise: float, said: int) -> None:
    assert questions.waited(compared(ratio, noise)) == questions.waits[said]


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ((10, 5, 2, 3), 2),
        ((10, 5, 3, 2), 3),
        ((10, 5, 2, 2.001), 4),
        ((2, 5, 9, 9), 0),
        ((5, 2, 9, 9), 1),
        ((2, 2.001, 9, 9), 5),
    ],
)
def test_the_fastest_is_named_and_what_is_alike_is_called_so(times: tuple[float, ...], said: int) -> None:
    noise = 1 + 0.05 * np.random.default_rng(1).standard_normal((4, 20))
    made = [
        Variant("one", b"", np.ones(1, bool), 0, taken, Joules(1, 1, 1, True), tuple(taken * each))
        for taken, each in zip(times, noise, strict=True)
    ]
    assert questions.quickest(*made) == questions.fastest[said]


def test_those_that_do_are_measured_and_are_one_of_the_options() -> None:
    assert questions.tiny_speed() in questions.speeds
    assert questions.zero_speed() in questions.waits
    assert questions.fastest_way() in questions.fastest
