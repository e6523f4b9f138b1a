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
    paths, schemas = document["paths"], document["components"]["schemas"]
    refusal = Refusal.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    _add(schemas, refusal.pop("$defs", {}) | {"Refusal": refusal})
    beside = api.beside or {"paths": {}}
    _add(paths, {path: {"servers": [{"url": "/"}], **item} for path, item in beside["paths"].items()})
    _add(schemas, beside.get("components", {}).get("schemas", {}))
    return document


def _add(there: dict[str, Any], more: dict[str, Any]) -> None:
    """Raises ValueError when a path or a schema of the same name says something else."""
    for name, value in more.items():
        if there.setdefault(name, value) != value:
            raise ValueError(f"{name} is described twice")
