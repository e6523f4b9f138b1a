"""Make a document's file: take the values, render in the bounded child, keep the result."""

import logging
from typing import Any

from esign_app import logs
from esign_app.adapters import pdf
from esign_app.automation import faults, files
from esign_app.db import utcnow
from esign_app.domain import documents
from esign_app.domain.actor import SYSTEM
from esign_app.engine import reading, step, transaction, workflow

log = logging.getLogger("esign.automation")


@step("make_document")
def make_document(document_id: int) -> dict[str, Any]:
    """Render and keep the file; answers {} or the sentence that says why it cannot be made."""
    with reading() as session:
        job = documents.job(session, document_id, now=utcnow())
    if job is None:
        return {}
    logs.note(document=job.public_id)
    try:
        made = pdf.render(job.html, job.values, language=job.language, title=job.title)
        stored = files.put(made.pdf)
    except pdf.RenderFailed as failed:
        return _failed(document_id, faults.told(failed))
    except Exception as error:
        reason = faults.told(error)
        log.exception("document %s failed: %s", document_id, reason)
        return _failed(document_id, reason)
    anchors = [{"key": a.key, "page": a.page, "x": a.x, "y": a.y, "w": a.w, "h": a.h} for a in made.anchors]
    with transaction() as session:
        documents.record_made(
            session,
            SYSTEM,
            job,
            sha256=stored.sha256,
            size=stored.size,
            pages=made.page_count,
            anchors=anchors,
            now=utcnow(),
        )
    return {}


def _failed(document_id: int, reason: dict[str, Any]) -> dict[str, Any]:
    with transaction() as session:
        documents.record_failed(session, SYSTEM, document_id, reason, now=utcnow())
    return reason


@workflow("make_document_again")
def make_document_again(document_id: int) -> None:
    """For the sweep: a document that was asked for and never made."""
    make_document(document_id)
