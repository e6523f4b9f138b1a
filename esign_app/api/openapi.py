"""The API's own description, with the routes of others merged into it."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from esign_app.api.problem import MEDIA_TYPE, Refusal

_REFUSED = {
    "description": "Refused: a sentence for people and a code for scripts",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Refusal"}}},
}
RESPONSES: dict[int | str, dict[str, Any]] = {"4XX": _REFUSED}
_WRITES = ("post", "put", "patch", "delete")


router = APIRouter()


class DescribedApi(FastAPI):
    """A FastAPI application that describes its refusals as they are, and routes that are served beside it."""

    beside: dict[str, Any] | None = None

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = _described(self)
        return self.openapi_schema


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request) -> JSONResponse:
    """Made once, which takes about a second: in a thread, unlike FastAPI's own route."""
    return JSONResponse(
        {**request.app.openapi(), "servers": [{"url": request.scope.get("root_path", "") or "/"}]}
    )


def merged(api: DescribedApi, extra: dict[str, Any]) -> DescribedApi:
    """Let `api` describe routes that are served beside it; answers `api`.

    `extra` is a part of an OpenAPI document: `paths`, which count from the host's root, and `components.schemas`.
    """
    api.beside, api.openapi_schema = extra, None
    return api


def _described(api: DescribedApi) -> dict[str, Any]:
    document = get_openapi(
        title=api.title, version=api.version, description=api.description, routes=api.routes
    )
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _add_refusals(operation, path, method)
    paths, schemas = document["paths"], document["components"]["schemas"]
    refusal = Refusal.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    _add(schemas, refusal.pop("$defs", {}) | {"Refusal": refusal})
    beside = api.beside or {"paths": {}}
    _add(paths, {path: {"servers": [{"url": "/"}], **item} for path, item in beside["paths"].items()})
    _add(schemas, beside.get("components", {}).get("schemas", {}))
    return document


def _add_refusals(operation: dict[str, Any], path: str, method: str) -> None:
    """The refusals a client meets every day, by status; 4XX stays for the rest."""
    if "security" not in operation:
        return
    has_body = "requestBody" in operation
    said = {
        401: ("no valid API key", True),
        403: ("the role of the key has not the right", True),
        404: ("not there, or not for the eyes of this role", "{" in path or has_body),
        409: ("the state of things does not allow it, or somebody was faster", method in _WRITES),
        413: ("the body is too large", has_body),
        415: ("the body is not JSON", has_body),
        422: ("a value that cannot be; `field` names it", has_body or bool(operation.get("parameters"))),
        500: ("a fault of ours; `title` holds its reference in the log", True),
    }
    for status, (description, is_possible) in said.items():
        if is_possible:
            operation["responses"].setdefault(str(status), _REFUSED | {"description": description})


def _add(there: dict[str, Any], more: dict[str, Any]) -> None:
    """Raises ValueError when a path or a schema of the same name says something else."""
    for name, value in more.items():
        if there.setdefault(name, value) != value:
            raise ValueError(f"{name} is described twice")
