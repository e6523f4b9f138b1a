"""Throw away everything a database holds. Only `esign demo-reset` and tests have a use for it."""

from pathlib import Path

import sqlalchemy as sa

from esign_app.db import make_engine
from esign_app.engine.database import disconnect
from esign_app.settings import settings


def erase() -> None:
    """Remove all tables of the settings' database, ours and the durable engine's. Nobody may be using it."""
    disconnect()
    engine = make_engine(settings().db_url)
    try:
        if engine.dialect.name == "sqlite":
            _unlink(engine.url.database)
        else:
            with engine.begin() as connection:
                connection.execute(sa.text("drop schema if exists dbos cascade"))
                tables = sa.MetaData()
                tables.reflect(connection)
                tables.drop_all(connection)
    finally:
        engine.dispose()


def _unlink(database: str | None) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(f"{database}{ending}").unlink(missing_ok=True)
