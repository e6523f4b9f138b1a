"""What the pages before the login share: small forms, one look, strict headers. No script, no State."""

from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from esign_app import visitor
from esign_app.domain.refusals import Refused
from esign_app.office import routes, web
from esign_app.text import LANGUAGES, speaking, t

LARGEST_FORM = 16_384
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_pages.globals["t"] = t


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form of ours, without the character no database keeps. Raises Refused for anything else."""
    web.require_own_form(request)
    fields = await web.form(request, most=LARGEST_FORM)
    return {name: value.replace("\0", "") for name, value in fields.items() if isinstance(value, str)}


def page(request: Request, name: str, *, status: int = HTTPStatus.OK, **values: object) -> Response:
    """The page `name` in the visitor's language."""
    shown = language(request)
    common = {
        "language": shown,
        "languages_known": LANGUAGES,
        "path": request.url.path,
        "error": "",
        "field_wrong": "",
        "given": {},
        "next": "",
    }
    with speaking(shown):
        text = _pages.get_template(f"{name}.html").render(common | values)
    return HTMLResponse(text, status, HEADERS | {"Vary": "Accept-Language"})


def refused(request: Request, refusal: Refused, status: int) -> Response:
    """A page with nothing but the sentence."""
    return page(request, "refused", status=status, error=say(request, refusal))


def say(request: Request, refusal: Refused) -> str:
    with speaking(language(request)):
        return str(refusal)


def to(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})


def language(request: Request) -> str:
    return visitor.language(request.headers.get("accept-language", ""), request.query_params.get("lang", ""))


def own_path(value: str) -> str:
    """`value` when it is a path of this site that a browser cannot read as another one, else the board.

    Browsers read a backslash as a slash and drop tabs and line ends, so none of them may be there.
    """
    hostile = "\\" in value or any(letter <= " " or letter == "\x7f" for letter in value)
    if hostile or not value.startswith("/") or value.startswith("//") or len(value) > 500:
        return routes.BOARD
    path = urlsplit(value).path
    return routes.BOARD if path.startswith((routes.LOGIN, "/auth", "/setup")) else value
