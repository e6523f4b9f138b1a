"""`esign build`: the office's front end, made once and served on any port."""

import argparse
import time

from esign_app import front_end
from esign_app.cli.main import complain
from esign_app.text import t


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(prog="esign build", description=__doc__).parse_args(argv)
    return build()


def build() -> int:
    """Build when the sources changed. A failed build leaves the one before it in place."""
    if front_end.is_fresh():
        return 0
    print(
        t("Building the front end; this takes a moment and is done only when its sources changed."),
        flush=True,
    )
    started = time.monotonic()
    try:
        front_end.build()
    except front_end.BuildFailed as error:
        return complain(str(error))
    print(t("Built in {seconds} s.", seconds=f"{time.monotonic() - started:.1f}"), flush=True)
    return 0
