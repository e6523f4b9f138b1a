"""Who signs what: requests, slots, parties, and the facts they leave behind."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from esign_app.db import Base, Json, UtcDateTime, new_public_id

OPEN_STATES = ("preparing", "sent", "opened", "partly_signed", "sealing", "failed")
_OPEN = "state in ('" + "', '".join(OPEN_STATES) + "')"


class SigningRequest(Base, table=True):
    """A document version on its way through its signers. At most one is open per document."""

    __tablename__ = "signing_request"
    __table_args__ = (
        sa.Index(
            "uq_signing_request_open",
            "document_id",
            unique=True,
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    document_id: int = Field(foreign_key="document.id", index=True)
    document_version_id: int = Field(foreign_key="document_version.id")
    layout: dict[str, Any] = Field(sa_type=Json)
    frozen_sha256: str = ""  # set when frozen; code and consent bind to it
    state: str = "preparing"
    error: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    language: str
    zone: str
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Slot(Base, table=True):
    """A place to sign; the PDF field belongs to it, not to a person."""

    __table_args__ = (sa.UniqueConstraint("request_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="signing_request.id")
    key: str
    group_no: int = 1
    rule: str = "all"
    role: str = "signer"
    pdf_field: str


class Party(Base, table=True):
    """A person in a slot, with the contact data taken when it was sent. A correction is a new row."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    request_id: int = Field(foreign_key="signing_request.id", index=True)
    slot_id: int = Field(foreign_key="slot.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    own_signatory_id: int | None = Field(default=None, foreign_key="own_signatory.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    name: str
    email: str = ""
    phone: str = ""
    language: str = "en"
    zone: str
    channel: str = "auto"  # auto, email, sms: what was chosen; each message says what was used
    identification: str = "code"
    token_generation: int = 1
    invited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    replaced_by: int | None = Field(default=None, foreign_key="party.id")


class Opening(Base, table=True):
    """The party pressed Start. A link that was merely fetched leaves no row."""

    id: int | None = Field(default=None, primary_key=True)
    party_id: int = Field(foreign_key="party.id", unique=True)
    address: str
    user_agent: str
    at: datetime = Field(sa_type=UtcDateTime)


class ConsentText(Base, table=True):
    __tablename__ = "consent_text"
    __table_args__ = (sa.UniqueConstraint("version", "language"),)
    id: int | None = Field(default=None, primary_key=True)
    version: int
    language: str
    text: str = Field(sa_type=sa.Text)
    sha256: str


class Consent(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    party_id: int = Field(foreign_key="party.id", unique=True)
    consent_text_id: int = Field(foreign_key="consent_text.id")
    frozen_sha256: str
    at: datetime = Field(sa_type=UtcDateTime)


class Challenge(Base, table=True):
    """A code that was asked for. The code itself is derived from the id and the secret, never stored."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    party_id: int = Field(foreign_key="party.id", index=True)
    frozen_sha256: str
    channel: str
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    tries: int = 0
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Signature(Base, table=True):
    """The fact that a party signed. The PDF revision is cryptography a moment later."""

    id: int | None = Field(default=None, primary_key=True)
    party_id: int = Field(foreign_key="party.id", unique=True)
    method: str  # typed, drawn, uploaded
    image_file_id: int = Field(foreign_key="file.id")
    strokes: list[Any] = Field(default_factory=list, sa_type=Json)
    frozen_sha256: str
    address: str
    user_agent: str
    at: datetime = Field(sa_type=UtcDateTime)


class Decline(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    party_id: int = Field(foreign_key="party.id", unique=True)
    reason: str
    address: str
    user_agent: str
    at: datetime = Field(sa_type=UtcDateTime)


class Revision(Base, table=True):
    """One state of the PDF: frozen, certified, signer, seal, dts; every one keeps those before it valid."""

    __table_args__ = (sa.UniqueConstraint("request_id", "seq"),)
    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="signing_request.id")
    seq: int
    kind: str
    file_id: int = Field(foreign_key="file.id")
    party_id: int | None = Field(default=None, foreign_key="party.id", unique=True)
    certificate_serial: str = ""
    at: datetime = Field(sa_type=UtcDateTime)


class AuditEntry(Base, table=True):
    """One link of the request's hash chain; rows are only ever added."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.UniqueConstraint("request_id", "seq"),)
    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="signing_request.id")
    seq: int
    prev: str
    hash: str
    body: dict[str, Any] = Field(sa_type=Json)  # exactly what was hashed


class AuditValue(Base, table=True):
    """Personal data of an entry: the chain holds its salted hash, so the value can be erased."""

    __tablename__ = "audit_value"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="audit_entry.id", index=True)
    name: str
    salt: str
    value: str
