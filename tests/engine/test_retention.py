"""The engine forgets runs that ended long ago, and nothing else."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from esign_app import engine
from esign_app.automation.flows.clean_up import _delete, is_due
from esign_app.automation.sweep import sweep
from esign_app.db import utcnow
from esign_app.domain import idempotency, people
from esign_app.domain.actor import SYSTEM
from esign_app.models import Login
from tests.support.cast import load_cast

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("engine_url")]
LONG_AGO = timedelta(days=100)


def remembered(*names: str, status: str, ended: datetime | None = None) -> None:
    """Runs as the engine remembers them."""
    ended_ms = int(ended.timestamp() * 1000) if ended else None
    with engine.transaction() as session:
        for name in names:
            engine.start(session, "anything", name, {"x": 1})
        table = "workflow_status" if session.get_bind().dialect.name == "sqlite" else "dbos.workflow_status"
        update = sa.text(
            f"update {table} set status = :status, completed_at = :ended where workflow_uuid in :names"
        ).bindparams(sa.bindparam("names", expanding=True))
        session.execute(update, {"status": status, "ended": ended_ms, "names": names})


def names() -> set[str]:
    return {each.workflow_id for each in engine.connect().client.list_workflows(limit=1000)}


def test_what_ended_long_ago_is_forgotten_in_batches_and_nothing_else() -> None:
    now = utcnow()
    old = [f"old-{number}" for number in range(205)]
    remembered(*old, status="SUCCESS", ended=now - LONG_AGO)
    remembered("failed", status="ERROR", ended=now - LONG_AGO)
    remembered("young", status="SUCCESS", ended=now - timedelta(days=89))
    for status in ("ENQUEUED", "PENDING", "DELAYED"):
        remembered(status, status=status)
    assert engine.forget_runs(now, most=1) == 200
    assert engine.forget_runs(now) == 6
    assert names() == {"young", "ENQUEUED", "PENDING", "DELAYED"}
    oldest = engine.oldest_finished()
    assert oldest is not None and abs(now - timedelta(days=89) - oldest) < timedelta(seconds=1)


def test_an_engine_without_a_past_has_nothing_to_forget() -> None:
    assert engine.oldest_finished() is None
    assert engine.forget_runs(utcnow()) == 0


def test_the_sweep_deletes_what_is_over_once_a_day() -> None:
    now = utcnow()
    remembered("old", status="SUCCESS", ended=now - LONG_AGO)
    with engine.transaction() as session:
        mara = load_cast(session).mara
        people.open_login(session, mara.id, address="192.0.2.1", user_agent="", now=now - timedelta(days=120))
        people.open_login(session, mara.id, address="192.0.2.2", user_agent="", now=now - timedelta(days=20))
        for key, days in (("old", 4), ("young", 1)):
            asked = idempotency.call(SYSTEM, key, "POST /deals", b"")
            assert idempotency.claim(session, asked, now=now - timedelta(days=days)) is None
    with engine.reading() as session:
        assert is_due(session, now)
    sweep()
    sweep()
    assert len(names()) == 2
    assert _delete() == {"runs": 1, "logins": 1, "answers": 1}
    with engine.reading() as session:
        assert [row.address for row in session.exec(sa.select(Login)).scalars()] == ["192.0.2.2"]
        assert not is_due(session, now)


def test_it_does_not_begin_for_every_row_that_grew_old() -> None:
    remembered("old", status="SUCCESS", ended=utcnow())
    with engine.reading() as session, time_machine.travel(utcnow() + timedelta(days=90, hours=12)):
        assert not is_due(session, utcnow())
