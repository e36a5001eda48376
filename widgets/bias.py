"""The narrow-data lab of lesson 04: a group's share of the training data shrinks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.bias import MODELS, SHARES, Narrow, narrow
from course.networks import Array
from course.rates import Rate
from course.wording import percent
from widgets import style
from widgets.choices import Chips
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import Tiles, Words
from widgets.picture import Update

TILES = 100  # training images shown: one for each hundredth of the data
ASKED = 12  # test images of the group
SIDE = 8
Ends = tuple[float, float, float]
GROUPS = {"digits": "digits", "slanted": "slanted"}
PLACES = {
    "training": (10, 330, 680, 116),
    "rightly": (706, 330, 122, 116),
    "by_group": (58, 54, 216, 216),
    "mixed": (342, 54, 190, 216),
    "readings": (566, 32, 262, 240),
}
LOWEST = 0.8  # accuracy at the foot of the mixture's axis
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}
GROUP: dict[str, Any] = {"color": style.ORANGE, "marker": "^", "ms": 8, "mec": "white"}
OTHERS: dict[str, Any] = {"color": style.BLUE, "marker": "o", "ms": 7, "mec": "white"}


@dataclass(frozen=True)
class Shares(Range):
    """A slider over the shares that are computed at once."""

    def values(self) -> list[float]:
        """List the shares."""
        return list(SHARES)


def narrow_lab(**options: Any) -> Lab:
    """Shrink a group's share of the training data, and see whom the model fails."""
    moved = {
        "group": GROUPS,
        "digits": Chips(list("0123456789"), ("8", "9"), "Digits of the group"),
        "group_share": Shares(SHARES[0], SHARES[-1], log=True, unit="%"),
        "model": {"logistic": MODELS[0], "network": MODELS[1]},
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 480,
        "labels": {"group_share": "Group’s share", "random_state": "Other images"},
        "only": {"digits": lambda settings: settings["group"] == "digits"},
        "drag": {by_group: _to_share, mixed: _to_share},
    }
    return Lab(narrow, training, rightly, by_group, mixed, readings, **{**usual, **moved, **options})


def _to_share(across: float, _: float) -> dict[str, float]:
    return {"group_share": across}


def training(axes: Axes, result: Narrow) -> Update:
    """A hundred of the training images, in which a group has its share; its own are orange."""
    heading = axes.set_title("")
    tiles = Tiles(axes, columns=25, rows=4, shape=(SIDE, SIDE))
    theirs = style.colour_table("#FAE0CB", style.ORANGE_TEXT)
    paper = style.colour_table(style.PANEL, style.INK)

    def update(result: Narrow) -> None:
        count = round(TILES * result.group_share)
        group, others = result.sides.mixed(result.group_share)
        heading.set_text(f"100 training images, {count} of the group ({result.sides.short})")
        own, other = _ink(group.inputs[:count]), _ink(others.inputs[: TILES - count])
        tiles.set_colours(np.concatenate([theirs[own], paper[other]]))

    update(result)
    return update


def rightly(axes: Axes, result: Narrow) -> Update:
    """How much the model reads rightly, of the group and of a test mixed as the training data is."""
    axes.set(title="Read rightly", xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    large: dict[str, Any] = {"fontsize": 26, "weight": "bold", "va": "center", "animated": True}
    group = axes.text(0, 0.83, "", color=style.ORANGE_TEXT, **large)
    mix = axes.text(0, 0.29, "", **large)
    of = Words(axes, "of 8s and 9s"), Words(axes, "of the mix")
    of[0].place(0, 0.58)
    of[1].place(0, 0.04)

    def update(result: Narrow) -> None:
        now = result.now
        group.set_text(percent(now.group.value or 0.0, short=True))
        mix.set_text(percent(now.mix[0], short=True))
        of[0].text = f"of {result.sides.short}"

    update(result)
    return update


def by_group(axes: Axes, result: Narrow) -> Update:
    """Accuracy on the group and on all others, against the group's share."""
    axes.set(title="Accuracy of each", ylim=(0, 1.02), yticks=(0, 0.5, 1))
    axes.set_yticklabels(("0", "50 %", "100 %"))
    draw = _against_share(axes, [GROUP, OTHERS])
    theirs = Words(axes, "8s and 9s", colour=style.ORANGE_TEXT, bold=True, align="center")
    theirs.place(0.72, 0.07)
    others = Words(axes, "all others", colour=style.BLUE, bold=True)
    others.place(0.05, 0.86)

    def update(result: Narrow) -> None:
        draw(result, [[_ends(each.group), _ends(each.others)] for each in result.curve])
        theirs.text = result.sides.short

    update(result)
    return update


def mixed(axes: Axes, result: Narrow) -> Update:
    """Accuracy on test images mixed as the training data is, against the group's share."""
    axes.set(title="Mixed as trained", ylim=(LOWEST, 1.004), yticks=(0.8, 0.9, 1))
    axes.set_yticklabels(("80 %", "90 %", "100 %"))
    draw = _against_share(axes, [{**style.TEST_LINE, "marker": "o", "ms": 6, "mec": "white"}])

    def update(result: Narrow) -> None:
        found = [each.mix for each in result.curve]
        draw(result, [[(value, interval.low, interval.high)] for value, interval in found])

    update(result)
    return update


def _against_share(axes: Axes, looks: list[dict[str, Any]]) -> Callable[[Narrow, list[list[Ends]]], None]:
    """Prepare lines and bands against the group's share, and the line to drag."""
    ticks = (0.01, 0.03, 0.1, 0.5)
    axes.set(xscale="log", xlim=(0.009, 0.55), xlabel="share of the training data")
    axes.set_xticks(ticks, [f"{100 * each:g} %" for each in ticks])
    axes.set_xticks([], minor=True)
    bands = [
        axes.fill_between([], [], [], color=each["color"], alpha=0.2, lw=0, animated=True) for each in looks
    ]
    (here,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    lines = [axes.plot([], [], animated=True, **each)[0] for each in looks]
    (ball,) = axes.plot([], [], animated=True, zorder=6, clip_on=False, **BALL)

    def draw(result: Narrow, found: list[list[Ends]]) -> None:
        shares = [each.share for each in result.curve]
        for band, line, (value, low, high) in zip(
            bands, lines, np.transpose(found, (1, 2, 0)), strict=True
        ):
            band.set_data(shares, low, high)
            line.set_data(shares, value)
        here.set_data([result.group_share] * 2, axes.get_ylim())
        ball.set_data([result.group_share], axes.get_ylim()[:1])

    return draw


def readings(axes: Axes, result: Narrow) -> Update:
    """Test images of the group, and what the model says to each."""
    axes.set_title("What it says to the group")
    tiles = Tiles(axes, columns=4, rows=3, shape=(SIDE, SIDE), foot=24)
    paper = style.colour_table("#FAE0CB", style.ORANGE_TEXT)
    says = [Words(axes, "✗ 0", align="center", bold=True) for _ in range(ASKED)]

    def update(result: Narrow) -> None:
        test = result.sides.test_group.first(ASKED)
        tiles.set_colours(paper[_ink(test.inputs)])
        for words, foot, said, truth in zip(
            says, tiles.feet(), result.now.answers, test.labels, strict=False
        ):
            right = said == truth
            words.text = f"{'✓' if right else '✗'} {said}"
            words.colour, words.bold = (style.INK, False) if right else (style.ORANGE_TEXT, True)
            words.place(*foot)

    update(result)
    return update


def _ink(inputs: Array) -> Any:
    return (255 * inputs).astype(np.uint8).reshape(-1, SIDE, SIDE)


def _ends(rate: Rate) -> Ends:
    """Return a share and the ends of its interval."""
    assert rate.value is not None
    assert rate.interval is not None
    return rate.value, rate.interval.low, rate.interval.high
