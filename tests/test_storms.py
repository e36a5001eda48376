"""The training lab in storms: random sequences of moves, at rest and while it runs."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.labs import ends, point, show_everything
from widgets.lab import Lab
from widgets.training import training_lab

pytestmark = pytest.mark.usefixtures("one_thread")
MOVES = {
    name: [*ends(widget)]
    for name, widget in training_lab()._panel.controls.items()
    if name not in ("table", "max_epochs")
} | {"features": [("x₁",), ("x₂²", "sin x₁"), ("x₁", "x₂"), ()]}
moves = st.sampled_from([(name, value) for name, values in MOVES.items() for value in values])
presses = st.sampled_from(["run", "run", "pause", "step", "reset", "regenerate"])
places = st.floats(0, 1)
pointers = st.tuples(st.just("pointer"), st.sampled_from(["down", "move", "up"]), places, places)
edits = st.sampled_from([("edits", written) for written in ("", "0 0 blue; #0 5 5", "1 1 0.5", "nothing")])
waits = st.sampled_from([0.0, 0.0, 0.02])
acts = st.tuples(moves | moves | presses | pointers | edits, waits)


@pytest.fixture(scope="module")
def kernel() -> Iterator[tuple[asyncio.AbstractEventLoop, Lab]]:
    """A loop that goes on, and a lab whose cell ran in it."""
    loop = asyncio.new_event_loop()

    async def cell() -> Lab:
        return training_lab()

    lab = loop.run_until_complete(cell())
    yield loop, lab
    loop.run_until_complete(asyncio.sleep(0))
    lab.close()
    loop.close()


def act(lab: Lab, move: Any) -> None:
    """Do what a hand does: press, point, or move a control."""
    runner, seed = lab._runner, lab._panel.seed
    assert runner is not None
    assert seed is not None
    if isinstance(move, str):
        buttons = {
            "run": runner.run_button,
            "pause": runner.pause_button,
            "step": runner.step_button,
            "reset": runner.reset_button,
            "regenerate": seed,
        }
        buttons[move].click()
    elif move[0] == "pointer":
        point(lab, *move[1:])
    else:
        lab.control(move[0]).value = move[1]


async def weather(lab: Lab, storm: list[tuple[Any, float]]) -> None:
    """Begin with a run, act, and wait after each act, some of the time for several steps."""
    lab.control("features").value = lab.control("features").value or ("x₁", "x₂")
    lab._runner.run_button.click()  # type: ignore[union-attr]
    for move, pause in storm:
        act(lab, move)
        await asyncio.sleep(pause)
        show_everything(lab)
        assert lab.error is None
    assert lab._runner is not None
    lab._runner.pause_button.click()
    for _ in range(5):
        await asyncio.sleep(0)
        show_everything(lab)


def agrees(lab: Lab) -> None:
    """The result, the picture and its sentence are those of the settings."""
    now, learnt = lab.settings, lab.result
    assert lab.error is None
    if learnt is None:
        assert "must" in lab.refusal
        assert (lab._picture.source, lab._picture.alt) == ("", lab.refusal)
        return
    assert learnt.points.name == now["dataset"] or now["dataset"] == "table"
    assert learnt.network.layer_sizes == (len(now["features"]), *now["hidden_layer_sizes"], 1)
    assert learnt.network.activation == now["activation"]
    assert (learnt.features, learnt.max_epochs) == (now["features"], now["max_epochs"])
    assert (learnt.show_test, learnt.discretise) == (now["show_test"], now["discretise"])
    assert len(learnt.others) == now["random_starts"] - 1
    assert learnt.points.edits == now["edits"] or lab.refusal.startswith("Points by hand must")
    assert lab._picture.source
    assert lab._picture.alt == str(learnt)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(storm=st.lists(acts, min_size=2, max_size=10))
def test_a_storm_leaves_no_error_and_picture_and_settings_agree(
    kernel: tuple[asyncio.AbstractEventLoop, Lab], storm: list[Any]
) -> None:
    loop, lab = kernel
    loop.run_until_complete(weather(lab, storm))
    agrees(lab)
