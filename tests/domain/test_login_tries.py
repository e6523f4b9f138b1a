"""How often a password may be tried; counted in the database, so that processes add no tries."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import Session, select

from esign_app import engine
from esign_app.domain import login_tries
from esign_app.domain.refusals import TooMany
from esign_app.models import LoginTries
from tests.support.cast import NOW

pytestmark = pytest.mark.both_databases


def test_ten_misses_in_ten_minutes_are_the_limit_for_address_or_account(session: Session) -> None:
    for number in range(10):
        login_tries.count(session, "192.0.2.1", "mara", now=NOW + timedelta(seconds=number))
    for keys in (("192.0.2.1", "ada"), ("198.51.100.7", "mara")):
        with pytest.raises(TooMany):
            login_tries.count(session, *keys, now=NOW + timedelta(minutes=1))
    login_tries.count(session, "198.51.100.7", "kim", now=NOW + timedelta(minutes=1))
    login_tries.count(session, "192.0.2.1", "mara", now=NOW + timedelta(minutes=11))


def test_a_right_password_is_no_miss(session: Session) -> None:
    for _ in range(30):
        login_tries.count(session, "mara", now=NOW)
        login_tries.was_right(session, "mara", now=NOW)


def test_what_was_typed_is_not_kept_and_what_limits_nobody_is_forgotten(session: Session) -> None:
    login_tries.count(session, "my password", now=NOW)
    assert "password" not in str(session.exec(select(LoginTries)).one())
    assert not login_tries.has_old(session, NOW)
    later = NOW + timedelta(hours=1)
    assert login_tries.has_old(session, later)
    assert login_tries.forget_old(session, later) == 1


def test_many_tries_at_one_moment_are_counted_one_by_one(engine_url: str) -> None:
    barrier, passed = Barrier(6), []

    def guess() -> None:
        barrier.wait()
        for _ in range(3):
            try:
                with engine.transaction() as session:
                    login_tries.count(session, "mara", now=NOW)
            except TooMany:
                continue
            passed.append(1)

    threads = [Thread(target=guess) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == login_tries.MOST
