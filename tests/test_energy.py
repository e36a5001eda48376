"""Lesson 07: joules of an inference, metered or estimated, a day of use, and a leaner model."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import cost, metering
from course.child import ChildEndedError
from course.energy import EnergyOfUse, Joules, energy_of_use, estimate, following
from course.footprint import GRIDS, footprint, rebound
from course.metering import Round, rounds
from course.meters import Counter, Meter
from tests.apart import assert_apart
from tests.labs import point
from widgets import energy as views
from widgets import style
from widgets.energy import energy_lab
from widgets.marks import Words
from widgets.picture import show

IDLE_W, BUSY_W, CALL_S = 6.0, 11.0, 0.0005


class Machine:
    """A machine of known power: its clock, its work, its pauses and its meter."""

    def __init__(self, *, noise: float = 0.0, drift: float = 0.0, seed: int = 0) -> None:
        self.now = self.joules = 0.0
        self.noise, self.drift, self.random = noise, drift, np.random.default_rng(seed)

    def clock(self) -> float:
        self.pass_by(1e-7, 0.0)
        return self.now

    def pass_by(self, time_s: float, more_w: float) -> None:
        self.now += time_s
        self.joules += time_s * (IDLE_W + self.drift * self.now + more_w)

    def work(self) -> None:
        self.pass_by(CALL_S, BUSY_W)

    def pause(self, time_s: float) -> None:
        self.pass_by(time_s, self.noise * self.random.standard_normal())

    def meter(self, *, range_j: float | None = None) -> Meter:
        def read() -> float:
            return self.joules % range_j if range_j else self.joules

        return Meter("A meter", (Counter("of everything", read, range_j),), "nothing")

    def measure(self, meter: Meter | None, batch_size: int = 1) -> EnergyOfUse:
        items = rounds(self.work, batch_size=batch_size, meter=meter, clock=self.clock, pause=self.pause)
        now = begun(batch_size=batch_size).told({"meter": str(meter or ""), "missing": ["No meter."]})
        for item in items:
            now = now.told(item)
        return now


def begun(**given: Any) -> EnergyOfUse:
    return next(energy_of_use(**given))


def metered(*work_j: float, idle_j: float = 2.0, **given: Any) -> EnergyOfUse:
    """A result of which the rounds are known: 1,000 inferences each, and idling takes 2.8 J as long."""
    made = tuple(Round(1000, 0.25, 0.35, idle_j, each) for each in work_j)
    return replace(begun(**given), rounds=made, meter="A meter meters all.", progress=1.0)


@pytest.mark.parametrize("batch_size", [1, 64])
@pytest.mark.parametrize("range_j", [None, 65_532.0])
def test_a_machine_of_known_power_is_metered_right(batch_size: int, range_j: float | None) -> None:
    machine = Machine()
    machine.joules = 65_530.0
    found = machine.measure(machine.meter(range_j=range_j), batch_size)
    assert len(found.rounds) == len(found.shares) == metering.ROUNDS
    assert found.joules is not None
    assert not found.joules.estimated
    assert found.joules.value == pytest.approx(BUSY_W * CALL_S / batch_size, rel=0.01)
    assert found.total_j == pytest.approx((IDLE_W + BUSY_W) * CALL_S / batch_size, rel=0.01)
    assert found.idle_w == pytest.approx(IDLE_W, rel=0.001)
    assert found.progress == 1.0


def test_the_truth_lies_between_lowest_and_highest_of_six_rounds_about_97_times_in_a_hundred() -> None:
    hits = 0
    for seed in range(200):
        noisy = Machine(noise=3.0, seed=seed)
        joules = noisy.measure(noisy.meter()).joules
        assert joules is not None
        hits += joules.low <= BUSY_W * CALL_S * 1.0005 and joules.high >= BUSY_W * CALL_S
    assert 0.92 < hits / 200 <= 1


def test_a_machine_that_draws_ever_more_misleads_little_since_idle_is_measured_before_each_round() -> None:
    machine = Machine(drift=1.0)
    joules = machine.measure(machine.meter()).joules
    assert joules is not None
    assert machine.now > 3.5
    assert joules.value == pytest.approx(BUSY_W * CALL_S, rel=0.04)  # it drew 4 W more in the end


def test_without_a_meter_the_time_is_measured_and_the_energy_estimated() -> None:
    found = Machine().measure(None)
    assert found.joules is not None
    assert found.joules.estimated
    assert found.joules.value == pytest.approx(12 * CALL_S, rel=0.01)
    assert (found.total_j, found.idle_j, found.idle_w) == (None, None, None)
    assert found.conditions == (
        "Estimate: 12 W a busy thread (Green Algorithms), 4 to 20 W (CodeCarbon). "
        "No meter. Time: NumPy, float32, 1 thread, 1 at a time, 6 rounds."
    )


def test_a_meter_that_stands_still_gives_an_estimate_and_says_why() -> None:
    still = Meter("A meter", (Counter("it", lambda: 5.0),), "nothing")
    found = Machine().measure(still)
    assert found.joules is not None
    assert found.joules.estimated
    assert "A meter meters it; it leaves out nothing. But it stands still." in found.conditions


def test_rounds_that_are_unknown_are_left_out_and_said() -> None:
    found = metered(5.0, 5.2)
    found = replace(found, rounds=(*found.rounds, Round(1000, 0.25, 0.35, None, 4.0, "it stands still")))
    assert found.joules is not None
    assert found.joules.value == pytest.approx(0.0023)
    assert "3 rounds (1 of them unknown: it stands still)" in found.conditions


def test_on_a_graphics_card_without_a_meter_the_energy_is_unknown() -> None:
    found = replace(begun(), runtime="ONNX Runtime, CUDA", rounds=(Round(10, 0.2, 0.3),), missing=("No.",))
    assert found.joules is None
    assert found.day is None
    assert str(found).startswith(
        "Its energy is unknown: small model, 1 at a time, 1,000,000 a day in Germany."
    )


@given(st.floats(1e-7, 10), st.integers(1, 64))
def test_an_estimate_is_time_threads_and_power_and_its_range_is_that_of_published_powers(
    inference_s: float, threads: int
) -> None:
    joules = estimate(inference_s=inference_s, threads=threads)
    ends = (joules.low, joules.value, joules.high)
    for found, watts in zip(ends, (4.0, 12.0, 20.0), strict=True):
        assert found == pytest.approx(cost.energy(seconds=inference_s * threads, watts=watts).energy_j)
    assert joules.estimated
    assert "estimate" in str(joules)


@given(st.floats(1e-9, 1e3), st.integers(1, 10**9), st.sampled_from(sorted(GRIDS)))
def test_a_day_is_joules_times_uses_and_its_carbon_that_of_the_grid(
    energy_j: float, uses: int, grid: str
) -> None:
    found = footprint(energy_j=energy_j, uses_per_day=uses, grid=grid)
    assert found.energy_wh * 3600 == pytest.approx(energy_j * uses)
    assert found.carbon_g == pytest.approx(energy_j * uses / 3.6e6 * GRIDS[grid])


def test_a_kilowatt_hour_of_carbon_is_the_published_figure() -> None:
    for grid, grams in GRIDS.items():
        assert footprint(energy_j=3.6, uses_per_day=1_000_000, grid=grid).carbon_g == pytest.approx(grams)


@given(st.floats(0.01, 10), st.floats(0.01, 10))
def test_the_bill_is_lower_only_where_use_grows_by_less_than_joules_shrink(
    joules: float, uses: float
) -> None:
    found = rebound(joules_factor=joules, use_factor=uses)
    assert found.bill == pytest.approx(joules * uses)
    if abs(joules * uses - 1) > 0.01:
        assert found.verdict.endswith("lower" if uses < 1 / joules else "higher")


def test_half_the_joules_and_three_times_the_uses_is_half_as_much_again_and_twice_the_uses_the_same() -> (
    None
):
    assert rebound().verdict == "1.5 × the bill, higher"
    assert str(rebound(use_factor=2.0)) == "0.5 × the joules, 2 × the uses: the same bill."
    assert rebound(joules_factor=0.1).verdict == "0.3 × the bill, lower"


def test_the_sentence_says_joules_a_day_and_the_bill() -> None:
    assert str(begun()) == (
        "Press Run to see what an inference takes: small model, 1 at a time, 1,000,000 a day in Germany. "
        "0.5 × the joules, 3 × the uses: 1.5 × the bill."
    )
    assert begun().conditions == "Nothing is measured yet. NumPy, float32, 1 thread, 1 at a time."
    found = metered(6.4, 7.4, 6.8, uses_per_day=1_000_000_000, grid="USA")
    assert str(found) == (
        "Metered, an inference takes 4 mJ (3.6 to 4.6 mJ); 1,000,000,000 a day: 1.1 kWh, 410 g of CO₂ "
        "in the USA. 0.5 × the joules, 3 × the uses: 1.5 × the bill."
    )
    assert len(str(found)) < 180
    assert found.conditions == (
        "A meter meters all. NumPy, float32, 1 thread, 1 at a time; middle, lowest and highest of "
        "3 rounds, idle before each."
    )


def test_what_is_no_more_than_idle_is_called_so() -> None:
    found = metered(2.9, 2.7, 2.82)
    assert str(found).startswith("No clear difference from idle: −100 to 100 µJ an inference; ask more at")
    assert str(Joules(-1e-5, -2e-5, 1e-5, False)).startswith("No clear difference")


def coming(*items: Any, ended: list[str] | None = None, died: str = "") -> Generator[Any, None, None]:
    try:
        yield from items
        if died:
            raise ChildEndedError(died)
    finally:
        if ended is not None:
            ended.append("closed")


ROUND = {"round": {"inferences": 10, "idle_s": 0.25, "work_s": 0.35, "idle_j": 2.0, "work_j": 5.0}}


def test_results_follow_what_comes_and_go_on_while_nothing_does() -> None:
    items = (None, {"meter": "M.", "missing": []}, {"progress": 0.1}, None, ROUND)
    found = list(following(begun(), lambda: coming(*items)))
    assert len(found) == 6
    progress = [each.progress for each in found]
    assert progress == sorted(progress)
    assert progress[-1] == pytest.approx(1 / 6)
    assert found[1].progress > 0
    assert [len(each.rounds) for each in found] == [0, 0, 0, 0, 0, 1]


def test_nothing_is_begun_before_the_first_step() -> None:
    def begin() -> Generator[Any, None, None]:
        pytest.fail("it has begun")

    running = following(begun(), begin)
    assert next(running).progress == 0
    running.close()


def test_other_uses_do_not_measure_anew() -> None:
    running = following(begun(), lambda: coming(ROUND, None, None))
    next(running)
    measured = next(running)
    after = running.send({"uses_per_day": 2000, "joules_factor": 0.1})
    assert after.rounds == measured.rounds
    assert (after.uses_per_day, after.leaner.joules_factor, after.leaner.use_factor) == (2000, 0.1, 3.0)
    assert next(running).uses_per_day == 2000
    with pytest.raises(ValueError, match=r"^uses_per_day must be a whole number from 1 to 1e\+12, got 0$"):
        after.seen({"uses_per_day": 0})


def test_stopping_ends_the_process_and_a_process_that_dies_ends_in_a_sentence() -> None:
    ended: list[str] = []
    items = coming(ROUND, None, ended=ended)
    running = following(begun(), lambda: items)
    next(running)
    next(running)
    running.close()
    assert ended == ["closed"]
    found = list(following(begun(), lambda: coming(ROUND, died="It ended early.", ended=ended)))
    assert found[-1].warning == "It ended early."
    assert len(found[-1].rounds) == 1
    assert len(ended) == 2


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"model": "huge"}, "model must be one of tiny, small, medium, large, got 'huge'"),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 to 4096, got 0"),
        ({"uses_per_day": 0}, "uses_per_day must be a whole number from 1 to 1e+12, got 0"),
        ({"grid": "Mars"}, f"grid must be one of {', '.join(GRIDS)}, got 'Mars'"),
        ({"joules_factor": 0}, "joules_factor must be above 0 and at most 1000, got 0"),
        ({"use_factor": -1}, "use_factor must be above 0 and at most 1000, got -1"),
    ],
)
def test_what_can_not_be_measured_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        begun(**bad)
    assert str(refusal.value) == message


def test_the_process_says_its_meter_first_and_then_rounds() -> None:
    items = metering.measured(model="tiny", batch_size=4, runtime="NumPy")
    first = next(items)
    assert set(first) == {"meter", "missing"}
    assert bool(first["meter"]) != bool(first["missing"])
    items.close()  # type: ignore[attr-defined]


def drawn(result: EnergyOfUse, view: str) -> Any:
    """The axes of a view in a lab in which a result is drawn, without measuring."""
    lab = energy_lab()
    lab._canvas.draw(result)
    return lab._canvas.axes[view]


def test_bars_are_the_joules_and_estimates_are_hatched() -> None:
    found = metered(6.4, 7.4, 6.8)
    axes = drawn(found, "inference")
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches]
    assert ends == pytest.approx([0.0068, 0.0028, 0.004])
    assert not axes.patches[2].get_hatch()
    assert list(axes.lines[0].get_xdata()) == pytest.approx([0.0036, 0.0046])
    assert [words.text for words in axes.findobj(Words)] == ["6.8 mJ", "2.8 mJ", "4 mJ (3.6 to 4.6 mJ)"]
    assert axes.get_title(loc="left") == "Small model, 1 at a time: metered"
    guessed = drawn(Machine().measure(None), "inference")
    assert guessed.patches[2].get_hatch()
    assert [bar.get_visible() for bar in guessed.patches] == [False, False, True]
    assert "estimate" in guessed.get_title(loc="left")
    assert guessed.findobj(Words)[0].text == "unknown: no meter"


def test_grids_are_the_published_figures_and_the_chosen_one_stands_out() -> None:
    axes = drawn(begun(grid="Poland"), "grids")
    assert [bar.get_width() for bar in axes.patches] == [*GRIDS.values()]
    assert [words.text for words in axes.findobj(Words) if words.bold] == ["662"]


def test_the_area_is_the_bill_and_its_colour_says_whether_it_is_higher() -> None:
    for uses, colour in ((3.0, style.ORANGE), (1.5, style.BLUE)):
        axes = drawn(begun(use_factor=uses), "bill")
        today, leaner = axes.patches
        assert today.get_width() * today.get_height() == 1
        assert leaner.get_width() * leaner.get_height() == pytest.approx(0.5 * uses)
        assert style.rgb(colour) == style.rgb(leaner.get_facecolor()[:3])
    curve = np.array(axes.lines[0].get_data())
    np.testing.assert_allclose(curve[0] * curve[1], 1)


def test_the_disc_is_dragged() -> None:
    lab = energy_lab()
    axes = lab._canvas.axes["bill"]
    across, up = axes.transData.transform((5.0, 0.3)) / lab._canvas.figure.bbox.size
    point(lab, "down", across, 1 - up)
    assert (lab.settings["use_factor"], lab.settings["joules_factor"]) == pytest.approx((5.0, 0.3))
    assert str(lab.result).endswith("1.5 × the bill.")


@pytest.mark.parametrize(
    "other",
    [
        {"model": "large"},
        {"batch_size": 64},
        {"uses_per_day": 1000},
        {"grid": "Norway"},
        {"joules_factor": 0.2},
        {"use_factor": 1.5},
    ],
)
def test_each_control_changes_the_sentence_from_the_start(other: dict[str, Any]) -> None:
    assert str(begun(**other)) != str(begun())
    assert str(metered(5.0, 5.1, **other)) != str(metered(5.0, 5.1)) or other.keys() & {
        "model",
        "batch_size",
    }


@pytest.mark.parametrize("size", [1e-7, 0.999])
@pytest.mark.parametrize("uses", [1000, 999_999_999])
@pytest.mark.parametrize("leaner", [(0.1, 0.5), (1.0, 6.0)])
def test_no_text_leaves_the_picture_or_meets_another(
    size: float, uses: int, leaner: tuple[float, float]
) -> None:
    given: dict[str, Any] = {
        "uses_per_day": uses,
        "joules_factor": leaner[0],
        "use_factor": leaner[1],
        "model": "medium",
    }
    lab = energy_lab()
    for made in (
        begun(batch_size=512, **given),
        metered(*(2.8 + 1000 * size * each for each in (0.9, 1.0, 1.1)), **given),
        metered(2.0, 3.0, **given),
        replace(begun(**given), rounds=(Round(1, 0.25, size / 12),), missing=("None.",)),
    ):
        lab._canvas.draw(made)
        assert_apart(lab)


def test_it_is_shown_outside_a_lab_too() -> None:
    shown = show(metered(5.0), views.inference, views.day)
    assert "Metered" in repr(shown)
