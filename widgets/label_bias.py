"""The label-bias lab of lesson 04: biased labels, what a model makes of them, and what the test says."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course import lending
from course.label_bias import GROUPS, LabelBias, label_bias
from course.rates import Rate
from course.wording import percent
from widgets import style
from widgets.controls import Range
from widgets.lab import Lab
from widgets.marks import EndLabels, Words
from widgets.picture import Update

COLOURS = dict(zip(GROUPS, (style.BLUE, style.ORANGE, style.GREEN), strict=True))
TEXTS = dict(zip(GROUPS, (style.BLUE, style.ORANGE_TEXT, style.INK), strict=True))
MARKERS = dict(zip(GROUPS, "o^s", strict=True))
PLACES = {
    "approvals": (200, 280, 160, 156),
    "hundred": (10, 10, 400, 186),
    "test": (500, 62, 200, 364),
}
ROWS = ("lender", "training labels", "model", "model, everyone else")
TESTS = ("real test", "flipped test", "all applicants")
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}
TENTHS: dict[str, Any] = {"ticks": (0, 0.5, 1), "labels": ("0", "50 %", "100 %")}


def label_bias_lab(**options: Any) -> Lab:
    """Flip approvals of one group in the labels, in the test too if wanted, and see who notices."""
    moved = {
        "flipped": Range(0.0, 1.0, 0.1, unit="%"),
        "group": list(GROUPS),
        "with_race": bool,
        "flip_test": bool,
        "columns": dict(zip(("nothing", "tract", "opinion"), lending.COLUMNS, strict=True)),
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 470,
        "labels": {
            "flipped": "Approvals flipped",
            "group": "Of applicants who are",
            "with_race": "Tell the model the race",
            "flip_test": "Flip them in the test too",
            "columns": "Financial columns, and",
            "random_state": "Flip others",
        },
        "drag": {test: lambda x, _: {"flipped": x}},
    }
    return Lab(label_bias, approvals, hundred, test, **{**usual, **moved, **options})


def approvals(axes: Axes, result: LabelBias) -> Update:
    """Share approved: by the lender, in the training labels, by the model; with 95 % intervals."""
    heading = axes.set_title("", x=-190 / 160)
    axes.set(xlim=(0, 1), ylim=(3.55, -0.55), yticks=range(4), yticklabels=ROWS)
    axes.set_xticks(**TENTHS)
    axes.tick_params(axis="y", labelcolor=style.INK, pad=11)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    group = result.group
    colours = (*[COLOURS[group]] * 3, style.TRAINING)
    dots, bars = [], []
    for row, colour in enumerate(colours):
        bars += axes.plot([], [], color=colour, lw=9, alpha=0.3, solid_capstyle="butt", animated=True)
        how: dict[str, Any] = {"color": colour, "ms": 10, "mfc": "white" if row == 1 else colour, "mew": 2}
        dots += axes.plot([], [], MARKERS[group] if row < 3 else "D", animated=True, clip_on=False, **how)
    values = [Words(axes, "more than 99 %", bold=row == 2) for row in range(4)]

    def update(result: LabelBias) -> bool:
        now = result.now
        heading.set_text(f"Approved: {group} applicants")
        found = (result.lender, now.labels, now.approved, now.elsewhere)
        for row, (rate, dot, bar, words) in enumerate(zip(found, dots, bars, values, strict=True)):
            low, high = ends(rate)
            dot.set_data([share(rate)], [row])
            bar.set_data([low, high], [row, row])
            words.text = percent(share(rate), short=True)
            words.place(1.0, 1 - (row + 0.55) / 4.1, 15 * words.ratio)
        return result.group == group

    update(result)
    return update


def hundred(axes: Axes, result: LabelBias) -> Update:
    """Of a hundred people of the group whom the lender approved, those whom the model refuses."""
    axes.set_axis_off()
    axes.set(xlim=(0, 400), ylim=(0, 186))
    group = result.group
    axes.set_title("Of 100 approved by the lender")
    places = np.stack(np.meshgrid(10 + 17 * np.arange(10), 176 - 17.5 * np.arange(10)), axis=-1)
    across, up = places.reshape(-1, 2).T
    marker: Any = MARKERS[group]
    marks = axes.scatter(across, up, s=74, marker=marker, linewidths=0, animated=True)
    number = axes.text(196, 118, "", fontsize=26, weight="bold", va="baseline", animated=True)
    axes.text(196, 90, "the model refuses")
    axes.text(196, 46, f"{group} applicants", color=style.TEXT_2)
    of = Words(axes, "0,000 of 0,000", colour=style.TEXT_2)
    of.place(195 / 400, 74 / 186)
    paint = np.array([style.rgb(style.RULE), style.rgb(COLOURS[group])]) / 255

    def update(result: LabelBias) -> bool:
        refused = result.now.refused
        said = percent(share(refused), short=True).removesuffix(" %")
        count = {"<1": 1, ">99": 99}.get(said) or int(said)
        marks.set_facecolor(paint[(np.arange(100) < count).astype(int)])
        number.set_text(said)
        of.text = f"{refused.count:,} of {refused.of:,}"
        return result.group == group

    update(result)
    return update


def test(axes: Axes, result: LabelBias) -> Update:
    """What each test says against the share flipped: the real one, one flipped likewise, all applicants."""
    heading = axes.set_title("", x=-66 / 200, y=1 + 10 / 364)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="approvals flipped (drag the line)")
    axes.set_xticks(**TENTHS)
    axes.set_yticks(**TENTHS)
    group = result.group
    band = axes.fill_between([], [], [], color=COLOURS[group], alpha=0.2, lw=0, animated=True)
    (everyone,) = axes.plot([], [], color=style.TRAINING, lw=1.8, animated=True)
    lines = [axes.plot([], [], color=COLOURS[group], animated=True, clip_on=False)[0] for _ in range(2)]
    (rule,) = axes.plot([], [], color=style.INK, lw=1.8, animated=True, clip_on=False)
    (ball,) = axes.plot([], [], animated=True, zorder=6, clip_on=False, **BALL)
    (here,) = axes.plot([], [], MARKERS[group], ms=11, color=COLOURS[group], mec="white", zorder=5)
    here.set(animated=True, clip_on=False)
    words = [Words(axes, text) for text in TESTS]
    labels = EndLabels(axes, words)

    def update(result: LabelBias) -> bool:
        curve, chosen = result.curve, result.flip_test
        shares = [each.flipped for each in curve]
        heading.set_text(f"Test, {group} applicants: {percent(share(result.tested), short=True)} agree")
        for which, line in enumerate(lines):
            line.set_data(shares, [share(each.agreement[which]) for each in curve])
            line.set(lw=3.2 if which == chosen else 1.6, ls="-" if which == chosen else (0, (5, 3)))
            words[which].bold = which == chosen
        everyone.set_data(shares, [share(each.everybody[chosen]) for each in curve])
        band.set_data(shares, *np.transpose([ends(each.agreement[chosen]) for each in curve]))
        rule.set_data([result.now.flipped] * 2, (0, 1))
        ball.set_data([result.now.flipped], [0.12])
        here.set_data([result.now.flipped], [share(result.tested)])
        last = [*map(share, curve[-1].agreement), share(curve[-1].everybody[chosen])]
        labels.say(last, list(TESTS))
        return result.group == group

    for each, colour in zip(words, (TEXTS[group], TEXTS[group], style.TEXT_2), strict=True):
        each.colour = colour
    update(result)
    return update


def share(rate: Rate) -> float:
    """The share, where there are people."""
    return rate.count / rate.of


def ends(rate: Rate) -> tuple[float, float]:
    """Both ends of the 95 % interval."""
    assert rate.interval is not None
    return rate.interval.low, rate.interval.high
