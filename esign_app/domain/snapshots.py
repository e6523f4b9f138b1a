"""The values a document is made from, taken once and kept with it."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from esign_app.domain import deals, own_companies, rights
from esign_app.domain.actor import Actor
from esign_app.models import Company, Contact, Deal, OwnCompany, OwnSignatory

_ADDRESS = ("street", "postcode", "city", "country")
_OWN = ("name", *_ADDRESS, "registration", "tax_id", "bank", "iban", "email", "phone")


def of_deal(
    session: Session,
    deal: Deal,
    own: OwnCompany,
    signatory: OwnSignatory | None,
    *,
    number: str,
    document_id: str,
    today: date,
) -> dict[str, Any]:
    """Everything a template may name, as plain JSON values (templates.FIELDS)."""
    assert deal.id is not None
    lines = deals.lines_of(session, deal.id)
    totals = deals.totals(lines)
    net, tax, gross = totals.net_minor, totals.tax_minor, totals.gross_minor
    if not lines:
        net, tax, gross = deal.amount_minor, 0, deal.amount_minor
    return {
        "document": {"number": number, "date": today.isoformat(), "id": document_id},
        "deal": {
            "title": deal.title,
            "number": number,
            "amount_minor": deal.amount_minor,
            "currency": deal.currency,
            "close_date": deal.close_on.isoformat() if deal.close_on else "",
        },
        "lines": [
            {
                "title": line.title,
                "quantity_milli": line.quantity_milli,
                "unit": line.unit,
                "price_minor": line.price_minor,
                "tax_bp": line.tax_bp,
                "total_minor": line.net_minor,
            }
            for line in lines
        ],
        "totals": {
            "net_minor": net,
            "tax_minor": tax,
            "gross_minor": gross,
            "currency": deal.currency,
        },
        "own": {name: getattr(own, name) for name in _OWN},
        "own_signatory": {
            "name": signatory.name if signatory else "",
            "mandate": signatory.mandate if signatory else "",
            "email": signatory.email if signatory else "",
            "id": signatory.public_id if signatory else "",
        },
        "client": client(session, deal),
    }


def example(session: Session, actor: Actor, deal_id: str, *, now: datetime) -> dict[str, Any]:
    """The values for a preview: of a real deal, or the sample when `deal_id` is empty. No number is taken."""
    if not deal_id:
        return sample(now)
    rights.require(actor, "view", "deals")
    own = own_companies.default(session)
    made_up = sample(now)["document"]
    return of_deal(
        session, deals.find(session, deal_id), own, own_companies.default_signatory(session),
        number=made_up["number"], document_id=made_up["id"], today=now.astimezone(ZoneInfo(own.zone)).date(),
    )  # fmt: skip


def client(session: Session, deal: Deal) -> dict[str, str]:
    """The other side: the contact's person and the company's requisites."""
    person = session.get(Contact, deal.contact_id) if deal.contact_id else None
    company_id = deal.company_id or (person.company_id if person else None)
    company = session.get(Company, company_id) if company_id else None
    return {
        "name": person.name if person else "",
        "email": person.email if person else "",
        "phone": person.phone if person else "",
        "company": company.name if company else "",
        "tax_id": company.tax_id if company else "",
        **{name: getattr(company, name) if company else "" for name in _ADDRESS},
    }


def sample(now: datetime) -> dict[str, Any]:
    """Believable values for the preview of a template nobody has a deal for."""
    return {
        "document": {"number": "2026-000", "date": now.date().isoformat(), "id": "SAMP-LE00-0000"},
        "deal": {
            "title": "Website relaunch",
            "number": "2026-000",
            "amount_minor": 1_190_000,
            "currency": "EUR",
            "close_date": now.date().isoformat(),
        },
        "lines": [
            {
                "title": "Concept and design",
                "quantity_milli": 10_000,
                "unit": "d",
                "price_minor": 80_000,
                "tax_bp": 1900,
                "total_minor": 800_000,
            },
            {
                "title": "Implementation",
                "quantity_milli": 2_500,
                "unit": "d",
                "price_minor": 80_000,
                "tax_bp": 1900,
                "total_minor": 200_000,
            },
        ],
        "totals": {"net_minor": 1_000_000, "tax_minor": 190_000, "gross_minor": 1_190_000, "currency": "EUR"},
        "own": dict.fromkeys(_OWN, "")
        | {
            "name": "Nordlicht Studio GmbH",
            "street": "Hafenstraße 12",
            "postcode": "20457",
            "city": "Hamburg",
            "country": "Germany",
            "iban": "DE02 1203 0000 0000 2020 51",
            "bank": "Musterbank",
        },
        "own_signatory": {
            "name": "Jana Weber",
            "mandate": "Managing Director",
            "email": "jana@example.com",
            "id": "",
        },
        "client": {
            "name": "Alex Muster",
            "email": "alex@example.com",
            "phone": "+4930123456",
            "company": "Muster AG",
            "street": "Lindenallee 3",
            "postcode": "10115",
            "city": "Berlin",
            "country": "Germany",
            "tax_id": "DE123456789",
        },
    }
