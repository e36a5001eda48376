"""The lab of one training step, opened: lesson 01, for those who build."""

from typing import Any, Literal, NamedTuple

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch
from matplotlib.transforms import IdentityTransform

from course.networks import Array
from course.one_step import SLOPES, OneStep, one_step
from course.wording import told_apart, written
from widgets import style
from widgets.controls import log
from widgets.lab import Lab
from widgets.marks import Words
from widgets.picture import Update

NEW = style.UNDER_POINTS[3]  # the paper under what this stage gives
WIDTH, HEIGHT = 824, 424  # of the axes: all places below are in these units, about CSS pixels
ROW = 23  # from one row to the next
Place = tuple[float, float]


class Node(NamedTuple):
    """A card of the network: its name, the middle of its upper edge, its width and height."""

    name: str
    x: float
    top: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a place lies in the card."""
        return abs(x - self.x) < self.width / 2 and self.top - self.height < y < self.top


class Row(NamedTuple):
    """Where a number stands, and the word before it."""

    x: float
    y: float
    word: str
    align: Literal["left", "center"] = "center"


NODES = (
    Node("input 1", 38, 386, 72, 64),
    Node("input 2", 38, 102, 72, 64),
    Node("hidden neuron 1", 339, 410, 186, 112),
    Node("hidden neuron 2", 339, 126, 186, 112),
    Node("output neuron", 573, 258, 152, 92),
    Node("loss", 744, 244, 156, 64),
)
# From where to where each parameter's line runs: first those into the hidden neurons.
LINES: tuple[tuple[Place, Place], ...] = (
    ((74, 354), (246, 354)),
    ((74, 354), (246, 70)),
    ((74, 70), (246, 354)),
    ((74, 70), (246, 70)),
    ((339, 262), (339, 298)),
    ((339, 162), (339, 126)),
    ((432, 354), (497, 236)),
    ((432, 70), (497, 188)),
    ((573, 140), (573, 166)),
)
JOINTS: tuple[tuple[Place, Place], ...] = (((649, 212), (666, 212)), ((744, 262), (744, 244)))
WAYS = {"": "", "forward": "forward →", "backward": "← backward"}
ROWS = {
    "input 1": Row(38, 342, ""),
    "input 2": Row(38, 58, ""),
    "sum 1": Row(339, 368, "sum"),
    "activation 1": Row(339, 343, "activation"),
    "error 1": Row(339, 318, "error"),
    "sum 2": Row(339, 84, "sum"),
    "activation 2": Row(339, 59, "activation"),
    "error 2": Row(339, 34, "error"),
    "output": Row(573, 214, "output"),
    "output error": Row(573, 189, "error"),
    "target": Row(744, 276, "target"),
    "loss": Row(744, 200, ""),
    "way": Row(744, 396, ""),
    "learning rate": Row(744, 20, "learning rate"),
    "new 0": Row(160, 372, "weight"),
    "slope 0": Row(160, 336, "slope"),
    "new 1": Row(120, 289, "weight"),
    "slope 1": Row(120, 266, "slope"),
    "new 2": Row(120, 147, "weight"),
    "slope 2": Row(120, 124, "slope"),
    "new 3": Row(160, 88, "weight"),
    "slope 3": Row(160, 52, "slope"),
    "new 4": Row(339, 250, "bias"),
    "slope 4": Row(339, 227, "slope"),
    "new 5": Row(339, 174, "bias"),
    "slope 5": Row(339, 197, "slope"),
    "new 6": Row(462, 368, "weight", "left"),
    "slope 6": Row(462, 345, "slope", "left"),
    "new 7": Row(462, 73, "weight", "left"),
    "slope 7": Row(462, 50, "slope", "left"),
    "new 8": Row(573, 128, "bias"),
    "slope 8": Row(573, 105, "slope"),
}


def one_step_lab(**options: Any) -> Lab:
    """One training step of a small network on one example, a few numbers at a time."""
    moved = {
        "input_1": (-2.0, 2.0, 0.1),
        "input_2": (-2.0, 2.0, 0.1),
        "target": (-2.0, 2.0, 0.1),
        "learning_rate": log(0.01, 10.0),
    }
    labels = {"input_1": "Input 1", "input_2": "Input 2", "random_state": "Another start"}
    return Lab(one_step, graph, **{"speed": 1.0, "labels": labels, **moved, **options})


def graph(axes: Axes, step: OneStep) -> Update:
    """The network as a graph, each number of the step where it arises."""
    axes.set_axis_off()
    axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    stage = axes.set_title(step.stage)
    rule = axes.set_title(step.now.rule, loc="right", fontweight="normal", fontsize=12)
    for ends in JOINTS:
        axes.plot(*zip(*ends, strict=True), color=style.TRAINING, linewidth=1.2)
    lines = [_line(axes, *ends) for ends in LINES]
    cards = [_card(axes, node) for node in NODES]
    notes = {name: Note(axes, row) for name, row in ROWS.items()}

    def update(step: OneStep) -> None:
        stage.set_text(step.stage)
        rule.set_text(step.now.rule)
        texts, new = _texts(step), _new(step)
        for line, weight in zip(lines, _weights(step), strict=True):
            _dress(line, weight)
        for card, node in zip(cards, NODES, strict=True):
            fresh = any(node.holds(*ROWS[name][:2]) for name in new)
            card.set(edgecolor=style.INK if fresh else style.TRAINING, linewidth=2.4 if fresh else 1.2)
        for name, note in notes.items():
            note.say(texts.get(name, ""), new=name in new)

    update(step)
    return update


class Note:
    """A short text on paper, which hides the line that it stands on."""

    def __init__(self, axes: Axes, row: Row) -> None:
        self.words = Words(axes, "", align=row.align)
        self.words.place(row.x / WIDTH, row.y / HEIGHT)
        self.words.set_zorder(5)
        self.colour = style.TEXT_2 if row.word in ("slope", "error", "learning rate") else style.INK
        self.paper = FancyBboxPatch(
            (0, 0), 1, 1, transform=IdentityTransform(), linewidth=0, animated=True, clip_on=False
        )
        self.paper.set_in_layout(False)
        axes.add_patch(self.paper)

    def say(self, text: str, *, new: bool) -> None:
        """Show a text, and whether it is new."""
        words, ratio = self.words, self.words.ratio
        words.text, words.bold, words.colour = text, new, style.INK if new else self.colour
        left, bottom, right, top = words.get_window_extent().padded(4 * ratio, 0).extents
        height = (ROW if new else ROW + 2) * ratio
        self.paper.set_bounds(left, (bottom + top - height) / 2, right - left, height)
        self.paper.set_boxstyle("round", pad=0, rounding_size=4 * ratio)
        self.paper.set(facecolor=NEW if new else "white", zorder=4 if new else 3.5, visible=bool(text))


def _line(axes: Axes, start: Place, end: Place) -> Line2D:
    (line,) = axes.plot(*zip(start, end, strict=True), animated=True, zorder=1, solid_capstyle="butt")
    return line


def _card(axes: Axes, node: Node) -> FancyBboxPatch:
    corner = node.x - node.width / 2, node.top - node.height
    look: dict[str, Any] = {"boxstyle": "round,pad=0,rounding_size=8", "facecolor": "white"}
    card = FancyBboxPatch(corner, node.width, node.height, animated=True, zorder=2, **look)
    axes.add_patch(card)
    name = Words(axes, node.name, colour=style.TEXT_2, align="center")
    name.place(node.x / WIDTH, (node.top - 16) / HEIGHT)
    name.set_zorder(3)
    return card


def _dress(line: Line2D, weight: float) -> None:
    """Draw a weight: blue and solid, or orange and dashed, the larger the wider."""
    colour = style.BLUE if weight > 0 else style.ORANGE if weight < 0 else style.TRAINING
    line.set(color=colour, linewidth=1 + 3 * min(abs(weight), 2), linestyle="--" if weight < 0 else "-")


def _weights(step: OneStep) -> Array:
    return (step.updated if "new 0" in step.numbers else step.network).parameters


def _new(step: OneStep) -> set[str]:
    return {"loss" if name == "new loss" else name for name in step.now.new}


def _texts(step: OneStep) -> dict[str, str]:
    """What stands in each row by now."""
    known = step.numbers
    given = {"input 1": step.x[0, 0], "input 2": step.x[0, 1], "target": step.y[0, 0]}
    old = {f"new {place}": value for place, value in enumerate(step.network.parameters)}
    said = {name: _short(value) for name, value in {**given, **old, **known}.items() if name in ROWS}
    texts = {name: f"{ROWS[name].word} {number}".strip() for name, number in said.items()}
    texts |= {name: f"slope {_signed(known[name])}" for name in SLOPES if name in known}
    if "new 0" in known:
        texts |= {name: _moved(value, known[name]) for name, value in old.items()}
    if "new loss" in known:
        texts["loss"] = _compared(step.loss, step.new_loss)
    return texts | {"learning rate": f"learning rate {step.learning_rate:g}", "way": WAYS[step.now.way]}


def _moved(old: float, new: float) -> str:
    """Write a weight before and after the step: before it, two decimals are the whole of it."""
    after = told_apart(old, new, most=4)[1] if abs(new) < 10 else _short(new)
    return f"{written(old)} → {after}"


def _compared(old: float, new: float) -> str:
    pair = told_apart(old, new, most=3) if max(old, new) < 10 else (_short(old), _short(new))
    return " → ".join(pair)


def _signed(value: float) -> str:
    return f"+{_short(value)}" if value >= 0.0005 else _short(value)


def _short(value: float) -> str:
    """Write a number in at most five characters and a sign."""
    if abs(value) < 0.005:
        return written(value, 3 if abs(value) >= 0.0005 else 2)
    return written(value, 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0)
