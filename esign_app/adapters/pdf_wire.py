"""How the client, the nursery and a child talk: one frame each way over a socket pair of their own.

A frame is a JSON head and raw bytes behind it. JSON and not pickle, because the child has handled hostile input and the
client must be able to read its answer without trusting it.
"""

import contextlib
import json
import socket
import struct
from typing import Any

Head = dict[str, Any]

_SIZES = struct.Struct(">II")
_KILLED = b"\0killed:"


class Broken(Exception):
    """No whole frame came; `signal` is what the child died of, if the nursery saw it."""

    def __init__(self, signal: int = 0) -> None:
        super().__init__(signal)
        self.signal = signal


def send(sock: socket.socket, head: Head, body: bytes = b"") -> None:
    """The frame, then the end of our side."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace")
    sock.sendall(_SIZES.pack(len(text), len(body)) + text + body)
    sock.shutdown(socket.SHUT_WR)


def receive(sock: socket.socket, limit: int) -> tuple[Head, bytes]:
    """The frame the other side sent before it closed, or Broken."""
    received = bytearray()
    while chunk := sock.recv(1 << 16):
        received += chunk
        if len(received) > limit:
            raise Broken
    return _read(bytes(received))


def _read(received: bytes) -> tuple[Head, bytes]:
    if len(received) >= _SIZES.size:
        head_size, body_size = _SIZES.unpack_from(received)
        start = _SIZES.size + head_size
        if len(received) >= start + body_size:
            head = _object(received[_SIZES.size : start])
            return head, received[start : start + body_size]
    _, found, number = received[-16:].rpartition(_KILLED)
    raise Broken(int(number) if found and number.isdigit() else 0)


def _object(text: bytes) -> Head:
    try:
        head = json.loads(text)
    except ValueError:
        raise Broken from None
    if not isinstance(head, dict):
        raise Broken
    return head


def send_death(sock: socket.socket, signal: int) -> None:
    """What the nursery adds when a child was killed; never waits for a reader."""
    with contextlib.suppress(OSError):
        sock.send(_KILLED + str(signal).encode(), socket.MSG_DONTWAIT)
