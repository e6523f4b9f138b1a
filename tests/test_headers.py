import asyncio
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from esign_app.headers import CLOSED, Headers, office_policy

PAGE = "<html><script>let a = 1</script><script type='module' src='/assets/x.js'></script>{extra}</html>"


@pytest.fixture
def client(tmp_path: Path) -> Path:
    for name, extra in {
        "index.html": "",
        "__spa-fallback.html": "",
        "board/index.html": "<script>let b</script>",
    }.items():
        page = tmp_path / name
        page.parent.mkdir(exist_ok=True)
        page.write_text(PAGE.format(extra=extra))
    return tmp_path


def get(client: Path, path: str) -> httpx.Response:
    async def page(request: Request) -> Response:
        if "own" in request.url.path:
            return HTMLResponse(
                "hello",
                headers={"Content-Security-Policy": "default-src 'self'", "Cache-Control": "no-store"},
            )
        if request.url.path == "/unchanged":
            return Response(status_code=304, headers={"ETag": '"1"'})
        if request.url.path.endswith((".js", ".json")):
            return JSONResponse({}, status_code=404 if "missing" in request.url.path else 200)
        return HTMLResponse("hello")

    async def ask() -> httpx.Response:
        app = Headers(Starlette(routes=[Route("/{path:path}", page)]), client)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as http:
            return await http.get(path)

    return asyncio.run(ask())


@pytest.mark.parametrize("path", ["/", "/board/", "/own", "/api/v1/deals.json", "/assets/missing.js"])
def test_every_answer_forbids_sniffing_and_referrers(client: Path, path: str) -> None:
    answer = get(client, path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "content-security-policy" in answer.headers


def test_a_page_that_is_unchanged_keeps_the_policy_the_browser_has(client: Path) -> None:
    assert "content-security-policy" not in get(client, "/unchanged").headers


def test_a_page_may_run_only_its_own_inline_scripts(client: Path) -> None:
    start = get(client, "/").headers["content-security-policy"]
    board = get(client, "/board/").headers["content-security-policy"]
    hashes = {
        name: set(re.findall(r"'sha256-[^']+'", policy))
        for name, policy in (("start", start), ("board", board))
    }
    assert len(hashes["start"]) == 1
    assert len(hashes["board"]) == 2
    assert hashes["start"] < hashes["board"]
    assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", start)[0]
    assert "frame-ancestors 'none'" in start


def test_an_unknown_page_gets_the_policy_of_the_fallback(client: Path) -> None:
    fallback = office_policy((client / "__spa-fallback.html").read_text())
    assert get(client, "/deals/abc").headers["content-security-policy"] == fallback


def test_what_is_no_page_may_load_nothing(client: Path) -> None:
    assert get(client, "/api/v1/deals.json").headers["content-security-policy"] == CLOSED


def test_a_route_keeps_the_policy_and_caching_it_sets_itself(client: Path) -> None:
    answer = get(client, "/own")
    assert answer.headers["content-security-policy"] == "default-src 'self'"
    assert answer.headers["cache-control"] == "no-store"


def test_hashed_files_are_kept_for_ever_and_pages_never(client: Path) -> None:
    assert "immutable" in get(client, "/assets/x.js").headers["cache-control"]
    assert get(client, "/board/").headers["cache-control"] == "no-cache"
    assert "cache-control" not in get(client, "/assets/missing.js").headers
    assert "cache-control" not in get(client, "/api/v1/deals.json").headers
