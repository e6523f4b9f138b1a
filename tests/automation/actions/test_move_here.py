"""The action of a trigger: the deal moves forward, once, and never to and fro."""

import pytest

from esign_app.automation.actions import move_here
from esign_app.domain import rules
from esign_app.models import Event
from tests.automation.chain import CLIENT, OWN, Chain


def add_trigger(chain: Chain, stage: str, on: str) -> None:
    chain.write(rules.add, chain.world.stages[stage], action=rules.MOVE, params={"on": on})


def moved(chain: Chain) -> int:
    return sum(1 for event in chain.rows(Event) if event.kind == "deal_moved")


def test_two_triggers_of_one_event_end_in_the_stage_furthest_on(sent: Chain) -> None:
    """B58: the one that leads back is told and does nothing."""
    add_trigger(sent, "Won", "party_signed")
    add_trigger(sent, "Contract", "party_signed")
    sent.sign(OWN)
    assert sent.stage == "Won"
    assert moved(sent) == 2  # the drop, and one by a trigger
    assert [state for state, _ in sent.outcomes[:2]] == ["skipped", "done"]
    assert sent.outcomes[0][1] == "The deal is already in this stage or further on."


def test_a_deal_that_is_there_already_stays(half: Chain) -> None:
    half.move("Won")
    half.run()
    half.sign(CLIENT)
    assert half.outcomes[0] == ("skipped", "The deal is already in this stage or further on.")
    assert moved(half) == 2


def test_a_deal_that_was_lost_is_not_won_by_a_signature(half: Chain) -> None:
    half.drop("Lost")
    half.sign(CLIENT)
    assert (half.stage, half.document.state) == ("Lost", "completed")
    assert half.outcomes[0][0] == "skipped"


def test_a_trigger_that_is_switched_off_moves_nothing(half: Chain) -> None:
    half.write(rules.switch, half.world.trigger, False)
    half.sign(CLIENT)
    assert (half.stage, half.document.state) == ("Contract", "completed")


@pytest.mark.both_databases
def test_done_twice_it_moves_once(chain: Chain) -> None:
    add_trigger(chain, "Contract", "party_opened")
    chain.drop()
    chain.move("Qualified")
    chain.identify(OWN)
    assert chain.stage == "Contract"
    (run, *_) = chain.runs
    before = chain.everything()
    assert move_here.run(run.id)["state"] == "skipped"
    assert chain.everything() == before
