"""Freezing a PDF: the one rewrite before the first signature. Afterwards only signatures are added.

Everything a later signature needs is made here: its field, the last page on which the certificate will be drawn, and the
manifest. Fields made after a certification would be a change (and are how documents are forged).
"""

import copy
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from esign_app.trust import manifest as manifests
from esign_app.trust.content import instructions
from esign_app.trust.geometry import Frame, Rect, inherited
from esign_app.trust.normalise import CannotFreeze, normalise, opened

ISSUER_FIELD = "issuer"
SEAL_FIELD = "seal"
_A4 = (0, 0, 595.276, 841.89)
_PRINT_AND_LOCKED = 4 | 128
_SIGNATURES_EXIST_AND_APPEND_ONLY = 3

_LABEL_SIZE = 6.5
_LABEL_LEFT = 20.0
_LABEL_UP = 8.0
_LABEL_ROOM = 400.0


@dataclass(frozen=True)
class Field:
    """Where a slot signs: `signer-NNN`, page from 0, box as fractions of the displayed page from its top left.

    Names have a fixed width because validators compare locked fields by prefix (`signer-1` would lock `signer-10`).
    """

    name: str
    page: int
    x: float
    y: float
    w: float
    h: float


def freeze(pdf: bytes, *, label: str, fields: Sequence[Field], manifest: Mapping[str, Any]) -> bytes:
    """The document everyone will be shown and sign: normalised, `label` small at the foot of every page, all fields in place.

    The same input gives the same bytes. Raises CannotFreeze for a file or field that cannot work.
    """
    document = opened(pdf)
    try:
        normalise(document)
        _check(fields, len(document.pages))
        document.add_blank_page(page_size=(_A4[2], _A4[3]))
        for page in document.pages:
            _put_label(document, page, label)
        _put_form(document, fields)
        content = String(manifests.encode(manifest).decode("ascii"))
        document.Root[Name(manifests.CATALOG_KEY)] = Dictionary({manifests.MANIFEST_KEY: content})
        return _saved(document)
    except (pikepdf.PdfError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        raise CannotFreeze("damaged", "the file is damaged") from error


def _check(fields: Sequence[Field], pages: int) -> None:
    names = [field.name for field in fields]
    if len(set(names)) != len(names):
        raise CannotFreeze("field", "two fields have the same name")
    for field in fields:
        numbers = (field.x, field.y, field.w, field.h)
        inside = field.x >= 0 and field.y >= 0 and field.x + field.w <= 1.0001 and field.y + field.h <= 1.0001
        if not manifests.SLOT_NAME.fullmatch(field.name):
            raise CannotFreeze("field", f"{field.name!r} is no name for a field")
        if not 0 <= field.page < pages:
            raise CannotFreeze("field", f"{field.name} lies on page {field.page + 1} of {pages}")
        if not all(map(math.isfinite, numbers)) or field.w <= 0 or field.h <= 0 or not inside:
            raise CannotFreeze("field", f"{field.name} lies outside its page")


def _put_label(document: Pdf, page: pikepdf.Page, label: str) -> None:
    """One small line, upright for the reader, with a white edge so that it reads on dark paper too."""
    frame = Frame.of(page.obj)
    resources = inherited(page.obj, "/Resources")
    if "/Resources" not in page.obj:
        page.obj.Resources = copy.copy(resources) if isinstance(resources, Dictionary) else Dictionary()
    if not _is_balanced(page):
        page.obj.Contents = _as_one_form(document, page)
    name = _add_form(page, "EsignLabel", _label_form(document, label))
    matrix = " ".join(f"{number:.4f}" for number in frame.upright(_LABEL_LEFT, _LABEL_UP))
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ q {matrix} cm {name} Do Q\n".encode("ascii"))


def _add_form(page: pikepdf.Page, stem: str, form: Stream) -> Name:
    """Give the page `form` under a name of its own; never a random one, so that freezing twice gives the same bytes."""
    taken = page.obj.Resources.get("/XObject", Dictionary())
    number = next(number for number in itertools.count() if f"/{stem}{number}" not in taken)
    return page.add_resource(form, Name.XObject, Name(f"/{stem}{number}"))


def _label_form(document: Pdf, label: str) -> Stream:
    escaped = (
        label.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    )
    line = b"BT /F %.1f Tf %d Tr (%s) Tj ET "
    content = (
        b"/Artifact <</Type /Pagination>> BDC q 1 G 1.2 w 1 j "
        + line % (_LABEL_SIZE, 1, escaped)
        + b"0.42 g "
        + line % (_LABEL_SIZE, 0, escaped)
        + b"Q EMC"
    )
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    return Stream(
        document,
        content,
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, -_LABEL_SIZE, _LABEL_ROOM, 2 * _LABEL_SIZE]),
        Resources=Dictionary(Font=Dictionary(F=font)),
    )


def _is_balanced(page: pikepdf.Page) -> bool:
    """Whether the page's content ends cleanly and gives back every graphics state it takes; if not, the label would suffer."""
    found = instructions(_content(page), "q Q")
    depth = 0
    for operator, _ in found or ():
        depth += 1 if operator == "q" else -1
        if depth < 0:
            return False
    return found is not None and depth == 0


def _content(page: pikepdf.Page) -> bytes:
    contents = page.obj.get("/Contents")
    parts = list(contents) if isinstance(contents, Array) else [contents]
    return b"\n".join(part.read_bytes() for part in parts if isinstance(part, Stream))


def _as_one_form(document: Pdf, page: pikepdf.Page) -> Stream:
    """The old content shut into a form of its own, which gives back the state whatever it did."""
    frame = Frame.of(page.obj)
    box = Array([frame.x, frame.y, frame.x + frame.width, frame.y + frame.height])
    form = Stream(
        document, _content(page), Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=page.obj.Resources
    )
    page.obj.Resources = Dictionary()
    name = _add_form(page, "EsignPage", form)
    return Stream(document, f"{name} Do".encode("ascii"))


def _put_form(document: Pdf, fields: Sequence[Field]) -> None:
    """All signature fields. The seal's lock is what makes the finished document closed: every field, no change at all."""
    pages = document.pages
    lock = Dictionary(Type=Name.SigFieldLock, Action=Name.All, P=1)
    widgets = [_widget(document, pages[0], ISSUER_FIELD, (0, 0, 0, 0))]
    for field in fields:
        rect = Frame.of(pages[field.page].obj).rect(field.x, field.y, field.w, field.h)
        widgets.append(_widget(document, pages[field.page], field.name, rect))
    widgets.append(_widget(document, pages[-1], SEAL_FIELD, _A4, Lock=document.make_indirect(lock)))
    document.Root.AcroForm = document.make_indirect(
        Dictionary(Fields=Array(widgets), SigFlags=_SIGNATURES_EXIST_AND_APPEND_ONLY)
    )


def _widget(document: Pdf, page: pikepdf.Page, name: str, rect: Rect, **more: Any) -> pikepdf.Object:
    widget = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(name),
            F=_PRINT_AND_LOCKED,
            P=page.obj,
            Rect=Array([round(number, 3) for number in rect]),
            **more,
        )
    )
    page.obj.Annots = Array([*page.obj.get("/Annots", ()), widget])
    return widget


def _saved(document: Pdf) -> bytes:
    out = BytesIO()
    document.remove_unreferenced_resources()
    document.save(
        out, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True, min_version="1.7"
    )
    return out.getvalue()
