"""Freezing any PDF: places on turned and cropped pages, the label, and nothing left that could act or change."""

import contextlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, String

from esign_app.trust import seal
from esign_app.trust.geometry import Frame
from esign_app.trust.normalise import CannotFreeze
from esign_app.trust.stamp import Field, freeze
from esign_app.trust.verify import verify
from tests.support import oracles
from tests.trust import attacks
from tests.trust.conftest import FIELDS, NOW, Flow

MANIFEST = {"public_id": "K7QF-2MXA-9DTE", "title": "T", "slots": ["signer-001"]}
LABEL = "Document K7QF-2MXA-9DTE"


def frozen(pdf: bytes, *fields: Field, label: str = LABEL) -> bytes:
    return freeze(pdf, label=label, fields=fields, manifest=MANIFEST)


def made(change=lambda document: None, pages: int = 1) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(400, 600))
    change(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def box_of(pdf: bytes, name: str = "signer-001") -> list[float]:
    with pikepdf.open(BytesIO(pdf)) as document:
        field = next(field for field in document.Root.AcroForm.Fields if str(field.T) == name)
        return [float(number) for number in field.Rect]


def test_the_same_input_gives_the_same_bytes(contract: bytes):
    once, twice = frozen(contract, *FIELDS), frozen(contract, *FIELDS)
    assert once == twice


def test_a_page_is_reserved_and_every_field_is_there(flow: Flow, contract: bytes):
    with pikepdf.open(BytesIO(flow.frozen)) as document, pikepdf.open(BytesIO(contract)) as before:
        assert len(document.pages) == len(before.pages) + 1
        fields = {str(field.T): field for field in document.Root.AcroForm.Fields}
        assert set(fields) == {"issuer", "signer-001", "signer-002", "seal"}
        assert [float(number) for number in fields["issuer"].Rect] == [0, 0, 0, 0]
        assert fields["seal"].Lock.Action == Name.All
        assert fields["seal"].Lock.P == 1
        assert fields["seal"].P.objgen == document.pages[-1].obj.objgen
        assert not any("/V" in field for field in fields.values())


def test_the_label_is_on_every_page(flow: Flow):
    document = pypdfium2.PdfDocument(flow.frozen)
    for number in range(len(document)):
        text = document[number].get_textpage()
        assert LABEL in text.get_text_range()
        place = text.get_charbox(text.get_text_range().index(LABEL))
        assert place[3] < 20, "at the very bottom"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270, -90, 450])
@pytest.mark.parametrize("cropped", [False, True])
def test_the_label_stands_upright_at_the_lower_left_for_the_reader(rotation: int, cropped: bool):
    def turn(document: Pdf):
        document.pages[0].obj.Rotate = rotation
        if cropped:
            document.pages[0].obj.CropBox = Array([50, 80, 350, 500])

    page = pypdfium2.PdfDocument(frozen(made(turn)))[0].render(scale=3).to_pil().convert("L")
    left, top, right, bottom = page.point(lambda value: 255 if value < 200 else 0).getbbox()
    assert left < 25 * 3
    assert page.height - 14 * 3 < top < bottom < page.height
    assert right - left > 8 * (bottom - top)


@pytest.mark.parametrize(
    ("rotation", "wanted"),
    [
        (0, [40, 420, 120, 480]),
        (90, [80, 60, 120, 180]),
        (180, [280, 120, 360, 180]),
        (270, [280, 420, 320, 540]),
    ],
)
def test_a_box_lands_where_the_reader_saw_it(rotation: int, wanted: list[float]):
    def turn(document: Pdf):
        document.pages[0].obj.Rotate = rotation

    pdf = frozen(made(turn), Field("signer-001", 0, 0.1, 0.2, 0.2, 0.1))
    assert box_of(pdf) == pytest.approx(wanted, abs=0.01)


def test_size_and_rotation_may_stand_on_the_parent_only():
    """B02: a size on the page tree alone is not US Letter."""

    def inherit(document: Pdf):
        page = document.pages[0].obj
        document.Root.Pages.MediaBox = Array([0, 0, 595, 842])
        document.Root.Pages.Rotate = 90
        del page.MediaBox

    assert box_of(frozen(made(inherit), Field("signer-001", 0, 0, 0, 0.5, 0.5))) == pytest.approx(
        [0, 0, 297.5, 421]
    )


def test_a_crop_box_beyond_the_paper_and_a_paper_below_zero():
    def odd(document: Pdf):
        document.pages[0].obj.MediaBox = Array([-100, -200, 300, 400])
        document.pages[0].obj.CropBox = Array([-500, 0, 200, 900])

    assert box_of(frozen(made(odd), Field("signer-001", 0, 0, 0, 1, 1))) == pytest.approx([-100, 0, 200, 400])


@given(
    st.sampled_from([0, 90, 180, 270]),
    st.tuples(st.floats(-500, 500), st.floats(-500, 500), st.floats(10, 2000), st.floats(10, 2000)),
    st.tuples(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.01, 0.1), st.floats(0.01, 0.1)),
)
def test_a_rectangle_keeps_its_seen_size(rotation, paper, box):
    frame = Frame(*paper, rotation)
    x1, y1, x2, y2 = frame.rect(*box)
    seen = (x2 - x1, y2 - y1) if rotation in (0, 180) else (y2 - y1, x2 - x1)
    assert seen == pytest.approx((box[2] * frame.seen_width, box[3] * frame.seen_height), abs=1e-6)
    assert paper[0] - 1e-6 <= x1 and paper[1] - 1e-6 <= y1
    assert x2 <= paper[0] + paper[2] + 1e-6 and y2 <= paper[1] + paper[3] + 1e-6


NAN = float("nan")


@pytest.mark.parametrize(
    "field",
    [
        Field("signer-1", 0, 0.1, 0.1, 0.1, 0.1),
        Field("seal", 0, 0.1, 0.1, 0.1, 0.1),
        Field("signer-001", 1, 0.1, 0.1, 0.1, 0.1),
        Field("signer-001", -1, 0.1, 0.1, 0.1, 0.1),
        Field("signer-001", 999, 0.1, 0.1, 0.1, 0.1),
        Field("signer-001", 0, -0.1, 0.1, 0.1, 0.1),
        Field("signer-001", 0, 0.95, 0.1, 0.1, 0.1),
        Field("signer-001", 0, 0.1, 0.1, 0, 0.1),
        Field("signer-001", 0, 0.1, 0.1, 0.1, -0.1),
        Field("signer-001", 0, NAN, 0.1, 0.1, 0.1),
        Field("signer-001", 0, 0.1, 0.1, float("inf"), 0.1),
    ],
)
def test_a_field_that_cannot_be_is_refused(field: Field):
    with pytest.raises(CannotFreeze) as refused:
        frozen(made(), field)
    assert refused.value.code == "field"


def test_two_fields_of_one_name_are_refused():
    with pytest.raises(CannotFreeze):
        frozen(made(), Field("signer-001", 0, 0, 0, 0.1, 0.1), Field("signer-001", 0, 0.5, 0, 0.1, 0.1))


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "damaged"), (b"no pdf", "damaged"), (b"%PDF-1.7\n%%EOF", "damaged")]
)
def test_what_is_no_pdf_is_refused(content: bytes, code: str):
    with pytest.raises(CannotFreeze) as refused:
        frozen(content)
    assert refused.value.code == code


def test_a_locked_file_is_refused_and_an_owner_password_is_not(corpus: Path):
    with pytest.raises(CannotFreeze) as refused:
        frozen((corpus / "err-48-encrypted.pdf").read_bytes())
    assert refused.value.code == "encrypted"
    out = BytesIO()
    with pikepdf.open(BytesIO(made())) as document:
        document.save(
            out,
            encryption=pikepdf.Encryption(owner="x", user="", allow=pikepdf.Permissions(modify_other=False)),
        )
    with pikepdf.open(BytesIO(frozen(out.getvalue()))) as document:
        assert not document.is_encrypted


def hostile(document: Pdf) -> None:
    """One of everything that acts, hides, attaches or changes."""
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    root, page = document.Root, document.pages[0].obj
    root.OpenAction = script
    root.AA = Dictionary(WC=script)
    document.attachments["evil.exe"] = b"MZ"
    root.Names.JavaScript = Dictionary(Names=Array([String("a"), script]))
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("hidden")))
    root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    root.Perms = Dictionary()
    root.EsignApp = Dictionary(Manifest=String('{"public_id":"FORGED"}'))
    page.AA = Dictionary(O=script)
    box = Array([10, 10, 100, 100])
    look = document.make_stream(
        b"0 0 90 90 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 90, 90])
    )
    text = document.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("sum"), V=String("1"), Rect=box,
            AP=Dictionary(N=look), AA=Dictionary(K=script), F=4,
        )
    )  # fmt: skip
    value = Dictionary(
        Type=Name.Sig,
        ByteRange=Array([0, 1, 2, 3]),
        Contents=String("x"),
        SubFilter=Name("/adbe.pkcs7.detached"),
    )
    signature = document.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("seal"), V=document.make_indirect(value),
            Rect=box, F=4,
        )
    )  # fmt: skip

    def link(action):
        return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=action)

    page.Annots = Array(
        [
            text,
            signature,
            link(script),
            link(Dictionary(S=Name.Launch, F=String("cmd.exe"))),
            link(Dictionary(S=Name.URI, URI=String("javascript:alert(1)"))),
            link(Dictionary(S=Name.URI, URI=String("https://example.com"), Next=script)),
            link(Dictionary(S=Name.URI, URI=String("https://example.com"))),
            Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=box),
            Dictionary(Type=Name.Annot, Subtype=Name.Screen, Rect=box, A=script),
        ]
    )
    root.AcroForm = Dictionary(
        Fields=Array([text, signature]), XFA=document.make_stream(b"<xdp/>"), NeedAppearances=True
    )
    item = document.make_indirect(Dictionary(Title=String("x"), A=script))
    item.Next = item
    root.Outlines = document.make_indirect(Dictionary(First=item, Last=item, Count=1))


def test_nothing_that_acts_or_hides_survives():
    pdf = frozen(made(hostile))
    plain = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(plain, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
        links = [note for note in document.pages[0].Annots if note.Subtype == Name.Link]
        assert [str(link.A.URI) for link in links] == ["https://example.com"]
        assert "/XFA" not in document.Root.AcroForm
        assert not document.attachments
    for trace in (
        b"JavaScript",
        b"Launch",
        b"alert",
        b"evil",
        b"OCProperties",
        b"adbe.pkcs7",
        b"ByteRange",
        b"FORGED",
        b"xdp",
    ):
        assert trace not in plain.getvalue(), trace


def test_a_hostile_file_still_signs_and_is_intact_afterwards(keys, tmp_path: Path):
    certified = seal.certify(frozen(made(hostile)), keys, reason="", now=NOW)
    assert verify(certified, keys.public(), now=NOW).findings == ("INTACT_INCOMPLETE",)
    assert (
        oracles.pdfsig(certified, keys.root.certificate, tmp_path)[0].certificate == "Certificate is Trusted."
    )


@pytest.mark.parametrize(
    "content",
    [b"q q q", b"Q Q", b"0.1 0 0 0.1 0 0 cm q 5 0 0 5 9 9 cm", b"BT (unclosed", b"\xff\x00 garbage ]]"],
)
def test_the_label_is_right_whatever_state_the_page_leaves_behind(content: bytes):
    def scribble(document: Pdf):
        document.pages[0].obj.Contents = document.make_stream(content)

    page = pypdfium2.PdfDocument(frozen(made(scribble)))[0]
    found = page.get_textpage()
    start = found.get_text_range().index(LABEL)
    assert found.get_charbox(start)[:2] == pytest.approx((20.5, 8), abs=1)


def test_a_document_of_ours_can_be_frozen_again(flow: Flow, keys):
    """Someone uploads a finished document: the old signatures end, the new ones are the only ones."""
    again = seal.certify(frozen(flow.sealed.pdf), keys, reason="", now=NOW)
    verdict = verify(again, keys.public(), now=NOW)
    assert verdict.findings == ("INTACT_INCOMPLETE",)
    assert [one.field for one in verdict.signatures] == ["issuer"]


def test_every_file_of_the_corpus_freezes_and_certifies_or_is_refused(corpus: Path, keys):
    outcome = {}
    for file in sorted(corpus.glob("*.pdf")):
        try:
            certified = seal.certify(frozen(file.read_bytes()), keys, reason="", now=NOW)
            outcome[file.name] = verify(certified, keys.public(), now=NOW).findings
        except CannotFreeze as refused:
            outcome[file.name] = refused.code
    odd = {
        name: found
        for name, found in outcome.items()
        if found not in (("INTACT_INCOMPLETE",), "encrypted", "damaged")
    }
    assert odd == {}
    assert sum(found == ("INTACT_INCOMPLETE",) for found in outcome.values()) > 40


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_file_freezes_or_is_refused(data):
    whole = made(hostile)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + data.draw(st.binary(max_size=20)) + whole[at + data.draw(st.integers(0, 20)) :]
    with contextlib.suppress(CannotFreeze):
        frozen(changed)


def test_page_attacks_before_freezing_do_not_matter(flow: Flow):
    """The chain of an upload's own revisions ends: one revision, nothing older inside."""
    assert frozen(attacks.page_content(flow.sealed.pdf)).count(b"%%EOF") == 1
