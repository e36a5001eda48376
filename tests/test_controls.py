"""What a learner moves, and the options that shape it."""

from typing import Any

import ipywidgets as ipw
import numpy as np
import pytest
from matplotlib.axes import Axes

from tests.examples import fit_lab, path
from widgets.controls import Range, Slider, log
from widgets.lab import Lab


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
    lab._panel.controls["degree"].value = 5
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


def test_groups_fold_where_the_controls_go_under_the_picture() -> None:
    lab = fit_lab(groups={"Model": ["degree"]})
    lab._picture.room = 800
    assert lab._panel.groups[0].folded
    lab._picture.room = 1100
    assert not lab._panel.groups[0].folded


def test_a_logarithmic_slider_starts_above_zero() -> None:
    with pytest.raises(ValueError, match="a logarithmic range must be above 0, got 0"):
        log(0, 1)


def test_a_slider_goes_over_another_range_and_keeps_its_value_where_it_can() -> None:
    slider = Slider(Range(1, 10), 8)
    slider.go_over(Range(1, 5))
    assert (slider.value, slider.index, slider.texts) == (5, 4, ["1", "2", "3", "4", "5"])
    slider.go_over(Range(1, 10))
    assert (slider.value, slider.index, len(slider.texts)) == (5, 4, 10)
    between = Slider(Range(0.0, 0.4, 0.1, unit="%"), 0.13)
    between.go_over(Range(0.0, 0.4, 0.1))
    assert (between.value, between.texts[between.index]) == (0.13, "0.13")
