"""The judgement of a PDF, offline: is it what was signed, by whom, and is it complete.

Never raises: whatever is wrong with the file ends in the verdict. For files from outside run it in a bounded process; the
limits here keep honest files honest, they do not stop a parser bomb.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data

from esign_app.trust import manifest as manifests
from esign_app.trust import structure
from esign_app.trust.differences import check_after_last
from esign_app.trust.manifest import Manifest
from esign_app.trust.roots import Roots
from esign_app.trust.signatures import Judged, Trust, judge
from esign_app.trust.stamp import SEAL_FIELD
from esign_app.trust.verdict import DocumentFact, Remark, Verdict

_KNOWN_KINDS = frozenset(kind.value for kind in SigSeedSubFilter)
_log = logging.getLogger(__name__)
# pyHanko logs what it finds in hostile files, with stack traces. It all goes into the verdict instead.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def verify(pdf: bytes, roots: Roots, *, now: datetime) -> Verdict:
    """What can be said about `pdf` at the moment `now`, trusting `roots` only."""
    refused = structure.refuse_unreadable(pdf)
    if refused:
        return Verdict.of([refused])
    if not structure.looks_signed(pdf):
        return Verdict.of([structure.unsigned(pdf)])
    try:
        return _verify(pdf, Trust(roots, now))
    except Exception:  # noqa: BLE001 - hostile input finds every kind of exception
        _log.debug("a signed file could not be read", exc_info=True)
        return Verdict.of([Remark("ALTERED", "structure")])


def _verify(pdf: bytes, trust: Trust) -> Verdict:
    if not pdf.startswith(b"%PDF-"):
        return Verdict.of([Remark("ALTERED", "bytes-before-the-start")])
    cut = structure.cut_tail(pdf)
    if any(remark.finding == "ALTERED" for remark in cut.remarks):
        return Verdict.of(cut.remarks)
    reader, notes = _reader(cut.pdf)
    if reader.encrypted:
        return Verdict.of([Remark("CANNOT_CHECK", "encrypted")])
    if (
        reader.xrefs.total_revisions > structure.MAX_REVISIONS
        or int(reader.root["/Pages"]["/Count"]) > structure.MAX_PAGES
    ):
        return Verdict.of([Remark("CANNOT_CHECK", "too-large")])
    embedded, foreign = _signatures(reader)
    if not embedded:
        return Verdict.of(foreign or [Remark("ALTERED", "signature-removed")])
    judged = asyncio.run(_judge_all(embedded, trust))
    open_fields = [str(name) for name, _, _ in enumerate_sig_fields(reader, filled_status=False)]
    remarks = [
        *cut.remarks,
        *notes,
        *foreign,
        *_structure(cut.pdf, reader, embedded, len(foreign)),
        *(remark for one in judged for remark in one.remarks),
        *_after_last(judged, reader, bool(open_fields)),
        *_completeness(judged, open_fields, _manifest(reader)),
        *(
            ()
            if trust.revocation_known
            else (Remark("INTACT_REVOCATION_UNKNOWN", "no-current-revocation-list"),)
        ),
    ]
    return Verdict.of(remarks, [one.fact for one in judged if one.fact], _document(judged, _manifest(reader)))


def _reader(pdf: bytes) -> tuple[PdfFileReader, list[Remark]]:
    """A strict reader. A hybrid file is read leniently and marked: old and new viewers may see different objects in it."""
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    if not reader.xrefs.hybrid_xrefs_present:
        return reader, []
    return PdfFileReader(BytesIO(pdf), strict=False), [Remark("INTACT_WARN", "hybrid-references")]


def _signatures(reader: PdfFileReader) -> tuple[list[EmbeddedPdfSignature], list[Remark]]:
    """All filled signature fields in the order of signing, and a remark for each in a format that is never ours."""
    known, foreign = [], []
    for name, value, field in enumerate_sig_fields(reader, filled_status=True):
        if str(value.get_object().get("/SubFilter", "")) in _KNOWN_KINDS:
            known.append(EmbeddedPdfSignature(reader, field, name))
        else:
            foreign.append(Remark("NOT_OURS", "unknown-format", str(name)[:200]))
    return sorted(known, key=lambda one: one.signed_revision), foreign


async def _judge_all(embedded: Sequence[EmbeddedPdfSignature], trust: Trust) -> list[Judged]:
    return [await judge(one, trust) for one in embedded]


def _structure(
    pdf: bytes, reader: PdfFileReader, embedded: list[EmbeddedPdfSignature], foreign: int
) -> Iterator[Remark]:
    for one in embedded:
        yield from structure.check_signature(pdf, one)
    yield from structure.check_remains(pdf, embedded, foreign)
    yield from structure.check_end(pdf, embedded, reader.xrefs.total_revisions - 1)


def _after_last(judged: Sequence[Judged], reader: PdfFileReader, open_fields: bool) -> Iterator[Remark]:
    """Changes that no genuine signature covers; a foreign one, whoever appended it, covers nothing."""
    genuine = [one for one in judged if one.genuine]
    if not genuine:
        return
    certified = next((level for one in genuine if (level := _certification(one, reader)) is not None), None)
    yield from check_after_last(genuine[-1].embedded, certified=certified, open_fields=open_fields)


def _certification(one: Judged, reader: PdfFileReader) -> MDPPerm | None:
    """What the author's signature allows, if this is it: the one the catalogue names under /Perms."""
    author = read_certification_data(reader)
    ours = one.embedded.sig_object.container_ref
    return one.embedded.docmdp_level if author and author.author_sig.container_ref == ours else None


def _completeness(
    judged: Sequence[Judged], open_fields: list[str], manifest: Manifest | None
) -> Iterator[Remark]:
    """A sealed document is complete when every slot its seal names is signed; any other when no field waits."""
    seal = _seal(judged)
    if seal is None or seal.reason.slots is None:
        for name in open_fields:
            yield Remark("INTACT_INCOMPLETE", "field-not-signed", name[:200])
        return
    signed = {one.fact.field for one in judged if one.fact and one.genuine}
    for slot in seal.reason.slots:
        if slot not in signed:
            yield Remark("INTACT_INCOMPLETE", "field-not-signed", slot)
    if manifest and seal.reason.document and seal.reason.document != manifest.public_id:
        yield Remark("ALTERED", "another-document", seal.reason.document)


def _seal(judged: Sequence[Judged]) -> Judged | None:
    return next((one for one in judged if one.genuine and one.fact and one.fact.field == SEAL_FIELD), None)


def _manifest(reader: PdfFileReader) -> Manifest | None:
    entry: Any = reader.root.get(manifests.CATALOG_KEY)
    content = entry.get_object().get(manifests.MANIFEST_KEY) if entry is not None else None
    return manifests.decode(str(content).encode("utf-8", "replace")) if content is not None else None


def _document(judged: Sequence[Judged], manifest: Manifest | None) -> DocumentFact | None:
    """Only what genuine signatures cover is told as the document's own word."""
    genuine = [one for one in judged if one.genuine]
    if manifest is None or not genuine:
        return None
    heads = [one.reason.chain_head for one in genuine if one.reason.chain_head]
    return DocumentFact(manifest.public_id, manifest.title, manifest.slots, heads[-1] if heads else None)
