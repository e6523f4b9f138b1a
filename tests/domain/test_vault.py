"""Files by what they are."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from esign_app import engine
from esign_app.domain import vault
from tests.support.cast import NOW

pytestmark = pytest.mark.both_databases


def keep() -> int:
    with engine.transaction() as session:
        return vault.keep(session, "ab" * 32, 6710, "image/png", now=NOW)


def test_two_people_of_one_name_whose_signatures_are_the_same_picture_sign_at_the_same_moment(
    engine_url: str,
) -> None:
    with ThreadPoolExecutor(1) as other:
        with engine.transaction() as session:
            mine = vault.keep(session, "ab" * 32, 6710, "image/png", now=NOW)
            theirs = other.submit(keep)
            wait([theirs], timeout=0.5)  # it has looked, found nothing, and waits for us
        assert theirs.result(timeout=30) == mine
