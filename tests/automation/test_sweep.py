"""The sweep starts again whatever got stuck, and finds nothing while all is well."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine

from esign_app import engine
from esign_app.automation import catalogue
from esign_app.automation.flows.sealing import add_signature
from esign_app.automation.sweep import PATIENCE, sweep
from esign_app.db import utcnow
from esign_app.domain import documents, messages
from esign_app.models import Message
from tests.automation.chain import CLIENT, OWN, Chain


@pytest.fixture
def time_passes() -> Iterator[Callable[[timedelta], None]]:
    with time_machine.travel(utcnow()) as clock:
        yield clock.shift


Passes = Callable[[timedelta], None]
LONG = PATIENCE + timedelta(minutes=1)


def forget(chain: Chain) -> None:
    """The worker died before it answered what just happened, and the engine lost it."""
    chain._fresh()


def swept(chain: Chain) -> None:
    sweep()
    chain.run()


@pytest.mark.both_databases
def test_where_all_is_well_it_writes_nothing(chain: Chain, time_passes: Passes) -> None:
    chain.drop()
    chain.sign(OWN)
    before = chain.everything()
    time_passes(LONG)
    swept(chain)
    assert chain.everything() == before
    assert chain._started == set()


def test_a_run_that_was_planned_and_never_done(chain: Chain, time_passes: Passes) -> None:
    chain.move("Contract")
    chain.plan_last()
    forget(chain)
    time_passes(LONG)
    swept(chain)
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]


def test_a_run_that_was_begun_and_never_ended(chain: Chain, time_passes: Passes) -> None:
    chain.move("Contract")
    (run_id,) = chain.plan_last()
    catalogue.begin(run_id)
    forget(chain)
    time_passes(LONG)
    swept(chain)
    assert chain.outcomes[0][0] == "done"
    assert len(chain.ledger) == 1


def test_a_document_that_was_never_made(chain: Chain, time_passes: Passes) -> None:
    chain.write(documents.request, chain.world.deal, chain.world.template)
    forget(chain)
    time_passes(LONG)
    swept(chain)
    assert chain.document.state == "draft"


def test_a_signature_that_is_not_in_the_file(half: Chain, time_passes: Passes) -> None:
    half.draw(half.identify(CLIENT))
    forget(half)
    time_passes(LONG)
    swept(half)
    assert half.document.state == "completed"


@pytest.mark.both_databases
def test_a_contract_all_have_signed_and_nobody_sealed(chain: Chain, time_passes: Passes) -> None:
    """B49."""
    chain.drop()
    chain.sign(OWN)
    chain.draw(chain.identify(CLIENT))
    add_signature(chain.request.id)
    forget(chain)
    assert chain.document.state == "sealing"
    time_passes(LONG)
    swept(chain)
    assert (chain.document.state, chain.stage) == ("completed", "Won")
    assert len([entry for entry in chain.ledger if entry[0] == "completed"]) == 2


def test_a_message_whose_sender_died(sent: Chain, time_passes: Passes) -> None:
    """B50: the invitation goes again with its own Message-ID."""
    (message,) = sent.rows(Message)
    with engine.transaction() as session:
        messages.get(session, message.id).state = "sending"
    time_passes(LONG)
    swept(sent)
    assert sent.ledger == [("invitation", "sigrid@example.com", "accepted", 2)]


def test_a_code_whose_sender_died_is_not_sent_again(sent: Chain, time_passes: Passes) -> None:
    """B50."""
    sent.identify(OWN)
    (code,) = [message for message in sent.rows(Message) if message.kind == "code"]
    with engine.transaction() as session:
        messages.get(session, code.id).state = "sending"
    time_passes(LONG)
    swept(sent)
    assert ("code", "sigrid@example.com", "uncertain", 1) in sent.ledger


def test_a_request_whose_time_is_over(sent: Chain, time_passes: Passes) -> None:
    time_passes(timedelta(days=31))
    swept(sent)
    assert (sent.document.state, sent.strip.tone) == ("expired", "needs")
    before = sent.everything()
    swept(sent)
    assert sent.everything() == before


def test_the_same_is_started_once_while_it_may_still_run(chain: Chain, time_passes: Passes) -> None:
    chain.move("Contract")
    chain.plan_last()
    forget(chain)
    time_passes(LONG)
    sweep()
    sweep()
    chain.run()
    assert len(chain._started) == 1
