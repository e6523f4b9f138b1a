"""Our own side: the company whose name stands on the contract, and who signs for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from esign_app.domain import events, rights
from esign_app.domain.actor import Actor
from esign_app.domain.fields import clean_email, clean_phone, clean_text, clean_zone
from esign_app.domain.refusals import Conflict, Invalid, NotFound
from esign_app.models import OwnCompany, OwnSignatory, User

FIELDS = (
    "name",
    "street",
    "postcode",
    "city",
    "country",
    "registration",
    "tax_id",
    "bank",
    "iban",
    "email",
    "phone",
    "zone",
)


@dataclass(frozen=True)
class OwnCompanyView:
    public_id: str
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


@dataclass(frozen=True)
class SignatoryView:
    public_id: str
    name: str
    email: str
    phone: str
    mandate: str


def default(session: Session) -> OwnCompany:
    """The own company documents are made for when nothing else is said. Raises NotFound before set-up."""
    row = _default(session)
    if row is None:
        raise NotFound("Please enter your own company first: Settings, Own company.")
    return row


def _default(session: Session) -> OwnCompany | None:
    query = select(OwnCompany).order_by(col(OwnCompany.is_default).desc(), col(OwnCompany.id))
    return session.exec(query).first()


def get(session: Session, actor: Actor) -> OwnCompanyView:
    """The default own company; an empty one of version 0 before set-up."""
    rights.require(actor, "view", "settings")
    return view(_default(session) or OwnCompany(name="", version=0))


def view(row: OwnCompany) -> OwnCompanyView:
    return OwnCompanyView(
        public_id=row.public_id,
        version=row.version,
        **{name: getattr(row, name) for name in FIELDS},
    )


def change(
    session: Session, actor: Actor, values: dict[str, Any], *, seen_version: int, now: datetime
) -> None:
    """Set the given fields of the default own company, which is made when there is none (seen version 0).

    Raises Conflict when it changed since `seen_version`.
    """
    rights.require(actor, "edit", "settings")
    row = _default(session) or OwnCompany(name="", is_default=True, version=0)
    if row.version != seen_version:
        raise Conflict("Somebody else changed this in the meantime. Please reload and try again.")
    for name, value in values.items():
        if name not in FIELDS:
            raise Invalid("There is no field {name}.", field=name, name=name)
        setattr(row, name, _cleaned(name, value))
    if not row.name:
        raise Invalid("Please give a name.", field="name")
    row.version += 1
    session.add(row)
    session.flush()
    _tell(session, actor, row, row.name, now)


def _cleaned(name: str, value: object) -> str:
    if name == "email":
        return clean_email(value, field=name)
    if name == "phone":
        return clean_phone(value, field=name)
    if name == "zone":
        return clean_zone(value)
    return clean_text(value, field=name, most=200)


def signatories(session: Session) -> list[SignatoryView]:
    """Who may sign for us, by name."""
    query = (
        select(OwnSignatory).where(OwnSignatory.is_active).order_by(OwnSignatory.name, col(OwnSignatory.id))
    )
    return [signatory_view(row) for row in session.exec(query)]


def listed_signatories(session: Session, actor: Actor) -> list[SignatoryView]:
    """`signatories` for whoever may see documents: their names stand in them."""
    rights.require(actor, "view", "documents")
    return signatories(session)


def one_signatory(session: Session, actor: Actor, public_id: str) -> SignatoryView:
    rights.require(actor, "view", "documents")
    return signatory_view(signatory(session, public_id))


def signatory(session: Session, public_id: str) -> OwnSignatory:
    row = session.exec(select(OwnSignatory).where(OwnSignatory.public_id == public_id)).first()
    if row is None or not row.is_active:
        raise NotFound("This signatory does not exist.")
    return row


def default_signatory(session: Session) -> OwnSignatory | None:
    """Who signs for us when nobody was chosen: the one entered first."""
    query = select(OwnSignatory).where(OwnSignatory.is_active).order_by(col(OwnSignatory.id))
    return session.exec(query).first()


def signatory_view(row: OwnSignatory) -> SignatoryView:
    return SignatoryView(row.public_id, row.name, row.email, row.phone, row.mandate)


def save_signatory(
    session: Session, actor: Actor, public_id: str, values: dict[str, Any], *, now: datetime
) -> str:
    """Change a signatory, or add one when `public_id` is empty; answers its public id.

    A signatory whose address is a user's can sign in the office as that user.
    """
    rights.require(actor, "edit", "settings")
    company = default(session)
    assert company.id is not None
    row = signatory(session, public_id) if public_id else OwnSignatory(own_company_id=company.id, name="")
    row.name = clean_text(values.get("name", row.name), field="name", most=120)
    row.email = clean_email(values.get("email", row.email), field="email")
    row.phone = clean_phone(values.get("phone", row.phone), field="phone")
    row.mandate = clean_text(values.get("mandate", row.mandate), field="mandate", most=200)
    if not row.name:
        raise Invalid("Please give a name.", field="name")
    row.user_id = session.exec(select(User.id).where(User.email == row.email)).first()
    session.add(row)
    _tell(session, actor, company, row.name, now)
    return row.public_id


def remove_signatory(session: Session, actor: Actor, public_id: str, *, now: datetime) -> None:
    """Take a signatory out of the choices; what he was asked to sign stays as it is."""
    rights.require(actor, "edit", "settings")
    row = signatory(session, public_id)
    row.is_active = False
    session.add(row)
    _tell(session, actor, default(session), row.name, now)


def _tell(session: Session, actor: Actor, company: OwnCompany, name: str, now: datetime) -> None:
    assert company.id is not None
    changed = events.SettingsChanged(("own_company", company.id), what="own_company", name=name)
    events.record(session, changed, actor, now)
