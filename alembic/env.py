"""How a migration meets a database: our engine, one transaction, the durable engine's tables left alone."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel.sql.sqltypes import AutoString

from alembic import context
from esign_app import models  # noqa: F401  (declares the tables; importing them sets the naming convention first)
from esign_app.db import Base, UtcDateTime, make_engine
from esign_app.engine import ENGINE_TABLES
from esign_app.settings import settings

# Servers that start together on PostgreSQL migrate one after the other. The number only has to be our own.
MIGRATION_LOCK = 7_126_401


def ours(name: str | None, kind: str, _parent: object) -> bool:
    return kind != "table" or name not in ENGINE_TABLES


def in_plain_sql(kind: str, item: object, _context: object) -> str | bool:
    """A migration must run years from now, so it names no type of ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    return False


def run() -> None:
    url = context.config.attributes.get("url") or settings().db_url
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            if is_sqlite:
                # Altering a table in SQLite means dropping it. The pragma works outside a transaction only, so on the raw connection.
                connection.connection.execute("pragma foreign_keys=OFF")
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                include_name=ours,
                render_item=in_plain_sql,
                render_as_batch=True,
                compare_type=True,
                # SQLite can roll DDL back; our engine begins a real transaction before the first statement.
                transactional_ddl=True,
            )
            with context.begin_transaction():
                if not is_sqlite:
                    connection.execute(sa.text("select pg_advisory_xact_lock(:id)"), {"id": MIGRATION_LOCK})
                context.run_migrations()
                if is_sqlite:
                    refuse_dangling(connection)
    finally:
        engine.dispose()


def refuse_dangling(connection: Connection) -> None:
    """A migration that leaves a reference to nothing is rolled back."""
    broken = connection.exec_driver_sql("pragma foreign_key_check").all()
    if broken:
        raise RuntimeError(f"the migration would break references: {broken[:5]}")


run()
