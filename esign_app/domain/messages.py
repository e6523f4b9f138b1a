"""The ledger of messages: a row before anything is sent, its fate after. No body, no token, no code in it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from esign_app.domain import documents, events, rights
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import Invalid, NotFound
from esign_app.models import Delivery, Document, Message, Party, SigningRequest

# Repeating an invitation is harmless; a code of unknown fate is held until a person asks again.
HELD_KINDS = ("code",)
MOST_ATTEMPTS = 8
NOT_YET = "{document}: not delivered yet, trying again: {why}"
NOT_DELIVERED = "{document}: not delivered to {address}: {why}"
_FIRST_WAIT = 2.0
_LONGEST_WAIT = 900.0


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


def queue(
    session: Session,
    kind: str,
    *,
    about: str,
    address: str,
    now: datetime,
    channel: str = "email",
    party_id: int | None = None,
    user_id: int | None = None,
    request_id: int | None = None,
    challenge_id: int | None = None,
) -> str:
    """Write down that a message goes out; answers its id, derived from `kind` and `about`.

    The same message asked for twice is one row, and one Message-ID on the wire.
    """
    message_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"esign/{kind}/{about}"))
    if session.get(Message, message_id) is None:
        session.add(
            Message(
                id=message_id,
                kind=kind,
                party_id=party_id,
                user_id=user_id,
                request_id=request_id,
                challenge_id=challenge_id,
                channel=channel,
                address=address,
                created_at=now,
            )
        )
        session.flush()
    return message_id


def claim(session: Session, message_id: str, *, now: datetime, planned: bool = False) -> bool:
    """Take a message for sending; answers whether it may be sent now.

    One that was put off waits for its `planned` attempt, whose time has come whatever this machine's clock says.

    One found in `sending` belongs to a process that died: an invitation may go again under the same
    Message-ID, a code becomes `uncertain` and waits for its person.
    """
    query = select(Message).where(Message.id == message_id).with_for_update()
    row = session.exec(query).first()
    if row is None or row.state not in ("queued", "sending"):
        return False
    if row.state == "queued" and row.next_at is not None and now < row.next_at and not planned:
        return False
    if row.state == "sending" and row.kind in HELD_KINDS:
        row.state = "uncertain"
        session.add(row)
        return False
    row.state = "sending"
    row.attempts += 1
    session.add(row)
    return True


def accepted(session: Session, message_id: str, response: str, *, now: datetime) -> None:
    """The mail server took it over."""
    row = get(session, message_id)
    row.state, row.error, row.next_at = "accepted", "", None
    session.add(row)
    session.add(Delivery(message_id=message_id, accepted=True, response=response[:300], at=now))
    session.flush()
    _tell(session, events.MessageAccepted, row, now)


def refused(
    session: Session,
    message_id: str,
    reason: str,
    *,
    permanent: bool,
    unknown: bool = False,
    now: datetime,
) -> float | None:
    """It did not go out, as far as is known. Answers in how many seconds to try again, or None when a person must act.

    A code that may have gone out (`unknown`) is not tried again.
    """
    row = get(session, message_id)
    row.error = reason[:300]
    session.add(Delivery(message_id=message_id, accepted=False, response=reason[:300], at=now))
    session.flush()
    if unknown and row.kind in HELD_KINDS:
        row.state, row.next_at = "uncertain", None
        session.add(row)
        return None
    if permanent or row.attempts >= MOST_ATTEMPTS:
        row.state, row.next_at = "failed", None
        session.add(row)
        _tell(session, events.MessageFailed, row, now)
        return None
    wait: float = min(_FIRST_WAIT * 4.0 ** (row.attempts - 1), _LONGEST_WAIT)
    row.state, row.next_at = "queued", now + timedelta(seconds=wait)
    session.add(row)
    _tell(session, events.MessageDelayed, row, now)
    return wait


def retry(session: Session, actor: Actor, message_id: str, *, now: datetime) -> None:
    """Send a failed message again, to the address it was written for."""
    rights.require(actor, "sign", "documents")
    row = get(session, message_id)
    if row.state not in ("failed", "uncertain") or row.kind in HELD_KINDS:
        raise Invalid("This message cannot be sent again.")
    row.state, row.attempts, row.error = "queued", 0, ""
    session.add(row)
    _tell(session, events.MessageRetried, row, now, actor)


def requeue(session: Session, document_id: int) -> None:
    """The invitations of a document that failed are sent again with its run."""
    for row in _invitations(session, document_id):
        if row.state == "failed":
            row.state, row.attempts, row.error = "queued", 0, ""
            session.add(row)


def hold_after_restore(session: Session) -> tuple[int, int]:
    """In a restored database: what must never go out twice, and may have gone out meanwhile, waits for a person.

    Everything else that was queued will go out under its old Message-ID. Answers how many are held and how many will go.
    """
    rows = session.exec(select(Message).where(col(Message.state).in_(("queued", "sending")))).all()
    held = [row for row in rows if row.kind in HELD_KINDS]
    for row in held:
        row.state, row.next_at = "uncertain", None
        session.add(row)
    return len(held), len(rows) - len(held)


def undelivered(session: Session, document_id: int) -> Message | None:
    """The newest invitation of a document's newest request that did not go out."""
    found = [row for row in _invitations(session, document_id) if row.state == "failed" or row.error]
    return found[0] if found else None


def _invitations(session: Session, document_id: int) -> list[Message]:
    """Newest first."""
    asked = documents.newest_request(session, document_id)
    query = (
        select(Message)
        .where(Message.request_id == (asked.id if asked else None), Message.kind == "invitation")
        .order_by(col(Message.created_at).desc(), col(Message.id))
    )
    return list(session.exec(query))


def tries(session: Session, message_id: str) -> int:
    """How often this message was handed over or refused, ever."""
    return len(session.exec(select(Delivery.id).where(Delivery.message_id == message_id)).all())


def overdue(session: Session, *, now: datetime, patience: timedelta) -> list[str]:
    """Messages that should have gone out by now; for the sweep."""
    query = select(Message).where(
        col(Message.state).in_(("queued", "sending")), Message.created_at < now - patience
    )
    return [row.id for row in session.exec(query) if row.next_at is None or row.next_at < now - patience]


def get(session: Session, message_id: str) -> Message:
    row = session.get(Message, message_id)
    if row is None:
        raise NotFound("This message does not exist.")
    return row


def document_id(session: Session, message_id: str) -> str:
    """The public id of the document a message is about; "" for one that is about none."""
    document = _document(session, get(session, message_id))
    return document.public_id if document else ""


def of_request(session: Session, request_id: int) -> list[MessageView]:
    """The messages of a request, newest first."""
    query = (
        select(Message)
        .where(Message.request_id == request_id)
        .order_by(col(Message.created_at).desc(), col(Message.id))
    )
    return [view(session, row) for row in session.exec(query)]


def of_document(session: Session, actor: Actor, document_id: str) -> list[MessageView]:
    """The messages of a document's newest request, newest first; empty when it was never sent."""
    rights.require(actor, "view", "documents")
    asked = documents.newest_request(session, documents.find(session, document_id).id or 0)
    return of_request(session, asked.id) if asked is not None and asked.id is not None else []


def one(session: Session, actor: Actor, message_id: str) -> MessageView:
    rights.require(actor, "view", "documents")
    return view(session, get(session, message_id))


def newest(session: Session, limit: int) -> list[Message]:
    """The messages of the demo mailbox, newest first."""
    query = select(Message).order_by(col(Message.created_at).desc(), col(Message.id)).limit(limit)
    return list(session.exec(query))


def view(session: Session, row: Message) -> MessageView:
    party = session.get(Party, row.party_id) if row.party_id else None
    return MessageView(
        id=row.id,
        kind=row.kind,
        to=party.name if party else row.address,
        address=row.address,
        channel=row.channel,
        state=row.state,
        error=row.error,
        attempts=row.attempts,
        next_at=row.next_at,
        created_at=row.created_at,
    )


def _tell(
    session: Session,
    kind: type[events.MessageHappening],
    row: Message,
    now: datetime,
    actor: Actor = SYSTEM,
) -> None:
    document = _document(session, row)
    if document is None or not document.subject_kind or not document.subject_id:
        return
    subject = (document.subject_kind, document.subject_id)
    events.record(session, kind(subject, message_id=row.id), actor, now)


def _document(session: Session, row: Message) -> Document | None:
    request = session.get(SigningRequest, row.request_id) if row.request_id else None
    return session.get(Document, request.document_id) if request else None
