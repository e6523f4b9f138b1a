"""The ledger of messages: a row before anything is sent, its fate after. No body, no token, no code in it."""

import uuid
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from esign_app.domain import channels, documents, events
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import NotFound
from esign_app.models import (
    Challenge,
    Delivery,
    Document,
    Message,
    Opening,
    Party,
    Signature,
    SigningRequest,
)

# Repeating an invitation by e-mail is harmless; a code or an SMS of unknown fate is held until a person asks again.
HELD_KINDS = ("code",)
# Handed over, as far as is known.
GONE = ("accepted", "delivered")
# What a person must look at.
BROKEN = ("failed", "bounced", "uncertain")
MOST_ATTEMPTS = 8
NOT_YET = "{document}: not delivered yet, trying again: {why}"
NOT_DELIVERED = "{document}: not delivered to {address}: {why}"
UNCERTAIN = (
    "{document}: nobody knows whether the message to {address} arrived. Ask, and send it again if it did not."
)
_LOST = "the sender was interrupted; it may have gone out"
_FIRST_WAIT = 2.0
_LONGEST_WAIT = 900.0


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
    Message-ID, a code or an SMS becomes `uncertain` and waits for a person.
    """
    query = select(Message).where(Message.id == message_id).with_for_update()
    row = session.exec(query).first()
    if row is None or row.state not in ("queued", "sending"):
        return False
    if row.state == "queued" and row.next_at is not None and now < row.next_at and not planned:
        return False
    if row.state == "sending" and is_held(row):
        _hold(session, row, _LOST, now)
        return False
    row.state = "sending"
    row.attempts += 1
    session.add(row)
    return True


def is_held(row: Message) -> bool:
    """Whether it is never repeated by itself while its fate is unknown."""
    return row.kind in HELD_KINDS or row.channel == "sms"


def _hold(session: Session, row: Message, why: str, now: datetime) -> None:
    row.state, row.error, row.next_at = "uncertain", why, None
    session.add(row)
    tell(session, events.MessageUncertain, row, now)


def accepted(
    session: Session, message_id: str, response: str, *, gateway_id: str = "", now: datetime
) -> None:
    """The mail server or the SMS gateway took it over; a report that came before stays."""
    row = get(session, message_id)
    row.gateway_id = gateway_id or None
    if row.state not in ("delivered", "bounced"):
        row.state, row.error, row.next_at = "accepted", "", None
    session.add(row)
    session.add(Delivery(message_id=message_id, accepted=True, response=response[:300], at=now))
    session.flush()
    tell(session, events.MessageAccepted, row, now)


def delivered(session: Session, row: Message, *, now: datetime) -> None:
    """It is reported to have arrived."""
    if row.state == "delivered":
        return
    row.state, row.error, row.next_at = "delivered", "", None
    session.add(row)
    session.add(Delivery(message_id=row.id, accepted=True, response="delivered", at=now))
    session.flush()
    tell(session, events.MessageDelivered, row, now)


def came_back(session: Session, row: Message, reason: str, *, actor: Actor, now: datetime) -> None:
    """It is reported not to have arrived after all; what the party can get by the other channel goes by that."""
    if row.state == "bounced":
        return
    row.state, row.error, row.next_at = "bounced", reason[:300], None
    session.add(row)
    session.add(Delivery(message_id=row.id, accepted=False, response=reason[:300], at=now))
    session.flush()
    tell(session, events.MessageBounced, row, now, actor)
    _fall_back(session, row, now)


def refused(
    session: Session,
    message_id: str,
    reason: str,
    *,
    permanent: bool,
    unknown: bool = False,
    not_before: float = 0.0,
    now: datetime,
) -> float | None:
    """It did not go out, as far as is known. Answers in how many seconds to try again, or None when a person must act.

    A code or an SMS that may have gone out (`unknown`) is not tried again. `not_before`: seconds the other side asked for.
    """
    row = get(session, message_id)
    row.error = reason[:300]
    session.add(Delivery(message_id=message_id, accepted=False, response=reason[:300], at=now))
    session.flush()
    if unknown and is_held(row):
        _hold(session, row, row.error, now)
        return None
    if permanent or row.attempts >= MOST_ATTEMPTS:
        row.state, row.next_at = "failed", None
        session.add(row)
        tell(session, events.MessageFailed, row, now)
        _fall_back(session, row, now)
        return None
    wait: float = max(min(_FIRST_WAIT * 4.0 ** (row.attempts - 1), _LONGEST_WAIT), not_before)
    row.state, row.next_at = "queued", now + timedelta(seconds=wait)
    session.add(row)
    tell(session, events.MessageDelayed, row, now)
    return wait


def _fall_back(session: Session, row: Message, now: datetime) -> None:
    """What did not reach a party of channel `auto` goes by its other channel, once to each address."""
    party = session.get(Party, row.party_id) if row.party_id else None
    channel = channels.other(row.channel)
    address = channels.address(channel, party) if party and party.channel == "auto" else ""
    if not address or (channel, address) in _tried(session, row):
        return
    if challenge := session.get(Challenge, row.challenge_id) if row.challenge_id else None:
        challenge.channel = channel
        session.add(challenge)
    fresh = follow(session, row, channel=channel, address=address, now=now)
    fresh.error = row.error
    session.add(fresh)
    tell(session, events.MessageFellBack, fresh, now)


def _tried(session: Session, row: Message) -> set[tuple[str, str]]:
    """The channels and addresses of a message and of those it followed."""
    found = {(row.channel, row.address)}
    while row.resent_of and (earlier := session.get(Message, row.resent_of)):
        row = earlier
        found.add((row.channel, row.address))
    return found


def follow(session: Session, row: Message, *, channel: str, address: str, now: datetime) -> Message:
    """The row of the message that takes the place of another; there is one at most."""
    fresh = queue(
        session,
        row.kind,
        about=f"after {row.id}",
        address=address,
        channel=channel,
        party_id=row.party_id,
        user_id=row.user_id,
        request_id=row.request_id,
        challenge_id=row.challenge_id,
        now=now,
    )
    follower = get(session, fresh)
    follower.resent_of = row.id
    session.add(follower)
    session.flush()
    return follower


def follower(session: Session, row: Message) -> Message | None:
    """The message that was sent in the place of this one."""
    return session.exec(select(Message).where(Message.resent_of == row.id)).first()


def can_resend(session: Session, row: Message) -> bool:
    """Whether a person may send it again: never a code, and nothing to a request or a party that has ended."""
    if row.kind == "invitation":
        party = session.get(Party, row.party_id) if row.party_id else None
        request = session.get(SigningRequest, row.request_id) if row.request_id else None
        is_due = party is not None and request is not None and waits_for(session, request, party)
        return is_due and row.state in (*GONE, *BROKEN) and follower(session, row) is None
    return row.kind == "completed" and row.state in BROKEN and follower(session, row) is None


def waits_for(session: Session, request: SigningRequest, party: Party) -> bool:
    """Whether the request still waits for this party's signature."""
    signed = select(Signature.id).where(Signature.party_id == party.id)
    open_ = request.state in ("sent", "opened", "partly_signed") and party.replaced_by is None
    return open_ and session.exec(signed).first() is None


def hold_after_restore(session: Session) -> tuple[int, int]:
    """In a restored database: what must never go out twice, and may have gone out meanwhile, waits for a person.

    Everything else that was queued will go out under its old Message-ID. Answers how many are held and how many will go.
    """
    rows = session.exec(select(Message).where(col(Message.state).in_(("queued", "sending")))).all()
    held = [row for row in rows if is_held(row)]
    for row in held:
        row.state, row.next_at = "uncertain", None
        session.add(row)
    return len(held), len(rows) - len(held)


def undelivered(session: Session, document_id: int) -> Message | None:
    """The newest invitation of a document's newest request that did not go out, or nobody knows whether it did.

    One that another message followed does not count, nor one whose party has opened the document all the same.
    """
    rows = _invitations(session, document_id)
    followed = {row.resent_of for row in rows}
    troubled = [row for row in rows if row.id not in followed and (row.state in BROKEN or row.error)]
    return next((row for row in troubled if not _has_opened(session, row)), None)


def broken_invitations(session: Session, document_id: int) -> list[Message]:
    """What a person who tries the whole thing again wants to be sent again."""
    rows = _invitations(session, document_id)
    followed = {row.resent_of for row in rows}
    return [row for row in rows if row.state in BROKEN and row.id not in followed]


def _has_opened(session: Session, row: Message) -> bool:
    return session.exec(select(Opening.id).where(Opening.party_id == row.party_id)).first() is not None


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


def is_uncertain(session: Session, message_id: str) -> bool:
    row = session.get(Message, message_id)
    return row is not None and row.state == "uncertain"


def get(session: Session, message_id: str) -> Message:
    row = session.get(Message, message_id)
    if row is None:
        raise NotFound("This message does not exist.")
    return row


def document_id(session: Session, message_id: str) -> str:
    """The public id of the document a message is about; "" for one that is about none."""
    document = _document(session, get(session, message_id))
    return document.public_id if document else ""


def newest(session: Session, limit: int) -> list[Message]:
    """The messages of the demo mailbox, newest first."""
    query = select(Message).order_by(col(Message.created_at).desc(), col(Message.id)).limit(limit)
    return list(session.exec(query))


def tell(
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
