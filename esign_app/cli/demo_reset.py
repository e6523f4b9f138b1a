"""`esign demo-reset`: throw the demo's data away and start afresh. The keys and the secret stay."""

import argparse
import shutil

from esign_app import engine
from esign_app.cli.main import complain
from esign_app.cli.prepare import fill_if_new
from esign_app.settings import settings
from esign_app.text import t


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(prog="esign demo-reset", description=__doc__).parse_args(argv)
    if settings().env != "development":
        return complain(t("This is no demo: ESIGN_ENV is {env}. Nothing was touched.", env=settings().env))
    if engine.is_alive():
        return complain(t("A server is running on this data. Stop it first; nothing was touched."))
    engine.erase()
    shutil.rmtree(settings().files_dir, ignore_errors=True)
    engine.upgrade()
    fill_if_new()
    print(t("The demo starts afresh. Data: {folder}", folder=settings().data))
    return 0
