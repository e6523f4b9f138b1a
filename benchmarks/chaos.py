"""Is anything lost, done twice or made up when processes are killed at random moments?

    .venv/bin/python -m benchmarks.chaos --kills 200 --seed 1 --database sqlite
    .venv/bin/python -m benchmarks.chaos --kills 200 --seed 1 --database postgresql

People drop deals by the API, sign by the links and codes of their mails, and never give up. Meanwhile SIGKILL takes
`esign run` (SQLite), or one of two web servers and two workers (PostgreSQL), and it is started again. When all is quiet,
every row, file and mail is accounted for. The last result stands in benchmarks/results; exits with 1 when anything is wrong.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.support import chaos

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.chaos")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=chaos.SITES, default="sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        result = chaos.run(
            Path(folder), database=given.database, kills=given.kills, seed=given.seed, tell=_tell
        )
    result |= {"processors": os.cpu_count(), "load_after": round(os.getloadavg()[0], 1)}
    told = json.dumps(result, indent=2)
    print(told)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"chaos-{given.database}.json").write_text(told + "\n")
    return 1 if result["faults"] else 0


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
