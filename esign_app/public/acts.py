"""What a party does on the signing page. Each is a post, from a form or a script, and can be repeated harmlessly."""

import asyncio
import base64
import binascii
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ValidationError
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from esign_app.automation import files
from esign_app.domain import handwriting, signature_image
from esign_app.domain.refusals import Invalid, Refused
from esign_app.domain.signing import codes, facts, strokes
from esign_app.public import answers, contract, notes, steps
from esign_app.public.body import Values, read
from esign_app.public.call import ask, call
from esign_app.public.guests import Guest, guest
from esign_app.public.languages import chosen
from esign_app.public.pace import Pace
from esign_app.public.visit import visit
from esign_app.settings import secret

SMALL = 16 << 10
LARGEST_SIGNATURE = 1536 << 10  # a picture of 600 kB as base64, and its strokes
_pace = Pace(most=60, seconds=60)

Act = Callable[[Request, Guest, Values], Awaitable[Refused | None]]
Model = TypeVar("Model", bound=BaseModel)


def posted(act: Act, limit: int = SMALL) -> Callable[[Request], Awaitable[Response]]:
    """The handler of an act: a form is led back to the page, with the refusal if there is one; a script gets JSON."""

    async def handler(request: Request) -> Response:
        found = await guest(request)
        _pace.require(found.token, time.monotonic())
        refused = await _refusal(act, request, found, limit)
        if not answers.wants_json(request):
            return _back(request, found, refused)
        if refused is not None:
            raise refused
        after = await guest(request)
        return JSONResponse(steps.state(after.view, now=after.now).model_dump(mode="json"))

    handler.__qualname__ = act.__qualname__
    return handler


async def _refusal(act: Act, request: Request, found: Guest, limit: int) -> Refused | None:
    try:
        return await act(request, found, await read(request, limit))
    except Refused as refused:
        return refused


def _back(request: Request, found: Guest, refused: Refused | None) -> Response:
    query = {"lang": chosen(request)} if chosen(request) else {}
    if refused is not None:
        query["m"] = notes.note(refused, found.token)
    page = "/decline" if getattr(refused, "field", "") == "reason" else ""
    address = f"/s/{found.token}{page}" + (f"?{urlencode(query)}" if query else "")
    return RedirectResponse(address, status_code=303)


async def start(request: Request, found: Guest, values: Values) -> None:
    await call(facts.start, found.signer, visit(request), now=found.now)


async def consent(request: Request, found: Guest, values: Values) -> None:
    body = _valid(contract.ConsentBody, values)
    if not body.agree:
        raise Invalid("Please agree to sign electronically first.", field="consent")
    await call(facts.consent, found.signer, body.version, now=found.now, language=found.view.language)


async def ask_code(request: Request, found: Guest, values: Values) -> None:
    await call(codes.ask, found.signer, now=found.now)


async def check_code(request: Request, found: Guest, values: Values) -> Refused | None:
    body = _valid(contract.CodeBody, values)
    return await call(codes.check, secret(), found.signer, body.code, visit=visit(request), now=found.now)


async def decline(request: Request, found: Guest, values: Values) -> None:
    body = _valid(contract.DeclineBody, values)
    await call(facts.decline, found.signer, body.reason, visit(request), now=found.now)


async def sign(request: Request, found: Guest, values: Values) -> None:
    """Nothing is decoded or stored for somebody who may not sign; who has signed already changes nothing (B47, B48)."""
    if not await ask(_require_ready, found):
        return
    image = values.pop("image") if isinstance(values.get("image"), bytes) else b""
    if isinstance(values.get("strokes"), str):
        values = {**values, "strokes": strokes.from_text(values["strokes"])}
    body = _valid(contract.SignBody, values)
    picture = await asyncio.to_thread(_picture, body, image)
    stored = await asyncio.to_thread(files.put, picture)
    drawing = facts.Drawing(body.method, stored.sha256, stored.size, strokes.clean(body.strokes))
    await call(facts.sign, found.signer, drawing, visit(request), now=found.now)


def _require_ready(session: Session, found: Guest) -> bool:
    return facts.require_ready(session, found.signer, now=found.now)


def _picture(body: contract.SignBody, image: bytes) -> bytes:
    """The signature, checked: what was sent, or the name by our hand when there is no script to draw it."""
    sent = image or _decoded(body.image)
    if not sent and body.method == "typed":
        sent = handwriting.written(body.name)
    return signature_image.check(sent)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.removeprefix("data:image/png;base64,"), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("The signature is not a readable PNG picture.", field="image") from None


def _valid(model: type[Model], values: Values) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0]) if error.errors()[0]["loc"] else ""
        raise Invalid("What was sent cannot be read.", field=field) from None
