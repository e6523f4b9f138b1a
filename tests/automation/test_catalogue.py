"""Events and the runs that answer them: each once, loops stopped, faults said."""

from contextlib import suppress

import pytest

from esign_app import engine
from esign_app.automation import catalogue
from esign_app.db import utcnow
from esign_app.domain import events, moves, rules
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import Invalid
from esign_app.domain.runs import LONGEST_CHAIN
from esign_app.models import Rule, Run
from tests.automation.chain import CLIENT, OWN, Chain, answer

LOOP = ("skipped", "Stopped: this rule started itself again.")


def rule_number(chain: Chain, public_id: str) -> int:
    return next(row.id for row in chain.rows(Rule) if row.public_id == public_id)


@pytest.mark.both_databases
def test_a_rule_that_leads_back_to_itself_is_stopped_after_one_pass(chain: Chain) -> None:
    """B58: the rule of "Contract" moved the deal away, another moved it back; the loop is seen on the run."""
    here, other = (rule_number(chain, public_id) for public_id in (chain.world.rule, chain.world.trigger))
    chain.move("Contract", Actor(kind="rule", id=other, chain=(here, other)))
    chain.run()
    assert chain.outcomes == [LOOP]
    assert (chain.documents, chain.ledger, chain.numbers) == ([], [], [])


def test_a_rule_that_moves_within_its_own_stage_starts_nothing(sent: Chain) -> None:
    """B58: another place in the same stage is no entering."""
    here = rule_number(sent, sent.world.rule)
    for actor in (SYSTEM, Actor(kind="rule", id=here, chain=(here,))):
        sent.move("Contract", actor)
        sent.run()
    assert len(sent.runs) == 1


def test_a_chain_of_many_rules_ends(chain: Chain) -> None:
    """B58."""
    numbers = tuple(range(1000, 1000 + LONGEST_CHAIN))
    chain.move("Contract", Actor(kind="rule", id=numbers[-1], chain=numbers))
    chain.run()
    assert chain.outcomes == [LOOP]


def test_entering_a_stage_moves_nothing_by_itself(chain: Chain) -> None:
    """B58: "stage A, hence stage B" cannot be written at all."""
    for on in ("deal_moved", "deal_changed", "run_ended", ""):
        with pytest.raises(Invalid):
            chain.write(rules.add, chain.world.stages["New"], action=rules.MOVE, params={"on": on})


def test_who_acts_for_a_rule_is_told_in_the_events(half: Chain) -> None:
    """The chain that stops loops goes on through what a rule does."""
    half.sign(CLIENT)
    with engine.reading() as session:
        (moved,) = [
            event
            for event in events.after(session, 0)
            if event.kind == "deal_moved" and event.actor.startswith("rule:")
        ]
    assert moved.chain == (rule_number(half, half.world.trigger),)


@pytest.mark.both_databases
def test_an_event_is_planned_once_even_when_its_rule_was_changed_meanwhile(chain: Chain) -> None:
    """A9: once per event and rule, not per event and version of the rule."""
    chain.move("Contract")
    planned = chain.plan_last()
    chain.write(rules.change, chain.world.rule, {"before_sending": "at_once"}, seen_version=1)
    with engine.reading() as session:
        moved = next(event.id for event in events.after(session, 0) if event.kind == "deal_moved")
    assert catalogue.plan(moved)["runs"] == planned
    assert len(chain.rows(Run)) == 1


def test_a_move_that_is_rolled_back_starts_nothing(chain: Chain) -> None:
    """A9."""
    with suppress(ZeroDivisionError), engine.transaction() as session:
        moves.move(
            session, SYSTEM, chain.world.deal, chain.world.stages["Contract"], confirm=True, now=utcnow()
        )
        raise ZeroDivisionError
    chain.run()
    assert (chain.stage, chain.runs) == ("New", [])


def test_a_fault_in_one_rule_does_not_keep_the_next_from_running(chain: Chain) -> None:
    stage = chain.world.stages["Contract"]
    params = {"template": chain.world.template, "signatory": chain.world.signatory}
    chain.write(rules.add, stage, action=rules.SEND, params=params)
    chain.break_template("{{ client.shoe_size }}")
    chain.drop()
    assert [state for state, _ in chain.outcomes] == ["failed", "failed"]


def test_two_rules_that_send_the_same_document_send_it_once(chain: Chain) -> None:
    stage = chain.world.stages["Contract"]
    params = {"template": chain.world.template, "signatory": chain.world.signatory}
    chain.write(rules.add, stage, action=rules.SEND, params=params)
    chain.drop()
    assert [state for state, _ in chain.outcomes] == ["skipped", "done"]
    assert len(chain.documents) == 1


@pytest.mark.both_databases
def test_an_event_answered_twice_does_nothing_twice(chain: Chain) -> None:
    chain.drop()
    chain.sign(OWN)
    before = chain.everything()
    with engine.reading() as session:
        happened = [event.id for event in events.after(session, 0)]
    for event_id in happened:
        answer(event_id)
    chain.run()
    assert chain.everything() == before
