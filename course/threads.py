"""How many threads a computation takes: one, where matrices are small."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any

from threadpoolctl import ThreadpoolController

BRING_THEIR_OWN = ("scipy.linalg", "sklearn")  # libraries with threads of their own, once imported


class _Held:
    """The limit as long as anybody wants it: the first sets it, the last takes it back.

    The number of threads is one for the whole process. Were it kept by each who sets it, whoever
    begins second and ends last would put back the one that the first had set.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._limits: list[Any] = []
        self._holders = 0
        self._limited: ThreadpoolController | None = None

    def take(self) -> None:
        """Limit what is loaded, unless it is limited already."""
        with self._lock:
            found = _controller(tuple(name in sys.modules for name in BRING_THEIR_OWN))
            if found is not self._limited:
                self._limits.append(found.limit(limits=1, user_api="blas"))
                self._limited = found
                _hand_on(found)
            self._holders += 1

    def leave(self) -> None:
        """Put back what was there before the first began, once nobody is left."""
        with self._lock:
            self._holders -= 1
            if self._holders:
                return
            while self._limits:
                self._limits.pop().restore_original_limits()
            _hand_on(self._limited)
            self._limited = None


def _hand_on(found: Any) -> None:
    """Let any thread set the number next: else threadpoolctl lets only the one that did, while it lives."""
    with found.limit(limits=None):
        pass


_held = _Held()


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one thread: for small matrices, handing work out costs more than it saves.

    It holds for the libraries that are loaded when it begins: import first, then begin. Threads may
    begin and end in any order.
    """
    _held.take()
    try:
        yield
    finally:
        _held.leave()


@lru_cache(1)
def _controller(loaded: tuple[bool, ...]) -> ThreadpoolController:
    return ThreadpoolController()
