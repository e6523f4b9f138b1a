"""The language of a visitor: chosen on the page, else the party's own, else what the browser asks for."""

from starlette.requests import Request

from esign_app import visitor
from esign_app.text import LANGUAGES


def chosen(request: Request) -> str:
    """What the menu put into the address, or "". It travels in addresses, so nothing is stored."""
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in LANGUAGES else ""


def language(request: Request) -> str:
    own = getattr(request.state, "language", "")
    return chosen(request) or own or visitor.language(request.headers.get("accept-language", ""))
