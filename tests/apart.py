"""Whether the words of a picture keep apart, and inside it."""

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.text import Text

from widgets.lab import Lab
from widgets.marks import Words


def assert_apart(lab: Lab, scale: float = 1.0) -> None:
    """No text leaves the figure, and none meets another."""
    width, height = lab._canvas.figure.bbox.size
    found = texts(lab)
    for words, left, bottom, right, top in found:
        assert left < right, words
        assert bottom < top, words
        assert left >= -2, f"{words!r} leaves on the left"
        assert right <= width + 2, f"{words!r} leaves on the right"
        assert bottom >= -2, f"{words!r} leaves at the bottom"
        assert top <= height + 2, f"{words!r} leaves at the top"
    for (one, *a), (other, *b) in combinations(found, 2):
        across = min(a[2], b[2]) - max(a[0], b[0])
        down = min(a[3], b[3]) - max(a[1], b[1])
        assert across <= 2 or down <= 3 * scale, f"{one!r} meets {other!r}"


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
