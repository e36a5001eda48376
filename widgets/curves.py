"""Two histories over the epochs of a run: on what it trained on, and on the test."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from course.networks import Array
from widgets import style
from widgets.marks import EndLabels, Words

Draw = Callable[[Array, Array, list[str]], None]


def curves(axes: Axes, max_epochs: int, widest: Sequence[str] = ("train 100 %", "test 100 %")) -> Draw:
    """Make two lines over epochs, training and test, each named at its end."""
    axes.set(xlim=(0, max_epochs), xticks=(0, max_epochs // 2, max_epochs))
    lines = [axes.plot([], [], animated=True, **look)[0] for look in (style.TRAIN_LINE, style.TEST_LINE)]
    train = Words(axes, widest[0], colour=style.TEXT_2)
    ends = EndLabels(axes, [train, Words(axes, widest[1], bold=True)])
    low, high = axes.get_ylim()

    def draw(own: Array, test: Array, texts: list[str]) -> None:
        for line, history in zip(lines, (own, test), strict=True):
            line.set_data(range(len(history)), history)
        ends.say([float(np.clip(own[-1], low, high)), float(np.clip(test[-1], low, high))], texts)

    return draw


def band(axes: Axes) -> Callable[[Sequence[Array]], None]:
    """Make a band from the lowest to the highest of several histories."""
    area = Polygon(np.zeros((1, 2)), color=style.INK, alpha=0.2, lw=0, animated=True, zorder=1.5)
    axes.add_patch(area)

    def draw(histories: Sequence[Array]) -> None:
        area.set_visible(len(histories) > 1)
        if area.get_visible():
            both = np.array(histories)
            low, high = (np.clip(end(both, axis=0), *axes.get_ylim()) for end in (np.nanmin, np.nanmax))
            epochs = np.arange(len(low))
            across = np.concatenate([epochs, epochs[::-1]])
            area.set_xy(np.stack([across, np.concatenate([low, high[::-1]])], axis=1))

    return draw
