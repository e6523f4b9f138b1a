"""What a logged-in signatory does with a document that waits for him. The login identifies; no code is needed."""

from datetime import datetime

from sqlmodel import Session

from esign_app.domain.actor import Actor
from esign_app.domain.signing import facts, pages, parties
from esign_app.domain.signing.facts import Drawing
from esign_app.domain.signing.parties import Visit


def start(session: Session, actor: Actor, party_id: str, visit: Visit, *, now: datetime) -> None:
    facts.start(session, parties.by_login(session, actor, party_id), visit, now=now)


def decline(
    session: Session, actor: Actor, party_id: str, reason: str, visit: Visit, *, now: datetime
) -> None:
    facts.decline(session, parties.by_login(session, actor, party_id), reason, visit, now=now)


def has_signed(session: Session, actor: Actor, party_id: str, *, now: datetime) -> bool:
    """Whether this party signed already. Raises NotFound for anybody else's party."""
    return pages.view(session, parties.by_login(session, actor, party_id), now=now).signed_at is not None


def consent(
    session: Session, actor: Actor, party_id: str, version: int, language: str, *, now: datetime
) -> None:
    facts.consent(session, parties.by_login(session, actor, party_id), version, now=now, language=language)


def sign(
    session: Session, actor: Actor, party_id: str, drawing: Drawing, visit: Visit, *, now: datetime
) -> bool:
    """Answers whether this call signed; repeating it changes nothing."""
    return facts.sign(session, parties.by_login(session, actor, party_id), drawing, visit, now=now)
