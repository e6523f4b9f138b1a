"""Open pages follow what happens: one reader per process watches the events and wakes the pages that asked.

The database is the truth; a page that missed something reads it again from its own revision.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Protocol

import reflex as rx

from esign_app.domain import events
from esign_app.domain.events import EventView
from esign_app.engine import Watch, reading
from esign_app.settings import settings

log = logging.getLogger("esign.live")


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


async def _read(app: rx.App) -> None:
    watch = Watch()
    newest = await asyncio.to_thread(_newest)
    try:
        while True:
            if watch.changed():
                newest = await _wake(app, newest)
            await asyncio.sleep(settings().board_poll)
    finally:
        watch.close()


async def _wake(app: rx.App, newest: int) -> int:
    fresh = await asyncio.to_thread(_after, newest)
    if not fresh:
        return newest
    live = app.event_namespace.token_to_sid if app.event_namespace else {}
    for token in [token for token in _followers if token not in live]:
        _followers.pop(token, None)
    waking = [_push(app, token, page, fresh) for token, page in _followers.items()]
    for problem in await asyncio.gather(*waking, return_exceptions=True):
        if problem is not None:
            log.warning("a page could not follow: %r", problem)
    return fresh[-1].id


async def _push(app: rx.App, token: str, page: type[rx.State], fresh: list[EventView]) -> None:
    async with app.modify_state(rx.BaseStateToken(ident=token, cls=page)) as root:
        state = await root.get_state(page)
        await state._catch_up(fresh)  # type: ignore[attr-defined]


def _newest() -> int:
    with reading() as session:
        return events.newest_id(session)


def _after(event_id: int) -> list[EventView]:
    with reading() as session:
        return events.after(session, event_id)
