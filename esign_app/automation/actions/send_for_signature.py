"""Action: make the document of a template and send it for signature, own side first."""

from typing import Any

from esign_app.automation import endings
from esign_app.automation.flows.deliver import deliver_all
from esign_app.automation.flows.freeze import freeze
from esign_app.automation.flows.make_document import make_document
from esign_app.db import utcnow
from esign_app.domain import deals, documents, drops, messages, runs
from esign_app.domain.refusals import Refused
from esign_app.domain.signing import requests
from esign_app.domain.signing.preparation import NotReady
from esign_app.engine import Said, step, transaction


def run(run_id: int) -> dict[str, Any]:
    """Prepare, render, ask, freeze, invite. Every step can be repeated without doing anything twice."""
    prepared = prepare(run_id)
    if "state" in prepared:
        return prepared
    broken = make_document(prepared["document_id"])
    if broken:
        return endings.failed(broken)
    asked = ask(run_id, prepared["document_id"])
    if "state" in asked:
        return asked
    deliver_all(freeze(asked["request_id"]))
    return sent(prepared["document_id"])


@step("prepare")
def prepare(run_id: int) -> dict[str, Any]:
    """Reserve the document and its number; or end here, saying why nothing is sent."""
    with transaction() as session:
        task = runs.task(session, run_id)
        if task is None:
            return endings.skipped("This run was done already.")
        planned = drops.plan(session, deals.hold(session, task.deal_id), task.rule)
        if task.document_id is not None and (planned.there is None or planned.there.id == task.document_id):
            return {"document_id": task.document_id}
        if planned.there:
            runs.attach(session, run_id, planned.there.id)
            return endings.skipped(drops.ALREADY_THERE, document=planned.there.label)
        if planned.missing:
            return endings.needs_person(NotReady(planned.missing))
        document = documents.begin(
            session,
            task.actor,
            task.deal_id,
            task.params["template"],
            signatory_id=task.params["signatory"],
            now=utcnow(),
        )
        assert document.id is not None
        runs.attach(session, run_id, document.id)
        return {"document_id": document.id}


@step("ask")
def ask(run_id: int, document_id: int) -> dict[str, Any]:
    """Make the signing request, once."""
    with transaction() as session:
        there = documents.newest_request(session, document_id)
        if there is not None:
            return {"request_id": there.id}
        task = runs.task(session, run_id)
        if task is None:
            return endings.skipped("This run was done already.")
        public_id = documents.public_id(session, document_id)
        try:
            request = requests.begin(session, task.actor, public_id, now=utcnow())
        except Refused as refused:
            return endings.needs_person(refused)
        return {"request_id": request.id}


@step("sent")
def sent(document_id: int) -> dict[str, Any]:
    """Say what was sent to whom, or that it is not delivered; then this is asked again once it is."""
    with transaction() as session:
        label, name = requests.first_invited(session, document_id)
        trouble = messages.undelivered(session, document_id)
        if trouble is None:
            return endings.done("{document}: sent to {name}", document=label, name=name)
        if trouble.state not in messages.BROKEN:
            return endings.waiting(trouble.next_at, messages.NOT_YET, document=label, why=trouble.error)
        values = {"document": label, "address": trouble.address, "why": trouble.error}
        if trouble.state == "uncertain":
            return endings.needs_person(Refused(messages.UNCERTAIN, **values))
        return endings.failed(Said(messages.NOT_DELIVERED, values).to_dict())
