"""The table of contents of everything that happens by itself.

An event is recorded by the domain; the run `on_event` answers it: first the fixed flow of its kind, then the
rules of the deal's stage and the triggers of its pipeline, each as a run of its own that people can see.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from esign_app.automation import endings, faults
from esign_app.automation.actions import ACTIONS
from esign_app.automation.flows.deliver import deliver
from esign_app.automation.flows.make_document import make_document
from esign_app.automation.flows.request import go_on
from esign_app.db import utcnow
from esign_app.domain import events, runs
from esign_app.engine import alone, step, transaction, workflow

log = logging.getLogger("esign.automation")
Event = dict[str, Any]

# What no rule can switch off: event kind -> what follows.
FLOWS: dict[str, Callable[[Event], object]] = {
    "document_requested": lambda event: make_document(event["document_id"]),
    "signing_requested": lambda event: go_on(event["request_id"]),
    "request_retried": lambda event: go_on(event["request_id"]),
    "party_signed": lambda event: go_on(event["request_id"]),
    "code_requested": lambda event: deliver(event["message_id"]),
    "message_fell_back": lambda event: deliver(event["message_id"]),
    "message_retried": lambda event: deliver(event["message_id"]),
    "run_retried": lambda event: _perform(event["run_id"]),
}


@workflow("on_event")
def on_event(event_id: int) -> None:
    """Answer one event, once."""
    planned = plan(event_id)
    flow = FLOWS.get(planned["kind"])
    if flow is not None:
        flow(planned["data"])
    for run_id in planned["runs"]:
        _perform(run_id)


@step("plan")
def plan(event_id: int) -> dict[str, Any]:
    """The event's kind and data, and the runs it asks for."""
    with transaction() as session:
        event = events.get(session, event_id)
        return {
            "kind": event.kind,
            "data": event.data,
            "runs": runs.plan(session, event, now=utcnow()),
        }


@workflow("perform")
def perform(run_id: int) -> None:
    """One run again, for the sweep."""
    _perform(run_id)


def _perform(run_id: int) -> None:
    """Do one run, unless somebody is at it, and write down how it ended; whatever goes wrong is seen on the deal."""
    with alone(f"run {run_id}") as mine:
        if mine:
            _do(run_id)


def _do(run_id: int) -> None:
    action = begin(run_id)
    if not action:
        return
    try:
        ended = ACTIONS[action].run(run_id)
    except Exception as error:
        reason = faults.told(error)
        log.exception("run %s failed: %s", run_id, reason)
        ended = endings.failed(reason)
    end(run_id, ended)


@step("begin")
def begin(run_id: int) -> str:
    """Mark the run as running; answers its action, or "" when it ended already."""
    with transaction() as session:
        task = runs.task(session, run_id)
        if task is None:
            return ""
        runs.running(session, run_id)
        return task.action


@step("end")
def end(run_id: int, ended: dict[str, Any]) -> None:
    wake_at = datetime.fromisoformat(ended["wake_at"]) if ended.get("wake_at") else None
    with transaction() as session:
        runs.end(session, run_id, ended["state"], ended["outcome"], now=utcnow(), wake_at=wake_at)
