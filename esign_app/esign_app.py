"""The application: the office's pages, and the routes of the public pages and the API beside them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import reflex as rx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route

from esign_app import metrics
from esign_app.api.app import app as api_app
from esign_app.api.app import nothing
from esign_app.api.openapi import merged
from esign_app.automation import process
from esign_app.office import board, deal, live, login, missing, routes, rules, settings, waiting
from esign_app.office.call import tell
from esign_app.office.guard import Guard
from esign_app.office.ui.parts import connection_note, toast_region
from esign_app.public import contract
from esign_app.public.app import routes as public_routes


async def home(request: Request) -> RedirectResponse:
    return RedirectResponse(routes.BOARD)


def web() -> Starlette:
    """Everything that is not the office: its addresses are reserved and win over the office's pages."""
    api = Mount("/api/v1", merged(api_app(), contract.openapi()))
    return Starlette(
        routes=[
            Route("/", home),
            *login.ROUTES,
            *deal.ROUTES,
            *waiting.ROUTES,
            api,
            Mount("/api", nothing()),
            Route("/api", nothing()),
            *public_routes(),
        ]
    )


@contextlib.asynccontextmanager
async def resources() -> AsyncIterator[None]:
    await asyncio.to_thread(process.start_serving)
    try:
        yield
    finally:
        await asyncio.to_thread(process.stop)


app = rx.App(
    api_transformer=web(),
    backend_exception_handler=tell,
    toaster=toast_region(),
    extra_app_wraps={(5, "Overlay"): lambda _stateful: connection_note()},  # in place of the one of this key
    stylesheets=["/tokens.css", "/office.css", "/board.css", "/admin.css", "/deal.css", "/pad/pad.css"],
)
app.add_middleware(Guard())
app.register_lifespan_task(resources)
app.register_lifespan_task(live.reader)
app.register_lifespan_task(metrics.watch_the_loop)
_PAGES = (
    *board.PAGES, *deal.PAGES, *waiting.PAGES, *rules.PAGES, *settings.PAGES, *missing.PAGES,
)  # fmt: skip
for route, page, on_load in _PAGES:
    app.add_page(page, route=route, on_load=on_load, title="esign")
