"""The small company of the tests in a database of each test's own."""

import pytest
from sqlmodel import Session

from tests.support.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)
