"""The early-stopping lab of lesson 02: where a learner would stop, who chooses, and who judges."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.stopping import FEW, FEWEST, LOADERS, MANY, MOST, WIDEST, stopping
from course.stops import EPOCHS, Stopping
from course.wording import percent, written
from widgets import style
from widgets.controls import Range, log
from widgets.curves import band
from widgets.lab import Lab
from widgets.marks import EndLabels, Words
from widgets.picture import Update

PLACES = {
    "loss": (46, 238, 196, 152),
    "accuracy": (474, 238, 190, 152),
    "judged": (226, 34, 440, 112),
}
ROWS = 5
TOPS = ((0.0, 1.0), (0.1, 2.5), (0.3, 5.0), (1.0, 8.0))  # the loss axis ends there, up to such a noise
HARD = 400, 16  # with fewer images or hidden neurons no loss is below 1
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}
RING: dict[str, Any] = {"ls": "", "marker": "o", "ms": 9, "mfc": "white", "mec": style.BLUE, "mew": 2.4}


def stopping_lab(**options: Any) -> Lab:
    """Watch loss and accuracy on images that aren't learnt from, say where to stop, let the test judge."""
    moved = {
        "noise": Range(0.0, 0.6, 0.1, unit="%"),
        "stop": (1, EPOCHS),
        "data": list(LOADERS),
        "train_size": log(FEWEST, MOST),
        "patience": (1, 50),
        "validation_size": log(FEW, MANY),
        "hidden_neurons": log(1, WIDEST),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 420,
        "speed": 0.0,
        "midway": ("stop", "patience"),
        "more": ["validation_size", "hidden_neurons"],
        "drag": {loss: _to_stop, accuracy: _to_stop},
        "labels": {
            "noise": "Random labels",
            "stop": "You stop at epoch",
            "train_size": "Images that teach",
            "patience": "A rule’s patience",
            "validation_size": "Images that choose",
            "hidden_neurons": "Hidden neurons",
            "random_state": "Other images",
        },
    }
    return Lab(stopping, loss, accuracy, judged, **{**usual, **moved, **options})


def _to_stop(across: float, _: float) -> dict[str, int]:
    return {"stop": round(across)}


def loss(axes: Axes, result: Stopping) -> Update:
    """Loss of training and validation against the epoch, and the line where the learner would stop."""
    top = _top(result)
    axes.set(title="Loss (nats)", ylim=(0, top), yticks=(0, top / 2, top))
    axes.set_yticklabels(("0", f"{top / 2:g}", f"{top:g}"))
    draw = _lines(axes, ("train 0.00", "validation 0.00"))
    mine = Words(axes, "you", bold=True)

    def update(result: Stopping) -> bool | None:
        if _top(result) != top:
            return False
        draw(result, result.losses, result.least_loss, written)
        left = result.stop > EPOCHS / 2
        mine.place(result.stop / EPOCHS, 0.93, (-38 if left else 8) * mine.ratio)
        return None

    update(result)
    return update


def accuracy(axes: Axes, result: Stopping) -> Update:
    """Accuracy in training and validation against the epoch, at the end that of the test as well."""
    axes.set(title="Accuracy", ylim=(0, 1.02), yticks=(0, 0.5, 1))
    axes.set_yticklabels(("0", "50 %", "100 %"))
    sure = band(axes)
    draw = _lines(axes, ("train <100 %", "validation 100 %", "test 100 %"))

    def update(result: Stopping) -> None:
        sure(list(result.band))
        draw(result, result.accuracies, result.best_accuracy, _short)

    update(result)
    return update


def _lines(axes: Axes, widest: tuple[str, ...]) -> Any:
    """Prepare the lines of each set, the one where the learner would stop, and a ring for the best."""
    axes.set(xlim=(0, EPOCHS), xticks=(0, EPOCHS // 2, EPOCHS), xlabel="epoch")
    looks: tuple[dict[str, Any], ...] = style.TRAIN_LINE, style.TEST_LINE, {"color": style.BLUE}
    lines = [axes.plot([], [], animated=True, **look)[0] for look in looks[: len(widest)]]
    (mine,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    (ball,) = axes.plot([], [], clip_on=False, animated=True, zorder=7, **BALL)
    (ring,) = axes.plot([], [], clip_on=False, animated=True, zorder=6, **RING)
    inks = style.TEXT_2, style.INK, style.BLUE
    words = [
        Words(axes, text, colour=ink, bold=ink != style.TEXT_2)
        for text, ink in zip(widest, inks, strict=False)
    ]
    ends = {count: EndLabels(axes, words[:count]) for count in range(2, len(words) + 1)}
    low, high = axes.get_ylim()

    def draw(result: Stopping, histories: Any, best: int, say: Any) -> None:
        test = result.test_accuracies if len(widest) > 2 else None
        shown = [*histories] if test is None else [*histories, test]
        for each in (*lines, *words):
            each.set_visible(False)
        for line, history, word in zip(lines, shown, words, strict=False):
            line.set_data(range(len(history)), history)
            for each in (line, word):
                each.set_visible(True)
        heights = [float(np.clip(each[-1], low, high)) for each in shown]
        names = [text.split(" ", 1)[0] for text in widest]
        texts = [f"{name} {say(float(each[-1]))}" for name, each in zip(names, shown, strict=False)]
        ends[len(shown)].say(heights, texts)
        mine.set_data([result.stop] * 2, (low, high))
        ball.set_data([result.stop], [low])
        ring.set_data(*(([best], [histories[1][best]]) if result.over else ([], [])))

    return draw


def judged(axes: Axes, result: Stopping) -> Update:
    """What the test says of each choice, once the run is over."""
    heading = axes.set_title("")
    axes.set(xlim=(0, 1), ylim=(ROWS, 0), yticks=range(ROWS + 1), yticklabels=[""] * (ROWS + 1))
    axes.set(xticks=(0, 0.5, 1), xticklabels=("0", "50 %", "100 %"))
    rows = [row + 0.5 for row in range(ROWS)]
    bands = [
        axes.plot([], [], color=style.BLUE, alpha=0.3, lw=9, solid_capstyle="butt", animated=True)[0]
        for _ in rows
    ]
    (mine,) = axes.plot([], [], clip_on=False, animated=True, zorder=6, **BALL)
    (others,) = axes.plot(
        [], [], ls="", marker="o", ms=9, color=style.BLUE, mec="white", animated=True, clip_on=False
    )
    names = [Words(axes, "best accuracy, epoch 100", bold=not row) for row in range(ROWS)]
    says = [Words(axes, "100 %", bold=True) for _ in rows]
    hidden = Words(axes, "hidden until the run is over", colour=style.TEXT_2, align="center")
    hidden.place(0.5, 0.5)

    def update(result: Stopping) -> None:
        once = "Too late, the test is known" if result.late else "The test judges once"
        heading.set_text(f"{once}: right on {result.test_size:,} other images")
        hidden.text = "" if result.over else "hidden until the run is over"
        for row, (name, epoch) in enumerate(result.stops):
            names[row].text = name if epoch is None else f"{name}, epoch {epoch}"
            names[row].place(0, 1 - rows[row] / ROWS, -216 * names[row].ratio)
            says[row].text = ""
            bands[row].set_data([], [])
        found = result.choices
        for row, each in enumerate(found):
            bands[row].set_data([each.interval.low, each.interval.high], [rows[row]] * 2)
            says[row].text = _short(each.accuracy)
            says[row].place(1, 1 - rows[row] / ROWS, 14 * says[row].ratio)
        mine.set_data([each.accuracy for each in found[:1]], rows[: len(found[:1])])
        others.set_data([each.accuracy for each in found[1:]], rows[1 : len(found)])

    update(result)
    return update


def _top(result: Stopping) -> float:
    images, neurons = HARD
    hard = result.train_size < images or result.hidden_neurons < neurons
    return next(top for noise, top in TOPS[hard:] if result.noise <= noise)


def _short(share: float) -> str:
    return percent(share, short=True)
