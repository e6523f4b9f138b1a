"""Who does a thing right now, in all processes: what must not be done by two at the same moment asks here first."""

import contextlib
import hashlib
import threading
from collections.abc import Iterator

import sqlalchemy as sa

from esign_app.engine.database import connect

_guard = threading.Lock()
_held: set[str] = set()


@contextlib.contextmanager
def alone(what: str) -> Iterator[bool]:
    """Whether nobody else is inside `alone(what)`; nobody comes in until this block is left, or its process has died.

    Nobody waits: who is not alone leaves it to whoever is there.
    """
    with _in_this_process(what) as here:
        if not here or connect().ours.dialect.name == "sqlite":  # one process runs the engine on SQLite
            yield here
            return
        with _in_all_processes(what) as everywhere:
            yield everywhere


@contextlib.contextmanager
def _in_this_process(what: str) -> Iterator[bool]:
    with _guard:
        mine = what not in _held
        _held.add(what)
    try:
        yield mine
    finally:
        if mine:
            with _guard:
                _held.discard(what)


@contextlib.contextmanager
def _in_all_processes(what: str) -> Iterator[bool]:
    """An advisory lock of PostgreSQL; it ends with its connection, hence with the process."""
    key = {"key": int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)}
    with connect().ours.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.execute(sa.text("select pg_try_advisory_lock(:key)"), key).scalar())
        try:
            yield mine
        finally:
            if mine:
                connection.execute(sa.text("select pg_advisory_unlock(:key)"), key)
