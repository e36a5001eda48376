"""The scenarios lab of lesson 07: how questions arrive decides how long an answer takes."""

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
    "timeline": (46, 256, 290, 138),
    "distribution": (66, 52, 270, 122),
    "against_rate": (524, 52, 270, 342),
}
SHOWN = 60  # queries on the time axis
GRID = 400  # places on the time axis at which they are counted
LATENCIES: dict[str, Any] = {"yscale": "log", "ylim": (1e-6, 20)}
TICKS = {1e-5: "10 µs", 1e-3: "1 ms", 0.1: "0.1 s", 10: "10 s"}
NINES = {0: "0", 1: "90 %", 2: "99 %", 3: "99.9 %"}
BALL: dict[str, Any] = {"ls": "", "marker": "o", "ms": 13, "mfc": "white", "mec": style.INK, "mew": 2.2}


def scenarios_lab(**options: Any) -> Lab:
    """Time a network, let questions reach it in four ways, and see who waits how long."""
    moved = {
        "scenario": list(RULES),
        "model": list(MODELS),
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
    axes.set(xlim=(0, 1), ylim=(0, 1.04), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1), yticklabels=("0", "", ""))
    below = axes.set_xlabel("")
    band = axes.fill_between([], [], [], color=style.ORANGE, alpha=0.25, lw=0, animated=True)
    (arrived,) = axes.plot([], [], color=style.INK, lw=1.8, animated=True)
    (answered,) = axes.plot([], [], color=style.BLUE, lw=2.8, animated=True)
    (longest,) = axes.plot([], [], color=style.ORANGE, lw=1.8, marker="|", ms=9, animated=True)
    names = [Words(axes, "arrived"), Words(axes, "answered", colour=style.BLUE, bold=True)]
    ends = EndLabels(axes, names)
    words = Words(axes, "longest wait 99.9 ms", colour=style.ORANGE_TEXT)
    words.place(0.44, 0.1)

    def update(result: Scenario) -> None:
        stalls = "; the server stalls for a second" if result.stall else ""
        below.set_text(f"time (simulated{stalls})")
        for each in (band, arrived, answered, longest, words, *names):
            each.set_visible(result.ready)
        if not result.ready:
            heading.set_text(f"{result.scenario.capitalize()}, {result.model} network")
            axes.set_xticklabels(("0", "", ""))
            return
        first, last = shown(result.served, stalls=result.stall)
        served = result.served
        intended, ended = served.intended_s[first:last], served.ended_s[first:last]
        start, stop = intended[0], max(intended[-1], ended[-1] if result.scenario != "server" else 0)
        count, worst = last - first, int((ended - intended).argmax())
        times = np.linspace(start, stop, GRID)
        across = (times - start) / (stop - start)
        came, went = (np.searchsorted(each, times, "right") / count for each in (intended, ended))
        arrived.set_data(across, came)
        answered.set_data(across, went)
        band.set_data(across, went, came)
        waits = (np.array([intended[worst], min(ended[worst], stop)]) - start) / (stop - start)
        longest.set_data(waits, [(worst + 0.5) / count] * 2)
        words.text = f"longest wait {duration(float(ended[worst] - intended[worst]))}"
        heading.set_text(f"{result.scenario.capitalize()}: {count:,} queries{of_each(result)}")
        spans = (0.0, (stop - start) / 2, stop - start)
        axes.set_xticklabels(["0", *(duration(float(each)) for each in spans[1:])])
        ends.say([1.0, float(went[-1])], ["arrived", "answered"])

    update(result)
    return update


def distribution(axes: Axes, result: Scenario) -> Update:
    """Latency within which a share of the queries is answered: as users wait, and as a naive loop says."""
    heading = axes.set_title("", x=-56 / 270)
    axes.set(xlim=(0, 3), xlabel="share of the queries", **LATENCIES)
    axes.set_xticks(list(NINES), list(NINES.values()))
    axes.set_yticks(list(TICKS), list(TICKS.values()), minor=False)
    axes.minorticks_off()
    (bound,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    (naive,) = axes.plot([], [], color=style.TRAINING, lw=1.8, animated=True)
    (intended,) = axes.plot([], [], color=style.BLUE, lw=2.8, animated=True)
    (reported,) = axes.plot([], [], "o", ms=9, color=style.BLUE, mec="white", animated=True, zorder=5)
    names = [
        Words(axes, "from the arrival", colour=style.BLUE, bold=True),
        Words(axes, "a naive loop", colour=style.TEXT_2),
        Words(axes, "bound 99.9 ms"),
    ]
    ends = EndLabels(axes, names)
    places = np.linspace(0, 3, 121)

    def update(result: Scenario) -> None:
        limit = result.bound_ms / 1000
        bound.set_data((0, 3), [limit] * 2)
        for each in (naive, intended, reported, *names[:2]):
            each.set_visible(result.ready)
        heights = [limit] * 3
        if result.ready:
            share = result.rule.share
            lines = [at(each, places) for each in (result.served.latencies_s, result.served.naive_s)]
            intended.set_data(places, lines[0])
            naive.set_data(places, lines[1])
            reported.set_data([-np.log10(1 - (share or 0.999))], [result.reported_s])
            heights = [lines[0][-1], lines[1][-1], limit]
        heading.set_text(said(result))
        ends.say(heights, ["from the arrival", "a naive loop", f"bound {duration(limit)}"])

    update(result)
    return update


def against_rate(axes: Axes, result: Scenario) -> Update:
    """p99 of the server scenario against the rate of arrivals: replayed, and measured in real runs."""
    axes.set_title("Server: p99 against arrivals", x=-58 / 270)
    axes.set(xlim=(0, 1), xlabel="share of capacity (drag the line)", **LATENCIES)
    axes.set_xticks((0, 0.5, 0.9), ("0", "50 %", "90 %"))
    axes.set_yticks(list(TICKS), list(TICKS.values()))
    axes.minorticks_off()
    (bound,) = axes.plot([], [], color=style.INK, lw=1.8, ls=":", animated=True)
    (curve,) = axes.plot([], [], color=style.BLUE, lw=2.4, ls=(0, (5, 3)), animated=True)
    (held,) = axes.plot([], [], color=style.GREEN, lw=7, alpha=0.6, animated=True, solid_capstyle="butt")
    (real,) = axes.plot([], [], "o", ms=8, color=style.BLUE, mec="white", animated=True, zorder=5)
    (rule,) = axes.plot([], [], color=style.INK, lw=1.8, animated=True)
    (ball,) = axes.plot([], [], animated=True, zorder=6, **BALL)
    (here,) = axes.plot([], [], "D", ms=10, animated=True, zorder=7, mew=2)
    texts = [Words(axes, "simulated: 99.9 times the p99 of 50 %") for _ in range(4)]
    for words, up in zip(texts, (0.28, 0.22, 0.16, 0.95), strict=True):
        words.place(0.03, up)

    def update(result: Scenario) -> None:
        limit = result.bound_ms / 1000
        bound.set_data((0, 1), [limit] * 2)
        rule.set_data([result.arrival_rate] * 2, LATENCIES["ylim"])
        ball.set_data([result.arrival_rate], [4e-6])
        for each in (curve, held, real, here):
            each.set_visible(result.ready)
        if not result.ready:
            for words, text in zip(texts, ("comes after the service times", "", "", ""), strict=True):
                words.text = text
            return
        shares, tails = np.transpose(result.curve)
        curve.set_data(shares, tails)
        held.set_data((0, result.limit.share), [1.3e-6] * 2)
        real.set_data([min(run.busy, 1) for run in result.runs], [run.p99_s for run in result.runs])
        here.set_data([result.arrival_rate], [result.here_s])
        here.set(color=style.ORANGE if result.stall else style.BLUE, mfc="white")
        half, nine = (float(np.interp(each, shares, tails)) for each in (0.5, 0.9))
        texts[0].text = f"at 90 % {nine / half:.3g} times the p99 of 50 %"
        texts[1].text = "dashed: simulated from real calls"
        texts[2].text = "dots: real runs, as busy as they were" if result.runs else ""
        texts[3].text = "with the stall: simulated" if result.stall else ""

    update(result)
    return update


def shown(served: Served, *, stalls: bool) -> tuple[int, int]:
    """First and last query on the time axis: around the longest wait; with stalls ten seconds."""
    count = len(served.ended_s)
    if stalls:
        return 0, max(2, int(np.searchsorted(served.intended_s, EVERY_S))) if count > 2 else count
    if not served.intended_s.any():  # all are there at the start
        return 0, count
    first = min(max(0, int(served.latencies_s.argmax()) - 2 * SHOWN // 3), max(0, count - SHOWN))
    return first, min(count, first + SHOWN)


def at(latencies_s: Array, nines: Array) -> Array:
    """The latencies that shares of 1 - 10**-nines don't exceed."""
    ordered = np.sort(latencies_s)
    places = np.ceil(np.round((1 - 10.0**-nines) * len(ordered), 9)).astype(int)
    return np.asarray(ordered[np.clip(places - 1, 0, len(ordered) - 1)])


def of_each(result: Scenario) -> str:
    """Samples in a query, where it has several."""
    return f" of {result.rule.samples}" if result.rule.samples > 1 else ""


def said(result: Scenario) -> str:
    """What the scenario's rule reports, as a heading."""
    share = result.rule.share
    rule = f"p{100 * share:.0f}" if share else "last answer"
    if not result.ready:
        one = result.times.get(1)
        return f"One call so far: p50 {duration(tail(one.latencies_s, 0.5))}" if one else f"Latency, {rule}"
    return f"Latency: {rule} {duration(result.reported_s)}"
