"""Messages that went out, with their delivery state. Their text is not here: it holds a link or a code."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from esign_app.api.auth import Caller
from esign_app.api.once import Once
from esign_app.api.page import PathId
from esign_app.api.values import In, Out, Text
from esign_app.db import utcnow
from esign_app.domain import ledger, resending

router = APIRouter(prefix="/messages", tags=["messages"])


class MessageOut(Out):
    """`state` is queued, sending, accepted (by the mail server or the gateway), delivered, bounced, failed or uncertain."""

    id: str
    kind: str
    to: str
    address: str
    channel: str = Field(description="email or sms")
    state: str
    error: str = Field(description="why it did not go out, or is late")
    attempts: int
    next_at: datetime | None
    created_at: datetime
    resent_of: str | None = Field(description="the message this one was sent in the place of")
    can_resend: bool


class Bounced(In):
    reason: Text = Field(default="", description="what the mail server wrote back")


@router.post("/{message_id}/resend", status_code=202)
def resend(message_id: PathId, actor: Caller, once: Once) -> MessageOut:
    """Send it again as a new message with the same link, to the address the contact has now; answers the new one.

    A code is not sent again: its party asks for a new one.
    """
    with once.transaction() as session:
        fresh = resending.resend(session, actor, message_id, now=utcnow())
        return once.answer(MessageOut.of(ledger.one(session, actor, fresh)))


@router.post("/{message_id}/bounced")
def bounced(message_id: PathId, body: Bounced, actor: Caller, once: Once) -> MessageOut:
    """The mail server handed it back later on: for whatever reads the mailbox of the sender's address."""
    with once.transaction() as session:
        resending.bounced(session, actor, message_id, body.reason, now=utcnow())
        return once.answer(MessageOut.of(ledger.one(session, actor, message_id)))
