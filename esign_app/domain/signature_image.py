"""The picture of a signature, from outside: checked before it is decoded, refused when nobody signed in it, made anew.

What is stored is never what was sent: only the ink survives, dark on transparent, cropped, without metadata.
"""

import io
import struct
from collections.abc import Iterator

from PIL import Image, ImageFilter

from esign_app.domain.refusals import Invalid

LARGEST = 600_000
MOST_PIXELS = 4_000_000
LONGEST_SIDE = 4000
SHARP_ENOUGH = (1200, 600)
INK = (20, 33, 61)

_MAGIC = b"\x89PNG\r\n\x1a\n"
_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}  # the rest is metadata, and some of it compressed
_COLOURS = {0, 2, 3, 4, 6}
_DARK = 60  # of 255: less is dust on a photographed paper, not ink
_STUDY = 600  # strokes are measured on a picture of this size
_MARGIN = 4
_BLOB = 12  # a thickness at which it is no pen any more, in pixels of the study


def check(content: bytes) -> bytes:
    """The signature as a clean PNG. Raises Invalid for anything but a picture with strokes of a pen in it."""
    try:
        picture = _decoded(_stripped(content))
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        raise _unreadable() from None
    ink = _ink(picture)
    box = ink.point(lambda value: 255 if value > _DARK else 0).getbbox()
    if box is None or not _is_written(ink.crop(box)):
        raise Invalid("The signature is empty. Please draw it with at least one stroke.", field="image")
    return _clean(ink, box)


def _stripped(content: bytes) -> bytes:
    """The same PNG with nothing but its picture. Looks at sizes only; not a byte is decompressed here."""
    if len(content) > LARGEST:
        raise Invalid(
            "The picture of the signature is larger than {limit} kB.", field="image", limit=LARGEST // 1000
        )
    if not content.startswith(_MAGIC):
        raise _unreadable()
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        raise _unreadable()
    width, height, depth, colour = struct.unpack(">IIBB", chunks[0][1][8:18])
    if not 0 < width <= LONGEST_SIDE or not 0 < height <= LONGEST_SIDE or width * height > MOST_PIXELS:
        raise Invalid("The picture of the signature has too many pixels.", field="image")
    if depth not in {1, 2, 4, 8, 16} or colour not in _COLOURS:
        raise _unreadable()
    return _MAGIC + b"".join(whole for kind, whole in chunks if kind in _KEPT)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and whole bytes of each chunk; ends after IEND, so what hides behind the picture is dropped."""
    at = len(_MAGIC)
    while at + 12 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        kind, end = content[at + 4 : at + 8], at + 12 + size
        if end > len(content):
            return
        yield kind, content[at:end]
        if kind == b"IEND":
            return
        at = end


def _decoded(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=("PNG",)) as opened:
        return opened.convert("RGBA")


def _ink(picture: Image.Image) -> Image.Image:
    """How dark each point is on white paper; white ink on nothing is nothing."""
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return paper.convert("L").point(lambda value: 255 - value)


def _is_written(ink: Image.Image) -> bool:
    """Whether it is a line and no dot, blot or bar: a stroke is several times as long as it is thick."""
    if max(ink.size) < 16:
        return False
    factor = max(1, -(-max(ink.size) // _STUDY))
    study = ink.reduce(factor).point(lambda value: 255 if value > _DARK else 0)
    area = study.histogram()[255]
    thickness = _thickness(study)
    if thickness >= _BLOB * 2:
        return False
    return area / thickness >= max(3 * thickness, 12)


def _thickness(study: Image.Image) -> int:
    """Of the thickest place: how often the edges can be taken away until nothing is left."""
    bordered = Image.new("L", (study.width + 2, study.height + 2))
    bordered.paste(study, (1, 1))
    rounds = 0
    while bordered.getbbox() and rounds < _BLOB:
        bordered = bordered.filter(ImageFilter.MinFilter(3))
        rounds += 1
    return rounds * 2


def _clean(ink: Image.Image, box: tuple[int, int, int, int]) -> bytes:
    left, top, right, bottom = box
    frame = (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
    alpha = ink.crop(frame)  # outside the picture there is no ink
    alpha.thumbnail(SHARP_ENOUGH)
    picture = Image.new("RGBA", alpha.size, (*INK, 0))
    picture.putalpha(alpha)
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


def _unreadable() -> Invalid:
    return Invalid("The signature is not a readable PNG picture.", field="image")
