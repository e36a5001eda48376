"""A person decides the doubtful cases: how they are chosen, counted and shown."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from course import datasets, inference, networks
from course.deciding import HALF, MISTAKEN, cases, decide
from widgets.deciding import deciding_lab
from widgets.marks import Words

pytestmark = pytest.mark.usefixtures("one_thread")


def digits(numbers: object) -> str:
    return "".join(map(str, np.asarray(numbers)))


@pytest.mark.parametrize("random_state", range(5))
def test_the_network_is_unsure_of_all_cases_and_wrong_in_four_of_each_ten(random_state: int) -> None:
    chosen = cases(random_state=random_state)
    probabilities = networks.forward(inference.trained(), chosen.images.reshape(-1, 784))[-1]
    assert probabilities.max(axis=1).max() < 0.9
    np.testing.assert_array_equal(probabilities.argmax(axis=1), chosen.answers)
    wrong = chosen.answers != chosen.labels
    assert (wrong[:HALF].sum(), wrong[HALF:].sum()) == (MISTAKEN, MISTAKEN)
    assert len({image.tobytes() for image in chosen.images}) == 2 * HALF


def test_cases_are_test_digits() -> None:
    data = datasets.mnist()
    test = {row.tobytes() for row in data.rows(inference.halves(data).test)[0]}
    assert all(image.reshape(-1).tobytes() in test for image in cases().images)


def test_errors_are_counted_in_each_half_and_who_follows_is_told() -> None:
    chosen = cases()
    right, followed = digits(chosen.labels[:HALF]), digits(chosen.answers[HALF:])
    result = decide(your_answers=right + followed)
    assert (result.errors, result.followed) == ((0, MISTAKEN), MISTAKEN)
    assert str(result) == (
        "Alone you got 0 of 10 wrong, beside the network’s answer 4 of 10. "
        "It was wrong 4 times in each ten; where you saw its answer, you followed it 4 times "
        "into the mistake."
    )
    contrary = digits((chosen.labels + 1) % 10)
    assert decide(your_answers=contrary).errors == (HALF, HALF)


def test_nothing_is_told_before_the_end() -> None:
    result = decide(your_answers="0" * 19)
    assert str(result) == "19 of 20 decided; the next one with the network’s answer beside it."
    assert result.conditions == ""
    assert str(decide()).endswith("the next one without the network’s answer.")


@pytest.mark.parametrize("bad", ["12a", "0" * 21, None, 3])
def test_what_is_no_row_of_digits_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="your_answers must be at most 20 digits, got"):
        decide(your_answers=bad)  # type: ignore[arg-type]


def test_the_network_s_answers_stand_in_the_second_half_alone_and_the_counts_come_last() -> None:
    lab = deciding_lab()
    beside = lab._canvas.axes["beside"]
    assert not [each.text for each in beside.findobj(Words) if each.text.startswith("it:")]
    lab.control("your_answers").value = "0" * HALF
    shown = [each.text for each in beside.findobj(Words) if each.text.startswith("it:")]
    assert shown == [f"it: {answer}" for answer in cases().answers[HALF:]]
    assert not [
        each.text for each in lab._canvas.axes["alone"].findobj(Words) if each.text.startswith("it:")
    ]
    lab.control("your_answers").value = "0" * (2 * HALF)
    bars = [each for each in lab._canvas.axes["mistakes"].patches if isinstance(each, Rectangle)]
    assert [bar.get_width() for bar in bars] == [*lab.result.errors, MISTAKEN]
