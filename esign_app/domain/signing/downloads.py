"""The link to the sealed file: works for 14 days after completion, for whoever got it by mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from esign_app.domain import documents
from esign_app.domain.refusals import Gone, NotFound
from esign_app.domain.signing import parties
from esign_app.models import Document, Party, SigningRequest
from esign_app.trust import tokens

LASTS = timedelta(days=14)


@dataclass(frozen=True)
class Download:
    sha256: str
    filename: str
    label: str
    document_id: str
    language: str
    zone: str
    until: datetime


def by_token(session: Session, secret: bytes, token: str, *, now: datetime) -> Download:
    """The sealed file behind a download link. Raises NotFound for a wrong link, Gone for an old one."""

    def generation(public_id: str) -> int | None:
        row = _party(session, public_id)
        return row.token_generation if row else None

    public_id = tokens.read_download_token(secret, token, generation)
    party = _party(session, public_id) if public_id else None
    request = session.get(SigningRequest, party.request_id) if party else None
    if party is None or request is None or request.completed_at is None or request.id is None:
        raise NotFound("This link is not valid. Please use the link from the latest message.")
    until = request.completed_at + LASTS
    if now > until:
        raise Gone("This link is too old: it worked for 14 days. Please ask the sender for the document.")
    document = session.get(Document, request.document_id)
    assert document is not None
    sha256, filename = parties.sealed_of_request(session, request.id)
    return Download(
        sha256=sha256,
        filename=filename,
        label=documents.label(document),
        document_id=document.public_id,
        language=party.language,
        zone=party.zone,
        until=until,
    )


def token(session: Session, secret: bytes, party_id: int) -> str:
    """The party's download token, for its own message only."""
    row = parties.get(session, party_id)
    return tokens.download_token(secret, row.public_id, row.token_generation)


def _party(session: Session, public_id: str) -> Party | None:
    return session.exec(select(Party).where(Party.public_id == public_id)).first()
