"""`esign doctor`: what is wrong with this installation, and what to do about it. It changes nothing."""

import argparse
import ctypes
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from esign_app import engine, front_end
from esign_app.db import utcnow
from esign_app.settings import NoSecret, secret, settings
from esign_app.text import t

LEAST_DISK = 1_000_000_000
MOST_APART = 5.0
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0")


class Problem(Exception):
    """What is wrong and what to do, as one or two sentences."""


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(prog="esign doctor", description=__doc__).parse_args(argv)
    return 1 if [name for name, check in checks() if not _passes(name, check)] else 0


def checks() -> list[tuple[str, Callable[[], str]]]:
    """Each answers a short fact, or raises Problem. A later one may build on an earlier one."""
    return [
        (t("Data folder"), data_folder),
        (t("Secret"), secret_file),
        (t("Database"), database),
        (t("Migrations"), migrations),
        (t("Work"), work),
        (t("Clock"), clock),
        (t("Open pages"), redis),
        (t("Signing keys"), keys),
        (t("PDF libraries"), libraries),
        (t("Fonts"), fonts),
        (t("Front end"), office),
        (t("E-mail"), smtp),
    ]


def _passes(name: str, check: Callable[[], str]) -> bool:
    try:
        print(f"ok       {name}: {check()}")
    except Problem as problem:
        print(f"problem  {name}: {problem}")
        return False
    return True


def data_folder() -> str:
    folder = settings().data
    if not folder.is_dir():
        raise Problem(t("{path} does not exist yet. `esign run` makes it.", path=folder))
    free = shutil.disk_usage(folder).free
    if free < LEAST_DISK:
        raise Problem(
            t(
                "Only {free} MB are free on the disk of {folder}. Make room.",
                free=free // 1_000_000,
                folder=folder,
            )
        )
    return t("{folder}, {free} GB free", folder=folder, free=free // 1_000_000_000)


def secret_file() -> str:
    if not settings().secret_path.exists() and settings().env == "development":
        raise Problem(t("There is none yet. `esign run` makes it."))
    try:
        secret()
    except NoSecret as error:
        raise Problem(str(error)) from None
    return str(settings().secret_path)


def database() -> str:
    path = urlsplit(settings().db_url).path
    if settings().db_url.startswith("sqlite") and not Path(path).exists():
        # Asking would create it.
        raise Problem(t("{path} does not exist yet. `esign run` makes it.", path=path))
    try:
        engine.ping()
    except SQLAlchemyError as error:
        raise Problem(
            t("It does not answer ({error}). Check ESIGN_DATABASE_URL.", error=type(error).__name__)
        ) from None
    return urlsplit(settings().db_url).scheme


def migrations() -> str:
    database()
    try:
        current = engine.is_current()
    except SQLAlchemyError as error:
        raise Problem(str(error)) from None
    if not current:
        raise Problem(t("The database is older than this version. Run `esign db upgrade`."))
    return t("up to date")


def work() -> str:
    database()
    if settings().engine == "off":
        raise Problem(t("ESIGN_ENGINE is off: nothing is made or sent. Take the setting away."))
    if not engine.is_alive():
        raise Problem(t("Nobody does what is due. Start `esign run`, or `esign worker`."))
    return t("somebody does what is due")


def clock() -> str:
    """Against the database's, where that has one of its own."""
    database()
    apart = engine.seconds_apart()
    if abs(apart) > MOST_APART:
        raise Problem(
            t(
                "This machine and the database differ by {seconds} seconds. Signatures would carry a wrong time.",
                seconds=round(apart),
            )
        )
    return utcnow().strftime("%Y-%m-%d %H:%M:%S UTC")


def redis() -> str:
    if not settings().redis_url:
        return t("one web process keeps them in its memory")
    try:
        Redis.from_url(settings().redis_url, socket_connect_timeout=5).ping()
    except RedisError as error:
        raise Problem(
            t("Redis does not answer ({error}). Check ESIGN_REDIS_URL.", error=type(error).__name__)
        ) from None
    return t("Redis answers")


def keys() -> str:
    if not any(settings().keys_dir.glob("*")):
        raise Problem(t("There are none yet. `esign run` makes them."))
    return str(settings().keys_dir)


def libraries() -> str:
    missing = [name for name in LIBRARIES if not _loads(name)]
    if missing:
        raise Problem(
            t(
                "{names} cannot be loaded. Run `make run` as root once, or install them.",
                names=", ".join(missing),
            )
        )
    return t("all found")


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def fonts() -> str:
    try:
        listed = subprocess.run(
            ["fc-list", "Noto Sans"], capture_output=True, text=True, timeout=20, check=False
        )
    except FileNotFoundError:
        raise Problem(
            t("fontconfig is missing. Install the packages fontconfig and fonts-noto-core.")
        ) from None
    if not listed.stdout.strip():
        raise Problem(
            t("The font Noto Sans is missing; documents would look different. Install fonts-noto-core.")
        )
    return "Noto Sans"


def office() -> str:
    if not front_end.is_fresh():
        raise Problem(t("It is missing or older than its sources. Run `esign build`."))
    return t("fits its sources")


def smtp() -> str:
    if not settings().smtp_url:
        if settings().env == "production":
            raise Problem(t("No server is set. Set ESIGN_SMTP_URL."))
        return t("goes to the demo mailbox (development)")
    parts = urlsplit(settings().smtp_url)
    host, port = parts.hostname or "", parts.port or (465 if parts.scheme == "smtps" else 587)
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        raise Problem(
            t(
                "{host}:{port} does not answer ({error}). Check ESIGN_SMTP_URL.",
                host=host,
                port=port,
                error=error,
            )
        ) from None
    return f"{host}:{port}"
