"""What is kept only for a time is deleted when that time is over: the engine's finished runs, logins, answers of the API."""

import logging
from datetime import datetime, timedelta

from sqlmodel import Session

from esign_app import engine
from esign_app.db import utcnow
from esign_app.domain import idempotency, login_tries, people
from esign_app.engine import step, transaction, workflow

log = logging.getLogger("esign.automation")
# How late something may be deleted, so that this is done about once a day and not for every single row.
PATIENCE = timedelta(days=1)


def is_due(session: Session, now: datetime) -> bool:
    oldest = engine.oldest_finished()
    before = now - PATIENCE
    return (
        people.has_old_logins(session, before)
        or idempotency.has_old(session, before)
        or login_tries.has_old(session, before)
        or (oldest is not None and oldest < engine.kept_since(before))
    )


@workflow("clean_up")
def clean_up(_day: str) -> None:
    _delete()


@step("delete")
def _delete() -> dict[str, int]:
    now = utcnow()
    gone = {"runs": engine.forget_runs(now)}
    with transaction() as session:
        gone["logins"] = people.forget_old_logins(session, now)
        gone["answers"] = idempotency.forget(session, now - idempotency.KEPT)
        login_tries.forget_old(session, now)
    log.info(
        "deleted what was kept long enough: %(runs)s runs of the engine, %(logins)s logins, %(answers)s answers",
        gone,
    )
    return gone
