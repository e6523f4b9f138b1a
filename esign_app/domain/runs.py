"""Runs: one rule answering one event, once; what became of it is seen on the deal."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from esign_app.domain import deals, documents, events, messages, resending, rights, rules
from esign_app.domain.actor import SYSTEM, Actor
from esign_app.domain.refusals import Invalid, NotFound
from esign_app.models import Deal, Document, Rule, RuleVersion, Run, RunStep, SigningRequest, Stage
from esign_app.text import said

LONGEST_CHAIN = 8
OPEN = ("waiting", "running")


@dataclass(frozen=True)
class RunView:
    id: int
    public_id: str
    state: str
    action: str
    rule_id: str
    sentence: str
    document: str
    attempts: int
    wake_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class LastRun:
    """What became of a rule when it last ran; `sentence` is empty while it runs and when all went well."""

    state: str
    sentence: str
    deal_id: str
    deal: str
    at: datetime


@dataclass(frozen=True)
class Task:
    """What a run has to do."""

    run_id: int
    rule: rules.RuleView
    action: str
    params: dict[str, Any]
    deal_id: str
    document_id: int | None
    actor: Actor


def plan(session: Session, event: events.EventView, *, now: datetime) -> list[int]:
    """Make the runs an event asks for (once, however often it is asked) and answer the ids of those that did not end.

    A rule that led here itself is not run again: the loop is written down as skipped (A8).
    """
    found = [_run(session, event, rule, deal_id, now) for rule, deal_id in _answering(session, event)]
    return [run.id for run in found if run.id is not None and run.state in OPEN]


def _answering(session: Session, event: events.EventView) -> list[tuple[rules.RuleView, int]]:
    if event.subject[0] != "deal":
        return []
    # Held, so that of two who plan the same event at once the later one finds the runs of the first.
    deal = session.get(Deal, event.subject[1], with_for_update=True)
    if deal is None or deal.id is None:
        return []
    if event.kind == "deal_moved":
        return [
            (rule, deal.id)
            for rule in rules.of_stage(session, event.number("to_stage"), enabled_only=True)
            if rule.kind == "action"
        ]
    stage = session.get(Stage, deal.stage_id)
    assert stage is not None
    return [(rule, deal.id) for rule in rules.triggers(session, stage.pipeline_id, event.kind)]


def _run(session: Session, event: events.EventView, rule: rules.RuleView, deal_id: int, now: datetime) -> Run:
    query = (
        select(Run)
        .join(RuleVersion, col(RuleVersion.id) == Run.rule_version_id)
        .where(Run.event_id == event.id, RuleVersion.rule_id == rule.id)
    )
    row = session.exec(query).first()
    if row is not None:
        return row
    row = Run(event_id=event.id, rule_version_id=rule.version_id, deal_id=deal_id, created_at=now)
    if rule.id in event.chain or len(event.chain) >= LONGEST_CHAIN:
        row.state, row.ended_at = "skipped", now
        row.outcome = {"message": "Stopped: this rule started itself again."}
    session.add(row)
    session.flush()
    if row.state == "skipped":
        assert row.id is not None
        events.record(session, events.RunEnded(("deal", deal_id), run_id=row.id), SYSTEM, now)
    return row


def task(session: Session, run_id: int) -> Task | None:
    """What to do for a run, by what the rule said when it started; None when it ended.

    The rule acts with the event's chain and itself at its end.
    """
    row = session.get(Run, run_id)
    if row is None or row.state not in OPEN:
        return None
    version = session.get(RuleVersion, row.rule_version_id)
    deal = session.get(Deal, row.deal_id)
    assert version is not None and deal is not None
    assert version.id is not None
    rule = replace(
        rules.get(session, version.rule_id),
        version_id=version.id,
        action=version.action,
        params=dict(version.params),
    )
    event = events.get(session, row.event_id)
    actor = Actor(kind="rule", id=rule.id, cause=row.event_id, chain=(*event.chain, rule.id), zone="UTC")
    return Task(
        run_id=run_id,
        rule=rule,
        action=version.action,
        params=rule.params,
        deal_id=deal.public_id,
        document_id=row.document_id,
        actor=actor,
    )


def running(session: Session, run_id: int) -> None:
    row = _get(session, run_id)
    row.state = "running"
    row.attempts += 1
    session.add(row)


def attach(session: Session, run_id: int, document_id: int) -> None:
    """Remember the run's document, so that a repeat goes on with it and makes no second one."""
    row = _get(session, run_id)
    row.document_id = document_id
    session.add(row)


def note(session: Session, run_id: int, name: str, said: dict[str, Any], *, now: datetime) -> None:
    """Remember in the transaction of what a run did that it did it, so that a repeat after a crash knows."""
    session.add(RunStep(run_id=run_id, name=name, note=said, at=now))


def noted(session: Session, run_id: int, name: str) -> dict[str, Any] | None:
    """What was remembered under `name`."""
    query = select(RunStep.note).where(RunStep.run_id == run_id, RunStep.name == name)
    found = session.exec(query).first()
    return None if found is None else dict(found)


def end(
    session: Session,
    run_id: int,
    state: str,
    outcome: dict[str, Any],
    *,
    now: datetime,
    wake_at: datetime | None = None,
) -> None:
    """Write down how a run ended: done, skipped, failed, needs_person, or that it is `waiting` until `wake_at`.

    Repeating it changes nothing and tells nobody again.
    """
    row = _get(session, run_id)
    if row.state not in OPEN or (row.state, row.wake_at) == (state, wake_at):
        return
    row.state, row.outcome, row.wake_at = state, outcome, wake_at
    row.ended_at = None if state == "waiting" else now
    session.add(row)
    session.add(RunStep(run_id=run_id, name=state, note=outcome, at=now))
    if state != "waiting":
        events.record(session, events.RunEnded(("deal", row.deal_id), run_id=run_id), SYSTEM, now)


def resume(session: Session, message_id: str, *, now: datetime) -> list[int]:
    """The runs whose end depends on the fate of this invitation; they wait, to be done again.

    One that needed a person does so until the invitation has gone out.
    """
    message = messages.get(session, message_id)
    ended = ("failed", "needs_person") if message.state in messages.GONE else ("failed",)
    query = (
        select(Run)
        .join(SigningRequest, col(SigningRequest.document_id) == Run.document_id)
        .where(SigningRequest.id == message.request_id, col(Run.state).in_(("waiting", *ended)))
    )
    found = list(session.exec(query)) if message.kind == "invitation" else []
    for row in found:
        row.state, row.wake_at, row.ended_at = "waiting", now, None
        session.add(row)
    return [row.id for row in found if row.id is not None]


def retry(session: Session, actor: Actor, public_id: str, *, now: datetime) -> None:
    """Run it again after a person mended what was missing.

    With a document it goes on with that and sends again what failed; without one the rule may be what was mended.
    """
    rights.require(actor, "sign", "documents")
    row = _find(session, public_id)
    assert row.id is not None
    if row.state not in ("failed", "needs_person"):
        raise Invalid("This run has nothing to repeat.")
    row.state, row.wake_at, row.ended_at = "waiting", now, None
    session.add(row)
    if row.document_id is None:
        row.rule_version_id = _newest_version(session, row.rule_version_id)
    else:
        resending.again(session, actor, row.document_id, now=now)
    events.record(session, events.RunRetried(("deal", row.deal_id), run_id=row.id), actor, now)


def _newest_version(session: Session, version_id: int) -> int:
    version = session.get(RuleVersion, version_id)
    assert version is not None
    return rules.get(session, version.rule_id).version_id


def of_deal(session: Session, actor: Actor, deal_id: str) -> list[RunView]:
    """The deal's runs, newest first."""
    rights.require(actor, "view", "deals")
    deal = deals.find(session, deal_id)
    query = select(Run).where(Run.deal_id == deal.id).order_by(col(Run.id).desc())
    return [view(session, row) for row in session.exec(query)]


def one(session: Session, actor: Actor, public_id: str) -> RunView:
    rights.require(actor, "view", "deals")
    return view(session, _find(session, public_id))


def newest_by_rule(session: Session, actor: Actor) -> dict[str, LastRun]:
    """The newest run of every rule that ever ran, by the rule's public id."""
    rights.require(actor, "view", "rules")
    newest = (
        select(sa.func.max(Run.id))
        .join(RuleVersion, col(RuleVersion.id) == Run.rule_version_id)
        .group_by(col(RuleVersion.rule_id))
    )
    query = (
        select(Rule.public_id, Run, Deal)
        .join(RuleVersion, col(RuleVersion.rule_id) == Rule.id)
        .join(Run, col(Run.rule_version_id) == RuleVersion.id)
        .join(Deal, col(Deal.id) == Run.deal_id)
        .where(col(Run.id).in_(newest))
    )
    return {
        rule_id: LastRun(
            run.state, sentence(session, run), deal.public_id, deal.title, run.ended_at or run.created_at
        )
        for rule_id, run, deal in session.exec(query)
    }


def view(session: Session, row: Run) -> RunView:
    version = session.get(RuleVersion, row.rule_version_id)
    assert version is not None and row.id is not None
    document = session.get(Document, row.document_id) if row.document_id else None
    return RunView(
        id=row.id,
        public_id=row.public_id,
        state=row.state,
        action=version.action,
        rule_id=rules.get(session, version.rule_id).public_id,
        sentence=sentence(session, row),
        document=document.public_id if document else "",
        attempts=row.attempts,
        wake_at=row.wake_at,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def sentence(session: Session, row: Run) -> str:
    """How the run ended, in the current language, its document by the name it has in that language."""
    document = session.get(Document, row.document_id) if row.document_id else None
    values = dict(row.outcome.get("values", {}))
    if document is not None and "document" in values:
        values["document"] = documents.label(document)
    return said({**row.outcome, "values": values}) if row.outcome else ""


def stuck(session: Session, *, before: datetime) -> list[int]:
    """Runs that were planned but neither ended nor wait for a time to come; for the sweep."""
    query = select(Run.id).where(
        col(Run.state).in_(OPEN),
        Run.created_at < before,
        (col(Run.wake_at).is_(None)) | (col(Run.wake_at) < before),
    )
    return [number for number in session.exec(query) if number is not None]


def _find(session: Session, public_id: str) -> Run:
    row = session.exec(select(Run).where(Run.public_id == public_id)).first()
    if row is None:
        raise NotFound("This run does not exist.")
    return row


def _get(session: Session, run_id: int) -> Run:
    row = session.get(Run, run_id)
    if row is None:
        raise NotFound("This run does not exist.")
    return row
