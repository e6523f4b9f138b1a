"""What only one may do at a time."""

import os
import subprocess
import sys
import threading
import time

import pytest

from esign_app.engine import alone
from esign_app.front_end import ROOT

HOLD = "import sys\nfrom esign_app.engine import alone\nwith alone('a') as mine: print(mine, flush=True); sys.stdin.read()"


@pytest.mark.both_databases
def test_nobody_waits_and_the_next_comes_in_when_the_first_has_left(engine_url: str) -> None:
    found: list[bool] = []

    def ask() -> None:
        with alone("a") as mine:
            found.append(mine)

    with alone("a") as mine, alone("b") as other:
        assert (mine, other) == (True, True)
        second = threading.Thread(target=ask)
        second.start()
        second.join()
    ask()
    assert found == [False, True]


@pytest.mark.both_databases
def test_it_is_free_again_after_a_fault(engine_url: str) -> None:
    with pytest.raises(ZeroDivisionError), alone("a"):
        raise ZeroDivisionError
    with alone("a") as mine:
        assert mine


@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_another_process_keeps_us_out_until_it_dies(engine_url: str) -> None:
    env = {**os.environ, "ESIGN_DATABASE_URL": engine_url}
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout and other.stdout.readline() == "True\n"
    with alone("a") as mine:
        assert not mine
    other.kill()
    other.wait(10)
    assert comes_in("a")


def comes_in(what: str) -> bool:
    """Within some seconds: the database has to notice the death first."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with alone(what) as mine:
            if mine:
                return True
        time.sleep(0.05)
    return False
