"""Pictures, text and verdict of a file that may be anything."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from esign_app.adapters import pdf
from esign_app.trust.roots import Roots

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def two_pages() -> bytes:
    template = "<style>@page{size:100mm 200mm;margin:5mm}</style><p>first äß</p><p style='break-before:page'>second</p>"
    return pdf.render(template, {}, language="en", title="x").pdf


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture))


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    held = io.BytesIO()
    document.save(held, **options)
    return held.getvalue()


def test_every_page_is_a_lossless_picture_of_the_wanted_width(two_pages: bytes) -> None:
    pictures = pdf.page_images(two_pages, 400)
    assert [opened(picture).size for picture in pictures] == [(400, 800), (400, 800)]
    assert all(
        picture[:4] == b"RIFF" and picture[8:12] == b"WEBP" and b"VP8L" in picture[:40]
        for picture in pictures
    )


def test_single_pages_can_be_asked_for(two_pages: bytes) -> None:
    assert pdf.page_images(two_pages, 200, pages=[1]) == pdf.page_images(two_pages, 200)[1:]
    assert pdf.page_images(two_pages, 200, pages=[7, -1]) == []


def test_text_is_given_page_by_page(two_pages: bytes) -> None:
    assert [page.strip() for page in pdf.page_text(two_pages)] == ["first äß", "second"]


def test_what_stands_in_a_form_field_is_in_the_picture(two_pages: bytes) -> None:
    """A signature is the appearance of a form field; a picture without it would show an unsigned page."""
    document = pikepdf.open(io.BytesIO(two_pages))
    look = pikepdf.Stream(document, b"0 0 0 rg 0 0 100 100 re f")
    look.update(
        pikepdf.Dictionary(Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 100, 100])
    )
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig, T="signer-001", F=4,
        Rect=[100, 100, 200, 200], AP=pikepdf.Dictionary(N=document.make_indirect(look)),
    )  # fmt: skip
    held = document.make_indirect(field)
    document.pages[0].Annots = pikepdf.Array([held])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([held]), SigFlags=3)
    picture = opened(pdf.page_images(saved(document), 567)[0]).convert("L")
    assert picture.getpixel((300, 1134 - 300)) < 10
    assert picture.getpixel((100, 1134 - 300)) > 240


def test_a_page_of_absurd_shape_gives_a_small_picture(two_pages: bytes) -> None:
    document = pikepdf.open(io.BytesIO(two_pages))
    document.pages[0].MediaBox = [0, 0, 1, 14400]
    width, height = opened(pdf.page_images(saved(document), 2000)[0]).size
    assert height <= 12_000
    assert width <= 2000


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n%%EOF", b"<html>", b"\x89PNG" * 1000])
def test_what_is_no_pdf_is_said_to_be_none(content: bytes) -> None:
    for read in (pdf.page_text, lambda found: pdf.page_images(found, 100)):
        with pytest.raises(pdf.RenderFailed) as refused:
            read(content)
        assert refused.value.code == "not_a_pdf"


def test_a_password_is_named(two_pages: bytes) -> None:
    locked = saved(pikepdf.open(io.BytesIO(two_pages)), encryption=pikepdf.Encryption(user="u", owner="o"))
    with pytest.raises(pdf.RenderFailed) as refused:
        pdf.page_text(locked)
    assert refused.value.code == "locked_pdf"


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    large = b"%PDF-1.7\n" + bytes(pdf.LARGEST_PDF)
    with pytest.raises(pdf.RenderFailed) as refused:
        pdf.page_text(large)
    assert refused.value.code == "too_large"
    assert pdf.verify(large, Roots(anchors=()), NOW).verdict == "cannot_check"


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n%%EOF"])
def test_a_verdict_on_anything_is_a_verdict(content: bytes) -> None:
    assert pdf.verify(content, Roots(anchors=()), NOW).verdict in {"cannot_check", "not_ours"}


@pytest.mark.parametrize(
    "name", ["ok-06-flow-2of2.pdf", "bad-01-byte-flip.pdf", "bad-33-other-key-same-name.pdf"]
)
def test_the_verdict_of_the_child_is_that_of_trust(corpus: Path, name: str) -> None:
    from esign_app.trust.verify import verify

    content = (corpus / name).read_bytes()
    roots = Roots.read([(corpus / "trust-root.pem").read_bytes()], [(corpus / "trust.crl").read_bytes()])
    assert pdf.verify(content, roots, NOW) == verify(content, roots, now=NOW)


def test_a_verification_beyond_the_limits_is_cannot_check(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise pdf.Killed(24)

    monkeypatch.setattr(pdf._nursery, "ask", killed)
    found = pdf.verify(b"%PDF-1.7", Roots(anchors=()), NOW)
    assert (found.verdict, found.findings) == ("cannot_check", ("CANNOT_CHECK",))
