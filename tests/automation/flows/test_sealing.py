"""The seal is a step of its own: after a crash the engine does it again, and only it."""

import inspect
from collections.abc import Callable

import pytest

from esign_app import engine
from esign_app.automation import catalogue
from esign_app.automation.flows.sealing import add_signature, seal_document
from esign_app.domain import events
from tests.automation.chain import CLIENT, OWN, Chain

pytestmark = pytest.mark.both_databases


class WithoutTheLastSignature(Chain):
    """Nothing answers the client's signature yet."""

    def run(self) -> None:
        answer: Callable[[int], None] = inspect.unwrap(catalogue.on_event)
        while fresh := self._fresh():
            for event_id in fresh:
                if not self._is_last_signature(event_id):
                    answer(event_id)

    def _is_last_signature(self, event_id: int) -> bool:
        with engine.reading() as session:
            kind = events.get(session, event_id).kind
        return kind == "party_signed" and CLIENT in self.invited


def test_a_worker_that_died_after_the_seal_was_recorded_sends_the_copies_at_once(chain: Chain) -> None:
    unsealed = WithoutTheLastSignature(chain.world)
    unsealed.drop()
    unsealed.sign(OWN)
    unsealed.sign(CLIENT)
    request_id = unsealed.request.id or 0
    assert add_signature(request_id)["seal"]
    copies = seal_document(request_id)
    assert len(copies) == 2
    assert sorted(seal_document(request_id)) == sorted(copies)
