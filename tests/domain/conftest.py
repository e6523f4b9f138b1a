"""The small company of the tests in a database of each test's own."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import Session

from esign_app import engine
from tests.support.environment import settings_in
from tests.support.world import World, make_world


@pytest.fixture(scope="session")
def prepared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The company made once, to be copied."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copyfile(sqlite_template, folder / "esign.db")
    with settings_in(folder):
        with engine.transaction() as session:
            made = make_world(session)
        engine.disconnect()
    return folder / "esign.db", made


@pytest.fixture
def world(prepared: tuple[Path, World], session: Session, engine_url: str) -> World:
    if not engine_url.startswith("sqlite"):
        return make_world(session)
    path, made = prepared
    session.rollback()  # copying waits for whoever is reading
    with (
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(engine_url.removeprefix("sqlite:///"))) as target,
    ):
        source.backup(target)
    return made
