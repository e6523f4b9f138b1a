"""The chain on the real durable engine, with all its threads: the same ends as in one thread, each thing once."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import update

from esign_app import engine, settings
from esign_app.adapters import pdf
from esign_app.automation.keys import roots
from esign_app.automation.sweep import sweep
from esign_app.db import utcnow
from esign_app.domain.signing.parties import Signer
from esign_app.models import LayoutSlot
from tests.automation.chain import CLIENT, OWN, Chain
from tests.support.mail import Sink
from tests.support.script import until

pytestmark = pytest.mark.both_databases
ONCE = {
    ("invitation", "sigrid@example.com", "accepted"): 1,
    ("code", "sigrid@example.com", "accepted"): 1,
    ("invitation", "alex@client.example", "accepted"): 1,
    ("code", "alex@client.example", "accepted"): 1,
    ("completed", "sigrid@example.com", "accepted"): 1,
    ("completed", "alex@client.example", "accepted"): 1,
}


class Running(Chain):
    """The engine answers by itself; here one only waits for it."""

    def run(self) -> None:
        """Until nothing is left to do now; what was put off may still come."""
        until(lambda: not _left("ENQUEUED", "PENDING"), 60)

    def later(self) -> list[str]:
        """Until nothing is left to do at all."""
        put_off = _left("DELAYED")
        until(lambda: not _left("ENQUEUED", "PENDING", "DELAYED"), 60)
        return put_off


def _left(*status: str) -> list[str]:
    return [each.name for each in engine.connect().client.list_workflows(status=list(status))]


@pytest.fixture
def running(chain: Chain) -> Iterator[Running]:
    engine.start_engine(tick=sweep)
    yield Running(chain.world)
    engine.stop_engine()


def assert_went_through(chain: Chain) -> None:
    assert (chain.document.state, chain.stage) == ("completed", "Won")
    assert chain.revisions == ["frozen", "certified", "signer", "signer", "seal"]
    assert Counter(entry[:3] for entry in chain.ledger) == ONCE
    assert [state for state, _ in chain.outcomes] == ["done", "done"]
    assert pdf.verify(chain.pdf(), roots(), utcnow()).verdict == "intact"
    assert _left("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED") == []


def test_from_the_drop_to_the_won_deal(running: Running) -> None:
    running.drop()
    assert running.invited == [OWN]
    running.sign(OWN)
    assert running.invited == [OWN, CLIENT]
    running.sign(CLIENT)
    assert_went_through(running)


def test_two_last_signatures_at_one_moment(running: Running) -> None:
    """B48, B49: two runs seal at once, each with its own thread; one completion, one copy each, one move."""
    with engine.transaction() as session:
        session.exec(update(LayoutSlot).values(group_no=1))
    running.drop()
    signers = [running.identify(name) for name in (OWN, CLIENT)]
    ready = threading.Barrier(len(signers))

    def draw(signer: Signer) -> None:
        ready.wait()
        running.draw(signer)

    with ThreadPoolExecutor(len(signers)) as pool:
        list(pool.map(draw, signers))
    running.run()
    assert_went_through(running)


def test_a_mail_server_that_comes_back_gets_everything_once(
    running: Running, mail_sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESIGN_SMTP_URL", mail_sink.url)
    settings.settings.cache_clear()
    mail_sink.refuse = "451 try later"
    running.drop()
    assert running.outcomes[0][0] == "waiting"
    assert running.strip.tone == "needs"
    mail_sink.refuse = ""
    assert running.later() == ["deliver_later"]
    assert running.outcomes == [("done", f"{running.document.label}: sent to {OWN}")]
    assert running.strip.tone == "moving"
    assert [letter.recipients for letter in mail_sink.letters] == [["sigrid@example.com"]]
