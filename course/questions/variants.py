"""What lesson 09 asks to be counted and written: bytes, a quantiser, and what nothing beats."""

from typing import Any

import numpy as np

from course import answers, marking
from course.marking import Task, Verdict

_WEIGHTS, _BIASES = 64 * 48 + 48 * 10, 48 + 10
_BITS, _WORD = 3, 4  # of a weight; bytes of a number of 32 bits
_STORED = _WEIGHTS * _BITS / 8 + (_BIASES + 2) * _WORD
_KB = "That is in kB: asked for are bytes, a thousand of them in each."

stored = Task(
    "A 64-48-10 network keeps each weight in 3 bits, packed without gaps, one scale for each of its two "
    "layers, and its biases. Scales and biases have 32 bits each. How many bytes are that?",
    lambda answer: marking.check_number(
        answer,
        _STORED,
        because="1,332 for the weights, 232 for 58 biases, 8 for two scales. At 32 bits it was 14,440: "
        "the biases were a sixtieth of that, and are a seventh of this.",
        mistakes={
            _WEIGHTS * _BITS / 8: "Those are the weights alone: biases and scales take bytes, too.",
            _STORED - 2 * _WORD: "The two scales are missing: without them nobody knows what a code means.",
            _STORED
            - _BIASES * _WORD: "The biases are missing: one for each hidden neuron and each output.",
            (_WEIGHTS + _BIASES) * _BITS / 8 + 2 * _WORD: "The biases have 32 bits each, not 3.",
            8 * _STORED: "Those are bits: eight of them are a byte.",
            (_WEIGHTS + _BIASES) * _WORD: "That is the network as it was, with 32 bits for each number.",
            _WEIGHTS
            + (_BIASES + 2) * _WORD: "That is a byte for each weight: 3 bits are three eighths of one.",
            _WEIGHTS * _BITS
            + (_BIASES + 2) * _WORD: "The weights are counted in bits, and all else in bytes.",
            _WEIGHTS * _BITS / 8 + 2 * _BIASES * _WORD: "That is a scale for each neuron: asked for is one "
            "for each layer.",
            _STORED / 1000: _KB,
        },
        otherwise="Count the weights of both layers, 64 × 48 and 48 × 10, the biases, and the scales.",
    ),
    (
        "64 × 48 and 48 × 10 weights, 3 bits each; eight bits are a byte.",
        "48 and 10 biases and 2 scales, four bytes each.",
        "(3,072 + 480) × 3 / 8 + (58 + 2) × 4",
    ),
)


def _by_column(weights: Any, bits: Any) -> Any:
    return _snapped(weights, np.abs(weights).max(axis=0), 2 ** (bits - 1) - 1)


def _snapped(weights: Any, largest: Any, steps: Any) -> Any:
    scale = largest / steps
    return scale * np.round(weights / scale)


_rng = np.random.default_rng(9)
_layers: list[dict[str, Any]] = [
    {"weights": np.array([[0.9, -0.1], [-0.4, 0.25], [0.1, 0.4], [0.3, -0.9]]), "bits": 3},
    *(
        {"weights": _rng.standard_normal((6, 4)) * np.array([0.1, 1.0, 3.0, 0.4]), "bits": bits}
        for bits in (2, 4, 8)
    ),
    {"weights": _rng.standard_normal((5, 5)), "bits": 3},
]
_slips: dict[str, Any] = {
    "That is one scale for the whole layer: take the largest weight of each column, with axis=0.": (
        lambda weights, bits: _snapped(weights, np.abs(weights).max(), 2 ** (bits - 1) - 1)
    ),
    "That is a scale for each row, an input. A neuron’s weights stand in a column: axis=0.": (
        lambda weights, bits: _snapped(
            weights, np.abs(weights).max(axis=1, keepdims=True), 2 ** (bits - 1) - 1
        )
    ),
    "Those are the codes, whole numbers. Multiply them by their scale again.": (
        lambda weights, bits: np.round(weights / np.abs(weights).max(axis=0) * (2 ** (bits - 1) - 1))
    ),
    "Those are the scales alone: one for each column, repeated.": (
        lambda weights, bits: np.abs(weights).max(axis=0) / (2 ** (bits - 1) - 1) + 0 * weights
    ),
    "Nothing is rounded: the weights come back as they were.": lambda weights, bits: weights,
    "Rounded down. Take the nearest, with np.round.": (
        lambda weights, bits: np.floor(weights / (s := _scales(weights, bits))) * s
    ),
    "Rounded down, with //. Take the nearest, with np.round.": (
        lambda weights, bits: weights // (s := _scales(weights, bits)) * s
    ),
    "Rounded towards 0. Take the nearest, with np.round.": (
        lambda weights, bits: np.trunc(weights / (s := _scales(weights, bits))) * s
    ),
    "One bit is for the sign: the largest code is 2 ** (bits - 1) - 1.": (
        lambda weights, bits: _snapped(weights, np.abs(weights).max(axis=0), 2**bits - 1)
    ),
    "The largest code is 2 ** (bits - 1) - 1: as many values on both sides of 0.": (
        lambda weights, bits: _snapped(weights, np.abs(weights).max(axis=0), 2 ** (bits - 1))
    ),
    "The largest weight may be a negative one: take np.abs first.": (
        lambda weights, bits: _snapped(weights, weights.max(axis=0), 2 ** (bits - 1) - 1)
    ),
    "That scale comes from the mean size of the weights. Take the largest, with max.": (
        lambda weights, bits: _snapped(weights, np.abs(weights).mean(axis=0), 2 ** (bits - 1) - 1)
    ),
}


def _scales(weights: Any, bits: Any) -> Any:
    return np.abs(weights).max(axis=0) / (2 ** (bits - 1) - 1)


per_channel = Task(
    "Write the function that quantises weights of shape (inputs, neurons) with a scale for each neuron, "
    "and "
    "returns the values that they are moved to. No column is all zeros.",
    lambda answer: marking.check_function(
        answer,
        _by_column,
        cases=_layers,
        because="A neuron with small weights gets small steps. That is all that per channel means.",
        mistakes=_slips,
    ),
    (
        "Start from quantise above: only the largest weight is another one for each column.",
        "np.abs(weights).max(axis=0) has one number for each column.",
        "scale = np.abs(weights).max(axis=0) / (2 ** (bits - 1) - 1), then as above.",
    ),
    code=True,
)

_shelves: list[dict[str, Any]] = [
    {"costs": np.array([52.0, 204.0, 52.5, 2682.0]), "accuracies": np.array([0.91, 0.93, 0.89, 0.93])},
    {"costs": np.array([4.0, 3.0, 2.0, 1.0]), "accuracies": np.array([0.9, 0.8, 0.85, 0.6])},
    {"costs": np.array([1.0, 1.0, 2.0]), "accuracies": np.array([0.5, 0.7, 0.6])},
    {"costs": np.array([2.0, 1.0, 2.0, 3.0]), "accuracies": np.array([0.8, 0.5, 0.8, 0.7])},
    *(
        {"costs": np.round(_rng.uniform(1, 9, 9), 2), "accuracies": np.round(_rng.uniform(0.5, 1, 9), 3)}
        for _ in range(3)
    ),
]


def _places(result: Any, count: int) -> list[int]:
    """Read places out of what somebody returned: places in any order, or a True or False for each."""
    values = np.asarray(sorted(result) if isinstance(result, set) else result)
    if values.dtype.kind == "b" and values.shape == (count,):
        return [int(place) for place in np.flatnonzero(values)]
    if values.ndim != 1 or (len(values) and values.dtype.kind not in "iu"):
        raise ValueError(f"The function must return a list of places, and returned {answers.said(result)}.")
    return sorted({int(place) for place in values})


def _beating(case: Any, as_good: bool = False) -> Any:
    """For each variant (columns) which others (rows) beat it."""
    cost, right = case["costs"], case["accuracies"]
    cheaper, better = cost[:, None] <= cost, right[:, None] >= right
    strictly = (cost[:, None] < cost) | (right[:, None] > right)
    return (cost[:, None] < cost) & (right[:, None] > right) if as_good else cheaper & better & strictly


def _unbeaten(case: Any) -> list[int]:
    return [int(place) for place in np.flatnonzero(~_beating(case).any(axis=0))]


def _first_of_alike(case: Any) -> list[int]:
    places = {(case["costs"][n], case["accuracies"][n]): n for n in reversed(_unbeaten(case))}
    return sorted(places.values())


_ALIKE = "Of two that are alike neither beats the other: "
_missteps: dict[str, Any] = {
    f"{_ALIKE}both stay.": _first_of_alike,
    f"{_ALIKE}one of the two has to be truly better in something.": (
        lambda case: [n for n in _unbeaten(case) if not _twin(case, n)]
    ),
    "Those are the ones that something beats: return the others.": (
        lambda case: np.flatnonzero(_beating(case).any(axis=0))
    ),
    "That is the most accurate alone. A cheaper one that is less accurate isn’t beaten by it.": (
        lambda case: [int(case["accuracies"].argmax())]
    ),
    "That is the cheapest alone. A dearer one that is more accurate isn’t beaten by it.": (
        lambda case: [int(case["costs"].argmin())]
    ),
    "Equal in one and better in the other is better: use <= and >=, and < or > for one of the two.": (
        lambda case: np.flatnonzero(~_beating(case, as_good=True).any(axis=0))
    ),
    "Everything beats itself if equal counts: one of the two has to be truly better.": lambda case: [],
    "All of them: something is cheaper and more accurate than some of these.": (
        lambda case: range(len(case["costs"]))
    ),
    "A higher accuracy is better, and a higher cost is not: one of the comparisons is turned round.": (
        lambda case: _unbeaten({**case, "accuracies": -case["accuracies"]})
    ),
    "A lower cost is better: the comparison of the costs is turned round.": (
        lambda case: _unbeaten({**case, "costs": -case["costs"]})
    ),
}


def _twin(case: Any, place: int) -> bool:
    """Whether another variant is just like this one."""
    like = (case["costs"] == case["costs"][place]) & (case["accuracies"] == case["accuracies"][place])
    return int(like.sum()) > 1


def _fronts(answer: object) -> Verdict:
    results = marking.returned(
        answer, [{name: each.copy() for name, each in case.items()} for case in _shelves]
    )
    if isinstance(results, Verdict):
        return results
    if any(result is None for result in results):
        return marking.wrong("The function returns nothing: its last line must be return and the list.")
    try:
        found = [
            _places(result, len(case["costs"])) for result, case in zip(results, _shelves, strict=True)
        ]
    except (ValueError, TypeError) as refusal:
        return marking.wrong(
            str(refusal)
            if str(refusal).startswith("The function")
            else "The function must return a list of places."
        )
    rights = [_unbeaten(case) for case in _shelves]
    if found == rights:
        return marking.right(
            "Whatever isn’t on the front can go: something else is at least as good in both."
        )
    for words, mistaken in _missteps.items():
        if found == [_places(np.array([*mistaken(case)], int), len(case["costs"])) for case in _shelves]:
            return marking.wrong(words)
    failed = next(
        number for number, pair in enumerate(zip(found, rights, strict=True)) if pair[0] != pair[1]
    )
    shown = ", ".join(f"{name} = {answers.said(each)}" for name, each in _shelves[failed].items())
    return marking.wrong(f"Not yet. For {shown} it gives {found[failed]}, where {rights[failed]} is right.")


pareto = Task(
    "Write the function that returns the places, counted from 0 and in any order, of all variants that "
    "nothing beats: no other costs as little or less and is right as often or more, and is truly better in "
    "one of the two.",
    _fronts,
    (
        "Go through all places, and ask for each whether any other beats it.",
        "j beats i if costs[j] <= costs[i] and accuracies[j] >= accuracies[i], and one of the two is not "
        "equal.",
        "[i for i in range(len(costs)) if not any(beats(j, i) for j in range(len(costs)))]",
    ),
    code=True,
)
