"""Messages by a real mail server: refused, unreachable, cut off; seen, tried again, and sent once."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import select, update

from esign_app import engine, settings
from esign_app.automation.flows.deliver import deliver
from esign_app.automation.sweep import PATIENCE, sweep
from esign_app.db import utcnow
from esign_app.domain import messages, resending
from esign_app.domain.signing import codes, parties, progress
from esign_app.models import Message, OwnSignatory, Party
from tests.automation.chain import OWN, Chain
from tests.support import mail
from tests.support.mail import Sink
from tests.support.server import free_port

UseServer = Callable[[str], None]


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseServer]:
    """From now on messages go to the mail server at a URL."""

    def use(url: str) -> None:
        monkeypatch.setenv("ESIGN_SMTP_URL", url)
        settings.settings.cache_clear()

    yield use
    monkeypatch.undo()
    settings.settings.cache_clear()


def ask_for_a_code(chain: Chain, *, answered: bool = True) -> str:
    """The party presses "Send me a code"; answers the message's id."""
    with engine.transaction() as session:
        party = session.exec(select(Party.id).where(Party.name == OWN)).one()
        codes.ask(session, parties.Signer(party or 0, "link"), now=utcnow())
        message_id = session.exec(select(Message.id).where(Message.kind == "code")).one()
    if answered:
        chain.run()
    return message_id


def ids(sink: Sink) -> list[str]:
    return [str(letter.message["Message-ID"]) for letter in sink.letters]


REFUSALS = ["421 too busy", "451 try later"]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_server_that_is_busy_gets_it_once_when_it_is_ready(
    chain: Chain, by: UseServer, mail_sink: Sink, refusal: str
) -> None:
    """B37: until then run, card and ledger say so."""
    mail_sink.refuse = refusal
    by(mail_sink.url)
    chain.drop()
    label = chain.document.label
    trouble = f"{label}: not delivered yet, trying again: {refusal}"
    assert chain.outcomes == [("waiting", trouble)]
    assert (chain.strip.tone, chain.strip.text) == ("needs", trouble)
    assert chain.ledger == [("invitation", "sigrid@example.com", "queued", 1)]
    chain.later()
    assert chain.ledger == [("invitation", "sigrid@example.com", "queued", 2)]
    mail_sink.refuse = ""
    chain.later()
    assert len(ids(mail_sink)) == 1
    assert chain.ledger == [("invitation", "sigrid@example.com", "accepted", 3)]
    assert chain.outcomes == [("done", f"{label}: sent to {OWN}")]
    assert (chain.strip.tone, chain.strip.text) == ("moving", f"{label}: sent to {OWN}")
    assert chain.later() == []
    assert len(ids(mail_sink)) == 1


def test_a_server_that_is_down_is_tried_again(chain: Chain, by: UseServer, mail_sink: Sink) -> None:
    by(f"smtp://127.0.0.1:{free_port()}")
    chain.drop()
    why = "the mail server does not answer (ConnectionRefusedError)"
    assert chain.outcomes == [("waiting", f"{chain.document.label}: not delivered yet, trying again: {why}")]
    by(mail_sink.url)
    chain.later()
    assert [letter.recipients for letter in mail_sink.letters] == [["sigrid@example.com"]]
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]


def test_a_refusal_for_good_waits_for_a_person(chain: Chain, by: UseServer, mail_sink: Sink) -> None:
    """B37."""
    mail_sink.refuse = "550 no such mailbox"
    by(mail_sink.url)
    chain.drop()
    label = chain.document.label
    said = f"{label}: not delivered to sigrid@example.com: 550 no such mailbox"
    assert chain.outcomes == [("failed", said)]
    assert (chain.strip.tone, chain.strip.text) == ("broken", said)
    assert chain.later() == []
    mail_sink.refuse = ""
    (message,) = chain.rows(Message)
    fresh = chain.write(resending.resend, message.id)
    chain.run()
    chain.later()
    assert ids(mail_sink) == [f"<{fresh}@localhost>"]
    assert chain.outcomes == [("done", f"{label}: sent to {OWN}")]
    assert chain.strip.tone == "moving"


def test_the_run_itself_can_be_tried_again(chain: Chain, by: UseServer, mail_sink: Sink) -> None:
    mail_sink.refuse = "550 no such mailbox"
    by(mail_sink.url)
    chain.drop()
    mail_sink.refuse = ""
    chain.again(chain.runs[0])
    assert len(ids(mail_sink)) == 1
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]


def test_after_many_refusals_it_is_given_up_visibly(chain: Chain, by: UseServer, mail_sink: Sink) -> None:
    mail_sink.refuse = "451 try later"
    by(mail_sink.url)
    chain.drop()
    while chain.later():
        pass
    assert chain.ledger == [("invitation", "sigrid@example.com", "failed", messages.MOST_ATTEMPTS)]
    assert chain.outcomes[0][0] == "failed"
    assert chain.strip.tone == "broken"


def test_a_message_sent_again_by_hand_has_its_own_later_attempts(
    chain: Chain, by: UseServer, mail_sink: Sink
) -> None:
    mail_sink.refuse = "451 try later"
    by(mail_sink.url)
    chain.drop()
    while chain.later():
        pass
    (message,) = chain.rows(Message)
    chain.write(resending.resend, message.id)
    chain.run()
    mail_sink.refuse = ""
    assert "deliver_later" in chain.later()
    assert len(ids(mail_sink)) == 1


def test_a_later_attempt_the_engine_forgot_is_made_by_the_sweep(
    chain: Chain, by: UseServer, mail_sink: Sink
) -> None:
    mail_sink.refuse = "451 try later"
    by(mail_sink.url)
    chain.drop()
    mail_sink.refuse = ""
    with time_machine.travel(utcnow() + PATIENCE * 2, tick=True):
        sweep()
        chain.run()
    assert len(ids(mail_sink)) == 1
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]


class CutsOff(Sink):
    """Takes a message over and is gone before it says so."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        said = await super().handle_DATA(server, session, envelope)
        if not said.startswith("250") or len(self.letters) > 1:
            return said
        assert server.transport is not None
        server.transport.abort()
        return said


def test_an_invitation_of_unknown_fate_goes_again_with_the_same_id(chain: Chain, by: UseServer) -> None:
    """B50."""
    with mail.sink(CutsOff) as sink:
        by(sink.url)
        chain.drop()
        assert chain.ledger == [("invitation", "sigrid@example.com", "queued", 1)]
        chain.later()
        assert len(ids(sink)) == 2
        assert len(set(ids(sink))) == 1


def test_a_code_of_unknown_fate_is_never_repeated(chain: Chain, by: UseServer) -> None:
    """B50: it is held, and its person asks for a new one."""
    chain.drop()
    with mail.sink(CutsOff) as sink:
        by(sink.url)
        code = ask_for_a_code(chain)
        chain.later()
        deliver(code)
        assert len(ids(sink)) == 1
    assert chain.ledger[-1] == ("code", "sigrid@example.com", "uncertain", 1)


class Grumbles(Sink):
    """Takes a message over and then answers the good-bye with an error."""

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        return "421 too busy to say good-bye"


def test_what_was_taken_over_stays_taken_over_whatever_comes_after(chain: Chain, by: UseServer) -> None:
    with mail.sink(Grumbles) as sink:
        by(sink.url)
        chain.drop()
        chain.later()
        assert len(ids(sink)) == 1
    assert chain.ledger == [("invitation", "sigrid@example.com", "accepted", 1)]


def test_a_code_is_sent_by_whoever_was_asked_and_by_nobody_else(chain: Chain) -> None:
    """B50: a request that goes on meanwhile does not send it, too."""
    chain.drop()
    code = ask_for_a_code(chain, answered=False)
    with engine.transaction() as session:
        found = progress.go_on(session, chain.request.id, now=utcnow()).messages
    assert code not in found
    chain.run()
    assert chain.ledger[-1] == ("code", "sigrid@example.com", "accepted", 1)


def test_a_message_is_delivered_once_however_often_it_is_asked(
    chain: Chain, by: UseServer, mail_sink: Sink
) -> None:
    by(mail_sink.url)
    chain.drop()
    (message,) = chain.rows(Message)
    before = chain.everything()
    assert [deliver(message.id), deliver(message.id)] == [False, False]
    assert len(ids(mail_sink)) == 1
    assert chain.everything() == before


@pytest.mark.parametrize("address", ["jürgen@example.com", "a b@example.com"])
def test_an_address_no_mail_can_be_written_to_is_said_and_holds_nothing_up(
    chain: Chain, by: UseServer, mail_sink: Sink, address: str
) -> None:
    """A fault while a message is composed is an answer about this message, not the end of its request."""
    by(mail_sink.url)
    with engine.transaction() as session:
        session.exec(update(OwnSignatory).values(email=address))
    chain.drop()
    assert chain.ledger == [("invitation", address, "failed", 1)]
    assert chain.document.state == "sent"
    why = "the mail server cannot send to such an address"
    assert chain.outcomes == [("failed", f"{chain.document.label}: not delivered to {address}: {why}")]
