"""What must be true of a database after any crash: nothing lost, no ghost, nothing twice, nothing half done."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from esign_app import engine
from esign_app.adapters.files import FileStore
from esign_app.automation.keys import keys
from esign_app.db import utcnow
from esign_app.domain import strips
from esign_app.domain.signing import audit as chain_of
from esign_app.models import (
    Deal,
    Document,
    Event,
    File,
    Message,
    Party,
    Revision,
    RuleVersion,
    Run,
    RunStep,
    SeriesNumber,
    SigningRequest,
    Stage,
)
from esign_app.settings import settings
from esign_app.trust import chain, verify
from esign_app.trust.verdict import Verdict
from tests.support.environment import settings_in

REVISIONS = ["frozen", "certified", "signer", "signer", "seal"]
# What may well happen more than once to the same thing.
REPEATABLE = ("deal_changed", "deal_reordered", "message_delayed")
ONCE_PER_PARTY = ("invited", "opened", "consented", "signed")


def faults(data: Path, database_url: str, dropped: Iterable[str], *, within: float = 240) -> list[str]:
    """What is wrong, in words, when each of the deals `dropped` was dropped once and everybody has signed since.

    Every document is completed, or failed with words a person can see. What is under way has `within` seconds to come
    to its end: longer than the sweep takes to look at what got stuck.
    """
    until = time.monotonic() + within
    while found := _faults(data, database_url, set(dropped)):
        if time.monotonic() > until:
            break
        time.sleep(0.5)
    return found


def _faults(data: Path, database_url: str, dropped: set[str]) -> list[str]:
    with settings_in(data, database_url):
        try:
            with engine.reading() as session:
                return [*_of_deals(session, dropped), *_of_all(session)]
        finally:
            engine.disconnect()


def _of_deals(session: Session, dropped: set[str]) -> Iterator[str]:
    for deal_id in dropped:
        deal = session.exec(select(Deal).where(Deal.public_id == deal_id)).one()
        yield from (f"deal {deal_id}: {fault}" for fault in _of_deal(session, deal))


def _of_deal(session: Session, deal: Deal) -> Iterator[str]:
    yield from _of_ends(session, deal)
    yield from _of_events(session, deal)
    documents = session.exec(
        select(Document).where(Document.subject_kind == "deal", Document.subject_id == deal.id)
    ).all()
    if len(documents) > 1 or (not documents and not _is_seen_to_have_failed(session, deal)):
        yield f"{len(documents)} documents"
    elif not _is_seen_to_have_failed(session, deal):
        yield from _of_runs(session, deal)
        yield from _of_document(session, deal, documents[0])


def _is_seen_to_have_failed(session: Session, deal: Deal) -> bool:
    """Whether the deal's card says in words that something failed."""
    strip = strips.of_deals(session, [deal.id or 0]).get(deal.id or 0)
    return strip is not None and strip.tone == "broken" and bool(strip.text)


def _runs(session: Session, deal: Deal) -> list[tuple[Run, RuleVersion]]:
    query = select(Run, RuleVersion).join(RuleVersion, col(RuleVersion.id) == Run.rule_version_id)
    return list(session.exec(query.where(Run.deal_id == deal.id)))


def _of_runs(session: Session, deal: Deal) -> Iterator[str]:
    ended = Counter((version.action, run.state) for run, version in _runs(session, deal))
    if ended != {("send_for_signature", "done"): 1, ("move_here", "done"): 1}:
        yield f"runs {dict(ended)}"


def _of_ends(session: Session, deal: Deal) -> Iterator[str]:
    for run, version in _runs(session, deal):
        ends = session.exec(
            select(RunStep.id).where(RunStep.run_id == run.id, RunStep.name == run.state)
        ).all()
        if len(ends) != 1:
            yield f"the run {version.action} ended {len(ends)} times"


def _of_document(session: Session, deal: Deal, document: Document) -> Iterator[str]:
    requests = session.exec(select(SigningRequest).where(SigningRequest.document_id == document.id)).all()
    if len(requests) != 1:
        yield f"{len(requests)} requests"
        return
    yield from _of_request(session, document, requests[0])
    stage = session.get(Stage, deal.stage_id)
    if stage is None or stage.name != "Won":
        yield f"{requests[0].state}, and in {stage.name if stage else None}"


def _of_request(session: Session, document: Document, request: SigningRequest) -> Iterator[str]:
    if request.state != "completed":
        yield f"the request is {request.state}"
        return
    revisions = session.exec(
        select(Revision).where(Revision.request_id == request.id).order_by(col(Revision.seq))
    ).all()
    if [each.kind for each in revisions] != REVISIONS:
        yield f"revisions {[each.kind for each in revisions]}"
        return
    sealed = session.get(File, revisions[-1].file_id)
    verdict = _verdict(sealed.sha256 if sealed else "")
    if verdict.verdict != "intact":
        yield f"the sealed file is {verdict.verdict}: {verdict.findings}"
    yield from _of_chain(session, document, request)
    yield from _of_messages(session, request)


def _verdict(sha256: str) -> Verdict:
    """Of the audited data's file, with its own root and nothing this process remembers."""
    roots = keys.__wrapped__().public()
    return verify.verify(FileStore(settings().files_dir).get(sha256), roots, now=utcnow())


def _of_chain(session: Session, document: Document, request: SigningRequest) -> Iterator[str]:
    entries = chain_of.entries(session, request.id or 0)
    head = chain.genesis(document.public_id, request.frozen_sha256)
    for entry in entries:
        head = chain.link(head, entry.body)
        if head != entry.hash:
            yield f"the chain breaks at {entry.seq}"
            return
    for (kind, party), count in Counter((entry.kind, entry.party) for entry in entries).items():
        if count > 1 and kind in (*ONCE_PER_PARTY, "certified", "sealed"):
            yield f"the chain tells {kind} of {party or 'the document'} {count} times"


def _of_messages(session: Session, request: SigningRequest) -> Iterator[str]:
    parties = session.exec(select(Party).where(Party.request_id == request.id)).all()
    for party in parties:
        rows = session.exec(select(Message).where(Message.party_id == party.id)).all()
        kinds = Counter(row.kind for row in rows if row.kind != "code" and not row.resent_of)
        if kinds != {"invitation": 1, "completed": 1}:
            yield f"{party.name} has the messages {dict(kinds)}"
        for row in rows:
            if row.state != "accepted" and not (row.kind == "code" and row.state == "uncertain"):
                yield f"the {row.kind} to {party.name} is {row.state} {row.error}"


def _of_all(session: Session) -> Iterator[str]:
    numbers = Counter(row.state for row in session.exec(select(SeriesNumber)))
    made = len(session.exec(select(Document.id)).all())
    if set(numbers) - {"used"} or numbers["used"] != made:
        yield f"numbers {dict(numbers)} of {made} documents"
    ghosts = select(Document.id).where(
        ~sa.exists().where(Event.kind == "deal_moved", Event.subject_id == Document.subject_id)
    )
    if found := session.exec(ghosts).all():
        yield f"documents of deals that never moved: {found}"
    table = "workflow_status" if session.get_bind().dialect.name == "sqlite" else "dbos.workflow_status"
    query = f"select status, name, count(*) from {table} where status <> 'SUCCESS' group by 1, 2"
    yield from (f"engine: {count} x {name} {status}" for status, name, count in session.exec(sa.text(query)))  # type: ignore[call-overload]


def _of_events(session: Session, deal: Deal) -> Iterator[str]:
    rows = session.exec(select(Event).where(Event.subject_kind == "deal", Event.subject_id == deal.id))
    told = Counter((row.kind, str(sorted(row.data.items()))) for row in rows if row.kind not in REPEATABLE)
    yield from (f"told {count} times: {what}" for what, count in told.items() if count > 1)
