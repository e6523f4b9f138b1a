"""Does a filled text field show the value it holds? A viewer draws the appearance, a program reads the value.

Only the plainest appearance counts as showing it: text in a standard font and nothing else. Whoever draws more than that
after the last signature gets no benefit of the doubt.
"""

from typing import Any

from esign_app.trust.content import instructions

_FONTS = frozenset(
    f"/{name}"
    for name in (
        "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique",
        "Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic",
        "Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique",
    )
)  # fmt: skip
_SILENT = frozenset(
    {"BMC", "BDC", "EMC", "q", "Q", "BT", "ET", "Tf", "Td", "TD", "Tm", "T*", "TL", "g", "rg", "re", "W", "n"}
)
_STREAM_LIMIT = 100_000


def shows_its_value(field: Any) -> bool:
    """Whether the normal appearance of a pyHanko field dictionary draws exactly its /V, in letters that mean themselves."""
    try:
        appearance = field["/AP"]["/N"]
        content = appearance.data
        fonts = appearance["/Resources"]["/Font"]
        plain_fonts = all(_means_itself(fonts[name]) for name in fonts)
        plain_place = "/Matrix" not in appearance and _fits(appearance["/BBox"], field["/Rect"])
    except (KeyError, TypeError, AttributeError, ValueError):
        return False
    if len(content) > _STREAM_LIMIT or not plain_fonts or not plain_place:
        return False
    return _drawn_text(content) == str(field.get("/V", "")).strip()


def _means_itself(font: Any) -> bool:
    encoding = font.get("/Encoding", "/WinAnsiEncoding")
    standard = (
        str(font.get("/BaseFont")) in _FONTS and "/FontDescriptor" not in font and "/ToUnicode" not in font
    )
    return standard and str(encoding) in ("/WinAnsiEncoding", "/StandardEncoding", "/PDFDocEncoding")


def _fits(box: Any, rect: Any) -> bool:
    """The appearance's box is the field's own size, from zero: nothing is scaled away or drawn outside."""
    left, bottom, right, top = (float(number) for number in box)
    x1, y1, x2, y2 = (float(number) for number in rect)
    return left == bottom == 0 and abs(right - abs(x2 - x1)) < 1 and abs(top - abs(y2 - y1)) < 1


def _drawn_text(content: bytes) -> str | None:
    """The text of a content stream, or None when it draws anything but text."""
    text = b""
    for operator, operands in instructions(content) or [("unreadable", [])]:
        if operator == "Tj" and len(operands) == 1:
            text += bytes(operands[0])
        elif operator not in _SILENT:
            return None
    return text.decode("cp1252", "replace").strip()
