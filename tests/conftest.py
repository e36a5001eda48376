"""The order of the tests, and what several of them need."""

from collections.abc import Iterator

import pytest
from threadpoolctl import ThreadpoolController

from course import datasets
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
