"""No mouse and no finger: the signatory signs in the office and the client on the signing page, each by keyboard alone."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.keyboard import press, reach
from tests.support.script import Script
from tests.support.server import Server
from tests.support.signing import code


@pytest.fixture
def label(script: Script) -> str:
    """A contract that waits for the signatory."""
    deal = script.deal(script.contact()["id"])
    script.drop(deal["id"])
    return str(script.document(deal["id"], "sent")["label"])


def test_two_people_sign_by_keyboard_alone(
    desktop: BrowserContext, script: Script, server: Server, label: str
) -> None:
    page = desktop.new_page()
    signs_in_the_office(page, label)
    page.goto(script.invitation(label, "Ada Berg").link)
    signs_as_client(page, server)


def signs_in_the_office(page: Page, label: str) -> None:
    page.goto("/login")
    press(page, page.get_by_role("button", name="Jana Weber"))
    press(page, page.get_by_role("link", name="Waiting for you"))
    press(page, page.locator("main li", has_text=label).get_by_role("link"))
    press(page, page.get_by_role("button", name="Start reading"))
    reach(page, page.get_by_role("tab", name="Draw"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Type")).to_be_focused()
    reach(page, page.get_by_label("Your name"))
    page.keyboard.press("Control+a")
    page.keyboard.type("J. Weber")
    expect(page.get_by_role("img", name="J. Weber")).to_be_visible()
    reach(page, page.locator("main").get_by_role("checkbox"))
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Sign", exact=True))
    expect(page.get_by_text("You signed at")).to_be_visible()


def signs_as_client(page: Page, server: Server) -> None:
    go = page.locator("#go")
    press(page, go)
    agree = page.get_by_role("checkbox")
    expect(agree).to_be_focused()
    page.keyboard.press("Space")
    press(page, go)
    expect(page.locator("#bar")).to_have_attribute("data-step", "ask_code")
    expect(go).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(code(page, server))
    page.keyboard.press("Enter")
    expect(page.locator("#bar")).to_have_attribute("data-step", "sign")
    expect(go).to_be_focused()
    page.keyboard.press("Enter")

    sheet = page.get_by_role("dialog", name="Your signature")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(go).to_be_focused()
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("tab", name="Draw"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Type")).to_be_focused()
    reach(page, sheet.get_by_label("Your name"))
    expect(sheet.get_by_role("img", name="Ada Berg")).to_be_visible()
    page.keyboard.press("Enter")
    expect(go).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-standing=completed]")).to_be_visible(timeout=30_000)
    reach(page, page.get_by_role("link", name="Download the document"))
