"""What the board shows: stages with their counts and sums, cards in order, and what changed since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from esign_app.domain import events, pipelines, rights, rules, strips
from esign_app.domain.actor import Actor
from esign_app.domain.people import initials
from esign_app.models import Company, Contact, Deal, Stage, User
from esign_app.text import money, t


@dataclass(frozen=True)
class StageHead:
    public_id: str
    name: str
    colour: str
    meaning: str
    count: int
    sums: tuple[str, ...]
    has_rules: bool
    drop_hint: str


@dataclass(frozen=True)
class Card:
    public_id: str
    stage_id: str
    rank: int
    title: str
    client: str
    amount: str
    responsible: str
    initials: str
    days: int
    version: int
    strip: strips.Strip | None


@dataclass(frozen=True)
class Board:
    """`revision` is the newest event it already contains."""

    revision: int
    name: str
    stages: tuple[StageHead, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Changes:
    """Cards that changed after a revision, and every stage's head as it is now."""

    revision: int
    stages: tuple[StageHead, ...]
    cards: tuple[Card, ...]


def load(session: Session, actor: Actor, *, now: datetime) -> Board:
    """The first pipeline's board. Raises Forbidden without the right to see deals."""
    rights.require(actor, "view", "deals")
    revision = events.newest_id(session)
    pipeline = pipelines.first(session)
    query = _cards().where(col(Stage.pipeline_id) == pipeline.id).order_by(col(Deal.rank), col(Deal.id))
    return Board(
        revision=revision,
        name=t(pipeline.name),
        stages=heads(session),
        cards=tuple(_read(session, query, now)),
    )


def changes(session: Session, actor: Actor, after: int, *, now: datetime) -> Changes:
    """What an open board must repaint; empty when nothing on it changed."""
    rights.require(actor, "view", "deals")
    fresh = events.after(session, after)
    ids = {event.subject[1] for event in fresh if event.subject[0] == "deal"}
    revision = fresh[-1].id if fresh else after
    if not ids:
        return Changes(revision, (), ())
    cards = _read(session, _cards().where(col(Deal.id).in_(ids)), now)
    return Changes(revision, heads(session), tuple(cards))


def heads(session: Session) -> tuple[StageHead, ...]:
    """Count and sum per currency of every stage."""
    sums: dict[int, list[tuple[str, int, int]]] = {}
    query = select(Deal.stage_id, Deal.currency, sa.func.count(), sa.func.sum(Deal.amount_minor))
    for stage_id, currency, count, total in session.exec(
        query.group_by(col(Deal.stage_id), col(Deal.currency))
    ):
        sums.setdefault(stage_id, []).append((currency, count, int(total or 0)))
    active = rules.enabled(session)
    return tuple(
        _head(
            stage, active.get(stage.public_id, []), sorted(sums.get(stage.id, []), key=lambda item: -item[1])
        )
        for stage in pipelines.stages(session, pipelines.first(session))
    )


def _head(
    stage: pipelines.StageView, active: list[rules.RuleView], sums: list[tuple[str, int, int]]
) -> StageHead:
    kinds = [rule.template for rule in active if rule.action == rules.SEND]
    return StageHead(
        public_id=stage.public_id,
        name=t(stage.name),
        colour=stage.colour,
        meaning=stage.meaning,
        count=sum(count for _, count, _ in sums),
        sums=tuple(money(total, currency) for currency, _, total in sums if total),
        has_rules=bool(active),
        drop_hint=t("Makes and sends: {what}", what=", ".join(kinds)) if kinds else "",
    )


def _cards() -> sa.Select[Any]:
    """Rows of deal, stage, owner, contact, company; the last three may be missing."""
    query = (
        sa.select(Deal, Stage, User, Contact, Company)
        .join(Stage, col(Stage.id) == Deal.stage_id)
        .outerjoin(User, col(User.id) == Deal.owner_id)
        .outerjoin(Contact, col(Contact.id) == Deal.contact_id)
        .outerjoin(Company, col(Company.id) == Deal.company_id)
    )
    return cast("sa.Select[Any]", query)


def _read(
    session: Session,
    query: sa.Select[Any],
    now: datetime,
) -> list[Card]:
    rows = session.execute(query).all()
    found = strips.of_deals(session, [deal.id for deal, *_ in rows])
    return [
        Card(
            public_id=deal.public_id,
            stage_id=stage.public_id,
            rank=deal.rank,
            title=deal.title,
            client=" · ".join(item.name for item in (company, contact) if item),
            amount=money(deal.amount_minor, deal.currency) if deal.amount_minor else "",
            responsible=owner.name if owner else "",
            initials=initials(owner.name) if owner else "",
            days=max((now - deal.stage_since).days, 0),
            version=deal.version,
            strip=found.get(deal.id),
        )
        for deal, stage, owner, contact, company in rows
    ]
