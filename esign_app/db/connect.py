"""Two SQLAlchemy engines on one database: ours and the durable engine's.

On SQLite pysqlite begins a transaction only at the first write, so a read before it would see another
transaction's world and updates get lost. Ours therefore begins by itself, before the first read. The durable
engine begins its own transactions and must not meet that hook; hence its own engine on the same file.
"""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

# NUL and half characters: no address, name or id has them, and the databases refuse them with an error of their own.
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
_PRAGMAS = ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def make_engine(url: str) -> Engine:
    """The engine of the domain. A connection with the option `readonly` never takes SQLite's write lock."""
    engine = _pooled(url, size=10)
    event.listen(engine, "before_cursor_execute", _keepable, retval=True)
    if engine.dialect.name != "sqlite":
        return engine

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        _set_pragmas(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        readonly = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def _keepable(
    _connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    """A made-up link or id finds nothing, on every database, instead of being a fault of ours."""
    return statement, _clean(parameters)


def _clean(value: Any) -> Any:
    """A value, a row of them or many rows."""
    if isinstance(value, str):
        return _UNKEEPABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    return type(value)(map(_clean, value)) if isinstance(value, (list, tuple)) else value


def make_runs_engine(url: str) -> Engine:
    """The engine of the durable runs, on the same database."""
    engine = _pooled(url, size=5)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = "IMMEDIATE"
            _set_pragmas(connection)

    return engine


def _pooled(url: str, size: int) -> Engine:
    """A server that was started again has closed what waits in the pool; asking first costs a millisecond."""
    is_sqlite = url.startswith("sqlite")
    return sa.create_engine(
        _driver(url),
        pool_size=size,
        max_overflow=2 * size,
        pool_pre_ping=not is_sqlite,
        hide_parameters=True,  # they would stand in the log beside an error
    )


def _driver(url: str) -> str:
    """`postgresql://` means psycopg 3 here."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _set_pragmas(connection: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute("pragma " + pragma)
