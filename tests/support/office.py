"""A page's State as the server holds it for one browser tab, so that its handlers can be called without a browser."""

from collections.abc import Callable
from typing import Any, TypeVar

import reflex as rx
from reflex.istate.data import RouterData

from esign_app import engine
from esign_app.db import utcnow
from esign_app.domain import people
from esign_app.domain.actor import Actor
from esign_app.office.call import COOKIE

S = TypeVar("S", bound=rx.State)


def tab(page: type[S], actor: Actor | None, path: str = "/") -> S:
    """The State of `page` in a fresh tab of `actor` (None: nobody is logged in) at `path`."""
    state = rx.State().get_substate(page.get_full_name().split("."))
    assert isinstance(state, page)
    act_as(state, actor, path)
    return state


def act_as(state: rx.State, actor: Actor | None, path: str = "/") -> None:
    """From now on the tab's events come with the cookie of `actor`."""
    cookie = f"{COOKIE}={_log_in(actor)}" if actor else ""
    state._get_root_state().router = RouterData.from_router_data(
        {"token": "tab", "asPath": path, "headers": {"cookie": cookie, "origin": "http://testserver"}}
    )


def read(function: Callable[..., Any], *args: object, **kwargs: object) -> Any:
    """`function(session, ...)` on what is committed."""
    with engine.reading() as session:
        return function(session, *args, **kwargs)


def _log_in(actor: Actor) -> str:
    with engine.transaction() as session:
        return people.open_login(session, actor.id, address="", user_agent="", now=utcnow())
