"""Files of a deal's documents for the person behind the cookie: page pictures, the PDF as it stands, the sealed PDF."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from esign_app.automation import files, page_images
from esign_app.domain.refusals import NotFound
from esign_app.domain.signing import files as signing_files
from esign_app.office import web


@web.refusals_said
async def page(request: Request) -> Response:
    sha256, _ = await web.ask(request, signing_files.as_it_stands, request.path_params["document_id"])
    return await page_picture(request, sha256)


async def page_picture(request: Request, sha256: str) -> Response:
    """The page the address names, `w` pixels wide."""
    width = request.query_params.get("w", "")
    wide = int(width) if width.isascii() and width.isdigit() and len(width) < 6 else 1200
    try:
        content = await asyncio.to_thread(page_images.picture, sha256, request.path_params["number"], wide)
    except page_images.NoSuchPage:
        raise NotFound("This document has no such page.") from None
    return web.picture(content)


@web.refusals_said
async def current(request: Request) -> Response:
    """The PDF with the signatures made so far."""
    sha256, name = await web.ask(request, signing_files.as_it_stands, request.path_params["document_id"])
    return web.pdf(await asyncio.to_thread(files.get, sha256), name)


@web.refusals_said
async def sealed(request: Request) -> Response:
    sha256, name = await web.ask(request, signing_files.sealed, request.path_params["document_id"])
    return web.pdf(await asyncio.to_thread(files.get, sha256), name, download=True)


_BASE = "/office/documents/{document_id}"

ROUTES = [
    Route(f"{_BASE}/page/{{number:int}}", page),
    Route(f"{_BASE}/pdf", current),
    Route(f"{_BASE}/sealed.pdf", sealed),
]
