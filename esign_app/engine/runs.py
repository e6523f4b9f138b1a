"""Durable runs: what a workflow and a step are, and how the engine of this process starts and stops."""

import fcntl
import functools
import logging
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, ParamSpec, TypeVar

from dbos import DBOS, DBOSPortableJSONSerializer

from esign_app.engine.database import APP_NAME, QUEUE, connect
from esign_app.settings import settings

log = logging.getLogger("esign.engine")
P = ParamSpec("P")
R = TypeVar("R")

# Pinned for ever: the default is a hash of the sources, and then every edit would strand running work.
APPLICATION_VERSION = "1"
WORKERS = 8


class EngineLocked(Exception):
    """Another process runs the engine on this database."""


def workflow(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A durable run known by `name`. Arguments and results are JSON values; it lasts seconds, never days."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @DBOS.workflow(name=name)
        @functools.wraps(function)
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except Exception:
                log.exception("run %s%r failed, reference %s", name, args, secrets.token_hex(4))
                raise

        return inner

    return wrap


def step(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A part of a run that is done once it returned, and done again after a crash before that.

    It must be safe to repeat. Arguments and results are JSON values and carry no secret: they are stored.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        return DBOS.step(name=name)(function)

    return wrap


class _Running:
    lock: IO[str] | None = None
    ticker: threading.Thread | None = None
    stop = threading.Event()


def start_engine(*, tick: Callable[[], None], every: float = 30.0) -> None:
    """Run the engine in this process, and `tick` at once and then every `every` seconds.

    Raises EngineLocked when another process holds this database's engine.
    """
    database = connect()
    _Running.lock = _take_lock()
    DBOS(
        config={
            "name": APP_NAME,
            "system_database_url": database.url,
            "system_database_engine": database.runs,
            "application_version": APPLICATION_VERSION,
            "executor_id": "local",
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
        }
    )
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=WORKERS, polling_interval_sec=settings().queue_poll)
    _Running.stop.clear()
    _Running.ticker = threading.Thread(target=_tick, args=(tick, every), name="sweep", daemon=True)
    _Running.ticker.start()


def stop_engine() -> None:
    """Let running steps end (5 seconds at most), then give up the lock. Safe when the engine never started."""
    if _Running.lock is None:
        return
    _Running.stop.set()
    DBOS.destroy(workflow_completion_timeout_sec=5)
    _Running.lock.close()
    _Running.lock = None


def is_running() -> bool:
    """Whether this process holds the engine's lock."""
    return _Running.lock is not None


def _take_lock() -> IO[str]:
    settings().data.mkdir(parents=True, exist_ok=True)
    file = lock_path().open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise EngineLocked from None
    return file


def lock_path() -> Path:
    return settings().data / "engine.lock"


def _tick(tick: Callable[[], None], every: float) -> None:
    while True:
        try:
            tick()
        except Exception:
            log.exception("the sweep failed")
        if _Running.stop.wait(every):
            return
