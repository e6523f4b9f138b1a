"""What journeys share."""

import pytest

from tests.support.script import Script
from tests.support.server import Server


@pytest.fixture(scope="module")
def script(server: Server) -> Script:
    return Script(server)
