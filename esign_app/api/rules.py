"""Rules of the stages: what happens when a deal enters, and what brings a deal there."""

from typing import Any

from fastapi import APIRouter

from esign_app.api.auth import Caller
from esign_app.api.once import Once
from esign_app.api.page import Items, Paged, PathId, cut
from esign_app.api.pipelines import StageOut
from esign_app.api.values import Change, Id, In, Out, PublicId, Text, Version
from esign_app.db import utcnow
from esign_app.domain import rules
from esign_app.engine import reading, transaction

router = APIRouter(prefix="/rules", tags=["rules"])


class Params(Change):
    """Of send_for_signature: template, signatory (ids), before_sending (confirm | at_once). Of move_here: on."""

    template: Id = ""
    signatory: Id = ""
    before_sending: Text = ""
    on: Text = ""


class NewRule(In):
    stage_id: Id
    action: Text
    params: Params


class RuleChange(In):
    params: Params
    seen_version: Version


class Switch(In):
    enabled: bool


class RuleOut(Out):
    """`template` and `signatory` are the names behind the ids in `params`."""

    id: PublicId
    stage_id: str
    kind: str
    action: str
    enabled: bool
    params: dict[str, Any]
    template: str
    signatory: str
    version: int


class StageRulesOut(Out):
    stage: StageOut
    rules: list[RuleOut]


@router.get("")
def by_stage(actor: Caller, asked: Paged) -> Items[StageRulesOut]:
    """The stages in order, each with its rules."""
    with reading() as session:
        found = rules.by_stage(session, actor)
    return cut((StageRulesOut.of(item) for item in found), asked, key=lambda item: item.stage.id)


@router.post("", status_code=201)
def create(body: NewRule, actor: Caller, once: Once) -> RuleOut:
    """Put a rule at the end of a stage's rules."""
    with once.transaction() as session:
        rule_id = rules.add(
            session, actor, body.stage_id, action=body.action, params=body.params.given(), now=utcnow()
        )
        return once.answer(RuleOut.of(rules.find(session, actor, rule_id)))


@router.get("/{rule_id}")
def get(rule_id: PathId, actor: Caller) -> RuleOut:
    with reading() as session:
        return RuleOut.of(rules.find(session, actor, rule_id))


@router.patch("/{rule_id}")
def change(rule_id: PathId, body: RuleChange, actor: Caller) -> RuleOut:
    """Change the params that are sent; runs that started keep what they started with."""
    params, seen = body.params.given(), body.seen_version
    with transaction() as session:
        rules.change(session, actor, rule_id, params, seen_version=seen, now=utcnow())
        return RuleOut.of(rules.find(session, actor, rule_id))


@router.post("/{rule_id}/switch")
def switch(rule_id: PathId, body: Switch, actor: Caller, once: Once) -> RuleOut:
    """Switch it on or off; runs that started go on."""
    with once.transaction() as session:
        rules.switch(session, actor, rule_id, body.enabled, now=utcnow())
        return once.answer(RuleOut.of(rules.find(session, actor, rule_id)))
