"""What is told of a request, and who may choose its id."""

import io
import json
import logging

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from esign_app import logs
from esign_app.watched import Watched


async def known(request: Request) -> PlainTextResponse:
    return PlainTextResponse(logs.current()["request"])


async def broken(request: Request) -> PlainTextResponse:
    raise RuntimeError("a fault of ours")


def asked(path: str = "/s/secret-token", *, peer: str = "10.0.0.1", given: str = "") -> tuple[str, str]:
    """The id as the handler sees it and as the answer says it."""
    routes = [Route("/s/{token}", known), Route("/broken", broken), Route("/documents/{document_id}", known)]
    app = Watched(Starlette(routes=[*routes, Mount("/below", Starlette(routes=routes))]), ["10.0.0.0/8"])
    with TestClient(app, client=(peer, 1), raise_server_exceptions=False) as client:
        answer = client.get(path, headers={"X-Request-ID": given} if given else {})
    return answer.text, answer.headers.get("x-request-id", "")


def test_a_trusted_proxy_chooses_the_id() -> None:
    assert asked(given="0a1b2c3d-4e5f") == ("0a1b2c3d-4e5f", "0a1b2c3d-4e5f")


@pytest.mark.parametrize("given", ["short", "a" * 65, "with space", 'quote"12345', "-begins", "../../passwd"])
def test_an_id_that_is_not_well_formed_is_replaced(given: str) -> None:
    seen, said = asked(given=given)
    assert seen == said != given


def test_a_stranger_chooses_nothing() -> None:
    assert asked(peer="192.0.2.1", given="0a1b2c3d-4e5f")[0] != "0a1b2c3d-4e5f"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/s/secret-token", "GET /s/{token} 200"),
        ("/below/s/secret-token", "GET /below/s/{token} 200"),
        ("/below/secret-token", "GET /below/* 404"),
        ("/secret-token", "GET other 404"),
        ("/broken", "GET /broken 500"),
    ],
)
def test_the_template_of_the_route_is_told_and_not_the_path(
    path: str, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logs.ACCESS):
        asked(path)
    assert [record.getMessage() for record in caplog.records if record.name == logs.ACCESS] == [told]


@pytest.mark.parametrize(("asked_for", "told"), [("K7QF-2MXA-9DTE", "K7QF-2MXA-9DTE"), ("a@b.example", None)])
def test_a_document_is_told_by_its_id_and_by_nothing_else(
    asked_for: str, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    monkeypatch.setattr(logging.getLogger(logs.ACCESS), "handlers", [handler])
    monkeypatch.setattr(logging.getLogger(logs.ACCESS), "level", logging.INFO)
    asked(f"/documents/{asked_for}")
    assert json.loads(stream.getvalue()).get("document") == told
