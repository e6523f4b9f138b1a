"""Our own side: the company whose name stands on the contract, and who signs for it."""

from fastapi import APIRouter

from esign_app.api.auth import Caller
from esign_app.api.once import Once
from esign_app.api.page import Items, Paged, PathId, cut
from esign_app.api.values import Change, In, Out, PublicId, Text, Version
from esign_app.db import utcnow
from esign_app.domain import own_companies
from esign_app.engine import reading, transaction

router = APIRouter(tags=["own company"])


class OwnCompanyChange(Change):
    name: Text = ""
    street: Text = ""
    postcode: Text = ""
    city: Text = ""
    country: Text = ""
    registration: Text = ""
    tax_id: Text = ""
    bank: Text = ""
    iban: Text = ""
    email: Text = ""
    phone: Text = ""
    zone: Text = ""
    seen_version: Version


class OwnCompanyOut(Out):
    """An empty one of version 0 before set-up."""

    id: PublicId
    name: str
    street: str
    postcode: str
    city: str
    country: str
    registration: str
    tax_id: str
    bank: str
    iban: str
    email: str
    phone: str
    zone: str
    version: int


class NewSignatory(In):
    name: Text
    email: Text = ""
    phone: Text = ""
    mandate: Text = ""


class SignatoryChange(NewSignatory, Change):
    name: Text = ""


class SignatoryOut(Out):
    id: PublicId
    name: str
    email: str
    phone: str
    mandate: str


@router.get("/own-company")
def get(actor: Caller) -> OwnCompanyOut:
    with reading() as session:
        return OwnCompanyOut.of(own_companies.get(session, actor))


@router.patch("/own-company")
def change(body: OwnCompanyChange, actor: Caller) -> OwnCompanyOut:
    """Set the fields that are sent; the first time (seen_version 0) it is made."""
    values, seen = body.given("seen_version"), body.seen_version
    with transaction() as session:
        own_companies.change(session, actor, values, seen_version=seen, now=utcnow())
        return OwnCompanyOut.of(own_companies.get(session, actor))


@router.get("/signatories")
def signatories(actor: Caller, asked: Paged) -> Items[SignatoryOut]:
    """Who may sign for us, by name."""
    with reading() as session:
        found = own_companies.listed_signatories(session, actor)
    return cut((SignatoryOut.of(item) for item in found), asked)


@router.post("/signatories", status_code=201)
def add_signatory(body: NewSignatory, actor: Caller, once: Once) -> SignatoryOut:
    """A signatory whose address is a user's can also sign in the office, as that user."""
    with once.transaction() as session:
        signatory_id = own_companies.save_signatory(session, actor, "", body.given(), now=utcnow())
        return once.answer(SignatoryOut.of(own_companies.one_signatory(session, actor, signatory_id)))


@router.get("/signatories/{signatory_id}")
def signatory(signatory_id: PathId, actor: Caller) -> SignatoryOut:
    with reading() as session:
        return SignatoryOut.of(own_companies.one_signatory(session, actor, signatory_id))


@router.patch("/signatories/{signatory_id}")
def change_signatory(signatory_id: PathId, body: SignatoryChange, actor: Caller) -> SignatoryOut:
    """Set the fields that are sent; the others stay."""
    with transaction() as session:
        own_companies.save_signatory(session, actor, signatory_id, body.given(), now=utcnow())
        return SignatoryOut.of(own_companies.one_signatory(session, actor, signatory_id))


@router.delete("/signatories/{signatory_id}", status_code=204)
def remove_signatory(signatory_id: PathId, actor: Caller) -> None:
    """Take a signatory out of the choices; what he was asked to sign stays as it is."""
    with transaction() as session:
        own_companies.remove_signatory(session, actor, signatory_id, now=utcnow())
