"""Documents: asked for, made from a template and a deal, kept in versions."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from esign_app.domain import (
    deals,
    events,
    numbering,
    own_companies,
    rights,
    snapshots,
    templates,
    vault,
)
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Invalid, NotFound
from esign_app.models import (
    OPEN_STATES,
    Deal,
    Document,
    DocumentVersion,
    OwnSignatory,
    SigningRequest,
)
from esign_app.text import said, t

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class DocumentView:
    """`state` is draft, preparing, sent, opened, partly_signed, sealing, completed, declined, expired, cancelled or failed."""

    id: int
    public_id: str
    kind: str
    number: str
    title: str
    label: str
    state: str
    error: str
    ready: bool
    pages: int
    deal_id: str
    template_id: str
    request_id: str
    created_at: datetime


@dataclass(frozen=True)
class RenderJob:
    """What the renderer needs; nothing secret."""

    document_id: int
    public_id: str
    template_version_id: int
    html: str
    values: dict[str, Any]
    language: str
    title: str


def begin(
    session: Session,
    actor: Actor,
    deal_id: str,
    template_id: str,
    *,
    signatory_id: str = "",
    now: datetime,
) -> Document:
    """Make the document's row with its number, without a file yet and without telling anybody.

    By default the first signatory of the own company signs for our side.
    """
    rights.require(actor, "create", "documents")
    deal = deals.find(session, deal_id)
    template = templates.find(session, template_id)
    if not template.is_active:
        raise Invalid("This template is switched off.", field="template_id")
    signatory = (
        own_companies.signatory(session, signatory_id)
        if signatory_id
        else own_companies.default_signatory(session)
    )
    document = Document(
        public_id=new_id(),
        subject_kind="deal",
        subject_id=deal.id,
        template_id=template.id,
        own_signatory_id=signatory.id if signatory else None,
        kind=template.kind,
        number="",
        title=template.name,
        created_by=actor.key,
        created_at=now,
    )
    session.add(document)
    session.flush()
    assert document.id is not None
    zone = own_companies.default(session).zone
    document.number = numbering.reserve(session, template.series_id, document.id, zone=zone, now=now)
    session.add(document)
    session.flush()
    return document


def request(
    session: Session, actor: Actor, deal_id: str, template_id: str, *, signatory_id: str = "", now: datetime
) -> str:
    """Ask for a document by hand; a run makes its file. Answers its public id."""
    document = begin(session, actor, deal_id, template_id, signatory_id=signatory_id, now=now)
    assert document.id is not None and document.subject_id is not None
    asked = events.DocumentRequested(("deal", document.subject_id), document.id)
    events.record(session, asked, actor, now)
    return document.public_id


def new_id() -> str:
    """The id printed on every page, such as `K7QF-2MXA-9DTE`: random, about 59 bits, no lookalikes."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def job(session: Session, document_id: int, *, now: datetime) -> RenderJob | None:
    """What to render for a document; None when its file was made already."""
    row = session.get(Document, document_id)
    if row is None or row.template_id is None or row.subject_id is None:
        raise NotFound("This document does not exist.")
    if newest_version(session, document_id) is not None:
        return None
    text = templates.current(session, row.template_id)
    deal = session.get(Deal, row.subject_id)
    own = own_companies.default(session)
    signatory = session.get(OwnSignatory, row.own_signatory_id) if row.own_signatory_id else None
    assert text.id is not None and deal is not None
    values = snapshots.of_deal(
        session,
        deal,
        own,
        signatory,
        number=row.number,
        document_id=row.public_id,
        today=now.astimezone(ZoneInfo(own.zone)).date(),
    )
    return RenderJob(
        document_id=document_id,
        public_id=row.public_id,
        template_version_id=text.id,
        html=text.html,
        values=values,
        language=text.language,
        title=f"{row.title} {row.number}",
    )


def record_made(
    session: Session,
    actor: Actor,
    made: RenderJob,
    *,
    sha256: str,
    size: int,
    pages: int,
    anchors: list[dict[str, Any]],
    now: datetime,
) -> None:
    """The file was made and stored. Repeating it changes nothing, and of two who made it at once one is kept."""
    row = session.get(Document, made.document_id, with_for_update=True)
    assert row is not None and row.subject_id is not None
    if newest_version(session, made.document_id) is not None:
        return
    session.add(
        DocumentVersion(
            document_id=made.document_id,
            number=1,
            template_version_id=made.template_version_id,
            language=made.language,
            snapshot=made.values,
            anchors=anchors,
            file_id=vault.keep(session, sha256, size, "application/pdf", now=now),
            pages=pages,
            created_at=now,
        )
    )
    row.error = {}
    session.add(row)
    numbering.use(session, made.document_id)
    done = events.DocumentMade(("deal", row.subject_id), made.document_id)
    events.record(session, done, actor, now)


def record_failed(
    session: Session, actor: Actor, document_id: int, reason: dict[str, Any], *, now: datetime
) -> None:
    """The file could not be made; the document says why and its number is void. Repeating it tells nobody again."""
    row = session.get(Document, document_id)
    assert row is not None and row.subject_id is not None
    if newest_version(session, document_id) is not None:
        return
    was_broken = bool(row.error)
    row.error = reason
    session.add(row)
    numbering.void(session, document_id, said(reason))
    if was_broken:
        return
    failed = events.DocumentFailed(("deal", row.subject_id), document_id)
    events.record(session, failed, actor, now)


def retry(session: Session, actor: Actor, public_id: str, *, now: datetime) -> None:
    """Try again to make the file of a document that failed; it keeps its number."""
    rights.require(actor, "create", "documents")
    row = find(session, public_id)
    assert row.id is not None and row.subject_id is not None
    if not row.error:
        raise Invalid("This document is not broken.")
    row.error = {}
    session.add(row)
    events.record(session, events.DocumentRequested(("deal", row.subject_id), row.id), actor, now)


def find(session: Session, public_id: str) -> Document:
    row = session.exec(select(Document).where(Document.public_id == public_id)).first()
    if row is None:
        raise NotFound("This document does not exist.")
    return row


def newest_version(session: Session, document_id: int) -> DocumentVersion | None:
    query = (
        select(DocumentVersion)
        .where(DocumentVersion.document_id == document_id)
        .order_by(col(DocumentVersion.number).desc())
    )
    return session.exec(query).first()


def public_id(session: Session, document_id: int) -> str:
    row = session.get(Document, document_id)
    return row.public_id if row else ""


def get(session: Session, actor: Actor, public_id: str) -> DocumentView:
    rights.require(actor, "view", "documents")
    return view(session, find(session, public_id))


def of_deal(session: Session, actor: Actor, deal_id: str) -> list[DocumentView]:
    """The deal's documents, newest first."""
    rights.require(actor, "view", "documents")
    deal = deals.find(session, deal_id)
    query = (
        select(Document)
        .where(Document.subject_kind == "deal", Document.subject_id == deal.id)
        .order_by(col(Document.id).desc())
    )
    return [view(session, row) for row in session.exec(query)]


def open_of_template(session: Session, deal_id: int, template_id: int) -> Document | None:
    """A document of this template that is on its way for this deal, or was completed (A10).

    One that a rule is making this moment counts: its request follows by itself.
    """
    query = (
        select(Document, SigningRequest)
        .outerjoin(SigningRequest, col(SigningRequest.document_id) == Document.id)
        .where(
            Document.subject_kind == "deal",
            Document.subject_id == deal_id,
            Document.template_id == template_id,
        )
        .order_by(col(Document.id).desc())
    )
    for row, asked in session.exec(query):
        by_rule = row.created_by.startswith("rule:") and not row.error
        if by_rule if asked is None else asked.state in (*OPEN_STATES, "completed"):
            return row
    return None


def newest_request(session: Session, document_id: int) -> SigningRequest | None:
    query = (
        select(SigningRequest)
        .where(SigningRequest.document_id == document_id)
        .order_by(col(SigningRequest.id).desc())
    )
    return session.exec(query).first()


def view(session: Session, row: Document) -> DocumentView:
    assert row.id is not None
    version = newest_version(session, row.id)
    asked = newest_request(session, row.id)
    deal = session.get(Deal, row.subject_id) if row.subject_kind == "deal" else None
    return DocumentView(
        id=row.id,
        public_id=row.public_id,
        kind=row.kind,
        number=row.number,
        title=row.title,
        label=label(row),
        state=state(row, version, asked),
        error=said(row.error or (asked.error if asked else {})),
        ready=version is not None,
        pages=version.pages if version else 0,
        deal_id=deal.public_id if deal else "",
        template_id=templates.public_id(session, row.template_id) if row.template_id else "",
        request_id=asked.public_id if asked else "",
        created_at=row.created_at,
    )


def state(row: Document, version: DocumentVersion | None, asked: SigningRequest | None) -> str:
    if asked is not None:
        return asked.state
    if row.error:
        return "failed"
    return "draft" if version else "preparing"


def label(row: Document) -> str:
    """How people call it: `Contract 2026-001`."""
    return f"{t(templates.KINDS[row.kind])} {row.number}"


def file_of(session: Session, actor: Actor, public_id: str) -> tuple[str, str]:
    """The SHA-256 and the file name of the newest made file. Raises NotFound while there is none."""
    rights.require(actor, "view", "documents")
    row = find(session, public_id)
    assert row.id is not None
    version = newest_version(session, row.id)
    if version is None:
        raise NotFound("The file of this document is not ready yet.")
    return vault.sha256(session, version.file_id), f"{label(row)}.pdf"


def stuck(session: Session, *, before: datetime) -> list[int]:
    """Documents asked for by hand before `before` that have neither a file nor a reason; for the sweep."""
    query = (
        select(Document)
        .outerjoin(DocumentVersion, col(DocumentVersion.document_id) == Document.id)
        .where(col(DocumentVersion.id).is_(None), Document.created_at < before)
    )
    return [row.id for row in session.exec(query) if row.id is not None and not row.error]
