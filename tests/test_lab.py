"""The frame: what holds for any lab, tried on two small ones and on all that there are."""

import asyncio
import base64
import io
from collections.abc import Callable
from typing import Any

import ipywidgets as ipw
import numpy as np
import pytest
from matplotlib.axes import Axes
from PIL import Image

from tests.examples import Fit, Walk, curve, errors, fit, fit_lab, path, walk_lab
from tests.labs import all_labs, ends, in_kernel, settle, show_everything, widgets_alive
from widgets import ownership
from widgets.controls import Range, Slider, log
from widgets.lab import Lab
from widgets.picture import show

REFUSALS = {("tests.examples.fit_lab", "degree"), ("tests.examples.walk_lab", "stride")}
LABS = all_labs()


def degree(lab: Lab) -> Any:
    return lab._panel.controls["degree"]


@pytest.mark.parametrize("name", LABS)
def test_each_control_moves_each_lab_and_its_picture(name: str) -> None:
    lab = LABS[name]()
    if lab._runner:
        lab.advance(2)
    for setting, widget in lab._panel.controls.items():
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


@pytest.mark.parametrize("name", [name for name, make in LABS.items() if make()._runner])
def test_run_pause_step_and_reset_do_what_they_say(name: str) -> None:
    async def play() -> None:
        lab = LABS[name](speed=30.0)
        runner = lab._runner
        assert runner is not None
        start = lab.result.progress
        runner.run_button.click()
        await settle(0.2)
        show_everything(lab)
        assert lab.result.progress > start
        assert not runner.pause_button.disabled
        runner.pause_button.click()
        await settle()
        paused = lab.result
        await settle(0.1)
        assert lab.result is paused
        runner.step_button.click()
        await settle()
        assert lab.result is not paused
        runner.reset_button.click()
        await settle()
        assert lab.result.progress == start
        assert runner.pause_button.disabled
        lab.close()

    in_kernel(play)


def test_five_presses_of_run_are_one_run() -> None:
    async def play() -> None:
        lab = walk_lab(speed=10.0)
        assert lab._runner is not None
        before = len(asyncio.all_tasks())
        for _ in range(5):
            lab._runner.run_button.click()
        await settle()
        assert len(asyncio.all_tasks()) == before + 1
        lab.close()

    in_kernel(play)


def test_run_ends_with_run_disabled_and_reset_enables_it() -> None:
    async def play() -> None:
        lab = walk_lab(speed=0)
        runner = lab._runner
        assert runner is not None
        runner.run_button.click()
        for _ in range(40):
            await settle()
            show_everything(lab)
        assert lab.result.progress == 1
        assert runner.run_button.disabled
        assert runner.reset_button.button_style == "primary"
        runner.reset_button.click()
        await settle()
        assert not runner.run_button.disabled
        lab.close()

    in_kernel(play)


def test_a_changed_setting_restarts_a_running_lab_and_it_runs_on() -> None:
    async def play() -> None:
        lab = walk_lab(speed=30.0)
        assert lab._runner is not None
        lab._runner.run_button.click()
        await settle(0.1)
        lab._panel.controls["stride"].value = 2
        await settle(0.1)
        assert lab._runner.running
        assert lab.result.places[1] == 2
        lab.close()

    in_kernel(play)


def test_run_pauses_every_other_lab() -> None:
    async def play() -> None:
        first, second = walk_lab(speed=1.0), walk_lab(speed=1.0)
        assert first._runner is not None
        assert second._runner is not None
        first._runner.run_button.click()
        await settle()
        second._runner.run_button.click()
        await settle()
        assert (first._runner.running, second._runner.running) == (False, True)
        first.close()
        second.close()

    in_kernel(play)


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


def test_start_fixed_without_and_more_shape_the_controls() -> None:
    lab = fit_lab(start={"degree": 9}, fixed={"noise": 0.1})
    assert list(lab._panel.controls) == ["degree"]
    assert (lab.settings["degree"], lab.settings["noise"]) == (9, 0.1)
    assert list(fit_lab(without=["degree"])._panel.controls) == ["noise"]
    folded = fit_lab(more=["noise"])._panel.widget.children[1]
    assert folded.button.description == "▸ More: noise 0.3"
    assert folded.held.layout.display == "none"
    folded.button.click()
    assert folded.button.description == "▾ More"
    assert folded.held.layout.display is None


def test_a_folded_group_says_what_it_holds_also_after_a_change() -> None:
    lab = fit_lab(groups={"Model": ["degree"]})
    (group,) = lab._panel.groups
    group.fold(True)
    degree(lab).value = 5
    assert group.button.description == "▸ Model: degree 5"


def test_without_random_state_there_is_no_regenerate() -> None:
    assert fit_lab()._panel.seed is not None
    assert fit_lab(without=["random_state"])._panel.seed is None


def test_regenerate_draws_new_data() -> None:
    lab = fit_lab()
    before = lab.result.x
    assert lab._panel.seed is not None
    lab._panel.seed.click()
    assert lab.settings["random_state"] == 1
    assert not np.array_equal(lab.result.x, before)


NAMES = "must name an argument of fit (degree, noise, random_state), got"
KINDS = "a (low, high) pair, log(low, high), a list, a dict, bool or a widget"


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"slope": (0, 1)}, TypeError, f"a control {NAMES} slope"),
        ({"start": {"degre": 1}}, TypeError, f"start {NAMES} degre"),
        ({"without": ["x"]}, TypeError, f"without {NAMES} x"),
        ({"start": {"degree": 99}}, ValueError, "degree must be from 0 to 15, got 99"),
        ({"degree": [1, 2]}, ValueError, "degree must be one of 1, 2, got 3"),
        ({"degree": 5}, TypeError, f"degree must be {KINDS}, got 5"),
        ({"degree": (3, 3)}, ValueError, "a range must have low < high, got 3, 3"),
        ({"layout": [["curve"]]}, ValueError, "layout must name each of curve, errors, got curve"),
        ({"drag": {path: lambda x, y: {}}}, TypeError, "drag must name a view of the lab, got path"),
    ],
)
def test_an_option_that_cannot_be_says_so_when_the_lab_is_made(
    options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as caught:
        fit_lab(**options)
    assert str(caught.value) == message


def test_views_of_the_same_name_are_refused() -> None:
    with pytest.raises(ValueError, match="views must have different names, got curve, curve"):
        Lab(fit, curve, curve, degree=(0, 3))


def test_every_kind_of_control_sets_its_argument() -> None:
    def kinds(
        *, a: int = 1, b: float = 0.5, c: str = "x", d: str = "one", e: bool = False, f: int = 0
    ) -> str:
        return f"{a} {b} {c} {d} {e} {f}"

    dial = ipw.IntText(value=7)
    lab = Lab(
        kinds, still, a=(0, 9), b=log(0.01, 1.0), c=["x", "y", "z", "w"],
        d={"one": "one", "two": "two"}, e=bool, f=dial,
    )  # fmt: skip
    names = [type(widget).__name__ for widget in lab._panel.controls.values()]
    assert names == ["Slider", "Slider", "Dropdown", "RadioButtons", "Checkbox", "IntText"]
    for name, value in {"a": 4, "b": 0.02, "c": "w", "d": "two", "e": True, "f": 3}.items():
        lab._panel.controls[name].value = value
    assert lab.result == "4 0.02 w two True 3"


def still(axes: Axes, result: object) -> None:
    """A view without an updater."""
    axes.set_title(str(result))


def test_a_slider_reaches_both_ends_in_round_steps() -> None:
    assert Range(0, 15).values() == list(range(16))
    assert Range(0.0, 1.0).values()[:3] == [0.0, 0.01, 0.02]
    values = log(0.001, 10.0).values()
    assert (values[0], values[-1]) == (0.001, 10.0)
    assert {0.01, 0.03, 0.1, 0.3, 1.0} <= set(values)
    assert log(10, 1347).values()[-2:] == [1300, 1347]
    assert Range(0.0, 1.0, unit="%").say(0.35) == "35 %"


def test_a_slider_keeps_a_value_set_between_its_steps_until_it_is_moved() -> None:
    slider = Slider(log(0.001, 10.0), 0.03, "rate")
    slider.value = 0.0314
    assert slider.texts[slider.index] == "0.0314"
    slider.index += 1
    assert slider.value == 0.033


def test_a_refusal_takes_the_picture_away_and_the_next_good_value_brings_it_back() -> None:
    lab = fit_lab()
    degree(lab).value = 15
    assert lab.result is None
    assert lab.refusal == "degree must be at most 14, got 15"
    assert repr(lab).endswith("): degree must be at most 14, got 15")
    assert lab._picture.source == ""
    assert lab._words.alert.value == '<div role="alert">✗ degree must be at most 14, got 15</div>'
    degree(lab).value = 14
    assert lab.refusal == ""
    assert lab._picture.source
    assert lab._words.alert.value == ""


def test_a_refused_start_still_makes_a_lab() -> None:
    assert fit_lab(start={"degree": 15}).result is None
    assert walk_lab(start={"stride": 0}).refusal == "stride must not be 0, got 0"


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


def test_an_exception_in_a_step_stops_the_run_and_is_shown() -> None:
    async def play() -> None:
        lab = walk_lab(start={"stride": 9}, speed=0)
        assert lab._runner is not None
        lab._runner.run_button.click()
        await settle(0.2)
        assert str(lab.error) == "the walker fell"
        assert not lab._runner.running

    in_kernel(play)
    with pytest.raises(RuntimeError, match="the walker fell"):
        walk_lab(start={"stride": 9}).advance(5)


def test_a_warning_is_an_alert_and_the_picture_stays() -> None:
    def lost(*, stride: int = 1) -> Any:
        yield Walk((0,), 0.0)
        yield Walk((0, 1), 0.5, warning="Lost at step 1.")

    lab = Lab(lost, path, stride=(1, 2)).advance(5)
    assert lab._words.alert.value == '<div role="alert">✗ Lost at step 1.</div>'
    assert lab._picture.source


def test_only_a_live_lab_advances() -> None:
    with pytest.raises(TypeError, match="only a live lab advances"):
        fit_lab().advance()
    assert repr(walk_lab().advance(3)) == "Lab(walk, stride=1): After 3 steps of 1 the walker stands at 3."
    assert walk_lab().advance(500).result.progress == 1


def test_a_drag_sets_what_it_maps_to_clipped_to_its_range() -> None:
    lab = fit_lab(drag={curve: lambda x, y: {"noise": abs(y), "degree": 3.4}})

    def point(kind: str, x: float, y: float) -> None:
        lab._picture.pointer = {"kind": kind, "x": x, "y": y}

    box = lab._canvas.axes["curve"].bbox
    size = lab._canvas.figure.bbox
    middle = (box.x0 + box.x1) / 2 / size.width
    three_quarters = 1 - (box.y0 + 0.625 * box.height) / size.height
    point("down", middle, three_quarters)
    assert lab.settings["noise"] == pytest.approx(0.5, abs=0.01)
    assert lab.settings["degree"] == 3
    point("move", middle, -3.0)
    assert lab.settings["noise"] == 1.0
    point("up", middle, three_quarters)
    point("move", 2.0, 2.0)
    assert lab.settings["noise"] == pytest.approx(0.5, abs=0.01)


def test_the_saved_picture_carries_the_sentence_and_the_text_is_the_repr() -> None:
    lab = fit_lab()
    bundle = lab._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert (
        bundle["text/plain"] == repr(lab) == f"Lab(fit, degree=3, noise=0.3, random_state=0): {lab.result}"
    )
    kept = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    live = Image.open(io.BytesIO(base64.b64decode(lab._picture.source.split(",")[1])))
    assert kept.width == live.width == 834
    assert kept.height > live.height
    assert np.ptp(np.asarray(kept)[live.height :]) > 200


def test_show_draws_a_result_as_a_lab_does() -> None:
    result = fit()
    shown = show(result, curve, errors)
    bundle = shown._repr_mimebundle_()
    assert bundle["text/plain"] == repr(shown) == str(result)
    assert bundle["image/png"] == fit_lab()._repr_mimebundle_()["image/png"]
    assert shown.picture.alt == str(result)


def test_the_picture_is_drawn_at_the_pixel_ratio_and_in_the_room_of_the_page() -> None:
    lab = fit_lab()
    lab._picture.room, lab._picture.ratio = 1100, 2.0
    image = Image.open(io.BytesIO(base64.b64decode(lab._picture.source.split(",")[1])))
    assert image.width == 1668
    lab._picture.room, lab._picture.ratio = 417, 1.0
    image = Image.open(io.BytesIO(base64.b64decode(lab._picture.source.split(",")[1])))
    assert image.width == 417


def test_groups_fold_where_the_controls_go_under_the_picture() -> None:
    lab = fit_lab(groups={"Model": ["degree"]})
    lab._picture.room = 800
    assert lab._panel.groups[0].folded
    lab._picture.room = 1100
    assert not lab._panel.groups[0].folded


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


def test_an_updater_that_returns_false_gets_its_view_called_again() -> None:
    calls: list[int] = []

    def view(axes: Axes, result: Fit) -> Callable[[Fit], bool]:
        calls.append(result.curve.degree())
        return lambda new: new.curve.degree() == calls[-1]

    lab = Lab(fit, view, degree=(0, 9))
    degree(lab).value = 5
    assert calls == [3, 5]


def test_a_screen_reader_is_told_at_most_every_three_seconds() -> None:
    async def play() -> None:
        lab = fit_lab()
        first = lab._words.status.value
        for value in range(8):
            degree(lab).value = value
            await settle(0.01)
        assert lab._words.status.value == first

    in_kernel(play)


def test_a_logarithmic_slider_starts_above_zero() -> None:
    with pytest.raises(ValueError, match="a logarithmic range must be above 0, got 0"):
        log(0, 1)
