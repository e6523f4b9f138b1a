"""How much there is of what, over everybody and for nobody's eyes but the operator's: numbers without a name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from esign_app.domain.runs import OPEN
from esign_app.models import Event, Message, Revision, Run, SigningRequest


@dataclass(frozen=True)
class Figures:
    """`messages` by state and channel, the other tables by state; the oldest are instants."""

    drops: int
    seals: int
    runs: dict[str, int]
    requests: dict[str, int]
    messages: dict[tuple[str, str], int]
    oldest_open_run: datetime | None
    oldest_unsent_message: datetime | None


# A trigger or the demo moves deals as well.
_by_people = sa.or_(col(Event.actor).startswith("user:"), col(Event.actor).startswith("api:"))


def figures(session: Session) -> Figures:
    by_channel = select(Message.state, Message.channel, sa.func.count()).group_by(
        Message.state, Message.channel
    )
    unsent = col(Message.state).in_(("queued", "sending"))
    return Figures(
        drops=_count(session, sa.and_(col(Event.kind) == "deal_moved", _by_people)),
        seals=_count(session, col(Revision.kind) == "seal"),
        runs=_by(session, Run.state),
        requests=_by(session, SigningRequest.state),
        messages={(state, channel): count for state, channel, count in session.exec(by_channel)},
        oldest_open_run=session.exec(
            select(sa.func.min(Run.created_at)).where(col(Run.state).in_(OPEN))
        ).one(),
        oldest_unsent_message=session.exec(select(sa.func.min(Message.created_at)).where(unsent)).one(),
    )


def _count(session: Session, which: sa.ColumnElement[bool]) -> int:
    return session.exec(select(sa.func.count()).where(which)).one()


def _by(session: Session, state: Any) -> dict[str, int]:
    return dict(session.exec(select(state, sa.func.count()).group_by(state)).all())
