"""One build, any port, only our own origins."""

import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Browser, WebSocket

from tests.support.browsing import leave
from tests.support.server import Server


def test_one_build_serves_two_ports_with_a_live_connection(
    server: Server, start_server: Callable[..., Server], browser: Browser
) -> None:
    second = start_server()
    assert second.port != server.port
    for running in (server, second):
        for host in ("localhost", "127.0.0.1"):
            address = f"http://{host}:{running.port}"
            assert answers_over_websocket(browser, address), address


def answers_over_websocket(browser: Browser, address: str) -> bool:
    """Whether the page opens its socket at the address it came from and the server sends state over it."""
    context = browser.new_context()
    page = context.new_page()
    frames: list[str] = []

    def listen(opened: WebSocket) -> None:
        assert opened.url.startswith(address.replace("http", "ws", 1))
        opened.on("framereceived", lambda frame: frames.append(str(frame)))

    page.on("websocket", listen)
    page.goto(f"{address}/")
    until = time.monotonic() + 20
    while not any("delta" in frame for frame in frames) and time.monotonic() < until:
        page.wait_for_timeout(50)
    leave(context)
    return any("delta" in frame for frame in frames)


def test_a_foreign_origin_gets_neither_the_websocket_nor_a_cors_answer(server: Server) -> None:
    assert connects(server, server.url)
    assert not connects(server, "https://evil.example")
    answer = httpx.get(f"{server.url}/ping", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/ping", "/api/v1/health", "/verify", "/nowhere"])
def test_nothing_may_be_framed_or_sniffed(server: Server, path: str) -> None:
    headers = httpx.get(f"{server.url}{path}", follow_redirects=True).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def connects(server: Server, origin: str) -> bool:
    """Whether the event socket says yes to a handshake from `origin`."""
    handshake = {
        "Origin": origin,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "SGVsbG8sIHdvcmxkIQ==",
    }
    address = f"{server.url}/_event/?token=test&EIO=4&transport=websocket"
    with httpx.stream("GET", address, headers=handshake) as answer:
        return answer.status_code == 101
