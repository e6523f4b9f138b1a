"""What a test needs from the machine. On a developer's machine a missing tool skips the test; in CI it fails it."""

import os
import shutil

import pytest


def require(what: str, present: object) -> None:
    """Go on when `present`; else skip, or fail where ESIGN_TEST_REQUIRE=all promises that everything is there."""
    if present:
        return
    if os.environ.get("ESIGN_TEST_REQUIRE") == "all":
        pytest.fail(f"{what} is missing and ESIGN_TEST_REQUIRE=all")
    pytest.skip(f"{what} is missing")


def program(name: str) -> str:
    """The path of an installed program."""
    path = shutil.which(name)
    require(name, path)
    assert path
    return path
