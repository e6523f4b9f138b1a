"""Every public route goes through a door: whose page may post, which language, what a refusal looks like, which headers."""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from esign_app import visitor
from esign_app.domain.refusals import Forbidden, Refused
from esign_app.public import answers
from esign_app.public.languages import language
from esign_app.settings import settings
from esign_app.text import speaking, t

log = logging.getLogger("esign.public")
Handler = Callable[[Request], Awaitable[Response]]

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# The browser's own PDF viewer is an object with styles of its own; no script of the file runs.
DOCUMENT = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
BROKEN = "Something went wrong on our side. Please try again; the reference is {reference}."
_ALWAYS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def door(path: str, handler: Handler, *, method: str = "GET", policy: str = PAGE) -> Route:
    """A route. What a person is shown is kept by nobody unless the handler says so itself."""

    async def enter(request: Request) -> Response:
        response = await _answer(request, handler)
        _complete(response.headers, policy)
        return response

    packed = [Middleware(GZipMiddleware, minimum_size=800)] if policy == PAGE else []
    return Route(path, enter, methods=[method], middleware=packed, name=handler.__qualname__)


async def _answer(request: Request, handler: Handler) -> Response:
    """The handler's answer, or what went wrong: a refusal is a sentence, a bug of ours is a reference."""
    try:
        if request.method == "POST":
            require_own_origin(request.headers)
        return await handler(request)
    except Refused as refused:
        with speaking(language(request)):
            return answers.refusal(request, refused)
    except ClientDisconnect:
        return Response(status_code=400)
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("a public page failed, reference %s", reference)
        with speaking(language(request)):
            said = t(BROKEN, reference=reference)
            return answers.problem(request, 500, "error", said)


def require_own_origin(headers: Mapping[str, str]) -> None:
    """Raises Forbidden for a post that a page of somebody else sent.

    The pages carry no cookie, so this guards against surprise and not against theft.
    """
    if visitor.is_own_form(headers, settings().allowed_origins):
        return
    # The demo is also opened by a phone, at the machine's address in the local network.
    if settings().demo_mailbox and urlsplit(headers.get("origin", "")).netloc == headers.get("host"):
        return
    raise Forbidden("This request came from another website.")


def _complete(headers: MutableHeaders, policy: str) -> None:
    headers.update(_ALWAYS)
    headers["Content-Security-Policy"] = policy
    headers.setdefault("Cache-Control", "no-store")
