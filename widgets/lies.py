"""The lies lab of lesson 07: what was published, the readings behind it, and what is wrong with it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.lie_cases import CASES, NONE_YET, SHOWN, Case, lies, middle
from course.lies import READINGS, VERDICTS
from course.wording import duration
from widgets import style
from widgets.lab import Lab
from widgets.picture import Update

PLACES = {"evidence": (64, 62, 470, 346), "claim": (610, 20, 214, 402)}
LATENCIES = (0.008, 0.5)  # seconds, on every axis of latencies
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
RATIOS = (0.5, 0.7, 1.0, 1.4, 2.0)
BINS = np.geomspace(*LATENCIES, 49)
SYSTEMS = (("A", style.BLUE, style.BLUE, "o"), ("B", style.ORANGE, style.ORANGE_TEXT, "^"))


def lies_lab(*, latencies_s: Sequence[float] | None = None, **options: Any) -> Lab:
    """Twelve published benchmarks: find out which lie is told, from the numbers.

    Parameters
    ----------
    latencies_s : measured readings whose noise the simulation takes over
    """
    moved: dict[str, Any] = {
        "case": (1, CASES),
        "show": list(SHOWN),
        "verdict": [NONE_YET, *VERDICTS],
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 470,
        "labels": {"show": "Look at", "verdict": "Your verdict", "random_state": "Other twelve"},
    }
    measured = None if latencies_s is None else tuple(float(each) for each in latencies_s)
    fixed = {"latencies_s": measured, **options.pop("fixed", {})}
    lab = Lab(lies, evidence, claim, fixed=fixed, **{**usual, **moved, **options})
    _forget(lab)
    return lab


def _forget(lab: Lab) -> None:
    """Take a verdict back when another case is opened."""
    case, verdict, seed = lab.control("case"), lab.control("verdict"), lab._panel.seed
    if case is None or verdict is None:
        return

    def forget(_: object) -> None:
        verdict.value = NONE_YET

    case.observe(forget, "value")
    if seed is not None:
        seed.on_click(forget)


def evidence(axes: Axes, result: Case) -> Update:
    """What was published, the readings in order, their histogram, or the fair comparison."""
    draw = dict(zip(SHOWN, (_published, _readings, _histogram, _fair), strict=True))[result.show]
    update = draw(axes)

    def same(other: Case) -> bool:
        if other.show != result.show:
            return False
        update(other)
        return True

    update(result)
    return same


def claim(axes: Axes, result: Case) -> Update:
    """The claim, large, and the verdict on it."""
    axes.set_axis_off()
    axes.set(xlim=(0, 214), ylim=(0, 402))
    heading = axes.set_title("")
    how: dict[str, Any] = {"va": "baseline", "animated": True}
    who = axes.text(0, 366, "", **how)
    number = axes.text(0, 328, "", fontsize=26, weight="bold", **how)
    words = axes.text(0, 302, "", **how)
    values = [
        axes.text(0, 268 - 26 * row, "", color=SYSTEMS[row][2], weight="bold", **how) for row in (0, 1)
    ]
    axes.plot([0, 214], [222, 222], color=style.RULE, lw=1)
    axes.text(0, 190, "Your verdict", weight="bold", fontsize=13)
    judged = axes.text(0, 160, "", linespacing=1.5, va="top", animated=True)
    mark = axes.text(0, 78, "", fontsize=26, weight="bold", va="baseline", animated=True)
    mark_words = axes.text(34, 82, "", va="baseline", animated=True)
    axes.text(0, 8, "simulated readings", color=style.TEXT_2)

    def update(result: Case) -> None:
        ratio = result.told.ratio
        heading.set_text(f"Case {result.number} claims")
        number.set_text(f"{max(ratio, 1 / ratio):.2f} ×")
        who.set_text("B is" if ratio >= 1 else "A is")
        words.set_text("as fast as A" if ratio >= 1 else "as fast as B")
        for text, (name, *_), time_s in zip(values, SYSTEMS, result.told.published_s, strict=True):
            text.set_text(f"{name}  {duration(time_s)}")
        judged.set_text(
            result.verdict.replace(" counted", "\ncounted")
            .replace(" called", "\ncalled")
            .replace(" instead", "\ninstead")
        )
        judged.set_color(style.INK if result.judged else style.TEXT_2)
        mark.set_text("" if not result.judged else "✓" if result.right else "✗")
        mark.set_color(style.GREEN if result.right else style.ORANGE)
        mark_words.set_text("" if not result.judged else "found" if result.right else "look again")

    update(result)
    return update


def _published(axes: Axes) -> Any:
    """Two bars, as somebody would publish them."""
    axes.set_title("As published: latency (ms)", x=-0.1, y=1.04)
    axes.set(xlim=(-0.6, 1.6), ylim=(0, 0.04), xticks=(0, 1), xticklabels=("A", "B"), xlabel="system")
    axes.set_yticks((0, 0.01, 0.02, 0.03, 0.04), ("0", "10", "20", "30", "40"))
    bars = axes.bar([0, 1], [0, 0], width=0.5, color=(style.BLUE, style.ORANGE))
    words = [axes.text(0, 0, "", ha="center", va="bottom", animated=True, weight="bold") for _ in bars]
    for bar in bars:
        bar.set_animated(True)

    def update(result: Case) -> None:
        for at, (bar, text) in enumerate(zip(bars, words, strict=True)):
            height = min(result.told.published_s[at], 0.04)
            bar.set_height(height)
            text.set(text=duration(result.told.published_s[at]), position=(at, min(height + 0.0006, 0.037)))

    return update


def _readings(axes: Axes) -> Any:
    """Every reading in the order taken; what was published, filled, and as a line."""
    axes.set_title("Readings in order: latency (ms)", x=-0.1, y=1.04)
    axes.set(xlim=(0, 2 * READINGS + 1), ylim=LATENCIES, yscale="log", xlabel="reading")
    axes.set_xticks((1, 20, 40, 60, 80))
    axes.set_yticks(TICKS, [f"{1000 * each:g}" for each in TICKS])
    axes.set_yticks([], minor=True)
    axes.text(0.06, 0.955, "filled: used in the claim · dashed: the values published",
              transform=axes.transAxes, color=style.TEXT_2, va="center")  # fmt: skip
    dots, lines, names = [], [], []
    for name, colour, text, marker in SYSTEMS:
        how: dict[str, Any] = {"ls": "", "marker": marker, "ms": 7, "mec": colour, "clip_on": False}
        dots.append([
            axes.plot([], [], mfc=fill, animated=True, **how)[0] for fill in ("white", colour)
        ])  # fmt: skip
        lines.append(axes.plot([], [], color=colour, lw=1.6, ls=(0, (5, 3)), animated=True)[0])
        names.append(axes.text(0, 0, name, color=text, weight="bold", va="center", animated=True))

    def update(result: Case) -> None:
        made = result.told
        for at, taken in enumerate((made.a_s, made.b_s)):
            where, shown = made.numbers[at], np.clip(taken, *LATENCIES)
            for dot, some in zip(dots[at], (~made.used, made.used), strict=True):
                dot.set_data(where[some], shown[some])
            lines[at].set_data([0, 2 * READINGS + 1], [made.published_s[at]] * 2)
        for text, up in zip(names, _apart(np.log(made.published_s), 0.22), strict=True):
            text.set_position((2 * READINGS + 3, float(np.exp(up))))

    return update


def _histogram(axes: Axes) -> Any:
    """How many readings lie where: A upwards, B downwards, on a logarithmic scale."""
    axes.set_title("Histogram: readings (logarithmic)", x=-0.1, y=1.04)
    axes.set(xlim=LATENCIES, ylim=(-150, 150), xscale="log", xlabel="latency (ms)")
    axes.set_yscale("symlog", linthresh=1)
    axes.set_yticks((-10, -1, 0, 1, 10), ("10", "1", "0", "1", "10"))
    axes.set_yticks([], minor=True)
    axes.set_xticks(TICKS, [f"{1000 * each:g}" for each in TICKS])
    axes.set_xticks([], minor=True)
    axes.axhline(0, color=style.TRAINING, lw=1)
    bars, middles, shown, names = [], [], [], []
    how: dict[str, Any] = {"transform": axes.transAxes, "ha": "right", "va": "center", "animated": True}
    for sign, (_, colour, text, _) in zip((1, -1), SYSTEMS, strict=True):
        bars.append(axes.bar(BINS[:-1], 0, np.diff(BINS) * 0.9, align="edge", color=colour))
        middles.append(axes.plot([], [], color=style.INK, lw=2.2, animated=True)[0])
        shown.append(axes.plot([], [], color=style.INK, lw=1.8, ls=(0, (4, 3)), animated=True)[0])
        words = axes.text(0.985, 0.5 + sign * 0.43, "", color=text, weight="bold", linespacing=1.5, **how)
        names.append(words)
        for bar in bars[-1]:
            bar.set_animated(True)

    def update(result: Case) -> None:
        for at, taken in enumerate((result.told.a_s, result.told.b_s)):
            sign = (1, -1)[at]
            for bar, count in zip(bars[at], np.histogram(np.clip(taken, *LATENCIES), BINS)[0], strict=True):
                bar.set_height(sign * count)
            middles[at].set_data([middle(taken)] * 2, [0, 40 * sign])
            shown[at].set_data([result.told.published_s[at]] * 2, [0, 40 * sign])
            words = (f"{SYSTEMS[at][0]}: p50 {duration(middle(taken))} (line)",
                     f"published {duration(result.told.published_s[at])} (dashed)")  # fmt: skip
            names[at].set_text("\n".join(words))

    return update


def _fair(axes: Axes) -> Any:
    """The published ratio, and the two measured again with an interval."""
    axes.set_title("How many times as fast B is as A", x=-0.1, y=1.04)
    axes.set(xlim=(0.45, 2.25), ylim=(-0.6, 1.6), xscale="log", xlabel="ratio of times, A to B")
    axes.set_xticks(RATIOS, [f"{each:g}" for each in RATIOS])
    axes.set_xticks([], minor=True)
    axes.set_yticks([])
    axes.axvline(1, color=style.INK, lw=1.6)
    axes.text(1.02, -0.52, "1: no difference", color=style.TEXT_2)
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 2}
    words = [axes.text(0.46, up, "", weight="bold", bbox=paper, animated=True) for up in (1.3, 0.34)]
    axes.text(
        0.46, 0.2, "warm, in turn, a fine clock, 40 pairs; band: interval", color=style.TEXT_2, bbox=paper
    )
    (claimed,) = axes.plot([], [], "D", ms=10, mfc="white", mec=style.INK, mew=2, animated=True)
    (band,) = axes.plot([], [], color=style.BLUE, lw=10, alpha=0.3, solid_capstyle="butt", animated=True)
    (dot,) = axes.plot([], [], "o", ms=10, color=style.BLUE, animated=True)

    def update(result: Case) -> None:
        made, fair = result.told, result.told.fair
        claimed.set_data([np.clip(made.ratio, 0.46, 2.2)], [1.05])
        band.set_data([fair.interval.low, fair.interval.high], [-0.05, -0.05])
        dot.set_data([fair.ratio], [-0.05])
        words[0].set_text(f"as published: {made.ratio:.2f}, no interval")
        words[1].set_text(f"measured again: {fair.ratio:.2f} ({fair.interval})")

    return update


def _apart(places: Any, least: float) -> Any:
    """Move two places apart to at least so much."""
    low, high = np.sort(places)
    if high - low < least:
        low, high = (low + high - least) / 2, (low + high + least) / 2
    return (low, high) if places[0] <= places[1] else (high, low)
