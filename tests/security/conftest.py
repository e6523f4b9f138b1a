"""The contracts of the public pages' tests, for what must hold on every surface at once."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from esign_app import engine
from esign_app.models import Deal
from tests.public.conftest import (  # noqa: F401  (fixtures)
    client,
    connected,
    own,
    patient,
    renderer,
    sealed,
    sealed_data,
    sent,
    sent_data,
)
from tests.support.cast import Cast, load_cast
from tests.support.office import read
from tests.support.script import Script
from tests.support.server import Server
from tests.support.world import World, make_world


@pytest.fixture
def fresh(engine_url: str, renderer: None) -> Iterator[World]:  # noqa: F811
    """The company before anything was sent."""
    with connected():
        with engine.transaction() as session:
            made = make_world(session)
        yield made


@pytest.fixture
def cast(own_settings: object) -> Cast:
    """Whoever works there; asked for after the data is there."""
    return read(load_cast)


def the_deal() -> str:
    with engine.reading() as session:
        return session.exec(select(Deal.public_id)).one()


@pytest.fixture(scope="session")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product as the internet meets it: with an address of its own, and little patience for slow senders."""
    running = Server(
        tmp_path_factory.mktemp("exposed"), ESIGN_BASE_URL="https://crm.example", ESIGN_BODY_SECONDS="2"
    ).start()
    yield running
    running.stop()


@pytest.fixture
def script(exposed: Server, key_of_exposed: str) -> Script:
    return Script(exposed, key_of_exposed)


@pytest.fixture(scope="session")
def key_of_exposed(exposed: Server) -> str:
    return exposed.api_key()
