"""The frame: what holds for any lab, tried on two small ones and on all that there are."""

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.axes import Axes

from tests.examples import Fit, curve, fit, fit_lab, walk_lab
from tests.labs import all_labs, ends, in_kernel, settle, widgets_alive
from widgets import ownership
from widgets.lab import Lab

REFUSALS = {
    ("tests.examples.fit_lab", "degree"),
    ("tests.examples.walk_lab", "stride"),
    ("widgets.bias.narrow_lab", "digits"),
    ("widgets.distillation.distillation_lab", "student_neurons"),
}
LABS = all_labs()


def degree(lab: Lab) -> Any:
    return lab._panel.controls["degree"]


@pytest.mark.parametrize("name", LABS)
def test_each_control_moves_each_lab_and_its_picture(name: str) -> None:
    lab = LABS[name]()
    if lab._runner:
        lab.advance(2)
    for setting, widget in lab._panel.controls.items():
        if widget.layout.display == "none":  # it moves nothing as things are
            continue
        for value in ends(widget):
            before = widget.value, lab._picture.source
            widget.value = value
            assert lab.error is None
            assert lab.settings[setting] == value
            if lab.refusal:
                assert (name, setting) in REFUSALS, lab.refusal
                assert lab.result is None
            elif lab._runner:
                lab.advance(2)
            if value != before[0]:
                assert lab._picture.source != before[1], f"{setting}={value} left the picture as it was"
                assert lab._picture.alt in repr(lab)
        widget.value = fit_start(LABS[name], setting)
    lab.close()


def fit_start(make: Callable[..., Lab], setting: str) -> Any:
    return make().settings[setting]


@pytest.mark.parametrize("name", LABS)
def test_a_closed_lab_leaves_no_widget_behind(name: str) -> None:
    before = widgets_alive()
    LABS[name]().close()
    assert widgets_alive() == before


def test_the_newest_value_wins_and_only_that_is_computed() -> None:
    computed: list[int] = []

    def counted(*, degree: int = 3) -> Fit:
        computed.append(degree)
        return fit(degree=degree)

    async def play() -> Lab:
        lab = Lab(counted, curve, degree=(0, 14))
        for value in range(15):
            degree(lab).value = value
        await settle()
        return lab

    lab = in_kernel(play)
    assert computed == [3, 14]
    assert lab.result.curve.degree() == 14


def test_result_is_up_to_date_in_the_same_cell() -> None:
    async def play() -> None:
        lab = fit_lab()
        degree(lab).value = 7
        assert lab.result.curve.degree() == 7

    in_kernel(play)


def test_a_page_that_shows_no_pictures_gets_four_and_then_the_newest() -> None:
    async def play() -> None:
        lab = fit_lab()
        for value in range(10):
            degree(lab).value = value
            await settle(0.01)
        assert lab._picture.frame == 4
        lab._picture.shown = 1
        await settle()
        assert lab._picture.frame == 5
        assert lab._picture.alt == str(fit(degree=9))

    in_kernel(play)


def test_a_refusal_takes_the_picture_away_and_the_next_good_value_brings_it_back() -> None:
    lab = fit_lab()
    degree(lab).value = 15
    assert lab.result is None
    assert lab.refusal == "Degree must be at most 14, got 15"
    assert repr(lab).endswith("): Degree must be at most 14, got 15")
    assert lab._picture.source == ""
    assert lab._words.alert.value == '<div role="alert">✗ Degree must be at most 14, got 15</div>'
    degree(lab).value = 14
    assert lab.refusal == ""
    assert lab._picture.source
    assert lab._words.alert.value == ""


def test_a_refused_start_still_makes_a_lab() -> None:
    assert fit_lab(start={"degree": 15}).result is None
    assert walk_lab(start={"stride": 0}).refusal == "Stride must not be 0, got 0"


def broken_view(axes: Axes, result: Fit) -> None:
    """A view that can't draw a seventh degree."""
    if result.curve.degree() == 7:
        raise KeyError("seven")


def broken_update(axes: Axes, result: Fit) -> Callable[[Fit], None]:
    """A view whose updater can't draw a seventh degree."""
    return lambda result: broken_view(axes, result)


def broken_computation(*, degree: int = 3) -> Fit:
    """A computation that breaks at seven."""
    if degree == 7:
        raise KeyError("seven")
    return fit(degree=degree)


@pytest.mark.parametrize("parts", [(fit, broken_view), (fit, broken_update), (broken_computation, curve)])
def test_an_exception_is_shown_with_its_type_and_the_controls_stay_alive(parts: Any) -> None:
    async def play() -> None:
        lab = Lab(*parts, degree=(0, 9))
        degree(lab).value = 7
        await settle()
        assert isinstance(lab.error, KeyError)
        assert lab._words.alert.value == '<div role="alert">✗ KeyError: &#x27;seven&#x27;</div>'
        degree(lab).value = 4
        await settle()
        assert lab.error is None
        assert lab.result.curve.degree() == 4
        assert lab._picture.source

    in_kernel(play)


@pytest.mark.parametrize("parts", [(fit, broken_view), (fit, broken_update), (broken_computation, curve)])
def test_an_exception_in_line_is_raised(parts: Any) -> None:
    with pytest.raises(KeyError):
        Lab(*parts, start={"degree": 7}, degree=(0, 9))


def test_a_cell_that_is_run_again_closes_what_it_made_before(monkeypatch: pytest.MonkeyPatch) -> None:
    run = ["cell", "first"]
    monkeypatch.setattr(ownership, "_this_cell", lambda: tuple(run))
    before = widgets_alive()
    made = [fit_lab(), fit_lab()]
    alive = widgets_alive()
    run[1] = "second"
    again = fit_lab()
    assert len(widgets_alive() - before) == len(alive - before) / 2
    assert made[0]._picture.comm is None
    again.close()
    assert widgets_alive() == before
    ownership._owned.clear()


def test_a_screen_reader_is_told_at_most_every_three_seconds() -> None:
    async def play() -> None:
        lab = fit_lab()
        first = lab._words.status.value
        for value in range(8):
            degree(lab).value = value
            await settle(0.01)
        assert lab._words.status.value == first

    in_kernel(play)


def test_the_house_brings_back_every_setting_as_it_was_at_first() -> None:
    lab = fit_lab(start={"degree": 5, "random_state": 3})
    first = lab.settings, lab._picture.source
    assert lab._panel.seed is not None
    lab._panel.seed.click()
    degree(lab).value = 15
    assert lab.refusal
    lab._panel.restore()
    assert (lab.settings, lab._picture.source) == first
    assert lab.refusal == ""


def test_no_event_of_a_pointer_is_lost_or_acted_on_twice() -> None:
    seen: list[tuple[float, float]] = []

    def note(x: float, y: float) -> dict[str, float]:
        seen.append((x, y))
        return {}

    lab = fit_lab(drag={curve: note})
    event = {"x": 0.25, "y": 0.5}
    down, up = {**event, "kind": "down", "event": 7}, {**event, "kind": "up", "event": 8}
    lab._picture.pointer = [down]
    lab._picture.pointer = [down, up, {**down, "event": 9}, {**up, "event": 10}]
    assert len(seen) == 4
    lab._picture.pointer = [{**up, "kind": "move", "event": 11}]
    assert len(seen) == 4  # nothing is held


def test_a_closed_lab_is_not_kept_in_memory() -> None:
    lab = fit_lab()
    kept = weakref.ref(lab)
    lab.close()
    del lab
    gc.collect()
    assert kept() is None
