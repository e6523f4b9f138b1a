"""The clock is five minutes wrong, and is set right in the middle of a contract: it is signed and sealed all the same."""

from datetime import timedelta

import pytest
import time_machine

from esign_app.adapters import pdf
from esign_app.automation.keys import roots
from esign_app.db import utcnow
from tests.automation.chain import CLIENT, OWN, Chain

FAST, SLOW = timedelta(minutes=5), timedelta(minutes=-5)
RIGHT = timedelta(0)


@pytest.mark.parametrize(
    ("made", "signed", "sealed"),
    [(FAST, RIGHT, RIGHT), (FAST, FAST, RIGHT), (RIGHT, SLOW, RIGHT), (RIGHT, FAST, SLOW)],
    ids=["made by a fast clock", "signed by a fast clock", "signed by a slow clock", "once fast, once slow"],
)
def test_the_contract_is_sealed_intact(
    chain: Chain, made: timedelta, signed: timedelta, sealed: timedelta
) -> None:
    for wrong, act in (
        (made, chain.drop),
        (signed, lambda: chain.sign(OWN)),
        (sealed, lambda: chain.sign(CLIENT)),
    ):
        with time_machine.travel(utcnow() + wrong):
            act()
    assert (chain.document.state, chain.stage) == ("completed", "Won")
    assert {state for *_, state, _ in chain.ledger} == {"accepted"}
    assert pdf.verify(chain.pdf(), roots(), utcnow()).verdict == "intact"


def test_a_message_that_waits_is_sent_when_the_clock_is_set_back(chain: Chain) -> None:
    """It waits by the engine's clock at most the minutes the clock was wrong; nothing is sent twice."""
    with time_machine.travel(utcnow() + FAST):
        chain.drop()
    chain.run()
    assert chain.ledger == [("invitation", "sigrid@example.com", "accepted", 1)]
