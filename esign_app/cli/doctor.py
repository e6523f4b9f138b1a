"""`esign doctor`: what is wrong with this installation, and what to do about it. It changes nothing."""

import argparse
import ctypes
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from esign_app import engine, front_end
from esign_app.adapters import mail
from esign_app.adapters import sms as gateway
from esign_app.adapters.files import FileStore
from esign_app.adapters.sending import SendFailed
from esign_app.automation.keys import expire
from esign_app.db import utcnow
from esign_app.domain import events, vault
from esign_app.settings import NoSecret, secret, settings
from esign_app.text import t
from esign_app.trust.keys import KeysUnusable

LEAST_DISK = 1_000_000_000
MOST_APART = 5.0
EXPIRES_SOON = timedelta(days=60)
# The sweep deletes about once a day; what is this much older says that it does not.
LONGEST_KEPT = timedelta(days=3)
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0")
Check = tuple[str, Callable[[], str]]


class Problem(Exception):
    """What is wrong and what to do, as one or two sentences."""


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(prog="esign doctor", description=__doc__).parse_args(argv)
    return 1 if [name for name, check in checks() if not passes(name, check)] else 0


def checks() -> list[Check]:
    """Each answers a short fact, or raises Problem. A later one may build on an earlier one."""
    return [
        *of_data(),
        (t("Work"), work),
        (t("Clock"), clock),
        (t("Memory of runs"), memory),
        (t("Open pages"), redis),
        (t("Address"), address),
        (t("PDF libraries"), libraries),
        (t("Fonts"), fonts),
        (t("Front end"), office),
        (t("E-mail"), smtp),
        (t("SMS"), sms),
    ]


def of_data() -> list[Check]:
    """Those about what an installation keeps, whether or not it is running."""
    return [
        (t("Data folder"), data_folder),
        (t("Secret"), secret_file),
        (t("Database"), database),
        (t("Migrations"), migrations),
        (t("Signing keys"), keys),
        (t("Files"), files),
    ]


def passes(name: str, check: Callable[[], str]) -> bool:
    """Whether all is well; says so, or what is not."""
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
    path = make_url(settings().db_url).database or ""
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
        raise Problem(type(error).__name__) from None
    if not current:
        raise Problem(t("The database is older than this version. Run `esign db upgrade`."))
    return t("up to date")


def keys() -> str:
    if not any(settings().keys_dir.glob("*")):
        raise Problem(t("There are none yet. `esign run` makes them."))
    secret_file()
    try:
        ends = expire()
    except KeysUnusable as error:
        raise Problem(
            t(
                "They cannot be used ({error}). Put the files of {folder} and the secret back from one backup.",
                error=error,
                folder=settings().keys_dir,
            )
        ) from None
    if ends < utcnow() + EXPIRES_SOON:
        raise Problem(
            t("A certificate ends on {day}; nothing can be sealed after that.", day=ends.date().isoformat())
        )
    return t("valid until {day}", day=ends.date().isoformat())


def files() -> str:
    """Whether every file that the database names is there; `esign backup` compares their content as well."""
    migrations()
    with engine.reading() as session:
        named = vault.all_names(session)
    missing = named - {name for name, _ in FileStore(settings().files_dir).names()}
    if missing:
        raise Problem(
            t(
                "{count} of {all} are missing in {folder}. Put them back from a backup.",
                count=len(missing),
                all=len(named),
                folder=settings().files_dir,
            )
        )
    return t("all {count} are there", count=len(named))


def work() -> str:
    database()
    if settings().engine == "off":
        raise Problem(t("ESIGN_ENGINE is off: nothing is made or sent. Take the setting away."))
    if not engine.is_alive():
        raise Problem(t("Nobody does what is due. Start `esign run`, or `esign worker`."))
    return t("somebody does what is due")


def clock() -> str:
    """Against the database's, where that has one of its own, and against what happened last."""
    migrations()
    apart = engine.seconds_apart()
    if abs(apart) > MOST_APART:
        raise Problem(
            t(
                "This machine and the database differ by {seconds} seconds. Signatures would carry a wrong time.",
                seconds=round(apart),
            )
        )
    with engine.reading() as session:
        newest = events.newest_at(session)
    if newest is not None and newest > utcnow() + timedelta(seconds=MOST_APART):
        raise Problem(
            t(
                "Something happened at {instant}, which is still to come. The clock is wrong, or was.",
                instant=newest.strftime("%Y-%m-%d %H:%M:%S UTC"),
            )
        )
    return utcnow().strftime("%Y-%m-%d %H:%M:%S UTC")


def memory() -> str:
    """Whether the engine's finished runs are deleted in time."""
    migrations()
    oldest = engine.oldest_finished()
    if oldest is not None and oldest < engine.kept_since(utcnow()) - LONGEST_KEPT:
        raise Problem(
            t(
                "It goes back to {day}, further than ESIGN_ENGINE_KEEP_DAYS. Is anybody working? Look into the log.",
                day=oldest.date().isoformat(),
            )
        )
    return t("{days} days", days=settings().engine_keep_days)


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


def address() -> str:
    """Every link in a message begins with it."""
    if settings().env == "production" and not settings().url.startswith("https://"):
        raise Problem(
            t(
                "Links begin with {url}. Set ESIGN_BASE_URL to the https address people reach you at.",
                url=settings().url,
            )
        )
    return settings().url


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
    """Up to the login: nothing is sent."""
    if not settings().smtp_url:
        if settings().env == "production":
            raise Problem(t("No server is set. Set ESIGN_SMTP_URL."))
        return t("goes to the demo mailbox (development)")
    where = urlsplit(settings().smtp_url).netloc.rpartition("@")[2]
    try:
        mail.greet(settings().smtp_url)
    except SendFailed as failed:
        raise Problem(
            t("{server}: {error}. Check ESIGN_SMTP_URL.", server=where, error=failed.reason)
        ) from None
    return where


def sms() -> str:
    """Whether the gateway is there: nothing is sent."""
    if not settings().sms_url:
        return t("goes to the demo mailbox (development)") if settings().sends_sms else t("not offered")
    where = urlsplit(settings().sms_url).netloc.rpartition("@")[2]
    try:
        gateway.reach(settings().sms_url)
    except SendFailed as failed:
        raise Problem(
            t("{server}: {error}. Check ESIGN_SMS_URL.", server=where, error=failed.reason)
        ) from None
    return where
