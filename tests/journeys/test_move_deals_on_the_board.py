"""The board: what it shows, and a deal moved by mouse, by finger, by keys and by the menu."""

import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from esign_app.text import money
from tests.support import browsing
from tests.support.board import Board, Finger, Mouse, middle
from tests.support.desk import log_in
from tests.support.keyboard import has_focus, press, reach
from tests.support.script import Script, until
from tests.support.server import Server

STAGES = ["New", "Qualified", "Offer", "Contract", "Won", "Lost"]
PEOPLE = {"Sam Becker": "Sales", "Jana Weber": "Signatory", "Robin Krause": "Admin"}
FOLLOWS_WITHIN = 1000  # milliseconds


@pytest.fixture
def page(desktop: BrowserContext) -> Page:
    opened = desktop.new_page()
    log_in(opened, "Sam")
    return opened


@pytest.fixture
def board(page: Page) -> Board:
    return Board(page)


@pytest.fixture
def wide(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A large screen of somebody who wants nothing to move by itself."""
    options = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
    with browsing.context(browser, request, base_url=server.url, **options) as opened:
        page = opened.new_page()
        log_in(page, "Sam")
        yield page


@pytest.fixture
def held(phone: BrowserContext) -> Page:
    opened = phone.new_page()
    log_in(opened, "Sam")
    return opened


@pytest.fixture
def deals(script: Script) -> list[dict[str, Any]]:
    """Three deals on top of "Offer", in the order in which they stand there."""
    word = time.time_ns()
    made = [script.deal(script.contact()["id"], f"{name} {word}") for name in ("Third", "Second", "First")]
    return made[::-1]


def stage_of(script: Script, deal: dict[str, Any]) -> str:
    return str(script.get(f"/deals/{deal['id']}")["stage"]["name"])


def comes_to(script: Script, deal: dict[str, Any], stage: str) -> None:
    until(lambda: stage_of(script, deal) == stage)


def nothing_ran(script: Script, deal: dict[str, Any]) -> bool:
    return (
        script.get(f"/deals/{deal['id']}/documents")["items"] == []
        and script.get(f"/runs?deal_id={deal['id']}")["items"] == []
    )


def all_deals(script: Script) -> list[dict[str, Any]]:
    found, after = [], ""
    while True:
        page = script.get(f"/deals?limit=100{after}")
        found += page["items"]
        if not page["next"]:
            return found
        after = f"&after={page['next']}"


@pytest.mark.parametrize(("name", "role"), PEOPLE.items())
def test_one_click_opens_the_board_for_each_role(desktop: BrowserContext, name: str, role: str) -> None:
    page = desktop.new_page()
    log_in(page, name)
    expect(page.locator("[data-card]").first).to_be_visible()
    page.get_by_role("button", name=f"Account of {name}").click()
    expect(page.locator(".menu__person")).to_have_text(f"{name}{role}")


def test_the_board_shows_stages_with_colours_counts_and_sums(board: Board, script: Script) -> None:
    expect(board.page.locator("[data-stage] h2")).to_have_text(STAGES)
    found = defaultdict(list)
    for deal in all_deals(script):
        found[deal["stage"]["name"]].append(deal)
    assert sum(map(len, found.values())) >= 40
    assert len({deal["currency"] for deals in found.values() for deal in deals}) > 1
    colours = set()
    for name in STAGES:
        head = board.stage(name).locator("header")
        expect(head.locator(".count")).to_have_text(str(len(found[name])))
        sums: dict[str, int] = defaultdict(int)
        for deal in found[name]:
            sums[deal["currency"]] += deal["amount_minor"]
        for currency, total in sums.items():
            expect(head).to_contain_text(money(total, currency))
        colours.add(head.evaluate("(one) => getComputedStyle(one).borderTopColor"))
        expect(board.stage(name).get_by_role("img", name="Has rules")).to_have_count(
            int(name in {"Contract", "Won"})
        )
    assert len(colours) == len(STAGES)


def test_a_new_deal_begins_in_the_first_stage_and_the_focus_comes_back(board: Board) -> None:
    title = f"Begun {time.time_ns()}"
    new_deal = board.page.get_by_role("button", name="New deal")
    press(board.page, new_deal)
    board.page.keyboard.type(title)
    board.page.keyboard.press("Enter")
    board.begins_with("New", title)
    board.page.keyboard.press("Escape")
    expect(new_deal).to_be_focused()


@pytest.mark.row("C2")
def test_a_mouse_moves_deals_within_a_stage_and_across(
    board: Board, script: Script, deals: list[dict[str, Any]]
) -> None:
    """B60: order and stage are kept, and on the way the card never jumps back."""
    first, second, third = (deal["title"] for deal in deals)
    board.begins_with("Offer", first, second, third)
    mouse = Mouse(board)
    mouse.lift(board.card(first))
    mouse.over(board.card(second, "Offer"), below=20)
    expect(board.heard).to_contain_text("Offer, position 2")
    mouse.drop()
    board.begins_with("Offer", second, first, third)

    board.watch(deals[2]["id"], "Qualified")
    mouse.lift(board.card(third))
    mouse.over(board.stage("Qualified").locator("[data-card]").first, below=-30)
    mouse.drop()
    board.came()
    assert board.way() == ["Offer", "Qualified"]
    comes_to(script, deals[2], "Qualified")
    board.page.reload()
    board.begins_with("Offer", second, first)
    board.begins_with("Qualified", third)


def test_a_drop_keeps_its_place_when_the_stage_is_scrolled_or_filtered(
    board: Board, deals: list[dict[str, Any]]
) -> None:
    """B60."""
    mouse = Mouse(board)
    rows = board.stage("New").locator(".stage__list")
    rows.evaluate("(one) => one.scrollTo(0, one.scrollHeight)")
    until(
        lambda: rows.evaluate(
            "(one) => one.scrollTop > 0 && one.scrollTop + one.clientHeight >= one.scrollHeight - 1"
        )
    )
    before = board.titles("New")
    scrolled = rows.evaluate("(one) => one.scrollTop")
    ids = "[...document.querySelectorAll('[data-stage]')][0].querySelectorAll('[data-card]')"
    order = board.page.evaluate(f"[...{ids}].map((one) => one.dataset.card)")
    last, above = (board.stage("New").locator(f"[data-card='{order[at]}']") for at in (-1, -2))
    mouse.lift(last)
    mouse.over(above, below=-20)
    mouse.drop()
    swapped = [*order[:-2], order[-1], order[-2]]
    until(lambda: board.page.evaluate(f"[...{ids}].map((one) => one.dataset.card)") == swapped)
    assert rows.evaluate("(one) => one.scrollTop") == scrolled
    assert len(board.titles("New")) == len(before)

    first, second, third = (deal["title"] for deal in deals)
    board.choose(second, "Qualified")
    board.choose(second, "Offer")
    board.begins_with("Offer", second, first, third)
    search = board.page.get_by_role("searchbox")
    search.fill(str(first.split()[1]))
    expect(board.stage("Won").locator("[data-card]")).to_have_count(0)
    mouse.lift(board.card(second))
    mouse.over(board.card(third, "Offer"), below=20)
    mouse.drop()
    board.begins_with("Offer", first, third, second)
    search.fill("")
    expect(board.stage("Won").locator("[data-card]").first).to_be_visible()
    board.begins_with("Offer", first, third, second)
    board.page.reload()
    board.begins_with("Offer", first, third, second)


def test_a_stage_at_the_edge_stays_under_the_card_and_the_edge_itself_scrolls(
    wide: Page, deals: list[dict[str, Any]]
) -> None:
    board = Board(wide)
    mouse = Mouse(board)
    mouse.lift(board.card(deals[0]["title"]))
    durations = (
        "[...document.querySelectorAll('.deal')].map((one) => getComputedStyle(one).transitionDuration)"
    )
    assert set(wide.evaluate(durations)) == {"1e-05s"}
    contract = board.stage("Contract")
    mouse.over(contract)
    board.frames(45)
    assert wide.evaluate("scrollX") == 0
    expect(contract.locator("header")).to_contain_text("Makes and sends: Service contract")
    mouse.drop()
    expect(board.preview).to_contain_text(f"{deals[0]['title']} → Contract")
    board.preview.get_by_role("button", name="Cancel").last.click()

    mouse.lift(board.card(deals[1]["title"]))
    mouse.to(1435, 400)
    wide.wait_for_function("scrollX + innerWidth >= document.documentElement.scrollWidth - 1")
    mouse.over(board.stage("Lost"))
    mouse.drop()
    expect(board.card(deals[1]["title"], "Lost")).to_be_visible()


@pytest.mark.row("C2")
def test_a_swipe_scrolls_and_a_long_press_moves(
    held: Page, script: Script, deals: list[dict[str, Any]]
) -> None:
    """B62: a swipe, quick or slow, never moves or sends."""
    board, finger = Board(held), Finger(held)
    strip = held.get_by_role("navigation", name="Stages")
    versions = {deal["id"]: deal["version"] for deal in all_deals(script)}
    rows = board.stage("New").locator(".stage__list")
    x, y = middle(board.stage("New").locator("[data-card]").nth(4))
    finger.down(x, y)
    finger.to(x, y - 250)
    finger.up()
    until(lambda: rows.evaluate("(one) => one.scrollTop") > 100)

    strip.get_by_role("button", name="Offer").click()
    offer = strip.get_by_role("button", name="Offer")
    expect(offer).to_have_attribute("aria-current", "true")
    settled(held, "Offer")
    _, y = middle(board.card(deals[0]["title"]))
    finger.down(310, y)
    board.frames(9)  # so long that a quicker press would have lifted
    for x in range(290, 10, -20):
        finger.to(x, y, steps=1)
        board.frames(2)
    expect(board.lifted).to_have_count(0)
    finger.up()
    settled(held, "Contract")
    assert board.preview.count() == 0
    assert {deal["id"]: deal["version"] for deal in all_deals(script)} == versions

    offer.click()
    settled(held, "Offer")
    first, second = deals[0]["title"], deals[1]["title"]
    below = middle(board.card(second))
    finger.down(*middle(board.card(first)))
    expect(board.lifted).to_be_visible()
    finger.to(below[0], below[1] + 20)
    expect(board.heard).to_contain_text("Offer, position 2")
    finger.up()
    board.begins_with("Offer", second, first)

    finger.down(*middle(board.card(first)))
    expect(board.lifted).to_be_visible()
    finger.to(6, 400)
    held.wait_for_function("scrollX <= innerWidth + 4")
    finger.to(195, 300)
    expect(board.heard).to_contain_text("Qualified")
    finger.up()
    expect(board.card(first, "Qualified")).to_be_visible()
    comes_to(script, deals[0], "Qualified")


def settled(page: Page, stage: str) -> None:
    """The phone shows this stage and nothing else."""
    page.wait_for_function(
        """(name) => [...document.querySelectorAll("[data-stage]")].some((one) =>
            one.querySelector("h2").textContent === name && Math.abs(one.getBoundingClientRect().left) < 1)""",
        arg=stage,
    )


@pytest.mark.row("C2")
def test_keys_move_a_deal_and_every_step_is_said(
    board: Board, script: Script, deals: list[dict[str, Any]]
) -> None:
    title, keys = deals[0]["title"], board.page.keyboard
    link = board.link(title)
    link.focus()
    keys.press("Space")
    expect(board.heard).to_contain_text(f"{title} lifted. Offer, position 1 of")
    keys.press("ArrowDown")
    expect(board.heard).to_contain_text("Offer, position 2 of")
    keys.press("ArrowLeft")
    expect(board.heard).to_contain_text(f"{title}: Qualified, position")
    keys.press("Escape")
    expect(board.heard).to_contain_text(f"{title} was put back.")
    expect(link).to_be_focused()

    keys.press("Space")
    expect(board.heard).to_contain_text("lifted")
    keys.press("ArrowRight")
    expect(board.heard).to_contain_text("Makes and sends: Service contract")
    keys.press("ArrowLeft")
    expect(board.heard).to_contain_text("Offer, position")
    keys.press("ArrowLeft")
    expect(board.heard).to_contain_text("Qualified, position")
    keys.press("Space")
    expect(board.heard).to_contain_text(f"{title} moved to Qualified")
    comes_to(script, deals[0], "Qualified")
    expect(board.card(title, "Qualified")).to_be_visible()
    expect(link).to_be_focused()
    assert nothing_ran(script, deals[0])


@pytest.mark.row("C2")
def test_another_browser_follows_the_move_menu_within_a_second(
    board: Board, phone: BrowserContext, deals: list[dict[str, Any]]
) -> None:
    other, title = Board(phone.new_page()), deals[1]["title"]
    log_in(other.page, "Robin")
    expect(other.card(title)).to_be_visible()
    for watching in (board, other):
        watching.watch(deals[1]["id"], "Qualified")
    board.link(title).focus()
    press(board.page, board.page.get_by_role("button", name=f"Move {title}"))
    expect(board.page.get_by_role("menuitemradio", name="Offer")).to_be_focused()
    board.page.keyboard.press("ArrowUp")
    board.page.keyboard.press("Enter")
    expect(board.page.get_by_role("status").filter(has_text="moved to Qualified")).to_have_count(1)
    answered = board.came()
    assert other.came() - answered < FOLLOWS_WITHIN
    assert other.way() == ["Offer", "Qualified"]
    expect(board.link(title)).to_be_focused()


def test_who_may_not_move_gets_the_card_back_and_is_told_why(
    desktop: BrowserContext, script: Script, deals: list[dict[str, Any]]
) -> None:
    """B63: neither by mouse nor by the menu; onto a stage that sends there is not even a question."""
    board = Board(desktop.new_page())
    log_in(board.page, "Jana")
    title = deals[0]["title"]
    refused = board.page.locator("[data-sonner-toast]", has_text="You do not have the right to do this.")
    mouse = Mouse(board)
    mouse.lift(board.card(title))
    mouse.over(board.stage("Qualified"))
    mouse.drop()
    expect(refused).to_have_count(1)
    expect(board.card(title, "Offer")).to_be_visible()

    board.choose(title, "Contract")
    expect(refused).to_have_count(2)
    expect(board.card(title, "Offer")).to_be_visible()
    expect(board.preview).to_have_count(0)
    expect(board.page.get_by_role("button", name="New deal")).to_have_count(0)
    assert stage_of(script, deals[0]) == "Offer"
    assert nothing_ran(script, deals[0])


@pytest.mark.row("A7")
def test_a_deal_that_somebody_else_moved_meanwhile_is_not_sent(
    board: Board, script: Script, deals: list[dict[str, Any]]
) -> None:
    """B68."""
    title = deals[0]["title"]
    board.choose(title, "Contract")
    expect(board.preview).to_contain_text("Ada Berg gets it to sign, by e-mail to")
    script.post(f"/deals/{deals[0]['id']}/move", {"stage_id": script.stages["Qualified"], "confirm": True})
    board.preview.get_by_role("button", name="Send").click()
    expect(board.page.get_by_text("Somebody else changed this deal in the meantime.")).to_be_visible()
    expect(board.card(title, "Qualified")).to_be_visible()
    assert stage_of(script, deals[0]) == "Qualified"
    assert nothing_ran(script, deals[0])


@pytest.mark.row("A7", "C2")
def test_a_contract_is_sent_by_keys_alone(
    desktop: BrowserContext, script: Script, deals: list[dict[str, Any]]
) -> None:
    page = desktop.new_page()
    board, title = Board(page), deals[0]["title"]
    page.goto("/login")
    press(page, page.get_by_role("button", name="Sam Becker"))
    page.wait_for_url("**/deals/**")
    reach(page, page.get_by_role("searchbox"))
    page.keyboard.type(title)
    expect(board.stage("Won").locator("[data-card]")).to_have_count(0)
    press(page, board.link(title))
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(board.stage("Won").locator("[data-card]").first).to_be_visible()
    reach(page, page.get_by_role("searchbox"))
    page.keyboard.type(title)
    expect(board.stage("Won").locator("[data-card]")).to_have_count(0)
    reach(page, board.link(title))
    page.keyboard.press("Space")
    expect(board.heard).to_contain_text("lifted")
    page.keyboard.press("ArrowRight")
    expect(board.heard).to_contain_text("Contract, position 1")
    page.keyboard.press("Space")
    send = board.preview.get_by_role("button", name="Send")
    press(page, send)
    expect(board.card(title, "Contract")).to_contain_text("sent to Jana Weber")
    expect(board.link(title)).to_be_focused()
    assert has_focus(board.link(title))
    expect(page.get_by_role("button", name="Open demo mailbox")).to_be_visible()
    page.get_by_role("button", name="Open demo mailbox").press("Enter")
    page.wait_for_url("**/demo/mailbox")
    assert script.document(deals[0]["id"], "sent")
