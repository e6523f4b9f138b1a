"""`esign prepare`: everything a start needs from the database, in a process that ends before the server begins.

It goes like this so that the supervisor, which lives as long as the server, stays small. What it prints is what a
person needs to log in.
"""

import argparse
import fcntl
import time

from esign_app import engine
from esign_app.cli.main import complain
from esign_app.db import utcnow
from esign_app.domain import demo, people
from esign_app.settings import secret, settings
from esign_app.text import t

# A server that was just killed needs a moment until the system has taken its lock away.
PATIENCE = 2.0


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(prog="esign prepare", description=__doc__).parse_args(argv)
    if engine_is_taken(PATIENCE):
        return complain(
            t(
                "Another server works on the data in {folder}. Stop it first, or set ESIGN_DATA_DIR.",
                folder=settings().data,
            )
        )
    engine.upgrade()
    seed_if_empty()
    for line in ways_in():
        print(line)
    return 0


def engine_is_taken(patience: float = 0) -> bool:
    """Whether a running server holds the engine of this data directory; asks again for `patience` seconds."""
    path = engine.lock_path()
    until = time.monotonic() + patience
    while path.exists():
        with path.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return False
            except BlockingIOError:
                if time.monotonic() >= until:
                    return True
        time.sleep(0.1)
    return False


def seed_if_empty() -> None:
    """Demo data, in development only and only where nobody exists yet."""
    if settings().env != "development":
        return
    with engine.transaction() as session:
        if people.is_empty(session):
            demo.seed(session, now=utcnow())


def ways_in() -> list[str]:
    """How to log in: the demo's people, or the link that makes the first admin."""
    with engine.reading() as session:
        if people.is_empty(session):
            return [t("Nobody can log in yet. Make the first admin here: {link}", link=_setup_link())]
    if settings().env != "development":
        return []
    return [
        t("Demo logins (also by one click on the login page):"),
        *(f"  {login}" for login in demo.logins()),
    ]


def _setup_link() -> str:
    return f"{settings().url}/setup/{people.setup_token(secret())}"
