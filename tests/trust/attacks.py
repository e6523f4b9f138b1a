"""What an attacker without our keys can do to a signed file. Each function takes the file and gives the forged one."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from esign_app.trust.keys import load_or_create
from esign_app.trust.signer import EmbeddedStamper, KeySigner

Attack = Callable[[bytes], bytes]


def _update(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """An incremental update that follows the rules of the format, so that every viewer reads it."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _page(writer: IncrementalPdfFileWriter, number: int = 0):
    return writer.find_page_for_modification(number)[0].get_object()


def _field(writer: IncrementalPdfFileWriter, name: str):
    form = writer.root["/AcroForm"].get_object()
    for reference in form["/Fields"]:
        if reference.get_object()["/T"] == name:
            return reference.get_object()
    raise KeyError(name)


def _picture(writer: IncrementalPdfFileWriter):
    """A white box with another sum, as an appearance."""
    font = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type1"),
            pdf_name("/BaseFont"): pdf_name("/Helvetica"),
        }
    )
    fonts = generic.DictionaryObject({pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F"): font})})
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 200, 60))),
            pdf_name("/Resources"): fonts,
        },
        stream_data=b"1 g 0 0 200 60 re f 0 g BT /F 20 Tf 5 20 Td (1 EUR) Tj ET",
    )
    return writer.add_object(stream)


def page_content(pdf: bytes) -> bytes:
    def change(writer):
        _page(writer)[pdf_name("/Contents")] = writer.add_object(
            generic.StreamObject(stream_data=b"BT (1 EUR) Tj ET")
        )
        writer.update_container(_page(writer))

    return _update(pdf, change)


def page_added(pdf: bytes) -> bytes:
    def change(writer):
        pages = writer.root["/Pages"].get_object()
        new = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Page"),
                pdf_name("/Parent"): writer.root.raw_get("/Pages"),
                pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
            }
        )
        pages["/Kids"].append(writer.add_object(new))
        pages[pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) + 1)
        writer.update_container(pages)

    return _update(pdf, change)


def annotation_over_text(pdf: bytes) -> bytes:
    def change(writer):
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (60, 600, 260, 660))),
                pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): _picture(writer)}),
            }
        )
        page = _page(writer)
        kept = list(page["/Annots"]) if "/Annots" in page else []
        page[pdf_name("/Annots")] = generic.ArrayObject([*kept, writer.add_object(note)])
        writer.update_container(page)

    return _update(pdf, change)


def appearance_of(field: str) -> Attack:
    """Another look for a field: of an empty one it hides text, of a signed one it forges the drawing."""

    def attack(pdf: bytes) -> bytes:
        def change(writer):
            widget = _field(writer, field)
            widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): _picture(writer)})
            writer.update_container(widget)

        return _update(pdf, change)

    return attack


def place_of(field: str) -> Attack:
    def attack(pdf: bytes) -> bytes:
        def change(writer):
            widget = _field(writer, field)
            widget[pdf_name("/Rect")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 500)))
            writer.update_container(widget)

        return _update(pdf, change)

    return attack


def visible_field_added(pdf: bytes) -> bytes:
    def change(writer):
        fields.append_signature_field(
            writer, fields.SigFieldSpec("signer-009", on_page=0, box=(60, 600, 260, 660))
        )
        widget = _field(writer, "signer-009")
        widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): _picture(writer)})

    return _update(pdf, change)


def text_field_added(pdf: bytes) -> bytes:
    def change(writer):
        widget = generic.DictionaryObject(
            {
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): generic.TextStringObject("sum"),
                pdf_name("/V"): generic.TextStringObject("1 EUR"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (60, 600, 260, 660))),
            }
        )
        form = writer.root["/AcroForm"].get_object()
        form["/Fields"].append(writer.add_object(widget))
        writer.update_container(form["/Fields"])
        writer.update_container(form)

    return _update(pdf, change)


def redraw_asked_for(pdf: bytes) -> bytes:
    """/NeedAppearances lets a viewer draw fields anew, in whatever font the form names."""

    def change(writer):
        form = writer.root["/AcroForm"].get_object()
        form[pdf_name("/NeedAppearances")] = generic.BooleanObject(value=True)
        writer.update_container(form)
        writer.update_root()

    return _update(pdf, change)


def catalogue_entry(key: str, value: generic.PdfObject) -> Attack:
    def attack(pdf: bytes) -> bytes:
        def change(writer):
            writer.root[pdf_name(key)] = value
            writer.update_root()

        return _update(pdf, change)

    return attack


def form_removed(pdf: bytes) -> bytes:
    def change(writer):
        del writer.root["/AcroForm"]
        writer.update_root()

    return _update(pdf, change)


def signature_emptied(field: str) -> Attack:
    def attack(pdf: bytes) -> bytes:
        def change(writer):
            widget = _field(writer, field)
            del widget["/V"]
            writer.update_container(widget)

        return _update(pdf, change)

    return attack


def validation_data_with_content(pdf: bytes) -> bytes:
    """An update that looks like later validation data and carries a change along."""

    def change(writer):
        writer.root[pdf_name("/DSS")] = writer.add_object(
            generic.DictionaryObject({pdf_name("/Type"): pdf_name("/DSS")})
        )
        writer.update_root()
        _page(writer)[pdf_name("/Rotate")] = generic.NumberObject(180)
        writer.update_container(_page(writer))

    return _update(pdf, change)


def file_attached(pdf: bytes) -> bytes:
    def change(writer):
        names = generic.ArrayObject([generic.TextStringObject("x"), generic.DictionaryObject()])
        files = generic.DictionaryObject({pdf_name("/Names"): names})
        writer.root[pdf_name("/Names")] = generic.DictionaryObject({pdf_name("/EmbeddedFiles"): files})
        writer.update_root()

    return _update(pdf, change)


def saved_anew(streams: pikepdf.ObjectStreamMode) -> Attack:
    def attack(pdf: bytes) -> bytes:
        out = BytesIO()
        with pikepdf.open(BytesIO(pdf)) as document:
            document.save(out, object_stream_mode=streams)
        return out.getvalue()

    return attack


def signed_by_a_stranger(pdf: bytes) -> bytes:
    """Another installation, with keys of the same kind and names, signs in a field of its own."""
    now = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
    keys = load_or_create(Path(mkdtemp()) / "keys", b"another", now)
    meta = signers.PdfSignatureMetadata(field_name="Seal2", subfilter=fields.SigSeedSubFilter.PADES)
    signer = signers.PdfSigner(meta, KeySigner(keys.seal, keys.ca), timestamper=EmbeddedStamper(keys, now))
    signer._enforce_certification_constraints = lambda reader: None
    return signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=16384).getvalue()


def objects_appended(pdf: bytes) -> bytes:
    return pdf + b"\n9 0 obj\n<</Type/Page>>\nendobj\ntrailer\n<</Root 1 0 R>>\n"


def end_repeated(pdf: bytes) -> bytes:
    """Objects no table names, then a second end that points to the old table."""
    pointer = pdf.rpartition(b"startxref")[2]
    return pdf + b"9 0 obj\n<</Type/Page>>\nendobj\nstartxref" + pointer


def prefixed(pdf: bytes) -> bytes:
    return b"%junk\n" + pdf


ON_ANY: dict[str, Attack] = {
    "page content replaced": page_content,
    "page added": page_added,
    "annotation over text": annotation_over_text,
    "visible field added": visible_field_added,
    "text field added": text_field_added,
    "fields to be drawn anew": redraw_asked_for,
    "script on opening": catalogue_entry(
        "/OpenAction",
        generic.DictionaryObject(
            {
                pdf_name("/S"): pdf_name("/JavaScript"),
                pdf_name("/JS"): generic.TextStringObject("app.alert(1)"),
            }
        ),
    ),
    "manifest replaced": catalogue_entry(
        "/EsignApp", generic.DictionaryObject({pdf_name("/Manifest"): generic.TextStringObject("{}")})
    ),
    "permissions removed": catalogue_entry("/Perms", generic.DictionaryObject()),
    "language changed": catalogue_entry("/Lang", generic.TextStringObject("xx")),
    "form removed": form_removed,
    "issuer's signature emptied": signature_emptied("issuer"),
    "issuer's signature made visible": place_of("issuer"),
    "look of the seal forged": appearance_of("seal"),
    "place of a field changed": place_of("signer-002"),
    "look of a signer's field forged": appearance_of("signer-002"),
    "change under cover of validation data": validation_data_with_content,
    "file attached": file_attached,
    "saved anew": saved_anew(pikepdf.ObjectStreamMode.disable),
    "saved anew, packed": saved_anew(pikepdf.ObjectStreamMode.generate),
    "objects appended": objects_appended,
    "end repeated": end_repeated,
    "bytes before the start": prefixed,
}
