"""What a signing page shows to one party. Looking changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from esign_app.domain import channels, documents, own_companies, vault
from esign_app.domain.actor import Actor
from esign_app.domain.signing import codes, parties
from esign_app.domain.signing.parties import Signer, Standing
from esign_app.models import (
    Consent,
    Document,
    DocumentVersion,
    Opening,
    Party,
    Revision,
    SigningRequest,
    Slot,
)
from esign_app.text import language as spoken
from esign_app.text import speaking


@dataclass(frozen=True)
class SigningView:
    """Everything a signing page shows to one party."""

    party_id: str
    name: str
    code_goes_to: str
    label: str
    title: str
    sender: str
    document_id: str
    standing: Standing
    opened: bool
    consented: bool
    needs_code: bool
    code: codes.CodeView | None
    consent_version: int
    consent_text: str
    pages: int
    place: dict[str, Any]
    shown_sha256: str
    language: str
    zone: str
    expires_at: datetime
    signed_at: datetime | None
    others: tuple[str, ...]
    sealed: bool


def waiting_for(session: Session, actor: Actor, *, now: datetime) -> list[SigningView]:
    """Documents that wait for this user's signature now, oldest first, in the language the user reads now."""
    query = (
        select(Party)
        .join(SigningRequest, col(SigningRequest.id) == Party.request_id)
        .where(
            Party.user_id == actor.user_id,
            col(Party.invited_at).is_not(None),
            col(Party.replaced_by).is_(None),
            col(SigningRequest.state).in_(("sent", "opened", "partly_signed")),
        )
        .order_by(col(Party.id))
    )
    views = [
        view(session, Signer(row.id, "login"), now=now, language=actor.locale)
        for row in session.exec(query)
        if actor.kind == "user" and row.id is not None
    ]
    return [item for item in views if item.standing == "your_turn"]


def view(session: Session, signer: Signer, *, now: datetime, language: str = "") -> SigningView:
    """The page of one party, in the language it chose or else in its own; changes nothing."""
    party = parties.get(session, signer.party_id)
    with speaking(language or party.language):
        return _view(session, signer, party, now)


def _view(session: Session, signer: Signer, party: Party, now: datetime) -> SigningView:
    request = session.get(SigningRequest, party.request_id)
    slot = session.get(Slot, party.slot_id)
    assert request is not None and slot is not None
    document = session.get(Document, request.document_id)
    version = session.get(DocumentVersion, request.document_version_id)
    assert document is not None and version is not None
    signature = parties.signature_of(session, party)
    text = parties.consent_text(session, spoken())
    return SigningView(
        party_id=party.public_id,
        name=party.name,
        code_goes_to=_code_goes_to(session, party),
        label=documents.label(document),
        title=document.title,
        sender=own_companies.default(session).name,
        document_id=document.public_id,
        standing=parties.standing(session, request, party, now=now),
        opened=_exists(session, Opening, party),
        consented=_exists(session, Consent, party),
        needs_code=signer.by == "link" and not parties.identified(session, party, request, now=now),
        code=codes.view(session, party, request, now=now),
        consent_version=text.version,
        consent_text=text.text,
        pages=version.pages,
        place=_place(request, slot),
        shown_sha256=vault.sha256(session, _newest_file(session, request, version)),
        language=spoken(),
        zone=party.zone,
        expires_at=request.expires_at,
        signed_at=signature.at if signature else None,
        others=_others(session, request, party),
        sealed=request.state == "completed",
    )


def _code_goes_to(session: Session, party: Party) -> str:
    """Where the newest code went, or the first would go, masked."""
    last = codes.newest(session, party)
    channel = last.channel if last else channels.for_papers(party)
    return channels.masked(channels.address(channel, party))


def _exists(session: Session, table: type[Opening] | type[Consent], party: Party) -> bool:
    return session.exec(select(table.id).where(table.party_id == party.id)).first() is not None


def _place(request: SigningRequest, slot: Slot) -> dict[str, Any]:
    found = [item["place"] for item in request.layout["slots"] if item["key"] == slot.key]
    return dict(found[0])


def _newest_file(session: Session, request: SigningRequest, version: DocumentVersion) -> int:
    query = select(Revision).where(Revision.request_id == request.id).order_by(col(Revision.seq).desc())
    newest = session.exec(query).first()
    return newest.file_id if newest else version.file_id


def _others(session: Session, request: SigningRequest, party: Party) -> tuple[str, ...]:
    query = (
        select(Party.name)
        .where(Party.request_id == request.id, Party.id != party.id, col(Party.replaced_by).is_(None))
        .order_by(col(Party.id))
    )
    return tuple(session.exec(query))
