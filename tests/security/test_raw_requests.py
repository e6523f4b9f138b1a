"""C6, C8: what no browser would send, by raw sockets at the served product: it answers, says nothing of itself and lives on."""

import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from esign_app import gate
from esign_app.domain import demo
from esign_app.office.waiting.state import SigningState
from tests.support.script import Script, until
from tests.support.server import Server
from tests.support.tab import Tab, log_in

CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
JSON = "Content-Type: application/json\r\n"
ODD = [
    "/%00",
    "/s/%00",
    "/api/v1/deals/%00",
    "//deals",
    "//evil.example/",
    "/api/v1//deals",
    "/%2f%2fevil.example",
    "/deals/..%2f..%2fetc/passwd",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/%c0%ae%c0%ae/%c0%ae%c0%ae/",
    "/public/x/..%2f..%2fsettings.py",
    "/fonts/..%2f..%2fpyproject.toml",
    "/assets/..%5c..%5cpackage.json",
    "/%ff%fe",
    "/s/%ff",
    "/api/v1/deals/%ff%f0%80",
    "/a%0d%0aX-Evil:%201",
    "/verify/",
    "/;/",
    "/deals;a=b",
    "/?%ff=%00&a[]=1&&&",
    "/login?next=%00%ff",
    "/%",
    "/%zz",
    "/" + "x" * 10_000,
    "/s/" + "x" * 7_000,
    "/" + "%2f" * 2_000,
    "/api/v1/deals?after=" + "9" * 7_000,
    "*",
]


def send(server: Server, request: bytes, patience: float = 20) -> bytes:
    """The answer, up to where the server closes or the announced length is there."""
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=patience)) as opened:
        with suppress(BrokenPipeError, ConnectionResetError):
            opened.sendall(request)  # it may have enough before the end; what it says is there all the same
        return _read(opened)


def _read(opened: socket.socket) -> bytes:
    came = b""
    while not _is_whole(came):
        try:
            part = opened.recv(65536)
        except ConnectionResetError:
            return came
        if not part:
            return came
        came += part
    return came


def _is_whole(came: bytes) -> bool:
    head, _, body = came.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    return bool(length) and len(body) >= int(length[1])  # type: ignore[index]


def request(path: str, *, method: str = "GET", host: str = "localhost", headers: str = "") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n"
    return head.encode("latin-1")


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.fixture(autouse=True)
def healthy(exposed: Server) -> Iterator[None]:
    """Whatever was sent: no fault was logged and the server answers."""
    before = len(exposed.log.read_bytes())
    yield
    assert exposed.answers()
    said = exposed.log.read_bytes()[before:]
    assert b"Traceback" not in said, said.decode(errors="replace")


@pytest.mark.parametrize("path", ODD, ids=lambda path: path[:30])
def test_an_odd_address_is_an_answer_and_no_fault(exposed: Server, path: str) -> None:
    answer = send(exposed, request(path))
    assert status(answer) in (200, 307, 400, 401, 404, 414), answer[:200]
    assert not re.search(rb"Traceback|File \"|/site-packages/|root:", answer)
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"x-evil" not in head
    assert not re.search(rb"location: (//|https?://(?!localhost))", head), head


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "crm.example.evil", "[::2]", "", "crm.example@evil"]
)
def test_another_host_is_refused_before_anything_happens(exposed: Server, host: str) -> None:
    for path, method in (("/login", "GET"), ("/login", "POST"), ("/api/v1/deals", "POST"), ("/", "GET")):
        answer = send(exposed, request(path, method=method, host=host, headers="Content-Length: 0\r\n"))
        assert status(answer) == 421
        assert host.encode() not in answer or not host
    assert b"application/problem+json" in send(exposed, request("/api/v1/deals", host=host))


def test_two_hosts_or_none_are_no_host(exposed: Server) -> None:
    assert status(send(exposed, b"GET /login HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n")) in (
        400,
        421,
    )
    assert status(send(exposed, b"GET /login HTTP/1.1\r\n\r\n")) in (400, 421)


@pytest.mark.parametrize(
    "host", ["crm.example", "CRM.Example:443", "crm.example.", "localhost:1", "127.0.0.1", "[::1]:80"]
)
def test_its_own_names_are_answered(exposed: Server, host: str) -> None:
    assert status(send(exposed, request("/login", host=host))) == 200


@pytest.mark.parametrize("path", sorted(gate.FOR_WATCHERS))
def test_who_watches_it_may_ask_by_any_name(exposed: Server, path: str) -> None:
    assert status(send(exposed, request(path, host="10.0.0.7:8000"))) == 200


def test_a_socket_of_another_host_is_not_opened(exposed: Server) -> None:
    upgrade = (
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    )
    head = f"GET /_event/?EIO=4&transport=websocket&token=x HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\n{upgrade}\r\n"
    assert status(send(exposed, head.encode())) == 403


def test_no_link_in_a_mail_is_made_of_what_a_request_said(exposed: Server, script: Script) -> None:
    lies = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-For": "6.6.6.6",
        "Forwarded": "host=evil.example;for=6.6.6.6",
        "X-Original-URL": "/evil",
        "Referer": "https://evil.example/",
    }
    script.api.headers.update(lies)
    deal = script.deal(script.contact()["id"])
    script.drop(deal["id"])
    label = until(lambda: next(iter(script.get(f"/deals/{deal['id']}/documents")["items"]), {}).get("label"))
    script.invitation(label, next(name for role, name, _ in demo.LOGINS if role == "signatory"))
    mails = send(
        exposed,
        request("/demo/mailbox", headers="".join(f"{name}: {value}\r\n" for name, value in lies.items())),
    )
    assert b"https://crm.example/s/" in mails
    assert b"evil" not in mails
    assert not re.search(rb"https?://(?!crm\.example)[^\"]*/s/", mails)


def test_the_office_s_socket_tells_the_true_address(exposed: Server, script: Script) -> None:
    """Both by a header that anybody can write and by the name under which Reflex says who called."""
    deal = script.deal(script.contact()["id"])
    script.drop(deal["id"])
    document = until(lambda: next(iter(script.get(f"/deals/{deal['id']}/documents")["items"]), None))["id"]
    until(lambda: script.get(f"/documents/{document}").get("state") == "sent")
    own = script.get(f"/documents/{document}/request")["parties"][0]
    cookie = log_in(
        exposed, next(email for role, _, email in demo.LOGINS if role == "signatory"), demo.PASSWORD
    )
    tab = Tab(exposed, cookie, **{"asgi-scope-client": "6.6.6.6", "X-Forwarded-For": "6.6.6.7"})
    page = f"/waiting/{own['id']}"
    tab.ask(f"{SigningState.get_full_name()}.load", page)
    tab.ask(f"{SigningState.get_full_name()}.start", page)

    def opened() -> str:
        with closing(sqlite3.connect(exposed.data / "esign.db", timeout=20)) as database:
            query = (
                "select opening.address from opening join party on party.id = party_id where public_id = ?"
            )
            return str((database.execute(query, [own["id"]]).fetchone() or [""])[0])

    assert until(opened) == "127.0.0.1"
    tab.close()


@pytest.mark.parametrize("size", [20_000, 100_000, 1_000_000])
def test_large_headers_are_read_or_refused(exposed: Server, size: int) -> None:
    for name in ("X-Large", "Cookie", "Accept-Language", "Authorization"):
        answer = send(exposed, request("/api/v1/deals", headers=f"{name}: {'a' * size}\r\n"))
        assert answer == b"" or status(answer) in (400, 401, 431), answer[:100]


PATHS = [
    "/login",
    "/verify",
    "/s/x/sign",
    "/api/v1/deals",
    "/office/sign/x",
    "/_event/?EIO=4&transport=polling",
    "/nowhere",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_announces_too_much_is_refused_unread(exposed: Server, path: str) -> None:
    answer = send(exposed, request(path, method="POST", headers=f"{JSON}Content-Length: 99999999999\r\n"))
    assert status(answer) == 413


@pytest.mark.parametrize("path", PATHS)
def test_a_body_without_an_end_is_refused_at_its_limit(exposed: Server, path: str) -> None:
    """Sent until the server closes; it never takes in more than some MB."""
    with closing(socket.create_connection(("127.0.0.1", exposed.port), timeout=20)) as opened:
        opened.sendall(request(path, method="POST", headers=f"{JSON}Transfer-Encoding: chunked\r\n"))
        sent = 0
        try:
            while sent < 200 << 20:
                opened.sendall(CHUNK)
                sent += len(CHUNK)
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert sent < 60 << 20


def test_a_body_over_the_limit_gets_its_answer(exposed: Server) -> None:
    body = CHUNK * (gate.LARGEST // 0x10000 + 1)
    answer = send(
        exposed,
        request("/api/v1/deals", method="POST", headers=f"{JSON}Transfer-Encoding: chunked\r\n")
        + body
        + b"0\r\n\r\n",
    )
    assert answer == b"" or status(answer) == 413


def test_who_holds_on_is_not_waited_for_and_holds_up_nobody(exposed: Server) -> None:
    slow = []
    for path in PATHS * 8:
        slow.append(socket.create_connection(("127.0.0.1", exposed.port), timeout=20))
        slow[-1].sendall(request(path, method="POST", headers=f"{JSON}Content-Length: 1000\r\n") + b"{")
    begun = time.monotonic()
    assert status(send(exposed, request("/login"))) == 200
    assert time.monotonic() - begun < 10
    answered = [status(_read(each)) for each in slow]
    assert answered.count(408) >= 16, answered
    assert {*answered} <= {400, 401, 404, 405, 408, 429}
    for each in slow:
        each.close()


def test_two_lengths_are_no_length(exposed: Server) -> None:
    two = request("/login", method="POST", headers="Content-Length: 5\r\nContent-Length: 6\r\n") + b"abcdef"
    assert status(send(exposed, two)) == 400
    assert status(send(exposed, request("/login", method="POST", headers="Content-Length: -5\r\n"))) == 400
