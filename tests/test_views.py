"""What every picture of every lab keeps to: its text is whole, and its axes say their unit."""

import pytest

from tests.apart import assert_apart
from tests.labs import all_labs
from widgets.lab import Lab

LABS = all_labs()


def drawn(name: str, scale: float = 1.0) -> Lab:
    lab = LABS[name]()
    if lab._runner:
        lab.advance(30)
    lab._canvas.size(scale)
    lab._canvas.draw(lab.result)
    return lab


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
@pytest.mark.parametrize("name", LABS)
def test_no_text_leaves_the_picture_or_meets_another(name: str, scale: float) -> None:
    assert_apart(drawn(name, scale), scale)


@pytest.mark.parametrize("name", LABS)
def test_every_panel_has_a_title_and_names_what_runs_along_it(name: str) -> None:
    lab = drawn(name)
    for axes in lab._canvas.figure.axes:
        assert axes.get_title(loc="left")
    if any(axes.axison for axes in lab._canvas.figure.axes):
        assert any(axes.get_xlabel() for axes in lab._canvas.figure.axes)


@pytest.mark.parametrize("name", LABS)
def test_limits_stay_where_they_are_while_a_lab_runs(name: str) -> None:
    lab = LABS[name]()
    axes = lab._canvas.figure.axes
    before = [(each.get_xlim(), each.get_ylim(), each.get_position().bounds) for each in axes]
    if lab._runner:
        lab.advance(40)
    assert [(each.get_xlim(), each.get_ylim(), each.get_position().bounds) for each in axes] == before
