"""The loop of the cell that runs now: what is posted to it is done there, one thing after another."""

import asyncio
from collections.abc import Callable

Loop = asyncio.AbstractEventLoop


def this_loop() -> Loop | None:
    """Return the loop that runs now; None outside a kernel."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def post(loop: Loop | None, action: Callable[[], object]) -> None:
    """Have a loop do something, from any thread; without a loop do it at once."""
    if loop is None or loop.is_closed():
        action()
    else:
        loop.call_soon_threadsafe(action)


class Once:
    """An action that waits on the loop at most once, however often it is asked for."""

    def __init__(self, loop: Loop | None, action: Callable[[], object]) -> None:
        self._loop, self._action = loop, action
        self._waiting = False

    def __call__(self) -> None:
        """Have it done soon."""
        if not self._waiting:
            self._waiting = True
            post(self._loop, self._do)

    def _do(self) -> None:
        self._waiting = False
        self._action()
