"""Predictions, quizzes and exercises in a real JupyterLab, by keyboard alone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.jupyter import WIDE, barriers, labs, restart, run_all, run_cell
from tests.browser.pages import CUT, at


@pytest.fixture
def anew(page: Page) -> Page:
    """The page after its kernel has been restarted: no guess has been made."""
    restart(page)
    run_all(page)
    return page


def card(page: Page, number: int) -> Locator:
    return page.locator(".lab-card").nth(number)


def press(card: Locator, name: str) -> None:
    button = card.get_by_role("button", name=name)
    expect(button).to_be_enabled()
    button.press("Enter")


@at("cards")
def test_a_guess_is_committed_revealed_and_changed_in_vain(anew: Page) -> None:
    first = card(anew, 0)
    run = labs(anew).first.get_by_role("button", name="Run")
    expect(first.get_by_role("button", name="Reveal")).to_be_disabled()
    expect(run).to_be_disabled()
    for _ in range(3):
        first.get_by_label("Your guess").press("ArrowRight")
    press(first, "Commit my guess")
    expect(run).to_be_enabled()
    first.get_by_label("Your guess").press("ArrowRight")
    press(first, "Commit my guess")
    press(first, "Reveal")
    expect(first.locator(".lab-truth")).to_have_text("Your guess: 54 Measured: 50: 4 below your guess.")
    expect(first.get_by_label("Your guess")).to_be_hidden()
    first.get_by_label("Type what you saw").fill("51")
    press(first, "Check")
    expect(first.locator(".lab-verdict")).to_have_text("✗ That isn’t what was measured. Look again.")
    first.get_by_label("Type what you saw").fill(" 50,0 ")
    first.get_by_label("Type what you saw").press("Tab")
    press(first, "Check")
    expect(first.locator(".lab-verdict")).to_have_text("✓ So it was.")
    run_cell(anew, 1)
    expect(card(anew, 0).locator(".lab-truth")).to_contain_text("Your guess: 54 Measured: 50")
    expect(card(anew, 0).get_by_role("button", name="Commit")).to_be_hidden()


@at("cards")
def test_running_the_lab_locks_the_guess_and_a_restart_forgets_it(anew: Page) -> None:
    first, lab = card(anew, 0), labs(anew).first
    press(first, "Commit my guess")
    press(lab, "Run")
    expect(lab.locator(".lab-sentence")).to_have_text("After 50 steps of 1 the walker stands at 50.")
    expect(first.get_by_role("button", name="Commit")).to_be_hidden()
    expect(first.locator(".lab-truth")).to_have_text("Your guess: 50")
    restart(anew)
    run_all(anew)
    expect(card(anew, 0).get_by_role("button", name="Commit")).to_be_visible()
    expect(card(anew, 0).get_by_role("button", name="Reveal")).to_be_disabled()


@at("cards")
def test_options_are_chosen_committed_and_seen_by_keyboard(anew: Page) -> None:
    second = card(anew, 1)
    second.get_by_role("radio").first.focus()
    anew.keyboard.press("Space")
    press(second, "Commit my guess")
    press(second, "Reveal")
    expect(second.locator(".lab-truth")).to_contain_text("not what you guessed")
    second.get_by_role("radio").last.focus()
    anew.keyboard.press("Space")
    press(second, "Check")
    expect(second.locator(".lab-verdict")).to_have_text("✓ So it was.")


@at("cards")
def test_a_question_is_answered_by_keyboard_wrongly_then_rightly(page: Page) -> None:
    third = card(page, 2)
    verdict = third.locator(".lab-verdict")
    said = {"other": "✗ Neither.", "that": "✗ No, since.", "this": "✓ Because."}
    for option, words in said.items():
        third.get_by_role("radio", name=option).focus()
        page.keyboard.press("Space")
        expect(verdict).to_have_text("")
        press(third, "Check")
        expect(verdict).to_have_text(words)
    third.locator("input:checked").focus()
    page.keyboard.press("ArrowUp")
    expect(verdict).to_have_text("")


@at("cards")
def test_an_exercise_is_solved_by_keyboard_with_a_hint(page: Page) -> None:
    fourth, fifth = card(page, 3), card(page, 4)
    press(fourth, "Hint 1 of 2")
    expect(fourth.locator(".lab-hints")).to_have_text("One.")
    fourth.get_by_label("Your answer").fill("25 %")
    fourth.get_by_label("Your answer").press("Enter")
    expect(fourth.locator(".lab-verdict")).to_contain_text("✗ A number without a percent sign")
    fourth.get_by_label("Your answer").fill("0,5")
    press(fourth, "Check")
    expect(fourth.locator(".lab-verdict")).to_have_text("✓ A half.")
    expect(fifth.locator(".lab-verdict")).to_contain_text("There is no answer yet")


@at("cards")
def test_cards_are_whole_on_small_and_narrow_screens_and_have_no_barrier(page: Page) -> None:
    for width in (WIDE["width"], 760):
        page.set_viewport_size({"width": width, "height": 720})
        for each in page.locator(".lab-card").all():
            assert each.evaluate(CUT) == []
    assert barriers(page, ".jp-OutputArea-output .lab-card") == []
