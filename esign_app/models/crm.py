"""With whom and about what: own companies, contacts, companies, pipelines, stages, deals."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from esign_app.db import Base, UtcDateTime, new_public_id


class OwnCompany(Base, table=True):
    __tablename__ = "own_company"
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    registration: str = ""
    tax_id: str = ""
    bank: str = ""
    iban: str = ""
    email: str = ""
    phone: str = ""
    zone: str = "Europe/Berlin"
    is_default: bool = False
    version: int = 1


class OwnSignatory(Base, table=True):
    """A person who may sign for an own company, by which mandate."""

    __tablename__ = "own_signatory"
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    own_company_id: int = Field(foreign_key="own_company.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    name: str
    email: str = ""
    phone: str = ""
    mandate: str = ""
    is_active: bool = True


class Company(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    owner_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    is_public: bool = False
    is_party: bool = False  # listed in the parties directory
    version: int = 1
    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    registration: str = ""
    tax_id: str = ""
    email: str = ""
    phone: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)


class Contact(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    owner_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    company_id: int | None = Field(default=None, foreign_key="company.id", index=True)
    is_public: bool = False
    is_party: bool = False
    version: int = 1
    name: str
    email: str = ""
    phone: str = ""  # E.164
    locale: str = "en"
    zone: str = ""  # empty: the own company's zone
    created_at: datetime = Field(sa_type=UtcDateTime)


class Pipeline(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    name: str
    rank: int = 0


class Stage(Base, table=True):
    """Behaviour follows `meaning` (open, won, lost), never the name."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    pipeline_id: int = Field(foreign_key="pipeline.id", index=True)
    name: str
    meaning: str = "open"
    rank: int = 0
    colour: str = "#64748b"


class Deal(Base, table=True):
    __table_args__ = (
        sa.Index("ix_deal_stage_id_rank", "stage_id", "rank"),
        sa.Index("ix_deal_sums", "stage_id", "currency", "amount_minor"),  # all that a stage's head needs
    )
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    owner_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    own_company_id: int | None = Field(default=None, foreign_key="own_company.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    company_id: int | None = Field(default=None, foreign_key="company.id", index=True)
    stage_id: int = Field(foreign_key="stage.id")
    is_public: bool = False
    version: int = 1
    rank: int = Field(default=0, sa_type=sa.BigInteger)  # ascending inside the stage
    title: str
    amount_minor: int = Field(default=0, sa_type=sa.BigInteger)
    currency: str = "EUR"
    close_on: date | None = None
    stage_since: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class DealLine(Base, table=True):
    """A product line. Scaled integers: quantity in thousandths, price in minor units, tax in hundredths of a percent."""

    __tablename__ = "deal_line"
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    deal_id: int = Field(foreign_key="deal.id", index=True)
    rank: int = 0
    title: str
    unit: str = ""
    quantity_milli: int = Field(default=1000, sa_type=sa.BigInteger)
    price_minor: int = Field(default=0, sa_type=sa.BigInteger)
    tax_bp: int = 0
