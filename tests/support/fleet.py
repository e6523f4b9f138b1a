"""The product on many processes: web servers and workers on one PostgreSQL database, Redis and one data directory."""

import itertools
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from esign_app.front_end import ROOT
from tests.support.databases import POSTGRES
from tests.support.require import require
from tests.support.server import STARTS_WITHIN, DidNotStart, Server

REDIS = os.environ.get("ESIGN_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
_numbers = itertools.count(1)


class Web(Server):
    """`esign serve`."""

    command_name = "serve"


class Worker:
    """`esign worker`."""

    command: tuple[str, ...] = tuple(Server.command("worker"))

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.log = folder / "worker.log"
        self.env = env
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Worker":
        """Come back once it takes up runs."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + STARTS_WITHIN
        while self.process.poll() is None and time.monotonic() < until:
            if "is ready" in self.log.read_text():
                return self
            time.sleep(0.1)
        raise DidNotStart(self.log.read_text(errors="replace"))

    def stop(self) -> int:
        """As a service manager does; answers the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(timeout=10)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Fleet:
    """Everything shares one data directory; every part can be stopped, killed and started again."""

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        self.folder = folder
        self.settings = {
            "ESIGN_DATA_DIR": str(folder / "data"),
            "ESIGN_DATABASE_URL": database_url,
            "ESIGN_REDIS_URL": REDIS,
            **settings,
        }
        self.parts: list[Web | Worker] = []

    def web(self) -> Web:
        """Another web server, on a port of its own."""
        server = Web(self._part(), **self.settings)
        self.parts.append(server)
        server.start()
        return server

    def worker(self) -> Worker:
        return self.add(Worker)

    def add(self, kind: type[Worker]) -> Worker:
        """Another process that does what is due."""
        worker = kind(self._part(), Server(self.folder, **self.settings).env)
        self.parts.append(worker)
        return worker.start()

    def prepare(self) -> None:
        done = Server(self.folder, **self.settings).esign("prepare")
        assert done.returncode == 0, done.stderr

    def stop(self) -> None:
        for part in self.parts:
            if part.is_running:
                part.stop()

    def _part(self) -> Path:
        folder = self.folder / f"part{len(self.parts)}"
        folder.mkdir()
        return folder


@contextmanager
def fleet(folder: Path, **settings: str) -> Iterator[Fleet]:
    """A prepared fleet without any process yet."""
    shared = redis.Redis.from_url(REDIS)
    require(f"Redis at {REDIS.rpartition('@')[2]}", _answers(shared))
    with new_database() as url:
        shared.flushdb()
        opened = Fleet(folder, url, **settings)
        opened.prepare()
        try:
            yield opened
        finally:
            opened.stop()


@contextmanager
def new_database() -> Iterator[str]:
    """An empty one on PostgreSQL."""
    name = f"esign_fleet_{os.getpid()}_{next(_numbers)}"
    try:
        admin = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        require(f"PostgreSQL at {POSTGRES.rpartition('@')[2]}", present=False)
        raise
    admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    try:
        yield f"{POSTGRES.rpartition('/')[0]}/{name}"
    finally:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        admin.close()


def _answers(shared: redis.Redis) -> bool:
    try:
        return bool(shared.ping())
    except redis.ConnectionError:
        return False
