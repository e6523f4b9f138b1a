"""Sent again by a person, by the other channel, and what is reported afterwards."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from esign_app import settings
from esign_app.domain import clients, events, ledger, messages, resending, strips, timeline
from esign_app.domain.actor import SYSTEM
from esign_app.domain.refusals import Invalid, NotFound, TooMany
from esign_app.domain.signing import audit, facts, requests
from esign_app.models import Challenge, Deal, Document, Message, OwnSignatory, SigningRequest
from tests.domain import paper
from tests.domain.paper import CLIENT, OWN, Hand
from tests.support.cast import NOW
from tests.support.world import VISIT, World

LATER = NOW + timedelta(minutes=2)
PHONE = "+4915112345678"


@pytest.fixture
def by_sms(session: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> SigningRequest:
    """A contract whose own signatory is invited by SMS."""
    monkeypatch.setenv("ESIGN_SMS_URL", "https://gateway.example/send")
    settings.settings.cache_clear()
    session.exec(select(OwnSignatory)).one().phone = PHONE
    return paper.send(session, world)


@pytest.fixture
def by_mail(session: Session, world: World) -> SigningRequest:
    return paper.send(session, world)


def rows(session: Session) -> list[Message]:
    return list(session.exec(select(Message)).all())


def newest(session: Session, request: SigningRequest, kind: str = "invitation") -> Message:
    """The one no other followed."""
    found = [item for item in ledger.of_request(session, request.id or 0) if item.kind == kind]
    followed = {item.resent_of for item in found}
    (last,) = [item for item in found if item.id not in followed]
    return messages.get(session, last.id)


def refuse(session: Session, row: Message, **how: bool) -> None:
    messages.claim(session, row.id, now=NOW)
    messages.refused(session, row.id, "no such number", **{"permanent": True, **how}, now=NOW)


def strip(session: Session) -> tuple[str, str]:
    (deal,) = session.exec(select(Deal.id)).all()
    found = strips.of_deals(session, [deal or 0])[deal or 0]
    return found.tone, found.text


def test_what_cannot_go_by_sms_goes_by_mail_and_everybody_sees_it(
    session: Session, world: World, by_sms: SigningRequest
) -> None:
    first = newest(session, by_sms)
    assert (first.channel, first.address) == ("sms", PHONE)
    refuse(session, first)
    second = newest(session, by_sms)
    assert (second.channel, second.address, second.state) == ("email", "sigrid@example.com", "queued")
    told = [entry.text for entry in timeline.of_deal(session, SYSTEM, world.deal)[:2]]
    assert told == ["Goes by e-mail to sigrid@example.com instead", f"Message to {PHONE} not delivered"]
    assert session.info["events"]
    refuse(session, second)
    assert newest(session, by_sms) is second
    assert strip(session)[0] == "broken"


def test_a_channel_that_was_chosen_is_not_left(session: Session, by_sms: SigningRequest) -> None:
    paper.party(session, OWN).channel = "sms"
    refuse(session, newest(session, by_sms))
    assert [row.state for row in rows(session)] == ["failed"]


def test_a_code_that_cannot_go_by_mail_goes_by_sms(session: Session, by_sms: SigningRequest) -> None:
    Hand(session, OWN).identify()
    code = newest(session, by_sms, "code")
    assert code.channel == "email"
    refuse(session, code)
    assert newest(session, by_sms, "code").address == PHONE
    assert session.exec(select(Challenge.channel)).one() == "sms"


@pytest.mark.both_databases
def test_an_sms_of_unknown_fate_waits_for_a_person(
    session: Session, world: World, by_sms: SigningRequest
) -> None:
    first = newest(session, by_sms)
    refuse(session, first, permanent=False, unknown=True)
    assert first.state == "uncertain"
    assert not messages.claim(session, first.id, now=NOW)
    assert strip(session)[0] == "needs"
    entry = timeline.of_deal(session, SYSTEM, world.deal)[0]
    assert entry.again == ("message", first.id)
    fresh = messages.get(session, resending.resend(session, SYSTEM, first.id, now=NOW))
    assert (fresh.channel, fresh.address, fresh.resent_of) == ("sms", PHONE, first.id)
    assert strip(session)[0] == "moving"
    with pytest.raises(Invalid):
        resending.resend(session, SYSTEM, first.id, now=NOW)


def test_an_sms_whose_sender_died_waits_too(session: Session, by_sms: SigningRequest) -> None:
    first = newest(session, by_sms)
    assert [messages.claim(session, first.id, now=NOW) for _ in range(3)] == [True, False, False]
    assert (first.state, first.attempts) == ("uncertain", 1)


def test_opening_the_link_settles_what_nobody_knew(session: Session, by_sms: SigningRequest) -> None:
    refuse(session, newest(session, by_sms), permanent=False, unknown=True)
    facts.start(session, Hand(session, OWN).signer, VISIT, now=NOW)
    assert strip(session)[0] == "moving"


def test_a_busy_gateway_is_asked_when_it_wants_to_be(session: Session, by_sms: SigningRequest) -> None:
    first = newest(session, by_sms)
    messages.claim(session, first.id, now=NOW)
    assert messages.refused(session, first.id, "429", permanent=False, not_before=120, now=NOW) == 120


def test_a_corrected_address_is_where_it_goes_and_where_the_code_goes(
    session: Session, world: World, by_mail: SigningRequest
) -> None:
    paper.sign_all(session, by_mail, (OWN,))  # type: ignore[arg-type]
    first = newest_of_client(session, by_mail)
    link = paper.link(session, CLIENT)
    refuse(session, first)
    clients.change_contact(session, SYSTEM, world.contact, {"email": "right@client.example"})
    fresh = messages.get(session, resending.resend(session, SYSTEM, first.id, now=NOW))
    assert fresh.address == paper.party(session, CLIENT).email == "right@client.example"
    assert paper.link(session, CLIENT) == link
    assert [entry.kind for entry in audit.entries(session, by_mail.id or 0)][-1] == "corrected"


def newest_of_client(session: Session, request: SigningRequest) -> Message:
    client = paper.party(session, CLIENT)
    return session.exec(
        select(Message).where(Message.party_id == client.id, Message.kind == "invitation")
    ).one()


def test_whoever_has_opened_stays_who_it_is(session: Session, by_mail: SigningRequest) -> None:
    facts.start(session, Hand(session, OWN).signer, VISIT, now=NOW)
    session.exec(select(OwnSignatory)).one().email = "eve@evil.example"
    first = newest(session, by_mail)
    messages.accepted(session, first.id, "250", now=NOW)
    fresh = messages.get(session, resending.resend(session, SYSTEM, first.id, now=LATER))
    assert fresh.address == paper.party(session, OWN).email == "sigrid@example.com"


def test_what_went_out_is_sent_again_now_and_then_but_not_all_day(
    session: Session, by_mail: SigningRequest
) -> None:
    row = newest(session, by_mail)
    messages.accepted(session, row.id, "250", now=NOW)
    with pytest.raises(TooMany):
        resending.resend(session, SYSTEM, row.id, now=NOW)
    now = NOW
    for _ in range(resending.MOST_PER_DAY):
        now += resending.AGAIN_AFTER
        row = messages.get(session, resending.resend(session, SYSTEM, row.id, now=now))
        messages.accepted(session, row.id, "250", now=now)
    with pytest.raises(TooMany):
        resending.resend(session, SYSTEM, row.id, now=now + resending.AGAIN_AFTER)


def test_nobody_is_asked_again_for_what_is_over(session: Session, by_mail: SigningRequest) -> None:
    row = newest(session, by_mail)
    messages.accepted(session, row.id, "250", now=NOW)
    assert ledger.one(session, SYSTEM, row.id).can_resend
    requests.cancel(session, SYSTEM, by_mail.public_id, now=NOW)
    assert not ledger.one(session, SYSTEM, row.id).can_resend
    with pytest.raises(Invalid):
        resending.resend(session, SYSTEM, row.id, now=LATER)


@pytest.mark.parametrize("by", ["ours", "theirs"])
def test_a_report_says_that_it_arrived(session: Session, by_sms: SigningRequest, by: str) -> None:
    row = newest(session, by_sms)
    messages.claim(session, row.id, now=NOW)
    messages.accepted(session, row.id, "taken", gateway_id="gw-1", now=NOW)
    given = row.id if by == "ours" else "gw-1"
    for _ in range(2):
        resending.reported(session, SYSTEM, given, arrived=True, reason="", now=NOW)
    assert row.state == "delivered"
    kinds = [event.kind for event in events.after(session, 0)]
    assert kinds.count("message_delivered") == 1


def test_a_report_that_overtakes_the_answer_stays(session: Session, by_sms: SigningRequest) -> None:
    row = newest(session, by_sms)
    messages.claim(session, row.id, now=NOW)
    resending.reported(session, SYSTEM, row.id, arrived=True, reason="", now=NOW)
    messages.accepted(session, row.id, "taken", gateway_id="gw-1", now=NOW)
    assert row.state == "delivered"


def test_a_report_settles_an_unknown_fate(session: Session, by_sms: SigningRequest) -> None:
    row = newest(session, by_sms)
    refuse(session, row, permanent=False, unknown=True)
    resending.reported(session, SYSTEM, row.id, arrived=True, reason="", now=NOW)
    assert (row.state, strip(session)[0]) == ("delivered", "moving")


@pytest.mark.both_databases
def test_what_came_back_goes_by_the_other_channel_or_is_said(
    session: Session, world: World, by_sms: SigningRequest
) -> None:
    row = newest(session, by_sms)
    messages.claim(session, row.id, now=NOW)
    messages.accepted(session, row.id, "taken", now=NOW)
    for _ in range(2):
        resending.reported(session, SYSTEM, row.id, arrived=False, reason="switched off", now=NOW)
    second = newest(session, by_sms)
    assert (row.state, second.channel) == ("bounced", "email")
    messages.claim(session, second.id, now=NOW)
    messages.accepted(session, second.id, "250", now=NOW)
    resending.bounced(session, SYSTEM, second.id, "mailbox full", now=NOW)
    document = session.exec(select(Document)).one()
    label = f"Contract {document.number}"
    assert strip(session) == ("broken", f"{label}: not delivered to sigrid@example.com: mailbox full")
    entry = timeline.of_deal(session, SYSTEM, world.deal)[0]
    assert entry.text == "Message to sigrid@example.com came back"
    assert entry.detail == "mailbox full Correct the address on the contact, then send it again."


def test_only_what_was_sent_can_come_back(session: Session, by_mail: SigningRequest) -> None:
    with pytest.raises(Invalid):
        resending.bounced(session, SYSTEM, newest(session, by_mail).id, "550", now=NOW)


def test_a_report_about_nothing_of_ours_is_refused(session: Session, by_mail: SigningRequest) -> None:
    mail = newest(session, by_mail).id
    for given in (mail, "gone", ""):
        with pytest.raises(NotFound):
            resending.reported(session, SYSTEM, given, arrived=True, reason="", now=NOW)
