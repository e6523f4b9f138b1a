"""An SMS handed to a real HTTP server: taken, refused, busy, silent, dropping, talking without end."""

import contextlib
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import httpx
import pytest

from esign_app.adapters import sms
from esign_app.adapters.sending import SendFailed
from tests.support import gateway as gateways
from tests.support.gateway import Gateway
from tests.support.server import free_port

SMS = sms.Sms("11111111-2222-5333-8444-555555555555", "+491701234567", "Please sign: https://a.example/s/x")
TOKEN = "gateway-token-0123456789"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with gateways.gateway() as opened:
        yield opened


def send(gateway: Gateway) -> str:
    return sms.send(sms.Gateway(gateway.url, TOKEN, "Nordlicht"), SMS)


def refused(gateway: Gateway) -> SendFailed:
    with pytest.raises(SendFailed) as found:
        send(gateway)
    assert TOKEN not in str(found.value)
    assert SMS.text not in str(found.value)
    return found.value


def test_a_gateway_gets_number_text_and_an_id_it_can_know_again(gateway: Gateway) -> None:
    assert [send(gateway), send(gateway)] == ["gw-1", "gw-1"]
    assert gateway.taken == [{"to": SMS.to, "text": SMS.text, "sender": "Nordlicht", "id": SMS.id}] * 2
    for headers in gateway.headers:
        assert (headers["Authorization"], headers["Idempotency-Key"]) == (f"Bearer {TOKEN}", SMS.id)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"id": 17}', "17"),
        (b'{"id": null}', ""),
        (b"[]", ""),
        (b"", ""),
        (b"OK", ""),
        (b"\xff\xfe", ""),
        (b'{"id": "' + b"x" * 500 + b'"}', "x" * 100),
        (b"[" * 10_000, ""),
        (b'{"id": "a", "more": "' + b"x" * 2_000_000 + b'"}', ""),
    ],
)
def test_whatever_it_says_beside_yes_it_was_taken(gateway: Gateway, body: bytes, name: str) -> None:
    gateway.answer = 200, {}, body
    assert send(gateway) == name


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 422])
def test_a_no_is_for_good_and_nobody_is_followed_elsewhere(gateway: Gateway, status: int) -> None:
    """What it writes may quote our text, so nobody is shown it."""
    gateway.answer = status, {"Location": "http://127.0.0.1:1/"}, SMS.text.encode()
    found = refused(gateway)
    assert (found.reason, found.permanent, found.unknown) == (
        f"the SMS gateway refused it ({status})",
        True,
        False,
    )


@pytest.mark.parametrize(
    ("status", "after", "wait"),
    [
        (429, "120", 120),
        (429, "1000000", 3600),
        (429, "soon", 0),
        (429, "-5", 0),
        (503, "", 0),
        (500, "9", 9),
    ],
)
def test_busy_means_later_and_as_late_as_it_asks(
    gateway: Gateway, status: int, after: str, wait: float
) -> None:
    gateway.answer = status, {"Retry-After": after}, b""
    found = refused(gateway)
    assert (found.permanent, found.unknown, found.not_before) == (False, False, wait)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/"])
def test_a_gateway_that_is_not_there_was_given_nothing(url: str) -> None:
    found = refused(Gateway(url.format(port=free_port())))
    assert (found.permanent, found.unknown) == (False, False)


def test_a_gateway_whose_certificate_nobody_vouches_for_is_given_nothing(gateway: Gateway) -> None:
    found = refused(Gateway(gateway.url.replace("http://", "https://")))
    assert (found.permanent, found.unknown) == (False, False)
    assert gateway.taken == []


def test_a_gateway_that_is_cut_off_may_have_taken_it(gateway: Gateway) -> None:
    gateway.instead = gateways.cut
    found = refused(gateway)
    assert (found.permanent, found.unknown) == (False, True)
    assert len(gateway.taken) == 1


def test_a_gateway_that_says_nothing_may_have_taken_it(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms, "TIMEOUT", httpx.Timeout(0.3))
    gateway.instead = lambda _: time.sleep(1)
    assert refused(gateway).unknown


def test_an_answer_without_end_is_not_waited_for(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "_LONGEST_READING", 0.2)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(200):
                handler.wfile.write(b" ")
                time.sleep(0.05)

    gateway.instead = drip
    assert send(gateway) == ""
