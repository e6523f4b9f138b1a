"""The office's door to the database: one domain function, for the person behind the state, off the event loop."""

import asyncio
import contextlib
import hashlib
import logging
import secrets
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any, Concatenate, ParamSpec, TypeVar

import reflex as rx
from reflex.state import BaseState
from reflex_base.event.context import EventContext
from sqlmodel import Session

from esign_app import logs
from esign_app.db import utcnow
from esign_app.domain import people
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import NotLoggedIn, Refused
from esign_app.engine import reading, transaction
from esign_app.text import speaking, t

COOKIE = "esign_sid"
log = logging.getLogger("esign.office")
P = ParamSpec("P")
R = TypeVar("R")
Domain = Callable[Concatenate[Session, Actor, P], R]


async def ask(state: rx.State, function: Domain[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`function(session, actor, ...)` in a view that writes nothing, in the actor's language."""
    return await asyncio.to_thread(_ask, session_token(state), function, args, kwargs)


async def call(state: rx.State, function: Domain[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`function(session, actor, ...)` in a transaction of its own, in the actor's language."""
    return await asyncio.to_thread(_call, session_token(state), function, args, kwargs)


def _ask(token: str, function: Callable[..., R], args: Any, kwargs: Any) -> R:
    with reading() as session:
        return _said(session, token, function, args, kwargs)


def _call(token: str, function: Callable[..., R], args: Any, kwargs: Any) -> R:
    with transaction() as session:
        return _said(session, token, function, args, kwargs)


def _said(session: Session, token: str, function: Callable[..., R], args: Any, kwargs: Any) -> R:
    actor = people.who(session, token, utcnow())
    if actor is None:
        raise NotLoggedIn("Please log in again.")
    with speaking(actor.locale):
        try:
            return function(session, actor, *args, **kwargs)
        except Refused as refused:
            refused.sentence = str(refused)  # said here, in the actor's language
            raise


def session_token(state: BaseState) -> str:
    """The session cookie as the websocket's handshake carried it; the browser's scripts never see it."""
    cookie: SimpleCookie = SimpleCookie(state.router.headers.cookie or "")
    return cookie[COOKIE].value if COOKIE in cookie else ""


def login_key(state: BaseState) -> str:
    """Which login a tab speaks for, told without its secret."""
    return hashlib.sha256(session_token(state).encode()).hexdigest()


async def is_logged_in(state: BaseState) -> bool:
    token = session_token(state)
    return bool(token) and await asyncio.to_thread(_knows, token)


def _knows(token: str) -> bool:
    with reading() as session:
        return people.who(session, token, utcnow()) is not None


def to_login() -> rx.event.EventSpec:
    """Leave the office for the login page, which the server renders and which leads back here."""
    return rx.call_script(
        "window.location.assign('/login?next=' + encodeURIComponent(window.location.pathname))"
    )


def name_lines() -> None:
    """From here on this task's log lines carry the event's id: Reflex's own, which its handler of exceptions knows too."""
    with contextlib.suppress(LookupError):
        logs.begin(request=EventContext.get().txid)


def tell(exception: Exception) -> rx.event.EventSpec:
    """The one handler of everything a State raises: a refusal is said, a bug of ours is logged with a reference."""
    if isinstance(exception, NotLoggedIn):
        return to_login()
    if isinstance(exception, Refused):
        return rx.toast.error(exception.sentence or str(exception))
    reference = secrets.token_hex(4)
    name_lines()  # this is a task of its own, which knows nothing of the one that failed
    log.error("an event failed, reference %s", reference, exc_info=exception)
    return rx.toast.error(
        t(
            "Something went wrong on our side. Please try again; if it stays, tell your admin the reference {reference}.",
            reference=reference,
        )
    )
