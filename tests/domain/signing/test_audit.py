"""The chain of facts: complete, in order, unbreakable unseen, and personal data can be erased from it."""

import pytest
from sqlmodel import Session, col, select

from esign_app.domain.actor import SYSTEM
from esign_app.domain.signing import audit, certificate, facts, requests
from esign_app.domain.signing.parties import Visit
from esign_app.models import AuditEntry, AuditValue, SigningRequest
from esign_app.text import speaking
from esign_app.trust import chain
from tests.domain import paper
from tests.domain.paper import OWN, Hand
from tests.support.cast import NOW
from tests.support.world import World


@pytest.fixture
def request_(session: Session, world: World) -> SigningRequest:
    return paper.send(session, world)


@pytest.fixture
def sealed(session: Session, request_: SigningRequest) -> SigningRequest:
    paper.sign_all(session, request_)
    paper.seal(session, request_)
    return request_


def entries(session: Session, request: SigningRequest) -> list[audit.Entry]:
    return audit.entries(session, request.id or 0)


def relinked(session: Session, request: SigningRequest) -> str:
    """The head as anybody can compute it from the bodies alone."""
    head = audit.genesis(session, request)
    for entry in entries(session, request):
        head = chain.link(head, entry.body)
    return head


def test_every_fact_of_a_request_is_in_it_in_order(session: Session, sealed: SigningRequest) -> None:
    signing = ["opened", "consented", "code_sent", "identified", "signed"]
    assert [entry.kind for entry in entries(session, sealed)] == [
        "certified", "invited", *signing, "invited", *signing, "sealed",
    ]  # fmt: skip
    assert [entry.seq for entry in entries(session, sealed)] == list(range(1, 15))
    assert relinked(session, sealed) == audit.head(session, sealed)


def test_a_changed_fact_breaks_the_chain(session: Session, sealed: SigningRequest) -> None:
    row = session.exec(select(AuditEntry).where(AuditEntry.seq == 7)).one()
    row.body = row.body | {"at": "2020-01-01T00:00:00.000+00:00"}
    session.flush()
    assert relinked(session, sealed) != audit.head(session, sealed)


def test_erasing_personal_values_leaves_the_chain_whole(session: Session, sealed: SigningRequest) -> None:
    head = audit.head(session, sealed)
    for value in session.exec(select(AuditValue)):
        session.delete(value)
    session.flush()
    assert relinked(session, sealed) == head == audit.head(session, sealed)
    assert all(entry.values == {} for entry in entries(session, sealed))
    assert {certificate.sentence(entry) for entry in entries(session, sealed)} >= {"A party signed"}


def test_no_personal_value_stands_in_a_body(session: Session, sealed: SigningRequest) -> None:
    """Also no unsalted hash of one, which could be guessed."""
    for row in session.exec(select(AuditEntry)):
        written = str(row.body)
        for value in session.exec(select(AuditValue).where(AuditValue.entry_id == row.id)):
            assert value.value not in written
            assert chain.salted(value.value, bytes.fromhex(value.salt)) == row.body["values"][value.name]
    salts = session.exec(select(AuditValue.salt)).all()
    assert len(set(salts)) == len(salts) > 10


def test_the_true_address_stands_in_the_record_of_every_act(
    session: Session, request_: SigningRequest
) -> None:
    """B85: what the surface found out behind trusted proxies, for opening, code, signature and refusal alike."""
    hand = Hand(session, OWN)
    facts.start(session, hand.signer, Visit("2001:db8::7", "Phone <b>"), now=NOW)
    facts.decline(session, hand.signer, "No.", Visit("203.0.113.9", "Desk"), now=NOW)
    opened, declined = entries(session, request_)[-2:]
    assert (opened.values["address"], opened.values["user_agent"]) == ("2001:db8::7", "Phone <b>")
    assert (declined.values["address"], declined.values["reason"]) == ("203.0.113.9", "No.")


def test_a_chain_begins_with_its_document_and_what_was_shown(
    session: Session, request_: SigningRequest
) -> None:
    before = audit.genesis(session, request_)
    assert session.exec(select(AuditEntry.prev).order_by(col(AuditEntry.seq))).first() == before
    request_.frozen_sha256 = "0" * 64
    assert audit.genesis(session, request_) != before


def test_how_it_ended_is_in_the_chain(session: Session, request_: SigningRequest) -> None:
    requests.cancel(session, SYSTEM, request_.public_id, now=NOW)
    assert entries(session, request_)[-1].kind == "cancelled"


def test_every_kind_of_fact_has_a_sentence_in_both_languages(
    session: Session, sealed: SigningRequest
) -> None:
    english = [certificate.sentence(entry) for entry in entries(session, sealed)]
    with speaking("de"):
        german = [certificate.sentence(entry) for entry in entries(session, sealed)]
    assert not any(one == other for one, other in zip(english, german, strict=True))
    assert "Alex Muster signed" in english
