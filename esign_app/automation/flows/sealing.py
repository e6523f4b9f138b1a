"""Put signatures into the PDF, one revision each; seal when all have signed."""

import base64
from typing import Any

import segno

from esign_app import logs
from esign_app.adapters import pdf
from esign_app.automation import files
from esign_app.automation.keys import keys, roots
from esign_app.db import utcnow
from esign_app.domain.refusals import Conflict
from esign_app.domain.signing import certificate, progress
from esign_app.domain.signing.certificate import SealJob
from esign_app.engine import reading, step, transaction
from esign_app.settings import settings
from esign_app.trust import seal


class SealBroken(Exception):
    """Our own check of a fresh seal did not come out intact; it is not stored."""


@step("add_signature")
def add_signature(request_id: int) -> dict[str, Any]:
    """Put the oldest waiting signature into the PDF; answers what follows, with `more` when another waits."""
    with reading() as session:
        job = progress.sign_job(session, request_id)
    if job is None:
        return _next(request_id)
    logs.note(document=job.document)
    signed = seal.sign_slot(
        files.get(job.base_sha256),
        keys(),
        field=job.field,
        name=job.name,
        email=job.email,
        image_png=files.get(job.image_sha256),
        reason=job.reason,
        now=utcnow(),
    )
    stored = files.put(signed.pdf)
    try:
        with transaction() as session:
            done = progress.record_signed(session, job, stored, signed.serial, now=utcnow())
    except Conflict:
        return {"more": True, "messages": [], "seal": False}
    return {"more": not done.seal, "messages": list(done.messages), "seal": done.seal}


def _next(request_id: int) -> dict[str, Any]:
    with transaction() as session:
        done = progress.go_on(session, request_id, now=utcnow())
    return {"more": False, "messages": list(done.messages), "seal": done.seal}


@step("seal")
def seal_document(request_id: int) -> list[str]:
    """Seal, verify our own seal, and complete the document; answers the messages to deliver, also when done again."""
    with reading() as session:
        job = certificate.seal_job(session, request_id)
    if job is None:
        return list(_next(request_id)["messages"])
    logs.note(document=job.public_id)
    page = pdf.certificate(_page_data(job), language=job.language)
    sealed = seal.seal(files.get(job.base_sha256), keys(), page_pdf=page, reason=job.reason, now=utcnow())
    verdict = pdf.verify(sealed.pdf, roots(), utcnow())
    if verdict.verdict != "intact":
        raise SealBroken(", ".join(verdict.findings) or verdict.verdict)
    stored = files.put(sealed.pdf)
    with transaction() as session:
        done = certificate.record_sealed(session, job, stored, sealed.serial, now=utcnow())
        return list(done.messages)


def _page_data(job: SealJob) -> dict[str, Any]:
    url = f"{settings().url}/v/{job.public_id}"
    parties = [{**party, "image": _data_url(party["image_sha256"])} for party in job.page["parties"]]
    qr = segno.make(url, error="m").svg_inline(scale=4, border=0, dark="#0f172a")
    return {**job.page, "parties": parties, "verify_url": url, "qr": qr}


def _data_url(sha256: str) -> str:
    return "data:image/png;base64," + base64.b64encode(files.get(sha256)).decode()
