"""What the internet sends: markup, forged headers, forged words, names that break headers."""

# ruff: noqa: RUF001 (typographic characters are what is tested)

import re
from urllib.parse import unquote

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.domain.refusals import Invalid
from esign_app.models import Document, Opening, OwnCompany, Party
from esign_app.public import answers, notes
from tests.public.conftest import CLIENT, OWN, PHONE, Link, token_of, visible
from tests.support.world import Automation

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_markup_in_names_is_text_on_every_page(own: Link, sent: Automation, client: TestClient) -> None:
    """B83."""
    with engine.transaction() as session:
        for party in session.exec(select(Party)):
            party.name = MARKUP
        session.exec(select(OwnCompany)).one().name = MARKUP
        session.exec(select(Document)).one().title = MARKUP
        session.flush()
    for path in (own.path, f"{own.path}/text", f"{own.path}/decline", "/demo/mailbox", "/verify"):
        page = client.get(path).text
        assert "alert(1)" in page, path
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
    assert client.get(f"{own.path}/pdf").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "Vertrag – ‚Müller’s „Bau“.pdf", "📄 合同.pdf", "a\r\nSet-Cookie: x=1.pdf", 'quo"te\\.pdf', "x" * 300 + ".pdf",
        "\u202efdp.exe.pdf", "../../etc/passwd.pdf", ".pdf", "", "100%.pdf",
    ],
)  # fmt: skip
def test_no_file_name_breaks_the_header(name: str) -> None:
    """B35."""
    header = answers.disposition(name, inline=False)
    header.encode("latin-1")
    assert re.fullmatch(
        r"attachment; filename=\"[^\"\\\r\n/]+\"; filename\*=UTF-8''[A-Za-z0-9._~%-]+", header
    )
    whole = unquote(header.rpartition("''")[2])
    assert len(whole) <= 130
    assert "\u202e" not in whole
    assert not name.endswith(".pdf") or whole.endswith(".pdf")


def test_a_typographic_name_arrives_whole() -> None:
    """B35."""
    header = answers.disposition("Müller’s “Vertrag” 2026.pdf", inline=True)
    assert unquote(header.rpartition("''")[2]) == "Müller’s “Vertrag” 2026.pdf"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "recorded"),
    [
        ("", "203.0.113.9", PHONE[0]),
        (PHONE[0], "203.0.113.9", "203.0.113.9"),
        (PHONE[0], "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (f"{PHONE[0]},10.0.0.0/8", "6.6.6.6, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        (PHONE[0], "<script>", PHONE[0]),
        (PHONE[0], "", PHONE[0]),
    ],
)
def test_the_audit_has_the_true_address(
    own: Link, monkeypatch: pytest.MonkeyPatch, proxies: str, forwarded: str, recorded: str
) -> None:
    """B85."""
    from esign_app.settings import settings

    monkeypatch.setattr(settings(), "trusted_proxies", proxies)
    headers = {
        "X-Forwarded-For": forwarded,
        "Forwarded": "for=6.6.6.6",
        "X-Real-IP": "6.6.6.6",
        "User-Agent": MARKUP,
    }
    assert own.post("start", **headers).status_code == 200
    with engine.reading() as session:
        opening = session.exec(select(Opening)).one()
    assert (opening.address, opening.user_agent) == (recorded, MARKUP)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost:8000"}, 200),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost:8000.evil.example"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        (
            {"Origin": "http://192.0.2.1:8000", "Host": "192.0.2.1:8000"},
            200,
        ),  # a phone, the demo's machine by address
    ],
)
def test_other_websites_cannot_post(own: Link, headers: dict[str, str], status: int) -> None:
    assert own.post("start", **headers).status_code == status


def test_in_production_the_host_header_opens_nothing(own: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    from esign_app.settings import settings

    monkeypatch.setattr(settings(), "env", "production")
    assert own.post("start", Origin="http://evil.example", Host="evil.example").status_code == 403


def test_a_false_host_reaches_no_link(own: Link, client: TestClient) -> None:
    page = client.get(
        "/demo/mailbox", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    ).text
    assert "evil.example" not in page
    assert "evil.example" not in client.get(own.path, headers={"Host": "evil.example"}).text


def test_nobody_else_puts_words_on_the_page(own: Link, sent: Automation) -> None:
    own_token = own.path.removeprefix("/s/")
    real = notes.note(Invalid("This code is wrong. You can try {left} more times.", left=3), own_token)
    assert "You can try 3 more times" in visible(own.page(f"?m={real}"))
    other = notes.note(Invalid("Call this number."), token_of(CLIENT))
    for forged in (other, real[:-2], real + "AA", "x", "", "%00", "é", "A" * 9000):
        page = own.page(f"?m={forged}")
        assert 'id="note"' not in page
        assert "Call this number" not in page


def test_a_fault_of_ours_says_a_reference_and_nothing_else(
    own: Link, monkeypatch: pytest.MonkeyPatch, own_settings: object
) -> None:
    import shutil

    from esign_app.settings import settings

    shutil.rmtree(settings().files_dir)  # a disk that went away
    answer = own.client.get(f"{own.path}/pdf", headers={"Accept": "application/json"})
    assert answer.status_code == 500
    assert re.search(r"the reference is [0-9a-f]{8}", answer.json()["error"]["message"])
    assert "FileMissing" not in answer.text
    assert OWN not in answer.text
