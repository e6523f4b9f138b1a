"""The three signatures, judged by other people's programs, and the look of what was drawn."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops
from pyhanko.pdf_utils.reader import PdfFileReader

from esign_app.trust import appearance, manifest, seal
from esign_app.trust.keys import Keys
from esign_app.trust.stamp import Field, freeze
from esign_app.trust.verify import verify
from tests.support import oracles
from tests.trust.conftest import DOCUMENT, HEAD, NOW, SLOTS, Flow, drawing, finish, sign


def test_pdfsig_calls_every_signature_valid_and_trusted(flow: Flow, keys: Keys, tmp_path: Path):
    opinions = oracles.pdfsig(flow.sealed.pdf, keys.root.certificate, tmp_path)
    assert [one.field for one in opinions] == ["issuer", *SLOTS, "seal"]
    assert {one.signature for one in opinions} == {"Signature is Valid."}
    assert {one.certificate for one in opinions} == {"Certificate is Trusted."}
    assert [one.coverage for one in opinions] == ["part", "part", "part", "whole"]


def test_qpdf_finds_nothing_to_complain_about(flow: Flow, tmp_path: Path):
    for pdf in (flow.frozen, flow.certified, flow.signed[1].pdf, flow.sealed.pdf):
        said = oracles.qpdf_check(pdf, tmp_path)
        assert "No syntax or stream encoding errors found" in said
        assert "WARNING" not in said


@pytest.mark.parametrize("field", ["issuer", *SLOTS, "seal"])
def test_openssl_verifies_the_signature_and_not_a_changed_content(
    field: str, flow: Flow, keys: Keys, tmp_path: Path
):
    chain = [keys.root.certificate, keys.ca.certificate]
    pdf = flow.sealed.pdf
    assert oracles.openssl_cms(pdf, field, chain, tmp_path, NOW)
    at = pdf.index(b"/MediaBox")
    assert not oracles.openssl_cms(pdf[:at] + b"/mediaBox" + pdf[at + 9 :], field, chain, tmp_path, NOW)


def test_earlier_signatures_are_still_valid_in_every_later_revision(flow: Flow, keys: Keys, tmp_path: Path):
    for number, pdf in enumerate((flow.certified, flow.signed[0].pdf, flow.signed[1].pdf), 1):
        (folder := tmp_path / str(number)).mkdir()
        opinions = oracles.pdfsig(pdf, keys.root.certificate, folder)
        assert [one.signature for one in opinions] == ["Signature is Valid."] * number


def test_each_signature_is_pades_with_a_time_stamp_and_our_reason(flow: Flow):
    for one in PdfFileReader(BytesIO(flow.sealed.pdf)).embedded_signatures:
        assert one.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
        assert one.signer_info["unsigned_attrs"][0]["type"].native == "signature_time_stamp_token"
        assert one.self_reported_timestamp == NOW
        assert manifest.read_reason(one.sig_object["/Reason"]).chain_head == HEAD
        assert len(one.signer_info["signed_attrs"]) == 3


def test_the_seal_names_what_makes_the_document_complete(flow: Flow):
    last = PdfFileReader(BytesIO(flow.sealed.pdf)).embedded_signatures[-1]
    assert manifest.read_reason(last.sig_object["/Reason"]) == manifest.Reason(HEAD, SLOTS, DOCUMENT)


def test_every_signer_has_a_certificate_of_their_own(flow: Flow):
    assert flow.signed[0].serial != flow.signed[1].serial


@pytest.mark.parametrize(
    "name", ["Ольга Константинопольская", "王小明", "عمر الخيام", "שָׁלוֹם", "สมชาย", "Žofie Ďáblová", "Ж" * 90]
)
def test_names_in_any_script_sign(name: str, flow: Flow, keys: Keys, tmp_path: Path):
    signed = sign(flow.certified, keys, SLOTS[0], name=name)
    assert verify(signed.pdf, keys.public(), now=NOW).signatures[-1].name == name[:64]
    opinions = oracles.pdfsig(signed.pdf, keys.root.certificate, tmp_path)
    assert (opinions[-1].signature, opinions[-1].certificate) == (
        "Signature is Valid.",
        "Certificate is Trusted.",
    )


def test_the_certificate_page_is_drawn_and_can_be_read(flow: Flow):
    document = pypdfium2.PdfDocument(flow.sealed.pdf)
    document.init_forms()
    assert len(document) == len(pypdfium2.PdfDocument(flow.frozen))
    page = document[len(document) - 1].render(scale=1, may_draw_forms=True).to_pil().convert("L")
    before = pypdfium2.PdfDocument(flow.frozen)
    blank = before[len(before) - 1].render(scale=1).to_pil().convert("L")
    assert sum(page.crop((0, 0, 595, 400)).point(lambda value: value < 128).get_flattened_data()) > 300
    assert sum(blank.crop((0, 0, 595, 400)).point(lambda value: value < 250).get_flattened_data()) == 0


@pytest.mark.parametrize("bad", [b"", b"not an image", b"GIF89a" + bytes(20), drawing()[:200]])
def test_what_is_no_image_is_refused(bad: bytes, flow: Flow, keys: Keys):
    with pytest.raises(appearance.BadImage):
        sign(flow.certified, keys, SLOTS[0], image=bad or b"x")


def test_a_huge_image_is_refused(flow: Flow, keys: Keys):
    out = BytesIO()
    Image.new("L", (5_000, 2_000)).save(out, "PNG")
    with pytest.raises(appearance.BadImage):
        sign(flow.certified, keys, SLOTS[0], image=out.getvalue())


def test_signing_takes_only_prepared_empty_fields(flow: Flow, keys: Keys, certificate: bytes):
    for pdf, field in ((flow.certified, "signer-077"), (flow.signed[0].pdf, SLOTS[0])):
        with pytest.raises(seal.CannotSign) as refused:
            sign(pdf, keys, field)
        assert refused.value.code == "field"
    with pytest.raises(seal.CannotSign):
        finish(flow.sealed.pdf, keys, certificate)


def test_time_is_an_argument(flow: Flow, keys: Keys):
    later = NOW + timedelta(hours=5)
    signed = seal.certify(flow.frozen, keys, reason="", now=later)
    assert verify(signed, keys.public(), now=later).signatures[0].at == later


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_drawing_is_upright_in_its_box_and_keeps_its_proportions(rotation: int, keys: Keys):
    box = (0.30, 0.60, 0.40, 0.10)
    pdf = _blank(rotation)
    frozen = freeze(
        pdf, label="", fields=[Field("signer-001", 0, *box)], manifest={"public_id": "X", "slots": []}
    )
    signed = sign(seal.certify(frozen, keys, reason="", now=NOW), keys, "signer-001", image=_corner()).pdf
    document = pypdfium2.PdfDocument(signed)
    document.init_forms()
    page = document[0].render(scale=2, may_draw_forms=True).to_pil().convert("RGB")
    blue = _extent(page, (0, 0, 255))
    red = _extent(page, (255, 0, 0))
    wanted = (
        box[0] * page.width,
        box[1] * page.height,
        (box[0] + box[2]) * page.width,
        (box[1] + box[3]) * page.height,
    )
    assert (
        wanted[0] - 2 <= red[0]
        and wanted[1] - 2 <= red[1]
        and blue[2] <= wanted[2] + 2
        and blue[3] <= wanted[3] + 2
    )
    assert red[0] < blue[0] and red[1] < blue[1], "red stands at the top left of blue for the reader"
    width, height = blue[2] - red[0], blue[3] - red[1]
    assert width / height == pytest.approx(2, rel=0.05)
    assert page.getpixel((int((red[2] + blue[0]) / 2) + 20, red[1] + 2)) == (200, 230, 200), (
        "the ground shines through"
    )


def _blank(rotation: int) -> bytes:
    """A page with a coloured ground, wider than high or the other way round when turned."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(400, 600))
    page = document.pages[0]
    page.obj.Contents = document.make_stream(b"0.784 0.902 0.784 rg 0 0 400 600 re f")
    page.obj.Rotate = rotation
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _corner() -> bytes:
    """Transparent, 2:1, red at the top left corner and blue at the bottom right one."""
    picture = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 60, 60))
    picture.paste((0, 0, 255, 255), (340, 140, 400, 200))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _extent(picture: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    near = [
        channel.point(lambda value, wanted=wanted: 255 if abs(value - wanted) < 60 else 0)
        for channel, wanted in zip(picture.split(), colour, strict=True)
    ]
    found = ImageChops.darker(ImageChops.darker(near[0], near[1]), near[2]).getbbox()
    assert found, f"nothing in {colour}"
    return found
