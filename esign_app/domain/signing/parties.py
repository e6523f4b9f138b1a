"""Who is behind a link or a login, what he may see, and whose turn it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, select

from esign_app.domain import documents, vault
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import NotFound
from esign_app.models import (
    Challenge,
    ConsentText,
    Decline,
    Document,
    Party,
    Revision,
    Signature,
    SigningRequest,
)
from esign_app.trust import tokens

IDENTIFIED_LASTS = timedelta(hours=1)
Standing = Literal[
    "not_your_turn", "your_turn", "signed", "completed", "declined", "expired", "cancelled", "failed"
]
# Where a request has ended, its state is where all its parties stand.
ENDED: tuple[Standing, ...] = ("completed", "declined", "expired", "cancelled")


@dataclass(frozen=True)
class Signer:
    """A party that has shown who it is: by its link (then a code is needed) or by a login."""

    party_id: int
    by: Literal["link", "login"]


@dataclass(frozen=True)
class Visit:
    """From where somebody acts: the true address (behind trusted proxies) and the browser."""

    address: str
    user_agent: str


def by_token(session: Session, secret: bytes, token: str) -> Signer:
    """The party a link belongs to. Raises NotFound for anything but a link that holds now."""

    def generation(public_id: str) -> int | None:
        row = _by_public_id(session, public_id)
        return row.token_generation if row and row.replaced_by is None else None

    public_id = tokens.read_party_token(secret, token, generation)
    row = _by_public_id(session, public_id) if public_id else None
    if row is None or row.id is None:
        raise NotFound("This link is not valid. Please use the link from the latest message.")
    return Signer(row.id, "link")


def by_login(session: Session, actor: Actor, party_id: str) -> Signer:
    """The party of a user who signs in the office. Raises NotFound for anybody else's."""
    row = _by_public_id(session, party_id)
    if row is None or row.id is None or row.user_id is None or row.user_id != actor.user_id:
        raise NotFound("This document does not wait for you.")
    return Signer(row.id, "login")


def _by_public_id(session: Session, public_id: str) -> Party | None:
    return session.exec(select(Party).where(Party.public_id == public_id)).first()


def token(session: Session, secret: bytes, party_id: int) -> str:
    """The party's link token, for its own message only."""
    row = get(session, party_id)
    return tokens.party_token(secret, row.public_id, row.token_generation)


def get(session: Session, party_id: int) -> Party:
    row = session.get(Party, party_id)
    if row is None:
        raise NotFound("This party does not exist.")
    return row


def standing(session: Session, request: SigningRequest, party: Party, *, now: datetime) -> Standing:
    """What the party's page says. GET only looks: an overdue request is `expired` before the sweep closes it."""
    for ended in ENDED:
        if request.state == ended:
            return ended
    if signature_of(session, party) is not None:
        return "signed"
    if request.state == "failed":
        return "failed"
    if request.expires_at <= now:
        return "expired"
    return "your_turn" if party.invited_at is not None else "not_your_turn"


def signature_of(session: Session, party: Party) -> Signature | None:
    return session.exec(select(Signature).where(Signature.party_id == party.id)).first()


def identified(session: Session, party: Party, request: SigningRequest, *, now: datetime) -> bool:
    """Whether a code for this very document was entered lately."""
    query = select(Challenge.id).where(
        Challenge.party_id == party.id,
        Challenge.frozen_sha256 == request.frozen_sha256,
        col(Challenge.used_at) > now - IDENTIFIED_LASTS,
    )
    return session.exec(query).first() is not None


def consent_text(session: Session, language: str) -> ConsentText:
    """The newest consent text in a language (English where there is none)."""
    for wanted in (language, "en"):
        query = (
            select(ConsentText)
            .where(ConsentText.language == wanted)
            .order_by(col(ConsentText.version).desc())
        )
        row = session.exec(query).first()
        if row is not None:
            return row
    raise NotFound("There is no consent text.")


def declined(session: Session, request: SigningRequest) -> Decline | None:
    query = (
        select(Decline).join(Party, col(Party.id) == Decline.party_id).where(Party.request_id == request.id)
    )
    return session.exec(query).first()


def sealed_file(session: Session, signer: Signer) -> tuple[str, str]:
    """SHA-256 and file name of the sealed file. Raises NotFound until it is sealed."""
    party = get(session, signer.party_id)
    return sealed_of_request(session, party.request_id)


def sealed_of_request(session: Session, request_id: int) -> tuple[str, str]:
    query = select(Revision).where(Revision.request_id == request_id, Revision.kind == "seal")
    row = session.exec(query).first()
    request = session.get(SigningRequest, request_id)
    if row is None or request is None:
        raise NotFound("This document is not sealed yet.")
    document = session.get(Document, request.document_id)
    assert document is not None
    return vault.sha256(session, row.file_id), f"{documents.label(document)}.pdf"
