"""Around every request: an id for its lines in the log, one line about it, and its place in the metrics.

What is told of a request is the template of its route, as `/s/{token}`: the path itself may open a door.
"""

import logging
import re
import time
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from esign_app import logs, metrics, visitor

log = logging.getLogger(logs.ACCESS)
HEADER = "X-Request-ID"
OTHER = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_DOCUMENT = re.compile(r"([2-9A-HJ-NP-Z]{4}-){2}[2-9A-HJ-NP-Z]{4}")  # not whatever else stands in its place
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


class Watched:
    """ASGI wrapper around the whole application; `proxies` are those whose word for a request's id counts."""

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        logs.begin(request=self._id(scope))
        around = self._request if scope["type"] == "http" else self._socket
        await around(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()
        status = 500

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = logs.current()["request"]
            await send(message)

        try:
            await self._app(scope, receive, with_id)
        finally:
            _tell(scope, status, time.perf_counter() - begun)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        with metrics.SOCKETS.track_inprogress():
            await self._app(scope, receive, send)

    def _id(self, scope: Scope) -> str:
        given = Headers(scope=scope).get(HEADER, "")
        peer = scope["client"][0] if scope.get("client") else ""
        is_known = bool(_WELL_FORMED.fullmatch(given)) and visitor.is_proxy(peer, self._proxies)
        return given if is_known else logs.new_id()


def _tell(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in METHODS else OTHER
    route = template(scope)
    document = scope.get("path_params", {}).get("document_id", "")
    if _DOCUMENT.fullmatch(document):
        logs.note(document=document)
    metrics.REQUESTS.labels(method, route, str(status)).observe(seconds)
    told = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
    log.info("%s %s %s", method, route, status, extra=told)


def template(scope: Scope) -> str:
    """The template of the route that answered; of what is mounted (pages, assets, unknown addresses) only where."""
    route = scope.get("route")
    below: str = scope.get("root_path", "").rstrip("/")
    if isinstance(route, Mount):
        return f"{below}/*"
    path = getattr(route, "path_format", None)
    return f"{below}{path}" if isinstance(path, str) else OTHER
