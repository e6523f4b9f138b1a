"""All ways in, found in the product itself: HTTP routes, and the handlers that a browser can call through the socket."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from starlette.routing import BaseRoute, Mount, Route

from esign_app import esign_app


@dataclass(frozen=True)
class Door:
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def kind(self) -> str:
        """HEAD is asked where GET is."""
        return str(self).replace("HEAD ", "GET ", 1)


def doors() -> list[Door]:
    """Every method of every route of ours and of Reflex's, however deep it is mounted."""
    assert esign_app.app._api is not None
    found = [*_walk(esign_app.web().routes), *_walk(esign_app.app._api.routes)]
    return sorted(set(found), key=str)


def _walk(routes: Sequence[BaseRoute], before: str = "") -> Iterator[Door]:
    for route in routes:
        if isinstance(route, Route):
            yield from (Door(method, before + route.path) for method in route.methods or {"GET", "POST"})
        elif isinstance(route, Mount):
            inner = (
                _walk(route.routes, before + route.path)
                if route.routes
                else iter([Door("GET", before + route.path)])
            )
            yield from inner
        elif hasattr(route, "original_router"):  # what FastAPI makes of include_router
            yield from _walk(route.original_router.routes, before + route.include_context.prefix)
        else:
            raise AssertionError(f"a kind of route this test does not know: {route!r}")


@dataclass(frozen=True)
class Handler:
    state: type[rx.State]
    name: str

    def __str__(self) -> str:
        return f"{self.state.__name__}.{self.name}"

    @property
    def event(self) -> str:
        """As a browser calls it."""
        return f"{self.state.get_full_name()}.{self.name}"

    @property
    def is_ours(self) -> bool:
        return self.state.__module__.startswith("esign_app.") and self.name != "setvar"

    @property
    def function(self) -> Any:
        return self.state.event_handlers[self.name].fn


def handlers(state: type[rx.State] = rx.State) -> list[Handler]:
    """Every handler of every State, Reflex's own and the setters as well."""
    found = [Handler(state, name) for name in state.event_handlers]
    for below in state.get_substates():
        found += handlers(below)
    return found


def pages() -> dict[type[rx.State], str]:
    """The address at which each State with a `load` is loaded."""
    found: dict[type[rx.State], str] = {}
    for route, _, on_load in esign_app._PAGES:
        for each in on_load if isinstance(on_load, list) else [on_load]:
            if each is not None:
                found.setdefault(each.state, "/" + route.strip("/"))
    return found
