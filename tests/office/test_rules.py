"""The rules page: what it shows, what it changes, and for whom."""

import asyncio
from typing import Any

import pytest
from sqlmodel import select

from esign_app import engine
from esign_app.domain import own_companies, rules, runs, templates
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import Forbidden, NotLoggedIn, Refused
from esign_app.models import Deal, Event, Run
from esign_app.office.rules.state import RulesState
from esign_app.office.rules.views import RuleCard
from tests.support.cast import NOW, Cast, load_cast
from tests.support.office import read, tab
from tests.support.world import World, make_world


@pytest.fixture
def world(engine_url: str) -> World:
    with engine.transaction() as session:
        return make_world(session)


@pytest.fixture
def cast(engine_url: str) -> Cast:
    return read(load_cast)


def opened(actor: Actor | None) -> RulesState:
    state = tab(RulesState, actor, "/rules")
    asyncio.run(state.load())
    return state


def cards(state: RulesState, stage: str) -> list[RuleCard]:
    return next(column.rules for column in state.columns if column.name == stage)


def everything() -> list[Any]:
    return read(rules.by_stage, SYSTEM)


def test_a_rule_reads_like_a_sentence(world: World, cast: Cast) -> None:
    state = opened(cast.ada)
    [send] = cards(state, "Contract")
    assert send.label == (
        "When a deal enters: make Service contract, sign as Sigrid Signs, then send it to the client."
    )
    assert [piece.text for piece in send.sentence if piece.strong] == ["Service contract", "Sigrid Signs"]
    assert send.before == "Asks before sending"
    [trigger] = cards(state, "Won")
    assert trigger.label == "When a document is completed: move the deal here."
    assert cards(state, "New") == []


def test_the_sentence_is_said_in_the_readers_language(world: World, cast: Cast) -> None:
    state = opened(cast.sigrid)
    [send] = cards(state, "Vertrag")
    assert send.label.startswith("Wenn ein Auftrag ankommt: Service contract erstellen")


def test_markup_and_braces_in_names_stay_text(world: World, cast: Cast) -> None:
    """B83."""
    hostile = "<script>alert(1)</script> {template} {0}"
    with engine.transaction() as session:
        own_companies.save_signatory(session, SYSTEM, world.signatory, {"name": hostile}, now=NOW)
    [send] = cards(opened(cast.ada), "Contract")
    assert hostile in [piece.text for piece in send.sentence if piece.strong]


def test_nobody_reads_rules_without_a_login(world: World) -> None:
    with pytest.raises(NotLoggedIn):
        opened(None)


@pytest.mark.parametrize("who", ["mara", "sigrid"])
def test_who_may_only_read_is_refused_and_nothing_changes(world: World, cast: Cast, who: str) -> None:
    before = everything()
    state = opened(getattr(cast, who))
    assert (state.may_add, state.may_edit) == (False, False)
    assert asyncio.run(state.switch(world.rule, False)) is not None, "the refusal is said"
    state.open_catalogue(world.stages["New"])
    asyncio.run(state.add_trigger("party_signed"))
    form = {"template": world.template, "signatory": world.signatory, "before_sending": "at_once"}
    state.step = "form"
    asyncio.run(state.save(form))
    assert state.refused
    state.rule, state._version = world.rule, 1
    asyncio.run(state.save(form))
    assert state.refused
    assert everything() == before


def test_the_admin_switches_a_rule_off_and_on(world: World, cast: Cast) -> None:
    state = opened(cast.ada)
    asyncio.run(state.switch(world.rule, False))
    assert not cards(state, "Contract")[0].enabled
    assert not read(rules.find, SYSTEM, world.rule).enabled
    asyncio.run(state.switch(world.rule, True))
    assert read(rules.find, SYSTEM, world.rule).enabled


def test_only_a_real_yes_switches_on(world: World, cast: Cast) -> None:
    asyncio.run(opened(cast.ada).switch(world.rule, {"on": 1}))  # type: ignore[arg-type]
    assert not read(rules.find, SYSTEM, world.rule).enabled


def test_the_admin_adds_a_trigger_with_one_click(world: World, cast: Cast) -> None:
    state = opened(cast.ada)
    state.open_catalogue(world.stages["Lost"])
    assert (state.step, state.stage_name) == ("catalogue", "Lost")
    asyncio.run(state.add_trigger("party_declined"))
    assert cards(state, "Lost")[0].label == "When a party declines: move the deal here."
    assert state.step == ""


def test_a_double_click_adds_once(world: World, cast: Cast) -> None:
    state = opened(cast.ada)
    state.open_catalogue(world.stages["Lost"])
    for _ in range(2):
        assert asyncio.run(state.add_trigger("party_declined")) is None
    assert len(cards(state, "Lost")) == 1
    state.open_catalogue(world.stages["Offer"])
    asyncio.run(state.new_send())
    form = dict(state.given)
    for _ in range(2):
        asyncio.run(state.save(form))
    assert len(cards(state, "Offer")) == 1
    assert state.refused == ""


def test_the_admin_adds_a_rule_that_sends(world: World, cast: Cast) -> None:
    state = opened(cast.ada)
    state.open_catalogue(world.stages["Offer"])
    asyncio.run(state.new_send())
    assert state.given["template"] in [pair[0] for pair in state.templates]
    asyncio.run(state.save(state.given | {"before_sending": "at_once"}))
    [added] = cards(state, "Offer")
    assert added.before == "Sends at once"


def test_the_admin_changes_a_rule(world: World, cast: Cast) -> None:
    state = opened(cast.ada)
    asyncio.run(state.edit(world.rule))
    assert state.given == {
        "template": world.template,
        "signatory": world.signatory,
        "before_sending": "confirm",
    }
    german = next(pair[0] for pair in state.templates if pair[0] != world.template)
    asyncio.run(state.save(state.given | {"template": german}))
    assert read(rules.find, SYSTEM, world.rule).template == "Dienstleistungsvertrag"
    assert state.step == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"before_sending": "never"}, "before_sending"), ({"template": "x"}, ""), ({"signatory": "x"}, "")],
)
def test_what_is_wrong_is_said_in_the_open_form(
    world: World, cast: Cast, wrong: dict[str, str], field: str
) -> None:
    before = everything()
    state = opened(cast.ada)
    asyncio.run(state.edit(world.rule))
    asyncio.run(state.save(state.given | wrong))
    assert state.errors.get(field) or state.refused
    assert state.step == "form"
    assert everything() == before


def test_two_admins_at_the_same_rule(world: World, cast: Cast) -> None:
    first, second = opened(cast.ada), opened(cast.ada)
    asyncio.run(first.edit(world.rule))
    asyncio.run(second.edit(world.rule))
    asyncio.run(first.save(first.given | {"before_sending": "at_once"}))
    asyncio.run(second.save(second.given))
    assert "Somebody else changed this" in second.refused
    assert second.step == "form"
    assert read(rules.find, SYSTEM, world.rule).params["before_sending"] == "at_once"


def test_a_template_that_was_switched_off_stays_the_rules_choice(world: World, cast: Cast) -> None:
    with engine.transaction() as session:
        templates.set_active(session, SYSTEM, world.template, False, now=NOW)
    state = opened(cast.ada)
    asyncio.run(state.edit(world.rule))
    assert [world.template, "Service contract"] in state.templates


def test_a_rule_whose_signatory_left_says_so(world: World, cast: Cast) -> None:
    with engine.transaction() as session:
        own_companies.remove_signatory(session, SYSTEM, world.signatory, now=NOW)
    assert cards(opened(cast.ada), "Contract")[0].trouble.startswith("Its signatory is gone")


def test_the_card_tells_of_the_newest_run(world: World, cast: Cast) -> None:
    assert cards(opened(cast.ada), "Contract")[0].run.meaning == ""
    for state, message in (("done", ""), ("needs_person", "The client has no e-mail address.")):
        _ran(world, state, message)
    run = cards(opened(cast.ada), "Contract")[0].run
    assert (run.meaning, run.word, run.said) == (
        "needs_you",
        "Needs a person",
        "The client has no e-mail address.",
    )
    assert (run.deal, run.href) == ("Website relaunch", f"/deals/{world.deal}")
    assert run.at.endswith("PST")


def test_runs_of_an_older_text_of_the_rule_count_too(world: World, cast: Cast) -> None:
    _ran(world, "done", "")
    with engine.transaction() as session:
        rules.change(session, SYSTEM, world.rule, {"before_sending": "at_once"}, seen_version=1, now=NOW)
    assert cards(opened(cast.ada), "Contract")[0].run.meaning == "good"


def test_last_runs_are_for_those_who_may_see_rules(world: World) -> None:
    with pytest.raises(Forbidden):
        read(runs.newest_by_rule, Actor(kind="user", id=1))


def test_unknown_ids_are_refused(world: World, cast: Cast) -> None:
    state = opened(cast.ada)
    with pytest.raises(Refused):
        asyncio.run(state.edit("no-such-rule"))
    state.open_catalogue("no-such-stage")
    assert state.step == ""


def _ran(world: World, state: str, message: str) -> None:
    """A run of the rule on the world's deal, as automation leaves it."""
    with engine.transaction() as session:
        rule = rules.find(session, SYSTEM, world.rule)
        deal = session.exec(select(Deal).where(Deal.public_id == world.deal)).one()
        assert deal.id is not None
        event = Event(
            kind="deal_moved",
            subject_kind="deal",
            subject_id=deal.id,
            actor="system",
            data={},
            chain=[],
            at=NOW,
        )
        session.add(event)
        session.flush()
        assert event.id is not None
        run = Run(
            event_id=event.id,
            rule_version_id=rule.version_id,
            deal_id=deal.id,
            state=state,
            outcome={"message": message} if message else {},
            created_at=NOW,
            ended_at=NOW,
        )
        session.add(run)
