"""Fixtures for all tests: databases, the cast, a running server, a mail server, browsers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from sqlmodel import Session

from esign_app import engine
from tests.support import browsing, databases, mail
from tests.support.cast import Cast, load_cast
from tests.support.environment import settings_in
from tests.support.server import Server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`@pytest.mark.both_databases` runs whatever uses `engine_url` or `session` on SQLite and on PostgreSQL."""
    if "engine_url" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("engine_url", ["sqlite", "postgresql"], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser come last: once Playwright has started, its loop runs in this thread and asyncio.run refuses.

    They are known by their arguments; a browser fetched by `getfixturevalue` would come too early.
    """
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test sees the developer's settings or data: a data directory of its own, everything else by default."""
    folder = tmp_path_factory.mktemp("data")
    with settings_in(folder):
        yield folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    databases.prepare(f"sqlite:///{folder / 'esign.db'}", folder)
    return folder / "esign.db"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Postgres]:
    opened = databases.Postgres(tmp_path_factory.mktemp("postgres"))
    yield opened
    opened.close()


@pytest.fixture
def engine_url(request: pytest.FixtureRequest, own_settings: Path) -> Iterator[str]:
    """A migrated database of this test's own with the cast in it; `engine.transaction()` reaches it."""
    with ExitStack() as stack:
        if getattr(request, "param", "sqlite") == "sqlite":
            url = databases.sqlite_copy(request.getfixturevalue("sqlite_template"), own_settings)
        else:
            url = stack.enter_context(request.getfixturevalue("postgres").copy())
        stack.enter_context(settings_in(own_settings, url))
        engine.connect()
        stack.callback(engine.disconnect)
        yield url


@pytest.fixture
def session(engine_url: str) -> Iterator[Session]:
    """A session on a fresh database. What is not committed is gone afterwards."""
    with Session(engine.connect().ours, expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def cast(session: Session) -> Cast:
    return load_cast(session)


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a server of the test's own: `start_server(ESIGN_SMTP_URL=sink.url)`."""
    started: list[Server] = []

    def start(**settings: str) -> Server:
        folder = tmp_path / f"server{len(started)}"
        folder.mkdir()
        started.append(Server(folder, **settings))
        return started[-1].start()

    yield start
    for server in started:
        if server.is_running:
            server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo, running for the whole session. A test that needs to be alone makes its own deal, or its own server."""
    running = Server(tmp_path_factory.mktemp("server")).start()
    yield running
    running.stop()


@pytest.fixture
def mail_sink() -> Iterator[mail.Sink]:
    with mail.sink() as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with browsing.chromium() as opened:
        yield opened


@pytest.fixture
def desktop(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    with browsing.context(browser, request, base_url=server.url, **browsing.DESKTOP) as opened:
        yield opened


@pytest.fixture
def phone(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    with browsing.context(browser, request, base_url=server.url, **browsing.PHONE) as opened:
        yield opened
