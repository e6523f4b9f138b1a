"""Users and their logins: passwords, sessions in the browser, the first admin."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session, col, select

from esign_app.domain import events, rights
from esign_app.domain.actor import Actor
from esign_app.domain.events import AccessChanged
from esign_app.domain.fields import clean_email, clean_text, clean_zone
from esign_app.domain.refusals import Conflict, Invalid, NotFound, Refused
from esign_app.models import Login, Role, User, UserRole
from esign_app.text import LANGUAGES, t
from esign_app.trust import tokens

SESSION_LASTS = timedelta(days=14)
# A login that is over is remembered, with its address, for as long as somebody may ask who it was.
LOGIN_KEPT = timedelta(days=90)
SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))  # compared against when the address is unknown
_WRONG = "The e-mail address or the password is wrong."


@dataclass(frozen=True)
class UserView:
    id: int
    public_id: str
    name: str
    email: str
    locale: str
    zone: str
    initials: str
    is_active: bool


def check_password(session: Session, email: str, password: str) -> int:
    """The id of the user with this address and password; writes nothing, so that guessing blocks nobody's work.

    Raises Refused with one and the same sentence for an unknown address, a wrong password and a deactivated user.
    """
    user = session.exec(select(User).where(User.email == normal_email(email))).first()
    try:
        _hasher.verify(user.password_hash if user and user.password_hash else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        raise Refused(_WRONG) from None
    if user is None or user.id is None or not user.is_active or not user.password_hash:
        raise Refused(_WRONG)
    return user.id


def open_login(session: Session, user_id: int, *, address: str, user_agent: str, now: datetime) -> str:
    """Begin a login for a user whose password was right; answers the value for the session cookie."""
    token = secrets.token_urlsafe(32)
    session.add(
        Login(
            user_id=user_id,
            token_sha256=_sha256(token),
            address=address,
            user_agent=user_agent[:300],
            created_at=now,
            expires_at=now + SESSION_LASTS,
        )
    )
    session.flush()
    return token


def log_out(session: Session, token: str, now: datetime) -> None:
    """End this login at once, in every open tab. An unknown token is no error."""
    login = session.exec(select(Login).where(Login.token_sha256 == _sha256(token))).first()
    if login is not None and login.ended_at is None:
        login.ended_at = now
        session.add(login)


def who(session: Session, token: str, now: datetime) -> Actor | None:
    """The actor behind a session cookie, or None: unknown, ended, expired or deactivated."""
    if not token:
        return None
    query = (
        select(User)
        .join(Login, col(Login.user_id) == User.id)
        .where(
            Login.token_sha256 == _sha256(token),
            col(Login.ended_at).is_(None),
            Login.expires_at > now,
            User.is_active,
        )
    )
    user = session.exec(query).first()
    return actor_of(session, user) if user else None


def has_old_logins(session: Session, now: datetime) -> bool:
    return (
        session.exec(select(Login.id).where(Login.expires_at < now - LOGIN_KEPT).limit(1)).first() is not None
    )


def forget_old_logins(session: Session, now: datetime) -> int:
    """Delete the logins that were over LOGIN_KEPT ago; answers how many."""
    gone: int = (
        session.connection()
        .execute(sa.delete(Login).where(col(Login.expires_at) < now - LOGIN_KEPT))
        .rowcount
    )
    return gone


def actor_of(session: Session, user: User) -> Actor:
    assert user.id is not None
    return Actor(
        kind="user",
        id=user.id,
        name=user.name,
        locale=user.locale,
        zone=user.zone,
        public_id=user.public_id,
        department_id=user.department_id,
        rights=rights.of_user(session, user.id),
    )


def set_language(session: Session, actor: Actor, locale: str) -> None:
    """Change the actor's own language."""
    user = session.get(User, actor.id) if actor.kind == "user" else None
    if user is None:
        raise NotFound("This person does not exist.")
    if locale not in LANGUAGES:
        raise Invalid("There is no such choice.", field="locale")
    user.locale = locale
    session.add(user)


def is_empty(session: Session) -> bool:
    """Whether nobody can log in yet: then, and only then, the set-up link works."""
    return session.exec(select(User.id).limit(1)).first() is None


def create_first_admin(
    session: Session, *, name: str, email: str, password: str, locale: str, zone: str, now: datetime
) -> int:
    """Make the first user, an admin; answers the id. Refused as soon as any user exists, whatever link is presented."""
    if not is_empty(session):
        raise NotFound("This page does not exist.")
    user = create(session, name=name, email=email, password=password, locale=locale, zone=zone, now=now)
    give_role(session, user, rights.create_starter_roles(session)["admin"])
    return user


def create(
    session: Session,
    *,
    name: str,
    email: str,
    password: str,
    locale: str = "en",
    zone: str = "Europe/Berlin",
    now: datetime,
) -> int:
    """Make a user; answers the id. The address is one identity in any letter case (B43)."""
    name = clean_text(name, field="name", most=120)
    if not name:
        raise Invalid("Please give a name.", field="name")
    email = clean_email(email, field="email")
    if not email:
        raise Invalid("Please give an e-mail address.", field="email")
    password_hash = _hashed(password)
    user = User(
        name=name,
        email=email,
        password_hash=password_hash,
        locale=locale,
        zone=clean_zone(zone),
        created_at=now,
    )
    session.add(user)
    session.flush()
    assert user.id is not None
    return user.id


def _hashed(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            "Please choose a password of at least {count} characters.",
            field="password",
            count=SHORTEST_PASSWORD,
        )
    return _hasher.hash(password)


def give_role(session: Session, user_id: int, role_id: int) -> None:
    session.add(UserRole(user_id=user_id, role_id=role_id))
    session.flush()


def roles(session: Session, actor: Actor) -> list[str]:
    """What the actor is called by its roles, in its own language."""
    query = (
        select(Role.name)
        .join(UserRole, col(UserRole.role_id) == Role.id)
        .where(UserRole.user_id == actor.user_id)
    )
    return sorted(t(name) for name in session.exec(query))


def deactivate(session: Session, actor: Actor, public_id: str, *, now: datetime) -> None:
    """The user can do nothing from now on, in open tabs too. Raises Conflict for the last who may undo it."""
    user = _for_admin(session, actor, public_id)
    user.is_active = False
    session.flush()
    if not any(rights.may(actor_of(session, left), "edit", "permissions") for left in _active(session)):
        raise Conflict("Nobody would be left who may give rights.")
    _end_logins(session, user, now)
    _access_changed(session, actor, user, "deactivated", now)


def activate(session: Session, actor: Actor, public_id: str, *, now: datetime) -> None:
    """The user may log in again."""
    user = _for_admin(session, actor, public_id)
    user.is_active = True
    _access_changed(session, actor, user, "activated", now)


def set_password(session: Session, actor: Actor, public_id: str, password: str, *, now: datetime) -> None:
    """Give the user another password and end every login that began with the old one."""
    user = _for_admin(session, actor, public_id)
    user.password_hash = _hashed(password)
    _end_logins(session, user, now)
    _access_changed(session, actor, user, "password", now)


def one(session: Session, actor: Actor, public_id: str) -> UserView:
    rights.require(actor, "view", "permissions")
    return view(by_public_id(session, public_id))


def _for_admin(session: Session, actor: Actor, public_id: str) -> User:
    rights.require(actor, "edit", "permissions")
    return by_public_id(session, public_id)


def _active(session: Session) -> list[User]:
    return list(session.exec(select(User).where(User.is_active)))


def _end_logins(session: Session, user: User, now: datetime) -> None:
    query = select(Login).where(Login.user_id == user.id, col(Login.ended_at).is_(None))
    for login in session.exec(query):
        login.ended_at = now


def _access_changed(session: Session, actor: Actor, user: User, what: str, now: datetime) -> None:
    assert user.id is not None
    events.record(session, AccessChanged(subject=("user", user.id), what=what), actor, now)


def by_email(session: Session, email: str) -> User:
    row = session.exec(select(User).where(User.email == normal_email(email))).first()
    if row is None:
        raise NotFound("This person does not exist.")
    return row


def by_public_id(session: Session, public_id: str) -> User:
    row = session.exec(select(User).where(User.public_id == public_id)).first()
    if row is None:
        raise NotFound("This person does not exist.")
    return row


def name_of(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""


def everyone(session: Session) -> dict[int, UserView]:
    """All users by id."""
    return {user.id: view(user) for user in session.exec(select(User)) if user.id is not None}


def colleagues(session: Session, actor: Actor) -> list[UserView]:
    """Who may be responsible for a deal, by name."""
    rights.require(actor, "view", "deals")
    query = select(User).where(User.is_active).order_by(User.name, col(User.id))
    return [view(user) for user in session.exec(query)]


def view(user: User) -> UserView:
    assert user.id is not None
    return UserView(
        id=user.id,
        public_id=user.public_id,
        name=user.name,
        email=user.email,
        locale=user.locale,
        zone=user.zone,
        initials=initials(user.name),
        is_active=user.is_active,
    )


def initials(name: str) -> str:
    """Two letters for a small circle: first and last name."""
    words = name.split()
    picked = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in picked).upper()


def normal_email(email: str) -> str:
    return email.strip().lower()


def check_setup_token(session: Session, secret: bytes, token: str) -> None:
    """Raises NotFound unless the link is right and nobody exists yet (C17)."""
    if not tokens.read_setup_token(secret, token) or not is_empty(session):
        raise NotFound("This page does not exist.")


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
