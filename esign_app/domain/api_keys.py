"""Keys for scripts. A key is shown once and stored as its hash; it acts with the rights of a role."""

import hashlib
import secrets
from datetime import datetime

from sqlmodel import Session, select

from esign_app.domain import rights
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Invalid, NotLoggedIn
from esign_app.models import ApiKey, Role

PREFIX = "esk_"


def create(session: Session, actor: Actor, *, name: str, role: str, now: datetime) -> str:
    """Make a key that acts as `role`; answers the key, which is not kept anywhere.

    Raises Invalid for an unknown role and Forbidden without the right on permissions.
    """
    rights.require(actor, "create", "permissions")
    found = session.exec(select(Role).where(Role.key == role)).first()
    if found is None or found.id is None:
        raise Invalid("There is no role {role}.", field="role", role=role)
    if not name.strip():
        raise Invalid("Please give a name.", field="name")
    key = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiKey(
            name=name.strip(),
            key_sha256=_sha256(key),
            role_id=found.id,
            created_by=actor.user_id,
            created_at=now,
        )
    )
    session.flush()
    return key


def who(session: Session, key: str) -> Actor:
    """The actor behind a bearer key. Raises NotLoggedIn for anything else."""
    row = session.exec(select(ApiKey).where(ApiKey.key_sha256 == _sha256(key))).first()
    if row is None or row.id is None or row.revoked_at is not None:
        raise NotLoggedIn("This API key is not valid.")
    return Actor(kind="api", id=row.id, name=row.name, rights=rights.of_roles(session, [row.role_id]))


def _sha256(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
