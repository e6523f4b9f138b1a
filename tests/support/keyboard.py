"""Somebody who uses a page without mouse and finger."""

from playwright.sync_api import Locator, Page, expect


def reach(page: Page, goal: Locator) -> None:
    """Tab to it; where the focus stands must be visible all the way."""
    expect(goal).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if has_focus(goal):
            assert goal.evaluate("(one) => one.matches(':focus-visible')")
            return
    raise AssertionError(f"Tab never came to {goal}")


def press(page: Page, goal: Locator) -> None:
    reach(page, goal)
    page.keyboard.press("Enter")


def has_focus(goal: Locator) -> bool:
    return bool(goal.evaluate("(one) => one === document.activeElement"))
