"""Durable runs: what a workflow and a step are, and how the engine of this process starts and stops."""

import functools
import logging
import secrets
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from dbos import DBOS, DBOSPortableJSONSerializer
from sqlalchemy.exc import OperationalError

from esign_app import logs
from esign_app.engine import executors
from esign_app.engine.database import APP_NAME, QUEUE, connect
from esign_app.engine.executors import Executor
from esign_app.settings import settings

log = logging.getLogger("esign.engine")
ended = logging.getLogger(logs.RUNS)
P = ParamSpec("P")
R = TypeVar("R")

# Pinned for ever: the default is a hash of the sources, and then every edit would strand running work.
APPLICATION_VERSION = "1"
WORKERS = 8
ADOPT_EVERY = 2.0
# Together about half a minute: a database that is started again is away for some seconds.
TRIES = 6
FIRST_WAIT = 1.0


def workflow(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A durable run known by `name`. Arguments and results are JSON values; it lasts seconds, never days."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @DBOS.workflow(name=name)
        @functools.wraps(function)
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            with logs.about(run=DBOS.workflow_id or name):
                try:
                    answer = function(*args, **kwargs)
                except Exception:
                    log.exception("run %s%r failed, reference %s", name, args, secrets.token_hex(4))
                    raise
                ended.info("run %s ended", name)
                return answer

        return inner

    return wrap


def step(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A part of a run that is done once it returned, and done again after a crash before that.

    It must be safe to repeat, and is repeated when the database was lost meanwhile. Arguments and results are JSON
    values and carry no secret: they are stored.
    """
    return DBOS.step(
        name=name,
        retries_allowed=True,
        max_attempts=TRIES,
        interval_seconds=FIRST_WAIT,
        should_retry=_database_was_lost,
    )


def _database_was_lost(error: BaseException) -> bool:
    return isinstance(error, OperationalError)


class _Running:
    executor: Executor | None = None
    stop = threading.Event()


def start_engine(*, tick: Callable[[], None], every: float = 30.0) -> None:
    """Run the engine in this process, and `tick` at once and then every `every` seconds.

    Raises EngineLocked when another process holds the engine of this SQLite file.
    """
    database = connect()
    _Running.executor = executors.take(database.url)
    DBOS(
        config={
            "name": APP_NAME,
            "system_database_url": database.url,
            "system_database_engine": database.runs,
            "application_version": APPLICATION_VERSION,
            "executor_id": _Running.executor.name,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
        }
    )
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=WORKERS, polling_interval_sec=settings().queue_poll)
    _Running.stop.clear()
    _repeat("sweep", tick, every)
    _repeat("adopt", _Running.executor.adopt, ADOPT_EVERY)


def stop_engine(patience: float = 5) -> None:
    """Begin nothing new, let what runs end (`patience` seconds at most), then let go. Safe when it never started."""
    if _Running.executor is None:
        return
    _Running.stop.set()
    DBOS.destroy(workflow_completion_timeout_sec=int(patience))
    _Running.executor.release()
    _Running.executor = None


def is_running() -> bool:
    """Whether this process runs the engine."""
    return _Running.executor is not None


def is_alive() -> bool:
    """Whether this or another process runs the engine of this database."""
    return is_running() or executors.alive(connect().url)


def _repeat(name: str, function: Callable[[], None], every: float) -> None:
    """Call `function` at once and then every `every` seconds, in a thread of its own, until the engine stops."""
    threading.Thread(target=_repeating, args=(name, function, every), name=name, daemon=True).start()


def _repeating(name: str, function: Callable[[], None], every: float) -> None:
    while True:
        try:
            function()
        except Exception:
            log.exception("%s failed", name)
        if _Running.stop.wait(every):
            return
