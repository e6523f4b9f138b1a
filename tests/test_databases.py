import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlmodel import Session, select

from alembic import command
from esign_app import engine
from esign_app.engine.upgrade import alembic_config
from esign_app.models import User
from tests.support.cast import CAST, Cast
from tests.support.databases import POSTGRES


@pytest.mark.both_databases
def test_a_fresh_database_is_current_and_holds_the_cast(session: Session, cast: Cast) -> None:
    assert engine.is_current()
    assert {user.email for user in session.exec(select(User))} == set(CAST)
    assert cast.sigrid.locale == "de"


@pytest.mark.both_databases
def test_a_second_upgrade_changes_nothing(engine_url: str) -> None:
    engine.upgrade(engine_url)
    assert engine.is_current()


@pytest.mark.both_databases
def test_what_the_migrations_make_is_what_the_models_say(engine_url: str) -> None:
    command.check(alembic_config(engine_url))  # raises when a new migration would have something to do


@pytest.mark.both_databases
def test_every_migration_upgrades_a_database_that_is_in_use(engine_url: str) -> None:
    """Back to the first revision and up again, step by step: nobody is lost."""
    config = alembic_config(engine_url)
    first, *later = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    engine.disconnect()
    command.downgrade(config, first)
    for revision in later:
        command.upgrade(config, revision)
    engine.connect(engine_url)
    assert engine.is_current()
    with engine.reading() as session:
        assert {user.email for user in session.exec(select(User))} == set(CAST)


@pytest.mark.both_databases
def test_erasing_leaves_nothing_behind_and_a_new_start_works(engine_url: str) -> None:
    engine.erase()
    engine.upgrade(engine_url)
    engine.connect(engine_url)
    with engine.reading() as session:
        assert session.exec(select(User)).all() == []


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_a_database_that_was_started_again_is_used_again(engine_url: str) -> None:
    """No drop is lost and no page fails because a waiting connection was closed by the other side."""
    database = engine.connect()
    for each in (database.ours, database.runs):
        with each.connect():
            pass
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
            [engine_url.rpartition("/")[2]],
        )
    engine.ping()
    assert engine.connect().client.list_workflows() == []


def test_revisions_have_one_head_and_a_date_first() -> None:
    scripts = ScriptDirectory.from_config(alembic_config(""))
    assert len(scripts.get_heads()) == 1
    for revision in scripts.walk_revisions():
        assert revision.path.rpartition("/")[2][:4].isdigit()
