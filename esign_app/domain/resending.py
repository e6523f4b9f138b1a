"""Sending a message again: by hand, with the address as it is now; and what the other side reports afterwards."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from esign_app.domain import channels, events, messages, rights
from esign_app.domain.actor import Actor
from esign_app.domain.channels import Reachable
from esign_app.domain.refusals import Invalid, NotFound, TooMany
from esign_app.domain.signing import audit
from esign_app.models import Contact, Message, Opening, OwnSignatory, Party, SigningRequest

AGAIN_AFTER = timedelta(minutes=1)
MOST_PER_DAY = 10


def resend(session: Session, actor: Actor, message_id: str, *, now: datetime) -> str:
    """Send a message again as a new one that follows it, with the same link; answers the new message's id.

    It goes to the address the contact has now. Raises TooMany within AGAIN_AFTER of one that went out, or after
    MOST_PER_DAY.
    """
    rights.require(actor, "sign", "documents")
    row = _locked(session, message_id)
    if not messages.can_resend(session, row):
        raise Invalid("This message cannot be sent again.")
    _not_too_often(session, row, now)
    return _send_again(session, actor, row, now=now)


def again(session: Session, actor: Actor, document_id: int, *, now: datetime) -> None:
    """The invitations of a document that failed are sent again with its run.

    A mail that was refused goes as the same message while its address is the same.
    """
    for row in messages.broken_invitations(session, document_id):
        if row.state == "failed" and _reach(session, row)[1] == row.address:
            row.state, row.attempts, row.error = "queued", 0, ""
            session.add(row)
        elif messages.can_resend(session, row):
            _send_again(session, actor, row, now=now)


def _send_again(session: Session, actor: Actor, row: Message, *, now: datetime) -> str:
    channel, address = _reach(session, row)
    if not address:
        raise Invalid("{name} has no address any more.", name=_party(session, row).name)
    fresh = messages.follow(session, row, channel=channel, address=address, now=now)
    if row.kind == "invitation":
        _correct(session, row, now)
    messages.tell(session, events.MessageRetried, fresh, now, actor)
    return fresh.id


def bounced(session: Session, actor: Actor, message_id: str, reason: str, *, now: datetime) -> None:
    """The mail server handed it back later on. Raises Invalid for what never went out."""
    rights.require(actor, "sign", "documents")
    row = _locked(session, message_id)
    if row.state not in (*messages.GONE, "bounced", "uncertain"):
        raise Invalid("This message was not sent.")
    messages.came_back(session, row, reason, actor=actor, now=now)


def reported(
    session: Session, actor: Actor, given_id: str, *, arrived: bool, reason: str, now: datetime
) -> None:
    """What the SMS gateway reports of a message, under our id or its own. A repeated report changes nothing."""
    found = select(Message.id).where(
        Message.channel == "sms", (Message.id == given_id) | (Message.gateway_id == given_id)
    )
    message_id = session.exec(found).first()
    if message_id is None:
        raise NotFound("This message does not exist.")
    row = _locked(session, message_id)
    if row.state in ("queued", "failed"):
        return
    if arrived:
        messages.delivered(session, row, now=now)
    else:
        messages.came_back(session, row, reason, actor=actor, now=now)


def _locked(session: Session, message_id: str) -> Message:
    row = session.exec(select(Message).where(Message.id == message_id).with_for_update()).first()
    if row is None:
        raise NotFound("This message does not exist.")
    return row


def _not_too_often(session: Session, row: Message, now: datetime) -> None:
    if row.state in messages.GONE and now < row.created_at + AGAIN_AFTER:
        seconds = int((row.created_at + AGAIN_AFTER - now).total_seconds()) + 1
        raise TooMany(
            "This message was sent just now. It can be sent again in {seconds} seconds.", seconds=seconds
        )
    query = select(Message.id).where(
        Message.party_id == row.party_id,
        Message.kind == row.kind,
        col(Message.resent_of).is_not(None),
        Message.created_at > now - timedelta(days=1),
    )
    if len(session.exec(query).all()) >= MOST_PER_DAY:
        raise TooMany("This message was sent too often today. Please try again tomorrow.")


def _reach(session: Session, row: Message) -> tuple[str, str]:
    """By which channel and to which address a message goes now: as before where that is possible."""
    party = _party(session, row)
    who = _freshest(session, row, party)
    for channel in (row.channel, channels.chosen(party.channel, who), channels.other(row.channel)):
        allowed = party.channel in ("auto", channel) or channel == row.channel
        if allowed and (address := channels.address(channel, who)):
            return channel, address
    return row.channel, ""


def _freshest(session: Session, row: Message, party: Party) -> Reachable:
    """The contact or signatory behind a party as it is now.

    A party that has opened its link is who it is: its invitation and its codes go to the same person.
    """
    opened = session.exec(select(Opening.id).where(Opening.party_id == party.id)).first() is not None
    if opened and row.kind == "invitation":
        return party
    contact = session.get(Contact, party.contact_id) if party.contact_id else None
    signatory = session.get(OwnSignatory, party.own_signatory_id) if party.own_signatory_id else None
    return contact or signatory or party


def _correct(session: Session, row: Message, now: datetime) -> None:
    """The party's codes go where its invitation goes; the chain tells of it."""
    party = _party(session, row)
    who = _freshest(session, row, party)
    if (who.email, who.phone) == (party.email, party.phone):
        return
    party.email, party.phone = who.email, who.phone
    session.add(party)
    request = session.get(SigningRequest, party.request_id)
    assert request is not None
    personal = {"name": party.name, "email": party.email, "phone": party.phone}
    audit.add(session, request, "corrected", now=now, party=party.public_id, personal=personal)


def _party(session: Session, row: Message) -> Party:
    party = session.get(Party, row.party_id) if row.party_id else None
    assert party is not None
    return party
