"""What happened. A domain function records the event beside the change; the same commit starts the runs."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar

from sqlmodel import Session, col, select

from esign_app.domain.actor import Actor
from esign_app.domain.refusals import NotFound
from esign_app.models import Event


@dataclass(frozen=True)
class Happening:
    """Base of all events. `subject` is (kind, id) of the record whose timeline tells of it.

    `wakes` says whether a run answers it; the others are there for the timeline and the live board only.
    """

    kind: ClassVar[str]
    wakes: ClassVar[bool] = False
    subject: tuple[str, int]


@dataclass(frozen=True)
class DealCreated(Happening):
    kind = "deal_created"
    wakes = True


@dataclass(frozen=True)
class DealChanged(Happening):
    kind = "deal_changed"
    wakes = True
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class DealMoved(Happening):
    """A deal entered another stage."""

    kind = "deal_moved"
    wakes = True
    from_stage: int = 0
    to_stage: int = 0


@dataclass(frozen=True)
class DealReordered(Happening):
    """Same stage, other place; no rule runs."""

    kind = "deal_reordered"


@dataclass(frozen=True)
class Commented(Happening):
    kind = "commented"
    text: str = ""


@dataclass(frozen=True)
class DocumentHappening(Happening):
    document_id: int = 0


@dataclass(frozen=True)
class DocumentRequested(DocumentHappening):
    kind = "document_requested"
    wakes = True


@dataclass(frozen=True)
class DocumentMade(DocumentHappening):
    kind = "document_made"


@dataclass(frozen=True)
class DocumentFailed(DocumentHappening):
    kind = "document_failed"


@dataclass(frozen=True)
class RequestHappening(DocumentHappening):
    request_id: int = 0


@dataclass(frozen=True)
class SigningRequested(RequestHappening):
    kind = "signing_requested"
    wakes = True


@dataclass(frozen=True)
class RequestFailed(RequestHappening):
    """Freezing or sealing failed for good; a person sees why and can retry."""

    kind = "request_failed"


@dataclass(frozen=True)
class RequestRetried(RequestHappening):
    kind = "request_retried"
    wakes = True


@dataclass(frozen=True)
class RequestExpired(RequestHappening):
    kind = "request_expired"
    wakes = True


@dataclass(frozen=True)
class RequestCancelled(RequestHappening):
    kind = "request_cancelled"


@dataclass(frozen=True)
class PartyHappening(RequestHappening):
    party_id: int = 0


@dataclass(frozen=True)
class PartyInvited(PartyHappening):
    kind = "party_invited"


@dataclass(frozen=True)
class PartyOpened(PartyHappening):
    kind = "party_opened"
    wakes = True


@dataclass(frozen=True)
class CodeRequested(PartyHappening):
    kind = "code_requested"
    wakes = True
    message_id: str = ""


@dataclass(frozen=True)
class PartySigned(PartyHappening):
    kind = "party_signed"
    wakes = True


@dataclass(frozen=True)
class PartyDeclined(PartyHappening):
    kind = "party_declined"
    wakes = True


@dataclass(frozen=True)
class DocumentCompleted(RequestHappening):
    kind = "document_completed"
    wakes = True


@dataclass(frozen=True)
class MessageHappening(Happening):
    message_id: str = ""


@dataclass(frozen=True)
class MessageAccepted(MessageHappening):
    kind = "message_accepted"


@dataclass(frozen=True)
class MessageDelayed(MessageHappening):
    kind = "message_delayed"


@dataclass(frozen=True)
class MessageFailed(MessageHappening):
    kind = "message_failed"
    wakes = True


@dataclass(frozen=True)
class MessageUncertain(MessageHappening):
    """It may have gone out or not; a person decides."""

    kind = "message_uncertain"


@dataclass(frozen=True)
class MessageDelivered(MessageHappening):
    kind = "message_delivered"


@dataclass(frozen=True)
class MessageBounced(MessageHappening):
    """It was taken over and could not be delivered."""

    kind = "message_bounced"
    wakes = True


@dataclass(frozen=True)
class MessageFellBack(MessageHappening):
    """It goes by the party's other channel; `message_id` is the new one."""

    kind = "message_fell_back"
    wakes = True


@dataclass(frozen=True)
class MessageRetried(MessageHappening):
    """A person sends it again; `message_id` is the new one."""

    kind = "message_retried"
    wakes = True


@dataclass(frozen=True)
class RunEnded(Happening):
    kind = "run_ended"
    run_id: int = 0


@dataclass(frozen=True)
class RunRetried(Happening):
    kind = "run_retried"
    wakes = True
    run_id: int = 0


@dataclass(frozen=True)
class SettingsChanged(Happening):
    """An administrative act: a rule, a template, the own company."""

    kind = "settings_changed"
    what: str = ""
    name: str = ""


@dataclass(frozen=True)
class AccessChanged(Happening):
    """An administrative act about a person: deactivated, activated, password. Open pages look at once who may stay."""

    kind = "access_changed"
    what: str = ""


@dataclass(frozen=True)
class EventView:
    id: int
    kind: str
    subject: tuple[str, int]
    actor: str
    data: dict[str, object]
    chain: tuple[int, ...]
    at: datetime

    def number(self, name: str) -> int:
        """An id out of the event's data."""
        value = self.data[name]
        assert isinstance(value, int)
        return value

    def text(self, name: str) -> str:
        return str(self.data.get(name, ""))


def record(session: Session, happening: Happening, actor: Actor, now: datetime) -> int:
    """Write the event and, when a run answers its kind, hand its id to the engine; answers the id.

    `session.info["events"]` is where domain and engine meet (see engine/database.py).
    """
    data = asdict(happening)
    subject_kind, subject_id = data.pop("subject")
    event = Event(
        kind=happening.kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        actor=actor.key,
        data=data,
        cause_event_id=actor.cause,
        chain=list(actor.chain),
        at=now,
    )
    session.add(event)
    session.flush()
    assert event.id is not None
    if happening.wakes:
        session.info.setdefault("events", []).append(event.id)
    return event.id


def view(event: Event) -> EventView:
    assert event.id is not None
    return EventView(
        id=event.id,
        kind=event.kind,
        subject=(event.subject_kind, event.subject_id),
        actor=event.actor,
        data=dict(event.data),
        chain=tuple(event.chain),
        at=event.at,
    )


def get(session: Session, event_id: int) -> EventView:
    event = session.get(Event, event_id)
    if event is None:
        raise NotFound("This event does not exist.")
    return view(event)


def after(
    session: Session, event_id: int, *, known: Collection[int] = (), limit: int = 500
) -> list[EventView]:
    """At most `limit` events younger than `event_id` and not in `known`, oldest first.

    On PostgreSQL an event may become visible later than a younger one.
    """
    query = select(Event).where(col(Event.id) > event_id, col(Event.id).not_in(known))
    query = query.order_by(col(Event.id)).limit(limit)
    return [view(event) for event in session.exec(query)]


def newest_at(session: Session) -> datetime | None:
    """When the last thing happened."""
    return session.exec(select(Event.at).order_by(col(Event.id).desc()).limit(1)).first()


def newest_id(session: Session) -> int:
    return session.exec(select(Event.id).order_by(col(Event.id).desc()).limit(1)).first() or 0
