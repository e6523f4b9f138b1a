"""The API as an application of its own, to be mounted at /api/v1."""

from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from esign_app import __version__
from esign_app.api import (
    companies,
    contacts,
    deals,
    documents,
    health,
    hooks,
    messages,
    openapi,
    own_company,
    pipelines,
    problem,
    requests,
    rules,
    runs,
    templates,
    users,
)
from esign_app.api.envelope import Envelope
from esign_app.api.sentences import of_status

DESCRIPTION = """What the office can do, for scripts. Send a key made by `esign api-key create` as
`Authorization: Bearer esk_...`. Instants are ISO 8601 in UTC, days are plain dates, money is an integer of minor units
with its currency. Lists answer `{"items": [...], "next": ...}`; a refusal is `application/problem+json`."""

NOUNS = (
    openapi, health, pipelines, deals, documents, requests, messages, hooks, runs, contacts, companies, templates, rules,
    own_company, users,
)  # fmt: skip


def app() -> openapi.DescribedApi:
    """A new application. Its description is served at `openapi.json`; there are no pages."""
    api = openapi.DescribedApi(
        title="esign",
        version=__version__,
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation,
        responses=openapi.RESPONSES,
    )
    api.add_middleware(Envelope)
    problem.install(api)
    for noun in NOUNS:
        api.include_router(noun.router)
    return api


def nothing() -> ASGIApp:
    """What is under /api beside the API: a script that mistyped the address gets a problem, not a page for people."""
    return Envelope(_not_found)


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    await problem.answer(404, *of_status(404))(scope, receive, send)


def _operation(route: APIRoute) -> str:
    """`deals_create`: what generated clients call their functions."""
    return f"{route.endpoint.__module__.rpartition('.')[2]}_{route.name}"
