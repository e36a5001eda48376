"""What every picture of every lab keeps to: its text is whole, and its axes say their unit."""

from itertools import combinations

import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

from tests.labs import all_labs
from widgets.lab import Lab
from widgets.marks import Words

LABS = all_labs()


def drawn(name: str, scale: float = 1.0) -> Lab:
    lab = LABS[name]()
    if lab._runner:
        lab.advance(30)
    lab._canvas.size(scale)
    lab._canvas.draw(lab.result)
    return lab


def texts(lab: Lab) -> list[tuple[str, float, float, float, float]]:
    """Every text that can be read in the picture, with its box in pixels."""
    found = []
    for axes in lab._canvas.figure.axes:
        artists: list[Text | Words] = [*axes.findobj(Text), *axes.findobj(Words)]
        for each in artists:
            words = each.text if isinstance(each, Words) else each.get_text()
            if words and each.get_visible() and each not in unseen(axes):
                found.append((words, *each.get_window_extent().extents))
    return found


def unseen(axes: Axes) -> set[object]:
    """Labels of ticks outside the limits, and of axes that are switched off."""
    hidden: set[object] = set()
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            if not (axes.axison and low <= tick.get_loc() <= high):
                hidden |= {tick.label1, tick.label2}
    return hidden


@pytest.mark.parametrize("scale", [0.7, 1.0, 2.0])
@pytest.mark.parametrize("name", LABS)
def test_no_text_leaves_the_picture_or_meets_another(name: str, scale: float) -> None:
    lab = drawn(name, scale)
    width, height = lab._canvas.figure.bbox.size
    found = texts(lab)
    for words, left, bottom, right, top in found:
        assert left >= -2, f"{words!r} leaves on the left"
        assert right <= width + 2, f"{words!r} leaves on the right"
        assert bottom >= -2, f"{words!r} leaves at the bottom"
        assert top <= height + 2, f"{words!r} leaves at the top"
    for (one, *a), (other, *b) in combinations(found, 2):
        across = min(a[2], b[2]) - max(a[0], b[0])
        down = min(a[3], b[3]) - max(a[1], b[1])
        assert across <= 2 or down <= 3 * scale, f"{one!r} meets {other!r}"


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
