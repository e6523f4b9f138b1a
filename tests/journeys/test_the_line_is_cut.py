"""The browser's line to the server is cut while a card is in somebody's hand: the board tells the truth afterwards."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.support import browsing
from tests.support.board import Board, Mouse
from tests.support.desk import log_in
from tests.support.line import Line
from tests.support.script import Script, until
from tests.support.server import Server


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    opened = Line()
    opened.mend()
    yield opened
    opened.cut()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, line: Line) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server"), ESIGN_BASE_URL=line.url).start()
    line.to = running.port
    yield running
    running.stop()


@pytest.fixture(scope="module")
def script(server: Server) -> Script:
    return Script(server)


@pytest.fixture
def people(
    browser: Browser, server: Server, line: Line, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    with browsing.context(browser, request, base_url=line.url, **browsing.DESKTOP) as opened:
        yield opened


def moves_of(script: Script, deal: dict[str, Any]) -> int:
    told = script.get(f"/deals/{deal['id']}/timeline")["items"]
    return [entry["kind"] for entry in told].count("deal_moved")


@pytest.mark.parametrize("dropped", ["after", "before"], ids=["dropped later", "dropped while it is cut"])
def test_a_card_in_the_hand_ends_where_the_server_has_it(
    dropped: str, line: Line, people: BrowserContext, script: Script
) -> None:
    deal = script.deal(script.contact()["id"])
    board, title = Board(people.new_page()), deal["title"]
    log_in(board.page, "Sam")
    expect(board.card(title, "Offer")).to_be_visible()
    lost = board.page.locator(".lost")

    mouse = Mouse(board)
    mouse.lift(board.card(title))
    mouse.over(board.stage("Qualified"))
    line.cut()
    expect(lost).to_be_visible()
    if dropped == "before":
        mouse.drop()
        line.mend()
    else:
        line.mend()
        expect(lost).to_have_count(0)
        mouse.drop()
    expect(lost).to_have_count(0)
    expect(board.page.locator("[data-pending]")).to_have_count(0, timeout=40_000)

    def the_truth() -> bool:
        stage = script.get(f"/deals/{deal['id']}")["stage"]["name"]
        return board.card(title, stage).is_visible()

    until(the_truth)
    assert moves_of(script, deal) <= 1
    board.choose(title, "New")
    expect(board.card(title, "New")).to_be_visible()
    until(lambda: script.get(f"/deals/{deal['id']}")["stage"]["name"] == "New")
