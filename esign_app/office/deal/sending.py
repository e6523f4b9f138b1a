"""What goes out of the house from a deal, each asked before it happens: a move that sends, a document to sign, a withdrawal."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx
from sqlmodel import Session

from esign_app.db import utcnow
from esign_app.domain import channels, clients, documents, drops, moves, templates
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Invalid
from esign_app.domain.signing import preparation, requests
from esign_app.domain.signing.preparation import Missing
from esign_app.office import routes
from esign_app.office.board import cards
from esign_app.office.call import ask, call
from esign_app.office.deal.papers import Paper
from esign_app.office.deal.state import DealState
from esign_app.text import t

_MENDED = ("email", "phone")
LANGUAGES = {"en": "English", "de": "German"}


@dataclass(frozen=True)
class TemplateRow:
    id: str
    name: str
    detail: str


@dataclass(frozen=True)
class MissingRow:
    """What is mended right there: `field` of `contact_id`, a document made again from `template_id`; else at `href`."""

    text: str
    href: str
    contact_id: str = ""
    field: str = ""
    template_id: str = ""


@dataclass(frozen=True)
class PersonRow:
    number: int
    slot: str
    name: str
    how: str
    when: str
    choice: str


@dataclass(frozen=True)
class Question:
    """What is about to happen and what is missing for it; `subject` is a stage or a document, "" asks nothing."""

    subject: str = ""
    title: str = ""
    note: str = ""
    steps: list[str] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    missing: list[MissingRow] = field(default_factory=list)


class SendingState(rx.State):
    templates: list[TemplateRow] = []
    is_choosing: bool = False
    drop: Question = Question()
    sign: Question = Question()
    withdrawal: Question = Question()
    problem: str = ""
    _channels: dict[str, str] = {}

    @rx.event
    async def load(self) -> None:
        """Coming back from where something was mended asks anew; what was asked on another deal is not asked here."""
        document_id = self.sign.subject
        self.leave()
        deal = await self.get_state(DealState)
        if any(row.id == document_id for row in deal.documents):
            await self.prepare(document_id)

    @rx.event
    async def choose(self) -> None:
        """Offer the templates a document can be made from."""
        self.templates = await ask(self, _templates)
        self.is_choosing = True

    @rx.event
    async def create(self, template_id: str) -> None:
        """Make a document; it opens at once and its file follows in a moment."""
        deal = await self.get_state(DealState)
        made = await call(self, documents.request, deal._deal_id, str(template_id), now=utcnow())
        self.leave()
        await deal.open_paper(made)

    @rx.event
    async def prepare(self, document_id: str) -> None:
        """Sign was pressed: who would sign, reached how, and what is missing, from the contact as it is now."""
        self._channels = {}
        await self._prepare(str(document_id))

    @rx.event
    async def choose_channel(self, slot: str, choice: str) -> None:
        """By e-mail, by SMS or automatically; what is missing for it is asked anew."""
        self._channels = {**self._channels, str(slot): str(choice)}
        await self._prepare(self.sign.subject)

    async def _prepare(self, document_id: str) -> None:
        self.problem = ""
        self.sign = await ask(self, _preparation, document_id, self._channels)

    @rx.event
    async def send(self) -> None:
        """Use this layout again: off it goes."""
        document_id = self.sign.subject
        await call(self, requests.ask, document_id, channels=self._channels, now=utcnow())
        self.sign = Question()
        deal = await self.get_state(DealState)
        await deal.open_paper(document_id)

    @rx.event
    async def move(self, stage_id: str) -> None:
        """A click on the stage bar is a drop: a rule that sends something out asks first."""
        self.problem = ""
        try:
            await self._move(str(stage_id), confirm=False)
        except drops.NeedsConfirmation:
            await self._ask_drop(str(stage_id))

    async def _ask_drop(self, stage_id: str) -> None:
        deal = await self.get_state(DealState)
        self.drop = await ask(self, _drop, deal._deal_id, stage_id)

    @rx.event
    async def confirm(self) -> None:
        stage_id, self.drop = self.drop.subject, Question()
        await self._move(stage_id, confirm=True)

    async def _move(self, stage_id: str, *, confirm: bool) -> None:
        deal = await self.get_state(DealState)
        seen = deal.head.version
        await call(
            self, moves.move, deal._deal_id, stage_id, seen_version=seen, confirm=confirm, now=utcnow()
        )
        await deal._read()

    @rx.event
    async def mend(self, form: dict[str, Any]) -> None:
        """The address or the number that was missing, entered right in the question; the question is asked anew."""
        try:
            values = {name: str(form[name]) for name in _MENDED if form.get(name)}
            await call(self, clients.change_contact, str(form.get("contact_id", "")), values)
        except Invalid as refused:
            self.problem = refused.sentence
            return
        deal = await self.get_state(DealState)
        await deal._read()
        if self.sign.subject:
            await self._prepare(self.sign.subject)
        elif self.drop.subject:
            await self._ask_drop(self.drop.subject)

    @rx.event
    async def ask_withdrawal(self) -> None:
        deal = await self.get_state(DealState)
        self.withdrawal = Question(deal.paper.row.request_id, deal.paper.row.label)

    @rx.event
    async def withdraw(self) -> None:
        request_id, self.withdrawal = self.withdrawal.subject, Question()
        await call(self, requests.cancel, request_id, now=utcnow())
        deal = await self.get_state(DealState)
        await deal._read()

    @rx.event
    def leave(self) -> None:
        """Cancel, Esc or a click beside the dialog: nothing happens."""
        self.is_choosing = False
        self.drop = self.sign = self.withdrawal = Question()
        self.problem = ""

    @rx.event
    async def leave_for_client(self) -> None:
        """To the client's section, which an open document hides."""
        self.leave()
        deal = await self.get_state(DealState)
        deal._paper_id, deal.paper = "", Paper()


def _templates(session: Session, actor: Actor) -> list[TemplateRow]:
    return [
        TemplateRow(
            item.public_id, item.name, f"{t(templates.KINDS[item.kind])} · {t(LANGUAGES[item.language])}"
        )
        for item in templates.listed(session, actor, active_only=True)
    ]


def _preparation(session: Session, actor: Actor, document_id: str, chosen: dict[str, str]) -> Question:
    found = preparation.prepare(session, actor, document_id, chosen)
    names = [person.name for person in found.people]
    people = [
        PersonRow(
            number=number,
            slot=person.slot,
            name=person.name,
            how=_how(person),
            choice=person.choice,
            when=t("asked at once")
            if number == 1
            else t("asked when {name} has signed", name=names[number - 2]),
        )
        for number, person in enumerate(found.people, start=1)
    ]
    return Question(
        subject=found.document.public_id,
        title=t("Send {document} for signature", document=found.document.label),
        note="" if channels.offered() else t("SMS is not set up on this server (ESIGN_SMS_URL)."),
        people=people,
        missing=_missing(found.missing, found.document.deal_id, found.document.template_id),
    )


def _how(person: preparation.Person) -> str:
    if not person.address:
        return t("no phone number") if person.channel == "sms" else t("no e-mail address")
    if person.channel == "sms":
        return t("by SMS to {address}", address=person.address)
    return t("by e-mail to {address}", address=person.address)


def _drop(session: Session, actor: Actor, deal_id: str, stage_id: str) -> Question:
    preview = drops.preview(session, actor, deal_id, stage_id)
    shown = cards.preview(preview, 0)
    return Question(
        subject=preview.stage_id,
        title=shown["title"],
        steps=[step["text"] for step in shown["steps"]],
        missing=_missing(
            tuple(item for planned in preview.planned for item in planned.missing), preview.deal_id
        ),
    )


def _missing(found: tuple[Missing, ...], deal_id: str, template_id: str = "") -> list[MissingRow]:
    return [
        MissingRow(
            text=item.text,
            href=routes.mend(item.place, deal_id),
            contact_id=item.place[1] if item.place[0] == "contact" and item.field in _MENDED else "",
            field=item.field,
            template_id=template_id if item.place[0] == "document" else "",
        )
        for item in found
    ]
