"""Who runs the engine on a database: one process on SQLite, any number on PostgreSQL.

A process that dies leaves runs it had begun. On SQLite the next one takes them up when it starts. On PostgreSQL the
others adopt them: every process holds an advisory lock as long as it lives, and the database frees it with the
connection, so nobody compares clocks.
"""

import fcntl
import logging
import os
import secrets
import socket
import time
import zlib
from pathlib import Path
from typing import IO, Protocol

import psycopg
from dbos import DBOS

from esign_app.settings import settings

log = logging.getLogger("esign.engine")

# The first half of every advisory lock of an executor; `pg_locks` shows them under it.
_LOCKS = 0x0E516
_ALIVE = """
    select count(*) from pg_locks join pg_database on pg_database.oid = pg_locks.database
    where datname = current_database() and locktype = 'advisory' and classid = %s and granted
"""
_OTHERS = (
    "select distinct executor_id from dbos.workflow_status where status = 'PENDING' and executor_id <> %s"
)
# A server that was just killed needs a moment until the system has taken its lock away.
_PATIENCE = 2.0


class EngineLocked(Exception):
    """Another process runs the engine on this database."""


class Executor(Protocol):
    """The right of this process to run the engine, held from before the start until the end."""

    name: str

    def adopt(self) -> None:
        """Take up what dead executors left. Called every few seconds."""

    def release(self) -> None: ...


def take(url: str) -> Executor:
    """Become an executor of the database `url`; raises EngineLocked when another process holds a SQLite file."""
    return TheOnly(lock_path()) if url.startswith("sqlite") else OneOfMany(url)


def alive(url: str) -> bool:
    """Whether some process runs the engine of the database `url`."""
    if url.startswith("sqlite"):
        return is_locked(lock_path())
    with _connect(url) as connection:
        row = connection.execute(_ALIVE, (_LOCKS,)).fetchone()
    return bool(row and row[0])


class TheOnly:
    """SQLite: whoever holds the lock file. A second engine would begin again what the first is doing."""

    name = "local"

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = _lock(path, _PATIENCE)

    def adopt(self) -> None:
        """Nobody else could have left anything."""

    def release(self) -> None:
        self._file.close()


class OneOfMany:
    """PostgreSQL: a name of its own for every start, and an advisory lock on that name."""

    def __init__(self, url: str) -> None:
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._url = url
        self._connection = self._hold()

    def adopt(self) -> None:
        """Begin again, here, what an executor whose lock is free had begun.

        When the connection was lost, so was our own lock: take it again. Whoever adopted our runs meanwhile owns
        them, and the engine refuses what we still write about them.
        """
        if self._connection.closed or self._connection.broken:
            self._connection = self._hold()
        for (name,) in self._connection.execute(_OTHERS, (self.name,)).fetchall():
            if self._lock("pg_try_advisory_lock", name):
                try:
                    adopted = DBOS._recover_pending_workflows([name])
                finally:
                    self._lock("pg_advisory_unlock", name)
                log.warning("took up %d runs that %s had begun", len(adopted), name)

    def release(self) -> None:
        self._connection.close()

    def _hold(self) -> psycopg.Connection:
        self._connection = _connect(self._url)
        self._lock("pg_advisory_lock", self.name)
        return self._connection

    def _lock(self, function: str, name: str) -> bool:
        key = zlib.crc32(name.encode()) - 2**31  # an int4
        row = self._connection.execute(f"select {function}(%s, %s)", (_LOCKS, key)).fetchone()
        return bool(row and row[0] is not False)


def lock_path() -> Path:
    return settings().data / "engine.lock"


def is_locked(path: Path, patience: float = 0) -> bool:
    """Whether a process holds the lock file `path`; asks again for `patience` seconds."""
    if not path.exists():
        return False
    try:
        _lock(path, patience).close()
    except EngineLocked:
        return True
    return False


def _lock(path: Path, patience: float) -> IO[str]:
    """The locked file. Raises EngineLocked when another process still holds it after `patience` seconds."""
    until = time.monotonic() + patience
    file = path.open("w")
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            if time.monotonic() >= until:
                file.close()
                raise EngineLocked from None
        time.sleep(0.1)


def _connect(url: str) -> psycopg.Connection:
    """A connection that notices within half a minute when the other side is gone."""
    plain = "postgresql://" + url.partition("://")[2]
    return psycopg.connect(
        plain,
        autocommit=True,
        connect_timeout=5,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        application_name="esign executor",
    )
