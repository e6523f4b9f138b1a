import pytest
from sqlmodel import Session, select

from esign_app import engine
from esign_app.engine.upgrade import alembic_config
from esign_app.models import User
from tests.support.cast import CAST, Cast


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
def test_erasing_leaves_nothing_behind_and_a_new_start_works(engine_url: str) -> None:
    engine.erase()
    engine.upgrade(engine_url)
    engine.connect(engine_url)
    with engine.reading() as session:
        assert session.exec(select(User)).all() == []


def test_revisions_have_one_head_and_a_date_first() -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(alembic_config(""))
    assert len(scripts.get_heads()) == 1
    for revision in scripts.walk_revisions():
        assert revision.path.rpartition("/")[2][:4].isdigit()
