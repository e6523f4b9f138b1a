"""The list of templates."""

from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from esign_app.domain import templates
from esign_app.domain.actor import Actor
from esign_app.domain.events import EventView
from esign_app.domain.refusals import Forbidden
from esign_app.office import live, routes, shell
from esign_app.office.call import ask
from esign_app.office.settings import words
from esign_app.text import t, when


@dataclass(frozen=True)
class Row:
    id: str
    href: str
    name: str
    kind: str
    language: str
    is_active: bool
    saved: str


class TemplatesState(rx.State):
    rows: list[Row] = []
    loaded: bool = False
    is_forbidden: bool = False

    @rx.event
    async def load(self) -> None:
        await shell.fill(self)
        try:
            await self._read()
        except Forbidden:
            self.rows, self.is_forbidden = [], True
            return
        self.is_forbidden = False
        live.follow(self)

    async def _read(self) -> None:
        self.rows = await ask(self, _rows)
        self.loaded = True

    async def _catch_up(self, fresh: list[EventView]) -> None:
        if any(event.kind == "settings_changed" for event in fresh):
            await self._read()


def _rows(session: Session, actor: Actor) -> list[Row]:
    return [_row(view, actor.zone) for view in templates.listed(session, actor)]


def _row(view: templates.TemplateView, zone: str) -> Row:
    return Row(
        id=view.public_id,
        href=routes.template(view.public_id),
        name=view.name,
        kind=t(templates.KINDS[view.kind]),
        language=words.language_name(view.language),
        is_active=view.is_active,
        saved=t("Version {number}, {at}", number=view.number, at=when(view.saved_at, zone)),
    )
