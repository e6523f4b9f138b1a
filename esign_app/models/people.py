"""Who works here: departments, users, roles and what a role may do, logins, API keys and what was answered to them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from esign_app.db import Base, UtcDateTime, new_public_id


class Department(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    parent_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    name: str


class User(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    email: str = Field(unique=True)  # lower case: one identity whatever is typed
    name: str
    password_hash: str = ""  # empty: no password, cannot log in by one
    locale: str = "en"
    zone: str = "Europe/Berlin"
    is_active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


class Role(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str


class RoleRight(Base, table=True):
    """`role` may do `action` on `object` up to `level` (domain/rights.py names them)."""

    __tablename__ = "role_right"
    role_id: int = Field(foreign_key="role.id", primary_key=True)
    object: str = Field(primary_key=True)
    action: str = Field(primary_key=True)
    level: str


class UserRole(Base, table=True):
    __tablename__ = "user_role"
    user_id: int = Field(foreign_key="user.id", primary_key=True)
    role_id: int = Field(foreign_key="role.id", primary_key=True)


class Login(Base, table=True):
    """One browser that is logged in. The cookie's value is stored only as its SHA-256."""

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    token_sha256: str = Field(unique=True)
    address: str = ""
    user_agent: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginTries(Base, table=True):
    """How often a password was tried lately, by one address of the network or for one account."""

    __tablename__ = "login_tries"
    key: str = Field(primary_key=True)  # SHA-256: what strangers typed into the form is not kept
    tries: int = 0
    since: datetime = Field(sa_type=UtcDateTime, index=True)


class ApiKey(Base, table=True):
    """A key for scripts, stored as its SHA-256; it acts with the rights of a role."""

    __tablename__ = "api_key"
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    name: str
    key_sha256: str = Field(unique=True)
    role_id: int = Field(foreign_key="role.id")
    created_by: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Idempotency(Base, table=True):
    """What a call with an `Idempotency-Key` was answered; in the same commit as what the call did."""

    __table_args__ = (sa.UniqueConstraint("actor", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    actor: str
    key: str
    route: str  # method and path
    body_sha256: str
    status: int = 0
    answer: str = Field(default="", sa_type=sa.Text)  # JSON, without secrets as every answer of the API
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
