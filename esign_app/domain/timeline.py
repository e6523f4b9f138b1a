"""A deal's timeline: every event as a sentence with its time and zone."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlmodel import Session, col, select

from esign_app.domain import deals, documents, events, messages, rights
from esign_app.domain.actor import Actor
from esign_app.domain.runs import RunView
from esign_app.domain.runs import view as run_view
from esign_app.models import (
    ApiKey,
    Decline,
    Document,
    Event,
    Message,
    Party,
    Run,
    Stage,
    User,
)
from esign_app.text import t, when


@dataclass(frozen=True)
class Entry:
    """`tone` is one of the five meanings; `document_id` when the entry is about one, with `can_sign` on a draft.

    `again` names what can be tried again, while it is still broken: (document | request | message | run, its id).
    """

    id: int
    kind: str
    text: str
    detail: str
    tone: str
    who: str
    at: datetime
    at_text: str
    document_id: str
    can_sign: bool
    again: tuple[str, str]


def of_deal(
    session: Session, actor: Actor, deal_id: str, *, limit: int = 200, before: int | None = None
) -> list[Entry]:
    """The newest entries first (or those older than the entry `before`), in the actor's zone and the current language."""
    rights.require(actor, "view", "deals")
    deal = deals.find(session, deal_id)
    query = (
        select(Event)
        .where(Event.subject_kind == "deal", Event.subject_id == deal.id)
        .order_by(col(Event.id).desc())
    )
    if before is not None:
        query = query.where(col(Event.id) < before)
    teller = _Teller(session)
    told = (teller.tell(events.view(row), actor.zone) for row in session.exec(query))
    return list(islice((entry for entry in told if entry is not None), limit))


class _Teller:
    """Turns events into sentences; looks each name up once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._actors: dict[str, str] = {}

    def tell(self, event: events.EventView, zone: str) -> Entry | None:
        spoken = getattr(self, f"_{event.kind}", None)
        if spoken is None:
            return None
        found = spoken(event)
        if found is None:
            return None
        text, detail, tone = found
        document = self._document(event)
        return Entry(
            id=event.id,
            kind=event.kind,
            text=text,
            detail=detail,
            tone=tone,
            who=self._who(event.actor),
            at=event.at,
            at_text=when(event.at, zone),
            document_id=document.public_id if document else "",
            can_sign=event.kind == "document_made" and document is not None and self._is_draft(document),
            again=self._again(event, document),
        )

    def _again(self, event: events.EventView, document: Document | None) -> tuple[str, str]:
        """What failed there and still is broken."""
        nothing = ("", "")
        if event.kind == "run_ended":
            run = self._run(event)
            return ("run", run.public_id) if run.state in ("failed", "needs_person") else nothing
        if event.kind in ("message_failed", "message_bounced", "message_uncertain"):
            message = self._message(event)
            broken = message.state in messages.BROKEN and messages.can_resend(self.session, message)
            return ("message", message.id) if broken else nothing
        if document is None or event.kind not in ("document_failed", "request_failed"):
            return nothing
        found = documents.view(self.session, document)
        if found.state != "failed":
            return nothing
        return ("request", found.request_id) if found.request_id else ("document", found.public_id)

    def _deal_created(self, event: events.EventView) -> tuple[str, str, str]:
        return t("Deal created"), "", "waiting"

    def _deal_changed(self, event: events.EventView) -> tuple[str, str, str] | None:
        return t("Deal changed"), "", "waiting"

    def _deal_moved(self, event: events.EventView) -> tuple[str, str, str]:
        names = [self._stage(event.number(key)) for key in ("from_stage", "to_stage")]
        return t("Moved from {before} to {after}", before=names[0], after=names[1]), "", "moving"

    def _commented(self, event: events.EventView) -> tuple[str, str, str]:
        return t("Comment"), event.text("text"), "waiting"

    def _document_made(self, event: events.EventView) -> tuple[str, str, str]:
        return t("{document} made", document=self._label(event)), "", "moving"

    def _document_failed(self, event: events.EventView) -> tuple[str, str, str]:
        document = self._document(event)
        why = documents.view(self.session, document).error if document else ""
        return t("{document} could not be made", document=self._label(event)), why, "broken"

    def _party_invited(self, event: events.EventView) -> tuple[str, str, str]:
        party = self._party(event)
        text = t("{document} sent to {name}", document=self._label(event), name=party.name)
        query = select(Message.address).where(
            Message.party_id == party.id, Message.kind == "invitation", col(Message.resent_of).is_(None)
        )
        return text, self.session.exec(query).first() or "", "moving"

    def _party_opened(self, event: events.EventView) -> tuple[str, str, str]:
        text = t("{name} opened {document}", name=self._party(event).name, document=self._label(event))
        return text, "", "moving"

    def _code_requested(self, event: events.EventView) -> tuple[str, str, str]:
        return t("{name} asked for a code", name=self._party(event).name), "", "waiting"

    def _party_signed(self, event: events.EventView) -> tuple[str, str, str]:
        text = t("{name} signed {document}", name=self._party(event).name, document=self._label(event))
        return text, "", "good"

    def _party_declined(self, event: events.EventView) -> tuple[str, str, str]:
        party = self._party(event)
        row = self.session.exec(select(Decline).where(Decline.party_id == party.id)).first()
        text = t("{name} declined {document}", name=party.name, document=self._label(event))
        return text, row.reason if row else "", "broken"

    def _document_completed(self, event: events.EventView) -> tuple[str, str, str]:
        return t("{document} signed by everyone and sealed", document=self._label(event)), "", "good"

    def _request_failed(self, event: events.EventView) -> tuple[str, str, str]:
        document = self._document(event)
        why = documents.view(self.session, document).error if document else ""
        return t("{document}: there is a problem", document=self._label(event)), why, "broken"

    def _request_expired(self, event: events.EventView) -> tuple[str, str, str]:
        return t("{document} expired", document=self._label(event)), "", "needs"

    def _request_cancelled(self, event: events.EventView) -> tuple[str, str, str]:
        return t("{document} withdrawn", document=self._label(event)), "", "waiting"

    def _message_accepted(self, event: events.EventView) -> tuple[str, str, str]:
        row = self._message(event)
        kinds = {
            "invitation": t("Invitation handed to the mail server"),
            "code": t("Code handed to the mail server"),
            "completed": t("Sealed document handed to the mail server"),
        }
        if row.channel == "sms":
            kinds = {
                "invitation": t("Invitation handed to the SMS gateway"),
                "code": t("Code handed to the SMS gateway"),
                "completed": t("Link to the sealed document handed to the SMS gateway"),
            }
        return kinds[row.kind], row.address, "waiting"

    def _message_delayed(self, event: events.EventView) -> tuple[str, str, str]:
        row = self._message(event)
        text = t("Message to {address} not delivered yet; it is tried again", address=row.address)
        return text, row.error, "needs"

    def _message_failed(self, event: events.EventView) -> tuple[str, str, str]:
        row = self._message(event)
        detail = " ".join((row.error, self._what_to_do(row))).strip()
        return t("Message to {address} not delivered", address=row.address), detail, "broken"

    def _message_bounced(self, event: events.EventView) -> tuple[str, str, str]:
        row = self._message(event)
        text = t("Message to {address} came back", address=row.address)
        return text, " ".join((row.error, self._what_to_do(row))).strip(), "broken"

    def _message_uncertain(self, event: events.EventView) -> tuple[str, str, str]:
        row = self._message(event)
        text = t("Nobody knows whether the message to {address} arrived", address=row.address)
        if row.kind == "code":
            return text, t("Its receiver can ask for a new code."), "needs"
        return text, t("It is not repeated by itself. Ask, and send it again if it did not arrive."), "needs"

    def _message_fell_back(self, event: events.EventView) -> tuple[str, str, str]:
        row = self._message(event)
        if row.channel == "sms":
            return t("Goes by SMS to {address} instead", address=row.address), "", "moving"
        return t("Goes by e-mail to {address} instead", address=row.address), "", "moving"

    def _message_retried(self, event: events.EventView) -> tuple[str, str, str]:
        return t("Sent again to {address}", address=self._message(event).address), "", "moving"

    def _what_to_do(self, row: Message) -> str:
        if not messages.can_resend(self.session, row):
            return ""
        return t("Correct the address on the contact, then send it again.")

    def _run_ended(self, event: events.EventView) -> tuple[str, str, str] | None:
        run = self._run(event)
        tones = {"done": "good", "skipped": "waiting", "needs_person": "needs", "failed": "broken"}
        return t("Rule: {sentence}", sentence=run.sentence), "", tones.get(run.state, "moving")

    def _who(self, key: str) -> str:
        if key not in self._actors:
            self._actors[key] = self._name(key)
        return self._actors[key]

    def _name(self, key: str) -> str:
        kind, _, number = key.partition(":")
        row: User | Party | ApiKey | None = None
        if kind == "user":
            row = self.session.get(User, int(number))
        elif kind == "party":
            row = self.session.get(Party, int(number))
        elif kind == "api":
            row = self.session.get(ApiKey, int(number))
        if row is not None:
            return row.name
        return t("Rule") if kind == "rule" else ""

    def _stage(self, stage_id: int) -> str:
        row = self.session.get(Stage, stage_id)
        return t(row.name) if row else ""

    def _document(self, event: events.EventView) -> Document | None:
        number = event.data.get("document_id")
        return self.session.get(Document, number) if number else None

    def _label(self, event: events.EventView) -> str:
        document = self._document(event)
        return documents.label(document) if document else ""

    def _is_draft(self, document: Document) -> bool:
        assert document.id is not None
        return documents.newest_request(self.session, document.id) is None

    def _party(self, event: events.EventView) -> Party:
        row = self.session.get(Party, event.number("party_id"))
        assert row is not None
        return row

    def _message(self, event: events.EventView) -> Message:
        row = self.session.get(Message, event.text("message_id"))
        assert row is not None
        return row

    def _run(self, event: events.EventView) -> RunView:
        row = self.session.get(Run, event.number("run_id"))
        assert row is not None
        return run_view(self.session, row)
