"""Who may call what: a matrix over every operation, and proof that a refused call changed nothing."""

import re
from datetime import UTC, datetime

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.api.app import app
from esign_app.models import ApiKey
from tests.api.calls import GONE, Call, every_call
from tests.api.conftest import Api
from tests.support.dump import everything
from tests.support.world import World

# What the signatory's role may look at; everything else is refused.
SEEN_BY_SIGNATORY = re.compile(
    r"/(pipelines|users|deals|documents|requests|runs|contacts|companies|rules|signatories)\b"
)


def send(api: Api, status: int, call: Call) -> dict[str, object]:
    return api.refused(status, call.method, call.path, json=call.body, params=call.query)


def test_the_table_of_calls_knows_every_operation(world: World) -> None:
    described = {
        (method.upper(), re.sub(r"{\w+}", "x", path))
        for path, item in app().openapi()["paths"].items()
        for method in item
    }
    called = {(call.method, re.sub(r"[0-9a-z]{16}", "x", call.path)) for call in every_call(world)}
    assert called == described - {("GET", "/health"), ("POST", "/hooks/sms")}


@pytest.mark.parametrize("key", ["", "esk_" + "A" * 43, "' or 1=1 --", "ä", "Bearer"])
def test_without_a_valid_key_nothing_answers_and_nothing_changes(
    client: TestClient, world: World, key: str
) -> None:
    before = everything()
    stranger = Api(client, key)
    for call in every_call(world):
        problem = send(stranger, 401, call)
        assert problem["code"] == "not_logged_in"
    assert everything() == before


def test_401_says_how_to_log_in(client: TestClient) -> None:
    assert client.get("/api/v1/deals").headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("scheme", ["Basic", "bearerx", ""])
def test_another_scheme_is_no_key(client: TestClient, world: World, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {world.keys['admin']}".strip()}
    assert client.get("/api/v1/deals", headers=headers).status_code == 401


def test_a_revoked_key_stops_at_once(api: Api) -> None:
    api.get("/deals")
    with engine.transaction() as session:
        for key in session.exec(select(ApiKey)):
            key.revoked_at = datetime(2026, 3, 3, tzinfo=UTC)
            session.add(key)
    api.refused(401, "GET", "/deals")


@pytest.mark.both_databases
def test_a_role_without_rights_gets_nothing_and_changes_nothing(client: TestClient, world: World) -> None:
    nobody = Api(client, world.keys["nobody"])
    before = everything()
    for call in every_call(world):
        assert send(nobody, 403, call)["code"] == "forbidden"
    assert everything() == before


def test_the_signatory_looks_and_changes_nothing(client: TestClient, world: World) -> None:
    signatory = Api(client, world.keys["signatory"])
    before = everything()
    for call in every_call(world):
        if call.writes or not SEEN_BY_SIGNATORY.match(call.path) or call.path.endswith("/preview"):
            send(signatory, 403, call)
        else:
            answer = signatory(call.method, call.path, params=call.query)
            assert answer.status_code == (404 if GONE in call.path else 200), call
    assert everything() == before


def test_sales_cannot_touch_templates_rules_and_the_own_company(sales: Api, world: World) -> None:
    before = everything()
    for call in every_call(world):
        if call.writes and re.match(r"/(templates|rules|own-company|signatories)", call.path):
            send(sales, 403, call)
    assert everything() == before


@pytest.mark.both_databases
def test_the_admin_may_do_everything(api: Api, world: World, renderer: None) -> None:
    for call in every_call(world):
        answer = api(call.method, call.path, json=call.body, params=call.query)
        assert answer.status_code not in (401, 403, 422), call
