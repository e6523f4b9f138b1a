"""Whatever is refused is answered in one shape: `application/problem+json` (RFC 9457) with a sentence and a code."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from esign_app.adapters.pdf import RenderFailed
from esign_app.api.once import Replay, replayed
from esign_app.api.plans import MissingOut, PreviewOut
from esign_app.api.sentences import of_error, of_status
from esign_app.domain.drops import NeedsConfirmation
from esign_app.domain.refusals import Invalid, Refused
from esign_app.domain.signing.preparation import NotReady

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:esign:problem:"


class Refusal(BaseModel):
    """`title` is a sentence for people in the language of Accept-Language, `code` is what a script tests for."""

    type: str = Field(examples=["urn:esign:problem:not_found"])
    title: str
    status: int
    code: str
    field: str | None = Field(default=None, description="the field it is about, such as `lines.0.title`")
    preview: PreviewOut | None = Field(default=None, description="with the code needs_confirmation")
    missing: list[MissingOut] | None = Field(default=None, description="with the code not_ready")


def answer(status: int, code: str, title: str, field: str = "", **more: Any) -> JSONResponse:
    """A problem; `more` holds what only this code brings along."""
    body = {"type": _TYPE + code, "title": title, "status": status, "code": code}
    if field:
        body["field"] = field
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(body | more, status, headers, MEDIA_TYPE)


def install(api: FastAPI) -> None:
    """One handler per kind of refusal; what none of them takes is a bug and answered by the envelope."""
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(Replay, replayed)
    api.add_exception_handler(RenderFailed, _not_rendered)
    api.add_exception_handler(RequestValidationError, _not_valid)
    api.add_exception_handler(HTTPException, _http)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    more: dict[str, Any] = {}
    if isinstance(error, NeedsConfirmation):
        more["preview"] = PreviewOut.of(error.preview).model_dump(mode="json")
    if isinstance(error, NotReady):
        more["missing"] = [MissingOut.of(item).model_dump(mode="json") for item in error.missing]
    field = error.field if isinstance(error, Invalid) else ""
    return answer(error.status, error.code, str(error), field, **more)


async def _not_rendered(request: Request, error: Exception) -> JSONResponse:
    """A template that cannot be read is the sender's business; a renderer that is down is ours."""
    assert isinstance(error, RenderFailed)
    status = 503 if error.code == "down" else 422
    return answer(status, f"template_{error.code}", error.reason, "html")


async def _not_valid(request: Request, error: Exception) -> JSONResponse:
    """The first thing that is wrong; what was sent is not repeated."""
    assert isinstance(error, RequestValidationError)
    title, field = of_error(error.errors()[0])
    return answer(422, "invalid", title, field)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, title = of_status(error.status_code)
    return answer(error.status_code, code, title)
