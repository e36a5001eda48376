"""The distillation lab of lesson 09: labels, or a teacher's answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from course.distillation import MOST, SHOWN, STEPS, Distillation, distillation
from course.networks import Array
from course.wording import percent
from widgets import style
from widgets.controls import Range, log
from widgets.lab import Lab
from widgets.marks import EndLabels, Tiles, Words
from widgets.picture import Update

SIDE = 28  # pixels of an image
COUNTS = (10, 30, 100, 300, 1000, MOST)
NEURONS = (2, 4, 8, 16, 32, 64, 128, 256)
FURTHER = {"none": 0, "1,000": 1000, "3,400": 3400}
PLACES = {
    "learns_from": (12, 326, 376, 68),
    "image": (12, 200, 96, 94),
    "sizes": (12, 44, 130, 116),
    "label": (190, 244, 200, 50),
    "sharp": (190, 152, 200, 50),
    "softer": (190, 60, 200, 50),
    "learnt": (460, 60, 196, 332),
}
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": style.ORANGE, "marker": "^", "ms": 8, "mec": "white"},
    {"color": style.BLUE, "marker": "o", "ms": 8, "mec": "white"},
    {"color": style.GREEN, "marker": "s", "ms": 7, "mec": "white"},
)
INKS = (style.ORANGE_TEXT, style.BLUE)  # of a label, and of the teacher's answer
NAMES = ("labels", "soft", "soft + more")


@dataclass(frozen=True)
class Steps(Range):
    """A slider over some whole numbers."""

    of: tuple[int, ...] = ()

    def values(self) -> list[float]:
        """List the numbers."""
        return list(self.of)


def distillation_lab(**options: Any) -> Lab:
    """Teach small networks by labels and by a large network's answers, and see who is right more often."""
    moved = {
        "temperature": log(1.0, 20.0),
        "soft_weight": Range(0.0, 1.0, 0.1, unit="%"),
        "labelled": Steps(COUNTS[0], COUNTS[-1], log=True, of=COUNTS),
        "unlabelled": FURTHER,
        "student_neurons": Steps(NEURONS[0], NEURONS[-1], log=True, of=NEURONS),
        "digit": (0, 9),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 420,
        "speed": 0.0,
        "more": ["digit"],
        "labels": {
            "soft_weight": "Weight of soft targets",
            "labelled": "Images with labels",
            "unlabelled": "Further, unlabelled",
            "student_neurons": "Student’s neurons",
            "digit": "Digit shown",
            "random_state": "Other starts",
        },
    }
    views = (learns_from, image, sizes, label, sharp, softer, learnt)
    return Lab(distillation, *views, **{**usual, **moved, **options})


def learns_from(axes: Axes, result: Distillation) -> Update:
    """Some of the images to learn from: with their label, or with the teacher's likeliest answer."""
    heading = axes.set_title("")
    tiles = Tiles(axes, columns=SHOWN, rows=1, shape=(SIDE, SIDE), foot=22)
    paper = style.colour_table("#FFFFFF", style.INK)
    feet = [Words(axes, "0", bold=True, align="center") for _ in range(SHOWN)]

    def update(result: Distillation) -> None:
        more = f", {result.further:,} answers" if result.further else ""
        heading.set_text(f"Learns from {result.labelled:,} labels{more}")
        tiles.set_colours(paper[_ink(np.concatenate([each.images for each in result.shown]))])
        says = [
            (said, colour) for each, colour in zip(result.shown, INKS, strict=False) for said in each.said
        ]
        for words in feet:
            words.text = ""
        for words, place, (said, colour) in zip(feet, tiles.feet(), says, strict=False):
            words.text, words.colour = str(said), colour
            words.place(*place)

    update(result)
    return update


def image(axes: Axes, result: Distillation) -> Update:
    """The image that the teacher is asked about."""
    heading = axes.set_title("")
    tiles = Tiles(axes, columns=1, rows=1, shape=(SIDE, SIDE))
    paper = style.colour_table("#FFFFFF", style.INK)

    def update(result: Distillation) -> None:
        heading.set_text(f"A {result.asked.digit}".replace("A 8", "An 8"))
        tiles.set_colours(paper[_ink(result.asked.image[None])])

    update(result)
    return update


def sizes(axes: Axes, result: Distillation) -> Update:
    """How many parameters the teacher and its students have."""
    axes.set(title="Parameters", xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    large = {"fontsize": 26, "weight": "bold", "va": "center", "animated": True}
    times = axes.text(0, 0.34, "", **large)  # type: ignore[arg-type]
    counts = [Words(axes, "teacher 101,770") for _ in range(2)]
    for words, up in zip(counts, (0.88, 0.68), strict=True):
        words.place(0, up)
    than = Words(axes, "smaller", colour=style.TEXT_2)
    than.place(0, 0.05)

    def update(result: Distillation) -> None:
        for words, name, network in zip(
            counts, ("teacher", "student"), (result.teacher, result.student), strict=True
        ):
            words.text = f"{name} {network.parameters.size:,}"
        than.text = "as large" if result.smaller == 1 else "smaller"
        times.set_text(f"{result.smaller:.3g}×" if result.smaller < 10 else f"{result.smaller:.0f}×")

    update(result)
    return update


def label(axes: Axes, result: Distillation) -> Update:
    """What the label says of the image: one digit."""
    return _bars(axes, result, style.ORANGE, lambda result: ("Its label", np.eye(10)[result.asked.digit]))


def sharp(axes: Axes, result: Distillation) -> Update:
    """What the teacher says of it."""
    return _bars(axes, result, style.TRAINING, lambda result: ("The teacher, T = 1", result.asked.plain))


def softer(axes: Axes, result: Distillation) -> Update:
    """What the teacher says of it at the temperature that is set: the soft targets."""

    def answer(result: Distillation) -> tuple[str, Array]:
        weight = f"{100 * result.soft_weight:.0f} %"
        return f"Soft {weight}, T = {result.temperature:.3g}", result.asked.soft

    update = _bars(axes, result, style.BLUE, answer)
    axes.set(xlabel="digit", xticklabels=range(10))
    return update


def learnt(axes: Axes, result: Distillation) -> Update:
    """Accuracy of each student on the test images against the steps taken, and the teacher's."""
    ticks = (0, 0.25, 0.5, 0.75, 1)
    axes.set(title="Accuracy on test digits", xlim=(0, STEPS), ylim=(0, 1), xlabel="steps of 20 images")
    axes.set_xticks((0, STEPS // 2, STEPS), ("0", f"{STEPS // 2:,}", f"{STEPS:,}"))
    axes.set_yticks(ticks, ["0", *(percent(each) for each in ticks[1:])])
    (teacher,) = axes.plot([], [], color=style.INK, lw=1.8, ls=(0, (5, 3)), animated=True)
    draws = [_student(axes, look) for look in LOOKS]
    inks = (style.ORANGE_TEXT, style.BLUE, style.INK, style.TEXT_2)
    widest = [f"{name} 100 %" for name in (*NAMES, "teacher")]
    words = [Words(axes, text, colour=ink, bold=True) for text, ink in zip(widest, inks, strict=True)]
    three = EndLabels(axes, [words[0], words[1], words[3]]), EndLabels(axes, words)

    def update(result: Distillation) -> None:
        students = len(result.now)
        for number, draw in enumerate(draws):
            draw(result if number < students else None, number)
        teacher.set_data([0, STEPS], [result.teacher_accuracy] * 2)
        heights = [*map(float, result.now), result.teacher_accuracy]
        names = [*NAMES[:students], "teacher"]
        words[2].text = ""
        texts = [f"{name} {percent(up, short=True)}" for name, up in zip(names, heights, strict=True)]
        three[students > 2].say(heights, texts)

    update(result)
    return update


def _student(axes: Axes, look: dict[str, Any]) -> Callable[[Distillation | None, int], None]:
    """Prepare the middle of a student's starts, the band of all, and the start that is being learnt."""
    band = Polygon(np.zeros((1, 2)), color=look["color"], alpha=0.2, lw=0, animated=True, zorder=1.5)
    axes.add_patch(band)
    (thin,) = axes.plot([], [], color=look["color"], lw=1, animated=True)
    (line,) = axes.plot([], [], color=look["color"], animated=True)
    (end,) = axes.plot([], [], ls="", animated=True, clip_on=False, zorder=5, **look)

    def draw(result: Distillation | None, number: int) -> None:
        for each in (thin, line, end):
            each.set_data([], [])
        band.set_visible(False)
        if result is None:
            return
        done, steps = result.finished, result.steps
        latest = result.histories[-1][number]
        middle = np.median(done[:, number], axis=0) if len(done) else latest
        line.set_data(steps[: len(middle)], middle)
        end.set_data(steps[[len(middle) - 1]], middle[[-1]])
        if len(latest) < len(steps) and len(done):
            thin.set_data(steps[: len(latest)], latest)
        if len(done) > 1:
            low, high = done[:, number].min(axis=0), done[:, number].max(axis=0)
            across = np.concatenate([steps, steps[::-1]])
            band.set_xy(np.stack([across, np.concatenate([low, high[::-1]])], axis=1))
            band.set_visible(True)

    return draw


def _bars(
    axes: Axes, result: Distillation, colour: str, answer: Callable[[Distillation], tuple[str, Array]]
) -> Update:
    """Draw what is said of an image, a bar for each digit; its second thought is written out."""
    axes.set(xlim=(-0.6, 9.6), ylim=(0, 1.05), xticks=range(10), xticklabels=[""] * 10)
    axes.set_yticks((0, 1), ("0", "100 %"))
    heading = axes.set_title("")
    bars = axes.bar(range(10), [0.0] * 10, 0.72, color=colour, animated=True)
    second = Words(axes, "100 %")

    def update(result: Distillation) -> None:
        text, shares = answer(result)
        heading.set_text(text)
        for bar, share in zip(bars, shares, strict=True):
            bar.set_height(share)
        truth, other = result.asked.digit, result.asked.second
        second.text = percent(float(shares[other]), short=True) if shares[other] > 0 else ""
        across, up = axes.transLimits.transform((other - 0.36, shares[other] + 0.2))
        width = second.get_window_extent().width / axes.bbox.width
        second.place(across if other > truth else across + 0.072 - width, up)

    update(result)
    return update


def _ink(inputs: Array) -> Any:
    return (255 * inputs).astype(np.uint8).reshape(-1, SIDE, SIDE)
