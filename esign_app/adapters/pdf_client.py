"""The server's side of the nursery: start it, hand it requests from any thread, start it again when it is gone."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from esign_app.adapters import pdf_wire
from esign_app.adapters.pdf_reasons import RenderFailed
from esign_app.adapters.pdf_wire import Broken, Head

_LARGEST_ANSWER = 256 << 20
_LONGEST_WAIT = 180.0
_TOO_SLOW = {signal.SIGXCPU, signal.SIGALRM}
_ROOT = Path(__file__).parents[2]

# All a child may know of the machine. The fixed date makes fonts, and so documents, the same bytes every time.
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "XDG_CACHE_HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(_ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "SOURCE_DATE_EPOCH": "1",
}


class Killed(Exception):
    """The child was ended by `signal` (0: unknown) before it answered."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.too_slow = number in _TOO_SLOW


class NurseryHandle:
    """One nursery per server process, started at first use; `ask` may be called by many threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._owner = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def ask(self, letter: bytes, head: Head, body: bytes) -> tuple[Head, bytes]:
        """The child's answer; Killed when a limit ended it, RenderFailed("down") when no nursery can be started.

        A nursery that died takes its request with it; nothing was changed by it, so the request is made once more.
        """
        for _ in range(2):
            process = self._running()
            try:
                return self._request(letter, head, body)
            except Broken as error:
                if error.signal or not _ends_soon(process):
                    raise Killed(error.signal) from error
            except OSError:
                self._discard(process)
        raise RenderFailed("down")

    def _request(self, letter: bytes, head: Head, body: bytes) -> tuple[Head, bytes]:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs, self._lock:
                if self._socket is None:
                    raise Broken
                socket.send_fds(self._socket, [letter], [theirs.fileno()])
            ours.settimeout(_LONGEST_WAIT)
            # A child that was killed while reading breaks the pipe; the reason is in what comes back.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                pdf_wire.send(ours, head, body)
            return pdf_wire.receive(ours, _LARGEST_ANSWER)

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
                self._start()
            assert self._process is not None
            return self._process

    def _start(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "esign_app.adapters.pdf_nursery", str(theirs.fileno())],
                env=_ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._owner = os.getpid()

    def _discard(self, process: subprocess.Popen[bytes]) -> None:
        """A nursery that does not take requests is ended, so that the next try starts another."""
        if self._owner == os.getpid() and process.poll() is None:
            process.kill()
            process.wait()

    def stop(self) -> None:
        """End the nursery and its children; a later request starts another."""
        with self._lock:
            process, ours = self._process, self._socket
            self._process = self._socket = None
        if ours is not None:
            ours.close()
        if process is not None and self._owner == os.getpid():
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ends_soon(process: subprocess.Popen[bytes]) -> bool:
    """A killed nursery's sockets close a moment before the process can be waited for."""
    try:
        process.wait(0.2)
    except subprocess.TimeoutExpired:
        return False
    return True
