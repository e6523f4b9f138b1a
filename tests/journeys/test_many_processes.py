"""Two web servers and two workers on one database: who looks at one server sees what happens at the other."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support import browsing
from tests.support.fleet import Fleet, Worker, fleet
from tests.support.script import Script, until
from tests.support.server import Server

pytestmark = pytest.mark.timeout(
    600
)  # alone half a minute each; a busy machine starts a server ten times slower


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(tmp_path_factory.mktemp("fleet"), ESIGN_DEMO="deals") as opened:
        yield opened


@pytest.fixture(scope="module")
def first(many: Fleet) -> Server:
    return many.web()


@pytest.fixture(scope="module")
def second(many: Fleet) -> Server:
    return many.web()


@pytest.fixture
def workers(many: Fleet) -> Iterator[Callable[[], Worker]]:
    """Start a worker; after the test none is left."""
    started: list[Worker] = []

    def start() -> Worker:
        started.append(many.worker())
        return started[-1]

    yield start
    for worker in started:
        if worker.is_running:
            worker.stop()


@pytest.fixture
def people(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    with browsing.context(browser, request, **browsing.DESKTOP) as opened:
        yield opened


def board(people: BrowserContext, server: Server) -> Page:
    page = people.new_page()
    page.goto(f"{server.url}/login")
    page.get_by_role("button", name=re.compile("Sam")).click()
    page.wait_for_url("**/deals/**")
    expect(page.locator("[data-card]").first).to_be_visible()
    return page


def has_an_engine(script: Script) -> bool:
    return bool(script.api.get("/health").json()["engine"])


def new_deal(script: Script) -> dict[str, str]:
    return dict(script.deal(script.contact()["id"]))


def state(script: Script, deal: dict[str, str]) -> str:
    return next((run["state"] for run in script.get(f"/runs?deal_id={deal['id']}")["items"]), "")


def wait_until_sent(script: Script, deal: dict[str, str]) -> None:
    until(lambda: state(script, deal) == "done", 240)


@pytest.mark.row("O1")
def test_a_board_follows_what_happens_at_another_server_and_after_a_restart(
    first: Server, second: Server, workers: Callable[[], Worker], people: BrowserContext
) -> None:
    worker = workers()
    page = board(people, first)
    elsewhere = Script(second)
    deal = new_deal(elsewhere)
    card = page.locator("[data-card]", has_text=deal["title"])
    expect(card).to_be_visible()
    elsewhere.drop(deal["id"])
    expect(card).to_contain_text("sent to Jana Weber")

    first.stop()
    first.start()
    later = new_deal(elsewhere)
    expect(page.locator("[data-card]", has_text=later["title"])).to_be_visible()
    expect(page).to_have_url(re.compile("/deals/"))  # nobody was sent to the login page
    assert has_an_engine(elsewhere)
    assert worker.stop() == 0
    until(lambda: not has_an_engine(elsewhere))  # once the database has let go of the worker's connection


@pytest.mark.row("O1")
def test_a_killed_worker_s_runs_are_taken_up_by_another(first: Server, workers: Callable[[], Worker]) -> None:
    killed, _ = workers(), workers()
    script = Script(first)
    deals = [new_deal(script) for _ in range(6)]
    for deal in deals:
        script.drop(deal["id"])
    killed.kill()
    for deal in deals:
        wait_until_sent(script, deal)
        assert len(script.get(f"/deals/{deal['id']}/documents")["items"]) == 1


@pytest.mark.row("O1")
def test_a_worker_told_to_stop_ends_what_it_began(first: Server, workers: Callable[[], Worker]) -> None:
    worker = workers()
    script = Script(first)
    deals = [new_deal(script) for _ in range(4)]
    for deal in deals:
        script.drop(deal["id"])
    while all(state(script, deal) in ("", "waiting") for deal in deals):
        time.sleep(0.02)
    assert worker.stop() == 0
    left = [state(script, deal) for deal in deals]
    assert "running" not in left, left
    workers()
    for deal in deals:
        wait_until_sent(script, deal)
