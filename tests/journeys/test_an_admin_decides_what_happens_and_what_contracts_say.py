"""As admin: rules from the board, the contract's text, the own company. What was made before stays as it is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.support.desk import log_in, make_document
from tests.support.script import Script, until
from tests.support.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Rules, templates and the company belong to everybody, so these journeys have a server of their own."""
    running = Server(tmp_path_factory.mktemp("admin")).start()
    yield running
    running.stop()


@pytest.fixture
def page(desktop: BrowserContext) -> Page:
    opened = desktop.new_page()
    log_in(opened, "Robin")
    return opened


def rule(page: Page) -> Locator:
    """The one rule that sends."""
    return page.get_by_role("region", name="Contract").locator(".rule")


def drop(page: Page, script: Script) -> str:
    """Move a new deal to "Contract" on its page; answers the deal's id."""
    deal = script.deal(script.contact()["id"])
    page.goto(f"/deals/{deal['id']}")
    page.get_by_role("button", name="Contract", exact=True).click()
    return str(deal["id"])


def documents(script: Script, deal_id: str) -> list[dict[str, str]]:
    return list(script.get(f"/deals/{deal_id}/documents")["items"])


def text_of_new_document(page: Page, script: Script, deal_id: str) -> str:
    make_document(page, deal_id)
    return script.text_of(documents(script, deal_id)[0]["id"])


def test_a_rule_is_changed_switched_off_and_on(page: Page, script: Script) -> None:
    page.get_by_role("link", name="Rules").last.click()
    expect(rule(page)).to_contain_text(
        "make Service contract, sign as Jana Weber, then send it to the client."
    )
    rule(page).get_by_role("button", name="Change this rule").click()
    form = page.get_by_role("dialog", name="Send document for signature")
    form.get_by_label("Template").select_option("Dienstleistungsvertrag")
    form.get_by_label("Signatory of our side").select_option("Robin Krause")
    form.get_by_role("button", name="Save").click()
    expect(rule(page)).to_contain_text("make Dienstleistungsvertrag, sign as Robin Krause")

    switch = rule(page).get_by_role("switch")
    switch.click()
    expect(rule(page)).to_contain_text("Off")
    untouched = drop(page, script)
    expect(page.get_by_text("Moved from Offer to Contract")).to_be_visible()

    page.goto("/rules")
    switch.click()
    expect(switch).to_be_checked()
    deal = drop(page, script)
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Robin Krause")
    question.get_by_role("button", name="Send").click()
    page.get_by_role("tab", name="Automation").click()
    expect(page.get_by_role("tabpanel", name="Automation")).to_contain_text("Done")
    assert documents(script, deal)[0]["title"] == "Dienstleistungsvertrag"
    assert documents(script, untouched) == []


def test_a_new_text_is_seen_before_it_is_saved_and_old_documents_keep_theirs(
    page: Page, script: Script
) -> None:
    deal = script.deal(script.contact()["id"])["id"]
    before = text_of_new_document(page, script, deal)
    page.goto("/settings")
    page.get_by_role("main").get_by_role("link", name="Templates").click()
    page.get_by_role("link", name="Service contract").click()
    text = page.get_by_role("textbox", name="Text of the template, in HTML")
    picture = page.get_by_role("img", name="Page 1 of 2")
    expect(picture).to_be_visible()
    shown = picture.get_attribute("src")
    whole = text.input_value()
    text.fill(whole.replace("</h1>", " for the harbour</h1>", 1))
    expect(picture).not_to_have_attribute("src", shown or "")

    at = whole[: whole.index("</h1>")].count("\n") + 1
    text.fill(whole.replace("</h1>", "{{ broken</h1>", 1))
    problem = page.locator("#preview-problem")
    expect(problem).to_contain_text(f"line {at}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Not saved")).to_contain_text(f"{at}")
    problem.get_by_role("button", name=f"Go to line {at}").click()
    expect(text).to_be_focused()

    text.fill(whole.replace("</h1>", " for the harbour</h1>", 1))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    assert "for the harbour" in text_of_new_document(page, script, deal)
    old = documents(script, deal)[1]["id"]
    assert script.text_of(old) == before
    assert "for the harbour" not in before


def test_the_next_contract_carries_the_new_company_and_its_signatory(page: Page, script: Script) -> None:
    page.goto("/settings")
    page.get_by_role("main").get_by_role("link", name="Own company").click()
    page.get_by_label("Name").first.fill("Nordlicht & Söhne AG")
    page.get_by_label("Street and number").fill("Am Kai 7")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("button", name="Change Jana Weber").click()
    form = page.get_by_role("dialog", name="Change signatory")
    form.get_by_label("Name").fill("Jana Weber-Lund")
    form.get_by_label("Mandate").fill("Board member")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Board member")).to_be_visible()

    made = text_of_new_document(page, script, script.deal(script.contact()["id"])["id"])
    for told in ("Nordlicht & Söhne AG", "Am Kai 7", "Jana Weber-Lund", "Board member"):
        assert told in made


def test_without_a_signatory_the_way_leads_to_the_company_and_back(page: Page, script: Script) -> None:
    page.goto("/settings/company")
    for name in ("Jana", "Robin"):
        page.get_by_role("button", name=f"Remove {name}").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(page.get_by_role("button", name=f"Remove {name}")).to_be_hidden()
    deal = script.deal(script.contact()["id"])["id"]
    paper = make_document(page, deal)
    sign = paper.get_by_role("button", name="Sign", exact=True)
    sign.click()
    question = page.get_by_role("dialog", name="Send")
    expect(question).to_contain_text("Nobody signs for our side yet.")
    question.get_by_role("link", name="Mend it").click()
    page.get_by_role("button", name="Add", exact=True).click()
    form = page.get_by_role("dialog", name="Add signatory")
    form.get_by_label("Name").fill("Nora New")
    form.get_by_label("E-mail").fill("nora@nordlicht.example")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("nora@nordlicht.example")).to_be_visible()

    page.go_back()
    expect(question).to_contain_text("This document names nobody who signs for our side now.")
    question.get_by_role("button", name="Make it again").click()
    expect(paper.locator("img").first).to_be_visible()
    assert "Nora New" in script.text_of(until(lambda: documents(script, deal)[0]["id"]))
    sign.click()
    question.get_by_role("button", name="Use this layout again").click()
    expect(paper).to_contain_text("Nora New has not signed yet")
