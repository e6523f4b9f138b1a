"""A request as the sender sees it: its parties and where each stands. No link, no token, no code."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from esign_app.domain import documents, rights
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import NotFound
from esign_app.domain.signing import parties, requests
from esign_app.models import Decline, Opening, Party, SigningRequest, Slot
from esign_app.text import said


@dataclass(frozen=True)
class PartyView:
    """`state` is waiting (not invited yet), invited, opened, signed or declined."""

    public_id: str
    slot: str
    role: str
    group: int
    name: str
    email: str
    channel: str
    state: str
    invited_at: datetime | None
    opened_at: datetime | None
    signed_at: datetime | None
    declined_at: datetime | None
    reason: str


@dataclass(frozen=True)
class RequestView:
    """`state` is preparing, sent, opened, partly_signed, sealing, completed, declined, expired, cancelled or failed."""

    public_id: str
    document_id: str
    state: str
    error: str
    language: str
    created_at: datetime
    expires_at: datetime
    completed_at: datetime | None
    parties: tuple[PartyView, ...]


def of_document(session: Session, actor: Actor, document_id: str) -> RequestView:
    """The document's newest request. Raises NotFound when it was never sent."""
    rights.require(actor, "view", "documents")
    request = documents.newest_request(session, documents.find(session, document_id).id or 0)
    if request is None:
        raise NotFound("This document was not sent for signature yet.")
    return _view(session, request)


def get(session: Session, actor: Actor, public_id: str) -> RequestView:
    rights.require(actor, "view", "documents")
    return _view(session, requests.find(session, public_id))


def _view(session: Session, request: SigningRequest) -> RequestView:
    query = (
        select(Party, Slot)
        .join(Slot, col(Slot.id) == Party.slot_id)
        .where(Party.request_id == request.id, col(Party.replaced_by).is_(None))
        .order_by(col(Slot.group_no), col(Party.id))
    )
    return RequestView(
        public_id=request.public_id,
        document_id=documents.public_id(session, request.document_id),
        state=request.state,
        error=said(request.error),
        language=request.language,
        created_at=request.created_at,
        expires_at=request.expires_at,
        completed_at=request.completed_at,
        parties=tuple(_party(session, party, slot) for party, slot in session.exec(query)),
    )


def _party(session: Session, party: Party, slot: Slot) -> PartyView:
    opening = session.exec(select(Opening).where(Opening.party_id == party.id)).first()
    signature = parties.signature_of(session, party)
    decline = session.exec(select(Decline).where(Decline.party_id == party.id)).first()
    steps = (("declined", decline), ("signed", signature), ("opened", opening), ("invited", party.invited_at))
    return PartyView(
        public_id=party.public_id,
        slot=slot.key,
        role=slot.role,
        group=slot.group_no,
        name=party.name,
        email=party.email,
        channel=party.channel,
        state=next((name for name, reached in steps if reached), "waiting"),
        invited_at=party.invited_at,
        opened_at=opening.at if opening else None,
        signed_at=signature.at if signature else None,
        declined_at=decline.at if decline else None,
        reason=decline.reason if decline else "",
    )
