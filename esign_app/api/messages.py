"""Messages that went out, with their delivery state. Their text is not here: it holds a link or a code."""

from datetime import datetime

from fastapi import APIRouter

from esign_app.api.auth import Caller
from esign_app.api.once import Once
from esign_app.api.page import PathId
from esign_app.api.values import Out
from esign_app.db import utcnow
from esign_app.domain import messages

router = APIRouter(prefix="/messages", tags=["messages"])


class MessageOut(Out):
    """`state` is queued, sending, accepted (by the mail server), failed or uncertain; `error` what the server said."""

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


@router.post("/{message_id}/retry", status_code=202)
def retry(message_id: PathId, actor: Caller, once: Once) -> MessageOut:
    """Send a failed message again. A code is not: its party asks for a new one."""
    with once.transaction() as session:
        messages.retry(session, actor, message_id, now=utcnow())
        return once.answer(MessageOut.of(messages.one(session, actor, message_id)))
