"""A contract on its way, made once by the real chain and copied for each test; a browser without script, and a script."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.automation import files
from esign_app.automation.keys import keys
from esign_app.db import utcnow
from esign_app.domain import moves
from esign_app.domain.actor import SYSTEM
from esign_app.domain.signing import parties
from esign_app.models import Party
from esign_app.public import acts, app, verify
from esign_app.public.pace import Pace
from esign_app.settings import secret, settings
from tests.support.environment import settings_in
from tests.support.world import Automation, make_world

OWN, CLIENT = "Sigrid Signs", "Alex Muster"
PHONE = ("192.0.2.50", 4711)


@contextmanager
def connected() -> Iterator[None]:
    """This process works on the data of the current settings, with its own files and keys."""
    files.store.cache_clear()
    keys.cache_clear()
    engine.connect()
    yield
    engine.disconnect()
    files.store.cache_clear()
    keys.cache_clear()


@pytest.fixture(scope="session")
def renderer() -> Iterator[None]:
    pdf.warm()
    yield
    pdf.stop()


@pytest.fixture(scope="session")
def sent_data(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, renderer: None) -> Path:
    """A deal was dropped on "Contract": the own signatory is invited."""
    folder = tmp_path_factory.mktemp("sent")
    shutil.copyfile(sqlite_template, folder / "esign.db")
    with settings_in(folder), connected():
        with engine.transaction() as session:
            world = make_world(session)
        automation = Automation()
        with engine.transaction() as session:
            moves.move(session, SYSTEM, world.deal, world.stages["Contract"], confirm=True, now=utcnow())
        automation.run()
        with engine.transaction() as session:
            for party in session.exec(select(Party)):
                party.language = "en"
    return folder


@pytest.fixture(scope="session")
def sealed_data(sent_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both have signed."""
    folder = tmp_path_factory.mktemp("sealed")
    shutil.copytree(sent_data, folder, dirs_exist_ok=True)
    with settings_in(folder), connected():
        automation = Automation()
        automation.sign(OWN)
        automation.sign(CLIENT)
    return folder


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pays for the haste of the test before."""
    monkeypatch.setattr(acts, "_pace", Pace(60, 60))
    monkeypatch.setattr(verify, "_pace", Pace(20, 60))


@pytest.fixture
def sent(sent_data: Path, own_settings: Path) -> Iterator[Automation]:
    shutil.copytree(sent_data, own_settings, dirs_exist_ok=True)
    with connected():
        yield Automation()


@pytest.fixture
def sealed(sealed_data: Path, own_settings: Path) -> Iterator[Automation]:
    shutil.copytree(sealed_data, own_settings, dirs_exist_ok=True)
    with connected():
        yield Automation()


@pytest.fixture
def client(own_settings: Path) -> Iterator[TestClient]:
    with TestClient(app.app(), client=PHONE, headers={"Accept": "text/html"}) as opened:
        yield opened


def token_of(name: str) -> str:
    """The token of a party, also of one who was not invited yet."""
    with engine.reading() as session:
        party = session.exec(select(Party).where(Party.name == name)).one()
        return parties.token(session, secret(), party.id or 0)


class Link:
    """A signing link in the hands of a script; `form` and `page` are a browser that runs none."""

    def __init__(self, client: TestClient, automation: Automation, name: str) -> None:
        self.client, self.automation, self.name = client, automation, name
        self.path = f"/s/{token_of(name)}"

    def post(self, act: str, body: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        return self.client.post(
            f"{self.path}/{act}", json=body or {}, headers={"Accept": "application/json", **headers}
        )

    def form(self, act: str, **fields: str) -> httpx.Response:
        return self.client.post(f"{self.path}/{act}", data=fields)

    def page(self, more: str = "", **headers: str) -> str:
        answer = self.client.get(self.path + more, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    def state(self) -> dict[str, Any]:
        return dict(self.client.get(f"{self.path}/state").json())

    def code(self) -> str:
        """Asked for, delivered, read."""
        assert self.post("code").status_code == 200
        self.automation.run()
        return self.automation.letter("code", self.name).code

    def identify(self) -> None:
        """Everything but the signature."""
        assert self.post("start").status_code == 200
        assert self.post("consent", {"version": 1, "agree": True}).status_code == 200
        assert self.post("code/check", {"code": self.code()}).status_code == 200


@pytest.fixture
def link(client: TestClient) -> Callable[[Automation, str], Link]:
    return lambda automation, name: Link(client, automation, name)


@pytest.fixture
def own(client: TestClient, sent: Automation) -> Link:
    """The signatory, whose turn it is."""
    return Link(client, sent, OWN)


def database() -> list[str]:
    """Everything the database holds, as text."""
    with sqlite3.connect(settings().data / "esign.db") as connection:
        return list(connection.iterdump())


def stored() -> set[str]:
    """Every file in the vault."""
    return {path.name for path in settings().files_dir.rglob("*") if path.is_file()}


def visible(page: str) -> str:
    """The words of a page."""
    body = re.sub(r"<(script|svg|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))
