"""Contacts and companies: the people on the other side and their requisites."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from esign_app.domain import rights
from esign_app.domain.actor import Actor
from esign_app.domain.fields import clean_email, clean_phone, clean_text
from esign_app.domain.refusals import Conflict, Invalid, NotFound
from esign_app.models import Company, Contact
from esign_app.text import LANGUAGES

COMPANY_FIELDS = ("name", "street", "postcode", "city", "country", "registration", "tax_id")


@dataclass(frozen=True)
class ContactView:
    public_id: str
    name: str
    email: str
    phone: str
    locale: str
    company: str
    version: int
    company_id: str


@dataclass(frozen=True)
class CompanyView:
    public_id: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    registration: str
    tax_id: str
    version: int


def contact(session: Session, public_id: str) -> Contact:
    row = session.exec(select(Contact).where(Contact.public_id == public_id)).first()
    if row is None:
        raise NotFound("This contact does not exist.")
    return row


def company(session: Session, public_id: str) -> Company:
    row = session.exec(select(Company).where(Company.public_id == public_id)).first()
    if row is None:
        raise NotFound("This company does not exist.")
    return row


def contacts(session: Session, actor: Actor) -> list[ContactView]:
    """All contacts by name."""
    rights.require(actor, "view", "contacts")
    return [contact_view(session, row) for row in session.exec(select(Contact).order_by(Contact.name))]


def companies(session: Session, actor: Actor) -> list[CompanyView]:
    """All companies by name."""
    rights.require(actor, "view", "contacts")
    return [company_view(row) for row in session.exec(select(Company).order_by(Company.name))]


def contact_page(
    session: Session, actor: Actor, *, limit: int, after: str = ""
) -> tuple[list[ContactView], str]:
    """Contacts, oldest first, at most `limit`; answers them and the public id to go on after ("" at the end)."""
    rights.require(actor, "view", "contacts")
    query = select(Contact).order_by(col(Contact.id)).limit(limit + 1)
    if after:
        query = query.where(col(Contact.id) > contact(session, after).id)
    rows = session.exec(query).all()
    more = rows[limit - 1].public_id if len(rows) > limit else ""
    return [contact_view(session, row) for row in rows[:limit]], more


def company_page(
    session: Session, actor: Actor, *, limit: int, after: str = ""
) -> tuple[list[CompanyView], str]:
    """Companies, like `contact_page`."""
    rights.require(actor, "view", "contacts")
    query = select(Company).order_by(col(Company.id)).limit(limit + 1)
    if after:
        query = query.where(col(Company.id) > company(session, after).id)
    rows = session.exec(query).all()
    more = rows[limit - 1].public_id if len(rows) > limit else ""
    return [company_view(row) for row in rows[:limit]], more


def one_contact(session: Session, actor: Actor, public_id: str) -> ContactView:
    rights.require(actor, "view", "contacts")
    return contact_view(session, contact(session, public_id))


def one_company(session: Session, actor: Actor, public_id: str) -> CompanyView:
    rights.require(actor, "view", "contacts")
    return company_view(company(session, public_id))


def contact_view(session: Session, row: Contact) -> ContactView:
    employer = session.get(Company, row.company_id) if row.company_id else None
    return ContactView(
        public_id=row.public_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        locale=row.locale,
        company=employer.name if employer else "",
        version=row.version,
        company_id=employer.public_id if employer else "",
    )


def company_view(row: Company) -> CompanyView:
    values = {name: getattr(row, name) for name in COMPANY_FIELDS}
    return CompanyView(public_id=row.public_id, version=row.version, **values)


def create_contact(
    session: Session, actor: Actor, values: dict[str, Any], *, company_id: str = "", now: datetime
) -> str:
    """Add a contact from `name`, `email`, `phone`, `locale`; answers its public id."""
    rights.require(actor, "create", "contacts")
    row = Contact(name="", owner_id=actor.user_id, department_id=actor.department_id, created_at=now)
    row.company_id = company(session, company_id).id if company_id else None
    _set_contact(row, values)
    session.add(row)
    session.flush()
    return row.public_id


def change_contact(
    session: Session,
    actor: Actor,
    public_id: str,
    values: dict[str, Any],
    *,
    seen_version: int | None = None,
) -> None:
    """Set the given fields, and the employer by `company_id`. What was already sent keeps the data it was sent with.

    Raises Conflict when the contact changed since `seen_version`.
    """
    rights.require(actor, "edit", "contacts")
    row = contact(session, public_id)
    _check_version(row, seen_version)
    if "company_id" in values:
        employer = values["company_id"]
        row.company_id = company(session, str(employer)).id if employer else None
    _set_contact(row, values)
    row.version += 1
    session.add(row)


def _set_contact(row: Contact, values: dict[str, Any]) -> None:
    row.name = clean_text(values.get("name", row.name), field="name", most=120)
    row.email = clean_email(values.get("email", row.email), field="email")
    row.phone = clean_phone(values.get("phone", row.phone), field="phone")
    row.locale = str(values.get("locale", row.locale))
    if not row.name:
        raise Invalid("Please give a name.", field="name")
    if row.locale not in LANGUAGES:
        raise Invalid("We do not speak {value}.", field="locale", value=row.locale[:10])


def create_company(session: Session, actor: Actor, values: dict[str, Any], *, now: datetime) -> str:
    """Add a company from COMPANY_FIELDS; answers its public id."""
    rights.require(actor, "create", "contacts")
    row = Company(name="", owner_id=actor.user_id, department_id=actor.department_id, created_at=now)
    _set_company(row, values)
    session.add(row)
    session.flush()
    return row.public_id


def change_company(
    session: Session,
    actor: Actor,
    public_id: str,
    values: dict[str, Any],
    *,
    seen_version: int | None = None,
) -> None:
    """Set the given fields. Raises Conflict when the company changed since `seen_version`."""
    rights.require(actor, "edit", "contacts")
    row = company(session, public_id)
    _check_version(row, seen_version)
    _set_company(row, values)
    row.version += 1
    session.add(row)


def _check_version(row: Contact | Company, seen_version: int | None) -> None:
    if seen_version is not None and row.version != seen_version:
        raise Conflict("Somebody else changed this in the meantime. Please reload and try again.")


def _set_company(row: Company, values: dict[str, Any]) -> None:
    for name in COMPANY_FIELDS:
        setattr(row, name, clean_text(values.get(name, getattr(row, name)), field=name, most=200))
    if not row.name:
        raise Invalid("Please give a name.", field="name")
