"""What is made and kept: templates and layouts, numbers, documents, files."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from esign_app.db import Base, Json, UtcDateTime, new_public_id


class File(Base, table=True):
    """Bytes in the vault, found by their SHA-256."""

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    size: int
    media_type: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class Series(Base, table=True):
    """Document numbers of one pattern, such as `{YEAR}-{NUMBER}`, counted per period (year, month, day or none)."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    pattern: str
    period: str = "year"
    start: int = 1
    step: int = 1
    padding: int = 3


class SeriesNumber(Base, table=True):
    """Every number is used or void with a reason; `reserved` is on its way to one of them."""

    __tablename__ = "series_number"
    __table_args__ = (sa.UniqueConstraint("series_id", "period", "n"),)
    id: int | None = Field(default=None, primary_key=True)
    series_id: int = Field(foreign_key="series.id")
    period: str
    n: int
    state: str = "reserved"
    reason: str = ""
    document_id: int | None = Field(default=None, foreign_key="document.id", index=True)


class Template(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    name: str
    kind: str  # contract, offer, invoice, act, nda
    language: str = "en"
    series_id: int = Field(foreign_key="series.id")
    is_active: bool = True
    for_signature: bool = True
    rank: int = 0
    version: int = 1


class TemplateVersion(Base, table=True):
    """The text as it was at one time; never changed."""

    __tablename__ = "template_version"
    __table_args__ = (sa.UniqueConstraint("template_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    template_id: int = Field(foreign_key="template.id")
    number: int
    language: str
    html: str = Field(sa_type=sa.Text)
    sha256: str
    created_by: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class Layout(Base, table=True):
    """Where who signs, for a template or for one uploaded file; it never names a person."""

    __table_args__ = (sa.CheckConstraint("(template_id is null) <> (file_id is null)", name="one_source"),)
    id: int | None = Field(default=None, primary_key=True)
    template_id: int | None = Field(default=None, foreign_key="template.id", index=True)
    file_id: int | None = Field(default=None, foreign_key="file.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class LayoutSlot(Base, table=True):
    __tablename__ = "layout_slot"
    __table_args__ = (sa.UniqueConstraint("layout_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    layout_id: int = Field(foreign_key="layout.id")
    key: str  # own, client, ...
    role: str = "signer"
    group_no: int = 1
    rule: str = "all"


class LayoutBlock(Base, table=True):
    """A block of a slot: at a text anchor, or on a page in fractions from its top left."""

    __tablename__ = "layout_block"
    id: int | None = Field(default=None, primary_key=True)
    layout_slot_id: int = Field(foreign_key="layout_slot.id", index=True)
    kind: str = "signature"
    required: bool = True
    source: str = ""
    anchor: str | None = None
    page: int | None = None
    x: float | None = None
    y: float | None = None
    width: float | None = None
    height: float | None = None


class Document(Base, table=True):
    __table_args__ = (sa.Index("ix_document_subject", "subject_kind", "subject_id"),)
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    subject_kind: str | None = None
    subject_id: int | None = None
    template_id: int | None = Field(default=None, foreign_key="template.id", index=True)
    own_signatory_id: int | None = Field(default=None, foreign_key="own_signatory.id")
    kind: str
    number: str
    title: str
    error: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # why the file could not be made
    created_by: str  # actor, such as `user:3` or `rule:7`
    created_at: datetime = Field(sa_type=UtcDateTime)


class DocumentVersion(Base, table=True):
    """One made file with the values it was made from; never changed."""

    __tablename__ = "document_version"
    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    document_id: int = Field(foreign_key="document.id")
    number: int
    template_version_id: int | None = Field(default=None, foreign_key="template_version.id")
    language: str
    snapshot: dict[str, Any] = Field(sa_type=Json)
    anchors: list[dict[str, Any]] = Field(sa_type=Json)
    file_id: int = Field(foreign_key="file.id")
    pages: int
    created_at: datetime = Field(sa_type=UtcDateTime)
