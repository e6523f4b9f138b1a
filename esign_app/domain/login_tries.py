"""How often a password may be tried: by one address of the network and for one account, across all processes."""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from esign_app.domain.refusals import TooMany
from esign_app.models import LoginTries

MOST = 10
WINDOW = timedelta(minutes=10)


def count(session: Session, *keys: str, now: datetime) -> None:
    """Count a try for each of `keys`. Raises TooMany when there were MOST in this WINDOW already.

    Committed before the password is looked at, so that tries at the same moment count too.
    """
    for key in sorted(keys):
        row = _locked(session, key, now)
        if row.since <= now - WINDOW:
            row.tries, row.since = 0, now
        if row.tries >= MOST:
            raise TooMany("Too many wrong passwords. Please wait ten minutes and try again.")
        row.tries += 1
        session.add(row)


def was_right(session: Session, *keys: str, now: datetime) -> None:
    """The try that was counted for `keys` is none to be held against anybody."""
    for key in sorted(keys):
        row = _locked(session, key, now)
        row.tries = max(0, row.tries - 1)
        session.add(row)


def has_old(session: Session, now: datetime) -> bool:
    query = select(LoginTries.key).where(LoginTries.since < now - WINDOW).limit(1)
    return session.exec(query).first() is not None


def forget_old(session: Session, now: datetime) -> int:
    """Delete what limits nobody any more; answers how many."""
    gone: int = (
        session.connection()
        .execute(sa.delete(LoginTries).where(col(LoginTries.since) < now - WINDOW))
        .rowcount
    )
    return gone


def _locked(session: Session, key: str, now: datetime) -> LoginTries:
    """The row of `key`, which nobody else changes until this transaction ends."""
    hashed = hashlib.sha256(key.encode(errors="replace")).hexdigest()
    if session.get(LoginTries, hashed) is None:
        try:
            with session.begin_nested():
                session.add(LoginTries(key=hashed, since=now))
        except IntegrityError:
            pass  # another try at this moment was first
    query = select(LoginTries).where(LoginTries.key == hashed).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()
