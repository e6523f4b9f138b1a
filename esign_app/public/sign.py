"""The signing page: the document, and one thing to do next. Whatever is fetched here changes nothing (B33)."""

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from esign_app.automation import files, page_images
from esign_app.domain.refusals import NotFound
from esign_app.domain.signing import parties
from esign_app.domain.signing.parties import Signer
from esign_app.public import answers, notes, steps
from esign_app.public.call import ask
from esign_app.public.guests import Guest, guest, reader
from esign_app.text import said, speaking

WIDTHS = (828, 1240)  # one screen of a phone, and any other
_drawing: set[asyncio.Future[bytes]] = set()


@dataclass(frozen=True)
class Picture:
    """One page as the browser gets it: two sizes of the same picture, and its proportions from the start."""

    number: int
    small: str
    large: str
    width: int
    height: int


async def page(request: Request) -> Response:
    found = await guest(request)
    values = _values(request, found)
    _draw_ahead(found)
    with speaking(found.view.language):
        return answers.html(request, "sign.html", values)


def _values(request: Request, found: Guest) -> dict[str, Any]:
    note = notes.read(request.query_params.get("m", ""), found.token)
    with speaking(found.view.language):
        return {
            "view": found.view,
            "step": steps.step(found.view),
            "number": steps.NUMBER,
            "again_in": steps.again_in(found.view, found.now),
            "base": f"/s/{found.token}",
            "pictures": _pictures(found),
            "note": said(note),
            "note_field": note.get("field", ""),
        }


def _pictures(found: Guest) -> list[Picture]:
    view = found.view
    if view.standing not in steps.READABLE:
        return []
    small, large = WIDTHS
    address = f"/s/{found.token}/page/{{}}?v={view.shown_sha256[:12]}&w={{}}"
    return [
        Picture(
            number=index + 1,
            small=address.format(index + 1, small),
            large=address.format(index + 1, large),
            width=small,
            height=round(small * page_images.proportion(view.shown_sha256, index + 1, small)),
        )
        for index in range(_page_count(found))
    ]


def _page_count(found: Guest) -> int:
    """The page reserved for the certificate is shown once it is written."""
    return found.view.pages + (1 if found.view.sealed else 0)


def _draw_ahead(found: Guest) -> None:
    """Start with the first picture while the browser still reads the page that asks for it."""
    if found.view.standing not in steps.READABLE:
        return
    drawing = asyncio.to_thread(page_images.picture, found.view.shown_sha256, 1, WIDTHS[0])
    task = asyncio.ensure_future(drawing)
    _drawing.add(task)
    task.add_done_callback(_drawn)


def _drawn(task: asyncio.Future[bytes]) -> None:
    _drawing.discard(task)
    if not task.cancelled():
        task.exception()  # whoever asks for the picture is told


async def picture(request: Request) -> Response:
    """One page as WebP. Its address names the file it shows, so the person's own browser may keep it for an hour."""
    found = await reader(request)
    width = request.query_params.get("w", "")
    number = request.path_params["number"]
    if not 1 <= number <= _page_count(found) or width not in {str(each) for each in WIDTHS}:
        raise NotFound("This page does not exist.")
    content = await asyncio.to_thread(page_images.picture, found.view.shown_sha256, number, int(width))
    return Response(content, media_type="image/webp", headers={"Cache-Control": "private, max-age=3600"})


async def text(request: Request) -> Response:
    """The document as text, for a screen reader or a small screen."""
    found = await reader(request)
    read = await asyncio.to_thread(page_images.texts, found.view.shown_sha256)
    with speaking(found.view.language):
        values = {"view": found.view, "base": f"/s/{found.token}", "texts": read[: _page_count(found)]}
        return answers.html(request, "text.html", values)


async def original(request: Request) -> Response:
    """The very file, shown by the browser."""
    found = await reader(request)
    content = await asyncio.to_thread(files.get, found.view.shown_sha256)
    return answers.file(content, "application/pdf", f"{found.view.label}.pdf", inline=True)


async def sealed(request: Request) -> Response:
    found = await guest(request)
    sha256, name = await ask(_sealed, found.signer, found.view.language)
    content = await asyncio.to_thread(files.get, sha256)
    return answers.file(content, "application/pdf", name, inline=False)


def _sealed(session: Session, signer: Signer, language: str) -> tuple[str, str]:
    with speaking(language):
        return parties.sealed_file(session, signer)


async def state(request: Request) -> Response:
    found = await guest(request)
    return JSONResponse(steps.state(found.view, now=found.now).model_dump(mode="json"))


async def declining(request: Request) -> Response:
    """The page that asks for the reason."""
    found = await guest(request)
    with speaking(found.view.language):
        template = "decline.html" if found.view.standing == "your_turn" else "sign.html"
        return answers.html(request, template, _values(request, found))
