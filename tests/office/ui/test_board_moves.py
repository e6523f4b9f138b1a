"""The board's arithmetic (board_moves.js) is tested in its own language, by the bun that also builds the front end."""

import subprocess
import sys
from pathlib import Path


def test_the_board_folds_and_arranges() -> None:
    bun = Path(sys.executable).parent / "bun"
    here = Path(__file__).parent
    ran = subprocess.run(
        [str(bun), "test", "board_moves"], check=False, cwd=here, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert "0 fail" in ran.stderr
