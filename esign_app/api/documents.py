"""Documents: make one, send it for signature, fetch its files, follow its messages."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import Field

from esign_app.api.auth import Caller
from esign_app.api.files import PDF, pdf
from esign_app.api.messages import MessageOut
from esign_app.api.once import Once
from esign_app.api.page import Items, Paged, PathId, cut
from esign_app.api.plans import MissingOut, PersonOut
from esign_app.api.requests import RequestOut
from esign_app.api.values import Id, In, Out, PublicId
from esign_app.db import utcnow
from esign_app.domain import documents, ledger
from esign_app.domain.signing import files, overview, preparation, requests
from esign_app.engine import reading

router = APIRouter(tags=["documents"])


class NewDocument(In):
    template_id: Id
    signatory_id: Id | None = Field(
        default=None, description="who signs for us; by default the first signatory"
    )


class Sign(In):
    """`reuse`: the layout of the template again, the contact data fresh from the contact."""

    layout: Literal["reuse"]
    channels: dict[Id, Literal["auto", "email", "sms"]] = Field(
        default_factory=dict, max_length=20, description="by slot; auto where none is given"
    )


class DocumentOut(Out):
    """`state` is preparing, draft, sent, opened, partly_signed, sealing, completed, declined, expired, cancelled or failed."""

    id: PublicId
    kind: str
    number: str
    title: str
    label: str
    state: str
    error: str = Field(description="why it is broken, for people")
    ready: bool = Field(description="whether its file was made")
    pages: int
    deal_id: str
    template_id: str
    request_id: str
    created_at: datetime


class PreparationOut(Out):
    """Who would sign, reached how, and what is missing before it can be sent."""

    people: list[PersonOut]
    missing: list[MissingOut]


@router.get("/deals/{deal_id}/documents")
def of_deal(deal_id: PathId, actor: Caller, asked: Paged) -> Items[DocumentOut]:
    """The deal's documents, newest first."""
    with reading() as session:
        found = documents.of_deal(session, actor, deal_id)
    return cut((DocumentOut.of(item) for item in found), asked)


@router.post("/deals/{deal_id}/documents", status_code=202)
def create(deal_id: PathId, body: NewDocument, actor: Caller, once: Once) -> DocumentOut:
    """Ask for a document; its file is made in the background (`state` goes from preparing to draft, or to failed)."""
    signatory = body.signatory_id or ""
    with once.transaction() as session:
        document_id = documents.request(
            session, actor, deal_id, body.template_id, signatory_id=signatory, now=utcnow()
        )
        return once.answer(DocumentOut.of(documents.get(session, actor, document_id)))


@router.get("/documents/{document_id}")
def get(document_id: PathId, actor: Caller) -> DocumentOut:
    with reading() as session:
        return DocumentOut.of(documents.get(session, actor, document_id))


@router.post("/documents/{document_id}/retry", status_code=202)
def retry(document_id: PathId, actor: Caller, once: Once) -> DocumentOut:
    """Try again to make the file of a document that failed; it keeps its number."""
    with once.transaction() as session:
        documents.retry(session, actor, document_id, now=utcnow())
        return once.answer(DocumentOut.of(documents.get(session, actor, document_id)))


@router.get("/documents/{document_id}/preparation")
def prepare(document_id: PathId, actor: Caller) -> PreparationOut:
    """What sending this document would do."""
    with reading() as session:
        return PreparationOut.of(preparation.prepare(session, actor, document_id))


@router.post("/documents/{document_id}/sign", status_code=202)
def sign(document_id: PathId, body: Sign, actor: Caller, once: Once) -> DocumentOut:
    """Send it for signature. 409 not_ready with everything that is missing."""
    with once.transaction() as session:
        requests.ask(session, actor, document_id, channels=body.channels, now=utcnow())
        return once.answer(DocumentOut.of(documents.get(session, actor, document_id)))


@router.get("/documents/{document_id}/request")
def request(document_id: PathId, actor: Caller) -> RequestOut:
    """Where its signatures stand: the newest request with its parties."""
    with reading() as session:
        return RequestOut.of(overview.of_document(session, actor, document_id))


@router.get("/documents/{document_id}/messages")
def sent(document_id: PathId, actor: Caller, asked: Paged) -> Items[MessageOut]:
    """What went out about it, newest first, with its delivery state."""
    with reading() as session:
        found = ledger.of_document(session, actor, document_id)
    return cut((MessageOut.of(item) for item in found), asked)


@router.get("/documents/{document_id}/pdf", response_class=Response, responses=PDF)
def file(document_id: PathId, actor: Caller) -> Response:
    """The PDF as it stands, with the signatures made so far."""
    with reading() as session:
        sha256, name = files.as_it_stands(session, actor, document_id)
    return pdf(sha256, name)


@router.get("/documents/{document_id}/sealed.pdf", response_class=Response, responses=PDF)
def sealed(document_id: PathId, actor: Caller) -> Response:
    """The sealed PDF; 404 until everybody has signed."""
    with reading() as session:
        sha256, name = files.sealed(session, actor, document_id)
    return pdf(sha256, name)
