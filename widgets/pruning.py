"""The pruning lab of lesson 09: what is missed, what comes back by training, and what is saved."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course.sparsity import FINE_TUNE, NEURONS, SHARES, WAYS, Sparsity, sparsity
from course.wording import percent, size
from widgets import style
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import EndLabels, Tiles, Words
from widgets.picture import Update

SIDE = 8  # pixels of a digit
LARGE = 0.6  # size of a weight that is shown in full colour
STEPS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)
CHANCE = 0.1
WIDTH, ROWS = 300, 4  # of the bars' panel, in pixels and rows
BAR = 138, 76  # where the bars begin, and how long one is that stands for the unpruned network
PLACES = {
    "first_layer": (10, 170, 284, 214),
    "left": (10, 8, WIDTH, 110),
    "accuracy": (384, 56, 278, 328),
}
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}
NAMES = {
    WAYS[0]: "smallest first",
    WAYS[1]: "smallest first",
    "random": "smallest first",
    NEURONS: "weakest first",
}


@dataclass(frozen=True)
class Shares(Range):
    """A slider over shares that lie closer together the more is pruned."""

    def values(self) -> list[float]:
        """List the shares."""
        return list(STEPS)


def pruning_lab(**options: Any) -> Lab:
    """Prune a network that knows digits, see what it has forgotten, and train what is left."""
    moved = {
        "pruned_share": Shares(STEPS[0], STEPS[-1], unit="%"),
        "how": {
            "smallest of all": WAYS[0],
            "smallest of each layer": WAYS[1],
            "at random": WAYS[2],
            NEURONS: NEURONS,
        },
        "fine_tune": {"none": FINE_TUNE[0], "after": FINE_TUNE[1], "in steps": FINE_TUNE[2]},
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 412,
        "labels": {
            "pruned_share": "Pruned",
            "how": "Weights that go",
            "fine_tune": "Fine-tune",
            "random_state": "Other training",
        },
        "drag": {accuracy: lambda across, _: {"pruned_share": 1 - 10.0**-across}},
    }
    return Lab(sparsity, first_layer, left, accuracy, **{**usual, **moved, **options})


def first_layer(axes: Axes, result: Sparsity) -> Update:
    """Weights of each hidden neuron, a pixel a weight: blue above 0, orange below, blank if pruned."""
    heading = axes.set_title("")
    tiles = Tiles(axes, columns=8, rows=6, shape=(SIDE, SIDE))
    table = style.colour_table(style.ORANGE, "#FAE0CB", "#CFE2F2", style.BLUE)
    blank = np.array(style.rgb(style.PANEL), np.uint8)

    def update(result: Sparsity) -> None:
        weights = result.first_layer
        heading.set_text(f"First layer: {np.count_nonzero(weights):,} of {weights.size:,} left")
        places = np.round(127.5 + 127.5 * np.clip(weights / LARGE, -1, 1)).astype(int)
        colours = np.where(weights[..., None] == 0, blank, table[places])
        tiles.set_colours(colours.reshape(-1, SIDE, SIDE, 3).astype(np.uint8))

    update(result)
    return update


def left(axes: Axes, result: Sparsity) -> Update:
    """What is left of weights, file and multiplications, the unpruned network the full bar."""
    axes.set(title="Left of the unpruned network", xlim=(0, WIDTH), ylim=(ROWS, 0))
    axes.set_axis_off()
    bars, values = [], []
    for row, name in enumerate(("weights not 0", "multiplications", "file", "compressed file")):
        axes.text(0, row + 0.5, name, va="center", color=style.TEXT_2)
        axes.add_patch(Rectangle((BAR[0], row + 0.22), BAR[1], 0.56, color=style.GRID, lw=0))
        bars.append(Rectangle((BAR[0], row + 0.22), 0, 0.56, color=style.BLUE, lw=0, animated=True))
        axes.add_patch(bars[-1])
        values.append(Words(axes, "14.8 kB", bold=True))
        values[-1].place((sum(BAR) + 8) / WIDTH, 1 - (row + 0.5) / ROWS)

    def update(result: Sparsity) -> None:
        whole, now = result.stored
        amounts = [
            (now.nonzero, whole.nonzero, f"{now.nonzero:,}"),
            (now.multiply_adds, whole.multiply_adds, f"{now.multiply_adds:,}"),
            (now.file_bytes, whole.file_bytes, size(now.file_bytes)),
            (now.compressed_bytes, whole.compressed_bytes, size(now.compressed_bytes)),
        ]
        for bar, words, (amount, of, text) in zip(bars, values, amounts, strict=True):
            bar.set_width(BAR[1] * min(amount / of, 1.0))
            words.text = text

    update(result)
    return update


def accuracy(axes: Axes, result: Sparsity) -> Update:
    """Accuracy against the share pruned, untrained; and of this network as it is now."""
    ticks = (0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
    axes.set(title="Right on new digits", ylim=(0, 1.12), yticks=(0, CHANCE, 0.5, 1), xlim=(-0.06, 2.06))
    axes.set_yticklabels(("0", "chance", "50 %", "100 %"))
    axes.set_xticks([_across(each) for each in ticks], [f"{100 * each:g}" for each in ticks])
    axes.set_xlabel("pruned, in %")
    axes.plot([0, 2], [CHANCE] * 2, color=style.TRAINING, lw=1.4, ls=":")
    axes.tick_params(axis="x", pad=8)
    looks: tuple[dict[str, Any], ...] = (
        {"color": style.BLUE, "marker": "o", "ms": 6, "mec": "white"},
        {"color": style.ORANGE, "marker": "^", "ms": 7, "mec": "white"},
    )
    bands = [
        axes.fill_between([], [], [], color=each["color"], alpha=0.2, lw=0, animated=True) for each in looks
    ]
    (whole,) = axes.plot([], [], color=style.TRAINING, lw=1.4, animated=True)
    lines = [axes.plot([], [], lw=1.8, animated=True, **each)[0] for each in looks]
    leaders = [axes.plot([], [], color=style.TEXT_2, lw=1, ls=":", animated=True)[0] for _ in range(2)]
    (here,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    (rise,) = axes.plot([], [], color=style.INK, lw=4, animated=True)
    (scratch,) = axes.plot([], [], "s", color=style.GREEN, ms=11, mec="white", animated=True, zorder=5)
    (now,) = axes.plot([], [], "o", color=style.INK, ms=12, mec="white", mew=1.5, animated=True, zorder=6)
    (ball,) = axes.plot([], [], animated=True, zorder=7, clip_on=False, **BALL)
    of_all = Words(axes, "unpruned 100 %", colour=style.TEXT_2)
    of_all.place(0, 0.955)
    ends = EndLabels(
        axes,
        [
            Words(axes, "smallest first", colour=style.BLUE),
            Words(axes, "weights at random", colour=style.ORANGE_TEXT),
            Words(axes, "fine-tuned 100 %", bold=True),
            Words(axes, "from scratch 100 %"),
        ],
    )
    places = [_across(each) for each in SHARES]

    def update(result: Sparsity) -> None:
        low, high = result.curves.min(axis=0), result.curves.max(axis=0)
        for number, (band, line) in enumerate(zip(bands, lines, strict=True)):
            band.set_data(places, low[number], high[number])
            line.set_data(places, result.curves[0, number])
        whole.set_data([0, 2], [result.unpruned] * 2)
        of_all.text = f"unpruned {percent(result.unpruned)}"
        aim, at = _across(result.pruned_share), _across(result.share_now)
        here.set_data([aim] * 2, [0, 1])
        ball.set_data([aim], [0])
        now.set_data([at], [result.accuracy])
        mended = [result.before, result.accuracy] if result.fine_tune == "after" else [np.nan] * 2
        rise.set_data([aim] * 2, mended)
        scratch.set_data([aim], [result.scratch_accuracy if result.epoch else np.nan])
        for leader, x, y in zip(
            leaders, (at, aim), (result.accuracy, result.scratch_accuracy), strict=True
        ):
            leader.set_data([x, axes.get_xlim()[1]], [y, y])
        leaders[1].set_visible(result.epoch > 0)
        heights = [*result.curves[0, :, -1], result.accuracy, result.scratch_accuracy]
        ends.say(
            [float(each) for each in heights],
            [NAMES[result.how], _random(result), _now(result), _scratch(result)],
        )

    update(result)
    return update


def _across(share: float) -> float:
    """Where a share lies on the axis: each tenth of what is left as far again."""
    return float(-np.log10(1 - min(share, SHARES[-1])))


def _random(result: Sparsity) -> str:
    return "weights at random" if result.how == NEURONS else "at random"


def _now(result: Sparsity) -> str:
    said = percent(result.accuracy, short=True)
    if result.fine_tune == "none":
        return f"stays at {said}"
    if result.epoch:
        return f"fine-tuned {said}"
    return f"{'pruned' if result.fine_tune == 'after' else 'so far'} {said}"


def _scratch(result: Sparsity) -> str:
    return f"from scratch {percent(result.scratch_accuracy, short=True)}" if result.epoch else ""
