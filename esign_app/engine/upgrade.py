"""Bring a database to the shape this code expects: our tables by alembic, the durable engine's by itself."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from dbos import DBOS

from alembic import command
from esign_app.db import make_engine
from esign_app.settings import settings

# The durable engine's tables live un-prefixed in the same SQLite file; our migrations leave them alone.
ENGINE_TABLES = frozenset(
    {
        "application_versions",
        "datasource_outputs",
        "dbos_datasource_migrations",
        "dbos_migrations",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)
_ROOT = Path(__file__).resolve().parents[2]


def upgrade(url: str | None = None) -> None:
    """Migrate `url` (by default the settings' database) to the newest shape. Does nothing when it is there already."""
    url = url or settings().db_url
    settings().data.mkdir(parents=True, exist_ok=True, mode=0o700)
    command.upgrade(alembic_config(url), "head")
    DBOS.migrate(url)


def is_current() -> bool:
    """Whether the settings' database has every migration of this version."""
    engine = make_engine(settings().db_url)
    try:
        with engine.connect().execution_options(readonly=True) as connection:
            found = MigrationContext.configure(connection).get_current_heads()
    finally:
        engine.dispose()
    return set(found) == set(ScriptDirectory.from_config(alembic_config("")).get_heads())


def alembic_config(url: str) -> Config:
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "alembic"))
    config.attributes["url"] = url
    return config
