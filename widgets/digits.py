"""The digits lab of lesson 01: a network learns handwritten digits."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.optimisers import OPTIMISERS
from course.runs import Run
from course.training import learn_digits
from course.wording import percent
from widgets import style
from widgets.controls import log
from widgets.curves import curves
from widgets.lab import Lab
from widgets.marks import Tiles, Words
from widgets.picture import Update

PICTURES = 64  # neurons whose weights are shown
STRONG = 0.5  # a weight of this size, or more, has the full colour
LOSS_TOP = 2.5  # nats; guessing among ten digits costs ln 10 = 2.3


def digits_lab(**options: Any) -> Lab:
    """A network learns handwritten digits: its curves, its weights, and what it answers."""
    moved = {
        "learning_rate": log(0.001, 10.0),
        "hidden_neurons": log(1, 256),
        "train_size": log(10, 1347),
        "batch_size": {str(size): size for size in (8, 16, 32, 64, 128, 256)} | {"all": 1347},
        "optimiser": list(OPTIMISERS),
    }
    labels = {"train_size": "Training digits", "random_state": "Another start"}
    places = {
        "layout": [["weights", "accuracy"], ["weights", "loss"], ["answers", "answers"]],
        "widths": (0.45, 0.55),
        "heights": (0.39, 0.39, 0.22),
        "height": 480,
    }
    return Lab(
        learn_digits,
        weights,
        accuracy,
        loss,
        answers,
        **{**places, "labels": labels, **moved, **options},
    )


def weights(axes: Axes, run: Run) -> Update:
    """What each neuron of the first layer looks for: a picture of its weights."""
    heading = axes.set_title("Weights")
    tiles = Tiles(axes, columns=8, rows=8, shape=(8, 8))
    table = style.colour_table(style.ORANGE, style.WITHOUT_POINTS[1], style.BLUE)

    def update(run: Run) -> None:
        values = run.network.layers[0][0].T
        title = f"Weights of {len(values)} neuron{'s' * (len(values) > 1)}"
        if len(values) > PICTURES:
            title = f"Weights of {PICTURES} of {len(values)} neurons"
        heading.set_text(title)
        levels = np.clip(values[:PICTURES] / STRONG, -1, 1) * 127.5 + 127.5
        tiles.set_colours(table[levels.astype(np.uint8)].reshape(-1, 8, 8, 3))

    update(run)
    return update


def accuracy(axes: Axes, run: Run) -> Update:
    """Share of digits named rightly against the epoch, in training and in the test."""
    heading = axes.set_title("Accuracy")
    axes.set(ylim=(0, 1), yticks=(0, 0.5, 1), yticklabels=("0", "50 %", "100 %"))
    draw = curves(axes, run.max_epochs)

    def update(run: Run) -> None:
        heading.set_text(f"Accuracy, {run.train_size:,} training {run.noun}s")
        own, test = (percent(share[-1], short=True) for share in (run.train_accuracy, run.test_accuracy))
        draw(run.train_accuracy, run.test_accuracy, [f"train {own}", f"test {test}"])

    update(run)
    return update


def loss(axes: Axes, run: Run) -> Update:
    """Loss against the epoch, in training and in the test."""
    axes.set(title="Loss (nats)", ylim=(0, LOSS_TOP), yticks=(0, 1, 2))
    draw = curves(axes, run.max_epochs)

    def update(run: Run) -> None:
        if axes.get_xlabel() != f"epoch of {run.pace}":
            axes.set_xlabel(f"epoch of {run.pace}")
        ends = [f"train {run.train_loss[-1]:.2f}", f"test {run.test_loss[-1]:.2f}"]
        draw(run.train_loss, run.test_loss, ends)

    update(run)
    return update


def answers(axes: Axes, run: Run) -> Update:
    """Test digits, ten ordinary ones and the ten oddest, and what the network says."""
    axes.set_title("What it says to ten ordinary test digits, and to the ten oddest")
    tiles = Tiles(axes, columns=20, rows=1, shape=(8, 8), foot=22)
    paper = style.colour_table("#FFFFFF", style.INK)
    ink = run.test_inputs[run.examples]
    tiles.set_colours(paper[(255 * ink).astype(np.uint8)].reshape(-1, 8, 8, 3))
    texts = [Words(axes, "✗ 0", align="center") for _ in run.examples]

    def update(run: Run) -> bool | None:
        if len(run.examples) != len(texts):
            return False
        for text, foot, answer, truth in zip(texts, tiles.feet(), run.answers, run.truths, strict=True):
            right = answer == truth
            text.text = f"{'✓' if right else '✗'} {answer}"
            text.colour, text.bold = (style.INK, False) if right else (style.ORANGE_TEXT, True)
            text.place(*foot)
        return None

    update(run)
    return update
