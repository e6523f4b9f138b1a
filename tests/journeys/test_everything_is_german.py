"""A German company: every page of the office and of the client is German, dates and money as well."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support import browsing
from tests.support.desk import log_in
from tests.support.german import english
from tests.support.script import Script
from tests.support.server import Server
from tests.support.signing import code

DATE = re.compile(
    r"\d{1,2}\. (Jan\.|Feb\.|März|Apr\.|Mai|Juni|Juli|Aug\.|Sept\.|Okt\.|Nov\.|Dez\.) \d{4}, \d\d:\d\d"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """People keep their language, so this journey has a server of its own."""
    running = Server(tmp_path_factory.mktemp("german")).start()
    yield running
    running.stop()


@pytest.fixture
def jana(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    with browsing.context(browser, request, base_url=server.url, **browsing.DESKTOP) as opened:
        yield opened.new_page()


def speaks_german(page: Page, name: str) -> None:
    log_in(page, name)
    page.goto("/settings")
    page.get_by_label("Your language").select_option("Deutsch")
    page.get_by_role("button", name="Use this language").click()
    expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()


def german(page: Page, sign: str, *, leave: bool = False) -> None:
    """Once what `sign` finds is visible, nothing on the page is English."""
    expect(page.locator(sign).first).to_be_visible()
    assert english(page) == set()
    assert page.locator("html").get_attribute("lang") == "de"
    if leave:
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_be_hidden()


def test_everything_is_german(
    desktop: BrowserContext, phone: BrowserContext, jana: Page, script: Script, server: Server
) -> None:
    robin = desktop.new_page()
    speaks_german(robin, "Robin")
    settings_and_rules(robin)
    label = contract_is_sent(robin, script)
    signs_in_the_office(jana, label)
    client_signs(phone.new_page(), script.invitation(label, "Ada Berg").link, server)
    robin.get_by_role("button", name="schließen").click()
    expect(robin.get_by_text("von allen unterschrieben").first).to_be_visible()
    german(robin, ".timeline")
    expect(robin.locator(".timeline")).to_contain_text(DATE)
    expect(robin.locator(".timeline")).to_contain_text("Auftrag nach Gewonnen verschoben")
    robin.get_by_role("tab", name="Automatisierung").click()
    german(robin, "#panel-automation .rows")
    robin.goto("/deals")
    german(robin, "[data-card]")
    expect(robin.get_by_role("heading", level=1)).to_have_text("Vertrieb")


def settings_and_rules(page: Page) -> None:
    german(page, ".tile")
    for address, sign in (
        ("/settings/templates", ".listing__row"),
        ("/settings/company", ".people"),
        ("/waiting", "main h2"),
        ("/no/such/page", "main h2"),
        ("/deals/nothing", "main h2"),
        ("/rules", ".rule"),
    ):
        page.goto(address)
        german(page, sign)
    page.get_by_role("region", name="Vertrag").get_by_role("button").first.click()
    german(page, "dialog[open] .catalogue", leave=True)
    page.locator(".rule .icon-button").first.click()
    german(page, "dialog[open] select", leave=True)
    page.goto("/settings/company")
    page.locator(".people .icon-button").first.click()
    german(page, "dialog[open] input", leave=True)
    page.goto("/settings/templates")
    page.locator(".listing__row", has_text="Dienstleistungsvertrag").click()
    german(page, ".editor__page")
    page.get_by_role("tab").last.click()
    german(page, ".editor__fields")
    page.locator("textarea").fill("{{ deal.title|shout }}")
    page.get_by_role("tab").first.click()
    german(page, "[data-line]")


def contract_is_sent(page: Page, script: Script) -> str:
    client = script.contact(email="", locale="de")
    deal = script.deal(client["id"], title="Leuchtschrift am Hafen")
    page.goto(f"/deals/{deal['id']}")
    german(page, ".deal__activity")
    expect(page.locator(".deal__fields")).to_contain_text(re.compile(r"2\.677,50\s€"))
    page.get_by_role("button", name="Dokument erstellen").first.click()
    german(page, "dialog[open] .picks__pick")
    page.get_by_role("dialog").get_by_role("button", name="Dienstleistungsvertrag").click()
    paper = page.locator(".deal__paper")
    german(page, ".deal__paper img")
    label = paper.get_by_role("heading", level=2).inner_text()
    paper.get_by_role("button", name="Unterschreiben", exact=True).click()
    question = page.get_by_role("dialog")
    german(page, "dialog[open] .missing")
    question.locator("input[name=email]").fill("ada@hafen.example")
    question.locator("input[name=email]").press("Enter")
    expect(question).to_contain_text("ada@hafen.example")
    german(page, "dialog[open] .signers")
    question.get_by_role("button", name="Dieses Layout erneut verwenden").click()
    german(page, ".steps")
    page.get_by_role("tab", name="Dokumente").click()
    german(page, "#panel-documents .rows")
    page.get_by_role("tab").first.click()
    return label


def signs_in_the_office(page: Page, label: str) -> None:
    speaks_german(page, "Jana")
    page.goto("/waiting")
    german(page, "main li")
    expect(page.locator("main li")).to_contain_text(DATE)
    page.locator("main li", has_text=label).get_by_role("link").click()
    german(page, ".waiting__card")
    page.locator(".waiting__card button").click()
    german(page, "canvas")
    page.get_by_role("button", name="Ablehnen").click()
    german(page, "dialog[open] textarea", leave=True)
    page.get_by_role("tab").last.click()
    page.locator(".pad__submit").click()
    german(page, ".signing__pad [role=alert]")
    page.locator("main input[type=checkbox]").check(force=True)
    page.locator(".pad__submit").click()
    german(page, ".done__mark")


def client_signs(page: Page, link: str, server: Server) -> None:
    page.goto("/demo/mailbox?lang=de")
    german(page, "article")
    page.goto(link)
    german(page, "#first")
    page.locator("#more summary").click()
    german(page, ".menu__item")
    page.goto(f"{link}/decline")
    german(page, "#reason")
    page.goto(link)
    page.locator("#go").click()
    page.locator(".terms summary").click()
    german(page, "input[name=agree]")
    page.locator("input[name=agree]").check()
    page.locator("#go").click()
    german(page, "[data-step=ask_code]")
    page.locator("#go").click()
    german(page, "#code")
    right = code(page, server)
    page.locator("#code").fill("000000" if right != "000000" else "111111")
    page.locator("#go").click()
    german(page, "#note")
    page.locator("#code").fill(right)
    page.locator("#go").click()
    german(page, "[data-step=sign]")
    page.locator("#go").click()
    german(page, "#canvas")
    page.locator("#use").click()
    german(page, "#sheet-note")
    page.locator("#tab-typed").click()
    page.locator("#use").click()
    page.locator("#go").click()
    expect(page.locator("[data-standing=completed]")).to_be_visible(timeout=30_000)
    german(page, "a[download]")
    expect(page.locator(".card")).to_contain_text(DATE)
    with page.expect_download() as download:
        page.locator("a[download]").click()
    sealed = download.value.path().read_bytes()
    page.locator('a[href^="/v/"]').click()
    german(page, ".card--id")
    for pdf in (sealed, sealed.replace(b"stream", b"streaM", 1), sealed + b"x", b"x"):
        page.goto("/verify?lang=de")
        page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf})
        german(page, "#verdict")
