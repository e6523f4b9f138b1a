"""What a new database is filled with, by ESIGN_ENV, ESIGN_DEMO and ESIGN_SMTP_URL."""

import pytest
from sqlalchemy import delete

from esign_app import engine
from esign_app.automation import demo_story
from esign_app.cli import prepare
from esign_app.domain import deals
from esign_app.domain.actor import SYSTEM
from esign_app.models import User, UserRole
from esign_app.settings import settings

MAIL = "smtp://127.0.0.1:1"


def filled() -> tuple[int, int]:
    """How many deals there are, and how many runs tell the story."""
    with engine.reading() as session:
        found = len(deals.listed(session, SYSTEM, limit=100)[0])
    return found, len(engine.connect().client.list_workflows(name=demo_story.NAME))


@pytest.mark.usefixtures("engine_url")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (40, 1)),
        ({"ESIGN_DEMO": "deals"}, (40, 0)),
        ({"ESIGN_DEMO": "none"}, (0, 0)),
        ({"ESIGN_SMTP_URL": MAIL}, (40, 0)),
        ({"ESIGN_ENV": "production", "ESIGN_SMTP_URL": MAIL}, (0, 0)),
    ],
)
def test_a_new_database_gets_the_demo_that_is_set_and_only_once(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: tuple[int, int]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    with engine.transaction() as session:
        session.execute(delete(UserRole))
        session.execute(delete(User))
    prepare.fill_if_new()
    assert filled() == expected
    prepare.fill_if_new()
    assert filled() == expected
