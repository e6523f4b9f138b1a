"""The first look at every request: is it for this host, can its address be one, and is its body small and quick enough.

What fails here reaches no route. What passes is still limited by the route itself, most of them far tighter.
"""

import asyncio
import ipaddress
import json
import re
import time
from collections.abc import Collection, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from esign_app import visitor
from esign_app.text import speaking, t

LARGEST = 2 << 20
LONGEST_ADDRESS = 8 << 10
# Bytes a second that a body must bring: a slow phone does, a client that only holds on does not.
SLOWEST = 16 << 10
# Asked by whoever watches the server, by whatever name or number they know it.
FOR_WATCHERS = frozenset({"/ping", "/_health", "/api/v1/health"})
# No address of ours has these, and no browser sends them; what stands behind might read them in different ways.
_ODD = re.compile(r"[\0-\x1f\x7f\\]|//|/\.\.?(/|$)")
# Reflex says under this name who called; nobody else may.
_OURS = ("asgi-scope-client",)
_REFUSALS = {
    400: ("invalid", "The address of this request cannot be read."),
    408: ("too_slow", "This took too long to arrive. Please try again."),
    413: ("too_large", "This is too large."),
    414: ("too_long", "The address of this request is too long."),
    421: ("other_host", "This server does not answer for the host name that was asked."),
}


class Gate:
    """ASGI wrapper.

    `hosts` are the names it answers for besides this machine's own; none: every name. `larger` are the paths whose bodies
    may have more than LARGEST bytes. A body that falls behind SLOWEST by `patience` seconds is not waited for.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str], larger: Mapping[str, int], patience: float
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._larger = larger
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = MutableHeaders(scope=scope)
        for name in _OURS:
            del headers[name]
        if status := self._refused(scope, headers):
            await _refuse(status, scope, headers, send)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._watch_the_body(scope, headers, receive, send)

    def _refused(self, scope: Scope, headers: Headers) -> int:
        """The status of a refusal, or 0."""
        raw: bytes = scope.get("raw_path") or b""
        if len(raw) + len(scope.get("query_string", b"")) > LONGEST_ADDRESS:
            return 414
        if _ODD.search(scope["path"]):
            return 400
        if self._hosts and scope["path"] not in FOR_WATCHERS and not self._is_ours(headers.getlist("host")):
            return 421
        announced = headers.get("content-length", "")
        return 413 if announced.isdigit() and int(announced[:20]) > self._most(scope) else 0

    def _is_ours(self, claimed: list[str]) -> bool:
        host = re.sub(r":\d*$", "", claimed[0]).rstrip(".").lower() if len(claimed) == 1 else ""
        return host in self._hosts or host == "localhost" or _is_loopback(host.strip("[]"))

    def _most(self, scope: Scope) -> int:
        return self._larger.get(scope["path"], LARGEST)

    async def _watch_the_body(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        """The application reads the body through here. When it gets too much or too slow the client is answered, and the
        application hears that the client went away.
        """
        watched = _Body(receive, self._most(scope), self._patience)
        is_answered = False

        async def read() -> Message:
            message = await watched.read()
            if watched.refusal and not is_answered:
                await refuse(watched.refusal)
            return message

        async def refuse(status: int) -> None:
            nonlocal is_answered
            is_answered = True
            await _refuse(status, scope, headers, send)

        async def answer(message: Message) -> None:
            nonlocal is_answered
            if watched.refusal:
                return
            is_answered = True
            await send(message)

        try:
            await self._app(scope, read, answer)
        except ClientDisconnect:
            if not watched.refusal:
                raise


class _Body:
    """`refusal` is the status of the answer once the body turned out to be too much or too slow, else 0."""

    def __init__(self, receive: Receive, most: int, patience: float) -> None:
        self.refusal = 0
        self._receive = receive
        self._most = most
        self._patience = patience
        self._until = time.monotonic() + patience
        self._received = 0
        self._is_whole = False

    async def read(self) -> Message:
        if self._is_whole:
            return await self._receive()
        if self.refusal:
            return {"type": "http.disconnect"}
        try:
            async with asyncio.timeout(self._until - time.monotonic()):
                message = await self._receive()
        except TimeoutError:
            self.refusal = 408
            return {"type": "http.disconnect"}
        came = len(message.get("body", b""))
        self._received += came
        self._until = min(time.monotonic() + self._patience, self._until + came / SLOWEST)
        if self._received > self._most:
            self.refusal = 413
            return {"type": "http.disconnect"}
        self._is_whole = not message.get("more_body", False)
        return message


async def _refuse(status: int, scope: Scope, headers: Headers, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    code, sentence = _REFUSALS[status]
    with speaking(visitor.language(headers.get("accept-language", ""))):
        said = t(sentence)
    kind, body = "text/plain; charset=utf-8", said
    if scope["path"].startswith("/api"):
        kind = "application/problem+json"
        body = json.dumps(
            {"type": f"urn:esign:problem:{code}", "title": said, "status": status, "code": code}
        )
    answered = [(b"content-type", kind.encode()), (b"cache-control", b"no-store"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": answered})
    await send({"type": "http.response.body", "body": body.encode()})


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
