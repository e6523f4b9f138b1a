"""What does the product take from the machine while nobody uses it?

    .venv/bin/python -m benchmarks.idle

`esign run` with the demo company, all its processes together, over a minute after it came to rest: processor time against
one core, and memory as the share each process has of what it holds (PSS). Limits: 5 % of a core, 400 MB. Exits with 1 when
one is missed.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.support.server import Server

REST, SECONDS = 15, 60
SHARE_OF_A_CORE, MEMORY_MB = 0.05, 400


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder)).start()
        try:
            return _told(server)
        finally:
            server.stop()


def _told(server: Server) -> int:
    assert server.process
    time.sleep(REST)
    before, begun = _processor_seconds(server.process.pid), time.monotonic()
    time.sleep(SECONDS)
    used, took = _processor_seconds(server.process.pid) - before, time.monotonic() - begun
    family = _family(server.process.pid)
    memory = sum(_memory_mb(pid) for pid in family)
    result = {
        "processor": {
            "numerator_s": round(used, 2),
            "denominator_s": round(took, 1),
            "ratio": round(used / took, 4),
            "limit": SHARE_OF_A_CORE,
        },
        "memory": {
            "numerator_mb": round(memory),
            "denominator_mb": MEMORY_MB,
            "ratio": round(memory / MEMORY_MB, 2),
            "limit": 1.0,
        },
        "processes": len(family),
    }
    print(json.dumps(result, indent=2))
    return 0 if used <= SHARE_OF_A_CORE * took and memory <= MEMORY_MB else 1


def _family(root: int) -> list[int]:
    """The process and all it started."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
    family = [root]
    for pid in family:
        family += [child for child, parent in parents.items() if parent == pid]
    return family


def _processor_seconds(root: int) -> float:
    ticks = 0
    for pid in _family(root):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int) -> float:
    told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    sys.exit(main())
