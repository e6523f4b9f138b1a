"""Around every call: its language, a limit for its body, headers for its answer, and a reference for a bug of ours."""

import logging
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from esign_app import visitor
from esign_app.api import problem
from esign_app.api.sentences import of_status
from esign_app.text import speaking

LARGEST_BODY = 256 << 10
log = logging.getLogger("esign.api")


class _TooLarge(Exception):
    pass


class _Gone(Exception):
    """The client went away before it had sent everything."""


class Envelope:
    """ASGI middleware. The body is read here, so nothing behind it ever waits for a slow or endless one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        language = visitor.language(headers.get("accept-language", ""))
        with speaking(language):
            try:
                body = await _body(headers, receive)
            except _Gone:
                return
            except _TooLarge:
                code, title = of_status(413, most=LARGEST_BODY >> 10)
                await problem.answer(413, code, title)(scope, receive, _complete(send, language))
                return
            if body and not _is_json(headers):
                await problem.answer(415, *of_status(415))(scope, receive, _complete(send, language))
                return
            await self._answer(scope, _replayed(body, receive), _complete(send, language))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What is no refusal is a bug: logged with a reference the caller can quote."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("a call failed, reference %s", reference)
            if started:
                raise
            code, title = of_status(500, reference=reference)
            await problem.answer(500, code, title)(scope, receive, send)


async def _body(headers: Headers, receive: Receive) -> bytes:
    """The whole body. Raises at the first byte over the limit, whatever was announced."""
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced[:20]) > LARGEST_BODY:
        raise _TooLarge
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise _TooLarge
        if not message.get("more_body"):
            return bytes(body)


def _is_json(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _complete(send: Send, language: str) -> Send:
    """Answers are about people and contracts: no cache keeps them."""

    async def completed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Cache-Control"] = "no-store"
            headers["Content-Language"] = language
            headers.add_vary_header("Accept-Language")
        await send(message)

    return completed
