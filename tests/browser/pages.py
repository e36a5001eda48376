"""A lab in the page: what the browser tests ask of one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.jupyter import shown


def at(*names: str) -> pytest.MarkDecorator:
    """Have the test's `page` show these notebooks, each run anew."""
    return pytest.mark.parametrize("opened", names, indirect=True, scope="session")


def sentence(lab: Locator) -> str:
    return lab.locator(".lab-sentence").inner_text()


def changes(lab: Locator, act: Callable[[], object]) -> None:
    """Act, and wait until the picture and its sentence are others."""
    before = shown(lab), sentence(lab)
    act()
    expect(lab.locator(".lab-picture img")).not_to_have_attribute("src", before[0])
    expect(lab.locator(".lab-sentence")).not_to_have_text(before[1])
    expect(lab.locator(".lab-picture img")).to_have_attribute("alt", sentence(lab))


CUT = """(lab) => [...lab.querySelectorAll('*')]
  .filter((part) => getComputedStyle(part).overflowX !== 'visible' && part.clientWidth > 1)
  .filter((part) => part.scrollWidth > part.clientWidth + 1 || part.getBoundingClientRect().right
    > lab.getBoundingClientRect().right + 1)
  .map((part) => part.className)"""
