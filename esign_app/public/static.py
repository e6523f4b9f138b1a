"""Style, scripts and fonts: small, from memory, compressed once, and kept by the browser until their content changes."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

ASSETS = Path(__file__).parents[2] / "assets"
OURS = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_WEEK = "public, max-age=604800"
NOSNIFF = {"X-Content-Type-Options": "nosniff"}

# One style sheet is one request: the product's tokens, the pad, then our own.
_SOURCES = {
    "public.css": (ASSETS / "tokens.css", ASSETS / "pad" / "pad.css", OURS / "public.css"),
    "sign.js": (OURS / "sign.js",),
    "once.js": (OURS / "once.js",),
    "sheet.js": (OURS / "sheet.js",),
    "verify.js": (OURS / "verify.js",),
    "mailbox.js": (OURS / "mailbox.js",),
    "pad/pad.js": (ASSETS / "pad" / "pad.js",),
    "pad/typed.js": (ASSETS / "pad" / "typed.js",),
    "pad/signature_pad.js": (ASSETS / "pad" / "signature_pad.js",),
    "favicon.svg": (ASSETS / "favicon.svg",),
}
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Kept:
    content: bytes
    packed: bytes
    media_type: str


@lru_cache
def _files() -> dict[str, Kept]:
    kept = {}
    for name, sources in _SOURCES.items():
        content = b"\n".join(source.read_bytes() for source in sources)
        kept[name] = Kept(content, gzip.compress(content, 9, mtime=0), _TYPES[Path(name).suffix])
    return kept


@lru_cache
def version() -> str:
    """Changes with any of the files, so an address always means the same bytes."""
    digest = hashlib.sha256()
    for name, kept in _files().items():
        digest.update(name.encode() + kept.content)
    return digest.hexdigest()[:10]


def url(name: str) -> str:
    if name not in _SOURCES:
        raise KeyError(name)
    return f"/public/{version()}/{name}"


async def file(request: Request) -> Response:
    kept = _files().get(request.path_params["name"])
    if kept is None:
        return PlainTextResponse("Not found", 404)
    is_current = request.path_params["version"] == version()
    headers = NOSNIFF | {"Cache-Control": FOR_EVER if is_current else "no-cache", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            kept.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=kept.media_type
        )
    return Response(kept.content, headers=headers, media_type=kept.media_type)


@lru_cache
def _font(name: str) -> bytes | None:
    known = {path.name: path for path in (ASSETS / "fonts").glob("*.woff2")}
    return known[name].read_bytes() if name in known else None


async def font(request: Request) -> Response:
    content = _font(request.path_params["name"])
    if content is None:
        return PlainTextResponse("Not found", 404)
    return Response(content, headers=NOSNIFF | {"Cache-Control": FOR_A_WEEK}, media_type="font/woff2")
