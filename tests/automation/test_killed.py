"""B49, B50: the worker dies at any moment and the run begins again; nothing is half, lost or there twice.

What begins again here does every step from the first, which is more than the durable engine asks for: it keeps what the
finished steps answered. So these tests also prove that every step and every recording function may be called twice.
"""

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
import time_machine
from sqlalchemy import event
from sqlmodel import Session

from esign_app import engine
from esign_app.automation import catalogue, sweep
from esign_app.db import utcnow
from esign_app.domain import events
from esign_app.models import Event
from tests.automation.chain import CLIENT, OWN, Chain
from tests.automation.test_chain import NUMBER
from tests.support.world import World

MOMENTS = ["before_commit", "after_commit"]
ANSWER: Callable[[int], None] = inspect.unwrap(catalogue.on_event)

# What a contract leaves behind that went through without any trouble.
ONCE = {
    "deal_moved": 2,  # the drop and the trigger
    "document_made": 1,
    "party_invited": 2,
    "party_signed": 2,
    "document_completed": 1,
    "run_ended": 2,
    "request_failed": 0,
    "document_failed": 0,
}


class PowerCut(BaseException):
    """Not an `Exception`: no code of ours gets to see it."""


@contextmanager
def power_for(transactions: int, moment: str) -> Iterator[None]:
    """The power goes with one more transaction: before it is committed, or just after."""
    left = transactions

    def count(_session: Session) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise PowerCut

    event.listen(Session, moment, count)
    try:
        yield
    finally:
        event.remove(Session, moment, count)


class Mortal(Chain):
    """Its worker dies with every single transaction of what it does, and begins again each time."""

    def __init__(self, world: World, moment: str) -> None:
        super().__init__(world)
        self.moment = moment
        self.deaths = 0

    def _answer(self) -> list[int]:
        fresh = self._fresh()
        for event_id in fresh:
            answer = partial(ANSWER, event_id)
            if _kind(event_id) == "code_requested":  # a code of unknown fate is not sent again
                answer()
            else:
                self.die_during(answer)
        return fresh

    def die_during(self, work: Callable[[], object]) -> None:
        """Every life lasts one transaction longer than the one before, until all is done."""
        lasts = 0
        while not self.survives(work, lasts):
            lasts += 1

    def survives(self, work: Callable[[], object], transactions: int) -> bool:
        with power_for(transactions, self.moment):
            try:
                work()
            except PowerCut:
                self.deaths += 1
                return False
        return True


class Abandoned(Mortal):
    """What its worker had begun when it died is forgotten; whatever the sweep starts dies in the same way."""

    def __init__(self, world: World, moment: str, clock: time_machine.Traveller) -> None:
        super().__init__(world, moment)
        self._clock = clock

    def die_during(self, work: Callable[[], object]) -> None:
        planned = 1  # before that it is for the engine to remember the event
        if not self.survives(work, planned):
            super().die_during(self._sweep)

    def _sweep(self) -> None:
        self._clock.shift(2 * sweep.PATIENCE)
        sweep.sweep()
        self._perform("ENQUEUED")


def _kind(event_id: int) -> str:
    with engine.reading() as session:
        return events.get(session, event_id).kind


@pytest.mark.both_databases
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_that_dies_all_the_time_ends_where_others_end(chain: Chain, moment: str) -> None:
    mortal = Mortal(chain.world, moment)
    go_through(mortal)
    assert mortal.deaths > 25


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_sweep_alone_brings_everything_to_its_end(chain: Chain, moment: str) -> None:
    with time_machine.travel(utcnow()) as clock:
        abandoned = Abandoned(chain.world, moment, clock)
        go_through(abandoned)
    assert abandoned.deaths > 25


def go_through(chain: Chain) -> None:
    chain.drop()
    chain.sign(OWN)
    chain.sign(CLIENT)
    assert_went_through(chain)


def assert_went_through(chain: Chain) -> None:
    assert chain.numbers == [(1, "used", "")]
    assert chain.revisions == ["frozen", "certified", "signer", "signer", "seal"]
    assert Counter((kind, address, state) for kind, address, state, _ in chain.ledger) == {
        ("invitation", "sigrid@example.com", "accepted"): 1,
        ("code", "sigrid@example.com", "accepted"): 1,
        ("invitation", "alex@client.example", "accepted"): 1,
        ("code", "alex@client.example", "accepted"): 1,
        ("completed", "sigrid@example.com", "accepted"): 1,
        ("completed", "alex@client.example", "accepted"): 1,
    }
    happened = Counter(row.kind for row in chain.rows(Event))
    assert {kind: happened[kind] for kind in ONCE} == ONCE
    assert chain.outcomes == [("done", "Moved the deal to Won"), ("done", f"{NUMBER}: sent to {OWN}")]
    assert (chain.document.state, chain.stage) == ("completed", "Won")
