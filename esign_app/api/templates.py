"""Templates: the texts documents are made from. Which parties sign is found in the text itself."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import Field

from esign_app.adapters import pdf
from esign_app.api.auth import Caller
from esign_app.api.files import PDF, attachment
from esign_app.api.once import Once
from esign_app.api.page import Items, Paged, PathId, cut
from esign_app.api.values import Html, Id, In, Out, PublicId, Text, Version
from esign_app.db import utcnow
from esign_app.domain import rights, snapshots, templates
from esign_app.engine import reading, transaction

router = APIRouter(prefix="/templates", tags=["templates"])


class NewTemplate(In):
    name: Text
    kind: Text = Field(description="contract, offer, invoice, act or nda")
    language: Literal["en", "de"]
    html: Html


class TextIn(In):
    name: Text
    html: Html
    seen_version: Version


class Draft(In):
    """A text that is not saved, by default the saved one; the values of a deal, by default sample values."""

    html: Html | None = None
    deal_id: Id | None = None


class Switch(In):
    active: bool


class TemplateHead(Out):
    """`number` counts the saved texts, `version` every change."""

    id: PublicId
    name: str
    kind: str
    language: str
    is_active: bool
    for_signature: bool
    version: int
    number: int
    saved_at: datetime


class TemplateOut(TemplateHead):
    html: str


@router.get("")
def listed(actor: Caller, asked: Paged) -> Items[TemplateHead]:
    with reading() as session:
        return cut((TemplateHead.of(item) for item in templates.listed(session, actor)), asked)


@router.post("", status_code=201)
def create(body: NewTemplate, actor: Caller, once: Once) -> TemplateOut:
    """Add a template; it numbers its documents by itself."""
    rights.require(actor, "create", "templates")  # before its text costs us a child process
    slots = pdf.check_template(body.html).slots
    with once.transaction() as session:
        template_id = templates.create(
            session, actor, name=body.name, kind=body.kind, language=body.language, html=body.html,
            slots=slots, now=utcnow(),
        )  # fmt: skip
        return once.answer(TemplateOut.of(templates.get(session, actor, template_id)))


@router.get("/{template_id}")
def get(template_id: PathId, actor: Caller) -> TemplateOut:
    with reading() as session:
        return TemplateOut.of(templates.get(session, actor, template_id))


@router.put("/{template_id}")
def save(template_id: PathId, body: TextIn, actor: Caller) -> TemplateOut:
    """Keep a new text; documents made before are untouched."""
    rights.require(actor, "edit", "templates")  # before its text costs us a child process
    slots = pdf.check_template(body.html).slots
    with transaction() as session:
        templates.save_text(
            session, actor, template_id, name=body.name, html=body.html, slots=slots,
            seen_version=body.seen_version, now=utcnow(),
        )  # fmt: skip
        return TemplateOut.of(templates.get(session, actor, template_id))


@router.post("/{template_id}/switch")
def switch(template_id: PathId, body: Switch, actor: Caller, once: Once) -> TemplateOut:
    """Offer it or not; documents made with it stay."""
    with once.transaction() as session:
        templates.set_active(session, actor, template_id, body.active, now=utcnow())
        return once.answer(TemplateOut.of(templates.get(session, actor, template_id)))


@router.post("/{template_id}/preview", response_class=Response, responses=PDF)
def preview(template_id: PathId, body: Draft, actor: Caller) -> Response:
    """The template, or a draft of its text, as a PDF. No number is taken."""
    if body.html is not None:
        rights.require(actor, "edit", "templates")
    now = utcnow()
    with reading() as session:
        template = templates.get(session, actor, template_id)
        values = snapshots.example(session, actor, body.deal_id or "", now=now)
    html = template.html if body.html is None else body.html
    made = pdf.render(html, values, language=template.language, title=template.name)
    return attachment(made.pdf, f"{template.name}.pdf")
