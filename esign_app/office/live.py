"""Open pages follow what happens: one reader per process watches the events and wakes the pages that asked.

The database is the truth; a page that missed something reads it again from its own revision.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator
from typing import Protocol, cast

import reflex as rx
from reflex.event import Event
from reflex.state import StateUpdate
from sqlalchemy.exc import SQLAlchemyError

from esign_app.domain import events
from esign_app.domain.events import EventView
from esign_app.engine import Watch, reading
from esign_app.office.call import is_logged_in, to_login
from esign_app.settings import settings

log = logging.getLogger("esign.live")

WINDOW = 100
# Seconds until the next attempt while the database does not answer.
_AWAY = 1.0


class Follows(Protocol):
    """A page's State that wants to hear of events. The underscore keeps browsers from calling it."""

    async def _catch_up(self, fresh: list[EventView]) -> None: ...


# The page each open browser tab shows, by the tab's token.
_followers: dict[str, type[rx.State]] = {}


def follow(state: rx.State) -> None:
    """From now on `state._catch_up(events)` is called when something happened; a tab follows one page at a time."""
    _followers[state.router.session.client_token] = type(state)


@contextlib.asynccontextmanager
async def reader(app: rx.App) -> AsyncIterator[None]:
    """Lifespan of the reader: begins with the server, ends before the engine does."""
    task = asyncio.create_task(_read(app))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


class _Feed:
    """Every event once, in the order in which they became visible.

    On PostgreSQL a younger event may become visible first, so the last WINDOW ids are looked at again.
    """

    def __init__(self) -> None:
        with reading() as session:
            self._newest = events.newest_id(session)
            self._told = {event.id for event in events.after(session, self._newest - WINDOW)}

    def fresh(self) -> list[EventView]:
        with reading() as session:
            found = events.after(session, self._newest - WINDOW, known=self._told)
        self._newest = max([self._newest, *(event.id for event in found)])
        self._told |= {event.id for event in found}
        self._told = {told for told in self._told if told > self._newest - WINDOW}
        return found


async def _read(app: rx.App) -> None:
    """Follow the events for ever. While the database is away the pages wait, and then hear what they missed."""
    feed: _Feed | None = None
    watch: Watch | None = None
    while True:
        try:
            feed = feed or await asyncio.to_thread(_Feed)
            watch = watch or Watch()
            if watch.changed():
                await _wake(app, feed)
        except (SQLAlchemyError, sqlite3.Error):
            log.exception("the events cannot be read; trying again")
            await asyncio.sleep(_AWAY)
        await asyncio.sleep(settings().board_poll)


async def _wake(app: rx.App, feed: _Feed) -> None:
    while fresh := await asyncio.to_thread(feed.fresh):
        live = app.event_namespace.token_to_sid if app.event_namespace else {}
        for token in [token for token in _followers if token not in live]:
            _followers.pop(token, None)
        waking = [_push(app, token, page, fresh) for token, page in _followers.items()]
        for problem in await asyncio.gather(*waking, return_exceptions=True):
            if problem is not None:
                log.warning("a page could not follow: %r", problem)


async def _push(app: rx.App, token: str, page: type[rx.State], fresh: list[EventView]) -> None:
    """Whose login is over, here or at another server, hears nothing more and is sent to the login page."""
    async with app.modify_state(rx.BaseStateToken(ident=token, cls=page)) as root:
        state = await root.get_state(page)
        is_here = await is_logged_in(state)
        if is_here:
            await cast(Follows, state)._catch_up(fresh)
    if not is_here and app.event_namespace:
        _followers.pop(token, None)
        await app.event_namespace.emit_update(StateUpdate(events=Event.from_event_type(to_login())), token)
