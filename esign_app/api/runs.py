"""Runs: what each rule did about a deal, or why not."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from esign_app.api.auth import Caller
from esign_app.api.once import Once
from esign_app.api.page import Cursor, Items, PathId, cut
from esign_app.api.values import Id, Out, PublicId
from esign_app.db import utcnow
from esign_app.domain import runs
from esign_app.engine import reading

router = APIRouter(prefix="/runs", tags=["runs"])


class RunOut(Out):
    """`state` is waiting, running, done, failed, needs_person or skipped; `sentence` says it to people."""

    id: PublicId
    state: str
    action: str
    rule_id: str
    sentence: str
    document_id: str = Field(validation_alias="document")
    attempts: int
    wake_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


class RunQuery(Cursor):
    deal_id: Id


@router.get("")
def of_deal(actor: Caller, asked: Annotated[RunQuery, Query()]) -> Items[RunOut]:
    """The runs of a deal, newest first."""
    with reading() as session:
        found = runs.of_deal(session, actor, asked.deal_id)
    return cut((RunOut.of(item) for item in found), asked)


@router.get("/{run_id}")
def get(run_id: PathId, actor: Caller) -> RunOut:
    with reading() as session:
        return RunOut.of(runs.one(session, actor, run_id))


@router.post("/{run_id}/retry", status_code=202)
def retry(run_id: PathId, actor: Caller, once: Once) -> RunOut:
    """Run it again after what was missing was mended."""
    with once.transaction() as session:
        runs.retry(session, actor, run_id, now=utcnow())
        return once.answer(RunOut.of(runs.one(session, actor, run_id)))
