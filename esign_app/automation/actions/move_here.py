"""Action of a trigger: move the deal to the stage the trigger stands on."""

from typing import Any

from esign_app.automation import endings
from esign_app.db import utcnow
from esign_app.domain import moves, runs
from esign_app.domain.refusals import Refused
from esign_app.engine import Said, step, transaction

MOVED = "moved"


@step("move_here")
def run(run_id: int) -> dict[str, Any]:
    """Move the deal; skipped when it is there or further already, unless it was this run that moved it."""
    with transaction() as session:
        task = runs.task(session, run_id)
        if task is None:
            return endings.skipped("This run was done already.")
        moved = runs.noted(session, run_id, MOVED)
        if moved is not None:
            return {"state": "done", "outcome": moved}
        if not moves.is_ahead(session, task.deal_id, task.rule.stage_id):
            return endings.skipped("The deal is already in this stage or further on.")
        try:
            moves.move(session, task.actor, task.deal_id, task.rule.stage_id, confirm=True, now=utcnow())
        except Refused as refused:
            return endings.needs_person(refused)
        name = moves.stage_name(session, task.rule.stage_id)
        ended = endings.done("Moved the deal to {stage}", stage=Said(name).to_dict())
        runs.note(session, run_id, MOVED, ended["outcome"], now=utcnow())
        return ended
