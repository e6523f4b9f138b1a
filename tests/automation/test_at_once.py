"""Two workers do the same at the same moment, as after a sweep that was impatient: it is done once."""

import asyncio
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import select

from esign_app import engine, settings
from esign_app.automation import catalogue
from esign_app.automation.flows.deliver import deliver
from esign_app.domain import events
from esign_app.models import Message
from tests.automation.chain import OWN, Chain
from tests.support import mail
from tests.support.mail import Sink


@dataclass
class Slow(Sink):
    """Takes its time with the first message."""

    arrived: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        if not self.arrived.is_set():
            self.arrived.set()
            await asyncio.to_thread(self.go_on.wait)
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.both_databases
def test_a_message_that_is_being_sent_is_not_sent_by_another_thread(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B48: a message found in sending belongs to a process that died, but only if it is not this one."""
    chain.move("Contract")
    with mail.sink(Slow) as sink, ThreadPoolExecutor(1) as pool:
        assert isinstance(sink, Slow)
        monkeypatch.setenv("ESIGN_SMTP_URL", sink.url)
        settings.settings.cache_clear()
        answered = pool.submit(chain.run)
        assert sink.arrived.wait(30)
        with engine.reading() as session:
            message_id = session.exec(select(Message.id)).one()
        assert not deliver(message_id)
        sink.go_on.set()
        answered.result()
        assert len(sink.letters) == 1
    assert chain.ledger == [("invitation", "sigrid@example.com", "accepted", 1)]
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]


@pytest.mark.both_databases
def test_a_run_done_by_two_at_once_is_done_once(chain: Chain) -> None:
    """B48."""
    chain.move("Contract")
    with engine.reading() as session:
        moved = events.newest_id(session)
    ready = threading.Barrier(2)

    def answer(event_id: int) -> None:
        ready.wait()
        inspect.unwrap(catalogue.on_event)(event_id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(answer, [moved, moved]))
    chain.run()
    assert chain.numbers == [(1, "used", "")]
    assert chain.revisions == ["frozen", "certified"]
    assert [entry[:3] for entry in chain.ledger] == [("invitation", "sigrid@example.com", "accepted")]
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]
