"""The order of the tests, and what several of them need."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from threadpoolctl import ThreadpoolController

from course import child, datasets
from widgets import guesses, teaching


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser last: its loop goes on in this thread, where the other tests want their own."""
    items.sort(key=lambda item: "browser" in item.path.parts)


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
