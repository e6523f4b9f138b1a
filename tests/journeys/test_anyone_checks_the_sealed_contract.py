"""What everybody holds in the end: the sealed PDF with its ID and certificate, checked on the page and by `esign verify`."""

import io
import json
import re
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import segno
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.require import program
from tests.support.script import Script, until
from tests.support.server import Server


@pytest.fixture(scope="module")
def sealed(script: Script) -> bytes:
    return script.sealed(script.deal(script.contact()["id"])["id"])


def blank() -> bytes:
    """A PDF nobody signed."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made)
    return made.getvalue()


def changed(pdf: bytes) -> bytes:
    """One byte, in the middle of what was signed."""
    at = pdf.index(b"stream") + 20
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def page_texts(pdf: bytes, folder: Path) -> list[str]:
    """By poppler, which also reads the certificate: it is the appearance of the seal."""
    (folder / "sealed.pdf").write_bytes(pdf)
    told = subprocess.run(
        [program("pdftotext"), "-layout", str(folder / "sealed.pdf"), "-"], capture_output=True, check=True
    )
    return told.stdout.decode().rstrip("\f").split("\f")


def check(page: Page, pdf: bytes) -> None:
    page.goto("/verify")
    page.set_input_files("#file", {"name": "contract.pdf", "mimeType": "application/pdf", "buffer": pdf})
    expect(page.locator("#verdict")).to_be_visible()


@pytest.mark.row("S10", "V6")
def test_every_page_carries_the_id_and_the_certificate_leads_to_the_check(
    desktop: BrowserContext, script: Script, sealed: bytes, server: Server, tmp_path: Path
) -> None:
    *pages, certificate = page_texts(sealed, tmp_path)
    found = re.search(rf"{server.url}/v/([0-9A-Z-]+)", certificate)
    assert found
    address, public_id = found.group(0), found.group(1)
    assert len(pages) == 2
    assert all(public_id in text for text in (*pages, certificate))
    assert "Jana Weber" in certificate
    assert "Ada Berg" in certificate
    assert is_drawn(address, picture_of_the_last_page(sealed))
    until(lambda: told(script) == ["Ada Berg", "Jana Weber"])

    page = desktop.new_page()
    page.goto(address)
    expect(page.locator(".card--id")).to_contain_text(public_id)
    expect(page.get_by_text("Choose the PDF file, or drop it here")).to_be_visible()
    assert "Ada Berg" not in page.content()  # an ID alone tells nobody's name
    page.goto(address[:-1] + ("2" if address[-1] != "2" else "3"))
    expect(page.get_by_text("This ID was not given out here.")).to_be_visible()


def told(script: Script) -> list[str]:
    """Who got the sealed document: of the newest two such messages, everybody's name."""
    sent = [letter.name for letter in script.letters() if letter.subject.startswith("Signed by everyone")]
    return sorted(sent[:2])


def picture_of_the_last_page(pdf: bytes) -> Image.Image:
    opened = pypdfium2.PdfDocument(pdf)
    opened.init_forms()
    return opened[len(opened) - 1].render(scale=4).to_pil().convert("L")


def is_drawn(address: str, page: Image.Image) -> bool:
    """Whether the one QR code on the page is that of the address: its modules, read off the picture."""
    codes = [
        segno.make(address, error=level, boost_error=boost) for level in "lmqh" for boost in (True, False)
    ]
    return any(
        modules(page, len(code.matrix)) == [list(map(bool, row)) for row in code.matrix] for code in codes
    )


def modules(page: Image.Image, count: int) -> list[list[bool]]:
    """The box of the QR code lies at the left of the lowest quarter, above the ID in the margin."""
    left, top = page.width // 12, page.height * 3 // 4
    part = page.crop((left, top, page.width // 4 - 20, page.height * 9 // 10))
    box = part.point(lambda shade: 255 * (shade < 100)).getbbox()
    assert box
    size = (box[2] - box[0]) / count
    return [
        [
            part.getpixel((int(box[0] + (x + 0.5) * size), int(box[1] + (y + 0.5) * size))) < 100
            for x in range(count)
        ]
        for y in range(count)
    ]


@pytest.mark.row("V1")
@pytest.mark.parametrize("place", ["desktop", "phone"])
def test_the_integrity_page_answers_in_one_sentence(
    place: str, desktop: BrowserContext, phone: BrowserContext, sealed: bytes
) -> None:
    page = {"desktop": desktop, "phone": phone}[place].new_page()
    check(page, sealed)
    expect(page.locator("#verdict")).to_have_text("This document is intact: it is exactly what was signed.")
    facts = page.locator(".facts", has_text="Signed by").get_by_role("listitem")
    for fact, name in zip(facts.all(), ("Jana Weber", "Ada Berg"), strict=True):
        expect(fact).to_contain_text(name)
        expect(fact).to_contain_text(
            re.compile(r"\d{4}, \d\d:\d\d CES?T · clock of this office's own time stamp service")
        )
    expect(page.get_by_text("Sealed by")).to_be_visible()

    for pdf, sentence, found in (
        (changed(sealed), "This document was changed after it was signed. Do not rely on it.", "“Ada Berg” signed was changed"),
        (sealed + b"\n%%more", "This document is intact, with notes that you should read.", "bytes behind the end"),
        (blank(), "This file carries no signature, so nothing proves where it comes from.", "There is no signature"),
        (b"hello", "This file cannot be checked.", "The file is not a PDF."),
    ):  # fmt: skip
        check(page, pdf)
        expect(page.locator("#verdict")).to_have_text(sentence)
        expect(page.locator(".found")).to_contain_text(found)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.row("V2")
def test_esign_verify_says_the_same_and_exits_0_only_for_intact(
    sealed: bytes, server: Server, phone: BrowserContext, tmp_path: Path
) -> None:
    page, file = phone.new_page(), tmp_path / "contract.pdf"

    def verify(pdf: bytes, *options: str) -> subprocess.CompletedProcess[str]:
        file.write_bytes(pdf)
        return server.esign("verify", *options, str(file))

    plain = verify(sealed)
    first, *facts = plain.stdout.splitlines()
    assert plain.returncode == 0
    assert first.endswith("This document is intact: it is exactly what was signed.")
    assert [fact.split(",")[0].strip() for fact in facts][1:3] == [
        "signed by Jana Weber",
        "signed by Ada Berg",
    ]
    for pdf, verdict in ((sealed, "intact"), (changed(sealed), "changed"), (blank(), "not_ours")):
        done = verify(pdf, "--json")
        told = json.loads(done.stdout)
        check(page, pdf)
        assert (told["verdict"], told["sentence"]) == (verdict, page.locator("#verdict").inner_text())
        assert (done.returncode == 0) == (verdict == "intact")
        assert told.keys() >= {"verdict", "sentence", "findings", "signatures", "document"}
        signers = [fact["name"] for fact in told["signatures"] if fact["kind"] == "signer"]
        assert signers == ([] if verdict == "not_ours" else ["Jana Weber", "Ada Berg"])
