"""What runs by itself: a computation that is a generator, played step by step."""

import asyncio
import html
import inspect
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

import ipywidgets as ipw

from course.measuring import seconds
from course.threads import one_thread
from widgets.controls import button
from widgets.guesses import Guess

FRAME_S = 1 / 60  # a screen shows no more
TURN_S = 1 / 60  # steps and the drawing share this, so that the eye sees motion
SHARE = 1.2  # of the time of a drawing that steps get at least
COUNT_S = 0.1  # between two numbers of a running count: more often, nobody reads it
SPEEDS = {"1 a second": 1.0, "3 a second": 3.0, "10 a second": 10.0, "30 a second": 30.0, "fast": 0.0}
SLOW = 1.0  # items a second: what is to be read as it comes is better stepped by hand
WAITS = "Waits for your guess"


def generates(function: Callable[..., Any]) -> bool:
    """Whether a computation goes step by step, so that its lab is live."""
    return inspect.isgeneratorfunction(inspect.unwrap(function))


class Runner:
    """A generator of results, and the buttons that play it.

    Parameters
    ----------
    take : keeps an item of the generator as the lab's result
    restart : makes the lab compute anew from its settings
    show : draws the lab
    refuse : is told of a `ValueError` in a step, which is the computation's refusal
    fail : is told of any other exception
    post : runs a function on the loop that the lab belongs to
    speed : items a second; 0 for as fast as they come
    """

    playing: "Runner | None" = None

    def __init__(
        self,
        *,
        take: Callable[[Any], None],
        restart: Callable[[], None],
        show: Callable[[], None],
        refuse: Callable[[ValueError], None],
        fail: Callable[[Exception], None],
        post: Callable[[Callable[[], None]], None],
        loop: asyncio.AbstractEventLoop | None,
        speed: float,
    ) -> None:
        self._take, self._restart, self._show = take, restart, show
        self._refuse, self._fail = refuse, fail
        self._loop = loop
        self._items: Iterator[Any] | None = None
        self._changes: dict[str, Any] = {}
        self._task: asyncio.Task[None] | None = None
        self.finished = False
        self._fresh = False
        self.gate: Guess | None = None
        self._counted = 0.0

        def pressed(description: str, icon: str, action: Callable[[], None]) -> ipw.Button:
            return button(description, icon, lambda: post(action))

        self.run_button = pressed("Run", "play", self.run)
        self.pause_button = pressed("Pause", "pause", self._pause_and_show)
        self.step_button = pressed("Step", "step-forward", self._step_and_show)
        self.reset_button = pressed("Reset", "refresh", self._reset)
        speeds = SPEEDS if speed in SPEEDS.values() else {f"{speed:g} a second": speed, **SPEEDS}
        self.speed = ipw.Dropdown(options=speeds, value=speed, description="Speed")
        self.progress = ipw.HTML()
        self._leading = self.step_button if 0 < speed <= SLOW else self.run_button
        buttons = [self.run_button, self.pause_button, self.step_button, self.reset_button]
        self.widget = ipw.HBox([*buttons, self.speed, self.progress])
        for widget, name in ((self.widget, "transport"), (self.progress, "progress")):
            widget.add_class(f"lab-{name}")

    @property
    def running(self) -> bool:
        """Whether steps are being taken."""
        return self._task is not None

    def begin(self, items: Iterator[Any]) -> None:
        """Start on a new generator; its first item is the start."""
        self.end()
        self._items = items
        self.finished = False
        self._fresh = True
        self._take(next(items))

    def end(self) -> None:
        """Let go of the generator."""
        if self._items is not None:
            close: Callable[[], None] = getattr(self._items, "close", lambda: None)
            close()
        self._items, self._changes = None, {}

    def send(self, changes: Mapping[str, Any]) -> None:
        """Hand changed settings to the generator with its next step."""
        self._changes |= changes

    def step(self) -> bool:
        """Take one item; say whether there was one."""
        if self._items is None or self.finished:
            return False
        try:
            self._take(self._following(self._items))
        except StopIteration:
            self.finished = True
        except ValueError as refusal:
            self.finished = True
            self._refuse(refusal)
        return not self.finished

    def _following(self, items: Iterator[Any]) -> Any:
        changes, self._changes = self._changes, {}
        return items.send(changes) if changes and isinstance(items, Generator) else next(items)

    def run(self) -> None:
        """Take items until they end or somebody pauses; any other lab pauses."""
        if self.running or self.finished or self._items is None or not self._may_start():
            return
        if Runner.playing not in (None, self):
            Runner.playing._pause_and_show()
        Runner.playing = self
        if self._loop is None:
            with one_thread():
                while self.step():
                    pass
            self._show()
        else:
            self._task = self._loop.create_task(self._play())
            self.dress()

    def pause(self) -> None:
        """Stop taking items; the last one stays."""
        if self._task is not None:
            self._task.cancel()
        self._task = None
        if Runner.playing is self:
            Runner.playing = None

    def dress(self, result: Any = None) -> None:
        """Let the buttons and the progress say what can be done and how far it is."""
        waiting = self.gate is not None and self.gate.waiting
        stopped = self.finished or self._items is None or waiting
        self.run_button.disabled = self.step_button.disabled = stopped
        self.pause_button.disabled = not self.running
        self.reset_button.disabled = self._items is None
        following = self.pause_button if self.running else self._leading
        if self.finished:
            following = self.reset_button
        for each in (self.run_button, self.pause_button, self.step_button, self.reset_button):
            each.button_style = "primary" if each is following else ""
        late = seconds() - self._counted > COUNT_S
        if result is not None and (late or not self.running or self.finished):
            self._counted = seconds()
            self.progress.value = f"<b>{WAITS}</b>" if waiting else _progress(result)

    async def _play(self) -> None:
        began, taken, drawing, before = seconds(), 0, 0.0, None
        while self.running:
            turn = seconds()
            speed = self.speed.value
            if self._fresh or speed != before:
                began, taken, before, self._fresh = turn, 0, speed, False
            due = int((turn - began) * speed) - taken if speed else None
            try:
                steps = self._turn(turn + max(SHARE * drawing, TURN_S - drawing), due)
                taken += steps
                stepped = seconds()
                if steps or self.finished:
                    self._show()
                drawing = seconds() - stepped
            except Exception as error:  # noqa: BLE001 - shown in the lab, with its type
                self.pause()
                self._fail(error)
                return
            if self.finished:
                self.pause()
                self._show()
                return
            if due is not None and due - steps > speed:  # a second late: don't catch up
                before = None
            following = began + (taken + 1) / speed if speed else turn + FRAME_S
            await asyncio.sleep(max(following - seconds(), 0.001))

    def _turn(self, until: float, due: int | None) -> int:
        """Take the steps that are due, or as many as there is time for."""
        taken = 0
        with one_thread():
            while (due is None or taken < due) and self.step():
                taken += 1
                if seconds() > until:
                    break
        return taken

    def _may_start(self) -> bool:
        """Whether nothing waits for a guess; from the first step on that guess stays."""
        if self.gate is None:
            return True
        self.gate.lock()
        return not self.gate.waiting

    def _step_and_show(self) -> None:
        if not self._may_start():
            return
        self.pause()
        with one_thread():
            self.step()
        self._show()

    def _pause_and_show(self) -> None:
        self.pause()
        self._show()

    def _reset(self) -> None:
        self.pause()
        self._restart()


def _progress(result: Any) -> str:
    share = getattr(result, "progress", None)
    stage = html.escape(str(getattr(result, "stage", "" if share is None else f"{share:.0%}")))
    if share is None:
        return f"<b>{stage}</b>"
    return f'<progress max="1" value="{share:.4f}" aria-label="Progress"></progress><b>{stage}</b>'
