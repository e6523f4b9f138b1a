"""What scripts may send to a signing page and what they get back: the models, and their part of an OpenAPI document."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", str_max_length=1_000_000)


class CodeBody(_Body):
    """The six digits that were sent to the party; spaces and hyphens do not matter."""

    code: str = Field(default="", max_length=40)


class ConsentBody(_Body):
    """Agreement to the consent text of this version, as the page's state names it."""

    version: int
    agree: bool = False


class SignBody(_Body):
    """A picture of the signature (PNG, base64, with or without `data:image/png;base64,`), or a name to write by hand."""

    method: Literal["drawn", "typed"]
    image: str = ""
    name: str = Field(default="", max_length=200)
    strokes: dict[str, Any] | list[Any] = Field(default_factory=dict)


class DeclineBody(_Body):
    reason: str = Field(default="", max_length=4000)


class CodeState(BaseModel):
    """The code that counts now. `again_in` is how many seconds to wait before a new one can be asked for."""

    sent_at: datetime
    expires_at: datetime
    again_in: int
    tries_left: int
    over: bool


class ConsentState(BaseModel):
    version: int
    text: str


class DocumentState(BaseModel):
    id: str
    label: str
    title: str
    pages: int


class SigningState(BaseModel):
    """Where the party stands. `step` is what to do next: start, consent, ask_code, code, sign, or "" for nothing."""

    standing: str
    step: str
    document: DocumentState
    opened: bool
    consented: bool
    needs_code: bool
    code: CodeState | None
    consent: ConsentState
    signed_at: datetime | None
    expires_at: datetime
    sealed: bool


class Problem(BaseModel):
    code: str
    message: str
    field: str


class ErrorAnswer(BaseModel):
    error: Problem


_POSTS: tuple[tuple[str, str, type[BaseModel] | None], ...] = (
    ("/s/{token}/start", "Open the document", None),
    ("/s/{token}/consent", "Agree to sign electronically", ConsentBody),
    ("/s/{token}/code", "Have a one-time code sent", None),
    ("/s/{token}/code/check", "Enter the code", CodeBody),
    ("/s/{token}/sign", "Sign", SignBody),
    ("/s/{token}/decline", "Decline to sign", DeclineBody),
)
_MODELS = (CodeBody, ConsentBody, SignBody, DeclineBody, SigningState, ErrorAnswer)


def openapi() -> dict[str, Any]:
    """`paths` and `components.schemas` of the signing routes, to be merged into the API's document."""
    schemas: dict[str, Any] = {}
    for model in _MODELS:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    paths: dict[str, Any] = {path: {"post": _operation(summary, body)} for path, summary, body in _POSTS}
    paths["/s/{token}/state"] = {"get": _operation("Where the party stands", None)}
    return {"paths": paths, "components": {"schemas": schemas}}


def _operation(summary: str, body: type[BaseModel] | None) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": summary,
        "tags": ["signing"],
        "security": [],
        "parameters": [{"name": "token", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {
            "200": {"description": "Where the party stands now", "content": _json("SigningState")},
            "4XX": {"description": "Refused, with a sentence for people", "content": _json("ErrorAnswer")},
        },
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": _json(body.__name__)}
    return operation


def _json(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
