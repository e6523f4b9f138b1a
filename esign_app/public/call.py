"""The public pages' door to the database: one domain function, in its own transaction, off the event loop."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from esign_app.engine import reading, transaction

P = ParamSpec("P")
R = TypeVar("R")
Domain = Callable[Concatenate[Session, P], R]


async def ask(function: Domain[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`function(session, ...)` in a view that writes nothing."""
    return await asyncio.to_thread(_ask, function, args, kwargs)


async def call(function: Domain[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`function(session, ...)` in a transaction that is committed when it returns."""
    return await asyncio.to_thread(_call, function, args, kwargs)


def _ask(function: Callable[..., R], args: tuple[object, ...], kwargs: dict[str, object]) -> R:
    with reading() as session:
        return function(session, *args, **kwargs)


def _call(function: Callable[..., R], args: tuple[object, ...], kwargs: dict[str, object]) -> R:
    with transaction() as session:
        return function(session, *args, **kwargs)
