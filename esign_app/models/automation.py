"""What happens by itself: events, rules, runs, messages."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from esign_app.db import Base, Json, UtcDateTime, new_public_id


class Event(Base, table=True):
    """Something that happened: source of the timeline, the triggers and the live board."""

    __table_args__ = (sa.Index("ix_event_subject", "subject_kind", "subject_id"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject_kind: str
    subject_id: int
    actor: str  # such as `user:3`, `party:12`, `rule:7`, `api:1`, `system`
    data: dict[str, Any] = Field(sa_type=Json)
    cause_event_id: int | None = Field(default=None, foreign_key="event.id")
    chain: list[int] = Field(sa_type=Json)  # rule ids that led here, oldest first
    at: datetime = Field(sa_type=UtcDateTime)


class Rule(Base, table=True):
    """A rule of a stage. Kind `action` runs when a deal enters; kind `trigger` brings deals to the stage."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    stage_id: int = Field(foreign_key="stage.id", index=True)
    kind: str = "action"
    rank: int = 0
    enabled: bool = True
    version: int = 1


class RuleVersion(Base, table=True):
    """What a rule said at one time; a run points here."""

    __tablename__ = "rule_version"
    __table_args__ = (sa.UniqueConstraint("rule_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    rule_id: int = Field(foreign_key="rule.id")
    number: int
    action: str
    params: dict[str, Any] = Field(sa_type=Json)
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class Run(Base, table=True):
    """One rule answering one event; the pair is unique, so it happens once."""

    __table_args__ = (sa.UniqueConstraint("event_id", "rule_version_id"),)
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    event_id: int = Field(foreign_key="event.id")
    rule_version_id: int = Field(foreign_key="rule_version.id", index=True)
    deal_id: int = Field(foreign_key="deal.id", index=True)
    document_id: int | None = Field(default=None, foreign_key="document.id", index=True)
    state: str = "waiting"  # waiting, running, done, failed, needs_person, skipped
    outcome: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # msgid and values
    attempts: int = 0
    wake_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RunStep(Base, table=True):
    __tablename__ = "run_step"
    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    name: str
    note: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    at: datetime = Field(sa_type=UtcDateTime)


class Message(Base, table=True):
    """The ledger: one row per message, written before it is sent. No body, no token, no code."""

    id: str = Field(primary_key=True)  # uuid5 of what it is about: the Message-ID
    kind: str
    party_id: int | None = Field(default=None, foreign_key="party.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    request_id: int | None = Field(default=None, foreign_key="signing_request.id", index=True)
    challenge_id: int | None = Field(default=None, foreign_key="challenge.id", index=True)
    channel: str
    address: str
    state: str = "queued"  # queued, sending, accepted, delivered, bounced, failed, uncertain
    attempts: int = 0
    error: str = ""
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resent_of: str | None = Field(default=None, foreign_key="message.id", unique=True)
    gateway_id: str | None = Field(default=None, index=True)  # what the SMS gateway calls it
    created_at: datetime = Field(sa_type=UtcDateTime)


class Delivery(Base, table=True):
    """One attempt to hand a message over, and what the other side said."""

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(foreign_key="message.id", index=True)
    accepted: bool
    response: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
