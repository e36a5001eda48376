"""The scenarios lab of lesson 07: how questions arrive decides how long an answer takes."""

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from course.networks import Array
from course.queues import EVERY_S, Served, tail
from course.scenario_runs import scenarios
from course.scenarios import MODELS, RULES, SHARES, Scenario
from course.wording import duration
from widgets import style
from widgets.controls import Range, log
from widgets.lab import Lab
from widgets.marks import EndLabels, Words
from widgets.picture import Update

PLACES = {
    "timeline": (46, 278, 290, 116),
    "distribution": (66, 52, 270, 146),
    "against_rate": (536, 52, 270, 250),
}
SHOWN = 60  # queries on the time axis
GRID = 400  # places on the time axis at which they are counted
WAITING = "comes after the service times"
TICKS = {1e-5: "10 µs", 1e-3: "1 ms", 0.1: "0.1 s", 10: "10 s"}
ACROSS = np.linspace(0, 3, 121)  # shares, as nines
NINES = {0: "0", 1: "90 %", 2: "99 %", 3: "99.9 %"}
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}


def scenarios_lab(**options: Any) -> Lab:
    """Time a network, let questions reach it in four ways, and see who waits how long."""
    moved = {
        "scenario": list(RULES),
        "model": list(MODELS[::-1]),
        "bound_ms": log(0.1, 100.0, "ms"),
        "arrival_rate": Range(SHARES[0], SHARES[-1], 0.02, unit="%"),
        "stall": bool,
    }
    usual: dict[str, Any] = {
        "layout": PLACES,
        "height": 424,
        "speed": 0.0,
        "midway": ("scenario", "bound_ms", "arrival_rate", "stall"),
        "labels": {
            "model": "Network",
            "bound_ms": "Latency bound",
            "arrival_rate": "Arrivals, of capacity",
            "stall": "Server stalls for a second",
        },
        "drag": {against_rate: lambda x, _: {"arrival_rate": x}},
    }
    return Lab(scenarios, timeline, distribution, against_rate, **{**usual, **moved, **options})


def timeline(axes: Axes, result: Scenario) -> Update:
    """How many queries have arrived and how many are answered: what lies between is the queue."""
    heading = axes.set_title("", x=-36 / 290)
    axes.set(xlim=(0, 1), ylim=(0, 1.04), xticks=(0, 0.5, 1), xticklabels=("", "", ""))
    axes.set_yticks((0, 0.5, 1), ("0", "", ""))
    ticks = [Words(axes, "99.9 ms", colour=style.TEXT_2, align="center") for _ in range(3)]
    for place, words in enumerate(ticks):
        words.place(place / 2, -17 / 116)
    below = Words(axes, "60 queries in simulated time", align="center")
    below.place(0.5, -40 / 116)
    band = axes.fill_between([], [], [], color=style.ORANGE, alpha=0.25, lw=0, animated=True)
    (arrived,) = axes.plot([], [], color=style.INK, lw=1.8, animated=True)
    (answered,) = axes.plot([], [], color=style.BLUE, lw=2.8, animated=True)
    (longest,) = axes.plot([], [], color=style.ORANGE, lw=1.8, marker="|", ms=9, animated=True)
    colours = (style.INK, style.BLUE, style.ORANGE_TEXT)
    names = [Words(axes, "waits 99.9 ms", colour=each) for each in colours]
    ends = EndLabels(axes, names)

    def update(result: Scenario) -> None:
        heading.set_text(f"{result.scenario.capitalize()}, {result.model} network")
        stall = ", stall" if result.stall else ""
        begun = "measuring …" if result.times or result.waited else "nothing measured yet"
        below.text = f"{'simulated time' if result.ready else begun}{stall}"
        for each in (band, arrived, answered, longest, *names):
            each.set_visible(result.ready)
        if not result.ready:
            say(ticks, "0", "", "")
            return
        served, chosen = result.served, slice(*shown(result.served, stalls=result.stall))
        intended, ended = served.intended_s[chosen], served.ended_s[chosen]
        count, worst = len(ended), int((ended - intended).argmax())
        start, length = intended[0], max(intended[-1], ended[worst]) - intended[0]
        across = np.linspace(0, 1, GRID)
        times = start + length * across
        came, went = (np.searchsorted(each, times, "right") / count for each in (intended, ended))
        arrived.set_data(across, came)
        answered.set_data(across, went)
        band.set_data(across, went, came)
        up = (worst + 0.5) / count
        longest.set_data([(each[worst] - start) / length for each in (intended, ended)], [up] * 2)
        below.text = f"{count:,} queries{of_each(result)}, simulated time{stall}"
        say(ticks, "0", *(duration(float(each * length)) for each in (0.5, 1)))
        waits = f"waits {duration(float(ended[worst] - intended[worst]))}"
        ends.say([1.0, float(went[-1]), up], ["arrived", "answered", waits])

    update(result)
    return update


def distribution(axes: Axes, result: Scenario) -> Update:
    """Latency within which a share of the queries is answered: as users wait, and as a naive loop says."""
    heading = axes.set_title("", x=-56 / 270)
    value = Words(axes, "one call so far: p50 99.9 ms", bold=True)
    axes.set(xlim=(0, 3), xlabel="share of the queries", yscale="log", ylim=(3e-6, 20))
    axes.set_xticks(list(NINES), list(NINES.values()))
    axes.set_yticks(list(TICKS), list(TICKS.values()), minor=False)
    axes.minorticks_off()
    (bound,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    (naive,) = axes.plot([], [], color=style.TRAINING, lw=1.8, animated=True)
    (intended,) = axes.plot([], [], color=style.BLUE, lw=2.8, animated=True)
    (reported,) = axes.plot([], [], "o", ms=9, color=style.BLUE, mec="white", animated=True, zorder=5)
    names = [
        Words(axes, "from arrival", colour=style.BLUE, bold=True),
        Words(axes, "a naive loop", colour=style.TEXT_2),
        Words(axes, "bound 99.9 ms"),
    ]
    ends = EndLabels(axes, names)

    def update(result: Scenario) -> None:
        limit = result.bound_ms / 1000
        bound.set_data((0, 3), [limit] * 2)
        for each in (naive, intended, reported, *names[:2]):
            each.set_visible(result.ready)
        for each in (bound, names[2]):
            each.set_visible(result.scenario == "server")  # the only one whose rule has a bound
        heights = [limit] * 3
        if result.ready:
            share = result.rule.share
            lines = both(result.served)
            intended.set_data(ACROSS, lines[0])
            naive.set_data(ACROSS, lines[1])
            reported.set_data([-np.log10(1 - (share or 0.999))], [result.reported_s])
            heights = [lines[0][-1], lines[1][-1], limit]
        heading.set_text(f"Latency, {ruled(result)}")
        value.place((-44 + 10.4 * len(heading.get_text())) / 270, 1 + 14 / 146)
        value.text = said(result)
        ends.say(heights, ["from arrival", "a naive loop", f"bound {duration(limit)}"])

    update(result)
    return update


def against_rate(axes: Axes, result: Scenario) -> Update:
    """p99 of the server scenario against the rate of arrivals: replayed, and measured in real runs."""
    axes.set_title("Server: p99 against arrivals", x=-58 / 270, y=1 + 85 / 250)
    top = scale(result)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="share of capacity (drag the disc)")
    axes.set_xticks((0, 0.5, 0.9), ("0", "50 %", "90 %"))
    axes.set_yticks((0, 0.5, 1), ("0", duration(top / 2), duration(top)) if result.ready else ("0", "", ""))
    (bound,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    (curve,) = axes.plot([], [], color=style.BLUE, lw=2.4, ls=(0, (5, 3)), animated=True)
    (held,) = axes.plot([], [], color=style.GREEN, lw=8, animated=True, solid_capstyle="butt")
    (real,) = axes.plot([], [], "o", ms=9, color=style.BLUE, mec="white", animated=True, zorder=5)
    (stem,) = axes.plot([], [], color=style.INK, lw=1.8, animated=True)
    (ball,) = axes.plot([], [], animated=True, zorder=6, **BALL)
    (here,) = axes.plot([], [], ms=10, ls="", mfc="white", mew=2, animated=True, zorder=7)
    real.set_clip_on(False)
    here.set_clip_on(False)
    ball.set_clip_on(False)
    texts = [Words(axes, WAITING, colour=style.TEXT_2) for _ in range(3)]
    texts[0].bold, texts[0].colour = True, style.INK
    for line, words in enumerate(texts):
        words.place(-58 / 270, 1 + (74 - 22 * line) / 250)

    def update(result: Scenario) -> bool:
        ball.set_data([result.arrival_rate], [0])
        for each in (curve, held, real, here, stem, bound):
            each.set_visible(result.ready)
        if not result.ready:
            say(texts, WAITING, "", "")
            return top == 0
        shares, tails = np.transpose(result.curve)
        curve.set_data(shares, tails / (top or 1))
        held.set_data((0, result.limit.share), [0.012] * 2)
        bound.set_data((0, 1), [result.bound_ms / 1000 / (top or 1)] * 2)
        heights = [min(run.p99_s / (top or 1), 1) for run in result.runs]
        real.set_data([min(run.busy, 1) for run in result.runs], heights)
        up = min(result.here_s / (top or 1), 1)
        here.set_data([result.arrival_rate], [up])
        here.set(
            color=style.ORANGE if result.stall else style.BLUE, marker="^" if up == 1 else "D", mfc="white"
        )
        stem.set_data([result.arrival_rate] * 2, (0, up))
        half, nine = (float(np.interp(each, shares, tails)) for each in (0.5, 0.9))
        dots = "; dots: real runs" if result.runs else ""
        beyond = "dots at the top: beyond" if max(heights, default=0) == 1 else ""
        stall = f"▲ with the simulated stall: {duration(result.here_s)}"
        say(
            texts,
            f"at 90 % it is {nine / half:.3g} × that at 50 %",
            f"dashed: simulated{dots}",
            stall if result.stall else beyond,
        )
        return top == scale(result)

    update(result)
    return update


def say(words: list[Words], *texts: str) -> None:
    """Let each of several words say its text."""
    for each, text in zip(words, texts, strict=True):
        each.text = text


def scale(result: Scenario) -> float:
    """Seconds at the top of the axis: above p99 at 90 % of capacity, a round number."""
    if not result.ready:
        return 0.0
    wanted = 1.1 * float(np.interp(0.9, *np.transpose(result.curve)))
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(next(power * each for each in (1, 2, 4, 6, 8, 10) if power * each >= wanted))


def shown(served: Served, *, stalls: bool) -> tuple[int, int]:
    """First and last query on the time axis: around the longest wait; with stalls ten seconds."""
    count = len(served.ended_s)
    if stalls:
        return 0, max(2, int(np.searchsorted(served.intended_s, EVERY_S))) if count > 2 else count
    if not served.intended_s.any():  # all are there at the start
        return 0, count
    first = min(max(0, int(served.latencies_s.argmax()) - 2 * SHOWN // 3), max(0, count - SHOWN))
    return first, min(count, first + SHOWN)


@lru_cache(4)
def both(served: Served) -> tuple[Array, Array]:
    """Latencies at each of `ACROSS`: from the intended arrival, and as a naive loop says."""
    return at(served.latencies_s, ACROSS), at(served.naive_s, ACROSS)


def at(latencies_s: Array, nines: Array) -> Array:
    """The latencies that shares of 1 - 10**-nines don't exceed."""
    ordered = np.sort(latencies_s)
    places = np.ceil(np.round((1 - 10.0**-nines) * len(ordered), 9)).astype(int)
    return np.asarray(ordered[np.clip(places - 1, 0, len(ordered) - 1)])


def of_each(result: Scenario) -> str:
    """Samples in a query, where it has several."""
    return f" of {result.rule.samples}" if result.rule.samples > 1 else ""


def ruled(result: Scenario) -> str:
    """What the scenario's rule reports."""
    return f"p{100 * result.rule.share:.0f}" if result.rule.share else "last answer"


def said(result: Scenario) -> str:
    """Its value; before, what a single call takes so far."""
    if result.ready:
        return duration(result.reported_s)
    one = result.times.get(1)
    return f"one call so far: p50 {duration(tail(one.latencies_s, 0.5))}" if one else ""
