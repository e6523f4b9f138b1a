"""Runs: what each rule did about a deal, or why not."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from esign_app.api.auth import Caller
from esign_app.api.page import Items, PathId, page
from esign_app.api.values import Id, Out, PublicId
from esign_app.db import utcnow
from esign_app.domain import runs
from esign_app.engine import reading, transaction

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


@router.get("")
def of_deal(deal_id: Id, actor: Caller) -> Items[RunOut]:
    """The runs of a deal, newest first."""
    with reading() as session:
        return page(RunOut.of(item) for item in runs.of_deal(session, actor, deal_id))


@router.get("/{run_id}")
def get(run_id: PathId, actor: Caller) -> RunOut:
    with reading() as session:
        return RunOut.of(runs.one(session, actor, run_id))


@router.post("/{run_id}/retry", status_code=202)
def retry(run_id: PathId, actor: Caller) -> RunOut:
    """Run it again after what was missing was mended."""
    with transaction() as session:
        runs.retry(session, actor, run_id, now=utcnow())
        return RunOut.of(runs.one(session, actor, run_id))
