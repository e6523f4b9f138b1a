"""The templates that come with the product: both languages, whatever the data is like."""

import io
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from babel.messages.pofile import read_po

from esign_app import text
from esign_app.adapters import pdf
from esign_app.adapters.pdf_reasons import REASONS

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mit beschränkter Haftung "
PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
QR = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0h9v9z'/></svg>"


def make(contract: Any, data: dict[str, Any], language: str) -> tuple[pdf.Rendered, str]:
    made = pdf.render(contract(language), data, language=language, title="Contract")
    return made, "\n".join(pdf.page_text(made.pdf))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "Service agreement",
                "€11,900.00",
                "eleven thousand nine hundred euros",
                "25 November 2026",
                "Page 1 of 2",
                "Poland",
            ),
        ),
        (
            "de",
            (
                "Dienstleistungsvertrag",
                "11.900,00\u00a0€",
                "elftausendneunhundert Euro",
                "25. November 2026",
                "Seite 1 von 2",
                "Polen",
            ),
        ),
    ],
)
def test_the_contract_holds_what_was_agreed(
    contract: Any, deal: dict[str, Any], language: str, said: tuple[str, ...]
) -> None:
    made, read = make(contract, deal, language)
    everything = (
        "2026-014",
        "Nordlicht Systeme GmbH",
        "Łódzka Fabryka",
        "Jana Weber",
        "Workshop",
        "DE89 3704 0044 0532 0130 00",
    )
    for part in (*said, *everything):
        assert part in read
    assert [anchor.key for anchor in made.anchors] == ["own", "client"]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("nothing", [None, ""])
def test_the_contract_can_do_without_optional_data(
    contract: Any, deal: dict[str, Any], language: str, nothing: Any
) -> None:
    for part, kept in (
        ("own", {"name"}),
        ("own_signatory", {"name"}),
        ("client", {"name"}),
        ("deal", {"currency", "amount_minor"}),
    ):
        deal[part] = {key: value if key in kept else nothing for key, value in deal[part].items()}
    deal["lines"] = []
    made, read = make(contract, deal, language)
    assert made.page_count == 2
    for word in ("None", "IBAN", "()", "“”", "„“", " ,"):
        assert word not in read


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_contract_takes_long_names_and_many_lines(
    contract: Any, deal: dict[str, Any], language: str
) -> None:
    deal["lines"] = [deal["lines"][0] | {"title": f"{number} {LONG}"} for number in range(60)]
    for part, field in (
        ("own", "name"),
        ("client", "name"),
        ("client", "company"),
        ("deal", "title"),
        ("own_signatory", "name"),
    ):
        deal[part][field] = LONG * 2
    deal["client"]["email"] = "a" * 120 + "@example.com"
    made, read = make(contract, deal, language)
    assert "59 Donau" in " ".join(read.split())
    own, client = made.anchors
    assert own.page == client.page == made.page_count - 1
    assert own.x + own.w < client.x


def test_the_contract_needs_only_fields_that_documents_have(contract: Any, deal: dict[str, Any]) -> None:
    known = {
        f"{part}.{field}" for part, fields in deal.items() if isinstance(fields, dict) for field in fields
    } | set(deal)
    for language in text.LANGUAGES:
        checked = pdf.check_template(contract(language))
        assert set(checked.names) <= known
        assert checked.slots == ("own", "client")


def certificate(parties: int, events: int, stretch: str = "") -> dict[str, Any]:
    party = {
        "name": "Ada Berg" + stretch, "role": "Client" + stretch, "masked_contact": "a•••@example.com" + stretch, "signed_at": "2026-11-25 14:03:12 CET",
        "method": "Drawn by hand", "identification": "Link and one-time code", "address": "2001:db8::1", "serial": "5f2a9c01", "image": PICTURE,
    }  # fmt: skip
    return {
        "document": {"public_id": "K7QF-2MXA-9DTE", "title": "Contract" + stretch, "number": "2026-014", "frozen_sha256": "a3" * 32, "pages": 3},
        "sender": "Nordlicht" + stretch, "zone": "Europe/Berlin", "parties": [party] * parties,
        "events": [{"at": "2026-11-25 14:03:12 CET", "text": f"event {number}{stretch}"} for number in range(events)],
        "chain_head": "9b" * 32, "verify_url": "https://sign.example/v/K7QF-2MXA-9DTE", "qr": QR,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parties", "events", "stretch"),
    [(0, 0, ""), (2, 12, ""), (5, 40, ""), (20, 300, " " + LONG * 6), (3, 30, "x" * 5000)],
)
def test_the_certificate_is_one_page_whatever_the_data(parties: int, events: int, stretch: str) -> None:
    page = pdf.certificate(certificate(parties, events, stretch), language="de")
    with pikepdf.open(io.BytesIO(page)) as opened:
        assert len(opened.pages) == 1
        assert [round(float(side)) for side in opened.pages[0].mediabox[2:]] == [595, 842]
    (read,) = pdf.page_text(page)
    assert "https://sign.example/v/K7QF-2MXA-9DTE" in read
    assert "a3" * 32 in read.replace("\n", "")
    assert "9b" * 32 in read.replace("\n", "")


def test_an_ordinary_certificate_leaves_nothing_out() -> None:
    (read,) = pdf.page_text(pdf.certificate(certificate(2, 12), language="en"))
    assert read.count("Ada Berg") == 2
    assert "event 11" in read
    assert "more" not in read


def test_a_certificate_says_what_it_leaves_out() -> None:
    (read,) = pdf.page_text(pdf.certificate(certificate(40, 900), language="de"))
    assert "weitere Vertragsparteien" in read
    assert "weitere Ereignisse" in read


def test_markup_on_the_certificate_is_text() -> None:
    """B83."""
    data = certificate(1, 1, "<b onclick=x>&amp;")
    data["qr"] = QR.replace("<path", "<script>alert(1)</script><path")
    (read,) = pdf.page_text(pdf.certificate(data, language="en"))
    assert "Ada Berg<b onclick=x>&amp;" in read


def test_every_sentence_of_the_adapter_is_there_in_german() -> None:
    with (text.LOCALES / "de" / "LC_MESSAGES" / "pdf.po").open("rb") as file:
        known = {entry.id: entry.string for entry in read_po(file, locale="de") if entry.id}
    assert set(REASONS.values()) <= set(known)
    for message, german in known.items():
        assert german
        assert {part.split("}")[0] for part in str(message).split("{")[1:]} == {
            part.split("}")[0] for part in str(german).split("{")[1:]
        }


def test_the_words_of_the_certificate_are_there_in_german() -> None:
    import re

    template = (text.LOCALES / "templates" / "certificate.html").read_text(encoding="utf-8")
    for message in re.findall(r'\bt\("([^"]+)"', template):
        assert text.t(message, locale="de", count=2) != message.replace("{count}", "2"), message


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is missing")
def test_an_independent_tool_finds_no_fault(contract: Any, deal: dict[str, Any], tmp_path: Path) -> None:
    import subprocess

    made, _ = make(contract, deal, "de")
    (tmp_path / "contract.pdf").write_bytes(made.pdf)
    checked = subprocess.run(
        ["qpdf", "--check", tmp_path / "contract.pdf"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
