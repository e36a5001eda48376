"""What use costs beside training: counted, measured and estimated, each called by its name."""

from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from course import cost, inference, measuring, networks
from course.cost import Cost, cost_of_use
from course.networks import Network
from widgets import style
from widgets.cost import FIRST, LAST, LEAST, MOST, cost_lab
from widgets.marks import Words

SIZES = [(3, 2), (4, 3, 2), (7, 5, 4, 3), (6, 1, 6)]


class Counted(float):
    """A number that counts how often such numbers are multiplied by each other."""

    products: ClassVar[int] = 0

    def __mul__(self, other: float) -> "Counted":
        Counted.products += isinstance(other, Counted)
        return Counted(float(self) * float(other))

    def __rmul__(self, other: float) -> "Counted":
        return Counted(float(self) * float(other))

    def __add__(self, other: float) -> "Counted":
        return Counted(float(self) + float(other))

    __radd__ = __add__

    def __sub__(self, other: float) -> "Counted":
        return Counted(float(self) - float(other))

    def __truediv__(self, other: float) -> "Counted":
        return Counted(float(self) / float(other))


def linear(sizes: tuple[int, ...]) -> Network:
    return networks.initialise(layer_sizes=sizes, activation="linear", output="linear", random_state=1)


def counting(sizes: tuple[int, ...]) -> tuple[Network, Any]:
    """A network and an example whose numbers count their products."""
    network = linear(sizes)
    numbers: Any = np.array([Counted(value) for value in network.parameters], dtype=object)
    x = np.array([[Counted(value) for value in range(1, sizes[0] + 1)]], dtype=object)
    Counted.products = 0
    return Network(numbers, sizes, "linear", "linear"), x


@pytest.mark.parametrize("sizes", SIZES)
def test_the_formula_counts_what_a_forward_pass_multiplies(sizes: tuple[int, ...]) -> None:
    network, x = counting(sizes)
    values = networks._scores(network, x)
    assert Counted.products == cost.multiply_adds(layer_sizes=sizes)
    expected = networks.forward(linear(sizes), x.astype(float))[-1]
    np.testing.assert_allclose(values[-1].astype(float), expected)


@pytest.mark.parametrize("sizes", SIZES)
def test_the_formula_counts_what_a_training_step_multiplies(sizes: tuple[int, ...]) -> None:
    network, x = counting(sizes)
    networks.slope(network, x, np.zeros((1, sizes[-1])))
    assert Counted.products == cost.training_multiply_adds(layer_sizes=sizes)


@given(sizes=st.lists(st.integers(1, 500), min_size=2, max_size=6))
def test_the_rule_of_three_is_an_upper_bound_and_two_a_lower_one(sizes: list[int]) -> None:
    once = cost.multiply_adds(layer_sizes=sizes)
    assert once == int(np.dot(sizes[1:], sizes[:-1]))
    assert 2 * once <= cost.training_multiply_adds(layer_sizes=sizes) < cost.RULE * once


@pytest.mark.parametrize("hidden", [8, 128, 1024])
@pytest.mark.parametrize("train_size", [10, 3500])
def test_training_equals_three_inferences_for_each_image_and_epoch(hidden: int, train_size: int) -> None:
    result = cost_of_use(hidden_neurons=hidden, train_size=train_size)
    assert result.inferences == 3 * train_size * inference.EPOCHS
    assert result.training == result.inferences * result.per_use
    assert result.per_use == 794 * hidden


def test_the_network_of_the_lesson_is_the_default() -> None:
    result = cost_of_use()
    assert result.layer_sizes == next(inference.learning(train_size=10)).layer_sizes
    assert (result.train_size, result.epochs) == (inference.MOST, inference.EPOCHS)
    assert result.counted == 204_544 * 70_000
    assert result.exact == (
        "Counted exactly, learning from an image takes 2.01 forward passes here, "
        "so training equals 140,881 inferences."
    )


@given(uses=st.integers(1, 10**6), train_size=st.integers(1, 3500), hidden=st.integers(1, 1000))
def test_at_the_crossing_use_has_cost_what_training_did(uses: int, train_size: int, hidden: int) -> None:
    result = cost_of_use(uses_per_day=uses, train_size=train_size, hidden_neurons=hidden)
    assert result.used(result.days) == pytest.approx(result.training)
    assert result.used(0.9 * result.days) < result.training < result.used(1.1 * result.days)


def test_a_larger_network_makes_both_dearer_and_moves_the_crossing_not_at_all() -> None:
    small, large = cost_of_use(hidden_neurons=8), cost_of_use(hidden_neurons=1024)
    assert large.training == 128 * small.training
    assert large.days == small.days


def test_what_is_said_is_arithmetic_and_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "seconds", lambda: pytest.fail("the clock was read"))
    for uses in (1, 1000):
        assert "inferences" in str(cost_of_use(uses_per_day=uses, hidden_neurons=77))
    assert str(cost_of_use()) == (
        "By the rule of 3 forward passes for each image and epoch, training equals 210,000 inferences "
        "of 101,632 multiply-adds; at 1,000 a day, use has cost more after 210 days (15 W assumed)."
    )


def test_times_are_medians_of_one_image_and_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(np.cumsum([step for n in range(7) for step in (1.0, 4.0 + n, 1.0, 8.0 * (1 + n))]))
    monkeypatch.setattr(measuring, "seconds", lambda: float(next(ticks)))
    asked: Any = {"layer_sizes": (9, 8, 7), "batch_size": 8, "repeats": 5}
    result = cost.measured(**asked)
    assert result.alone_s == 8.0  # of 6, 7, 8, 9 and 10, after two that don't count
    assert result.batch_s == 5.0  # of 3 to 7: 8 images in 24 to 56 seconds
    assert result.speedup == 1.6
    assert cost.measured(**asked) is result
    assert cost.measured(**{**asked, "layer_sizes": [9, 8, 7]}) is result
    assert str(result) == "An image takes 128 multiply-adds, alone and in a batch of 8 alike."
    assert result.conditions.endswith(" cores: 1 thread, 64-bit, median of 5 runs.")


def test_a_measurement_uses_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    from threadpoolctl import threadpool_info

    seen: set[int] = set()
    real = networks.forward

    def watched(network: Network, rows: Any) -> Any:
        seen.update(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")
        return real(network, rows)

    monkeypatch.setattr(networks, "forward", watched)
    cost.measured(layer_sizes=(5, 4, 3), repeats=3)
    assert seen == {1}


def test_energy_is_time_times_assumed_power_and_called_an_estimate() -> None:
    result = cost.energy(seconds=0.02, watts=60)
    assert result.energy_j == pytest.approx(1.2)
    assert str(result) == "An estimate: 60 W, assumed, for 20 ms are 1.2 J."
    alone, batch = cost_of_use(watts=60).energies
    timing = cost_of_use().timing
    assert alone.energy_j == pytest.approx(60 * timing.alone_s)
    assert batch.energy_j == pytest.approx(60 * timing.batch_s)
    assert cost_of_use(watts=60).conditions.endswith("Energy is an estimate: 60 W assumed.")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0.0, "0 seconds"),
        (1 / 86_400, "1 second"),
        (119 / 86_400, "119 seconds"),
        (2 / 1440, "2 minutes"),
        (1.5, "36 hours"),
        (2.5, "2.5 days"),
        (700.0, "700 days"),
        (365.25e6, "1,000,000 years"),
    ],
)
def test_a_time_is_said_in_the_largest_unit_of_which_there_are_two(days: float, words: str) -> None:
    assert cost.lasting(days) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0 nJ"), (9.96e-10, "1 nJ"), (9.9999e-4, "1 mJ"), (123.4, "120 J"), (4567.0, "4,570 J")],
)
def test_a_small_quantity_gets_the_prefix_that_suits_it(value: float, words: str) -> None:
    assert cost.said(value, "J") == words


@pytest.mark.parametrize(
    ("function", "bad", "message"),
    [
        (cost_of_use, {"uses_per_day": 0}, "uses_per_day must be a whole number from 1 to 1e+12, got 0"),
        (cost_of_use, {"train_size": 0.5}, "train_size must be a whole number from 1 to 1e+12, got 0.5"),
        (
            cost_of_use,
            {"hidden_neurons": 0},
            "hidden_neurons must be a whole number from .+, got 0",
        ),
        (cost_of_use, {"epochs": -1}, "epochs must be a whole number from 1 to 1e+06, got -1"),
        (cost_of_use, {"watts": 0}, "watts must be above 0 and at most 100000, got 0"),
        (cost.energy, {"seconds": -1.0}, "seconds must be a number from 0 to 1e+09, got -1.0"),
        (cost.measured, {"batch_size": 1}, "batch_size must be a whole number from 2 to 4096, got 1"),
        (cost.measured, {"repeats": 2}, "repeats must be a whole number from 3 to 1000, got 2"),
        (
            cost.measured,
            {"layer_sizes": (3,)},
            "layer_sizes must name inputs and .+, got (3,)",
        ),
        (cost.multiply_adds, {"layer_sizes": "ab"}, "layer_sizes must name inputs and .+, got 'ab'"),
        (cost.multiply_adds, {"layer_sizes": (3, 0)}, "layer_sizes must be a whole number of .+, got 0"),
    ],
)
def test_what_can_not_be_weighed_is_refused(function: Any, bad: dict[str, Any], message: str) -> None:
    escaped = message.replace("(", r"\(").replace(")", r"\)").replace("1e+", r"1e\+")
    with pytest.raises(ValueError, match=f"^{escaped}$"):
        function(**bad)


STARTS: list[dict[str, Any]] = [
    {},
    {"uses_per_day": 1, "hidden_neurons": 1024, "watts": 500.0},
    {"uses_per_day": 1_000_000, "train_size": 10, "hidden_neurons": 8, "watts": 1.0},
]


def drawn(start: dict[str, Any]) -> tuple[Cost, dict[str, Axes]]:
    lab = cost_lab(start=start)
    return lab.result, lab._canvas.axes


@pytest.mark.parametrize("start", STARTS)
def test_the_lines_are_the_arithmetic_and_the_disc_is_where_they_cross(start: dict[str, Any]) -> None:
    result, axes = drawn(start)
    once, use, here = (np.asarray(line.get_xydata()) for line in axes["cumulative"].lines)
    assert once[:, 0].tolist() == use[:, 0].tolist() == [FIRST, LAST]
    assert once[:, 1].tolist() == [result.training] * 2
    np.testing.assert_allclose(use[:, 1], result.used([FIRST, LAST]))
    np.testing.assert_allclose(here, [[result.days, result.training]])
    assert FIRST < result.days < LAST
    assert LEAST < result.training < result.used(LAST) < MOST
    said = [words.text for words in axes["cumulative"].findobj(Words) if isinstance(words, Words)]
    assert f"equal after {cost.lasting(result.days)}" in said
    assert f"use, {result.uses_per_day:,} a day" in said


@pytest.mark.parametrize("start", STARTS)
def test_the_words_at_the_crossing_stand_off_both_lines(start: dict[str, Any]) -> None:
    result, axes = drawn(start)
    (words,) = [each for each in axes["cumulative"].findobj(Words) if "equal" in getattr(each, "text", "")]
    left, bottom, right, top = words.get_window_extent().extents
    box = axes["cumulative"].bbox
    assert box.x0 <= left
    assert right <= box.x1
    assert box.y0 <= bottom
    assert top <= box.y1
    place = axes["cumulative"].transData.transform
    for x in np.linspace(left, right, 9):
        days = axes["cumulative"].transData.inverted().transform((x, bottom))[0]
        for height in (result.training, float(result.used(days))):
            y = place((days, height))[1]
            assert not bottom < y < top


@pytest.mark.parametrize("start", STARTS)
def test_the_bars_are_shares_of_one_at_a_time_and_say_how_they_came_about(start: dict[str, Any]) -> None:
    result, axes = drawn(start)
    panel, timing = axes["compared"], result.timing
    widths = [bar.get_width() for bar in panel.patches]  # type: ignore[attr-defined]
    assert widths == pytest.approx([1, 1, 1, 1 / timing.speedup, 1, 1 / timing.speedup])
    hatched = [bool(bar.get_hatch()) for bar in panel.patches]
    assert hatched == [False] * 4 + [True] * 2
    assert to_hex(panel.patches[2].get_facecolor()).upper() == style.BLUE
    names = [label.get_text() for label in panel.get_yticklabels()]
    assert names == ["arithmetic", "time, measured", "energy, estimate"]
    assert panel.get_xlabel() == timing.conditions
    said = [words.text for words in panel.findobj(Words) if isinstance(words, Words)]
    assert said[0].split()[0] == said[1].split()[0] == f"{result.per_use:,}"
    assert said[2] == f"{cost.said(timing.alone_s, 's')} alone"
    assert said[3] == f"{cost.said(timing.batch_s, 's')} in a batch of 64"
    assert said[4].endswith(f"at {result.watts:g} W assumed")


def test_the_lab_opens_with_four_controls_and_measures_a_network_once() -> None:
    lab = cost_lab()
    assert [*lab._panel.controls] == ["uses_per_day", "train_size", "hidden_neurons", "watts"]
    first = lab.result.timing
    lab._panel.controls["hidden_neurons"].value = 8
    assert lab.result.timing is not first
    lab._panel.controls["hidden_neurons"].value = 128
    assert lab.result.timing is first
