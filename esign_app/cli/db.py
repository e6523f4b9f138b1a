"""`esign db upgrade`: bring the database to the shape this version expects."""

import argparse

from esign_app import engine


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="esign db", description=__doc__)
    parser.add_argument("action", choices=["upgrade"])
    parser.parse_args(argv)
    engine.upgrade()
    return 0
