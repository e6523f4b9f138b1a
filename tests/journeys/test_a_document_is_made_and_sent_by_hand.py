"""The manual way: a document is made from the deal, read as pages and sent in two clicks; what is missing is mended first."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.desk import label_of, log_in, make_document
from tests.support.script import Script


@pytest.fixture
def page(desktop: BrowserContext) -> Page:
    """Sam of sales, at a desk."""
    opened = desktop.new_page()
    log_in(opened, "Sam")
    return opened


def send(page: Page) -> None:
    """The second click."""
    page.get_by_role("button", name="Use this layout again").click()


@pytest.mark.row("S1", "S4")
def test_a_document_is_read_as_pages_and_sent_in_two_clicks(page: Page, script: Script) -> None:
    client = script.contact()
    deal = script.deal(client["id"], title="Harbour signage")
    paper = make_document(page, deal["id"])
    first = label_of(paper)
    assert paper.locator("img.sheet").count() == 2
    assert paper.locator("img.sheet").first.evaluate(
        "(image) => image.decode().then(() => image.naturalWidth)"
    )
    document = script.get(f"/deals/{deal['id']}/documents")["items"][0]
    for shown in ("Harbour signage", "Ada Berg", "Concept", "€2,250.00", "€427.50", "€2,677.50"):
        assert shown in script.text_of(document["id"])

    preparation = page.get_by_role("dialog", name=f"Send {first} for signature")
    ways = (
        paper.get_by_role("button", name="Sign", exact=True),
        page.get_by_role("tabpanel", name="Timeline").get_by_role("button", name="Sign", exact=True),
        page.get_by_role("tabpanel", name="Documents").get_by_role("button", name="Sign", exact=True),
    )
    for tab, way in zip(("Timeline", "Timeline", "Documents"), ways, strict=True):
        page.get_by_role("tab", name=tab).click()
        way.click()
        expect(preparation).to_contain_text(client["email"])
        page.keyboard.press("Escape")
        expect(preparation).to_be_hidden()
    ways[0].click()
    send(page)
    expect(paper).to_contain_text("Jana Weber has not signed yet")

    make_document(page, deal["id"])
    expect(paper.get_by_role("heading", level=2)).not_to_have_text(first)
    second = label_of(paper)
    fresh = client["email"].replace("@", ".new@")
    script.change(f"/contacts/{client['id']}", email=fresh)
    ways[0].click()
    expect(page.get_by_role("dialog", name=f"Send {second} for signature")).to_contain_text(fresh)
    send(page)
    script.sign(script.invitation(second, "Jana Weber"))
    assert script.invitation(second, "Ada Berg").address == fresh


def test_a_missing_address_is_entered_in_the_question_that_misses_it(page: Page, script: Script) -> None:
    client = script.contact(email="")
    deal = script.deal(client["id"])
    paper = make_document(page, deal["id"])
    paper.get_by_role("button", name="Sign", exact=True).click()
    question = page.get_by_role("dialog", name="Send")
    use = question.get_by_role("button", name="Use this layout again")
    expect(use).to_be_disabled()
    field = question.get_by_label("Ada Berg has no e-mail address.")
    expect(field).to_be_focused()
    field.fill("ada@")
    field.press("Enter")
    expect(use).to_be_disabled()
    field.fill("ada.berg@client.example")
    field.press("Enter")
    expect(question).to_contain_text("by e-mail to ada.berg@client.example")
    use.click()
    expect(paper).to_contain_text("Jana Weber has not signed yet")


def test_a_missing_contact_is_chosen_on_the_deal(page: Page, script: Script) -> None:
    client, deal = script.contact(name="Bo Lind"), script.deal()
    paper = make_document(page, deal["id"])
    sign = paper.get_by_role("button", name="Sign", exact=True)
    sign.click()
    question = page.get_by_role("dialog", name="Send")
    expect(question).to_contain_text("The deal has no contact.")
    expect(question.get_by_role("button", name="Use this layout again")).to_be_disabled()
    question.get_by_role("button", name="Choose a contact").click()
    choice = page.get_by_label("Contact", exact=True)
    expect(choice).to_be_focused()
    choice.select_option(client["id"])
    page.get_by_role("button", name="Save").click()
    page.get_by_role("tabpanel", name="Timeline").get_by_role("button", name="Sign", exact=True).click()
    expect(question).to_contain_text(client["email"])
    question.get_by_role("button", name="Use this layout again").click()
    expect(page.locator(".deal__paper")).to_contain_text("Bo Lind has not signed yet")
