"""Each thing that can be wrong, made wrong, and what the doctor says to do about it."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from esign_app import engine, front_end
from esign_app.automation import files as stored
from esign_app.cli import doctor
from esign_app.cli.doctor import Problem
from esign_app.db import utcnow
from esign_app.domain import events, vault
from esign_app.domain.actor import SYSTEM
from esign_app.settings import secret, settings
from tests.support.mail import Sink
from tests.support.server import free_port

Set = Callable[..., None]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Set `ESIGN_...` variables."""

    def set_them(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"ESIGN_{name}", value)
        settings.cache_clear()
        secret.cache_clear()

    return set_them


@pytest.fixture
def data(own_settings: Path, safe: Path) -> Path:
    """A data folder with a secret and keys."""
    shutil.copytree(safe, own_settings, dirs_exist_ok=True)
    secret.cache_clear()
    return own_settings


def problem(check: Callable[[], str]) -> str:
    with pytest.raises(Problem) as found:
        check()
    return str(found.value)


def test_a_full_disk(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "GB free" in doctor.data_folder()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    assert "Only 5 MB are free" in problem(doctor.data_folder)


def test_no_data_folder(tmp_path: Path, given: Set) -> None:
    given(DATA_DIR=str(tmp_path / "none"))
    assert "does not exist yet" in problem(doctor.data_folder)


@pytest.mark.parametrize(("content", "said"), [(None, "is missing"), ("short", "fewer than 32 bytes")])
def test_a_secret_that_is_none(content: str | None, said: str, data: Path, given: Set) -> None:
    assert doctor.secret_file() == str(data / "secret")
    (data / "secret").unlink()
    if content:
        (data / "secret").write_text(content)
    given(ENV="production")
    assert said in problem(doctor.secret_file)


def test_a_database_that_does_not_answer(given: Set) -> None:
    given(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    said = problem(doctor.database)
    assert "Check ESIGN_DATABASE_URL" in said
    engine.disconnect()


def test_a_database_that_does_not_exist_is_not_made(own_settings: Path) -> None:
    assert "does not exist yet" in problem(doctor.migrations)
    assert list(own_settings.iterdir()) == []


@pytest.mark.both_databases
@pytest.mark.usefixtures("engine_url")
def test_a_database_of_an_older_version(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.migrations() == "up to date"
    with engine.transaction() as session:
        session.connection().exec_driver_sql("update alembic_version set version_num = 'older'")
    assert "Run `esign db upgrade`" in problem(doctor.migrations)


def test_keys_that_are_missing_damaged_of_another_secret_or_at_their_end(data: Path, given: Set) -> None:
    assert doctor.keys().startswith("valid until 20")
    with time_machine.travel(utcnow() + timedelta(days=365 * 9 + 330)):
        assert "nothing can be sealed after that" in problem(doctor.keys)
    (data / "secret").write_text("o" * 40)
    secret.cache_clear()
    assert "from one backup" in problem(doctor.keys)
    (data / "keys" / "seal.p12").unlink()
    assert "They cannot be used" in problem(doctor.keys)
    shutil.rmtree(data / "keys")
    assert "There are none yet" in problem(doctor.keys)
    assert not (data / "keys").exists()


@pytest.mark.usefixtures("engine_url")
def test_a_file_that_is_gone(data: Path) -> None:
    stored.store.cache_clear()
    kept = stored.put(b"a contract")
    with engine.transaction() as session:
        vault.keep(session, kept.sha256, kept.size, "application/pdf", now=utcnow())
    assert doctor.files() == "all 1 are there"
    next((data / "files").glob("*/*")).unlink()
    assert "1 of 1 are missing" in problem(doctor.files)
    stored.store.cache_clear()


@pytest.mark.usefixtures("engine_url")
def test_an_engine_that_is_off_or_that_nobody_runs(given: Set) -> None:
    assert "Nobody does what is due" in problem(doctor.work)
    given(ENGINE="off")
    assert "ESIGN_ENGINE is off" in problem(doctor.work)


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_a_clock_that_is_not_the_database_s(engine_url: str) -> None:
    assert doctor.clock().endswith("UTC")
    with time_machine.travel(utcnow() + timedelta(minutes=5)):
        assert "differ by 30" in problem(doctor.clock)


@pytest.mark.usefixtures("engine_url")
def test_a_clock_that_went_back() -> None:
    with engine.transaction() as session:
        events.record(session, events.DealReordered(("deal", 1)), SYSTEM, utcnow() + timedelta(hours=1))
        session.info.clear()
    assert "still to come" in problem(doctor.clock)


@pytest.mark.usefixtures("engine_url")
def test_a_memory_that_nobody_clears(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.memory() == "90 days"
    monkeypatch.setattr(engine, "oldest_finished", lambda: utcnow() - timedelta(days=94))
    assert "further than ESIGN_ENGINE_KEEP_DAYS" in problem(doctor.memory)


def test_redis_that_does_not_answer(given: Set) -> None:
    assert "in its memory" in doctor.redis()
    given(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    assert "Check ESIGN_REDIS_URL" in problem(doctor.redis)


@pytest.mark.parametrize("url", ["", "http://sign.example.com"])
def test_an_address_that_no_client_should_be_sent(url: str, given: Set) -> None:
    assert doctor.address().startswith("http://localhost")
    given(ENV="production", BASE_URL=url)
    assert "Set ESIGN_BASE_URL" in problem(doctor.address)
    given(BASE_URL="https://sign.example.com")
    assert doctor.address() == "https://sign.example.com"


def test_libraries_and_fonts_that_are_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "LIBRARIES", ("libnone.so.9",))
    assert "libnone.so.9 cannot be loaded" in problem(doctor.libraries)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "fontconfig is missing" in problem(doctor.fonts)
    listing = tmp_path / "fc-list"
    listing.write_text("#!/bin/sh\n")
    listing.chmod(0o755)
    assert "The font Noto Sans is missing" in problem(doctor.fonts)


def test_a_front_end_of_older_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(front_end, "CURRENT", tmp_path)
    assert "Run `esign build`" in problem(doctor.office)


def test_a_mail_server_that_is_not_there_or_refuses_our_login(given: Set, mail_sink: Sink) -> None:
    assert "demo mailbox" in doctor.smtp()
    given(SMTP_URL=mail_sink.url)
    assert doctor.smtp() == f"127.0.0.1:{mail_sink.port}"
    given(SMTP_URL=f"smtp://esign:hunter2@127.0.0.1:{mail_sink.port}")
    said = problem(doctor.smtp)
    assert "does not accept a login. Check ESIGN_SMTP_URL" in said
    assert "hunter2" not in said
    given(SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    assert "does not answer" in problem(doctor.smtp)
    given(SMTP_URL="", ENV="production")
    assert "No server is set" in problem(doctor.smtp)
    assert mail_sink.letters == []


@pytest.mark.usefixtures("engine_url")
def test_the_exit_code_tells_whether_all_is_well(
    data: Path, given: Set, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(engine, "is_alive", lambda: True)
    monkeypatch.setattr(front_end, "is_fresh", lambda: True)
    assert doctor.main([]) == 0
    given(ENGINE="off")
    assert doctor.main([]) == 1
    assert "problem  Work: " in capsys.readouterr().out


def test_an_sms_gateway_that_is_not_there_or_shows_no_certificate(given: Set, mail_sink: Sink) -> None:
    assert "demo mailbox" in doctor.sms()
    given(SMS_URL=f"http://127.0.0.1:{mail_sink.port}/send")
    assert doctor.sms() == f"127.0.0.1:{mail_sink.port}"
    given(SMS_URL=f"http://127.0.0.1:{free_port()}/send")
    assert "cannot be reached (ConnectionRefusedError). Check ESIGN_SMS_URL" in problem(doctor.sms)
    given(SMS_URL=f"https://127.0.0.1:{mail_sink.port}/send")
    assert "cannot be reached (SSLError)" in problem(doctor.sms)
    given(SMS_URL="", ENV="production")
    assert doctor.sms() == "not offered"
