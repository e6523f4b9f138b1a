"""No page has a fault that axe finds (WCAG 2.2 A and AA), in light and in dark, with its dialogs open as well."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support import browsing
from tests.support.axe import faults
from tests.support.desk import label_of, log_in, make_document, open_to_sign
from tests.support.script import Script
from tests.support.server import Server
from tests.support.signing import code


@pytest.fixture
def jana(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    with browsing.context(browser, request, base_url=server.url, **browsing.DESKTOP) as opened:
        page = opened.new_page()
        log_in(page, "Jana")
        yield page


def usable(page: Page, sign: str, *, closed: bool = False) -> None:
    """Once what `sign` finds is visible, the page has no fault; with `closed` a dialog is left by Esc afterwards."""
    expect(page.locator(sign).first).to_be_visible()
    assert faults(page) == []
    if closed:
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_be_hidden()


def test_the_office(desktop: BrowserContext) -> None:
    page = desktop.new_page()
    page.goto("/login")
    usable(page, "text=Look around with one click")
    log_in(page, "Robin")
    usable(page, "[data-card]")
    page.get_by_role("button", name=re.compile("Account of")).click()
    usable(page, "text=Log out")
    page.goto("/rules")
    usable(page, ".rule")
    page.get_by_role("button", name="Add to Contract").click()
    usable(page, "dialog[open] .catalogue", closed=True)
    page.get_by_role("button", name="Change this rule").click()
    usable(page, "dialog[open] select", closed=True)
    for address, sign in (
        ("/settings", ".tile"),
        ("/settings/templates", ".listing__row"),
        ("/settings/company", ".people"),
        ("/waiting", "main h2, main li"),
        ("/no/such/page", "text=This page does not exist."),
        ("/deals/nothing", "text=This deal does not exist."),
    ):
        page.goto(address)
        usable(page, sign)
    page.goto("/settings/company")
    page.get_by_role("button", name="Change Jana Weber").click()
    usable(page, "dialog[open] input", closed=True)
    page.goto("/settings/templates")
    page.locator(".listing__row").first.click()
    usable(page, ".editor__page")
    page.get_by_role("tab", name="Fields and formats").click()
    usable(page, ".editor__fields")
    page.get_by_role("textbox", name="Text of the template").fill("{{ broken")
    page.get_by_role("tab", name="Preview").click()
    usable(page, "[data-line]")


def test_a_contract_from_the_deal_to_the_integrity_page(
    desktop: BrowserContext, phone: BrowserContext, jana: Page, script: Script, server: Server
) -> None:
    sam = desktop.new_page()
    log_in(sam, "Sam")
    client = script.contact(email="")
    deal = script.deal(client["id"])
    sam.goto(f"/deals/{deal['id']}")
    usable(sam, ".deal__activity")
    sam.get_by_role("button", name="Edit the contact").click()
    usable(sam, ".deal__contact select")
    sam.keyboard.press("Escape")
    sam.get_by_role("button", name="Create document").first.click()
    usable(sam, "dialog[open] .picks__pick", closed=True)
    paper = make_document(sam, deal["id"])
    usable(sam, ".deal__paper img")
    paper.get_by_role("button", name="Sign", exact=True).click()
    usable(sam, "dialog[open] .missing")
    script.change(f"/contacts/{client['id']}", email="everybody@client.example")
    sam.keyboard.press("Escape")
    paper.get_by_role("button", name="Sign", exact=True).click()
    expect(sam.get_by_role("dialog")).to_contain_text("everybody@client.example")
    usable(sam, "dialog[open] .signers")
    sam.get_by_role("button", name="Use this layout again").click()
    usable(sam, ".steps")
    for tab in ("Documents", "Automation"):
        sam.get_by_role("tab", name=tab).click()
        usable(sam, f"#panel-{tab.lower()}")

    label = label_of(paper)
    jana.goto("/waiting")
    usable(jana, "main li")
    jana.locator("main li", has_text=label).get_by_role("link").click()
    usable(jana, "text=Start reading")
    open_to_sign(jana, label)
    usable(jana, "canvas")
    jana.get_by_role("tab", name="Type").click()
    jana.get_by_role("button", name="Sign", exact=True).click()
    usable(jana, ".signing__pad [role=alert]")
    jana.get_by_role("button", name="Decline to sign").click()
    usable(jana, "dialog[open] textarea", closed=True)
    jana.locator("main input[type=checkbox]").check(force=True)
    jana.get_by_role("button", name="Sign", exact=True).click()
    usable(jana, "text=You signed at")
    client_signs(phone.new_page(), script.invitation(label, "Ada Berg").link, server)


def client_signs(page: Page, link: str, server: Server) -> None:
    page.goto("/demo/mailbox")
    usable(page, "article")
    page.goto(link)
    usable(page, "#first")
    page.locator("#more summary").click()
    usable(page, ".menu__item")
    page.goto(f"{link}/text")
    usable(page, ".text__lines")
    page.goto(f"{link}/decline")
    usable(page, "#reason")
    page.goto(link)
    page.locator("#go").click()
    page.locator(".terms summary").click()
    usable(page, "input[name=agree]")
    page.locator("input[name=agree]").check()
    page.locator("#go").click()
    usable(page, "[data-step=ask_code]")
    page.locator("#go").click()
    usable(page, "#code")
    right = code(page, server)
    page.locator("#code").fill("000000" if right != "000000" else "111111")
    page.locator("#go").click()
    usable(page, "#note")
    page.locator("#code").fill(right)
    page.locator("#go").click()
    usable(page, "[data-step=sign]")
    page.locator("#go").click()
    usable(page, "#canvas")
    page.locator("#use").click()
    usable(page, "#sheet-note")
    page.locator("#tab-typed").click()
    usable(page, "#typed-ink")
    page.locator("#use").click()
    usable(page, "#preview-ink")
    page.locator("#go").click()
    expect(page.locator("[data-standing=completed]")).to_be_visible(timeout=30_000)
    usable(page, "a[download]")
    with page.expect_download() as download:
        page.locator("a[download]").click()
    checks(page, download.value.path().read_bytes())
    page.goto("/s/no-such-link")
    usable(page, "h1")


def checks(page: Page, sealed: bytes) -> None:
    page.locator('a[href^="/v/"]').click()
    usable(page, ".card--id")
    for pdf, look in (
        (sealed, "good"),
        (sealed.replace(b"stream", b"streaM", 1), "broken"),
        (sealed + b"x", "needs"),
        (b"x", "waiting"),
    ):
        page.goto("/verify")
        page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf})
        expect(page.locator(f".verdict.card--{look}")).to_be_visible()
        for details in page.locator("details.technical summary").all():
            details.click()
        usable(page, "#verdict")
