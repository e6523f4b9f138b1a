"""Databases for tests: migrated and peopled once per session, then copied for each test."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from esign_app import engine
from tests.support.cast import make_cast
from tests.support.environment import settings_in
from tests.support.require import require

POSTGRES = os.environ.get("ESIGN_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
_numbers = itertools.count(1)


def prepare(url: str, folder: Path) -> None:
    """Migrate `url` and put the cast into it; nothing stays connected, so that it can be copied."""
    with settings_in(folder, url):
        engine.upgrade()
        with engine.transaction() as session:
            make_cast(session)
        engine.disconnect()


def sqlite_copy(template: Path, folder: Path) -> str:
    path = folder / "esign.db"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


class Postgres:
    """A template database of this session, and copies of it."""

    def __init__(self, folder: Path) -> None:
        self.name = f"esign_test_{os.getpid()}"
        self._admin = _connect()
        self._create(self.name, "template1")
        prepare(self._url(self.name), folder)

    @contextmanager
    def copy(self) -> Iterator[str]:
        name = f"{self.name}_{next(_numbers)}"
        self._create(name, self.name)
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    def close(self) -> None:
        self._drop(self.name)
        self._admin.close()

    def _url(self, name: str) -> str:
        return f"{POSTGRES.rpartition('/')[0]}/{name}"

    def _create(self, name: str, template: str) -> None:
        self._admin.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        )

    def _drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _connect() -> psycopg.Connection:
    try:
        return psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        require(f"PostgreSQL at {POSTGRES.rpartition('@')[2]}", present=False)
        raise
