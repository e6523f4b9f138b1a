"""The action of a rule that sends a document: what it sends, what it does not and why, and that it does it once."""

import pytest

from esign_app import engine
from esign_app.automation import catalogue
from esign_app.automation.actions import send_for_signature
from esign_app.db import utcnow
from esign_app.domain import clients, deals, moves, own_companies, rules, templates
from esign_app.domain.actor import SYSTEM
from esign_app.domain.drops import NeedsConfirmation
from esign_app.domain.signing import requests
from esign_app.models import Message, Run
from tests.automation.chain import OWN, Chain, perform


@pytest.mark.both_databases
def test_out_and_in_again_sends_nothing_and_says_why(chain: Chain) -> None:
    """A10."""
    chain.drop()
    before = (chain.documents, chain.ledger, chain.numbers)
    chain.drop("Qualified")
    chain.drop("Contract")
    assert (chain.documents, chain.ledger, chain.numbers) == before
    label = chain.document.label
    assert chain.outcomes == [
        ("skipped", f"Nothing is sent: {label} is already on its way or completed."),
        ("done", f"{label}: sent to {OWN}"),
    ]
    assert chain.runs[0].document == chain.document.public_id
    assert chain.strip.tone == "moving"


def test_what_is_over_is_sent_anew(sent: Chain) -> None:
    sent.write(requests.cancel, sent.document.request_id)
    sent.drop("Qualified")
    sent.drop("Contract")
    assert [document.state for document in sent.documents] == ["sent", "cancelled"]
    assert [state for state, _ in sent.outcomes] == ["done", "done"]


@pytest.mark.both_databases
def test_what_is_missing_is_said_and_sent_once_it_is_mended(chain: Chain) -> None:
    with engine.transaction() as session:
        clients.change_contact(session, SYSTEM, chain.world.contact, {"email": ""})
    chain.drop()
    assert chain.outcomes == [("needs_person", "Not sent: Alex Muster has no e-mail address.")]
    assert (chain.strip.tone, chain.strip.text) == ("needs", chain.outcomes[0][1])
    assert (chain.documents, chain.numbers, chain.ledger) == ([], [], [])
    with engine.transaction() as session:
        clients.change_contact(session, SYSTEM, chain.world.contact, {"email": "alex@client.example"})
    chain.again(chain.runs[0])
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]
    assert len(chain.numbers) == 1


def test_without_anybody_who_signs_for_us_it_says_so(chain: Chain) -> None:
    chain.write(own_companies.remove_signatory, chain.world.signatory)
    chain.drop()
    assert chain.outcomes == [("needs_person", "Not sent: Nobody signs for our side yet.")]
    assert chain.ledger == []


def test_a_deal_without_a_contact_and_a_signatory_without_an_address_are_both_named(chain: Chain) -> None:
    chain.write(deals.change, chain.world.deal, {"contact_id": ""})
    values = {"name": "Sigrid Signs", "email": "", "mandate": ""}
    chain.write(own_companies.save_signatory, chain.world.signatory, values)
    chain.drop()
    ((state, said),) = chain.outcomes
    assert state == "needs_person"
    assert "The deal has no contact." in said
    assert "Sigrid Signs has no e-mail address." in said


def test_a_rule_that_was_mended_is_what_is_tried_again(chain: Chain) -> None:
    """The place to mend what is missing was the rule; trying again with the old one would fail for ever."""
    chain.write(templates.set_active, chain.world.template, False)
    chain.drop()
    assert chain.outcomes == [
        ("needs_person", "Not sent: The template of this rule is switched off or gone.")
    ]
    other = chain.another_template()
    chain.write(rules.change, chain.world.rule, {"template": other}, seen_version=1)
    chain.again(chain.runs[0])
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]
    assert chain.document.template_id == other


def test_a_run_that_started_keeps_the_rule_it_started_with(chain: Chain) -> None:
    """Whether something is missing or on its way is asked about what is sent, not about what the rule says now."""
    chain.move("Contract")
    (run_id,) = chain.plan_last()
    other = chain.another_template()
    chain.write(rules.change, chain.world.rule, {"template": other}, seen_version=1)
    chain.write(templates.set_active, other, False)
    perform(run_id)
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]
    assert chain.document.template_id == chain.world.template


def test_a_broken_run_tried_again_sends_nothing_when_another_has_sent_it_meanwhile(chain: Chain) -> None:
    """A10 holds for a second try, too."""
    mend = chain.break_template("{{ client.shoe_size }}")
    chain.drop()
    mend()
    chain.drop("Qualified")
    chain.drop("Contract")
    first, second = chain.runs[1], chain.runs[0]
    assert (first.state, second.state) == ("failed", "done")
    chain.again(first)
    assert [entry[:2] for entry in chain.ledger] == [("invitation", "sigrid@example.com")]
    assert chain.outcomes[1][0] == "skipped"


def test_a_rule_that_sends_at_once_asks_nobody(chain: Chain) -> None:
    with pytest.raises(NeedsConfirmation), engine.transaction() as session:
        moves.move(session, SYSTEM, chain.world.deal, chain.world.stages["Contract"], now=utcnow())
    assert (chain.runs, chain.stage) == ([], "New")
    chain.write(rules.change, chain.world.rule, {"before_sending": "at_once"}, seen_version=1)
    chain.write(moves.move, chain.world.deal, chain.world.stages["Contract"])
    chain.run()
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]


def test_a_rule_that_is_switched_off_does_nothing(chain: Chain) -> None:
    chain.write(rules.switch, chain.world.rule, False)
    chain.drop()
    assert (chain.stage, chain.runs, chain.documents, chain.ledger) == ("Contract", [], [], [])


@pytest.mark.both_databases
def test_every_step_done_twice_doubles_nothing(chain: Chain) -> None:
    chain.move("Contract")
    (run_id,) = chain.plan_last()
    prepared = send_for_signature.prepare(run_id)
    assert send_for_signature.prepare(run_id) == prepared
    for _ in range(2):
        catalogue.begin(run_id)
        send_for_signature.make_document(prepared["document_id"])
    asked = send_for_signature.ask(run_id, prepared["document_id"])
    assert send_for_signature.ask(run_id, prepared["document_id"]) == asked
    for _ in range(2):
        send_for_signature.deliver_all(send_for_signature.freeze(asked["request_id"]))
    assert chain.numbers == [(1, "used", "")]
    assert chain.revisions == ["frozen", "certified"]
    assert chain.ledger == [("invitation", "sigrid@example.com", "accepted", 1)]
    assert chain.rows(Run)[0].document_id == prepared["document_id"]


def test_a_run_that_ended_is_not_done_again(sent: Chain) -> None:
    before = sent.everything()
    (run,) = sent.runs
    perform(run.id)
    ended = (send_for_signature.prepare(run.id), send_for_signature.ask(run.id, sent.document.id))
    assert ended[0]["state"] == "skipped"
    assert ended[1] == {"request_id": sent.request.id}
    assert sent.everything() == before
    assert len(sent.rows(Message)) == 1


def test_a_document_somebody_sent_by_hand_meanwhile_is_not_asked_for_twice(chain: Chain) -> None:
    chain.move("Contract")
    (run_id,) = chain.plan_last()
    prepared = send_for_signature.prepare(run_id)
    send_for_signature.make_document(prepared["document_id"])
    chain.write(requests.ask, chain.document.public_id)
    perform(run_id)
    chain.run()
    assert len(chain.ledger) == 1
    assert chain.outcomes == [("done", f"{chain.document.label}: sent to {OWN}")]
