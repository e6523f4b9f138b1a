"""`esign worker`: does what is due (documents, signatures, messages) and serves nothing."""

import argparse
import os
import signal
import threading

from esign_app import engine
from esign_app.automation import process
from esign_app.cli.main import complain
from esign_app.cli.prepare import refuse_unprepared
from esign_app.settings import settings
from esign_app.text import t

# Seconds a run that is under way gets to end; what does not is taken up by another worker.
DRAINS_WITHIN = 25


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(prog="esign worker", description=__doc__).parse_args(argv)
    if settings().engine == "off":
        return complain(t("ESIGN_ENGINE is off: nothing is run. Take the setting away to start a worker."))
    if code := refuse_unprepared():
        return code
    try:
        process.start_working()
    except engine.EngineLocked:
        return complain(t("Another process runs the engine of this data. SQLite allows only one."))
    print(t("esign worker {pid} is ready", pid=os.getpid()), flush=True)
    _wait_for_the_end()
    process.stop(DRAINS_WITHIN)
    return 0


def _wait_for_the_end() -> None:
    """Until SIGTERM or SIGINT."""
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    end.wait()
