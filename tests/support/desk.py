"""What people do in the office, in a browser."""

import re

from playwright.sync_api import Locator, Page, expect


def log_in(page: Page, name: str) -> None:
    """One click on a demo login; the board is there."""
    page.goto("/login")
    page.get_by_role("button", name=re.compile(name)).click()
    page.wait_for_url("**/deals/**")


def make_document(page: Page, deal_id: str, template: str = "Service contract") -> Locator:
    """Open the deal and make a document; answers the document once its pages are there."""
    page.goto(f"/deals/{deal_id}")
    page.get_by_role("button", name="Create document").first.click()
    page.get_by_role("dialog").get_by_role("button", name=template).click()
    paper = page.locator(".deal__paper")
    expect(paper.locator("img").first).to_be_visible()
    return paper


def label_of(paper: Locator) -> str:
    """The kind and number of an open document: "Contract 2026-003"."""
    return paper.get_by_role("heading", level=2).inner_text()


def open_to_sign(page: Page, label: str) -> None:
    """From the list of what waits to the place where one signs."""
    page.goto("/waiting")
    page.locator("main li", has_text=label).get_by_role("link").click()
    page.get_by_role("button", name="Start reading").click()
    expect(page.locator("canvas")).to_be_visible()
