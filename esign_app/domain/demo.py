"""A believable small company to look around in: people, clients, about forty deals, one rule and one trigger."""

from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session, col, select

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
from esign_app.domain.actor import SYSTEM
from esign_app.models import Deal, OwnCompany, User

PASSWORD = "demo-login-only"  # noqa: S105 (printed on the login page of a demo, and nowhere else in use)

# Shown on the login page of a demo; one click each.
LOGINS = (
    ("sales", "Sam Becker", "sam@nordlicht.example"),
    ("signatory", "Jana Weber", "jana@nordlicht.example"),
    ("admin", "Robin Krause", "robin@nordlicht.example"),
)

_CLIENTS = (
    (
        "Muster Maschinenbau GmbH",
        "Alex Muster",
        "Lindenallee 3",
        "10115",
        "Berlin",
        "Germany",
        "DE812345678",
        "de",
    ),
    (
        "Brightwater Ltd",
        "Olivia Hart",
        "14 Quay Street",
        "BS1 4DJ",
        "Bristol",
        "United Kingdom",
        "GB123456789",
        "en",
    ),
    (
        "Atelier Moreau SARL",
        "Camille Moreau",
        "8 rue des Lilas",
        "69003",
        "Lyon",
        "France",
        "FR40303265045",
        "en",
    ),
    (
        "Hafen & Söhne KG",
        "Jörg Petersen",
        "Am Sandtorkai 40",
        "20457",
        "Hamburg",
        "Germany",
        "DE298765432",
        "de",
    ),
    (
        "Vantage Analytics Inc",
        "Priya Raman",
        "250 Mission Street",
        "94105",
        "San Francisco",
        "United States",
        "",
        "en",
    ),
    (
        "Grünwald Bio AG",
        "Dr. Miriam Adler",
        "Ettstraße 11",
        "80333",
        "München",
        "Germany",
        "DE256789123",
        "de",
    ),
    ("Studio Okafor", "Chidi Okafor", "21 Mill Lane", "M1 2WD", "Manchester", "United Kingdom", "", "en"),
    (
        "Schäfer Logistik GmbH",
        "Anke Schäfer",
        "Industrieweg 77",
        "44147",
        "Dortmund",
        "Germany",
        "DE301234567",
        "de",
    ),
    (
        "Nova Dental Group",
        "Sofia Lindqvist",
        "Storgatan 5",
        "111 51",
        "Stockholm",
        "Sweden",
        "SE556677889901",
        "en",
    ),
    ("Café Rosenrot", "Lena Vogt", "Marktplatz 2", "04109", "Leipzig", "Germany", "", "de"),
    ("Ferro Impianti Srl", "Marco Ferri", "Via Torino 90", "20123", "Milano", "Italy", "IT12345678901", "en"),
    (
        "Kanzlei Brandt & Partner",
        "Thomas Brandt",
        "Königsallee 60",
        "40212",
        "Düsseldorf",
        "Germany",
        "DE276543210",
        "de",
    ),
)

_WORK = (
    ("Website relaunch", (("Concept and design", "d", 85_000), ("Implementation", "d", 78_000))),
    ("Online shop", (("Shop set-up", "pc", 640_000), ("Training", "h", 12_000))),
    ("Brand refresh", (("Logo and guidelines", "pc", 420_000),)),
    ("Support plan 2027", (("Monthly support", "mo", 95_000),)),
    (
        "Customer portal",
        (("Workshop", "d", 110_000), ("Development", "d", 82_000), ("Hosting", "mo", 18_000)),
    ),
    ("Data dashboard", (("Data model", "d", 98_000), ("Dashboard", "pc", 380_000))),
    ("Product photography", (("Photo day", "d", 145_000), ("Retouching", "pc", 4_500))),
    ("Accessibility audit", (("Audit", "pc", 290_000), ("Report and advice", "h", 13_500))),
)

_PER_STAGE = {"New": 9, "Qualified": 8, "Offer": 7, "Contract": 4, "Won": 8, "Lost": 4}


def seed(session: Session, *, now: datetime) -> None:
    """Fill an empty installation. Does nothing when a user exists already."""
    starter.create(session, now=now)
    if not people.is_empty(session):
        return
    users = _people(session, now)
    _own_company(session, now)
    contacts = _clients(session, now)
    _deals(session, users["sales"], contacts, now)
    _rules(session, now)
    session.info.pop("events", None)  # history: no run answers it


def _people(session: Session, now: datetime) -> dict[str, int]:
    roles = rights.create_starter_roles(session)
    ids: dict[str, int] = {}
    for role, name, email in LOGINS:
        ids[role] = people.create(session, name=name, email=email, password=PASSWORD, now=now)
        people.give_role(session, ids[role], roles[role])
    return ids


def _own_company(session: Session, now: datetime) -> None:
    session.add(
        OwnCompany(
            name="Nordlicht Studio GmbH",
            street="Speicherstraße 12",
            postcode="20457",
            city="Hamburg",
            country="Germany",
            registration="Amtsgericht Hamburg, HRB 123456",
            tax_id="DE287654321",
            bank="Musterbank Hamburg",
            iban="DE02 1203 0000 0000 2020 51",
            email="office@nordlicht.example",
            phone="+494012345670",
            is_default=True,
        )
    )
    session.flush()
    for name, email, mandate in (
        ("Jana Weber", "jana@nordlicht.example", "Managing Director"),
        ("Robin Krause", "robin@nordlicht.example", "Authorised signatory"),
    ):
        values = {"name": name, "email": email, "mandate": mandate}
        own_companies.save_signatory(session, SYSTEM, "", values, now=now)


def _clients(session: Session, now: datetime) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for company, person, street, postcode, city, country, tax_id, locale in _CLIENTS:
        company_id = clients.create_company(
            session,
            SYSTEM,
            {
                "name": company,
                "street": street,
                "postcode": postcode,
                "city": city,
                "country": country,
                "tax_id": tax_id,
            },
            now=now,
        )
        email = ".".join(person.lower().replace("dr. ", "").split())
        for umlaut, plain in (("ö", "oe"), ("ä", "ae"), ("ü", "ue")):
            email = email.replace(umlaut, plain)
        email += "@client.example"
        contact_id = clients.create_contact(
            session,
            SYSTEM,
            {"name": person, "email": email, "locale": locale},
            company_id=company_id,
            now=now,
        )
        found.append((contact_id, company_id))
    return found


def _deals(session: Session, sales: int, contacts: list[tuple[str, str]], now: datetime) -> None:
    random = Random(7)  # noqa: S311 (the same demo every time)
    owner = session.get(User, sales)
    assert owner is not None
    stages = {stage.name: stage for stage in pipelines.stages(session, pipelines.first(session))}
    number = 0
    for name, count in _PER_STAGE.items():
        for _ in range(count):
            number += 1
            contact_id, company_id = contacts[number % len(contacts)]
            title, lines = _WORK[(number * 5) % len(_WORK)]
            at = now - timedelta(days=random.randint(0, 40), hours=random.randint(0, 20))
            values = {
                "contact_id": contact_id,
                "company_id": company_id,
                "owner_id": owner.public_id,
                "close_on": (now + timedelta(days=random.randint(5, 90))).date(),
            }
            deal_id = deals.create(
                session,
                people.actor_of(session, owner),
                title=title,
                stage=stages[name].public_id,
                values=values,
                now=at,
            )
            deals.set_lines(
                session,
                SYSTEM,
                deal_id,
                [
                    {
                        "title": text,
                        "unit": unit,
                        "quantity_milli": random.randint(1, 12) * 1000,
                        "price_minor": price,
                        "tax_bp": 1900,
                    }
                    for text, unit, price in lines
                ],
                now=at,
            )
    _without_address(session)


def _without_address(session: Session) -> None:
    """One deal in the stage Offer has a contact without an e-mail address: the preview of its drop says so."""
    stage = next(s for s in pipelines.stages(session, pipelines.first(session)) if s.name == "Offer")
    deal = session.exec(select(Deal).where(Deal.stage_id == stage.id).order_by(col(Deal.id))).first()
    assert deal is not None
    contact_id = clients.create_contact(
        session, SYSTEM, {"name": "Kim Novak", "locale": "en"}, now=deal.created_at
    )
    deal.contact_id = clients.contact(session, contact_id).id
    session.add(deal)


def _rules(session: Session, now: datetime) -> None:
    stages = {s.name: s.public_id for s in pipelines.stages(session, pipelines.first(session))}
    template = next(t for t in templates.listed(session, SYSTEM) if t.language == "en")
    signatory = next(s for s in own_companies.signatories(session) if s.name == "Jana Weber")
    rules.add(
        session,
        SYSTEM,
        stages["Contract"],
        action=rules.SEND,
        params={"template": template.public_id, "signatory": signatory.public_id},
        now=now,
    )
    rules.add(session, SYSTEM, stages["Won"], action=rules.MOVE, params={"on": "document_completed"}, now=now)
