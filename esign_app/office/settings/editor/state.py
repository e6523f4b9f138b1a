"""The State of the template editor. The text itself lives in the browser's field, so that no refusal loses it."""

import asyncio
from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from esign_app.adapters import pdf
from esign_app.db import utcnow
from esign_app.domain import deals, rights, snapshots, templates
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Forbidden, Invalid, NotFound, Refused
from esign_app.office import shell
from esign_app.office.call import ask, call, tell
from esign_app.office.settings import words
from esign_app.office.settings.editor import preview
from esign_app.office.settings.editor.preview import Preview
from esign_app.office.ui.shell_state import Shell
from esign_app.text import speaking, t, when

_TABS = ("preview", "fields")


@dataclass(frozen=True)
class Opened:
    view: templates.TemplateView
    kind: str
    language: str
    saved: str
    may_edit: bool
    deals: list[list[str]]


class EditorState(rx.State):
    name: str = ""
    html: str = ""
    kind: str = ""
    language: str = ""
    saved: str = ""
    is_active: bool = False
    may_edit: bool = False
    is_gone: bool = False
    opened: int = 0
    saves: int = 0

    deals: list[list[str]] = []
    deal: str = ""
    tab: str = "preview"
    shown: Preview = Preview()

    errors: dict[str, str] = {}
    refused: str = ""
    notice: str = ""
    _id: str = ""
    _version: int = 0
    _code: str = "en"
    _text: str = ""

    @rx.event
    async def load(self) -> None:
        """Open the template that the address names, as it was saved last."""
        await shell.fill(self)
        self._id = self.router.url.path.rstrip("/").rpartition("/")[2]
        self.errors, self.refused, self.notice, self.tab, self.deal = {}, "", "", "preview", ""
        try:
            found = await ask(self, _open, self._id)
        except (NotFound, Forbidden):
            self.is_gone, self.opened, self.name, self.html = True, 0, "", ""
            return
        self._show(found)
        self.html = self._text = found.view.html
        self.is_gone = False
        self.opened += 1
        self.shown = Preview()
        await self._preview(0)

    @rx.event
    async def typed(self, text: str) -> None:
        """Typing paused: show how it looks now."""
        await ask(self, _require_edit)
        self._text, self.notice = str(text)[: templates.LARGEST_TEMPLATE + 1], ""
        await self._preview(self.shown.page)

    @rx.event
    async def choose_deal(self, deal: str) -> None:
        """Fill the preview with a real deal, or with the sample."""
        self.deal = str(deal)
        await self._preview(0)

    @rx.event
    async def turn_to(self, page: int) -> None:
        await self._preview(page if isinstance(page, int) else 0)

    @rx.event
    def pick_tab(self, tab: str) -> None:
        if tab in _TABS:
            self.tab = tab

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        """Keep the text as a new version; the layout follows the places to sign found in it."""
        name, html = str(form.get("name", "")), str(form.get("html", "")).replace("\r\n", "\n")
        self.errors, self.refused, self.notice = {}, "", ""
        try:
            await ask(self, _require_edit)
            checked = await asyncio.to_thread(pdf.check_template, html)
            await call(
                self, templates.save_text, self._id, name=name, html=html, slots=checked.slots,
                seen_version=self._version, now=utcnow(),
            )  # fmt: skip
        except pdf.RenderFailed as failed:
            self.refused = await self._said("Not saved. {why}", why=failed)
        except Invalid as refused:
            self.errors = {refused.field: refused.sentence}
        except Refused as refused:
            self.refused = await self._said(
                "Not saved, and your text is still here. {why}", why=refused.sentence
            )
        else:
            found = await ask(self, _open, self._id)
            self._show(found)
            self.saves += 1
            self.notice = await self._said("Saved as version {number}.", number=found.view.number)

    @rx.event
    async def switch(self, active: bool) -> rx.event.EventSpec | None:
        """Offer the template for new documents, or not; what is being typed stays unsaved and unharmed."""
        try:
            await call(self, templates.set_active, self._id, active is True, now=utcnow())
        except Refused as refused:
            return tell(refused)
        found = await ask(self, _open, self._id)
        self.is_active = found.view.is_active
        if found.view.version == self._version + 1:
            self._version = found.view.version
        return None

    def _show(self, found: Opened) -> None:
        view = found.view
        self.name, self.is_active, self._version, self._code = (
            view.name,
            view.is_active,
            view.version,
            view.language,
        )
        self.kind, self.language, self.saved = found.kind, found.language, found.saved
        self.may_edit, self.deals = found.may_edit, found.deals

    async def _preview(self, page: int) -> None:
        try:
            values = await ask(self, snapshots.example, self.deal, now=utcnow())
        except NotFound as refused:
            self.shown = Preview(problem=refused.sentence)
            return
        made = await asyncio.to_thread(
            preview.make, self._text, values, language=self._code, title=self.name, page=page, reader=await self._reader()
        )  # fmt: skip
        self.shown = made.after(self.shown)

    async def _reader(self) -> str:
        return str((await self.get_state(Shell)).locale)

    async def _said(self, message: str, **values: object) -> str:
        with speaking(await self._reader()):
            return t(message, **values)


def _open(session: Session, actor: Actor, public_id: str) -> Opened:
    view = templates.get(session, actor, public_id)
    known, _ = deals.listed(session, actor) if rights.may(actor, "view", "deals") else ([], "")
    return Opened(
        view=view,
        kind=t(templates.KINDS[view.kind]),
        language=words.language_name(view.language),
        saved=t("Version {number}, {at}", number=view.number, at=when(view.saved_at, actor.zone)),
        may_edit=rights.may(actor, "edit", "templates"),
        deals=[["", t("Sample data")], *([deal.public_id, _deal_label(deal)] for deal in known)],
    )


def _deal_label(deal: deals.DealView) -> str:
    client = deal.company or deal.contact
    return f"{deal.title} · {client.name}" if client else deal.title


def _require_edit(session: Session, actor: Actor) -> None:
    rights.require(actor, "edit", "templates")
