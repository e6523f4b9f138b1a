"""How many rule runs a second do the workers end, against what the database commits for a single client?

    .venv/bin/python -m benchmarks.rule_runs

On PostgreSQL, with mail to a real SMTP sink. A run is the whole "send for signature" of one dropped deal: number, document,
request, certified revision, invitation. What makes PDFs answers the first one it made (see `--stubbed-worker`). The deals are
dropped before a worker starts, so the queue is full from the first moment. Limits: one worker at least 0.05 x pgbench's
commits a second, two workers at least 1.3 x one. Exits with 1 when one is missed.
"""

import argparse
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from benchmarks.drop_to_accepted import mail_server
from esign_app import engine
from esign_app.adapters import pdf
from esign_app.automation.flows import freeze
from esign_app.cli import worker
from esign_app.db import utcnow
from esign_app.domain import deals, moves
from esign_app.domain.actor import SYSTEM
from esign_app.trust import seal
from tests.support.databases import POSTGRES
from tests.support.environment import settings_in
from tests.support.fleet import Worker, fleet
from tests.support.world import World, make_world

RUNS, WARM = 160, 40
SECONDS_OF_PGBENCH = 8
OF_PGBENCH, OF_ONE = 0.05, 1.3


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.rule_runs")
    parser.add_argument("--stubbed-worker", action="store_true", help="be `esign worker`, with PDFs stubbed")
    if parser.parse_args().stubbed_worker:
        return _stubbed_worker()
    load = os.getloadavg()[0]
    commits = _pgbench()
    with mail_server() as (smtp, _):
        one, two = (_runs_per_second(workers, smtp) for workers in (1, 2))
    return _told(commits, one, two, load)


def _stubbed_worker() -> int:
    pdf.render = _the_first_answer(pdf.render)
    freeze._frozen = _the_first_answer(freeze._frozen)
    seal.certify = _the_first_answer(seal.certify)
    return worker.main([])


def _the_first_answer(function: Callable[..., Any]) -> Callable[..., Any]:
    answers: list[Any] = []

    @functools.wraps(function)
    def stub(*args: Any, **kwargs: Any) -> Any:
        if not answers:
            answers.append(function(*args, **kwargs))
        return answers[0]

    return stub


class StubbedWorker(Worker):
    command = (sys.executable, "-m", "benchmarks.rule_runs", "--stubbed-worker")


def _pgbench() -> float:
    """Commits a second of one client: pgbench's own script, on the server the workers use."""
    address = urlsplit(POSTGRES)
    name = f"pgbench_{os.getpid()}"
    where = ["-h", str(address.hostname), "-p", str(address.port), "-U", str(address.username), name]
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f"create database {name}")
        try:
            subprocess.run(["pgbench", "-i", "-q", *where], check=True, capture_output=True)
            told = subprocess.run(
                ["pgbench", "-c", "1", "-T", str(SECONDS_OF_PGBENCH), *where],
                check=True,
                capture_output=True,
                text=True,
            )
        finally:
            admin.execute(f"drop database {name} with (force)")
    found = re.search(r"tps = ([\d.]+)", told.stdout)
    assert found, told.stdout
    return float(found[1])


def _runs_per_second(workers: int, smtp: str) -> float:
    settings = {"ESIGN_DEMO": "none", "ESIGN_ENGINE": "worker", "ESIGN_SMTP_URL": smtp}
    with tempfile.TemporaryDirectory() as folder, fleet(Path(folder), **settings) as opened:
        url = opened.settings["ESIGN_DATABASE_URL"]
        with settings_in(Path(opened.settings["ESIGN_DATA_DIR"]), url):
            with engine.transaction() as session:
                world = make_world(session)
            _drop_deals(world)
            engine.disconnect()
        for _ in range(workers):
            opened.add(StubbedWorker)
        return _rate(url)


def _drop_deals(world: World) -> None:
    values = {"contact_id": world.contact, "company_id": world.company}
    for number in range(RUNS + WARM):
        with engine.transaction() as session:
            deal = deals.create(session, SYSTEM, title=f"Deal {number}", values=values, now=utcnow())
        with engine.transaction() as session:
            moves.move(session, SYSTEM, deal, world.stages["Contract"], confirm=True, now=utcnow())


def _rate(url: str) -> float:
    """Runs a second between the end of the first `WARM` and the end of the last."""
    with psycopg.connect(url, autocommit=True) as watch:
        while True:
            states = dict(watch.execute("select state, count(*) from run group by state").fetchall())
            if states.get("failed") or states.get("needs_person"):
                raise SystemExit(f"runs ended otherwise: {states}")
            if states.get("done") == RUNS + WARM:
                break
            time.sleep(0.5)
        ends = [row[0] for row in watch.execute("select ended_at from run order by ended_at").fetchall()]
    return RUNS / (ends[-1] - ends[WARM - 1]).total_seconds()


def _told(commits: float, one: float, two: float, load: float) -> int:
    result = {
        "one_worker": {
            "numerator_runs_per_s": round(one, 1),
            "denominator_commits_per_s": round(commits, 1),
            "ratio": round(one / commits, 3),
            "limit": OF_PGBENCH,
        },
        "two_workers": {
            "numerator_runs_per_s": round(two, 1),
            "denominator_runs_per_s": round(one, 1),
            "ratio": round(two / one, 2),
            "limit": OF_ONE,
        },
        "load_before": round(load, 1),
    }
    print(json.dumps(result, indent=2))
    return 0 if one >= OF_PGBENCH * commits and two >= OF_ONE * one else 1


if __name__ == "__main__":
    sys.exit(main())
