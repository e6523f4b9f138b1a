"""The API over the real domain and a database of each test's own, mounted where the product mounts it."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.api.app import app
from esign_app.automation import files
from tests.support.environment import settings_in
from tests.support.world import Automation, World, make_world


@pytest.fixture(scope="session")
def prepared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    folder = tmp_path_factory.mktemp("world")
    shutil.copyfile(sqlite_template, folder / "esign.db")
    with settings_in(folder):
        with engine.transaction() as session:
            world = make_world(session)
        engine.disconnect()
    return folder / "esign.db", world


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`@pytest.mark.both_databases` runs whatever uses `world` on SQLite and on PostgreSQL."""
    if "world" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("world", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def world(
    request: pytest.FixtureRequest, prepared: tuple[Path, World], own_settings: Path
) -> Iterator[World]:
    with ExitStack() as stack:
        if getattr(request, "param", "sqlite") == "postgresql":
            url = stack.enter_context(request.getfixturevalue("postgres").copy())
            stack.enter_context(settings_in(own_settings, url))
        else:
            shutil.copyfile(prepared[0], own_settings / "esign.db")
        files.store.cache_clear()
        engine.connect()
        yield prepared[1] if engine.connect().ours.dialect.name == "sqlite" else _made()
        engine.disconnect()
        files.store.cache_clear()


def _made() -> World:
    with engine.transaction() as session:
        return make_world(session)


@pytest.fixture(scope="session")
def renderer() -> Iterator[None]:
    pdf.warm()
    yield
    pdf.stop()


@pytest.fixture
def automation(world: World, renderer: None) -> Automation:
    return Automation()


class Api:
    """Calls with one key. Every answer is looked at: no fault of ours, JSON or a PDF, and the shape of a problem."""

    def __init__(self, client: TestClient, key: str) -> None:
        self._client = client
        self._headers: dict[str, bytes] = {"Authorization": f"Bearer {key}".encode()} if key else {}

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = self._headers | options.pop("headers", {})
        answer = self._client.request(method, f"/api/v1{path}", headers=headers, **options)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            problem = answer.json()
            assert answer.headers["content-type"] == "application/problem+json"
            assert set(problem) <= {"type", "title", "status", "code", "field", "preview", "missing"}
            assert problem["status"] == answer.status_code
            assert problem["type"].endswith(problem["code"])
            assert problem["title"]
        return answer

    def get(self, path: str, **options: Any) -> Any:
        return self.ok("GET", path, **options)

    def post(self, path: str, body: Any = None) -> Any:
        return self.ok("POST", path, json=body)

    def ok(self, method: str, path: str, **options: Any) -> Any:
        answer = self(method, path, **options)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def refused(self, status: int, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self(method, path, **options)
        assert answer.status_code == status, answer.text
        problem: dict[str, Any] = answer.json()
        return problem


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[Mount("/api/v1", app())])) as opened:
        yield opened


@pytest.fixture
def api(client: TestClient, world: World) -> Api:
    """As an admin."""
    return Api(client, world.keys["admin"])


@pytest.fixture
def sales(client: TestClient, world: World) -> Api:
    return Api(client, world.keys["sales"])
