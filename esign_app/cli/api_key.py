"""`esign api-key create`: a key for scripts. It is shown once, alone on the last line, and stored as a hash."""

import argparse

from esign_app import engine
from esign_app.db import utcnow
from esign_app.domain import api_keys
from esign_app.domain.actor import SYSTEM


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="esign api-key", description=__doc__)
    parser.add_argument("action", choices=["create"])
    parser.add_argument("--name", required=True, help="what the key is for")
    parser.add_argument(
        "--role", required=True, help="whose rights it has: admin, sales, signatory or a role of your own"
    )
    given = parser.parse_args(argv)
    with engine.transaction() as session:
        key = api_keys.create(session, SYSTEM, name=given.name, role=given.role, now=utcnow())
    print(key)
    return 0
