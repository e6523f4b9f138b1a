"""What `esign backup` and `esign restore` refuse, and what they say about it. That they work is a journey's."""

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import select

from esign_app import engine
from esign_app.adapters import archive
from esign_app.automation import files
from esign_app.cli.main import main
from esign_app.db import utcnow
from esign_app.domain import messages, vault
from esign_app.models import Message
from esign_app.settings import secret, settings
from tests.support.environment import settings_in
from tests.support.require import program
from tests.support.server import free_port

Said = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Everything that was said since the last time one asked."""

    def read() -> str:
        told = capsys.readouterr()
        return told.out + told.err

    return read


@pytest.fixture
def filled(engine_url: str, own_settings: Path, safe: Path) -> Iterator[str]:
    """An installation with one file; answers the file's name."""
    shutil.copytree(safe, own_settings, dirs_exist_ok=True)
    secret.cache_clear()
    files.store.cache_clear()
    stored = files.put(b"a contract")
    with engine.transaction() as session:
        vault.keep(session, stored.sha256, stored.size, "application/pdf", now=utcnow())
    yield stored.sha256
    files.store.cache_clear()


@pytest.fixture
def backup(filled: str, engine_url: str, tmp_path: Path, said: Said) -> Path:
    if engine_url.startswith("postgresql"):
        program("pg_dump")
    path = tmp_path / "backup.tar"
    assert main(["backup", str(path)]) == 0
    assert "Keep it where nobody else can read it" in said()
    return path


@contextmanager
def elsewhere(folder: Path, **environment: str) -> Iterator[Path]:
    """Another installation, with nothing in it yet."""
    with settings_in(folder), pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield folder
        engine.disconnect()


def test_a_backup_is_never_written_over_another(backup: Path, said: Said) -> None:
    before = backup.read_bytes()
    assert main(["backup", str(backup)]) == 1
    assert f"{backup} is there already." in said()
    assert backup.read_bytes() == before
    assert [each.name for each in backup.parent.iterdir()] == [backup.name]


def test_a_file_that_is_missing_or_damaged_is_told_and_the_rest_is_kept(
    filled: str, own_settings: Path, tmp_path: Path, said: Said
) -> None:
    (path,) = (own_settings / "files").glob("*/*")
    for act in (lambda: path.write_bytes(b"another"), path.unlink):
        act()
        to = tmp_path / f"{path.exists()}.tar"
        assert main(["backup", str(to)]) == 1
        assert f"1 files are missing or damaged on the disk, the first is {filled}" in said()
        assert to.exists()


def test_a_backup_into_a_pipe_is_the_same_and_nothing_else(
    filled: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["backup", "-"]) == 0
    path, into = tmp_path / "piped", tmp_path / "into"
    path.write_bytes(capfdbinary.readouterr().out)
    into.mkdir()
    archive.unpack(path, into)
    assert (into / "files" / filled).read_bytes() == b"a contract"


def test_where_nothing_is_there_is_nothing_to_keep(tmp_path: Path, said: Said) -> None:
    assert main(["backup", str(tmp_path / "b")]) == 1
    assert said() == "There is nothing yet to make a backup of.\n"
    assert list(settings().data.iterdir()) == []


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_without_the_programs_of_postgresql(
    filled: str, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["backup", str(tmp_path / "b")]) == 1
    assert said() == "pg_dump was not found. Install the client programs of PostgreSQL.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_a_backup_of_another_kind_of_database(backup: Path, tmp_path: Path, said: Said) -> None:
    with elsewhere(tmp_path / "new") as folder:
        assert main(["restore", str(backup)]) == 1
        assert "It must be the same kind." in said()
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_a_database_that_is_not_empty(backup: Path, engine_url: str, tmp_path: Path, said: Said) -> None:
    with elsewhere(tmp_path / "new", ESIGN_DATABASE_URL=engine_url):
        assert main(["restore", str(backup)]) == 1
        assert "The database is not empty." in said()


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_that_does_not_answer(command: str, backup: Path, tmp_path: Path, said: Said) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    with elsewhere(tmp_path / "new", ESIGN_DATABASE_URL=url):
        assert main([command, str(backup if command == "restore" else tmp_path / "b")]) == 1
        assert "The database does not answer (" in said()


def test_a_disk_that_takes_nothing_more_leaves_nothing_behind(
    backup: Path, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "somewhere")

    monkeypatch.setattr(archive.Writer, "add", full)
    assert main(["backup", str(tmp_path / "b")]) == 1
    assert said() == "No space left on device: somewhere\n"
    assert [each.name for each in tmp_path.iterdir()] == [backup.name]
    monkeypatch.setattr(archive, "unpack", full)
    with elsewhere(tmp_path / "new") as folder:
        assert main(["restore", str(backup)]) == 1
        assert list(folder.iterdir()) == []


def test_a_folder_that_does_not_exist(filled: str, tmp_path: Path, said: Said) -> None:
    assert main(["backup", str(tmp_path / "none" / "b")]) == 1
    assert "No such file or directory" in said()


def test_a_folder_that_is_not_empty(backup: Path, tmp_path: Path, said: Said) -> None:
    with elsewhere(tmp_path / "new") as folder:
        folder.mkdir()
        (folder / "something").touch()
        assert main(["restore", str(backup)]) == 1
        assert "is not empty" in said()
        assert [each.name for each in folder.iterdir()] == ["something"]


def test_another_secret_is_refused_and_the_same_is_kept(backup: Path, tmp_path: Path, said: Said) -> None:
    there = tmp_path / "secret"
    with elsewhere(tmp_path / "new", ESIGN_SECRET_FILE=str(there)) as folder:
        there.write_text("o" * 40)
        assert main(["restore", str(backup)]) == 1
        assert "is another one than that of the backup" in said()
        assert list(folder.iterdir()) == []
    own = secret()
    with elsewhere(tmp_path / "new", ESIGN_SECRET_FILE=str(there)) as folder:
        there.write_bytes(own + b"\n")
        assert main(["restore", str(backup)]) == 0, said()
        assert not (folder / "secret").exists()


@pytest.mark.parametrize(
    ("told", "changed", "why"),
    [
        ('"revision": "', '"revision": "ffffffffffff', "newer than this one"),
        ('"format": 1', '"format": 2', "another version"),
    ],
)
def test_a_backup_of_a_newer_version(
    told: str, changed: str, why: str, backup: Path, tmp_path: Path, said: Said
) -> None:
    content = backup.read_bytes()
    at = content.index(told.encode())
    backup.write_bytes(content[:at] + changed.encode() + content[at + len(changed) :])
    with elsewhere(tmp_path / "new") as folder:
        assert main(["restore", str(backup)]) == 1
        assert why in said()
        assert list(folder.iterdir()) == []


def test_a_damaged_database_inside_is_refused_before_anything_is_placed(
    filled: str, own_settings: Path, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "dump", lambda to: to.write_bytes(b"no database"))
    assert main(["backup", str(tmp_path / "b")]) == 0
    with elsewhere(tmp_path / "new") as folder:
        assert main(["restore", str(tmp_path / "b")]) == 1
        assert "The database could not be copied" in said()
        assert list(folder.iterdir()) == []


def test_a_code_that_was_about_to_go_out_waits_for_its_person(
    filled: str, tmp_path: Path, said: Said
) -> None:
    with engine.transaction() as session:
        for kind in ("code", "invitation"):
            messages.queue(session, kind, about=kind, address="a@b.example", now=utcnow())
    assert main(["backup", str(tmp_path / "b")]) == 0
    with elsewhere(tmp_path / "new"):
        assert main(["restore", str(tmp_path / "b")]) == 0
        told = said()
        assert "1 messages may have gone out already" in told
        assert "1 messages go out as soon as it runs" in told
        with engine.reading() as session:
            states = {row.kind: row.state for row in session.exec(select(Message))}
    assert states == {"code": "uncertain", "invitation": "queued"}


def test_the_manifest_tells_when_and_by_whom_it_was_made(backup: Path) -> None:
    content = backup.read_bytes()
    start = content.index(b'{\n "format"')
    told, _ = json.JSONDecoder().raw_decode(content[start:].decode("latin-1"))
    assert told["database"] == "sqlite"
    assert told["made_at"].endswith("+00:00")
    assert set(told["parts"]) >= {"database", "secret", "keys/root.p12"}
