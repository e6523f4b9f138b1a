"""The signature of a logged-in signatory, posted by the pad; and the files he is shown, whatever his role may see."""

import asyncio
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from esign_app.automation import files
from esign_app.db import utcnow
from esign_app.domain import signature_image
from esign_app.domain.refusals import Invalid
from esign_app.domain.signing import strokes
from esign_app.domain.signing.facts import METHODS, Drawing
from esign_app.office import web
from esign_app.office.deal.files import page_picture
from esign_app.office.waiting import acts, views
from esign_app.text import LANGUAGES

LARGEST_POST = 1_500_000


@web.refusals_said
async def sign(request: Request) -> Response:
    """Consent and signature in one post. Who may not sign is refused before anything of the body is read."""
    web.require_own_form(request)
    party_id = request.path_params["party_id"]
    if await web.ask(request, acts.has_signed, party_id, now=utcnow()):
        return JSONResponse({"signed": True})
    form = await web.form(request, most=LARGEST_POST)
    if form.get("consent") == "yes":
        version, language = _terms(form)
        await web.call(request, acts.consent, party_id, version, language, now=utcnow())
    drawing = await _drawing(form)
    await web.call(request, acts.sign, party_id, drawing, web.visit(request), now=utcnow())
    return JSONResponse({"signed": True})


def _terms(form: Any) -> tuple[int, str]:
    """Which consent text was shown, and in which language."""
    version, language = str(form.get("consent_version", "")), str(form.get("language", ""))
    if not (version.isascii() and version.isdigit() and len(version) < 9) or language not in LANGUAGES:
        raise Invalid("Please open the page again and agree to what it shows.", field="consent")
    return int(version), language


async def _drawing(form: Any) -> Drawing:
    """The picture, checked and made anew, and stored before anybody is told that it is there."""
    method, image = form.get("method"), form.get("image")
    if method not in METHODS:
        raise Invalid("There is no such way to sign.", field="method")
    if not isinstance(image, UploadFile):
        raise Invalid("Please sign first: draw a line or type your name.", field="image")
    picture = await asyncio.to_thread(signature_image.check, await image.read())
    stored = await asyncio.to_thread(files.put, picture)
    moved = strokes.clean(strokes.from_text(str(form.get("strokes", ""))))
    return Drawing(method, stored.sha256, stored.size, moved)


@web.refusals_said
async def page(request: Request) -> Response:
    sha256, _ = await web.ask(request, views.shown_file, request.path_params["party_id"], now=utcnow())
    return await page_picture(request, sha256)


@web.refusals_said
async def original(request: Request) -> Response:
    sha256, name = await web.ask(request, views.shown_file, request.path_params["party_id"], now=utcnow())
    return web.pdf(await asyncio.to_thread(files.get, sha256), name)


@web.refusals_said
async def sealed(request: Request) -> Response:
    sha256, name = await web.ask(request, views.sealed_file, request.path_params["party_id"])
    return web.pdf(await asyncio.to_thread(files.get, sha256), name, download=True)


_BASE = "/office/sign/{party_id}"

ROUTES = [
    Route(_BASE, sign, methods=["POST"]),
    Route(f"{_BASE}/page/{{number:int}}", page),
    Route(f"{_BASE}/pdf", original),
    Route(f"{_BASE}/sealed.pdf", sealed),
]
