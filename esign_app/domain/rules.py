"""Rules of a stage: what happens when a deal enters it, and what brings a deal to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from esign_app.domain import events, own_companies, pipelines, rights, templates
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Conflict, Invalid, NotFound
from esign_app.models import OwnSignatory, Pipeline, Rule, RuleVersion, Stage, Template

SEND = "send_for_signature"
MOVE = "move_here"
BEFORE_SENDING = ("confirm", "at_once")
TRIGGERS = {
    "document_completed": "A document is completed",
    "party_opened": "A document is opened",
    "party_signed": "A party signs",
    "party_declined": "A party declines",
    "request_expired": "The time to sign is over",
}


@dataclass(frozen=True)
class RuleView:
    """`params` of `send_for_signature`: template, signatory (public ids), before_sending; of `move_here`: on."""

    id: int
    public_id: str
    version_id: int
    version: int
    stage_id: str
    kind: str
    action: str
    enabled: bool
    params: dict[str, Any]
    template: str
    signatory: str


@dataclass(frozen=True)
class StageRules:
    stage: pipelines.StageView
    rules: tuple[RuleView, ...]


def by_stage(session: Session, actor: Actor) -> list[StageRules]:
    """The stages of the first pipeline, each with its rules in order."""
    rights.require(actor, "view", "rules")
    return [
        StageRules(stage, tuple(of_stage(session, stage.id)))
        for stage in pipelines.stages(session, pipelines.first(session))
    ]


def of_stage(session: Session, stage_id: int, *, enabled_only: bool = False) -> list[RuleView]:
    query = select(Rule).where(Rule.stage_id == stage_id)
    return _views(session, query.where(Rule.enabled) if enabled_only else query)


def enabled(session: Session) -> dict[str, list[RuleView]]:
    """All rules that are switched on, in order, by their stage's public id."""
    found: dict[str, list[RuleView]] = {}
    for rule in _views(session, select(Rule).where(Rule.enabled)):
        found.setdefault(rule.stage_id, []).append(rule)
    return found


def triggers(session: Session, pipeline_id: int, kind: str) -> list[RuleView]:
    """Switched-on triggers of a pipeline that answer an event of `kind`."""
    query = (
        select(Rule)
        .join(Stage, col(Stage.id) == Rule.stage_id)
        .where(Stage.pipeline_id == pipeline_id, Rule.kind == "trigger", Rule.enabled)
    )
    return [rule for rule in _views(session, query) if rule.params.get("on") == kind]


def get(session: Session, rule_id: int) -> RuleView:
    return _one(session, select(Rule).where(Rule.id == rule_id))


def find(session: Session, actor: Actor, public_id: str) -> RuleView:
    """A rule by its public id. Raises NotFound."""
    rights.require(actor, "view", "rules")
    return _one(session, select(Rule).where(Rule.public_id == public_id))


def _one(session: Session, query: SelectOfScalar[Rule]) -> RuleView:
    found = _views(session, query)
    if not found:
        raise NotFound("This rule does not exist.")
    return found[0]


def _views(session: Session, query: SelectOfScalar[Rule]) -> list[RuleView]:
    """The rules of `query` in order, each as its newest version says, with the names of what it points to."""
    rows = session.exec(query.order_by(col(Rule.rank), col(Rule.id))).all()
    if not rows:
        return []
    texts = _newest_versions(session, [row.id for row in rows])
    stages = dict(_pairs(session, Stage.id, Stage.public_id, {row.stage_id for row in rows}))
    templates_named = _pairs(session, Template.public_id, Template.name, _pointed(texts, "template"))
    who = _pointed(texts, "signatory")
    signatories = _pairs(session, OwnSignatory.public_id, OwnSignatory.name, who, OwnSignatory.is_active)
    return [
        RuleView(
            id=text.rule_id,
            public_id=row.public_id,
            version_id=text.id,
            version=row.version,
            stage_id=stages[row.stage_id],
            kind=row.kind,
            action=text.action,
            enabled=row.enabled,
            params=dict(text.params),
            template=templates_named.get(text.params.get("template"), ""),
            signatory=signatories.get(text.params.get("signatory"), ""),
        )
        for row in rows
        if (text := texts[row.id]).id is not None
    ]


def _pointed(texts: dict[int | None, RuleVersion], name: str) -> set[str]:
    """The public ids the rules name in a parameter."""
    return {str(text.params[name]) for text in texts.values() if text.params.get(name)}


def _pairs(session: Session, key: Any, value: Any, wanted: set[Any], *still: Any) -> dict[Any, str]:
    """`value` by `key` for the rows whose key is `wanted`; what is gone is left out."""
    return dict(session.exec(select(key, value).where(key.in_(wanted), *still)).all()) if wanted else {}


def _newest_versions(session: Session, rule_ids: list[int | None]) -> dict[int | None, RuleVersion]:
    newest = (
        select(RuleVersion.rule_id, sa.func.max(RuleVersion.number).label("number"))
        .where(col(RuleVersion.rule_id).in_(rule_ids))
        .group_by(col(RuleVersion.rule_id))
        .subquery()
    )
    query = select(RuleVersion).join(
        newest, (newest.c.rule_id == RuleVersion.rule_id) & (newest.c.number == RuleVersion.number)
    )
    return {row.rule_id: row for row in session.exec(query)}


def add(
    session: Session, actor: Actor, stage_id: str, *, action: str, params: dict[str, Any], now: datetime
) -> str:
    """Put a rule at the end of a stage's rules; answers its public id. Raises Invalid for wrong params."""
    rights.require(actor, "create", "rules")
    stage = pipelines.stage(session, stage_id)
    clean = _checked(session, action, params)
    assert stage.id is not None
    last = session.exec(select(sa.func.max(Rule.rank)).where(Rule.stage_id == stage.id)).one()
    row = Rule(stage_id=stage.id, kind="trigger" if action == MOVE else "action", rank=(last or 0) + 1)
    session.add(row)
    session.flush()
    _add_version(session, row, 1, action, clean, actor, now)
    _tell(session, actor, row, now)
    return row.public_id


def change(
    session: Session,
    actor: Actor,
    public_id: str,
    params: dict[str, Any],
    *,
    seen_version: int,
    now: datetime,
) -> None:
    """Give a rule new params; runs that started keep the version they started with."""
    rights.require(actor, "edit", "rules")
    row = _changeable(session, public_id, seen_version)
    assert row.id is not None
    old = _newest_versions(session, [row.id])[row.id]
    clean = _checked(session, old.action, {**old.params, **params})
    _add_version(session, row, old.number + 1, old.action, clean, actor, now)
    _tell(session, actor, row, now)


def switch(session: Session, actor: Actor, public_id: str, enabled: bool, *, now: datetime) -> None:
    """Switch a rule on or off; runs that started go on."""
    rights.require(actor, "edit", "rules")
    row = _changeable(session, public_id, None)
    row.enabled = enabled
    session.add(row)
    _tell(session, actor, row, now)


def _find(session: Session, public_id: str) -> Rule:
    row = session.exec(select(Rule).where(Rule.public_id == public_id)).first()
    if row is None:
        raise NotFound("This rule does not exist.")
    return row


def _changeable(session: Session, public_id: str, seen_version: int | None) -> Rule:
    row = _find(session, public_id)
    if seen_version is not None and row.version != seen_version:
        raise Conflict("Somebody else changed this in the meantime. Please reload and try again.")
    row.version += 1
    session.add(row)
    return row


def _add_version(
    session: Session, row: Rule, number: int, action: str, params: dict[str, Any], actor: Actor, now: datetime
) -> None:
    assert row.id is not None
    session.add(
        RuleVersion(
            rule_id=row.id, number=number, action=action, params=params, created_by=actor.key, created_at=now
        )
    )
    session.flush()


def _checked(session: Session, action: str, params: dict[str, Any]) -> dict[str, Any]:
    if action == SEND:
        return _checked_send(session, params)
    if action == MOVE:
        _refuse_unknown(params, {"on"})
        if params.get("on") not in TRIGGERS:
            raise Invalid("There is no such trigger.", field="on")
        return {"on": params["on"]}
    raise Invalid("There is no such action.", field="action")


def _refuse_unknown(params: dict[str, Any], known: set[str]) -> None:
    unknown = set(params) - known
    if unknown:
        raise Invalid("There is no field {name}.", field=min(unknown), name=min(unknown)[:40])


def _checked_send(session: Session, params: dict[str, Any]) -> dict[str, Any]:
    _refuse_unknown(params, {"template", "signatory", "before_sending"})
    template = templates.find(session, str(params.get("template", "")))
    if not template.for_signature:
        raise Invalid("This template must be signed by hand.", field="template")
    signatory = own_companies.signatory(session, str(params.get("signatory", "")))
    before = params.get("before_sending", "confirm")
    if before not in BEFORE_SENDING:
        raise Invalid("There is no such choice.", field="before_sending")
    return {
        "template": template.public_id,
        "signatory": signatory.public_id,
        "before_sending": before,
    }


def _tell(session: Session, actor: Actor, row: Rule, now: datetime) -> None:
    stage = session.get(Stage, row.stage_id)
    pipeline = session.get(Pipeline, stage.pipeline_id) if stage else None
    assert stage is not None and pipeline is not None and pipeline.id is not None
    changed = events.SettingsChanged(("pipeline", pipeline.id), what="rule", name=stage.name)
    events.record(session, changed, actor, now)
