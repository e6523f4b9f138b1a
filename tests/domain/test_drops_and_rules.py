"""Rules of a stage, and what a drop on it will do, said before it is done."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from esign_app.domain import clients, deals, drops, events, moves, own_companies, rules, runs, templates
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.drops import DropPreview, Planned
from esign_app.domain.refusals import Conflict, Invalid, NotFound
from esign_app.domain.signing import requests
from esign_app.models import Event, RuleVersion
from tests.domain import paper
from tests.support.cast import NOW
from tests.support.world import World


def preview(session: Session, world: World, stage: str = "Contract") -> DropPreview:
    return drops.preview(session, SYSTEM, world.deal, world.stages[stage])


def planned(session: Session, world: World) -> Planned:
    (found,) = preview(session, world).planned
    return found


def test_it_says_what_is_sent_to_whom_in_which_order(session: Session, world: World) -> None:
    found = preview(session, world)
    assert (found.deal, found.stage, found.asks, found.skipped) == ("Website relaunch", "Contract", True, "")
    (rule,) = found.planned
    assert [(one.slot, one.name, one.email) for one in rule.people] == [
        ("own", "Sigrid Signs", "sigrid@example.com"),
        ("client", "Alex Muster", "alex@client.example"),
    ]
    assert (rule.what, rule.sends, rule.missing) == ("Service contract", True, ())


def test_looking_writes_nothing(session: Session, world: World) -> None:
    session.commit()
    preview(session, world)
    assert not (session.new or session.dirty)


def test_what_is_missing_is_said_with_the_place_to_mend_it(session: Session, world: World) -> None:
    deals.change(session, SYSTEM, world.deal, {"contact_id": ""}, now=NOW)
    own_companies.remove_signatory(session, SYSTEM, world.signatory, now=NOW)
    rule = planned(session, world)
    assert [(item.text, item.place) for item in rule.missing] == [
        ("Nobody signs for our side yet.", ("own_company", "")),
        ("The deal has no contact.", ("deal", world.deal)),
    ]
    assert (rule.sends, preview(session, world).asks) == (False, True)


def test_a_rule_whose_signatory_left_is_mended_in_the_rule(session: Session, world: World) -> None:
    somebody = {"name": "Nora New", "email": "nora@example.com"}
    own_companies.save_signatory(session, SYSTEM, "", somebody, now=NOW)
    own_companies.remove_signatory(session, SYSTEM, world.signatory, now=NOW)
    (gap,) = planned(session, world).missing
    assert (gap.text, gap.place) == (
        "The signatory of this rule no longer signs for us.",
        ("rules", world.rule),
    )


def test_a_contact_without_an_address_cannot_be_sent_to(session: Session, world: World) -> None:
    clients.change_contact(session, SYSTEM, world.contact, {"email": ""})
    (gap,) = planned(session, world).missing
    assert (gap.text, gap.place, gap.field) == (
        "Alex Muster has no e-mail address.",
        ("contact", world.contact),
        "email",
    )


def test_a_slot_nobody_fills_is_named(session: Session, world: World) -> None:
    """B42."""
    template = templates.get(session, SYSTEM, world.template)
    templates.save_text(
        session,
        SYSTEM,
        world.template,
        name=template.name,
        html=template.html,
        slots=("own", "witness"),
        seen_version=template.version,
        now=NOW,
    )
    assert [item.text for item in planned(session, world).missing] == ["Nobody is set to sign as witness."]


def test_a_template_that_is_gone_is_said_and_not_sent(session: Session, world: World) -> None:
    templates.set_active(session, SYSTEM, world.template, False, now=NOW)
    rule = planned(session, world)
    assert (rule.sends, rule.missing[0].place) == (False, ("rules", world.rule))


def test_what_is_on_its_way_is_not_sent_twice_and_said(session: Session, world: World) -> None:
    """A10: nothing is asked, because nothing goes out."""
    request = paper.send(session, world)
    found = preview(session, world)
    assert (found.asks, found.skipped) == (
        False,
        "Nothing is sent: Contract 2026-001 is already on its way or completed.",
    )
    requests.cancel(session, SYSTEM, request.public_id, now=NOW)
    assert preview(session, world).asks


def test_a_rule_that_sends_at_once_does_not_ask(session: Session, world: World) -> None:
    rules.change(session, SYSTEM, world.rule, {"before_sending": "at_once"}, seen_version=1, now=NOW)
    assert (preview(session, world).asks, planned(session, world).sends) == (False, True)


def test_where_a_deal_is_already_nothing_is_planned(session: Session, world: World) -> None:
    assert preview(session, world, "New").planned == ()
    assert preview(session, world, "Qualified").planned == ()


def test_a_rule_switched_off_plans_nothing(session: Session, world: World) -> None:
    rules.switch(session, SYSTEM, world.rule, False, now=NOW)
    assert preview(session, world).planned == ()


def test_a_changed_rule_is_a_new_version_and_old_runs_keep_theirs(session: Session, world: World) -> None:
    before = rules.find(session, SYSTEM, world.rule)
    rules.change(session, SYSTEM, world.rule, {"before_sending": "at_once"}, seen_version=1, now=NOW)
    after = rules.find(session, SYSTEM, world.rule)
    assert (after.version, after.params["before_sending"]) == (2, "at_once")
    assert after.params["template"] == before.params["template"]
    old = session.get(RuleVersion, before.version_id)
    assert old is not None
    assert old.params["before_sending"] == "confirm"
    with pytest.raises(Conflict):
        rules.change(session, SYSTEM, world.rule, {}, seen_version=1, now=NOW)


@pytest.mark.parametrize(
    ("action", "params", "field"),
    [
        ("delete_everything", {}, "action"),
        ("move_here", {"on": "deal_moved"}, "on"),
        ("move_here", {}, "on"),
        ("move_here", {"on": "party_signed", "code": "import os"}, "code"),
        ("send_for_signature", {"before_sending": "never"}, "before_sending"),
        ("send_for_signature", {"condition": "1 == 1"}, "condition"),
    ],
)
def test_a_rule_is_data_with_a_fixed_grammar(
    session: Session, world: World, action: str, params: dict[str, Any], field: str
) -> None:
    """C24."""
    if action == "send_for_signature":
        params = {"template": world.template, "signatory": world.signatory} | params
    with pytest.raises(Invalid) as refused:
        rules.add(session, SYSTEM, world.stages["Lost"], action=action, params=params, now=NOW)
    assert refused.value.field == field


@pytest.mark.parametrize("gone", ["template", "signatory"])
def test_a_rule_points_to_what_is_there(session: Session, world: World, gone: str) -> None:
    params = {"template": world.template, "signatory": world.signatory, gone: "gone"}
    with pytest.raises(NotFound):
        rules.add(session, SYSTEM, world.stages["Lost"], action="send_for_signature", params=params, now=NOW)


def test_rules_stand_in_the_order_they_were_added(session: Session, world: World) -> None:
    for trigger in ("party_opened", "party_signed"):
        rules.add(session, SYSTEM, world.stages["Won"], action="move_here", params={"on": trigger}, now=NOW)
    (won,) = [found for found in rules.by_stage(session, SYSTEM) if found.stage.name == "Won"]
    assert [rule.params["on"] for rule in won.rules] == ["document_completed", "party_opened", "party_signed"]


def moved(session: Session, world: World, chain: tuple[int, ...] = ()) -> events.EventView:
    """The world's deal entered "Contract", led there by `chain`."""
    actor = Actor(kind="rule", id=chain[-1], chain=chain) if chain else SYSTEM
    event = moves.move(session, actor, world.deal, world.stages["Contract"], confirm=True, now=NOW)
    return events.get(session, event)


def test_an_event_is_answered_once_however_often_it_is_asked(session: Session, world: World) -> None:
    event = moved(session, world)
    first = runs.plan(session, event, now=NOW)
    assert runs.plan(session, event, now=NOW) == first
    assert len(first) == 1
    task = runs.task(session, first[0])
    assert task is not None
    assert (task.action, task.actor.kind, task.actor.cause) == ("send_for_signature", "rule", event.id)


def test_a_rule_that_led_here_itself_is_stopped_and_said(session: Session, world: World) -> None:
    rule = rules.find(session, SYSTEM, world.rule)
    assert runs.plan(session, moved(session, world, (rule.id,)), now=NOW) == []
    (run,) = runs.of_deal(session, SYSTEM, world.deal)
    assert (run.state, run.sentence) == ("skipped", "Stopped: this rule started itself again.")


def test_a_chain_has_an_end_even_when_no_rule_repeats(session: Session, world: World) -> None:
    chain = tuple(range(1000, 1000 + runs.LONGEST_CHAIN))
    assert runs.plan(session, moved(session, world, chain), now=NOW) == []


def test_a_run_ends_once_and_a_person_may_repeat_it(session: Session, world: World) -> None:
    (run_id,) = runs.plan(session, moved(session, world), now=NOW)
    runs.running(session, run_id)
    outcome = {"message": "{document}: sent to {name}", "values": {"document": "x", "name": "<b>"}}
    runs.end(session, run_id, "needs_person", outcome, now=NOW)
    (run,) = runs.of_deal(session, SYSTEM, world.deal)
    assert (run.state, run.sentence, run.attempts) == ("needs_person", "x: sent to <b>", 1)
    runs.end(session, run_id, "needs_person", outcome, now=NOW)  # B49: as after a crash
    assert len(session.exec(select(Event).where(Event.kind == "run_ended")).all()) == 1
    assert runs.task(session, run_id) is None
    runs.retry(session, SYSTEM, run.public_id, now=NOW)
    assert runs.task(session, run_id) is not None
    with pytest.raises(Invalid):
        runs.retry(session, SYSTEM, run.public_id, now=NOW)


def test_a_run_that_stopped_half_way_is_found_by_the_sweep(session: Session, world: World) -> None:
    (run_id,) = runs.plan(session, moved(session, world), now=NOW)
    later = NOW.replace(hour=10)
    assert (runs.stuck(session, before=later), runs.stuck(session, before=NOW)) == ([run_id], [])
    runs.end(session, run_id, "waiting", {}, now=NOW, wake_at=NOW.replace(hour=20))
    assert runs.stuck(session, before=later) == []


def test_a_run_tried_again_days_later_is_not_stuck_at_once(session: Session, world: World) -> None:
    (run_id,) = runs.plan(session, moved(session, world), now=NOW)
    runs.end(session, run_id, "failed", {}, now=NOW)
    (run,) = runs.of_deal(session, SYSTEM, world.deal)
    later, minute = NOW + timedelta(days=3), timedelta(minutes=1)
    runs.retry(session, SYSTEM, run.public_id, now=later)
    assert runs.stuck(session, before=later - minute) == []
    assert runs.stuck(session, before=later + minute) == [run_id]


def test_a_changed_rule_is_told_to_open_boards(session: Session, world: World) -> None:
    rules.switch(session, SYSTEM, world.rule, False, now=NOW)
    told = session.exec(select(Event).where(Event.kind == "settings_changed")).all()
    assert told[-1].data == {"what": "rule", "name": "Contract"}
