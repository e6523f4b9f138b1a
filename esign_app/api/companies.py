"""Companies on the other side, with their requisites."""

from fastapi import APIRouter

from esign_app.api.auth import Caller
from esign_app.api.once import Once
from esign_app.api.page import Items, Paged, PathId, page
from esign_app.api.values import Change, In, Out, PublicId, Text, Version
from esign_app.db import utcnow
from esign_app.domain import clients
from esign_app.engine import reading, transaction

router = APIRouter(prefix="/companies", tags=["companies"])


class CompanyFields(In):
    street: Text = ""
    postcode: Text = ""
    city: Text = ""
    country: Text = ""
    registration: Text = ""
    tax_id: Text = ""


class NewCompany(CompanyFields):
    name: Text


class CompanyChange(CompanyFields, Change):
    name: Text = ""
    seen_version: Version | None = None


class CompanyOut(Out):
    id: PublicId
    name: str
    street: str
    postcode: str
    city: str
    country: str
    registration: str
    tax_id: str
    version: int


@router.get("")
def listed(actor: Caller, asked: Paged) -> Items[CompanyOut]:
    """Companies, oldest first."""
    with reading() as session:
        found, more = clients.company_page(session, actor, limit=asked.limit, after=asked.after or "")
    return page((CompanyOut.of(item) for item in found), more)


@router.post("", status_code=201)
def create(body: NewCompany, actor: Caller, once: Once) -> CompanyOut:
    with once.transaction() as session:
        company_id = clients.create_company(session, actor, body.given(), now=utcnow())
        return once.answer(CompanyOut.of(clients.one_company(session, actor, company_id)))


@router.get("/{company_id}")
def get(company_id: PathId, actor: Caller) -> CompanyOut:
    with reading() as session:
        return CompanyOut.of(clients.one_company(session, actor, company_id))


@router.patch("/{company_id}")
def change(company_id: PathId, body: CompanyChange, actor: Caller) -> CompanyOut:
    """Set the fields that are sent; the others stay."""
    values, seen = body.given("seen_version"), body.seen_version
    with transaction() as session:
        clients.change_company(session, actor, company_id, values, seen_version=seen)
        return CompanyOut.of(clients.one_company(session, actor, company_id))
