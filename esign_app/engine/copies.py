"""The whole database as one file, taken while others write to it, and an empty database filled from such a file."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from esign_app.db import make_engine
from esign_app.engine.upgrade import alembic_config
from esign_app.settings import settings


class CannotCopy(Exception):
    """A tool of the database said no; the message is what it said."""


class ToolMissing(Exception):
    """A program of PostgreSQL is not installed; the message is its name."""


def kind() -> str:
    """`sqlite` or `postgresql`: a copy fits only a database of its own kind."""
    return "sqlite" if settings().db_url.startswith("sqlite") else "postgresql"


def dump(to: Path) -> None:
    """Everything committed at one moment, ours and the durable engine's, into the new file `to`. Nobody waits for it."""
    if kind() == "sqlite":
        with closing(sqlite3.connect(_file())) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")


def load(copy: Path) -> None:
    """Fill the settings' database, which `is_empty`, from what `dump` wrote; all of it or nothing."""
    if kind() == "sqlite":
        with closing(sqlite3.connect(copy)) as opened:
            _sound(opened)
        _file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(copy, _file())
    else:
        _run(
            "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            str(copy),
        )


def is_empty() -> bool:
    """Whether nothing would be overwritten."""
    if kind() == "sqlite":
        return not _file().exists()
    engine = make_engine(settings().db_url)
    try:
        found = sa.inspect(engine)
        return not any(found.get_table_names(schema) for schema in ("public", "dbos"))
    finally:
        engine.dispose()


def revision() -> str:
    """The newest migration the settings' database has."""
    engine = make_engine(settings().db_url)
    try:
        with engine.connect().execution_options(readonly=True) as connection:
            return MigrationContext.configure(connection).get_current_revision() or ""
    finally:
        engine.dispose()


def knows(revision: str) -> bool:
    """Whether this version can bring a database with that migration to its own shape."""
    known = ScriptDirectory.from_config(alembic_config("")).walk_revisions()
    return revision in {script.revision for script in known}


def _file() -> Path:
    return Path(sa.make_url(settings().db_url).database or "")


def _sound(copy: sqlite3.Connection) -> None:
    try:
        (said,) = copy.execute("pragma quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise CannotCopy(str(error)) from None
    if said != "ok":
        raise CannotCopy(said)


def _run(program: str, *arguments: str) -> None:
    """With the password in the environment: the arguments of a program are there for everybody to see."""
    found = shutil.which(program)
    if found is None:
        raise ToolMissing(program)
    parts = conninfo_to_dict("postgresql://" + settings().db_url.partition("://")[2])
    password = {"PGPASSWORD": str(parts.pop("password"))} if "password" in parts else {}
    target = make_conninfo("", **parts)
    done = subprocess.run(
        [found, f"--dbname={target}", *arguments],
        env={**os.environ, **password},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotCopy(done.stdout.strip()[-1000:])
