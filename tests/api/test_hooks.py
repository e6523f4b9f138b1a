"""What the SMS gateway reports: with its token, about its own messages, as often as it likes."""

import pytest
from starlette.testclient import TestClient

from esign_app import engine, settings
from esign_app.db import utcnow
from esign_app.domain import messages
from esign_app.models import Message
from tests.api.conftest import Api
from tests.support.dump import everything
from tests.support.world import World

TOKEN = "hook-token-0123456789-0123456789"


@pytest.fixture
def hook(client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setenv("ESIGN_SMS_HOOK_TOKEN", TOKEN)
    settings.settings.cache_clear()
    return Api(client, TOKEN)


def sent() -> str:
    """An SMS the gateway has taken and calls gw-7."""
    with engine.transaction() as session:
        message_id = messages.queue(
            session, "invitation", about="x", address="+491701234567", channel="sms", now=utcnow()
        )
        messages.accepted(session, message_id, "taken", gateway_id="gw-7", now=utcnow())
    return message_id


def state(message_id: str) -> tuple[str, str]:
    with engine.reading() as session:
        row = session.get_one(Message, message_id)
        return row.state, row.error


@pytest.mark.parametrize(
    ("report", "then"),
    [
        ({"state": "delivered"}, ("delivered", "")),
        ({"state": "failed", "reason": "switched off"}, ("bounced", "switched off")),
    ],
)
def test_a_report_is_written_down_under_either_id(
    hook: Api, report: dict[str, str], then: tuple[str, str]
) -> None:
    message_id = sent()
    for given in (message_id, "gw-7", message_id):
        assert hook("POST", "/hooks/sms", json={"id": given} | report).status_code == 204
        assert state(message_id) == then


def test_nobody_but_the_gateway_reports(client: TestClient, hook: Api, world: World) -> None:
    message_id = sent()
    before = everything()
    body = {"id": message_id, "state": "failed"}
    for key in ("", "x", TOKEN[:-1], TOKEN + "x", "\u00e4", world.keys["admin"]):
        problem = Api(client, key).refused(401, "POST", "/hooks/sms", json=body)
        assert problem["code"] == "not_logged_in"
    assert everything() == before


def test_without_a_token_set_nobody_reports(client: TestClient, world: World) -> None:
    for key in ("", TOKEN):
        Api(client, key).refused(401, "POST", "/hooks/sms", json={"id": "x", "state": "failed"})


def test_a_report_opens_nothing_else(client: TestClient, hook: Api) -> None:
    hook.refused(401, "GET", "/deals")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": "gone", "state": "delivered"}, 404),
        ({"id": "", "state": "delivered"}, 422),
        ({"id": "gw-7", "state": "maybe"}, 422),
        ({"state": "delivered"}, 422),
        ({"id": "gw-7\0", "state": "delivered"}, 422),
    ],
)
def test_a_report_about_nothing_of_ours_is_refused(hook: Api, body: dict[str, str], status: int) -> None:
    message_id = sent()
    hook.refused(status, "POST", "/hooks/sms", json=body)
    assert state(message_id) == ("accepted", "")
