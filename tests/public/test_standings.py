"""What a link says in every standing, and that it tells nobody else anything."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.db import utcnow
from esign_app.domain.actor import SYSTEM
from esign_app.domain.signing import downloads, progress, requests
from esign_app.models import Party, SigningRequest
from esign_app.settings import secret
from tests.public.conftest import CLIENT, OWN, Link, database, token_of, visible
from tests.support.world import Automation

LOOKS = ("", "/page/1?w=828", "/text", "/pdf", "/sealed.pdf", "/state", "/decline")
ACTS = ("start", "consent", "code", "code/check", "sign", "decline")
DOCUMENT = ("/page/1?w=828", "/text", "/pdf")


def request_id() -> str:
    with engine.reading() as session:
        return session.exec(select(SigningRequest)).one().public_id


def not_your_turn(sent: Automation) -> str:
    return CLIENT


def cancelled(sent: Automation) -> str:
    with engine.transaction() as session:
        requests.cancel(session, SYSTEM, request_id(), now=utcnow())
    return OWN


def failed(sent: Automation) -> str:
    with engine.transaction() as session:
        found = requests.find(session, request_id())
        progress.record_failed(session, found.id or 0, {"message": "broken", "values": {}}, now=utcnow())
    return OWN


@pytest.mark.parametrize(
    ("arrange", "says"),
    [
        (not_your_turn, "It is not your turn yet"),
        (cancelled, "The sender has withdrawn this document"),
        (failed, "There is a problem with this document"),
    ],
)
def test_who_cannot_sign_now_is_told_why_and_sees_no_document(
    client: TestClient, sent: Automation, arrange: Callable[[Automation], str], says: str
) -> None:
    link = Link(client, sent, arrange(sent))
    before = database()
    assert says in visible(link.page())
    assert (link.state()["standing"], link.state()["step"]) == (arrange.__name__, "")
    assert {client.get(link.path + more).status_code for more in DOCUMENT} == {404}
    assert {link.post(act, {"version": 1, "agree": True, "reason": "no"}).status_code for act in ACTS} == {
        409
    }
    assert database() == before


def test_an_overdue_link_says_so_before_anything_closed_it(own: Link, client: TestClient) -> None:
    with time_machine.travel(utcnow() + timedelta(days=31)):
        assert "The time to sign is over" in visible(own.page())
        assert {client.get(own.path + more).status_code for more in DOCUMENT} == {404}
        assert {own.post(act).status_code for act in ACTS if act != "consent"} == {409}


def test_who_has_signed_reads_on_and_signs_no_second_time(own: Link, sent: Automation) -> None:
    """B47."""
    sent.sign(OWN)
    page = own.page()
    assert "Thank you, you have signed" in visible(page)
    assert 'id="bar"' not in page
    assert "Read as text" in visible(page)
    assert own.post("start").status_code == 409
    assert own.post("decline", {"reason": "second thoughts"}).status_code == 409


def test_a_completed_document_can_be_read_downloaded_and_checked(
    sealed: Automation, client: TestClient
) -> None:
    link = Link(client, sealed, CLIENT)
    page = visible(link.page())
    assert "Signed by everyone" in page
    assert "3 pages" in page  # with the certificate
    assert client.get(f"{link.path}/page/3?w=828").status_code == 200
    assert client.get(f"{link.path}/sealed.pdf").status_code == 200


def test_sealed_before_it_is_sealed_is_not_there(own: Link, client: TestClient) -> None:
    assert client.get(f"{own.path}/sealed.pdf").status_code == 404


def hostile_tokens(sent: Automation) -> list[str]:
    real = token_of(OWN)
    party, _, mac = real.partition(".")
    with engine.reading() as session:
        id_ = session.exec(select(Party.id).where(Party.name == OWN)).one()
        download = downloads.token(session, secret(), id_ or 0)
    other = token_of(CLIENT).partition(".")[0]
    return [
        "x", "x.y", f"{party}.", f".{mac}", f"{other}.{mac}", f"{real}x", real[:-1], real.upper(), download,
        party, request_id(), "%00", "%F0%9F%92%A9", "' or 1=1 --", "a" * 4000,
    ]  # fmt: skip


def test_any_other_link_is_not_found_and_tells_nothing(sent: Automation, client: TestClient) -> None:
    before = database()
    for token in hostile_tokens(sent):
        for more in LOOKS:
            answer = client.get(f"/s/{token}{more}")
            assert answer.status_code == 404, (token, more)
            assert OWN not in answer.text
            assert "example.com" not in answer.text
        for act in ACTS:
            answer = client.post(f"/s/{token}/{act}", json={}, headers={"Accept": "application/json"})
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), (token, act)
    assert database() == before


def test_a_replaced_link_is_dead(own: Link, client: TestClient) -> None:
    with engine.transaction() as session:
        party = session.exec(select(Party).where(Party.name == OWN)).one()
        party.token_generation += 1
        session.add(party)
    assert client.get(own.path).status_code == 404


def test_one_party_sees_nothing_of_the_other(own: Link, sent: Automation, client: TestClient) -> None:
    own.identify()
    other = Link(client, sent, CLIENT)
    state = other.state()
    assert (state["opened"], state["consented"], state["code"]) == (False, False, None)
    assert "s***@example.com" not in other.page()
