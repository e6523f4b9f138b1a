"""Headers on every answer: what a browser may do with it and how long it may keep it.

A route that sets its own Content-Security-Policy or Cache-Control keeps it; everything else gets the strictest that works.
"""

import base64
import hashlib
import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Anything that is not a page: no script, no frame, nothing loaded on its behalf.
CLOSED = "default-src 'none'; frame-ancestors 'none'"

# What the office needs, found by running it:
# - the inline scripts of the prerendered pages (theme before first paint, hydration data), each by its hash;
# - 'unsafe-eval', because Reflex runs what a handler returns to the browser (rx.toast, rx.call_script) through eval;
#   inline injection stays blocked;
# - inline styles, because emotion and the toasts write <style> elements;
# - the websocket of this origin, which 'self' covers in current browsers.
OFFICE = (
    "default-src 'none'; script-src 'self' 'unsafe-eval' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


class Headers:
    """ASGI wrapper around the whole application."""

    def __init__(self, app: ASGIApp, client: Path) -> None:
        self._app = app
        self._policies = {
            _address(page, client): office_policy(page.read_text()) for page in client.rglob("*.html")
        }
        self._fallback = self._policies.get("/__spa-fallback", self._policies["/"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(MutableHeaders(scope=message), scope["path"], message["status"])
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _complete(self, headers: MutableHeaders, path: str, status: int) -> None:
        is_page = headers.get("content-type", "").startswith("text/html")
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        # "Not modified" says no content type, and what it says replaces the policy the browser keeps with its copy.
        if status != 304:
            headers.setdefault("Content-Security-Policy", self._policy(path) if is_page else CLOSED)
        if path.startswith("/assets/") and status in (200, 304):
            # The names of these files contain their hash.
            headers.setdefault("Cache-Control", "public, max-age=31536000, immutable")
        elif is_page:
            headers.setdefault("Cache-Control", "no-cache")

    def _policy(self, path: str) -> str:
        return self._policies.get(path.rstrip("/") or "/", self._fallback)


def office_policy(page: str) -> str:
    """The policy of one built page: its own inline scripts are allowed, by content."""
    hashes = {
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in INLINE_SCRIPT.findall(page)
    }
    return OFFICE.format(scripts=" ".join(f"'sha256-{each}'" for each in sorted(hashes)))


def _address(page: Path, client: Path) -> str:
    """The path a built page is served at: `board/index.html` and `board.html` are `/board`."""
    name = page.relative_to(client).with_suffix("").as_posix()
    return "/" + name.removesuffix("index").rstrip("/")
