"""Signing requests: where the parties stand, stop, try again. Links and codes reach their party and nobody else."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from esign_app.api.auth import Caller
from esign_app.api.once import Once
from esign_app.api.page import PathId
from esign_app.api.values import Out, PublicId
from esign_app.db import utcnow
from esign_app.domain.signing import overview, requests
from esign_app.engine import reading

router = APIRouter(prefix="/requests", tags=["signing"])


class PartyOut(Out):
    """`state` is waiting (not invited yet), invited, opened, signed or declined."""

    id: PublicId
    slot: str
    role: str
    group: int = Field(description="groups sign one after the other")
    name: str
    email: str
    channel: str = Field(description="what was chosen: auto, email or sms")
    state: str
    invited_at: datetime | None
    opened_at: datetime | None
    signed_at: datetime | None
    declined_at: datetime | None
    reason: str


class RequestOut(Out):
    """`state` is preparing, sent, opened, partly_signed, sealing, completed, declined, expired, cancelled or failed."""

    id: PublicId
    document_id: str
    state: str
    error: str
    language: str
    created_at: datetime
    expires_at: datetime
    completed_at: datetime | None
    parties: list[PartyOut]


@router.get("/{request_id}")
def get(request_id: PathId, actor: Caller) -> RequestOut:
    with reading() as session:
        return RequestOut.of(overview.get(session, actor, request_id))


@router.post("/{request_id}/cancel")
def cancel(request_id: PathId, actor: Caller, once: Once) -> RequestOut:
    """Stop it; its links say so from now on."""
    with once.transaction() as session:
        requests.cancel(session, actor, request_id, now=utcnow())
        return once.answer(RequestOut.of(overview.get(session, actor, request_id)))


@router.post("/{request_id}/retry", status_code=202)
def retry(request_id: PathId, actor: Caller, once: Once) -> RequestOut:
    """Try again to freeze or seal a request that failed; it goes on where it was."""
    with once.transaction() as session:
        requests.retry(session, actor, request_id, now=utcnow())
        return once.answer(RequestOut.of(overview.get(session, actor, request_id)))
