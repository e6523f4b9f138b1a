"""What a party does: start, consent, sign, decline. Each is a row that stays, and each can be repeated harmlessly."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from esign_app.domain import events, vault
from esign_app.domain.fields import clean_lines
from esign_app.domain.refusals import Invalid
from esign_app.domain.signing import audit, parties, requests
from esign_app.domain.signing.codes import actor_of, personal, require_turn
from esign_app.domain.signing.parties import Signer, Visit
from esign_app.models import (
    Consent,
    ConsentText,
    Decline,
    Opening,
    Party,
    Signature,
    SigningRequest,
)

METHODS = ("typed", "drawn", "uploaded")


@dataclass(frozen=True)
class Drawing:
    """A signature picture that was checked (signature_image.check) and stored."""

    method: str
    sha256: str
    size: int
    strokes: list[Any]


def start(session: Session, signer: Signer, visit: Visit, *, now: datetime) -> None:
    """The party pressed Start: only now is the document `opened`, never by a fetched link (B33)."""
    party = parties.get(session, signer.party_id)
    request = requests.locked(session, party.request_id)
    require_turn(session, party, now=now)
    if session.exec(select(Opening.id).where(Opening.party_id == party.id)).first() is not None:
        return
    opening = Opening(
        party_id=signer.party_id, address=visit.address, user_agent=visit.user_agent[:300], at=now
    )
    session.add(opening)
    if request.state == "sent":
        request.state = "opened"
        session.add(request)
    audit.add(session, request, "opened", now=now, party=party.public_id, personal=personal(party, visit))
    _record(session, events.PartyOpened, request, party, now)


def consent(session: Session, signer: Signer, version: int, *, now: datetime, language: str = "") -> None:
    """The party agrees to sign electronically, to this text (in the language it was shown) and this document."""
    party = parties.get(session, signer.party_id)
    request = requests.locked(session, party.request_id)
    if session.exec(select(Consent.id).where(Consent.party_id == party.id)).first() is not None:
        return
    require_turn(session, party, now=now)
    text = _text(session, language or party.language, version)
    assert text.id is not None
    session.add(
        Consent(
            party_id=signer.party_id,
            consent_text_id=text.id,
            frozen_sha256=request.frozen_sha256,
            at=now,
        )
    )
    audit.add(
        session,
        request,
        "consented",
        now=now,
        party=party.public_id,
        facts={"version": text.version, "language": text.language, "text_sha256": text.sha256},
    )


def _text(session: Session, language: str, version: int) -> ConsentText:
    text = parties.consent_text(session, language)
    if text.version != version:
        raise Invalid("The terms have changed. Please read them again.", field="consent")
    return text


def sign(session: Session, signer: Signer, drawing: Drawing, visit: Visit, *, now: datetime) -> bool:
    """The party signs; answers whether this call did it. Repeating it is a no-op (B47, B48).

    Raises a refusal unless it is the party's turn, it consented, and it is identified for this document.
    """
    party = parties.get(session, signer.party_id)
    request = requests.locked(session, party.request_id)
    if parties.signature_of(session, party) is not None:
        return False
    require_turn(session, party, now=now)
    _require_ready(session, signer, party, request, now)
    if drawing.method not in METHODS:
        raise Invalid("There is no such way to sign.", field="method")
    session.add(
        Signature(
            party_id=signer.party_id,
            method=drawing.method,
            image_file_id=vault.keep(session, drawing.sha256, drawing.size, "image/png", now=now),
            strokes=drawing.strokes,
            frozen_sha256=request.frozen_sha256,
            address=visit.address,
            user_agent=visit.user_agent[:300],
            at=now,
        )
    )
    if request.state in ("sent", "opened"):
        request.state = "partly_signed"
        session.add(request)
    audit.add(
        session,
        request,
        "signed",
        now=now,
        party=party.public_id,
        facts={
            "method": drawing.method,
            "image_sha256": drawing.sha256,
            "identified_by": "login" if signer.by == "login" else "code",
            "frozen_sha256": request.frozen_sha256,
        },
        personal=personal(party, visit),
    )
    _record(session, events.PartySigned, request, party, now)
    return True


def require_ready(session: Session, signer: Signer, *, now: datetime) -> bool:
    """Whether a picture is worth looking at: False when the party has signed already, and `sign` would do nothing.

    Raises the refusal that `sign` would raise now.
    """
    party = parties.get(session, signer.party_id)
    request = requests.locked(session, party.request_id)
    if parties.signature_of(session, party) is not None:
        return False
    require_turn(session, party, now=now)
    _require_ready(session, signer, party, request, now)
    return True


def _require_ready(
    session: Session, signer: Signer, party: Party, request: SigningRequest, now: datetime
) -> None:
    agreed = select(Consent.id).where(
        Consent.party_id == party.id, Consent.frozen_sha256 == request.frozen_sha256
    )
    if session.exec(agreed).first() is None:
        raise Invalid("Please agree to sign electronically first.", field="consent")
    if signer.by == "link" and not parties.identified(session, party, request, now=now):
        raise Invalid("Please enter the code that was sent to you first.", field="code")


def decline(session: Session, signer: Signer, reason: str, visit: Visit, *, now: datetime) -> None:
    """The party refuses to sign and says why; nobody can sign this document any more."""
    party = parties.get(session, signer.party_id)
    request = requests.locked(session, party.request_id)
    require_turn(session, party, now=now)
    why = clean_lines(reason, field="reason", most=1000)
    if not why:
        raise Invalid("Please say why you decline.", field="reason")
    session.add(
        Decline(
            party_id=signer.party_id,
            reason=why,
            address=visit.address,
            user_agent=visit.user_agent[:300],
            at=now,
        )
    )
    request.state = "declined"
    session.add(request)
    values = {**personal(party, visit), "reason": why}
    audit.add(session, request, "declined", now=now, party=party.public_id, personal=values)
    _record(session, events.PartyDeclined, request, party, now)


def _record(
    session: Session,
    kind: type[events.PartyHappening],
    request: SigningRequest,
    party: Party,
    now: datetime,
) -> None:
    assert request.id is not None and party.id is not None
    subject = requests.subject_of(session, request)
    events.record(session, kind(subject, request.document_id, request.id, party.id), actor_of(party), now)
