"""The board's State: what it shows, a drop, its preview, a quick add."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.components.sonner.toast import ToastAction
from sqlmodel import Session

from esign_app.db import utcnow
from esign_app.domain import board, deals, drops, moves, rights
from esign_app.domain.actor import Actor
from esign_app.domain.events import EventView
from esign_app.domain.refusals import Refused
from esign_app.office import live, routes, shell
from esign_app.office.board import cards
from esign_app.office.call import ask, call, tell
from esign_app.office.ui.shell_state import Shell
from esign_app.text import speaking, t

# The browser goes on from what it has folded; these are kept for one that missed a few.
_KEPT_OPS = 50


@dataclass(frozen=True)
class _Drop:
    """A move that waits for a person's yes."""

    card: str
    stage: str
    after: str
    seen: int
    seq: int


@dataclass(frozen=True)
class _Done:
    """What a drop did, in the actor's language: its preview when it asks first, else what changed on the board."""

    preview: dict[str, Any]
    changes: board.Changes | None
    sends: bool
    skipped: str


def _do(session: Session, actor: Actor, drop: _Drop, revision: int) -> _Done:
    """Move at once, unless a rule of the stage asks first."""
    found = drops.preview(session, actor, drop.card, drop.stage)
    sends = any(planned.sends for planned in found.planned)
    if found.asks:
        return _Done(cards.preview(found, drop.seq), None, sends, found.skipped)
    return _Done({}, _move(session, actor, drop, revision), sends, found.skipped)


def _move(session: Session, actor: Actor, drop: _Drop, revision: int) -> board.Changes:
    now = utcnow()
    place = moves.Place(after=drop.after)
    moves.move(
        session, actor, drop.card, drop.stage, place=place, seen_version=drop.seen, confirm=True, now=now
    )
    return board.changes(session, actor, revision, now=now)


def _load(session: Session, actor: Actor) -> tuple[board.Board, bool]:
    return board.load(session, actor, now=utcnow()), rights.may(actor, "create", "deals")


class BoardState(rx.State):
    snapshot: dict[str, Any] = {}
    ops: list[dict[str, Any]] = []
    acked: int = 0
    preview: dict[str, Any] = {}
    filter: str = ""
    may_add: bool = False
    _revision: int = 0
    _drop: _Drop | None = None

    @rx.event
    async def load(self) -> None:
        await shell.fill(self)
        found, self.may_add = await ask(self, _load)
        self._revision = found.revision
        self.snapshot, self.ops, self.acked = cards.snapshot(found), [], 0
        self.preview, self._drop, self.filter = {}, None, ""
        live.follow(self)

    @rx.event
    async def move(self, card: str, stage: str, after: str, seen: int, seq: int) -> rx.event.EventSpec | None:
        """A drop or the move menu. A rule that sends something out asks first; everything else happens at once."""
        drop = _Drop(str(card), str(stage), str(after), int(seen), int(seq))
        try:
            done = await call(self, _do, drop, self._revision)
        except Refused as refused:
            self.acked = drop.seq
            return tell(refused)
        if done.changes is None:
            self._drop, self.preview = drop, done.preview
            return None
        self._moved(drop, done.changes)
        if done.skipped:
            return rx.toast.info(done.skipped)
        return await self._lead_to_mailbox() if done.sends else None

    @rx.event
    async def confirm(self, seq: int) -> rx.event.EventSpec | None:
        """Send was pressed in the preview."""
        drop, self._drop, self.preview = self._drop, None, {}
        if drop is None or drop.seq != seq:
            return None
        try:
            changes = await call(self, _move, drop, self._revision)
        except Refused as refused:
            self.acked = drop.seq
            return tell(refused)
        self._moved(drop, changes)
        return await self._lead_to_mailbox()

    @rx.event
    async def cancel(self, seq: int) -> None:
        """The preview was left: the card returns and nothing ran."""
        self._drop, self.preview = None, {}
        self.acked = max(self.acked, int(seq))

    def _moved(self, drop: _Drop, changes: board.Changes) -> None:
        self._fold_in(changes)
        self.acked = drop.seq

    @rx.event
    async def add(self, stage: str, title: str) -> None:
        """Quick add: a title is enough."""
        await call(self, deals.create, title=str(title), stage=str(stage), now=utcnow())
        await self._read()

    @rx.event
    def search(self, text: str) -> None:
        self.filter = str(text)[:100]

    async def _lead_to_mailbox(self) -> rx.event.EventSpec | None:
        """In the demo no message leaves the machine: say where it comes."""
        shown = await self.get_state(Shell)
        if not shown.demo:
            return None
        with speaking(shown.locale):
            lead = ToastAction(
                label=t("Open demo mailbox"),
                on_click=rx.call_script(f"window.location.assign('{routes.DEMO_MAILBOX}')"),
            )
            return rx.toast.info(t("The message comes to the demo mailbox."), action=lead, duration=10_000)

    async def _read(self) -> None:
        """Fold in what changed since the last look."""
        self._fold_in(await ask(self, board.changes, self._revision, now=utcnow()))

    def _fold_in(self, changes: board.Changes) -> None:
        self._revision = changes.revision
        if fresh := cards.ops(changes):
            kept = [{**op, "stages": []} for op in self.ops[-_KEPT_OPS:]]
            self.ops = [*kept, *fresh]

    async def _catch_up(self, fresh: list[EventView]) -> None:
        missed = [event.id for event in fresh if event.subject[0] == "deal"]
        if missed:
            self._revision = min(self._revision, missed[0] - 1)
            await self._read()
        if any(event.kind in ("party_invited", "party_signed") for event in fresh):
            await shell.fill(self)
