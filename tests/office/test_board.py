"""The board's State: what a drop answers, to whom, and what it never does."""

import asyncio
from dataclasses import replace

import pytest
from reflex.event import EventSpec

from esign_app import engine, settings
from esign_app.domain import board, deals
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import Forbidden
from esign_app.domain.strips import Strip
from esign_app.office import routes
from esign_app.office.board import cards
from esign_app.office.board.state import BoardState
from esign_app.office.ui.shell_state import Shell
from esign_app.office.ui.surfaces import MEANINGS
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


def opened(actor: Actor) -> BoardState:
    state = tab(BoardState, actor, routes.BOARD)
    asyncio.run(state.load())
    return state


def drop(state: BoardState, world: World, stage: str, *, seen: int) -> str:
    """What the drop answers besides the board's own change."""
    return said(asyncio.run(state.move(world.deal, world.stages[stage], "", seen, 1)))


def said(answer: EventSpec | None) -> str:
    return str(answer.args) if answer else ""


def kept(world: World) -> deals.DealView:
    return read(deals.get, SYSTEM, world.deal)


def seen(world: World) -> int:
    return kept(world).version


def test_a_drop_moves_the_deal_and_is_answered_with_the_new_board(world: World, cast: Cast) -> None:
    state = opened(cast.mara)
    assert drop(state, world, "Qualified", seen=seen(world)) == ""
    assert state.acked == 1
    assert [op["stage"] for op in state.ops] == [world.stages["Qualified"]]
    assert kept(world).stage.name == "Qualified"


def test_a_board_that_is_open_all_day_is_sent_the_newest_changes_only(world: World, cast: Cast) -> None:
    state = opened(cast.mara)
    for number in range(60):
        drop(state, world, ("Qualified", "Offer")[number % 2], seen=seen(world))
    assert len(state.ops) == 51
    assert [bool(op["stages"]) for op in state.ops] == [False] * 50 + [True]


def test_a_drop_on_an_old_board_is_refused_and_the_card_returns(world: World, cast: Cast) -> None:
    """B68."""
    state, old = opened(cast.mara), seen(world)
    drop(opened(cast.ada), world, "Qualified", seen=old)
    assert "Somebody else changed this deal" in drop(state, world, "Offer", seen=old)
    assert state.acked == 1
    assert kept(world).stage.name == "Qualified"


def test_who_may_not_move_is_refused_before_anything_is_asked(world: World, cast: Cast) -> None:
    """B63."""
    state = opened(cast.sigrid)
    assert "Recht" in drop(state, world, "Contract", seen=seen(world))
    assert (state.preview, state.acked) == ({}, 1)
    assert kept(world).stage.name == "New"


def test_what_is_confirmed_leads_to_the_demo_mailbox(world: World, cast: Cast) -> None:
    state = opened(cast.mara)
    assert drop(state, world, "Contract", seen=seen(world)) == ""
    assert (state.preview["seq"], state.acked) == (1, 0)
    assert routes.DEMO_MAILBOX in said(asyncio.run(state.confirm(1)))
    assert (state.preview, state.acked) == ({}, 1)
    assert kept(world).stage.name == "Contract"


def test_what_is_sent_by_a_mail_server_leads_nowhere(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESIGN_SMTP_URL", "smtp://127.0.0.1:1")
    settings.settings.cache_clear()
    state = opened(cast.mara)
    drop(state, world, "Contract", seen=seen(world))
    assert said(asyncio.run(state.confirm(1))) == ""
    assert kept(world).stage.name == "Contract"


def test_a_cancelled_drop_moves_nothing_and_cannot_be_confirmed_afterwards(world: World, cast: Cast) -> None:
    state = opened(cast.mara)
    drop(state, world, "Contract", seen=seen(world))
    asyncio.run(state.cancel(1))
    asyncio.run(state.confirm(1))
    assert (state.preview, state.acked) == ({}, 1)
    assert kept(world).stage.name == "New"


def test_only_who_may_create_deals_is_offered_it(world: World, cast: Cast) -> None:
    assert opened(cast.mara).may_add
    state = opened(cast.sigrid)
    assert not state.may_add
    with pytest.raises(Forbidden):
        asyncio.run(state.add(world.stages["New"], "Mine"))


def test_a_board_that_is_opened_again_shows_every_deal(world: World, cast: Cast) -> None:
    """The search box is empty then, so the search is too."""
    state = opened(cast.mara)
    state.search("nothing like it")
    asyncio.run(state.load())
    assert state.filter == ""


def test_a_deal_nobody_is_responsible_for_shows_nobody(world: World, cast: Cast) -> None:
    with engine.transaction() as session:
        mine = deals.create(session, cast.mara, title="Mine", now=NOW)
    shown = {card["id"]: card["responsible"] for card in opened(cast.mara).snapshot["cards"]}
    assert shown == {world.deal: None, mine: {"initials": "MS", "name": "Mara Sales"}}


def test_the_menu_of_a_person_names_the_role_in_its_language(world: World, cast: Cast) -> None:
    roles = [
        asyncio.run(opened(who).get_state(Shell)).user_role for who in (cast.mara, cast.sigrid, cast.ada)
    ]
    assert roles == ["Sales", "Unterzeichnung", "Admin"]


def test_a_card_that_needs_a_person_is_marked_as_such(world: World) -> None:
    (item,) = read(board.load, SYSTEM, now=NOW).cards
    missing = Strip("", (), "needs", "Not sent: Alex Muster has no e-mail address.", NOW)
    shown = cards.card(replace(item, strip=missing))
    assert shown["line"]["tone"] == shown["strip"]["tone"] == "needs_you"
    assert shown["line"]["tone"] in MEANINGS
