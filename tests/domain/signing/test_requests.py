"""Asking for signatures: one open request per document, made from what is there at that moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from esign_app import engine
from esign_app.domain import clients, documents, events, ledger, messages, own_companies
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Conflict, Invalid, NotFound, Refused
from esign_app.domain.signing import overview, progress, requests
from esign_app.domain.signing.preparation import NotReady
from esign_app.models import DocumentVersion, Party, SigningRequest, Slot
from tests.domain import paper
from tests.domain.paper import CLIENT, OWN, Hand
from tests.support.cast import NOW
from tests.support.world import World


@pytest.mark.both_databases
def test_a_document_asked_for_twice_at_once_is_sent_once(session: Session, world: World) -> None:
    document = paper.make(session, world)
    session.commit()

    def ask(_: int) -> str:
        try:
            with engine.transaction() as mine:
                return requests.ask(mine, SYSTEM, document, now=NOW)
        except Conflict as refused:
            return str(refused)

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(ask, range(4)))
    assert answers.count("This document was sent for signature already.") == 3
    session.rollback()
    assert len(session.exec(select(SigningRequest)).all()) == 1
    assert [event.kind for event in events.after(session, 0)].count("signing_requested") == 1


def test_slots_parties_and_time_are_taken_when_it_is_sent(session: Session, world: World) -> None:
    request = paper.send(session, world)
    view = overview.get(session, SYSTEM, request.public_id)
    assert [(one.slot, one.group, one.name, one.state) for one in view.parties] == [
        ("own", 1, OWN, "invited"),
        ("client", 2, CLIENT, "waiting"),
    ]
    assert view.expires_at == NOW + timedelta(days=30)
    slots = session.exec(select(Slot)).all()
    assert {slot.key: slot.pdf_field for slot in slots} == {"own": "signer-001", "client": "signer-002"}


def test_a_contact_changed_later_changes_nobody_who_was_asked(session: Session, world: World) -> None:
    request = paper.send(session, world)
    clients.change_contact(session, SYSTEM, world.contact, {"name": "Eve", "email": "eve@evil.example"})
    view = overview.get(session, SYSTEM, request.public_id)
    assert [one.email for one in view.parties] == ["sigrid@example.com", "alex@client.example"]


def test_the_newest_contact_data_is_used(session: Session, world: World) -> None:
    document = paper.make(session, world)
    clients.change_contact(session, SYSTEM, world.contact, {"email": "new@client.example"})
    requests.begin(session, SYSTEM, document, now=NOW)
    assert paper.party(session, CLIENT).email == "new@client.example"


@pytest.mark.parametrize("written", ["sigrid@example.com", " Sigrid@EXAMPLE.com "])
def test_one_address_twice_is_two_parties_with_two_links(
    session: Session, world: World, written: str
) -> None:
    """B34: the fields stay apart, each gets its own message in its turn, and each link signs one field."""
    clients.change_contact(session, SYSTEM, world.contact, {"email": written})
    request = paper.send(session, world)
    both = session.exec(select(Party)).all()
    assert {one.email for one in both} == {"sigrid@example.com"}
    assert len({one.slot_id for one in both}) == len({paper.link(session, one.name) for one in both}) == 2
    own, client = paper.Hand(session, OWN), paper.Hand(session, CLIENT)
    own.identify()
    own.sign()
    for message in ledger.of_request(session, request.id or 0):
        messages.accepted(session, message.id, "250", now=NOW)
    assert len(paper.into_the_file(session, request).messages) == 1
    with pytest.raises(Refused):
        client.sign()
    client.identify()
    client.sign()
    assert paper.into_the_file(session, request).seal


def test_the_clients_link_is_not_the_login_of_a_user_with_the_same_address(
    session: Session, world: World
) -> None:
    """B34: our signatory is also the contact; the office lets it sign for our side only."""
    clients.change_contact(session, SYSTEM, world.contact, {"email": "sigrid@example.com"})
    paper.send(session, world)
    assert paper.party(session, OWN).user_id is not None
    assert paper.party(session, CLIENT).user_id is None


def test_what_is_missing_is_said_all_at_once_with_its_place(session: Session, world: World) -> None:
    document = paper.make(session, world)
    clients.change_contact(session, SYSTEM, world.contact, {"email": ""})
    own_companies.remove_signatory(session, SYSTEM, world.signatory, now=NOW)
    with pytest.raises(NotReady) as refused:
        requests.ask(session, SYSTEM, document, now=NOW)
    assert [(item.text, item.place) for item in refused.value.missing] == [
        ("Nobody signs for our side yet.", ("own_company", "")),
        ("Alex Muster has no e-mail address.", ("contact", world.contact)),
    ]
    assert session.exec(select(SigningRequest)).all() == []


def test_a_document_without_a_place_for_a_signer_is_not_sent(session: Session, world: World) -> None:
    """B42: the refusal names the slot."""
    document = paper.make(session, world)
    version = session.exec(select(DocumentVersion)).one()
    version.anchors = paper.ANCHORS[:1]
    with pytest.raises(Invalid, match="no place for the signature of client"):
        requests.begin(session, SYSTEM, document, now=NOW)


def test_a_document_without_a_file_is_not_sent(session: Session, world: World) -> None:
    document = documents.begin(session, SYSTEM, world.deal, world.template, now=NOW)
    with pytest.raises(Conflict, match="not ready yet"):
        requests.begin(session, SYSTEM, document.public_id, now=NOW)


def _cancel(session: Session, request: SigningRequest) -> None:
    requests.cancel(session, SYSTEM, request.public_id, now=NOW)


def _expire(session: Session, request: SigningRequest) -> None:
    assert requests.expire(session, SYSTEM, request.id or 0, now=NOW + requests.LASTS)


@pytest.mark.parametrize(("end", "state"), [(_cancel, "cancelled"), (_expire, "expired")])
def test_what_was_stopped_can_be_sent_again_with_new_links(
    session: Session, world: World, end: Callable[[Session, SigningRequest], None], state: str
) -> None:
    document = paper.make(session, world)
    first = requests.begin(session, SYSTEM, document, now=NOW)
    paper.certify(session, first.id or 0)
    old = paper.link(session, OWN)
    end(session, first)
    assert documents.get(session, SYSTEM, document).state == state
    second = requests.begin(session, SYSTEM, document, now=NOW)
    newest = session.exec(select(Party).where(Party.request_id == second.id, Party.name == OWN)).one()
    assert old.partition(".")[0] != newest.public_id
    assert overview.of_document(session, SYSTEM, document).public_id == second.public_id


def test_a_request_expires_once_and_not_a_second_early(session: Session, world: World) -> None:
    request = paper.send(session, world)
    over = NOW + requests.LASTS
    assert progress.overdue(session, now=over - timedelta(seconds=1)) == []
    assert not requests.expire(session, SYSTEM, request.id or 0, now=over - timedelta(seconds=1))
    assert progress.overdue(session, now=over) == [request.id]
    assert requests.expire(session, SYSTEM, request.id or 0, now=over)
    assert not requests.expire(session, SYSTEM, request.id or 0, now=over)
    assert [event.kind for event in events.after(session, 0)].count("request_expired") == 1


def test_what_is_sealed_or_being_sealed_cannot_be_stopped(session: Session, world: World) -> None:
    request = paper.send(session, world)
    paper.sign_all(session, request)
    with pytest.raises(Conflict):
        requests.cancel(session, SYSTEM, request.public_id, now=NOW)
    paper.seal(session, request)
    with pytest.raises(Conflict):
        requests.cancel(session, SYSTEM, request.public_id, now=NOW)
    with pytest.raises(Conflict):
        requests.begin(session, SYSTEM, documents.public_id(session, request.document_id), now=NOW)


def test_what_everybody_has_signed_is_completed_even_if_we_come_late(session: Session, world: World) -> None:
    """B49: between the last signature and the seal nobody can stop it, and no time runs out."""
    request = paper.send(session, world)
    own = paper.Hand(session, OWN)
    own.identify()
    own.sign()
    paper.into_the_file(session, request)
    client = paper.Hand(session, CLIENT)
    client.identify()
    client.sign()
    with pytest.raises(Conflict):
        requests.cancel(session, SYSTEM, request.public_id, now=NOW)
    late = NOW + requests.LASTS
    assert not requests.expire(session, SYSTEM, request.id or 0, now=late)
    assert paper.into_the_file(session, request, late).seal
    paper.seal(session, request, late)
    assert request.state == "completed"


@pytest.mark.parametrize("was", ["preparing", "sent", "opened", "partly_signed"])
def test_a_failed_request_goes_on_where_it_was(session: Session, world: World, was: str) -> None:
    request = requests.begin(session, SYSTEM, paper.make(session, world), now=NOW)
    hand = Hand(session, OWN)
    if was != "preparing":
        paper.certify(session, request.id or 0)
    if was in ("opened", "partly_signed"):
        hand.identify()
    if was == "partly_signed":
        hand.sign()
    assert request.state == was
    with pytest.raises(Invalid):
        requests.retry(session, SYSTEM, request.public_id, now=NOW)
    progress.record_failed(session, request.id or 0, {"message": "broken"}, now=NOW)
    assert overview.get(session, SYSTEM, request.public_id).error == "broken"
    requests.retry(session, SYSTEM, request.public_id, now=NOW)
    assert (request.state, request.error) == (was, {})


def test_a_request_that_is_not_there(session: Session, world: World) -> None:
    for look in (requests.find, requests.locked):
        with pytest.raises(NotFound):
            look(session, 0 if look is requests.locked else "gone")  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        overview.of_document(session, SYSTEM, paper.make(session, world))
