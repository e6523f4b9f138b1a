"""The small company before anything happened, with keys, a file store and a renderer; events are answered in this thread."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from esign_app import engine
from esign_app.automation.keys import keys
from tests.automation.chain import Chain
from tests.public.conftest import connected, renderer  # noqa: F401  (fixtures)
from tests.support.environment import settings_in
from tests.support.world import make_world


@pytest.fixture(scope="session")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Secret and keys of the company, made once: that takes longer than a seal."""
    folder = tmp_path_factory.mktemp("safe")
    with settings_in(folder):
        keys.cache_clear()
        keys()
    keys.cache_clear()
    return folder


@pytest.fixture
def chain(engine_url: str, own_settings: Path, safe: Path, renderer: None) -> Iterator[Chain]:  # noqa: F811
    shutil.copytree(safe, own_settings, dirs_exist_ok=True)
    with connected():
        with engine.transaction() as session:
            world = make_world(session)
        yield Chain(world)
