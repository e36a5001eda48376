"""Live labs: run, pause, step, reset, and how a run ends."""

import asyncio
from typing import Any

import pytest

from tests.examples import Walk, fit_lab, path, walk_lab
from tests.labs import all_labs, in_kernel, settle, show_everything
from widgets.lab import Lab

LABS = all_labs()


@pytest.mark.parametrize("name", [name for name, make in LABS.items() if make()._runner])
def test_run_pause_step_and_reset_do_what_they_say(name: str) -> None:
    async def play() -> None:
        lab = LABS[name](speed=30.0)
        runner = lab._runner
        assert runner is not None
        start = lab.result.progress
        runner.run_button.click()
        await settle(0.2)
        show_everything(lab)
        assert lab.result.progress > start
        assert not runner.pause_button.disabled
        runner.pause_button.click()
        await settle()
        paused = lab.result
        await settle(0.1)
        assert lab.result is paused
        runner.step_button.click()
        await settle()
        assert lab.result is not paused
        runner.reset_button.click()
        await settle()
        assert lab.result.progress == start
        assert runner.pause_button.disabled
        lab.close()

    in_kernel(play)


def test_five_presses_of_run_are_one_run() -> None:
    async def play() -> None:
        lab = walk_lab(speed=10.0)
        assert lab._runner is not None
        before = len(asyncio.all_tasks())
        for _ in range(5):
            lab._runner.run_button.click()
        await settle()
        assert len(asyncio.all_tasks()) == before + 1
        lab.close()

    in_kernel(play)


def test_run_ends_with_run_disabled_and_reset_enables_it() -> None:
    async def play() -> None:
        lab = walk_lab(speed=0)
        runner = lab._runner
        assert runner is not None
        runner.run_button.click()
        for _ in range(40):
            await settle()
            show_everything(lab)
        assert lab.result.progress == 1
        assert runner.run_button.disabled
        assert runner.reset_button.button_style == "primary"
        runner.reset_button.click()
        await settle()
        assert not runner.run_button.disabled
        lab.close()

    in_kernel(play)


def test_a_changed_setting_restarts_a_running_lab_and_it_runs_on() -> None:
    async def play() -> None:
        lab = walk_lab(speed=30.0)
        assert lab._runner is not None
        lab._runner.run_button.click()
        await settle(0.1)
        lab._panel.controls["stride"].value = 2
        await settle(0.1)
        assert lab._runner.running
        assert lab.result.places[1] == 2
        lab.close()

    in_kernel(play)


def test_run_pauses_every_other_lab() -> None:
    async def play() -> None:
        first, second = walk_lab(speed=1.0), walk_lab(speed=1.0)
        assert first._runner is not None
        assert second._runner is not None
        first._runner.run_button.click()
        await settle()
        second._runner.run_button.click()
        await settle()
        assert (first._runner.running, second._runner.running) == (False, True)
        first.close()
        second.close()

    in_kernel(play)


def test_an_exception_in_a_step_stops_the_run_and_is_shown() -> None:
    async def play() -> None:
        lab = walk_lab(start={"stride": 9}, speed=0)
        assert lab._runner is not None
        lab._runner.run_button.click()
        await settle(0.2)
        assert str(lab.error) == "the walker fell"
        assert not lab._runner.running

    in_kernel(play)
    with pytest.raises(RuntimeError, match="the walker fell"):
        walk_lab(start={"stride": 9}).advance(5)


def test_a_warning_is_an_alert_and_the_picture_stays() -> None:
    def lost(*, stride: int = 1) -> Any:
        yield Walk((0,), 0.0)
        yield Walk((0, 1), 0.5, warning="Lost at step 1.")

    lab = Lab(lost, path, stride=(1, 2)).advance(5)
    assert lab._words.alert.value == '<div role="alert">✗ Lost at step 1.</div>'
    assert lab._picture.source


def test_only_a_live_lab_advances() -> None:
    with pytest.raises(TypeError, match="only a live lab advances"):
        fit_lab().advance()
    assert repr(walk_lab().advance(3)) == "Lab(walk, stride=1): After 3 steps of 1 the walker stands at 3."
    assert walk_lab().advance(500).result.progress == 1
