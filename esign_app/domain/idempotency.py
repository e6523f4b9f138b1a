"""Once: a call that is repeated with the same key does nothing more and gets the same answer."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Refused
from esign_app.models import Idempotency

KEPT = timedelta(days=2)


class KeyReused(Refused):
    """The key belongs to another call: answering that one's answer would hide a mistake of the script."""

    status = 422
    code = "key_reused"


@dataclass(frozen=True)
class Call:
    """What must be the same for a call to be the same: who, where and what."""

    actor: str
    key: str
    route: str
    body_sha256: str


@dataclass(frozen=True)
class Answered:
    status: int
    answer: str


def call(actor: Actor, key: str, route: str, body: bytes) -> Call:
    return Call(actor.key, key, route, hashlib.sha256(body).hexdigest())


def claim(session: Session, asked: Call, *, now: datetime) -> Answered | None:
    """None when this call is the first with its key, else what the first was answered.

    Of two at the same moment the database lets one pass; the other waits here until the first is committed or undone.
    Raises KeyReused when the key belongs to another call.
    """
    known = _answered(session, asked)
    if known is not None:
        return known
    row = Idempotency(
        actor=asked.actor, key=asked.key, route=asked.route, body_sha256=asked.body_sha256, created_at=now
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return _answered(session, asked)
    return None


def answer(session: Session, asked: Call, status: int, body: str) -> None:
    """Keep the answer of a claimed call."""
    row = _row(session, asked)
    assert row is not None
    row.status, row.answer = status, body
    session.add(row)
    session.flush()


def has_old(session: Session, now: datetime) -> bool:
    query = select(Idempotency.id).where(Idempotency.created_at < now - KEPT).limit(1)
    return session.exec(query).first() is not None


def forget(session: Session, before: datetime) -> int:
    """Delete the answers to calls made before; their keys may be used again. Answers how many."""
    gone: int = (
        session.connection()
        .execute(sa.delete(Idempotency).where(col(Idempotency.created_at) < before))
        .rowcount
    )
    return gone


def _row(session: Session, asked: Call) -> Idempotency | None:
    query = select(Idempotency).where(Idempotency.actor == asked.actor, Idempotency.key == asked.key)
    return session.exec(query).first()


def _answered(session: Session, asked: Call) -> Answered | None:
    row = _row(session, asked)
    if row is None:
        return None
    if (row.route, row.body_sha256) != (asked.route, asked.body_sha256):
        raise KeyReused(
            "This Idempotency-Key was used for another call. Take a new key for each thing you do."
        )
    return Answered(row.status, row.answer)
