"""What goes back: a page or JSON, as the visitor asked; files under names that cannot break a header."""

import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from esign_app.domain.refusals import Refused
from esign_app.public import static
from esign_app.public.languages import chosen, language
from esign_app.text import clock, t, when

_SYMBOL = re.compile(r'<symbol id="([^"]+)" viewBox="([^"]+)">(.*?)</symbol>', re.DOTALL)


def wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def html(
    request: Request, template: str, values: dict[str, Any] | None = None, status: int = 200
) -> HTMLResponse:
    """A page in the visitor's language; call it inside `speaking`."""
    common = {"language": language(request), "lang": chosen(request), "path": request.url.path}
    page = _pages().get_template(template).render({**common, **(values or {})})
    # Told before the page itself is read, the style sheet arrives sooner on a slow phone.
    return HTMLResponse(page, status, {"Link": f"<{static.url('public.css')}>; rel=preload; as=style"})


def refusal(request: Request, refused: Refused) -> Response:
    return problem(request, refused.status, refused.code, str(refused), getattr(refused, "field", ""))


def problem(request: Request, status: int, code: str, message: str, field: str = "") -> Response:
    """`{"error": {code, message, field}}`, or a page that says the same."""
    if wants_json(request):
        return JSONResponse({"error": {"code": code, "message": message, "field": field}}, status)
    return html(request, "problem.html", {"message": message, "status": status}, status)


def file(content: bytes, media_type: str, name: str, *, inline: bool) -> Response:
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": disposition(name, inline=inline)}
    )


def disposition(name: str, *, inline: bool) -> str:
    """RFC 5987: any name at all, and nothing in it ends the header (B35)."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, ending[:10]) if dot else (name, "")
    # Direction marks could make `fdp.exe` look like `exe.pdf`; separators belong to paths.
    clean = " ".join("".join(c if c.isprintable() and c not in '/\\"' else " " for c in stem).split())[:120]
    whole = f"{clean or 'document'}.{ending}" if ending else clean or "document"
    plain = whole.encode("ascii", "ignore").decode().replace("%", "").strip()
    plain = plain if plain.partition(".")[0].strip() else f"document.{ending}".rstrip(".")
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(whole, safe='')}"


@lru_cache
def _pages() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=t, when=when, clock=clock, icon=icon, static=static.url, iso=_iso)
    return environment


def icon(name: str, size: str = "") -> Markup:
    """A line drawing, inline: no request of its own."""
    box, lines = _symbols()[name]
    kind = f"icon icon--{size}" if size else "icon"
    return Markup(f'<svg class="{kind}" viewBox="{box}" aria-hidden="true" focusable="false">{lines}</svg>')  # noqa: S704 (our own file)


@lru_cache
def _symbols() -> dict[str, tuple[str, str]]:
    text = (static.ASSETS / "icons.svg").read_text(encoding="utf-8")
    return {name: (box, lines) for name, box, lines in _SYMBOL.findall(text)}


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
