"""A believable small company to look around in: people, clients, forty deals, one rule and one trigger.

What they send and sign is told in `story` and done in earnest, after the start, by `automation/demo_story.py`.
"""

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, select

from esign_app.domain import (
    clients,
    deals,
    own_companies,
    people,
    pipelines,
    rights,
    rules,
    starter,
    templates,
)
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.demo.board import COMMENTS, DEALS, Planned
from esign_app.domain.demo.company import CLIENTS, COLLEAGUES, LOGINS, OWN_COMPANY, SERVICES, SIGNATORIES
from esign_app.domain.demo.story import Scene, scenes
from esign_app.models import User

__all__ = ["LOGINS", "PASSWORD", "Scene", "seed"]

PASSWORD = "demo-login-only"  # noqa: S105 (printed on the login page of a demo, and nowhere else in use)


def seed(session: Session, *, now: datetime) -> list[Scene]:
    """Fill an empty installation and answer its story. Does nothing, and has no story, when a user exists already."""
    starter.create(session, now=now)
    if not people.is_empty(session):
        return []
    _people(session, now)
    _own_company(session, now)
    _deals(session, _clients(session, now), now)
    _rules(session, now)
    session.info.pop("events", None)  # history: no run answers it
    return scenes(session)


def _people(session: Session, now: datetime) -> None:
    roles = rights.create_starter_roles(session)
    nobody_knows = secrets.token_urlsafe(32)
    known = [(role, name, email, PASSWORD) for role, name, email in LOGINS]
    others = [("sales", name, email, nobody_knows) for name, email in COLLEAGUES]
    for role, name, email, password in (*known, *others):
        user = people.create(session, name=name, email=email, password=password, now=now)
        people.give_role(session, user, roles[role])


def _own_company(session: Session, now: datetime) -> None:
    own_companies.change(session, SYSTEM, OWN_COMPANY, seen_version=0, now=now)
    for name, email, mandate in SIGNATORIES:
        values = {"name": name, "email": email, "mandate": mandate}
        own_companies.save_signatory(session, SYSTEM, "", values, now=now)


def _clients(session: Session, now: datetime) -> dict[str, tuple[str, str]]:
    """Contact and company of each client."""
    found: dict[str, tuple[str, str]] = {}
    for key, client in CLIENTS.items():
        street, postcode, city, country = client.address
        requisites = {
            "name": client.company,
            "street": street,
            "postcode": postcode,
            "city": city,
            "country": country,
            "tax_id": client.tax_id,
        }
        company_id = clients.create_company(session, SYSTEM, requisites, now=now)
        person = {"name": client.person, "email": client.email, "locale": client.language}
        contact_id = clients.create_contact(session, SYSTEM, person, company_id=company_id, now=now)
        found[key] = (contact_id, company_id)
    return found


def _deals(session: Session, found: dict[str, tuple[str, str]], now: datetime) -> None:
    stages = {stage.name: stage.public_id for stage in pipelines.stages(session, pipelines.first(session))}
    sellers = {user.email: people.actor_of(session, user) for user in session.exec(select(User))}
    for stage, planned in DEALS.items():
        for number, plan in enumerate(reversed(planned)):
            at = now - timedelta(days=plan.days, hours=(number * 5) % 9, minutes=(number * 17) % 60)
            _deal(session, plan, stages[stage], found[plan.client], sellers, at)


def _deal(
    session: Session,
    plan: Planned,
    stage: str,
    client: tuple[str, str],
    sellers: dict[str, Actor],
    at: datetime,
) -> None:
    contact_id, company_id = client
    seller = sellers[plan.owner]
    values = {
        "contact_id": contact_id,
        "company_id": company_id,
        "owner_id": seller.public_id,
        "currency": CLIENTS[plan.client].currency,
        "close_on": (at + timedelta(days=60 + 7 * len(plan.title))).date(),
    }
    deal_id = deals.create(session, seller, title=plan.title, stage=stage, values=values, now=at)
    deals.set_lines(session, SYSTEM, deal_id, _lines(plan), now=at)
    if plan.title in COMMENTS:
        author, text = COMMENTS[plan.title]
        deals.comment(session, sellers[author], deal_id, text, now=at + timedelta(minutes=20))


def _lines(plan: Planned) -> list[dict[str, object]]:
    """German tax at home; abroad the client owes it (reverse charge)."""
    tax = 1900 if CLIENTS[plan.client].country == "Germany" else 0
    return [
        {
            "title": SERVICES[key][0],
            "unit": SERVICES[key][1],
            "quantity_milli": count * 1000,
            "price_minor": SERVICES[key][2],
            "tax_bp": tax,
        }
        for key, count in plan.sells.items()
    ]


def _rules(session: Session, now: datetime) -> None:
    stages = {s.name: s.public_id for s in pipelines.stages(session, pipelines.first(session))}
    contract = next(
        each for each in templates.listed(session, SYSTEM) if (each.kind, each.language) == ("contract", "en")
    )
    signatory = next(s for s in own_companies.signatories(session) if s.name == "Jana Weber")
    send = {"template": contract.public_id, "signatory": signatory.public_id}
    rules.add(session, SYSTEM, stages["Contract"], action=rules.SEND, params=send, now=now)
    done = {"on": "document_completed"}
    rules.add(session, SYSTEM, stages["Won"], action=rules.MOVE, params=done, now=now)
