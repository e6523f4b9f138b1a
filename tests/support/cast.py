"""The people of the tests. They are always the same, so a test names them without introducing them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, select

from esign_app.domain import people, rights
from esign_app.domain.actor import Actor
from esign_app.models import User

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
# email -> name, role, language, zone
CAST = {
    "mara@example.com": ("Mara Sales", "sales", "en", "Europe/Berlin"),
    "sigrid@example.com": ("Sigrid Signs", "signatory", "de", "Europe/Berlin"),
    "ada@example.com": ("Ada Admin", "admin", "en", "America/Los_Angeles"),
}


@dataclass(frozen=True)
class Cast:
    mara: Actor
    """Sales."""
    sigrid: Actor
    """The own company's signatory."""
    ada: Actor
    """Admin."""


def make_cast(session: Session) -> None:
    roles = rights.create_starter_roles(session)
    for email, (name, role, locale, zone) in CAST.items():
        user = people.create(
            session, name=name, email=email, password=PASSWORD, locale=locale, zone=zone, now=NOW
        )
        people.give_role(session, user, roles[role])


def load_cast(session: Session) -> Cast:
    users = {user.email: people.actor_of(session, user) for user in session.exec(select(User))}
    return Cast(*(users[email] for email in CAST))
