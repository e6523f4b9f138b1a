"""Settings of a test's own: nothing of the developer's environment or data is seen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from esign_app import settings


@contextmanager
def settings_in(folder: Path, database_url: str = "") -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        for name in os.environ:
            if name.startswith("ESIGN_") and not name.startswith("ESIGN_TEST_"):
                environment.delenv(name)
        environment.setenv("ESIGN_DATA_DIR", str(folder))
        environment.setenv("ESIGN_DATABASE_URL", database_url)
        _forget()
        yield
    _forget()


def _forget() -> None:
    settings.settings.cache_clear()
    settings.secret.cache_clear()
