"""The office's own HTTP routes beside its pages (files, posts): who is behind the cookie, and refusals as answers."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from esign_app import visitor
from esign_app.domain.refusals import Forbidden, Invalid, Refused
from esign_app.domain.signing.parties import Visit
from esign_app.office import call as door
from esign_app.settings import settings

R = TypeVar("R")
Endpoint = Callable[[Request], Awaitable[Response]]


class TooLarge(Refused):
    """More than this route takes."""

    status = 413
    code = "too_large"


async def ask(request: Request, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """`function(session, actor, ...)` for the person behind the cookie, in a view that writes nothing."""
    return await asyncio.to_thread(door._ask, _token(request), function, args, kwargs)


async def call(request: Request, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """`function(session, actor, ...)` for the person behind the cookie, in a transaction of its own."""
    return await asyncio.to_thread(door._call, _token(request), function, args, kwargs)


def _token(request: Request) -> str:
    return request.cookies.get(door.COOKIE, "")


def refusals_said(endpoint: Endpoint) -> Endpoint:
    """What the domain refuses is answered with its status and sentence; a script gets JSON, a person plain text."""

    @wraps(endpoint)
    async def wrapped(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refused as refused:
            sentence = refused.sentence or str(refused)
            if "application/json" not in request.headers.get("accept", ""):
                return PlainTextResponse(sentence, refused.status)
            body = {"code": refused.code, "sentence": sentence}
            if isinstance(refused, Invalid):
                body["field"] = refused.field
            return JSONResponse(body, refused.status)

    return wrapped


def require_own_form(request: Request) -> None:
    """Raises Forbidden for a POST that another site made the browser send."""
    if not visitor.is_own_form(request.headers, settings().allowed_origins):
        raise Forbidden(
            "This did not come from a page of ours. Please open the page again and repeat what you did."
        )


async def form(request: Request, *, most: int) -> Any:
    """The posted form, of which at most `most` bytes are read. Raises TooLarge and Invalid."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise TooLarge("That is too large: at most {limit} kB.", limit=most // 1000)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    try:
        return await Request(request.scope, receive).form(max_files=1, max_fields=12, max_part_size=most)
    except Exception as error:  # whatever a hostile body does to the parser
        raise Invalid("This form could not be read.") from error


def visit(request: Request) -> Visit:
    """From where a form was posted."""
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return visit_from(peer, forwarded, request.headers.get("user-agent", ""))


def visit_from(peer: str, forwarded: str, user_agent: str) -> Visit:
    """From where somebody acts; `forwarded` counts only as far as proxies of ours wrote it."""
    return Visit(visitor.address(peer, forwarded, settings().proxies) or "unknown", user_agent[:300])


def pdf(content: bytes, name: str, *, download: bool = False) -> Response:
    """A PDF with its name in every alphabet (RFC 5987); shown by the browser, or saved."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " -_.") else "_" for c in name)
    kind = "attachment" if download else "inline"
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "Cache-Control": "private, no-cache",
        },
    )


def picture(content: bytes) -> Response:
    """A page picture. Its address names the file's hash, so a browser may keep it for this visit."""
    return Response(content, media_type="image/webp", headers={"Cache-Control": "private, max-age=3600"})
