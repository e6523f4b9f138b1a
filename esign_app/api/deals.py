"""Deals: list, make, change, move, look at what happened."""

from typing import Annotated

from fastapi import APIRouter, Query

from esign_app.api import cursors
from esign_app.api.auth import Caller
from esign_app.api.deal_shapes import (
    CommentIn,
    DealChange,
    DealOut,
    DealQuery,
    EntryOut,
    LinesIn,
    Move,
    NewDeal,
)
from esign_app.api.once import Once
from esign_app.api.page import Items, Paged, PathId, page
from esign_app.api.plans import PreviewOut
from esign_app.api.values import Id
from esign_app.db import utcnow
from esign_app.domain import deals, drops, moves, timeline
from esign_app.engine import reading, transaction

router = APIRouter(prefix="/deals", tags=["deals"])


@router.get("")
def listed(actor: Caller, asked: Annotated[DealQuery, Query()]) -> Items[DealOut]:
    """Deals, oldest first; of one stage where `stage_id` is given."""
    with reading() as session:
        found, more = deals.listed(
            session, actor, limit=asked.limit, after=asked.after or "", stage=asked.stage_id or ""
        )
    return page((DealOut.of(item) for item in found), more)


@router.post("", status_code=201)
def create(body: NewDeal, actor: Caller, once: Once) -> DealOut:
    """Add a deal on top of a stage."""
    values = body.given("title", "stage_id")
    with once.transaction() as session:
        deal_id = deals.create(
            session, actor, title=body.title, stage=body.stage_id or "", values=values, now=utcnow()
        )
        return once.answer(DealOut.of(deals.get(session, actor, deal_id)))


@router.get("/{deal_id}")
def get(deal_id: PathId, actor: Caller) -> DealOut:
    with reading() as session:
        return DealOut.of(deals.get(session, actor, deal_id))


@router.patch("/{deal_id}")
def change(deal_id: PathId, body: DealChange, actor: Caller) -> DealOut:
    """Set the fields that are sent; the others stay."""
    values, seen = body.given("seen_version"), body.seen_version
    with transaction() as session:
        deals.change(session, actor, deal_id, values, seen_version=seen, now=utcnow())
        return DealOut.of(deals.get(session, actor, deal_id))


@router.put("/{deal_id}/lines")
def set_lines(deal_id: PathId, body: LinesIn, actor: Caller) -> DealOut:
    """Replace the product lines; the deal's amount becomes their gross total."""
    lines, seen = [line.model_dump() for line in body.lines], body.seen_version
    with transaction() as session:
        deals.set_lines(session, actor, deal_id, lines, seen_version=seen, now=utcnow())
        return DealOut.of(deals.get(session, actor, deal_id))


@router.get("/{deal_id}/preview")
def preview(deal_id: PathId, stage_id: Id, actor: Caller) -> PreviewOut:
    """What moving the deal to this stage will do: made of what, sent to whom, and what is missing."""
    with reading() as session:
        return PreviewOut.of(drops.preview(session, actor, deal_id, stage_id))


@router.post("/{deal_id}/move")
def move(deal_id: PathId, body: Move, actor: Caller, once: Once) -> DealOut:
    """Put the deal into a stage. 409 needs_confirmation with the preview when a rule sends something out."""
    with once.transaction() as session:
        moves.move(
            session,
            actor,
            deal_id,
            body.stage_id,
            place=moves.Place(index=body.position),
            seen_version=body.seen_version,
            confirm=body.confirm,
            now=utcnow(),
        )
        return once.answer(DealOut.of(deals.get(session, actor, deal_id)))


@router.post("/{deal_id}/comments", status_code=201)
def comment(deal_id: PathId, body: CommentIn, actor: Caller, once: Once) -> EntryOut:
    """Put a comment on the timeline."""
    with once.transaction() as session:
        deals.comment(session, actor, deal_id, body.text, now=utcnow())
        return once.answer(EntryOut.of(timeline.of_deal(session, actor, deal_id, limit=1)[0]))


@router.get("/{deal_id}/timeline")
def history(deal_id: PathId, actor: Caller, asked: Paged) -> Items[EntryOut]:
    """What happened, newest first."""
    before = cursors.read(asked.after) if asked.after else None
    with reading() as session:
        found = timeline.of_deal(session, actor, deal_id, limit=asked.limit + 1, before=before)
    shown = found[: asked.limit]
    more = cursors.write(shown[-1].id) if len(found) > len(shown) else ""
    return page((EntryOut.of(entry) for entry in shown), more)
