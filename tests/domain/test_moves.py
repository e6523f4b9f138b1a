"""Moving cards: the order people see is the order they made, whoever moves what."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from esign_app.domain import board, deals, drops, moves
from esign_app.domain.actor import SYSTEM
from esign_app.domain.drops import NeedsConfirmation
from esign_app.domain.moves import Place
from esign_app.domain.refusals import Conflict, Forbidden, NotFound
from esign_app.models import Deal, Event, Run, Stage
from tests.support.cast import NOW, Cast
from tests.support.world import World

LATER = NOW.replace(hour=15)


def order(session: Session, stage: str) -> list[str]:
    """The deals of a stage from the top, as an open board shows them after a reload."""
    return [card.public_id for card in board.load(session, SYSTEM, now=NOW).cards if card.stage_id == stage]


def ranks(session: Session, stage: str) -> list[tuple[int, str]]:
    query = select(Deal.rank, Deal.public_id).join(Stage, col(Stage.id) == Deal.stage_id)
    return list(session.exec(query.where(Stage.public_id == stage).order_by(col(Deal.rank), col(Deal.id))))


def version(session: Session, deal: str) -> int:
    return deals.get(session, SYSTEM, deal).version


def make(session: Session, stage: str, count: int) -> list[str]:
    made = [deals.create(session, SYSTEM, title=f"Deal {n}", stage=stage, now=NOW) for n in range(count)]
    return made[::-1]


def happened(session: Session) -> int:
    return len(session.exec(select(Event.id)).all())


MOVES = st.lists(
    st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 5), st.integers(-1, 6), st.booleans()),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES, st.sampled_from([2, deals.GAP]))
def test_any_sequence_of_moves_keeps_the_order_that_was_made(
    session: Session, world: World, sequence: list[tuple[int, bool, int, int, bool]], gap: int
) -> None:
    """B60. Ranks two apart leave no room after one move, so room is made again and again."""
    with session.begin_nested() as back:
        cards = make(session, world.stages["Qualified"], 6)
        for place, card in enumerate(cards):
            deals.find(session, card).rank = place * gap
        session.flush()
        model = {world.stages["Qualified"]: list(cards), world.stages["Lost"]: []}
        for card, across, after, index, by_neighbour in sequence:
            _move(session, model, cards[card], across, cards[after] if by_neighbour else "", index)
            for stage, expected in model.items():
                found = ranks(session, stage)
                assert [public_id for _, public_id in found] == expected
                assert len({rank for rank, _ in found}) == len(expected)
        back.rollback()
    session.expire_all()


def _move(
    session: Session, model: dict[str, list[str]], card: str, across: bool, after: str, index: int
) -> None:
    """Move a card in the product and in the model."""
    here, there = sorted(model, key=lambda stage: card not in model[stage])
    stage = there if across else here
    place = Place(after=after) if after else Place(index=index)
    moves.move(session, SYSTEM, card, stage, place=place, now=NOW)
    model[here].remove(card)
    others = model[stage]
    position = others.index(after) + 1 if after in others else 0
    others.insert(position if after else max(index, 0), card)


@pytest.mark.both_databases
def test_a_drop_writes_stage_and_place_at_once(session: Session, world: World) -> None:
    """B60: what the board is told and what a reload shows are the same."""
    below, above = make(session, world.stages["Qualified"], 2)[::-1]
    seen = board.load(session, SYSTEM, now=NOW).revision
    moves.move(session, SYSTEM, world.deal, world.stages["Qualified"], place=Place(after=above), now=LATER)
    assert order(session, world.stages["Qualified"]) == [above, world.deal, below]
    (told,) = board.changes(session, SYSTEM, seen, now=LATER).cards
    (shown,) = [card for card in board.load(session, SYSTEM, now=LATER).cards if card.public_id == world.deal]
    assert told == shown
    assert (shown.stage_id, shown.days) == (world.stages["Qualified"], 0)


def test_reordering_inside_a_stage_runs_no_rule_and_restarts_no_clock(session: Session, world: World) -> None:
    first, second = make(session, world.stages["Contract"], 2)
    session.info.pop("events")
    moves.move(session, SYSTEM, first, world.stages["Contract"], place=Place(after=second), now=LATER)
    assert order(session, world.stages["Contract"]) == [second, first]
    assert deals.get(session, SYSTEM, first).stage_since == NOW
    assert "events" not in session.info


def test_a_neighbour_that_is_gone_means_on_top(session: Session, world: World) -> None:
    (other,) = make(session, world.stages["Qualified"], 1)
    moves.move(session, SYSTEM, world.deal, world.stages["Qualified"], place=Place(after="gone"), now=NOW)
    assert order(session, world.stages["Qualified"]) == [world.deal, other]


@pytest.mark.both_databases
def test_two_people_with_an_old_board_do_not_undo_each_other(
    session: Session, world: World, cast: Cast
) -> None:
    """B68: A moved card 1; B, with an old board, may move card 2 and is told about card 1. The move runs once."""
    one, two = make(session, world.stages["New"], 2)
    seen = {card: version(session, card) for card in (one, two)}
    moves.move(session, cast.mara, one, world.stages["Lost"], seen_version=seen[one], now=NOW)
    moves.move(session, cast.ada, two, world.stages["Qualified"], seen_version=seen[two], now=NOW)
    before = happened(session)
    with pytest.raises(Conflict):
        moves.move(session, cast.ada, one, world.stages["Qualified"], seen_version=seen[one], now=NOW)
    assert happened(session) == before
    assert order(session, world.stages["Lost"]) == [one]
    assert order(session, world.stages["Qualified"]) == [two]


def test_a_move_that_lost_the_race_is_refused(session: Session, world: World) -> None:
    """B68: both looked at the same version and neither could see the other."""
    deal = deals.find(session, world.deal)
    session.connection().exec_driver_sql("update deal set version = version + 1")
    with pytest.raises(Conflict, match="at the same moment"):
        moves.move(session, SYSTEM, deal.public_id, world.stages["Qualified"], now=NOW)


def test_who_may_not_move_moves_nothing_on_any_way(session: Session, world: World, cast: Cast) -> None:
    """B63: no stage, no place, no event, no rule, not even with the confirmation."""
    before = deals.get(session, SYSTEM, world.deal)
    count = happened(session)
    for stage in world.stages.values():
        for place in (moves.TOP, Place(index=3)):
            with pytest.raises(Forbidden):
                moves.move(session, cast.sigrid, world.deal, stage, place=place, confirm=True, now=LATER)
    assert deals.get(session, SYSTEM, world.deal) == before
    assert happened(session) == count
    assert session.exec(select(Run)).first() is None
    assert "events" not in session.info


def test_a_stage_that_sends_asks_first_and_changes_nothing_meanwhile(session: Session, world: World) -> None:
    before, count = deals.get(session, SYSTEM, world.deal), happened(session)
    with pytest.raises(NeedsConfirmation) as asked:
        moves.move(session, SYSTEM, world.deal, world.stages["Contract"], now=NOW)
    assert asked.value.preview == drops.preview(session, SYSTEM, world.deal, world.stages["Contract"])
    assert (deals.get(session, SYSTEM, world.deal), happened(session)) == (before, count)
    moves.move(session, SYSTEM, world.deal, world.stages["Contract"], confirm=True, now=NOW)
    assert order(session, world.stages["Contract"]) == [world.deal]


def test_a_trigger_moves_forward_only_and_never_out_of_an_end(session: Session, world: World) -> None:
    stages = world.stages
    assert moves.is_ahead(session, world.deal, stages["Won"])
    moves.move(session, SYSTEM, world.deal, stages["Qualified"], now=NOW)
    assert not moves.is_ahead(session, world.deal, stages["New"])
    assert not moves.is_ahead(session, world.deal, stages["Qualified"])
    moves.move(session, SYSTEM, world.deal, stages["Won"], now=NOW)
    assert not moves.is_ahead(session, world.deal, stages["Lost"])


@pytest.mark.parametrize(("deal", "stage"), [("gone", "Won"), ("", "Won"), (None, "gone")])
def test_what_is_not_there_is_not_found(session: Session, world: World, deal: str | None, stage: str) -> None:
    with pytest.raises(NotFound):
        moves.move(
            session, SYSTEM, world.deal if deal is None else deal, world.stages.get(stage, stage), now=NOW
        )
