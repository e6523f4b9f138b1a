"""States of the signatory's pages. The signature itself is posted to post.py; a websocket is no place for it."""

import asyncio
from typing import Any

import reflex as rx

from esign_app.db import utcnow
from esign_app.domain.events import EventView
from esign_app.domain.refusals import Invalid, NotFound
from esign_app.domain.signing.parties import Visit
from esign_app.office import live, shell, web
from esign_app.office.call import ask, call
from esign_app.office.waiting import acts, views
from esign_app.office.waiting.views import Row, Task

_OF_SIGNING = ("party_", "request_", "document_", "signing_")


def _concerns(fresh: list[EventView]) -> bool:
    return any(event.kind.startswith(_OF_SIGNING) for event in fresh)


class WaitingState(rx.State):
    rows: list[Row] = []
    is_read: bool = False

    @rx.event
    async def load(self) -> None:
        await shell.fill(self)
        await self._read()
        live.follow(self)

    async def _read(self) -> None:
        self.rows = await ask(self, views.listed, now=utcnow())
        self.is_read = True

    async def _catch_up(self, fresh: list[EventView]) -> None:
        if _concerns(fresh):
            await self._read()
            await shell.fill(self)


class SigningState(rx.State):
    task: Task = Task()
    texts: list[str] = []
    as_text: bool = False
    is_gone: bool = False
    is_declining: bool = False
    problem: str = ""
    _party_id: str = ""

    @rx.event
    async def load(self) -> None:
        await shell.fill(self)
        self._party_id = self.router.url.path.rstrip("/").rpartition("/")[2]
        self.task, self.texts, self.as_text, self.is_gone = Task(), [], False, False
        self.is_declining, self.problem = False, ""
        try:
            await self._read()
        except NotFound:
            self.is_gone = True
            return
        live.follow(self)

    async def _read(self) -> None:
        self.task = await ask(self, views.task, self._party_id, now=utcnow())

    async def _catch_up(self, fresh: list[EventView]) -> None:
        if _concerns(fresh):
            await self._read()
            await shell.fill(self)

    @rx.event
    async def start(self) -> None:
        """Start reading: from here on the sender knows that the document was opened."""
        await call(self, acts.start, self._party_id, self._visit(), now=utcnow())
        await self._read()

    @rx.event
    async def read_as_text(self) -> None:
        """The words of the pages, for a screen reader, a small screen, or copying."""
        if not self.texts:
            sha256, _ = await ask(self, views.shown_file, self._party_id, now=utcnow())
            self.texts = await asyncio.to_thread(views.texts, sha256)
        self.as_text = not self.as_text

    @rx.event
    async def signed(self, ok: bool, message: str) -> None:
        """The pad has posted; what became of it stands in the database."""
        if ok is True:
            await self._read()
            await shell.fill(self)

    @rx.event
    def ask_decline(self) -> None:
        self.is_declining, self.problem = True, ""

    @rx.event
    def leave(self) -> None:
        self.is_declining = False

    @rx.event
    async def decline(self, form: dict[str, Any]) -> None:
        reason = str(form.get("reason", ""))
        try:
            await call(self, acts.decline, self._party_id, reason, self._visit(), now=utcnow())
        except Invalid as refused:
            self.problem = refused.sentence
            return
        self.is_declining = False
        await self._read()

    def _visit(self) -> Visit:
        """From where the person acts, as the websocket's handshake told it."""
        said = self.router.headers.raw_headers
        peer = said.get(
            "asgi-scope-client", ""
        )  # written by Reflex; gate.py takes away what a client sends under this name
        return web.visit_from(peer, said.get("x-forwarded-for", ""), self.router.headers.user_agent)
