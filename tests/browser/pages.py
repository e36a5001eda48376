"""A lab in the page: what the browser tests ask of one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.jupyter import IDLE, shown


def at(*names: str) -> pytest.MarkDecorator:
    """Have the test's `page` show these notebooks, each run anew."""
    return pytest.mark.parametrize("opened", names, indirect=True, scope="session")


def sentence(lab: Locator) -> str:
    return lab.locator(".lab-sentence").inner_text()


ALIKE = """(lab) =>
  lab.querySelector('.lab-picture img').alt === lab.querySelector('.lab-sentence').innerText"""


def changes(lab: Locator, act: Callable[[], object]) -> None:
    """Act, and wait until the picture and its sentence are others, and say the same."""
    lab.page.wait_for_function(IDLE)  # or it would be what was done before that changes them
    before = shown(lab), sentence(lab)
    act()
    expect(lab.locator(".lab-picture img")).not_to_have_attribute("src", before[0])
    expect(lab.locator(".lab-sentence")).not_to_have_text(before[1])
    lab.page.wait_for_function(ALIKE, arg=lab.element_handle())


CUT = """(lab) => [...lab.querySelectorAll('*')]
  .filter((part) => getComputedStyle(part).overflowX !== 'visible' && part.clientWidth > 1)
  .filter((part) => part.scrollWidth > part.clientWidth + 1 || part.getBoundingClientRect().right
    > lab.getBoundingClientRect().right + 1)
  .map((part) => part.className)"""
