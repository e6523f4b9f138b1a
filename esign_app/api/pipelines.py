"""Pipelines and their stages."""

from fastapi import APIRouter

from esign_app.api.auth import Caller
from esign_app.api.page import Items, Paged, cut
from esign_app.api.values import Out, PublicId
from esign_app.domain import pipelines
from esign_app.engine import reading

router = APIRouter(prefix="/pipelines", tags=["pipelines"])


class StageOut(Out):
    id: PublicId
    name: str
    meaning: str
    colour: str


class PipelineOut(Out):
    id: PublicId
    name: str
    stages: list[StageOut]


@router.get("")
def listed(actor: Caller, asked: Paged) -> Items[PipelineOut]:
    """Every pipeline with its stages in order."""
    with reading() as session:
        return cut((PipelineOut.of(item) for item in pipelines.every(session, actor)), asked)
