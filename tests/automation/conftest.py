"""The small company before anything happened, with keys, a file store and a renderer; events are answered in this thread."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from esign_app import engine
from esign_app.automation.keys import keys
from tests.automation.chain import OWN, Chain
from tests.public.conftest import connected, renderer  # noqa: F401  (fixtures)
from tests.support.environment import settings_in
from tests.support.world import World, make_world

Prepared = tuple[Path, World]


@pytest.fixture(scope="session")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Secret and keys of the company, made once: that takes longer than a seal."""
    folder = tmp_path_factory.mktemp("safe")
    with settings_in(folder):
        keys.cache_clear()
        keys()
    keys.cache_clear()
    return folder


@pytest.fixture(scope="session")
def sent_data(
    sqlite_template: Path,
    safe: Path,
    renderer: None,  # noqa: F811 (the fixture imported above)
    tmp_path_factory: pytest.TempPathFactory,
) -> Prepared:
    folder = tmp_path_factory.mktemp("sent")
    shutil.copytree(safe, folder, dirs_exist_ok=True)
    shutil.copyfile(sqlite_template, folder / "esign.db")
    with settings_in(folder), connected():
        with engine.transaction() as session:
            world = make_world(session)
        Chain(world).drop()
    return folder, world


@pytest.fixture(scope="session")
def half_data(sent_data: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("half")
    shutil.copytree(sent_data[0], folder, dirs_exist_ok=True)
    with settings_in(folder), connected():
        Chain(sent_data[1]).sign(OWN)
    return folder, sent_data[1]


@pytest.fixture
def sent(sent_data: Prepared, own_settings: Path) -> Iterator[Chain]:
    """A contract was dropped; our side is invited."""
    shutil.copytree(sent_data[0], own_settings, dirs_exist_ok=True)
    with connected():
        yield Chain(sent_data[1])


@pytest.fixture
def half(half_data: Prepared, own_settings: Path) -> Iterator[Chain]:
    """Our side has signed; the client is invited."""
    shutil.copytree(half_data[0], own_settings, dirs_exist_ok=True)
    with connected():
        yield Chain(half_data[1])


@pytest.fixture
def chain(engine_url: str, own_settings: Path, safe: Path, renderer: None) -> Iterator[Chain]:  # noqa: F811 (the fixture imported above)
    shutil.copytree(safe, own_settings, dirs_exist_ok=True)
    with connected():
        with engine.transaction() as session:
            world = make_world(session)
        yield Chain(world)
