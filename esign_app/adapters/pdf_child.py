"""The life of one child: limits first, then one request, one answer, the end.

What it may use up is fixed before it reads a byte that others wrote. It can write no file, opens few, and has neither keys
nor network; what it returns is an answer or a refusal in words.
"""

import contextlib
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from esign_app.adapters import pdf_documents, pdf_pages, pdf_wire
from esign_app.adapters.pdf_layout import Press
from esign_app.adapters.pdf_reasons import RenderFailed
from esign_app.adapters.pdf_wire import Head

LARGEST_REQUEST = 48 << 20
_MEMORY = 600 << 20


@dataclass(frozen=True)
class Operation:
    run: Callable[[Press, Head, bytes], tuple[Head, bytes]]
    cpu_seconds: int

    @property
    def wall_seconds(self) -> int:
        """For a machine so busy that the child hardly gets to run."""
        return self.cpu_seconds * 2 + 5


# Known by one letter, because the limits are set before the request itself is read.
OPERATIONS = {
    b"r": Operation(pdf_documents.render, 10),
    b"c": Operation(pdf_documents.certificate, 10),
    b"k": Operation(pdf_documents.check, 3),
    b"i": Operation(lambda _, head, body: pdf_pages.images(head, body), 60),
    b"t": Operation(lambda _, head, body: pdf_pages.texts(head, body), 20),
    b"v": Operation(lambda _, head, body: pdf_pages.verdict(head, body), 20),
    b"s": Operation(lambda *_: _state(), 2),
}


def live(letter: bytes, sock: socket.socket, press: Press, memory_in_use: int) -> None:
    """Serve one request within the limits of its operation; the caller ends the process afterwards."""
    operation = OPERATIONS[letter]
    _limit(operation, memory_in_use)
    press.forbid_new_fonts()
    try:
        head, body = pdf_wire.receive(sock, LARGEST_REQUEST)
        answer, content = operation.run(press, head, body)
    except RenderFailed as error:
        answer, content = {"failed": error.code, "values": error.values}, b""
    except MemoryError:
        answer, content = {"failed": "memory", "values": {}}, b""
    except RecursionError:
        answer, content = {"failed": "too_deep", "values": {}}, b""
    except Exception as error:  # noqa: BLE001 whatever hostile input finds is an answer too
        answer, content = (
            {"failed": "failed", "values": {"detail": f"{type(error).__name__}: {error}"[:200]}},
            b"",
        )
    pdf_wire.send(sock, answer, content)


def _limit(operation: Operation, memory_in_use: int) -> None:
    _be_first_to_go()
    limits = {
        resource.RLIMIT_CPU: operation.cpu_seconds,
        resource.RLIMIT_AS: memory_in_use + _MEMORY,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for name, value in limits.items():
        hard = (
            value + 1 if name == resource.RLIMIT_CPU else value
        )  # at the hard limit the kernel gives no reason
        resource.setrlimit(name, (value, hard))
    signal.alarm(operation.wall_seconds)


def _be_first_to_go() -> None:
    """When the whole machine runs out of memory, the kernel takes this process and not the server."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _state() -> tuple[Head, bytes]:
    """What a child can see, for tests and for `esign doctor`."""
    ours = sorted(name for name in sys.modules if name.split(".")[0] == "esign_app")
    interfaces = [name for _, name in socket.if_nameindex() if name != "lo"]
    return {"environment": dict(os.environ), "modules": ours, "interfaces": interfaces}, b""
