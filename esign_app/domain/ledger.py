"""What people see of the messages of a document."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from esign_app.domain import documents, messages, rights
from esign_app.domain.actor import Actor
from esign_app.models import Message, Party
from esign_app.text import t


@dataclass(frozen=True)
class MessageView:
    id: str
    kind: str
    to: str
    address: str
    channel: str
    state: str
    error: str
    attempts: int
    next_at: datetime | None
    created_at: datetime
    resent_of: str | None
    can_resend: bool


def of_request(session: Session, request_id: int) -> list[MessageView]:
    """The messages of a request, newest first."""
    query = (
        select(Message)
        .where(Message.request_id == request_id)
        .order_by(col(Message.created_at).desc(), col(Message.id))
    )
    return [_view(session, row) for row in session.exec(query)]


def of_document(session: Session, actor: Actor, document_id: str) -> list[MessageView]:
    """The messages of a document's newest request, newest first; empty when it was never sent."""
    rights.require(actor, "view", "documents")
    asked = documents.newest_request(session, documents.find(session, document_id).id or 0)
    return of_request(session, asked.id) if asked is not None and asked.id is not None else []


def one(session: Session, actor: Actor, message_id: str) -> MessageView:
    rights.require(actor, "view", "documents")
    return _view(session, messages.get(session, message_id))


def _view(session: Session, row: Message) -> MessageView:
    party = session.get(Party, row.party_id) if row.party_id else None
    return MessageView(
        id=row.id,
        kind=row.kind,
        to=party.name if party else row.address,
        address=row.address,
        channel=row.channel,
        state=row.state,
        error=t(row.error),
        attempts=row.attempts,
        next_at=row.next_at,
        created_at=row.created_at,
        resent_of=row.resent_of,
        can_resend=messages.can_resend(session, row),
    )
