"""The link in the last message: the sealed file, for 14 days (S10)."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from esign_app import logs
from esign_app.automation import files
from esign_app.db import utcnow
from esign_app.domain.signing import downloads
from esign_app.domain.signing.downloads import Download
from esign_app.public import answers
from esign_app.public.call import ask
from esign_app.public.languages import language
from esign_app.settings import secret
from esign_app.text import speaking


async def page(request: Request) -> Response:
    """One button. A script that asks for a PDF gets it here."""
    if "application/pdf" in request.headers.get("accept", ""):
        return await file(request)
    found = await _found(request)
    with speaking(language(request)):
        return answers.html(
            request, "download.html", {"file": found, "base": f"/d/{request.path_params['token']}"}
        )


async def file(request: Request) -> Response:
    found = await _found(request)
    content = await asyncio.to_thread(files.get, found.sha256)
    return answers.file(content, "application/pdf", found.filename, inline=False)


async def _found(request: Request) -> Download:
    found = await ask(downloads.by_token, secret(), request.path_params["token"], now=utcnow())
    request.state.language = found.language
    logs.note(document=found.document_id)
    return found
