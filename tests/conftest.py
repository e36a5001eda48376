"""The order of the tests."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser last: its loop goes on in this thread, where the other tests want their own."""
    items.sort(key=lambda item: "browser" in item.path.parts)
