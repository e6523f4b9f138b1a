"""Moving a deal: one intention, the same rules for a drag, the move menu, the API, a rule."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import update
from sqlmodel import Session, col, select

from esign_app.domain import deals, drops, events, pipelines, rights
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Conflict
from esign_app.models import Deal, Stage


@dataclass(frozen=True)
class Place:
    """Where in a stage: `after` a deal (public id), at an `index` from the top, or on top when both are empty."""

    after: str = ""
    index: int | None = None


TOP = Place()


def move(
    session: Session,
    actor: Actor,
    deal_id: str,
    stage_id: str,
    *,
    place: Place = TOP,
    seen_version: int | None = None,
    confirm: bool = False,
    now: datetime,
) -> int:
    """Put a deal into a stage at a place; answers the event's id.

    Raises Forbidden without the right, Conflict when the deal changed since `seen_version`, and
    NeedsConfirmation with a preview when a rule of the stage sends something out and `confirm` is not given.
    """
    rights.require(actor, "move", "deals")
    deal = deals.find(session, deal_id)
    stage = pipelines.stage(session, stage_id)
    assert deal.id is not None and stage.id is not None
    deals.check_version(deal, seen_version)
    enters = deal.stage_id != stage.id
    if enters and not confirm:
        drops.check(session, deal, stage)
    before = deal.stage_id
    rank = _rank(session, stage.id, deal, place)
    _write(session, deal, stage.id, rank, deal.stage_since if not enters else now)
    subject = ("deal", deal.id)
    if enters:
        return events.record(session, events.DealMoved(subject, before, stage.id), actor, now)
    return events.record(session, events.DealReordered(subject), actor, now)


def is_ahead(session: Session, deal_id: str, stage_id: str) -> bool:
    """Whether the stage lies ahead of where the deal is; a trigger moves forward only."""
    deal = deals.find(session, deal_id)
    here = session.get(Stage, deal.stage_id)
    there = pipelines.stage(session, stage_id)
    assert here is not None
    return here.id != there.id and here.meaning == "open" and here.rank < there.rank


def stage_name(session: Session, stage_id: str) -> str:
    return pipelines.stage(session, stage_id).name


def _write(session: Session, deal: Deal, stage_id: int, rank: int, since: datetime) -> None:
    """The version stands in the condition: of two who moved the same deal, one is refused (B68)."""
    done = session.exec(
        update(Deal)
        .where(col(Deal.id) == deal.id, col(Deal.version) == deal.version)
        .values(stage_id=stage_id, rank=rank, stage_since=since, version=deal.version + 1)
    )
    if done.rowcount != 1:
        raise Conflict("Somebody else moved this deal at the same moment. Look at it again.")
    session.expire(deal)


def _rank(session: Session, stage_id: int, deal: Deal, place: Place) -> int:
    """A rank between the two neighbours; makes room when there is none."""
    for _ in range(2):
        above, below = _neighbours(session, stage_id, deal, place)
        if above is None and below is None:
            return 0
        if above is None:
            assert below is not None
            return below - deals.GAP
        if below is None:
            return above + deals.GAP
        if below - above > 1:
            return (above + below) // 2
        _spread(session, stage_id)
    raise AssertionError("spreading makes room")


def _neighbours(session: Session, stage_id: int, deal: Deal, place: Place) -> tuple[int | None, int | None]:
    """The ranks right above and right below the place; a stage may hold thousands, so only these are read."""
    others = select(Deal.rank).where(Deal.stage_id == stage_id, Deal.id != deal.id)
    downwards = others.order_by(col(Deal.rank), col(Deal.id))
    if place.after and (mark := _mark(session, stage_id, deal, place.after)):
        behind = sa.tuple_(col(Deal.rank), col(Deal.id)) > mark
        return mark[0], session.exec(downwards.where(behind).limit(1)).first()
    if place.after or not place.index or place.index < 0:
        return None, session.exec(downwards.limit(1)).first()
    around = session.exec(downwards.offset(place.index - 1).limit(2)).all()
    if around:
        return around[0], around[1] if len(around) == 2 else None
    return session.exec(select(sa.func.max(others.subquery().c.rank))).one(), None


def _mark(session: Session, stage_id: int, deal: Deal, after: str) -> tuple[int, int] | None:
    """Where the deal `after` lies in the stage; None when it is gone."""
    query = select(Deal.rank, Deal.id).where(
        Deal.public_id == after, Deal.stage_id == stage_id, Deal.id != deal.id
    )
    found = session.exec(query).first()
    return (found[0], found[1] or 0) if found else None


def _spread(session: Session, stage_id: int) -> None:
    query = select(Deal).where(Deal.stage_id == stage_id).order_by(col(Deal.rank), col(Deal.id))
    for number, row in enumerate(session.exec(query)):
        row.rank = number * deals.GAP
        session.add(row)
    session.flush()
