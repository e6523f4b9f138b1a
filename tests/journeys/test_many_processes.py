"""Two web servers and two workers on one database: who looks at one server sees what happens at the other."""

import re
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support import browsing
from tests.support.fleet import Fleet, Worker, fleet
from tests.support.server import Server


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


def api(server: Server) -> httpx.Client:
    key = {"Authorization": f"Bearer {server.api_key()}"}
    return httpx.Client(base_url=f"{server.url}/api/v1", headers=key, timeout=20)


def board(people: BrowserContext, server: Server) -> Page:
    page = people.new_page()
    page.goto(f"{server.url}/login")
    page.get_by_role("button", name=re.compile("Sam")).click()
    page.wait_for_url("**/deals/**")
    expect(page.locator("[data-card]").first).to_be_visible()
    return page


def new_deal(client: httpx.Client) -> dict[str, str]:
    stages = {s["name"]: s["id"] for p in client.get("/pipelines").json()["items"] for s in p["stages"]}
    contact = next(person for person in client.get("/contacts").json()["items"] if person["email"])
    body = {"title": f"Many {time.time_ns()}", "stage_id": stages["Offer"], "contact_id": contact["id"]}
    return {**client.post("/deals", json=body).json(), "contract": stages["Contract"]}


def drop(client: httpx.Client, deal: dict[str, str]) -> None:
    answer = client.post(f"/deals/{deal['id']}/move", json={"stage_id": deal["contract"], "confirm": True})
    assert answer.status_code == 200, answer.text


def state(client: httpx.Client, deal: dict[str, str]) -> str:
    return next(
        (run["state"] for run in client.get("/runs", params={"deal_id": deal["id"]}).json()["items"]), ""
    )


def wait_until_sent(client: httpx.Client, deal: dict[str, str], within: float = 30) -> None:
    until = time.monotonic() + within
    while state(client, deal) != "done":
        assert time.monotonic() < until, client.get("/runs", params={"deal_id": deal["id"]}).text
        time.sleep(0.1)


def test_a_board_follows_what_happens_at_another_server_and_after_a_restart(
    first: Server, second: Server, workers: Callable[[], Worker], people: BrowserContext
) -> None:
    worker = workers()
    page = board(people, first)
    elsewhere = api(second)
    deal = new_deal(elsewhere)
    card = page.locator("[data-card]", has_text=deal["title"])
    expect(card).to_be_visible(timeout=2_000)
    drop(elsewhere, deal)
    expect(card).to_contain_text("sent to Jana Weber")

    first.stop()
    first.start()
    later = new_deal(elsewhere)
    expect(page.locator("[data-card]", has_text=later["title"])).to_be_visible()
    expect(page).to_have_url(re.compile("/deals/"))  # nobody was sent to the login page
    assert elsewhere.get("/health").json()["engine"] is True
    assert worker.stop() == 0
    assert elsewhere.get("/health").json()["engine"] is False


def test_a_killed_worker_s_runs_are_taken_up_by_another(first: Server, workers: Callable[[], Worker]) -> None:
    killed, _ = workers(), workers()
    client = api(first)
    deals = [new_deal(client) for _ in range(6)]
    for deal in deals:
        drop(client, deal)
    killed.kill()
    for deal in deals:
        wait_until_sent(client, deal)
        assert len(client.get(f"/deals/{deal['id']}/documents").json()["items"]) == 1


def test_a_worker_told_to_stop_ends_what_it_began(first: Server, workers: Callable[[], Worker]) -> None:
    worker = workers()
    client = api(first)
    deals = [new_deal(client) for _ in range(4)]
    for deal in deals:
        drop(client, deal)
    while not any(state(client, deal) == "running" for deal in deals):
        time.sleep(0.02)
    assert worker.stop() == 0
    left = [state(client, deal) for deal in deals]
    assert "running" not in left, left
    workers()
    for deal in deals:
        wait_until_sent(client, deal)
