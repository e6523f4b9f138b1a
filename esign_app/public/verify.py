"""The integrity page: a file is looked at and forgotten; what is told comes from the file itself (V1, V6)."""

import asyncio
import hashlib
import re
import time
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from esign_app import metrics
from esign_app.adapters import pdf
from esign_app.automation.keys import roots
from esign_app.db import utcnow
from esign_app.domain import integrity, own_companies
from esign_app.domain.refusals import Invalid, NotFound, TooMany
from esign_app.public import answers
from esign_app.public.body import Values, read
from esign_app.public.call import ask
from esign_app.public.languages import language
from esign_app.public.pace import Pace
from esign_app.public.visit import address
from esign_app.text import speaking
from esign_app.trust.verdict import Verdict

LARGEST = 25 << 20
LARGEST_POST = LARGEST + (64 << 10)  # what a form adds around its file
_AT_ONCE = 6  # files held in memory at the same time
_ID = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}")
_pace = Pace(most=20, seconds=60)
_held = 0


@dataclass(frozen=True)
class Office:
    """All that a stranger learns of this office."""

    name: str
    zone: str


async def page(request: Request) -> Response:
    return await _shown(request)


async def of_document(request: Request) -> Response:
    """Where the QR code on paper leads: says whether the id is ours, and asks for the file. Never who, when or what."""
    public_id = request.path_params["public_id"].strip().upper()
    is_ours = bool(_ID.fullmatch(public_id)) and await ask(integrity.issued, public_id)
    if answers.wants_json(request):
        return JSONResponse({"id": public_id[:40], "issued_here": is_ours}, 200 if is_ours else 404)
    return await _shown(request, {"id": public_id[:40], "is_ours": is_ours}, 200 if is_ours else 404)


async def check(request: Request) -> Response:
    """The verdict on the file that was sent, as JSON or as a page."""
    _pace.require(address(request), time.monotonic())
    values = await _received(request)
    content = values.get("file")
    if not isinstance(content, bytes) or not content:
        raise Invalid("Please choose a PDF file.", field="file")
    verdict = await asyncio.to_thread(_verdict, content)
    metrics.VERDICTS.labels(verdict.verdict).inc()
    known = await ask(integrity.known, hashlib.sha256(content).hexdigest())
    if answers.wants_json(request):
        with speaking(language(request)):
            return JSONResponse(integrity.report(verdict, known))
    asked = str(values.get("id", ""))
    return await _shown(
        request, {"answer": verdict, "known": known, "asked": asked if _ID.fullmatch(asked) else ""}
    )


async def _received(request: Request) -> Values:
    """Raises TooMany when too many uploads are held already: what is not on disk must fit into memory."""
    global _held
    if _held >= _AT_ONCE:
        raise TooMany("Many files are being checked right now. Please try again in a minute.")
    _held += 1
    try:
        return await read(request, LARGEST_POST)
    finally:
        _held -= 1


def _verdict(content: bytes) -> Verdict:
    return pdf.verify(content, roots(), utcnow())


async def _shown(request: Request, values: dict[str, Any] | None = None, status: int = 200) -> Response:
    office = await ask(_office)
    known = {
        "id": "",
        "is_ours": False,
        "answer": None,
        "known": "",
        "asked": "",
        "office": office,
        "limit": LARGEST >> 20,
    }
    with speaking(language(request)):
        shown = {**known, **(values or {}), "integrity": integrity}
        return answers.html(request, "verify.html", shown, status)


def _office(session: Session) -> Office:
    try:
        own = own_companies.default(session)
    except NotFound:  # before set-up
        return Office("", "UTC")
    return Office(own.name, own.zone)
