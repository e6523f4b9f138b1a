"""Finds the command's own file and says refusals in words. Only the chosen command is imported."""

import argparse
import os
import sys
from importlib import import_module

from pydantic import ValidationError

from esign_app.domain.refusals import Refused
from esign_app.settings import NoSecret
from esign_app.text import speaking

COMMANDS = {
    "run": "start the server: builds, migrates, seeds the demo, serves",
    "serve": "start one of several web servers (PostgreSQL, Redis); runs are done by workers",
    "worker": "do what is due: documents, signatures, messages; serve nothing",
    "build": "build the office's front end, if its sources changed",
    "prepare": "make the database ready for a start (run does this by itself)",
    "db": "upgrade the database",
    "demo-reset": "throw the demo's data away and start afresh",
    "doctor": "say what is wrong with this installation",
    "backup": "write database, files, keys and secret into one archive, while everything works",
    "restore": "fill an empty installation from a backup",
    "api-key": "make a key for scripts",
    "user": "shut somebody out, let them in again, give them a new password",
    "verify": "check signed PDF files, offline",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; answers its exit code."""
    parser = argparse.ArgumentParser(
        prog="esign",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:<12}{what}" for name, what in COMMANDS.items()),
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="esign COMMAND --help")
    chosen = parser.parse_args(argv)
    with speaking(_language()):
        return _run(chosen.command, chosen.rest)


def _run(command: str, rest: list[str]) -> int:
    try:
        module = import_module(f"esign_app.cli.{command.replace('-', '_')}")
        code: int = module.main(rest)
    except ValidationError as error:
        return complain(_setting_errors(error))
    except KeyboardInterrupt:
        return 130
    except (Refused, NoSecret) as error:
        return complain(str(error))
    return code


def complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _setting_errors(error: ValidationError) -> str:
    return "\n".join(
        f"ESIGN_{'_'.join(str(part) for part in each['loc']).upper()}: {each['msg']}"
        for each in error.errors()
    )


def _language() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name]
    return "en"
