"""The link in the last message, and the mailbox that exists in a demo only."""

import re
from datetime import timedelta

import pytest
import time_machine
from starlette.testclient import TestClient

from esign_app.adapters import pdf
from esign_app.automation.keys import roots
from esign_app.db import utcnow
from esign_app.public import mailbox
from esign_app.settings import settings
from tests.public.conftest import CLIENT, OWN, database, token_of, visible
from tests.support.world import Automation


def path(sealed: Automation, name: str = CLIENT) -> str:
    return re.sub(r"^https?://[^/]+", "", sealed.letter("completed", name).link)


def test_one_button_downloads_the_sealed_file(sealed: Automation, client: TestClient) -> None:
    """B33: looking at the link and downloading twice changes nothing."""
    before = database()
    page = client.get(path(sealed))
    assert "Download the document" in visible(page.text)
    assert re.search(r"This link works until \d+ \w+ \d{4}, \d\d:\d\d CES?T", visible(page.text))
    file = client.get(re.search(r'href="(/d/[^"]+/file)"', page.text)[1])
    assert file.headers["content-disposition"].startswith("attachment")
    assert pdf.verify(file.content, roots(), utcnow()).verdict == "intact"
    assert client.get(path(sealed), headers={"Accept": "application/pdf"}).content == file.content
    assert database() == before


def test_after_14_days_the_link_says_so(sealed: Automation, client: TestClient) -> None:
    link = path(sealed)
    with time_machine.travel(utcnow() + timedelta(days=13, hours=23)):
        assert client.get(link).status_code == 200
    with time_machine.travel(utcnow() + timedelta(days=14, hours=1)):
        for address in (link, f"{link}/file"):
            late = client.get(address)
            assert late.status_code == 410
            assert "This link is too old" in visible(late.text)


def test_other_links_download_nothing(sealed: Automation, client: TestClient) -> None:
    for token in ("x", "x.y", token_of(OWN), path(sealed)[3:-1], f"{path(sealed)[3:]}x"):
        for more in ("", "/file"):
            assert client.get(f"/d/{token}{more}").status_code == 404


def test_a_download_link_does_not_sign(sealed: Automation, client: TestClient) -> None:
    token = path(sealed).removeprefix("/d/")
    assert client.get(f"/s/{token}").status_code == 404


def test_before_the_seal_there_is_nothing_to_download(sent: Automation, client: TestClient) -> None:
    from sqlmodel import select

    from esign_app import engine
    from esign_app.domain.signing import downloads
    from esign_app.models import Party
    from esign_app.settings import secret

    with engine.reading() as session:
        token = downloads.token(session, secret(), session.exec(select(Party.id)).first() or 0)
    assert client.get(f"/d/{token}").status_code == 404


def test_the_demo_mailbox_shows_what_would_go_out(sent: Automation, client: TestClient) -> None:
    page = client.get("/demo/mailbox")
    words = visible(page.text)
    assert "Nothing here is really sent" in words
    assert "Sigrid Signs sigrid@example.com" in words
    assert f"/s/{token_of(OWN)}" in page.text
    assert token_of(CLIENT) not in page.text
    assert 'class="segno"' in page.text
    newest = client.get("/demo/mailbox/newest").json()["newest"]
    assert f'data-newest="{newest}"' in page.text


def test_an_empty_mailbox_says_what_to_do(engine_url: str, client: TestClient) -> None:
    assert "No message yet" in visible(client.get("/demo/mailbox").text)


@pytest.mark.parametrize(("name", "value"), [("env", "production"), ("smtp_url", "smtp://localhost:25")])
def test_outside_the_demo_there_is_no_mailbox(
    sent: Automation, client: TestClient, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setattr(settings(), name, value)
    for address in ("/demo/mailbox", "/demo/mailbox/newest"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "Sigrid" not in answer.text


def test_a_phone_gets_the_machines_address_unless_there_is_a_real_one(own_settings: object) -> None:
    assert re.fullmatch(r"http://[\d.]+:8000/s/x", mailbox.lan_link("http://localhost:8000/s/x"))
    assert "localhost" not in mailbox.lan_link("http://localhost:8000/s/x")
    assert mailbox.lan_link("https://sign.example.com/s/x") == "https://sign.example.com/s/x"
    assert mailbox.lan_link("") == ""
