"""The base of every table. The naming convention is set here, before any table exists."""

import secrets

from sqlmodel import SQLModel

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    """Parent of all tables; carries the shared metadata."""


def new_public_id() -> str:
    """A random name for the outside world: 16 characters, about 79 bits, no lookalikes."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))
