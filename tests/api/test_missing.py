"""What is not there, or is somebody else's, is 404, and looks the same; nothing changes on the way."""

import re
from typing import Any

import pytest

from tests.api.calls import GONE, every_call
from tests.api.conftest import Api
from tests.support.dump import everything
from tests.support.world import World


@pytest.mark.both_databases
def test_an_unknown_id_in_an_address_is_404_everywhere(api: Api, world: World, renderer: None) -> None:
    before = everything()
    for call in every_call(world):
        path = re.sub(r"[0-9a-z]{16}", GONE, call.path)
        if path != call.path or GONE in path:
            problem = api.refused(404, call.method, path, json=call.body, params=call.query)
            assert problem["code"] == "not_found"
    assert everything() == before


def test_an_id_of_another_kind_is_404(api: Api, world: World) -> None:
    """Public ids are unique per kind: a contact's id opens no deal, a deal's id no document."""
    for path in (
        f"/deals/{world.contact}",
        f"/contacts/{world.deal}",
        f"/documents/{world.deal}",
        f"/runs/{world.rule}",
    ):
        api.refused(404, "GET", path)


@pytest.mark.parametrize("primary_key", ["1", "2", "0"])
def test_primary_keys_open_nothing(api: Api, world: World, primary_key: str) -> None:
    for noun in (
        "deals",
        "contacts",
        "companies",
        "documents",
        "requests",
        "runs",
        "rules",
        "templates",
        "signatories",
    ):
        api.refused(404, "GET", f"/{noun}/{primary_key}")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/deals", {"title": "x", "stage_id": GONE}),
        ("/deals", {"title": "x", "contact_id": GONE}),
        ("/deals", {"title": "x", "company_id": GONE}),
        ("/deals", {"title": "x", "owner_id": GONE}),
        ("/deals/{deal}/move", {"stage_id": GONE}),
        ("/deals/{deal}/documents", {"template_id": GONE}),
        ("/deals/{deal}/documents", {"template_id": "{template}", "signatory_id": GONE}),
        ("/contacts", {"name": "x", "company_id": GONE}),
        ("/rules", {"stage_id": GONE, "action": "move_here", "params": {"on": "party_signed"}}),
        ("/rules", {"stage_id": "{stage}", "action": "send_for_signature", "params": {"template": GONE, "signatory": GONE}}),
    ],
)  # fmt: skip
def test_an_unknown_id_in_a_body_is_404_and_nothing_is_made(
    api: Api, world: World, path: str, body: dict[str, Any]
) -> None:
    names = {"deal": world.deal, "template": world.template, "stage": world.stages["Won"]}
    filled = {
        name: value.format(**names) if isinstance(value, str) else value for name, value in body.items()
    }
    before = everything()
    api.refused(404, "POST", path.format(**names), json=filled)
    assert everything() == before


@pytest.mark.parametrize(
    "path", ["/nowhere", "//deals", "/deals/", "/deals//x", "/%2e/deals", "/%2e%2e/deals", "/" + "x" * 10_000]
)
def test_odd_addresses_are_404_and_the_service_stays_up(api: Api, path: str) -> None:
    api.refused(404, "GET", path)
    api.get("/deals")


def test_a_foreign_cursor_is_refused(api: Api, world: World) -> None:
    api.refused(404, "GET", "/deals", params={"after": GONE})
    for cursor in ("A", "AAAAAAAAAAAAA", "77777777777777", "9" * 40, "x-y"):
        answer = api("GET", f"/deals/{world.deal}/timeline", params={"after": cursor})
        assert answer.status_code in (200, 422), cursor
