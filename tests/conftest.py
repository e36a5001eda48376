"""The order of the tests, and what several of them need."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from threadpoolctl import ThreadpoolController
from xdist.scheduler import LoadScopeScheduling

from course import child, datasets
from widgets import guesses, teaching


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser last: its loop goes on in this thread, where the other tests want their own."""
    items.sort(key=lambda item: _together(item.nodeid) if "browser" in item.path.parts else "")


class Together(LoadScopeScheduling):
    """Gives a file's tests to one worker, and of those in the browser all that open one notebook."""

    def _split_scope(self, nodeid: str) -> str:
        return _together(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Say what a worker gets as a whole."""
    return Together(config, log)


def _together(nodeid: str) -> str:
    file, _, test = nodeid.partition("::")
    return f"{file.rpartition('/')[0]} {test.partition('[')[2]}" if "/browser/" in file else file


@pytest.fixture(scope="session")
def one_thread() -> Iterator[None]:
    """As in a lab: small networks are slower on several threads."""
    datasets.split(datasets.digits())  # or its library would come later, with threads of its own
    with ThreadpoolController().limit(limits=1):
        yield


@pytest.fixture
def new_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """No guess has been made yet, and no hint asked for."""
    monkeypatch.setattr(guesses, "_guesses", {})
    monkeypatch.setattr(teaching, "_hints", {})


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close the widgets that a test leaves open: each keeps its pictures for as long as Python runs."""
    from ipywidgets.widgets.widget import _instances

    before = set(_instances)
    yield
    for name in set(_instances) - before:
        if name in _instances:
            _instances[name].close()


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Any]], None]:
    """Let the process of a lab send what is given."""

    def play(values: list[Any]) -> None:
        def stream(task: str, **_: Any) -> Iterator[Any]:
            for each in values:
                if isinstance(each, Exception):
                    raise each
                yield each

        monkeypatch.setattr(child, "stream", stream)

    return play
