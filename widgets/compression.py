"""The lab of lesson 09 in which everything happens in a row, and one variant is picked."""

from collections.abc import Generator, Sequence
from functools import wraps
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.compression import LAST, MOST, STUDENTS, Row, in_a_row
from course.networks import Array
from course.variants import BUDGETS, MEASURES, NEAR, Variant, energy_said, exactly, front
from course.wording import duration, size
from widgets import style
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import Words, at
from widgets.picture import Update

LOWEST = 0.8  # accuracy at the foot of the picture: what is below stands there, with an arrow
TOGETHER = 16  # CSS pixels, up to which points share their numbers
SPANS: dict[str, tuple[float, float]] = {
    "file size": (8e3, 6e6), "compressed size": (8e3, 6e6), "latency": (2e-6, 3e-3), "energy": (2e-5, 3e-2),
}  # fmt: skip
TICKS: dict[str, dict[float, str]] = {
    "file size": {1e4: "10 kB", 1e5: "100 kB", 1e6: "1 MB"},
    "compressed size": {1e4: "10 kB", 1e5: "100 kB", 1e6: "1 MB"},
    "latency": {1e-5: "10 µs", 1e-4: "100 µs", 1e-3: "1 ms"},
    "energy": {1e-4: "100 µJ", 1e-3: "1 mJ", 1e-2: "10 mJ"},
}
COLUMNS = {"right": 0.49, "size": 0.62, "time": 0.77, "energy": 0.92}
HEAD, STEP = 0.95, 0.0765  # of the table's height: its head, and from one row to the next


def row_lab(**options: Any) -> Lab:
    """Distil, prune, fine-tune, quantise; then pick one variant for a budget. Earlier runs are kept."""
    shelf: tuple[Variant, ...] = ()

    @wraps(in_a_row)
    def collecting(**settings: Any) -> Generator[Row, Any, None]:
        nonlocal shelf
        run = in_a_row(**{**settings, "made": shelf})
        changes = None
        while True:
            try:
                result = run.send(changes)
            except StopIteration:
                return
            shelf = result.made
            try:
                changes = yield result
            except GeneratorExit:
                run.close()
                raise

    moved = {
        "student_neurons": {str(count): count for count in STUDENTS},
        "pruned_share": Range(0.0, 0.98, step=0.02, unit="%"),
        "across": list(MEASURES),
        "budget": list(BUDGETS),
        "pick": (0, LAST),
    }
    usual: dict[str, Any] = {
        "layout": {"fronts": (58, 56, 250, 320), "table": (330, 20, 500, 356)},
        "height": 406,
        "speed": 0.0,
        "midway": ["across", "budget", "pick"],
        "labels": {
            "student_neurons": "Student’s neurons",
            "pruned_share": "Pruned",
            "across": "Drawn against",
            "pick": "Your pick (0: none)",
            "random_state": "Other start",
        },
        "without": ["made"],
    }
    return Lab(collecting, fronts, table, **{**usual, **moved, **options})


def fronts(axes: Axes, result: Row) -> Update:
    """Accuracy against what a variant takes; what nothing beats is joined; beyond the budget is grey."""
    across = result.across
    axes.set_title("Right on test images")
    axes.set(xscale="log", xlim=SPANS[across], ylim=(LOWEST, 1.0))
    axes.set_xticks([*TICKS[across]], labels=[*TICKS[across].values()])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(f"{across} of an answer, here" if across in ("latency", "energy") else across)
    axes.set_yticks((0.8, 0.9, 1.0), labels=("80 %", "90 %", "100 %"))
    out: dict[str, Any] = {"color": style.GRID, "alpha": 0.8, "lw": 0, "zorder": -1, "animated": True}
    right = axes.axvspan(*SPANS[across], **out)
    below = axes.axhspan(LOWEST, LOWEST, **out)
    (line,) = axes.plot([], [], color=style.BLUE, lw=2.0, animated=True)
    dot: dict[str, Any] = {"ls": "", "marker": "o", "ms": 10, "mew": 1.5, "animated": True}
    (others,) = axes.plot([], [], color="white", mec=style.TRAINING, **dot)
    (best,) = axes.plot([], [], color=style.BLUE, mec="white", **dot)
    (ring,) = axes.plot([], [], **{**dot, "ms": 17, "mfc": "none", "mec": style.INK, "mew": 2.4})
    numbers = [Words(axes, "", bold=True, align="center") for _ in range(MOST)]
    hint = Words(axes, "nothing made yet", colour=style.TEXT_2, align="center")
    hint.place(0.5, 0.5)

    def update(result: Row) -> bool | None:
        if result.across != across:
            return False
        made = result.made
        hint.text = "" if made else "starting …" if result.progress else "nothing made yet"
        taken = np.array([MEASURES[across](each) for each in made])
        near = NEAR if across in ("latency", "energy") else 0.0
        found = front(costs=taken, accuracies=[each.accuracy for each in made], near=near) if made else []
        costs = np.clip(taken, *SPANS[across])
        shares = np.array([max(each.accuracy, LOWEST) for each in made])
        rest = [place for place in range(len(made)) if place not in found]
        line.set_data(costs[found], shares[found])
        line.set_drawstyle("steps-post")
        best.set_data(costs[found], shares[found])
        others.set_data(costs[rest], shares[rest])
        chosen = [place for place, each in enumerate(made) if each is result.chosen]
        ring.set_data(costs[chosen], shares[chosen])
        limit = _limit(result)
        right.set_x(limit)
        right.set_width(SPANS[across][1] - limit)
        least = result.asked.least * made[0].accuracy if made else LOWEST
        below.set_height(max(least, LOWEST) - LOWEST)
        _number(axes, numbers, costs, made)
        return None

    update(result)
    return update


def _number(axes: Axes, words: list[Words], costs: Array, made: Sequence[Variant]) -> None:
    """Write each point's number beside it; points that lie together share a line of numbers."""
    size_px = np.array([axes.bbox.width, axes.bbox.height]) / words[0].ratio
    ups = [max(each.accuracy, LOWEST) for each in made]
    points = np.array([at(axes, x, y) for x, y in zip(costs, ups, strict=True)])
    points = points.reshape(-1, 2) * size_px
    taken: list[Array] = []
    for each in words:
        each.text = ""
    for each, group in zip(words, _together(points), strict=False):
        each.text = " ".join(f"{made[n].number}{'↓' * (made[n].accuracy < LOWEST)}" for n in group)
        half = np.array([5.5 * len(each.text), 9])
        place = _free(points[group], points, taken, half, size_px)
        taken.append(np.array([place - half, place + half]))
        each.place(*place / size_px)


def _together(points: Array) -> list[list[int]]:
    """Group points of which each is near to another of its group."""
    groups: list[list[int]] = []
    for number, point in enumerate(points):
        near = (group for group in groups if np.hypot(*(points[group] - point).T).min() < TOGETHER)
        group = next(near, None)
        if group is None:
            groups.append([number])
        else:
            group.append(number)
    return groups


def _free(group: Array, points: Array, taken: list[Array], half: Array, room: Array) -> Array:
    """Find a place for a text beside some points where it covers least: above, right, left or below."""
    low, high, middle = group.min(axis=0), group.max(axis=0), group.mean(axis=0)
    aside = half + 10
    places = [
        np.array([middle[0], high[1] + aside[1]]),
        np.array([high[0] + aside[0], middle[1]]),
        np.array([low[0] - aside[0], middle[1]]),
        np.array([middle[0], low[1] - aside[1]]),
    ]

    def covered(place: Array) -> int:
        onto = (np.abs(points - place) < half + 5).all(axis=1).sum()
        texts = sum(bool(((box[0] < place + half) & (box[1] > place - half)).all()) for box in taken)
        outside = (place < half).any() or (place + half > room).any()
        return int(onto) + texts + 9 * int(outside)

    return min(places, key=covered)


def _limit(result: Row) -> float:
    """Where the budget ends on the axis that is drawn; its right end where it has no such limit."""
    asked = result.asked
    limits = {"file size": asked.most_bytes, "latency": asked.most_s}
    end = SPANS[result.across][1]
    return min(limits.get(result.across) or end, end)


def table(axes: Axes, result: Row) -> Update:
    """Each variant with what it takes; in grey what the next run will make."""
    heading = axes.set_title("")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    head: dict[str, Any] = {"y": HEAD - 0.015, "ha": "center", "color": style.TEXT_2, "animated": True}
    heads = [axes.text(x=across, s=name, **head) for name, across in COLUMNS.items()]
    stripe = axes.axhspan(0, STEP, color=style.PANEL, lw=0, zorder=-1, animated=True)
    rows = [_cells(axes, number) for number in range(MOST)]

    def update(result: Row) -> None:
        budget = result.asked
        heading.set_text(f"For {budget.place}" if len(budget.place) < 36 else f"For a {result.budget}")
        heads[1].set_text("zipped" if result.across == "compressed size" else "file")
        planned = result.plan[: MOST - len(result.made)] if not result.made else ()
        numbers = [each.number for each in result.made] or list(range(1, len(planned) + 1))
        row = numbers.index(result.pick) + 1 if result.pick in numbers else 0
        stripe.set_y(_height(row) - STEP / 2 if row else -1)
        for number, cells in enumerate(rows):
            if number < len(result.made):
                made = result.made[number]
                fits = not budget.broken(made, result.made[0].accuracy)
                _say(
                    cells,
                    _values(made, result.across),
                    style.INK if fits else style.TEXT_2,
                    fits,
                )
            elif number < len(planned):
                _say(cells, [f"{number + 1}", planned[number], *["–"] * 4], style.TEXT_2, False)
            else:
                _say(cells, [""] * 6, style.TEXT_2, False)
        if result.pick and not row:
            rows[-1][1].text = f"your pick: {result.pick}, not there"
        if not result.made:
            rows[len(planned)][1].text = f"from random start {result.random_state}"

    update(result)
    return update


def _height(number: int) -> float:
    return HEAD - number * STEP


def _cells(axes: Axes, number: int) -> list[Words]:
    """Prepare a row of the table: number, name and figures."""
    up = _height(number + 1)
    cells = [Words(axes, "", align="center"), Words(axes, "")]
    cells[0].place(0.02, up)
    cells[1].place(0.055, up)
    for across in COLUMNS.values():
        words = Words(axes, "", align="center")
        words.place(across, up)
        cells.append(words)
    return cells


def _values(made: Variant, across: str) -> list[str]:
    held = made.compressed_bytes if across == "compressed size" else made.disk_bytes
    return [
        f"{made.number}", made.name, exactly(made.accuracy), size(held),
        duration(made.latency_s), energy_said(made),
    ]  # fmt: skip


def _say(cells: list[Words], texts: list[str], colour: str, bold: bool) -> None:
    for words, text in zip(cells, texts, strict=True):
        words.text, words.colour = text, colour
    cells[0].bold = bold
