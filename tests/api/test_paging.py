"""Every list of the description has pages that fit together, also while things are added."""

from collections.abc import Callable
from typing import Any

import pytest

from esign_app import engine
from esign_app.api.app import app
from esign_app.db import utcnow
from esign_app.domain import clients, deals, own_companies
from esign_app.domain.actor import SYSTEM
from tests.api.conftest import Api
from tests.support.world import Automation, World


def lists() -> dict[str, dict[str, Any]]:
    """The GET operations that answer `items`, by path."""
    document = app().openapi()
    found = {}
    for path, item in document["paths"].items():
        answer = item.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        name = answer.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
        if "items" in document["components"]["schemas"].get(name, {}).get("properties", {}):
            found[path] = item["get"]
    return found


def test_every_list_pages_by_cursor() -> None:
    assert len(lists()) >= 12
    for path, operation in lists().items():
        assert {"limit", "after"} <= {each["name"] for each in operation["parameters"]}, path


@pytest.fixture
def addresses(world: World, automation: Automation, api: Api) -> dict[str, tuple[str, dict[str, str]]]:
    """The address and the query of each list, with a deal and a document that have something to list."""
    api.post(f"/deals/{world.deal}/move", {"stage_id": world.stages["Contract"], "confirm": True})
    automation.run()
    for text in ("One", "Two", "Three"):
        api.post(f"/deals/{world.deal}/comments", {"text": text})
    document = api.get(f"/deals/{world.deal}/documents")["items"][0]["id"]
    ids = {"deal_id": world.deal, "document_id": document}
    return {
        path: (
            path.format(**ids),
            {each["name"]: ids[each["name"]] for each in operation["parameters"] if each["in"] == "query" and each["required"]},
        )
        for path, operation in lists().items()
    }  # fmt: skip


def pages(api: Api, path: str, query: dict[str, str], limit: int, between: Callable[[], object]) -> list[Any]:
    """All items, page by page; `between` happens after each page."""
    found: list[Any] = []
    after: dict[str, str] = {}
    for _ in range(200):
        answer = api.get(path, params={**query, **after, "limit": str(limit)})
        assert len(answer["items"]) <= limit
        found += answer["items"]
        if answer["next"] is None:
            return found
        after = {"after": answer["next"]}
        between()
    raise AssertionError(f"{path} never ends")


def twice(act: Callable[[], None]) -> Callable[[], None]:
    """What does `act` the first two times it is called, and nothing afterwards."""
    left = iter(range(2))

    def between() -> None:
        if next(left, None) is not None:
            act()

    return between


@pytest.mark.both_databases
def test_pages_of_one_are_the_whole_list_while_things_are_added(
    api: Api, world: World, addresses: dict[str, tuple[str, dict[str, str]]]
) -> None:
    """What was there comes once and in its order; what is new may come or not."""

    def more() -> None:
        now = utcnow()
        with engine.transaction() as session:
            clients.create_company(session, SYSTEM, {"name": "Added AG"}, now=now)
            clients.create_contact(session, SYSTEM, {"name": "Added Person"}, company_id="", now=now)
            deals.create(session, SYSTEM, title="Added", values={}, now=now)
            deals.comment(session, SYSTEM, world.deal, "Added", now=now)
            own_companies.save_signatory(session, SYSTEM, "", {"name": "Added Signatory"}, now=now)

    for path, query in addresses.values():
        whole = api.get(path, params={**query, "limit": "200"})["items"]
        paged = pages(api, path, query, 1, twice(more))
        was = [str(item) for item in whole]
        assert [str(item) for item in paged if str(item) in was] == was, path


def test_a_place_that_is_not_in_the_list_is_refused(
    api: Api, addresses: dict[str, tuple[str, dict[str, str]]]
) -> None:
    for path, query in addresses.values():
        answer = api("GET", path, params={**query, "after": "nowhere"})
        assert answer.status_code in (404, 422), path
