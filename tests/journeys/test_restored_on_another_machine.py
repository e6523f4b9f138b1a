"""A backup of a server at work, restored where nothing was: every deal goes on, and nobody gets a message twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support import audit, mail
from tests.support.chaos import Post
from tests.support.fleet import new_database
from tests.support.patient import Signer
from tests.support.require import program
from tests.support.script import Script, until
from tests.support.server import Server

OWN, CLIENT = "Jana Weber", "Ada Berg"
PATIENCE = 60


class Office:
    """A server, its post, and the people who sign with the links they were sent."""

    def __init__(self, server: Server, post: Post) -> None:
        self.server = server
        self.post = post
        self.script = Script(server)

    def move_to(self, server: Server) -> None:
        """With the same API key: the backup knows it."""
        self.server = server
        self.script.api.base_url = f"{server.url}/api/v1"

    def drop(self) -> str:
        deal: str = self.script.deal(self.script.contact()["id"])["id"]
        self.script.drop(deal)
        return deal

    def document(self, deal: str) -> dict[str, Any]:
        found: dict[str, Any] = until(
            lambda: next(iter(self.script.get(f"/deals/{deal}/documents")["items"]), None), PATIENCE
        )
        return found

    def link(self, deal: str, name: str) -> str:
        """In the mail that asks `name` to sign, whoever sent it."""
        number = self.document(deal)["label"].rpartition(" ")[2]
        asked = [each for each in self.post.read if each.link and each.name == name]
        return next((each.link for each in asked if each.subject.endswith(number)), "")

    def sign(self, deal: str, *names: str) -> None:
        for name in names:
            link = until(lambda name=name: self.link(deal, name), PATIENCE)
            codes = lambda label, name=name: self.post.codes(name, label)  # noqa: E731
            Signer([self.server.url], link, name, codes).sign()

    def is_won(self, deal: str) -> bool:
        """And both sides have their copy."""
        sent = self.script.get(f"/documents/{self.document(deal)['id']}/messages")["items"]
        copies = [each["state"] for each in sent if each["kind"] == "completed"]
        stage = self.script.get(f"/deals/{deal}")["stage"]["name"]
        return bool(stage == "Won") and copies == ["accepted", "accepted"]

    def is_refused(self, deal: str) -> bool:
        sent = self.script.get(f"/documents/{self.document(deal)['id']}/messages")["items"]
        return [(each["state"], bool(each["error"])) for each in sent] == [("queued", True)]


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """The addresses of the old database and of the new, empty one; "" for a file in the data directory."""
    if request.param == "sqlite":
        yield "", ""
        return
    program("pg_dump")
    with ExitStack() as stack:
        yield stack.enter_context(new_database()), stack.enter_context(new_database())


@pytest.fixture
def start() -> Iterator[Callable[[Server], None]]:
    """Start a server; none is left after the test."""
    started: list[Server] = []

    def begin(server: Server) -> None:
        started.append(server)
        server.start()

    yield begin
    for server in started:
        if server.is_running:
            server.kill()  # quicker than a stop, and nobody looks at it any more


@pytest.mark.row("O3")
@pytest.mark.timeout(600)
def test_open_documents_go_on_after_a_restore(
    databases: tuple[str, str], tmp_path: Path, start: Callable[[Server], None]
) -> None:
    archive = tmp_path / "backup.tar"
    with mail.sink(Post) as post:
        old, new = (
            site(tmp_path / name, post, url) for name, url in zip(("old", "new"), databases, strict=True)
        )
        start(old)
        office = Office(old, post)
        invited, half, sealed = office.drop(), office.drop(), office.drop()
        office.sign(half, OWN)
        office.sign(sealed, OWN, CLIENT)
        until(
            lambda: office.is_won(sealed) and office.link(invited, OWN) and office.link(half, CLIENT),
            PATIENCE,
        )
        post.refuse = "451 come back later"
        queued = office.drop()
        until(lambda: office.is_refused(queued), PATIENCE)
        done = old.esign("backup", str(archive))
        assert done.returncode == 0, done.stderr
        old.kill()
        before = Counter(each.message_id for each in post.read)
        post.refuse = ""

        done = new.esign("restore", str(archive))
        assert done.returncode == 0, done.stdout + done.stderr
        start(new)
        office.move_to(new)
        office.sign(half, CLIENT)
        office.sign(invited, OWN, CLIENT)
        office.sign(queued, OWN, CLIENT)
        until(lambda: all(office.is_won(deal) for deal in (half, invited, queued)), PATIENCE)
        assert audit.faults(new.data, databases[1], [invited, half, sealed, queued]) == []
        sent = Counter(each.message_id for each in post.read)
    assert set(before.values()) == {1}
    assert set(sent.values()) == {1}  # those before were not sent again, and the queued one went out once
    assert archive.stat().st_mode & 0o777 == 0o600


def site(folder: Path, post: Post, database_url: str) -> Server:
    folder.mkdir()
    return Server(folder, ESIGN_SMTP_URL=post.url, ESIGN_DATABASE_URL=database_url)
