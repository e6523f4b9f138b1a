"""From a drop to the moment the mail server has accepted the invitation, against what cannot be saved.

    .venv/bin/python -m benchmarks.drop_to_accepted

100 drops one after the other on a warm `esign run` with a real SMTP server, rule set to send at once. The limit, p95
against p95 of the same run: the template's render time + 15 x (one commit + one mail) + the time to certify + 2 looks of
the engine at its queue. Exits with 1 when it is missed.
"""

import json
import multiprocessing
import os
import queue
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Peer
from sqlmodel import select

from esign_app import engine
from esign_app.adapters import mail, pdf
from esign_app.automation import files
from esign_app.automation.keys import keys
from esign_app.db import make_engine, utcnow
from esign_app.domain import documents, moves
from esign_app.domain.actor import SYSTEM
from esign_app.models import SigningRequest
from esign_app.settings import settings
from esign_app.trust import seal
from tests.support.databases import prepare
from tests.support.environment import settings_in
from tests.support.script import Script
from tests.support.server import Server, free_port
from tests.support.world import Automation, World, make_world

DROPS, WARM, SAMPLES = 100, 5, 60
COMMITS_AND_MAILS, POLLS = 15, 2
OWN = "jana@nordlicht.example"


class Accepts:
    """Tells when it accepted a message, and for whom."""

    def __init__(self, told: Any) -> None:
        self._told = told

    async def handle_DATA(self, _server: SMTP, _peer: Peer, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        self._told.put((time.time(), list(envelope.rcpt_tos)))
        return "250 accepted"


def serve_mail(port: int, told: Any) -> None:
    """A mail server in a process of its own, so that it shares no lock with what is measured."""
    Controller(Accepts(told), hostname="127.0.0.1", port=port).start()
    time.sleep(3600)


@contextmanager
def mail_server() -> Iterator[tuple[str, Any]]:
    context = multiprocessing.get_context("spawn")
    told, port = context.Queue(), free_port()
    process = context.Process(target=serve_mail, args=(port, told), daemon=True)
    process.start()
    yield f"smtp://127.0.0.1:{port}", told
    process.terminate()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, mail_server() as (smtp, told):
        load = os.getloadavg()[0]
        drops = _drops(Path(folder), smtp, told)
        parts = _parts(Path(folder), smtp)
    return _told(drops, parts, load)


def _drops(folder: Path, smtp: str, told: Any) -> list[float]:
    """Milliseconds from sending the drop to the accepted invitation."""
    server = Server(folder, ESIGN_SMTP_URL=smtp).start()
    try:
        script = Script(server)
        _send_at_once(script)
        contact = script.contact()["id"]
        deals = [script.deal(contact)["id"] for _ in range(WARM + DROPS)]
        return [_drop(script, deal, told) for deal in deals][WARM:]
    finally:
        server.stop()


def _send_at_once(script: Script) -> None:
    stages = script.get("/rules")["items"]
    rule = next(rule for stage in stages for rule in stage["rules"] if rule["action"] == "send_for_signature")
    body = {"params": {"before_sending": "at_once"}, "seen_version": rule["version"]}
    script.api.patch(f"/rules/{rule['id']}", json=body).raise_for_status()


def _drop(script: Script, deal: str, told: Any) -> float:
    begun = time.time()
    script.post(f"/deals/{deal}/move", {"stage_id": script.stages["Contract"]})
    while True:
        try:
            at, recipients = told.get(timeout=30)
        except queue.Empty:
            raise SystemExit("no message came within 30 s") from None
        if OWN in recipients:
            return (at - begun) * 1000


def _parts(folder: Path, smtp: str) -> dict[str, float]:
    """p95 in milliseconds of what a drop cannot save, each alone and warm."""
    home = folder / "parts"
    home.mkdir()
    with settings_in(home):
        prepare(f"sqlite:///{home / 'esign.db'}", home)
        with engine.transaction() as session:
            world = make_world(session)
        certified = _frozen(world)
        return {
            "render": _p95(_render(world)),
            "commit": _ninety_five(commit_on(home, SAMPLES)),
            "mail": _p95(lambda: mail.send(smtp, _mail())),
            "certify": _p95(lambda: seal.certify(certified, keys(), reason="chain:0", now=utcnow())),
            "poll": settings().queue_poll * 1000,
        }


def _frozen(world: World) -> bytes:
    """The frozen contract, as it is before it is certified."""
    automation = Automation()
    with engine.transaction() as session:
        moves.move(session, SYSTEM, world.deal, world.stages["Contract"], confirm=True, now=utcnow())
    automation.run()
    with engine.reading() as session:
        return files.get(session.exec(select(SigningRequest.frozen_sha256)).one())


def _render(world: World) -> Callable[[], object]:
    with engine.transaction() as session:
        made = documents.begin(session, SYSTEM, world.deal, world.template, now=utcnow())
        job = documents.job(session, made.id or 0, now=utcnow())
    assert job is not None
    return lambda: pdf.render(job.html, job.values, language=job.language, title=job.title)


def commit_on(folder: Path, times: int) -> list[float]:
    """Milliseconds of each of `times` commits of one row, safe on disk."""
    database = make_engine(f"sqlite:///{folder / 'commit.db'}")
    with database.begin() as connection:
        connection.execute(sa.text("create table t (n integer)"))

    def commit() -> None:
        with database.begin() as connection:
            connection.execute(sa.text("insert into t values (1)"))

    return _times(commit, times)


def _mail() -> mail.Mail:
    text = "Please read and sign.\n" * 20
    return mail.Mail(
        message_id="one",
        from_name="Nordlicht",
        from_address="office@nordlicht.example",
        to_name="Client",
        to_address="client@client.example",
        subject="Please sign",
        text=text,
        html=f"<p>{text}</p>",
        language="en",
        attachment=None,
    )


def _p95(act: Callable[[], object]) -> float:
    return _ninety_five(_times(act, SAMPLES))


def _times(act: Callable[[], object], times: int) -> list[float]:
    act()
    return [_timed(act) for _ in range(times)]


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _ninety_five(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _told(drops: list[float], parts: dict[str, float], load: float) -> int:
    limit = (
        parts["render"]
        + COMMITS_AND_MAILS * (parts["commit"] + parts["mail"])
        + parts["certify"]
        + POLLS * parts["poll"]
    )
    numerator = _ninety_five(drops)
    result = {
        "numerator_ms": round(numerator),
        "denominator_ms": round(limit),
        "ratio": round(numerator / limit, 2),
        "limit": 1.0,
        "drops": len(drops),
        "median_ms": round(statistics.median(drops)),
        "parts_p95_ms": {name: round(value, 1) for name, value in parts.items()},
        "load_before": round(load, 1),
    }
    print(json.dumps(result, indent=2))
    return 0 if numerator <= limit else 1


if __name__ == "__main__":
    sys.exit(main())
