"""B63, B68, B60 on the board's own door: who may not move, or looks at an old board, gets the card back and nothing ran."""

import asyncio

import pytest

from esign_app.db import utcnow
from esign_app.domain import board, deals, moves
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.engine import transaction
from esign_app.office.board.state import BoardState
from tests.public.conftest import database
from tests.support.cast import Cast
from tests.support.office import read, tab
from tests.support.world import Automation, World


def opened(actor: Actor) -> BoardState:
    state = tab(BoardState, actor)
    asyncio.run(state.load())
    return state


def stage_of(deal: str) -> str:
    return str(read(deals.get, SYSTEM, deal).stage.name)


@pytest.mark.parametrize("stage", ["Qualified", "Contract", "Won"])
def test_who_may_only_look_gets_the_card_back(fresh: World, cast: Cast, stage: str) -> None:
    """B63: by drag, by the menu (the same event) and by a confirmation that was never asked for."""
    state, automation = opened(cast.sigrid), Automation()
    before = database()
    said = asyncio.run(state.move(fresh.deal, fresh.stages[stage], "", 1, 7))
    if state.preview:
        said = asyncio.run(state.confirm(7))
    automation.run()
    assert (state.acked, state.preview) == (7, {})
    assert "Recht" in str(said)
    assert database() == before


def test_an_old_board_moves_no_card_twice(fresh: World, cast: Cast) -> None:
    """B68: Mara moved it; Ada's board is old. She is told, sees where it is, and one rule run answers one move."""
    mine, theirs = opened(cast.mara), opened(cast.ada)
    seen = read(deals.get, SYSTEM, fresh.deal).version
    asyncio.run(mine.move(fresh.deal, fresh.stages["Qualified"], "", seen, 1))
    said = asyncio.run(theirs.move(fresh.deal, fresh.stages["Offer"], "", seen, 1))
    assert "Somebody else" in str(said)
    assert (theirs.acked, stage_of(fresh.deal)) == (1, "Qualified")


def test_a_card_stays_where_it_was_dropped_after_a_reload(fresh: World, cast: Cast) -> None:
    """B60: stage and place in one answer, with a filter typed, and the same after loading anew."""
    with transaction() as session:
        above, below = (
            deals.create(session, SYSTEM, title=title, stage=fresh.stages["Qualified"], now=utcnow())
            for title in ("below", "above")
        )
        moves.move(session, SYSTEM, below, fresh.stages["Qualified"], now=utcnow())
    state = opened(cast.mara)
    state.search("website")
    seen = read(deals.get, SYSTEM, fresh.deal).version
    asyncio.run(state.move(fresh.deal, fresh.stages["Qualified"], below, seen, 3))
    assert (state.acked, state.filter) == (3, "website")
    (told,) = [op for op in state.ops if op["id"] == fresh.deal]
    shown = read(board.load, SYSTEM, now=utcnow()).cards
    order = [card.public_id for card in shown if card.stage_id == fresh.stages["Qualified"]]
    assert order == [below, fresh.deal, above]
    (card,) = [card for card in shown if card.public_id == fresh.deal]
    assert (told["stage"], told["rank"], told["card"]["version"]) == (card.stage_id, card.rank, card.version)
