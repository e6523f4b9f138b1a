"""Whether it works, for whoever watches, without a key."""

import tomllib

import pytest
from starlette.testclient import TestClient

from esign_app import __version__, engine
from esign_app.front_end import ROOT
from esign_app.settings import settings
from tests.support.world import World


def test_without_the_engine_nothing_is_sent_so_it_is_not_healthy(client: TestClient) -> None:
    answer = client.get("/api/v1/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "broken", "version": __version__, "database": True, "engine": False}


def test_with_engine_and_database_it_is(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.start_engine(tick=lambda: None)
    try:
        answer = client.get("/api/v1/health")
    finally:
        engine.stop_engine()
    assert (answer.status_code, answer.json()["status"], answer.json()["engine"]) == (200, "ok", True)


def test_a_database_that_does_not_answer_is_said_not_raised(client: TestClient, world: World) -> None:
    engine.disconnect()
    path = settings().data / "esign.db"
    path.unlink()
    path.mkdir()
    answer = client.get("/api/v1/health")
    assert (answer.status_code, answer.json()["database"]) == (503, False)
    assert str(path) not in answer.text


def test_the_version_is_the_package_s() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__
