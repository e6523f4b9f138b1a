"""All public routes. They stand beside the office in one server, or alone.

Alone: `granian --interface asgi --factory esign_app.public.app:app`.
"""

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from esign_app.public import acts, download, mailbox, sign, static, verify
from esign_app.public.doors import DOCUMENT, door

PICTURE = "default-src 'none'; frame-ancestors 'none'"


def routes() -> list[BaseRoute]:
    """For the server to mount before the office's own pages."""
    return [*_signing(), *_integrity(), *_downloads(), *_static()]


def app() -> Starlette:
    """The public pages without the office."""
    return Starlette(routes=routes())


def _signing() -> list[BaseRoute]:
    post = "POST"
    return [
        door("/s/{token}", sign.page),
        door("/s/{token}/page/{number:int}", sign.picture, policy=PICTURE),
        door("/s/{token}/text", sign.text),
        door("/s/{token}/pdf", sign.original, policy=DOCUMENT),
        door("/s/{token}/sealed.pdf", sign.sealed, policy=DOCUMENT),
        door("/s/{token}/state", sign.state),
        door("/s/{token}/start", acts.posted(acts.start), method=post),
        door("/s/{token}/code", acts.posted(acts.ask_code), method=post),
        door("/s/{token}/code/check", acts.posted(acts.check_code), method=post),
        door("/s/{token}/consent", acts.posted(acts.consent), method=post),
        door("/s/{token}/sign", acts.posted(acts.sign, acts.LARGEST_SIGNATURE), method=post),
        door("/s/{token}/decline", sign.declining),
        door("/s/{token}/decline", acts.posted(acts.decline), method=post),
    ]


def _integrity() -> list[BaseRoute]:
    return [
        door("/verify", verify.page),
        door("/verify", verify.check, method="POST"),
        door("/v/{public_id}", verify.of_document),
    ]


def _downloads() -> list[BaseRoute]:
    return [
        door("/d/{token}", download.page),
        door("/d/{token}/file", download.file, policy=DOCUMENT),
        door("/demo/mailbox", mailbox.page),
        door("/demo/mailbox/newest", mailbox.newest),
    ]


def _static() -> list[BaseRoute]:
    return [
        Route("/public/{version}/{name:path}", static.file, methods=["GET"]),
        Route("/fonts/{name}", static.font, methods=["GET"]),
    ]
