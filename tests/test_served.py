"""One build, any port, only our own origins."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Browser

from tests.support.server import Server


def test_one_build_serves_two_ports_with_a_live_connection(
    server: Server, start_server: Callable[..., Server], browser: Browser
) -> None:
    second = start_server()
    assert second.port != server.port
    for running in (server, second):
        for host in ("localhost", "127.0.0.1"):
            page = browser.new_page()
            with page.expect_websocket(
                lambda socket, port=running.port: f":{port}/_event" in socket.url
            ) as opened:
                page.goto(f"http://{host}:{running.port}/")
            # Reflex answers the page's first event with its state: only a frame from the server proves the round trip.
            opened.value.wait_for_event("framereceived", lambda frame: "delta" in str(frame))
            page.close()


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
