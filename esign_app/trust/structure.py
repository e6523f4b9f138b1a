"""What the bytes alone tell, before any cryptography: is this a PDF, and does each signature cover what it claims to cover."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from esign_app.trust import der
from esign_app.trust.verdict import Remark

MAX_BYTES = 25 * 1024 * 1024
MAX_PAGES = 500
MAX_REVISIONS = 40
_MAX_OBJECTS = 200_000

_EOF = b"%%EOF"
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")
_SIGNATURE_MARKS = (b"/ETSI.CAdES.detached", b"/ETSI.RFC3161", b"/adbe.pkcs7", b"/adbe.x509")
_PDF_SYNTAX = re.compile(rb"\bobj\b|\bendobj\b|\bstream\b|\btrailer\b|\bxref\b|startxref")
_HEX_LOWER = re.compile(rb"[0-9a-f]*")
_HEX_UPPER = re.compile(rb"[0-9A-F]*")
_HEX_ANY = re.compile(rb"[0-9A-Fa-f]*")


@dataclass(frozen=True)
class Cut:
    """The file without bytes after its last end mark, and what those bytes mean."""

    pdf: bytes
    remarks: tuple[Remark, ...]


def refuse_unreadable(pdf: bytes) -> Remark | None:
    """The reason why the file is not even looked at, if there is one."""
    if len(pdf) > MAX_BYTES:
        return Remark("CANNOT_CHECK", "too-large")
    if b"%PDF-" not in pdf[:1024]:
        return Remark("CANNOT_CHECK", "not-a-pdf")
    return None


def looks_signed(pdf: bytes) -> bool:
    """Whether the file holds, or held, a signature. Only then is damage an alteration of something signed."""
    return bool(_BYTE_RANGE.search(pdf)) or any(mark in pdf for mark in _SIGNATURE_MARKS)


def unsigned(pdf: bytes) -> Remark:
    """What to say of a file without an open mark of a signature: a tool that saved it anew may have packed one away."""
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            if document.is_encrypted:
                return Remark("CANNOT_CHECK", "encrypted")
            if len(document.objects) > _MAX_OBJECTS:
                return Remark("CANNOT_CHECK", "too-large")
            remains = any(
                isinstance(thing, pikepdf.Dictionary) and "/ByteRange" in thing for thing in document.objects
            )
    except pikepdf.PasswordError:
        return Remark("CANNOT_CHECK", "encrypted")
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError):
        return Remark("CANNOT_CHECK", "damaged")
    return Remark("ALTERED", "saved-anew") if remains else Remark("NO_SIGNATURE", "unsigned")


def cut_tail(pdf: bytes) -> Cut:
    """Split off what follows the last end mark. Objects there are an attack on tolerant viewers, other bytes are litter."""
    end = pdf.rfind(_EOF)
    if end < 0:
        return Cut(pdf, ())
    end += len(_EOF)
    end += len(pdf[end : end + 2]) - len(pdf[end : end + 2].lstrip(b"\r\n"))
    tail = pdf[end:]
    if not tail:
        return Cut(pdf, ())
    if _PDF_SYNTAX.search(tail):
        return Cut(pdf, (Remark("ALTERED", "objects-after-the-end"),))
    return Cut(pdf[:end], (Remark("INTACT_NOT_IDENTICAL", "bytes-after-the-end"),))


def check_signature(pdf: bytes, signature: EmbeddedPdfSignature) -> Iterator[Remark]:
    """The rules for a byte range (PDF 32000-2, 12.8.1): from the first byte, one hole, the hole exactly the signature value."""
    field = str(signature.field_name)
    numbers = [int(number) for number in signature.byte_range]
    if len(numbers) != 4:
        yield Remark("ALTERED", "byte-range", field)
        return
    start, first, second, rest = numbers
    if start != 0 or first <= 0 or second < first + 2 or rest <= 0 or second + rest > len(pdf):
        yield Remark("ALTERED", "byte-range", field)
        return
    hole = pdf[first:second]
    digits = hole[1:-1]
    if not (
        hole.startswith(b"<") and hole.endswith(b">") and _HEX_ANY.fullmatch(digits) and len(digits) % 2 == 0
    ):
        yield Remark("ALTERED", "byte-range", field)
        return
    value = bytes.fromhex(digits.decode("ascii"))
    if value != signature.pkcs7_content:
        yield Remark("ALTERED", "signature-value", field)
    yield from _litter(value, digits, field)


def check_remains(pdf: bytes, signatures: list[EmbeddedPdfSignature], foreign: int) -> Iterator[Remark]:
    """Each signature value belongs to exactly one field, and none of them, nor of `foreign` others, was taken out of the form."""
    places = [tuple(int(number) for number in signature.byte_range) for signature in signatures]
    if len(set(places)) != len(places):
        yield Remark("ALTERED", "signature-used-twice")
    if len(_BYTE_RANGE.findall(pdf)) > len(set(places)) + foreign:
        yield Remark("ALTERED", "signature-removed")


def check_end(pdf: bytes, signatures: list[EmbeddedPdfSignature], last_revision: int) -> Iterator[Remark]:
    """Bytes after the last signed one must be a revision that can be examined; else nobody vouches for them."""
    if last_revision > max(signature.signed_revision for signature in signatures):
        return
    end = max(int(signature.byte_range[2]) + int(signature.byte_range[3]) for signature in signatures)
    tail = pdf[end:].strip()
    if tail:
        hidden = _PDF_SYNTAX.search(tail)
        yield Remark("ALTERED" if hidden else "INTACT_NOT_IDENTICAL", "bytes-after-the-end")


def _litter(value: bytes, digits: bytes, field: str) -> Iterator[Remark]:
    """The hole is the one place no signature covers: whatever stands there beside the signature is told."""
    used = der.element_end(value, 0)
    uniform = _HEX_LOWER.fullmatch(digits) or _HEX_UPPER.fullmatch(digits)
    if used is None or value[used:].strip(b"\0") or not uniform:
        yield Remark("INTACT_NOT_IDENTICAL", "bytes-beside-signature", field)
