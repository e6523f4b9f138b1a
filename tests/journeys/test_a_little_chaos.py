"""The small version of benchmarks/chaos.py: ten kills while people drop deals and sign what the mail server brings them."""

from pathlib import Path

import pytest

from tests.support import chaos


@pytest.mark.row("A9")
@pytest.mark.timeout(900)  # alone it takes most of a minute; a busy machine starts a server ten times slower
def test_ten_kills_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    told = chaos.run(tmp_path, database="sqlite", kills=10, seed=7)
    assert told["faults"] == []
    assert told["drops"] >= 3
    assert told["copies"] == 2 * told["drops"]
