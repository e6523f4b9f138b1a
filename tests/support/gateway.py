"""A real SMS gateway: an HTTP server that keeps what it takes and answers as it is told."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TAKEN = 202, {}, b'{"id": "gw-1"}'
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Gateway:
    """`answer` is what the next requests get; `instead` is called in its place with the open connection."""

    url: str = ""
    answer: Answer = TAKEN
    instead: Callable[[BaseHTTPRequestHandler], None] | None = None
    taken: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def gateway() -> Iterator[Gateway]:
    found = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            found.taken.append(json.loads(self.rfile.read(length)))
            found.headers.append(dict(self.headers))
            if found.instead is not None:
                found.instead(self)
                return
            status, headers, body = found.answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (http.server's name)
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    found.url = f"http://127.0.0.1:{server.server_port}/send"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Took it, and is gone before it says so."""
    handler.connection.close()
