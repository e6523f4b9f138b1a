"""A believable small company to look around in: people, clients, about forty deals, one rule and one trigger.

Which documents it sent and who signed them is told here as a story and made true by automation/demo_story.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

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
from esign_app.domain.actor import SYSTEM, Actor
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

# Others who sell; nobody logs in as them.
_COLLEAGUES = (
    ("Mia Hansen", "mia@nordlicht.example"),
    ("Tom Richter", "tom@nordlicht.example"),
    ("Ayşe Demir", "ayse@nordlicht.example"),
)

_CURRENCIES = {"United Kingdom": "GBP", "United States": "USD"}

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
    ("Trade fair stand 2027", (("Design", "d", 92_000), ("Build and logistics", "pc", 860_000))),
    ("Intranet in two languages", (("Set-up", "d", 88_000), ("Translation", "h", 7_800))),
    ("Newsletter and templates", (("Template set", "pc", 180_000), ("Monthly issue", "mo", 42_000))),
    ("Booking app", (("Prototype", "pc", 520_000), ("Development", "d", 86_000))),
    ("Search engine check-up", (("Analysis", "pc", 160_000), ("Advice", "h", 12_500))),
    ("Employer film", (("Shooting day", "d", 240_000), ("Editing", "d", 95_000))),
    ("Shop migration", (("Data migration", "d", 94_000), ("Go-live support", "h", 14_000))),
)

_PER_STAGE = {"New": 9, "Qualified": 8, "Offer": 7, "Contract": 4, "Won": 8, "Lost": 4}

# (stage, which of its deals): how many sign the offer, and what whoever is asked next has done so far
_STORY = {
    ("Offer", 2): (0, ""),
    ("Offer", 3): (1, ""),
    ("Offer", 5): (1, "opened"),
    ("Contract", 0): (1, "opened"),
    ("Contract", 2): (0, ""),
    ("Won", 0): (2, ""),
    ("Won", 1): (2, ""),
    ("Won", 3): (2, ""),
    ("Lost", 1): (1, "declined"),
}


@dataclass(frozen=True)
class _Client:
    contact: str
    company: str
    currency: str
    language: str


@dataclass(frozen=True)
class Chapter:
    """An offer of the story: made of `template` for `deal` (public ids), signed by `signatures` parties.

    `then` is what the next party has done: "" nothing yet, "opened" or "declined".
    """

    deal: str
    template: str
    signatures: int
    then: str


def seed(session: Session, *, now: datetime) -> list[Chapter]:
    """Fill an empty installation; answers the story still to be made true. Empty when a user exists already."""
    starter.create(session, now=now)
    if not people.is_empty(session):
        return []
    sellers = _people(session, now)
    _own_company(session, now)
    contacts = _clients(session, now)
    made = _deals(session, sellers, contacts, now)
    _without_address(session)
    _rules(session, now)
    session.info.pop("events", None)  # history: no run answers it
    return _story(session, made)


def actor(session: Session, role: str) -> Actor:
    """The demo's person of a role, for what the story has them do."""
    email = next(email for key, _, email in LOGINS if key == role)
    return people.actor_of(session, session.exec(select(User).where(User.email == email)).one())


def _people(session: Session, now: datetime) -> list[User]:
    """Everybody who works here; answers those who sell."""
    roles = rights.create_starter_roles(session)
    everybody = [*LOGINS, *(("sales", name, email) for name, email in _COLLEAGUES)]
    for role, name, email in everybody:
        user = people.create(session, name=name, email=email, password=PASSWORD, now=now)
        people.give_role(session, user, roles[role])
    sell = [email for role, _, email in everybody if role == "sales"]
    return list(session.exec(select(User).where(col(User.email).in_(sell)).order_by(col(User.id))))


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


def _clients(session: Session, now: datetime) -> list[_Client]:
    found: list[_Client] = []
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
        found.append(_Client(contact_id, company_id, _CURRENCIES.get(country, "EUR"), locale))
    return found


def _deals(
    session: Session, sellers: list[User], contacts: list[_Client], now: datetime
) -> dict[tuple[str, int], tuple[str, str]]:
    """The deals; answers the public id and the client's language of each (stage, place)."""
    random = Random(7)  # noqa: S311 (the same demo every time)
    stages = {stage.name: stage for stage in pipelines.stages(session, pipelines.first(session))}
    places = [(name, place) for name, count in _PER_STAGE.items() for place in range(count)]
    made: dict[tuple[str, int], tuple[str, str]] = {}
    for number, (name, place) in enumerate(places, start=1):
        client = contacts[number % len(contacts)]
        title, lines = _WORK[(number * 4) % len(_WORK)]
        at = now - timedelta(days=random.randint(0, 40), hours=random.randint(0, 20))
        owner = people.actor_of(session, sellers[number % len(sellers)])
        values = {
            "contact_id": client.contact,
            "company_id": client.company,
            "owner_id": owner.public_id,
            "currency": client.currency,
            "close_on": (now + timedelta(days=random.randint(5, 90))).date(),
        }
        deal_id = deals.create(
            session, owner, title=title, stage=stages[name].public_id, values=values, now=at
        )
        deals.set_lines(session, SYSTEM, deal_id, [_line(random, line) for line in lines], now=at)
        made[name, place] = (deal_id, client.language)
    return made


def _line(random: Random, line: tuple[str, str, int]) -> dict[str, Any]:
    title, unit, price = line
    quantity = random.randint(1, 12) * 1000
    return {"title": title, "unit": unit, "quantity_milli": quantity, "price_minor": price, "tax_bp": 1900}


def _story(session: Session, made: dict[tuple[str, int], tuple[str, str]]) -> list[Chapter]:
    offers = {t.language: t.public_id for t in templates.listed(session, SYSTEM) if t.kind == "offer"}
    return [
        Chapter(made[place][0], offers[made[place][1]], signatures, then)
        for place, (signatures, then) in _STORY.items()
    ]


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
    template = next(
        t for t in templates.listed(session, SYSTEM) if t.kind == "contract" and t.language == "en"
    )
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
