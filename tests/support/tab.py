"""A browser tab without a browser: the office's socket, what is sent through it and what comes back."""

import threading
import uuid
from typing import Any

import httpx
import socketio

from esign_app.office.call import COOKIE
from tests.support.script import until
from tests.support.server import PLAIN_HTTP, Server

NAMESPACE = "/_event"


def log_in(server: Server, email: str, password: str) -> str:
    """The value of the session cookie."""
    form = {"email": email, "password": password}
    answer = httpx.post(f"{server.url}/login", data=form, timeout=20, verify=PLAIN_HTTP)
    assert answer.status_code == 303, answer.text
    # Not by the client's jar: where people come by https the cookie is for https only.
    return answer.headers["set-cookie"].partition(";")[0].partition("=")[2]


class Tab:
    """`updates` are all that the server sent, as text."""

    def __init__(self, server: Server, cookie: str = "", **headers: str) -> None:
        self.updates: list[str] = []
        self._lock = threading.Lock()
        self._socket = socketio.Client(reconnection=False)
        self._socket.on("*", self._take, namespace=NAMESPACE)
        self._socket.connect(
            f"{server.url}{NAMESPACE}?token={uuid.uuid4()}",
            headers={"Cookie": f"{COOKIE}={cookie}", **headers} if cookie else headers,
            transports=["websocket"],
            namespaces=[NAMESPACE],
            socketio_path=NAMESPACE,
            wait_timeout=20,
        )

    def _take(self, _event: str, *said: Any) -> None:
        with self._lock:
            self.updates.append(str(said))

    def send(self, name: str, path: str = "/deals", **payload: object) -> None:
        router = {"pathname": path, "asPath": path, "query": {}}
        self._socket.emit(
            "event", {"name": name, "payload": payload, "router_data": router}, namespace=NAMESPACE
        )

    def ask(self, name: str, path: str = "/deals", **payload: object) -> str:
        """The first answer to an event."""
        seen = len(self.updates)
        self.send(name, path, **payload)
        return until(lambda: self.updates[seen] if len(self.updates) > seen else None)

    def hears(self, text: str, since: int = 0) -> str:
        """The first update from number `since` on that has `text` in it, once it has come."""
        return until(lambda: next((each for each in self.updates[since:] if text in each), None))

    def close(self) -> None:
        self._socket.disconnect()
