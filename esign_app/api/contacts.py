"""Contacts: the people on the other side."""

from fastapi import APIRouter
from pydantic import Field

from esign_app.api.auth import Caller
from esign_app.api.once import Once
from esign_app.api.page import Items, Paged, PathId, page
from esign_app.api.values import Change, Id, In, Out, PublicId, Text, Version
from esign_app.db import utcnow
from esign_app.domain import clients
from esign_app.engine import reading, transaction

router = APIRouter(prefix="/contacts", tags=["contacts"])


class ContactFields(In):
    email: Text = ""
    phone: Text = Field(default="", description="kept as E.164")
    locale: Text = Field(
        default="en", description="en or de: the language of messages and of the signing page"
    )
    company_id: Id | None = None


class NewContact(ContactFields):
    name: Text


class ContactChange(ContactFields, Change):
    name: Text = ""
    seen_version: Version | None = None


class ContactOut(Out):
    id: PublicId
    name: str
    email: str
    phone: str
    locale: str
    company: str
    company_id: str
    version: int


@router.get("")
def listed(actor: Caller, asked: Paged) -> Items[ContactOut]:
    """Contacts, oldest first."""
    with reading() as session:
        found, more = clients.contact_page(session, actor, limit=asked.limit, after=asked.after or "")
    return page((ContactOut.of(item) for item in found), more)


@router.post("", status_code=201)
def create(body: NewContact, actor: Caller, once: Once) -> ContactOut:
    values, company_id = body.given("company_id"), body.company_id or ""
    with once.transaction() as session:
        contact_id = clients.create_contact(session, actor, values, company_id=company_id, now=utcnow())
        return once.answer(ContactOut.of(clients.one_contact(session, actor, contact_id)))


@router.get("/{contact_id}")
def get(contact_id: PathId, actor: Caller) -> ContactOut:
    with reading() as session:
        return ContactOut.of(clients.one_contact(session, actor, contact_id))


@router.patch("/{contact_id}")
def change(contact_id: PathId, body: ContactChange, actor: Caller) -> ContactOut:
    """Set the fields that are sent. What was already sent for signature keeps the data it was sent with."""
    values, seen = body.given("seen_version"), body.seen_version
    with transaction() as session:
        clients.change_contact(session, actor, contact_id, values, seen_version=seen)
        return ContactOut.of(clients.one_contact(session, actor, contact_id))
