"""The deal page's State: what it shows, and keeping it true while things happen."""

from typing import Any

import reflex as rx

from esign_app.db import utcnow
from esign_app.domain import deals, documents, resending, runs
from esign_app.domain.events import EventView
from esign_app.domain.refusals import Invalid, NotFound
from esign_app.domain.signing import requests
from esign_app.office import live, shell
from esign_app.office.call import ask, call
from esign_app.office.deal import reading
from esign_app.office.deal.papers import Paper, PaperRow
from esign_app.office.deal.views import Client, Entry, Firm, Head, Line, May, RunRow, Sums

TABS = ("timeline", "documents", "automation")
_AGAIN = {
    "document": documents.retry,
    "request": requests.retry,
    "message": resending.resend,
    "run": runs.retry,
}
_FOLLOWS = ("head", "client", "firm", "lines", "sums", "stages", "entries", "runs", "may")
# The browser tries to go to the address's anchor before the page is filled; this does it again.
_TO_ANCHOR = "document.getElementById(location.hash.slice(1))?.scrollIntoView({block: 'start'})"


class DealState(rx.State):
    head: Head = Head()
    client: Client = Client()
    firm: Firm = Firm()
    lines: list[Line] = []
    sums: Sums = Sums()
    stages: list[dict[str, str]] = []
    entries: list[Entry] = []
    runs: list[RunRow] = []
    documents: list[PaperRow] = []
    paper: Paper = Paper()
    may: May = May()
    tab: str = "timeline"
    comments: int = 0
    is_gone: bool = False
    _deal_id: str = ""
    _number: int = 0
    _paper_id: str = ""

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Fill the page from its address: the deal, and the document that `?document=` names."""
        await shell.fill(self)
        url = self.router.url
        self._deal_id = url.path.rstrip("/").rpartition("/")[2]
        self._paper_id = url.query_parameters.get("document", "")
        self.tab = "timeline"
        try:
            await self._read()
        except NotFound:
            self.is_gone = True
            return None
        self.is_gone = False
        live.follow(self)
        return rx.call_script(_TO_ANCHOR)

    async def _read(self) -> None:
        """Only what changed travels to the browser."""
        shown, papers, paper = await ask(self, reading.everything, self._deal_id, self._paper_id)
        self._number = shown.number
        fresh = {name: getattr(shown, name) for name in _FOLLOWS}
        for name, value in (*fresh.items(), ("documents", papers), ("paper", paper or Paper())):
            if getattr(self, name) != value:
                setattr(self, name, value)

    async def _catch_up(self, fresh: list[EventView]) -> None:
        """Something happened (office/live.py): read again when it concerns this deal."""
        if any(event.subject == ("deal", self._number) for event in fresh):
            await self._read()
            await shell.fill(self)

    @rx.event
    def pick_tab(self, tab: str) -> None:
        if tab in TABS:
            self.tab = tab

    @rx.event
    async def open_paper(self, document_id: str) -> None:
        """Show a document as pages beside the timeline."""
        self._paper_id = str(document_id)
        await self._read()

    @rx.event
    def close_paper(self) -> None:
        self._paper_id, self.paper = "", Paper()

    @rx.event
    async def comment(self, form: dict[str, Any]) -> None:
        """A new key empties the composer, but only once the comment is safe."""
        await call(self, deals.comment, self._deal_id, str(form.get("comment", "")), now=utcnow())
        self.comments += 1
        await self._read()

    @rx.event
    async def again(self, kind: str, public_id: str) -> None:
        """Try again what failed: a document, its signing request, a message or a run."""
        retry = _AGAIN.get(kind)
        if retry is None:
            raise Invalid("There is nothing to try again.")
        await call(self, retry, str(public_id), now=utcnow())
        await self._read()
