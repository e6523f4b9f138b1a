"""Pipelines and their stages. What a stage means is its `meaning`, not its name."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from esign_app.domain import rights
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import NotFound
from esign_app.models import Pipeline, Stage


@dataclass(frozen=True)
class StageView:
    id: int
    public_id: str
    name: str
    meaning: str
    colour: str


@dataclass(frozen=True)
class PipelineView:
    public_id: str
    name: str
    stages: tuple[StageView, ...]


def every(session: Session, actor: Actor) -> list[PipelineView]:
    rights.require(actor, "view", "deals")
    rows = session.exec(select(Pipeline).order_by(col(Pipeline.rank), col(Pipeline.id))).all()
    return [PipelineView(row.public_id, row.name, tuple(stages(session, row))) for row in rows]


def first(session: Session) -> Pipeline:
    """The pipeline the board opens with."""
    row = session.exec(select(Pipeline).order_by(col(Pipeline.rank), col(Pipeline.id))).first()
    if row is None:
        raise NotFound("There is no pipeline yet.")
    return row


def stages(session: Session, pipeline: Pipeline) -> list[StageView]:
    query = select(Stage).where(Stage.pipeline_id == pipeline.id).order_by(col(Stage.rank), col(Stage.id))
    return [stage_view(row) for row in session.exec(query)]


def stage(session: Session, public_id: str) -> Stage:
    row = session.exec(select(Stage).where(Stage.public_id == public_id)).first()
    if row is None:
        raise NotFound("This stage does not exist.")
    return row


def stage_view(row: Stage) -> StageView:
    assert row.id is not None
    return StageView(row.id, row.public_id, row.name, row.meaning, row.colour)
