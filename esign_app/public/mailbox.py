"""The demo mailbox: what would go out by mail.

It shows links and codes, so it exists in development only, and without a mail server.
"""

import asyncio
import socket
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from esign_app.automation import mailbox
from esign_app.domain.letters import Letter
from esign_app.domain.refusals import NotFound
from esign_app.public import answers
from esign_app.public.languages import language
from esign_app.settings import settings
from esign_app.text import speaking

SHOWN = 40


@dataclass(frozen=True)
class Post:
    """A letter with its link for a phone in the same network, as an address and as a QR code."""

    letter: Letter
    lan_link: str
    qr: Markup


async def page(request: Request) -> Response:
    letters = await _letters()
    with speaking(language(request)):
        values = {"posts": [_post(letter) for letter in letters], "newest": _newest(letters)}
        return answers.html(request, "mailbox.html", values)


async def newest(request: Request) -> Response:
    """Whether something came; the page asks every few seconds."""
    return JSONResponse({"newest": _newest(await _letters())})


async def _letters() -> list[Letter]:
    if not settings().demo_mailbox:
        raise NotFound("This page does not exist.")
    return await asyncio.to_thread(mailbox.messages, SHOWN)


def _newest(letters: list[Letter]) -> str:
    return letters[0].message_id if letters else ""


def _post(letter: Letter) -> Post:
    link = lan_link(letter.link)
    return Post(letter, link, _qr(link) if link else Markup())


def lan_link(link: str) -> str:
    """The link as a phone beside this machine reaches it; a link with a real host name stays as it is."""
    parts = urlsplit(link)
    if parts.hostname not in {"localhost", "127.0.0.1"}:
        return link
    return urlunsplit(parts._replace(netloc=f"{_lan_address()}:{parts.port or settings().port}"))


@lru_cache
def _lan_address() -> str:
    """Of the interface that leads out. Connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@lru_cache(maxsize=200)
def _qr(link: str) -> Markup:
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        scale=3, border=2, dark="#111", light="#fff", omitsize=True
    )
    return Markup(drawn)  # noqa: S704 (drawn by us; the link is only dots in it)
