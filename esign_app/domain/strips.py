"""The signature strip: where a deal's documents stand, as steps and one line in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from esign_app.domain import documents, messages, runs
from esign_app.models import Document, Message, Party, Revision, Run, SigningRequest, Slot
from esign_app.text import said, t

# Worst first: of several documents the strip shows the one that needs a person, else the newest.
_NEEDS = ("broken", "needs")


@dataclass(frozen=True)
class Step:
    """`kind` is prepared, sent, slot or sealed; `state` is done, now, todo, declined, expired, failed."""

    kind: str
    state: str
    label: str


@dataclass(frozen=True)
class Strip:
    """`tone` is one of the five meanings: waiting, moving, needs, good, broken."""

    document_id: str
    steps: tuple[Step, ...]
    tone: str
    text: str
    since: datetime


def of_deals(session: Session, deal_ids: Sequence[int]) -> dict[int, Strip]:
    """The strip of each deal that has a document or a run that needs a person."""
    query = (
        select(Document)
        .where(Document.subject_kind == "deal", col(Document.subject_id).in_(deal_ids))
        .order_by(col(Document.id))
    )
    found: dict[int, Strip] = {}
    for row in session.exec(query):
        strip = of_document(session, row)
        assert row.subject_id is not None
        there = found.get(row.subject_id)
        if there is None or there.tone not in _NEEDS or strip.tone in _NEEDS:
            found[row.subject_id] = strip
    return found | _of_runs(session, deal_ids)


def _of_runs(session: Session, deal_ids: Sequence[int]) -> dict[int, Strip]:
    """Of the runs that answered a deal's newest drop or trigger, the first that needs a person."""
    query = select(Run).where(col(Run.deal_id).in_(deal_ids)).order_by(col(Run.id).desc())
    newest: dict[int, list[Run]] = {}
    for run in session.exec(query):
        there = newest.setdefault(run.deal_id, [run])
        if run is not there[0] and run.event_id == there[0].event_id:
            there.append(run)
    tones = {"needs_person": "needs", "failed": "broken"}
    return {
        deal_id: _of_run(session, run, tones[run.state])
        for deal_id, answers in newest.items()
        for run in answers
        if run.state in tones
    }


def _of_run(session: Session, run: Run, tone: str) -> Strip:
    text = runs.sentence(session, run)
    return Strip("", (Step("prepared", "failed", text),), tone, text, run.created_at)


def of_document(session: Session, row: Document) -> Strip:
    assert row.id is not None
    version = documents.newest_version(session, row.id)
    request = documents.newest_request(session, row.id)
    label = documents.label(row)
    if request is None:
        return _unsent(row, label, made=version is not None)
    parties = _parties(session, request)
    trouble = messages.undelivered(session, row.id)
    tone, text, since = _words(request, parties, trouble, label)
    steps = (
        Step("prepared", "done", t("Prepared")),
        Step("sent", _sent_state(request, trouble), t("Sent")),
        *(_slot_step(request, party, signed) for party, signed in parties),
        Step("sealed", _sealed_state(request), t("Sealed")),
    )
    return Strip(row.public_id, steps, tone, text, since)


def _unsent(row: Document, label: str, *, made: bool) -> Strip:
    if row.error:
        text = t("{document}: could not be made. {why}", document=label, why=said(row.error))
        return Strip(row.public_id, (Step("prepared", "failed", text),), "broken", text, row.created_at)
    text = t("{document}: draft", document=label) if made else t("{document}: being made", document=label)
    step = Step("prepared", "done" if made else "now", t("Prepared"))
    return Strip(row.public_id, (step,), "waiting" if made else "moving", text, row.created_at)


def _parties(session: Session, request: SigningRequest) -> list[tuple[Party, Revision | None]]:
    query = (
        select(Party, Revision)
        .join(Slot, col(Slot.id) == Party.slot_id)
        .outerjoin(Revision, col(Revision.party_id) == Party.id)
        .where(Party.request_id == request.id, col(Party.replaced_by).is_(None))
        .order_by(col(Slot.group_no), col(Party.id))
    )
    return [(party, revision) for party, revision in session.exec(query)]


def _trouble(message: Message, names: dict[str, str]) -> tuple[str, str]:
    if message.state == "uncertain":
        return "needs", t(messages.UNCERTAIN, **names, address=message.address)
    if message.state in messages.BROKEN:
        return "broken", t(messages.NOT_DELIVERED, **names, address=message.address, why=message.error)
    return "needs", t(messages.NOT_YET, **names, why=message.error)


def _slot_step(request: SigningRequest, party: Party, signed: Revision | None) -> Step:
    if signed is not None:
        return Step("slot", "done", t("{name} signed", name=party.name))
    ended = {"declined": "declined", "expired": "expired", "cancelled": "expired", "failed": "failed"}
    state = ended.get(request.state, "now" if party.invited_at else "todo")
    return Step("slot", state, t("{name} has not signed yet", name=party.name))


def _sent_state(request: SigningRequest, trouble: Message | None) -> str:
    if trouble is not None:
        return "failed" if trouble.state in ("failed", "bounced") else "now"
    return "now" if request.state == "preparing" else "done"


def _sealed_state(request: SigningRequest) -> str:
    states = {"completed": "done", "sealing": "now", "failed": "failed"}
    return states.get(request.state, "todo")


def _words(
    request: SigningRequest,
    parties: list[tuple[Party, Any]],
    trouble: Message | None,
    label: str,
) -> tuple[str, str, datetime]:
    """Tone, sentence and since when."""
    names = {"document": label}
    if request.state == "failed":
        return "broken", f"{label}: {said(request.error)}", request.created_at
    if trouble is not None:
        return (*_trouble(trouble, names), trouble.created_at)
    waiting = [party for party, signed in parties if signed is None and party.invited_at is not None]
    done = sum(1 for _, signed in parties if signed is not None)
    simple = {
        "preparing": ("moving", t("{document}: being sent", **names)),
        "sealing": ("moving", t("{document}: being sealed", **names)),
        "completed": ("good", t("{document}: signed by everyone", **names)),
        "declined": ("broken", t("{document}: declined", **names)),
        "expired": ("needs", t("{document}: expired", **names)),
        "cancelled": ("waiting", t("{document}: withdrawn", **names)),
    }
    if request.state in simple:
        tone, text = simple[request.state]
        return tone, text, request.completed_at or request.created_at
    if not waiting:
        return (
            "moving",
            t("{document}: signed {done} of {all}", **names, done=done, all=len(parties)),
            request.created_at,
        )
    party = waiting[0]
    since = party.invited_at or request.created_at
    if request.state == "opened":
        return "moving", t("{document}: opened by {name}", **names, name=party.name), since
    if done:
        return (
            "moving",
            t(
                "{document}: signed {done} of {all}, waiting for {name}",
                **names,
                done=done,
                all=len(parties),
                name=party.name,
            ),
            since,
        )
    return "moving", t("{document}: sent to {name}", **names, name=party.name), since
