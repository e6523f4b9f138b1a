"""People whom nothing concerns, and what they may know: ids of things of others and the names of fields."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import select

from esign_app import engine
from esign_app.db import Base, utcnow
from esign_app.domain import api_keys, people
from esign_app.domain.actor import SYSTEM
from esign_app.models import Role
from esign_app.office.call import COOKIE
from tests.support.cast import PASSWORD

FORM = {
    "email": "ada@example.com", "password": "a guess", "name": "Mallory", "locale": "de", "zone": "UTC", "next": "/deals",
    "consent": "yes", "consent_version": "1", "version": "1", "language": "en", "agree": "yes", "method": "drawn",
    "strokes": "[]", "code": "123456", "reason": "because", "id": "x",
}  # fmt: skip


@dataclass(frozen=True)
class Who:
    """Somebody at the door."""

    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


def somebody(role: str) -> Who:
    """A user and an API key of a role; the user is no party of anything."""
    with engine.transaction() as session:
        found = session.exec(select(Role).where(Role.key == role)).first()
        if found is None:
            found = Role(key=role, name=role)
            session.add(found)
            session.flush()
        email = f"{role}@stranger.example"
        user = people.create(session, name=role, email=email, password=PASSWORD, now=utcnow())
        people.give_role(session, user, found.id or 0)
        cookie = people.open_login(session, user, address="", user_agent="", now=utcnow())
        key = api_keys.create(session, SYSTEM, name=role, role=role, now=utcnow())
    return Who({"Authorization": f"Bearer {key}"}, {COOKIE: cookie})


def things() -> dict[str, str]:
    """The id of one thing of every kind that has a public one, by the name its parameter would have."""
    found = {}
    with engine.reading() as session:
        for table in Base.metadata.tables.values():
            column = table.columns.get("public_id", table.columns["id"] if table.name == "message" else None)
            if column is not None and (value := session.execute(sa.select(column).limit(1)).scalar()):
                found[f"{table.name}_id"] = str(value)
    same = {"request_id": "signing_request_id", "signatory_id": "own_signatory_id", "owner_id": "user_id"}
    return found | {name: found[other] for name, other in same.items()}
