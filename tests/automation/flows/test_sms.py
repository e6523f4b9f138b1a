"""Messages by a real SMS gateway: taken, refused, lost; by the other channel, or waiting for a person."""

from collections.abc import Iterator

import pytest
from sqlmodel import select, update

from esign_app import engine, settings
from esign_app.automation import mailbox
from esign_app.automation.flows.deliver import deliver
from esign_app.domain import messages, resending, short_texts
from esign_app.models import Message, OwnSignatory
from tests.automation.chain import OWN, Chain
from tests.support import gateway as gateways
from tests.support.gateway import TAKEN, Gateway

PHONE = "+4915112345678"


@pytest.fixture
def gateway(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Our signatory has a phone, and the server a gateway."""
    with gateways.gateway() as opened:
        monkeypatch.setenv("ESIGN_SMS_URL", opened.url)
        monkeypatch.setenv("ESIGN_SMS_TOKEN", "gateway-token-0123456789")
        settings.settings.cache_clear()
        with engine.transaction() as session:
            session.exec(update(OwnSignatory).values(phone=PHONE))
        yield opened


def fates() -> list[tuple[str, str]]:
    """Channel and state of every message."""
    with engine.reading() as session:
        rows = session.exec(select(Message)).all()
        return sorted((row.channel, row.state) for row in rows)


@pytest.mark.row("S5")
def test_an_invitation_goes_by_sms_where_there_is_a_phone(chain: Chain, gateway: Gateway) -> None:
    chain.drop()
    (sent,) = gateway.taken
    (message,) = chain.rows(Message)
    assert (sent["to"], sent["id"], sent["sender"]) == (PHONE, message.id, "esign")
    assert (message.state, message.gateway_id) == ("accepted", "gw-1")
    assert chain.document.number in sent["text"]
    assert short_texts.segments(sent["text"]) == 1
    (shown,) = mailbox.messages()
    assert sent["text"] == shown.short
    assert shown.link in sent["text"]
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]


@pytest.mark.row("S5")
def test_a_number_nobody_has_means_a_mail(chain: Chain, gateway: Gateway) -> None:
    gateway.answer = 400, {}, b""
    chain.drop()
    assert len(gateway.taken) == 1
    assert fates() == [("email", "accepted"), ("sms", "failed")]
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]
    assert chain.strip.tone == "moving"


def test_a_busy_gateway_gets_it_once_when_it_is_ready(chain: Chain, gateway: Gateway) -> None:
    gateway.answer = 503, {"Retry-After": "40"}, b""
    chain.drop()
    label = chain.document.label
    assert chain.outcomes == [
        ("waiting", f"{label}: not delivered yet, trying again: the SMS gateway is busy (503)")
    ]
    gateway.answer = TAKEN
    chain.later()
    assert [item["id"] for item in gateway.taken] == [gateway.taken[0]["id"]] * 2
    assert fates() == [("sms", "accepted")]


def test_an_sms_of_unknown_fate_is_never_repeated_by_itself(chain: Chain, gateway: Gateway) -> None:
    """B50: it waits for a person, on the card, the run and in the ledger, and goes again when that one says so."""
    gateway.instead = gateways.cut
    chain.drop()
    (message,) = chain.rows(Message)
    assert fates() == [("sms", "uncertain")]
    assert chain.later() == []
    assert not deliver(message.id)
    assert len(gateway.taken) == 1
    label = chain.document.label
    said = (
        f"{label}: nobody knows whether the message to {PHONE} arrived. Ask, and send it again if it did not."
    )
    assert chain.outcomes == [("needs_person", said)]
    assert (chain.strip.tone, chain.strip.text) == ("needs", said)
    gateway.instead = None
    chain.write(resending.resend, message.id)
    chain.run()
    assert fates() == [("sms", "accepted"), ("sms", "uncertain")]
    assert len({item["id"] for item in gateway.taken}) == 2
    assert len({item["text"] for item in gateway.taken}) == 1
    assert chain.outcomes == [("done", f"{label}: sent to {OWN}")]
    assert chain.strip.tone == "moving"


def test_an_sms_whose_sender_died_is_held_and_its_run_says_so(chain: Chain, gateway: Gateway) -> None:
    gateway.answer = 503, {}, b""
    chain.drop()
    gateway.answer = TAKEN
    with engine.transaction() as session:
        (message_id,) = session.exec(select(Message.id))
        messages.get(session, message_id).state = "sending"
    chain.later()
    assert len(gateway.taken) == 1
    assert fates() == [("sms", "uncertain")]
    assert chain.outcomes[0][0] == "needs_person"


def test_without_a_gateway_the_demo_phone_rings(chain: Chain) -> None:
    chain.drop()
    with engine.transaction() as session:
        row = session.exec(select(Message)).one()
        row.channel, row.address = "sms", PHONE
    (shown,) = mailbox.messages()
    assert (shown.channel, shown.address) == ("sms", PHONE)
    assert shown.link in shown.short
