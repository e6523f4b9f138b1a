"""Deals are moved on the board: by mouse, finger, keyboard and menu; others see it, and a refused move comes back."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.support import browsing
from tests.support.desk import log_in
from tests.support.script import Script
from tests.support.server import Server


class Board:
    """An open board."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def stage(self, name: str) -> Locator:
        return self.page.locator("[data-stage]", has=self.page.get_by_role("heading", name=name, exact=True))

    def card(self, title: str) -> Locator:
        return self.page.locator("[data-card]", has_text=title)

    def link(self, title: str) -> Locator:
        return self.page.get_by_role("link", name=title, exact=True)

    def titles(self, stage: str) -> list[str]:
        return self.stage(stage).locator("[data-card] .deal__link").all_inner_texts()

    def expect_in(self, stage: str, title: str) -> None:
        expect(self.stage(stage).locator("[data-card]", has_text=title)).to_be_visible()

    def expect_order(self, stage: str, titles: list[str]) -> None:
        """The topmost cards of the stage are these."""
        for place, title in enumerate(titles):
            expect(self.stage(stage).locator(".deal__link").nth(place)).to_have_text(title)

    def drag(self, title: str, onto: Locator) -> None:
        """By mouse, as a hand does it: with a first slow move that lifts the card."""
        start, end = middle(self.card(title)), middle(onto)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(start[0] + 8, start[1] + 8, steps=4)
        self.page.mouse.move(*end, steps=12)
        expect(self.page.locator("[data-card][data-dragging]")).to_be_visible()
        self.page.mouse.up()


class Finger:
    """One finger on the screen."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._cdp = page.context.new_cdp_session(page)

    def down(self, x: float, y: float) -> None:
        self._send("touchStart", [{"x": x, "y": y}])
        self._at = (x, y)

    def slide(self, x: float, y: float, steps: int = 12) -> None:
        from_x, from_y = self._at
        for step in range(1, steps + 1):
            part = step / steps
            point = {"x": from_x + (x - from_x) * part, "y": from_y + (y - from_y) * part}
            self._send("touchMove", [point])
        self._at = (x, y)

    def up(self) -> None:
        self._send("touchEnd", [])

    def _send(self, kind: str, points: list[dict[str, float]]) -> None:
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def middle(thing: Locator) -> tuple[float, float]:
    box = thing.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 40)


@pytest.fixture
def sam(desktop: BrowserContext) -> Board:
    page = desktop.new_page()
    log_in(page, "Sam")
    return Board(page)


@pytest.fixture
def other(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    with browsing.context(browser, request, base_url=server.url, **browsing.DESKTOP) as opened:
        yield opened


@pytest.fixture
def titles(script: Script) -> list[str]:
    """Three deals of this test's own on top of "Offer", first made last."""
    word = time.time_ns()
    made = [str(script.deal(title=f"Board {word} {letter}")["title"]) for letter in "CBA"]
    return made[::-1]


def state_of(script: Script, title: str) -> tuple[str, int]:
    """The stage a deal is in, and how many runs were made for it."""
    deal = next(each for each in script.get("/deals?limit=200")["items"] if each["title"] == title)
    return deal["stage"]["name"], len(script.get(f"/runs?deal_id={deal['id']}")["items"])


@pytest.mark.parametrize("name", ["Sam", "Jana", "Robin"])
def test_one_click_logs_in_and_the_board_is_full(desktop: BrowserContext, name: str) -> None:
    page = desktop.new_page()
    log_in(page, name)
    stages = page.locator("[data-stage]")
    expect(stages).to_have_count(6)
    expect(stages.locator("[data-card]").first).to_be_visible()
    counts = [int(count) for count in stages.locator(".count").all_inner_texts()]
    assert sum(counts) >= 40
    assert len(set(stages.evaluate_all("all => all.map(one => one.style.getPropertyValue('--stage'))"))) == 6
    sums = "".join(stages.locator(".stage__sums").all_inner_texts())
    assert "€" in sums
    assert "£" in sums  # a sum per currency, never one over all


def test_the_mouse_puts_a_card_where_it_was_dropped_and_it_stays(sam: Board, titles: list[str]) -> None:
    first, second, third = titles
    sam.expect_order("Offer", titles)
    sam.drag(first, onto=sam.card(third))
    expect(sam.stage("Offer").locator(".deal__link").nth(2)).to_have_text(first)
    expect(sam.page.locator("[data-pending]")).to_have_count(0)

    sam.drag(second, onto=sam.stage("Qualified"))
    sam.expect_in("Qualified", second)
    expect(sam.page.locator("[data-pending]")).to_have_count(0)
    qualified = sam.titles("Qualified")

    sam.page.reload()
    sam.expect_order("Offer", [third, first])
    sam.expect_order("Qualified", qualified)


def test_a_second_browser_follows_within_a_second(
    sam: Board, other: BrowserContext, titles: list[str]
) -> None:
    page = other.new_page()
    log_in(page, "Robin")
    watching = Board(page)
    watching.expect_in("Offer", titles[0])
    sam.drag(titles[0], onto=sam.stage("Qualified"))
    sam.expect_in("Qualified", titles[0])
    expect(watching.stage("Qualified").locator("[data-card]", has_text=titles[0])).to_be_visible(
        timeout=1_000
    )


def test_the_keyboard_moves_a_card_and_every_step_is_announced(sam: Board, titles: list[str]) -> None:
    title = titles[0]
    sam.link(title).focus()
    said = sam.page.locator("[aria-live=assertive]")
    sam.page.keyboard.press("Space")
    expect(said.filter(has_text=title).first).to_contain_text("Offer")
    sam.page.keyboard.press("ArrowDown")
    expect(said.filter(has_text=title).first).to_contain_text("2")
    sam.page.keyboard.press("ArrowLeft")
    expect(said.filter(has_text=title).first).to_contain_text("Qualified")
    sam.page.keyboard.press("Space")
    sam.expect_in("Qualified", title)
    expect(sam.link(title)).to_be_focused()  # drawn anew, and still under the hand

    sam.page.keyboard.press("Space")
    sam.page.keyboard.press("ArrowRight")
    sam.page.keyboard.press("Escape")
    sam.expect_in("Qualified", title)


def test_by_keyboard_alone_from_the_login_to_a_sent_contract(sam: Board, script: Script) -> None:
    client = script.contact()
    title = str(script.deal(client["id"], f"Keys {time.time_ns()}")["title"])
    page = sam.page
    reach(page, sam.link(title))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    page.go_back()
    sam.expect_in("Offer", title)
    reach(page, sam.card(title).get_by_role("button", name=f"Move {title}"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitemradio", name="Offer")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    preview = page.locator("dialog.drop")
    expect(preview).to_be_focused()
    expect(preview).to_contain_text(client["name"])
    reach(page, preview.get_by_role("button", name="Send"))
    page.keyboard.press("Enter")
    expect(sam.card(title)).to_contain_text("sent to Jana Weber")
    expect(sam.link(title)).to_be_focused()


def reach(page: Page, goal: Locator) -> None:
    """Tab to it; where the focus stands is visible."""
    expect(goal).to_be_visible()
    for _ in range(120):
        page.keyboard.press("Tab")
        if goal.evaluate("(one) => one === document.activeElement"):
            assert goal.evaluate("(one) => one.matches(':focus-visible')")
            return
    raise AssertionError(f"Tab never came to {goal}")


def test_the_menu_does_the_same_as_a_drag(sam: Board, titles: list[str]) -> None:
    sam.card(titles[0]).hover()
    sam.card(titles[0]).get_by_role("button", name=f"Move {titles[0]}").click()
    sam.page.get_by_role("menuitemradio", name="Qualified").click()
    sam.expect_in("Qualified", titles[0])
    assert sam.titles("Qualified")[0] == titles[0]


def test_a_card_comes_back_from_whoever_may_not_move_it_and_nothing_runs(
    desktop: BrowserContext, script: Script
) -> None:
    """B63: by drag and by menu."""
    title = str(script.deal(script.contact()["id"], f"Refused {time.time_ns()}")["title"])
    page = desktop.new_page()
    log_in(page, "Jana")
    board = Board(page)
    board.drag(title, onto=board.stage("Qualified"))
    expect(page.get_by_text("You do not have the right").first).to_be_visible()
    board.expect_in("Offer", title)
    board.card(title).hover()
    board.card(title).get_by_role("button", name=f"Move {title}").click()
    page.get_by_role("menuitemradio", name="Contract").click()
    board.expect_in("Offer", title)
    assert state_of(script, title) == ("Offer", 0)


def test_a_filtered_board_keeps_the_dropped_card_where_it_is_seen(sam: Board, titles: list[str]) -> None:
    """B60: dropped with a filter on; the place is the one among the cards that were seen, after a reload too."""
    word = titles[0].split()[1]
    sam.page.get_by_role("searchbox").fill(word)
    expect(sam.page.locator("[data-card]")).to_have_count(3)
    sam.drag(titles[2], onto=sam.card(titles[0]))
    expect(sam.stage("Offer").locator(".deal__link").first).to_have_text(titles[2])
    expect(sam.page.locator("[data-pending]")).to_have_count(0)
    sam.page.reload()
    sam.expect_order("Offer", [titles[2], titles[0], titles[1]])


def test_a_finger_drags_after_a_long_press_and_a_swipe_only_scrolls(
    phone: BrowserContext, script: Script, titles: list[str]
) -> None:
    """B62: a swipe over cards never moves and never sends, at 390 px."""
    page = phone.new_page()
    log_in(page, "Sam")
    board = Board(page)
    show(page, "Offer")
    expect(board.card(titles[0])).to_be_in_viewport()
    finger = Finger(page)
    x, y = middle(board.card(titles[1]))
    finger.down(x, y)
    finger.slide(x, y - 200)
    finger.up()
    finger.down(x, y)
    finger.slide(x - 250, y)
    finger.up()
    assert state_of(script, titles[1]) == ("Offer", 0)

    page.reload()
    show(page, "Offer")
    expect(board.card(titles[0])).to_be_in_viewport()
    x, y = middle(board.card(titles[0]))
    below = middle(board.card(titles[1]))
    finger.down(x, y)
    expect(page.locator("[data-card][data-dragging]")).to_be_visible()
    finger.slide(below[0], below[1] + 10)
    finger.up()
    expect(board.stage("Offer").locator(".deal__link").nth(1)).to_have_text(titles[0])
    expect(page.locator("[data-pending]")).to_have_count(0)
    page.reload()
    expect(board.stage("Offer").locator(".deal__link").nth(1)).to_have_text(titles[0])


def show(page: Page, stage: str) -> None:
    """Bring a stage into sight by the strip on top of the phone's board, and wait until it rests there."""
    page.get_by_role("navigation", name=re.compile("Stages")).get_by_role("button", name=stage).click()
    page.evaluate(
        """async () => {
            let before = -1;
            while (before !== scrollX || scrollX % innerWidth) {
                before = scrollX;
                await new Promise((done) => setTimeout(done, 100));
            }
        }"""
    )
