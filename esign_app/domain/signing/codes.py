"""The one-time code: 6 digits, 5 minutes, 5 tries; asked for by the party, bound to what it was shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from esign_app.domain import channels, events, messages
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Invalid, Refused, TooMany
from esign_app.domain.signing import audit, parties, requests
from esign_app.domain.signing.parties import Signer, Visit
from esign_app.models import Challenge, Message, Party, SigningRequest
from esign_app.trust import tokens

TRIES = 5
LASTS = timedelta(minutes=5)
AGAIN_AFTER = timedelta(seconds=30)
MOST_PER_HOUR = 10
# Fates of the message with the code: it is never sent again, and nobody will find it.
LOST = ("failed", "bounced", "uncertain")


@dataclass(frozen=True)
class CodeView:
    """The newest code that was asked for."""

    sent_at: datetime
    expires_at: datetime
    again_at: datetime
    tries_left: int
    over: bool


def ask(session: Session, signer: Signer, *, now: datetime) -> None:
    """Issue a new code and let a run send it; earlier codes stop working.

    Raises TooMany when one was sent within AGAIN_AFTER, unless it got lost, or MOST_PER_HOUR within the hour.
    """
    party = parties.get(session, signer.party_id)
    request = requests.locked(session, party.request_id)
    require_turn(session, party, now=now)
    _not_too_often(session, party, now)
    channel = channels.for_papers(party)
    challenge = Challenge(
        party_id=signer.party_id,
        frozen_sha256=request.frozen_sha256,
        channel=channel,
        issued_at=now,
        expires_at=now + LASTS,
    )
    session.add(challenge)
    session.flush()
    audit.add(session, request, "code_sent", now=now, party=party.public_id, facts={"channel": channel})
    message_id = messages.queue(
        session,
        "code",
        about=challenge.public_id,
        address=channels.address(channel, party),
        channel=channel,
        party_id=party.id,
        request_id=request.id,
        challenge_id=challenge.id,
        now=now,
    )
    assert request.id is not None
    asked = events.CodeRequested(
        requests.subject_of(session, request), request.document_id, request.id, signer.party_id, message_id
    )
    events.record(session, asked, actor_of(party), now)


def _not_too_often(session: Session, party: Party, now: datetime) -> None:
    last = newest(session, party)
    if last is not None and last.used_at is None and now < (again_at := _again_at(session, last)):
        seconds = int((again_at - now).total_seconds()) + 1
        raise TooMany(
            "A code was sent just now. You can ask for a new one in {seconds} seconds.", seconds=seconds
        )
    query = select(Challenge.id).where(
        Challenge.party_id == party.id, Challenge.issued_at > now - timedelta(hours=1)
    )
    if len(session.exec(query).all()) >= MOST_PER_HOUR:
        raise TooMany("Too many codes were sent to you. Please try again in an hour.")


def _again_at(session: Session, challenge: Challenge) -> datetime:
    """When a new code may be asked for: at once when this one did not arrive, as far as is known."""
    query = select(Message.state).where(Message.challenge_id == challenge.id)
    is_lost = {*session.exec(query)} <= {*LOST}
    return challenge.issued_at if is_lost else challenge.issued_at + AGAIN_AFTER


def check(
    session: Session, secret: bytes, signer: Signer, typed: str, *, visit: Visit, now: datetime
) -> Refused | None:
    """Compare what was typed with the newest code; None when it is right.

    The refusal is answered, not raised, so that the try is counted in the same commit.
    """
    party = parties.get(session, signer.party_id)
    request = requests.locked(session, party.request_id)
    require_turn(session, party, now=now)
    last = newest(session, party)
    if last is None or last.frozen_sha256 != request.frozen_sha256:
        return Invalid("Please ask for a code first.", field="code")
    if last.used_at is not None:
        return None if parties.identified(session, party, request, now=now) else _expired()
    if last.tries >= TRIES:
        return TooMany("Too many wrong codes. Please ask for a new one.")
    if last.expires_at <= now:
        return _expired()
    last.tries += 1
    session.add(last)
    if not tokens.read_code(secret, last.public_id, typed):
        left = TRIES - last.tries
        if left == 0:
            return TooMany("Too many wrong codes. Please ask for a new one.")
        return Invalid("This code is wrong. You can try {left} more times.", field="code", left=left)
    last.used_at = now
    audit.add(
        session,
        request,
        "identified",
        now=now,
        party=party.public_id,
        facts={"by": "code", "channel": last.channel},
        personal=personal(party, visit),
    )
    return None


def _expired() -> Refused:
    return Invalid("This code is too old. Please ask for a new one.", field="code")


def view(session: Session, party: Party, request: SigningRequest, *, now: datetime) -> CodeView | None:
    """The state of the code that counts; None before one was asked for and after it was used."""
    last = newest(session, party)
    if last is None or last.frozen_sha256 != request.frozen_sha256 or last.used_at is not None:
        return None
    left = max(TRIES - last.tries, 0)
    return CodeView(
        sent_at=last.issued_at,
        expires_at=last.expires_at,
        again_at=_again_at(session, last),
        tries_left=left,
        over=left == 0 or last.expires_at <= now,
    )


def newest(session: Session, party: Party) -> Challenge | None:
    query = select(Challenge).where(Challenge.party_id == party.id).order_by(col(Challenge.id).desc())
    return session.exec(query).first()


def require_turn(session: Session, party: Party, *, now: datetime) -> None:
    """Raises a refusal in plain words unless this party may act now."""
    request = requests.locked(session, party.request_id)
    standing = parties.standing(session, request, party, now=now)
    if standing != "your_turn":
        raise Refused(_SENTENCES[standing])


_SENTENCES = {
    "not_your_turn": "It is not your turn yet. You will get a message when it is.",
    "signed": "You have signed already. Nothing more is needed.",
    "completed": "This document is completed. Nothing more is needed.",
    "declined": "This document was declined; it can no longer be signed.",
    "expired": "The time to sign this document is over. Please ask the sender for a new one.",
    "cancelled": "The sender has withdrawn this document.",
    "failed": "There is a problem with this document. The sender has been told; please try again later.",
}


def actor_of(party: Party) -> Actor:
    assert party.id is not None
    return Actor(kind="party", id=party.id, name=party.name, locale=party.language, zone=party.zone)


def personal(party: Party, visit: Visit) -> dict[str, str]:
    """The personal values of a fact, salted in the chain."""
    return {
        "name": party.name,
        "email": party.email,
        "address": visit.address,
        "user_agent": visit.user_agent[:300],
    }
