"""The scenarios lab: its pictures are its numbers, and its words keep apart."""

from typing import Any

import numpy as np
import pytest

from course.queues import tail
from course.scenarios import RULES
from tests.apart import assert_apart
from tests.labs import ends, point
from tests.scenario_child import ENDED, Child
from widgets.lab import Lab
from widgets.marks import Words
from widgets.scenarios import NINES, at, scale, scenarios_lab, shown


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Child:
    made = Child()
    monkeypatch.setattr("course.child.stream", made.stream)
    return made


def axes_of(lab: Lab, view: str) -> Any:
    return lab._canvas.axes[view]


def finished(**start: Any) -> Lab:
    return scenarios_lab(start=start).advance(200)


def test_the_lab_starts_without_a_measurement_and_with_five_controls() -> None:
    lab = scenarios_lab()
    assert str(lab.result) == "Press Run: the large network, server at 70 % of capacity, bound 15 ms."
    assert len(lab._panel.controls) == 5
    assert not lab.result.times


@pytest.mark.usefixtures("child")
@pytest.mark.parametrize("stall", [False, True])
@pytest.mark.parametrize("scenario", RULES)
def test_lines_are_the_latencies_from_the_arrival_and_of_the_naive_loop(scenario: str, stall: bool) -> None:
    lab = finished(scenario=scenario, stall=stall)
    bound, naive, intended, reported = axes_of(lab, "distribution").lines
    served = lab.result.served
    for line, latencies in ((intended, served.latencies_s), (naive, served.naive_s)):
        for nines, share in ((1, 0.9), (2, 0.99)):
            found = np.interp(nines, *line.get_data())
            assert found == pytest.approx(tail(latencies, share))
    assert reported.get_ydata()[0] == lab.result.reported_s
    assert set(bound.get_ydata()) == {0.015}
    assert [*NINES] == [*axes_of(lab, "distribution").get_xticks()]


@pytest.mark.usefixtures("child")
@pytest.mark.parametrize("scenario", RULES)
def test_the_time_axis_counts_arrivals_and_answers(scenario: str) -> None:
    lab = finished(scenario=scenario)
    arrived, answered, longest = axes_of(lab, "timeline").lines
    served = lab.result.served
    first, last = shown(served, stalls=False)
    assert last - first == (96 if scenario == "offline" else 60)
    assert arrived.get_ydata()[-1] == 1
    assert (answered.get_ydata() <= arrived.get_ydata() + 1e-9).all()
    assert (np.diff(answered.get_ydata()) >= 0).all()
    waits = served.latencies_s[first:last]
    start, end = longest.get_xdata()
    length = (
        max(served.intended_s[last - 1], served.ended_s[first:last][waits.argmax()])
        - served.intended_s[first]
    )
    assert (end - start) * length == pytest.approx(waits.max())
    assert waits.max() == served.latencies_s.max()


@pytest.mark.usefixtures("child")
def test_p99_is_drawn_against_the_rate_and_real_runs_where_the_server_was_as_busy() -> None:
    lab = finished()
    bound, curve, held, real, stem, ball, here = axes_of(lab, "against_rate").lines
    top = scale(lab.result)
    np.testing.assert_allclose(np.transpose(curve.get_data()) * (1, top), lab.result.curve)
    np.testing.assert_allclose(real.get_xdata(), [each.busy for each in lab.result.runs])
    np.testing.assert_allclose(real.get_ydata() * np.full(len(lab.result.runs), top), 0.012)
    assert list(held.get_xdata()) == [0, lab.result.limit.share]
    assert bound.get_ydata()[0] * top == pytest.approx(0.015)
    assert here.get_ydata()[0] * top == pytest.approx(lab.result.here_s)
    assert here.get_xdata()[0] == ball.get_xdata()[0] == stem.get_xdata()[0] == 0.7
    assert top > dict(lab.result.curve)[0.9]


@pytest.mark.usefixtures("child")
def test_what_does_not_fit_is_drawn_at_the_top_and_said() -> None:
    lab = finished(stall=True)
    here = axes_of(lab, "against_rate").lines[-1]
    assert (here.get_ydata()[0], here.get_marker()) == (1, "^")
    texts = [each.text for each in axes_of(lab, "against_rate").findobj(Words)]
    assert any(text.startswith("▲ with the simulated stall: 9") for text in texts)


@pytest.mark.usefixtures("child")
def test_the_rate_is_dragged_and_nothing_is_measured_again() -> None:
    lab = finished()
    times = lab.result.times
    axes = axes_of(lab, "against_rate")
    across, up = axes.transData.transform((0.9, 0.3)) / lab._canvas.figure.bbox.size
    point(lab, "down", across, 1 - up)
    assert lab.settings["arrival_rate"] == pytest.approx(0.9)
    assert lab.result.times is times
    assert "at 90 % of capacity" in str(lab.result)


@pytest.mark.usefixtures("child")
@pytest.mark.parametrize("steps", [0, 2, 5, 200])
def test_no_text_leaves_the_picture_or_meets_another(steps: int) -> None:
    lab = scenarios_lab().advance(steps)
    for scenario in RULES:
        lab.control("scenario").value = scenario
        for setting in ("bound_ms", "arrival_rate", "stall"):
            for value in ends(lab.control(setting)):
                lab.control(setting).value = value
                assert_apart(lab)


@pytest.mark.usefixtures("child")
@pytest.mark.parametrize("steps", [0, 200])
@pytest.mark.parametrize(
    ("setting", "other"),
    [
        ("scenario", "offline"),
        ("bound_ms", 3.0),
        ("arrival_rate", 0.9),
        ("stall", True),
        ("model", "small"),
    ],
)
def test_each_control_changes_picture_and_sentence(steps: int, setting: str, other: Any) -> None:
    lab = scenarios_lab().advance(steps)
    before = str(lab.result), lab._picture.source
    lab.control(setting).value = other
    assert str(lab.result) != before[0]
    assert lab._picture.source != before[1]


def test_a_share_is_answered_within_a_latency_that_occurred() -> None:
    assert at(np.arange(1.0, 1001.0), np.array([0, 1, 2, 3])).tolist() == [1, 900, 990, 999]


@pytest.mark.parametrize("dies_at", ["timed 1", "timed 8", "run"])
def test_a_child_that_dies_is_an_alert_beside_what_came(child: Child, dies_at: str) -> None:
    child.dies_at = dies_at
    lab = scenarios_lab().advance(100)
    assert lab._alert() == ENDED
    assert lab.result.ready == (dies_at != "timed 1")
    assert_apart(lab)
