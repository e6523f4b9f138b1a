"""How soon a stranger's phone can start: the signing page against a blank page of the same process, both cold.

    .venv/bin/python -m benchmarks.signing_page

Pixel 7 profile, CPU x4, 1.6 Mbit/s, 150 ms; ready is when the picture of the first page is painted and Start is enabled.
Limits: ratio 2.5, 60 kB of JavaScript as sent, 15 requests. Exits with 1 when one is missed.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from esign_app import engine
from esign_app.adapters import pdf
from esign_app.db import utcnow
from esign_app.domain import moves
from esign_app.domain.actor import SYSTEM
from esign_app.public.app import routes
from tests.support.browsing import ARGUMENTS
from tests.support.databases import prepare
from tests.support.environment import settings_in
from tests.support.require import program
from tests.support.server import free_port
from tests.support.world import Automation, make_world

RUNS = 9
MOST_RATIO, MOST_JS, MOST_REQUESTS = 2.5, 60_000, 15
PIXEL_7 = {
    "viewport": {"width": 412, "height": 839},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
}
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
BLANK = "<!doctype html><html lang=en><meta name=viewport content='width=device-width'><title>-</title><p id=blank>-"
# Asked at every frame; the answer is the time since the navigation began.
READY = """
const look = () => {
  const first = document.getElementById("first"), go = document.getElementById("go");
  const isReady = document.getElementById("blank") || (first?.complete && first.naturalWidth && go && !go.disabled);
  if (isReady) requestAnimationFrame(() => { window.readyAt = performance.now(); }); // painted with the frame before
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def served() -> Starlette:
    """What the measured process serves."""

    async def blank(request: Request) -> HTMLResponse:
        return HTMLResponse(BLANK)

    return Starlette(routes=[Route("/blank", blank), *routes()])


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, settings_in(Path(folder)):
        link = _sent(Path(folder))
        with _server(Path(folder)) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program("chromium"), args=ARGUMENTS)
            httpx.get(url + link)  # a warm server; the browser is cold each time
            _opened(browser, url + link)
            blank, page = [], []
            for _ in range(RUNS):
                blank.append(_opened(browser, url + "/blank"))
                page.append(_opened(browser, url + link))
            browser.close()
    return _told(blank, page)


def _sent(folder: Path) -> str:
    """A contract that waits for its first signature; answers the path of the link."""
    prepare(f"sqlite:///{folder / 'esign.db'}", folder)
    with engine.transaction() as session:
        world = make_world(session)
    automation = Automation()
    with engine.transaction() as session:
        moves.move(session, SYSTEM, world.deal, world.stages["Contract"], confirm=True, now=utcnow())
    automation.run()
    link = automation.letter("invitation", "Sigrid Signs").link
    engine.disconnect()
    pdf.stop()
    return "/s/" + link.rpartition("/")[2]


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    port = free_port()
    command = [
        "granian",
        "--interface",
        "asgi",
        "--factory",
        "--port",
        str(port),
        "--no-access-log",
        "benchmarks.signing_page:served",
    ]
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        stdout=sys.stderr,
        env={**os.environ, "ESIGN_DATA_DIR": str(folder), "ESIGN_DATABASE_URL": "", "ESIGN_PORT": str(port)},
    )
    url = f"http://localhost:{port}"
    for _ in range(300):
        try:
            httpx.get(f"{url}/blank")
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(20)


def _opened(browser: Browser, url: str) -> dict[str, float]:
    """Milliseconds until ready, and what came over the wire until the page was quiet."""
    context = browser.new_context(**PIXEL_7)
    page = context.new_page()
    page.add_init_script(READY)
    kinds = _slowed(page)
    page.goto(url)
    page.wait_for_timeout(3500)  # until it is quiet
    ready = page.evaluate("window.readyAt ?? null")
    assert ready is not None, f"{url} was not ready within 3.5 s after it was loaded"
    context.close()
    return {
        "ready": ready,
        "requests": len(kinds),
        "js": sum(each["size"] for each in kinds.values() if each["kind"] == "Script"),
        "bytes": sum(each["size"] for each in kinds.values()),
    }


def _slowed(page: Page) -> dict[str, dict[str, Any]]:
    seen: dict[str, dict[str, Any]] = {}
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.emulateNetworkConditions", NETWORK)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    cdp.on("Network.requestWillBeSent", lambda sent: _note(seen, sent))
    cdp.on(
        "Network.loadingFinished", lambda done: seen[done["requestId"]].update(size=done["encodedDataLength"])
    )
    return seen


def _note(seen: dict[str, dict[str, Any]], sent: dict[str, Any]) -> None:
    if not sent["request"]["url"].startswith(("data:", "blob:")):
        seen[sent["requestId"]] = {"kind": sent.get("type", ""), "size": 0}


def _told(blank: list[dict[str, float]], page: list[dict[str, float]]) -> int:
    numerator, denominator = (statistics.median(each["ready"] for each in runs) for runs in (page, blank))
    result = {
        "numerator_ms": round(numerator),
        "denominator_ms": round(denominator),
        "ratio": round(numerator / denominator, 2),
        "limit": MOST_RATIO,
        "runs": RUNS,
        "js_bytes": max(each["js"] for each in page),
        "requests": max(each["requests"] for each in page),
        "bytes": max(each["bytes"] for each in page),
    }
    print(json.dumps(result, indent=2))
    kept = (
        result["ratio"] <= MOST_RATIO
        and result["js_bytes"] <= MOST_JS
        and result["requests"] <= MOST_REQUESTS
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
