"""`esign run`: everything on one machine: builds, prepares the database, serves and runs what is due."""

import argparse
import os

from esign_app.cli import build, loader, serving
from esign_app.settings import settings


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(prog="esign run", description=__doc__).parse_args(argv)
    if code := serving.refuse_taken_port():
        return code
    if code := build.build():
        return code
    if settings().engine == "auto":
        os.environ["ESIGN_ENGINE"] = "inline"  # whatever the database: there may be no worker elsewhere
    return serving.serve(loader.prepare_and_load)
