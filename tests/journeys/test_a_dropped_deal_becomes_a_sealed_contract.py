"""The main job at a desk: a deal is dropped, the signatory signs in the office, the client on a phone, the deal is won."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.desk import log_in, open_to_sign
from tests.support.script import Script
from tests.support.server import Server
from tests.support.signing import up_to_the_signature


def move(page: Page, title: str, stage: str) -> None:
    """By the move menu of the card: the same event as a drag."""
    card = page.locator("[data-card]", has_text=title)
    card.hover()
    card.get_by_role("button", name=f"Move {title}").click()
    page.get_by_role("menuitemradio", name=stage).click()


def column(page: Page, stage: str) -> object:
    return page.locator("[data-stage]", has=page.get_by_role("heading", name=stage))


def sign_in_the_office(page: Page, label: str) -> None:
    open_to_sign(page, label)
    page.locator("main input[type=checkbox]").check(force=True)
    box = page.locator("canvas").bounding_box()
    assert box
    for shift in (0, 60):
        page.mouse.move(box["x"] + 40 + shift, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 90 + shift, box["y"] + 20, steps=6)
        page.mouse.move(box["x"] + 140 + shift, box["y"] + 80, steps=6)
        page.mouse.up()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("You signed at")).to_be_visible()


@pytest.mark.row("M1", "M2", "A7", "A10", "S6", "O1")
def test_a_dropped_deal_becomes_a_sealed_contract(
    desktop: BrowserContext, phone: BrowserContext, server: Server, script: Script
) -> None:
    deal = script.deal(script.contact()["id"])
    board = desktop.new_page()
    log_in(board, "Sam")
    title = deal["title"]
    move(board, title, "Contract")
    preview = board.locator("dialog.drop")
    expect(preview).to_contain_text("Jana Weber")
    preview.get_by_role("button", name="Cancel").last.click()
    expect(column(board, "Offer").locator("[data-card]", has_text=title)).to_be_visible()  # type: ignore[attr-defined]

    move(board, title, "Contract")
    preview.get_by_role("button", name="Send").click()
    card = board.locator("[data-card]", has_text=title)
    expect(card).to_contain_text("sent to Jana Weber")
    label = re.search(r"Contract \d{4}-\d{3}", card.inner_text())
    assert label

    move(board, title, "Offer")
    move(board, title, "Contract")  # out and in again: nothing is sent, and it says why
    expect(board.get_by_text(f"Nothing is sent: {label[0]}").first).to_be_visible()
    assert script.invitation(label[0], "Jana Weber")
    assert not script.invited(label[0], "Ada Berg")  # the client's message comes only after she has signed

    desk = desktop.browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 800})  # type: ignore[union-attr]
    office = desk.new_page()
    log_in(office, "Jana")
    sign_in_the_office(office, label[0])

    client = phone.new_page()
    client.goto(script.invitation(label[0], "Ada Berg").link)
    up_to_the_signature(client, server)
    client.locator("#go").click()
    client.locator("#tab-typed").click()
    client.locator("#use").click()
    client.locator("#go").click()
    expect(client.locator("[data-standing=completed]")).to_be_visible(timeout=30_000)

    won = column(board, "Won").locator("[data-card]", has_text=title)  # type: ignore[attr-defined]
    expect(won).to_contain_text("signed by everyone")  # the open board followed by itself
    board.goto(f"/deals/{deal['id']}")
    for told in (
        "sent to Jana Weber",
        "Jana Weber signed",
        "signed by everyone and sealed",
        "Moved from Contract to Won",
    ):
        expect(board.get_by_text(told).first).to_be_visible()
    desk.close()
