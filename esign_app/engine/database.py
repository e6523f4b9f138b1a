"""The database of this process and the two doors to it: `transaction()` and `reading()`.

The contract with the domain: a domain function that tells of a change calls `events.record`, which flushes the
event row and appends its id to `session.info["events"]`. When the transaction ends well, every id found there
becomes the start of the run `on_event` in the same commit. So no start is lost and none is made for a change
that was rolled back.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy.engine import Engine
from sqlmodel import Session

from esign_app.db import make_engine, make_runs_engine, utcnow
from esign_app.settings import settings

APP_NAME = "esign"
QUEUE = "auto"
ON_EVENT = "on_event"


@dataclass(frozen=True)
class Database:
    """Our engine, the durable engine's own, and the client that enqueues into our transactions."""

    url: str
    ours: Engine
    runs: Engine
    client: DBOSClient

    def close(self) -> None:
        self.client.destroy()
        self.ours.dispose()
        self.runs.dispose()


_current: Database | None = None


def connect(url: str | None = None) -> Database:
    """Connect this process to `url` (by default the settings' database). A second call to the same url is free."""
    global _current
    url = url or settings().db_url
    if _current is not None and _current.url == url:
        return _current
    disconnect()
    settings().data.mkdir(parents=True, exist_ok=True, mode=0o700)
    runs = make_runs_engine(url)
    client = DBOSClient(
        system_database_engine=runs,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APP_NAME,
    )
    _current = Database(url=url, ours=make_engine(url), runs=runs, client=client)
    return _current


def disconnect() -> None:
    global _current
    if _current is not None:
        _current.close()
        _current = None


@contextlib.contextmanager
def transaction() -> Iterator[Session]:
    """A session whose changes, events and run starts are committed together when the block ends well."""
    database = connect()
    with Session(database.ours, expire_on_commit=False) as session:
        yield session
        session.flush()
        for event_id in session.info.pop("events", []):
            start(session, ON_EVENT, f"event-{event_id}", event_id)
        session.commit()


@contextlib.contextmanager
def reading() -> Iterator[Session]:
    """A consistent view that never takes the write lock; whatever is changed in it is thrown away."""
    engine = connect().ours
    options = {"readonly": True} if engine.dialect.name == "sqlite" else {}
    with (
        engine.connect().execution_options(**options) as connection,
        Session(connection, expire_on_commit=False) as session,
    ):
        yield session


def start(session: Session, workflow: str, run_id: str, *args: object, delay: float | None = None) -> None:
    """Start `workflow` once `session` commits. The same `run_id` starts once, however often it is asked for.

    `args` are JSON values; `delay` is in seconds.
    """
    options: EnqueueOptions = {
        "workflow_name": workflow,
        "queue_name": QUEUE,
        "workflow_id": run_id,
    }
    if delay:
        options["delay_seconds"] = delay
    connect().client.enqueue_in_transaction(session, options, *args)


def seconds_apart() -> float:
    """How far this process's clock is ahead of the database's. SQLite has none of its own: then 0."""
    ours = connect().ours
    if ours.dialect.name == "sqlite":
        return 0.0
    with ours.connect() as connection:
        theirs: datetime = connection.execute(sa.text("select clock_timestamp()")).scalar_one()
    return (utcnow() - theirs).total_seconds()


def ping() -> None:
    """Raises when the database does not answer."""
    with connect().ours.connect() as connection:
        connection.execute(sa.text("select 1"))


def connections() -> tuple[int, int]:
    """How many connections of this process to the database are in use, and how many may be."""
    pool = connect().ours.pool
    assert isinstance(pool, sa.QueuePool)
    return pool.checkedout(), pool.size() + pool._max_overflow
