"""`esign serve`: the web part alone, one of several. Runs are done by `esign worker`."""

import argparse

from esign_app import front_end
from esign_app.cli import loader, serving
from esign_app.cli.main import complain
from esign_app.cli.prepare import refuse_unprepared
from esign_app.settings import settings
from esign_app.text import t


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="esign serve", description=__doc__)
    parser.add_argument(
        "--processes", type=int, default=1, help="how many serve on the one port; needs ESIGN_REDIS_URL"
    )
    chosen = parser.parse_args(argv)
    if chosen.processes > 1 and not settings().redis_url:
        return complain(t("Several processes must share what open pages show. Set ESIGN_REDIS_URL."))
    if front_end.current() is None:
        return complain(t("The front end has not been built yet. Run `esign build`."))
    if code := refuse_unprepared() or serving.refuse_taken_port():
        return code
    return serving.serve(loader.load, chosen.processes)
