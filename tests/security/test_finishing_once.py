"""B47, B48: the last press comes many times, from many tabs, and again later; everything that follows happens once."""

import base64
from concurrent.futures import ThreadPoolExecutor

from sqlmodel import select
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.db import utcnow
from esign_app.domain import deals
from esign_app.domain.actor import SYSTEM
from esign_app.domain.signing import progress
from esign_app.models import Event, Message, Revision, SigningRequest
from tests.public.conftest import CLIENT, OWN, Link, database, visible
from tests.security.conftest import the_deal
from tests.support.office import read
from tests.support.world import Automation, drawing

DRAWN = {"method": "drawn", "image": base64.b64encode(drawing()).decode()}


def happened() -> dict[str, int]:
    with engine.reading() as session:
        events = [event.kind for event in session.exec(select(Event))]
        messages = [message.kind for message in session.exec(select(Message))]
        revisions = [revision.kind for revision in session.exec(select(Revision))]
    return {
        "signed by the client": events.count("party_signed") - 1,
        "completions": events.count("document_completed"),
        "copies": messages.count("completed"),
        "seals": revisions.count("seal"),
        "signatures in the file": revisions.count("signer"),
        "moves": events.count("deal_moved") - 1,  # the drop was the first
    }


ONCE = {
    "signed by the client": 1,
    "completions": 1,
    "copies": 2,  # one for each party
    "seals": 1,
    "signatures in the file": 2,
    "moves": 1,
}


def test_many_presses_are_one_completion_one_mail_each_and_one_move(
    sent: Automation, client: TestClient
) -> None:
    sent.sign(OWN)
    link = Link(client, sent, CLIENT)
    link.identify()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: link.post("sign", DRAWN), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    sent.run()
    assert happened() == ONCE
    with engine.reading() as session:
        request = session.exec(select(SigningRequest.id)).one()
    sweep_again(request or 0)
    assert happened() == ONCE
    assert read(deals.get, SYSTEM, the_deal()).stage.name == "Won"


def sweep_again(request: int) -> None:
    """As the sweep does after a crash."""
    with engine.transaction() as session:
        progress.go_on(session, request, now=utcnow())


def test_the_link_opened_again_reads_and_a_replayed_press_changes_nothing(
    sealed: Automation, client: TestClient
) -> None:
    link = Link(client, sealed, CLIENT)
    before = database()
    assert "Signed by everyone" in visible(link.page())
    for act, body in (
        ("start", {}),
        ("consent", {"version": 1, "agree": True}),
        ("code", {}),
        ("sign", DRAWN),
    ):
        assert link.post(act, body).status_code in (200, 409)
    assert link.post("sign", DRAWN).json()["standing"] == "completed"
    assert database() == before
