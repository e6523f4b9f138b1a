"""The integrity page: what it answers, what it never tells, and what it costs a stranger to ask."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.automation import files
from esign_app.domain import integrity
from esign_app.models import Document, File, Revision
from esign_app.public import verify
from esign_app.settings import settings
from esign_app.text import _catalogue, speaking
from esign_app.trust.verdict import CONCLUSIONS, Remark, Verdict
from tests.public.conftest import CLIENT, OWN, database, stored, visible
from tests.support.world import Automation

JSON = {"Accept": "application/json"}


def revision(kind: str) -> bytes:
    with engine.reading() as session:
        query = (
            select(File.sha256).join(Revision, col(Revision.file_id) == File.id).where(Revision.kind == kind)
        )
        return files.get(session.exec(query).first() or "")


def document_id() -> str:
    with engine.reading() as session:
        return session.exec(select(Document)).one().public_id


def check(client: TestClient, content: bytes, name: str = "x.pdf", **fields: str) -> httpx.Response:
    return client.post("/verify", files={"file": (name, content)}, data=fields, headers=JSON)


def shown(client: TestClient, content: bytes, **fields: str) -> str:
    answer = client.post("/verify", files={"file": ("x.pdf", content)}, data=fields)
    assert answer.status_code == 200
    return visible(answer.text)


def test_the_sealed_file_is_intact_by_whom_when_and_by_whose_clock(
    sealed: Automation, client: TestClient
) -> None:
    said = check(client, revision("seal")).json()
    assert (said["verdict"], said["known"], said["findings"]) == ("intact", "final", [])
    assert said["sentence"] == "This document is intact: it is exactly what was signed."
    assert [fact["name"] for fact in said["signatures"] if fact["kind"] == "signer"] == [OWN, CLIENT]
    assert said["document"]["public_id"] == document_id()
    page = shown(client, revision("seal"))
    assert OWN in page
    assert re.search(r"\d+ \w+ \d{4}, \d\d:\d\d CES?T · clock of this office's own time stamp service", page)


def test_one_changed_byte_is_said(sealed: Automation, client: TestClient) -> None:
    content = bytearray(revision("seal"))
    content[content.index(b"stream") + 20] ^= 1
    assert check(client, bytes(content)).json()["verdict"] == "changed"
    page = shown(client, bytes(content))
    assert "This document was changed after it was signed. Do not rely on it." in page
    assert f"The content that “{OWN}” signed was changed." in page
    assert "The content that “this office, sealing it” signed was changed." in page
    assert "“esign_app" not in page  # what our certificates are called is for the technical details


def test_an_earlier_state_is_genuine_but_not_final(sealed: Automation, client: TestClient) -> None:
    for kind in ("frozen", "certified", "signer"):
        said = check(client, revision(kind)).json()
        assert said["known"] == "earlier"
        assert said["sentence"] == "This file is genuine and unchanged, but it is not the final document."


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 nothing", b"GIF89a", b"\0" * 5000, b"%PDF-" + b"obj<<" * 20_000]
)
def test_what_is_no_pdf_cannot_be_checked(sealed: Automation, client: TestClient, content: bytes) -> None:
    said = check(client, content).json()
    assert said["verdict"] in ("cannot_check", "not_ours")
    assert said["known"] == ""
    assert said["explanations"]


def test_nothing_is_stored_and_nothing_is_written(sealed: Automation, client: TestClient) -> None:
    kept, rows = stored(), database()
    check(client, revision("seal") + b" ")
    shown(client, revision("signer"))
    assert (stored(), database()) == (kept, rows)
    assert not [path for path in settings().data.rglob("*") if "upload" in path.name]


def test_too_large_is_refused_while_it_streams(sealed: Automation, client: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'
        for _ in range(200):
            sent += 1 << 20
            yield b"x" * (1 << 20)

    headers = JSON | {"Content-Type": "multipart/form-data; boundary=b"}
    answer = client.post("/verify", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    announced = client.post("/verify", content=b"x", headers=headers | {"Content-Length": str(1 << 40)})
    assert announced.status_code == 413


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"data": {"file": "text"}},
        {"files": {"other": b"x"}},
        {"files": {"file": b""}},
        {"json": {"file": "x"}},
    ],
)
def test_no_file_is_asked_for(sealed: Automation, client: TestClient, options: dict[str, object]) -> None:
    answer = client.post("/verify", headers=JSON, **options)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "file")


def test_a_broken_form_is_refused(sealed: Automation, client: TestClient) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=b"):
        answer = client.post("/verify", content=b"--x\r\ngarbage", headers=JSON | {"Content-Type": kind})
        assert answer.status_code == 422, kind


def test_one_address_cannot_ask_without_end(sealed: Automation, client: TestClient) -> None:
    answers = [check(client, b"no pdf").status_code for _ in range(21)]
    assert (answers[19], answers[20]) == (200, 429)


def test_uploads_held_at_once_are_limited(
    sealed: Automation, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_held", verify._AT_ONCE)
    assert check(client, b"x").status_code == 429


def test_a_bare_id_tells_only_whether_it_is_ours(sealed: Automation, client: TestClient) -> None:
    own = client.get(f"/v/{document_id()}")
    assert (own.status_code, "This ID was given out here." in visible(own.text)) == (200, True)
    other = client.get("/v/K7QF-2MXA-9DTE")
    assert (other.status_code, "This ID was not given out here." in visible(other.text)) == (404, True)
    for page in (own.text, other.text):
        assert not [
            word for word in (OWN, CLIENT, "Website relaunch", "Contract 20", "example.com") if word in page
        ]
    assert client.get(f"/v/{document_id().lower()}", headers=JSON).json() == {
        "id": document_id(),
        "issued_here": True,
    }
    for id_ in ("x", "%00", "<b>", "' or 1=1", "a" * 5000):
        answer = client.get(f"/v/{id_}")
        assert answer.status_code == 404
        assert "<b>" not in answer.text


def test_another_document_than_the_one_on_the_paper_is_said(sealed: Automation, client: TestClient) -> None:
    page = shown(client, revision("seal"), id="K7QF-2MXA-9DTE")
    assert "This is another document than K7QF-2MXA-9DTE" in page
    assert "another document" not in shown(client, revision("seal"), id=document_id())
    assert "another document" not in shown(client, revision("seal"), id="<b>")


def test_every_finding_has_words_in_both_languages() -> None:
    german = _catalogue("de")
    for message in (*integrity._SAID.values(), *integrity._FINDINGS.values()):
        assert german.get(message), message
        assert ("{subject}" in message) == ("{subject}" in german[message])
    assert set(integrity._FINDINGS) == set(CONCLUSIONS)


def test_every_reason_the_judge_can_give_has_words() -> None:
    from pathlib import Path

    from esign_app import trust

    source = "".join(path.read_text() for path in Path(trust.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'Remark\(\s*"[A-Z_]+",\s*"([a-z-]+)"', source))
    assert len(codes) > 25
    assert not codes - set(integrity._SAID) - {"certificate"}, codes - set(integrity._SAID)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_verdict_has_a_sentence(language: str) -> None:
    said = set()
    with speaking(language):
        for finding in ("", *CONCLUSIONS):
            verdict = Verdict.of([Remark(finding, "something-new", "x")] if finding else [])
            said.add(integrity.sentence(verdict))
            assert len(integrity.explanations(verdict)) == len(verdict.remarks)
    assert len(said) == 8
