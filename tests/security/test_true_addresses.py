"""B85, C27: the address in the records is the true one, whatever headers say; in the office as on the public page."""

from collections.abc import Callable

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.db import utcnow
from esign_app.domain import people
from esign_app.domain.signing import audit, pages
from esign_app.domain.signing.parties import Visit
from esign_app.models import Signature, SigningRequest
from esign_app.office import web
from esign_app.office.call import COOKIE
from esign_app.office.waiting import ROUTES
from esign_app.public.visit import visit as public_visit
from esign_app.settings import settings
from tests.support.cast import Cast
from tests.support.office import read
from tests.support.world import Automation, drawing

DESK = "192.0.2.50"


@pytest.mark.parametrize("visit", [web.visit, public_visit])
def test_a_proxy_that_adds_a_header_of_its_own_is_heard(
    own_settings: object, monkeypatch: pytest.MonkeyPatch, visit: Callable[[Request], Visit]
) -> None:
    """The first of several headers is the client's own word."""
    monkeypatch.setattr(settings(), "trusted_proxies", DESK)
    headers = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"203.0.113.9")]
    asked = Request({"type": "http", "headers": headers, "client": (DESK, 4711)})
    assert visit(asked).address == "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "recorded"),
    [
        ("", "203.0.113.9", DESK),  # anybody can write a header
        (DESK, "203.0.113.9", "203.0.113.9"),
        (f"{DESK},10.0.0.0/8", "6.6.6.6, 203.0.113.9, 10.1.2.3", "203.0.113.9"),  # two proxies of ours
        (DESK, "<script>", DESK),
    ],
)
def test_signing_in_the_office_records_the_true_address(
    sent: Automation, cast: Cast, monkeypatch: pytest.MonkeyPatch, proxies: str, forwarded: str, recorded: str
) -> None:
    monkeypatch.setattr(settings(), "trusted_proxies", proxies)
    [waiting] = read(pages.waiting_for, cast.sigrid, now=utcnow())
    with engine.transaction() as session:
        cookie = people.open_login(session, cast.sigrid.id, address="", user_agent="", now=utcnow())
    headers = {
        "origin": settings().allowed_origins[0],
        "accept": "application/json",
        "x-forwarded-for": forwarded,
        "x-real-ip": "6.6.6.6",
        "asgi-scope-client": "6.6.6.6",
    }
    desk = TestClient(
        Starlette(routes=[*ROUTES]), client=(DESK, 4711), cookies={COOKIE: cookie}, headers=headers
    )
    form = {"method": "drawn", "strokes": "[]", "consent": "yes", "consent_version": "1", "language": "en"}
    signed = desk.post(
        f"/office/sign/{waiting.party_id}", data=form, files={"image": ("s.png", drawing(), "image/png")}
    )
    assert signed.status_code == 200, signed.text
    with engine.reading() as session:
        assert session.exec(select(Signature.address)).one() == recorded
        request = session.exec(select(SigningRequest.id)).one()
        facts = [entry for entry in audit.entries(session, request or 0) if entry.kind == "signed"]
    assert [entry.values["address"] for entry in facts] == [recorded]
