"""`esign user`: shut somebody out at once, let them in again, or give them a new password."""

import argparse
import getpass
import sys

from esign_app import engine
from esign_app.db import utcnow
from esign_app.domain import people
from esign_app.domain.actor import SYSTEM
from esign_app.text import t


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="esign user", description=__doc__)
    parser.add_argument("action", choices=["deactivate", "activate", "password"])
    parser.add_argument("email")
    given = parser.parse_args(argv)
    password = _password() if given.action == "password" else ""
    with engine.transaction() as session:
        public_id = people.by_email(session, given.email).public_id
        if given.action == "deactivate":
            people.deactivate(session, SYSTEM, public_id, now=utcnow())
        elif given.action == "activate":
            people.activate(session, SYSTEM, public_id, now=utcnow())
        else:
            people.set_password(session, SYSTEM, public_id, password, now=utcnow())
    return 0


def _password() -> str:
    """Typed unseen, or the first line of what is piped in."""
    return getpass.getpass(t("New password: ")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
