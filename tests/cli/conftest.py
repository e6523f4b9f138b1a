"""What commands find."""

from pathlib import Path

import pytest

from esign_app.automation.keys import keys
from tests.support.environment import settings_in


@pytest.fixture(scope="session")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Secret and keys of an installation, made once."""
    folder = tmp_path_factory.mktemp("safe")
    with settings_in(folder):
        keys.__wrapped__()
    return folder
