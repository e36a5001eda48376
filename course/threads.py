"""How many threads a computation takes: one, where matrices are small."""

import sys
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from threadpoolctl import ThreadpoolController

BRING_THEIR_OWN = ("scipy.linalg", "sklearn")  # libraries with threads of their own, once imported


def one_thread() -> AbstractContextManager[Any]:
    """Compute on one thread: for small matrices, handing work out costs more than it saves.

    It holds for the libraries that are loaded when it begins: import first, then begin.
    """
    found = _controller(tuple(name in sys.modules for name in BRING_THEIR_OWN))
    return found.limit(limits=1, user_api="blas")  # type: ignore[no-any-return]


@lru_cache(1)
def _controller(loaded: tuple[bool, ...]) -> ThreadpoolController:
    return ThreadpoolController()
