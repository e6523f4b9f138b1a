"""A real contract, real keys and the whole flow, made once for all tests of trust."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from weasyprint import HTML

from esign_app.trust import manifest, seal
from esign_app.trust.keys import Keys, load_or_create
from esign_app.trust.stamp import Field, freeze

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HEAD = "ab" * 32
DOCUMENT = "K7QF-2MXA-9DTE"
SLOTS = ("signer-001", "signer-002")
FIELDS = (Field(SLOTS[0], 1, 0.10, 0.60, 0.35, 0.08), Field(SLOTS[1], 1, 0.55, 0.60, 0.35, 0.08))


@dataclass(frozen=True)
class Flow:
    """Every revision of one document on its way to the seal."""

    frozen: bytes
    certified: bytes
    signed: tuple[seal.Signed, ...]
    sealed: seal.Signed


def render(body: str) -> bytes:
    page = f"<html lang='en'><title>Contract</title><body style='font-size: 11pt'>{body}"
    return HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")


def drawing() -> bytes:
    picture = Image.new("RGBA", (600, 150), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line(
        [(20, 120), (200, 20), (320, 130), (580, 30)], fill=(10, 20, 120, 255), width=9
    )
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def sign(
    pdf: bytes, keys: Keys, field: str, name: str = "Ann Example", image: bytes | None = None
) -> seal.Signed:
    reason = manifest.signer_reason(HEAD)
    return seal.sign_slot(
        pdf,
        keys,
        field=field,
        name=name,
        email="ann@example.com",
        image_png=image or drawing(),
        reason=reason,
        now=NOW,
    )


def finish(pdf: bytes, keys: Keys, certificate: bytes, slots: tuple[str, ...] = SLOTS) -> seal.Signed:
    return seal.seal(
        pdf, keys, page_pdf=certificate, reason=manifest.seal_reason(HEAD, slots, DOCUMENT), now=NOW
    )


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trust") / "keys"
    load_or_create(folder, b"a password", NOW)
    return folder


@pytest.fixture(scope="session")
def keys(keys_folder: Path) -> Keys:
    return load_or_create(keys_folder, b"a password", NOW)


@pytest.fixture(scope="session")
def contract() -> bytes:
    """Three pages with a table, links and tags."""
    clauses = "".join(
        f"<p>{number}. The parties agree on <a href='https://example.com'>this</a>.</p>"
        for number in range(70)
    )
    table = "".join(f"<tr><td>Line {number}<td>{number * 10} EUR" for number in range(20))
    return render(f"<h1>Contract</h1><p id=sum>1000 EUR</p>{clauses}<table>{table}</table>")


@pytest.fixture(scope="session")
def certificate() -> bytes:
    return render("<h1>Certificate of completion</h1><p>Signed by Ann Example and Ольга Пример.</p>")


@pytest.fixture(scope="session")
def flow(keys: Keys, contract: bytes, certificate: bytes) -> Flow:
    facts = {"public_id": DOCUMENT, "title": "Vertrag über 1000 €", "slots": list(SLOTS)}
    frozen = freeze(contract, label=f"Document {DOCUMENT}", fields=FIELDS, manifest=facts)
    certified = seal.certify(frozen, keys, reason=manifest.signer_reason(HEAD), now=NOW)
    first = sign(certified, keys, SLOTS[0])
    second = sign(first.pdf, keys, SLOTS[1], name="Ольга Пример 王小明")
    return Flow(frozen, certified, (first, second), finish(second.pdf, keys, certificate))


@pytest.fixture(scope="session")
def small(keys: Keys) -> bytes:
    """A sealed page with little on it: quick to judge, for tests that judge it a hundred times."""
    facts = {"public_id": DOCUMENT, "title": "Small", "slots": [SLOTS[0]]}
    field = Field(SLOTS[0], 0, 0.1, 0.6, 0.35, 0.08)
    page = HTML(string="<p>1000 EUR").write_pdf()
    certified = seal.certify(freeze(page, label="", fields=[field], manifest=facts), keys, reason="", now=NOW)
    return finish(sign(certified, keys, SLOTS[0]).pdf, keys, page, (SLOTS[0],)).pdf


@pytest.fixture(scope="session")
def corpus() -> Path:
    return Path(__file__).parent / "corpus"
