"""The sweep: whatever should have gone on and did not is started again. Normally it finds nothing."""

from datetime import datetime, timedelta

from sqlmodel import Session

from esign_app.automation.flows import clean_up
from esign_app.db import utcnow
from esign_app.domain import documents, messages, runs
from esign_app.domain.actor import SYSTEM
from esign_app.domain.signing import progress, requests
from esign_app.engine import reading, start, transaction

PATIENCE = timedelta(minutes=2)


def sweep() -> None:
    """Look once. Only when something is found is anything written."""
    now = utcnow()
    with reading() as session:
        found = _found(session, now)
        late = progress.overdue(session, now=now)
    if found:
        with transaction() as session:
            for workflow, key, argument in found:
                start(session, workflow, f"sweep-{workflow}-{key}-{_slot(now)}", argument)
    for request_id in late:
        with transaction() as session:
            requests.expire(session, SYSTEM, request_id, now=now)


def _found(session: Session, now: datetime) -> list[tuple[str, str, int | str]]:
    before = now - PATIENCE
    return [
        *(("make_document_again", str(i), i) for i in documents.stuck(session, before=before)),
        *(("continue_request", str(i), i) for i in progress.stuck(session, before=before)),
        *(("perform", str(i), i) for i in runs.stuck(session, before=before)),
        *(("deliver_later", i, i) for i in messages.overdue(session, now=now, patience=PATIENCE)),
        *(("clean_up", day, day) for day in [now.date().isoformat()] if clean_up.is_due(session, now)),
    ]


def _slot(now: datetime) -> int:
    """One new start per PATIENCE at most for the same thing."""
    return int(now.timestamp() // PATIENCE.total_seconds())
