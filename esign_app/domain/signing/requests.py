"""Asking for signatures: one open request per document, with its slots and parties."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from esign_app.domain import documents, events, layouts, own_companies, rights
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Conflict, Invalid, NotFound
from esign_app.domain.signing import audit, preparation
from esign_app.models import (
    OPEN_STATES,
    Contact,
    Deal,
    Document,
    Opening,
    OwnSignatory,
    Party,
    Revision,
    Signature,
    SigningRequest,
    Slot,
    User,
)

LASTS = timedelta(days=30)


def begin(
    session: Session,
    actor: Actor,
    document_id: str,
    *,
    channels: Mapping[str, str] = preparation.AUTO,
    now: datetime,
) -> SigningRequest:
    """Make the request of a document with the layout of its template, telling nobody yet.

    `channels` holds the slots that are not reached automatically.

    Raises NotReady with everything that is missing, and Conflict when the document is on its way already.
    """
    rights.require(actor, "sign", "documents")
    document = documents.find(session, document_id)
    assert document.id is not None
    version = documents.newest_version(session, document.id)
    if version is None or version.id is None:
        raise Conflict("The file of this document is not ready yet.")
    missing = preparation.prepare(session, actor, document_id, channels).missing
    if missing:
        raise preparation.NotReady(missing)
    assert document.template_id is not None
    plans = layouts.newest(session, document.template_id)
    placed = layouts.placed(plans, version.anchors)
    own = own_companies.default(session)
    request = SigningRequest(
        document_id=document.id,
        document_version_id=version.id,
        layout={"slots": placed},
        language=version.language,
        zone=own.zone,
        created_by=actor.key,
        created_at=now,
        expires_at=now + LASTS,
    )
    _insert_open(session, request)
    for slot in placed:
        _add_slot(session, request, document, slot, channels.get(slot["key"], "auto"))
    return request


def _insert_open(session: Session, request: SigningRequest) -> None:
    """The database allows one open request per document, whoever asks at the same moment."""
    latest = documents.newest_request(session, request.document_id)
    if latest is not None and latest.state in (*OPEN_STATES, "completed"):
        raise Conflict("This document was sent for signature already.")
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        raise Conflict("This document was sent for signature already.") from None


def _add_slot(
    session: Session, request: SigningRequest, document: Document, placed: dict[str, Any], channel: str
) -> None:
    assert request.id is not None
    slot = Slot(
        request_id=request.id,
        key=placed["key"],
        group_no=placed["group_no"],
        rule=placed["rule"],
        role=placed["role"],
        pdf_field=placed["field"],
    )
    session.add(slot)
    session.flush()
    assert slot.id is not None
    make = _own_party if slot.key == layouts.OWN else _client_party
    party = make(session, request, document)
    party.slot_id, party.channel = slot.id, channel
    session.add(party)
    session.flush()


def _own_party(session: Session, request: SigningRequest, document: Document) -> Party:
    signatory = session.get(OwnSignatory, document.own_signatory_id)
    assert signatory is not None and request.id is not None
    user = session.get(User, signatory.user_id) if signatory.user_id else None
    return Party(
        request_id=request.id,
        slot_id=0,
        own_signatory_id=signatory.id,
        user_id=signatory.user_id,
        name=signatory.name,
        email=signatory.email,
        phone=signatory.phone,
        language=user.locale if user else request.language,
        zone=user.zone if user else request.zone,
    )


def _client_party(session: Session, request: SigningRequest, document: Document) -> Party:
    deal = session.get(Deal, document.subject_id)
    assert deal is not None and request.id is not None
    contact = session.get(Contact, deal.contact_id)
    assert contact is not None
    return Party(
        request_id=request.id,
        slot_id=0,
        contact_id=contact.id,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        language=contact.locale,
        zone=contact.zone or request.zone,
    )


def ask(
    session: Session,
    actor: Actor,
    document_id: str,
    *,
    channels: Mapping[str, str] = preparation.AUTO,
    now: datetime,
) -> str:
    """Send a document for signature with the layout of its template again; a run freezes and invites.

    Answers the request's public id. Raises like `begin`.
    """
    request = begin(session, actor, document_id, channels=channels, now=now)
    subject = subject_of(session, request)
    assert request.id is not None
    asked = events.SigningRequested(subject, request.document_id, request.id)
    events.record(session, asked, actor, now)
    return request.public_id


def subject_of(session: Session, request: SigningRequest) -> tuple[str, int]:
    """On whose timeline the request's events stand."""
    document = session.get(Document, request.document_id)
    assert document is not None and document.subject_kind and document.subject_id
    return document.subject_kind, document.subject_id


def first_invited(session: Session, document_id: int) -> tuple[str, str]:
    """How people call the document, and the name of the party that was invited first."""
    document = session.get(Document, document_id)
    request = documents.newest_request(session, document_id)
    assert document is not None and request is not None
    query = select(Party).where(Party.request_id == request.id).order_by(col(Party.invited_at), col(Party.id))
    invited = [party for party in session.exec(query) if party.invited_at is not None]
    return documents.label(document), invited[0].name if invited else ""


def find(session: Session, public_id: str) -> SigningRequest:
    query = select(SigningRequest).where(SigningRequest.public_id == public_id)
    row = session.exec(query).first()
    if row is None:
        raise NotFound("This request does not exist.")
    return row


def locked(session: Session, request_id: int) -> SigningRequest:
    """The request's row, held until the transaction ends, so that two parties act one after the other."""
    query = select(SigningRequest).where(SigningRequest.id == request_id).with_for_update()
    row = session.exec(query).first()
    if row is None:
        raise NotFound("This request does not exist.")
    return row


def retry(session: Session, actor: Actor, public_id: str, *, now: datetime) -> None:
    """Try again to freeze or seal a request that failed; it goes on where it was."""
    rights.require(actor, "sign", "documents")
    request = locked(session, find(session, public_id).id or 0)
    if request.state != "failed":
        raise Invalid("This document is not broken.")
    assert request.id is not None
    request.state = _before_it_failed(session, request)
    request.error = {}
    session.add(request)
    again = events.RequestRetried(subject_of(session, request), request.document_id, request.id)
    events.record(session, again, actor, now)


def _before_it_failed(session: Session, request: SigningRequest) -> str:
    for state, party_id in (("partly_signed", Signature.party_id), ("opened", Opening.party_id)):
        done = select(party_id).join(Party, col(Party.id) == party_id)
        if session.exec(done.where(Party.request_id == request.id)).first() is not None:
            return state
    certified = select(Revision.id).where(Revision.request_id == request.id)
    return "sent" if session.exec(certified).first() is not None else "preparing"


def cancel(session: Session, actor: Actor, public_id: str, *, now: datetime) -> None:
    """Stop a request; its links say so from now on. What everybody has signed is going to be sealed and stays."""
    rights.require(actor, "sign", "documents")
    request = locked(session, find(session, public_id).id or 0)
    _close(session, actor, request, "cancelled", now)


def expire(session: Session, actor: Actor, request_id: int, *, now: datetime) -> bool:
    """Close a request whose time is over; answers whether it was open and overdue.

    One that everybody has signed is not open: only we are late, and it is sealed all the same.
    """
    request = locked(session, request_id)
    if request.state not in ("sent", "opened", "partly_signed") or request.expires_at > now:
        return False
    if all_signed(session, request):
        return False
    _close(session, actor, request, "expired", now)
    return True


def all_signed(session: Session, request: SigningRequest) -> bool:
    """Whether nobody's signature is missing, in the PDF or not yet."""
    query = (
        select(Slot.id, Slot.rule, Signature.id)
        .join(Party, col(Party.slot_id) == Slot.id)
        .outerjoin(Signature, col(Signature.party_id) == Party.id)
        .where(Slot.request_id == request.id, Slot.role == "signer", col(Party.replaced_by).is_(None))
    )
    slots: dict[tuple[int | None, str], list[bool]] = {}
    for slot, rule, signature in session.exec(query):
        slots.setdefault((slot, rule), []).append(signature is not None)
    return all((any if rule == "any" else all)(signed) for (_, rule), signed in slots.items())


def _close(session: Session, actor: Actor, request: SigningRequest, state: str, now: datetime) -> None:
    going_to_be_sealed = request.state != "failed" and all_signed(session, request)
    if request.state not in OPEN_STATES or going_to_be_sealed:
        raise Conflict("This document cannot be stopped any more.")
    assert request.id is not None
    request.state = state
    session.add(request)
    audit.add(session, request, state, now=now)
    kinds = {"cancelled": events.RequestCancelled, "expired": events.RequestExpired}
    subject = subject_of(session, request)
    events.record(session, kinds[state](subject, request.document_id, request.id), actor, now)
