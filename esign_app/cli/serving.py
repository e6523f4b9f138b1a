"""The web server: one supervisor that answers to signals, and the processes that serve."""

import contextlib
import http.client
import logging
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from esign_app import logs
from esign_app.cli import loader
from esign_app.cli.main import complain
from esign_app.settings import settings
from esign_app.text import t

# A process gets this long for steps that run and answers under way before it is killed.
STOPS_WITHIN = 15
# The headers of a request; who sends more or takes longer is cut off by the server.
LARGEST_HEADERS = 64 << 10
LONGEST_HEADERS_MS = 15_000


def refuse_taken_port() -> int:
    """0, or the exit code after saying that the port is taken."""
    if port_is_free(settings().host, settings().port):
        return 0
    return complain(
        t(
            "Port {port} is taken by another program. Stop it, or choose another one with ESIGN_PORT.",
            port=settings().port,
        )
    )


def port_is_free(host: str, port: int, patience: float = 1.0) -> bool:
    """A plain bind. The server itself binds with SO_REUSEPORT and would share the port with another server in silence.

    A server that was just killed may need a moment, hence `patience` in seconds.
    """
    until = time.monotonic() + patience
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            # Only over connections that are closing; a listening socket still refuses.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return True
            except OSError:
                if time.monotonic() >= until:
                    return False
        time.sleep(0.1)


def serve(load: Callable[[str], Any], processes: int = 1) -> int:
    """Supervise `processes` that serve what `load` answers, until one ends or a signal comes; answers the exit code."""
    # The working directory of a server is the code's, not the caller's.
    os.environ["ESIGN_DATA_DIR"] = str(settings().data)
    os.environ[loader.SUPERVISOR] = str(os.getpid())
    # A fresh interpreter for each: nothing of this process, no thread and no connection, is carried over.
    multiprocessing.set_start_method("spawn")
    server = Granian(
        "esign_app.asgi:app",
        address=settings().host,
        port=settings().port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,  # what browsers and proxies speak to a server behind them; its limits are these
        http1_settings=HTTP1Settings(header_read_timeout=LONGEST_HEADERS_MS, max_buffer_size=LARGEST_HEADERS),
        workers=processes,
        workers_kill_timeout=STOPS_WITHIN,
        log_level=LogLevels.warning,
        log_access=False,  # it would tell paths; `watched.py` tells the templates of routes
        log_dictconfig=logs.config(settings().log),
    )
    # A process says itself why it did not start.
    logging.getLogger("_granian").addFilter(lambda record: "Unexpected exit" not in record.getMessage())
    threading.Thread(target=_announce, daemon=True).start()
    try:
        server.serve(target_loader=load)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def _announce() -> None:
    """Say the address once it answers, not before."""
    while not _answers():
        time.sleep(0.1)
    print(t("esign is ready at {url}", url=settings().url), flush=True)


def _answers() -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings().host, settings().host)
    connection = http.client.HTTPConnection(host, settings().port, timeout=2)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        connection.request("GET", "/ping")
        return connection.getresponse().status == 200
    return False
